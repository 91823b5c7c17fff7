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

// Item is a physical piece, and where it is.
type Item struct {
	ID        pano.ItemID        `json:"id"`
	Code      string             `json:"code" doc:"Printed as a QR code; no place has the same"`
	Title     string             `json:"title"`
	Asset     pano.AssetID       `json:"asset,omitempty" doc:"What is on it; left out if the caller may not see it"`
	Version   pano.VersionID     `json:"version,omitempty" doc:"The bytes that were printed"`
	Material  string             `json:"material,omitempty"`
	WidthMM   pano.MM            `json:"width_mm,omitempty"`
	HeightMM  pano.MM            `json:"height_mm,omitempty"`
	Condition pano.ItemCondition `json:"condition"`
	Note      string             `json:"note,omitempty"`
	Agency    pano.AgencyID      `json:"agency" doc:"The owner"`
	Location  pano.LocationID    `json:"location" doc:"Where it is: where its last movement took it"`
	Place     string             `json:"location_code"`
	Since     time.Time          `json:"since" doc:"It is there"`
	Latest    pano.MovementID    `json:"latest" doc:"Its last movement; to be sent by who moves it on"`
	Created   time.Time          `json:"created"`
	Updated   time.Time          `json:"updated"`
	Rev       int                `json:"rev" doc:"Counts changes, moves apart; also the ETag"`
}

func itemOf(p catalog.Piece) Item {
	out := Item{ID: p.ID, Code: p.Code, Title: p.Title, Material: p.Material, WidthMM: p.Width, HeightMM: p.Height, Condition: p.Condition, Note: p.Note,
		Agency: p.Agency, Location: p.Place, Place: p.PlaceCode, Since: p.Since.UTC(), Latest: p.Latest, Created: p.Created.UTC(), Updated: p.Updated.UTC(), Rev: p.Rev}
	if p.Seen {
		out.Asset, out.Version = p.Asset, p.Version
	}
	return out
}

// Movement is one way of an item.
type Movement struct {
	ID         pano.MovementID `json:"id"`
	Batch      pano.BatchID    `json:"batch" doc:"Those of one act have the same"`
	Item       pano.ItemID     `json:"item"`
	From       pano.LocationID `json:"from,omitempty" doc:"Left out of the first"`
	To         pano.LocationID `json:"to"`
	At         time.Time       `json:"at"`
	By         string          `json:"by" doc:"Name of who recorded it"`
	Authorised string          `json:"authorised" doc:"Name of who said that it may"`
	Reason     string          `json:"reason"`
	Undoes     pano.BatchID    `json:"undoes,omitempty" doc:"The act that it takes back"`
}

func movement(t catalog.Trip) Movement {
	return Movement{t.ID, t.Batch, t.Item, t.From, t.To, t.At.UTC(), t.ByName, t.Authorised, t.Reason, t.Undoes}
}

// Mover is who moved an item before the caller could.
type Mover struct {
	Item   pano.ItemID     `json:"item"`
	Code   string          `json:"code"`
	To     pano.LocationID `json:"to"`
	By     string          `json:"by"`
	At     time.Time       `json:"at"`
	Latest pano.MovementID `json:"latest" doc:"To be sent by who moves it all the same"`
}

// mover is for the “by” of a problem; nil if nobody moved anything.
func mover(err error) any {
	if m, ok := errors.AsType[catalog.MovedSince](err); ok {
		return Mover{m.By.Item, m.By.Code, m.By.To, m.By.ByName, m.By.At.UTC(), m.By.ID}
	}
	return nil
}

type itemAnswer struct {
	ETag string `header:"ETag"`
	Body Item
}

// ItemPath names an item, by id or code.
type ItemPath struct {
	ID pano.ItemID `path:"id" maxLength:"40"`
}

type itemList struct {
	Body struct {
		Items []Item `json:"items"`
		Total int    `json:"total"`
		Next  string `json:"next,omitempty"`
	}
}

type listItems struct {
	Q         string             `query:"q" maxLength:"500" doc:"Words of code, name, material or note; accents do not matter"`
	Location  pano.LocationID    `query:"location" doc:"Id or code: in this place, or in one inside it"`
	Condition pano.ItemCondition `query:"condition" enum:"good,worn,damaged,lost,gone"`
	Asset     pano.AssetID       `query:"asset"`
	Agency    pano.AgencyID      `query:"agency"`
	Cursor    string             `query:"cursor" maxLength:"200"`
	Limit     int                `query:"limit" minimum:"0" maximum:"200"`
}

type addItem struct {
	Body struct {
		Code       string             `json:"code,omitempty" doc:"Pano makes one without it"`
		Title      string             `json:"title,omitempty" doc:"That of the asset without it; so are size and material"`
		Asset      pano.AssetID       `json:"asset,omitempty"`
		Material   string             `json:"material,omitempty"`
		WidthMM    pano.MM            `json:"width_mm,omitempty"`
		HeightMM   pano.MM            `json:"height_mm,omitempty"`
		Condition  pano.ItemCondition `json:"condition,omitempty" enum:"good,worn,damaged,lost,gone"`
		Note       string             `json:"note,omitempty"`
		Agency     pano.AgencyID      `json:"agency,omitempty" doc:"The caller's own without it"`
		Location   pano.LocationID    `json:"location" doc:"Id or code of where it comes to"`
		Reason     string             `json:"reason,omitempty" doc:"Why it comes there"`
		Authorised string             `json:"authorised,omitempty" doc:"Who said so; the caller without it"`
		Count      int                `json:"count,omitempty" minimum:"1" maximum:"100" default:"1" doc:"That many alike, each with a code of its own"`
	}
}

type editItem struct {
	ItemPath
	IfMatch string `header:"If-Match"`
	Body    struct {
		Code      *string             `json:"code,omitempty"`
		Title     *string             `json:"title,omitempty"`
		Asset     *pano.AssetID       `json:"asset,omitempty"`
		Material  *string             `json:"material,omitempty"`
		WidthMM   *pano.MM            `json:"width_mm,omitempty"`
		HeightMM  *pano.MM            `json:"height_mm,omitempty"`
		Condition *pano.ItemCondition `json:"condition,omitempty" enum:"good,worn,damaged,lost,gone"`
		Note      *string             `json:"note,omitempty"`
	}
}

type moveItem struct {
	ItemPath
	Body struct {
		MoveTo
		Latest pano.MovementID `json:"latest" doc:"The item's last movement, as it was read"`
	}
}

// MoveTo is where things are moved, why, and who said so.
type MoveTo struct {
	To         pano.LocationID `json:"to" doc:"Id or code"`
	Reason     string          `json:"reason"`
	Authorised string          `json:"authorised,omitempty" doc:"Name of who said that it may; the caller without it"`
}

// Carried is one of the items that are moved together.
type Carried struct {
	Item   pano.ItemID     `json:"item"`
	Latest pano.MovementID `json:"latest" doc:"Its last movement, as it was read"`
}

type moveItems struct {
	Body struct {
		MoveTo
		Items []Carried `json:"items" minItems:"1" maxItems:"500"`
	}
}

type movementList struct {
	Body struct {
		Items []Movement `json:"items"`
		Next  string     `json:"next,omitempty"`
	}
}

type listMovements struct {
	ItemPath
	Cursor string `query:"cursor" maxLength:"20"`
	Limit  int    `query:"limit" minimum:"0" maximum:"200"`
}

type undoMove struct {
	Batch pano.BatchID `path:"batch" maxLength:"26"`
}

func (s *site) items() {
	add(s, huma.Operation{OperationID: "list-items", Method: http.MethodGet, Path: "/items", Summary: "Find physical pieces"}, pano.ItemSee, s.listItems)
	add(s, huma.Operation{OperationID: "add-items", Method: http.MethodPost, Path: "/items", Summary: "Add physical pieces", DefaultStatus: 201}, pano.ItemEdit, s.addItems)
	add(s, huma.Operation{OperationID: "get-item", Method: http.MethodGet, Path: "/items/{id}", Summary: "A physical piece, by id or code"}, pano.ItemSee,
		func(ctx context.Context, who pano.Actor, in *ItemPath) (*itemAnswer, error) {
			p, err := s.item(ctx, who, in.ID)
			return &itemAnswer{etag(p.Rev), itemOf(p)}, err
		})
	add(s, huma.Operation{OperationID: "edit-item", Method: http.MethodPatch, Path: "/items/{id}", Summary: "Change what is said of a physical piece",
		Description: "If-Match says which revision was read. Where it is only a move changes."}, pano.ItemEdit, s.editItem)
	add(s, huma.Operation{OperationID: "list-movements", Method: http.MethodGet, Path: "/items/{id}/movements", Summary: "Where a physical piece has been, newest first"}, pano.ItemSee, s.listMovements)
	add(s, huma.Operation{OperationID: "move-item", Method: http.MethodPost, Path: "/items/{id}/move", Summary: "Move a physical piece",
		Description: "409 tells by “by” who moved it since."}, pano.ItemMove, s.moveItem)
	add(s, huma.Operation{OperationID: "move-items", Method: http.MethodPost, Path: "/items/move", Summary: "Move many, all of them or none",
		Description: "409 tells by “by” who moved one of them since."}, pano.ItemMove, s.moveItems)
	add(s, huma.Operation{OperationID: "undo-move", Method: http.MethodPost, Path: "/items/moves/{batch}/undo", Summary: "Take a move back, by another one",
		Description: "409 if one of them was moved since; then none goes back."}, pano.ItemMove, s.undoMove)
}

// item finds an item by id or code.
func (s *site) item(ctx context.Context, who pano.Actor, id pano.ItemID) (p catalog.Piece, err error) {
	err = s.DB.Read(ctx, func(tx *catalog.Tx) error {
		see := who.Reach(pano.AssetSee)
		p, err = tx.Item(ctx, see, id)
		if pano.KindOf(err) == pano.KindNotFound {
			p, err = tx.ItemByCode(ctx, see, string(id))
		}
		if err != nil {
			return err
		}
		if who.May(pano.ItemSee, p.Resource()) != nil {
			return pano.NotFound("item.none")
		}
		return nil
	})
	return p, err
}

func (s *site) listItems(ctx context.Context, who pano.Actor, in *listItems) (*itemList, error) {
	q := catalog.ItemQuery{Text: in.Q, Asset: in.Asset, Agency: in.Agency, After: in.Cursor, Limit: in.Limit}
	if in.Condition != "" {
		q.Conditions = []pano.ItemCondition{in.Condition}
	}
	if in.Location != "" {
		l, err := s.location(ctx, who, in.Location)
		if err != nil {
			return nil, err
		}
		q.Within = l.ID
	}
	out := &itemList{}
	out.Body.Items = []Item{}
	err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
		see := who.Reach(pano.AssetSee)
		if in.Asset != "" { // what is on an item is not told to who may not see it
			a, err := tx.Asset(ctx, in.Asset)
			if err != nil {
				return err
			}
			if err := who.May(pano.AssetSee, a.Resource()); err != nil {
				return err
			}
		}
		page, err := tx.Items(ctx, who.Reach(pano.ItemSee), see, q)
		out.Body.Total, out.Body.Next = page.Total, page.Next
		for _, p := range page.Items {
			out.Body.Items = append(out.Body.Items, itemOf(p))
		}
		return err
	})
	return out, err
}

func (s *site) addItems(ctx context.Context, who pano.Actor, in *addItem) (*itemList, error) {
	b := in.Body
	to, err := s.target(ctx, who, b.Location, "location")
	if err != nil {
		return nil, err
	}
	i := pano.Item{Code: b.Code, Title: b.Title, Asset: b.Asset, Material: b.Material, Width: b.WidthMM, Height: b.HeightMM, Condition: b.Condition, Note: b.Note, Agency: b.Agency}
	first := pano.Movement{To: to, Reason: b.Reason, Authorised: b.Authorised}
	if first.Reason == "" {
		first.Reason = s.Words(s.Lang).Say("item.arrival_reason")
	}
	if first.Authorised == "" {
		first.Authorised = who.Name
	}
	all, err := s.Hanging.AddItems(ctx, who, i, max(b.Count, 1), first)
	if err != nil {
		return nil, err
	}
	out := &itemList{}
	out.Body.Total = len(all)
	for _, i := range all {
		p, err := s.item(ctx, who, i.ID)
		if err != nil {
			return nil, err
		}
		out.Body.Items = append(out.Body.Items, itemOf(p))
	}
	return out, nil
}

// target is the place that a field names by id or code.
func (s *site) target(ctx context.Context, who pano.Actor, id pano.LocationID, field string) (pano.LocationID, error) {
	var l pano.Location
	err := s.DB.Read(ctx, func(tx *catalog.Tx) (err error) {
		l, err = tx.Location(ctx, id)
		if pano.KindOf(err) == pano.KindNotFound {
			l, err = tx.LocationByCode(ctx, string(id))
		}
		return err
	})
	if pano.KindOf(err) == pano.KindNotFound {
		err = pano.Invalid("item.no_place").At(field).Because(err)
	}
	return l.ID, err
}

func (s *site) editItem(ctx context.Context, who pano.Actor, in *editItem) (*itemAnswer, error) {
	rev, err := revision(in.IfMatch)
	if err != nil {
		return nil, err
	}
	p, err := s.item(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	i, b := p.Item, in.Body
	set(&i.Code, b.Code)
	set(&i.Title, b.Title)
	set(&i.Asset, b.Asset)
	set(&i.Material, b.Material)
	set(&i.Width, b.WidthMM)
	set(&i.Height, b.HeightMM)
	set(&i.Condition, b.Condition)
	set(&i.Note, b.Note)
	i.Rev = rev
	if _, err := s.Hanging.EditItem(ctx, who, i); err != nil {
		return nil, err
	}
	p, err = s.item(ctx, who, i.ID)
	return &itemAnswer{etag(p.Rev), itemOf(p)}, err
}

func (s *site) listMovements(ctx context.Context, who pano.Actor, in *listMovements) (*movementList, error) {
	before := int64(0)
	if in.Cursor != "" {
		n, err := strconv.ParseInt(in.Cursor, 10, 64)
		if err != nil || n < 1 {
			return nil, pano.Invalid("request.field", "cursor").At("cursor").Because(err)
		}
		before = n
	}
	p, err := s.item(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	limit := in.Limit
	if limit == 0 {
		limit = 50
	}
	out := &movementList{}
	out.Body.Items = []Movement{}
	err = s.DB.Read(ctx, func(tx *catalog.Tx) error {
		all, err := tx.TripsOf(ctx, p.ID, before, limit)
		for _, t := range all {
			out.Body.Items = append(out.Body.Items, movement(t))
		}
		if len(all) == limit && all[limit-1].From != "" {
			out.Body.Next = strconv.FormatInt(all[limit-1].Seq(), 10)
		}
		return err
	})
	return out, err
}

func (s *site) moveItem(ctx context.Context, who pano.Actor, in *moveItem) (*movementList, error) {
	p, err := s.item(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	return s.move(ctx, who, in.Body.MoveTo, []hanging.Carried{{Item: p.ID, Seen: in.Body.Latest}})
}

func (s *site) moveItems(ctx context.Context, who pano.Actor, in *moveItems) (*movementList, error) {
	var all []hanging.Carried
	for _, i := range in.Body.Items {
		all = append(all, hanging.Carried{Item: i.Item, Seen: i.Latest})
	}
	return s.move(ctx, who, in.Body.MoveTo, all)
}

func (s *site) move(ctx context.Context, who pano.Actor, b MoveTo, all []hanging.Carried) (*movementList, error) {
	to, err := s.target(ctx, who, b.To, "to")
	if err != nil {
		return nil, err
	}
	if b.Authorised == "" {
		b.Authorised = who.Name
	}
	batch, err := s.Hanging.Move(ctx, who, hanging.Moving{Items: all, To: to, Reason: b.Reason, Authorised: b.Authorised})
	if err != nil {
		return nil, err
	}
	return s.movements(ctx, batch)
}

func (s *site) movements(ctx context.Context, batch pano.BatchID) (*movementList, error) {
	out := &movementList{}
	out.Body.Items = []Movement{}
	err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
		all, err := tx.TripsOfBatch(ctx, batch)
		for _, t := range all {
			out.Body.Items = append(out.Body.Items, movement(t))
		}
		return err
	})
	return out, err
}

func (s *site) undoMove(ctx context.Context, who pano.Actor, in *undoMove) (*movementList, error) {
	batch, _, err := s.Hanging.UndoMove(ctx, who, in.Batch, s.Words(s.Lang).Say("item.undo_reason"))
	if err != nil {
		return nil, err
	}
	return s.movements(ctx, batch)
}
