package httpd

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// placesPage is the list of places on a day.
type placesPage struct {
	web.Frame
	Q, Kind, Agency, State string
	On                     string // as it was asked for; "" is today
	Day                    pano.Day
	Kinds, Agencies        []web.Choice
	States                 []web.Choice
	Rows                   []placeRow
	Total                  int
	Next                   string // address of the next page
	InForce                []filterInForce
	MayAdd                 bool
	Map                    *mapPart // nil without the map
	PinsAt                 string   // address of the pins
	AsList, AsMap          string   // addresses of the two ways to look at them
	Clear                  string   // address without conditions
}

// A placeRow is a place in a table, with what hangs there.
type placeRow struct {
	pano.Location
	Path    string       // of the places it stands in, the outermost first
	Hanging *hangingView // the first that hangs there, if any
	Others  int          // how many more do
	Used    int          // pieces there on the day, on a stretch
	Late    bool         // something there should be down
}

// A filterInForce is one condition of a list, and the address without it.
type filterInForce struct{ Text, Href string }

// listPlaces answers GET /locations.
func (s *Server) listPlaces(w http.ResponseWriter, r *http.Request) error {
	q, today, words := r.URL.Query(), s.today(), s.words(r)
	p := placesPage{Frame: s.frame(r, words.Say("nav.places"), "places"), MayAdd: actor(r).MayAny(pano.LocationEdit) == nil,
		Q: strings.TrimSpace(q.Get("q")), Kind: q.Get("kind"), Agency: q.Get("agency"), State: q.Get("state"), On: q.Get("on")}
	p.Islands = []string{"list.js"}
	p.AsList, p.AsMap = addressWith(r.URL, "view", ""), addressWith(r.URL, "view", viewMap)
	if p.Clear = "/locations"; q.Get("view") == viewMap {
		p.Clear += "?view=" + viewMap
	}
	var err error
	if p.Day, err = dayOr(p.On, today); err != nil {
		return err
	}
	v := r.URL.Query()
	v.Del("after")
	p.Acts = []web.Link{{Text: words.Say("import.xlsx"), Href: "/locations.xlsx?" + v.Encode()}, {Text: words.Say("import.csv"), Href: "/locations.csv?" + v.Encode()}}
	if p.MayAdd {
		p.Acts = append(p.Acts, web.Link{Text: words.Say("import.title"), Href: "/locations/import"}, web.Link{Text: words.Say("plan.title"), Href: "/plans"})
		p.Action = &web.Link{Text: words.Say("location.add"), Href: "/locations/new"}
	}
	err = s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		if q.Get("view") == viewMap {
			if err := p.readMap(r, tx, s.Tiles, today); err != nil {
				return err
			}
		}
		return p.read(r, tx, s.viewer(r))
	})
	if err != nil {
		return err
	}
	p.Agencies[0].Text = words.Say("filter.any")
	p.Kinds = s.kindChoices(r, pano.LocationKinds(), p.Kind, words.Say("filter.any"))
	p.States = []web.Choice{{Value: "", Text: words.Say("filter.any")},
		{Value: "open", Text: words.Say("location.in_use"), Selected: p.State == "open"},
		{Value: "closed", Text: words.Say("location.out_of_use"), Selected: p.State == "closed"}}
	p.inForce(r, words.Day(p.Day), words.Say("location.kind."+p.Kind))
	if p.Map != nil {
		p.Styles, p.Islands = []string{"map.css"}, append(p.Islands, "map.js")
		w.Header().Set("Content-Security-Policy", s.policyOfMap())
	}
	return s.parts(w, r, http.StatusOK, "locations", p, "place-views", "results")
}

func (p *placesPage) read(r *http.Request, tx *catalog.Tx, v viewer) error {
	ctx, who := r.Context(), actor(r)
	q, agencies, err := askPlaces(ctx, tx, r.URL.Query())
	if err != nil {
		return err
	}
	p.Agencies = []web.Choice{{Value: "", Text: ""}}
	for _, a := range agencies {
		p.Agencies = append(p.Agencies, web.Choice{Value: a.Code, Text: a.Name, Selected: a.Code == p.Agency})
	}
	p.PinsAt = p.pinsAddress(q)
	page, err := tx.Locations(ctx, who.Reach(pano.LocationSee), q)
	if err != nil {
		return err
	}
	p.Total = page.Total
	if page.Next != "" {
		p.Next = addressWith(r.URL, "after", page.Next)
	}
	p.Rows, err = v.places(ctx, tx, page.Locations, p.Day)
	return err
}

// askPlaces is what an address asks for, and the agencies there are to ask for.
// It fails with KindNotFound if it names one that is not there.
func askPlaces(ctx context.Context, tx *catalog.Tx, v url.Values) (q catalog.LocationQuery, agencies []pano.Agency, err error) {
	q = catalog.LocationQuery{Text: strings.TrimSpace(v.Get("q")), Kind: pano.LocationKind(v.Get("kind")), After: v.Get("after")}
	if state := v.Get("state"); state == "open" || state == "closed" {
		closed := state == "closed"
		q.Closed = &closed
	}
	if agencies, err = tx.Agencies(ctx); err != nil {
		return q, nil, err
	}
	code := v.Get("agency")
	for _, a := range agencies {
		if a.Code == code {
			q.Agency = a.ID
		}
	}
	if code != "" && q.Agency == "" {
		return q, nil, pano.NotFound("agency.none")
	}
	return q, agencies, nil
}

// places adds to each place where it is and what hangs there on a day.
func (v viewer) places(ctx context.Context, tx *catalog.Tx, all []pano.Location, on pano.Day) ([]placeRow, error) {
	rows := make([]placeRow, len(all))
	for i, l := range all {
		rows[i].Location = l
		var err error
		if rows[i].Path, err = pathOf(ctx, tx, l.ID); err != nil {
			return nil, err
		}
		if !l.Kind.Hangs() {
			continue
		}
		there, err := v.hangingOn(ctx, tx, l.ID, on)
		if err != nil {
			return nil, err
		}
		rows[i].sum(there)
	}
	return rows, nil
}

func (row *placeRow) sum(there []hangingView) {
	for _, h := range there {
		row.Used += h.Quantity
		row.Late = row.Late || h.Late
	}
	if len(there) > 0 {
		row.Hanging, row.Others = &there[0], len(there)-1
	}
}

// inForce lists the conditions of the list, each with the address without it.
func (p *placesPage) inForce(r *http.Request, day, kind string) {
	said := func(name, text string) {
		p.InForce = append(p.InForce, filterInForce{text, addressWith(r.URL, name, "")})
	}
	if p.Q != "" {
		said("q", p.Q)
	}
	if p.Kind != "" {
		said("kind", kind)
	}
	for _, list := range []struct {
		name string
		all  []web.Choice
	}{{"agency", p.Agencies}, {"state", p.States}} {
		if i := slices.IndexFunc(list.all, func(c web.Choice) bool { return c.Selected }); i > 0 {
			said(list.name, list.all[i].Text)
		}
	}
	if p.On != "" {
		said("on", day)
	}
}

// addressWith is the address u with one value of its query changed, on the first page
// unless that is what changes; "" takes the value out.
func addressWith(u *url.URL, name, value string) string {
	q := u.Query()
	q.Del("after")
	q.Del("before")
	q.Set(name, value)
	if value == "" {
		q.Del(name)
	}
	if len(q) == 0 {
		return u.Path
	}
	return u.Path + "?" + q.Encode()
}

// kindChoices are kinds of places to choose from, after one that says any.
func (s *Server) kindChoices(r *http.Request, kinds []pano.LocationKind, chosen, any string) []web.Choice {
	all := []web.Choice{{Value: "", Text: any}}
	for _, k := range kinds {
		all = append(all, web.Choice{Value: string(k), Text: s.words(r).Say("location.kind." + string(k)), Selected: string(k) == chosen})
	}
	return all
}

// number reads a whole number as people write it, with dots, commas or spaces
// between thousands; "" is 0.
func number(text string) (int, bool) {
	text = strings.NewReplacer(".", "", ",", "", " ", "", "\u00a0", "").Replace(text)
	if text == "" {
		return 0, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}
