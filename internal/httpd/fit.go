package httpd

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"pano/internal/hanging"
	"pano/internal/i18n"
	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// fitRoutes is where artwork and faces are held against each other.
func (s *Server) fitRoutes() []route {
	return []route{{"GET", "/fit", pano.LocationSee, s.showFit}}
}

// A fitPage tells which faces an artwork fits, which artwork fits a face, or how
// the one looks on the other.
type fitPage struct {
	web.Frame
	mend
	Asset    pano.Asset // "" where artwork is looked for
	Image    string     // of it
	Pixels   string
	Place    pano.Location // "" where faces are looked for
	Path     string        // of the places around it
	From     string        // as it was asked for
	Last     string
	Q        string
	Sites    []web.Choice
	Site     string // its code, where there are too many to choose from
	ByCode   bool
	Kinds    []web.Choice
	Approved bool
	Rows     []fitRow
	Total    int
	Compared int
	Next     string
	Pair     *fitPair

	days   pano.Period // zero is any
	within pano.LocationID
}

// A fitRow is a face, or artwork, that was found.
type fitRow struct {
	fitFacts
	Href, Place      string // of the two together, and of the form that hangs it; "" if not for this reader
	Name, Code, Path string
	Size             mmSize // 0 is unknown
	State            pano.AssetState
	Kind             pano.AssetKind // of artwork
	PermitLast       pano.Day       // of a face whose permit ends before the last day; else 0
	Late             bool           // something hangs on the face whose days are over
	Draw             fitDrawing
}

// fitFacts is a pano.Fit in round numbers.
type fitFacts struct {
	DPI       int
	Lost      int // per cent
	Sharpness pano.Sharpness
	Distance  float64 // metres
	TooBig    bool
}

func factsOf(f pano.Fit) fitFacts {
	return fitFacts{max(1, int(f.DPI)), int(f.Lost()*100 + 0.5), f.Sharpness, f.Distance, f.TooBig}
}

// fitRows is how many rows a page has.
const fitRows = 24

// showFit answers GET /fit: with an asset which faces it fits, with a location
// which artwork fits it, with both how the one looks on the other.
func (s *Server) showFit(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p := fitPage{From: q.Get("from"), Last: q.Get("last"), Q: strings.TrimSpace(q.Get("q")), Site: q.Get("site"), Approved: q.Get("approved") != ""}
	if !q.Has("asset") && !q.Has("location") {
		return pano.NotFound("page.none")
	}
	if id := q.Get("asset"); id != "" {
		var err error
		if p.Asset, err = s.Intake.Asset(r.Context(), actor(r), pano.AssetID(id)); err != nil {
			return err
		}
		if p.Asset.Current.Ready == pano.Made {
			p.Image = pictureURL(p.Asset.Current, "thumb")
		}
	}
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error { return p.read(r, tx, s.viewer(r)) })
	code := http.StatusOK
	if err != nil {
		var ok bool
		if p.mend, code, ok = s.mend(w, r, err, "from", "last", "site"); !ok {
			return err
		}
	}
	s.frameFit(r, &p)
	return s.parts(w, r, code, "fit", p, "results")
}

func (s *Server) frameFit(r *http.Request, p *fitPage) {
	words, problem := s.words(r), p.Problem
	title, in := "", "places"
	switch {
	case p.Pair != nil:
		title = words.Say("fit.pair_title", p.Asset.Title, p.Place.Name)
	case p.Asset.ID != "":
		title, in = words.Say("fit.faces_title", p.Asset.Title), "library"
	default:
		title = words.Say("fit.art_title", p.Place.Name)
	}
	p.Frame = s.frame(r, title, in)
	p.Pixels = pixels(words, p.Asset.Current)
	p.Fault, p.Styles, p.Islands = problem, []string{"fit.css"}, []string{"list.js"}
	if in == "library" {
		p.Crumbs = []web.Crumb{{Text: words.Say("nav.library"), Href: "/assets"}, {Text: p.Asset.Title, Href: "/assets/" + string(p.Asset.ID)}}
	} else {
		p.Crumbs = []web.Crumb{{Text: words.Say("nav.places"), Href: "/locations"}, {Text: p.Place.Name, Href: "/locations/" + string(p.Place.ID)}}
	}
	if p.Pair != nil && p.Pair.Place != "" {
		p.Action = &web.Link{Text: words.Say("fit.place_here"), Href: p.Pair.Place}
	}
}

// read reads what the page shows in one snapshot. What the reader can mend in
// the form is the last that fails.
func (p *fitPage) read(r *http.Request, tx *catalog.Tx, v viewer) error {
	ctx, who, q := r.Context(), actor(r), r.URL.Query()
	if id := q.Get("location"); id != "" {
		if err := p.readPlace(ctx, tx, who, pano.LocationID(id)); err != nil {
			return err
		}
	}
	if p.Asset.ID == "" {
		return p.readArt(r, tx, v, who)
	}
	if err := p.readDays(ctx, tx, q, v.today); err != nil {
		return err
	}
	if p.Place.ID != "" {
		return p.readPair(ctx, tx, v, who, q)
	}
	if err := p.readSites(ctx, tx, who, v.words); err != nil {
		return err
	}
	if err := p.checkDays(); err != nil {
		return err
	}
	return p.readFaces(r, tx, v, who)
}

func (p *fitPage) readPlace(ctx context.Context, tx *catalog.Tx, who pano.Actor, id pano.LocationID) (err error) {
	if p.Place, err = tx.Location(ctx, id); err != nil {
		return err
	}
	if err := who.May(pano.LocationSee, p.Place.Resource()); err != nil {
		return err
	}
	p.Path, err = pathOf(ctx, tx, id)
	return err
}

// usualDays is for how long artwork hangs that belongs to no campaign: as long
// as banners may.
const usualDays = 15

// readDays fills in the days of the artwork's campaign, or the next two weeks,
// unless the address says something of days; nothing in both fields is any day.
func (p *fitPage) readDays(ctx context.Context, tx *catalog.Tx, q url.Values, today pano.Day) error {
	if q.Has("from") || q.Has("last") {
		return nil
	}
	days := pano.Period{From: today, Until: today + usualDays}
	if p.Asset.Campaign != "" {
		c, err := tx.Campaign(ctx, string(p.Asset.Campaign))
		if err != nil {
			return err
		}
		if c.Days.Until > today {
			days = pano.Period{From: max(c.Days.From, today), Until: c.Days.Until}
		}
	}
	p.From, p.Last = days.From.String(), days.Last().String()
	return nil
}

// checkDays reads the days of the form.
func (p *fitPage) checkDays() (err error) {
	if p.From == "" && p.Last == "" {
		return nil
	}
	if p.days.From, err = wantedDay("from", p.From); err != nil {
		return err
	}
	last, err := wantedDay("last", p.Last)
	if err != nil {
		return err
	}
	p.days.Until = last + 1
	return at(p.days.Check(), "last")
}

// readSites reads the areas to choose from, and the one that was chosen.
func (p *fitPage) readSites(ctx context.Context, tx *catalog.Tx, who pano.Actor, words *i18n.Words) error {
	reach := who.Reach(pano.LocationSee)
	areas, err := tx.Areas(ctx, reach, mostAreas+1)
	if err != nil {
		return err
	}
	p.ByCode = len(areas) > mostAreas
	p.Sites = []web.Choice{{Text: words.Say("filter.any")}}
	known := p.Site == ""
	for _, l := range areas {
		chosen := strings.EqualFold(l.Code, p.Site)
		known = known || chosen
		p.Sites = append(p.Sites, web.Choice{Value: l.Code, Text: l.Name, Selected: chosen})
	}
	if p.Site == "" {
		return nil
	}
	l, err := tx.LocationByCode(ctx, p.Site)
	if err == nil && !reach.Has(l.Resource()) {
		err = pano.NotFound("location.none")
	}
	if err != nil {
		return err
	}
	if p.within = l.ID; !known {
		p.Sites = append(p.Sites, web.Choice{Value: l.Code, Text: l.Name, Selected: true})
	}
	return nil
}

// readFaces finds the faces that the artwork fits.
func (p *fitPage) readFaces(r *http.Request, tx *catalog.Tx, v viewer, who pano.Actor) error {
	ctx, page := r.Context(), pageOf(r)
	found, err := hanging.FacesFor(ctx, tx, who, p.Asset, hanging.FacesQuery{Days: p.days, Within: p.within, Skip: page * fitRows, Limit: fitRows})
	if err != nil {
		return err
	}
	p.Total = found.Total
	mayPlace := who.Reach(pano.PlacementPlan).Has(pano.Resource{Agency: p.Asset.Agency, Owner: who.ID, Draft: true}) && p.Asset.State != pano.Withdrawn
	for _, f := range found.Rows {
		l := f.Location
		path, err := pathOf(ctx, tx, l.ID)
		if err != nil {
			return err
		}
		row := fitRow{fitFacts: factsOf(f.Fit), Name: l.Name, Code: l.Code, Path: path, Size: mmSize{l.Width, l.Height}, Late: f.Late,
			Href: p.pairHref(p.Asset.ID, l.ID), Draw: drawFit(f.Fit, l, p.Asset, 0.5)}
		if mayPlace {
			row.Place = p.placeHref(p.Asset.ID, l.ID)
		}
		if l.PermitUntil != 0 && l.PermitUntil < max(p.days.Until, v.today) {
			row.PermitLast = l.PermitUntil - 1
		}
		row.Draw.Picture = p.Image
		p.Rows = append(p.Rows, row)
	}
	if found.More {
		p.Next = addressWith(r.URL, "page", strconv.Itoa(page+2))
	}
	return nil
}

// readArt finds the artwork that fits the place.
func (p *fitPage) readArt(r *http.Request, tx *catalog.Tx, v viewer, who pano.Actor) error {
	kind, page := pano.AssetKind(r.URL.Query().Get("kind")), pageOf(r)
	p.Kinds = []web.Choice{{Text: v.words.Say("filter.any")}}
	for _, k := range pano.AssetKinds() {
		p.Kinds = append(p.Kinds, web.Choice{Value: string(k), Text: v.words.Say("asset.kind." + string(k)), Selected: k == kind})
	}
	found, err := hanging.ArtFor(r.Context(), tx, who, p.Place, hanging.ArtQuery{Text: p.Q, Kind: kind, Approved: p.Approved, Skip: page * fitRows, Limit: fitRows})
	if err != nil {
		return err
	}
	p.Total, p.Compared = found.Total, found.Compared
	reach := who.Reach(pano.PlacementPlan)
	for _, f := range found.Rows {
		a := f.Asset
		row := fitRow{fitFacts: factsOf(f.Fit), Name: a.Title, Code: a.Code, Size: mmSize{a.Width, a.Height}, State: a.State, Kind: a.Kind,
			Href: p.pairHref(a.ID, p.Place.ID), Draw: drawFit(f.Fit, p.Place, a, 0.5)}
		if f.Thumb {
			row.Draw.Picture = pictureURL(a.Current, "thumb")
		}
		if reach.Has(pano.Resource{Agency: a.Agency, Owner: who.ID, Draft: true}) {
			row.Place = p.placeHref(a.ID, p.Place.ID)
		}
		p.Rows = append(p.Rows, row)
	}
	if found.More {
		p.Next = addressWith(r.URL, "page", strconv.Itoa(page+2))
	}
	return nil
}

// pageOf is which page of a list the address asks for, the first is 0.
func pageOf(r *http.Request) int {
	n, _ := strconv.Atoi(r.URL.Query().Get("page")) // 0, the first, if it is no number
	return min(max(n-1, 0), 10_000)
}

func (p *fitPage) values(a pano.AssetID, l pano.LocationID) url.Values {
	v := url.Values{"asset": {string(a)}, "location": {string(l)}}
	if p.From != "" || p.Last != "" {
		v.Set("from", p.From)
		v.Set("last", p.Last)
	}
	return v
}

func (p *fitPage) pairHref(a pano.AssetID, l pano.LocationID) string {
	return "/fit?" + p.values(a, l).Encode()
}

// placeHref is the form that hangs a on l, with the days in it.
func (p *fitPage) placeHref(a pano.AssetID, l pano.LocationID) string {
	return "/placements/new?" + p.values(a, l).Encode()
}

// A fitPair is an artwork on a face, to scale.
type fitPair struct {
	fitFacts
	Target   int // dpi that the trade asks for
	Place    string
	Download string // of the print of that very cut, "" if not for this reader
	Keep     int    // which part is kept: 0 is left or top, 100 right or bottom
	Across   bool   // it is cut left and right, else above and below
	Cut      cutDrawing
	View     faceView
	Grown    int           // per cent of the finished size; 0 if that is unknown
	Days     pano.Period   // zero if none are asked for
	Taken    []hangingView // what is there on these days
	Late     bool          // something hangs there whose days are over
	Permit   pano.Day      // last day of a permit that ends before them; else 0
	Other    string        // which other faces it fits
	OtherArt string        // what else fits here
}

func (p *fitPage) readPair(ctx context.Context, tx *catalog.Tx, v viewer, who pano.Actor, q url.Values) error {
	l, a := p.Place, p.Asset
	fit, ok := l.Fit(a)
	if !ok {
		if a.Current.Width <= 0 {
			return pano.Invalid("fit.no_picture")
		}
		return pano.Invalid("fit.no_face")
	}
	x := fitPair{fitFacts: factsOf(fit), Target: int(fit.Demands.Target), Keep: 50, Across: fit.Across < fit.Down, Grown: int(fit.Growth*100 + 0.5)}
	if n, err := strconv.Atoi(q.Get("keep")); err == nil {
		x.Keep = min(max(n, 0), 100)
	}
	keep := float64(x.Keep) / 100
	x.Cut, x.View = drawCut(fit, a, keep), viewOf(fit, l, a, keep)
	if a.Current.Ready == pano.Made {
		x.View.Picture = pictureURL(a.Current, "preview")
		x.Cut.Picture = x.View.Picture
	}
	x.Other, x.OtherArt = "/fit?asset="+string(a.ID), "/fit?location="+string(l.ID)
	p.Pair = &x
	if who.Reach(pano.PlacementPlan).Has(pano.Resource{Agency: a.Agency, Owner: who.ID, Draft: true}) && a.State != pano.Withdrawn && !l.Closed {
		x.Place = p.placeHref(a.ID, l.ID)
	}
	if who.May(pano.PrintGet, a.Resource()) == nil {
		x.Download = printHref(a, l, fit, keep)
	}
	late, err := tx.Overdue(ctx, []pano.LocationID{l.ID}, v.today)
	if err != nil {
		return err
	}
	x.Late = late[l.ID]
	if err := p.checkDays(); err != nil {
		return err
	}
	if x.Days = p.days; x.Days == (pano.Period{}) {
		return nil
	}
	if l.PermitUntil != 0 && l.PermitUntil < x.Days.Until {
		x.Permit = l.PermitUntil - 1
	}
	there, err := tx.HangingsOn(ctx, v.see, l.ID, x.Days)
	x.Taken = v.all(there)
	return err
}

// printHref is the print of a that fills l, cut where keep says.
func printHref(a pano.Asset, l pano.Location, f pano.Fit, keep float64) string {
	focus := func(part float64) string { // the middle of what is kept
		return strconv.FormatFloat(keep*(1-part)+part/2, 'f', 4, 64)
	}
	return "/api/v1/assets/" + string(a.ID) + "/print?" + url.Values{"format": {"jpeg"}, "dpi": {strconv.Itoa(int(f.Demands.Target))}, "focus": {focus(f.Across) + "," + focus(f.Down)},
		"size": {strconv.Itoa(int(l.Width)) + "x" + strconv.Itoa(int(l.Height))}}.Encode()
}
