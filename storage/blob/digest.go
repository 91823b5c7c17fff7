package blob

import (
	"fmt"
	"io/fs"

	"pano/internal/pano"
)

// A Digest is the SHA-256 of a blob's bytes, and its only name. The zero Digest
// names no blob.
type Digest = pano.Digest

// Key returns where d is kept below the root of every store:
// "blobs/sha256/ab/abcd…".
func Key(d Digest) string {
	s := d.String()
	return "blobs/sha256/" + s[:2] + "/" + s
}

// ParseDigest reads what Digest.String writes. It fails with fs.ErrInvalid on
// anything else, upper case included.
func ParseDigest(s string) (Digest, error) {
	d, err := pano.ParseDigest(s)
	if err != nil {
		return Digest{}, fmt.Errorf("blob: %w: %w", fs.ErrInvalid, err)
	}
	return d, nil
}
