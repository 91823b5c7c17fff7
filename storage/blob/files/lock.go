package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"syscall"

	"pano/storage/blob"
)

// ErrInUse is what Open fails with while the folder is taken.
var ErrInUse = errors.New("the folder is in use by another Pano")

// take makes s the owner of its folder and sweeps tmp, unless a command that
// joined may be writing there.
func (s *Store) take() error {
	if err := s.flock("lock", syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return err
	}
	if err := s.makeFolders(); err != nil {
		return err
	}
	switch err := s.flock("writers.lock", syscall.LOCK_EX|syscall.LOCK_NB); {
	case errors.Is(err, ErrInUse):
		return s.join()
	case err != nil:
		return err
	}
	if err := s.sweep(); err != nil {
		return err
	}
	if err := s.probeLinks(); err != nil {
		return err
	}
	return s.share()
}

// join makes s one of the writers into its folder; it waits for a sweep to end.
func (s *Store) join() error {
	if err := s.flock("writers.lock", syscall.LOCK_SH); err != nil {
		return err
	}
	return s.makeFolders()
}

// flock locks a file of the folder until Close, or a crash.
func (s *Store) flock(name string, how int) error {
	f, err := s.root.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return mapped(err)
	}
	if err := flock(f, how); err != nil {
		f.Close()
		return err
	}
	s.locks = append(s.locks, f)
	return nil
}

// share lets others write beside s again, after a sweep.
func (s *Store) share() error { return flock(s.locks[len(s.locks)-1], syscall.LOCK_SH) }

func flock(f *os.File, how int) error {
	for {
		switch err := syscall.Flock(int(f.Fd()), how); err {
		case syscall.EINTR:
		case syscall.EWOULDBLOCK:
			return ErrInUse
		default:
			return mapped(err)
		}
	}
}

// sweep removes what killed processes left below tmp.
func (s *Store) sweep() error {
	dir, err := s.root.Open(tmpDir)
	if err != nil {
		return gone(err)
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return mapped(err)
	}
	for _, name := range names {
		if err := s.root.RemoveAll(path.Join(tmpDir, name)); err != nil {
			return mapped(err)
		}
	}
	return nil
}

// probeLinks fails where the file system has no hard links.
func (s *Store) probeLinks() error {
	f, err := s.create()
	if err != nil {
		return err
	}
	defer f.discard()
	link := f.name + ".link"
	defer s.root.Remove(link)
	if err := s.root.Link(f.name, link); err != nil {
		return fmt.Errorf("the file system must have hard links: %w", err)
	}
	return nil
}

// missing explains err, met at the name of d: the blob or its folder is not there.
func (s *Store) missing(d blob.Digest, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := s.root.Lstat(path.Dir(blob.Key(d))); err != nil {
			return gone(err)
		}
	}
	return mapped(err)
}

// gone maps err where only a removed folder explains that a file is not there.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: the folder is gone: %v", blob.ErrUnavailable, err)
	}
	return mapped(err)
}

// mapped tells what the operating system says in the words of package blob.
func mapped(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return fmt.Errorf("%w: %w", blob.ErrNoSpace, err)
	case errors.Is(err, syscall.EIO), errors.Is(err, syscall.ESTALE), errors.Is(err, syscall.EROFS),
		errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return fmt.Errorf("%w: %w", blob.ErrUnavailable, err)
	}
	return err
}
