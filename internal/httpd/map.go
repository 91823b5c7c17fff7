package httpd

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// Tiles are the pictures of a map, from elsewhere; the zero Tiles are none: then
// the map is drawn from our own places.
type Tiles struct {
	URL    string // with {z}, {x} and {y}
	Credit string // whose they are; an address at its end is a link
}

// origin is where the pictures come from, as a policy names it.
func (t Tiles) origin() string {
	u, err := url.Parse(strings.NewReplacer("{", "", "}", "").Replace(t.URL))
	if err != nil || t.URL == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// policyOfMap is Policy, with pictures from the source of tiles as well.
func (s *Server) policyOfMap() string {
	if s.Tiles.URL == "" {
		return Policy
	}
	return strings.Replace(Policy, "img-src 'self'", "img-src 'self' "+s.Tiles.origin(), 1)
}

// viewMap is how an address asks for the map above the list.
const viewMap = "map"

// mapPart is the map of a list of places.
type mapPart struct {
	Tiles      Tiles
	CreditHref string
	At         string // middle and zoom as they were left: lat,lon,zoom
	First      pano.Day
	Last       pano.Day
	Day, Today pano.Day
	States     []pano.PlaceState
	Plans      []planRow // pictures to lie under it
	Plan       string    // id of the one chosen, "" for none
}

// sliderDays is how far from today, or from the day that is looked at, the
// slider of a map reaches at least.
const sliderDays = 45

// readMap prepares the map: the days of its slider are those of the campaign
// under way, or next, and the day that is looked at is always among them.
func (p *placesPage) readMap(r *http.Request, tx *catalog.Tx, t Tiles, today pano.Day) error {
	all, err := tx.Campaigns(r.Context())
	if err != nil {
		return err
	}
	m := mapPart{Tiles: t, Day: p.Day, Today: today, First: today - sliderDays, Last: today + sliderDays, States: pano.PlaceStates()}
	if c := currentCampaign(all, today); c.ID != "" && c.Days.Meets(pano.Period{From: m.First, Until: m.Last}) {
		m.First, m.Last = min(c.Days.From, today)-3, max(c.Days.Until, c.RemoveBy, today)+3
	}
	if p.Day < m.First || p.Day > m.Last {
		m.First, m.Last = p.Day-sliderDays, p.Day+sliderDays
	}
	if i := strings.LastIndex(t.Credit, " http"); i > 0 {
		m.Tiles.Credit, m.CreditHref = t.Credit[:i], t.Credit[i+1:]
	}
	if at := r.URL.Query().Get("at"); whereabouts.MatchString(at) {
		m.At = at
	}
	p.Map, m.Plan = &m, r.URL.Query().Get("plan")
	m.Plans, err = laid(r, tx)
	return err
}

var whereabouts = regexp.MustCompile(`^-?\d{1,2}(\.\d{1,6})?,-?\d{1,3}(\.\d{1,6})?,\d{1,2}$`)

// pinsAddress is where the pins of a list of places are.
func (p *placesPage) pinsAddress(q catalog.LocationQuery) string {
	v := url.Values{"on": {p.Day.String()}}
	for name, text := range map[string]string{"q": p.Q, "kind": p.Kind, "agency": string(q.Agency), "closed": map[string]string{"open": "false", "closed": "true"}[p.State]} {
		if text != "" {
			v.Set(name, text)
		}
	}
	return "/api/v1/map?" + v.Encode()
}

// pinPage is what a map tells of one place.
type pinPage struct {
	placesPage
	Row              placeRow
	There            []hangingView
	PhoneAt, PlaceAt string
	HangAt           string // "" if nothing may be placed there by this reader
}

// showPin answers GET /locations/{id}/pin with a card for the map.
func (s *Server) showPin(w http.ResponseWriter, r *http.Request) error {
	p, who, v := pinPage{}, actor(r), s.viewer(r)
	var err error
	if p.Day, err = dayOr(r.URL.Query().Get("on"), s.today()); err != nil {
		return err
	}
	err = s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		l, err := place(r.Context(), tx, r)
		if err != nil {
			return err
		}
		rows, err := v.places(r.Context(), tx, []pano.Location{l}, p.Day)
		if err != nil {
			return err
		}
		p.Row = rows[0]
		if l.Kind.Hangs() {
			p.There, err = v.hangingOn(r.Context(), tx, l.ID, p.Day)
		}
		return err
	})
	if err != nil {
		return err
	}
	l := p.Row.Location
	p.PlaceAt = "/locations/" + string(l.ID)
	if who.MayAny(pano.PlacementSee) == nil && l.Kind.Hangs() {
		p.PhoneAt = "/m/" + url.PathEscape(l.Code)
	}
	if who.MayAny(pano.PlacementPlan) == nil && l.Kind.Hangs() && !l.Closed {
		p.HangAt = "/placements/new?location=" + string(l.ID) + "&from=" + p.Day.String()
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return s.Site.WriteParts(w, s.lang(r), "locations", p, "pin-card")
}
