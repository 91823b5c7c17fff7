package catalog

import (
	"context"
	"strings"

	"pano/internal/pano"
	"pano/storage/catalog/fold"
)

const locationColumns = `
	l.id, l.code, l.kind, l.name, l.parent, ifnull(l.lat, 0), ifnull(l.lon, 0), l.lat IS NOT NULL, l.address, l.agency,
	l.width, l.height, l.eye, l.capacity, l.permit, l.permit_until, l.closed, l.created, l.updated, l.rev`

func scanLocation(row interface{ Scan(...any) error }) (l pano.Location, err error) {
	err = row.Scan(&l.ID, &l.Code, &l.Kind, &l.Name, text[pano.LocationID]{&l.Parent}, &l.Lat, &l.Lon, &l.Placed, &l.Address, &l.Agency,
		&l.Width, &l.Height, &l.Eye, &l.Capacity, &l.Permit, &l.PermitUntil, &l.Closed, instant{&l.Created}, instant{&l.Updated}, &l.Rev)
	return l, err
}

// Location returns the place with that id, or KindNotFound.
func (tx *Tx) Location(ctx context.Context, id pano.LocationID) (pano.Location, error) {
	l, err := scanLocation(tx.queryAgain(ctx, `SELECT `+locationColumns+` FROM location l WHERE l.id = ?`, string(id)))
	return l, found(err, "location.none")
}

// LocationByCode returns the place with that code, in capitals or not, or KindNotFound.
func (tx *Tx) LocationByCode(ctx context.Context, code string) (pano.Location, error) {
	l, err := scanLocation(tx.queryAgain(ctx, `SELECT `+locationColumns+` FROM location l WHERE l.code = ?`, code))
	return l, found(err, "location.none")
}

// AddLocation stores l and returns it with its id. It fails with KindConflict if
// the code is taken, and with KindInvalid if the agency is not in the catalogue.
// The parent must be there.
func (tx *Tx) AddLocation(ctx context.Context, l pano.Location) (pano.Location, error) {
	l.ID = pano.LocationID(tx.NewID())
	l.Created, l.Updated, l.Rev = tx.Now, tx.Now, 1
	lat, lon := coordinates(l)
	_, err := tx.execAgain(ctx, `
		INSERT INTO location (id, code, kind, name, parent, lat, lon, address, agency, width, height, eye, capacity,
			permit, permit_until, closed, folded, created, updated)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(l.ID), l.Code, string(l.Kind), l.Name, orNull(l.Parent), lat, lon, l.Address, string(l.Agency), l.Width, l.Height, l.Eye, l.Capacity,
		l.Permit, l.PermitUntil, l.Closed, searched(l), ms(l.Created), ms(l.Updated))
	return l, tx.locationError(ctx, l, err)
}

// UpdateLocation stores l if the stored one is still at revision l.Rev, and
// returns it at the next. It fails as AddLocation does, with KindStale if
// somebody was faster, and with KindConflict if what hangs there would not fit
// any more (location.in_use and location.too_small with cause pano.Taken,
// location.too_many), if a blocked area would stick out ("location.has_blocked" // words), or if l would stand inside itself.
func (tx *Tx) UpdateLocation(ctx context.Context, l pano.Location) (pano.Location, error) {
	l.Updated = tx.Now
	lat, lon := coordinates(l)
	res, err := tx.execAgain(ctx, `
		UPDATE location SET code = ?, kind = ?, name = ?, parent = ?, lat = ?, lon = ?, address = ?, agency = ?,
			width = ?, height = ?, eye = ?, capacity = ?, permit = ?, permit_until = ?, closed = ?, folded = ?, updated = ?, rev = rev + 1
		WHERE id = ? AND rev = ?`,
		l.Code, string(l.Kind), l.Name, orNull(l.Parent), lat, lon, l.Address, string(l.Agency),
		l.Width, l.Height, l.Eye, l.Capacity, l.Permit, l.PermitUntil, l.Closed, searched(l), ms(l.Updated),
		string(l.ID), l.Rev)
	if err != nil {
		return l, tx.locationError(ctx, l, err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return l, &pano.Error{Kind: pano.KindStale, Key: "thing.stale"}
	}
	l.Rev++
	return l, nil
}

func coordinates(l pano.Location) (lat, lon any) {
	if l.Placed {
		return l.Lat, l.Lon
	}
	return nil, nil
}

// searched is what a search for places looks at.
func searched(l pano.Location) string { return fold.Folded(l.Code + " " + l.Name + " " + l.Address) }

func (tx *Tx) locationError(ctx context.Context, l pano.Location, err error) error {
	switch {
	case broke(err, unique):
		return pano.Conflict("location.code_taken", l.Code).At("code").Because(err)
	case broke(err, foreign):
		return pano.Invalid("agency.none").At("agency").Because(err)
	}
	err = tx.refused(ctx, err)
	if e, ok := err.(*pano.Error); ok && e.Key == "location.code_taken" { // by an item
		return pano.Conflict("location.code_taken", l.Code).At("code").Because(err)
	}
	return err
}

// A LocationQuery says which places are asked for. Zero fields ask for nothing.
type LocationQuery struct {
	Text   string // every word somewhere in code, name or address; accents do not matter
	Kind   pano.LocationKind
	Parent pano.LocationID // directly below it
	Agency pano.AgencyID
	Closed *bool
	After  string // code of the last place of the page before
	Limit  int    // 1–200; 0 is 50
}

// A LocationPage is a page of places in the order of their codes.
type LocationPage struct {
	Locations []pano.Location
	Total     int    // on all pages
	Next      string // After of the next page; "" if this is the last
}

// Locations returns the places within reach that q asks for.
func (tx *Tx) Locations(ctx context.Context, reach pano.Reach, q LocationQuery) (page LocationPage, err error) {
	cond, args := q.where(reach)
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM location l WHERE `+cond, args...).Scan(&page.Total); err != nil {
		return page, err
	}
	limit := pageSize(q.Limit)
	rows, err := tx.QueryContext(ctx, `
		SELECT `+locationColumns+` FROM location l WHERE `+cond+` AND l.code > ? ORDER BY l.code LIMIT ?`,
		append(args, q.After, limit+1)...)
	if err != nil {
		return page, err
	}
	page.Locations, err = collect(rows, scanLocation)
	if len(page.Locations) > limit {
		page.Locations = page.Locations[:limit]
		page.Next = page.Locations[limit-1].Code
	}
	return page, err
}

// pageSize is how many rows a page has if n are asked for; 0 asks for what is usual.
func pageSize(n int) int {
	if n == 0 {
		return 50
	}
	return min(max(n, 1), 200)
}

func (q LocationQuery) where(reach pano.Reach) (cond string, args []any) {
	cond, args = within(reach, "l.agency", "''", "0") // nobody owns a place by hand
	and := func(c string, arg any) {
		cond += ` AND ` + c
		args = append(args, arg)
	}
	for word := range strings.FieldsSeq(fold.Folded(q.Text)) {
		and(`instr(l.folded, ?)`, word)
	}
	if q.Kind != "" {
		and(`l.kind = ?`, string(q.Kind))
	}
	if q.Parent != "" {
		and(`l.parent = ?`, string(q.Parent))
	}
	if q.Agency != "" {
		and(`l.agency = ?`, string(q.Agency))
	}
	if q.Closed != nil {
		and(`l.closed = ?`, *q.Closed)
	}
	return cond, args
}

// Children returns every place directly below id, by code.
func (tx *Tx) Children(ctx context.Context, id pano.LocationID) ([]pano.Location, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+locationColumns+` FROM location l WHERE l.parent = ? ORDER BY l.code`, string(id))
	if err != nil {
		return nil, err
	}
	return collect(rows, scanLocation)
}

// Ancestors returns the places id stands in, the outermost first, without itself.
func (tx *Tx) Ancestors(ctx context.Context, id pano.LocationID) ([]pano.Location, error) {
	rows, err := tx.QueryContext(ctx, `
		WITH RECURSIVE up (id, steps) AS (
			SELECT parent, 1 FROM location WHERE id = ? AND parent IS NOT NULL
			UNION ALL
			SELECT p.parent, steps + 1 FROM up JOIN location p ON p.id = up.id WHERE p.parent IS NOT NULL
		)
		SELECT `+locationColumns+` FROM up JOIN location l ON l.id = up.id ORDER BY up.steps DESC`, string(id))
	if err != nil {
		return nil, err
	}
	return collect(rows, scanLocation)
}

// EventsAt returns at most limit events of the place and of every placement
// there, older than event before (0 for the newest), newest first.
func (tx *Tx) EventsAt(ctx context.Context, id pano.LocationID, before int64, limit int) ([]Event, error) {
	return tx.events(ctx, `
		SELECT `+eventColumns+` FROM event
		WHERE subject IN (SELECT ?1 UNION ALL SELECT id FROM placement WHERE location = ?1) AND (?2 = 0 OR seq < ?2)
		ORDER BY seq DESC LIMIT ?3`, string(id), before, limit)
}

// EventsAbout is EventsAt for an asset and its placements.
func (tx *Tx) EventsAbout(ctx context.Context, id pano.AssetID, before int64, limit int) ([]Event, error) {
	return tx.events(ctx, `
		SELECT `+eventColumns+` FROM event
		WHERE subject IN (SELECT ?1 UNION ALL SELECT id FROM placement WHERE asset = ?1) AND (?2 = 0 OR seq < ?2)
		ORDER BY seq DESC LIMIT ?3`, string(id), before, limit)
}

func (tx *Tx) events(ctx context.Context, query string, args ...any) ([]Event, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return collect(rows, scanEvent)
}
