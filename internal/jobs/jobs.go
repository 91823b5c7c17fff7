// Package jobs carries out the work that the catalogue says is owed.
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"pano/storage/catalog"
)

// A Func does one job. It may run again after it has succeeded, so doing the
// same thing twice must leave the same result as doing it once.
type Func func(ctx context.Context, subject string) error

// Crew runs jobs. A job whose Func outlives Lease is given to another worker.
type Crew struct {
	DB    *catalog.DB
	Do    map[string]Func // by job kind
	Lease time.Duration
	Poll  time.Duration // how long an idle worker waits before it looks again
	Log   *slog.Logger
	Now   func() time.Time
}

// tries is how often a job is attempted before it rests until an administrator
// or a new cause wakes it.
const tries = 12

// Run works with n workers until ctx is done and the jobs in hand are over.
func (c *Crew) Run(ctx context.Context, n int) {
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() { c.work(ctx) })
	}
	wg.Wait()
}

func (c *Crew) work(ctx context.Context) {
	for ctx.Err() == nil {
		if c.one(ctx) {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(c.Poll):
		}
	}
}

// one does at most one job and reports whether there was any.
func (c *Crew) one(ctx context.Context) bool {
	j, ok, err := c.DB.Claim(ctx, c.Lease)
	if err != nil {
		if ctx.Err() == nil {
			c.Log.Error("claim job", "err", err)
		}
		return false
	}
	if !ok {
		return false
	}
	end := context.WithoutCancel(ctx) // a shutdown must not lose the outcome
	err = c.do(ctx, j)
	switch {
	case err == nil:
		err = c.DB.Finish(end, j)
	case ctx.Err() != nil: // ours to stop, not the job's fault
		err = c.DB.Postpone(end, j, c.Now(), false, j.Failure)
	default:
		c.Log.Warn("job failed", "kind", j.Kind, "subject", j.Subject, "attempt", j.Attempts, "err", err)
		err = c.DB.Postpone(end, j, c.Now().Add(Backoff(j.Attempts)), j.Attempts >= tries, err.Error())
	}
	if err != nil {
		c.Log.Error("note outcome of job", "kind", j.Kind, "subject", j.Subject, "err", err)
	}
	return true
}

// do runs the job's Func. A panic fails that job only.
func (c *Crew) do(ctx context.Context, j catalog.Job) (err error) {
	ctx, cancel := context.WithTimeout(ctx, c.Lease)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	f, ok := c.Do[j.Kind]
	if !ok {
		return fmt.Errorf("no one does %q", j.Kind)
	}
	return f(ctx, j.Subject)
}

// Backoff is the wait after that many failed attempts: 10 s, 20 s, 40 s … up to 1 h.
func Backoff(attempt int) time.Duration {
	return min(10*time.Second<<min(max(attempt, 1)-1, 10), time.Hour)
}
