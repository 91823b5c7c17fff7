package catalog_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog"
)

var server = pano.Server("test")

func open(t testing.TB) *catalog.DB {
	t.Helper()
	db, err := catalog.Open(filepath.Join(t.TempDir(), "pano.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestReadCannotWrite(t *testing.T) {
	db := open(t)
	err := db.Read(t.Context(), func(tx *catalog.Tx) error {
		return tx.Enqueue(t.Context(), "a", "b", "")
	})
	if err == nil {
		t.Fatal("a read transaction wrote")
	}
}

func TestEveryConnectionKeepsForeignKeysAndFullSync(t *testing.T) {
	db := open(t)
	err := db.Tend(t.Context(), func(tx *catalog.Tx) error {
		var fk, sync, recursive int
		var mode string
		for pragma, into := range map[string]any{"foreign_keys": &fk, "synchronous": &sync, "recursive_triggers": &recursive, "journal_mode": &mode} {
			if err := tx.QueryRow(`PRAGMA ` + pragma).Scan(into); err != nil {
				return err
			}
		}
		if fk != 1 || sync != 2 || recursive != 1 || mode != "wal" {
			t.Errorf("foreign_keys %d synchronous %d recursive_triggers %d journal_mode %s; want 1 2 1 wal", fk, sync, recursive, mode)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAfterRunsOnlyOnCommit(t *testing.T) {
	db := open(t)
	var ran int
	boom := errors.New("boom")
	for _, fail := range []error{nil, boom} {
		err := db.Write(t.Context(), server, "x", func(tx *catalog.Tx) error {
			tx.After(func() { ran++ })
			return fail
		})
		if !errors.Is(err, fail) {
			t.Fatal(err)
		}
	}
	if ran != 1 {
		t.Fatalf("ran %d times, want 1", ran)
	}
}

func TestWriteInsideWriteFails(t *testing.T) {
	db := open(t)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond) // else it waits its full turn
	defer cancel()
	err := db.Write(t.Context(), server, "outer", func(*catalog.Tx) error {
		return db.Write(ctx, server, "inner", func(*catalog.Tx) error { return nil })
	})
	if err == nil {
		t.Fatal("nested write succeeded")
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pano.db")
	db, err := catalog.Open(path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	exec(t, path, `PRAGMA user_version = 9999`)
	if db, err := catalog.Open(path, time.Now); err == nil {
		db.Close()
		t.Fatal("opened a catalogue from the future")
	}
}

func TestEditedMigrationIsFoundOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pano.db")
	db, err := catalog.Open(path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	exec(t, path, `UPDATE meta SET value = 'other' WHERE key = 'migration/0001.sql'`)
	if db, err := catalog.Open(path, time.Now); err == nil {
		db.Close()
		t.Fatal("opened a catalogue made by another 0001.sql")
	}
}

// exec runs a statement beside the catalogue's own connections.
func exec(t testing.TB, path, stmt string) {
	t.Helper()
	raw, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Exec(stmt); err != nil {
		t.Fatal(err)
	}
}

func TestEventsAreChainedAndKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pano.db")
	db, err := catalog.Open(path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, subject := range []string{"a", "b", "c", "a"} {
		err := db.Write(catalog.WithRequest(t.Context(), "req"), pano.Actor{ID: "u", Name: "An"}, "thing.add", func(tx *catalog.Tx) error {
			tx.Note(subject, nil, map[string]string{"name": subject})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	n, head, err := db.VerifyEvents(t.Context())
	if n != 4 || head == "" || err != nil {
		t.Fatalf("VerifyEvents = %d, %q, %v; want 4 events", n, head, err)
	}
	var verbs []string
	db.Read(t.Context(), func(tx *catalog.Tx) error {
		all, err := tx.EventsOf(t.Context(), "a", 0, 10)
		for _, e := range all {
			verbs = append(verbs, e.Verb+" "+e.After+" "+e.Request)
		}
		return err
	})
	want := []string{`thing.add {"name":"a"} req`, `thing.add {"name":"a"} req`}
	if !slices.Equal(verbs, want) {
		t.Errorf("events of a: %q, want %q", verbs, want)
	}

	raw, _ := sql.Open("sqlite", "file:"+path)
	defer raw.Close()
	for _, stmt := range []string{
		`UPDATE event SET actor_name = 'Bình' WHERE seq = 2`,
		`DELETE FROM event WHERE seq = 4`,
		`INSERT OR REPLACE INTO event (seq, at, actor, actor_name, verb, subject, request, before, after, prev, hash) VALUES (1,0,'','','','','','','','','')`,
	} {
		if _, err := raw.Exec(stmt); err == nil {
			t.Errorf("the history let through: %s", stmt)
		}
	}
	// Who can drop the triggers can edit; the chain tells.
	for _, stmt := range []string{`DROP TRIGGER event_no_update`, `UPDATE event SET actor_name = 'Bình' WHERE seq = 2`} {
		if _, err := raw.Exec(stmt); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := db.VerifyEvents(t.Context()); err == nil {
		t.Error("an edited event passed the check of the chain")
	}
}

func TestLeaseFences(t *testing.T) {
	clock := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	db, err := catalog.Open(filepath.Join(t.TempDir(), "pano.db"), func() time.Time { return clock })
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx := t.Context()
	db.Tend(ctx, func(tx *catalog.Tx) error { return tx.Enqueue(ctx, "thumb", "1", "") })
	slow, ok, err := db.Claim(ctx, time.Minute)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	if _, ok, _ := db.Claim(ctx, time.Minute); ok {
		t.Fatal("a leased job was claimed twice")
	}
	clock = clock.Add(2 * time.Minute) // the slow worker is presumed dead
	fast, ok, _ := db.Claim(ctx, time.Minute)
	if !ok || fast.Attempts != 2 {
		t.Fatal("the job did not come back", ok, fast)
	}
	db.Read(ctx, func(tx *catalog.Tx) error {
		if held, _ := tx.Holds(ctx, slow); held {
			t.Error("the slow worker still holds the job")
		}
		return nil
	})
	if err := db.Finish(ctx, slow); err != nil { // must not delete fast's job
		t.Fatal(err)
	}
	clock = clock.Add(2 * time.Minute)
	if _, ok, _ := db.Claim(ctx, time.Minute); !ok {
		t.Fatal("a late Finish deleted a job that another worker holds")
	}
}

func TestRestingJobWakesWhenOwedAgain(t *testing.T) {
	db := open(t)
	ctx := t.Context()
	owe := func() { db.Tend(ctx, func(tx *catalog.Tx) error { return tx.Enqueue(ctx, "thumb", "1", "") }) }
	owe()
	j, _, _ := db.Claim(ctx, time.Minute)
	if err := db.Postpone(ctx, j, time.Now(), true, "broken"); err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := db.Claim(ctx, time.Minute); ok {
		t.Fatal("a resting job was claimed")
	}
	owe()
	if j, ok, _ := db.Claim(ctx, time.Minute); !ok || j.Attempts != 1 {
		t.Fatal("the job did not wake", ok, j)
	}
}

// Whoever brings hundreds of pictures does not keep another waiting who brings two.
func TestLanesTakeTurns(t *testing.T) {
	db := open(t)
	ctx := t.Context()
	owe := func(lane string, n int) {
		t.Helper()
		err := db.Tend(ctx, func(tx *catalog.Tx) error {
			for i := range n {
				if err := tx.Enqueue(ctx, "thumb", fmt.Sprint(lane, i), lane); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	line := func(n int) (s string) {
		t.Helper()
		for range n {
			j, ok, err := db.Claim(ctx, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				return s + "."
			}
			s += j.Subject[:1]
			if err := db.Finish(ctx, j); err != nil {
				t.Fatal(err)
			}
		}
		return s
	}
	owe("a", 8)
	if got := line(3); got != "aaa" {
		t.Errorf("%s", got)
	}
	owe("b", 2)
	owe("c", 1)
	if got := line(9); got != "abcabaaa." {
		t.Errorf("three lanes are served %s, want abcabaaa.", got)
	}
	owe("c", 2)
	owe("b", 1)
	if got := line(4); got != "cbc." {
		t.Errorf("who had nothing waiting has to wait: %s, want cbc.", got)
	}
}

func TestIDsAscend(t *testing.T) {
	db := open(t)
	var all []string
	db.Read(t.Context(), func(tx *catalog.Tx) error {
		for range 1000 {
			all = append(all, tx.NewID())
		}
		return nil
	})
	if !slices.IsSorted(all) || len(slices.Compact(all)) != 1000 || len(all[0]) != 26 {
		t.Fatalf("1000 ids of one moment: sorted %v, distinct %d, e.g. %s", slices.IsSorted(all), len(slices.Compact(all)), all[0])
	}
}
