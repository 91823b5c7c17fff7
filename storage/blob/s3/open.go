package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"

	"github.com/minio/minio-go/v7"

	"pano/storage/blob"
)

// Open is blob.Store.Open: one GET with the exact range.
func (s *Store) Open(ctx context.Context, d blob.Digest, off, n int64) (io.ReadCloser, blob.Info, error) {
	if off >= 0 && n != 0 {
		body, info, err := s.get(ctx, blob.Key(d), off, n)
		if !errors.Is(err, fs.ErrInvalid) {
			info.Digest = d
			return body, info, s.explained(ctx, blob.Key(d), err)
		}
	}
	// S3 refuses a range without bytes, as it does one outside; the size tells.
	info, err := s.Stat(ctx, d)
	switch {
	case err != nil:
		return nil, info, err
	case off < 0 || off > info.Size:
		return nil, info, fmt.Errorf("%s: offset %d of %d: %w", d, off, info.Size, fs.ErrInvalid)
	case n != 0 && off < info.Size:
		return nil, info, fmt.Errorf("%s: %w: refused bytes from %d of %d", d, blob.ErrUnavailable, off, info.Size)
	}
	return http.NoBody, info, nil
}

// get begins to read an object, as blob.Store.Open does. It fails with
// fs.ErrInvalid if the range has no bytes.
func (s *Store) get(ctx context.Context, key string, off, n int64) (io.ReadCloser, blob.Info, error) {
	w, err := s.begin(ctx)
	if err != nil {
		return nil, blob.Info{}, err
	}
	var o minio.GetObjectOptions
	ranged := off > 0 || n > 0
	if ranged {
		o.Set("Range", rangeHeader(off, n))
	}
	r, object, h, err := s.core.GetObject(w.ctx, s.bucket, key, o)
	if err := w.told(err); err != nil {
		w.end()
		return nil, blob.Info{}, fmt.Errorf("%s: %w", key, err)
	}
	w.rest()
	info := blob.Info{Size: object.Size, ModTime: object.LastModified}
	first, length := int64(0), object.Size
	if ranged {
		first, length, info.Size = contentRange(h.Get("Content-Range"))
	}
	if first != off || length < 0 {
		r.Close()
		w.end()
		return nil, info, fmt.Errorf("%s: %w: asked for bytes from %d, got %q of length %d",
			key, blob.ErrUnavailable, off, h.Get("Content-Range"), length)
	}
	return &body{r: r, left: length, watch: w}, info, nil
}

// rangeHeader asks for n bytes from off, or for all from off if n < 0 or more
// than there can be.
func rangeHeader(off, n int64) string {
	if last := off + n - 1; n > 0 && last >= off {
		return fmt.Sprintf("bytes=%d-%d", off, last)
	}
	return fmt.Sprintf("bytes=%d-", off)
}

// contentRange reads a Content-Range header. A header that makes no sense has a
// length of -1.
func contentRange(h string) (first, length, size int64) {
	var last int64
	_, err := fmt.Sscanf(h, "bytes %d-%d/%d", &first, &last, &size)
	if err != nil || first < 0 || last < first || last >= size {
		return 0, -1, 0
	}
	return first, last - first + 1, size
}

// body is the answer to a GET. It never ends early without saying so.
type body struct {
	r     io.ReadCloser
	left  int64 // bytes the server promised
	watch *watch
}

func (b *body) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, io.EOF
	}
	// Only while we wait for the server: a slow reader is not its fault.
	b.watch.wait(Patience)
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.watch.rest()
	b.left -= int64(n)
	switch {
	case b.left == 0:
		return n, nil // the next Read is io.EOF
	case err == io.EOF:
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		err = b.watch.told(err)
	}
	return n, err
}

func (b *body) Close() error {
	err := b.r.Close()
	b.watch.end()
	return err
}
