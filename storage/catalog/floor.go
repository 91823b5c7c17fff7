package catalog

import (
	"context"

	"pano/internal/pano"
)

// A LaidFloor is a floor plan with what people are shown of it.
type LaidFloor struct {
	pano.Floor
	Seen    bool        // its picture is within the reach that was asked with
	Digest  pano.Digest // of the bytes the asset has now; zero if not Seen
	Renewed bool        // the asset has other bytes than those on which it was drawn
}

// Floor returns the floor plan of an exhibition, its walls and pins in the order
// in which they were drawn, or KindNotFound. see is the artwork that may be shown.
func (tx *Tx) Floor(ctx context.Context, see pano.Reach, id pano.ExhibitionID) (f LaidFloor, err error) {
	var asset pano.Resource
	var digest pano.Digest
	s := &f.Scale
	err = tx.QueryRowContext(ctx, `
		SELECT f.exhibition, f.asset, f.version, f.width, f.height, f.x1, f.y1, f.x2, f.y2, f.length, f.created, f.updated, f.rev,
			a.agency, a.owner, `+draft+`, v.digest, v.id <> f.version
		FROM floor f JOIN asset a ON a.id = f.asset JOIN version v ON v.id = a.current
		WHERE f.exhibition = ?`, string(id)).
		Scan(&f.Exhibition, &f.Asset, &f.Version, &f.Width, &f.Height, &s.X1, &s.Y1, &s.X2, &s.Y2, &s.Length, instant{&f.Created}, instant{&f.Updated}, &f.Rev,
			&asset.Agency, &asset.Owner, &asset.Draft, &digest, &f.Renewed)
	if err != nil {
		return f, found(err, "floor.none") // words
	}
	if f.Seen = see.Has(asset); f.Seen {
		f.Digest = digest
	}
	if f.Walls, err = tx.floorWalls(ctx, id); err != nil {
		return f, err
	}
	f.Pins, err = tx.floorPins(ctx, id)
	return f, err
}

func (tx *Tx) floorWalls(ctx context.Context, id pano.ExhibitionID) ([]pano.FloorWall, error) {
	rows, err := tx.QueryContext(ctx, `SELECT location, x1, y1, x2, y2 FROM floor_wall WHERE exhibition = ? ORDER BY seq`, string(id))
	if err != nil {
		return nil, err
	}
	return collect(rows, func(row interface{ Scan(...any) error }) (w pano.FloorWall, err error) {
		return w, row.Scan(&w.Location, &w.From.X, &w.From.Y, &w.To.X, &w.To.Y)
	})
}

func (tx *Tx) floorPins(ctx context.Context, id pano.ExhibitionID) ([]pano.FloorPin, error) {
	rows, err := tx.QueryContext(ctx, `SELECT exhibit, name, x, y FROM floor_pin WHERE exhibition = ? ORDER BY seq`, string(id))
	if err != nil {
		return nil, err
	}
	return collect(rows, func(row interface{ Scan(...any) error }) (p pano.FloorPin, err error) {
		return p, row.Scan(text[pano.ExhibitID]{&p.Exhibit}, &p.Name, &p.At.X, &p.At.Y)
	})
}

// AddFloor stores f, which has nothing on it yet, as the floor plan of its
// exhibition. It fails with KindStale if there is one already.
func (tx *Tx) AddFloor(ctx context.Context, f pano.Floor) (pano.Floor, error) {
	f.Created, f.Updated, f.Rev = tx.Now, tx.Now, 1
	s := f.Scale
	_, err := tx.ExecContext(ctx, `
		INSERT INTO floor (exhibition, asset, version, width, height, x1, y1, x2, y2, length, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(f.Exhibition), string(f.Asset), string(f.Version), f.Width, f.Height, s.X1, s.Y1, s.X2, s.Y2, s.Length, ms(f.Created), ms(f.Updated))
	if broke(err, unique) {
		return f, &pano.Error{Kind: pano.KindStale, Key: "thing.stale", Err: err}
	}
	if err != nil {
		return f, err
	}
	return f, tx.drawFloor(ctx, f)
}

// UpdateFloor stores f if the stored one is still at revision f.Rev, and returns
// it at the next. It fails with KindStale if somebody was faster.
func (tx *Tx) UpdateFloor(ctx context.Context, f pano.Floor) (pano.Floor, error) {
	for _, gone := range []string{
		`DELETE FROM floor_wall WHERE exhibition = (SELECT exhibition FROM floor WHERE exhibition = ? AND rev = ?)`,
		`DELETE FROM floor_pin WHERE exhibition = (SELECT exhibition FROM floor WHERE exhibition = ? AND rev = ?)`,
	} {
		if _, err := tx.ExecContext(ctx, gone, string(f.Exhibition), f.Rev); err != nil {
			return f, err
		}
	}
	f.Updated = tx.Now
	s := f.Scale
	res, err := tx.ExecContext(ctx, `
		UPDATE floor SET asset = ?, version = ?, width = ?, height = ?, x1 = ?, y1 = ?, x2 = ?, y2 = ?, length = ?, updated = ?, rev = rev + 1
		WHERE exhibition = ? AND rev = ?`,
		string(f.Asset), string(f.Version), f.Width, f.Height, s.X1, s.Y1, s.X2, s.Y2, s.Length, ms(f.Updated), string(f.Exhibition), f.Rev)
	if err != nil {
		return f, tx.refused(ctx, err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return f, &pano.Error{Kind: pano.KindStale, Key: "thing.stale"}
	}
	f.Rev++
	return f, tx.drawFloor(ctx, f)
}

// drawFloor stores what is on f. It fails with KindInvalid if a wall is none, or
// a work is not of the exhibition.
//
// "floor.no_wall" // words
// "floor.other_work" // words
func (tx *Tx) drawFloor(ctx context.Context, f pano.Floor) error {
	for _, w := range f.Walls {
		_, err := tx.ExecContext(ctx, `INSERT INTO floor_wall (exhibition, location, x1, y1, x2, y2) VALUES (?, ?, ?, ?, ?, ?)`,
			string(f.Exhibition), string(w.Location), w.From.X, w.From.Y, w.To.X, w.To.Y)
		if err != nil {
			return tx.refused(ctx, err)
		}
	}
	for _, p := range f.Pins {
		_, err := tx.ExecContext(ctx, `INSERT INTO floor_pin (exhibition, exhibit, name, x, y) VALUES (?, ?, ?, ?, ?)`,
			string(f.Exhibition), orNull(p.Exhibit), p.Name, p.At.X, p.At.Y)
		if err != nil {
			return tx.refused(ctx, err)
		}
	}
	return nil
}

// WallsFor returns the walls and faces that an exhibition uses, by code: those in
// its venue, those on which something is placed for it, and those on its floor plan.
func (tx *Tx) WallsFor(ctx context.Context, id pano.ExhibitionID) ([]pano.Location, error) {
	rows, err := tx.QueryContext(ctx, `
		WITH RECURSIVE down (id) AS (
			SELECT venue FROM exhibition WHERE id = ?1 AND venue IS NOT NULL
			UNION
			SELECT n.id FROM down JOIN location n ON n.parent = down.id
		), used (id) AS (
			SELECT id FROM down
			UNION
			SELECT location FROM placement p WHERE p.exhibition = ?1 AND p.state NOT IN ('removed', 'cancelled')
			UNION
			SELECT location FROM floor_wall w WHERE w.exhibition = ?1
		)
		SELECT `+locationColumns+` FROM used CROSS JOIN location l ON l.id = used.id WHERE l.kind IN ('wall', 'face') ORDER BY l.code`, string(id))
	if err != nil {
		return nil, err
	}
	return collect(rows, scanLocation)
}
