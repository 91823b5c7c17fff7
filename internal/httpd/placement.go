package httpd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"pano/internal/i18n"
	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// A viewer puts placements into the words of one reader.
type viewer struct {
	words *i18n.Words
	see   pano.Reach // of the artwork that is shown by title
	today pano.Day
}

func (s *Server) viewer(r *http.Request) viewer {
	return viewer{s.words(r), actor(r).Reach(pano.AssetSee), s.today()}
}

// A hangingView is a placement as people are shown it.
type hangingView struct {
	catalog.Hanging
	Href  string
	Name  string // the title, or whose artwork it is if that is not for this reader
	Days  string // first day "đến hết" last day
	Until string // "đến hết" last day
	Image string // address of the thumbnail, "" if there is none to show
	Late  bool   // still there after the day by which it must be down
	Up    bool   // it hangs, by what people said of it
}

func (v viewer) one(h catalog.Hanging) hangingView {
	last := v.words.Day(h.Days.Last())
	x := hangingView{Hanging: h, Href: "/placements/" + string(h.ID), Name: h.Title,
		Days:  v.words.Say("placement.from_until", v.words.Day(h.Days.From), last),
		Until: v.words.Say("placement.until", last),
		Late:  h.Overdue(v.today), Up: h.State.Up()}
	if !h.Seen {
		x.Name = v.words.Say("placement.of_agency", h.AgencyName)
	}
	if h.Thumb != (pano.Digest{}) {
		x.Image = thumbnail(h)
	}
	return x
}

func (v viewer) all(all []catalog.Hanging) []hangingView {
	views := make([]hangingView, len(all))
	for i, h := range all {
		views[i] = v.one(h)
	}
	return views
}

// thumbnail is the address of the small picture of what hangs.
func thumbnail(h catalog.Hanging) string {
	return "/api/v1/assets/" + string(h.Asset) + "/thumb?v=" + h.Thumb.String()[:12]
}

// hangingOn returns what hung, hangs or is to hang in a place on a day. What
// was taken down since counts on a day that is past.
func (v viewer) hangingOn(ctx context.Context, tx *catalog.Tx, l pano.LocationID, on pano.Day) ([]hangingView, error) {
	if on > v.today {
		all, err := tx.HangingsOn(ctx, v.see, l, pano.Period{From: on, Until: on + 1})
		return v.all(all), err
	}
	b, err := tx.PlacementsAt(ctx, v.see, l, v.today)
	if on == v.today || err != nil {
		return v.all(b.Now), err
	}
	var all []hangingView
	for _, h := range append(b.Past, b.Now...) {
		if h.Days.Has(on) && h.State != pano.Cancelled {
			all = append(all, v.one(h))
		}
	}
	return all, nil
}

// placement reads the placement of the address, which the actor may see.
func placement(ctx context.Context, tx *catalog.Tx, r *http.Request) (catalog.Hanging, error) {
	who := actor(r)
	h, err := tx.Hanging(ctx, who.Reach(pano.AssetSee), pano.PlacementID(r.PathValue("id")))
	if err != nil {
		return h, err
	}
	if who.May(pano.PlacementSee, h.Resource()) != nil {
		return h, pano.NotFound("placement.none")
	}
	return h, nil
}

// toneOf is the class of a drawn placement. What should be down already is late.
func toneOf(h hangingView) string {
	if h.Late {
		return "late"
	}
	return cmp.Or(string(h.State), "planned")
}

// hangingView is the placement with that id as the reader may see it.
func (s *Server) hangingView(r *http.Request, id pano.PlacementID) (*hangingView, error) {
	v := s.viewer(r)
	var view hangingView
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		h, err := tx.Hanging(r.Context(), v.see, id)
		view = v.one(h)
		return err
	})
	return &view, err
}

// onePlacement is the page of a placement.
type onePlacement struct {
	web.Frame
	mend
	P        hangingView
	Place    pano.Location
	Path     string
	Campaign string
	Steps    []stepView
	Marks    []markView
	Note     string // as it was sent, if the form came back
	Plan     *wallPlan
	History  []eventRow
	Older    string

	Proofs                 []witnessView
	Phone                  string // where more are sent from, "" if not by this reader
	MayDecide, MayOriginal bool

	Works    []errandView // orders it is or was in
	MayOrder bool
	MayPlace bool // the page of the place
}

// A stepView is a state on the way up and down again.
type stepView struct {
	State         pano.PlacementState
	Done, Current bool
}

// A markView is a state that may come next, for this reader to say.
type markView struct {
	State pano.PlacementState
	Href  string
	Main  bool // the usual next one
}

// stepsOf is the usual way of a placement, with p's own state on it. What the
// history does not tell of was left out.
func stepsOf(p pano.Placement, history []catalog.Event) (all []stepView) {
	been := map[string]bool{"placement.add": true}
	for _, e := range history {
		been[e.Verb] = true
		switch e.Verb { // what a proof shows has been
		case "proof.installed", "proof.inspected":
			been["placement.install"] = true
		case "proof.removed":
			been["placement.remove"] = true
		case "proof.accept":
			been["placement.verify"] = true
		}
	}
	way := []pano.PlacementState{pano.Planned, pano.Confirmed, pano.Printed, pano.Installed, pano.Verified, pano.Removed}
	switch p.State {
	case pano.Cancelled:
		way = []pano.PlacementState{pano.Planned, pano.Cancelled}
	case pano.Damaged:
		way[4] = pano.Damaged
	}
	verbs := []string{"placement.add", "placement.confirm", "placement.print", "placement.install", "placement.verify", "placement.remove"}
	before := true
	for i, s := range way {
		before = before && s != p.State
		all = append(all, stepView{State: s, Done: before && been[verbs[i]], Current: s == p.State})
	}
	return all
}

// markBy is the action that a state asks of who says that it has come.
func markBy(to pano.PlacementState) (act pano.Action, form string) {
	switch to {
	case pano.Installed, pano.Damaged, pano.Removed:
		return pano.PlacementMark, "mark"
	case pano.Verified:
		return pano.ProofDecide, "decide"
	}
	return pano.PlacementPlan, "decide"
}

func marksOf(who pano.Actor, p pano.Placement) (all []markView) {
	for _, to := range p.State.Next() {
		act, form := markBy(to)
		if to.Needs() != "" && who.May(pano.PlacementPlan, p.Resource()) != nil {
			continue // who hangs proves it
		}
		if who.May(act, p.Resource()) == nil {
			all = append(all, markView{to, "/placements/" + string(p.ID) + "/" + form, len(all) == 0 && to != pano.Cancelled && to != pano.Planned})
		}
	}
	return all
}

// showPlacement answers GET /placements/{id}.
func (s *Server) showPlacement(w http.ResponseWriter, r *http.Request) error {
	return s.writePlacement(w, r, http.StatusOK, onePlacement{})
}

func (s *Server) writePlacement(w http.ResponseWriter, r *http.Request, code int, p onePlacement) error {
	who, words := actor(r), s.words(r)
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error { return p.read(r, tx, s.viewer(r)) })
	if err != nil {
		return err
	}
	problem, at := p.Problem, "/placements/"+string(p.P.ID)
	p.Frame = s.frame(r, p.P.Name, "places")
	p.Styles = []string{"proof.css", "work.css"}
	p.OwnHeading, p.Fault = true, problem
	p.Crumbs = []web.Crumb{{Text: words.Say("nav.places"), Href: "/locations"}, {Text: p.Place.Name, Href: "/locations/" + string(p.Place.ID)}}
	if !p.MayPlace { // a crew
		p.Crumbs = []web.Crumb{{Text: words.Say("nav.schedule"), Href: "/schedule"}}
	}
	p.Marks = marksOf(who, p.P.Placement)
	if p.P.Editable() && p.P.Seen && who.May(pano.PlacementPlan, p.P.Resource()) == nil {
		p.Acts = append(p.Acts, web.Link{Text: words.Say("act.edit"), Href: at + "/edit"})
	}
	return s.parts(w, r, code, "placement", p, "placement")
}

func (p *onePlacement) read(r *http.Request, tx *catalog.Tx, v viewer) error {
	ctx := r.Context()
	h, err := placement(ctx, tx, r)
	if err != nil {
		return err
	}
	p.P = v.one(h)
	if p.Place, err = tx.Location(ctx, h.Location); err != nil {
		return err
	}
	if p.Path, err = pathOf(ctx, tx, h.Location); err != nil {
		return err
	}
	if h.Campaign != "" {
		c, err := tx.Campaign(ctx, string(h.Campaign))
		if err != nil {
			return err
		}
		p.Campaign = c.Name
	}
	if p.Place.Kind == pano.Wall {
		all, err := tx.HangingsOn(ctx, v.see, p.Place.ID, h.Days)
		if err != nil {
			return err
		}
		blocked, err := tx.BlockedAt(ctx, p.Place.ID)
		if err != nil {
			return err
		}
		plan := planOf(p.Place, v.all(all), blocked)
		plan.Chosen = h.ID
		p.Plan = &plan
	}
	if err := p.readProofs(ctx, tx, v, actor(r)); err != nil {
		return err
	}
	latest, err := tx.EventsOf(ctx, string(h.ID), 0, 200)
	if err != nil {
		return err
	}
	p.Steps = stepsOf(h.Placement, latest)
	before, _ := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64) // 0, the newest, if it is no number
	events, err := tx.EventsOf(ctx, string(h.ID), before, historyPage+1)
	if err != nil {
		return err
	}
	if len(events) > historyPage {
		events = events[:historyPage]
		p.Older = p.P.Href + "?before=" + strconv.FormatInt(events[historyPage-1].Seq, 10) + "#history"
	}
	p.History, err = eventRows(ctx, tx, v.words, events)
	p.History = edits(p.History)
	for i := range p.History {
		p.History[i].Href = "" // this very page
		if !h.Seen {
			p.History[i].Changes = nil
		}
	}
	return err
}

// markPlacement answers POST /placements/{id}/mark and /decide: it moves the
// placement on to the state of the form.
func (s *Server) markPlacement(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	to := pano.PlacementState(f.Get("state"))
	id := pano.PlacementID(r.PathValue("id"))
	p, err := s.Hanging.Advance(r.Context(), actor(r), id, to, f.Get("note"))
	if e, ok := errors.AsType[*pano.Error](err); ok && e.Key == "placement.wrong_state" {
		for i, state := range e.Args {
			e.Args[i] = s.words(r).Say("placement.state." + fmt.Sprint(state))
		}
	}
	if m, code, ok := s.mend(w, r, err, "note"); ok {
		return s.writePlacement(w, r, code, onePlacement{mend: m, Note: f.Get("note")})
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("placement.marked_now", s.words(r).Say("placement.state."+string(p.State))), "")
	return back(w, r, "/placements/"+string(id))
}
