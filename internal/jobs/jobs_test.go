package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"pano/internal/jobs"
	"pano/storage/catalog"
)

func open(t *testing.T) *catalog.DB {
	db, err := catalog.Open(filepath.Join(t.TempDir(), "pano.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func crew(t *testing.T, db *catalog.DB, do map[string]jobs.Func) *jobs.Crew {
	return &jobs.Crew{DB: db, Do: do, Lease: time.Minute, Poll: time.Millisecond, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: time.Now}
}

func owe(t *testing.T, db *catalog.DB, kind, subject string) {
	if err := db.Tend(t.Context(), func(tx *catalog.Tx) error { return tx.Enqueue(t.Context(), kind, subject, "") }); err != nil {
		t.Fatal(err)
	}
}

func TestEachJobIsDoneOnceByManyWorkers(t *testing.T) {
	db := open(t)
	const n = 50
	for i := range n {
		owe(t, db, "count", string(rune('a'+i)))
	}
	var done atomic.Int32
	ctx, stop := context.WithCancel(t.Context())
	crew(t, db, map[string]jobs.Func{"count": func(context.Context, string) error {
		if done.Add(1) == n {
			stop()
		}
		return nil
	}}).Run(ctx, 4)
	if got := done.Load(); got != n {
		t.Errorf("%d jobs done, want %d", got, n)
	}
}

func TestPanicAndFailureCostOnlyTheirJob(t *testing.T) {
	db := open(t)
	owe(t, db, "bad", "1")
	owe(t, db, "worse", "1")
	owe(t, db, "good", "1")
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	var good bool
	crew(t, db, map[string]jobs.Func{
		"bad":   func(context.Context, string) error { return errors.New("no") },
		"worse": func(context.Context, string) error { panic("hostile picture") },
		"good":  func(context.Context, string) error { good = true; stop(); return nil },
	}).Run(ctx, 1)
	if !good {
		t.Fatal("the good job was not done")
	}
	db.Read(t.Context(), func(tx *catalog.Tx) error {
		if owed, resting, err := tx.Jobs(t.Context()); owed != 2 || len(resting) != 0 || err != nil {
			t.Errorf("owed %d, resting %v, %v; want the two failed ones owed", owed, resting, err)
		}
		return nil
	})
}

func TestBackoffGrowsToAnHour(t *testing.T) {
	for attempt, want := range map[int]time.Duration{0: 10 * time.Second, 1: 10 * time.Second, 2: 20 * time.Second, 3: 40 * time.Second, 40: time.Hour} {
		if got := jobs.Backoff(attempt); got != want {
			t.Errorf("Backoff(%d) = %v, want %v", attempt, got, want)
		}
	}
}
