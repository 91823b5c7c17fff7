package hanging

import (
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"pano/internal/pano"
)

// WriteWorkbook writes places as an XLSX workbook that ReadTable reads: the same
// columns, headings and words of lang, numbers as numbers, everything else as
// text, whatever it looks like. Kinds and states can be chosen from lists.
func WriteWorkbook(w io.Writer, places []pano.Location, n Names, lang string) (err error) {
	f := excelize.NewFile()
	defer f.Close()
	sheet := "Vị trí"
	if lang == "en" {
		sheet = "Places"
	}
	if err := f.SetSheetName(f.GetSheetName(0), sheet); err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E4ECF5"}}})
	if err != nil {
		return err
	}
	text, err := f.NewStyle(&excelize.Style{NumFmt: 49}) // what is typed stays as it is
	if err != nil {
		return err
	}
	out, err := f.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	var head []any
	for i, c := range columns() {
		head = append(head, excelize.Cell{StyleID: bold, Value: Heading(c.name, lang)})
		style := text
		if _, number := numeric(c.name, "0"); number {
			style = 0
		}
		if err := out.SetColWidth(i+1, i+1, map[string]float64{"name": 36, "address": 36}[c.name]+16); err != nil {
			return err
		}
		if style != 0 {
			if err := out.SetColStyle(i+1, i+1, style); err != nil {
				return err
			}
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := out.SetRow("A1", head); err != nil {
		return err
	}
	for i, l := range places {
		if err := out.SetRow("A"+strconv.Itoa(i+2), cellsOf(l, n, lang, text)); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if err := choices(f, sheet, lang, len(places)+1000); err != nil {
		return err
	}
	_, err = f.WriteTo(w)
	return err
}

func cellsOf(l pano.Location, n Names, lang string, style int) (cells []any) {
	for _, c := range columns() {
		said := n.Cell(l, c.name, lang)
		if v, ok := numeric(c.name, said); ok {
			cells = append(cells, v)
		} else if said == "" {
			cells = append(cells, nil)
		} else {
			cells = append(cells, excelize.Cell{StyleID: style, Value: said})
		}
	}
	return cells
}

// numeric is the number in a cell of a column of numbers.
func numeric(column, text string) (v float64, ok bool) {
	switch column {
	case "lat", "lon", "width_mm", "height_mm", "capacity", "eye_mm":
		v, err := strconv.ParseFloat(text, 64)
		return v, err == nil
	}
	return 0, false
}

// choices lets kinds and states be chosen in the first rows.
func choices(f *excelize.File, sheet, lang string, rows int) error {
	var kinds []string
	for _, k := range pano.LocationKinds() {
		kinds = append(kinds, KindWord(k, lang))
	}
	for i, c := range columns() {
		words := map[string][]string{"kind": kinds, "state": {StateWord(false, lang), StateWord(true, lang)}}[c.name]
		if words == nil {
			continue
		}
		col, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		v := excelize.NewDataValidation(true)
		v.Sqref = col + "2:" + col + strconv.Itoa(rows+1)
		if err := v.SetDropList(words); err != nil {
			return err
		}
		if err := f.AddDataValidation(sheet, v); err != nil {
			return err
		}
	}
	return nil
}
