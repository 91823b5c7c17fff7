package files_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"pano/internal/rig"
	"pano/storage/blob"
	"pano/storage/blob/blobtest"
	"pano/storage/blob/files"
)

// loadFolder in the environment makes TestMain put blobs into that folder until
// it is killed, instead of running tests.
const loadFolder = "PANO_TEST_LOAD_FOLDER"

func TestMain(m *testing.M) {
	if folder := os.Getenv(loadFolder); folder != "" {
		load(folder)
	}
	os.Exit(m.Run())
}

func load(folder string) {
	s, err := files.Open(folder)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	blobtest.Load(context.Background(), s, func(d blob.Digest) { fmt.Println(d) })
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

func TestStore(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blob.Store { return open(t, t.TempDir()) })
}

func TestJoinedStoreWorksBesideItsOwner(t *testing.T) {
	folder := t.TempDir()
	owner := open(t, folder)
	joined, err := files.Join(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer joined.Close()
	for _, s := range [][2]*files.Store{{owner, joined}, {joined, owner}} {
		b, _ := blobtest.Blob(1000)
		d := blobtest.Put(t, s[0], b)
		if _, err := blob.Verify(t.Context(), s[1], d); err != nil {
			t.Error(err)
		}
		if err := s[1].Delete(t.Context(), d); err != nil {
			t.Error(err)
		}
		blobtest.Absent(t, s[0], d)
	}
}

// TestNothingAcknowledgedIsLostByKilling kills a process that puts blobs as fast
// as it can, twenty times.
func TestNothingAcknowledgedIsLostByKilling(t *testing.T) {
	folder := t.TempDir()
	var acked []blob.Digest
	left := 0
	for round := range 20 {
		acked = append(acked, killed(t, folder, 10+round)...)
		left += len(entries(t, filepath.Join(folder, "tmp")))
	}
	if left == 0 {
		t.Error("every kill came between two blobs; it proves nothing")
	}
	s := open(t, folder)
	if names := entries(t, filepath.Join(folder, "tmp")); len(names) > 0 {
		t.Errorf("left below tmp: %s", names)
	}
	blobtest.Whole(t, s, acked)
}

// killed runs load in a process of its own, kills it after at least enough
// acknowledgements, and returns all of them.
func killed(t *testing.T, folder string, enough int) (acked []blob.Digest) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self)
	child.Env = append(os.Environ(), loadFolder+"="+folder)
	child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	child.Stderr = &said
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var line string
	for {
		if _, err := fmt.Fscanln(out, &line); err != nil {
			break // killed
		}
		d, err := blob.ParseDigest(line)
		if err != nil {
			t.Error(err)
		}
		if acked = append(acked, d); len(acked) == enough {
			child.Process.Kill()
		}
	}
	child.Wait()
	if len(acked) < enough {
		t.Fatalf("ended after %d acknowledgements, want %d:\n%s", len(acked), enough, &said)
	}
	return acked
}

func entries(t *testing.T, dir string) (names []string) {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		names = append(names, e.Name())
	}
	return names
}

func TestFullDiskKeepsWhatItHas(t *testing.T) {
	folder := rig.SmallDisk(t, 4<<20)
	s := open(t, folder)
	small, _ := blobtest.Blob(100 << 10)
	kept := blobtest.Put(t, s, small)

	b, d := blobtest.Blob(8 << 20)
	_, err := s.Put(t.Context(), d, int64(len(b)), bytes.NewReader(b))
	if !errors.Is(err, blob.ErrNoSpace) {
		t.Errorf("got %v, want ErrNoSpace", err)
	}
	blobtest.Absent(t, s, d)
	if names := entries(t, filepath.Join(folder, "tmp")); len(names) > 0 {
		t.Errorf("left below tmp: %s", names)
	}
	if _, err := blob.Verify(t.Context(), s, kept); err != nil {
		t.Error(err)
	}

	// Full to the last byte: reading works, putting and Ping say why not.
	err = os.WriteFile(filepath.Join(folder, "full"), make([]byte, 8<<20), 0o600)
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context()); !errors.Is(err, blob.ErrNoSpace) {
		t.Errorf("Ping: %v, want ErrNoSpace", err)
	}
	if err := s.SetMarker(t.Context(), "catalogue"); !errors.Is(err, blob.ErrNoSpace) {
		t.Errorf("SetMarker: %v, want ErrNoSpace", err)
	}
	if _, err := blob.Verify(t.Context(), s, kept); err != nil {
		t.Error(err)
	}

	// Room again, and it goes on without being opened anew.
	if err := os.Remove(filepath.Join(folder, "full")); err != nil {
		t.Fatal(err)
	}
	more, _ := blobtest.Blob(100 << 10)
	blobtest.Put(t, s, more)
}

func TestFolderIsTakenOnce(t *testing.T) {
	folder := t.TempDir()
	first := open(t, folder)
	if s, err := files.Open(folder); !errors.Is(err, files.ErrInUse) {
		s.Close()
		t.Errorf("second Open: %v, want ErrInUse", err)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	open(t, folder)
}

func TestKilledProcessLeavesTheFolderFree(t *testing.T) {
	folder := t.TempDir()
	killed(t, folder, 1)
	open(t, folder)
}

func TestOpenSweepsUnlessSomeoneMayBeWriting(t *testing.T) {
	folder := t.TempDir()
	half := filepath.Join(folder, "tmp", "HALF")
	there := func() bool { _, err := os.Lstat(half); return err == nil }
	write := func() {
		t.Helper()
		if err := os.WriteFile(half, []byte("half a banner"), 0o440); err != nil {
			t.Fatal(err)
		}
	}

	joined, err := files.Join(folder)
	if err != nil {
		t.Fatal(err)
	}
	write()
	owner := open(t, folder)
	if !there() {
		t.Error("swept while another writer had joined")
	}
	joined.Close()
	owner.Close()

	open(t, folder)
	if there() {
		t.Error("not swept")
	}
	write()
	if joined, err = files.Join(folder); err != nil {
		t.Fatal(err)
	}
	defer joined.Close()
	if !there() {
		t.Error("Join swept")
	}
}

func TestRemovedFolderIsNotAMissingBlob(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	b, _ := blobtest.Blob(1000)
	d := blobtest.Put(t, s, b)
	if err := os.Rename(filepath.Join(folder, "blobs"), filepath.Join(folder, "moved")); err != nil {
		t.Fatal(err)
	}
	_, statErr := s.Stat(t.Context(), d)
	_, _, openErr := s.Open(t.Context(), d, 0, -1)
	_, putErr := s.Put(t.Context(), d, 1000, bytes.NewReader(b))
	var listErr error
	for _, listErr = range s.List(t.Context(), blob.Digest{}) {
	}
	for call, err := range map[string]error{"Stat": statErr, "Open": openErr, "Put": putErr, "List": listErr, "Delete": s.Delete(t.Context(), d)} {
		if !errors.Is(err, blob.ErrUnavailable) || errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v, want ErrUnavailable", call, err)
		}
	}
}

func TestListPassesOverWhatIsNoBlob(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	b, _ := blobtest.Blob(1000)
	d := blobtest.Put(t, s, b)
	dir := filepath.Dir(filepath.Join(folder, blob.Key(d)))
	elsewhere := "00" // not where it would be looked for
	if strings.HasSuffix(dir, elsewhere) {
		elsewhere = "01"
	}
	for _, name := range []string{"thumbs.db", strings.ToUpper(d.String()), ".nfs0001", "../" + elsewhere + "/" + d.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var got []blob.Digest
	for info, err := range s.List(t.Context(), blob.Digest{}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, info.Digest)
	}
	if !slices.Equal(got, []blob.Digest{d}) {
		t.Errorf("got %s, want %s alone", got, d)
	}
}

func TestVerifySeesRot(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	b, _ := blobtest.Blob(1000)
	for _, rot := range [][]byte{b[:999], append(bytes.Clone(b), 0), append([]byte{b[0] ^ 1}, b[1:]...)} {
		d := blobtest.Put(t, s, b)
		name := filepath.Join(folder, blob.Key(d))
		if err := errors.Join(os.Remove(name), os.WriteFile(name, rot, 0o440)); err != nil {
			t.Fatal(err)
		}
		if _, err := blob.Verify(t.Context(), s, d); !errors.Is(err, blob.ErrCorrupt) {
			t.Errorf("%d bytes of 1000: %v, want ErrCorrupt", len(rot), err)
		}
		if err := s.Delete(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
}

func TestReaderSeesAFileThatShrinks(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	b, _ := blobtest.Blob(1000)
	d := blobtest.Put(t, s, b)
	r, _, err := s.Open(t.Context(), d, 1, 999)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := os.Truncate(filepath.Join(folder, blob.Key(d)), 500); err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, r); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%d bytes, %v; want io.ErrUnexpectedEOF", n, err)
	}
}

func TestFilesAreReadOnlyAndTheirTimeIsThatOfPut(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	b, _ := blobtest.Blob(1000)
	d := blobtest.Put(t, s, b)
	fi, err := os.Stat(filepath.Join(folder, blob.Key(d)))
	if err != nil {
		t.Fatal(err)
	}
	if m := fi.Mode(); m&^0o440 != 0 {
		t.Errorf("mode %v, want at most 0440", m)
	}
	if age := time.Since(fi.ModTime()).Abs(); age > time.Minute {
		t.Errorf("%v old", age)
	}
}

func TestMarkerIsNotGuessed(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	if err := os.WriteFile(filepath.Join(folder, blob.MarkerKey), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := s.Marker(t.Context())
	for _, err := range []error{err, s.SetMarker(t.Context(), "catalogue")} {
		if !errors.Is(err, blob.ErrCorrupt) {
			t.Errorf("got %v, want ErrCorrupt", err)
		}
	}
}
