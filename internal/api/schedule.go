package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// ScheduleRow is a place, and what touches the days that were asked for.
type ScheduleRow struct {
	Location   pano.LocationID   `json:"location"`
	Code       string            `json:"code"`
	Name       string            `json:"name"`
	Kind       pano.LocationKind `json:"kind"`
	Agency     pano.AgencyID     `json:"agency" doc:"Whose place it is"`
	Area       pano.LocationID   `json:"area" doc:"The outermost place around it, or itself"`
	AreaName   string            `json:"area_name"`
	Placements []Placement       `json:"placements" doc:"The first to begin first"`
}

type askSchedule struct {
	From     string              `query:"from" format:"date" required:"true" doc:"First day"`
	To       string              `query:"to" format:"date" required:"true" doc:"The day after the last, at most 400 days later"`
	Campaign string              `query:"campaign" doc:"Id or code"`
	Agency   pano.AgencyID       `query:"agency" doc:"Whose artwork or whose place it is"`
	Site     pano.LocationID     `query:"site" doc:"Id or code: this place and everything in it"`
	State    pano.PlacementState `query:"state" enum:"planned,approved,printed,installed,verified,damaged,removed,cancelled"`
	Late     bool                `query:"late" doc:"Only what hangs after its days, or does not hang though they have begun"`
	Empty    bool                `query:"all" doc:"Places with nothing on these days, too"`
	By       catalog.Order       `query:"by" enum:"area,agency,kind" default:"area" doc:"What is put together"`
	Cursor   string              `query:"cursor" maxLength:"20"`
	Limit    int                 `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Places"`
}

type schedule struct {
	Body struct {
		Items []ScheduleRow `json:"items"`
		Total int           `json:"total" doc:"Places, on all pages"`
		Next  string        `json:"next,omitempty"`
	}
}

func (s *site) schedules() {
	add(s, huma.Operation{OperationID: "get-schedule", Method: http.MethodGet, Path: "/schedule", Summary: "What touches some days, place by place",
		Description: "The rows of the page /schedule. What was cancelled is told only if asked for by its state; what still hangs after its days counts up to today."}, pano.PlacementSee, s.schedule)
}

func (s *site) schedule(ctx context.Context, who pano.Actor, in *askSchedule) (*schedule, error) {
	q := catalog.ScheduleQuery{Agency: in.Agency, State: in.State, Late: in.Late, Empty: in.Empty, By: in.By, Limit: in.Limit}
	if err := days(day{"from", &q.Days.From, &in.From}, day{"to", &q.Days.Until, &in.To}); err != nil {
		return nil, err
	}
	if long := q.Days.Until - q.Days.From; long < 1 {
		return nil, pano.Invalid("period.ends_before_start").At("to")
	} else if long > 400 {
		return nil, pano.Invalid("period.too_long").At("to")
	}
	if in.Cursor != "" {
		n, err := strconv.Atoi(in.Cursor)
		if err != nil || n < 0 {
			return nil, pano.Invalid("request.field", "cursor").At("cursor").Because(err)
		}
		q.Skip = n
	}
	if in.Site != "" {
		l, err := s.location(ctx, who, in.Site)
		if err != nil {
			return nil, err
		}
		q.Within = l.ID
	}
	out := &schedule{}
	out.Body.Items = []ScheduleRow{}
	err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
		q.Today = pano.DayOf(tx.Now)
		if in.Campaign != "" {
			c, err := tx.Campaign(ctx, in.Campaign)
			if err != nil {
				return err
			}
			q.Campaign = c.ID
		}
		ask, places := q.For(who)
		page, err := tx.Schedule(ctx, who.Reach(pano.AssetSee), places, who.Reach(pano.PlacementSee), ask)
		if err != nil {
			return err
		}
		out.Body.Total = page.Total
		if page.More {
			out.Body.Next = strconv.Itoa(q.Skip + len(page.Rows))
		}
		for _, r := range page.Rows {
			row := ScheduleRow{Location: r.Location, Code: r.Code, Name: r.Name, Kind: r.Kind, Agency: r.Agency, Area: r.Area, AreaName: r.AreaName, Placements: []Placement{}}
			for _, h := range r.Hangings {
				row.Placements = append(row.Placements, placement(h))
			}
			out.Body.Items = append(out.Body.Items, row)
		}
		return nil
	})
	return out, err
}
