package httpd

import (
	"io"
	"net/http"
	"time"
)

// patience is how long a sender may be silent in the middle of a request, and a
// reader may take nothing of an answer. There is no limit on the whole: an
// honest upload of 2 GB takes hours.
const patience = time.Minute

// rolling pushes the deadlines of a connection ahead by patience whenever
// something moves.
func rolling(next http.Handler, patience time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn := http.NewResponseController(w)
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = &body{r.Body, conn, patience}
		}
		next.ServeHTTP(&writer{w, conn, patience}, r)
	})
}

// body gives the sender patience for each read.
type body struct {
	io.ReadCloser
	conn     *http.ResponseController
	patience time.Duration
}

// Read takes the deadline away at the end: from there on the server itself reads,
// to learn that the sender has gone, and a deadline would look like that.
func (b *body) Read(p []byte) (int, error) {
	b.conn.SetReadDeadline(time.Now().Add(b.patience)) // not all connections have deadlines
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		b.conn.SetReadDeadline(time.Time{})
	}
	return n, err
}

// writer gives the reader patience for each write.
type writer struct {
	http.ResponseWriter
	conn     *http.ResponseController
	patience time.Duration
}

func (a *writer) Write(p []byte) (int, error) {
	a.conn.SetWriteDeadline(time.Now().Add(a.patience))
	return a.ResponseWriter.Write(p)
}

// Unwrap lets a ResponseController through.
func (a *writer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
