package httpd_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// A salon is a depot with a venue of one wall, and an exhibition of three works.
type salon struct {
	*depot
	venue, wall pano.Location
	path        string // of the page of the exhibition
}

func openSalon(t *testing.T) *salon {
	t.Helper()
	g := &salon{depot: openDepot(t)}
	g.venue = g.place(pano.Location{Kind: pano.Venue, Code: "NTL", Name: "Nhà triển lãm tỉnh"})
	g.wall = g.place(pano.Location{Kind: pano.Wall, Code: "NTL-A", Name: "Tường phía Đông", Parent: g.venue.ID, Width: 9000, Height: 3200})
	g.path = g.post("/exhibitions", url.Values{"code": {"XU-DONG"}, "title": {"Xứ Đông – đất và người"}, "title_en": {"The East: land and people"}, "venue": {"NTL"}, "from": {day(10)}, "until": {day(30)}}).To
	if !strings.HasPrefix(g.path, "/exhibitions/") {
		t.Fatalf("no exhibition but %q", g.path)
	}
	tall := g.visitor.art("Ảnh: Làng gốm Chu Đậu", 900, 1200)
	g.ready(tall.ID)
	p := g.post(g.path+"/works", url.Values{"asset": {string(g.depot.art.ID), string(tall.ID)}, "item": {string(g.items[0].ID)}})
	if p.Status != http.StatusSeeOther {
		t.Fatalf("listing works: %d\n%s", p.Status, text(p.Body))
	}
	return g
}

// list is the list of the exhibition.
func (g *salon) list() (all []catalog.Shown) {
	g.T.Helper()
	g.ok(g.DB.Read(g.T.Context(), func(tx *catalog.Tx) (err error) {
		all, err = tx.Exhibits(g.T.Context(), pano.Reach{All: true}, pano.ExhibitionID(strings.TrimPrefix(g.path, "/exhibitions/")))
		return err
	}))
	return all
}

// titles are those of the list, in its order.
func (g *salon) titles() string {
	g.T.Helper()
	var all []string
	for _, x := range g.list() {
		all = append(all, strings.Fields(x.Label.Title)[0])
	}
	return strings.Join(all, " ")
}

func TestAnExhibitionIsMadeAndShown(t *testing.T) {
	g := openSalon(t)
	g.get("/exhibitions").sees(t, "Xứ Đông – đất và người", "Nhà triển lãm tỉnh", "Ý tưởng")
	g.get("/exhibitions?q=xu+dong&state=idea").sees(t, "XU-DONG")
	g.get("/exhibitions?q=zzz").sees(t, "Không có trưng bày nào khớp")
	g.get(g.path).sees(t, "Danh mục (3)", "Ảnh: Làng gốm Chu Đậu", g.items[0].Code, "Tường phía Đông", "Chưa có số giấy phép", "3 tác phẩm chưa có chỗ", "(số 1, 2, 3)", "Lập hồ sơ")
	g.get(g.path+"/choose?q=ben+song").sees(t, "đã có", "Bến sông")
	bad := url.Values{"code": {"XU-DONG"}, "title": {"x"}}
	g.post("/exhibitions", bad).sees(t, "XU-DONG đã được dùng")
	for field, value := range map[string]string{"code": "Xứ", "title": "", "venue": "ABC", "until": day(1), "from": "x"} {
		f := url.Values{"code": {"X"}, "title": {"x"}, "from": {day(3)}, "until": {day(5)}}
		f.Set(field, value)
		if p := g.post("/exhibitions", f); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, "field-error") {
			t.Errorf("%s %q: %d\n%s", field, value, p.Status, text(p.Body))
		}
	}
}

func TestAnExhibitionMovesOnOnlyWhenItIsReady(t *testing.T) {
	g := openSalon(t)
	step := func(to string) answer {
		at := regexp.MustCompile(`action="([^"]+/state\?to=` + to + `&amp;rev=\d+)"`).FindStringSubmatch(g.get(g.path).Body)
		if at == nil {
			t.Fatalf("no button leads to %s", to)
		}
		return g.post(strings.ReplaceAll(at[1], "&amp;", "&"), nil)
	}
	g.follow(step("dossier")).sees(t, "Lập hồ sơ")
	if p := step("licensed"); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, "Ghi số giấy phép trước khi chuyển bước") {
		t.Errorf("licensed without a licence: %d\n%s", p.Status, text(p.Body))
	}
	edit := g.get(g.path + "/edit")
	edit.sees(t, "<h1>Sửa trưng bày “Xứ Đông – đất và người”</h1>", "XU-DONG", "NTL")
	rev := regexp.MustCompile(`name="rev" value="(\d+)"`).FindStringSubmatch(edit.Body)[1]
	f := url.Values{"rev": {rev}, "code": {"XU-DONG"}, "title": {"Xứ Đông"}, "venue": {"NTL"}, "from": {day(10)}, "until": {day(30)}, "licence": {"12/GP-SVHTTDL"}, "agency": {string(g.SVH)}}
	g.follow(g.post(g.path, f)).sees(t, "12/GP-SVHTTDL")
	if p := g.post(g.path, f); p.Status != http.StatusConflict {
		t.Errorf("saved from an old one: %d", p.Status)
	}
	g.follow(step("licensed")).sees(t, "Đã có phép")
	g.follow(step("dossier")).sees(t, "Lập hồ sơ")
	if p := g.post(g.path+"/state?to=open&rev=99", nil); p.Status != http.StatusConflict {
		t.Errorf("from an old page: %d", p.Status)
	}
}

func TestTheListIsPutInOrder(t *testing.T) {
	g := openSalon(t)
	if got := g.titles(); got != "Tranh Ảnh: Tranh" {
		t.Fatalf("it begins as %s", got)
	}
	all := g.list()
	g.follow(g.post(g.path+"/order", url.Values{"up": {string(all[1].ID)}}))
	if got := g.titles(); got != "Ảnh: Tranh Tranh" {
		t.Errorf("one up: %s", got)
	}
	g.follow(g.post(g.path+"/sections", url.Values{"title": {"Đất"}, "title_en": {"Land"}}))
	page := g.follow(g.post(g.path+"/order", url.Values{"down": {string(all[2].ID)}}))
	page.sees(t, "Đất", "Land")
	section := g.list()[2].Section
	if section == "" {
		t.Error("the last does not come into the section")
	}
	rev := regexp.MustCompile(`name="rev" value="(\d+)"`).FindStringSubmatch(page.Body)[1]
	slots := url.Values{"rev": {rev}, "slot": {string(all[2].ID) + ":", string(all[0].ID) + ":" + string(section), string(all[1].ID) + ":" + string(section)}}
	g.follow(g.post(g.path+"/order", slots))
	if got := g.list(); got[0].ID != all[2].ID || got[1].ID != all[0].ID || got[1].Section != section {
		t.Errorf("in another order: %+v", got)
	}
	if p := g.post(g.path+"/order", slots); p.Status != http.StatusPreconditionFailed {
		t.Errorf("from an old page: %d", p.Status)
	}
	at := g.path + "/sections/" + string(section)
	g.follow(g.post(at, url.Values{"title": {"Đất và nước"}})).sees(t, ">Đất và nước</h3>")
	g.follow(g.post(at+"/remove", nil)).lacks(t, ">Đất và nước</h3>")
	g.follow(g.post(g.path+"/works/"+string(all[0].ID)+"/remove", nil)).sees(t, "Danh mục (2)")
	if p := g.post(g.path+"/sections", url.Values{"title": {" "}}); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("a section without a title: %d", p.Status)
	}
}

func TestLabelsAreWritten(t *testing.T) {
	g := openSalon(t)
	all := g.list()
	at := g.path + "/works/" + string(all[0].ID)
	g.get(at).sees(t, "Nhãn số 1", "Bến sông", "Nhãn sau")
	f := url.Values{"rev": {"1"}, "title": {"Bến sông"}, "title_en": {"River landing"}, "creator": {"Nguyễn Văn Mẫu"}, "year": {"1978"}, "technique": {"Sơn mài"}, "source": {"Bảo tàng tỉnh"},
		"text": {"Bến đò cũ bên sông Thái Bình."}, "text_en": {"An old landing."}, "next": {"1"}}
	if p := g.post(at, f); p.To != g.path+"/works/"+string(all[1].ID) {
		t.Errorf("it goes on to %s", p.To)
	}
	g.get(g.path).sees(t, "VI ✓", "EN ✓", "Nguyễn Văn Mẫu", "2 nhãn chưa có lời chú thích")
	if p := g.post(at, f); p.Status != http.StatusConflict {
		t.Errorf("from an old one: %d", p.Status)
	}
	f.Set("rev", "2")
	f.Set("text", strings.Repeat("x", 601))
	g.post(at, f).sees(t, "field-error")
}

// TestExhibitionsAreForCuratorsToChange, and for others to read; what is on a
// work is not shown to who may not see it.
func TestExhibitionsAreForCuratorsToChange(t *testing.T) {
	g := openSalon(t)
	ba := g.enterAt(g.BT, "ba", pano.Curator)
	page := ba.get(g.path)
	page.sees(t, "Danh mục (3)", "Ảnh: Làng gốm")
	page.lacks(t, "/thumb?v=")
	page.lacks(t, "/state?to=")
	page.lacks(t, g.path+"/choose")
	for _, post := range []string{"", "/state?to=dossier&rev=2", "/works", "/order", "/sections", "/works/" + string(g.list()[0].ID), "/works/" + string(g.list()[0].ID) + "/remove"} {
		if p := ba.post(g.path+post, url.Values{"asset": {"x"}, "title": {"x"}, "up": {string(g.list()[0].ID)}}); p.Status != http.StatusForbidden {
			t.Errorf("POST %s: %d", post, p.Status)
		}
	}
	for _, get := range []string{"/edit", "/choose", "/works/" + string(g.list()[0].ID)} {
		if p := ba.get(g.path + get); p.Status != http.StatusForbidden {
			t.Errorf("GET %s: %d", get, p.Status)
		}
	}
}

// TestWorksOfAnExhibitionWaitForItsWalls, and once placed, they say where.
func TestWorksOfAnExhibitionWaitForItsWalls(t *testing.T) {
	g := openSalon(t)
	id := strings.TrimPrefix(g.path, "/exhibitions/")
	at := "/locations/" + string(g.wall.ID)
	g.get(at).sees(t, "Xứ Đông – đất và người</option>")
	wall := g.get(at + "?exhibition=" + id + "&on=" + day(10))
	wall.sees(t, "1. Tranh sơn mài: Bến sông", "2. Ảnh: Làng gốm Chu Đậu", `data-exhibition="`+id, `value="`+day(10), `value="`+day(30))
	form := regexp.MustCompile(`href="(/placements/new\?[^"]+exhibition=[^"]+)"`).FindStringSubmatch(wall.Body)
	if form == nil {
		t.Fatal("nothing leads to the form that hangs a work")
	}
	g.get(strings.ReplaceAll(form[1], "&amp;", "&")).sees(t, `name="exhibition" value="`+id)
	g.follow(g.hang(g.depot.art, g.wall, 10, 30, "exhibition", id, "x_mm", "500", "y_mm", "1000", "width_mm", "1200", "height_mm", "800"))
	g.get(at+"?exhibition="+id).lacks(t, "1. Tranh sơn mài: Bến sông</b>")
	g.get(g.path).sees(t, "2 tác phẩm</span>", "1 tác phẩm chưa có chỗ") // the item is a print of the same artwork
	other := g.visitor.art("Không có trong danh mục", 300, 200)
	if p := g.hang(other, g.wall, 10, 30, "exhibition", id, "x_mm", "3500", "y_mm", "1000", "width_mm", "300", "height_mm", "200"); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("a work that is not listed: %d", p.Status)
	}
	if p := g.post(g.path+"/works/"+string(g.list()[0].ID)+"/remove", nil); p.Status != http.StatusConflict {
		t.Errorf("a placed work is taken off the list: %d", p.Status)
	}
}
