package httpd

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pano/internal/hanging"
	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// movePage is the form that moves items.
type movePage struct {
	web.Frame
	mend
	Rows                   []moveRow
	To, Reason, Authorised string
	Return                 string
	Places                 []web.Choice // to choose from, by code
	Moved                  int          // how many were moved by somebody else meanwhile
}

// A moveRow is an item to be moved.
type moveRow struct {
	itemView
	Picked bool
	By     string // who moved it since it was seen; "" if nobody did
}

// chooseMove answers GET /items/move?id=…&id=….
func (s *Server) chooseMove(w http.ResponseWriter, r *http.Request) error {
	all, err := s.pickedItems(r, r.URL.Query()["id"])
	if err != nil {
		return err
	}
	p := movePage{Return: cameFrom(r), Authorised: actor(r).Name, To: r.URL.Query().Get("to")}
	if len(all) == 1 {
		p.Return = all[0].Href
	}
	for _, i := range all {
		p.Rows = append(p.Rows, moveRow{itemView: i, Picked: true})
	}
	return s.writeMove(w, r, http.StatusOK, p)
}

// moveItems answers POST /items/move: all that are ticked, or none.
func (s *Server) moveItems(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	p := movePage{To: strings.TrimSpace(f.Get("to")), Reason: f.Get("reason"), Authorised: f.Get("authorised"), Return: localPath(f.Get("return"))}
	seen := seenOf(f["seen"])
	m := hanging.Moving{Reason: p.Reason, Authorised: p.Authorised}
	for _, id := range f["id"] {
		m.Items = append(m.Items, hanging.Carried{Item: pano.ItemID(id), Seen: seen[pano.ItemID(id)]})
	}
	to, err := s.placeCalled(r, p.To)
	m.To = to.ID
	var batch pano.BatchID
	if err == nil {
		batch, err = s.Hanging.Move(r.Context(), actor(r), m)
	}
	if mend, code, ok := s.mend(w, r, err, "to", "reason", "authorised"); ok {
		p.mend = mend
		if err := s.reread(r, &p, f, seen); err != nil {
			return err
		}
		return s.writeMove(w, r, code, p)
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("item.moved_now", len(m.Items), to.Name), "/items/moves/"+string(batch)+"/undo")
	return back(w, r, p.Return)
}

// seenOf reads what the form says of each item: its id, a colon, and the
// movement that was its last when the form was made.
func seenOf(all []string) map[pano.ItemID]pano.MovementID {
	seen := map[pano.ItemID]pano.MovementID{}
	for _, s := range all {
		id, movement, _ := strings.Cut(s, ":")
		seen[pano.ItemID(id)] = pano.MovementID(movement)
	}
	return seen
}

// placeCalled is the place with that code, or KindInvalid at to.
func (s *Server) placeCalled(r *http.Request, code string) (l pano.Location, err error) {
	if code == "" {
		return l, pano.Invalid("item.no_target").At("to")
	}
	err = s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		l, err = tx.LocationByCode(r.Context(), code)
		return err
	})
	if pano.KindOf(err) == pano.KindNotFound {
		err = pano.Invalid("item.no_place").At("to").Because(err)
	}
	return l, err
}

// reread fills in the items of a form that comes back, as they are now, and
// tells which of them somebody moved meanwhile.
func (s *Server) reread(r *http.Request, p *movePage, f url.Values, seen map[pano.ItemID]pano.MovementID) error {
	ids := make([]string, 0, len(seen))
	for id := range seen {
		ids = append(ids, string(id))
	}
	all, err := s.pickedItems(r, ids)
	if e, ok := errors.AsType[*pano.Error](err); ok && e.Kind == pano.KindInvalid {
		return p.mendOr(e)
	}
	if err != nil {
		return err
	}
	for _, i := range all {
		row := moveRow{itemView: i, Picked: slices.Contains(f["id"], string(i.ID))}
		if seen[i.ID] != i.Latest {
			p.Moved++
			if row.By, err = s.moverOf(r, i.Latest); err != nil {
				return err
			}
		}
		p.Rows = append(p.Rows, row)
	}
	return nil
}

// mendOr is nil if the form says already what is wrong with it.
func (p *movePage) mendOr(err error) error {
	if p.Problem != "" {
		return nil
	}
	return err
}

// moverOf is the name of who made a movement.
func (s *Server) moverOf(r *http.Request, id pano.MovementID) (name string, err error) {
	err = s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		t, err := tx.Trip(r.Context(), id)
		name = t.ByName
		return err
	})
	return name, err
}

func (s *Server) writeMove(w http.ResponseWriter, r *http.Request, code int, p movePage) error {
	words, problem := s.words(r), p.Problem
	var err error
	if p.Places, err = s.targets(r); err != nil {
		return err
	}
	p.Frame = s.frame(r, words.Say("item.move_title", len(p.Rows)), "items")
	p.Fault, p.Styles = problem, []string{"item.css"}
	p.Crumbs = []web.Crumb{{Text: words.Say("nav.items"), Href: "/items"}}
	return s.write(w, r, code, "item-move", p)
}

// targets are the places that things are usually taken to, by code.
func (s *Server) targets(r *http.Request) (all []web.Choice, err error) {
	err = s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		return holders(r.Context(), tx, actor(r), func(l pano.Location) {
			all = append(all, web.Choice{Value: l.Code, Text: l.Name})
		}, pano.Store, pano.Venue, pano.Room, pano.Wall, pano.Site)
	})
	return all, err
}

// undoMove answers POST /items/moves/{batch}/undo: everything that the act moved
// goes back, by movements of its own.
func (s *Server) undoMove(w http.ResponseWriter, r *http.Request) error {
	words := s.words(r)
	_, n, err := s.Hanging.UndoMove(r.Context(), actor(r), pano.BatchID(r.PathValue("batch")), words.Say("item.undo_reason"))
	if err != nil {
		return err
	}
	s.tell(w, words.Say("item.moved_back", n), "")
	return back(w, r, cameFrom(r))
}
