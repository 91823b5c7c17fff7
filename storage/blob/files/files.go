// Package files keeps blobs as read-only files in one folder of a local disk:
//
//	lock                    held by the process that has the folder
//	writers.lock            shared by every process that writes into it
//	pano-catalogue.json     whose blobs these are
//	tmp/…                   what is being written
//	blobs/sha256/ab/<hex>   blobs
//
// A blob is written below tmp, synced, linked to its name, and then the
// directory is synced: a name never shows half a blob, and what Put acknowledged
// outlives a crash of the process, the system or the power. The file system must
// have hard links, as those of Unix systems do.
package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/url"
	"os"
	"path"
	"slices"
	"sync"

	"pano/storage/blob"
)

const (
	blobDir  = "blobs/sha256"
	tmpDir   = "tmp"
	dirMode  = 0o750
	blobMode = 0o440
)

// A Store is a blob.Store in one folder.
type Store struct {
	root    *os.Root
	locks   []*os.File
	buffers sync.Pool // of *[]byte, for copying
}

var _ blob.Store = (*Store)(nil)

// Open takes the folder for this process, makes it if need be, and removes what
// a killed process left half written. The caller closes the Store.
//
// It fails with ErrInUse while another Store has the folder, in this process or
// another.
func Open(folder string) (*Store, error) {
	s, err := at(folder)
	if err != nil {
		return nil, err
	}
	if err := s.take(); err != nil {
		s.Close()
		return nil, fmt.Errorf("blobs in %s: %w", folder, err)
	}
	return s, nil
}

// Join uses the folder without taking it, for commands that run beside the
// service. It makes what is missing and removes nothing. The caller closes the
// Store.
func Join(folder string) (*Store, error) {
	s, err := at(folder)
	if err != nil {
		return nil, err
	}
	if err := s.join(); err != nil {
		s.Close()
		return nil, fmt.Errorf("blobs in %s: %w", folder, err)
	}
	return s, nil
}

// at opens the folder and locks nothing.
func at(folder string) (*Store, error) {
	if err := os.MkdirAll(folder, dirMode); err != nil {
		return nil, mapped(err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, mapped(err)
	}
	s := &Store{root: root}
	s.buffers.New = func() any { b := make([]byte, 256<<10); return &b }
	return s, nil
}

// makeFolders makes every directory a blob will ever need and syncs them, so
// that Put has only one directory to sync.
func (s *Store) makeFolders() error {
	for _, dir := range []string{tmpDir, blobDir} {
		if err := s.root.MkdirAll(dir, dirMode); err != nil {
			return mapped(err)
		}
	}
	for i := range 256 {
		if err := s.root.Mkdir(fanOut(i), dirMode); err != nil && !errors.Is(err, fs.ErrExist) {
			return mapped(err)
		}
	}
	return errors.Join(s.sync(blobDir), s.sync(path.Dir(blobDir)), s.sync("."))
}

// fanOut returns the directory of the blobs whose first byte is i.
func fanOut(i int) string { return fmt.Sprintf("%s/%02x", blobDir, i) }

// Close gives the folder back. Readers that are open stay usable.
func (s *Store) Close() error {
	err := s.root.Close()
	for _, f := range s.locks {
		err = errors.Join(err, f.Close())
	}
	s.locks = nil
	return err
}

// Open is blob.Store.Open. A whole blob comes as an *os.File.
func (s *Store) Open(ctx context.Context, d blob.Digest, off, n int64) (io.ReadCloser, blob.Info, error) {
	if err := ctx.Err(); err != nil {
		return nil, blob.Info{}, err
	}
	f, err := s.root.Open(blob.Key(d))
	if err != nil {
		return nil, blob.Info{}, s.missing(d, err)
	}
	info, r, err := section(f, d, off, n)
	if err != nil {
		f.Close()
		return nil, info, fmt.Errorf("%s: %w", d, mapped(err))
	}
	return r, info, nil
}

// section describes the blob d in f, and returns f limited to n bytes from off.
func section(f *os.File, d blob.Digest, off, n int64) (blob.Info, io.ReadCloser, error) {
	fi, err := f.Stat()
	if err != nil {
		return blob.Info{}, nil, err
	}
	info := blob.Info{Digest: d, Size: fi.Size(), ModTime: fi.ModTime()}
	if off < 0 || off > info.Size {
		return info, nil, fmt.Errorf("offset %d of %d: %w", off, info.Size, fs.ErrInvalid)
	}
	if rest := info.Size - off; n < 0 || n > rest {
		n = rest
	}
	if n == info.Size {
		return info, f, nil
	}
	_, err = f.Seek(off, io.SeekStart)
	return info, &part{f, n}, err
}

// part is the next left bytes of a file.
type part struct {
	f    *os.File
	left int64
}

func (p *part) Read(b []byte) (int, error) {
	if p.left == 0 {
		return 0, io.EOF
	}
	n, err := p.f.Read(b[:min(int64(len(b)), p.left)])
	p.left -= int64(n)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF // somebody cut the file off while it was read
	}
	return n, err
}

func (p *part) Close() error { return p.f.Close() }

// Stat is blob.Store.Stat.
func (s *Store) Stat(ctx context.Context, d blob.Digest) (blob.Info, error) {
	if err := ctx.Err(); err != nil {
		return blob.Info{}, err
	}
	fi, err := s.root.Lstat(blob.Key(d))
	if err != nil {
		return blob.Info{}, s.missing(d, err)
	}
	return blob.Info{Digest: d, Size: fi.Size(), ModTime: fi.ModTime()}, nil
}

// Delete is blob.Store.Delete.
func (s *Store) Delete(ctx context.Context, d blob.Digest) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.root.Remove(blob.Key(d)); err != nil {
		if err = s.missing(d, err); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	return s.sync(path.Dir(blob.Key(d)))
}

// List is blob.Store.List. It passes over files that are no blobs.
func (s *Store) List(ctx context.Context, after blob.Digest) iter.Seq2[blob.Info, error] {
	return func(yield func(blob.Info, error) bool) {
		for i := int(after[0]); i < 256; i++ {
			all, err := s.listIn(i)
			if err != nil {
				yield(blob.Info{}, err)
				return
			}
			for _, d := range all {
				if !after.IsZero() && slices.Compare(d[:], after[:]) <= 0 {
					continue
				}
				info, err := s.Stat(ctx, d)
				if errors.Is(err, fs.ErrNotExist) {
					continue // deleted meanwhile
				}
				if !yield(info, err) || err != nil {
					return
				}
			}
		}
	}
}

// listIn returns the blobs whose first byte is i, in order.
func (s *Store) listIn(i int) ([]blob.Digest, error) {
	f, err := s.root.Open(fanOut(i))
	if err != nil {
		return nil, gone(err)
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	if err != nil {
		return nil, mapped(err)
	}
	slices.Sort(names)
	var all []blob.Digest
	for _, name := range names {
		if d, err := blob.ParseDigest(name); err == nil && int(d[0]) == i {
			all = append(all, d)
		}
	}
	return all, nil
}

// SignedURL fails with errors.ErrUnsupported: files have no address.
func (s *Store) SignedURL(context.Context, blob.Digest, blob.SignOptions) (*url.URL, error) {
	return nil, fmt.Errorf("blobs in local files have no address: %w", errors.ErrUnsupported)
}

// Ping writes and removes a small file.
func (s *Store) Ping(ctx context.Context) error {
	f, err := s.create()
	if err != nil {
		return err
	}
	defer f.discard()
	_, err = f.Write(make([]byte, 4096))
	return mapped(err)
}

// Marker is blob.Store.Marker.
func (s *Store) Marker(ctx context.Context) (string, error) {
	f, err := s.root.Open(blob.MarkerKey)
	if err != nil {
		return "", mapped(err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, blob.MaxMarker))
	if err != nil {
		return "", mapped(err)
	}
	return blob.ParseMarker(b)
}

// SetMarker is blob.Store.SetMarker.
func (s *Store) SetMarker(ctx context.Context, id string) error {
	b, err := blob.FormatMarker(id)
	if err != nil {
		return err
	}
	f, err := s.create()
	if err != nil {
		return err
	}
	defer f.discard()
	if _, err := f.Write(b); err != nil {
		return mapped(err)
	}
	if _, err := f.publish(blob.MarkerKey); err != nil {
		return err
	}
	return blob.CheckMarker(ctx, s, id)
}
