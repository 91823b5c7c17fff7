package catalog

import (
	"context"
	"database/sql"
	"errors"

	"pano/internal/pano"
)

// versionColumns are those of a version v, as versionFields takes them.
const versionColumns = `
	v.id, v.asset, v.n, v.digest, v.size, v.name, v.media_type, v.width, v.height, v.orientation, v.components, v.depth,
	v.colour, v.icc, v.dpi, v.frames, v.title, v.creator, v.copyright, v.taken, v.hash, v.ready, v.problem, v.upload, v.by, v.created`

func versionFields(v *pano.Version) []any {
	return []any{
		&v.ID, &v.Asset, &v.N, &v.Digest, &v.Size, &v.Name, &v.MediaType, &v.Width, &v.Height, &v.Orientation, &v.Components, &v.Depth,
		&v.ColourSpace, &v.ICC, &v.DPI, &v.Frames, &v.Title, &v.Creator, &v.Copyright, &v.Taken, bits{&v.Hash}, &v.Ready, &v.Problem, &v.Upload, &v.By, instant{&v.Created},
	}
}

// bits keeps 64 bits in SQLite's signed integers.
type bits struct{ u *uint64 }

func (b bits) Scan(v any) error {
	n, _ := v.(int64)
	*b.u = uint64(n)
	return nil
}

func scanVersion(row interface{ Scan(...any) error }) (v pano.Version, err error) {
	err = row.Scan(versionFields(&v)...)
	return v, err
}

// Version returns the version with the given id, or a KindNotFound error.
func (tx *Tx) Version(ctx context.Context, id pano.VersionID) (pano.Version, error) {
	v, err := scanVersion(tx.QueryRowContext(ctx, `SELECT `+versionColumns+` FROM version v WHERE v.id = ?`, string(id)))
	return v, found(err, "version.none")
}

// Versions returns every version of an asset, oldest first.
func (tx *Tx) Versions(ctx context.Context, id pano.AssetID) ([]pano.Version, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+versionColumns+` FROM version v WHERE v.asset = ? ORDER BY v.n`, string(id))
	if err != nil {
		return nil, err
	}
	return collect(rows, scanVersion)
}

// VersionWith returns some version with these bytes, or a KindNotFound error.
func (tx *Tx) VersionWith(ctx context.Context, d pano.Digest) (pano.Version, error) {
	v, err := scanVersion(tx.QueryRowContext(ctx, `SELECT `+versionColumns+` FROM version v WHERE v.digest = ? LIMIT 1`, d))
	return v, found(err, "version.none")
}

// VersionBy returns the version that came by a delivery, or a KindNotFound error.
func (tx *Tx) VersionBy(ctx context.Context, upload pano.UploadID) (pano.Version, error) {
	v, err := scanVersion(tx.QueryRowContext(ctx, `SELECT `+versionColumns+` FROM version v WHERE v.upload = ?`, string(upload)))
	return v, found(err, "version.none")
}

func (tx *Tx) insertVersion(ctx context.Context, v pano.Version) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO version (id, asset, n, digest, size, name, media_type, width, height, orientation, components, depth,
			colour, icc, dpi, frames, title, creator, copyright, taken, hash, ready, problem, upload, by, created)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(v.ID), string(v.Asset), v.N, v.Digest, v.Size, v.Name, v.MediaType, v.Width, v.Height, v.Orientation, v.Components, v.Depth,
		v.ColourSpace, v.ICC, v.DPI, v.Frames, v.Title, v.Creator, v.Copyright, v.Taken, int64(v.Hash), string(v.Ready), v.Problem,
		string(v.Upload), string(v.By), ms(v.Created))
	return err
}

// SetReady says of every version and shot with these bytes how far its renditions are.
// problem is a message key, hash the perceptual hash.
func (tx *Tx) SetReady(ctx context.Context, d pano.Digest, ready pano.Ready, problem string, hash uint64) error {
	for _, table := range []string{"version", "shot"} {
		_, err := tx.ExecContext(ctx, `UPDATE `+table+` SET ready = ?, problem = ?, hash = ? WHERE digest = ?`,
			string(ready), problem, int64(hash), d)
		if err != nil {
			return err
		}
	}
	return nil
}

// AddRendition stores r; making one again replaces the row.
func (tx *Tx) AddRendition(ctx context.Context, r pano.Rendition) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO rendition (of, spec, digest, size, media_type, width, height) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (of, spec) DO UPDATE SET digest = excluded.digest, size = excluded.size,
			media_type = excluded.media_type, width = excluded.width, height = excluded.height`,
		r.Of, r.Spec, r.Digest, r.Size, r.MediaType, r.Width, r.Height)
	return err
}

// Rendition returns the rendition of the bytes of, or a KindNotFound error.
func (tx *Tx) Rendition(ctx context.Context, of pano.Digest, spec string) (pano.Rendition, error) {
	r := pano.Rendition{Of: of, Spec: spec}
	err := tx.QueryRowContext(ctx, `SELECT digest, size, media_type, width, height FROM rendition WHERE of = ? AND spec = ?`, of, spec).
		Scan(&r.Digest, &r.Size, &r.MediaType, &r.Width, &r.Height)
	return r, found(err, "rendition.none")
}

// ForgetRendition drops the renditions whose bytes are d and owes them anew. It
// returns how many there were.
func (db *DB) ForgetRendition(ctx context.Context, d pano.Digest) (n int, err error) {
	err = db.Tend(ctx, func(tx *Tx) error {
		rows, err := tx.QueryContext(ctx, `DELETE FROM rendition WHERE digest = ? RETURNING of`, d)
		if err != nil {
			return err
		}
		of, err := collect(rows, scanDigest)
		if err != nil {
			return err
		}
		n = len(of)
		for _, of := range of {
			if err := tx.Enqueue(ctx, "rendition.make", of.String(), ""); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// ReadyTwin returns a version with the same bytes whose renditions are made, or
// cannot be; ok is false if there is none.
func (tx *Tx) ReadyTwin(ctx context.Context, d pano.Digest) (v pano.Version, ok bool, err error) {
	v, err = scanVersion(tx.QueryRowContext(ctx,
		`SELECT `+versionColumns+` FROM version v WHERE v.digest = ? AND v.ready IN ('ready', 'original_only') LIMIT 1`, d))
	if errors.Is(err, sql.ErrNoRows) {
		return v, false, nil
	}
	return v, err == nil, err
}
