// Package blob keeps bytes under their digest: masters as they came, renditions
// as they were made.
//
// A blob is named by the SHA-256 of its bytes, so it never changes, a second
// copy costs nothing, and every reader can check what it got. Store is what the
// rest of Pano sees; storage/blob/files keeps blobs on a local disk,
// storage/blob/s3 in a bucket, and storage/blob/blobtest says, as a test, what
// both must do.
package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/url"
	"time"
)

// What a Store fails with, besides fs.ErrNotExist (no such blob, or no marker),
// fs.ErrPermission (the store refuses us: wrong key, wrong secret, wrong owner),
// fs.ErrInvalid (the caller asked for what cannot be) and the error of the
// caller's context. Test with errors.Is; the text is for the log.
var (
	// ErrCorrupt: bytes and digest, or bytes and size, do not belong together.
	ErrCorrupt = errors.New("blob: bytes do not match their digest or size")
	// ErrNoSpace: the disk, quota or bucket is full. Reading still works.
	ErrNoSpace = errors.New("blob: no space left")
	// ErrUnavailable: the store is down, overloaded, silent or gone. The same
	// call may work later.
	ErrUnavailable = errors.New("blob: store unavailable")
	// ErrClock: the store refuses us because our clocks differ too much.
	ErrClock = errors.New("blob: this clock and the store's differ too much")
)

// Info describes one blob.
type Info struct {
	Digest  Digest
	Size    int64     // bytes
	ModTime time.Time // when it was stored, by the store's clock
}

// A Source is what Put reads a blob from: a file, or bytes.NewReader. A Store
// may read it more than once, and leaves its position anywhere. The caller
// closes it.
type Source interface {
	io.Reader
	io.ReaderAt
	io.Seeker
}

// SignOptions says how a signed URL behaves.
type SignOptions struct {
	TTL         time.Duration // how long it works; at most 7 days
	Disposition string        // Content-Disposition of the answer; "" = none
	ContentType string        // Content-Type of the answer; "" = application/octet-stream
}

// A Store keeps blobs. It is safe for concurrent use, by several processes too.
type Store interface {
	// Put keeps the size bytes of src under d: all of them, durably, or nothing.
	// It reads nothing from src after it returned.
	// It never replaces: created is false where d was kept already, and src is
	// then not compared.
	//
	// It fails with ErrCorrupt if src is not exactly size bytes with digest d,
	// or if d is kept with another size, and with ErrNoSpace. After any error
	// but ErrCorrupt the blob may nevertheless be there, whole.
	Put(ctx context.Context, d Digest, size int64, src Source) (created bool, err error)

	// Open returns n bytes of d from byte off on, in one request; n < 0, or more
	// than there are, means all that follow. Info describes the whole blob. The
	// caller closes the reader, and cancelling ctx breaks it off.
	//
	// A reader that ends early fails with io.ErrUnexpectedEOF or ErrUnavailable,
	// never with a silent io.EOF. The bytes are not checked against d: that
	// takes the whole blob, see Verify. Open fails with fs.ErrNotExist, and with
	// fs.ErrInvalid if off is below 0 or behind the end.
	Open(ctx context.Context, d Digest, off, n int64) (io.ReadCloser, Info, error)

	// Stat describes d. It fails with fs.ErrNotExist.
	Stat(ctx context.Context, d Digest) (Info, error)

	// Delete forgets d. Forgetting what is not there succeeds.
	Delete(ctx context.Context, d Digest) error

	// List yields every blob after the given digest in the order of digests; the
	// zero Digest means from the start. It stops at the first error. Blobs put
	// or deleted meanwhile may be in it or not.
	List(ctx context.Context, after Digest) iter.Seq2[Info, error]

	// SignedURL returns an address that serves d to anyone until o.TTL has
	// passed. It does not ask whether d is there. It fails with
	// errors.ErrUnsupported where the store has no public address; stream from
	// Open then.
	SignedURL(ctx context.Context, d Digest, o SignOptions) (*url.URL, error)

	// Ping fails as the next call probably would. It is cheap enough for a
	// health check, and always asks.
	Ping(ctx context.Context) error

	// Marker returns the id of the catalogue that these blobs belong to. It
	// fails with fs.ErrNotExist if the store was never marked.
	Marker(ctx context.Context) (id string, err error)

	// SetMarker marks the store as belonging to catalogue id, for good. It
	// succeeds if the store already bears id, and fails with fs.ErrExist if it
	// bears another.
	SetMarker(ctx context.Context, id string) error
}

// Verify reads all of d and compares. It fails with ErrCorrupt if the bytes or
// their number are wrong, and as Open and its reader do.
func Verify(ctx context.Context, s Store, d Digest) (Info, error) {
	r, info, err := s.Open(ctx, d, 0, -1)
	if err != nil {
		return info, err
	}
	defer r.Close()
	h := sha256.New()
	n, err := io.Copy(h, r)
	if err != nil {
		return info, err
	}
	if n != info.Size || Digest(h.Sum(nil)) != d {
		return info, fmt.Errorf("%s: %w", d, ErrCorrupt)
	}
	return info, nil
}
