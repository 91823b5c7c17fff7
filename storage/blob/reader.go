package blob

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
)

// A Reader reads and seeks in one blob, for http.ServeContent. Seeking costs
// nothing; every contiguous run of reads costs one Store.Open.
//
// ServeContent reads the first 512 bytes for themselves unless Content-Type is
// set: set it.
type Reader struct {
	ctx   context.Context
	store Store
	d     Digest
	size  int64
	pos   int64         // of the next Read
	from  int64         // where body began
	body  io.ReadCloser // nil until the first Read, and after Seek moved
	ends  map[int64]int64
}

// NewReader returns a Reader of d, which the caller knows to be size bytes. It
// asks the store for nothing; the first Read does, under ctx, and fails with
// ErrCorrupt if the blob has another size. The caller closes it.
func NewReader(ctx context.Context, s Store, d Digest, size int64) *Reader {
	return &Reader{ctx: ctx, store: s, d: d, size: size}
}

// Expect tells r the Range header of the request it is about to answer, so that
// it asks the store for those bytes and no more. Without it a ranged read still
// works, but asks for everything up to the end and hangs up on the rest, which
// costs a connection. A header that cannot be read is ignored.
func (r *Reader) Expect(rangeHeader string) {
	r.ends = nil
	list, ok := strings.CutPrefix(rangeHeader, "bytes=")
	if !ok {
		return
	}
	for part := range strings.SplitSeq(list, ",") {
		if from, end, ok := span(strings.TrimSpace(part), r.size); ok {
			if r.ends == nil {
				r.ends = make(map[int64]int64)
			}
			r.ends[from] = max(end, r.ends[from])
		}
	}
}

// span reads one range of a Range header as [from, end).
func span(s string, size int64) (from, end int64, ok bool) {
	first, last, ok := strings.Cut(s, "-")
	if !ok {
		return 0, 0, false
	}
	if first == "" {
		n, err := strconv.ParseInt(last, 10, 64)
		return max(0, size-n), size, err == nil && n > 0
	}
	from, err := strconv.ParseInt(first, 10, 64)
	if err != nil || from < 0 || from >= size {
		return 0, 0, false
	}
	if last == "" {
		return from, size, true
	}
	n, err := strconv.ParseInt(last, 10, 64)
	return from, min(n, size-1) + 1, err == nil && n >= from
}

// Read reads from where Seek left off.
func (r *Reader) Read(p []byte) (int, error) {
	if r.pos >= r.size {
		return 0, io.EOF
	}
	if len(p) == 0 {
		return 0, nil
	}
	if r.body == nil {
		if err := r.open(); err != nil {
			return 0, err
		}
	}
	n, err := r.body.Read(p)
	r.pos += int64(n)
	if err != io.EOF {
		return n, err
	}
	// The end of what was asked for. What follows, if anything, takes another Open.
	switch err := r.Close(); {
	case err != nil:
		return n, err
	case r.pos == r.size:
		return n, io.EOF
	case r.pos == r.from:
		return n, io.ErrUnexpectedEOF
	}
	return n, nil
}

func (r *Reader) open() error {
	n := int64(-1)
	if end := r.ends[r.pos]; end > r.pos {
		n = end - r.pos
	}
	body, info, err := r.store.Open(r.ctx, r.d, r.pos, n)
	if err != nil {
		return err
	}
	if info.Size != r.size {
		body.Close()
		return fmt.Errorf("%s: %d bytes, want %d: %w", r.d, info.Size, r.size, ErrCorrupt)
	}
	r.body, r.from = body, r.pos
	return nil
}

// Seek sets where the next Read begins. It fails with fs.ErrInvalid before the
// start of the blob.
func (r *Reader) Seek(offset int64, whence int) (int64, error) {
	pos := offset
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		pos += r.pos
	case io.SeekEnd:
		pos += r.size
	default:
		pos = -1
	}
	if pos < 0 {
		return r.pos, fmt.Errorf("blob: seek %d from %d: %w", offset, whence, fs.ErrInvalid)
	}
	if pos == r.pos {
		return pos, nil
	}
	r.pos = pos
	return pos, r.Close()
}

// Close releases what the last Read opened. Read and Seek still work after it.
func (r *Reader) Close() error {
	if r.body == nil {
		return nil
	}
	body := r.body
	r.body = nil
	return body.Close()
}
