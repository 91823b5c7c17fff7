package httpd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// floorPage is the floor plan of an exhibition: the drawing, and its twin in numbers.
type floorPage struct {
	web.Frame
	mend
	E         showRow
	F         catalog.LaidFloor // Rev 0: there is none yet
	Draw      floorDrawing
	Scale     floorScaleForm
	Walls     []floorWallRow // nil, or as they were sent
	Pins      []floorPinRow
	Works     []web.Choice // to choose from, by number
	MayEdit   bool
	MayUpload bool
	Theirs    []eventRow // what others did since the form was opened
	overtaken int        // the revision from which that was
}

// A floorWallRow is a wall in the table: on the floor plan if it has coordinates.
type floorWallRow struct {
	N              int
	Wall           pano.Location
	X1, Y1, X2, Y2 string
	Was            string // the coordinates as the form was opened
	Drawn          bool
	Length, Width  float64 // metres, as drawn and as it is; Width 0 is not known
	Differs        bool
	Theirs         string // the coordinates that somebody else gave it meanwhile
	Problem        string
}

// A floorPinRow is a work or a thing in the table.
type floorPinRow struct {
	N       int
	Exhibit pano.ExhibitID // "" of a thing, and of what is told by What
	Title   string         // of the work, with its number
	What    string         // the name of a thing, or the number of a work
	X, Y    string
	Was     string
	Theirs  string
	Problem string
}

// floorScaleForm is the line of known length, in per cent of the picture.
type floorScaleForm struct {
	X1, Y1, X2, Y2, Length string
	mend
}

func wallAt(w pano.FloorWall) string {
	return fmt.Sprintf("%d; %d – %d; %d", w.From.X, w.From.Y, w.To.X, w.To.Y)
}

func pinAt(p pano.FloorPin) string { return fmt.Sprintf("%d; %d", p.At.X, p.At.Y) }

// showFloor answers GET /exhibitions/{id}/floor.
func (s *Server) showFloor(w http.ResponseWriter, r *http.Request) error {
	return s.writeFloor(w, r, http.StatusOK, floorPage{})
}

func (s *Server) writeFloor(w http.ResponseWriter, r *http.Request, code int, p floorPage) error {
	words, problem := s.words(r), p.Problem
	if err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error { return p.read(r, tx, s.viewer(r)) }); err != nil {
		return err
	}
	p.Frame = s.frame(r, words.Say("floor.picture_title", p.E.Title), "exhibits")
	p.Fault, p.Styles = problem, []string{"floor.css"}
	if p.Scale.Problem != "" {
		p.Fault = p.Scale.Problem
	}
	p.Crumbs = []web.Crumb{{Text: words.Say("nav.exhibits"), Href: "/exhibitions"}, {Text: p.E.Title, Href: p.E.Href}}
	return s.write(w, r, code, "floor", p)
}

func (p *floorPage) read(r *http.Request, tx *catalog.Tx, v viewer) error {
	ctx, who := r.Context(), actor(r)
	e, err := showOf(ctx, tx, r)
	if err != nil {
		return err
	}
	p.E = showRowOf(v.words, e)
	p.MayEdit = who.May(pano.ExhibitionEdit, e.Resource()) == nil
	p.MayUpload = p.MayEdit && who.MayAny(pano.AssetAdd) == nil
	if p.F, err = tx.Floor(ctx, v.see, e.ID); pano.KindOf(err) == pano.KindNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	walls, err := tx.WallsFor(ctx, e.ID)
	if err != nil {
		return err
	}
	works, err := tx.Exhibits(ctx, v.see, e.ID)
	if err != nil {
		return err
	}
	p.fillScale()
	p.fillWalls(walls)
	p.fillPins(works)
	p.Draw = drawFloor(p.F, walls, works)
	if p.overtaken > 0 {
		return p.readTheirs(ctx, tx, v)
	}
	return nil
}

// readTheirs finds what others did to the floor plan since the form was opened.
func (p *floorPage) readTheirs(ctx context.Context, tx *catalog.Tx, v viewer) error {
	events, err := tx.EventsOf(ctx, string(p.E.ID), 0, historyPage)
	if err != nil {
		return err
	}
	since := slices.DeleteFunc(events, func(e catalog.Event) bool {
		var after struct{ Rev int }
		return e.Verb != "exhibition.floor" || json.Unmarshal([]byte(e.After), &after) != nil || after.Rev <= p.overtaken
	})
	p.Theirs, err = eventRows(ctx, tx, v.words, since)
	for i := range p.Theirs {
		p.Theirs[i].Href = "" // this very page
	}
	return err
}

func (p *floorPage) fillScale() {
	s := p.F.Scale
	if p.Scale.Problem != "" || s.Length == 0 {
		return
	}
	p.Scale = floorScaleForm{X1: percentage(s.X1), Y1: percentage(s.Y1), X2: percentage(s.X2), Y2: percentage(s.Y2), Length: mm(s.Length)}
}

// fillWalls makes a row of every wall. A row that was sent keeps its entries,
// unless only somebody else changed it.
func (p *floorPage) fillWalls(walls []pano.Location) {
	sent := p.Walls
	p.Walls = nil
	for i, l := range walls {
		row := floorWallRow{N: i + 1, Wall: l, Width: float64(l.Width) / 1000}
		if j := slices.IndexFunc(p.F.Walls, func(w pano.FloorWall) bool { return w.Location == l.ID }); j >= 0 {
			w := p.F.Walls[j]
			row.Drawn, row.Was, row.Length, row.Differs = true, wallAt(w), float64(w.Length())/1000, w.Differs(l.Width)
			row.X1, row.Y1, row.X2, row.Y2 = mm(w.From.X), mm(w.From.Y), mm(w.To.X), mm(w.To.Y)
		}
		if j := slices.IndexFunc(sent, func(s floorWallRow) bool { return s.Wall.ID == l.ID }); j >= 0 {
			row.keep(sent[j])
		}
		p.Walls = append(p.Walls, row)
	}
}

// keep puts what was sent into a row, and says what became of it meanwhile.
func (row *floorWallRow) keep(sent floorWallRow) {
	theirs := row.Was != sent.Was
	if theirs && sent.place() == sent.Was { // only others changed it
		row.Theirs = row.Was
		return
	}
	if theirs {
		row.Theirs = row.Was
	}
	row.X1, row.Y1, row.X2, row.Y2, row.Problem = sent.X1, sent.Y1, sent.X2, sent.Y2, sent.Problem
}

// place is what the row says, as wallAt writes it; "" if it says nothing.
func (row floorWallRow) place() string {
	if row.X1+row.Y1+row.X2+row.Y2 == "" {
		return ""
	}
	return row.X1 + "; " + row.Y1 + " – " + row.X2 + "; " + row.Y2
}

// fillPins makes a row of every pin, and a few empty ones.
func (p *floorPage) fillPins(works []catalog.Shown) {
	sent := p.Pins
	p.Pins = nil
	title := map[pano.ExhibitID]string{}
	for _, x := range works {
		title[x.ID] = strconv.Itoa(x.N) + ". " + x.Label.Title
		if len(p.Works) < choices*10 {
			p.Works = append(p.Works, web.Choice{Value: strconv.Itoa(x.N), Text: x.Label.Title})
		}
	}
	for _, pin := range p.F.Pins {
		row := floorPinRow{Exhibit: pin.Exhibit, Title: title[pin.Exhibit], What: pin.Name, X: mm(pin.At.X), Y: mm(pin.At.Y), Was: pinAt(pin)}
		if j := slices.IndexFunc(sent, func(s floorPinRow) bool { return s.Was != "" && s.Exhibit == row.Exhibit && s.What == row.What }); j >= 0 {
			row.keep(sent[j])
			sent = slices.Delete(sent, j, j+1)
		} else if p.overtaken > 0 {
			row.Theirs = row.Was
		}
		p.Pins = append(p.Pins, row)
	}
	for _, row := range sent { // new ones, and those that others took away
		if row.Was != "" {
			row.Theirs = "—"
		}
		row.Title = title[row.Exhibit]
		if row.Exhibit == "" || row.Title != "" {
			p.Pins = append(p.Pins, row)
		}
	}
	if p.MayEdit {
		p.Pins = append(p.Pins, make([]floorPinRow, spareRows+1)...)
	}
	for i := range p.Pins {
		p.Pins[i].N = i + 1
	}
}

func (row *floorPinRow) keep(sent floorPinRow) {
	if row.Was != sent.Was {
		row.Theirs = row.Was
		if sent.X+"; "+sent.Y == sent.Was { // only others changed it
			return
		}
	}
	row.X, row.Y, row.Problem = sent.X, sent.Y, sent.Problem
}

// saveFloor answers POST /exhibitions/{id}/floor: the table under the drawing. One
// that can be mended comes back with its entries, and with what others did meanwhile.
func (s *Server) saveFloor(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	e, err := s.exhibitionToEdit(r)
	if err != nil {
		return err
	}
	p := floorPage{Walls: sentWalls(f), Pins: sentPins(f)}
	floor := pano.Floor{Exhibition: e.ID}
	floor.Rev, _ = strconv.Atoi(f.Get("rev")) // 0 is refused
	wallRows, pinRows, err := s.drawn(r, &floor, p)
	if err == nil {
		_, err = s.Hanging.DrawFloor(r.Context(), actor(r), floor)
		err = counted(err, wallRows, pinRows)
	}
	m, code, ok := s.mend(w, r, err, "wall", "pin")
	if !ok && err != nil {
		return err
	}
	if ok {
		p.mend = m
		p.blame(err, m)
		if pano.KindOf(err) == pano.KindStale {
			p.overtaken = floor.Rev
		}
		return s.writeFloor(w, r, code, p)
	}
	s.tell(w, s.words(r).Say("floor.saved_now"), "")
	return back(w, r, "/exhibitions/"+string(e.ID)+"/floor")
}

// counted gives an error about a mark the number of its row in the table.
func counted(err error, wallRows, pinRows []int) error {
	e, ok := errors.AsType[*pano.Error](err)
	if !ok || len(e.Args) == 0 {
		return err
	}
	rows := map[string][]int{"wall": wallRows, "pin": pinRows}[e.Field]
	if n, ok := e.Args[0].(int); ok && n >= 1 && n <= len(rows) && strings.HasPrefix(e.Key, "floor.") {
		e.Args[0] = rows[n-1]
	}
	return err
}

// blame marks the row that err is about.
func (p *floorPage) blame(err error, m mend) {
	e, ok := errors.AsType[*pano.Error](err)
	if !ok || len(e.Args) == 0 {
		return
	}
	n, _ := e.Args[0].(int)
	for i := range p.Walls {
		if m.At == "wall" && p.Walls[i].N == n {
			p.Walls[i].Problem = m.Problem
		}
	}
	for i := range p.Pins {
		if m.At == "pin" && p.Pins[i].N == n {
			p.Pins[i].Problem = m.Problem
		}
	}
}

// nth is an entry of a column of a table that was sent; "" if that is too short.
func nth(f url.Values, name string, i int) string {
	if i < len(f[name]) {
		return strings.TrimSpace(f[name][i])
	}
	return ""
}

func sentWalls(f url.Values) (rows []floorWallRow) {
	for i := range f["wall"] {
		rows = append(rows, floorWallRow{N: i + 1, Wall: pano.Location{ID: pano.LocationID(nth(f, "wall", i))},
			X1: nth(f, "x1", i), Y1: nth(f, "y1", i), X2: nth(f, "x2", i), Y2: nth(f, "y2", i), Was: nth(f, "wall_was", i)})
	}
	return rows
}

// sentPins are the rows that hold anything.
func sentPins(f url.Values) (rows []floorPinRow) {
	for i := range f["pin"] {
		row := floorPinRow{N: len(rows) + 1, Exhibit: pano.ExhibitID(nth(f, "pin", i)), What: nth(f, "what", i), X: nth(f, "x", i), Y: nth(f, "y", i), Was: nth(f, "pin_was", i)}
		if row.Was+row.What+row.X+row.Y != "" {
			rows = append(rows, row)
		}
	}
	return rows
}

// drawn puts what the rows say on f, and returns the number of the row of each
// wall and pin. It fails with KindInvalid at wall or pin.
func (s *Server) drawn(r *http.Request, f *pano.Floor, p floorPage) (wallRows, pinRows []int, err error) {
	for _, row := range p.Walls {
		if row.place() == "" {
			continue
		}
		at, ok := numbers(row.X1, row.Y1, row.X2, row.Y2)
		if !ok {
			return nil, nil, pano.Invalid("floor.four_numbers", row.N).At("wall")
		}
		f.Walls = append(f.Walls, pano.FloorWall{Location: row.Wall.ID, From: pano.FloorPoint{X: at[0], Y: at[1]}, To: pano.FloorPoint{X: at[2], Y: at[3]}})
		wallRows = append(wallRows, row.N)
	}
	var works []catalog.Shown
	if err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		works, err = tx.Exhibits(r.Context(), pano.Reach{}, f.Exhibition)
		return err
	}); err != nil {
		return nil, nil, err
	}
	for _, row := range p.Pins {
		if row.X+row.Y == "" && row.Was != "" { // taken off
			continue
		}
		at, ok := numbers(row.X, row.Y)
		if !ok {
			return nil, nil, pano.Invalid("floor.two_numbers", row.N).At("pin")
		}
		pin := pano.FloorPin{Exhibit: row.Exhibit, At: pano.FloorPoint{X: at[0], Y: at[1]}}
		if n, err := strconv.Atoi(row.What); pin.Exhibit == "" && err == nil && row.Was == "" {
			if n < 1 || n > len(works) {
				return nil, nil, pano.Invalid("floor.no_such_work", row.N).At("pin")
			}
			pin.Exhibit = works[n-1].ID
		} else if pin.Exhibit == "" {
			pin.Name = row.What
		}
		f.Pins = append(f.Pins, pin)
		pinRows = append(pinRows, row.N)
	}
	return wallRows, pinRows, nil
}

// numbers reads millimetres; none may be missing.
func numbers(texts ...string) (all []pano.MM, ok bool) {
	for _, text := range texts {
		n, err := millimetres("", text)
		if err != nil || text == "" {
			return nil, false
		}
		all = append(all, n)
	}
	return all, true
}

// scaleFloor answers POST /exhibitions/{id}/floor/scale: the line of known length.
func (s *Server) scaleFloor(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	e, err := s.exhibitionToEdit(r)
	if err != nil {
		return err
	}
	rev, _ := strconv.Atoi(f.Get("rev")) // 0 is refused
	form := floorScaleForm{X1: f.Get("x1"), Y1: f.Get("y1"), X2: f.Get("x2"), Y2: f.Get("y2"), Length: f.Get("length_mm")}
	scale, err := form.scale()
	if err == nil {
		_, err = s.Hanging.ScaleFloor(r.Context(), actor(r), e.ID, rev, scale)
	}
	m, code, ok := s.mend(w, r, err, "line", "length_mm")
	if !ok && err != nil {
		return err
	}
	if ok {
		form.mend = m
		p := floorPage{Scale: form}
		if pano.KindOf(err) == pano.KindStale {
			p.mend, p.overtaken = m, rev
		}
		return s.writeFloor(w, r, code, p)
	}
	s.tell(w, s.words(r).Say("floor.scaled_now"), "")
	return back(w, r, "/exhibitions/"+string(e.ID)+"/floor")
}

// scale is what the form says. It fails with KindInvalid, at the field to mend.
func (form floorScaleForm) scale() (s pano.FloorScale, err error) {
	for _, c := range []struct {
		text string
		into *float64
	}{{form.X1, &s.X1}, {form.Y1, &s.Y1}, {form.X2, &s.X2}, {form.Y2, &s.Y2}} {
		part, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(c.text), ",", ".", 1), 64)
		if err != nil {
			return s, pano.Invalid("floor.line_unreadable").At("line")
		}
		*c.into = part / 100
	}
	s.Length, err = millimetres("length_mm", form.Length)
	return s, err
}

// layFloor answers POST /exhibitions/{id}/floor/picture?rev=…: the picture goes
// into the library, unless it is there already.
func (s *Server) layFloor(w http.ResponseWriter, r *http.Request) error {
	e, err := s.exhibitionToEdit(r)
	if err != nil {
		return err
	}
	up, err := s.receive(r, "")
	if err == nil {
		first := up.Arrivals[0]
		asset := first.Asset.ID
		if !first.Made && len(first.Known) > 0 {
			asset = first.Known[0].ID
		}
		if first.Problem != "" {
			return s.writeFloor(w, r, first.code, floorPage{mend: mend{first.Problem, "file"}})
		}
		_, err = s.Hanging.LayFloor(r.Context(), actor(r), e.ID, revisionOf(r), asset)
	}
	m, code, ok := s.mend(w, r, err, "file")
	if !ok && err != nil {
		return err
	}
	if ok {
		p := floorPage{mend: m}
		if pano.KindOf(err) == pano.KindStale {
			p.overtaken = revisionOf(r)
		}
		return s.writeFloor(w, r, code, p)
	}
	s.tell(w, s.words(r).Say("floor.laid_now"), "")
	return back(w, r, "/exhibitions/"+string(e.ID)+"/floor")
}
