package s3_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pano/internal/rig"
	"pano/storage/blob"
	"pano/storage/blob/blobtest"
	"pano/storage/blob/s3"
)

// counter passes requests on to a server and notes them.
type counter struct {
	Endpoint string
	Change   func(*http.Response) error // of answers, or nil

	mu          sync.Mutex
	requests    []string
	headers     []http.Header
	connections int
}

func newCounter(t *testing.T, server *rig.Server) *counter {
	c := &counter{}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: server.Endpoint})
			r.Out.Host = r.In.Host // the signature covers it
		},
		ModifyResponse: func(r *http.Response) error {
			if c.Change == nil {
				return nil
			}
			return c.Change(r)
		},
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		c.requests = append(c.requests, strings.TrimSpace(r.Method+" "+r.Header.Get("Range")))
		c.headers = append(c.headers, r.Header.Clone())
		c.mu.Unlock()
		proxy.ServeHTTP(w, r)
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			c.mu.Lock()
			c.connections++
			c.mu.Unlock()
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	c.Endpoint = s.Listener.Addr().String()
	return c
}

// of returns the requests that f makes.
func (c *counter) of(f func()) []string {
	c.mu.Lock()
	c.requests = nil
	c.mu.Unlock()
	f()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.requests
}

func (c *counter) open(t *testing.T, server *rig.Server) *s3.Store {
	t.Helper()
	cfg := config(t, server)
	cfg.Endpoint = c.Endpoint
	return open(t, cfg)
}

func TestEveryCallIsOneRequest(t *testing.T) {
	for name, server := range servers(t) {
		t.Run(name, func(t *testing.T) { countRequests(t, server) })
	}
}

func countRequests(t *testing.T, server *rig.Server) {
	c := newCounter(t, server)
	s := c.open(t, server)
	small, d := blobtest.Blob(20 << 10)
	big, _ := blobtest.Blob(3 << 20)
	huge, _ := blobtest.Blob(20 << 20) // the client would send it in parts
	var bigDigest blob.Digest
	_, none := blobtest.Blob(1)
	open := func(off, n int64) func() {
		return func() {
			r, _, err := s.Open(t.Context(), bigDigest, off, n)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if _, err := io.Copy(io.Discard, r); err != nil {
				t.Error(err)
			}
		}
	}
	for _, call := range []struct {
		name string
		do   func()
		want []string
	}{
		{"20 KB put", func() { blobtest.Put(t, s, small) }, []string{"PUT"}},
		{"20 KB put again", func() { s.Put(t.Context(), d, 20<<10, bytes.NewReader(small)) }, []string{"PUT", "HEAD"}},
		{"3 MiB put", func() { bigDigest = blobtest.Put(t, s, big) }, []string{"HEAD", "PUT"}},
		{"3 MiB put again", func() { s.Put(t.Context(), bigDigest, 3<<20, bytes.NewReader(big)) }, []string{"HEAD"}},
		{"20 MiB put", func() { blobtest.Put(t, s, huge) }, []string{"HEAD", "PUT"}},
		{"wrong size", func() { s.Put(t.Context(), none, 7, bytes.NewReader(small)) }, nil},
		{"open", open(0, -1), []string{"GET"}},
		{"open of all by size", open(0, 3<<20), []string{"GET bytes=0-3145727"}},
		{"open of 1 KB", open(5000, 1000), []string{"GET bytes=5000-5999"}},
		{"open to the end", open(5000, -1), []string{"GET bytes=5000-"}},
		{"open of nothing", open(5000, 0), []string{"HEAD"}},
		{"open at the end", open(3<<20, -1), []string{"GET bytes=3145728-", "HEAD"}},
		{"stat", func() { s.Stat(t.Context(), d) }, []string{"HEAD"}},
		{"stat of none", func() { s.Stat(t.Context(), none) }, []string{"HEAD", "GET"}},
		{"ping", func() { s.Ping(t.Context()) }, []string{"HEAD"}},
		{"list", func() { next := s.List(t.Context(), blob.Digest{}); next(func(blob.Info, error) bool { return true }) }, []string{"GET"}},
		{"signing", func() { s.SignedURL(t.Context(), d, blob.SignOptions{TTL: time.Minute}) }, nil},
		{"delete", func() { s.Delete(t.Context(), d) }, []string{"DELETE"}},
	} {
		if got := c.of(call.do); !slices.Equal(got, call.want) {
			t.Errorf("%s: %q, want %q", call.name, got, call.want)
		}
	}
	if c.connections != 1 {
		t.Errorf("%d connections, want 1", c.connections)
	}
}

func TestPutTellsTheServerWhatToCheck(t *testing.T) {
	for name, server := range servers(t) {
		c := newCounter(t, server)
		s := c.open(t, server)
		b, _ := blobtest.Blob(20 << 10)
		blobtest.Put(t, s, b)
		h := c.headers[len(c.headers)-1]
		for key, want := range map[string]string{
			"If-None-Match":        "*",
			"X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD",
			"X-Amz-Trailer":        "",
			"Content-Encoding":     "",
			"Content-Length":       "20480",
		} {
			if got := h.Get(key); got != want {
				t.Errorf("%s: %s: %q, want %q", name, key, got, want)
			}
		}
		signed := h.Get("Authorization")
		if h.Get("X-Amz-Checksum-Sha256") == "" || !strings.Contains(signed, "x-amz-checksum-sha256") {
			t.Errorf("%s: the checksum is missing or not signed: %s", name, signed)
		}
	}
}

// TestRangesThroughHTTP is the way every byte goes: browser, ServeContent, one
// request to the bucket, and none if the browser has the bytes.
func TestRangesThroughHTTP(t *testing.T) {
	server := rig.MinIO(t)
	c := newCounter(t, server)
	s := c.open(t, server)
	const size = 3 << 20
	b, _ := blobtest.Blob(size)
	d := blobtest.Put(t, s, b)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := blob.NewReader(r.Context(), s, d, size)
		defer body.Close()
		body.Expect(r.Header.Get("Range"))
		w.Header().Set("Content-Type", "image/tiff")
		w.Header().Set("ETag", `"`+d.String()+`"`)
		http.ServeContent(w, r, "", time.Time{}, body)
	}))
	defer site.Close()
	for _, call := range []struct {
		header, value string
		want          []string
	}{
		{"Range", "", []string{"GET"}},
		{"Range", "bytes=1000-1999", []string{"GET bytes=1000-1999"}},
		{"Range", "bytes=-500", []string{"GET bytes=3145228-3145727"}},
		{"If-None-Match", `"` + d.String() + `"`, nil},
	} {
		got := c.of(func() {
			r, err := http.NewRequest("GET", site.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set(call.header, call.value)
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if _, err := io.Copy(io.Discard, resp.Body); err != nil {
				t.Error(err)
			}
		})
		if !slices.Equal(got, call.want) {
			t.Errorf("%s %s: %q, want %q", call.header, call.value, got, call.want)
		}
	}
	if c.connections != 1 {
		t.Errorf("%d connections, want 1", c.connections)
	}
}

// TestServerThatDoesNotCheckIsChecked takes the checksum out of the server's
// answers, as if it did not know that header, and flips a bit of what it gives.
func TestServerThatDoesNotCheckIsChecked(t *testing.T) {
	server := rig.MinIO(t)
	c := newCounter(t, server)
	s := c.open(t, server)
	b, d := blobtest.Blob(20 << 10)
	c.Change = func(r *http.Response) error {
		r.Header.Del("X-Amz-Checksum-Sha256")
		return nil
	}
	if got := c.of(func() { blobtest.Put(t, s, b) }); !slices.Equal(got, []string{"PUT", "GET"}) {
		t.Errorf("%q, want PUT and a GET to check", got)
	}
	if err := s.Delete(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	c.Change = func(r *http.Response) error {
		r.Header.Del("X-Amz-Checksum-Sha256")
		if r.Request.Method == "GET" && strings.HasSuffix(r.Request.URL.Path, d.String()) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			body[len(body)/2] ^= 1
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		return nil
	}
	if created, err := s.Put(t.Context(), d, 20<<10, bytes.NewReader(b)); created || !errors.Is(err, blob.ErrCorrupt) {
		t.Errorf("created %v, %v; want ErrCorrupt", created, err)
	}
	blobtest.Absent(t, s, d)
}

// answering returns the store in a server that gives one answer to everything.
func answering(t *testing.T, answer http.HandlerFunc) *s3.Store {
	t.Helper()
	web := httptest.NewServer(answer)
	t.Cleanup(web.Close)
	s, err := s3.New(s3.Config{Endpoint: web.Listener.Addr().String(), Bucket: "pano", AccessKey: "a", SecretKey: "b"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// TestAnswersThatAreNotS3 asks web servers that know nothing of buckets: no blob
// is missing because of what they say.
func TestAnswersThatAreNotS3(t *testing.T) {
	for _, status := range []int{http.StatusNotFound, http.StatusForbidden, http.StatusBadGateway, http.StatusTeapot} {
		s := answering(t, func(w http.ResponseWriter, r *http.Request) { http.Error(w, "<html>", status) })
		for call, err := range calls(t.Context(), s, blob.Digest{}) {
			if err == nil || errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%d: %s: %v", status, call, err)
			}
		}
	}
}

func TestAnswersWithOtherBytesThanAskedFor(t *testing.T) {
	b, d := blobtest.Blob(1000)
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		off, n int64
		want   error
	}{
		{"the whole", func(w http.ResponseWriter, r *http.Request) { part(w, "", b) }, 10, 20, blob.ErrUnavailable},
		{"another part", func(w http.ResponseWriter, r *http.Request) { part(w, "bytes 0-19/1000", b[:20]) }, 10, 20, blob.ErrUnavailable},
		{"too little", func(w http.ResponseWriter, r *http.Request) { part(w, "bytes 10-29/1000", b[10:15]) }, 10, 20, io.ErrUnexpectedEOF},
		{"too much", func(w http.ResponseWriter, r *http.Request) { part(w, "bytes 10-29/1000", b[10:500]) }, 10, 20, nil},
		{"unknown length", func(w http.ResponseWriter, r *http.Request) { part(w, "bytes 0-9/*", b) }, 0, -1, blob.ErrUnavailable},
		{"a refused part", refusing(b), 10, 20, blob.ErrUnavailable},
	} {
		got, err := readRange(t, answering(t, c.answer), d, c.off, c.n)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		if err == nil && !bytes.Equal(got, b[c.off:c.off+c.n]) {
			t.Errorf("%s: got %d bytes, want %d", c.name, len(got), c.n)
		}
	}
}

// refusing answers with b, but to no range.
func refusing(b []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Range") != "" {
			w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
			return
		}
		part(w, "", b)
	}
}

// part answers with a part, or with the whole, in chunks.
func part(w http.ResponseWriter, contentRange string, b []byte) {
	w.Header().Set("Last-Modified", "Mon, 02 Jan 2006 15:04:05 GMT")
	if contentRange == "" {
		w.Write(b)
		return
	}
	w.Header().Set("Content-Range", contentRange)
	w.WriteHeader(http.StatusPartialContent)
	w.Write(b)
	w.(http.Flusher).Flush()
}

// readRange reads n bytes of d from off.
func readRange(t *testing.T, s blob.Store, d blob.Digest, off, n int64) ([]byte, error) {
	r, _, err := s.Open(t.Context(), d, off, n)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}
