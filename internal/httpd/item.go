package httpd

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// itemRoutes are the physical pieces and their ways.
func (s *Server) itemRoutes() []route {
	return []route{
		{"GET", "/items", pano.ItemSee, s.listItems},
		{"POST", "/items", pano.ItemEdit, s.addItems},
		{"GET", "/items/new", pano.ItemEdit, s.newItem},
		{"GET", "/items/labels", pano.ItemSee, s.showItemLabels},
		{"GET", "/items/move", pano.ItemMove, s.chooseMove},
		{"POST", "/items/move", pano.ItemMove, s.moveItems},
		{"POST", "/items/moves/{batch}/undo", pano.ItemMove, s.undoMove},
		{"GET", "/items/{id}", pano.ItemSee, s.showItem},
		{"POST", "/items/{id}", pano.ItemEdit, s.saveItem},
		{"GET", "/items/{id}/edit", pano.ItemEdit, s.editItem},
	}
}

// An itemView is an item as people are shown it.
type itemView struct {
	catalog.Piece
	Href  string
	Image string // address of the thumbnail, "" if there is none to show
	Path  string // of the places around the one it is in, the outermost first
}

func itemViewOf(p catalog.Piece) itemView {
	v := itemView{Piece: p, Href: "/items/" + string(p.ID)}
	if !p.Thumb.IsZero() {
		v.Image = "/api/v1/assets/" + string(p.Asset) + "/thumb?v=" + p.Thumb.String()[:12]
	}
	return v
}

func itemViews(all []catalog.Piece) []itemView {
	views := make([]itemView, len(all))
	for i, p := range all {
		views[i] = itemViewOf(p)
	}
	return views
}

// itemsPage is the list of items.
type itemsPage struct {
	web.Frame
	Q, Place, Condition string
	Places, Conditions  []web.Choice
	Rows                []itemView
	Total               int
	Next                string // address of the next page
	InForce             []filterInForce
	MayAdd, MayMove     bool
}

// listItems answers GET /items. place is the code of a place: what is in it, or
// in a place inside it.
func (s *Server) listItems(w http.ResponseWriter, r *http.Request) error {
	q, words, who := r.URL.Query(), s.words(r), actor(r)
	p := itemsPage{Frame: s.frame(r, words.Say("nav.items"), "items"), MayAdd: who.MayAny(pano.ItemEdit) == nil, MayMove: who.MayAny(pano.ItemMove) == nil,
		Q: strings.TrimSpace(q.Get("q")), Place: q.Get("place"), Condition: q.Get("condition")}
	p.Islands, p.Styles = []string{"list.js"}, []string{"item.css"}
	if p.MayAdd {
		p.Action = &web.Link{Text: words.Say("item.add"), Href: "/items/new"}
	}
	if err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error { return p.read(r, tx) }); err != nil {
		return err
	}
	p.Places[0].Text = words.Say("filter.any")
	p.Conditions = s.conditionChoices(r, p.Condition, words.Say("filter.any"))
	said := func(name, text string) {
		p.InForce = append(p.InForce, filterInForce{text, addressWith(r.URL, name, "")})
	}
	if p.Q != "" {
		said("q", p.Q)
	}
	for _, f := range []struct {
		name string
		all  []web.Choice
	}{{"place", p.Places}, {"condition", p.Conditions}} {
		if i := slices.IndexFunc(f.all, func(c web.Choice) bool { return c.Selected }); i > 0 {
			said(f.name, f.all[i].Text)
		}
	}
	return s.parts(w, r, http.StatusOK, "items", p, "results")
}

func (p *itemsPage) read(r *http.Request, tx *catalog.Tx) error {
	ctx, who := r.Context(), actor(r)
	q := catalog.ItemQuery{Text: p.Q, After: r.URL.Query().Get("after")}
	if p.Condition != "" {
		q.Conditions = []pano.ItemCondition{pano.ItemCondition(p.Condition)}
	}
	p.Places = []web.Choice{{}}
	found := p.Place == ""
	err := holders(ctx, tx, who, func(l pano.Location) {
		chosen := l.Code == p.Place
		if chosen {
			q.Within, found = l.ID, true
		}
		p.Places = append(p.Places, web.Choice{Value: l.Code, Text: l.Name, Selected: chosen})
	}, pano.Store, pano.Venue, pano.Site)
	if err != nil {
		return err
	}
	if !found { // a room, a wall: the page of the place leads here
		l, err := tx.LocationByCode(ctx, p.Place)
		if err != nil {
			return err
		}
		if err := who.May(pano.LocationSee, l.Resource()); err != nil {
			return err
		}
		q.Within = l.ID
		p.Places = append(p.Places, web.Choice{Value: l.Code, Text: l.Name, Selected: true})
	}
	page, err := tx.Items(ctx, who.Reach(pano.ItemSee), who.Reach(pano.AssetSee), q)
	p.Rows, p.Total = itemViews(page.Items), page.Total
	if page.Next != "" {
		p.Next = addressWith(r.URL, "after", page.Next)
	}
	return err
}

// holders calls f for places of these kinds that are in use, those of one kind
// after those of another, 200 of each at most.
func holders(ctx context.Context, tx *catalog.Tx, who pano.Actor, f func(pano.Location), kinds ...pano.LocationKind) error {
	open := false
	for _, kind := range kinds {
		page, err := tx.Locations(ctx, who.Reach(pano.LocationSee), catalog.LocationQuery{Kind: kind, Closed: &open, Limit: 200})
		if err != nil {
			return err
		}
		for _, l := range page.Locations {
			f(l)
		}
	}
	return nil
}

// conditionChoices are the conditions to choose from, after one that says any.
func (s *Server) conditionChoices(r *http.Request, chosen, any string) []web.Choice {
	all := []web.Choice{{Text: any}}
	for _, c := range pano.ItemConditions() {
		all = append(all, web.Choice{Value: string(c), Text: s.words(r).Say("item.condition." + string(c)), Selected: string(c) == chosen})
	}
	return all
}

// onePiece is the page of an item.
type onePiece struct {
	web.Frame
	I        itemView
	Asset    string // address of what is on it, "" if not for this reader
	QR       qrCode
	Trips    []catalog.Trip
	Older    string // address of the older movements, "" if there are none
	History  []eventRow
	MayMove  bool
	SeePlace bool
}

// tripPage is how many movements a page shows.
const tripPage = 50

// showItem answers GET /items/{id}.
func (s *Server) showItem(w http.ResponseWriter, r *http.Request) error {
	var p onePiece
	who, words := actor(r), s.words(r)
	if err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error { return p.read(r, tx, s.viewer(r)) }); err != nil {
		return err
	}
	var err error
	if p.QR, err = qrOf(s.scanned(p.I.Code)); err != nil {
		return err
	}
	p.Frame = s.frame(r, p.I.Title, "items")
	p.OwnHeading, p.Styles = true, []string{"item.css"}
	p.Crumbs = []web.Crumb{{Text: words.Say("nav.items"), Href: "/items"}}
	id := url.QueryEscape(string(p.I.ID))
	if p.MayMove = who.May(pano.ItemMove, p.I.Resource()) == nil; p.MayMove {
		p.Action = &web.Link{Text: words.Say("item.move"), Href: "/items/move?id=" + id}
	}
	if who.May(pano.ItemEdit, p.I.Resource()) == nil {
		p.Acts = append(p.Acts, web.Link{Text: words.Say("act.edit"), Href: p.I.Href + "/edit"})
	}
	p.Acts = append(p.Acts, web.Link{Text: words.Say("item.label_print"), Href: "/items/labels?id=" + id})
	return s.write(w, r, http.StatusOK, "item", p)
}

func (p *onePiece) read(r *http.Request, tx *catalog.Tx, v viewer) error {
	ctx, who := r.Context(), actor(r)
	piece, err := pieceOf(ctx, tx, who, pano.ItemID(r.PathValue("id")))
	if err != nil {
		return err
	}
	p.I = itemViewOf(piece)
	if p.I.Path, err = pathOf(ctx, tx, piece.Place); err != nil {
		return err
	}
	l, err := tx.Location(ctx, piece.Place)
	if err != nil {
		return err
	}
	p.SeePlace = who.May(pano.LocationSee, l.Resource()) == nil
	if piece.Seen {
		p.Asset = "/assets/" + string(piece.Asset)
	}
	before, _ := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64) // 0, the newest, if it is no number
	if p.Trips, err = tx.TripsOf(ctx, piece.ID, before, tripPage+1); err != nil {
		return err
	}
	if len(p.Trips) > tripPage {
		p.Trips = p.Trips[:tripPage]
		p.Older = p.I.Href + "?before=" + strconv.FormatInt(p.Trips[tripPage-1].Seq(), 10) + "#trips"
	}
	events, err := tx.EventsOf(ctx, string(piece.ID), 0, 100)
	if err != nil {
		return err
	}
	events = slices.DeleteFunc(events, func(e catalog.Event) bool { return e.Verb == "item.move" }) // told by the movements
	p.History, err = eventRows(ctx, tx, v.words, events)
	p.History = edits(p.History)
	for i := range p.History {
		p.History[i].Href = "" // this very page
	}
	return err
}

// pieceOf is an item that who may see.
func pieceOf(ctx context.Context, tx *catalog.Tx, who pano.Actor, id pano.ItemID) (catalog.Piece, error) {
	p, err := tx.Item(ctx, who.Reach(pano.AssetSee), id)
	if err != nil {
		return p, err
	}
	if who.May(pano.ItemSee, p.Resource()) != nil {
		return p, pano.NotFound("item.none")
	}
	return p, nil
}

// itemCalled is the page of the item with that code, if the actor may see it.
func itemCalled(ctx context.Context, tx *catalog.Tx, who pano.Actor, code string) (string, error) {
	p, err := tx.ItemByCode(ctx, who.Reach(pano.AssetSee), code)
	if err == nil && who.May(pano.ItemSee, p.Resource()) != nil {
		err = pano.NotFound("item.none")
	}
	return "/items/" + string(p.ID), err
}

// itemLabels are labels to stick on items.
type itemLabels struct {
	web.Frame
	Labels []itemLabel
}

type itemLabel struct {
	itemView
	QR qrCode
}

// showItemLabels answers GET /items/labels?id=…&id=….
func (s *Server) showItemLabels(w http.ResponseWriter, r *http.Request) error {
	all, err := s.pickedItems(r, r.URL.Query()["id"])
	if err != nil {
		return err
	}
	p := itemLabels{Frame: s.frame(r, s.words(r).Say("item.labels"), "items")}
	p.Styles, p.Islands = []string{"item.css"}, []string{"print.js"}
	p.Crumbs = []web.Crumb{{Text: s.words(r).Say("nav.items"), Href: "/items"}}
	for _, i := range all {
		code, err := qrOf(s.scanned(i.Code))
		if err != nil {
			return err
		}
		p.Labels = append(p.Labels, itemLabel{i, code})
	}
	return s.write(w, r, http.StatusOK, "item-labels", p)
}

// pickedItems are the items with these ids that the actor may see, by code. It
// fails with KindInvalid if there are none of them, or too many.
func (s *Server) pickedItems(r *http.Request, ids []string) (all []itemView, err error) {
	if len(ids) > maxPicked {
		return nil, pano.Invalid("item.too_many", maxPicked)
	}
	who := actor(r)
	err = s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		page, err := tx.Items(r.Context(), who.Reach(pano.ItemSee), who.Reach(pano.AssetSee),
			catalog.ItemQuery{IDs: append([]pano.ItemID{}, typed[pano.ItemID](ids)...), Limit: maxPicked})
		all = itemViews(page.Items)
		return err
	})
	if err == nil && len(all) == 0 {
		err = pano.Invalid("pick.nothing")
	}
	return all, err
}

// scannedItem is the page of the item whose code is in the address; "" if it is
// no code of an item that the actor may see.
func (s *Server) scannedItem(r *http.Request) (page string, err error) {
	err = s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		page, err = itemCalled(r.Context(), tx, actor(r), r.PathValue("code"))
		return err
	})
	if pano.KindOf(err) == pano.KindNotFound {
		return "", nil
	}
	return page, err
}
