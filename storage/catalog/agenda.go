package catalog

import (
	"context"
	"slices"

	"pano/internal/pano"
)

// An Agenda is a question about everything that hangs or is to hang, on a day.
type Agenda string

// The questions.
const (
	AgendaOverdue Agenda = "overdue" // hangs after the day by which it was to be down
	AgendaMissed  Agenda = "missed"  // does not hang, though its days have begun
	AgendaToday   Agenda = "today"   // has its day
	AgendaSoon    Agenda = "soon"    // its days begin soon
	AgendaEnding  Agenda = "ending"  // its days end soon
)

// Agendas lists every question, what is late first.
func Agendas() []Agenda {
	return []Agenda{AgendaOverdue, AgendaMissed, AgendaToday, AgendaSoon, AgendaEnding}
}

// Ahead is how many days from today on are soon, today being the first.
const Ahead = 14

// on is the condition on live placements p, and its arguments.
func (a Agenda) on(today pano.Day) (cond string, args []any) {
	switch a {
	case AgendaOverdue:
		return up + ` AND p.ends <= ? AND p.remove_by <= ?`, []any{today, today}
	case AgendaMissed:
		return `NOT ` + up + ` AND p.starts <= ?`, []any{today}
	case AgendaToday:
		return `p.starts <= ? AND p.ends > ?`, []any{today, today}
	case AgendaSoon:
		return `NOT ` + up + ` AND p.starts > ? AND p.starts <= ?`, []any{today, today + Ahead}
	case AgendaEnding:
		return `p.ends > ? AND p.ends <= ?`, []any{today, today + Ahead}
	}
	return `0`, nil
}

const live = `p.state NOT IN ('removed', 'cancelled')`

// liveOn selects the live placements p on every place within places. It asks the
// places only if it must.
func liveOn(places pano.Reach) (from, where string, args []any) {
	if places.All {
		return `placement p`, live, nil
	}
	cond, args := within(places, "l.agency", "''", "0") // nobody owns a place by hand
	return `placement p JOIN location l ON l.id = p.location`, live + ` AND ` + cond, args
}

// An AgendaPage is a stretch of the placements that a question is about.
type AgendaPage struct {
	Hangings []Hanging // the first to begin first
	Total    int       // on all pages
	Next     pano.PlacementID
}

// Agenda returns the placements that q is about today, on every place within
// places, after the placement after; "" is before the first. Artwork is shown if
// it is within see. A limit of 0 is 50.
func (tx *Tx) Agenda(ctx context.Context, see, places pano.Reach, q Agenda, today pano.Day, after pano.PlacementID, limit int) (page AgendaPage, err error) {
	about, args := q.on(today)
	from, where, reach := liveOn(places)
	args = append(args, reach...)
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM `+from+` WHERE `+about+` AND `+where, args...).Scan(&page.Total); err != nil {
		return page, err
	}
	stmt := hangingFrom + ` WHERE ` + about + ` AND ` + where
	if after != "" {
		stmt += ` AND (p.starts, l.code, p.seq) > (SELECT b.starts, m.code, b.seq FROM placement b JOIN location m ON m.id = b.location WHERE b.id = ?)`
		args = append(args, string(after))
	}
	n := pageSize(limit)
	page.Hangings, err = tx.hangings(ctx, see, stmt+` ORDER BY p.starts, l.code, p.seq LIMIT ?`, append(args, n+1)...)
	if len(page.Hangings) > n {
		page.Hangings = page.Hangings[:n]
		page.Next = page.Hangings[n-1].ID
	}
	return page, err
}

// An Outlook is what hangs and is to hang, in numbers.
type Outlook struct {
	Live   int // placements that are neither removed nor cancelled
	Counts map[Agenda]int
	Days   [Ahead]struct{ Up, Down int } // from today on: placements that begin; that had their last day the day before
}

// Outlook counts the live placements on every place within places.
func (tx *Tx) Outlook(ctx context.Context, places pano.Reach, today pano.Day) (o Outlook, err error) {
	sums, args := `count(*)`, []any(nil)
	o.Counts = map[Agenda]int{}
	counts := make([]int, len(Agendas()))
	into := []any{&o.Live}
	for i, a := range Agendas() {
		cond, days := a.on(today)
		sums += `, count(*) FILTER (WHERE ` + cond + `)`
		args, into = append(args, days...), append(into, &counts[i])
	}
	from, where, reach := liveOn(places)
	from = ` FROM ` + from + ` WHERE ` + where
	if err := tx.QueryRowContext(ctx, `SELECT `+sums+from, append(args, reach...)...).Scan(into...); err != nil {
		return o, err
	}
	for i, a := range Agendas() {
		o.Counts[a] = counts[i]
	}
	for _, side := range []struct {
		column string
		of     func(day int) *int
	}{{"p.starts", func(i int) *int { return &o.Days[i].Up }}, {"p.ends", func(i int) *int { return &o.Days[i].Down }}} {
		rows, err := tx.QueryContext(ctx, `SELECT `+side.column+` - ?, count(*)`+from+` AND `+side.column+` BETWEEN ? AND ? GROUP BY 1`,
			slices.Concat([]any{today}, reach, []any{today, today + Ahead - 1})...)
		if err != nil {
			return o, err
		}
		perDay, err := collect(rows, func(row interface{ Scan(...any) error }) (n [2]int, err error) {
			err = row.Scan(&n[0], &n[1])
			return n, err
		})
		if err != nil {
			return o, err
		}
		for _, n := range perDay {
			*side.of(n[0]) = n[1]
		}
	}
	return o, nil
}

// A Usage is how much of the places in use is taken on a day.
type Usage struct {
	Faces, FacesTaken int
	Room, RoomTaken   int // pieces on stretches
}

// Usage counts the places within places that are in use.
func (tx *Tx) Usage(ctx context.Context, places pano.Reach, on pano.Day) (u Usage, err error) {
	cond, reach := within(places, "l.agency", "''", "0")
	err = tx.QueryRowContext(ctx, `
		SELECT
			count(*) FILTER (WHERE kind = 'face'), count(*) FILTER (WHERE kind = 'face' AND pieces > 0),
			ifnull(sum(capacity) FILTER (WHERE kind = 'stretch'), 0), ifnull(sum(pieces) FILTER (WHERE kind = 'stretch'), 0)
		FROM (
			SELECT l.kind, l.capacity, ifnull((
				SELECT sum(p.quantity) FROM placement p
				WHERE p.location = l.id AND `+live+` AND p.starts <= ? AND p.ends > ?), 0) AS pieces
			FROM location l WHERE l.kind IN ('face', 'stretch') AND NOT l.closed AND `+cond+`)`,
		append([]any{on, on}, reach...)...).Scan(&u.Faces, &u.FacesTaken, &u.Room, &u.RoomTaken)
	return u, err
}
