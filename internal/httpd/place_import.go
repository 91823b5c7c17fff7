package httpd

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"pano/internal/hanging"
	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// importPage is the way of a table into the catalogue: the file, then what would
// become of each row, then a toast.
type importPage struct {
	web.Frame
	mend
	Tried   *hanging.Imported // nil before a file was read
	Rows    []importRow       // those that are shown
	Hidden  int               // rows that are not
	Table   string            // what was read, packed, to be sent again
	Columns []string          // headings that were understood
	MaxRows int
	MaxFile int64 // bytes
}

// An importRow is what becomes of a row, in the reader's words.
type importRow struct {
	hanging.ImportedRow
	Href    string
	Problem string
	Column  string // at which the problem is
	Changes []importChange
}

type importChange struct{ Name, Was, Is string }

// shownRows is how many rows of each fate a page shows; bad ones are all shown
// up to ten times as many.
const shownRows = 200

// newImport answers GET /locations/import.
func (s *Server) newImport(w http.ResponseWriter, r *http.Request) error {
	return s.writeImport(w, r, http.StatusOK, importPage{})
}

func (s *Server) writeImport(w http.ResponseWriter, r *http.Request, code int, p importPage) error {
	words := s.words(r)
	p.Frame = s.frame(r, words.Say("import.title"), "places")
	p.Crumbs = []web.Crumb{{Text: words.Say("nav.places"), Href: "/locations"}}
	p.Styles = []string{"import.css"}
	p.Fault, p.MaxRows, p.MaxFile = p.Problem, hanging.MaxTableRows, hanging.MaxTableFile
	return s.write(w, r, code, "import", p)
}

// importPlaces answers POST /locations/import: with a file, by telling what would
// become of it; with what was told and agreed to, by doing it.
func (s *Server) importPlaces(w http.ResponseWriter, r *http.Request) error {
	table, agree, err := readImport(w, r)
	var done hanging.Imported
	if err == nil {
		done, err = s.Hanging.ImportLocations(r.Context(), actor(r), table, agree)
	}
	if done.Done {
		s.tell(w, s.words(r).Say("import.done", done.New, done.Changed, done.Same), "")
		return back(w, r, "/locations")
	}
	p, code := importPage{}, http.StatusOK
	if err != nil {
		var ok bool
		if p.mend, code, ok = s.mend(w, r, err, "file"); !ok {
			return err
		}
	}
	if len(done.Rows) > 0 {
		p.Tried = &done
		s.importRows(r, &p)
		if p.Table, err = packed(table); err != nil {
			return err
		}
		for _, c := range table.Columns {
			p.Columns = append(p.Columns, hanging.Heading(c, s.lang(r)))
		}
	}
	return s.writeImport(w, r, code, p)
}

// importRows puts what becomes of the rows into words: what is wrong first, then
// what changes, then what is new; what stays as it is is only counted.
func (s *Server) importRows(r *http.Request, p *importPage) {
	for _, fate := range []hanging.Fate{hanging.FateBad, hanging.FateChanged, hanging.FateNew} {
		room := shownRows
		if fate == hanging.FateBad {
			room *= 10
		}
		for _, row := range p.Tried.Rows {
			if row.Fate != fate {
				continue
			}
			if room--; room < 0 {
				p.Hidden++
				continue
			}
			p.Rows = append(p.Rows, s.importRow(r, row))
		}
	}
}

func (s *Server) importRow(r *http.Request, row hanging.ImportedRow) importRow {
	out := importRow{ImportedRow: row}
	if row.ID != "" {
		out.Href = "/locations/" + string(row.ID)
	}
	if row.Err != nil {
		out.Problem, out.Column = s.say(r, row.Err), hanging.Heading(row.Err.Field, s.lang(r))
	}
	for _, c := range row.Changes {
		out.Changes = append(out.Changes, importChange{hanging.Heading(c.Column, s.lang(r)), c.Was, c.Is})
	}
	return out
}

// readImport reads a table out of a form: a file, or what was read of one before.
func readImport(w http.ResponseWriter, r *http.Request) (t hanging.Table, agree string, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, 2*hanging.MaxTableFile)
	in, err := r.MultipartReader()
	if err != nil {
		return t, "", pano.Invalid("request.unreadable").Because(err)
	}
	none := true
	for {
		part, err := in.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return t, "", unlessBig(err)
		}
		text, err := io.ReadAll(io.LimitReader(part, 2*hanging.MaxTableFile))
		if err != nil {
			return t, "", unlessBig(err)
		}
		switch {
		case part.FormName() == "agree":
			agree = string(text)
		case part.FormName() == "table" && len(text) > 0:
			none = false
			t, err = unpacked(string(text))
		case part.FormName() == "file" && len(text) > 0:
			none = false
			t, err = hanging.ReadTable(text)
		}
		if err != nil {
			return t, "", atFile(err)
		}
	}
	if none {
		return t, "", pano.Invalid("upload.no_file").At("file")
	}
	return t, agree, nil
}

func unlessBig(err error) error {
	if _, big := errors.AsType[*http.MaxBytesError](err); big {
		return err
	}
	return pano.Invalid("upload.broken_off").Because(err)
}

// atFile blames the file.
func atFile(err error) error {
	if e, ok := errors.AsType[*pano.Error](err); ok {
		blamed := *e
		return blamed.At("file")
	}
	return err
}

// packed is a table as a field of a form carries it to the next request, so that
// nothing has to be kept meanwhile.
func packed(t hanging.Table) (string, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(t); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// unpacked undoes packed. Whatever was made of the field meanwhile is a table
// like any other, or KindInvalid.
func unpacked(text string) (t hanging.Table, err error) {
	unreadable := func(why error) error { return pano.Invalid("request.unreadable").Because(why) }
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return t, unreadable(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return t, unreadable(err)
	}
	if err := json.NewDecoder(io.LimitReader(z, 8*hanging.MaxTableFile)).Decode(&t); err != nil {
		return t, unreadable(err)
	}
	wrong := len(t.Rows) > hanging.MaxTableRows || !slices.Contains(t.Columns, "code")
	for _, row := range t.Rows {
		wrong = wrong || len(row.Cells) != len(t.Columns)
	}
	if wrong {
		return t, unreadable(nil)
	}
	return t, nil
}

// placesCSV answers GET /locations.csv with the places that the list of the same
// address has on all its pages, as an import takes them.
func (s *Server) placesCSV(w http.ResponseWriter, r *http.Request) error {
	all, names, err := s.allPlaces(r)
	if err != nil {
		return err
	}
	lang := s.lang(r)
	var head []string
	for _, c := range hanging.ColumnNames() {
		head = append(head, hanging.Heading(c, lang))
	}
	lines := [][]string{head}
	for _, l := range all {
		var line []string
		for _, c := range hanging.ColumnNames() {
			text := names.Cell(l, c, lang)
			if (c == "lat" || c == "lon") && lang == "vi" {
				text = strings.Replace(text, ".", ",", 1) // 106.333 is a hundred thousand there
			}
			line = append(line, text)
		}
		lines = append(lines, line)
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+s.fileName(r)+`.csv"`)
	if lang == "vi" {
		return writeSheetWith(w, lines, ';')
	}
	return writeSheet(w, lines)
}

// placesXLSX answers GET /locations.xlsx as placesCSV does.
func (s *Server) placesXLSX(w http.ResponseWriter, r *http.Request) error {
	all, names, err := s.allPlaces(r)
	if err != nil {
		return err
	}
	return s.workbook(w, r, s.fileName(r), all, names)
}

// templateXLSX answers GET /locations/import/template.xlsx: the headings, and
// lists to choose from.
func (s *Server) templateXLSX(w http.ResponseWriter, r *http.Request) error {
	name := "mau-nhap-vi-tri"
	if s.lang(r) == "en" {
		name = "places-template"
	}
	return s.workbook(w, r, name, nil, hanging.Names{})
}

func (s *Server) workbook(w http.ResponseWriter, r *http.Request, name string, all []pano.Location, names hanging.Names) error {
	var b bytes.Buffer
	if err := hanging.WriteWorkbook(&b, all, names, s.lang(r)); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.xlsx"`)
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	_, err := b.WriteTo(w)
	return err
}

// fileName is the name of a file of places.
func (s *Server) fileName(r *http.Request) string {
	if s.lang(r) == "en" {
		return "places-" + s.today().String()
	}
	return "vi-tri-" + s.today().String()
}

// mostPlaces is how many places a file has at most: as many as an import takes.
const mostPlaces = hanging.MaxTableRows

// allPlaces reads the places of all pages of a list, and the codes they name.
// It fails with KindTooLarge if they are more than an import takes.
func (s *Server) allPlaces(r *http.Request) (all []pano.Location, names hanging.Names, err error) {
	names = hanging.Names{Agencies: map[pano.AgencyID]string{}, Places: map[pano.LocationID]string{}}
	err = s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		q, agencies, err := askPlaces(r.Context(), tx, r.URL.Query())
		if err != nil {
			return err
		}
		for _, a := range agencies {
			names.Agencies[a.ID] = a.Code
		}
		for q.Limit, q.After = 200, ""; ; {
			page, err := tx.Locations(r.Context(), actor(r).Reach(pano.LocationSee), q)
			if err != nil {
				return err
			}
			if page.Total > mostPlaces {
				return &pano.Error{Kind: pano.KindTooLarge, Key: "import.too_many", Args: []any{mostPlaces}}
			}
			all = append(all, page.Locations...)
			if q.After = page.Next; q.After == "" {
				return learn(r.Context(), tx, all, names)
			}
		}
	})
	return all, names, err
}

// learn finds the codes of the places around all.
func learn(ctx context.Context, tx *catalog.Tx, all []pano.Location, names hanging.Names) error {
	for _, l := range all {
		names.Places[l.ID] = l.Code
	}
	for _, l := range all {
		if _, known := names.Places[l.Parent]; known || l.Parent == "" {
			continue
		}
		up, err := tx.Location(ctx, l.Parent)
		if err != nil {
			return err
		}
		names.Places[l.Parent] = up.Code
	}
	return nil
}
