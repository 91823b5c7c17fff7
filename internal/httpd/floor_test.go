package httpd_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pano/internal/pano"
	"pano/internal/rig"
	"pano/storage/catalog"
)

// floor lays a floor plan of 20 × 10 m and returns its address.
func (g *salon) floor() string {
	g.T.Helper()
	at := g.path + "/floor"
	g.follow(g.send(at+"/picture?rev=0", url.Values{"title": {"Mặt bằng"}, "kind": {"document"}}, file{"mat-bang.jpg", picture(800, 400, 9)})).sees(g.T, "Chưa có tỉ lệ")
	g.follow(g.post(at+"/scale", lineOf("1", "10", "10000"))).sees(g.T, "rộng 20.000, cao 10.000 mm")
	return at
}

// lineOf is the form of a line of half the width, from that per cent on.
func lineOf(rev, from, length string) url.Values {
	return url.Values{"rev": {rev}, "x1": {from}, "y1": {"50"}, "x2": {"60,0"}, "y2": {"50"}, "length_mm": {length}}
}

// marks is the table: the wall and pins as what, x, y.
func (g *salon) marks(rev, wall, was string, pins ...string) url.Values {
	f := url.Values{"rev": {rev}, "wall": {string(g.wall.ID)}, "wall_was": {was}}
	for i, name := range []string{"x1", "y1", "x2", "y2"} {
		f.Set(name, strings.Split(wall, " ")[i])
	}
	for i := 0; i+2 < len(pins); i += 3 {
		f.Add("pin", "")
		f.Add("pin_was", "")
		f.Add("what", pins[i])
		f.Add("x", pins[i+1])
		f.Add("y", pins[i+2])
	}
	return f
}

func (g *salon) kept() (f catalog.LaidFloor) {
	g.T.Helper()
	g.ok(g.DB.Read(g.T.Context(), func(tx *catalog.Tx) (err error) {
		f, err = tx.Floor(g.T.Context(), pano.Reach{All: true}, pano.ExhibitionID(strings.TrimPrefix(g.path, "/exhibitions/")))
		return err
	}))
	return f
}

func TestAFloorPlanIsUploadedScaledAndDrawn(t *testing.T) {
	g := openSalon(t)
	g.get(g.path).sees(t, g.path+"/floor")
	g.get(g.path+"/floor").sees(t, "Trưng bày này chưa có mặt bằng", "Thêm mặt bằng")
	at := g.floor()
	for name, c := range map[string]struct {
		form url.Values
		say  string
	}{
		"no number":   {lineOf("2", "x", "10000"), "bằng số phần trăm"},
		"off":         {lineOf("2", "101", "10000"), "phải nằm trong ảnh"},
		"too near":    {lineOf("2", "60", "10000"), "quá gần nhau"},
		"too short":   {lineOf("2", "10", "9"), "từ 100 đến"},
		"half a wall": {g.marks("2", "1 2 3 ", ""), "Tường số 1: ghi đủ bốn số"},
		"a wall off":  {g.marks("2", "0 0 20001 0", ""), "Tường số 1 ra ngoài mặt bằng"},
		"half a pin":  {g.marks("2", "   ", "", "1", "5", ""), "Điểm số 1: ghi đủ hai số"},
		"no such":     {g.marks("2", "   ", "", "1", "5", "5", "9", "5", "5"), "Điểm số 2: danh mục không có"},
		"of nothing":  {g.marks("2", "   ", "", "1", "5", "5", "", "5", "5"), "Điểm số 2: ghi số thứ tự"},
	} {
		to := at
		if c.form.Has("length_mm") {
			to += "/scale"
		}
		p := g.post(to, c.form)
		if has(t, p, http.StatusUnprocessableEntity, c.say, "field-error"); t.Failed() {
			t.Fatal(name)
		}
	}
	page := g.follow(g.post(at, g.marks("2", "1000 1000 9000 1000", "", "2", "3000", "4000", "Bục phát biểu", "5000", "6000", "", "", "")))
	page.sees(t, "dài trên bản vẽ lệch quá 5 %", "8,00 m", "9,00 m", "2. Ảnh: Làng gốm", "Bục phát biểu", `href="/locations/`+string(g.wall.ID), "/preview?v=")
	g.follow(g.post(at, g.marks("3", "1000 1000 10000 1000", "1000; 1000 – 9000; 1000"))).lacks(t, "lệch quá 5 %")
	if f := g.kept(); len(f.Walls) != 1 || f.Walls[0].Length() != 9000 || len(f.Pins) != 0 {
		t.Errorf("kept %+v", f)
	}
	g.get(g.path).sees(t, "Sửa mặt bằng", "NTL-A (1000; 1000) – (9000; 1000)", "NTL-A (1000; 1000) – (10000; 1000)")
	if p := g.send(at+"/picture?rev=4", url.Values{"title": {"x"}, "kind": {"document"}}, file{"x.txt", []byte("không phải ảnh")}); p.Status < 400 || p.Status >= 500 {
		t.Errorf("a text for a picture: %d", p.Status)
	}
}

// TestAStaleFloorPlanIsRefusedAndShowsWhatOthersDid, keeping what was typed and
// what others drew, so that saving again loses neither.
func TestAStaleFloorPlanIsRefusedAndShowsWhatOthersDid(t *testing.T) {
	g := openSalon(t)
	at := g.floor()
	bao := g.enter("bao", pano.Staff, pano.Curator)
	if p := bao.post(at, g.marks("2", "0 0 9000 0", "", "Bục", "1", "2")); p.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", p.Status, text(p.Body))
	}
	p := g.post(at, g.marks("2", "   ", "", "1", "700", "800"))
	has(t, p, http.StatusConflict, "Người khác vừa sửa", "NTL-A (0; 0) – (9000; 0)", "Người khác vừa đặt: 0; 0 – 9000; 0", "Bục", `value="700"`, `name="rev" value="3"`, `name="x2" inputmode="numeric" value="9000"`)
	if f := g.kept(); len(f.Pins) != 1 || f.Rev != 3 {
		t.Errorf("a stale save was kept: %+v", f)
	}
	p = g.post(at, g.marks("2", "5 5 9005 5", "", "1", "700", "800"))
	has(t, p, http.StatusConflict, `name="x2" inputmode="numeric" value="9005"`, "Người khác vừa đặt: 0; 0 – 9000; 0")
	has(t, g.post(at+"/scale", lineOf("2", "10", "12000")), http.StatusConflict, "Người khác vừa sửa", `value="12000"`)
}

func TestFloorPlansAreForCuratorsToChange(t *testing.T) {
	g := openSalon(t)
	at := g.floor()
	g.follow(g.post(at, g.marks("2", "0 0 9000 0", "", "Bục", "1", "2", "1", "3", "4")))
	ba := g.enterAt(g.BT, "ba", pano.Curator)
	page := ba.get(at)
	page.sees(t, "Ảnh mặt bằng thuộc đơn vị khác", "9,00 m", "Bục")
	page.lacks(t, "/preview?v=")
	page.lacks(t, `name="rev"`)
	for _, to := range []string{at, at + "/scale", at + "/picture?rev=3"} {
		if p := ba.post(to, g.marks("3", "   ", "")); p.Status != http.StatusForbidden {
			t.Errorf("POST %s: %d", to, p.Status)
		}
	}
}

func TestFloorPlansStandEveryReader(t *testing.T) {
	g, browser := openSalon(t), rig.Chromium(t)
	none := g.post("/exhibitions", url.Values{"code": {"KHAC"}, "title": {"Trưng bày khác"}}).To + "/floor"
	at := g.floor()
	g.follow(g.post(at, g.marks("2", "2000 1500 10000 1500", "", "1", "3000", "5000", "Bục phát biểu", "12000", "6000")))
	g.allReady()
	rig.Views(t, func(t *testing.T, view rig.View) {
		p := browser.Page(t, view.Width, 844, view.Dark, view.Lang)
		g.signInto(p)
		for name, path := range map[string]string{"floor": at, "floor-none": none} {
			p.Open(g.URL + path)
			p.WholeShot(fmt.Sprint(name, "-", view))
			p.Sideways()
			rig.Axe(t, p)
		}
	})
}
