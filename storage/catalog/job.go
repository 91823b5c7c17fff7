package catalog

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"time"
)

// A Job is work the server owes, kept until it is done.
type Job struct {
	ID       int64
	Kind     string // e.g. rendition.make
	Subject  string // what it is about; one job per kind and subject
	Attempts int    // including this one
	Failure  string // of the attempt before
	Resting  bool   // failed too often
	Due      time.Time
	lease    string // fencing token: a later claim has another
}

// Enqueue owes a job as of now. Owing the same one again wakes it if it rests.
//
// Jobs of one lane wait in line; lanes take turns: whoever owes the first job
// of a lane owes it for now, and not for after all that others owe. A lane is
// whose work it is, such as an agency.
func (tx *Tx) Enqueue(ctx context.Context, kind, subject, lane string) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO job (kind, subject, due, created, lane, turn) VALUES (?1, ?2, ?3, ?3, ?4, `+nextTurn+`)
		ON CONFLICT (kind, subject) DO UPDATE SET resting = 0, attempts = 0, due = ?3, lease = '', turn = excluded.turn
		WHERE resting = 1`, kind, subject, ms(tx.Now), lane)
	return err
}

// nextTurn is the turn after the last of lane ?4, but not before those of others:
// start-time fair queueing (Goyal, Vin, Cheng, 1996) with jobs of equal cost.
const nextTurn = `
	max(coalesce((SELECT max(turn) + 1 FROM job WHERE lane = ?4 AND resting = 0), 0),
		coalesce((SELECT min(turn) FROM job WHERE resting = 0), 0))`

// Claim takes the job whose turn it is, of those that are due, and hides it until lease
// has passed, so that a crashed worker's job comes back by itself. ok is false
// if none is due.
func (db *DB) Claim(ctx context.Context, lease time.Duration) (j Job, ok bool, err error) {
	now := db.now()
	// Looking costs a reader; only a job that is there costs a turn to write.
	var due int
	err = db.read.QueryRowContext(ctx, `SELECT 1 FROM job WHERE resting = 0 AND due <= ? LIMIT 1`, ms(now)).Scan(&due)
	if errors.Is(err, sql.ErrNoRows) {
		return j, false, nil
	}
	if err != nil {
		return j, false, err
	}
	err = db.write.QueryRowContext(ctx, `
		UPDATE job SET due = ?2, attempts = attempts + 1, lease = ?3
		WHERE id = (SELECT id FROM job WHERE resting = 0 AND due <= ?1 ORDER BY turn, due, id LIMIT 1)
		RETURNING id, kind, subject, attempts, failure, due, lease`,
		ms(now), ms(now.Add(lease)), rand.Text(),
	).Scan(&j.ID, &j.Kind, &j.Subject, &j.Attempts, &j.Failure, instant{&j.Due}, &j.lease)
	if errors.Is(err, sql.ErrNoRows) {
		return j, false, nil
	}
	return j, err == nil, err
}

// Finish forgets a claimed job. It does nothing if the lease ran out and
// another worker has the job.
func (db *DB) Finish(ctx context.Context, j Job) error {
	_, err := db.write.ExecContext(ctx, `DELETE FROM job WHERE id = ? AND lease = ?`, j.ID, j.lease)
	return err
}

// Holds reports whether j is still claimed by the caller. A job asks inside the
// transaction that has its effect, so that a worker presumed dead has none.
func (tx *Tx) Holds(ctx context.Context, j Job) (bool, error) {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM job WHERE id = ? AND lease = ?`, j.ID, j.lease).Scan(&n)
	return n == 1, err
}

// Postpone gives a failed job back, due again at t, under the same condition as
// Finish. With rest it waits until somebody owes it again.
func (db *DB) Postpone(ctx context.Context, j Job, t time.Time, rest bool, failure string) error {
	_, err := db.write.ExecContext(ctx,
		`UPDATE job SET due = ?, resting = ?, failure = ?, lease = '' WHERE id = ? AND lease = ?`,
		ms(t), rest, failure, j.ID, j.lease)
	return err
}

// Jobs returns how many jobs are owed, and those that rest, at most 200.
func (tx *Tx) Jobs(ctx context.Context) (owed int, resting []Job, err error) {
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM job WHERE resting = 0`).Scan(&owed); err != nil {
		return 0, nil, err
	}
	rows, err := tx.QueryContext(ctx,
		`SELECT id, kind, subject, attempts, failure, due FROM job WHERE resting = 1 ORDER BY id LIMIT 200`)
	if err != nil {
		return 0, nil, err
	}
	resting, err = collect(rows, func(row interface{ Scan(...any) error }) (Job, error) {
		j := Job{Resting: true}
		err := row.Scan(&j.ID, &j.Kind, &j.Subject, &j.Attempts, &j.Failure, instant{&j.Due})
		return j, err
	})
	return owed, resting, err
}
