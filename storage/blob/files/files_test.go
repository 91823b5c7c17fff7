package files_test

import (
	"testing"

	"pano/storage/blob"
	"pano/storage/blob/blobtest"
	"pano/storage/blob/files"
)

func TestStore(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blob.Store { return open(t, t.TempDir()) })
}

func open(t *testing.T, folder string) *files.Store {
	t.Helper()
	s, err := files.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}
