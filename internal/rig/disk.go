package rig

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// SmallDisk returns an empty folder on a file system with room for size bytes
// and not much more, to be filled up. It is gone when t is over.
//
// That takes the right to mount, or a /dev/shm as small as containers have.
func SmallDisk(t testing.TB, size int64) string {
	t.Helper()
	dir := t.TempDir()
	err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size))
	if err == nil {
		t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
		return dir
	}
	dir, shmErr := leave("/dev/shm", size)
	if shmErr != nil {
		t.Fatalf("no disk that may be filled up: mounting a tmpfs: %v; instead of it: %v", err, shmErr)
	}
	t.Cleanup(func() { os.RemoveAll(filepath.Dir(dir)) })
	return dir
}

// leave fills the file system of parent until size bytes are left, and returns a
// new folder on it.
func leave(parent string, size int64) (dir string, err error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(parent, &st); err != nil {
		return "", fmt.Errorf("%s: %w", parent, err)
	}
	ballast := int64(st.Bavail)*int64(st.Bsize) - size
	if ballast < 0 || ballast > 1<<30 {
		return "", fmt.Errorf("%s has %d bytes free; want at least %d and at most 1 GiB more", parent, ballast+size, size)
	}
	if dir, err = os.MkdirTemp(parent, "pano-"); err != nil {
		return "", err
	}
	f, err := os.Create(filepath.Join(dir, "ballast"))
	if err == nil {
		defer f.Close()
		err = syscall.Fallocate(int(f.Fd()), 0, 0, ballast)
	}
	if err != nil {
		os.RemoveAll(dir)
		return "", err
	}
	dir = filepath.Join(dir, "disk")
	return dir, os.Mkdir(dir, 0o755)
}
