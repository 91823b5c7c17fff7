package httpd

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// itemForm is the form of an item, as it was sent or as the item is.
type itemForm struct {
	web.Frame
	mend
	SendTo, Back                string // where it is sent to, and where to go instead
	Rev                         string // "" for a new item
	Code, Called, Asset         string // Asset is the code of what is on it
	Material, Width, Height     string
	Condition, Agency, Note     string
	Count, To, Reason, Approved string // of new ones
	Conditions, Agencies        []web.Choice
	Places                      []web.Choice // to choose from, by code
	was                         catalog.Piece
}

// itemFields are the fields of the form to which an error may point.
func itemFields() []string {
	return []string{"code", "title", "asset", "material", "width_mm", "height_mm", "condition", "agency", "note", "count", "to", "reason", "authorised"}
}

func readItemForm(f url.Values) itemForm {
	return itemForm{Code: f.Get("code"), Called: f.Get("title"), Asset: strings.TrimSpace(f.Get("asset")), Material: f.Get("material"), Width: f.Get("width_mm"),
		Height: f.Get("height_mm"), Condition: f.Get("condition"), Agency: f.Get("agency"), Note: f.Get("note"), Count: f.Get("count"), To: strings.TrimSpace(f.Get("to")),
		Reason: f.Get("reason"), Approved: f.Get("authorised"), Rev: f.Get("rev")}
}

// filledItem is the form of an item as it is.
func filledItem(p catalog.Piece) itemForm {
	return itemForm{Code: p.Code, Called: p.Title, Asset: p.AssetCode, Material: p.Material, Width: orNothing(int(p.Width)), Height: orNothing(int(p.Height)),
		Condition: string(p.Condition), Agency: string(p.Agency), Note: p.Note, Rev: strconv.Itoa(p.Rev), was: p}
}

// item is the item that the form describes, on the ground of was. It fails with
// KindInvalid at the first field that cannot be read.
func (f itemForm) item(ctx context.Context, tx *catalog.Tx, who pano.Actor) (pano.Item, error) {
	i := f.was.Item
	i.Code, i.Title, i.Material, i.Condition, i.Note = f.Code, f.Called, f.Material, pano.ItemCondition(f.Condition), f.Note
	i.Agency = pano.AgencyID(f.Agency)
	var err error
	if i.Width, err = millimetres("width_mm", f.Width); err != nil {
		return i, err
	}
	if i.Height, err = millimetres("height_mm", f.Height); err != nil {
		return i, err
	}
	switch {
	case f.Asset == "" && (f.was.Seen || f.was.Asset == ""):
		i.Asset = ""
	case f.Asset != f.was.AssetCode:
		if i.Asset, err = assetCalled(ctx, tx, who, f.Asset); err != nil {
			return i, err
		}
	}
	return i, nil
}

// assetCalled is the id of the asset with that code, which who may see.
func assetCalled(ctx context.Context, tx *catalog.Tx, who pano.Actor, code string) (pano.AssetID, error) {
	page, err := tx.FindAssets(ctx, who.Reach(pano.AssetSee), catalog.AssetQuery{Text: code, Limit: 5})
	if err != nil {
		return "", err
	}
	for _, a := range page.Assets {
		if strings.EqualFold(a.Code, code) {
			return a.ID, nil
		}
	}
	return "", pano.Invalid("item.no_asset").At("asset")
}

// newItem answers GET /items/new. asset, an id, says what is on it; place, a
// code, where it comes to.
func (s *Server) newItem(w http.ResponseWriter, r *http.Request) error {
	f := itemForm{Count: "1", To: r.FormValue("place"), Reason: s.words(r).Say("item.arrival_reason"), Approved: actor(r).Name}
	if id := r.FormValue("asset"); id != "" {
		a, err := s.Intake.Asset(r.Context(), actor(r), pano.AssetID(id))
		if err != nil {
			return err
		}
		f.Asset, f.Called, f.Material = a.Code, a.Title, a.Material
		f.Width, f.Height = orNothing(int(a.Width)), orNothing(int(a.Height))
	}
	return s.writeItemForm(w, r, http.StatusOK, f)
}

// addItems answers POST /items.
func (s *Server) addItems(w http.ResponseWriter, r *http.Request) error {
	values, err := s.form(w, r)
	if err != nil {
		return err
	}
	f := readItemForm(values)
	all, err := s.addItemsOf(r, f)
	if m, code, ok := s.mend(w, r, err, itemFields()...); ok {
		f.mend = m
		return s.writeItemForm(w, r, code, f)
	}
	if err != nil {
		return err
	}
	if len(all) > 1 {
		s.tell(w, s.words(r).Say("item.added_many", len(all), all[0].Code, all[len(all)-1].Code), "")
		return back(w, r, "/items?"+url.Values{"q": {all[0].Title}}.Encode())
	}
	s.tell(w, s.words(r).Say("item.added_now", all[0].Code), "")
	return back(w, r, "/items/"+string(all[0].ID))
}

func (s *Server) addItemsOf(r *http.Request, f itemForm) ([]pano.Item, error) {
	i, err := s.itemOf(r, f)
	if err != nil {
		return nil, err
	}
	n, ok := number(cmp.Or(f.Count, "1"))
	if !ok {
		return nil, pano.Invalid("number.unreadable").At("count")
	}
	to, err := s.placeCalled(r, f.To)
	if err != nil {
		return nil, err
	}
	return s.Hanging.AddItems(r.Context(), actor(r), i, n, pano.Movement{To: to.ID, Reason: f.Reason, Authorised: f.Approved})
}

func (s *Server) itemOf(r *http.Request, f itemForm) (i pano.Item, err error) {
	err = s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		i, err = f.item(r.Context(), tx, actor(r))
		return err
	})
	return i, err
}

// editItem answers GET /items/{id}/edit.
func (s *Server) editItem(w http.ResponseWriter, r *http.Request) error {
	p, err := s.itemToEdit(r)
	if err != nil {
		return err
	}
	return s.writeItemForm(w, r, http.StatusOK, filledItem(p))
}

// itemToEdit is the item of the address, if the actor may change it.
func (s *Server) itemToEdit(r *http.Request) (p catalog.Piece, err error) {
	err = s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		if p, err = pieceOf(r.Context(), tx, actor(r), pano.ItemID(r.PathValue("id"))); err != nil {
			return err
		}
		return actor(r).May(pano.ItemEdit, p.Resource())
	})
	return p, err
}

// saveItem answers POST /items/{id}.
func (s *Server) saveItem(w http.ResponseWriter, r *http.Request) error {
	values, err := s.form(w, r)
	if err != nil {
		return err
	}
	f := readItemForm(values)
	if f.was, err = s.itemToEdit(r); err != nil {
		return err
	}
	i, err := s.itemOf(r, f)
	if err == nil {
		i.Rev, _ = strconv.Atoi(f.Rev) // 0, which is refused, if it is no number
		i, err = s.Hanging.EditItem(r.Context(), actor(r), i)
	}
	if m, code, ok := s.mend(w, r, err, itemFields()...); ok {
		f.mend = m
		return s.writeItemForm(w, r, code, f)
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("item.saved_now", i.Code), "")
	return back(w, r, "/items/"+string(i.ID))
}

// writeItemForm fills in what there is to choose from.
func (s *Server) writeItemForm(w http.ResponseWriter, r *http.Request, code int, f itemForm) error {
	words, problem, there := s.words(r), f.Problem, f.was.ID != ""
	f.SendTo, f.Back = "/items", "/items"
	title := words.Say("item.add")
	if there {
		f.SendTo += "/" + string(f.was.ID)
		f.Back, title = f.SendTo, words.Say("item.edit_one", f.was.Code)
	}
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		agencies, err := tx.Agencies(r.Context())
		for _, a := range agencies {
			if actor(r).May(pano.ItemEdit, pano.Resource{Agency: a.ID}) == nil {
				f.Agencies = append(f.Agencies, web.Choice{Value: string(a.ID), Text: a.Name, Selected: string(a.ID) == f.Agency})
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	if !there {
		if f.Places, err = s.targets(r); err != nil {
			return err
		}
	}
	f.Conditions = s.conditionChoices(r, cmp.Or(f.Condition, string(pano.ItemGood)), "")[1:]
	f.Frame = s.frame(r, title, "items")
	f.Fault = problem
	f.Crumbs = []web.Crumb{{Text: words.Say("nav.items"), Href: "/items"}}
	if there {
		f.Crumbs = append(f.Crumbs, web.Crumb{Text: f.was.Title, Href: f.SendTo})
	}
	return s.write(w, r, code, "item-form", f)
}
