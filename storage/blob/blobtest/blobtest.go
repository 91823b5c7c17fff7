// Package blobtest says, as a test, what every blob.Store must do.
package blobtest

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	mrand "math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pano/storage/blob"
)

// Run checks the store that open returns. It calls open once for every check,
// and each call must return an empty store.
func Run(t *testing.T, open func(t *testing.T) blob.Store) {
	for _, c := range []struct {
		claim string
		check func(*testing.T, blob.Store)
	}{
		{"PutThenOpen", putThenOpen},
		{"PutCreatesOnce", putCreatesOnce},
		{"PutTakesAnEmptyBlob", putEmpty},
		{"PutReadsFromTheStart", putReadsFromTheStart},
		{"PutRefusesOtherBytes", putRefusesOtherBytes},
		{"PutRefusesOtherBytesOfAnEmptyBlob", putRefusesOtherEmpty},
		{"PutRefusesOneFlippedBit", putRefusesOneFlippedBit},
		{"PutRefusesAShortSource", putRefusesShort},
		{"PutRefusesALongSource", putRefusesLong},
		{"PutRefusesAnotherSizeOfAKeptBlob", putRefusesAnotherSize},
		{"PutFailsWithItsSource", putFailsWithItsSource},
		{"PutMayBeRepeatedAfterAFailure", putAfterFailure},
		{"PutCancelledBefore", putCancelledBefore},
		{"PutCancelledHalfWay", putCancelledHalfWay},
		{"OnlyOneOfManyWritersCreates", onlyOneCreates},
		{"WritersOfDifferentBlobsDoNotMeet", manyBlobs},
		{"OpenRanges", openRanges},
		{"OpenRangesOfAnEmptyBlob", openEmpty},
		{"OpenOutsideIsInvalid", openOutside},
		{"OpenMissing", openMissing},
		{"OpenCancelled", openCancelled},
		{"OpenMayBeLeftHalfRead", openHalfRead},
		{"StatTellsSizeAndTime", stat},
		{"StatMissing", statMissing},
		{"DeleteForgets", deleteForgets},
		{"DeleteMissing", deleteMissing},
		{"DeletedMayComeBack", deletedComesBack},
		{"ListNone", listNone},
		{"ListInOrder", listInOrder},
		{"ListAfter", listAfter},
		{"ListMayBeLeft", listMayBeLeft},
		{"ListCancelled", listCancelled},
		{"ListCancelledHalfWay", listCancelledHalfWay},
		{"VerifyReadsAll", verify},
		{"SignedURLServesOrIsUnsupported", signedURL},
		{"Ping", ping},
		{"MarkerMissing", markerMissing},
		{"MarkerStays", markerStays},
		{"MarkerIsNoBlob", markerIsNoBlob},
		{"OnlyOneOfManyMarks", onlyOneMarks},
		{"ReaderSeeksAndReads", readerSeeks},
		{"ReaderKnowsTheSize", readerKnowsTheSize},
	} {
		t.Run(c.claim, func(t *testing.T) { c.check(t, open(t)) })
	}
}

// Blob returns n random bytes and their digest.
func Blob(n int) ([]byte, blob.Digest) {
	b := make([]byte, n)
	rand.Read(b)
	return b, sha256.Sum256(b)
}

// Put keeps b in s and fails the test if that does not create a blob.
func Put(t *testing.T, s blob.Store, b []byte) blob.Digest {
	t.Helper()
	d := blob.Digest(sha256.Sum256(b))
	created, err := s.Put(t.Context(), d, int64(len(b)), bytes.NewReader(b))
	if err != nil || !created {
		t.Fatalf("Put of %d bytes: created %v, %v; want true, nil", len(b), created, err)
	}
	return d
}

// Absent fails the test unless s keeps nothing under d.
func Absent(t *testing.T, s blob.Store, d blob.Digest) {
	t.Helper()
	if info, err := s.Stat(t.Context(), d); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Stat: %d bytes, %v; want fs.ErrNotExist", info.Size, err)
	}
	for info, err := range s.List(t.Context(), blob.Digest{}) {
		if err != nil {
			t.Fatal(err)
		}
		if info.Digest == d {
			t.Errorf("%s is listed", d)
		}
	}
}

// Load puts random blobs of up to 1 MiB, three at a time, until ctx is over, and
// calls acked with each that was acknowledged, one at a time.
func Load(ctx context.Context, s blob.Store, acked func(blob.Digest)) {
	var mu sync.Mutex
	together(3, func(int) {
		for ctx.Err() == nil {
			b, d := Blob(1 + mrand.IntN(1<<20))
			if _, err := s.Put(ctx, d, int64(len(b)), bytes.NewReader(b)); err == nil {
				mu.Lock()
				acked(d)
				mu.Unlock()
			}
		}
	})
}

// Whole fails the test unless all of acked are kept, and everything that is kept
// is whole.
func Whole(t *testing.T, s blob.Store, acked []blob.Digest) {
	t.Helper()
	for _, d := range acked {
		if _, err := s.Stat(t.Context(), d); err != nil {
			t.Errorf("acknowledged: %v", err)
		}
	}
	kept := 0
	for info, err := range s.List(t.Context(), blob.Digest{}) {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := blob.Verify(t.Context(), s, info.Digest); err != nil {
			t.Error(err)
		}
		kept++
	}
	t.Logf("%d acknowledged, %d kept", len(acked), kept)
}

// wants fails the test unless errors.Is(err, want).
func wants(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

const some = 300 << 10 // bytes: more than a buffer, less than a part

func putThenOpen(t *testing.T, s blob.Store) {
	b, _ := Blob(some)
	if got := read(t, s, Put(t, s, b), 0, -1); !bytes.Equal(got, b) {
		t.Errorf("got %d other bytes", len(got))
	}
}

func putCreatesOnce(t *testing.T, s blob.Store) {
	b, d := Blob(some)
	Put(t, s, b)
	created, err := s.Put(t.Context(), d, some, bytes.NewReader(b))
	if created || err != nil {
		t.Errorf("second Put: created %v, %v; want false, nil", created, err)
	}
}

func putEmpty(t *testing.T, s blob.Store) {
	d := Put(t, s, nil)
	if info, err := s.Stat(t.Context(), d); err != nil || info.Size != 0 {
		t.Errorf("Stat: %d bytes, %v; want 0, nil", info.Size, err)
	}
}

func putReadsFromTheStart(t *testing.T, s blob.Store) {
	b, d := Blob(some)
	src := bytes.NewReader(b)
	src.Seek(1000, io.SeekStart)
	if _, err := s.Put(t.Context(), d, some, src); err != nil {
		t.Error(err)
	}
}

func putRefusesOtherBytes(t *testing.T, s blob.Store) {
	b, _ := Blob(some)
	_, other := Blob(some)
	_, err := s.Put(t.Context(), other, some, bytes.NewReader(b))
	wants(t, err, blob.ErrCorrupt)
	Absent(t, s, other)
	Absent(t, s, sha256.Sum256(b))
}

func putRefusesOtherEmpty(t *testing.T, s blob.Store) {
	_, other := Blob(some)
	_, err := s.Put(t.Context(), other, 0, bytes.NewReader(nil))
	wants(t, err, blob.ErrCorrupt)
	Absent(t, s, other)
}

func putRefusesOneFlippedBit(t *testing.T, s blob.Store) {
	b, d := Blob(6 << 20)
	b[5<<20] ^= 1
	_, err := s.Put(t.Context(), d, 6<<20, bytes.NewReader(b))
	wants(t, err, blob.ErrCorrupt)
	Absent(t, s, d)
}

func putRefusesShort(t *testing.T, s blob.Store) {
	b, d := Blob(some)
	_, err := s.Put(t.Context(), d, some+10, bytes.NewReader(b))
	wants(t, err, blob.ErrCorrupt)
	Absent(t, s, d)
}

func putRefusesLong(t *testing.T, s blob.Store) {
	for _, size := range []int{1, some, 1 << 20} { // whole buffers too: what follows comes with the next
		b, d := Blob(size)
		_, err := s.Put(t.Context(), d, int64(size), bytes.NewReader(append(b, 'x')))
		wants(t, err, blob.ErrCorrupt)
		Absent(t, s, d)
	}
}

func putRefusesAnotherSize(t *testing.T, s blob.Store) {
	b, _ := Blob(some)
	d := Put(t, s, b)
	_, err := s.Put(t.Context(), d, some-1, bytes.NewReader(b[1:]))
	wants(t, err, blob.ErrCorrupt)
	if got := read(t, s, d, 0, -1); !bytes.Equal(got, b) {
		t.Error("the kept blob was changed")
	}
}

// source calls at once when a read comes to byte n, and fails that read with its
// result if it has one.
type source struct {
	*bytes.Reader
	n    int64
	at   func() error
	once sync.Once
	err  error
}

func (s *source) reach(pos int64) error {
	if pos >= s.n {
		s.once.Do(func() { s.err = s.at() })
		return s.err
	}
	return nil
}

func (s *source) Read(p []byte) (int, error) {
	if err := s.reach(s.Size() - int64(s.Len())); err != nil {
		return 0, err
	}
	return s.Reader.Read(p[:min(len(p), 32<<10)])
}

func (s *source) ReadAt(p []byte, off int64) (int, error) {
	if err := s.reach(off); err != nil {
		return 0, err
	}
	return s.Reader.ReadAt(p[:min(len(p), 32<<10)], off)
}

func (s *source) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{s})
}

func putFailsWithItsSource(t *testing.T, s blob.Store) {
	b, d := Blob(some)
	cable := errors.New("cable pulled")
	_, err := s.Put(t.Context(), d, some, &source{Reader: bytes.NewReader(b), n: some / 2, at: func() error { return cable }})
	wants(t, err, cable)
	if errors.Is(err, blob.ErrUnavailable) {
		t.Errorf("the store is blamed: %v", err)
	}
	Absent(t, s, d)
}

func putAfterFailure(t *testing.T, s blob.Store) {
	b, d := Blob(some)
	other, _ := Blob(some)
	_, err := s.Put(t.Context(), d, some, bytes.NewReader(other))
	wants(t, err, blob.ErrCorrupt)
	if got := read(t, s, Put(t, s, b), 0, -1); !bytes.Equal(got, b) {
		t.Errorf("got %d other bytes", len(got))
	}
}

func putCancelledBefore(t *testing.T, s blob.Store) {
	b, d := Blob(some)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Put(ctx, d, some, bytes.NewReader(b))
	wants(t, err, context.Canceled)
	Absent(t, s, d)
}

func putCancelledHalfWay(t *testing.T, s blob.Store) {
	const size = 8 << 20
	b, d := Blob(size)
	ctx, cancel := context.WithCancel(t.Context())
	began := time.Now()
	_, err := s.Put(ctx, d, size, &source{Reader: bytes.NewReader(b), n: size / 2, at: func() error { cancel(); return nil }})
	wants(t, err, context.Canceled)
	if errors.Is(err, blob.ErrUnavailable) {
		t.Errorf("the store is blamed: %v", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("cancelling took %v", took)
	}
	Absent(t, s, d)
}

func onlyOneCreates(t *testing.T, s blob.Store) {
	b, d := Blob(some)
	var created atomic.Int32
	together(24, func(int) {
		mine, err := s.Put(t.Context(), d, some, bytes.NewReader(b))
		if err != nil {
			t.Error(err)
		}
		if mine {
			created.Add(1)
		}
	})
	if n := created.Load(); n != 1 {
		t.Errorf("%d of 24 created it, want 1", n)
	}
	if _, err := blob.Verify(t.Context(), s, d); err != nil {
		t.Error(err)
	}
}

func manyBlobs(t *testing.T, s blob.Store) {
	together(16, func(int) {
		b, d := Blob(some)
		if created, err := s.Put(t.Context(), d, some, bytes.NewReader(b)); err != nil || !created {
			t.Errorf("created %v, %v", created, err)
		}
		if _, err := blob.Verify(t.Context(), s, d); err != nil {
			t.Error(err)
		}
	})
}

func together(n int, f func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
}

// read returns n bytes of d from off, and checks what Open tells about the whole.
func read(t *testing.T, s blob.Store, d blob.Digest, off, n int64) []byte {
	t.Helper()
	r, info, err := s.Open(t.Context(), d, off, n)
	if err != nil {
		t.Fatalf("Open of %d from %d: %v", n, off, err)
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("reading %d from %d: %v", n, off, err)
	}
	whole, err := s.Stat(t.Context(), d)
	if err != nil || info.Size != whole.Size || info.Digest != d || !info.ModTime.Equal(whole.ModTime) {
		t.Errorf("Open of %d from %d tells %v, Stat tells %v, %v", n, off, info, whole, err)
	}
	return got
}

func openRanges(t *testing.T, s blob.Store) {
	b, _ := Blob(some)
	d := Put(t, s, b)
	for _, r := range []struct{ off, n, want int64 }{
		{0, -1, some}, {0, some, some}, {0, some + 1, some}, {0, 1<<63 - 1, some},
		{0, 1, 1}, {0, 100, 100}, {0, 0, 0},
		{1, -1, some - 1}, {1, some - 1, some - 1}, {1, some, some - 1}, {1, 1<<63 - 1, some - 1},
		{1000, 1<<63 - 1, some - 1000}, {1000, 1, 1}, {1000, 5000, 5000}, {1000, 0, 0},
		{some - 1, -1, 1}, {some - 1, 1, 1}, {some - 1, 100, 1},
		{some, -1, 0}, {some, 1, 0}, {some, 0, 0},
	} {
		if got := read(t, s, d, r.off, r.n); !bytes.Equal(got, b[r.off:r.off+r.want]) {
			t.Errorf("%d from %d: got %d bytes, want the %d from there", r.n, r.off, len(got), r.want)
		}
	}
}

func openEmpty(t *testing.T, s blob.Store) {
	d := Put(t, s, nil)
	for _, n := range []int64{-1, 0, 10} {
		if got := read(t, s, d, 0, n); len(got) != 0 {
			t.Errorf("got %d bytes of an empty blob", len(got))
		}
	}
}

func openOutside(t *testing.T, s blob.Store) {
	b, _ := Blob(100)
	d := Put(t, s, b)
	for _, r := range [][2]int64{{-1, -1}, {-1, 5}, {101, -1}, {101, 0}, {101, 5}, {1 << 40, 1}} {
		body, _, err := s.Open(t.Context(), d, r[0], r[1])
		wants(t, err, fs.ErrInvalid)
		if err == nil {
			body.Close()
		}
	}
}

func openMissing(t *testing.T, s blob.Store) {
	_, d := Blob(10)
	for _, r := range [][2]int64{{0, -1}, {0, 1}, {5, -1}, {5, 5}, {0, 0}} {
		_, _, err := s.Open(t.Context(), d, r[0], r[1])
		wants(t, err, fs.ErrNotExist)
	}
	_, err := blob.Verify(t.Context(), s, d)
	wants(t, err, fs.ErrNotExist)
}

func openCancelled(t *testing.T, s blob.Store) {
	b, _ := Blob(some)
	d := Put(t, s, b)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := s.Open(ctx, d, 0, -1)
	wants(t, err, context.Canceled)
	_, err = s.Stat(ctx, d)
	wants(t, err, context.Canceled)
	wants(t, s.Delete(ctx, d), context.Canceled)
	if _, err := s.Stat(t.Context(), d); err != nil {
		t.Errorf("after a cancelled Delete: %v", err)
	}
}

func openHalfRead(t *testing.T, s blob.Store) {
	b, _ := Blob(4 << 20)
	d := Put(t, s, b)
	for range 8 {
		r, _, err := s.Open(t.Context(), d, 0, -1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.CopyN(io.Discard, r, 1000); err != nil {
			t.Error(err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	if got := read(t, s, d, 0, -1); !bytes.Equal(got, b) {
		t.Error("other bytes")
	}
}

func stat(t *testing.T, s blob.Store) {
	b, _ := Blob(some)
	began := time.Now()
	d := Put(t, s, b)
	info, err := s.Stat(t.Context(), d)
	if err != nil || info.Digest != d || info.Size != some {
		t.Errorf("got %v, %v; want %d bytes of %s", info, err, some, d)
	}
	if age := info.ModTime.Sub(began); age < -2*time.Second || age > time.Minute {
		t.Errorf("stored %v after Put began", age)
	}
}

func statMissing(t *testing.T, s blob.Store) {
	_, d := Blob(10)
	Absent(t, s, d)
}

func deleteForgets(t *testing.T, s blob.Store) {
	b, _ := Blob(some)
	d := Put(t, s, b)
	if err := s.Delete(t.Context(), d); err != nil {
		t.Error(err)
	}
	Absent(t, s, d)
}

func deleteMissing(t *testing.T, s blob.Store) {
	_, d := Blob(10)
	for range 2 {
		if err := s.Delete(t.Context(), d); err != nil {
			t.Error(err)
		}
	}
}

func deletedComesBack(t *testing.T, s blob.Store) {
	b, d := Blob(some)
	for range 3 {
		Put(t, s, b)
		if err := s.Delete(t.Context(), d); err != nil {
			t.Error(err)
		}
	}
	Absent(t, s, d)
}

// list returns what s lists after a digest.
func list(t *testing.T, s blob.Store, after blob.Digest) (all []blob.Info) {
	t.Helper()
	for info, err := range s.List(t.Context(), after) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, info)
	}
	return all
}

// fill puts n small blobs and returns their digests in order. Blob i has i bytes.
func fill(t *testing.T, s blob.Store, n int) (all []blob.Digest) {
	t.Helper()
	for i := range n {
		b, _ := Blob(1000 + i)
		all = append(all, Put(t, s, b))
	}
	slices.SortFunc(all, func(a, b blob.Digest) int { return bytes.Compare(a[:], b[:]) })
	return all
}

func digests(all []blob.Info) (ds []blob.Digest) {
	for _, info := range all {
		ds = append(ds, info.Digest)
	}
	return ds
}

func listNone(t *testing.T, s blob.Store) {
	if all := list(t, s, blob.Digest{}); len(all) != 0 {
		t.Errorf("%d blobs in an empty store", len(all))
	}
}

func listInOrder(t *testing.T, s blob.Store) {
	want := fill(t, s, 40)
	all := list(t, s, blob.Digest{})
	if got := digests(all); !slices.Equal(got, want) {
		t.Errorf("listed %d blobs, want these %d in order", len(got), len(want))
	}
	for _, got := range all {
		want, err := s.Stat(t.Context(), got.Digest)
		// A list may tell the time more exactly than the answer to one blob.
		if off := got.ModTime.Sub(want.ModTime).Abs(); err != nil || got.Size != want.Size || off > time.Second {
			t.Errorf("listed %v, Stat tells %v, %v", got, want, err)
		}
	}
}

func listAfter(t *testing.T, s blob.Store) {
	want := fill(t, s, 12)
	for i, d := range want {
		if got := digests(list(t, s, d)); !slices.Equal(got, want[i+1:]) {
			t.Errorf("after blob %d: %d blobs, want %d", i, len(got), len(want)-i-1)
		}
		before := d
		before[31]-- // not kept, and within reach of d
		if d[31] == 0 {
			continue
		}
		if got := digests(list(t, s, before)); !slices.Equal(got, want[i:]) {
			t.Errorf("from blob %d: %d blobs, want %d", i, len(got), len(want)-i)
		}
	}
}

func listMayBeLeft(t *testing.T, s blob.Store) {
	fill(t, s, 5)
	n := 0
	for range s.List(t.Context(), blob.Digest{}) {
		if n++; n == 2 {
			break
		}
	}
	if n != 2 {
		t.Errorf("got %d, want 2", n)
	}
}

func listCancelled(t *testing.T, s blob.Store) {
	fill(t, s, 3)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var last error
	for _, err := range s.List(ctx, blob.Digest{}) {
		last = err
	}
	wants(t, last, context.Canceled)
}

func listCancelledHalfWay(t *testing.T, s blob.Store) {
	fill(t, s, 5)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	var last error
	for _, last = range s.List(ctx, blob.Digest{}) {
		n++
		cancel()
	}
	wants(t, last, context.Canceled)
	if n != 2 {
		t.Errorf("yielded %d times, want a blob and the error", n)
	}
}

func verify(t *testing.T, s blob.Store) {
	b, _ := Blob(some)
	d := Put(t, s, b)
	if info, err := blob.Verify(t.Context(), s, d); err != nil || info.Size != some {
		t.Errorf("got %v, %v", info, err)
	}
}

func signedURL(t *testing.T, s blob.Store) {
	b, _ := Blob(some)
	d := Put(t, s, b)
	const disposition = `attachment; filename="pa-no.tif"`
	u, err := s.SignedURL(t.Context(), d, blob.SignOptions{TTL: time.Minute, Disposition: disposition, ContentType: "image/tiff"})
	if errors.Is(err, errors.ErrUnsupported) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Get(u.String())
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil || !bytes.Equal(got, b) {
		t.Errorf("%s: %d bytes, %v", resp.Status, len(got), err)
	}
	if h := resp.Header; h.Get("Content-Disposition") != disposition || h.Get("Content-Type") != "image/tiff" {
		t.Errorf("answered with %q, %q", h.Get("Content-Disposition"), h.Get("Content-Type"))
	}
}

func ping(t *testing.T, s blob.Store) {
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	if all := list(t, s, blob.Digest{}); len(all) != 0 {
		t.Errorf("Ping left %d blobs", len(all))
	}
}

func markerMissing(t *testing.T, s blob.Store) {
	_, err := s.Marker(t.Context())
	wants(t, err, fs.ErrNotExist)
}

func markerStays(t *testing.T, s blob.Store) {
	for range 2 {
		if err := s.SetMarker(t.Context(), "catalogue-one"); err != nil {
			t.Error(err)
		}
	}
	wants(t, s.SetMarker(t.Context(), "catalogue-two"), fs.ErrExist)
	if id, err := s.Marker(t.Context()); err != nil || id != "catalogue-one" {
		t.Errorf("got %q, %v; want catalogue-one", id, err)
	}
}

func markerIsNoBlob(t *testing.T, s blob.Store) {
	if err := s.SetMarker(t.Context(), ""); err == nil {
		t.Error("an empty id was taken")
	}
	if err := s.SetMarker(t.Context(), "Sở “Văn hóa” \u2028 1"); err != nil {
		t.Error(err)
	}
	if id, err := s.Marker(t.Context()); err != nil || id != "Sở “Văn hóa” \u2028 1" {
		t.Errorf("got %q, %v", id, err)
	}
	if all := list(t, s, blob.Digest{}); len(all) != 0 {
		t.Errorf("the marker is listed as a blob")
	}
}

func onlyOneMarks(t *testing.T, s blob.Store) {
	var marked atomic.Int32
	together(8, func(i int) {
		switch err := s.SetMarker(t.Context(), fmt.Sprint("catalogue-", i)); {
		case err == nil:
			marked.Add(1)
		case !errors.Is(err, fs.ErrExist):
			t.Error(err)
		}
	})
	if n := marked.Load(); n != 1 {
		t.Errorf("%d of 8 marked it, want 1", n)
	}
}

func readerSeeks(t *testing.T, s blob.Store) {
	b, _ := Blob(some)
	r := blob.NewReader(t.Context(), s, Put(t, s, b), some)
	defer r.Close()
	for _, want := range []struct{ off, n int64 }{{0, 100}, {100, 50}, {5000, 1}, {some - 3, 3}, {0, some}} {
		if _, err := r.Seek(want.off, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, want.n)
		if _, err := io.ReadFull(r, got); err != nil || !bytes.Equal(got, b[want.off:want.off+want.n]) {
			t.Errorf("%d from %d: %v, or other bytes", want.n, want.off, err)
		}
	}
	if n, err := r.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("at the end: %d, %v", n, err)
	}
}

func readerKnowsTheSize(t *testing.T, s blob.Store) {
	b, _ := Blob(some)
	r := blob.NewReader(t.Context(), s, Put(t, s, b), some-1)
	defer r.Close()
	_, err := io.ReadAll(r)
	wants(t, err, blob.ErrCorrupt)
}
