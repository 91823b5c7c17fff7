package s3

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"

	"pano/storage/blob"
)

// errSilent is why a watch cancels its context.
var errSilent = errors.New("the server has been silent for too long")

// mapped tells what the server, or the way to it, says in the words of package
// blob.
func mapped(err error) error {
	if err == nil {
		return nil
	}
	if kind := kindOf(answer(err)); kind != nil {
		return fmt.Errorf("%w: %w", kind, err)
	}
	return err
}

// kindOf returns the error of package blob that an answer means, or nil.
func kindOf(a minio.ErrorResponse) error {
	switch a.Code {
	case minio.NoSuchKey:
		return fs.ErrNotExist
	case "XAdminUserNotFound":
		return fs.ErrPermission // versitygw answers an unknown access key with 404
	case "RequestTimeTooSkewed":
		return blob.ErrClock
	case "XMinioAdminBucketQuotaExceeded", "QuotaExceeded":
		return blob.ErrNoSpace
	case "BadDigest", "InvalidDigest", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch":
		return blob.ErrCorrupt
	case "IncompleteBody", "RequestTimeout":
		return blob.ErrUnavailable
	}
	switch a.StatusCode {
	case 0:
		return blob.ErrUnavailable // no answer
	case http.StatusNotFound:
		return blob.ErrUnavailable // the bucket, or the server: all blobs are gone, or none
	case http.StatusPreconditionFailed, http.StatusConflict:
		return fs.ErrExist
	case http.StatusUnauthorized, http.StatusForbidden:
		return fs.ErrPermission
	case http.StatusRequestedRangeNotSatisfiable:
		return fs.ErrInvalid
	case http.StatusInsufficientStorage:
		return blob.ErrNoSpace
	case http.StatusRequestTimeout, http.StatusTooManyRequests:
		return blob.ErrUnavailable
	}
	if a.StatusCode >= 500 {
		return blob.ErrUnavailable
	}
	return nil
}

// again reports whether the same request may succeed a moment later.
func again(err error) bool {
	_, ours := errors.AsType[sourceError](err)
	a := answer(err)
	return err != nil && !ours && kindOf(a) == blob.ErrUnavailable && a.StatusCode != http.StatusNotFound
}

// answer returns what the server answered, or the zero ErrorResponse if err is
// not an answer.
func answer(err error) minio.ErrorResponse {
	a, _ := errors.AsType[minio.ErrorResponse](err)
	return a
}

// A watch ends one call: with the caller's context, or when nothing has moved
// for a while.
type watch struct {
	ctx    context.Context // of the call
	parent context.Context // of the caller
	cancel context.CancelCauseFunc
	timer  *time.Timer
	note   func(answered bool)
}

// begin starts a call, unless the breaker is open.
func (s *Store) begin(ctx context.Context) (*watch, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !s.breaker.allow() {
		return nil, fmt.Errorf("%w: %s did not answer a moment ago", blob.ErrUnavailable, s.client.EndpointURL().Host)
	}
	return s.watch(ctx), nil
}

func (s *Store) watch(ctx context.Context) *watch {
	w := &watch{parent: ctx, note: s.breaker.note}
	w.ctx, w.cancel = context.WithCancelCause(ctx)
	w.timer = time.AfterFunc(Patience, func() { w.cancel(errSilent) })
	return w
}

// do runs a call whose answer is short.
func (s *Store) do(ctx context.Context, call func(context.Context) error) error {
	w, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer w.end()
	return w.told(call(w.ctx))
}

// ask is do, and asks even while the breaker is open.
func (s *Store) ask(ctx context.Context, call func(context.Context) error) error {
	w := s.watch(ctx)
	defer w.end()
	return w.told(call(w.ctx))
}

// wait gives the server d from now on to show life.
func (w *watch) wait(d time.Duration) { w.timer.Reset(d) }

// sleep waits for d, and reports whether the call goes on after that.
func (w *watch) sleep(d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-w.ctx.Done():
		return false
	}
}

// rest stops the clock until the next wait.
func (w *watch) rest() { w.timer.Stop() }

// end releases the call.
func (w *watch) end() {
	w.timer.Stop()
	w.cancel(nil)
}

// told maps how a call went, and tells the breaker.
func (w *watch) told(err error) error {
	switch {
	case err == nil:
		w.note(true)
		return nil
	case w.parent.Err() != nil:
		return w.parent.Err()
	}
	w.note(answer(err).StatusCode != 0)
	if context.Cause(w.ctx) == errSilent {
		return fmt.Errorf("%w: %w", blob.ErrUnavailable, errSilent)
	}
	return mapped(err)
}

// A breaker stops calls to a server that does not answer, so that they fail at
// once instead of queueing up.
type breaker struct {
	now func() time.Time

	mu     sync.Mutex
	failed int       // calls in a row without an answer
	next   time.Time // when one more may try
}

const (
	tolerated = 3           // unanswered calls in a row
	pause     = time.Second // between tries after that
)

func (b *breaker) allow() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failed < tolerated {
		return true
	}
	if b.now().Before(b.next) {
		return false
	}
	b.next = b.now().Add(pause)
	return true
}

func (b *breaker) note(answered bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if answered {
		b.failed = 0
		return
	}
	b.failed++
	b.next = b.now().Add(pause)
}
