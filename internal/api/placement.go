package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// Placement is one asset in one place for one period.
type Placement struct {
	ID         pano.PlacementID    `json:"id"`
	Asset      pano.AssetID        `json:"asset,omitempty" doc:"Left out if the caller may not see it"`
	Title      string              `json:"title,omitempty" doc:"Of the asset"`
	Location   pano.LocationID     `json:"location"`
	Code       string              `json:"location_code"`
	Campaign   pano.CampaignID     `json:"campaign,omitempty"`
	Exhibition pano.ExhibitionID   `json:"exhibition,omitempty" doc:"Of whose works it is one"`
	From       pano.Day            `json:"from" doc:"First day"`
	Until      pano.Day            `json:"until" doc:"First day on which the place is free again"`
	RemoveBy   pano.Day            `json:"remove_by"`
	Quantity   int                 `json:"quantity"`
	XMM        pano.MM             `json:"x_mm" doc:"From the top left corner of a wall"`
	YMM        pano.MM             `json:"y_mm"`
	WidthMM    pano.MM             `json:"width_mm"`
	HeightMM   pano.MM             `json:"height_mm"`
	HookMM     pano.MM             `json:"hook_mm,omitempty" doc:"How far below its upper edge it hangs from, on a wall"`
	State      pano.PlacementState `json:"state"`
	Exception  string              `json:"exception,omitempty"`
	Note       string              `json:"note,omitempty"`
	Agency     pano.AgencyID       `json:"agency"`
	AgencyName string              `json:"agency_name"`
	Created    time.Time           `json:"created"`
	Updated    time.Time           `json:"updated"`
	Rev        int                 `json:"rev" doc:"Counts changes; also the ETag"`
	History    []Event             `json:"history,omitempty" doc:"Newest first"`
}

func placement(h catalog.Hanging) Placement {
	p := h.Placement
	out := Placement{ID: p.ID, Location: p.Location, Code: h.LocationCode, Campaign: p.Campaign, Exhibition: p.Exhibition, From: p.Days.From, Until: p.Days.Until, RemoveBy: p.RemoveBy,
		Quantity: p.Quantity, XMM: p.Area.X, YMM: p.Area.Y, WidthMM: p.Area.W, HeightMM: p.Area.H, HookMM: p.Hook, State: p.State, Exception: p.Exception,
		Agency: p.Agency, AgencyName: h.AgencyName, Created: p.Created.UTC(), Updated: p.Updated.UTC(), Rev: p.Rev}
	if h.Seen {
		out.Asset, out.Title, out.Note = p.Asset, h.Title, p.Note
	}
	return out
}

type placementAnswer struct {
	ETag string `header:"ETag"`
	Body Placement
}

// PlacementPath names a placement.
type PlacementPath struct {
	ID pano.PlacementID `path:"id" maxLength:"26"`
}

type addPlacement struct {
	Body struct {
		Asset      pano.AssetID      `json:"asset"`
		Location   pano.LocationID   `json:"location" doc:"Id or code"`
		From       string            `json:"from" format:"date"`
		Until      string            `json:"until" format:"date" doc:"First day on which the place is free again"`
		RemoveBy   string            `json:"remove_by,omitempty" format:"date"`
		Quantity   int               `json:"quantity,omitempty" default:"1"`
		XMM        pano.MM           `json:"x_mm,omitempty"`
		YMM        pano.MM           `json:"y_mm,omitempty"`
		WidthMM    pano.MM           `json:"width_mm,omitempty" doc:"On a wall; the asset's finished size without it"`
		HeightMM   pano.MM           `json:"height_mm,omitempty"`
		Campaign   pano.CampaignID   `json:"campaign,omitempty" doc:"Id or code"`
		Exhibition pano.ExhibitionID `json:"exhibition,omitempty" doc:"Of whose works it is one"`
		Exception  string            `json:"exception,omitempty" doc:"Why it may hang though it does not fit"`
		Note       string            `json:"note,omitempty"`
	}
}

type editPlacement struct {
	PlacementPath
	IfMatch string `header:"If-Match"`
	Body    struct {
		From      *string  `json:"from,omitempty" format:"date"`
		Until     *string  `json:"until,omitempty" format:"date"`
		RemoveBy  *string  `json:"remove_by,omitempty" format:"date"`
		Quantity  *int     `json:"quantity,omitempty"`
		XMM       *pano.MM `json:"x_mm,omitempty"`
		YMM       *pano.MM `json:"y_mm,omitempty"`
		WidthMM   *pano.MM `json:"width_mm,omitempty"`
		HeightMM  *pano.MM `json:"height_mm,omitempty"`
		HookMM    *pano.MM `json:"hook_mm,omitempty"`
		Exception *string  `json:"exception,omitempty"`
		Note      *string  `json:"note,omitempty"`
	}
}

type markPlacement struct {
	PlacementPath
	Body *struct {
		Note string `json:"note,omitempty"`
	}
}

type placementList struct {
	Body struct {
		Items []Placement `json:"items"`
	}
}

func (s *site) placements() {
	add(s, huma.Operation{OperationID: "add-placement", Method: http.MethodPost, Path: "/placements", Summary: "Plan a placement", DefaultStatus: 201,
		Description: "409 tells by “by” who is there, from when and until when."}, pano.PlacementPlan, s.addPlacement)
	add(s, huma.Operation{OperationID: "get-placement", Method: http.MethodGet, Path: "/placements/{id}", Summary: "A placement with its history"}, pano.PlacementSee,
		func(ctx context.Context, who pano.Actor, in *PlacementPath) (*placementAnswer, error) {
			return s.answerPlacement(ctx, who, in.ID, true)
		})
	add(s, huma.Operation{OperationID: "edit-placement", Method: http.MethodPatch, Path: "/placements/{id}", Summary: "Change the days, number or position of a placement"}, pano.PlacementPlan, s.editPlacement)
	for _, m := range []struct {
		word    string
		to      pano.PlacementState
		act     pano.Action
		summary string
	}{
		{"confirm", pano.Confirmed, pano.PlacementPlan, "It is agreed"},
		{"print", pano.Printed, pano.PlacementPlan, "It is printed"},
		{"install", pano.Installed, pano.PlacementMark, "It hangs; without a proof the note has to say why there is none"},
		{"verify", pano.Verified, pano.ProofDecide, "It was seen hanging"},
		{"damage", pano.Damaged, pano.PlacementMark, "It hangs, damaged"},
		{"remove", pano.Removed, pano.PlacementMark, "It was taken down; without a proof the note has to say why there is none"},
		{"cancel", pano.Cancelled, pano.PlacementPlan, "It will not hang"},
	} {
		add(s, huma.Operation{OperationID: m.word + "-placement", Method: http.MethodPost, Path: "/placements/{id}/" + m.word, Summary: m.summary}, m.act,
			func(ctx context.Context, who pano.Actor, in *markPlacement) (*placementAnswer, error) {
				note := ""
				if in.Body != nil {
					note = in.Body.Note
				}
				if _, err := s.Hanging.Advance(ctx, who, in.ID, m.to, note); err != nil {
					return nil, err
				}
				return s.answerPlacement(ctx, who, in.ID, false)
			})
	}
}

// A day is a field that holds a date, and where it goes.
type day struct {
	field string
	into  *pano.Day
	said  *string
}

// days reads dates as they were written; what was not said stays as it is.
func days(all ...day) error {
	for _, d := range all {
		if d.said == nil || *d.said == "" {
			continue
		}
		read, err := pano.ParseDay(*d.said)
		if err != nil {
			return pano.Invalid("day.unreadable", *d.said).At(d.field).Because(err)
		}
		*d.into = read
	}
	return nil
}

// answerPlacement reads a placement as the caller may see it.
func (s *site) answerPlacement(ctx context.Context, who pano.Actor, id pano.PlacementID, history bool) (*placementAnswer, error) {
	var out placementAnswer
	err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
		h, err := tx.Hanging(ctx, who.Reach(pano.AssetSee), id)
		if err != nil {
			return err
		}
		if err := who.May(pano.PlacementSee, h.Resource()); err != nil {
			return err
		}
		out = placementAnswer{etag(h.Rev), placement(h)}
		if !history {
			return nil
		}
		all, err := tx.EventsOf(ctx, string(id), 0, 200)
		for _, e := range all {
			out.Body.History = append(out.Body.History, event(e))
		}
		return err
	})
	return &out, err
}

func (s *site) addPlacement(ctx context.Context, who pano.Actor, in *addPlacement) (*placementAnswer, error) {
	b := in.Body
	l, err := s.location(ctx, who, b.Location)
	if pano.KindOf(err) == pano.KindNotFound {
		return nil, pano.NotFound("location.none").At("location")
	}
	if err != nil {
		return nil, err
	}
	p := pano.Placement{Asset: b.Asset, Location: l.ID, Campaign: b.Campaign, Exhibition: b.Exhibition, Quantity: b.Quantity, Area: pano.Rect{X: b.XMM, Y: b.YMM, W: b.WidthMM, H: b.HeightMM}, Exception: b.Exception, Note: b.Note}
	if err := days(day{"from", &p.Days.From, &b.From}, day{"until", &p.Days.Until, &b.Until}, day{"remove_by", &p.RemoveBy, &b.RemoveBy}); err != nil {
		return nil, err
	}
	if l.Kind == pano.Wall && p.Area.W == 0 && p.Area.H == 0 {
		a, err := s.Intake.Asset(ctx, who, b.Asset)
		if err != nil {
			return nil, err
		}
		p.Area.W, p.Area.H = a.Width, a.Height
	}
	p, err = s.Hanging.Place(ctx, who, p)
	if err != nil {
		return nil, err
	}
	return s.answerPlacement(ctx, who, p.ID, false)
}

func (s *site) editPlacement(ctx context.Context, who pano.Actor, in *editPlacement) (*placementAnswer, error) {
	rev, err := revision(in.IfMatch)
	if err != nil {
		return nil, err
	}
	present, err := s.answerPlacement(ctx, who, in.ID, false)
	if err != nil {
		return nil, err
	}
	b, was := in.Body, present.Body
	p := pano.Placement{ID: in.ID, Days: pano.Period{From: was.From, Until: was.Until}, RemoveBy: was.RemoveBy, Quantity: was.Quantity,
		Area: pano.Rect{X: was.XMM, Y: was.YMM, W: was.WidthMM, H: was.HeightMM}, Hook: was.HookMM, Exception: was.Exception, Note: was.Note, Rev: rev}
	if err := days(day{"from", &p.Days.From, b.From}, day{"until", &p.Days.Until, b.Until}); err != nil {
		return nil, err
	}
	if was.RemoveBy == was.Until { // it follows the end unless it was set apart
		p.RemoveBy = p.Days.Until
	}
	if err := days(day{"remove_by", &p.RemoveBy, b.RemoveBy}); err != nil {
		return nil, err
	}
	set(&p.Quantity, b.Quantity)
	set(&p.Area.X, b.XMM)
	set(&p.Area.Y, b.YMM)
	set(&p.Area.W, b.WidthMM)
	set(&p.Area.H, b.HeightMM)
	set(&p.Hook, b.HookMM)
	set(&p.Exception, b.Exception)
	set(&p.Note, b.Note)
	if _, err := s.Hanging.Edit(ctx, who, p); err != nil {
		return nil, err
	}
	return s.answerPlacement(ctx, who, in.ID, false)
}

type placementsOn struct {
	LocationPath
	On string `query:"on" format:"date" doc:"A day; today without it"`
}

func (s *site) placementsAt(ctx context.Context, who pano.Actor, in *placementsOn) (*placementList, error) {
	l, err := s.location(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	out := &placementList{}
	out.Body.Items = []Placement{}
	err = s.DB.Read(ctx, func(tx *catalog.Tx) error {
		day := pano.DayOf(tx.Now)
		if in.On != "" {
			var err error
			if day, err = pano.ParseDay(in.On); err != nil {
				return err
			}
		}
		all, err := tx.HangingsOn(ctx, who.Reach(pano.AssetSee), l.ID, pano.Period{From: day, Until: day + 1})
		for _, h := range all {
			out.Body.Items = append(out.Body.Items, placement(h))
		}
		return err
	})
	return out, err
}
