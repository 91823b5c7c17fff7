package httpd

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// An agenda is which placements a list shows, and the overview counts.
type agenda string

// The agendas.
const (
	agendaToday   agenda = "today"   // due to hang today, or hanging
	agendaSoon    agenda = "soon"    // due to go up in the next fourteen days
	agendaEnding  agenda = "ending"  // due to come down in the next fourteen days
	agendaOverdue agenda = "overdue" // hanging though its days are over
	agendaMissed  agenda = "missed"  // its days have begun, and it does not hang
)

func agendas() []agenda {
	return []agenda{agendaOverdue, agendaMissed, agendaToday, agendaSoon, agendaEnding}
}

// ahead is how many days the overview looks ahead, today being the first.
const ahead = 14

// has reports whether p is on the agenda of a day.
func (a agenda) has(p pano.Placement, today pano.Day) bool {
	soon := pano.Period{From: today + 1, Until: today + ahead + 1}
	switch {
	case !p.State.Live():
		return false
	case a == agendaToday:
		return p.Days.Has(today)
	case a == agendaSoon:
		return soon.Has(p.Days.From) && !p.State.Up()
	case a == agendaEnding:
		return p.Days.Until > today && p.Days.Until <= today+ahead
	case a == agendaOverdue:
		return overdue(p, today)
	}
	return p.Days.From <= today && !p.State.Up()
}

// current are the placements that may be on an agenda: every one that is live
// and has begun or is about to, wherever the actor sees places, the first to
// begin first.
func (v viewer) current(ctx context.Context, tx *catalog.Tx, places pano.Reach) (all []hangingView, used usage, err error) {
	days := pano.Period{From: v.today - 3660, Until: v.today + ahead + 1}
	hangings, err := tx.HangingsWithin(ctx, v.see, places, days)
	if err != nil {
		return nil, used, err
	}
	at := map[pano.LocationID][]catalog.Hanging{}
	for _, h := range hangings {
		at[h.Location] = append(at[h.Location], h)
	}
	for _, kind := range []pano.LocationKind{pano.Face, pano.Stretch} {
		q := catalog.LocationQuery{Kind: kind, Limit: 200}
		for more := true; more; more = q.After != "" {
			page, err := tx.Locations(ctx, places, q)
			if err != nil {
				return nil, used, err
			}
			for _, l := range page.Locations {
				used.add(l, at[l.ID], v.today)
			}
			q.After = page.Next
		}
	}
	return v.all(hangings), used, nil
}

// usage is how much of the places in use is taken today.
type usage struct {
	Faces, FacesTaken int
	Room, RoomTaken   int // pieces on stretches
}

func (u *usage) add(l pano.Location, there []catalog.Hanging, today pano.Day) {
	if l.Closed {
		return
	}
	pieces := 0
	for _, h := range there {
		if h.Days.Has(today) {
			pieces += h.Quantity
		}
	}
	switch l.Kind {
	case pano.Face:
		u.Faces++
		u.FacesTaken += min(pieces, 1)
	case pano.Stretch:
		u.Room += l.Capacity
		u.RoomTaken += pieces
	}
}

// overviewPage is the first page: what wants doing.
type overviewPage struct {
	web.Frame
	Today    pano.Day
	MaySee   bool // places
	Tasks    []task
	Making   []web.Choice // pictures that are being made: address and title
	Use      usage
	Days     []overviewDay
	MostOf   int // a day's highest number
	History  []eventRow
	First    []task // the first steps in an empty installation
	MayAudit bool

	hung bool // something does, or is about to
}

// A task is a number of things that want something, and the list of them.
type task struct {
	Key   string // its words
	Count int
	Href  string
	Late  bool
}

// An overviewDay is how many placements begin and end on a day.
type overviewDay struct {
	X, MidX     int
	Day         pano.Day
	Label       string
	Up, Down    int
	UpY, UpH    int
	DownY, DwnH int
}

// showOverview answers GET /.
func (s *Server) showOverview(w http.ResponseWriter, r *http.Request) error {
	p, who := overviewPage{Today: s.today()}, actor(r)
	if who.MayAny(pano.LocationSee) != nil && who.MayAny(pano.PlacementMark) == nil { // a crew
		return back(w, r, "/m/")
	}
	p.MaySee, p.MayAudit = who.MayAny(pano.PlacementSee) == nil, who.MayAny(pano.AuditSee) == nil
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error { return p.read(r, tx, s.viewer(r)) })
	if err != nil {
		return err
	}
	words := s.words(r)
	p.Frame = s.frame(r, words.Say("nav.home"), "home")
	if who.MayAny(pano.AssetAdd) == nil {
		p.Action = &web.Link{Text: words.Say("act.upload"), Href: "/upload", Key: "u"}
	}
	return s.write(w, r, http.StatusOK, "overview", p)
}

func (p *overviewPage) read(r *http.Request, tx *catalog.Tx, v viewer) error {
	ctx, who := r.Context(), actor(r)
	assets, err := p.readAssets(ctx, tx, who)
	if err != nil {
		return err
	}
	places := 0
	if p.MaySee {
		page, err := tx.Locations(ctx, who.Reach(pano.LocationSee), catalog.LocationQuery{Limit: 1})
		if err != nil {
			return err
		}
		places = page.Total
		if err := p.readPlaces(ctx, tx, v, who); err != nil {
			return err
		}
	}
	p.firstSteps(who, assets, places)
	return p.readHistory(ctx, tx, v, who)
}

// readAssets counts artwork, with the queries of the lists that the numbers lead
// to, and returns how much there is.
func (p *overviewPage) readAssets(ctx context.Context, tx *catalog.Tx, who pano.Actor) (all int, err error) {
	if who.MayAny(pano.AssetSee) != nil {
		return 0, nil
	}
	reach := who.Reach(pano.AssetSee)
	page, err := tx.FindAssets(ctx, reach, catalog.AssetQuery{Limit: 1})
	if err != nil {
		return 0, err
	}
	for _, c := range []struct {
		key, query string
		q          catalog.AssetQuery
		late       bool
	}{
		{"returned", "state=returned", catalog.AssetQuery{States: []pano.AssetState{pano.Returned}}, false},
		{"drafts", "state=draft", catalog.AssetQuery{States: []pano.AssetState{pano.Draft}}, false},
		{"in_review", "state=in_review", catalog.AssetQuery{States: []pano.AssetState{pano.InReview}}, false},
		{"problems", "problem=1", catalog.AssetQuery{Problems: true}, false},
	} {
		c.q.Limit = 1
		found, err := tx.FindAssets(ctx, reach, c.q)
		if err != nil {
			return 0, err
		}
		if found.Total > 0 {
			p.Tasks = append(p.Tasks, task{c.key, found.Total, "/assets?" + c.query, c.late})
		}
	}
	return page.Total, p.readMaking(ctx, tx, who)
}

// readMaking lists the latest pictures of the actor's own that are being made.
func (p *overviewPage) readMaking(ctx context.Context, tx *catalog.Tx, who pano.Actor) error {
	own := pano.Reach{Self: who.ID, OwnIn: who.Agencies()}
	page, err := tx.FindAssets(ctx, own, catalog.AssetQuery{Limit: 200})
	for _, a := range page.Assets {
		if a.Current.Ready == pano.Processing {
			p.Making = append(p.Making, web.Choice{Value: "/assets/" + string(a.ID), Text: a.Title})
		}
	}
	if len(p.Making) > 0 {
		p.Tasks = append(p.Tasks, task{"making", len(p.Making), "#making", false})
	}
	return err
}

func (p *overviewPage) readPlaces(ctx context.Context, tx *catalog.Tx, v viewer, who pano.Actor) error {
	all, used, err := v.current(ctx, tx, who.Reach(pano.LocationSee))
	if err != nil {
		return err
	}
	p.Use = used
	var late, rest []task
	for _, a := range agendas() {
		t := task{string(a), len(onAgenda(all, a, p.Today)), "/placements?show=" + string(a), a == agendaOverdue || a == agendaMissed}
		switch {
		case t.Late && t.Count > 0:
			late = append(late, t)
		case !t.Late:
			rest = append(rest, t)
		}
	}
	p.Tasks = slices.Concat(late, rest, p.Tasks)
	p.hung = len(all) > 0
	p.drawDays(all)
	return nil
}

func onAgenda(all []hangingView, a agenda, today pano.Day) (some []hangingView) {
	for _, h := range all {
		if a.has(h.Placement, today) {
			some = append(some, h)
		}
	}
	return some
}

// dayColumn is how wide a day is drawn, and dayHigh how high its fullest column.
const dayColumn, dayHigh = 50, 60

// drawDays draws how many pieces go up and come down on each of the next days. A
// piece comes down on the day after its last.
func (p *overviewPage) drawDays(all []hangingView) {
	for i := range ahead {
		day := p.Today + pano.Day(i)
		d := overviewDay{X: i*dayColumn + 10, MidX: i*dayColumn + dayColumn/2, Day: day, Label: day.Time().Format("02/01")}
		for _, h := range all {
			if h.Placement.Days.From == day {
				d.Up++
			}
			if h.Placement.Days.Until == day {
				d.Down++
			}
		}
		p.MostOf = max(p.MostOf, d.Up+d.Down)
		p.Days = append(p.Days, d)
	}
	for i := range p.Days {
		d, most := &p.Days[i], max(p.MostOf, 1)
		d.UpH, d.DwnH = d.Up*dayHigh/most, d.Down*dayHigh/most
		d.UpY = 16 + dayHigh - d.UpH
		d.DownY = d.UpY - d.DwnH
	}
}

// firstSteps are what to do first, until all of it is done.
func (p *overviewPage) firstSteps(who pano.Actor, assets, places int) {
	if assets > 0 && places > 0 || p.hung {
		return
	}
	for _, step := range []struct {
		key, href string
		act       pano.Action
		done      bool
	}{
		{"upload", "/upload", pano.AssetAdd, assets > 0},
		{"place", "/locations/new", pano.LocationEdit, places > 0},
		{"hang", "/placements/new", pano.PlacementPlan, false},
	} {
		if who.MayAny(step.act) == nil {
			t := task{Key: step.key, Href: step.href}
			if step.done {
				t.Count = 1
			}
			p.First = append(p.First, t)
		}
	}
}

// recent is how many events the overview tells.
const recent = 10

// readHistory tells what was done lately: everything to who may read the whole
// history, else what the actor did.
func (p *overviewPage) readHistory(ctx context.Context, tx *catalog.Tx, v viewer, who pano.Actor) error {
	var mine []catalog.Event
	before := int64(0)
	for range 10 { // of the latest 500
		all, err := tx.EventsOf(ctx, "", before, 50)
		if err != nil {
			return err
		}
		for _, e := range all {
			if (p.MayAudit || e.Actor == who.ID) && worthTelling(e) {
				mine = append(mine, e)
			}
		}
		if len(mine) >= recent || len(all) < 50 {
			break
		}
		before = all[len(all)-1].Seq
	}
	var err error
	p.History, err = eventRows(ctx, tx, v.words, mine[:min(len(mine), recent)])
	return err
}

// worthTelling reports whether an event is news: comings and goings are not, nor
// what the machine does by itself.
func worthTelling(e catalog.Event) bool {
	return !strings.HasPrefix(e.Verb, "session.") && !strings.HasPrefix(e.Verb, "rendition.")
}

// agendaPage is a list of placements, wherever they are.
type agendaPage struct {
	web.Frame
	Show  agenda
	Shows []agendaLink
	Rows  []hangingView
	Total int
	Next  string
}

type agendaLink struct {
	Key     agenda
	Href    string
	Current bool
}

// agendaRows is how many placements a page shows.
const agendaRows = 50

// listPlacements answers GET /placements.
func (s *Server) listPlacements(w http.ResponseWriter, r *http.Request) error {
	p := agendaPage{Show: agenda(cmp.Or(r.FormValue("show"), string(agendaToday)))}
	if !slices.Contains(agendas(), p.Show) {
		return notHere()
	}
	v := s.viewer(r)
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		all, _, err := v.current(r.Context(), tx, actor(r).Reach(pano.LocationSee))
		p.Rows = onAgenda(all, p.Show, v.today)
		return err
	})
	if err != nil {
		return err
	}
	p.Total = len(p.Rows)
	p.page(r)
	for _, a := range agendas() {
		p.Shows = append(p.Shows, agendaLink{a, "/placements?show=" + string(a), a == p.Show})
	}
	p.Frame = s.frame(r, v.words.Say("placement.list"), "home")
	p.Islands = []string{"list.js"}
	p.Crumbs = []web.Crumb{{Text: v.words.Say("nav.home"), Href: "/"}}
	return s.parts(w, r, http.StatusOK, "placements", p, "results")
}

// page keeps the rows after the one that the address names.
func (p *agendaPage) page(r *http.Request) {
	after := pano.PlacementID(r.FormValue("after"))
	if i := slices.IndexFunc(p.Rows, func(h hangingView) bool { return h.ID == after }); i >= 0 {
		p.Rows = p.Rows[i+1:]
	}
	if len(p.Rows) > agendaRows {
		p.Rows = p.Rows[:agendaRows]
		p.Next = addressWith(r.URL, "after", string(p.Rows[agendaRows-1].ID))
	}
}
