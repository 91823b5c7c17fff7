package httpd

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"pano/internal/hanging"
	"pano/internal/i18n"
	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// wallPart is what the page of a wall has beside that of any place: the drawing,
// its twin in numbers, what waits to be hung, and what is in the way.
type wallPart struct {
	Plan       wallPlan
	Rows       []wallRow
	MayArrange bool
	Notices    []wallNotice
	Blocked    []blockedRow
	Fresh      blockedRow // the form of a new blocked area
	Eye        eyeForm
	Layout     mend // what is wrong with the layout as it was sent
	Overtaken  bool // because others were faster
	Q          string
	Waiting    []waitingRow
	Found      int          // how many there are that a search is about
	Show       string       // the exhibition whose works wait, "" for those of the campaigns
	Shows      []web.Choice // exhibitions to choose from, none first
	From, Last pano.Day
}

// fault is what is wrong with a form that came back, "" if none did.
func (p wallPart) fault() string {
	fault := cmp.Or(p.Layout.Problem, p.Eye.Problem, p.Fresh.Problem)
	for _, b := range p.Blocked {
		fault = cmp.Or(fault, b.Problem)
	}
	return fault
}

// A wallRow is a work in the table under the drawing.
type wallRow struct {
	wallWork
	X, Up, Width, Height, Hook string // as they are, or as they were sent
	Rev                        int
	Locked                     bool   // it hangs, or is not for this reader to move
	SizeFixed                  bool   // it is printed
	Theirs                     string // what somebody else did to it meanwhile
	mend
}

// A wallNotice is something to look at again.
type wallNotice struct {
	Bad  bool
	Text string
}

// A waitingRow is an asset that could be hung on the wall.
type waitingRow struct {
	Asset pano.Asset
	Image string
	Href  string // of the form that hangs it
	N     int    // its number in the exhibition; 0 if it waits for none
}

// A blockedRow is a blocked area as its form shows it.
type blockedRow struct {
	ID                   pano.BlockedID
	Rev                  string
	Kinds                []web.Choice
	Kind                 pano.BlockedKind
	X, Up, Width, Height string
	Remove               string // where it is taken off the wall
	mend
}

type eyeForm struct {
	Value string
	mend
}

// readWall reads the part of a wall. What was sent and came back stays.
func (p *placePage) readWall(ctx context.Context, tx *catalog.Tx, v viewer) error {
	on, err := v.hangingOn(ctx, tx, p.L.ID, p.On)
	if err != nil {
		return err
	}
	blocked, err := tx.BlockedAt(ctx, p.L.ID)
	if err != nil {
		return err
	}
	part := p.Wall
	part.Plan = planOf(p.L, on, blocked)
	part.Notices = noticesOf(v.words, part.Plan)
	part.MayArrange = p.MayPlan
	part.fillRows(p.who, p.L)
	part.fillBlocked(v.words)
	part.Eye.Value = cmp.Or(part.Eye.Value, strconv.Itoa(int(p.L.EyeHeight())))
	if !p.MayPlan {
		return nil
	}
	return p.readWaiting(ctx, tx)
}

// fillRows makes the rows of the table; a row that was sent keeps its entries.
func (p *wallPart) fillRows(who pano.Actor, l pano.Location) {
	sent := p.Rows
	p.Rows = nil
	for _, w := range p.Plan.Works {
		h := w.Hanging
		row := wallRow{wallWork: w, X: mm(h.Area.X), Up: mm(w.Floor), Width: mm(h.Area.W), Height: mm(h.Area.H), Hook: mm(h.Hook), Rev: h.Rev,
			Locked: l.Closed || !h.Movable() || who.May(pano.PlacementPlan, h.Resource()) != nil, SizeFixed: !h.Editable()}
		for _, s := range sent {
			if s.Hanging.ID != h.ID || row.Locked {
				continue
			}
			row.X, row.Up, row.Width, row.Height, row.Hook, row.mend, row.Theirs = s.X, s.Up, s.Width, s.Height, s.Hook, s.mend, s.Theirs
			if p.Layout.Problem != "" && !p.Overtaken {
				row.Rev = s.Rev
			}
			if area, hook, err := s.area(l); err == nil && (area != h.Area || hook != h.Hook) {
				p.Plan.Ghosts = append(p.Plan.Ghosts, wallGhost{w.N, area})
			}
		}
		p.Rows = append(p.Rows, row)
	}
}

// mm is a number of millimetres in a field.
func mm(n pano.MM) string { return strconv.Itoa(int(n)) }

// area is what the row says, from the top left corner of l.
func (row wallRow) area(l pano.Location) (r pano.Rect, hook pano.MM, err error) {
	var up pano.MM
	for _, c := range []struct {
		field, text string
		into        *pano.MM
	}{{"x_mm", row.X, &r.X}, {"floor_mm", row.Up, &up}, {"width_mm", row.Width, &r.W}, {"height_mm", row.Height, &r.H}, {"hook_mm", row.Hook, &hook}} {
		if *c.into, err = millimetres(c.field, c.text); err != nil {
			return r, 0, err
		}
	}
	r.Y = l.Height - up - r.H
	return r, hook, nil
}

// noticesOf says what on a wall is to be looked at again.
func noticesOf(words *i18n.Words, p wallPlan) (all []wallNotice) {
	blocked := make([]pano.Blocked, len(p.Blocked))
	for i, b := range p.Blocked {
		blocked[i] = b.Blocked
	}
	name := func(i int) string { return strconv.Itoa(p.Works[i].N) + ". " + p.Works[i].Hanging.Name }
	for _, c := range pano.Covered(p.areas(), blocked) {
		b := blocked[c.Blocked]
		if b.Kind == pano.Exit {
			all = append(all, wallNotice{true, words.Say("wall.covers_exit", name(c.Work), int(b.Area.X))})
			continue
		}
		all = append(all, wallNotice{false, words.Say("wall.covers", name(c.Work), words.Say("blocked.kind."+string(b.Kind)), int(b.Area.X))})
	}
	for _, c := range pano.Crowded(p.areas()) {
		all = append(all, wallNotice{false, words.Say("wall.close", name(c.A), name(c.B), int(c.Gap), int(pano.LeastGap))})
	}
	return all
}

// readWaiting finds what could be hung: what the reader searched for, else the
// works of the campaigns of this wall, or of this day, that are on no wall yet.
func (p *placePage) readWaiting(ctx context.Context, tx *catalog.Tx) error {
	part, reach := p.Wall, p.who.Reach(pano.PlacementPlan)
	if there, err := p.readShow(ctx, tx); there || err != nil {
		return err
	}
	campaigns, err := p.campaigns(ctx, tx)
	if err != nil {
		return err
	}
	part.From, part.Last = p.On, p.On+14
	for _, w := range part.Plan.Works {
		part.Last = max(part.Last, w.Hanging.Placement.Days.Last())
	}
	if len(campaigns) > 0 && campaigns[0].Days.Has(p.On) {
		part.From, part.Last = campaigns[0].Days.From, campaigns[0].Days.Last()
	}
	if part.Q != "" {
		page, err := tx.FindAssets(ctx, reach, catalog.AssetQuery{Text: part.Q, Limit: choices,
			States: []pano.AssetState{pano.Draft, pano.InReview, pano.Returned, pano.Approved}})
		part.Found = page.Total
		part.wait(p.L, page)
		return err
	}
	for _, c := range campaigns {
		page, err := tx.WaitingFor(ctx, reach, c.ID, p.On, choices)
		if err != nil {
			return err
		}
		part.Found += page.Total
		part.wait(p.L, page)
	}
	return nil
}

// campaigns are those of the works on the wall, the most frequent first; of an
// empty wall, those under way on the day.
func (p *placePage) campaigns(ctx context.Context, tx *catalog.Tx) (own []pano.Campaign, err error) {
	all, err := tx.Campaigns(ctx)
	count := map[pano.CampaignID]int{}
	for _, w := range p.Wall.Plan.Works {
		if w.Hanging.Campaign != "" {
			count[w.Hanging.Campaign]++
		}
	}
	for _, c := range all {
		if count[c.ID] > 0 || len(count) == 0 && c.Days.Has(p.On) && c.State != pano.CampaignClosed {
			own = append(own, c)
		}
	}
	slices.SortStableFunc(own, func(a, b pano.Campaign) int { return count[b.ID] - count[a.ID] })
	return own, err
}

func (p *wallPart) wait(l pano.Location, page catalog.AssetPage) {
	for _, a := range page.Assets {
		row := waitingRow{Asset: a, Href: placementAddress(string(a.ID), string(l.ID))}
		if _, ok := page.Thumbs[a.Current.Digest]; ok {
			row.Image = pictureURL(a.Current, "thumb")
		}
		p.Waiting = append(p.Waiting, row)
	}
}

// arrangeWall answers POST /locations/{id}/layout: the table under the drawing.
// A layout that can be mended comes back with its entries, and with what others
// did meanwhile.
func (s *Server) arrangeWall(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	l, err := s.wallOf(r)
	if err != nil {
		return err
	}
	rows := readWallRows(f)
	spots := make([]hanging.Spot, len(rows))
	for i, row := range rows {
		spots[i] = hanging.Spot{ID: row.Hanging.ID, Rev: row.Rev}
		if spots[i].Area, spots[i].Hook, err = row.area(l); err != nil {
			return s.mendWall(w, r, rows, i, err)
		}
	}
	all, err := s.Hanging.Arrange(r.Context(), actor(r), l.ID, spots)
	if err != nil {
		at := -1
		if m, ok := errors.AsType[hanging.Misfit](err); ok {
			at = m.Index
		}
		return s.mendWall(w, r, rows, at, err)
	}
	s.tell(w, s.words(r).Say("wall.saved_now", len(all)), "")
	return back(w, r, "/locations/"+string(l.ID)+"?on="+url.QueryEscape(f.Get("on"))+"#wall-title")
}

func (s *Server) wallOf(r *http.Request) (l pano.Location, err error) {
	err = s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		l, err = place(r.Context(), tx, r)
		return err
	})
	return l, err
}

// readWallRows reads the rows of the table as they were sent; a column that is
// too short leaves its fields empty.
func readWallRows(f url.Values) []wallRow {
	rows := make([]wallRow, len(f["id"]))
	nth := func(name string, i int) string {
		if i < len(f[name]) {
			return f[name][i]
		}
		return ""
	}
	for i := range rows {
		row := &rows[i]
		row.Hanging.ID = pano.PlacementID(nth("id", i))
		row.Rev, _ = strconv.Atoi(nth("rev", i)) // 0, which is refused, if it is no number
		row.X, row.Up, row.Width, row.Height, row.Hook = nth("x_mm", i), nth("floor_mm", i), nth("width_mm", i), nth("height_mm", i), nth("hook_mm", i)
	}
	return rows
}

// mendWall answers with the page of the wall and the rows as they were sent, or
// fails with err. at is the row to blame, -1 for none.
func (s *Server) mendWall(w http.ResponseWriter, r *http.Request, rows []wallRow, at int, err error) error {
	part := &wallPart{Rows: rows}
	m, code, ok := s.mend(w, r, err, "x_mm", "floor_mm", "width_mm", "height_mm", "hook_mm")
	if !ok {
		return err
	}
	part.Layout = mend{Problem: m.Problem}
	if at >= 0 {
		rows[at].mend = m
	}
	if all, ok := errors.AsType[hanging.Overtaken](err); ok {
		part.Overtaken = true
		for _, o := range all {
			rows[o.Index].Theirs = s.theirs(r, o)
		}
	}
	return s.writePlace(w, r, code, placePage{Wall: part})
}

// theirs says what somebody did to a work meanwhile.
func (s *Server) theirs(r *http.Request, o hanging.Overtaking) string {
	words := s.words(r)
	by := cmp.Or(o.By, words.Say("history.server"))
	when := words.DateTime(o.Changed)
	if o.Was.Area == o.Is.Area && o.Was.Hook == o.Is.Hook {
		return words.Say("wall.theirs_otherwise", by, when, words.Say("placement.state."+string(o.Is.State)))
	}
	return words.Say("wall.theirs", by, when, int(o.Was.Area.X), int(o.Is.Area.X), int(o.Was.Area.Y), int(o.Is.Area.Y))
}

// setEye answers POST /locations/{id}/eye.
func (s *Server) setEye(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	rev, _ := strconv.Atoi(f.Get("rev")) // 0, which is refused, if it is no number
	eye, err := millimetres("eye_mm", f.Get("eye_mm"))
	l := pano.Location{ID: pano.LocationID(r.PathValue("id"))}
	if err == nil {
		l, err = s.Hanging.SetEye(r.Context(), actor(r), l.ID, rev, eye)
	}
	if m, code, ok := s.mend(w, r, err, "eye_mm"); ok {
		return s.writePlace(w, r, code, placePage{Wall: &wallPart{Eye: eyeForm{f.Get("eye_mm"), m}}})
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("wall.eye_now", int(l.EyeHeight())), "")
	return back(w, r, "/locations/"+string(l.ID)+"#wall-title")
}
