package files

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"pano/storage/blob"
)

// Put is blob.Store.Put.
func (s *Store) Put(ctx context.Context, d blob.Digest, size int64, src blob.Source) (created bool, err error) {
	info, err := s.Stat(ctx, d)
	if err == nil {
		if info.Size != size {
			return false, fmt.Errorf("%s is kept with %d bytes, want %d: %w", d, info.Size, size, blob.ErrCorrupt)
		}
		return false, s.sync(path.Dir(blob.Key(d))) // its writer may not have come to that yet
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	f, err := s.create()
	if err != nil {
		return false, err
	}
	defer f.discard()
	if err := s.fill(ctx, f, d, size, src); err != nil {
		return false, fmt.Errorf("%s: %w", d, mapped(err))
	}
	return f.publish(blob.Key(d))
}

// fill copies src to f and compares it with d and size.
func (s *Store) fill(ctx context.Context, f *draft, d blob.Digest, size int64, src blob.Source) error {
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return err
	}
	buf := s.buffers.Get().(*[]byte)
	defer s.buffers.Put(buf)
	sum := sha256.New()
	var n int64
	for n <= size {
		if err := ctx.Err(); err != nil {
			return err
		}
		k, err := src.Read(*buf)
		n += int64(k)
		sum.Write((*buf)[:k])
		if _, err := f.Write((*buf)[:k]); err != nil {
			return err
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	if n != size || blob.Digest(sum.Sum(nil)) != d {
		return blob.ErrCorrupt
	}
	return nil
}

// A draft is a file below tmp that has no name yet.
type draft struct {
	*os.File
	store *Store
	name  string
}

func (s *Store) create() (*draft, error) {
	name := path.Join(tmpDir, rand.Text())
	f, err := s.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, blobMode)
	if err != nil {
		return nil, gone(err)
	}
	return &draft{f, s, name}, nil
}

// publish makes the draft durable under a name, unless the name is taken.
// Linking, unlike renaming, never replaces: of several writers one creates.
func (f *draft) publish(name string) (created bool, err error) {
	if err := f.Sync(); err != nil {
		return false, mapped(err)
	}
	err = f.store.root.Link(f.name, name)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return false, gone(err)
	}
	created = err == nil
	// Synced even where another created it: it may not have come to that yet.
	return created, f.store.sync(path.Dir(name))
}

// discard closes the draft and removes it from tmp.
func (f *draft) discard() {
	f.Close()
	f.store.root.Remove(f.name) // what stays is swept by the next Open
}

// sync makes the entries of a directory durable.
func (s *Store) sync(dir string) error {
	f, err := s.root.Open(dir)
	if err != nil {
		return gone(err)
	}
	defer f.Close()
	return mapped(f.Sync())
}
