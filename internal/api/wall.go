package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pano/internal/hanging"
	"pano/internal/pano"
	"pano/storage/catalog"
)

// Blocked is an area of a wall that works should leave free.
type Blocked struct {
	ID       pano.BlockedID   `json:"id"`
	Kind     pano.BlockedKind `json:"kind" enum:"door,window,socket,exit,other"`
	XMM      pano.MM          `json:"x_mm" doc:"From the top left corner of the wall"`
	YMM      pano.MM          `json:"y_mm"`
	WidthMM  pano.MM          `json:"width_mm"`
	HeightMM pano.MM          `json:"height_mm"`
	Rev      int              `json:"rev" doc:"Counts changes; also the ETag"`
}

func blocked(b pano.Blocked) Blocked {
	return Blocked{b.ID, b.Kind, b.Area.X, b.Area.Y, b.Area.W, b.Area.H, b.Rev}
}

type blockedAnswer struct {
	ETag string `header:"ETag"`
	Body Blocked
}

type blockedList struct {
	Body struct {
		Items []Blocked `json:"items"`
	}
}

type blockedBody struct {
	Kind     pano.BlockedKind `json:"kind" enum:"door,window,socket,exit,other"`
	XMM      pano.MM          `json:"x_mm"`
	YMM      pano.MM          `json:"y_mm"`
	WidthMM  pano.MM          `json:"width_mm"`
	HeightMM pano.MM          `json:"height_mm"`
}

func (b blockedBody) on(l pano.LocationID) pano.Blocked {
	return pano.Blocked{Location: l, Kind: b.Kind, Area: pano.Rect{X: b.XMM, Y: b.YMM, W: b.WidthMM, H: b.HeightMM}}
}

type addBlocked struct {
	LocationPath
	Body blockedBody
}

// BlockedPath names a blocked area of a wall.
type BlockedPath struct {
	LocationPath
	Area pano.BlockedID `path:"area" maxLength:"26"`
}

type editBlocked struct {
	BlockedPath
	IfMatch string `header:"If-Match"`
	Body    blockedBody
}

// Spot is where one work goes on a wall.
type Spot struct {
	ID         pano.PlacementID  `json:"id,omitempty" doc:"A placement on this wall; without it, asset is hung anew from from until until"`
	Rev        int               `json:"rev,omitempty" doc:"The revision that was read; needed with id"`
	XMM        pano.MM           `json:"x_mm" doc:"From the top left corner of the wall"`
	YMM        pano.MM           `json:"y_mm"`
	WidthMM    pano.MM           `json:"width_mm"`
	HeightMM   pano.MM           `json:"height_mm"`
	HookMM     pano.MM           `json:"hook_mm,omitempty" doc:"How far below its upper edge the work hangs from"`
	Asset      pano.AssetID      `json:"asset,omitempty"`
	From       string            `json:"from,omitempty" format:"date"`
	Until      string            `json:"until,omitempty" format:"date" doc:"First day on which the place is free again"`
	Campaign   pano.CampaignID   `json:"campaign,omitempty"`
	Exhibition pano.ExhibitionID `json:"exhibition,omitempty" doc:"Of whose works it is one"`
}

type arrangeWall struct {
	LocationPath
	Body struct {
		Placements []Spot `json:"placements" maxItems:"500"`
	}
}

// Overtaking is a work that somebody changed after the caller had read it.
type Overtaking struct {
	Placement pano.PlacementID    `json:"placement"`
	Title     string              `json:"title"`
	By        string              `json:"by" doc:"Who changed it"`
	At        time.Time           `json:"at"`
	Was       Area                `json:"was" doc:"Where the caller had seen it"`
	Is        Area                `json:"is"`
	State     pano.PlacementState `json:"state"`
	From      pano.Day            `json:"from"`
	Until     pano.Day            `json:"until"`
	Rev       int                 `json:"rev" doc:"To be sent by who moves it all the same"`
}

// Area is where a work is on a wall, from its top left corner.
type Area struct {
	XMM      pano.MM `json:"x_mm"`
	YMM      pano.MM `json:"y_mm"`
	WidthMM  pano.MM `json:"width_mm"`
	HeightMM pano.MM `json:"height_mm"`
	HookMM   pano.MM `json:"hook_mm"`
}

func area(p pano.Placement) Area { return Area{p.Area.X, p.Area.Y, p.Area.W, p.Area.H, p.Hook} }

// overtaken lists what others did, for the “by” of a problem.
func overtaken(all hanging.Overtaken) []Overtaking {
	list := make([]Overtaking, len(all))
	for i, o := range all {
		list[i] = Overtaking{o.Is.ID, o.Title, o.By, o.Changed.UTC(), area(o.Was), area(o.Is), o.Is.State, o.Is.Days.From, o.Is.Days.Until, o.Is.Rev}
	}
	return list
}

// spotField is the field of the spot that an error is about.
func spotField(e *pano.Error) string {
	m, ok := errors.AsType[hanging.Misfit](e)
	if !ok {
		return e.Field
	}
	field := "placements[" + strconv.Itoa(m.Index) + "]"
	if e.Field != "" {
		field += "." + e.Field
	}
	return field
}

func (s *site) walls() {
	add(s, huma.Operation{OperationID: "arrange-wall", Method: http.MethodPut, Path: "/locations/{id}/layout", Summary: "Move works on a wall and hang new ones, all or none",
		Description: "412 if others moved some of them since: “by” lists what was and what is. 409 and 422 name in “field” the work that does not fit."}, pano.PlacementPlan, s.arrange)
	add(s, huma.Operation{OperationID: "list-blocked", Method: http.MethodGet, Path: "/locations/{id}/blocked", Summary: "Doors, sockets and exits of a wall"}, pano.LocationSee, s.listBlocked)
	add(s, huma.Operation{OperationID: "add-blocked", Method: http.MethodPost, Path: "/locations/{id}/blocked", Summary: "Add a blocked area", DefaultStatus: 201}, pano.LocationEdit,
		func(ctx context.Context, who pano.Actor, in *addBlocked) (*blockedAnswer, error) {
			l, err := s.location(ctx, who, in.ID)
			if err != nil {
				return nil, err
			}
			b, err := s.Hanging.Block(ctx, who, in.Body.on(l.ID))
			return &blockedAnswer{etag(b.Rev), blocked(b)}, err
		})
	add(s, huma.Operation{OperationID: "edit-blocked", Method: http.MethodPut, Path: "/locations/{id}/blocked/{area}", Summary: "Change a blocked area",
		Description: "If-Match says which revision was read."}, pano.LocationEdit, s.editBlocked)
	add(s, huma.Operation{OperationID: "remove-blocked", Method: http.MethodDelete, Path: "/locations/{id}/blocked/{area}", Summary: "Remove a blocked area"}, pano.LocationEdit,
		func(ctx context.Context, who pano.Actor, in *BlockedPath) (*struct{}, error) {
			l, err := s.location(ctx, who, in.ID)
			if err != nil {
				return nil, err
			}
			return nil, s.Hanging.Unblock(ctx, who, l.ID, in.Area)
		})
}

func (s *site) listBlocked(ctx context.Context, who pano.Actor, in *LocationPath) (*blockedList, error) {
	l, err := s.location(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	out := &blockedList{}
	out.Body.Items = []Blocked{}
	err = s.DB.Read(ctx, func(tx *catalog.Tx) error {
		all, err := tx.BlockedAt(ctx, l.ID)
		for _, b := range all {
			out.Body.Items = append(out.Body.Items, blocked(b))
		}
		return err
	})
	return out, err
}

func (s *site) editBlocked(ctx context.Context, who pano.Actor, in *editBlocked) (*blockedAnswer, error) {
	rev, err := revision(in.IfMatch)
	if err != nil {
		return nil, err
	}
	l, err := s.location(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	b := in.Body.on(l.ID)
	b.ID, b.Rev = in.Area, rev
	b, err = s.Hanging.Reblock(ctx, who, b)
	return &blockedAnswer{etag(b.Rev), blocked(b)}, err
}

// arrange answers with the works that were changed, as they are kept.
func (s *site) arrange(ctx context.Context, who pano.Actor, in *arrangeWall) (*placementList, error) {
	l, err := s.location(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	spots := make([]hanging.Spot, len(in.Body.Placements))
	for i, b := range in.Body.Placements {
		spots[i] = hanging.Spot{ID: b.ID, Rev: b.Rev, Area: pano.Rect{X: b.XMM, Y: b.YMM, W: b.WidthMM, H: b.HeightMM}, Hook: b.HookMM,
			Asset: b.Asset, Campaign: b.Campaign, Exhibition: b.Exhibition}
		at := "placements[" + strconv.Itoa(i) + "]."
		if err := days(day{at + "from", &spots[i].Days.From, &b.From}, day{at + "until", &spots[i].Days.Until, &b.Until}); err != nil {
			return nil, err
		}
	}
	all, err := s.Hanging.Arrange(ctx, who, l.ID, spots)
	if err != nil {
		return nil, err
	}
	out := &placementList{}
	out.Body.Items = make([]Placement, 0, len(all))
	err = s.DB.Read(ctx, func(tx *catalog.Tx) error {
		for _, p := range all {
			h, err := tx.Hanging(ctx, who.Reach(pano.AssetSee), p.ID)
			if err != nil {
				return err
			}
			out.Body.Items = append(out.Body.Items, placement(h))
		}
		return nil
	})
	return out, err
}
