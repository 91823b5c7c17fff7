package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"pano/internal/hanging"
	"pano/internal/pano"
	"pano/storage/catalog"
)

// Fit is how artwork looks on a face that it is printed to fill.
type Fit struct {
	DPI         float64        `json:"dpi" doc:"Pixels an inch of the print"`
	Target      pano.DPI       `json:"target_dpi" doc:"What the trade asks of prints of this kind and size"`
	Sharpness   pano.Sharpness `json:"sharpness" enum:"sharp,soft,coarse"`
	Lost        float64        `json:"lost" doc:"Part of the picture that is cut off, 0 to 1"`
	LeastMetres float64        `json:"least_distance_m" doc:"From where it looks sharp"`
	TooBig      bool           `json:"too_big" doc:"The finished size is larger than the face: placing it needs an exception"`
}

func fit(f pano.Fit) Fit {
	return Fit{DPI: f.DPI, Target: f.Demands.Target, Sharpness: f.Sharpness, Lost: f.Lost(), LeastMetres: f.Distance, TooBig: f.TooBig}
}

// FaceFit is a face, and how the artwork looks on it.
type FaceFit struct {
	Location pano.LocationID `json:"location"`
	Code     string          `json:"code"`
	Name     string          `json:"name"`
	Width    pano.MM         `json:"width_mm"`
	Height   pano.MM         `json:"height_mm"`
	Late     bool            `json:"late" doc:"Something hangs there whose days are over"`
	Fit
}

// ArtFit is artwork, and how it looks on the face.
type ArtFit struct {
	Asset  pano.AssetID    `json:"asset"`
	Code   string          `json:"code"`
	Title  string          `json:"title"`
	Kind   pano.AssetKind  `json:"kind"`
	State  pano.AssetState `json:"state"`
	Width  pano.MM         `json:"width_mm,omitempty" doc:"Finished size"`
	Height pano.MM         `json:"height_mm,omitempty"`
	Fit
}

// Paging is which part of a long list is asked for.
type Paging struct {
	Cursor string `query:"cursor" maxLength:"20"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// skip is how many rows the cursor leaves out.
func (p Paging) skip() (int, error) {
	if p.Cursor == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(p.Cursor)
	if err != nil || n < 0 {
		return 0, pano.Invalid("request.field", "cursor").At("cursor").Because(err)
	}
	return n, nil
}

type askFaces struct {
	ID   pano.AssetID    `path:"id" maxLength:"26"`
	From string          `query:"from" format:"date" doc:"Only faces that are free from this day"`
	To   string          `query:"to" format:"date" doc:"… up to this one, which may be taken; both or none"`
	Site pano.LocationID `query:"site" doc:"Id or code: this place and everything in it"`
	Paging
}

type faceFits struct {
	Body struct {
		Items []FaceFit `json:"items" doc:"The best fit first"`
		Total int       `json:"total"`
		Next  string    `json:"next,omitempty"`
	}
}

type askArt struct {
	LocationPath
	Q        string         `query:"q" maxLength:"500"`
	Kind     pano.AssetKind `query:"kind"`
	Approved bool           `query:"approved" doc:"Only what is"`
	Paging
}

type artFits struct {
	Body struct {
		Items    []ArtFit `json:"items" doc:"The best fit first"`
		Total    int      `json:"total" doc:"Works with a picture"`
		Compared int      `json:"compared,omitempty" doc:"Only the latest of so many were looked at"`
		Next     string   `json:"next,omitempty"`
	}
}

func (s *site) fits() {
	add(s, huma.Operation{OperationID: "find-faces-for-asset", Method: http.MethodGet, Path: "/assets/{id}/faces", Summary: "Faces that artwork fits",
		Description: "Billboard faces in use, of known size: what hangs without an exception first, then what has pixels enough, then what loses least of the picture, then what is nearest to the finished size."},
		pano.LocationSee, s.facesFor)
	add(s, huma.Operation{OperationID: "find-artwork-for-location", Method: http.MethodGet, Path: "/locations/{id}/artwork", Summary: "Artwork that fits a face",
		Description: "In the order of find-faces-for-asset. What was withdrawn, or has no picture, is left out."}, pano.LocationSee, s.artFor)
}

func (s *site) facesFor(ctx context.Context, who pano.Actor, in *askFaces) (*faceFits, error) {
	q := hanging.FacesQuery{Limit: in.Limit}
	var err error
	if q.Skip, err = in.skip(); err != nil {
		return nil, err
	}
	if in.From != "" || in.To != "" {
		if err := days(day{"from", &q.Days.From, &in.From}, day{"to", &q.Days.Until, &in.To}); err != nil {
			return nil, err
		}
	}
	a, err := s.Intake.Asset(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	if in.Site != "" {
		l, err := s.location(ctx, who, in.Site)
		if err != nil {
			return nil, err
		}
		q.Within = l.ID
	}
	out := &faceFits{}
	out.Body.Items = []FaceFit{}
	err = s.DB.Read(ctx, func(tx *catalog.Tx) error {
		page, err := hanging.FacesFor(ctx, tx, who, a, q)
		out.Body.Total = page.Total
		for _, r := range page.Rows {
			l := r.Location
			out.Body.Items = append(out.Body.Items, FaceFit{l.ID, l.Code, l.Name, l.Width, l.Height, r.Late, fit(r.Fit)})
		}
		if page.More {
			out.Body.Next = strconv.Itoa(q.Skip + len(page.Rows))
		}
		return err
	})
	return out, err
}

func (s *site) artFor(ctx context.Context, who pano.Actor, in *askArt) (*artFits, error) {
	q := hanging.ArtQuery{Text: in.Q, Kind: in.Kind, Approved: in.Approved, Limit: in.Limit}
	var err error
	if q.Skip, err = in.skip(); err != nil {
		return nil, err
	}
	l, err := s.location(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	out := &artFits{}
	out.Body.Items = []ArtFit{}
	err = s.DB.Read(ctx, func(tx *catalog.Tx) error {
		page, err := hanging.ArtFor(ctx, tx, who, l, q)
		out.Body.Total, out.Body.Compared = page.Total, page.Compared
		for _, r := range page.Rows {
			a := r.Asset
			out.Body.Items = append(out.Body.Items, ArtFit{a.ID, a.Code, a.Title, a.Kind, a.State, a.Width, a.Height, fit(r.Fit)})
		}
		if page.More {
			out.Body.Next = strconv.Itoa(q.Skip + len(page.Rows))
		}
		return err
	})
	return out, err
}
