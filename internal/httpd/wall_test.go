package httpd_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// A gallery is a wall of 9000 × 3200 mm with works on it.
type gallery struct {
	*house
	*visitor
	wall  pano.Location
	works []pano.PlacementID // from left to right
}

// openGallery hangs works of 1200 × 800 mm side by side, 500 mm apart, their middles at the eye line.
func openGallery(t *testing.T, n int) gallery {
	t.Helper()
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	g := gallery{house: h, visitor: v}
	venue := h.place(pano.Location{Kind: pano.Venue, Code: "NTL", Name: "Nhà triển lãm tỉnh"})
	g.wall = h.place(pano.Location{Kind: pano.Wall, Code: "NTL-A-D", Name: "Tường phía Đông", Parent: venue.ID, Width: 9000, Height: 3200})
	titles := []string{"Tranh sơn mài: Bến sông", "Ảnh: Làng gốm Chu Đậu", "Áp phích: Lễ hội mùa thu", "Tranh khắc gỗ: Chợ quê ngày xưa", "Ảnh: Đền Kiếp Bạc"}
	for i := range n {
		a := v.art(titles[i%len(titles)], 1200, 800)
		h.ready(a.ID)
		to := v.hang(a, g.wall, 0, 20, "x_mm", fmt.Sprint(300+1700*i), "y_mm", "1250", "width_mm", "1200", "height_mm", "800").To
		g.works = append(g.works, pano.PlacementID(strings.TrimPrefix(to, "/placements/")))
	}
	return g
}

func (g gallery) at() string { return "/locations/" + string(g.wall.ID) }

func (g gallery) kept(id pano.PlacementID) (p pano.Placement) {
	g.house.T.Helper()
	g.ok(g.DB.Read(g.house.T.Context(), func(tx *catalog.Tx) (err error) {
		p, err = tx.Placement(g.house.T.Context(), id)
		return err
	}))
	return p
}

// table is the form under the drawing with every work at x; 250 mm more to the floor than it is.
func (g gallery) table(rev int, x ...int) url.Values {
	f := url.Values{}
	for i, id := range g.works {
		for name, value := range map[string]string{"id": string(id), "rev": fmt.Sprint(rev), "x_mm": fmt.Sprint(x[i]), "floor_mm": "1150", "width_mm": "1200", "height_mm": "800", "hook_mm": "60"} {
			f[name] = append(f[name], value)
		}
	}
	return f
}

func TestTheTableArrangesAWallWithoutScripts(t *testing.T) {
	g := openGallery(t, 2)
	page := g.get(g.at())
	has(t, page, 200, `action="`+g.at()+`/layout"`, `name="floor_mm" value="1150"`, "Không có chồng lấn", "Tầm mắt", "1.550 mm", "Lưu bố trí", `href="/placements/new?`, "Phiếu treo")
	page = g.follow(g.post(g.at()+"/layout", g.table(1, 2000, 300)))
	has(t, page, 200, "Đã lưu bố trí: 2 tác phẩm thay đổi", "Bố trí trên tường")
	for i, x := range []pano.MM{2000, 300} {
		if p := g.kept(g.works[i]); p.Area != (pano.Rect{X: x, Y: 1250, W: 1200, H: 800}) || p.Hook != 60 {
			t.Errorf("kept %+v", p)
		}
	}
}

func TestARefusedTableComesBackWithItsEntries(t *testing.T) {
	g := openGallery(t, 2)
	page := g.post(g.at()+"/layout", g.table(1, 300, 7801))
	has(t, page, 422, "Ảnh: Làng gốm Chu Đậu: Vượt ra ngoài tường 9.000 × 3.200 mm", `value="7801"`, `aria-invalid="true"`, "wall-ghost")
	page = g.post(g.at()+"/layout", g.table(1, 300, 1000))
	has(t, page, 409, "Ảnh: Làng gốm Chu Đậu: Tranh sơn mài: Bến sông đang giữ chỗ này", `value="1000"`)
	f := g.table(1, 300, 3000)
	f["x_mm"][1] = "<b>hai</b>"
	page = g.post(g.at()+"/layout", f)
	has(t, page, 422, "&lt;b&gt;hai", `aria-invalid="true"`)
	for i, x := range []pano.MM{300, 2000} {
		if p := g.kept(g.works[i]); p.Area.X != x || p.Rev != 1 {
			t.Errorf("kept %+v", p)
		}
	}
}

func TestTheTableOfTheSecondOfTwoComesBackWithWhatTheFirstDid(t *testing.T) {
	g := openGallery(t, 2)
	other := g.enter("hoa", pano.Curator)
	other.follow(other.post(g.at()+"/layout", g.table(1, 400, 2000)))
	mine := g.table(1, 700, 2500)
	page := g.post(g.at()+"/layout", mine)
	has(t, page, 409, "Người khác vừa sửa 2 tác phẩm", "Người hoa đã dời lúc", "cách mép trái 300 → 400 mm", `value="700"`, `name="rev" value="2"`, "wall-ghost", "Lưu lại sẽ ghi đè")
	if p := g.kept(g.works[0]); p.Area.X != 400 {
		t.Errorf("kept %+v", p)
	}
	mine["rev"] = []string{"2", "2"}
	g.follow(g.post(g.at()+"/layout", mine))
	if p := g.kept(g.works[0]); p.Area.X != 700 {
		t.Errorf("then %+v", p)
	}
}

func TestBlockedAreasAreKeptAndWhatCoversThemIsNamed(t *testing.T) {
	g := openGallery(t, 2)
	add := func(kind, x, up, w, h string) answer {
		return g.post(g.at()+"/blocked", url.Values{"kind": {kind}, "x_mm": {x}, "floor_mm": {up}, "width_mm": {w}, "height_mm": {h}})
	}
	has(t, add("door", "8200", "0", "900", "2100"), 422, "Vượt ra ngoài tường", `value="8200"`)
	has(t, g.follow(add("door", "8000", "0", "900", "2100")), 200, "Đã lưu vùng cấm: Cửa", "wall-blocked-door", "Không có chồng lấn")
	page := g.follow(add("exit", "1000", "1900", "400", "200"))
	has(t, page, 200, "“1. Tranh sơn mài: Bến sông” che lối thoát hiểm (cách mép trái 1.000 mm)", "Thêm vùng cấm")
	form := regexp.MustCompile(`action="(` + g.at() + `/blocked/\w+)"><input type="hidden" name="rev" value="(\d+)"`).FindStringSubmatch(page.Body)
	if form == nil {
		t.Fatal("no form of a blocked area")
	}
	page = g.follow(g.post(form[1], url.Values{"rev": {form[2]}, "kind": {"socket"}, "x_mm": {"1000"}, "floor_mm": {"1900"}, "width_mm": {"400"}, "height_mm": {"200"}}))
	has(t, page, 200, "che Ổ điện (cách mép trái 1.000 mm)")
	has(t, g.post(form[1], url.Values{"rev": {form[2]}, "kind": {"door"}, "x_mm": {"1"}, "floor_mm": {"0"}, "width_mm": {"4"}, "height_mm": {"2"}}), 409, "vừa sửa")
	lacks(t, g.follow(g.post(form[1]+"/remove", nil)), "Ổ điện (cách")
	// Two works 40 mm apart crowd each other.
	page = g.follow(g.post(g.at()+"/layout", g.table(1, 300, 1540)))
	has(t, page, 200, "cách nhau 40 mm, ít hơn 50 mm")
}

func TestTheEyeLineOfAWallIsItsOwn(t *testing.T) {
	g := openGallery(t, 0)
	has(t, g.get(g.at()), 200, `name="eye_mm" value="1550"`, "tường này trống", `d="M0 1650h9000"`)
	page := g.follow(g.post(g.at()+"/eye", url.Values{"rev": {"1"}, "eye_mm": {"1.450"}}))
	has(t, page, 200, "Tầm mắt của tường là 1.450 mm", `d="M0 1750h9000"`, "Tầm mắt (mm)")
	has(t, g.post(g.at()+"/eye", url.Values{"rev": {"2"}, "eye_mm": {"12000"}}), 422, `value="12000"`, `id="f-eye_mm-error"`)
	has(t, g.post(g.at()+"/eye", url.Values{"rev": {"1"}, "eye_mm": {"1400"}}), 409, "vừa sửa")
}

func TestWhoMayNotPlanSeesTheWallAsItIs(t *testing.T) {
	g := openGallery(t, 2)
	staff := g.enter("an", pano.Staff)
	page := staff.get(g.at())
	has(t, page, 200, "1.150 mm", "Phiếu treo")
	lacks(t, page, "data-may", `name="x_mm"`, "wall-tray", `name="eye_mm"`, `action="`+g.at()+`/blocked"`)
	if p := staff.post(g.at()+"/layout", g.table(1, 0, 3000)); p.Status != 403 {
		t.Errorf("staff arranges: %d", p.Status)
	}
	// What hangs is not moved any more.
	g.post("/placements/"+string(g.works[0])+"/mark", url.Values{"state": {"installed"}, "note": {"Không có ảnh"}})
	page = g.get(g.at())
	has(t, page, 200, `data-row="`+string(g.works[0])+`" data-locked`, "Đã treo")
}

func TestWhatWaitsForAWall(t *testing.T) {
	g := openGallery(t, 1)
	has(t, g.get(g.at()), 200, "Không còn tác phẩm nào của đợt này chờ xếp")
	a := g.art("Tượng gốm men lam", 600, 400)
	g.ready(a.ID)
	has(t, g.get(g.at()+"?q=men+lam"), 200, `data-asset="`+string(a.ID)+`"`, "600 × 400 mm", "Hiện 1 trong 1")
	r := g.request("GET", g.at()+"?q=khong+co", nil)
	r.Header.Set("X-Pano-Fragment", "1")
	if p := g.do(r); !strings.Contains(p.Body, "Không tìm thấy tư liệu nào") || strings.Contains(p.Body, "<html") {
		t.Errorf("the piece of the list: %s", p.Body)
	}
}

func TestTheSheetSaysWhereEachWorkGoes(t *testing.T) {
	g := openGallery(t, 2)
	g.follow(g.post(g.at()+"/layout", g.table(1, 300, 2000)))
	page := g.get(g.at() + "/sheet")
	// 1150 from the floor + 800: the upper edge is at 1950, the middle at 1550, the hook 60 below the edge.
	has(t, page, 200, "Vẽ theo tỉ lệ 1:75", "1.200 × 800", ">300<", ">1.950<", "900 → · 1.550 ↑", "900 → · 1.890 ↑", "Tường 9.000 × 3.200 mm", "data-print")
	if p := g.get("/locations/" + string(g.face("PN-1").ID) + "/sheet"); p.Status != 404 {
		t.Errorf("the sheet of a face: %d", p.Status)
	}
	has(t, g.get(g.at()+"/sheet?on=2020-01-01"), 200, "tường này trống")
}
