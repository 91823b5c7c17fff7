package s3_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pano/internal/rig"
	"pano/storage/blob"
	"pano/storage/blob/blobtest"
	"pano/storage/blob/s3"
)

// calls makes every call of a Store once, on a blob that is kept and on one that
// is not, and returns how they failed.
func calls(ctx context.Context, s blob.Store, kept blob.Digest) map[string]error {
	failed := map[string]error{}
	b, d := blobtest.Blob(1000)
	_, failed["Put"] = s.Put(ctx, d, 1000, bytes.NewReader(b))
	big, bigDigest := blobtest.Blob(3 << 20)
	_, failed["Put of 3 MiB"] = s.Put(ctx, bigDigest, 3<<20, bytes.NewReader(big))
	_, failed["Verify"] = blob.Verify(ctx, s, kept)
	_, _, failed["Open of nothing"] = s.Open(ctx, kept, 0, 0)
	_, failed["Stat"] = s.Stat(ctx, kept)
	for _, err := range s.List(ctx, blob.Digest{}) {
		failed["List"] = err
	}
	failed["Ping"] = s.Ping(ctx)
	failed["SetMarker"] = s.SetMarker(ctx, "catalogue")
	_, failed["Marker"] = s.Marker(ctx)
	failed["Delete"] = s.Delete(ctx, kept)
	return failed
}

func wantAll(t *testing.T, failed map[string]error, want error) {
	t.Helper()
	for call, err := range failed {
		if !errors.Is(err, want) || (want != fs.ErrNotExist && errors.Is(err, fs.ErrNotExist)) {
			t.Errorf("%s: %v, want %v", call, err, want)
		}
	}
}

// recovered waits until s answers again, and fails the test after 5 seconds.
func recovered(t *testing.T, s blob.Store, d blob.Digest) {
	t.Helper()
	var err error
	for began := time.Now(); time.Since(began) < 5*time.Second; time.Sleep(20 * time.Millisecond) {
		if _, err = s.Stat(t.Context(), d); !errors.Is(err, blob.ErrUnavailable) {
			return
		}
	}
	t.Fatalf("5 s after the server came back: %v", err)
}

// within fails the test if f takes longer than the ten seconds that Pano promises.
func within(t *testing.T, f func()) {
	t.Helper()
	began := time.Now()
	f()
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("took %v, want at most 10 s", took)
	}
}

// trigger is a source that calls at when byte n is read, once.
type trigger struct {
	*bytes.Reader
	n    int64
	at   func()
	once sync.Once
}

func (s *trigger) ReadAt(p []byte, off int64) (int, error) {
	if off >= s.n {
		s.once.Do(s.at)
	}
	return s.Reader.ReadAt(p, off)
}

func TestServerKilledInTheMiddleOfPut(t *testing.T) {
	server := rig.MinIO(t)
	s := open(t, config(t, server))
	const size = 64 << 20
	b, d := blobtest.Blob(size)
	within(t, func() {
		src := &trigger{Reader: bytes.NewReader(b), n: size / 2, at: server.Kill}
		created, err := s.Put(t.Context(), d, size, src)
		if created || !errors.Is(err, blob.ErrUnavailable) {
			t.Errorf("created %v, %v; want ErrUnavailable", created, err)
		}
	})
	server.Start()
	recovered(t, s, d)
	blobtest.Absent(t, s, d)
	blobtest.Put(t, s, b)
	if _, err := blob.Verify(t.Context(), s, d); err != nil {
		t.Error(err)
	}
}

func TestServerKilledInTheMiddleOfGet(t *testing.T) {
	server := rig.MinIO(t)
	s := open(t, config(t, server))
	b, _ := blobtest.Blob(64 << 20)
	d := blobtest.Put(t, s, b)
	r, _, err := s.Open(t.Context(), d, 0, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := io.CopyN(io.Discard, r, 10<<20); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	if n, err := io.Copy(io.Discard, r); !errors.Is(err, blob.ErrUnavailable) {
		t.Errorf("%d more bytes, %v; want ErrUnavailable", n, err)
	}
	server.Start()
	recovered(t, s, d)
	if _, err := blob.Verify(t.Context(), s, d); err != nil {
		t.Error(err)
	}
}

// TestNothingAcknowledgedIsLostByKillingTheServer kills MinIO five times while
// blobs are put as fast as they can be.
func TestNothingAcknowledgedIsLostByKillingTheServer(t *testing.T) {
	server := rig.MinIO(t)
	s := open(t, config(t, server))
	var acked []blob.Digest
	for round := range 5 {
		ctx, stop := context.WithCancel(t.Context())
		enough := len(acked) + 20 + round
		blobtest.Load(ctx, s, func(d blob.Digest) {
			if acked = append(acked, d); len(acked) == enough {
				server.Kill()
				stop()
			}
		})
		server.Start()
		recovered(t, s, blob.Digest{})
	}
	blobtest.Whole(t, s, acked)
}

func TestDeadEndpointIsUnavailable(t *testing.T) {
	server := rig.MinIO(t)
	c := config(t, server)
	s := open(t, c)
	b, _ := blobtest.Blob(1000)
	d := blobtest.Put(t, s, b)
	server.Kill()
	within(t, func() {
		if _, err := s3.Open(t.Context(), c); !errors.Is(err, blob.ErrUnavailable) {
			t.Errorf("Open of a store: %v, want ErrUnavailable", err)
		}
	})
	within(t, func() { wantAll(t, calls(t.Context(), s, d), blob.ErrUnavailable) })

	// By now it is known to be dead, and nobody waits for it.
	began := time.Now()
	for range 100 {
		s.Stat(t.Context(), d)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("100 calls took %v", took)
	}
	server.Start()
	recovered(t, s, d)
	for range 10 {
		if _, err := s.Stat(t.Context(), d); err != nil {
			t.Errorf("after it came back: %v", err)
		}
	}
}

// TestSilentServerIsUnavailable stops the server's process, so that connections
// are made, requests are taken, and nothing is answered.
func TestSilentServerIsUnavailable(t *testing.T) {
	t.Parallel()
	server := rig.MinIO(t)
	s := open(t, config(t, server))
	const size = 64 << 20
	b, _ := blobtest.Blob(size)
	d := blobtest.Put(t, s, b)
	r, _, err := s.Open(t.Context(), d, 0, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := io.CopyN(io.Discard, r, 1000); err != nil {
		t.Fatal(err)
	}

	server.Pause()
	var wg sync.WaitGroup
	check := func(call string, f func() error) {
		wg.Go(func() {
			within(t, func() {
				if err := f(); !errors.Is(err, blob.ErrUnavailable) {
					t.Errorf("%s: %v, want ErrUnavailable", call, err)
				}
			})
		})
	}
	small, smallDigest := blobtest.Blob(20 << 10)
	check("Stat", func() error { _, err := s.Stat(t.Context(), d); return err })
	check("Ping", func() error { return s.Ping(t.Context()) })
	check("Put", func() error {
		_, err := s.Put(t.Context(), smallDigest, 20<<10, bytes.NewReader(small))
		return err
	})
	check("Open", func() error { _, _, err := s.Open(t.Context(), d, 0, -1); return err })
	check("List", func() (last error) {
		for _, last = range s.List(t.Context(), blob.Digest{}) {
		}
		return last
	})
	check("a reader", func() error { _, err := io.Copy(io.Discard, r); return err })
	wg.Wait()
	server.Resume()
	recovered(t, s, d)
	if _, err := blob.Verify(t.Context(), s, d); err != nil {
		t.Error(err)
	}
}

func TestSlowReaderIsNotTheServersFault(t *testing.T) {
	t.Parallel()
	s := open(t, config(t, rig.MinIO(t)))
	b, _ := blobtest.Blob(64 << 20)
	d := blobtest.Put(t, s, b)
	r, _, err := s.Open(t.Context(), d, 0, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := io.CopyN(io.Discard, r, 1000); err != nil {
		t.Fatal(err)
	}
	time.Sleep(s3.Patience + time.Second) // the one thing here that must take its time
	if _, err := io.Copy(io.Discard, r); err != nil {
		t.Error(err)
	}
}

func TestWrongKeysAreNotPermitted(t *testing.T) {
	for name, server := range servers(t) {
		c := config(t, server)
		b, _ := blobtest.Blob(1000)
		d := blobtest.Put(t, open(t, c), b)
		for _, wrong := range []func(*s3.Config){
			func(c *s3.Config) { c.SecretKey = "not-the-secret" },
			func(c *s3.Config) { c.AccessKey = "nobody" },
		} {
			c := c
			wrong(&c)
			s, err := s3.New(c)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			t.Run(name, func(t *testing.T) { wantAll(t, calls(t.Context(), s, d), fs.ErrPermission) })
			if _, err := s3.Open(t.Context(), c); !errors.Is(err, fs.ErrPermission) {
				t.Errorf("Open of a store: %v, want fs.ErrPermission", err)
			}
		}
	}
}

func servers(t *testing.T) map[string]*rig.Server {
	return map[string]*rig.Server{"minio": rig.MinIO(t), "versitygw": rig.Versitygw(t)}
}

func TestBucketGoneIsNotAMissingBlob(t *testing.T) {
	for name, server := range servers(t) {
		t.Run(name, func(t *testing.T) {
			c := config(t, server)
			s := open(t, c)
			if err := os.RemoveAll(filepath.Join(server.Dir, c.Bucket)); err != nil {
				t.Fatal(err)
			}
			if name == "minio" {
				server.Stop() // it remembers its buckets for a while
				server.Start()
			}
			wantAll(t, calls(t.Context(), s, blob.Digest{}), blob.ErrUnavailable)
		})
	}
}

// TestClocksThatDifferAreToldApart asks from inside a bubble, where it is the
// year 2000.
func TestClocksThatDifferAreToldApart(t *testing.T) {
	for name, server := range servers(t) {
		c := config(t, server)
		b, _ := blobtest.Blob(1000)
		d := blobtest.Put(t, open(t, c), b)
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, err := s3.New(c)
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				failed := calls(t.Context(), s, d)
				_, failed["Open of a store"] = s3.Open(t.Context(), c)
				wantAll(t, failed, blob.ErrClock)
			})
		})
	}
}

func TestOverloadedServerIsUnavailable(t *testing.T) {
	s := open(t, config(t, rig.MinIO(t, "MINIO_API_REQUESTS_MAX=1", "MINIO_API_REQUESTS_DEADLINE=1s")))
	var mu sync.Mutex
	var acked []blob.Digest
	refused := 0
	var wg sync.WaitGroup
	for range 24 {
		wg.Go(func() {
			b, d := blobtest.Blob(4 << 20)
			_, err := s.Put(t.Context(), d, 4<<20, bytes.NewReader(b))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				acked = append(acked, d)
			case errors.Is(err, blob.ErrUnavailable):
				refused++
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(acked) == 0 {
		t.Errorf("all of 24 were refused")
	}
	t.Logf("%d refused", refused)
	blobtest.Whole(t, s, acked)
}

func TestFullServerKeepsWhatItHas(t *testing.T) {
	server := rig.MinIOIn(t, rig.SmallDisk(t, 90<<20))
	s := open(t, config(t, server))
	small, _ := blobtest.Blob(20 << 10)
	kept := blobtest.Put(t, s, small)
	const size = 100 << 20
	b, d := blobtest.Blob(size)
	within(t, func() {
		if _, err := s.Put(t.Context(), d, size, bytes.NewReader(b)); !errors.Is(err, blob.ErrNoSpace) {
			t.Errorf("got %v, want ErrNoSpace", err)
		}
	})
	blobtest.Absent(t, s, d)
	if _, err := blob.Verify(t.Context(), s, kept); err != nil {
		t.Error(err)
	}
}

// relay passes connections on to a server, and cuts the first cuts of them after
// limit bytes from the client.
func relay(t *testing.T, to string, cuts int, limit int64) (endpoint string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for i := 0; ; i++ {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", to)
			if err != nil {
				client.Close()
				continue
			}
			go func() {
				if i < cuts {
					io.CopyN(server, client, limit)
				} else {
					io.Copy(server, client)
				}
				server.Close()
				client.Close()
			}()
			go io.Copy(client, server)
		}
	}()
	return l.Addr().String()
}

func TestCutConnection(t *testing.T) {
	server := rig.MinIO(t)
	c := config(t, server)
	direct := open(t, c)
	const size = 16 << 20
	for _, cuts := range []int{1, 2, 100} {
		t.Run(fmt.Sprint(cuts), func(t *testing.T) {
			c := c
			c.Endpoint = relay(t, server.Endpoint, cuts, 5<<20)
			s, err := s3.New(c)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			b, d := blobtest.Blob(size)
			within(t, func() { _, err = s.Put(t.Context(), d, size, bytes.NewReader(b)) })
			if cuts < 3 { // mended by another attempt
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !errors.Is(err, blob.ErrUnavailable) {
				t.Errorf("got %v, want ErrUnavailable", err)
			}
			blobtest.Absent(t, direct, d)
		})
	}
}

func TestPutRefusesWhatOneRequestCannotTake(t *testing.T) {
	s, err := s3.New(s3.Config{Endpoint: "127.0.0.1:1", Bucket: "pano", AccessKey: "a", SecretKey: "b"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	f, err := os.Create(filepath.Join(t.TempDir(), "huge"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Truncate(s3.MaxSize + 1); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), blob.Digest{}, s3.MaxSize+1, f); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("got %v, want fs.ErrInvalid", err)
	}
}
