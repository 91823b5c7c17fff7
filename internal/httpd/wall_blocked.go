package httpd

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"

	"pano/internal/i18n"
	"pano/internal/pano"
	"pano/web"
)

// fillBlocked makes the forms of the blocked areas; one that was sent keeps its entries.
func (p *wallPart) fillBlocked(words *i18n.Words) {
	sent := p.Blocked
	p.Blocked = nil
	for _, b := range p.Plan.Blocked {
		row := blockedRow{ID: b.ID, Rev: strconv.Itoa(b.Rev), Kind: b.Kind, X: mm(b.Area.X), Up: mm(b.Floor), Width: mm(b.Area.W), Height: mm(b.Area.H)}
		for _, s := range sent {
			if s.ID == b.ID {
				row = s
			}
		}
		row.Remove = "/locations/" + string(b.Location) + "/blocked/" + string(b.ID) + "/remove"
		p.Blocked = append(p.Blocked, row.choose(words))
	}
	p.Fresh = p.Fresh.choose(words)
}

// choose adds the kinds to choose from.
func (row blockedRow) choose(words *i18n.Words) blockedRow {
	row.Kind = cmp.Or(row.Kind, pano.Door)
	row.Kinds = nil
	for _, k := range pano.BlockedKinds() {
		row.Kinds = append(row.Kinds, web.Choice{Value: string(k), Text: words.Say("blocked.kind." + string(k)), Selected: k == row.Kind})
	}
	return row
}

func readBlockedRow(f url.Values, id string) blockedRow {
	return blockedRow{ID: pano.BlockedID(id), Rev: f.Get("rev"), Kind: pano.BlockedKind(f.Get("kind")), X: f.Get("x_mm"), Up: f.Get("floor_mm"),
		Width: f.Get("width_mm"), Height: f.Get("height_mm")}
}

// blocked is what the form asks for on l.
func (row blockedRow) blocked(l pano.Location) (b pano.Blocked, err error) {
	b = pano.Blocked{ID: row.ID, Location: l.ID, Kind: row.Kind}
	b.Rev, _ = strconv.Atoi(row.Rev) // 0, which is refused, if it is no number
	b.Area, _, err = wallRow{X: row.X, Up: row.Up, Width: row.Width, Height: row.Height}.area(l)
	return b, err
}

// block answers POST /locations/{id}/blocked.
func (s *Server) block(w http.ResponseWriter, r *http.Request) error {
	return s.changeBlocked(w, r, func(b pano.Blocked) error {
		_, err := s.Hanging.Block(r.Context(), actor(r), b)
		return err
	})
}

// reblock answers POST /locations/{id}/blocked/{area}.
func (s *Server) reblock(w http.ResponseWriter, r *http.Request) error {
	return s.changeBlocked(w, r, func(b pano.Blocked) error {
		_, err := s.Hanging.Reblock(r.Context(), actor(r), b)
		return err
	})
}

func (s *Server) changeBlocked(w http.ResponseWriter, r *http.Request, do func(pano.Blocked) error) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	l, err := s.wallOf(r)
	if err != nil {
		return err
	}
	row := readBlockedRow(f, r.PathValue("area"))
	b, err := row.blocked(l)
	if err == nil {
		err = do(b)
	}
	if m, code, ok := s.mend(w, r, err, "kind", "x_mm", "floor_mm", "width_mm", "height_mm"); ok {
		row.mend = m
		part := &wallPart{Fresh: row}
		if row.ID != "" {
			part = &wallPart{Blocked: []blockedRow{row}}
		}
		return s.writePlace(w, r, code, placePage{Wall: part})
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("blocked.saved_now", s.words(r).Say("blocked.kind."+string(b.Kind))), "")
	return back(w, r, "/locations/"+string(l.ID)+"#blocked-title")
}

// unblock answers POST /locations/{id}/blocked/{area}/remove.
func (s *Server) unblock(w http.ResponseWriter, r *http.Request) error {
	at := pano.LocationID(r.PathValue("id"))
	if err := s.Hanging.Unblock(r.Context(), actor(r), at, pano.BlockedID(r.PathValue("area"))); err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("blocked.removed_now"), "")
	return back(w, r, "/locations/"+string(at)+"#blocked-title")
}
