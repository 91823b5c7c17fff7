package catalog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pano/internal/pano"
)

const workColumns = `
	w.id, w.code, w.kind, w.agency, w.campaign, w.area, w.due, w.state, w.crew, w.person, w.hands, w.note, w.reason, w.auto,
	w.by, w.created, w.updated, w.ended, w.ender, w.rev`

func workFields(w *pano.Work) []any {
	return []any{&w.ID, &w.Code, &w.Kind, &w.Agency, text[pano.CampaignID]{&w.Campaign}, &w.Area, &w.Due, &w.State, text[pano.CrewID]{&w.Crew},
		text[pano.UserID]{&w.Person}, &w.Hands, &w.Note, &w.Reason, &w.Auto, text[pano.UserID]{&w.By}, instant{&w.Created}, instant{&w.Updated},
		instant{&w.Ended}, text[pano.UserID]{&w.Ender}, &w.Rev}
}

func scanWork(row interface{ Scan(...any) error }) (w pano.Work, err error) {
	err = row.Scan(workFields(&w)...)
	return w, err
}

// liveWork is what still wants doing, as the partial indexes say it.
const liveWork = `w.state IN ('open', 'assigned', 'under_way')`

// Work returns the work order with that id or code, or a KindNotFound error.
func (tx *Tx) Work(ctx context.Context, idOrCode string) (pano.Work, error) {
	w, err := scanWork(tx.QueryRowContext(ctx, `SELECT `+workColumns+` FROM work w WHERE w.id = ?1 OR w.code = ?1`, idOrCode))
	return w, found(err, "work.none")
}

// AddWork stores w and returns it with its id, its code and its hands.
func (tx *Tx) AddWork(ctx context.Context, w pano.Work) (pano.Work, error) {
	series := fmt.Sprintf("PV-%d", pano.DayOf(tx.Now).Time().Year())
	n, err := tx.number(ctx, series)
	if err != nil {
		return w, err
	}
	w.ID, w.Code = pano.WorkID(tx.NewID()), fmt.Sprintf("%s-%04d", series, n)
	_, err = tx.ExecContext(ctx, `
		INSERT INTO work (id, code, kind, agency, campaign, area, due, state, crew, person, note, auto, by, created, updated)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(w.ID), w.Code, string(w.Kind), string(w.Agency), orNull(w.Campaign), w.Area, w.Due, string(w.State), orNull(w.Crew), orNull(w.Person),
		w.Note, w.Auto, orNull(w.By), ms(tx.Now), ms(tx.Now))
	if err != nil {
		return w, err
	}
	return tx.Work(ctx, string(w.ID))
}

// UpdateWork stores what may change of w, all but its code, kind, agency and
// author, if the stored one is still at revision w.Rev, and returns it at the
// next. One that is over gets its end. It fails with KindStale if somebody was faster.
func (tx *Tx) UpdateWork(ctx context.Context, w pano.Work) (pano.Work, error) {
	if w.Ended.IsZero() && !w.State.Live() {
		w.Ended = tx.Now
	}
	var ended any
	if !w.Ended.IsZero() {
		ended = ms(w.Ended)
	}
	res, err := tx.ExecContext(ctx, `
		UPDATE work SET campaign = ?, area = ?, due = ?, state = ?, crew = ?, person = ?, note = ?, reason = ?, updated = ?, ended = ?, ender = ?, rev = rev + 1
		WHERE id = ? AND rev = ?`,
		orNull(w.Campaign), w.Area, w.Due, string(w.State), orNull(w.Crew), orNull(w.Person), w.Note, w.Reason, ms(tx.Now), ended, orNull(w.Ender),
		string(w.ID), w.Rev)
	if err != nil {
		return w, tx.refused(ctx, err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return w, &pano.Error{Kind: pano.KindStale, Key: "thing.stale"}
	}
	return tx.Work(ctx, string(w.ID))
}

// gathered orders are no longer than a crew reads on a sheet.
const longestWork = 60

// Gathering returns the order, made by itself, to which another placement may be
// added: of the same kind, agency, campaign, area, day and crew as like, not
// under way and not full. ok is false if there is none.
func (tx *Tx) Gathering(ctx context.Context, like pano.Work) (w pano.Work, ok bool, err error) {
	w, err = scanWork(tx.QueryRowContext(ctx, `
		SELECT `+workColumns+` FROM work w INDEXED BY work_gather
		WHERE w.agency = ? AND w.kind = ? AND w.due = ? AND `+liveWork+` AND w.state <> 'under_way' AND w.auto
			AND w.area = ? AND w.campaign IS ? AND w.crew IS ? AND w.person IS ?
			AND (SELECT count(*) FROM work_line WHERE work = w.id) < ?
		ORDER BY w.seq LIMIT 1`,
		string(like.Agency), string(like.Kind), like.Due, like.Area, orNull(like.Campaign), orNull(like.Crew), orNull(like.Person), longestWork))
	if errors.Is(err, sql.ErrNoRows) {
		return w, false, nil
	}
	return w, err == nil, err
}

// AddWorkLine puts a placement into an order of that kind. It fails with
// KindConflict if it wants that done already by another.
func (tx *Tx) AddWorkLine(ctx context.Context, w pano.Work, p pano.PlacementID) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO work_line (work, placement, kind) VALUES (?, ?, ?)`, string(w.ID), string(p), string(w.Kind))
	if broke(err, unique) {
		return pano.Conflict("work.line_taken").At("placement").Because(err)
	}
	return tx.refused(ctx, err)
}

// A LiveLine is a line that wants doing, and its order.
type LiveLine struct {
	Seq  int64
	Work pano.Work
}

// LiveLines returns what is to be done at a placement.
func (tx *Tx) LiveLines(ctx context.Context, p pano.PlacementID) ([]LiveLine, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT k.seq, `+workColumns+` FROM work_line k JOIN work w ON w.id = k.work
		WHERE k.placement = ? AND k.state = 'todo' ORDER BY k.seq`, string(p))
	if err != nil {
		return nil, err
	}
	return collect(rows, func(row interface{ Scan(...any) error }) (l LiveLine, err error) {
		err = row.Scan(append([]any{&l.Seq}, workFields(&l.Work)...)...)
		return l, err
	})
}

// EndLine says what became of a line: done or dropped, by whom ("" is the server).
func (tx *Tx) EndLine(ctx context.Context, seq int64, to pano.LineState, by pano.UserID) error {
	_, err := tx.ExecContext(ctx, `UPDATE work_line SET state = ?, ended = ?, by = ? WHERE seq = ?`, string(to), ms(tx.Now), orNull(by), seq)
	return tx.refused(ctx, err)
}

// MoveLine puts a line that wants doing into another order of its kind.
func (tx *Tx) MoveLine(ctx context.Context, seq int64, to pano.WorkID) error {
	_, err := tx.ExecContext(ctx, `UPDATE work_line SET work = ? WHERE seq = ?`, string(to), seq)
	return tx.refused(ctx, err)
}

// DropLines ends every line of an order that still wants doing.
func (tx *Tx) DropLines(ctx context.Context, id pano.WorkID, by pano.UserID) error {
	_, err := tx.ExecContext(ctx, `UPDATE work_line SET state = 'dropped', ended = ?, by = ? WHERE work = ? AND state = 'todo'`, ms(tx.Now), orNull(by), string(id))
	return tx.refused(ctx, err)
}

// CountLines returns how many lines of an order are to be done, and how many are.
func (tx *Tx) CountLines(ctx context.Context, id pano.WorkID) (todo, done int, err error) {
	err = tx.QueryRowContext(ctx, `
		SELECT (SELECT count(*) FROM work_line WHERE work = ?1 AND state = 'todo'), (SELECT count(*) FROM work_line WHERE work = ?1 AND state = 'done')`,
		string(id)).Scan(&todo, &done)
	return todo, done, err
}

// Due returns placements that want work of a kind by themselves, the most urgent
// first, at most limit: to be removed, once it is for days before the last one,
// or hung, or mended. What somebody took off an order is asked for again only if
// it is late to be removed, and not on the day on which it was taken off.
func (tx *Tx) Due(ctx context.Context, kind pano.WorkKind, limit int) ([]pano.Placement, error) {
	today := pano.DayOf(tx.Now)
	stmt, args := stmtDue[kind], []any{limit}
	if kind == pano.WorkRemove {
		args = []any{today + pano.RemovalAhead, today, dayStart(today), limit}
	}
	rows, err := tx.QueryContext(ctx, stmt, args...)
	if err != nil {
		return nil, err
	}
	return collect(rows, scanPlacement)
}

// dayStart is when a day begins in Viet Nam, in unix milliseconds.
func dayStart(d pano.Day) int64 { return d.Time().Add(-7 * 60 * 60 * 1e9).UnixMilli() }

var stmtDue = map[pano.WorkKind]string{
	pano.WorkRemove: `
		SELECT ` + placementColumns + ` FROM placement p INDEXED BY placement_remove_by
		WHERE ` + up + ` AND p.remove_by <= ?
			AND NOT EXISTS (SELECT 1 FROM work_line WHERE placement = p.id AND kind = 'remove' AND state = 'todo')
			AND (NOT EXISTS (SELECT 1 FROM work_line WHERE placement = p.id AND kind = 'remove')
				OR p.remove_by <= ? AND NOT EXISTS (SELECT 1 FROM work_line WHERE placement = p.id AND kind = 'remove' AND ended >= ?))
		ORDER BY p.remove_by, p.seq LIMIT ?`,
	pano.WorkInstall: `
		SELECT ` + placementColumns + ` FROM placement p INDEXED BY placement_ready
		WHERE p.state IN ('approved', 'printed') AND NOT EXISTS (SELECT 1 FROM work_line WHERE placement = p.id AND kind = 'install')
		ORDER BY p.starts, p.seq LIMIT ?`,
	pano.WorkRepair: `
		SELECT ` + placementColumns + ` FROM placement p INDEXED BY placement_damaged
		WHERE p.state = 'damaged' AND NOT EXISTS (SELECT 1 FROM work_line WHERE placement = p.id AND kind = 'repair')
		ORDER BY p.seq LIMIT ?`,
}

// An Errand is a work order with what people are shown of it.
type Errand struct {
	pano.Work
	AgencyName   string
	CampaignName string
	AreaName     string
	CrewName     string // of the crew or the person; "" if it is nobody's
	ByName       string
	EnderName    string
	Total, Done  int // placements, those dropped left out

	seq int64
}

// errandTables join what an Errand tells to works w, which come first: left
// alone, SQLite begins with what there is least of, and sorts.
const errandTables = `
	CROSS JOIN agency g ON g.id = w.agency
	LEFT JOIN campaign m ON m.id = w.campaign
	LEFT JOIN location t ON t.code = w.area
	LEFT JOIN crew c ON c.id = w.crew
	LEFT JOIN user u ON u.id = w.person
	LEFT JOIN user b ON b.id = w.by
	LEFT JOIN user e ON e.id = w.ender `

const errandColumns = workColumns + `, g.name, m.name, t.name, coalesce(c.name, u.name, ''), b.name, e.name,
	(SELECT count(*) FROM work_line k WHERE k.work = w.id AND k.state IN ('todo', 'done')),
	(SELECT count(*) FROM work_line k WHERE k.work = w.id AND k.state = 'done'), w.seq`

func scanErrand(row interface{ Scan(...any) error }) (x Errand, err error) {
	err = row.Scan(append(workFields(&x.Work), &x.AgencyName, text[string]{&x.CampaignName}, text[string]{&x.AreaName}, &x.CrewName,
		text[string]{&x.ByName}, text[string]{&x.EnderName}, &x.Total, &x.Done, &x.seq)...)
	return x, err
}

// Errand returns the work order with that id or code as people are shown it, or KindNotFound.
func (tx *Tx) Errand(ctx context.Context, idOrCode string) (Errand, error) {
	x, err := scanErrand(tx.QueryRowContext(ctx, `SELECT `+errandColumns+` FROM work w`+errandTables+`WHERE w.id = ?1 OR w.code = ?1`, idOrCode))
	return x, found(err, "work.none")
}

// A WorkQuery says which work orders are asked for. Zero fields narrow nothing down.
type WorkQuery struct {
	Kind     pano.WorkKind
	State    pano.WorkState // "" is those that live
	Ended    bool           // those that are over, whatever their state; State is not looked at
	Crew     pano.CrewID
	Person   pano.UserID
	Nobody   bool        // those that are nobody's
	Hand     pano.UserID // those that were given to this person, alone or in a crew
	Agency   pano.AgencyID
	Campaign pano.CampaignID
	Until    pano.Day // due before this day; 0 is any
	After    string   // the Next of the page before
	Limit    int      // 1–200; 0 is 50
}

// An ErrandPage is a page of work orders.
type ErrandPage struct {
	Errands []Errand
	Total   int    // on all pages
	Next    string // "" if this is the last page
}

// Works returns the work orders within reach that q asks for: those that live by
// their day, those that are over by their end, the last first.
func (tx *Tx) Works(ctx context.Context, reach pano.Reach, q WorkQuery) (page ErrandPage, err error) {
	over := q.Ended || q.State != "" && !q.State.Live()
	stmt, args := q.statement(reach, over)
	from, order := worksBy(over)
	if err = tx.QueryRowContext(ctx, `SELECT count(*)`+from+` WHERE `+stmt, args...).Scan(&page.Total); err != nil {
		return page, err
	}
	limit := pageSize(q.Limit)
	if q.After != "" {
		at, seq, err := readWorkCursor(q.After)
		if err != nil {
			return page, err
		}
		if over {
			stmt += ` AND (w.ended, w.seq) < (?, ?)`
		} else {
			stmt += ` AND (w.due, w.seq) > (?, ?)`
		}
		args = append(args, at, seq)
	}
	rows, err := tx.QueryContext(ctx, `SELECT `+errandColumns+from+errandTables+`WHERE `+stmt+order, append(args, limit+1)...)
	if err != nil {
		return page, err
	}
	page.Errands, err = collect(rows, scanErrand)
	if len(page.Errands) > limit {
		page.Errands = page.Errands[:limit]
		last := page.Errands[limit-1]
		at := int64(last.Due)
		if over {
			at = ms(last.Ended)
		}
		page.Next = fmt.Sprintf("%d-%d", at, last.seq)
	}
	return page, err
}

// worksBy is how works w are read in their order, along the index that has it.
func worksBy(over bool) (from, order string) {
	if over {
		return ` FROM work w INDEXED BY work_ended`, ` ORDER BY w.ended DESC, w.seq DESC LIMIT ?`
	}
	return ` FROM work w INDEXED BY work_due`, ` ORDER BY w.due, w.seq LIMIT ?`
}

func readWorkCursor(s string) (at, seq int64, err error) {
	a, b, ok := strings.Cut(s, "-")
	at, err1 := strconv.ParseInt(a, 10, 64)
	seq, err2 := strconv.ParseInt(b, 10, 64)
	if !ok || err1 != nil || err2 != nil {
		return 0, 0, badCursor(errors.Join(err1, err2))
	}
	return at, seq, nil
}

func (q WorkQuery) statement(reach pano.Reach, over bool) (cond string, args []any) {
	cond, args = withinHands(reach, "w.agency", "w.by", "0", "w.hands")
	and := func(c string, all ...any) {
		cond += ` AND ` + c
		args = append(args, all...)
	}
	if over {
		and(`w.state IN ('done', 'cancelled')`)
	} else {
		and(liveWork)
	}
	for _, f := range []struct {
		on  bool
		c   string
		arg any
	}{
		{q.State != "" && !q.Ended, `w.state = ?`, string(q.State)},
		{q.Kind != "", `w.kind = ?`, string(q.Kind)},
		{q.Crew != "", `w.crew = ?`, string(q.Crew)},
		{q.Person != "", `w.person = ?`, string(q.Person)},
		{q.Hand != "", `instr(w.hands, ?)`, string(q.Hand)},
		{q.Agency != "", `w.agency = ?`, string(q.Agency)},
		{q.Campaign != "", `w.campaign = ?`, string(q.Campaign)},
		{q.Until != 0, `w.due < ?`, q.Until},
	} {
		if f.on {
			and(f.c, f.arg)
		}
	}
	if q.Nobody {
		and(`w.crew IS NULL AND w.person IS NULL`)
	}
	return cond, args
}

// LateWorks returns how many work orders within reach are late today, but counts
// no further than 100.
func (tx *Tx) LateWorks(ctx context.Context, reach pano.Reach) (n int, err error) {
	cond, args := withinHands(reach, "w.agency", "w.by", "0", "w.hands")
	err = tx.QueryRowContext(ctx, `
		SELECT count(*) FROM (SELECT 1 FROM work w INDEXED BY work_due WHERE `+liveWork+` AND w.due < ? AND `+cond+` LIMIT 100)`,
		append([]any{pano.DayOf(tx.Now)}, args...)...).Scan(&n)
	return n, err
}

// A WorkLine is a placement of a work order, and where to go for it.
type WorkLine struct {
	Hanging
	Line          pano.LineState
	Ended         sql.Null[int64]
	ByName        string // who ended it
	Address       string // of the place, or of the nearest one around it that has one
	Around        string // name of the place around it
	Lat, Lon      float64
	Located       bool    // Lat and Lon mean something
	Width, Height pano.MM // of what hangs: the spot on a wall, else the artwork, else the place
}

// WorkLines returns the placements of a work order. Artwork is shown if it is within see.
func (tx *Tx) WorkLines(ctx context.Context, see pano.Reach, id pano.WorkID) ([]WorkLine, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT `+hangingColumns+`, k.state, k.ended, z.name, coalesce(nullif(l.address, ''), o.address, ''), o.name,
			coalesce(l.lat, o.lat, 0), coalesce(l.lon, o.lon, 0), coalesce(l.lat, o.lat) IS NOT NULL,
			CASE WHEN p.width > 0 THEN p.width WHEN a.width > 0 THEN a.width ELSE l.width END,
			CASE WHEN p.width > 0 THEN p.height WHEN a.width > 0 THEN a.height ELSE l.height END
		FROM work_line k JOIN placement p ON p.id = k.placement`+hangingJoins+`
			LEFT JOIN location o ON o.id = l.parent
			LEFT JOIN user z ON z.id = k.by
		WHERE k.work = ? ORDER BY k.seq`, string(id))
	if err != nil {
		return nil, err
	}
	return collect(rows, func(row interface{ Scan(...any) error }) (x WorkLine, err error) {
		var asset pano.Resource
		fields := append(hangingFields(&x.Hanging, &asset), &x.Line, &x.Ended, text[string]{&x.ByName}, &x.Address, text[string]{&x.Around},
			&x.Lat, &x.Lon, &x.Located, &x.Width, &x.Height)
		if err = row.Scan(fields...); err != nil {
			return x, err
		}
		x.Hanging = seen(see, x.Hanging, asset)
		return x, nil
	})
}

// WorksOf returns the work orders a placement is or was in, the last first, at most 50.
func (tx *Tx) WorksOf(ctx context.Context, p pano.PlacementID) ([]Errand, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT `+errandColumns+` FROM work w`+errandTables+`
		WHERE w.id IN (SELECT work FROM work_line WHERE placement = ? AND state <> 'dropped') ORDER BY w.seq DESC LIMIT 50`, string(p))
	if err != nil {
		return nil, err
	}
	return collect(rows, scanErrand)
}

const crewColumns = `c.id, c.agency, c.name, c.phone, c.closed, c.created, c.rev, (SELECT group_concat(user, ' ') FROM crew_member WHERE crew = c.id)`

func scanCrew(row interface{ Scan(...any) error }) (c pano.Crew, err error) {
	var members string
	err = row.Scan(&c.ID, &c.Agency, &c.Name, &c.Phone, &c.Closed, instant{&c.Created}, &c.Rev, text[string]{&members})
	for _, id := range strings.Fields(members) {
		c.Members = append(c.Members, pano.UserID(id))
	}
	return c, err
}

// Crews returns the crews of the agencies within reach, closed ones last, by name.
func (tx *Tx) Crews(ctx context.Context, reach pano.Reach) ([]pano.Crew, error) {
	cond, args := within(reach, "c.agency", "''", "0")
	rows, err := tx.QueryContext(ctx, `SELECT `+crewColumns+` FROM crew c WHERE `+cond+` ORDER BY c.closed, c.name, c.seq`, args...)
	if err != nil {
		return nil, err
	}
	return collect(rows, scanCrew)
}

// Crew returns the crew with that id, or a KindNotFound error.
func (tx *Tx) Crew(ctx context.Context, id pano.CrewID) (pano.Crew, error) {
	c, err := scanCrew(tx.QueryRowContext(ctx, `SELECT `+crewColumns+` FROM crew c WHERE c.id = ?`, string(id)))
	return c, found(err, "crew.none")
}

// AddCrew stores c with its members and returns it with its id. It fails with
// KindConflict if its agency has one of that name.
func (tx *Tx) AddCrew(ctx context.Context, c pano.Crew) (pano.Crew, error) {
	c.ID = pano.CrewID(tx.NewID())
	_, err := tx.ExecContext(ctx, `INSERT INTO crew (id, agency, name, phone, created) VALUES (?, ?, ?, ?, ?)`,
		string(c.ID), string(c.Agency), c.Name, c.Phone, ms(tx.Now))
	if err != nil {
		return c, crewError(err, c)
	}
	return tx.setMembers(ctx, c)
}

// UpdateCrew stores name, phone, members and whether it is closed, if the stored
// one is still at revision c.Rev. It fails as AddCrew does, and with KindStale.
func (tx *Tx) UpdateCrew(ctx context.Context, c pano.Crew) (pano.Crew, error) {
	res, err := tx.ExecContext(ctx, `UPDATE crew SET name = ?, phone = ?, closed = ?, rev = rev + 1 WHERE id = ? AND rev = ?`, c.Name, c.Phone, c.Closed, string(c.ID), c.Rev)
	if err != nil {
		return c, crewError(err, c)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return c, &pano.Error{Kind: pano.KindStale, Key: "thing.stale"}
	}
	return tx.setMembers(ctx, c)
}

func crewError(err error, c pano.Crew) error {
	if broke(err, unique) {
		return pano.Conflict("crew.name_taken", c.Name).At("name").Because(err)
	}
	return err
}

// setMembers leaves those alone who stay: each that comes or goes is looked at
// by every order of the crew.
func (tx *Tx) setMembers(ctx context.Context, c pano.Crew) (pano.Crew, error) {
	was, err := tx.Crew(ctx, c.ID)
	if err != nil {
		return c, err
	}
	for _, u := range was.Members {
		if !slices.Contains(c.Members, u) {
			if _, err := tx.ExecContext(ctx, `DELETE FROM crew_member WHERE crew = ? AND user = ?`, string(c.ID), string(u)); err != nil {
				return c, err
			}
		}
	}
	for _, u := range c.Members {
		if _, err := tx.ExecContext(ctx, `INSERT INTO crew_member (crew, user) VALUES (?, ?) ON CONFLICT DO NOTHING`, string(c.ID), string(u)); err != nil {
			return c, err
		}
	}
	return tx.Crew(ctx, c.ID)
}

// Installers returns the people with accounts who hang for an agency, by name.
func (tx *Tx) Installers(ctx context.Context, reach pano.Reach) ([]pano.User, error) {
	cond, args := within(reach, "i.agency", "''", "0")
	rows, err := tx.QueryContext(ctx, `
		SELECT DISTINCT u.id, u.login, u.name FROM membership i JOIN user u ON u.id = i.user
		WHERE i.role = 'installer' AND u.disabled = 0 AND `+cond+` ORDER BY u.name, u.id`, args...)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(row interface{ Scan(...any) error }) (u pano.User, err error) {
		return u, row.Scan(&u.ID, &u.Login, &u.Name)
	})
}

// AreaOf returns the code of the outermost place around a place, or its own.
func (tx *Tx) AreaOf(ctx context.Context, id pano.LocationID) (code string, err error) {
	err = tx.QueryRowContext(ctx, `SELECT area FROM location WHERE id = ?`, string(id)).Scan(&code)
	return code, found(err, "location.none")
}
