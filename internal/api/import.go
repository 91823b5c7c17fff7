package api

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"pano/internal/hanging"
	"pano/internal/pano"
)

// Import is what becomes, or would become, of a table of places.
type Import struct {
	Done    bool        `json:"done" doc:"It was done; otherwise it was only tried"`
	New     int         `json:"new"`
	Changed int         `json:"changed"`
	Same    int         `json:"same"`
	Bad     int         `json:"bad" doc:"Nothing is done while there are any"`
	Digest  string      `json:"digest" doc:"Of all that would be done: send it as agree"`
	Rows    []ImportRow `json:"rows"`
}

// ImportRow is what becomes of one row.
type ImportRow struct {
	Line    int             `json:"line" doc:"In the file; the first is 1"`
	Code    string          `json:"code"`
	Name    string          `json:"name,omitempty"`
	ID      pano.LocationID `json:"id,omitempty" doc:"Of a place that was there"`
	Fate    hanging.Fate    `json:"fate" enum:"new,changed,same,bad"`
	Changes []ImportChange  `json:"changes,omitempty"`
	Problem string          `json:"problem,omitempty" doc:"In the caller's language"`
	Key     string          `json:"problem_code,omitempty"`
	Column  string          `json:"column,omitempty" doc:"At which the problem is"`
}

// ImportChange is one cell that a place does not have yet.
type ImportChange struct {
	Column string `json:"column"`
	Was    string `json:"was,omitempty"`
	Is     string `json:"is,omitempty"`
}

func (s *site) imports() {
	answer := &huma.MediaType{Schema: s.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Import](), true, "")}
	file := &huma.MediaType{Schema: &huma.Schema{Type: "string", Format: "binary"}}
	s.bytes(huma.Operation{OperationID: "import-locations", Method: http.MethodPost, Path: "/locations/import", Summary: "Bring places in from a table, all or none",
		Description: "The body is CSV in UTF-8 or an XLSX workbook, with the columns of /locations.xlsx in any order. A code that is there is changed in the columns of the table, any other is added. Without agree it only tries.",
		Parameters:  []*huma.Param{{Name: "agree", In: "query", Description: "The digest of a try: do just that. 409 import.changed_since if it would be something else by now", Schema: &huma.Schema{Type: "string"}}},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"text/csv": file,
			"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": file}},
		Responses: map[string]*huma.Response{"200": {Description: "Tried or done", Content: map[string]*huma.MediaType{"application/json": answer}}}}, pano.LocationEdit, s.importLocations)
}

// importLocations answers POST /locations/import.
func (s *site) importLocations(w http.ResponseWriter, r *http.Request, who pano.Actor) error {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, hanging.MaxTableFile))
	if big, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &pano.Error{Kind: pano.KindTooLarge, Key: "upload.too_large", Args: []any{pano.Bytes(big.Limit)}, Err: err}
	}
	if err != nil {
		return pano.Invalid("upload.broken_off").Because(err)
	}
	table, err := hanging.ReadTable(data)
	if err != nil {
		return err
	}
	done, err := s.Hanging.ImportLocations(r.Context(), who, table, r.URL.Query().Get("agree"))
	if err != nil {
		return err
	}
	out := Import{Done: done.Done, New: done.New, Changed: done.Changed, Same: done.Same, Bad: done.Bad, Digest: done.Digest, Rows: make([]ImportRow, len(done.Rows))}
	words := s.wordsFor(r.Header.Get)
	for i, row := range done.Rows {
		out.Rows[i] = ImportRow{Line: row.Line, Code: row.Code, Name: row.Name, ID: row.ID, Fate: row.Fate}
		for _, c := range row.Changes {
			out.Rows[i].Changes = append(out.Rows[i].Changes, ImportChange(c))
		}
		if e := row.Err; e != nil {
			out.Rows[i].Problem, out.Rows[i].Key, out.Rows[i].Column = words.Say(e.Key, e.Args...), e.Key, e.Field
		}
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(out)
}
