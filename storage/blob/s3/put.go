package s3

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"

	"pano/storage/blob"
)

const (
	// MaxSize is the largest blob, in bytes, that Put takes: what S3 takes in
	// one request, so that the server can check the whole.
	MaxSize = 5 << 30

	// statFirst is the size from which Put asks before it sends. Below it,
	// sending what is there already costs less than asking.
	statFirst = 1 << 20
)

// Put is blob.Store.Put. It also fails with fs.ErrInvalid above MaxSize.
func (s *Store) Put(ctx context.Context, d blob.Digest, size int64, src blob.Source) (created bool, err error) {
	if err := plausible(size, src); err != nil {
		return false, fmt.Errorf("%s: %w", d, err)
	}
	if size >= statFirst {
		if kept, err := s.kept(ctx, d, size); kept || err != nil {
			return false, err
		}
	}
	switch err := s.send(ctx, blob.Key(d), d, size, src); {
	case err == nil:
		return true, nil
	case !errors.Is(err, fs.ErrExist):
		return false, fmt.Errorf("%s: %w", d, err)
	}
	kept, err := s.kept(ctx, d, size)
	if err == nil && !kept {
		err = fmt.Errorf("%s: %w: deleted while it was put", d, blob.ErrUnavailable)
	}
	return false, err
}

// plausible fails with ErrCorrupt where no server is needed to see it.
func plausible(size int64, src blob.Source) error {
	got, err := src.Seek(0, io.SeekEnd)
	switch {
	case err != nil:
		return err
	case size > MaxSize:
		return fmt.Errorf("%d bytes are more than one request takes: %w", size, fs.ErrInvalid)
	case got != size:
		return blob.ErrCorrupt
	}
	return nil
}

// kept reports whether d is kept. It fails with ErrCorrupt if it is, but not
// with size bytes.
func (s *Store) kept(ctx context.Context, d blob.Digest, size int64) (bool, error) {
	info, err := s.stat(ctx, d)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, s.explained(ctx, blob.Key(d), err)
	case info.Size != size:
		return false, fmt.Errorf("%s is kept with %d bytes, want %d: %w", d, info.Size, size, blob.ErrCorrupt)
	}
	return true, nil
}

// send puts one object in one request, or more if the server was not to be had.
// It fails with fs.ErrExist if there is one under key, and with ErrCorrupt
// unless src is size bytes with digest d.
func (s *Store) send(ctx context.Context, key string, d blob.Digest, size int64, src io.ReaderAt) error {
	w, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer w.end()
	info, err := s.attempt(w, key, d, size, src)
	for i := 1; i < attempts && again(err) && w.sleep(time.Duration(i)*retryAfter); i++ {
		info, err = s.attempt(w, key, d, size, src)
	}
	if broken, ok := errors.AsType[sourceError](err); ok && ctx.Err() == nil {
		return broken.error
	}
	if err := w.told(err); err != nil {
		return s.explained(ctx, key, err)
	}
	if info.ChecksumSHA256 != base64.StdEncoding.EncodeToString(d[:]) {
		return s.reread(ctx, key, d, size)
	}
	return nil
}

// attempt is one request of send. It reads nothing from src after it returned.
func (s *Store) attempt(w *watch, key string, d blob.Digest, size int64, src io.ReaderAt) (minio.UploadInfo, error) {
	o := minio.PutObjectOptions{
		ContentType:      "application/octet-stream",
		CacheControl:     "private, max-age=31536000, immutable",
		DisableMultipart: true,
		// The signature covers the checksum header, and the server holds the
		// bytes against that: signing each chunk would only hash them again.
		DisableContentSha256: true,
		UserMetadata:         map[string]string{"X-Amz-Checksum-Sha256": base64.StdEncoding.EncodeToString(d[:])},
	}
	o.SetMatchETagExcept("*") // If-None-Match: *
	up := &upload{src: src, size: size, watch: w}
	info, err := s.once.PutObject(w.ctx, s.bucket, key, io.NewSectionReader(up, 0, size), size, o)
	if broken := up.shut(); broken != nil {
		err = sourceError{broken}
	}
	return info, err
}

// reread checks what was sent to a server that did not say it had, and removes
// it again if it is not whole.
func (s *Store) reread(ctx context.Context, key string, d blob.Digest, size int64) error {
	body, got, err := s.get(ctx, key, 0, -1)
	if err != nil {
		return err
	}
	defer body.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, body); err != nil {
		return err
	}
	if got.Size == size && blob.Digest(sum.Sum(nil)) == d {
		return nil
	}
	return errors.Join(blob.ErrCorrupt, s.do(ctx, func(ctx context.Context) error {
		return s.client.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{})
	}))
}

// upload is what one attempt reads: a source that tells a watch that its bytes
// are taken. The transport may go on reading after the server has answered, and
// the source is not ours by then: shut ends that.
type upload struct {
	src   io.ReaderAt
	size  int64
	watch *watch

	mu  sync.Mutex
	off bool
	err error // of src
}

func (u *upload) ReadAt(p []byte, off int64) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.off {
		return 0, io.ErrClosedPipe
	}
	n, err := u.src.ReadAt(p, off)
	switch {
	case err != nil && err != io.EOF:
		u.err = err
	case off+int64(n) >= u.size:
		u.watch.wait(Patience + time.Duration(u.size/slowest)*time.Second)
	default:
		u.watch.wait(Patience)
	}
	return n, err
}

// shut ends all reading, and returns how src failed.
func (u *upload) shut() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.off = true
	return u.err
}

// sourceError is what a source failed with, to be told from how the server did.
type sourceError struct{ error }

func (e sourceError) Unwrap() error { return e.error }

// Marker is blob.Store.Marker.
func (s *Store) Marker(ctx context.Context) (string, error) {
	body, _, err := s.get(ctx, blob.MarkerKey, 0, -1)
	if err != nil {
		return "", s.explained(ctx, blob.MarkerKey, err)
	}
	defer body.Close()
	b, err := io.ReadAll(io.LimitReader(body, blob.MaxMarker))
	if err != nil {
		return "", err
	}
	return blob.ParseMarker(b)
}

// SetMarker is blob.Store.SetMarker.
func (s *Store) SetMarker(ctx context.Context, id string) error {
	b, err := blob.FormatMarker(id)
	if err != nil {
		return err
	}
	err = s.send(ctx, blob.MarkerKey, sha256.Sum256(b), int64(len(b)), bytes.NewReader(b))
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return blob.CheckMarker(ctx, s, id)
}
