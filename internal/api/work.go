package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// Work is a work order: one kind of work at some placements, for one crew, by one day.
type Work struct {
	ID       pano.WorkID     `json:"id"`
	Code     string          `json:"code" example:"PV-2026-0001"`
	Kind     pano.WorkKind   `json:"kind" enum:"install,repair,remove,inspect"`
	State    pano.WorkState  `json:"state" enum:"open,assigned,under_way,done,cancelled"`
	Agency   pano.AgencyID   `json:"agency" doc:"Whose placements these are"`
	Campaign pano.CampaignID `json:"campaign,omitempty"`
	Area     string          `json:"area_code,omitempty" doc:"Of the outermost place around them; left out if there are several"`
	Due      pano.Day        `json:"due" doc:"The last day on which it is in time"`
	Late     bool            `json:"late"`
	Crew     pano.CrewID     `json:"crew,omitempty"`
	Person   pano.UserID     `json:"person,omitempty"`
	Whose    string          `json:"whose,omitempty" doc:"Name of the crew or the person"`
	Note     string          `json:"note,omitempty"`
	Reason   string          `json:"reason,omitempty" doc:"Why it was cancelled; work.nothing_left if none of its placements wanted it any more"`
	Auto     bool            `json:"auto" doc:"Made by itself"`
	Total    int             `json:"total" doc:"Placements"`
	Done     int             `json:"done"`
	Created  time.Time       `json:"created"`
	Ended    *time.Time      `json:"ended,omitempty"`
	Ender    pano.UserID     `json:"ended_by,omitempty"`
	Rev      int             `json:"rev" doc:"Counts changes; also the ETag"`
	Lines    []WorkLine      `json:"lines,omitempty"`
}

// WorkLine is a placement of a work order.
type WorkLine struct {
	Placement Placement      `json:"placement"`
	State     pano.LineState `json:"state" enum:"todo,done,dropped"`
	Address   string         `json:"address,omitempty"`
	Lat       *float64       `json:"lat,omitempty" doc:"Degrees, WGS 84, of the place or of what it stands in"`
	Lon       *float64       `json:"lon,omitempty"`
}

func work(x catalog.Errand, today pano.Day) Work {
	w := Work{ID: x.ID, Code: x.Code, Kind: x.Kind, State: x.State, Agency: x.Agency, Campaign: x.Campaign, Area: x.Area, Due: x.Due, Late: x.Late(today),
		Crew: x.Crew, Person: x.Person, Whose: x.CrewName, Note: x.Note, Reason: x.Reason, Auto: x.Auto, Total: x.Total, Done: x.Done,
		Created: x.Created.UTC(), Ender: x.Ender, Rev: x.Rev}
	if !x.Ended.IsZero() {
		utc := x.Ended.UTC()
		w.Ended = &utc
	}
	return w
}

type workAnswer struct {
	ETag string `header:"ETag"`
	Body Work
}

type workList struct {
	Body struct {
		Items []Work `json:"items"`
		Total int    `json:"total" doc:"On all pages"`
		Next  string `json:"next,omitempty"`
	}
}

// WorkPath names a work order.
type WorkPath struct {
	ID string `path:"id" maxLength:"26" doc:"Id or code"`
}

type listWorks struct {
	Kind     string          `query:"kind" enum:"install,repair,remove,inspect"`
	State    string          `query:"state" enum:"open,assigned,under_way,done,cancelled" doc:"Those that live without it"`
	Crew     pano.CrewID     `query:"crew" maxLength:"26"`
	Person   pano.UserID     `query:"person" maxLength:"26"`
	Mine     bool            `query:"mine" doc:"Those given to the caller, alone or in a crew"`
	Late     bool            `query:"late" doc:"Those whose day is over"`
	Campaign pano.CampaignID `query:"campaign" maxLength:"40" doc:"Id or code"`
	Cursor   string          `query:"cursor" maxLength:"60"`
	Limit    int             `query:"limit" minimum:"0" maximum:"200"`
}

type addWork struct {
	Body struct {
		Kind       pano.WorkKind      `json:"kind" enum:"install,repair,remove,inspect"`
		Due        string             `json:"due" format:"date"`
		Placements []pano.PlacementID `json:"placements" minItems:"1" maxItems:"200"`
		Crew       pano.CrewID        `json:"crew,omitempty"`
		Person     pano.UserID        `json:"person,omitempty"`
		Note       string             `json:"note,omitempty"`
	}
}

type editWork struct {
	WorkPath
	IfMatch string `header:"If-Match"`
	Body    struct {
		Due  *string `json:"due,omitempty" format:"date"`
		Note *string `json:"note,omitempty"`
	}
}

type assignWorks struct {
	Body struct {
		Works  []pano.WorkID `json:"works" minItems:"1" maxItems:"200"`
		Crew   pano.CrewID   `json:"crew,omitempty"`
		Person pano.UserID   `json:"person,omitempty" doc:"An installer. Nobody's again without crew and person"`
	}
}

type assigned struct {
	Body struct {
		Changed int `json:"changed" doc:"How many changed hands"`
	}
}

type cancelWork struct {
	WorkPath
	Body struct {
		Reason string `json:"reason"`
	}
}

// Crew is who goes out together.
type Crew struct {
	ID      pano.CrewID   `json:"id"`
	Agency  pano.AgencyID `json:"agency"`
	Name    string        `json:"name"`
	Phone   string        `json:"phone,omitempty"`
	Members []pano.UserID `json:"members"`
	Closed  bool          `json:"closed"`
	Rev     int           `json:"rev" doc:"Counts changes; also the ETag"`
}

func crew(c pano.Crew) Crew {
	return Crew{c.ID, c.Agency, c.Name, c.Phone, slices.Concat([]pano.UserID{}, c.Members), c.Closed, c.Rev}
}

type crewAnswer struct {
	ETag string `header:"ETag"`
	Body Crew
}

type crewList struct {
	Body struct {
		Items []Crew `json:"items"`
	}
}

type addCrew struct {
	Body struct {
		Agency  pano.AgencyID `json:"agency"`
		Name    string        `json:"name"`
		Phone   string        `json:"phone,omitempty"`
		Members []pano.UserID `json:"members,omitempty" doc:"Installers"`
	}
}

type editCrew struct {
	ID      pano.CrewID `path:"id" maxLength:"26"`
	IfMatch string      `header:"If-Match"`
	Body    struct {
		Name    *string        `json:"name,omitempty"`
		Phone   *string        `json:"phone,omitempty"`
		Members *[]pano.UserID `json:"members,omitempty"`
		Closed  *bool          `json:"closed,omitempty"`
	}
}

func (s *site) works() {
	add(s, huma.Operation{OperationID: "list-work-orders", Method: http.MethodGet, Path: "/work", Summary: "Work orders: those that live by their day, those that are over by their end"}, pano.WorkSee, s.listWorks)
	add(s, huma.Operation{OperationID: "add-work-order", Method: http.MethodPost, Path: "/work", Summary: "Send a crew out", DefaultStatus: 201,
		Description: "Orders to install, to repair and to remove make themselves. A placement stands in one live order of a kind."}, pano.WorkPlan, s.addWork)
	add(s, huma.Operation{OperationID: "get-work-order", Method: http.MethodGet, Path: "/work/{id}", Summary: "A work order with its placements"}, pano.WorkSee,
		func(ctx context.Context, who pano.Actor, in *WorkPath) (*workAnswer, error) {
			return s.answerWork(ctx, who, in.ID)
		})
	add(s, huma.Operation{OperationID: "edit-work-order", Method: http.MethodPatch, Path: "/work/{id}", Summary: "Change the day or the note of a work order"}, pano.WorkPlan, s.editWork)
	add(s, huma.Operation{OperationID: "assign-work-orders", Method: http.MethodPost, Path: "/work/assign", Summary: "Give work orders to a crew or to one person"}, pano.WorkPlan,
		func(ctx context.Context, who pano.Actor, in *assignWorks) (out *assigned, err error) {
			out = &assigned{}
			out.Body.Changed, err = s.Hanging.Assign(ctx, who, in.Body.Crew, in.Body.Person, in.Body.Works...)
			return out, err
		})
	add(s, huma.Operation{OperationID: "start-work-order", Method: http.MethodPost, Path: "/work/{id}/start", Summary: "Somebody went out for it"}, pano.WorkMark,
		func(ctx context.Context, who pano.Actor, in *WorkPath) (*workAnswer, error) {
			if err := s.Hanging.StartWork(ctx, who, pano.WorkID(in.ID)); err != nil {
				return nil, err
			}
			return s.answerWork(ctx, who, in.ID)
		})
	add(s, huma.Operation{OperationID: "cancel-work-order", Method: http.MethodPost, Path: "/work/{id}/cancel", Summary: "End a work order for a reason"}, pano.WorkPlan,
		func(ctx context.Context, who pano.Actor, in *cancelWork) (*workAnswer, error) {
			if err := s.Hanging.CancelWork(ctx, who, pano.WorkID(in.ID), in.Body.Reason); err != nil {
				return nil, err
			}
			return s.answerWork(ctx, who, in.ID)
		})
	add(s, huma.Operation{OperationID: "list-crews", Method: http.MethodGet, Path: "/crews", Summary: "The crews that the caller may send out"}, pano.WorkPlan, s.listCrews)
	add(s, huma.Operation{OperationID: "add-crew", Method: http.MethodPost, Path: "/crews", Summary: "Add a crew", DefaultStatus: 201}, pano.WorkPlan,
		func(ctx context.Context, who pano.Actor, in *addCrew) (*crewAnswer, error) {
			b := in.Body
			return answerCrew(s.Hanging.KeepCrew(ctx, who, pano.Crew{Agency: b.Agency, Name: b.Name, Phone: b.Phone, Members: b.Members}))
		})
	add(s, huma.Operation{OperationID: "edit-crew", Method: http.MethodPatch, Path: "/crews/{id}", Summary: "Change a crew"}, pano.WorkPlan, s.editCrew)
}

func (s *site) listWorks(ctx context.Context, who pano.Actor, in *listWorks) (*workList, error) {
	q := catalog.WorkQuery{Kind: pano.WorkKind(in.Kind), State: pano.WorkState(in.State), Crew: in.Crew, Person: in.Person, Campaign: in.Campaign, After: in.Cursor, Limit: in.Limit}
	if in.Mine {
		q.Hand = who.ID
	}
	out := &workList{}
	out.Body.Items = []Work{}
	err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
		today := pano.DayOf(tx.Now)
		if in.Late {
			q.Until = today
		}
		if in.Campaign != "" {
			c, err := tx.Campaign(ctx, string(in.Campaign))
			if err != nil {
				return err
			}
			q.Campaign = c.ID
		}
		page, err := tx.Works(ctx, who.Reach(pano.WorkSee), q)
		out.Body.Total, out.Body.Next = page.Total, page.Next
		for _, x := range page.Errands {
			out.Body.Items = append(out.Body.Items, work(x, today))
		}
		return err
	})
	return out, err
}

// answerWork reads an order as the caller may see it.
func (s *site) answerWork(ctx context.Context, who pano.Actor, id string) (*workAnswer, error) {
	out := &workAnswer{}
	err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
		x, err := tx.Errand(ctx, id)
		if err != nil {
			return err
		}
		if who.May(pano.WorkSee, x.Resource()) != nil {
			return pano.NotFound("work.none")
		}
		lines, err := tx.WorkLines(ctx, who.Reach(pano.AssetSee), x.ID)
		out.ETag, out.Body = etag(x.Rev), work(x, pano.DayOf(tx.Now))
		for _, l := range lines {
			line := WorkLine{Placement: placement(l.Hanging), State: l.Line, Address: l.Address}
			if l.Located {
				line.Lat, line.Lon = &l.Lat, &l.Lon
			}
			out.Body.Lines = append(out.Body.Lines, line)
		}
		return err
	})
	return out, err
}

func (s *site) addWork(ctx context.Context, who pano.Actor, in *addWork) (*workAnswer, error) {
	b := in.Body
	w := pano.Work{Kind: b.Kind, Crew: b.Crew, Person: b.Person, Note: b.Note}
	if err := days(day{"due", &w.Due, &b.Due}); err != nil {
		return nil, err
	}
	w, err := s.Hanging.AddWork(ctx, who, w, b.Placements...)
	if err != nil {
		return nil, err
	}
	return s.answerWork(ctx, who, string(w.ID))
}

func (s *site) editWork(ctx context.Context, who pano.Actor, in *editWork) (*workAnswer, error) {
	rev, err := revision(in.IfMatch)
	if err != nil {
		return nil, err
	}
	present, err := s.answerWork(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	w := pano.Work{ID: present.Body.ID, Due: present.Body.Due, Note: present.Body.Note, Rev: rev}
	if err := days(day{"due", &w.Due, in.Body.Due}); err != nil {
		return nil, err
	}
	set(&w.Note, in.Body.Note)
	if err := s.Hanging.EditWork(ctx, who, w); err != nil {
		return nil, err
	}
	return s.answerWork(ctx, who, in.ID)
}

func (s *site) listCrews(ctx context.Context, who pano.Actor, _ *none) (*crewList, error) {
	out := &crewList{}
	out.Body.Items = []Crew{}
	err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
		all, err := tx.Crews(ctx, who.Reach(pano.WorkPlan))
		for _, c := range all {
			out.Body.Items = append(out.Body.Items, crew(c))
		}
		return err
	})
	return out, err
}

func answerCrew(c pano.Crew, err error) (*crewAnswer, error) {
	if err != nil {
		return nil, err
	}
	return &crewAnswer{etag(c.Rev), crew(c)}, nil
}

func (s *site) editCrew(ctx context.Context, who pano.Actor, in *editCrew) (*crewAnswer, error) {
	rev, err := revision(in.IfMatch)
	if err != nil {
		return nil, err
	}
	var c pano.Crew
	err = s.DB.Read(ctx, func(tx *catalog.Tx) error {
		c, err = tx.Crew(ctx, in.ID)
		if err == nil && !who.Reach(pano.WorkPlan).Has(c.Resource()) {
			err = pano.NotFound("crew.none")
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	c.Rev = rev
	set(&c.Name, in.Body.Name)
	set(&c.Phone, in.Body.Phone)
	set(&c.Members, in.Body.Members)
	set(&c.Closed, in.Body.Closed)
	return answerCrew(s.Hanging.KeepCrew(ctx, who, c))
}
