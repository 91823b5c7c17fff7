package httpd

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// today is the date in Viet Nam.
func (s *Server) today() pano.Day { return pano.DayOf(s.Now()) }

// place reads the place of the address, which the actor may see.
func place(ctx context.Context, tx *catalog.Tx, r *http.Request) (pano.Location, error) {
	l, err := tx.Location(ctx, pano.LocationID(r.PathValue("id")))
	if err != nil {
		return l, err
	}
	return l, actor(r).May(pano.LocationSee, l.Resource())
}

// placePage is the page of one place.
type placePage struct {
	web.Frame
	L          pano.Location
	Agency     string
	MayEdit    bool
	MayPlan    bool
	PermitOver bool
	Late       []hangingView
	Groups     []boardGroup
	Children   []placeRow
	QR         qrCode
	Today, On  pano.Day
	PermitLast pano.Day
	Strip      *dayStrip
	Load       *dayLoad
	Wall       *wallPart
	Free       []freeRow
	Items      []itemView // physical pieces, the first of them
	ItemCount  int
	Trips      []catalog.Trip // of items into this place and out of it
	History    []eventRow
	who        pano.Actor
	noShow     string // in words: no exhibition is chosen
	Older      string // address of the older history, "" if there is none
}

// A boardGroup is what hangs now, comes next, or is past.
type boardGroup struct {
	Key  string // now, next or past
	Rows []hangingView
}

// A freeRow is a time in which nothing hangs; Open has no end in sight.
type freeRow struct {
	Days pano.Period
	Open bool
}

// showPlace answers GET /locations/{id}.
func (s *Server) showPlace(w http.ResponseWriter, r *http.Request) error {
	return s.writePlace(w, r, http.StatusOK, placePage{Wall: &wallPart{Q: strings.TrimSpace(r.FormValue("q")), Show: r.FormValue("exhibition")}})
}

// writePlace answers with the page of the place of the address; p holds what a
// form on it came back with.
func (s *Server) writePlace(w http.ResponseWriter, r *http.Request, code int, p placePage) error {
	p.Today, p.who, p.noShow = s.today(), actor(r), s.words(r).Say("exhibition.none_chosen")
	var err error
	if p.On, err = dayOr(r.FormValue("on"), p.Today); err != nil {
		return err
	}
	before, _ := strconv.ParseInt(r.FormValue("before"), 10, 64) // 0, the newest, if it is no number
	err = s.DB.Read(r.Context(), func(tx *catalog.Tx) error { return p.read(r, tx, s.viewer(r), before) })
	if err != nil {
		return err
	}
	if p.QR, err = qrOf(s.scanned(p.L.Code)); err != nil {
		return err
	}
	s.framePlace(r, &p)
	if p.L.Kind != pano.Wall {
		p.Wall = nil
		return s.write(w, r, code, "location", p)
	}
	p.Styles, p.Islands, p.Fault = []string{"wall.css"}, []string{"wall.js"}, p.Wall.fault()
	if r.URL.Query().Has("q") {
		return s.parts(w, r, code, "location", p, "wall-waiting")
	}
	return s.write(w, r, code, "location", p)
}

func (p *placePage) read(r *http.Request, tx *catalog.Tx, v viewer, before int64) (err error) {
	ctx, who := r.Context(), actor(r)
	if p.L, err = place(ctx, tx, r); err != nil {
		return err
	}
	p.MayEdit = who.May(pano.LocationEdit, p.L.Resource()) == nil
	p.MayPlan = who.MayAny(pano.PlacementPlan) == nil && p.L.Kind.Hangs() && !p.L.Closed
	p.PermitLast = p.L.PermitUntil - 1
	p.PermitOver = p.L.PermitUntil != 0 && p.L.PermitUntil <= p.Today
	if p.Agency, err = agencyName(ctx, tx, p.L.Agency); err != nil {
		return err
	}
	if err := p.readCrumbs(ctx, tx); err != nil {
		return err
	}
	if p.L.Kind.Hangs() {
		err = p.readBoard(ctx, tx, v)
	} else {
		err = p.readChildren(ctx, tx, v)
	}
	if err != nil {
		return err
	}
	if err := p.readItems(ctx, tx, who); err != nil {
		return err
	}
	return p.readHistory(ctx, tx, v, before)
}

// placeItems is how many items, and how many movements of items, the page of a place shows.
const placeItems = 12

func (p *placePage) readItems(ctx context.Context, tx *catalog.Tx, who pano.Actor) error {
	reach := who.Reach(pano.ItemSee)
	page, err := tx.Items(ctx, reach, who.Reach(pano.AssetSee), catalog.ItemQuery{Within: p.L.ID, Limit: placeItems})
	if err != nil {
		return err
	}
	p.Items, p.ItemCount = itemViews(page.Items), page.Total
	p.Trips, err = tx.TripsAt(ctx, reach, p.L.ID, placeItems)
	return err
}

func (p *placePage) readCrumbs(ctx context.Context, tx *catalog.Tx) error {
	up, err := tx.Ancestors(ctx, p.L.ID)
	for _, l := range up {
		p.Crumbs = append(p.Crumbs, web.Crumb{Text: l.Name, Href: "/locations/" + string(l.ID)})
	}
	return err
}

// shown is how far ahead the drawings of a place look.
const (
	stripDays = 84 // twelve weeks on a face
	loadDays  = 60 // on a stretch
)

func (p *placePage) readBoard(ctx context.Context, tx *catalog.Tx, v viewer) error {
	b, err := tx.PlacementsAt(ctx, v.see, p.L.ID, p.Today)
	if err != nil {
		return err
	}
	p.Groups = []boardGroup{
		{"now", v.all(b.Now)}, {"next", v.all(b.Next)}, {"past", v.all(b.Past)},
	}
	for _, row := range p.Groups[0].Rows {
		if row.Late {
			p.Late = append(p.Late, row)
		}
	}
	switch p.L.Kind {
	case pano.Stretch:
		return p.readLoad(ctx, tx, v)
	case pano.Wall:
		return p.readWall(ctx, tx, v)
	}
	return p.readStrip(ctx, tx, v)
}

func (p *placePage) readLoad(ctx context.Context, tx *catalog.Tx, v viewer) error {
	days := pano.Period{From: p.Today, Until: p.Today + loadDays}
	all, err := tx.HangingsOn(ctx, v.see, p.L.ID, days)
	l := stretchLoad(p.L.Capacity, v.all(all), days)
	p.Load = &l
	return err
}

func (p *placePage) readStrip(ctx context.Context, tx *catalog.Tx, v viewer) error {
	monday := p.Today - pano.Day(weekday(p.Today))
	days := pano.Period{From: monday, Until: monday + stripDays}
	all, err := tx.HangingsOn(ctx, v.see, p.L.ID, days)
	strip := faceStrip(v.all(all), days, p.Today)
	p.Strip = &strip
	days.From = p.Today
	for _, f := range freeDays(v.all(all), days) {
		p.Free = append(p.Free, freeRow{f, f.Until == days.Until})
	}
	return err
}

func (p *placePage) readChildren(ctx context.Context, tx *catalog.Tx, v viewer) error {
	all, err := tx.Children(ctx, p.L.ID)
	if err != nil {
		return err
	}
	p.Children, err = v.places(ctx, tx, all, p.Today)
	return err
}

// historyPage is how many events a page shows.
const historyPage = 20

func (p *placePage) readHistory(ctx context.Context, tx *catalog.Tx, v viewer, before int64) error {
	all, err := tx.EventsAt(ctx, p.L.ID, before, historyPage+1)
	if len(all) > historyPage {
		all = all[:historyPage]
		p.Older = "/locations/" + string(p.L.ID) + "?before=" + strconv.FormatInt(all[historyPage-1].Seq, 10) + "#history"
	}
	if err != nil {
		return err
	}
	p.History, err = eventRows(ctx, tx, v.words, all)
	p.History = edits(p.History)
	for i, row := range p.History {
		if row.Event.Subject != string(p.L.ID) { // whoever may see a place need not see all that hangs there
			p.History[i].Changes = nil
		} else {
			p.History[i].Href = "" // this very page
		}
	}
	return err
}

// framePlace puts the frame round the page of a place.
func (s *Server) framePlace(r *http.Request, p *placePage) {
	words, crumbs, at := s.words(r), p.Crumbs, "/locations/"+string(p.L.ID)
	p.Frame = s.frame(r, p.L.Name, "places")
	p.OwnHeading = true
	p.Crumbs = append([]web.Crumb{{Text: words.Say("nav.places"), Href: "/locations"}}, crumbs...)
	if p.MayPlan {
		p.Action = &web.Link{Text: words.Say("placement.hang"), Href: "/placements/new?location=" + string(p.L.ID)}
	}
	if p.L.Kind == pano.Face && p.L.Width > 0 && !p.L.Closed && actor(r).MayAny(pano.AssetSee) == nil {
		p.Acts = append(p.Acts, web.Link{Text: words.Say("fit.what_fits"), Href: "/fit?location=" + string(p.L.ID)})
	}
	if !p.MayEdit {
		return
	}
	p.Acts = append(p.Acts, web.Link{Text: words.Say("act.edit"), Href: at + "/edit"})
	if len(holds(p.L.Kind)) > 0 && !p.L.Closed {
		p.Acts = append(p.Acts, web.Link{Text: words.Say("location.add_below"), Href: "/locations/new?parent=" + url.QueryEscape(p.L.Code)})
	}
	if p.L.Closed {
		p.Acts = append(p.Acts, web.Link{Text: words.Say("location.reopen"), Href: at + "/open?rev=" + strconv.Itoa(p.L.Rev), Post: true})
	} else {
		p.Acts = append(p.Acts, web.Link{Text: words.Say("location.close"), Href: at + "/close?rev=" + strconv.Itoa(p.L.Rev), Post: true})
	}
}

// holds are the kinds that may stand in a place of kind k.
func holds(k pano.LocationKind) (all []pano.LocationKind) {
	for _, in := range pano.LocationKinds() {
		probe := pano.Location{Kind: in, Code: "x", Name: "x", Width: 1, Height: 1}
		if in == pano.Stretch {
			probe.Capacity = 1
		}
		if probe.Check(k) == nil {
			all = append(all, in)
		}
	}
	return all
}

// agencyName is the name of the agency with that id.
func agencyName(ctx context.Context, tx *catalog.Tx, id pano.AgencyID) (string, error) {
	a, err := tx.Agency(ctx, id)
	return a.Name, err
}

// dayOr reads a day a person gave; nothing means other.
func dayOr(text string, other pano.Day) (pano.Day, error) {
	if text == "" {
		return other, nil
	}
	return pano.ParseDay(text)
}

// placeRoutes are the places, what hangs there, the first page and the history.
func (s *Server) placeRoutes() []route {
	return []route{
		{"GET", "/", pano.Self, s.showOverview},
		{"GET", "/locations", pano.LocationSee, s.listPlaces},
		{"POST", "/locations", pano.LocationEdit, s.addPlace},
		{"GET", "/locations.csv", pano.LocationSee, s.placesCSV},
		{"GET", "/locations.xlsx", pano.LocationSee, s.placesXLSX},
		{"GET", "/locations/new", pano.LocationEdit, s.newPlace},
		{"GET", "/locations/import", pano.LocationEdit, s.newImport},
		{"POST", "/locations/import", pano.LocationEdit, s.importPlaces},
		{"GET", "/locations/import/template.xlsx", pano.LocationEdit, s.templateXLSX},
		{"GET", "/locations/{id}", pano.LocationSee, s.showPlace},
		{"POST", "/locations/{id}", pano.LocationEdit, s.savePlace},
		{"GET", "/locations/{id}/pin", pano.LocationSee, s.showPin},
		{"GET", "/locations/{id}/edit", pano.LocationEdit, s.editPlace},
		{"POST", "/locations/{id}/layout", pano.PlacementPlan, s.arrangeWall},
		{"GET", "/locations/{id}/sheet", pano.LocationSee, s.showSheet},
		{"POST", "/locations/{id}/eye", pano.LocationEdit, s.setEye},
		{"POST", "/locations/{id}/blocked", pano.LocationEdit, s.block},
		{"POST", "/locations/{id}/blocked/{area}", pano.LocationEdit, s.reblock},
		{"POST", "/locations/{id}/blocked/{area}/remove", pano.LocationEdit, s.unblock},
		{"POST", "/locations/{id}/close", pano.LocationEdit, s.closePlace},
		{"POST", "/locations/{id}/open", pano.LocationEdit, s.openPlace},
		{"GET", "/plans", pano.LocationEdit, s.listPlans},
		{"POST", "/plans", pano.LocationEdit, s.addPlan},
		{"GET", "/plans/{id}", pano.LocationEdit, s.showPlan},
		{"POST", "/plans/{id}", pano.LocationEdit, s.savePlan},
		{"POST", "/plans/{id}/close", pano.LocationEdit, s.closePlan},
		{"GET", "/placements", pano.PlacementSee, s.listPlacements},
		{"POST", "/placements", pano.PlacementPlan, s.addPlacement},
		{"GET", "/placements/new", pano.PlacementPlan, s.newPlacement},
		{"GET", "/placements/{id}", pano.PlacementSee, s.showPlacement},
		{"POST", "/placements/{id}", pano.PlacementPlan, s.savePlacement},
		{"GET", "/placements/{id}/edit", pano.PlacementPlan, s.editPlacement},
		{"POST", "/placements/{id}/mark", pano.PlacementMark, s.markPlacement},
		{"POST", "/placements/{id}/decide", pano.PlacementPlan, s.markPlacement},
		{"GET", "/audit", pano.AuditSee, s.showAudit},
	}
}
