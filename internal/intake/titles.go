package intake

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"

	"pano/internal/pano"
)

// titles is a table of what people say of the files of one folder.
type titles struct {
	from string // name of the table's file, "" if there is none
	rows map[string]map[string]string
}

// headings are the names a column may have, in either language, without accents'
// forms mattering; the first one is the column's name here.
func headings() [][]string {
	return [][]string{
		{"file", "filename", "tệp", "tên tệp", "ảnh"}, {"title", "tiêu đề", "tên", "tên tác phẩm"}, {"description", "mô tả"},
		{"creator", "author", "tác giả"}, {"credit", "nguồn ảnh"}, {"rights", "copyright", "bản quyền"}, {"source", "nguồn"},
		{"kind", "loại", "loại hình"}, {"tags", "keywords", "từ khóa"}, {"material", "chất liệu"},
		{"width_mm", "rộng", "rộng (mm)"}, {"height_mm", "cao", "cao (mm)"},
	}
}

// readTitles reads the first table of dir, by name, that has a column of file
// names: CSV (UTF-8, commas or semicolons) or the first sheet of an XLSX.
func readTitles(dir string) (titles, error) {
	all, err := os.ReadDir(dir)
	if err != nil {
		return titles{}, err
	}
	for _, e := range all {
		var rows [][]string
		switch strings.ToLower(filepath.Ext(e.Name())) {
		case ".csv":
			rows, err = readCSV(filepath.Join(dir, e.Name()))
		case ".xlsx":
			rows, err = readXLSX(filepath.Join(dir, e.Name()))
		default:
			continue
		}
		if err != nil {
			return titles{}, fmt.Errorf("%s: %w", filepath.Join(dir, e.Name()), err)
		}
		if t, ok := parseTitles(rows); ok {
			t.from = e.Name()
			return t, nil
		}
	}
	return titles{}, nil
}

func readCSV(path string) ([][]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, 32<<20))
	if err != nil {
		return nil, err
	}
	s := strings.TrimPrefix(string(text), "\ufeff")
	r := csv.NewReader(strings.NewReader(s))
	if first, _, _ := strings.Cut(s, "\n"); strings.Count(first, ";") > strings.Count(first, ",") {
		r.Comma = ';'
	}
	r.FieldsPerRecord = -1
	return r.ReadAll()
}

func readXLSX(path string) (rows [][]string, err error) {
	f, err := excelize.OpenFile(path, excelize.Options{UnzipSizeLimit: 256 << 20})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return f.GetRows(f.GetSheetName(0))
}

func parseTitles(rows [][]string) (t titles, ok bool) {
	if len(rows) < 2 {
		return t, false
	}
	names := map[string]string{}
	for _, h := range headings() {
		for _, name := range h {
			names[plain(name)] = h[0]
		}
	}
	columns := make([]string, len(rows[0]))
	for i, heading := range rows[0] {
		columns[i] = names[plain(heading)]
		ok = ok || columns[i] == "file"
	}
	t.rows = map[string]map[string]string{}
	for _, row := range rows[1:] {
		said := map[string]string{}
		for i, v := range row {
			if i < len(columns) && columns[i] != "" {
				said[columns[i]] = Clean(v)
			}
		}
		if said["file"] != "" {
			t.rows[plain(said["file"])] = said
		}
	}
	return t, ok
}

// plain makes names comparable: NFC, lower case, without space at the ends.
func plain(s string) string { return strings.ToLower(norm.NFC.String(strings.TrimSpace(s))) }

// of adds what the table says of a file to what is said of all.
func (t titles) of(name string, about Sheet) Sheet {
	said := t.rows[plain(name)]
	for field, into := range map[string]*string{"title": &about.Title, "description": &about.Description, "creator": &about.Creator, "credit": &about.Credit,
		"rights": &about.Rights, "source": &about.Source, "material": &about.Material, "kind": (*string)(&about.Kind)} {
		if said[field] != "" {
			*into = said[field]
		}
	}
	if said["tags"] != "" {
		about.Tags = strings.FieldsFunc(said["tags"], func(r rune) bool { return r == ',' || r == ';' })
	}
	w, errW := strconv.Atoi(said["width_mm"])
	h, errH := strconv.Atoi(said["height_mm"])
	if errW == nil && errH == nil {
		about.Width, about.Height = pano.MM(w), pano.MM(h)
	}
	return about
}
