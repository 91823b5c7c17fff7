package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"pano/storage/blob"
	"pano/storage/blob/blobtest"
	"pano/storage/blob/files"
)

// The SHA-256 of "abc", from FIPS 180-2.
const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

func TestDigestHasOneSpelling(t *testing.T) {
	d := blob.Digest(sha256.Sum256([]byte("abc")))
	if d.String() != abc || blob.Key(d) != "blobs/sha256/ba/"+abc {
		t.Errorf("got %s, %s", d, blob.Key(d))
	}
	if got, err := blob.ParseDigest(abc); err != nil || got != d {
		t.Errorf("got %s, %v", got, err)
	}
	for _, s := range []string{
		"", "ba78", strings.ToUpper(abc), "B" + abc[1:], abc + "00", abc[:63], abc[:63] + "g", " " + abc[1:],
		abc[:62] + "é", "../" + abc[3:], "sha256:" + abc, strings.Repeat("a", 1<<20),
	} {
		d, err := blob.ParseDigest(s)
		if !errors.Is(err, fs.ErrInvalid) || !d.IsZero() || len(err.Error()) > 200 {
			t.Errorf("%.80q: got %s, %.300v; want fs.ErrInvalid in few words", s, d, err)
		}
	}
}

func TestDigestInJSONAndSQL(t *testing.T) {
	d := blob.Digest(sha256.Sum256([]byte("abc")))
	text, err := json.Marshal(map[string]blob.Digest{"sha256": d})
	if err != nil || string(text) != `{"sha256":"`+abc+`"}` {
		t.Errorf("got %s, %v", text, err)
	}
	var back map[string]blob.Digest
	if err := json.Unmarshal(text, &back); err != nil || back["sha256"] != d {
		t.Errorf("got %s, %v", back, err)
	}

	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var got blob.Digest
	var kind string
	if err := db.QueryRow("SELECT d, typeof(d) FROM (SELECT ? AS d)", d).Scan(&got, &kind); err != nil || got != d || kind != "text" {
		t.Errorf("got %s as %s, %v", got, kind, err)
	}
	for _, bad := range []any{nil, 7, "x", []byte("x"), strings.ToUpper(abc)} {
		if err := db.QueryRow("SELECT ?", bad).Scan(&got); err == nil {
			t.Errorf("%v was read as %s", bad, got)
		}
	}
}

func TestMarkerIsReadAsItWasWritten(t *testing.T) {
	b, err := blob.FormatMarker("01J0")
	if err != nil {
		t.Fatal(err)
	}
	if id, err := blob.ParseMarker(b); err != nil || id != "01J0" {
		t.Errorf("got %q, %v", id, err)
	}
	for _, s := range []string{"", "{}", "01J0", `{"catalogue":""}`, `{"catalogue":"a"`, `{"catalogue":1}`} {
		if id, err := blob.ParseMarker([]byte(s)); !errors.Is(err, blob.ErrCorrupt) {
			t.Errorf("%q: got %q, %v; want ErrCorrupt", s, id, err)
		}
	}
}

// asked is a store that notes the ranges it is asked for.
type asked struct {
	blob.Store
	ranges [][2]int64
}

func (a *asked) Open(ctx context.Context, d blob.Digest, off, n int64) (io.ReadCloser, blob.Info, error) {
	a.ranges = append(a.ranges, [2]int64{off, n})
	return a.Store.Open(ctx, d, off, n)
}

func newAsked(t *testing.T, b []byte) (*asked, blob.Digest) {
	s, err := files.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &asked{Store: s}, blobtest.Put(t, s, b)
}

func TestServeContentAsksForEveryRangeOnce(t *testing.T) {
	const size = 100_000
	b, _ := blobtest.Blob(size)
	s, d := newAsked(t, b)
	expect := true
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := blob.NewReader(r.Context(), s, d, size)
		defer body.Close()
		if expect {
			body.Expect(r.Header.Get("Range"))
		}
		w.Header().Set("Content-Type", "image/tiff")
		w.Header().Set("ETag", `"`+d.String()+`"`)
		http.ServeContent(w, r, "", time.Time{}, body)
	}))
	defer server.Close()

	for _, c := range []struct {
		method, header, value string
		status                int
		want                  [][2]int64 // ranges asked for, where Expect was called
	}{
		{"GET", "", "", 200, [][2]int64{{0, -1}}},
		{"HEAD", "", "", 200, nil},
		{"GET", "If-None-Match", `"` + abc + `"`, 200, [][2]int64{{0, -1}}},
		{"GET", "If-None-Match", "*", 304, nil},
		{"GET", "Range", "bytes=0-0", 206, [][2]int64{{0, 1}}},
		{"GET", "Range", "bytes=500-999", 206, [][2]int64{{500, 500}}},
		{"GET", "Range", "bytes=500-", 206, [][2]int64{{500, size - 500}}},
		{"GET", "Range", "bytes=-500", 206, [][2]int64{{size - 500, 500}}},
		{"GET", "Range", "bytes=99999-200000", 206, [][2]int64{{99999, 1}}},
		{"GET", "Range", "bytes=0-9, 500-999,-3", 206, [][2]int64{{0, 10}, {500, 500}, {size - 3, 3}}},
		{"GET", "Range", "bytes=100000-", 416, nil},
		{"GET", "Range", "bytes=9-5", 416, nil},
		{"GET", "Range", "lines=1-2", 416, nil},
	} {
		for _, expect = range []bool{true, false} {
			s.ranges = nil
			status, got := request(t, server.URL, c.method, c.header, c.value)
			want := slices.Clone(c.want)
			for i := range want {
				if !expect {
					want[i][1] = -1
				}
			}
			if status != c.status || !slices.Equal(s.ranges, want) {
				t.Errorf("%s %s %s: %d, asked for %d; want %d, %d", c.method, c.header, c.value, status, s.ranges, c.status, want)
			}
			if c.status == 200 && c.method == "GET" && !bytes.Equal(got, b) {
				t.Errorf("%s %s %s: other bytes", c.method, c.header, c.value)
			}
			if c.status == 206 && len(c.want) == 1 && !bytes.Equal(got, b[c.want[0][0]:c.want[0][0]+c.want[0][1]]) && expect {
				t.Errorf("%s %s %s: other bytes", c.method, c.header, c.value)
			}
		}
	}
}

func request(t *testing.T, url, method, header, value string) (status int, body []byte) {
	t.Helper()
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if header != "" {
		r.Header.Set(header, value)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err = io.ReadAll(resp.Body); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, body
}

func TestReaderGoesOnBehindWhatItExpected(t *testing.T) {
	b, _ := blobtest.Blob(1000)
	s, d := newAsked(t, b)
	r := blob.NewReader(t.Context(), s, d, 1000)
	defer r.Close()
	r.Expect("bytes=0-99")
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, b) {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
	if want := [][2]int64{{0, 100}, {100, -1}}; !slices.Equal(s.ranges, want) {
		t.Errorf("asked for %d, want %d", s.ranges, want)
	}
}

func TestReaderSeeksWithoutAsking(t *testing.T) {
	b, _ := blobtest.Blob(1000)
	s, d := newAsked(t, b)
	r := blob.NewReader(t.Context(), s, d, 1000)
	defer r.Close()
	for _, c := range []struct {
		offset int64
		whence int
		want   int64
	}{{0, io.SeekEnd, 1000}, {-5, io.SeekEnd, 995}, {5, io.SeekCurrent, 1000}, {7, io.SeekStart, 7}, {2000, io.SeekStart, 2000}} {
		if got, err := r.Seek(c.offset, c.whence); got != c.want || err != nil {
			t.Errorf("Seek %d, %d: %d, %v; want %d", c.offset, c.whence, got, err, c.want)
		}
	}
	if n, err := r.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("behind the end: %d, %v", n, err)
	}
	for _, c := range [][2]int64{{-1, io.SeekStart}, {-2001, io.SeekCurrent}, {-1001, io.SeekEnd}, {0, 3}, {0, -1}} {
		if pos, err := r.Seek(c[0], int(c[1])); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("Seek %d, %d: %d, %v; want fs.ErrInvalid", c[0], c[1], pos, err)
		}
	}
	if len(s.ranges) != 0 {
		t.Errorf("asked for %d", s.ranges)
	}
}

func TestReaderKeepsWhatItOpenedUntilItMoves(t *testing.T) {
	b, _ := blobtest.Blob(1000)
	s, d := newAsked(t, b)
	r := blob.NewReader(t.Context(), s, d, 1000)
	defer r.Close()
	for pos := int64(0); pos < 1000; pos += 100 {
		if _, err := r.Seek(pos, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if _, err := io.CopyN(io.Discard, r, 100); err != nil {
			t.Fatal(err)
		}
	}
	if want := [][2]int64{{0, -1}}; !slices.Equal(s.ranges, want) {
		t.Errorf("asked for %d, want %d", s.ranges, want)
	}
}

// cut is a store whose readers end before anything came.
type cut struct{ blob.Store }

func (c cut) Open(ctx context.Context, d blob.Digest, off, n int64) (io.ReadCloser, blob.Info, error) {
	r, info, err := c.Store.Open(ctx, d, off, 0)
	return r, info, err
}

func TestReaderDoesNotAskForEver(t *testing.T) {
	b, _ := blobtest.Blob(1000)
	s, d := newAsked(t, b)
	r := blob.NewReader(t.Context(), cut{s}, d, 1000)
	defer r.Close()
	if got, err := io.ReadAll(r); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %d bytes, %v; want io.ErrUnexpectedEOF", len(got), err)
	}
}
