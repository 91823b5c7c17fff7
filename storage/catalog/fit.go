package catalog

import (
	"context"
	"encoding/json"

	"pano/internal/pano"
)

// A FaceQuery says which faces are asked for. Zero fields narrow nothing down.
type FaceQuery struct {
	Days   pano.Period     // only those that are free on all of these
	Within pano.LocationID // in that place, and in everything in it
}

// A FaceSize is a face by its number, and how large it is.
type FaceSize struct {
	Seq           uint32
	Width, Height pano.MM
}

// Faces returns the faces of known size within reach that are in use and that q
// asks for, by code. It looks once at every face, and for each at the index of
// what hangs there.
func (tx *Tx) Faces(ctx context.Context, reach pano.Reach, q FaceQuery) ([]FaceSize, error) {
	if reach.Empty() {
		return nil, nil
	}
	stmt, args := q.statement(reach)
	var seqs, widths, heights []uint32
	if err := tx.QueryRowContext(ctx, stmt, args...).Scan(gathered{&seqs}, gathered{&widths}, gathered{&heights}); err != nil {
		return nil, err
	}
	all := make([]FaceSize, len(seqs))
	for i, seq := range seqs {
		all[i] = FaceSize{seq, pano.MM(widths[i]), pano.MM(heights[i])}
	}
	return all, nil
}

func (q FaceQuery) statement(reach pano.Reach) (stmt string, args []any) {
	cond, args := within(reach, "l.agency", "''", "0")
	if q.Within != "" {
		cond += ` AND l.id IN (
			WITH RECURSIVE down (id) AS (SELECT ? UNION SELECT c.id FROM down JOIN location c ON c.parent = down.id)
			SELECT id FROM down)`
		args = append(args, string(q.Within))
	}
	if q.Days != (pano.Period{}) {
		cond += ` AND NOT EXISTS (
			SELECT 1 FROM placement p INDEXED BY placement_live
			WHERE p.location = l.id AND p.state NOT IN ('removed', 'cancelled') AND p.starts < ? AND p.ends > ?)`
		args = append(args, q.Days.Until, q.Days.From)
	}
	return `
		SELECT seqs(seq), seqs(width), seqs(height) FROM (
			SELECT l.seq, l.width, l.height FROM location l INDEXED BY location_by_kind
			WHERE l.kind IN ('face', 'stretch', 'wall') AND l.kind = 'face' AND NOT l.closed AND l.width > 0 AND l.height > 0
				AND ` + cond + ` ORDER BY l.code)`, args
}

// LocationsAt returns the places with these numbers, in that order.
func (tx *Tx) LocationsAt(ctx context.Context, seqs []uint32) ([]pano.Location, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT `+locationColumns+` FROM json_each(?) j CROSS JOIN location l ON l.seq = j.value ORDER BY j.key`, list(seqs))
	if err != nil {
		return nil, err
	}
	return collect(rows, scanLocation)
}

// Overdue returns which of the places have something hanging whose days were
// over before today.
func (tx *Tx) Overdue(ctx context.Context, places []pano.LocationID, today pano.Day) (map[pano.LocationID]bool, error) {
	ids, err := json.Marshal(places)
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `
		SELECT DISTINCT p.location FROM placement p
		WHERE p.location IN (SELECT value FROM json_each(?)) AND p.ends <= ? AND `+up, string(ids), today)
	if err != nil {
		return nil, err
	}
	some, err := collect(rows, func(row interface{ Scan(...any) error }) (l pano.LocationID, err error) {
		err = row.Scan(&l)
		return l, err
	})
	late := make(map[pano.LocationID]bool, len(some))
	for _, l := range some {
		late[l] = true
	}
	return late, err
}

// An ArtSize is artwork by its number, with what is to be known of it to tell
// where it fits.
type ArtSize struct {
	Seq           uint32
	Kind          pano.AssetKind
	Width, Height pano.MM // finished; 0 is unknown
	Across, Down  pano.Px // of the picture
}

// ArtSizes returns the sizes of the latest artwork with pictures, at most most,
// for which q asks within reach, and how many there are in all, with pictures or
// without. Order, cursor and limit of q count for nothing.
func (tx *Tx) ArtSizes(ctx context.Context, reach pano.Reach, q AssetQuery, most int) (all []ArtSize, total int, err error) {
	q.Sort, q.Cursor, q.Limit = Newest, "", 0
	if _, err := q.check(); err != nil {
		return nil, 0, err
	}
	cols, err := tx.columns(ctx)
	if err != nil {
		return nil, 0, err
	}
	found, err := tx.tally(ctx, cols, tx.db.facets.lens(reach, q), q)
	if err != nil {
		return nil, 0, err
	}
	var seqs []uint32
	for _, some := range found.found {
		seqs = append(seqs, some[max(0, len(some)-most):]...)
	}
	rows, err := tx.QueryContext(ctx, stmtArtSizes, list(seqs), most)
	if err != nil {
		return nil, 0, err
	}
	all, err = collect(rows, func(row interface{ Scan(...any) error }) (a ArtSize, err error) {
		err = row.Scan(&a.Seq, &a.Kind, &a.Width, &a.Height, &a.Across, &a.Down)
		return a, err
	})
	return all, found.total(), err
}

const stmtArtSizes = `
	SELECT a.seq, a.kind, a.width, a.height, v.width, v.height
	FROM json_each(?) j CROSS JOIN asset a ON a.seq = j.value CROSS JOIN version v ON v.id = a.current
	WHERE v.width > 0 AND v.height > 0
	ORDER BY a.seq DESC LIMIT ?`

// AssetsAt returns the assets with these numbers, in that order, and their
// thumbnails by the digest of the version; one that is owed yet is missing.
func (tx *Tx) AssetsAt(ctx context.Context, seqs []uint32) ([]pano.Asset, map[pano.Digest]pano.Rendition, error) {
	return tx.assetsAt(ctx, seqs)
}
