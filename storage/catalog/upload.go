package catalog

import (
	"context"
	"database/sql"
	"errors"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"pano/internal/pano"
)

// An UploadState says how far a delivery is.
type UploadState string

// The states of an upload.
const (
	Receiving UploadState = "receiving" // bytes are still coming
	Waiting   UploadState = "waiting"   // whole, but a person must decide: the bytes are known already
	Done      UploadState = "done"      // an asset has it
	Refused   UploadState = "refused"   // it is no picture, or was given up
)

// An Upload is a delivery on its way in: its bytes lie in the spool.
type Upload struct {
	ID       pano.UploadID
	User     pano.UserID
	Size     int64  // bytes promised; -1 = not said
	Received int64  // bytes that are on disk for good
	Hash     []byte // state of SHA-256 over the received bytes
	CRC      uint32 // of the received bytes
	Meta     string // JSON: what the sender said of it
	State    UploadState
	Result   string // JSON: what became of it
	Created  time.Time
	Touched  time.Time
}

// AddUpload stores u and returns its id.
func (db *DB) AddUpload(ctx context.Context, u Upload) (id pano.UploadID, err error) {
	err = db.Tend(ctx, func(tx *Tx) error {
		id = pano.UploadID(tx.NewID())
		_, err := tx.ExecContext(ctx, `
			INSERT INTO upload (id, user, size, hash, meta, created, touched) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			string(id), string(u.User), u.Size, u.Hash, u.Meta, ms(tx.Now), ms(tx.Now))
		return err
	})
	return id, err
}

const uploadColumns = `id, user, size, received, hash, crc32, meta, state, result, created, touched`

func scanUpload(row interface{ Scan(...any) error }) (u Upload, err error) {
	err = row.Scan(&u.ID, &u.User, &u.Size, &u.Received, &u.Hash, &u.CRC, &u.Meta, &u.State, &u.Result, instant{&u.Created}, instant{&u.Touched})
	return u, err
}

// Upload returns the upload with the given id, or a KindNotFound error.
func (db *DB) Upload(ctx context.Context, id pano.UploadID) (Upload, error) {
	u, err := scanUpload(db.read.QueryRowContext(ctx, `SELECT `+uploadColumns+` FROM upload WHERE id = ?`, string(id)))
	return u, found(err, "upload.none")
}

// ReceiveUpload notes that the bytes up to received are on disk, if those up to
// from were until now. It fails with KindConflict if they were not: somebody
// else writes the same upload.
func (db *DB) ReceiveUpload(ctx context.Context, id pano.UploadID, from, received int64, hash []byte, crc uint32) error {
	res, err := db.write.ExecContext(ctx,
		`UPDATE upload SET received = ?, hash = ?, crc32 = ?, touched = ? WHERE id = ? AND received = ? AND state = 'receiving'`,
		received, hash, crc, ms(db.now()), string(id), from)
	if err != nil {
		return unavailable(err)
	}
	if n, _ := res.RowsAffected(); n != 1 {
		return pano.Conflict("upload.moved")
	}
	return nil
}

// SizeUpload notes how many bytes an upload will have, once that is known.
func (db *DB) SizeUpload(ctx context.Context, id pano.UploadID, size int64) error {
	_, err := db.write.ExecContext(ctx, `UPDATE upload SET size = ?, touched = ? WHERE id = ?`, size, ms(db.now()), string(id))
	return unavailable(err)
}

// RedescribeUpload replaces what the sender said of an upload.
func (db *DB) RedescribeUpload(ctx context.Context, id pano.UploadID, meta string) error {
	_, err := db.write.ExecContext(ctx, `UPDATE upload SET meta = ? WHERE id = ? AND state = 'receiving'`, meta, string(id))
	return unavailable(err)
}

// EndUpload notes what became of an upload, in the transaction that made it so.
func (tx *Tx) EndUpload(ctx context.Context, id pano.UploadID, state UploadState, result string) error {
	_, err := tx.ExecContext(ctx, `UPDATE upload SET state = ?, result = ?, touched = ? WHERE id = ?`,
		string(state), result, ms(tx.Now), string(id))
	return err
}

// DropUpload forgets an upload whose spool file is gone.
func (db *DB) DropUpload(ctx context.Context, id pano.UploadID) error {
	_, err := db.write.ExecContext(ctx, `DELETE FROM upload WHERE id = ?`, string(id))
	return unavailable(err)
}

// Uploads returns every upload that was last touched before the given time, oldest first.
func (db *DB) Uploads(ctx context.Context, touchedBefore time.Time) ([]Upload, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT `+uploadColumns+` FROM upload WHERE touched < ? ORDER BY touched`, ms(touchedBefore))
	if err != nil {
		return nil, err
	}
	return collect(rows, scanUpload)
}

// PromisedBytes is how many bytes the uploads under way have promised and not yet sent.
func (db *DB) PromisedBytes(ctx context.Context) (n int64, err error) {
	err = db.read.QueryRowContext(ctx,
		`SELECT coalesce(sum(size - received), 0) FROM upload WHERE state = 'receiving' AND size > received`).Scan(&n)
	return n, err
}

// Repeated returns the asset that the same user's request with the same
// idempotency key made, "" if there was none. It fails with KindInvalid if that
// request asked for something else.
func (tx *Tx) Repeated(ctx context.Context, user pano.UserID, key, request string) (pano.AssetID, error) {
	var asset pano.AssetID
	var was string
	err := tx.QueryRowContext(ctx, `SELECT asset, request FROM idempotency WHERE user = ? AND key = ?`, string(user), key).Scan(&asset, &was)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", nil
	case err != nil:
		return "", err
	case was != request:
		return "", pano.Invalid("upload.key_reused").At("Idempotency-Key")
	}
	return asset, nil
}

// NoteRequest notes the asset that a request with an idempotency key made.
func (tx *Tx) NoteRequest(ctx context.Context, user pano.UserID, key, request string, asset pano.AssetID) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO idempotency (key, user, request, asset, created) VALUES (?, ?, ?, ?, ?)`,
		key, string(user), request, string(asset), ms(tx.Now))
	if broke(err, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY) { // the twin of this request was faster
		return &pano.Error{Kind: pano.KindUnavailable, Key: "upload.key_busy", Wait: time.Second}
	}
	return err
}
