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

// overviewPage is the first page: what wants doing.
type overviewPage struct {
	web.Frame
	Today     pano.Day
	MaySee    bool // places
	Tasks     []task
	Campaigns []campaignRow // that are not closed
	Making    []web.Choice  // pictures that are being made: address and title
	Use       catalog.Usage
	Days      []overviewDay
	MostOf    int // a day's highest number
	History   []eventRow
	First     []task // the first steps in an empty installation
	MayAudit  bool

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
		if err := p.readPlaces(ctx, tx, who); err != nil {
			return err
		}
	}
	if err := p.readWork(ctx, tx, who); err != nil {
		return err
	}
	if err := p.readCampaigns(ctx, tx, v); err != nil {
		return err
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

func (p *overviewPage) readPlaces(ctx context.Context, tx *catalog.Tx, who pano.Actor) (err error) {
	places := who.Reach(pano.LocationSee)
	if p.Use, err = tx.Usage(ctx, places, p.Today); err != nil {
		return err
	}
	o, err := tx.Outlook(ctx, places, p.Today)
	if err != nil {
		return err
	}
	var late, rest []task
	for _, a := range catalog.Agendas() {
		t := task{string(a), o.Counts[a], "/placements?show=" + string(a), a == catalog.AgendaOverdue || a == catalog.AgendaMissed}
		switch {
		case t.Late && t.Count > 0:
			late = append(late, t)
		case !t.Late:
			rest = append(rest, t)
		}
	}
	p.Tasks = slices.Concat(late, rest, p.Tasks)
	p.hung = o.Live > 0
	p.drawDays(o)
	return nil
}

// dayColumn is how wide a day is drawn, and dayHigh how high its fullest column.
const dayColumn, dayHigh = 50, 60

// drawDays draws how many placements go up and come down on each of the next
// days. One comes down on the day after its last.
func (p *overviewPage) drawDays(o catalog.Outlook) {
	for _, n := range o.Days {
		p.MostOf = max(p.MostOf, n.Up+n.Down)
	}
	most := max(p.MostOf, 1)
	for i, n := range o.Days {
		day := p.Today + pano.Day(i)
		d := overviewDay{X: i*dayColumn + 10, MidX: i*dayColumn + dayColumn/2, Day: day, Label: day.Time().Format("02/01"), Up: n.Up, Down: n.Down}
		d.UpH, d.DwnH = d.Up*dayHigh/most, d.Down*dayHigh/most
		d.UpY = 16 + dayHigh - d.UpH
		d.DownY = d.UpY - d.DwnH
		p.Days = append(p.Days, d)
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
	rows, err := eventRows(ctx, tx, v.words, mine[:min(len(mine), 3*recent)])
	rows = slices.DeleteFunc(rows, cameOf)
	p.History = rows[:min(len(rows), recent)]
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
	Show     catalog.Agenda
	Shows    []agendaLink
	Rows     []hangingView
	Total    int
	Next     string
	MayOrder bool // work for what is ticked
}

type agendaLink struct {
	Key     catalog.Agenda
	Href    string
	Current bool
}

// listPlacements answers GET /placements.
func (s *Server) listPlacements(w http.ResponseWriter, r *http.Request) error {
	p := agendaPage{Show: catalog.Agenda(cmp.Or(r.FormValue("show"), string(catalog.AgendaToday)))}
	if !slices.Contains(catalog.Agendas(), p.Show) {
		return notHere()
	}
	v := s.viewer(r)
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		page, err := tx.Agenda(r.Context(), v.see, actor(r).Reach(pano.LocationSee), p.Show, v.today, pano.PlacementID(r.FormValue("after")), 0)
		p.Rows, p.Total = v.all(page.Hangings), page.Total
		if page.Next != "" {
			p.Next = addressWith(r.URL, "after", string(page.Next))
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, a := range catalog.Agendas() {
		p.Shows = append(p.Shows, agendaLink{a, "/placements?show=" + string(a), a == p.Show})
	}
	p.Frame = s.frame(r, v.words.Say("placement.list"), "home")
	p.MayOrder = actor(r).MayAny(pano.WorkPlan) == nil
	p.Islands = []string{"list.js"}
	p.Crumbs = []web.Crumb{{Text: v.words.Say("nav.home"), Href: "/"}}
	return s.parts(w, r, http.StatusOK, "placements", p, "results")
}
