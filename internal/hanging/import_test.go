package hanging_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"pano/internal/hanging"
	"pano/internal/pano"
	"pano/storage/catalog"
)

func table(t testing.TB, data string) hanging.Table {
	t.Helper()
	got, err := hanging.ReadTable([]byte(data))
	if err != nil {
		t.Fatalf("%q: %v", data, err)
	}
	return got
}

// book is a workbook with these rows from the first on.
func book(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, r := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &r); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestTablesAreReadAsPeopleKeepThem: every way in which the same two places may come.
func TestTablesAreReadAsPeopleKeepThem(t *testing.T) {
	want := fmt.Sprint([]string{"code", "name", "lat"}, [][]string{{"PN-1", "Cột 1; phía Đông", "20,94"}, {"PN-2", "=SUM(A1)", ""}})
	semicolons := "Mã vị trí;Tên;Ghi chú;Vĩ độ\r\nPN-1;\"Cột 1; phía Đông\";x;20,94\r\n;;;\r\nPN-2;'=SUM(A1);;\r\n"
	wide := func(order binary.AppendByteOrder) string {
		var b []byte
		for _, u := range utf16.Encode([]rune("\ufeffmã\tTên\tghi chú\tlat\r\nPN-1\tCột 1; phía Đông\tx\t20,94\r\nPN-2\t=SUM(A1)\t\t\r\n")) {
			b = order.AppendUint16(b, u)
		}
		return string(b)
	}
	for name, data := range map[string]string{
		"semicolons": semicolons, "with its mark": "\ufeff" + semicolons,
		"commas and English": "Code,Name,Note,Latitude\nPN-1,Cột 1; phía Đông,x,\"20,94\"\nPN-2,=SUM(A1),,\n",
		"tabs":               "mã\tTÊN *\tghi chú\tlat\nPN-1\tCột 1; phía Đông\tx\t20,94\nPN-2\t=SUM(A1)\t\t\n",
		"decomposed":         "Ma\u0303 vi\u0323 tri\u0301;Tên;x;Vi\u0303 đô\u0323\nPN-1;\"Cột 1; phía Đông\";x;20,94\nPN-2;=SUM(A1)\n",
		"a title above":      "DANH SÁCH VỊ TRÍ;;;\n;;;\n" + semicolons,
		"workbook":           string(book(t, []any{"Danh sách"}, []any{"Mã vị trí", "Tên", "x", "Vĩ độ"}, []any{"PN-1", "Cột 1; phía Đông", 1, "20,94"}, []any{}, []any{"PN-2", "=SUM(A1)"})),
		"UTF-16":             wide(binary.LittleEndian),
		"UTF-16, big end":    wide(binary.BigEndian),
	} {
		got, err := hanging.ReadTable([]byte(data))
		var cells [][]string
		for _, r := range got.Rows {
			cells = append(cells, r.Cells)
		}
		if text := fmt.Sprint(got.Columns, cells); err != nil || text != want {
			t.Errorf("%s: %s, %v; want %s", name, text, err, want)
		}
	}
	if got := table(t, "Mã vị trí;Tên\n\"PN\n-1\";a\nPN-2;b\n"); got.Rows[1].Line != 4 {
		t.Errorf("the second place is told to be on line %d", got.Rows[1].Line)
	}
}

// bomb is a workbook whose sheet unpacks to n bytes of nothing.
func bomb(t testing.TB, n int64, lie bool) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(book(t, []any{"Mã vị trí"}, []any{"A"})), int64(len(book(t, []any{"Mã vị trí"}, []any{"A"}))))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	to := zip.NewWriter(&b)
	for _, f := range from.File {
		w, err := to.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(f.Name, "sheet1.xml") {
			io.WriteString(w, `<worksheet><sheetData><!--`)
			io.Copy(w, io.LimitReader(zeros{}, n))
			io.WriteString(w, `--></sheetData></worksheet>`)
		} else if _, err := io.Copy(w, r); err != nil {
			t.Fatal(err)
		}
		r.Close()
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	if lie { // the directory says that nothing is much
		z, _ := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		for _, f := range z.File {
			if strings.HasSuffix(f.Name, "sheet1.xml") {
				was := []byte{byte(f.UncompressedSize64), byte(f.UncompressedSize64 >> 8), byte(f.UncompressedSize64 >> 16), byte(f.UncompressedSize64 >> 24)}
				data = bytes.ReplaceAll(data, was, []byte{0, 16, 0, 0})
			}
		}
	}
	return data
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestHostileTablesAreRefusedInWords(t *testing.T) {
	many := strings.Repeat("PN;x\n", 10_001)
	for name, x := range map[string]struct {
		data []byte
		key  string
	}{
		"nothing":           {nil, "import.no_heading"},
		"prose":             {[]byte("Kính gửi đồng chí,\nxin gửi danh sách."), "import.no_heading"},
		"headings alone":    {[]byte("Mã vị trí;Tên\n"), "import.empty"},
		"a column twice":    {[]byte("Mã vị trí;Tên;Name\nA;b;c\n"), "import.column_twice"},
		"Windows-1258":      {[]byte("Mã vị trí;Tên\nA;C\xf4\xf2t\n"), "import.not_text"},
		"an open quote":     {[]byte("Mã vị trí;Tên\nA;\"b\nB;c\n"), "import.broken_line"},
		"too many":          {[]byte("Mã vị trí;Tên\n" + many), "import.too_many"},
		"a long cell":       {[]byte("Mã vị trí;Tên\nA;" + strings.Repeat("x", 5000)), "import.long_cell"},
		"too many bytes":    {make([]byte, hanging.MaxTableFile+1), "upload.too_large"},
		"no workbook":       {[]byte("PK\x03\x04 and nothing"), "import.unreadable"},
		"a bomb":            {bomb(t, 200<<20, false), "import.too_big"},
		"a bomb that lies":  {bomb(t, 200<<20, true), "import.no_heading"},
		"a binary workbook": {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old"), "import.not_text"},
	} {
		_, err := hanging.ReadTable(x.data)
		if key := keyOf(err); key != x.key {
			t.Errorf("%s: %v, want %s", name, err, x.key)
		}
	}
}

func keyOf(err error) string {
	if e, ok := err.(*pano.Error); ok {
		return e.Key
	}
	return fmt.Sprint(err)
}

// TestASheetOfAMillionEmptyRowsIsRead: styled down to the last row, as people's sheets are.
func TestASheetOfAMillionEmptyRowsIsRead(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for cell, v := range map[string]string{"A1": "Mã vị trí", "B1": "Tên", "A2": "PN-1", "B2": "Cột", "A1048576": "PN-2"} {
		if err := f.SetCellStr("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	got, err := hanging.ReadTable(b.Bytes())
	if err != nil || len(got.Rows) != 2 || got.Rows[1].Line != 1048576 {
		t.Errorf("%+v, %v", got, err)
	}
}

func (c *town) try(t testing.TB, who pano.Actor, tab hanging.Table, agree string) hanging.Imported {
	t.Helper()
	got, err := c.ImportLocations(t.Context(), who, tab, agree)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (c *town) look(t testing.TB, f func(context.Context, *catalog.Tx)) {
	t.Helper()
	if err := c.DB.Read(t.Context(), func(tx *catalog.Tx) error { f(t.Context(), tx); return nil }); err != nil {
		t.Fatal(err)
	}
}

// fates are those of the rows, with what changes, or what is wrong where.
func fates(done hanging.Imported) (all []string) {
	for _, r := range done.Rows {
		text := fmt.Sprint(r.Line, " ", r.Code, " ", r.Fate)
		for _, c := range r.Changes {
			text += fmt.Sprintf(" %s:%s>%s", c.Column, c.Was, c.Is)
		}
		if r.Err != nil {
			text += " " + r.Err.Key + " at " + r.Err.Field
		}
		all = append(all, text)
	}
	return all
}

// TestATryTellsWhatWillBeAndChangesNothing, and then it is what is.
func TestATryTellsWhatWillBeAndChangesNothing(t *testing.T) {
	c := newTown(t)
	before, _ := c.events(t, "")
	tab := table(t, "Mã vị trí;Loại;Tên;Nằm trong (mã);Rộng (mm);Cao (mm);Sức chứa;Vĩ độ;Kinh độ;Giấy phép có hạn;Tình trạng\n"+
		"MX-1;Mặt pa-nô;Mặt Đông;MX;6.000;3000;;20,9401;106,333;5/12/2031;\n"+ // before the place it stands in
		"MX;Điểm treo;Ngã tư Máy Xay;;;;;20.94, 106.33;;;\n"+
		"hd-014;face;Cột 14;;900;2500;;;;;đang dùng\n"+
		"D1;Đoạn đường;Đoạn cầu Phú Lương;;;;10;;;;\n"+
		"T1;Tường;Tường A;;6000;2400;;;;;Ngừng dùng\n")
	want := []string{"2 MX-1 new", "3 MX new", "4 hd-014 changed code:HD-014>hd-014 width_mm:800>900", "5 D1 same", "6 T1 changed state:Đang dùng>Ngừng dùng"}
	tried := c.try(t, c.lan, tab, "")
	if got := fates(tried); !slices.Equal(got, want) || tried.Done || tried.New != 2 || tried.Changed != 2 || tried.Same != 1 || tried.Bad != 0 {
		t.Fatalf("tried: %q %+v", got, tried)
	}
	if after, _ := c.events(t, ""); after != before {
		t.Errorf("a try left %d events", after-before)
	}
	c.look(t, func(ctx context.Context, tx *catalog.Tx) {
		if _, err := tx.LocationByCode(ctx, "MX"); pano.KindOf(err) != pano.KindNotFound {
			t.Errorf("a try left a place: %v", err)
		}
	})
	done := c.try(t, c.lan, tab, tried.Digest)
	if got := fates(done); !slices.Equal(got, want) || !done.Done {
		t.Errorf("done: %q", got)
	}
	c.look(t, func(ctx context.Context, tx *catalog.Tx) {
		l, err := tx.LocationByCode(ctx, "MX-1")
		up, _ := tx.LocationByCode(ctx, "MX")
		if err != nil || l.Parent != up.ID || l.Width != 6000 || l.Lat != 20.9401 || l.Lon != 106.333 || l.PermitUntil != pano.Date(2031, 12, 6) || l.Agency != c.culture || up.Lon != 106.33 {
			t.Errorf("kept %+v in %+v, %v", l, up, err)
		}
		if wall, _ := tx.Location(ctx, c.wall.ID); !wall.Closed || wall.Rev != 2 {
			t.Errorf("the wall is %+v", wall)
		}
	})
	if _, verbs := c.events(t, string(c.face.ID)); !slices.Equal(verbs, []string{"location.import", "location.add"}) {
		t.Errorf("history of the face: %v", verbs)
	}
	if again := c.try(t, c.lan, tab, ""); again.Same != 5 {
		t.Errorf("the same again: %q", fates(again))
	}
}

func TestBadRowsAreToldAtTheirColumnsAndKeepAllOut(t *testing.T) {
	c := newTown(t)
	theirs, err := c.AddLocation(t.Context(), c.minh, pano.Location{Kind: pano.Site, Code: "P1-A", Name: "Của phường"})
	if err != nil {
		t.Fatal(err)
	}
	p := c.piece(c.face, sep(1, 9))
	if _, err := c.Place(t.Context(), c.lan, p); err != nil {
		t.Fatal(err)
	}
	head := "Mã vị trí;Loại;Tên;Nằm trong (mã);Đơn vị (mã);Rộng (mm);Cao (mm);Sức chứa;Vĩ độ;Kinh độ;Giấy phép có hạn;Tình trạng\n"
	tab := table(t, head+
		";site;Không mã;;;;;;;;;\n"+
		"A B;site;Mã có khoảng;;;;;;;;;\n"+
		"B1;cây;Loại lạ;;;;;;;;;\n"+
		"B2;site;;;;;;;;;;\n"+
		"B3;face;Nửa khổ;;;3000;;;;;;\n"+
		"B4;face;Không phải số;;;2,5;1000;;;;;\n"+
		"B5;stretch;Không sức chứa;;;;;;;;;\n"+
		"B6;face;Tọa độ;;;;;;chín;106;;\n"+
		"B7;face;Ngoài quả đất;;;;;;20;306,5;;\n"+
		"B8;face;Ngày;;;;;;;;31/02/2031;\n"+
		"B9;face;Tình trạng;;;;;;;;;hỏng\n"+
		"C1;face;Không có cha;NOPE;;;;;;;;\n"+
		"C2;face;Đơn vị lạ;;XYZ;;;;;;;\n"+
		"C3;room;Phòng ở đâu;;;;;;;;;\n"+
		"C4;face;Cha hỏng;B5;;;;;;;;\n"+
		"C5;site;Vòng;C6;;;;;;;;\n"+
		"C6;site;Vòng;C5;;;;;;;;\n"+
		"c5;site;Hai lần;;;;;;;;;\n"+
		"P1-A;site;Của người khác;;;;;;;;;\n"+
		"HD-014;face;Cột 14;;;100;100;;;;;\n"+
		"OK;site;Tốt;;;;;;;;;\n")
	want := []string{"2  bad location.bad_code at code", "3 A B bad location.bad_code at code", "4 B1 bad location.unknown_kind at kind", "5 B2 bad location.no_name at name",
		"6 B3 bad location.half_a_size at height_mm", "7 B4 bad import.not_whole at width_mm", "8 B5 bad location.no_capacity at capacity", "9 B6 bad location.coordinate_unreadable at lat",
		"10 B7 bad location.bad_longitude at lon", "11 B8 bad day.unreadable at permit_last", "12 B9 bad import.unknown_state at state", "13 C1 bad import.no_parent at parent",
		"14 C2 bad import.no_agency at agency", "15 C3 bad location.wrong_parent at parent", "16 C4 bad import.parent_bad at parent", "17 C5 bad import.parent_bad at parent",
		"18 C6 bad location.inside_itself at parent", "19 c5 bad import.code_twice at code", "20 P1-A bad import.not_yours at code", "21 HD-014 bad location.too_small at width_mm", "22 OK new"}
	tried := c.try(t, c.lan, tab, "")
	if got := fates(tried); !slices.Equal(got, want) {
		for i := range want {
			if i >= len(got) || got[i] != want[i] {
				t.Errorf("%q, want %q", got[min(i, len(got)-1)], want[i])
			}
		}
	}
	if done := c.try(t, c.lan, tab, tried.Digest); done.Done {
		t.Error("bad rows were brought in")
	}
	c.look(t, func(ctx context.Context, tx *catalog.Tx) {
		if _, err := tx.LocationByCode(ctx, "OK"); err == nil {
			t.Error("a good row among bad ones was kept")
		}
		if l, _ := tx.Location(ctx, theirs.ID); l.Name != "Của phường" {
			t.Errorf("another agency's place is now %+v", l)
		}
	})
}

func TestWhatChangedSinceTheTryIsNotOverwritten(t *testing.T) {
	c := newTown(t)
	tab := table(t, "Mã vị trí;Tên\nHD-014;Cột mười bốn\n")
	tried := c.try(t, c.lan, tab, "")
	c.face.Name = "Cột 14, đổi tên"
	if _, err := c.EditLocation(t.Context(), c.lan, c.face); err != nil {
		t.Fatal(err)
	}
	got, err := c.ImportLocations(t.Context(), c.lan, tab, tried.Digest)
	want(t, "after somebody's change", err, pano.KindConflict, "import.changed_since", "")
	if f := fates(got); !slices.Equal(f, []string{"2 HD-014 changed name:Cột 14, đổi tên>Cột mười bốn"}) || got.Done {
		t.Errorf("it tells now %q", f)
	}
	if done := c.try(t, c.lan, tab, got.Digest); !done.Done {
		t.Error("with what is told now it is not done either")
	}
}

func TestWhoMayImport(t *testing.T) {
	c := newTown(t)
	tab := table(t, "Mã vị trí;Tên;Loại\nX;Y;site\n")
	for name, who := range map[string]pano.Actor{"staff": c.hoa, "approver": c.tuan, "auditor": c.an, "printer": c.inn, "installer": c.nam} {
		if _, err := c.ImportLocations(t.Context(), who, tab, ""); pano.KindOf(err) != pano.KindForbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.ImportLocations(t.Context(), pano.Actor{}, tab, ""); pano.KindOf(err) != pano.KindAnonymous {
		t.Errorf("nobody: %v", err)
	}
	if got := c.try(t, c.minh, tab, ""); got.New != 1 {
		t.Errorf("a ward's curator: %q", fates(got))
	}
}

// TestAWorkbookOfPlacesComesBackAsItWent, with all the digits of its numbers.
func TestAWorkbookOfPlacesComesBackAsItWent(t *testing.T) {
	c := newTown(t)
	odd := []pano.Location{
		{Kind: pano.Site, Code: "1E5", Name: "=1+1", Address: "@SUM(A1)", Placed: true, Lat: 20.9401234, Lon: -106.1},
		{Kind: pano.Face, Code: "007", Name: "+84", Address: "- gạch\tđầu", Permit: "0012", PermitUntil: pano.Date(2031, 1, 1), Width: 6000, Height: 3000},
		{Kind: pano.Wall, Code: "T2", Name: "'nháy", Width: 9000, Height: 3200, Eye: 1600},
	}
	names := hanging.Names{Agencies: map[pano.AgencyID]string{c.culture: "SVH", c.ward: "P1"}, Places: map[pano.LocationID]string{}}
	all := []pano.Location{c.face, c.stretch, c.wall}
	for _, l := range odd {
		l, err := c.AddLocation(t.Context(), c.lan, l)
		if err != nil {
			t.Fatal(err)
		}
		names.Places[l.ID] = l.Code
		all = append(all, l)
	}
	for _, lang := range []string{"vi", "en"} {
		var b bytes.Buffer
		if err := hanging.WriteWorkbook(&b, all, names, lang); err != nil {
			t.Fatal(err)
		}
		tab, err := hanging.ReadTable(b.Bytes())
		if err != nil || !slices.Equal(tab.Columns, hanging.ColumnNames()) {
			t.Fatalf("%v, %v", tab.Columns, err)
		}
		if got := c.try(t, c.lan, tab, ""); got.Same != len(all) {
			t.Errorf("%s: it comes back as %q", lang, fates(got))
		}
		f, err := excelize.OpenReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range []string{"B5", "F5"} {
			if formula, _ := f.GetCellFormula(f.GetSheetName(0), cell); formula != "" {
				t.Errorf("%s is the formula %s", cell, formula)
			}
		}
		f.Close()
	}
}
