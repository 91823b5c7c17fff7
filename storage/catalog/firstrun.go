package catalog

import (
	"context"
	"fmt"
	"time"

	"pano/internal/pano"
)

// firstRun is where the catalogue keeps how its first user may sign up.
const firstRun = "first_run"

// FirstRun returns the hash of the secret with which the first user may sign
// up, and until when, or KindNotFound if there is none.
func (tx *Tx) FirstRun(ctx context.Context) (hash pano.Digest, until time.Time, err error) {
	var value, hex string
	var at int64
	err = tx.QueryRowContext(ctx, `SELECT value FROM meta WHERE key = ?`, firstRun).Scan(&value)
	if err != nil {
		return hash, until, found(err, "first_run.over")
	}
	if _, err := fmt.Sscan(value, &hex, &at); err != nil {
		return hash, until, fmt.Errorf("meta %s: %w", firstRun, err)
	}
	hash, err = pano.ParseDigest(hex)
	return hash, time.UnixMilli(at), err
}

// SetFirstRun lets the first user sign up with the secret that has that hash,
// until then, and with no other.
func (tx *Tx) SetFirstRun(ctx context.Context, hash pano.Digest, until time.Time) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2`,
		firstRun, fmt.Sprint(hash, " ", ms(until)))
	return err
}

// EndFirstRun forgets how the first user may sign up.
func (tx *Tx) EndFirstRun(ctx context.Context) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM meta WHERE key = ?`, firstRun)
	return err
}
