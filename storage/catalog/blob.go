package catalog

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"pano/internal/pano"
)

// A Claimed blob is a row that says bytes are about to be put, or are there. Gen
// names this life of the row: without it a row that was collected and made anew
// by another upload would pass for this one.
type Claimed struct {
	Digest pano.Digest
	Gen    int64
	Live   bool // the bytes are there already, and stay
}

// ClaimBlob notes the intent to keep bytes, before any of them is put. It fails
// with KindUnavailable while the same bytes are being collected.
func (db *DB) ClaimBlob(ctx context.Context, d pano.Digest, size int64, crc uint32) (c Claimed, err error) {
	c.Digest = d
	var state string
	err = db.write.QueryRowContext(ctx, `
		INSERT INTO blob (digest, size, crc32, state, gen, touched) VALUES (?, ?, ?, 'pending', random(), ?)
		ON CONFLICT (digest) DO UPDATE SET touched = excluded.touched WHERE state <> 'deleting'
		RETURNING state, gen`, d, size, crc, ms(db.now())).Scan(&state, &c.Gen)
	if errors.Is(err, sql.ErrNoRows) {
		return c, &pano.Error{Kind: pano.KindUnavailable, Key: "blob.busy", Wait: time.Second}
	}
	c.Live = state == "live"
	return c, unavailable(err)
}

// KeepBlob says that the bytes of c are in the store. It fails with
// KindUnavailable if they were collected since the claim: put them again.
func (tx *Tx) KeepBlob(ctx context.Context, c Claimed) error {
	res, err := tx.ExecContext(ctx,
		`UPDATE blob SET state = 'live', touched = ? WHERE digest = ? AND gen = ? AND state <> 'deleting'`, ms(tx.Now), c.Digest, c.Gen)
	if err != nil {
		return err
	}
	if n, _ := res.RowsAffected(); n != 1 {
		return &pano.Error{Kind: pano.KindUnavailable, Key: "blob.busy", Wait: time.Second}
	}
	return nil
}

// referenced is true for a blob b that something needs.
const referenced = `(EXISTS (SELECT 1 FROM version WHERE digest = b.digest) OR EXISTS (SELECT 1 FROM rendition WHERE digest = b.digest)
	OR EXISTS (SELECT 1 FROM shot WHERE digest = b.digest))`

// CondemnBlobs marks at most limit blobs that nothing needs and that nobody
// touched since before, and returns them with those marked earlier. From here on
// until DropBlob a claim of the same bytes is told to wait.
func (db *DB) CondemnBlobs(ctx context.Context, before time.Time, limit int) (all []pano.Digest, err error) {
	err = db.Tend(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `
			UPDATE blob SET state = 'deleting' WHERE digest IN (
				SELECT digest FROM blob b WHERE state IN ('pending', 'live') AND touched < ? AND NOT `+referenced+` LIMIT ?)`,
			ms(before), limit)
		if err != nil {
			return err
		}
		rows, err := tx.QueryContext(ctx, `SELECT digest FROM blob WHERE state = 'deleting'`)
		if err != nil {
			return err
		}
		all, err = collect(rows, scanDigest)
		return err
	})
	return all, err
}

// DropBlob forgets a condemned blob whose bytes are gone.
func (db *DB) DropBlob(ctx context.Context, d pano.Digest) error {
	_, err := db.write.ExecContext(ctx, `DELETE FROM blob WHERE digest = ? AND state = 'deleting'`, d)
	return err
}

// UnsettledBlobs returns live blobs put before the given time whose bytes were
// not seen in the store again since, oldest first, at most limit.
func (db *DB) UnsettledBlobs(ctx context.Context, before time.Time, limit int) ([]pano.Digest, error) {
	rows, err := db.read.QueryContext(ctx,
		`SELECT digest FROM blob WHERE settled = 0 AND state = 'live' AND touched < ? ORDER BY touched LIMIT ?`, ms(before), limit)
	if err != nil {
		return nil, err
	}
	return collect(rows, scanDigest)
}

// SettleBlob says that the bytes were seen in the store, well after they were put.
func (db *DB) SettleBlob(ctx context.Context, d pano.Digest) error {
	_, err := db.write.ExecContext(ctx, `UPDATE blob SET settled = 1 WHERE digest = ?`, d)
	return err
}

// Blob returns the size in bytes and CRC-32 of a live blob, or a KindNotFound error.
func (tx *Tx) Blob(ctx context.Context, d pano.Digest) (size int64, crc uint32, err error) {
	err = tx.QueryRowContext(ctx, `SELECT size, crc32 FROM blob WHERE digest = ? AND state = 'live'`, d).Scan(&size, &crc)
	return size, crc, found(err, "blob.none")
}

func scanDigest(row interface{ Scan(...any) error }) (d pano.Digest, err error) {
	err = row.Scan(&d)
	return d, err
}
