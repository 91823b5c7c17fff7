package httpd

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// placementForm is the form that hangs an asset in a place, as it was sent or as
// the placement is.
type placementForm struct {
	web.Frame
	mend
	SendTo                 string // where it is sent to
	Preview                string // where it is looked at again, without being kept
	Back                   string // where to go instead
	Rev                    string // "" for a new placement
	Asset                  pano.Asset
	Image                  string // of the artwork, "" if there is none
	Place                  pano.Location
	Path                   string // of the places around it
	AskException           bool   // why it may hang though it does not fit
	OtherAsset, OtherPlace string // where another one is chosen
	Campaigns              []web.Choice
	Fit                    *artFit
	InTheWay               *hangingView // who is there already
	Free                   *freeOffer   // when it could hang instead

	From, Last, Quantity, Campaign, Note, Exception string
	X, Y, Width, Height                             string
	Exhibition                                      string // of whose works it is one; "" is none

	was pano.Placement
}

// A freeOffer is the next time that the place is free for as long.
type freeOffer struct {
	From, Last pano.Day
	Href       string // of the form with these days in it
}

// placementFields are the fields of the form to which an error may point.
func placementFields() []string {
	return []string{"from", "last", "quantity", "x_mm", "y_mm", "width_mm", "height_mm", "campaign", "note", "exception"}
}

func readPlacementForm(v url.Values) placementForm {
	return placementForm{From: v.Get("from"), Last: v.Get("last"), Quantity: v.Get("quantity"), Campaign: v.Get("campaign"),
		Note: v.Get("note"), Exception: v.Get("exception"), X: v.Get("x_mm"), Y: v.Get("y_mm"), Width: v.Get("width_mm"),
		Height: v.Get("height_mm"), Rev: v.Get("rev"), Exhibition: v.Get("exhibition")}
}

// values are the entries of the form, to be filled in again.
func (f placementForm) values() url.Values {
	v := url.Values{}
	for name, text := range map[string]string{"from": f.From, "last": f.Last, "quantity": f.Quantity, "campaign": f.Campaign,
		"note": f.Note, "exception": f.Exception, "x_mm": f.X, "y_mm": f.Y, "width_mm": f.Width, "height_mm": f.Height, "exhibition": f.Exhibition} {
		if text != "" {
			v.Set(name, text)
		}
	}
	if f.was.ID == "" {
		v.Set("asset", string(f.Asset.ID))
		v.Set("location", string(f.Place.ID))
	}
	return v
}

// fill puts what is usual where nothing was entered.
func (f *placementForm) fill(c pano.Campaign) {
	f.Quantity = cmp.Or(f.Quantity, "1")
	if c.ID != "" && f.From == "" && f.Last == "" {
		f.From, f.Last = c.Days.From.String(), c.Days.Last().String()
	}
	if f.Place.Kind != pano.Wall || f.Width != "" || f.Height != "" {
		return
	}
	w, h := f.Asset.Width, f.Asset.Height
	if w == 0 || h == 0 {
		return
	}
	f.Width, f.Height = strconv.Itoa(int(w)), strconv.Itoa(int(h))
	if f.X == "" && f.Y == "" { // in the middle, at the height of the eye
		f.X = strconv.Itoa(int(max(0, (f.Place.Width-w)/2)))
		f.Y = strconv.Itoa(int(min(max(0, f.Place.Height-f.Place.EyeHeight()-h/2), max(0, f.Place.Height-h))))
	}
}

// placement is what the form asks for, on the ground of f.was. It fails with
// KindInvalid at the first field that cannot be read.
func (f placementForm) placement() (p pano.Placement, err error) {
	p = f.was
	if p.ID == "" {
		p.Asset, p.Location, p.Exhibition = f.Asset.ID, f.Place.ID, pano.ExhibitionID(f.Exhibition)
	}
	p.Campaign, p.Note, p.Exception = pano.CampaignID(f.Campaign), f.Note, f.Exception
	follows := p.RemoveBy == p.Days.Until // the day by which it must be down was not set apart
	if p.Days.From, err = wantedDay("from", f.From); err != nil {
		return p, err
	}
	last, err := wantedDay("last", f.Last)
	if err != nil {
		return p, err
	}
	if p.Days.Until = last + 1; follows {
		p.RemoveBy = p.Days.Until
	}
	p.Quantity = 1
	if f.Place.Kind == pano.Stretch {
		n, ok := number(f.Quantity)
		if !ok {
			return p, pano.Invalid("number.unreadable").At("quantity")
		}
		p.Quantity = n
	}
	p.Area, err = f.area()
	return p, err
}

// area is the spot on a wall; none elsewhere.
func (f placementForm) area() (r pano.Rect, err error) {
	if f.Place.Kind != pano.Wall {
		return r, nil
	}
	for _, c := range []struct {
		field, text string
		into        *pano.MM
	}{{"x_mm", f.X, &r.X}, {"y_mm", f.Y, &r.Y}, {"width_mm", f.Width, &r.W}, {"height_mm", f.Height, &r.H}} {
		if *c.into, err = millimetres(c.field, c.text); err != nil {
			return r, err
		}
	}
	return r, nil
}

// wantedDay reads a day that must be there.
func wantedDay(field, text string) (pano.Day, error) {
	if text == "" {
		return 0, pano.Invalid("day.missing").At(field)
	}
	d, err := pano.ParseDay(text)
	return d, at(err, field)
}

// newPlacement answers GET /placements/new: what to hang, then where, then when.
func (s *Server) newPlacement(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	asset, location := q.Get("asset"), q.Get("location")
	if asset == "" {
		return s.chooseAsset(w, r, location)
	}
	f := readPlacementForm(q)
	if err := s.readAsset(r, &f, pano.AssetID(asset)); err != nil {
		return err
	}
	if location == "" {
		return s.choosePlace(w, r, f.Asset)
	}
	if err := s.readPlace(r, &f, pano.LocationID(location)); err != nil {
		return err
	}
	return s.writePlacementForm(w, r, http.StatusOK, f)
}

// readAsset reads the artwork to hang, which the actor may plan for.
func (s *Server) readAsset(r *http.Request, f *placementForm, id pano.AssetID) (err error) {
	if f.Asset, err = s.Intake.Asset(r.Context(), actor(r), id); err != nil {
		return err
	}
	if f.Asset.Current.Ready == pano.Made {
		f.Image = pictureURL(f.Asset.Current, "thumb")
	}
	return actor(r).May(pano.PlacementPlan, f.Asset.Resource())
}

func (s *Server) readPlace(r *http.Request, f *placementForm, id pano.LocationID) error {
	return s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		ctx := r.Context()
		l, err := tx.Location(ctx, id)
		if err != nil {
			return err
		}
		f.Place = l
		if err := actor(r).May(pano.LocationSee, l.Resource()); err != nil {
			return err
		}
		f.Path, err = pathOf(ctx, tx, l.ID)
		return err
	})
}

// addPlacement answers POST /placements. A request the curator can mend comes
// back as the same form with their entries in it.
func (s *Server) addPlacement(w http.ResponseWriter, r *http.Request) error {
	values, err := s.form(w, r)
	if err != nil {
		return err
	}
	f := readPlacementForm(values)
	if err := s.readAsset(r, &f, pano.AssetID(values.Get("asset"))); err != nil {
		return err
	}
	if err := s.readPlace(r, &f, pano.LocationID(values.Get("location"))); err != nil {
		return err
	}
	p, err := f.placement()
	if err == nil {
		p, err = s.Hanging.Place(r.Context(), actor(r), p)
	}
	if done, err := s.mendPlacement(w, r, f, err); done {
		return err
	}
	s.tell(w, s.words(r).Say("placement.added_now", f.Asset.Title, f.Place.Code), "")
	return back(w, r, "/placements/"+string(p.ID))
}

// mendPlacement answers with the form if err is one to be mended in it, or fails
// with err; done is false if there was none.
func (s *Server) mendPlacement(w http.ResponseWriter, r *http.Request, f placementForm, err error) (done bool, _ error) {
	if err == nil {
		return false, nil
	}
	if e, ok := errors.AsType[*pano.Error](err); ok && e.Field == "until" {
		e.Field = "last"
	}
	m, code, ok := s.mend(w, r, err, placementFields()...)
	if !ok {
		return true, err
	}
	f.mend = m
	if e := s.explain(r, &f, err); e != nil {
		return true, e
	}
	return true, s.writePlacementForm(w, r, code, f)
}

// explain adds who is in the way, and when the place is free for as long.
func (s *Server) explain(r *http.Request, f *placementForm, err error) error {
	taken, isTaken := errors.AsType[pano.Taken](err)
	_, isFull := errors.AsType[pano.Full](err)
	if !isTaken && !isFull {
		return nil
	}
	if isTaken {
		var e error
		if f.InTheWay, e = s.hangingView(r, taken.By.ID); e != nil {
			return e
		}
	}
	p, e := f.placement()
	if e != nil {
		return e
	}
	return s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		from, ok, err := nextFree(r.Context(), tx, f.Place, f.Asset, p)
		if !ok || err != nil {
			return err
		}
		long := p.Days.Until - p.Days.From
		f.Free = &freeOffer{From: from, Last: from + long - 1}
		again := *f
		again.From, again.Last = f.Free.From.String(), f.Free.Last.String()
		f.Free.Href = f.address() + "?" + again.values().Encode()
		return nil
	})
}

// farAhead is how far ahead a free time is looked for.
const farAhead = 3 * 366

// nextFree returns the first day from which p could hang in l for as long as it
// was to: the day on which something there ends.
func nextFree(ctx context.Context, tx *catalog.Tx, l pano.Location, a pano.Asset, p pano.Placement) (from pano.Day, ok bool, err error) {
	others, err := tx.PlacementsOn(ctx, l.ID, pano.Period{From: p.Days.From, Until: p.Days.Until + farAhead})
	if err != nil {
		return 0, false, err
	}
	var ends []pano.Day
	for _, o := range others {
		ends = append(ends, o.Days.Until)
	}
	slices.Sort(ends)
	long := p.Days.Until - p.Days.From
	for _, day := range slices.Compact(ends) {
		p.Days = pano.Period{From: day, Until: day + long}
		p.RemoveBy = 0
		if l.Hang(p, a, others) == nil {
			return day, true, nil
		}
	}
	return 0, false, nil
}

// address is where the form is.
func (f placementForm) address() string {
	if f.was.ID != "" {
		return "/placements/" + string(f.was.ID) + "/edit"
	}
	return "/placements/new"
}

// writePlacementForm fills in what is usual and what there is to choose from.
func (s *Server) writePlacementForm(w http.ResponseWriter, r *http.Request, code int, f placementForm) error {
	words := s.words(r)
	campaign, err := s.readCampaigns(r, &f)
	if err != nil {
		return err
	}
	if code == http.StatusOK {
		f.fill(campaign)
	}
	if area, err := f.area(); err == nil {
		if fit, ok := fitOn(f.Place, f.Asset, area); ok {
			f.Fit = &fit
		}
	}
	f.Preview, f.SendTo, f.Back = f.address(), "/placements", "/locations/"+string(f.Place.ID)
	title := words.Say("placement.hang_one", f.Asset.Title)
	if f.was.ID != "" {
		f.SendTo = "/placements/" + string(f.was.ID)
		f.Back, title = f.SendTo, words.Say("placement.edit_one", f.Asset.Title)
	}
	f.AskException = f.Place.Kind == pano.Face && (f.Exception != "" || f.At == "exception" || f.Fit != nil && f.Fit.Over)
	f.OtherAsset = "/placements/new?location=" + string(f.Place.ID)
	f.OtherPlace = "/placements/new?asset=" + string(f.Asset.ID)
	problem := f.Problem
	f.Frame = s.frame(r, title, "places")
	f.Fault = problem
	f.Crumbs = []web.Crumb{{Text: words.Say("nav.places"), Href: "/locations"}, {Text: f.Place.Name, Href: "/locations/" + string(f.Place.ID)}}
	return s.write(w, r, code, "placement-form", placementPage{placementForm: f})
}

// readCampaigns reads the campaigns to choose from, and returns the one the
// artwork was made for, if it is still under way.
func (s *Server) readCampaigns(r *http.Request, f *placementForm) (own pano.Campaign, err error) {
	var all []pano.Campaign
	err = s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		all, err = tx.Campaigns(r.Context())
		return err
	})
	f.Campaigns = []web.Choice{{Value: "", Text: s.words(r).Say("campaign.no_one")}}
	for _, c := range all {
		if c.ID == f.Asset.Campaign && c.Days.Until > s.today() {
			own = c
			if f.was.ID == "" && r.Method == http.MethodGet && !r.URL.Query().Has("campaign") {
				f.Campaign = string(c.ID)
			}
		}
	}
	for _, c := range all {
		if c.State != pano.CampaignClosed || string(c.ID) == f.Campaign {
			f.Campaigns = append(f.Campaigns, web.Choice{Value: string(c.ID), Text: c.Name, Selected: string(c.ID) == f.Campaign})
		}
	}
	return own, err
}

// editPlacement answers GET /placements/{id}/edit. What the address says is
// entered already.
func (s *Server) editPlacement(w http.ResponseWriter, r *http.Request) error {
	f, err := s.placementToEdit(r)
	if err != nil {
		return err
	}
	if r.URL.RawQuery != "" {
		sent := readPlacementForm(r.URL.Query())
		sent.Asset, sent.Image, sent.Place, sent.Path, sent.was = f.Asset, f.Image, f.Place, f.Path, f.was
		sent.Rev = cmp.Or(sent.Rev, f.Rev)
		f = sent
	}
	return s.writePlacementForm(w, r, http.StatusOK, f)
}

// placementToEdit is the form of the placement of the address as it is.
func (s *Server) placementToEdit(r *http.Request) (f placementForm, err error) {
	var h catalog.Hanging
	err = s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		h, err = placement(r.Context(), tx, r)
		return err
	})
	if err != nil {
		return f, err
	}
	if err := actor(r).May(pano.PlacementPlan, h.Resource()); err != nil {
		return f, err
	}
	f = formOf(h.Placement)
	if err := s.readAsset(r, &f, h.Asset); err != nil {
		return f, err
	}
	return f, s.readPlace(r, &f, h.Location)
}

func formOf(p pano.Placement) placementForm {
	f := placementForm{was: p, Rev: strconv.Itoa(p.Rev), From: p.Days.From.String(), Last: p.Days.Last().String(),
		Quantity: strconv.Itoa(p.Quantity), Campaign: string(p.Campaign), Note: p.Note, Exception: p.Exception}
	if p.Area != (pano.Rect{}) {
		f.X, f.Y = strconv.Itoa(int(p.Area.X)), strconv.Itoa(int(p.Area.Y))
		f.Width, f.Height = strconv.Itoa(int(p.Area.W)), strconv.Itoa(int(p.Area.H))
	}
	return f
}

// savePlacement answers POST /placements/{id}.
func (s *Server) savePlacement(w http.ResponseWriter, r *http.Request) error {
	values, err := s.form(w, r)
	if err != nil {
		return err
	}
	was, err := s.placementToEdit(r)
	if err != nil {
		return err
	}
	f := readPlacementForm(values)
	f.Asset, f.Image, f.Place, f.Path, f.was = was.Asset, was.Image, was.Place, was.Path, was.was
	p, err := f.placement()
	if err == nil {
		p.Rev, _ = strconv.Atoi(f.Rev) // 0, which is refused, if it is no number
		_, err = s.Hanging.Edit(r.Context(), actor(r), p)
	}
	if done, err := s.mendPlacement(w, r, f, err); done {
		return err
	}
	s.tell(w, s.words(r).Say("placement.saved_now"), "")
	return back(w, r, "/placements/"+string(f.was.ID))
}
