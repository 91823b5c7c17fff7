package httpd

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pano/internal/i18n"
	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// workPath is where work orders stand.
const workPath = "/orders/work/"

// workRoutes are what crews are sent out for.
func (s *Server) workRoutes() []route {
	return []route{
		{"GET", "/orders/work", pano.WorkSee, s.listWork},
		{"POST", "/orders/work", pano.WorkPlan, s.addWork},
		{"GET", "/orders/work/new", pano.WorkPlan, s.newWork},
		{"POST", "/orders/work/assign", pano.WorkPlan, s.assignWork},
		{"GET", "/orders/work/crews", pano.WorkPlan, s.listCrews},
		{"POST", "/orders/work/crews", pano.WorkPlan, s.keepCrew},
		{"GET", "/orders/work/sheet.pdf", pano.WorkSee, s.showRoutes},
		{"GET", "/orders/work/{id}", pano.WorkSee, s.showWork},
		{"GET", "/orders/work/{id}/sheet.pdf", pano.WorkSee, s.showRoute},
		{"POST", "/orders/work/{id}/edit", pano.WorkPlan, s.editWork},
		{"POST", "/orders/work/{id}/start", pano.WorkMark, s.startWork},
		{"POST", "/orders/work/{id}/cancel", pano.WorkPlan, s.cancelWork},
	}
}

// An errandView is a work order in the words of one reader.
type errandView struct {
	catalog.Errand
	Href   string
	Where  string // the area
	Whose  string // the crew or the person; "" if it is nobody's
	Late   bool
	LateBy int    // days
	Why    string // of its end, in words
}

func (v viewer) errand(x catalog.Errand) errandView {
	e := errandView{Errand: x, Href: workPath + string(x.ID), Where: cmp.Or(x.AreaName, x.Area, v.words.Say("work.many_areas")), Whose: x.CrewName,
		Late: x.Late(v.today), Why: x.Reason}
	if e.Late {
		e.LateBy = int(v.today - x.Due)
	}
	if x.Reason == pano.NothingLeft {
		e.Why = v.words.Say(pano.NothingLeft)
	}
	return e
}

func (v viewer) errands(all []catalog.Errand) []errandView {
	views := make([]errandView, len(all))
	for i, x := range all {
		views[i] = v.errand(x)
	}
	return views
}

// worksPage is the list of work orders.
type worksPage struct {
	web.Frame
	mend
	Show    string // live, late, done, all that is over
	Shows   []web.Choice
	Kinds   []web.Choice
	Crews   []web.Choice // to filter by
	To      []web.Choice // to give to
	Rows    []errandView
	Total   int
	Next    string
	InForce []filterInForce
	Ticked  map[pano.WorkID]bool // as it was sent, if the form came back
	MayPlan bool
}

// The ways to look at work orders.
const (
	showLive = "live"
	showLate = "late"
	showOver = "over"
)

// listWork answers GET /orders/work.
func (s *Server) listWork(w http.ResponseWriter, r *http.Request) error {
	return s.writeWorks(w, r, http.StatusOK, worksPage{})
}

func (s *Server) writeWorks(w http.ResponseWriter, r *http.Request, code int, p worksPage) error {
	v, who, q := s.viewer(r), actor(r), r.URL.Query()
	p.Show = cmp.Or(q.Get("show"), showLive)
	if !slices.Contains([]string{showLive, showLate, showOver}, p.Show) {
		return notHere()
	}
	p.MayPlan = who.MayAny(pano.WorkPlan) == nil
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error { return p.read(r, tx, v, who) })
	if err != nil {
		return err
	}
	problem := p.Problem
	p.Frame = s.frame(r, v.words.Say("work.title"), "work")
	p.Fault = problem
	if p.MayPlan {
		p.Acts = []web.Link{{Text: v.words.Say("crew.title"), Href: workPath + "crews"}}
	}
	p.Styles, p.Islands = []string{"work.css"}, []string{"list.js"}
	return s.parts(w, r, code, "works", p, "results")
}

func (p *worksPage) read(r *http.Request, tx *catalog.Tx, v viewer, who pano.Actor) error {
	ctx, q := r.Context(), r.URL.Query()
	crews, people, err := crewsFor(ctx, tx, who)
	if err != nil {
		return err
	}
	ask := catalog.WorkQuery{Kind: pano.WorkKind(q.Get("kind")), Ended: p.Show == showOver, After: q.Get("after")}
	if ask.Kind != "" && !slices.Contains(pano.WorkKinds(), ask.Kind) {
		return notHere()
	}
	if p.Show == showLate {
		ask.Until = v.today
	}
	chosen := q.Get("crew")
	ask.Crew, ask.Person = hand(chosen)
	ask.Nobody = chosen == nobody
	page, err := tx.Works(ctx, who.Reach(pano.WorkSee), ask)
	if err != nil {
		return err
	}
	p.Rows, p.Total = v.errands(page.Errands), page.Total
	if page.Next != "" {
		p.Next = addressWith(r.URL, "after", page.Next)
	}
	for _, show := range []string{showLive, showLate, showOver} {
		p.Shows = append(p.Shows, web.Choice{Value: addressWith(r.URL, "show", show), Text: v.words.Say("work.show." + show), Selected: show == p.Show})
	}
	p.Kinds = []web.Choice{{Text: v.words.Say("filter.any")}}
	for _, k := range pano.WorkKinds() {
		p.Kinds = append(p.Kinds, web.Choice{Value: string(k), Text: v.words.Say("work.kind." + string(k)), Selected: k == ask.Kind})
	}
	p.To = crewChoices(v.words, crews, people, "")
	p.Crews = slices.Concat([]web.Choice{{Text: v.words.Say("filter.any")}}, p.To)
	p.inForce(r, v.words, ask.Kind, chosen)
	return nil
}

// inForce lists the conditions of the list, and picks the crew that is one.
func (p *worksPage) inForce(r *http.Request, words *i18n.Words, kind pano.WorkKind, chosen string) {
	if kind != "" {
		p.InForce = append(p.InForce, filterInForce{words.Say("work.kind." + string(kind)), addressWith(r.URL, "kind", "")})
	}
	if chosen == "" {
		return
	}
	for i, c := range p.Crews {
		if c.Value == chosen {
			p.Crews[i].Selected = true
			p.InForce = append(p.InForce, filterInForce{c.Text, addressWith(r.URL, "crew", "")})
		}
	}
}

// nobody is the choice of no crew; those of crews and people have these letters
// before their ids.
const (
	nobody   = "-"
	crewMark = "c:"
	manMark  = "u:"
)

// hand reads a choice of crewChoices.
func hand(choice string) (crew pano.CrewID, person pano.UserID) {
	if id, ok := strings.CutPrefix(choice, crewMark); ok {
		return pano.CrewID(id), ""
	}
	id, _ := strings.CutPrefix(choice, manMark)
	if id == choice {
		return "", ""
	}
	return "", pano.UserID(id)
}

// crewsFor are the crews and the installers that who may give work to.
func crewsFor(ctx context.Context, tx *catalog.Tx, who pano.Actor) (crews []pano.Crew, people []pano.User, err error) {
	reach := who.Reach(pano.WorkPlan)
	if reach.Empty() {
		reach = who.Reach(pano.WorkSee) // to filter by
		reach.CrewIn = nil
	}
	if crews, err = tx.Crews(ctx, reach); err != nil {
		return nil, nil, err
	}
	people, err = tx.Installers(ctx, reach)
	return crews, people, err
}

func crewChoices(words *i18n.Words, crews []pano.Crew, people []pano.User, chosen string) []web.Choice {
	all := []web.Choice{{Value: nobody, Text: words.Say("work.nobody"), Selected: chosen == nobody}}
	for _, c := range crews {
		if !c.Closed || crewMark+string(c.ID) == chosen {
			all = append(all, web.Choice{Value: crewMark + string(c.ID), Text: c.Name, Selected: crewMark+string(c.ID) == chosen})
		}
	}
	for _, u := range people {
		all = append(all, web.Choice{Value: manMark + string(u.ID), Text: u.Name, Selected: manMark+string(u.ID) == chosen})
	}
	return all
}

// chosenHand is the choice of whose work w is.
func chosenHand(w pano.Work) string {
	switch {
	case w.Crew != "":
		return crewMark + string(w.Crew)
	case w.Person != "":
		return manMark + string(w.Person)
	}
	return nobody
}

// assignWork answers POST /orders/work/assign: gives what is ticked, or the one
// of its page, to a crew, a person or nobody.
func (s *Server) assignWork(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	ids, ticked := workIDs(f["id"])
	to := f.Get("crew")
	crew, person := hand(to)
	n := 0
	if crew == "" && person == "" && to != nobody {
		err = pano.Invalid("work.no_crew").At("crew")
	} else {
		n, err = s.Hanging.Assign(r.Context(), actor(r), crew, person, ids...)
	}
	if m, code, ok := s.mend(w, r, err, "crew"); ok {
		if at := f.Get("return"); strings.HasPrefix(at, workPath) && len(ids) == 1 {
			return s.writeWork(w, r, code, string(ids[0]), workPage{mend: m})
		}
		return s.writeWorks(w, r, code, worksPage{mend: m, Ticked: ticked})
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("work.assigned_now", n), "")
	return back(w, r, cmp.Or(f.Get("return"), "/orders/work"))
}

func workIDs(texts []string) (ids []pano.WorkID, ticked map[pano.WorkID]bool) {
	ticked = map[pano.WorkID]bool{}
	for _, id := range texts {
		ids = append(ids, pano.WorkID(id))
		ticked[pano.WorkID(id)] = true
	}
	return ids, ticked
}

// workPage is the page of a work order.
type workPage struct {
	web.Frame
	mend
	W        errandView
	Streets  []streetLines
	To       []web.Choice
	Due      string // as it was sent, if the form came back
	Note     string
	Reason   string
	MayPlan  bool
	MayStart bool
	History  []eventRow
}

// streetLines are the placements of an order in one street, in the order of a walk.
type streetLines struct {
	Name  string
	Lines []lineView
}

// A lineView is a placement of an order.
type lineView struct {
	hangingView
	Line    pano.LineState
	Phone   string // page of the place on the phone
	Size    string
	Address string
	ByName  string
	seen    catalog.WorkLine
}

// route puts the lines of an order in the order of a walk: street by street, along
// each by number, then by code.
func (v viewer) route(lines []catalog.WorkLine) (all []streetLines) {
	type stop struct {
		street string
		key    []byte // of the street, as Vietnamese readers order
		number int
		catalog.WorkLine
	}
	stops := make([]stop, len(lines))
	for i, l := range lines {
		street, n := pano.Street(l.Address)
		street = cmp.Or(street, l.Around, l.LocationName)
		stops[i] = stop{street, i18n.SortKey(street), n, l}
	}
	slices.SortStableFunc(stops, func(a, b stop) int {
		return cmp.Or(bytes.Compare(a.key, b.key), cmp.Compare(a.number, b.number), cmp.Compare(a.LocationCode, b.LocationCode), cmp.Compare(a.ID, b.ID))
	})
	for _, x := range stops {
		if len(all) == 0 || all[len(all)-1].Name != x.street {
			all = append(all, streetLines{Name: x.street})
		}
		line := lineView{hangingView: v.one(x.Hanging), Line: x.Line, Phone: phoneAddress(x.LocationCode, x.ID), Address: x.Address, ByName: x.ByName, seen: x.WorkLine}
		if x.Width > 0 {
			line.Size = v.words.Size(x.Width, x.Height)
		}
		last := &all[len(all)-1]
		last.Lines = append(last.Lines, line)
	}
	return all
}

// showWork answers GET /orders/work/{id}.
func (s *Server) showWork(w http.ResponseWriter, r *http.Request) error {
	return s.writeWork(w, r, http.StatusOK, r.PathValue("id"), workPage{})
}

func (s *Server) writeWork(w http.ResponseWriter, r *http.Request, code int, id string, p workPage) error {
	v := s.viewer(r)
	problem := p.Problem
	if err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error { return p.read(r, tx, v, id) }); err != nil {
		return err
	}
	p.Frame = s.frame(r, p.W.Code, "work")
	p.Fault = problem
	p.Crumbs = []web.Crumb{{Text: v.words.Say("work.title"), Href: "/orders/work"}}
	p.Styles, p.Islands = []string{"work.css"}, []string{"list.js"}
	return s.write(w, r, code, "work", p)
}

// errand returns the order with that id or code if the actor may see it.
func errand(ctx context.Context, tx *catalog.Tx, who pano.Actor, id string) (catalog.Errand, error) {
	x, err := tx.Errand(ctx, id)
	if err == nil && who.May(pano.WorkSee, x.Resource()) != nil {
		err = pano.NotFound("work.none")
	}
	return x, err
}

func (p *workPage) read(r *http.Request, tx *catalog.Tx, v viewer, id string) error {
	ctx, who := r.Context(), actor(r)
	x, err := errand(ctx, tx, who, id)
	if err != nil {
		return err
	}
	p.W = v.errand(x)
	v.see = crewSees(who)
	lines, err := tx.WorkLines(ctx, v.see, x.ID)
	if err != nil {
		return err
	}
	p.Streets = v.route(lines)
	p.MayPlan = x.State.Live() && who.May(pano.WorkPlan, x.Resource()) == nil
	p.MayStart = (x.State == pano.WorkOpen || x.State == pano.WorkAssigned) && who.May(pano.WorkMark, x.Resource()) == nil
	if p.MayPlan {
		crews, people, err := crewsFor(ctx, tx, who)
		if err != nil {
			return err
		}
		p.To = crewChoices(v.words, crews, people, chosenHand(x.Work))
	}
	if p.Due == "" {
		p.Due, p.Note = x.Due.String(), x.Note
	}
	events, err := tx.EventsOf(ctx, string(x.ID), 0, 30)
	if err != nil {
		return err
	}
	p.History, err = eventRows(ctx, tx, v.words, events)
	return err
}

// editWork answers POST /orders/work/{id}/edit.
func (s *Server) editWork(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	one := pano.Work{ID: pano.WorkID(r.PathValue("id")), Note: f.Get("note")}
	one.Rev, _ = strconv.Atoi(f.Get("rev"))
	if one.Due, err = pano.ParseDay(f.Get("due")); err != nil {
		err = pano.Invalid("work.no_due").At("due").Because(err)
	} else {
		err = s.Hanging.EditWork(r.Context(), actor(r), one)
	}
	return s.afterWork(w, r, err, workPage{Due: f.Get("due"), Note: f.Get("note")}, s.words(r).Say("work.edited_now"))
}

// startWork answers POST /orders/work/{id}/start.
func (s *Server) startWork(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	err = s.Hanging.StartWork(r.Context(), actor(r), pano.WorkID(r.PathValue("id")))
	if err == nil && f.Get("return") == "/m/" { // from the phone back to the phone
		return back(w, r, "/m/")
	}
	return s.afterWork(w, r, err, workPage{}, s.words(r).Say("work.started_now"))
}

// cancelWork answers POST /orders/work/{id}/cancel.
func (s *Server) cancelWork(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	err = s.Hanging.CancelWork(r.Context(), actor(r), pano.WorkID(r.PathValue("id")), f.Get("reason"))
	return s.afterWork(w, r, err, workPage{Reason: f.Get("reason")}, s.words(r).Say("work.cancelled_now"))
}

// afterWork answers after an act on the page of an order.
func (s *Server) afterWork(w http.ResponseWriter, r *http.Request, err error, p workPage, done string) error {
	id := r.PathValue("id")
	if m, code, ok := s.mend(w, r, err, "due", "note", "reason"); ok {
		p.mend = m
		return s.writeWork(w, r, code, id, p)
	}
	if err != nil {
		return err
	}
	s.tell(w, done, "")
	return back(w, r, workPath+id)
}

// newWorkPage is the form of an order made by hand.
type newWorkPage struct {
	web.Frame
	mend
	Rows   []hangingView
	Ticked map[pano.PlacementID]bool
	Kinds  []web.Choice
	To     []web.Choice
	Due    string
	Note   string
}

// newWork answers GET /orders/work/new: the form for the placements in the address.
func (s *Server) newWork(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	return s.writeNewWork(w, r, http.StatusOK, q["placement"], q, newWorkPage{Due: (s.today() + 1).String()})
}

func (s *Server) writeNewWork(w http.ResponseWriter, r *http.Request, code int, ids []string, f url.Values, p newWorkPage) error {
	v, who := s.viewer(r), actor(r)
	p.Ticked = map[pano.PlacementID]bool{}
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		for _, id := range ids[:min(len(ids), 200)] {
			h, err := tx.Hanging(r.Context(), v.see, pano.PlacementID(id))
			if err != nil {
				return err
			}
			if who.May(pano.PlacementSee, h.Resource()) != nil {
				return pano.NotFound("placement.none")
			}
			if !p.Ticked[h.ID] {
				p.Ticked[h.ID] = true
				p.Rows = append(p.Rows, v.one(h))
			}
		}
		crews, people, err := crewsFor(r.Context(), tx, who)
		p.To = crewChoices(v.words, crews, people, cmp.Or(f.Get("crew"), nobody))
		return err
	})
	if err != nil {
		return err
	}
	for _, k := range pano.WorkKinds() {
		p.Kinds = append(p.Kinds, web.Choice{Value: string(k), Text: v.words.Say("work.kind." + string(k)), Selected: string(k) == cmp.Or(f.Get("kind"), string(likelyWork(p.Rows)))})
	}
	problem := p.Problem
	p.Frame = s.frame(r, v.words.Say("work.new"), "work")
	p.Fault = problem
	p.Crumbs = []web.Crumb{{Text: v.words.Say("work.title"), Href: "/orders/work"}}
	p.Styles = []string{"work.css"}
	return s.write(w, r, code, "work-new", p)
}

// likelyWork is what the first of some placements most likely wants.
func likelyWork(rows []hangingView) pano.WorkKind {
	switch {
	case len(rows) == 0:
		return pano.WorkInspect
	case rows[0].Late:
		return pano.WorkRemove
	case rows[0].State == pano.Damaged:
		return pano.WorkRepair
	case !rows[0].Up:
		return pano.WorkInstall
	}
	return pano.WorkInspect
}

// addWork answers POST /orders/work.
func (s *Server) addWork(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	one := pano.Work{Kind: pano.WorkKind(f.Get("kind")), Note: f.Get("note")}
	one.Crew, one.Person = hand(f.Get("crew"))
	var ids []pano.PlacementID
	for _, id := range f["placement"] {
		ids = append(ids, pano.PlacementID(id))
	}
	if one.Due, err = pano.ParseDay(f.Get("due")); err != nil {
		err = pano.Invalid("work.no_due").At("due").Because(err)
	} else {
		one, err = s.Hanging.AddWork(r.Context(), actor(r), one, ids...)
	}
	if m, code, ok := s.mend(w, r, err, "due", "note", "kind", "crew"); ok {
		return s.writeNewWork(w, r, code, f["placement"], f, newWorkPage{mend: m, Due: f.Get("due"), Note: f.Get("note")})
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("work.added_now", one.Code), "")
	return back(w, r, workPath+string(one.ID))
}

// crewsPage lists the crews, each with its form.
type crewsPage struct {
	web.Frame
	mend
	Crews    []crewView
	New      crewView
	Agencies []web.Choice // for a new one; more than one only for who plans for several
	Blamed   pano.CrewID  // whose form came back; "new" is that of a new one
}

// OnNew is what is wrong with that field of the form of a new crew.
func (p crewsPage) OnNew(field string) string {
	if p.Blamed != "new" {
		return ""
	}
	return p.On(field)
}

// A crewView is a crew in its form.
type crewView struct {
	pano.Crew
	AgencyName string
	Names      string // of the members
	People     []web.Choice
}

// listCrews answers GET /orders/work/crews.
func (s *Server) listCrews(w http.ResponseWriter, r *http.Request) error {
	return s.writeCrews(w, r, http.StatusOK, crewsPage{})
}

func (s *Server) writeCrews(w http.ResponseWriter, r *http.Request, code int, p crewsPage) error {
	words, who := s.words(r), actor(r)
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		reach := who.Reach(pano.WorkPlan)
		crews, people, err := crewsFor(r.Context(), tx, who)
		if err != nil {
			return err
		}
		agencies, err := tx.Agencies(r.Context())
		names := map[pano.AgencyID]string{}
		for _, a := range agencies {
			names[a.ID] = a.Name
			if reach.Has(pano.Resource{Agency: a.ID}) {
				p.Agencies = append(p.Agencies, web.Choice{Value: string(a.ID), Text: a.Name, Selected: a.ID == p.New.Agency || p.New.Agency == "" && slices.Contains(who.Agencies(), a.ID)})
			}
		}
		for _, c := range crews {
			p.Crews = append(p.Crews, crewViewOf(c, people, names))
		}
		p.New = crewViewOf(p.New.Crew, people, names)
		return err
	})
	if err != nil {
		return err
	}
	problem := p.Problem
	p.Frame = s.frame(r, words.Say("crew.title"), "work")
	p.Fault = problem
	p.Crumbs = []web.Crumb{{Text: words.Say("work.title"), Href: "/orders/work"}}
	p.Styles = []string{"work.css"}
	return s.write(w, r, code, "crews", p)
}

func crewViewOf(c pano.Crew, people []pano.User, agencies map[pano.AgencyID]string) crewView {
	v := crewView{Crew: c, AgencyName: agencies[c.Agency]}
	var names []string
	for _, u := range people {
		in := slices.Contains(c.Members, u.ID)
		if in {
			names = append(names, u.Name)
		}
		v.People = append(v.People, web.Choice{Value: string(u.ID), Text: u.Name, Selected: in})
	}
	v.Names = strings.Join(names, ", ")
	return v
}

// keepCrew answers POST /orders/work/crews: adds a crew, or changes the one named id.
func (s *Server) keepCrew(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	c := pano.Crew{ID: pano.CrewID(f.Get("id")), Agency: pano.AgencyID(f.Get("agency")), Name: f.Get("name"), Phone: f.Get("phone"), Closed: f.Get("closed") != ""}
	c.Rev, _ = strconv.Atoi(f.Get("rev"))
	for _, id := range f["members"] {
		c.Members = append(c.Members, pano.UserID(id))
	}
	kept, err := s.Hanging.KeepCrew(r.Context(), actor(r), c)
	if m, code, ok := s.mend(w, r, err, "name", "phone", "members", "agency"); ok {
		p := crewsPage{mend: m, Blamed: cmp.Or(c.ID, "new")}
		if c.ID == "" {
			p.New.Crew = c
		}
		return s.writeCrews(w, r, code, p)
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("crew.kept_now", kept.Name), "")
	return back(w, r, workPath+"crews")
}

// readWorks reads the orders a placement is or was in, on its page.
func (p *onePlacement) readWorks(ctx context.Context, tx *catalog.Tx, v viewer, who pano.Actor) error {
	p.MayOrder = p.P.State.Live() && who.Reach(pano.WorkPlan).Has(pano.Resource{Agency: p.P.Agency})
	p.MayPlace = who.May(pano.LocationSee, p.Place.Resource()) == nil
	if who.MayAny(pano.WorkSee) != nil {
		return nil
	}
	all, err := tx.WorksOf(ctx, p.P.ID)
	for _, x := range all {
		if who.May(pano.WorkSee, x.Resource()) == nil {
			p.Works = append(p.Works, v.errand(x))
		}
	}
	return err
}

// readWork counts the work orders that are late, which come first of all, and
// those that nobody was given.
func (p *overviewPage) readWork(ctx context.Context, tx *catalog.Tx, who pano.Actor) error {
	if who.MayAny(pano.WorkSee) != nil {
		return nil
	}
	reach := who.Reach(pano.WorkSee)
	late, err := tx.Works(ctx, reach, catalog.WorkQuery{Until: p.Today, Limit: 1})
	if err != nil {
		return err
	}
	free, err := tx.Works(ctx, reach, catalog.WorkQuery{Nobody: true, Limit: 1})
	if late.Total > 0 {
		p.Tasks = slices.Insert(p.Tasks, 0, task{"work_late", late.Total, "/orders/work?show=late", true})
	}
	if free.Total > 0 {
		p.Tasks = append(p.Tasks, task{"work_free", free.Total, "/orders/work?crew=" + nobody, false})
	}
	return err
}

// lateWork is how many orders the reader sees that are late, for the rail. The
// page does not fail for it.
func (s *Server) lateWork(r *http.Request) (n int) {
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) (err error) {
		n, err = tx.LateWorks(r.Context(), actor(r).Reach(pano.WorkSee))
		return err
	})
	if err != nil && r.Context().Err() == nil {
		s.Log.Warn("late work orders", "request", requestID(r), "err", err)
	}
	return n
}

// cameOf reports whether an event is of a work order that came of something else,
// which is told as well.
func cameOf(e eventRow) bool {
	return strings.HasPrefix(e.Href, workPath) && !strings.HasPrefix(e.Verb, "work.") && !strings.HasPrefix(e.Verb, "crew.")
}
