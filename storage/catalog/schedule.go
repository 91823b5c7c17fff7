package catalog

import (
	"context"
	"encoding/json"
	"slices"

	"pano/internal/pano"
)

// An Order says by what the rows of a schedule are put together.
type Order string

// The orders of a schedule.
const (
	ByArea   Order = "area"   // the outermost place around a place
	ByAgency Order = "agency" // whose place it is
	ByKind   Order = "kind"   // of place
)

// Orders lists every order in the order people are offered them.
func Orders() []Order { return []Order{ByArea, ByAgency, ByKind} }

// A ScheduleQuery says which days of which places are asked for. Zero fields
// narrow nothing down.
type ScheduleQuery struct {
	Days     pano.Period
	Today    pano.Day // what still hangs after its days takes its place up to here
	Campaign pano.CampaignID
	Agency   pano.AgencyID   // whose artwork or whose place it is
	Within   pano.LocationID // that place, and everything in it
	State    pano.PlacementState
	Late     bool  // only what hangs after its days, or does not hang though they have begun
	Empty    bool  // places in use with nothing on these days, too
	By       Order // ByArea without it
	Skip     int   // places of the pages before
	Limit    int   // places, 1–200; 0 is 50
}

// For returns what of q who may ask for, and among which places: those they see,
// or all of them for a crew, which sees of them only what it is to hang.
func (q ScheduleQuery) For(who pano.Actor) (ScheduleQuery, pano.Reach) {
	places := who.Reach(pano.LocationSee)
	if places.Empty() && len(who.Reach(pano.PlacementSee).CrewIn) > 0 {
		q.Empty = false
		return q, pano.Reach{All: true}
	}
	return q, places
}

// A ScheduleRow is a place, and what touches the days that were asked for.
type ScheduleRow struct {
	Location   pano.LocationID
	Code, Name string
	Kind       pano.LocationKind
	Capacity   int
	Closed     bool
	Agency     pano.AgencyID // whose place it is
	AgencyName string
	Area       pano.LocationID // the outermost place around it, or itself
	AreaCode   string
	AreaName   string
	Hangings   []Hanging // what was asked for; the first to begin first
	Others     []Hanging // what else is there on these days
}

// A SchedulePage is some places of a schedule.
type SchedulePage struct {
	Rows  []ScheduleRow
	Total int // places, on all pages
	More  bool
}

// Schedule returns the places within places that have something within plans on
// q.Days as q asks for it, and all that is there on these days; what was
// cancelled only if that is asked for. Artwork is shown if it is within see.
func (tx *Tx) Schedule(ctx context.Context, see, places, plans pano.Reach, q ScheduleQuery) (page SchedulePage, err error) {
	seqs, err := tx.scheduled(ctx, places, plans, q)
	if err != nil {
		return page, err
	}
	page.Total = len(seqs)
	seqs = seqs[min(max(q.Skip, 0), len(seqs)):]
	if n := pageSize(q.Limit); len(seqs) > n {
		seqs, page.More = seqs[:n], true
	}
	page.Rows, err = tx.filledRows(ctx, see, plans, q, seqs)
	return page, err
}

// EachScheduled calls f for the places on all pages of what Schedule returns, in
// that order, and stops at the first error, which it returns.
func (tx *Tx) EachScheduled(ctx context.Context, see, places, plans pano.Reach, q ScheduleQuery, f func(ScheduleRow) error) error {
	seqs, err := tx.scheduled(ctx, places, plans, q)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(seqs, maxLimit) {
		rows, err := tx.filledRows(ctx, see, plans, q, some)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := f(row); err != nil {
				return err
			}
		}
	}
	return nil
}

// filledRows returns the places with these numbers, and what hangs there.
func (tx *Tx) filledRows(ctx context.Context, see, plans pano.Reach, q ScheduleQuery, seqs []uint32) ([]ScheduleRow, error) {
	if len(seqs) == 0 {
		return nil, nil
	}
	rows, err := tx.scheduleRows(ctx, seqs)
	if err != nil {
		return nil, err
	}
	return rows, tx.fillSchedule(ctx, see, plans, q, rows)
}

// scheduled returns which places q asks for, in order. It looks once at every
// place, and for each at the index of what hangs there: placements are many,
// places are not.
func (tx *Tx) scheduled(ctx context.Context, places, plans pano.Reach, q ScheduleQuery) (seqs []uint32, err error) {
	if places.Empty() || plans.Empty() { // SQLite finds no way along the index for what is never true
		return nil, nil
	}
	stmt, args := q.statement(places, plans)
	err = tx.QueryRowContext(ctx, stmt, args...).Scan(gathered{&seqs})
	return seqs, err
}

func (q ScheduleQuery) statement(places, plans pano.Reach) (stmt string, args []any) {
	cond, args := q.places(places)
	if q.Empty {
		cond += ` AND NOT l.closed`
	} else {
		here, narrow := q.placements(plans)
		cond += ` AND (
			EXISTS (SELECT 1 FROM placement p WHERE p.location = l.id AND p.ends > ? AND p.starts < ? AND ` + here + `)
			OR ? <= ? AND EXISTS (SELECT 1 FROM placement p WHERE p.location = l.id AND p.ends <= ? AND ` + up + ` AND ` + here + `))`
		args = slices.Concat(args, []any{q.Days.From, q.Days.Until}, narrow, []any{q.Days.From, q.Today, q.Days.From}, narrow)
	}
	return `
		SELECT seqs(seq) FROM (
			SELECT l.seq FROM location l INDEXED BY ` + q.index() + `
			WHERE l.kind IN ('face', 'stretch', 'wall') AND ` + cond + ` ORDER BY ` + q.order() + `)`, args
}

// up is what hangs, by what people said of it.
const up = `p.state IN ('installed', 'verified', 'damaged')`

func (q ScheduleQuery) order() string {
	switch q.By {
	case ByAgency:
		return `l.agency, l.code`
	case ByKind:
		return `l.kind, l.code`
	}
	return `l.area, l.code`
}

// index has the places in that order; left alone, SQLite sorts them instead.
func (q ScheduleQuery) index() string {
	switch q.By {
	case ByAgency:
		return `location_by_agency`
	case ByKind:
		return `location_by_kind`
	}
	return `location_by_area`
}

// places narrows the places l down to those q asks for.
func (q ScheduleQuery) places(reach pano.Reach) (cond string, args []any) {
	cond, args = within(reach, "l.agency", "''", "0") // nobody owns a place by hand
	if q.Within != "" {
		cond += ` AND l.id IN (
			WITH RECURSIVE down (id) AS (SELECT ? UNION SELECT c.id FROM down JOIN location c ON c.parent = down.id)
			SELECT id FROM down)`
		args = append(args, string(q.Within))
	}
	if q.Empty && q.Agency != "" {
		cond += ` AND l.agency = ?`
		args = append(args, string(q.Agency))
	}
	return cond, args
}

// placements narrows the placements p in the place l down to those q asks for,
// on its days or not.
func (q ScheduleQuery) placements(reach pano.Reach) (cond string, args []any) {
	cond, args = placed(reach)
	and := func(c string, all ...any) {
		cond += ` AND ` + c
		args = append(args, all...)
	}
	if q.State != "" {
		and(`p.state = ?`, string(q.State))
	} else {
		and(`p.state <> 'cancelled'`)
	}
	if q.Campaign != "" {
		and(`p.campaign = ?`, string(q.Campaign))
	}
	if q.Agency != "" {
		and(`? IN (p.agency, l.agency)`, string(q.Agency))
	}
	if q.Late {
		and(`(`+up+` AND p.ends <= ? AND p.remove_by <= ? OR p.state IN ('planned', 'approved', 'printed') AND p.starts <= ?)`, q.Today, q.Today, q.Today)
	}
	return cond, args
}

// there asks for all that is in a place together with what q asks for.
func (q ScheduleQuery) there() ScheduleQuery {
	all := ScheduleQuery{Days: q.Days, Today: q.Today}
	if q.State == pano.Cancelled {
		all.State = q.State
	}
	return all
}

// wants is placements for one that is there already, within reach and on its days.
func (q ScheduleQuery) wants(p pano.Placement, at ScheduleRow) bool {
	up := p.State.Up()
	late := p.Overdue(q.Today) || !up && p.State.Live() && p.Days.From <= q.Today
	return (q.State == "" || q.State == p.State) && (q.Campaign == "" || q.Campaign == p.Campaign) &&
		(q.Agency == "" || q.Agency == p.Agency || q.Agency == at.Agency) && (late || !q.Late)
}

func scanScheduleRow(row interface{ Scan(...any) error }) (r ScheduleRow, err error) {
	err = row.Scan(&r.Location, &r.Code, &r.Name, &r.Kind, &r.Capacity, &r.Closed, &r.Agency, &r.AgencyName, &r.Area, &r.AreaCode, &r.AreaName)
	return r, err
}

// scheduleRows returns the places with these numbers, in that order.
func (tx *Tx) scheduleRows(ctx context.Context, seqs []uint32) ([]ScheduleRow, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT l.id, l.code, l.name, l.kind, l.capacity, l.closed, o.id, o.name, t.id, t.code, t.name
		FROM json_each(?) j CROSS JOIN location l ON l.seq = j.value
			CROSS JOIN location t ON t.code = l.area CROSS JOIN agency o ON o.id = l.agency
		ORDER BY j.key`, list(seqs))
	if err != nil {
		return nil, err
	}
	return collect(rows, scanScheduleRow)
}

// fillSchedule puts what hangs in the places of rows into them.
func (tx *Tx) fillSchedule(ctx context.Context, see, plans pano.Reach, q ScheduleQuery, rows []ScheduleRow) error {
	at := make(map[pano.LocationID]int, len(rows))
	ids := make([]pano.LocationID, len(rows))
	for i, r := range rows {
		at[r.Location], ids[i] = i, r.Location
	}
	here, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	cond, args := q.there().placements(plans)
	add := func(all []Hanging, err error) error {
		for _, h := range all {
			r := &rows[at[h.Location]]
			if q.wants(h.Placement, *r) {
				r.Hangings = append(r.Hangings, h)
			} else {
				r.Others = append(r.Others, h)
			}
		}
		return err
	}
	if q.Days.From <= q.Today { // what is left from before comes first
		err := add(tx.hangings(ctx, see, hangingFrom+`
			WHERE p.location IN (SELECT value FROM json_each(?)) AND p.ends <= ? AND `+up+` AND `+cond+`
			ORDER BY p.starts, p.ends, p.seq`, slices.Concat([]any{string(here), q.Days.From}, args)...))
		if err != nil {
			return err
		}
	}
	return add(tx.hangings(ctx, see, hangingFrom+`
		WHERE p.location IN (SELECT value FROM json_each(?)) AND p.ends > ? AND p.starts < ? AND `+cond+`
		ORDER BY p.starts, p.ends, p.seq`, slices.Concat([]any{string(here), q.Days.From, q.Days.Until}, args)...))
}

// Areas returns the outermost places that hold others, within reach, by code,
// at most limit.
func (tx *Tx) Areas(ctx context.Context, reach pano.Reach, limit int) ([]pano.Location, error) {
	cond, args := within(reach, "l.agency", "''", "0")
	rows, err := tx.QueryContext(ctx, `
		SELECT `+locationColumns+` FROM location l
		WHERE l.parent IS NULL AND l.kind IN ('site', 'venue') AND `+cond+` ORDER BY l.code LIMIT ?`, append(args, limit)...)
	if err != nil {
		return nil, err
	}
	return collect(rows, scanLocation)
}
