package render

import (
	"errors"

	"pano/internal/pano"
)

// errShort is a read beyond the end of the file.
var errShort = errors.New("the file ends too early")

// unknown says that the bytes are no picture.
func unknown() *pano.Error { return pano.Unsupported("picture.unknown") }

// notTaken names a format that is known but not taken.
func notTaken(format string) *pano.Error { return pano.Unsupported("picture.not_taken", format) }

// absurd says that a header claims a size that cannot be true.
func absurd(w, h int64) *pano.Error { return pano.Invalid("picture.absurd", w, h) }

// explain turns the fault of a file of the given format into words a person may read.
func explain(format string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*pano.Error](err); ok {
		return err
	}
	if errors.Is(err, errShort) {
		return pano.Invalid("picture.truncated", format).Because(err)
	}
	return pano.Invalid("picture.broken", format).Because(err)
}
