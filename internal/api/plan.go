package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// Plan is a picture of a town or a site that lies under maps.
type Plan struct {
	ID       pano.SitePlanID     `json:"id"`
	Name     string              `json:"name"`
	Asset    pano.AssetID        `json:"asset"`
	WidthPx  pano.Px             `json:"width_px"`
	HeightPx pano.Px             `json:"height_px"`
	Renewed  bool                `json:"renewed,omitempty" doc:"The asset has other bytes than those on which the points were set"`
	Points   []pano.ControlPoint `json:"points"`
	Corners  [][2]float64        `json:"corners,omitempty" doc:"Latitude and longitude of the picture's corners: top left, top right, bottom left; with two points or more"`
	OffM     []float64           `json:"off_m,omitempty" doc:"From each point to where the fit puts it"`
	RMSM     *float64            `json:"rms_m,omitempty" doc:"Of off_m"`
	Rev      int                 `json:"rev" doc:"Counts changes; also the ETag"`
}

func plan(p catalog.LaidPlan) Plan {
	out := Plan{ID: p.ID, Name: p.Name, Asset: p.Asset, WidthPx: p.Width, HeightPx: p.Height, Renewed: p.Renewed, Points: p.Points, Rev: p.Rev}
	if out.Points == nil {
		out.Points = []pano.ControlPoint{}
	}
	if f, err := p.Fit(); err == nil {
		out.Corners, out.OffM, out.RMSM = f.Corners[:], f.Off, &f.RMS
	}
	return out
}

type planAnswer struct {
	ETag string `header:"ETag"`
	Body Plan
}

type planList struct {
	Body struct {
		Items []Plan `json:"items"`
	}
}

type addPlan struct {
	Body struct {
		Name  string       `json:"name"`
		Asset pano.AssetID `json:"asset" doc:"A picture of the library"`
	}
}

type fixPlan struct {
	ID      pano.SitePlanID `path:"id" maxLength:"26"`
	IfMatch string          `header:"If-Match"`
	Body    struct {
		Name   string              `json:"name"`
		Points []pano.ControlPoint `json:"points" maxItems:"20" doc:"x and y are parts of the picture's width and height, 0 to 1"`
	}
}

func (s *site) plans() {
	add(s, huma.Operation{OperationID: "list-plans", Method: http.MethodGet, Path: "/plans", Summary: "Pictures that lie under maps"}, pano.LocationSee,
		func(ctx context.Context, who pano.Actor, _ *struct{}) (*planList, error) {
			out := &planList{}
			out.Body.Items = []Plan{}
			err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
				all, err := tx.Plans(ctx, who.Reach(pano.AssetSee))
				for _, p := range all {
					out.Body.Items = append(out.Body.Items, plan(p))
				}
				return err
			})
			return out, err
		})
	add(s, huma.Operation{OperationID: "add-plan", Method: http.MethodPost, Path: "/plans", Summary: "Let a picture lie under maps", DefaultStatus: 201}, pano.LocationEdit,
		func(ctx context.Context, who pano.Actor, in *addPlan) (*planAnswer, error) {
			p, err := s.Hanging.AddPlan(ctx, who, in.Body.Name, in.Body.Asset)
			if err != nil {
				return nil, err
			}
			return s.answerPlan(ctx, who, p.ID)
		})
	add(s, huma.Operation{OperationID: "fix-plan", Method: http.MethodPut, Path: "/plans/{id}", Summary: "Tie a picture to the earth by control points",
		Description: "Two and three points turn and scale the picture; four and more also stretch and shear it. The squares of what they are off are least."}, pano.LocationEdit,
		func(ctx context.Context, who pano.Actor, in *fixPlan) (*planAnswer, error) {
			rev, err := revision(in.IfMatch)
			if err != nil {
				return nil, err
			}
			p, err := s.Hanging.FixPlan(ctx, who, pano.SitePlan{ID: in.ID, Rev: rev, Name: in.Body.Name, Points: in.Body.Points})
			if err != nil {
				return nil, err
			}
			return s.answerPlan(ctx, who, p.ID)
		})
}

func (s *site) answerPlan(ctx context.Context, who pano.Actor, id pano.SitePlanID) (*planAnswer, error) {
	var out planAnswer
	err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
		p, err := tx.Plan(ctx, who.Reach(pano.AssetSee), id)
		out = planAnswer{etag(p.Rev), plan(p)}
		return err
	})
	return &out, err
}
