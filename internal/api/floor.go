package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// Floor is the floor plan of an exhibition.
type Floor struct {
	Asset    pano.AssetID `json:"asset,omitempty" doc:"Its picture; left out if the caller may not see it"`
	WidthPx  pano.Px      `json:"width_px"`
	HeightPx pano.Px      `json:"height_px"`
	WidthMM  pano.MM      `json:"width_mm,omitempty" doc:"Of what it shows, once it has a scale"`
	HeightMM pano.MM      `json:"height_mm,omitempty"`
	Renewed  bool         `json:"renewed,omitempty" doc:"The asset has other bytes than those on which it was drawn"`
	Scale    *FloorScale  `json:"scale,omitempty"`
	Walls    []FloorWall  `json:"walls"`
	Pins     []FloorPin   `json:"pins"`
	Rev      int          `json:"rev" doc:"Counts changes; also the ETag"`
}

// FloorScale is a line of known length on the picture.
type FloorScale struct {
	X1       float64 `json:"x1" minimum:"0" maximum:"1" doc:"Of the picture's width, from its left edge"`
	Y1       float64 `json:"y1" minimum:"0" maximum:"1" doc:"Of its height, from its top"`
	X2       float64 `json:"x2" minimum:"0" maximum:"1"`
	Y2       float64 `json:"y2" minimum:"0" maximum:"1"`
	LengthMM pano.MM `json:"length_mm"`
}

// FloorWall is a wall as it stands on the floor, in millimetres from the top left corner of the picture.
type FloorWall struct {
	Location pano.LocationID `json:"location" doc:"A wall or a face that the exhibition uses"`
	X1MM     pano.MM         `json:"x1_mm"`
	Y1MM     pano.MM         `json:"y1_mm"`
	X2MM     pano.MM         `json:"x2_mm"`
	Y2MM     pano.MM         `json:"y2_mm"`
	LengthMM pano.MM         `json:"length_mm,omitempty" readOnly:"true" doc:"As it is drawn"`
	WidthMM  pano.MM         `json:"width_mm,omitempty" readOnly:"true" doc:"As it is; left out if nobody knows"`
	Differs  bool            `json:"differs,omitempty" readOnly:"true" doc:"By more than 5 %"`
}

// FloorPin is where a work of the list stands, or a thing that is not in it.
type FloorPin struct {
	Work pano.ExhibitID `json:"work,omitempty" doc:"Or name"`
	Name string         `json:"name,omitempty"`
	XMM  pano.MM        `json:"x_mm"`
	YMM  pano.MM        `json:"y_mm"`
}

type floorAnswer struct {
	ETag string `header:"ETag"`
	Body Floor
}

type setFloor struct {
	ExhibitionPath
	IfMatch string `header:"If-Match" doc:"Left out for the first"`
	Body    struct {
		Asset pano.AssetID `json:"asset" doc:"A picture of the library"`
		Scale *FloorScale  `json:"scale,omitempty"`
		Walls []FloorWall  `json:"walls,omitempty" maxItems:"500" doc:"All of them; needs a scale"`
		Pins  []FloorPin   `json:"pins,omitempty" maxItems:"500" doc:"All of them; needs a scale"`
	}
}

func (s *site) floors() {
	add(s, huma.Operation{OperationID: "get-floor", Method: http.MethodGet, Path: "/exhibitions/{id}/floor", Summary: "The floor plan of an exhibition"}, pano.ExhibitionSee,
		func(ctx context.Context, who pano.Actor, in *ExhibitionPath) (*floorAnswer, error) {
			return s.floor(ctx, who, in.ID)
		})
	add(s, huma.Operation{OperationID: "set-floor", Method: http.MethodPut, Path: "/exhibitions/{id}/floor", Summary: "Set the floor plan of an exhibition",
		Description: "Picture, scale, walls and pins as a whole. If-Match says which revision was read; 412 if it was changed since."}, pano.ExhibitionEdit, s.setFloor)
}

func (s *site) setFloor(ctx context.Context, who pano.Actor, in *setFloor) (*floorAnswer, error) {
	rev, err := revision(in.IfMatch)
	if err != nil {
		return nil, err
	}
	b := in.Body
	f := pano.Floor{Exhibition: in.ID, Asset: b.Asset, Rev: rev}
	if b.Scale != nil {
		f.Scale = pano.FloorScale{X1: b.Scale.X1, Y1: b.Scale.Y1, X2: b.Scale.X2, Y2: b.Scale.Y2, Length: b.Scale.LengthMM}
	}
	for _, w := range b.Walls {
		f.Walls = append(f.Walls, pano.FloorWall{Location: w.Location, From: pano.FloorPoint{X: w.X1MM, Y: w.Y1MM}, To: pano.FloorPoint{X: w.X2MM, Y: w.Y2MM}})
	}
	for _, p := range b.Pins {
		f.Pins = append(f.Pins, pano.FloorPin{Exhibit: p.Work, Name: p.Name, At: pano.FloorPoint{X: p.XMM, Y: p.YMM}})
	}
	if _, err := s.Hanging.SetFloor(ctx, who, f); err != nil {
		return nil, err
	}
	return s.floor(ctx, who, in.ID)
}

func (s *site) floor(ctx context.Context, who pano.Actor, id pano.ExhibitionID) (*floorAnswer, error) {
	var out floorAnswer
	err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
		e, err := tx.Exhibition(ctx, id)
		if err == nil && who.May(pano.ExhibitionSee, e.Resource()) != nil {
			err = pano.NotFound("exhibition.none")
		}
		if err != nil {
			return err
		}
		f, err := tx.Floor(ctx, who.Reach(pano.AssetSee), id)
		if err != nil {
			return err
		}
		walls, err := tx.WallsFor(ctx, id)
		out = floorAnswer{etag(f.Rev), floor(f, walls)}
		return err
	})
	return &out, err
}

func floor(f catalog.LaidFloor, walls []pano.Location) Floor {
	out := Floor{WidthPx: f.Width, HeightPx: f.Height, Renewed: f.Renewed, Walls: []FloorWall{}, Pins: []FloorPin{}, Rev: f.Rev}
	if f.Seen {
		out.Asset = f.Asset
	}
	if s := f.Scale; f.Scaled() {
		out.Scale = &FloorScale{s.X1, s.Y1, s.X2, s.Y2, s.Length}
		out.WidthMM, out.HeightMM = f.Size()
	}
	width := map[pano.LocationID]pano.MM{}
	for _, l := range walls {
		width[l.ID] = l.Width
	}
	for _, w := range f.Walls {
		wide := width[w.Location]
		out.Walls = append(out.Walls, FloorWall{w.Location, w.From.X, w.From.Y, w.To.X, w.To.Y, w.Length(), wide, w.Differs(wide)})
	}
	for _, p := range f.Pins {
		out.Pins = append(out.Pins, FloorPin{p.Exhibit, p.Name, p.At.X, p.At.Y})
	}
	return out
}
