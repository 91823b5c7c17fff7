package httpd

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A deadline that is set once for all would cut this sender, which is slow but
// never silent for long; none at all would hold a silent one for ever.
func TestDeadlinesRoll(t *testing.T) {
	var deadlines []time.Time
	spy := &spying{ResponseRecorder: httptest.NewRecorder(), reads: &deadlines}
	r := httptest.NewRequest("POST", "/", io.MultiReader(strings.NewReader("a"), strings.NewReader("b"), strings.NewReader("c")))
	rolling(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		one := make([]byte, 1)
		for range 3 {
			if _, err := r.Body.Read(one); err != nil {
				t.Fatal(err)
			}
			time.Sleep(5 * time.Millisecond)
		}
		w.Write([]byte("x"))
	}), time.Minute).ServeHTTP(spy, r)
	if len(deadlines) < 3 || !deadlines[1].After(deadlines[0]) || !deadlines[2].After(deadlines[1]) {
		t.Errorf("deadlines %v; want a later one for each read", deadlines)
	}
	if spy.written.IsZero() {
		t.Error("no deadline for the answer")
	}
}

type spying struct {
	*httptest.ResponseRecorder
	reads   *[]time.Time
	written time.Time
}

func (s *spying) SetReadDeadline(t time.Time) error  { *s.reads = append(*s.reads, t); return nil }
func (s *spying) SetWriteDeadline(t time.Time) error { s.written = t; return nil }

// A real server cuts a sender that falls silent.
func TestSilentSenderIsCut(t *testing.T) {
	cut := make(chan error, 1)
	srv := httptest.NewServer(rolling(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		cut <- err
	}), 50*time.Millisecond))
	defer srv.Close()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf ")
	select {
	case err := <-cut:
		if err == nil {
			t.Error("a body that never came was read")
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the silent sender is still held")
	}
}

// Who has sent everything may be kept waiting: a large picture takes its time on
// the way to the store.
func TestWhoHasSentEverythingIsNotCut(t *testing.T) {
	srv := httptest.NewServer(rolling(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			t.Error(err)
		}
		r.Body.Read(make([]byte, 1)) // a reader may ask again at the end
		select {
		case <-r.Context().Done():
			t.Error("the request was given up while the sender waited")
		case <-time.After(300 * time.Millisecond):
		}
	}), 50*time.Millisecond))
	defer srv.Close()
	resp, err := http.Post(srv.URL, "text/plain", strings.NewReader("everything"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 {
		t.Errorf("status %d", resp.StatusCode)
	}
}
