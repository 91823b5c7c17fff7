package catalog

import (
	"context"
	"fmt"

	"pano/internal/pano"
)

// A Box is a part of the earth, degrees WGS 84, its edges within it. The zero
// Box is everywhere.
type Box struct{ West, South, East, North float64 }

// A MapQuery says which places are asked for as pins, and on which day. Parent,
// After and Limit of its LocationQuery mean nothing.
type MapQuery struct {
	LocationQuery
	On, Today pano.Day
	Box       Box
	Most      int // pins at most; 0 is MostPins
}

// MostPins is how many pins a map has at most.
const MostPins = 20_000

// A Pin is a place on a map: where it is, or where the nearest place around it
// is that has coordinates, and how it stands on the day.
type Pin struct {
	ID       pano.LocationID
	Code     string
	Name     string
	Area     string // code of the outermost place around it, or its own
	Lat, Lon float64
	State    pano.PlaceState
}

// A PinMap is some pins in the order of their codes.
type PinMap struct {
	Pins    []Pin
	More    bool // there are more than Most
	Nowhere int  // places that were asked for and have no coordinates
}

// Pins returns the places within reach that q asks for: those on which something
// can hang, unless q names another kind.
//
// What counts on a day is what the list of places tells of it: on a day that is
// past all that was to hang then and was not cancelled, today what is due or
// still hangs, later what is due then.
func (tx *Tx) Pins(ctx context.Context, reach pano.Reach, q MapQuery) (m PinMap, err error) {
	if reach.Empty() {
		return m, nil
	}
	if q.Most == 0 {
		q.Most = MostPins
	}
	stmt, args := q.statement(reach)
	rows, err := tx.QueryContext(ctx, stmt, args...)
	if err != nil {
		return m, err
	}
	all, err := collect(rows, scanPin)
	if err != nil {
		return m, err
	}
	m.Pins = all[:0]
	for _, p := range all {
		if p.State == "" {
			m.Nowhere++
		} else {
			m.Pins = append(m.Pins, p)
		}
	}
	if len(m.Pins) > q.Most {
		m.Pins, m.More = m.Pins[:q.Most], true
	}
	return m, nil
}

// around finds the places around a place l that has no coordinates, as far as
// they are needed: a wall stands in a room in a house in a site in a site.
const around = `
	LEFT JOIN location a ON l.lat IS NULL AND a.id = l.parent
	LEFT JOIN location b ON l.lat IS NULL AND a.lat IS NULL AND b.id = a.parent
	LEFT JOIN location c ON l.lat IS NULL AND a.lat IS NULL AND b.lat IS NULL AND c.id = b.parent
	LEFT JOIN location d ON l.lat IS NULL AND a.lat IS NULL AND b.lat IS NULL AND c.lat IS NULL AND d.id = c.parent`

const (
	whereLat = `coalesce(l.lat, a.lat, b.lat, c.lat, d.lat)`
	whereLon = `coalesce(l.lon, a.lon, b.lon, c.lon, d.lon)`
)

func (q MapQuery) statement(reach pano.Reach) (stmt string, args []any) {
	there, args := q.there()
	cond, more := q.places(reach)
	args = append(args, more...)
	if b := q.Box; b != (Box{}) {
		cond += ` AND (` + whereLat + ` IS NULL OR ` + whereLat + ` BETWEEN ? AND ? AND ` + whereLon + ` BETWEEN ? AND ?)`
		args = append(args, b.South, b.North, b.West, b.East)
	}
	return `
		SELECT l.id, l.code, l.name, l.area, ` + whereLat + `, ` + whereLon + `, l.kind IN ('face', 'stretch', 'wall'), l.closed, ifnull((` + there + `), 0)
		FROM location l ` + around + `
		WHERE ` + cond + ` ORDER BY l.code`, args
}

// places narrows the places l down to those q asks for, wherever they are.
func (q MapQuery) places(reach pano.Reach) (cond string, args []any) {
	cond, args = q.where(reach)
	if q.Kind == "" {
		cond += ` AND +l.kind IN ('face', 'stretch', 'wall')` // + keeps to the order of codes
	}
	return cond, args
}

// weight is how much a placement p has to say of its place: a number of weights.
const weight = `CASE WHEN p.state = 'damaged' THEN 4 WHEN p.state IN ('installed', 'verified', 'removed') THEN 2 ELSE 1 END`

// weights are how a place stands for which something was found with that weight.
var weights = [...]pano.PlaceState{pano.PlaceFree, pano.PlacePlanned, pano.PlaceHung, pano.PlaceLate, pano.PlaceDamaged}

// there is the greatest weight of what counts in the place l on the day.
func (q MapQuery) there() (stmt string, args []any) {
	const due = ` FROM placement p WHERE p.location = l.id AND p.ends > ? AND p.starts <= ? AND `
	switch {
	case q.On < q.Today:
		return `SELECT max(` + weight + `)` + due + `p.state <> 'cancelled'`, []any{q.On, q.On}
	case q.On > q.Today:
		return `SELECT max(` + weight + `)` + due + `p.state NOT IN ('removed', 'cancelled')`, []any{q.On, q.On}
	}
	return `SELECT max(w) FROM (
		SELECT ` + weight + ` w` + due + `p.state NOT IN ('removed', 'cancelled')
		UNION ALL SELECT CASE WHEN p.state = 'damaged' THEN 4 WHEN p.remove_by <= ? THEN 3 ELSE 2 END FROM placement p WHERE p.location = l.id AND ` + up + `)`,
		[]any{q.On, q.On, q.Today}
}

// scanPin reads a row of statement; a place that is nowhere is a Pin without a state.
func scanPin(row interface{ Scan(...any) error }) (p Pin, err error) {
	var hangs, closed bool
	var w int
	var lat, lon *float64
	if err := row.Scan(&p.ID, &p.Code, &p.Name, &p.Area, &lat, &lon, &hangs, &closed, &w); err != nil || lat == nil || lon == nil {
		return Pin{}, err
	}
	p.Lat, p.Lon = *lat, *lon
	if w < 0 || w >= len(weights) {
		return p, fmt.Errorf("a placement weighs %d", w)
	}
	p.State = weights[w]
	if closed && w == 0 {
		p.State = pano.PlaceClosed
	} else if !hangs {
		p.State = pano.PlaceHolds
	}
	return p, nil
}
