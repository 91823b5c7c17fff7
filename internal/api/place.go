package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// Location is a place in the tree of places.
type Location struct {
	ID          pano.LocationID   `json:"id"`
	Kind        pano.LocationKind `json:"kind"`
	Code        string            `json:"code"`
	Name        string            `json:"name"`
	Parent      pano.LocationID   `json:"parent,omitempty"`
	Agency      pano.AgencyID     `json:"agency"`
	Address     string            `json:"address,omitempty"`
	Lat         *float64          `json:"lat,omitempty"`
	Lon         *float64          `json:"lon,omitempty"`
	WidthMM     pano.MM           `json:"width_mm,omitempty"`
	HeightMM    pano.MM           `json:"height_mm,omitempty"`
	EyeMM       pano.MM           `json:"eye_mm,omitempty" doc:"Eye line of a wall above the floor; left out it is 1550"`
	Capacity    int               `json:"capacity,omitempty" doc:"Pieces at a time, on a stretch"`
	Permit      string            `json:"permit,omitempty"`
	PermitUntil *pano.Day         `json:"permit_until,omitempty"`
	Closed      bool              `json:"closed"`
	Created     time.Time         `json:"created"`
	Updated     time.Time         `json:"updated"`
	Rev         int               `json:"rev" doc:"Counts changes; also the ETag"`
}

func location(l pano.Location) Location {
	out := Location{ID: l.ID, Kind: l.Kind, Code: l.Code, Name: l.Name, Parent: l.Parent, Agency: l.Agency, Address: l.Address,
		WidthMM: l.Width, HeightMM: l.Height, EyeMM: l.Eye, Capacity: l.Capacity, Permit: l.Permit, PermitUntil: dayOrNil(l.PermitUntil),
		Closed: l.Closed, Created: l.Created.UTC(), Updated: l.Updated.UTC(), Rev: l.Rev}
	if l.Placed {
		out.Lat, out.Lon = &l.Lat, &l.Lon
	}
	return out
}

func dayOrNil(d pano.Day) *pano.Day {
	if d == 0 {
		return nil
	}
	return &d
}

type locationAnswer struct {
	ETag string `header:"ETag"`
	Body Location
}

func answerLocation(l pano.Location) *locationAnswer {
	return &locationAnswer{etag(l.Rev), location(l)}
}

// LocationPath names a place, by id or code.
type LocationPath struct {
	ID pano.LocationID `path:"id" maxLength:"26"`
}

type addLocation struct {
	Body struct {
		Kind        pano.LocationKind `json:"kind"`
		Code        string            `json:"code"`
		Name        string            `json:"name"`
		Parent      pano.LocationID   `json:"parent,omitempty"`
		Agency      pano.AgencyID     `json:"agency,omitempty" doc:"The caller's own without it"`
		Address     string            `json:"address,omitempty"`
		Lat         *float64          `json:"lat,omitempty"`
		Lon         *float64          `json:"lon,omitempty"`
		WidthMM     pano.MM           `json:"width_mm,omitempty"`
		HeightMM    pano.MM           `json:"height_mm,omitempty"`
		Capacity    int               `json:"capacity,omitempty"`
		Permit      string            `json:"permit,omitempty"`
		PermitUntil string            `json:"permit_until,omitempty" format:"date"`
	}
}

type editLocation struct {
	LocationPath
	IfMatch string `header:"If-Match"`
	Body    struct {
		Code        *string          `json:"code,omitempty"`
		Name        *string          `json:"name,omitempty"`
		Parent      *pano.LocationID `json:"parent,omitempty"`
		Address     *string          `json:"address,omitempty"`
		Lat         *float64         `json:"lat,omitempty"`
		Lon         *float64         `json:"lon,omitempty"`
		WidthMM     *pano.MM         `json:"width_mm,omitempty"`
		HeightMM    *pano.MM         `json:"height_mm,omitempty"`
		EyeMM       *pano.MM         `json:"eye_mm,omitempty"`
		Capacity    *int             `json:"capacity,omitempty"`
		Permit      *string          `json:"permit,omitempty"`
		PermitUntil *string          `json:"permit_until,omitempty" format:"date"`
		Closed      *bool            `json:"closed,omitempty" doc:"A closed place takes no new placement and keeps its past. Closing changes nothing else: send it alone"`
	}
}

type listLocations struct {
	Q      string            `query:"q" maxLength:"500"`
	Kind   pano.LocationKind `query:"kind"`
	Parent pano.LocationID   `query:"parent"`
	Agency pano.AgencyID     `query:"agency"`
	Closed string            `query:"closed" enum:"true,false," doc:"Only closed ones, or only those in use"`
	Cursor string            `query:"cursor" maxLength:"200"`
	Limit  int               `query:"limit" minimum:"0" maximum:"200"`
}

type locationList struct {
	Body struct {
		Items []Location `json:"items"`
		Total int        `json:"total"`
		Next  string     `json:"next,omitempty"`
	}
}

func (s *site) places() {
	add(s, huma.Operation{OperationID: "list-locations", Method: http.MethodGet, Path: "/locations", Summary: "Find places"}, pano.LocationSee, s.listLocations)
	add(s, huma.Operation{OperationID: "add-location", Method: http.MethodPost, Path: "/locations", Summary: "Add a place", DefaultStatus: 201}, pano.LocationEdit, s.addLocation)
	add(s, huma.Operation{OperationID: "get-location", Method: http.MethodGet, Path: "/locations/{id}", Summary: "A place, by id or code"}, pano.LocationSee,
		func(ctx context.Context, who pano.Actor, in *LocationPath) (*locationAnswer, error) {
			l, err := s.location(ctx, who, in.ID)
			return answerLocation(l), err
		})
	add(s, huma.Operation{OperationID: "edit-location", Method: http.MethodPatch, Path: "/locations/{id}", Summary: "Change, close or reopen a place",
		Description: "If-Match says which revision was read: without it 428, with another than the present one 412."}, pano.LocationEdit, s.editLocation)
	add(s, huma.Operation{OperationID: "list-location-placements", Method: http.MethodGet, Path: "/locations/{id}/placements", Summary: "What hangs in a place on a day"}, pano.PlacementSee, s.placementsAt)
}

// location finds a place by id or code.
func (s *site) location(ctx context.Context, who pano.Actor, id pano.LocationID) (l pano.Location, err error) {
	err = s.DB.Read(ctx, func(tx *catalog.Tx) error {
		l, err = tx.Location(ctx, id)
		if pano.KindOf(err) == pano.KindNotFound {
			l, err = tx.LocationByCode(ctx, string(id))
		}
		if err != nil {
			return err
		}
		return who.May(pano.LocationSee, l.Resource())
	})
	return l, err
}

func (s *site) listLocations(ctx context.Context, who pano.Actor, in *listLocations) (*locationList, error) {
	q := catalog.LocationQuery{Text: in.Q, Kind: in.Kind, Parent: in.Parent, Agency: in.Agency, After: in.Cursor, Limit: in.Limit}
	if in.Closed != "" {
		closed := in.Closed == "true"
		q.Closed = &closed
	}
	out := &locationList{}
	err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
		page, err := tx.Locations(ctx, who.Reach(pano.LocationSee), q)
		out.Body.Items, out.Body.Total, out.Body.Next = make([]Location, 0, len(page.Locations)), page.Total, page.Next
		for _, l := range page.Locations {
			out.Body.Items = append(out.Body.Items, location(l))
		}
		return err
	})
	return out, err
}

func (s *site) addLocation(ctx context.Context, who pano.Actor, in *addLocation) (*locationAnswer, error) {
	b := in.Body
	l := pano.Location{Kind: b.Kind, Code: b.Code, Name: b.Name, Parent: b.Parent, Agency: b.Agency, Address: b.Address,
		Width: b.WidthMM, Height: b.HeightMM, Capacity: b.Capacity, Permit: b.Permit}
	if err := days(day{"permit_until", &l.PermitUntil, &b.PermitUntil}); err != nil {
		return nil, err
	}
	if err := coordinates(&l, b.Lat, b.Lon); err != nil {
		return nil, err
	}
	if l.Agency == "" {
		if own := who.Agencies(); len(own) > 0 {
			l.Agency = own[0]
		}
	}
	l, err := s.Hanging.AddLocation(ctx, who, l)
	return answerLocation(l), err
}

func coordinates(l *pano.Location, lat, lon *float64) error {
	if (lat == nil) != (lon == nil) {
		return pano.Invalid("request.field", "lon").At("lon")
	}
	if lat != nil {
		l.Lat, l.Lon, l.Placed = *lat, *lon, true
	}
	return nil
}

func (s *site) editLocation(ctx context.Context, who pano.Actor, in *editLocation) (*locationAnswer, error) {
	rev, err := revision(in.IfMatch)
	if err != nil {
		return nil, err
	}
	l, err := s.location(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	b := in.Body
	if b.Closed != nil && *b.Closed != l.Closed {
		return s.closeLocation(ctx, who, l, rev, *b.Closed)
	}
	set(&l.Code, b.Code)
	set(&l.Name, b.Name)
	set(&l.Parent, b.Parent)
	set(&l.Address, b.Address)
	set(&l.Width, b.WidthMM)
	set(&l.Height, b.HeightMM)
	set(&l.Eye, b.EyeMM)
	set(&l.Capacity, b.Capacity)
	set(&l.Permit, b.Permit)
	if err := days(day{"permit_until", &l.PermitUntil, b.PermitUntil}); err != nil {
		return nil, err
	}
	if err := coordinates(&l, b.Lat, b.Lon); err != nil {
		return nil, err
	}
	l.Rev = rev
	l, err = s.Hanging.EditLocation(ctx, who, l)
	return answerLocation(l), err
}

// closeLocation is an act of its own: a request that closes or reopens does
// nothing else.
func (s *site) closeLocation(ctx context.Context, who pano.Actor, l pano.Location, rev int, closed bool) (*locationAnswer, error) {
	do := s.Hanging.ReopenLocation
	if closed {
		do = s.Hanging.CloseLocation
	}
	l, err := do(ctx, who, l.ID, rev)
	return answerLocation(l), err
}
