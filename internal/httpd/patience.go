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

// rolling pushes the deadlines of a connection ahead whenever something moves.
func rolling(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn := http.NewResponseController(w)
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = &body{r.Body, conn}
		}
		next.ServeHTTP(&writer{w, conn}, r)
	})
}

// body gives the sender patience for each read.
type body struct {
	io.ReadCloser
	conn *http.ResponseController
}

func (b *body) Read(p []byte) (int, error) {
	b.conn.SetReadDeadline(time.Now().Add(patience)) // not all connections have deadlines
	return b.ReadCloser.Read(p)
}

// writer gives the reader patience for each write.
type writer struct {
	http.ResponseWriter
	conn *http.ResponseController
}

func (a *writer) Write(p []byte) (int, error) {
	a.conn.SetWriteDeadline(time.Now().Add(patience))
	return a.ResponseWriter.Write(p)
}

// Unwrap lets a ResponseController through.
func (a *writer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
