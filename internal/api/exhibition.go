package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pano/internal/hanging"
	"pano/internal/pano"
	"pano/storage/catalog"
)

// Exhibition is works that are shown together.
type Exhibition struct {
	ID       pano.ExhibitionID    `json:"id"`
	Code     string               `json:"code"`
	Title    string               `json:"title"`
	TitleEN  string               `json:"title_en,omitempty"`
	Venue    pano.LocationID      `json:"venue,omitempty"`
	From     *pano.Day            `json:"from,omitempty" doc:"The opening"`
	Until    *pano.Day            `json:"until,omitempty" doc:"First day on which it is over"`
	Licence  string               `json:"licence,omitempty"`
	State    pano.ExhibitionState `json:"state"`
	Note     string               `json:"note,omitempty"`
	Agency   pano.AgencyID        `json:"agency"`
	Count    int                  `json:"works_total" doc:"How many works are in its list"`
	Created  time.Time            `json:"created"`
	Updated  time.Time            `json:"updated"`
	Rev      int                  `json:"rev" doc:"Counts changes, of the list too; also the ETag"`
	Sections []Section            `json:"sections,omitempty"`
	Works    []Exhibit            `json:"works,omitempty" doc:"In their order"`
	Missing  []Missing            `json:"missing,omitempty" doc:"Before it can open"`
}

// Section is a part of an exhibition.
type Section struct {
	ID      pano.SectionID `json:"id"`
	Title   string         `json:"title"`
	TitleEN string         `json:"title_en,omitempty"`
}

// Exhibit is a work in the list of an exhibition.
type Exhibit struct {
	ID        pano.ExhibitID   `json:"id"`
	Number    int              `json:"number"`
	Section   pano.SectionID   `json:"section,omitempty"`
	Asset     pano.AssetID     `json:"asset,omitempty" doc:"Left out if the caller may not see it"`
	Item      pano.ItemID      `json:"item,omitempty"`
	Label     ExhibitLabel     `json:"label"`
	Placement pano.PlacementID `json:"placement,omitempty" doc:"Where it hangs, or is to hang"`
	Wall      string           `json:"location_code,omitempty"`
	Rev       int              `json:"rev" doc:"Of the label"`
}

// ExhibitLabel is what stands beside a work.
type ExhibitLabel struct {
	Title     string `json:"title"`
	TitleEN   string `json:"title_en,omitempty"`
	Creator   string `json:"creator,omitempty"`
	Year      string `json:"year,omitempty"`
	Technique string `json:"technique,omitempty"`
	Source    string `json:"source,omitempty"`
	Text      string `json:"text,omitempty"`
	TextEN    string `json:"text_en,omitempty"`
}

// Missing is something an exhibition lacks.
type Missing struct {
	Code  string `json:"code"`
	Bad   bool   `json:"bad" doc:"It should not open so"`
	Works []int  `json:"works,omitempty" doc:"Numbers in the list"`
	Count int    `json:"count,omitempty"`
}

func exhibitionOf(s catalog.Show) Exhibition {
	e := s.Exhibition
	return Exhibition{ID: e.ID, Code: e.Code, Title: e.Title, TitleEN: e.TitleEN, Venue: e.Venue, From: dayOrNil(e.Days.From), Until: dayOrNil(e.Days.Until), Licence: e.Licence,
		State: e.State, Note: e.Note, Agency: e.Agency, Count: s.Works, Created: e.Created.UTC(), Updated: e.Updated.UTC(), Rev: e.Rev}
}

func exhibit(x catalog.Shown) Exhibit {
	l := x.Label
	out := Exhibit{ID: x.ID, Number: x.N, Section: x.Section, Item: x.Item, Placement: x.Placement, Wall: x.WallCode, Rev: x.Rev,
		Label: ExhibitLabel{l.Title, l.TitleEN, l.Creator, l.Year, l.Technique, l.Source, l.Text, l.TextEN}}
	if x.Seen {
		out.Asset = x.Asset
	}
	return out
}

type exhibitionAnswer struct {
	ETag string `header:"ETag"`
	Body Exhibition
}

type exhibitionList struct {
	Body struct {
		Items []Exhibition      `json:"items"`
		Next  pano.ExhibitionID `json:"next,omitempty"`
	}
}

// ExhibitionPath names an exhibition.
type ExhibitionPath struct {
	ID pano.ExhibitionID `path:"id" maxLength:"26"`
}

// ExhibitPath names a work in the list of an exhibition.
type ExhibitPath struct {
	ExhibitionPath
	Work pano.ExhibitID `path:"work" maxLength:"26"`
}

type listExhibitions struct {
	Q      string               `query:"q" maxLength:"500"`
	State  pano.ExhibitionState `query:"state" enum:"idea,dossier,licensed,building,open,closed,dismantled"`
	Cursor pano.ExhibitionID    `query:"cursor" maxLength:"26"`
	Limit  int                  `query:"limit" minimum:"0" maximum:"200"`
}

type addExhibition struct {
	Body struct {
		Code    string          `json:"code"`
		Title   string          `json:"title"`
		TitleEN string          `json:"title_en,omitempty"`
		Venue   pano.LocationID `json:"venue,omitempty" doc:"Id or code"`
		From    string          `json:"from,omitempty" format:"date"`
		Until   string          `json:"until,omitempty" format:"date" doc:"First day on which it is over"`
		Licence string          `json:"licence,omitempty"`
		Note    string          `json:"note,omitempty"`
		Agency  pano.AgencyID   `json:"agency,omitempty" doc:"The caller's own without it"`
	}
}

type editExhibition struct {
	ExhibitionPath
	IfMatch string `header:"If-Match"`
	Body    struct {
		Code    *string               `json:"code,omitempty"`
		Title   *string               `json:"title,omitempty"`
		TitleEN *string               `json:"title_en,omitempty"`
		Venue   *pano.LocationID      `json:"venue,omitempty" doc:"Id or code"`
		From    *string               `json:"from,omitempty" format:"date"`
		Until   *string               `json:"until,omitempty" format:"date"`
		Licence *string               `json:"licence,omitempty"`
		Note    *string               `json:"note,omitempty"`
		State   *pano.ExhibitionState `json:"state,omitempty" enum:"idea,dossier,licensed,building,open,closed,dismantled" doc:"The next one, or one back. Send it alone"`
	}
}

type addExhibits struct {
	ExhibitionPath
	Body struct {
		Assets  []pano.AssetID `json:"assets,omitempty" maxItems:"500"`
		Items   []pano.ItemID  `json:"items,omitempty" maxItems:"500"`
		Section pano.SectionID `json:"section,omitempty" doc:"The last one without it"`
	}
}

type orderExhibits struct {
	ExhibitionPath
	IfMatch string `header:"If-Match"`
	Body    struct {
		Works []Slot `json:"works" maxItems:"2000" doc:"Every work of the list, once"`
	}
}

// Slot is where a work stands in the list.
type Slot struct {
	ID      pano.ExhibitID `json:"id"`
	Section pano.SectionID `json:"section,omitempty"`
}

type editLabel struct {
	ExhibitPath
	IfMatch string `header:"If-Match" doc:"The revision of the label"`
	Body    ExhibitLabel
}

type addSection struct {
	ExhibitionPath
	Body struct {
		Title   string `json:"title"`
		TitleEN string `json:"title_en,omitempty"`
	}
}

func (s *site) exhibitions() {
	add(s, huma.Operation{OperationID: "list-exhibitions", Method: http.MethodGet, Path: "/exhibitions", Summary: "Find exhibitions, the last to open first"}, pano.ExhibitionSee, s.listExhibitions)
	add(s, huma.Operation{OperationID: "add-exhibition", Method: http.MethodPost, Path: "/exhibitions", Summary: "Add an exhibition", DefaultStatus: 201}, pano.ExhibitionEdit, s.addExhibition)
	add(s, huma.Operation{OperationID: "get-exhibition", Method: http.MethodGet, Path: "/exhibitions/{id}", Summary: "An exhibition, its works, and what is missing before it opens"}, pano.ExhibitionSee,
		func(ctx context.Context, who pano.Actor, in *ExhibitionPath) (*exhibitionAnswer, error) {
			return s.exhibition(ctx, who, in.ID)
		})
	add(s, huma.Operation{OperationID: "edit-exhibition", Method: http.MethodPatch, Path: "/exhibitions/{id}", Summary: "Change an exhibition, or move it on",
		Description: "If-Match says which revision was read."}, pano.ExhibitionEdit, s.editExhibition)
	add(s, huma.Operation{OperationID: "add-section", Method: http.MethodPost, Path: "/exhibitions/{id}/sections", Summary: "Add a section", DefaultStatus: 201}, pano.ExhibitionEdit,
		func(ctx context.Context, who pano.Actor, in *addSection) (*exhibitionAnswer, error) {
			if _, err := s.Hanging.AddSection(ctx, who, pano.Section{Exhibition: in.ID, Title: in.Body.Title, TitleEN: in.Body.TitleEN}); err != nil {
				return nil, err
			}
			return s.exhibition(ctx, who, in.ID)
		})
	add(s, huma.Operation{OperationID: "add-exhibits", Method: http.MethodPost, Path: "/exhibitions/{id}/works", Summary: "Put artworks and items into the list", DefaultStatus: 201}, pano.ExhibitionEdit,
		func(ctx context.Context, who pano.Actor, in *addExhibits) (*exhibitionAnswer, error) {
			if _, err := s.Hanging.AddExhibits(ctx, who, in.ID, in.Body.Section, in.Body.Assets, in.Body.Items); err != nil {
				return nil, err
			}
			return s.exhibition(ctx, who, in.ID)
		})
	add(s, huma.Operation{OperationID: "order-exhibits", Method: http.MethodPut, Path: "/exhibitions/{id}/works", Summary: "Put the list in order",
		Description: "If-Match says which revision was read; 412 if the list changed since."}, pano.ExhibitionEdit, s.orderExhibits)
	add(s, huma.Operation{OperationID: "edit-label", Method: http.MethodPut, Path: "/exhibitions/{id}/works/{work}/label", Summary: "Write the label of a work"}, pano.ExhibitionEdit, s.editLabel)
	add(s, huma.Operation{OperationID: "remove-exhibit", Method: http.MethodDelete, Path: "/exhibitions/{id}/works/{work}", Summary: "Take a work off the list",
		Description: "409 while it is placed."}, pano.ExhibitionEdit,
		func(ctx context.Context, who pano.Actor, in *ExhibitPath) (*struct{}, error) {
			_, err := s.Hanging.RemoveExhibit(ctx, who, in.Work)
			return nil, err
		})
}

func (s *site) listExhibitions(ctx context.Context, who pano.Actor, in *listExhibitions) (*exhibitionList, error) {
	out := &exhibitionList{}
	out.Body.Items = []Exhibition{}
	err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
		all, more, err := tx.Shows(ctx, who.Reach(pano.ExhibitionSee), catalog.ShowQuery{Text: in.Q, State: in.State, After: in.Cursor, Limit: in.Limit})
		for _, e := range all {
			out.Body.Items = append(out.Body.Items, exhibitionOf(e))
		}
		if more {
			out.Body.Next = all[len(all)-1].ID
		}
		return err
	})
	return out, err
}

// exhibition is one with its works.
func (s *site) exhibition(ctx context.Context, who pano.Actor, id pano.ExhibitionID) (*exhibitionAnswer, error) {
	var out exhibitionAnswer
	err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
		e, err := tx.Show(ctx, id)
		if err == nil && who.May(pano.ExhibitionSee, e.Resource()) != nil {
			err = pano.NotFound("exhibition.none")
		}
		if err != nil {
			return err
		}
		out = exhibitionAnswer{etag(e.Rev), exhibitionOf(e)}
		sections, err := tx.Sections(ctx, id)
		if err != nil {
			return err
		}
		for _, x := range sections {
			out.Body.Sections = append(out.Body.Sections, Section{x.ID, x.Title, x.TitleEN})
		}
		works, err := tx.Exhibits(ctx, who.Reach(pano.AssetSee), id)
		if err != nil {
			return err
		}
		for _, x := range works {
			out.Body.Works = append(out.Body.Works, exhibit(x))
		}
		missing, err := hanging.Concerns(ctx, tx, e.Exhibition, works)
		for _, c := range missing {
			out.Body.Missing = append(out.Body.Missing, Missing{c.Key, c.Bad, c.Of, c.Many})
		}
		return err
	})
	return &out, err
}

func (s *site) addExhibition(ctx context.Context, who pano.Actor, in *addExhibition) (*exhibitionAnswer, error) {
	b := in.Body
	e := pano.Exhibition{Code: b.Code, Title: b.Title, TitleEN: b.TitleEN, Licence: b.Licence, Note: b.Note, Agency: b.Agency}
	if err := days(day{"from", &e.Days.From, &b.From}, day{"until", &e.Days.Until, &b.Until}); err != nil {
		return nil, err
	}
	if err := s.venue(ctx, who, &e, &b.Venue); err != nil {
		return nil, err
	}
	e, err := s.Hanging.AddExhibition(ctx, who, e)
	if err != nil {
		return nil, err
	}
	return s.exhibition(ctx, who, e.ID)
}

// venue sets the place that is named by id or code, if one is.
func (s *site) venue(ctx context.Context, who pano.Actor, e *pano.Exhibition, named *pano.LocationID) error {
	if named == nil {
		return nil
	}
	if e.Venue = ""; *named == "" {
		return nil
	}
	l, err := s.location(ctx, who, *named)
	if pano.KindOf(err) == pano.KindNotFound {
		err = pano.Invalid("exhibition.no_such_venue").At("venue")
	}
	e.Venue = l.ID
	return err
}

func (s *site) editExhibition(ctx context.Context, who pano.Actor, in *editExhibition) (*exhibitionAnswer, error) {
	rev, err := revision(in.IfMatch)
	if err != nil {
		return nil, err
	}
	var e pano.Exhibition
	if err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
		e, err = tx.Exhibition(ctx, in.ID)
		return err
	}); err != nil {
		return nil, err
	}
	b := in.Body
	if b.State != nil && *b.State != e.State {
		if _, err := s.Hanging.AdvanceExhibition(ctx, who, in.ID, rev, *b.State); err != nil {
			return nil, err
		}
		return s.exhibition(ctx, who, in.ID)
	}
	set(&e.Code, b.Code)
	set(&e.Title, b.Title)
	set(&e.TitleEN, b.TitleEN)
	set(&e.Licence, b.Licence)
	set(&e.Note, b.Note)
	if err := days(day{"from", &e.Days.From, b.From}, day{"until", &e.Days.Until, b.Until}); err != nil {
		return nil, err
	}
	if err := s.venue(ctx, who, &e, b.Venue); err != nil {
		return nil, err
	}
	e.Rev = rev
	if _, err := s.Hanging.EditExhibition(ctx, who, e); err != nil {
		return nil, err
	}
	return s.exhibition(ctx, who, in.ID)
}

func (s *site) orderExhibits(ctx context.Context, who pano.Actor, in *orderExhibits) (*exhibitionAnswer, error) {
	rev, err := revision(in.IfMatch)
	if err != nil {
		return nil, err
	}
	var list []pano.Slot
	for _, w := range in.Body.Works {
		list = append(list, pano.Slot{Exhibit: w.ID, Section: w.Section})
	}
	if err := s.Hanging.OrderExhibits(ctx, who, in.ID, rev, list); err != nil {
		return nil, err
	}
	return s.exhibition(ctx, who, in.ID)
}

func (s *site) editLabel(ctx context.Context, who pano.Actor, in *editLabel) (*exhibitionAnswer, error) {
	rev, err := revision(in.IfMatch)
	if err != nil {
		return nil, err
	}
	b := in.Body
	x := pano.Exhibit{ID: in.Work, Rev: rev, Label: pano.Label{Title: b.Title, TitleEN: b.TitleEN, Creator: b.Creator, Year: b.Year, Technique: b.Technique, Source: b.Source, Text: b.Text, TextEN: b.TextEN}}
	if _, err := s.Hanging.EditLabel(ctx, who, x); err != nil {
		return nil, err
	}
	return s.exhibition(ctx, who, in.ID)
}
