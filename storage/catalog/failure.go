package catalog

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Failures is what is remembered of attempts to sign in under one key, such as
// a login or an address. Package auth decides what a key is.
type Failures struct {
	Count int
	Last  time.Time // zero = nothing is remembered
}

// Failures returns what is remembered under key, zero if nothing.
func (tx *Tx) Failures(ctx context.Context, key string) (f Failures, err error) {
	err = tx.QueryRowContext(ctx, `SELECT count, last FROM login_failure WHERE key = ?`, key).Scan(&f.Count, instant{&f.Last})
	if errors.Is(err, sql.ErrNoRows) {
		return Failures{}, nil
	}
	return f, err
}

// SetFailures remembers f under key; a zero f forgets it.
func (tx *Tx) SetFailures(ctx context.Context, key string, f Failures) error {
	if f.Last.IsZero() {
		_, err := tx.ExecContext(ctx, `DELETE FROM login_failure WHERE key = ?`, key)
		return err
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO login_failure (key, count, last) VALUES (?1, ?2, ?3)
		ON CONFLICT (key) DO UPDATE SET count = ?2, last = ?3`, key, f.Count, ms(f.Last))
	return err
}

// SweepFailures forgets what was last remembered before t.
func (tx *Tx) SweepFailures(ctx context.Context, t time.Time) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM login_failure WHERE last < ?`, ms(t))
	return err
}
