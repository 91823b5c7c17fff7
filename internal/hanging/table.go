package hanging

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"

	"pano/internal/pano"
)

// Limits of a table of places.
const (
	MaxTableFile = 8_000_000 // bytes as sent
	maxTableBody = 96 << 20  // bytes of a workbook unpacked
	MaxTableRows = 10_000    // places
	maxTableWide = 200       // cells in a row
	maxTableCell = 4_000     // bytes in a cell
	headWithin   = 20        // rows in which the headings are looked for
)

// A Table is places as a spreadsheet has them: cells under columns that are
// known, as they were typed.
type Table struct {
	Columns []string // names of the known columns, in the order of the file
	Rows    []TableRow
}

// A TableRow is one row; Cells stand in the order of the columns.
type TableRow struct {
	Line  int // in the file, as programs count: the first is 1
	Cells []string
}

// ReadTable reads a table of places: the first sheet with a heading of codes of
// an XLSX workbook, or CSV with semicolons, commas or tabs, in UTF-8 or UTF-16
// with its mark. Headings are Vietnamese or English; columns with others are left out.
//
// It fails with KindInvalid if it is no table of places, and with KindTooLarge
// if it is beyond the limits, however small it was packed.
func ReadTable(data []byte) (t Table, err error) {
	if len(data) > MaxTableFile {
		return t, &pano.Error{Kind: pano.KindTooLarge, Key: "upload.too_large", Args: []any{pano.Bytes(MaxTableFile)}}
	}
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return readWorkbook(data)
	}
	var p tableReader
	if err := p.csv(data); err != nil {
		return t, err
	}
	return p.done()
}

// A tableReader takes rows until it has the table.
type tableReader struct {
	t    Table
	at   []int // for each cell of the file its column in the table, -1 for none
	seen int   // rows before the headings
}

// errNoHeading says that a sheet is no table of places.
var errNoHeading = pano.Invalid("import.no_heading")

func (p *tableReader) row(line int, cells []string) error {
	if len(cells) > maxTableWide {
		cells = cells[:maxTableWide]
	}
	if p.at == nil {
		if p.seen++; p.seen > headWithin {
			return errNoHeading
		}
		return p.heading(cells)
	}
	row, filled := TableRow{line, make([]string, len(p.t.Columns))}, false
	for i, c := range cells {
		if i >= len(p.at) || p.at[i] < 0 {
			continue
		}
		if len(c) > maxTableCell {
			return pano.Invalid("import.long_cell", line)
		}
		text := plainCell(c)
		row.Cells[p.at[i]], filled = text, filled || text != ""
	}
	if !filled {
		return nil
	}
	if len(p.t.Rows) == MaxTableRows {
		return &pano.Error{Kind: pano.KindTooLarge, Key: "import.too_many", Args: []any{MaxTableRows}}
	}
	p.t.Rows = append(p.t.Rows, row)
	return nil
}

// plainCell is the text of a cell without space at its ends, in NFC, and without
// the sign that keeps spreadsheets from taking it for a formula.
func plainCell(c string) string {
	c = strings.TrimSpace(norm.NFC.String(c))
	if len(c) > 1 && c[0] == '\'' && strings.ContainsRune("=+-@", rune(c[1])) {
		return c[1:]
	}
	return c
}

// heading takes cells for the headings if one of them is that of codes.
func (p *tableReader) heading(cells []string) error {
	var at []int
	var names []string
	coded := false
	for _, c := range cells {
		name := columnOf(c)
		if name == "" {
			at = append(at, -1)
			continue
		}
		for _, n := range names {
			if n == name {
				return pano.Invalid("import.column_twice", strings.TrimSpace(c))
			}
		}
		coded = coded || name == "code"
		at = append(at, len(names))
		names = append(names, name)
	}
	if coded {
		p.at, p.t.Columns = at, names
	}
	return nil
}

func (p *tableReader) done() (Table, error) {
	switch {
	case p.at == nil:
		return p.t, errNoHeading
	case len(p.t.Rows) == 0:
		return p.t, pano.Invalid("import.empty")
	}
	return p.t, nil
}

// csv reads rows as text files have them.
func (p *tableReader) csv(data []byte) error {
	text, err := decoded(data)
	if err != nil {
		return err
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = separator(text)
	r.FieldsPerRecord = -1
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if broken, ok := errors.AsType[*csv.ParseError](err); ok {
			return pano.Invalid("import.broken_line", broken.Line).Because(err)
		}
		if err != nil {
			return err
		}
		line, _ := r.FieldPos(0)
		if err := p.row(line, cells); err != nil {
			return err
		}
	}
}

// decoded is text in UTF-8, without its mark.
func decoded(data []byte) (string, error) {
	wide := bytes.HasPrefix(data, []byte{0xff, 0xfe})
	if big := bytes.HasPrefix(data, []byte{0xfe, 0xff}); wide || big {
		units := make([]uint16, (len(data)-2)/2)
		for i := range units {
			a, b := data[2+2*i], data[3+2*i]
			if big {
				a, b = b, a
			}
			units[i] = uint16(a) | uint16(b)<<8
		}
		return string(utf16.Decode(units)), nil
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return "", pano.Invalid("import.not_text")
	}
	return text, nil
}

// separator is what stands most often between the cells of the line of headings.
func separator(text string) rune {
	for n := 0; n < headWithin; n++ {
		line, rest, more := strings.Cut(text, "\n")
		for _, sign := range []rune{';', '\t', ','} {
			for _, c := range strings.Split(line, string(sign)) {
				if columnOf(strings.Trim(strings.TrimSpace(c), `"`)) == "code" {
					return sign
				}
			}
		}
		if text = rest; !more {
			break
		}
	}
	return ','
}

// readWorkbook reads the first sheet that is a table of places. Whatever a
// crafted file makes the reader do, it ends as an error.
func readWorkbook(data []byte) (t Table, err error) {
	unreadable := func(why error) error { return pano.Invalid("import.unreadable").Because(why) }
	defer func() {
		if p := recover(); p != nil {
			t, err = Table{}, unreadable(fmt.Errorf("panic: %v", p))
		}
	}()
	if err := unpackable(data); err != nil {
		return t, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxTableBody, UnzipXMLSizeLimit: maxTableBody})
	if err != nil {
		return t, unreadable(err)
	}
	defer f.Close()
	for _, sheet := range f.GetSheetList() {
		t, err = readSheet(f, sheet)
		if err == nil || !errors.Is(err, errNoHeading) {
			return t, err
		}
	}
	return t, errNoHeading
}

// unpackable fails unless the archive says of itself that it stays within the limits.
func unpackable(data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return pano.Invalid("import.unreadable").Because(err)
	}
	var total uint64
	for _, f := range z.File {
		total += f.UncompressedSize64
	}
	if total > maxTableBody || len(z.File) > 2000 {
		return &pano.Error{Kind: pano.KindTooLarge, Key: "import.too_big"}
	}
	return nil
}

func readSheet(f *excelize.File, sheet string) (t Table, err error) {
	rows, err := f.Rows(sheet)
	if err != nil {
		return t, pano.Invalid("import.unreadable").Because(err)
	}
	defer rows.Close()
	var p tableReader
	for line := 1; rows.Next(); line++ {
		cells, err := rows.Columns()
		if err != nil {
			return t, pano.Invalid("import.unreadable").Because(err)
		}
		if len(cells) == 0 {
			continue
		}
		if err := p.row(line, cells); err != nil {
			return t, err
		}
	}
	if err := rows.Error(); err != nil {
		return t, pano.Invalid("import.unreadable").Because(err)
	}
	return p.done()
}
