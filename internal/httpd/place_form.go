package httpd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// placeForm is the form of a place, as it was sent or as the place is.
type placeForm struct {
	web.Frame
	mend
	SendTo                      string // where it is sent to
	Back                        string // where to go instead
	Rev                         string // "" for a new place
	Code, Name, Parent, Address string
	Lat, Lon                    string
	Width, Height, Capacity     string
	Permit, PermitLast          string
	Kind, Agency                string
	Kinds, Agencies             []web.Choice
	Parents                     []web.Choice // places with something in them, by code
	InTheWay                    *hangingView // what hangs there and would not fit any more
	was                         pano.Location
}

// placeFields are the fields of the form to which an error may point.
func placeFields() []string {
	return []string{"code", "name", "kind", "parent", "agency", "address", "lat", "lon", "width_mm", "height_mm", "capacity", "permit", "permit_last"}
}

func readPlaceForm(f url.Values) placeForm {
	return placeForm{Code: f.Get("code"), Name: f.Get("name"), Kind: f.Get("kind"), Parent: f.Get("parent"), Agency: f.Get("agency"),
		Address: f.Get("address"), Lat: f.Get("lat"), Lon: f.Get("lon"), Width: f.Get("width_mm"), Height: f.Get("height_mm"),
		Capacity: f.Get("capacity"), Permit: f.Get("permit"), PermitLast: f.Get("permit_last"), Rev: f.Get("rev")}
}

// filled is the form of a place as it is. parent is the code of the place around it.
func filled(l pano.Location, parent string) placeForm {
	f := placeForm{Code: l.Code, Name: l.Name, Kind: string(l.Kind), Parent: parent, Agency: string(l.Agency), Address: l.Address,
		Width: orNothing(int(l.Width)), Height: orNothing(int(l.Height)), Capacity: orNothing(l.Capacity),
		Permit: l.Permit, Rev: strconv.Itoa(l.Rev), was: l}
	if l.Placed {
		f.Lat, f.Lon = strconv.FormatFloat(l.Lat, 'f', -1, 64), strconv.FormatFloat(l.Lon, 'f', -1, 64)
	}
	if l.PermitUntil != 0 {
		f.PermitLast = (l.PermitUntil - 1).String()
	}
	return f
}

// orNothing is n in a field; 0 leaves it empty.
func orNothing(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// location is the place that the form describes, on the ground of was. What
// does not fit the kind of place is left out: its fields are not shown. It fails
// with KindInvalid at the first field that cannot be read.
func (f placeForm) location(ctx context.Context, tx *catalog.Tx, was pano.Location) (pano.Location, error) {
	l := was
	l.Code, l.Name, l.Kind, l.Address, l.Permit = f.Code, f.Name, pano.LocationKind(f.Kind), f.Address, f.Permit
	l.Agency = pano.AgencyID(f.Agency)
	l.Width, l.Height, l.Capacity, l.PermitUntil, l.Parent = 0, 0, 0, 0, ""
	var err error
	if l.Kind == pano.Face || l.Kind == pano.Wall {
		if l.Width, err = millimetres("width_mm", f.Width); err != nil {
			return l, err
		}
		if l.Height, err = millimetres("height_mm", f.Height); err != nil {
			return l, err
		}
	}
	if l.Kind != pano.Wall {
		l.Eye = 0
	}
	if l.Kind == pano.Stretch {
		n, ok := number(f.Capacity)
		if !ok {
			return l, pano.Invalid("number.unreadable").At("capacity")
		}
		l.Capacity = n
	}
	if f.PermitLast != "" {
		last, err := pano.ParseDay(f.PermitLast)
		if err != nil {
			return l, at(err, "permit_last")
		}
		l.PermitUntil = last + 1
	}
	if err := f.coordinates(&l); err != nil {
		return l, err
	}
	if code := strings.TrimSpace(f.Parent); code != "" {
		parent, err := tx.LocationByCode(ctx, code)
		if err != nil {
			return l, parentError(err)
		}
		l.Parent = parent.ID
	}
	return l, nil
}

func parentError(err error) error {
	if pano.KindOf(err) == pano.KindNotFound {
		return pano.Invalid("location.no_parent").At("parent")
	}
	return err
}

// coordinates reads latitude and longitude, with a point or a comma, or both in
// the first field as maps give them: "20.94, 106.33".
func (f placeForm) coordinates(l *pano.Location) error {
	lat, lon := strings.TrimSpace(f.Lat), strings.TrimSpace(f.Lon)
	if first, second, ok := strings.Cut(lat, ", "); ok && lon == "" {
		lat, lon = first, second
	}
	l.Placed = lat != "" || lon != ""
	if !l.Placed {
		return nil
	}
	for _, c := range []struct {
		field, text string
		into        *float64
	}{{"lat", lat, &l.Lat}, {"lon", lon, &l.Lon}} {
		v, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(c.text), ",", ".", 1), 64)
		if err != nil {
			return pano.Invalid("location.coordinate_unreadable").At(c.field)
		}
		*c.into = v
	}
	return nil
}

// at blames field for an error a person may read.
func at(err error, field string) error {
	if e, ok := errors.AsType[*pano.Error](err); ok {
		return e.At(field)
	}
	return err
}

// newPlace answers GET /locations/new. parent, a code, says in what.
func (s *Server) newPlace(w http.ResponseWriter, r *http.Request) error {
	f := placeForm{Parent: r.FormValue("parent"), Kind: r.FormValue("kind"), Agency: r.FormValue("agency")}
	return s.writePlaceForm(w, r, http.StatusOK, f)
}

// addPlace answers POST /locations.
func (s *Server) addPlace(w http.ResponseWriter, r *http.Request) error {
	values, err := s.form(w, r)
	if err != nil {
		return err
	}
	f := readPlaceForm(values)
	l, err := s.locationOf(r, f, pano.Location{})
	if err == nil {
		l, err = s.Hanging.AddLocation(r.Context(), actor(r), l)
	}
	if m, code, ok := s.mend(w, r, err, placeFields()...); ok {
		f.mend = m
		return s.writePlaceForm(w, r, code, f)
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("location.added_now", l.Code), "")
	return back(w, r, "/locations/"+string(l.ID))
}

func (s *Server) locationOf(r *http.Request, f placeForm, was pano.Location) (l pano.Location, err error) {
	err = s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		l, err = f.location(r.Context(), tx, was)
		return err
	})
	return l, err
}

// editPlace answers GET /locations/{id}/edit.
func (s *Server) editPlace(w http.ResponseWriter, r *http.Request) error {
	l, parent, err := s.placeToEdit(r)
	if err != nil {
		return err
	}
	return s.writePlaceForm(w, r, http.StatusOK, filled(l, parent))
}

// placeToEdit is the place of the address, if the actor may change it, and the
// code of the one around it.
func (s *Server) placeToEdit(r *http.Request) (l pano.Location, parent string, err error) {
	err = s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		if l, err = place(r.Context(), tx, r); err != nil {
			return err
		}
		if err := actor(r).May(pano.LocationEdit, l.Resource()); err != nil || l.Parent == "" {
			return err
		}
		up, err := tx.Location(r.Context(), l.Parent)
		parent = up.Code
		return err
	})
	return l, parent, err
}

// savePlace answers POST /locations/{id}. Beside what AddLocation refuses, what
// hangs there may be in the way: it would not fit any more
// ("location.too_small" // words), there is more of it ("location.too_many" // words),
// or the place would stand in itself ("location.inside_itself" // words).
func (s *Server) savePlace(w http.ResponseWriter, r *http.Request) error {
	values, err := s.form(w, r)
	if err != nil {
		return err
	}
	was, _, err := s.placeToEdit(r)
	if err != nil {
		return err
	}
	f := readPlaceForm(values)
	f.was = was
	l, err := s.locationOf(r, f, was)
	if err == nil {
		l.Rev, _ = strconv.Atoi(f.Rev) // 0, which is refused, if it is no number
		l, err = s.Hanging.EditLocation(r.Context(), actor(r), l)
	}
	if m, code, ok := s.mend(w, r, err, placeFields()...); ok {
		f.mend = m
		if taken, ok := errors.AsType[pano.Taken](err); ok {
			f.InTheWay, _ = s.hangingView(r, taken.By.ID) // the words alone will do
		}
		return s.writePlaceForm(w, r, code, f)
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("location.saved_now", l.Code), "")
	return back(w, r, "/locations/"+string(l.ID))
}

// writePlaceForm fills in what there is to choose from.
func (s *Server) writePlaceForm(w http.ResponseWriter, r *http.Request, code int, f placeForm) error {
	words := s.words(r)
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error { return f.readChoices(r, tx) })
	if err != nil {
		return err
	}
	title, there := words.Say("location.add"), f.was.ID != ""
	f.SendTo, f.Back = "/locations", "/locations"
	if there {
		title = words.Say("location.edit_one", f.was.Code)
		f.SendTo += "/" + string(f.was.ID)
		f.Back = f.SendTo
	}
	f.Kinds = s.kindChoices(r, pano.LocationKinds(), cmp.Or(f.Kind, string(pano.Face)), "")[1:]
	problem := f.Problem
	f.Frame = s.frame(r, title, "places")
	f.Fault = problem
	f.Crumbs = []web.Crumb{{Text: words.Say("nav.places"), Href: "/locations"}}
	if there {
		f.Crumbs = append(f.Crumbs, web.Crumb{Text: f.was.Name, Href: f.SendTo})
	}
	return s.write(w, r, code, "location-form", f)
}

// readChoices reads the agencies the actor may give a place to, and the places
// that may hold another.
func (f *placeForm) readChoices(r *http.Request, tx *catalog.Tx) error {
	ctx, who := r.Context(), actor(r)
	agencies, err := tx.Agencies(ctx)
	if err != nil {
		return err
	}
	for _, a := range agencies {
		if who.May(pano.LocationEdit, pano.Resource{Agency: a.ID}) == nil {
			f.Agencies = append(f.Agencies, web.Choice{Value: string(a.ID), Text: a.Name, Selected: string(a.ID) == f.Agency})
		}
	}
	open := false
	for _, kind := range []pano.LocationKind{pano.Site, pano.Venue, pano.Room} {
		page, err := tx.Locations(ctx, who.Reach(pano.LocationSee), catalog.LocationQuery{Kind: kind, Closed: &open, Limit: 200})
		if err != nil {
			return err
		}
		for _, l := range page.Locations {
			f.Parents = append(f.Parents, web.Choice{Value: l.Code, Text: l.Name})
		}
	}
	return nil
}

// closePlace answers POST /locations/{id}/close: nothing new may hang there.
func (s *Server) closePlace(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Hanging.CloseLocation(r.Context(), actor(r), pano.LocationID(r.PathValue("id")), revisionOf(r))
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("location.closed_now", l.Code), fmt.Sprintf("/locations/%s/open?rev=%d", l.ID, l.Rev))
	return back(w, r, "/locations/"+string(l.ID))
}

// openPlace answers POST /locations/{id}/open.
func (s *Server) openPlace(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Hanging.ReopenLocation(r.Context(), actor(r), pano.LocationID(r.PathValue("id")), revisionOf(r))
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("location.opened_now", l.Code), fmt.Sprintf("/locations/%s/close?rev=%d", l.ID, l.Rev))
	return back(w, r, "/locations/"+string(l.ID))
}

// revisionOf is the revision in the address; 0, which is refused, if there is none.
func revisionOf(r *http.Request) int {
	rev, _ := strconv.Atoi(r.URL.Query().Get("rev"))
	return rev
}
