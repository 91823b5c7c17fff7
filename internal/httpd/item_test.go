package httpd_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"pano/internal/hanging"
	"pano/internal/pano"
	"pano/storage/catalog"
)

// A depot is a house with two stores, and prints in the first.
type depot struct {
	*house
	*visitor
	art          pano.Asset
	store, other pano.Location
	items        []catalog.Piece
}

func openDepot(t *testing.T) *depot {
	t.Helper()
	h := openHouse(t)
	d := &depot{house: h, visitor: h.enter("lan", pano.Staff, pano.Curator, pano.Admin)}
	d.store = h.place(pano.Location{Kind: pano.Store, Code: "KHO-1", Name: "Kho Bảo tàng"})
	d.other = h.place(pano.Location{Kind: pano.Store, Code: "KHO-2", Name: "Kho Trung tâm"})
	d.art = d.visitor.art("Tranh sơn mài: Bến sông", 1200, 800)
	h.ready(d.art.ID)
	p := d.post("/items", url.Values{"asset": {d.art.Code}, "condition": {"good"}, "count": {"3"}, "to": {"KHO-1"}, "reason": {"Nhập kho"}, "authorised": {"Trưởng phòng"}})
	if p.Status != http.StatusSeeOther {
		t.Fatalf("adding items: %d\n%s", p.Status, text(p.Body))
	}
	d.reread()
	return d
}

// reread reads the items again.
func (d *depot) reread() {
	d.T.Helper()
	d.ok(d.DB.Read(d.T.Context(), func(tx *catalog.Tx) error {
		page, err := tx.Items(d.T.Context(), pano.Reach{All: true}, pano.Reach{All: true}, catalog.ItemQuery{})
		d.items = page.Items
		return err
	}))
}

// moveForm is the form that moves all items, as it is on the page now.
func (d *depot) moveForm(to string) url.Values {
	f := url.Values{"to": {to}, "reason": {"Mang ra trưng bày"}, "authorised": {"Trưởng phòng"}, "return": {"/items"}}
	for _, i := range d.items {
		f.Add("id", string(i.ID))
		f.Add("seen", string(i.ID)+":"+string(i.Latest))
	}
	return f
}

func TestItemsAreFoundAndShown(t *testing.T) {
	d := openDepot(t)
	list := d.get("/items")
	list.sees(t, "3 hiện vật", "Tranh sơn mài: Bến sông", d.items[0].Code, "Kho Bảo tàng", "/api/v1/assets/"+string(d.art.ID)+"/thumb")
	if n := strings.Count(list.Body, `name="id"`); n != 3 {
		t.Errorf("%d boxes to tick", n)
	}
	d.get("/items?q=ben+song&place=KHO-1&condition=good").sees(t, "3 hiện vật")
	d.get("/items?place=KHO-2").sees(t, "Không có hiện vật nào khớp")
	d.get("/items?condition=lost").lacks(t, d.items[0].Code)
	d.get("/items/"+string(d.items[0].ID)).sees(t, d.items[0].Code, "Kho Bảo tàng", "Nhập kho", "Trưởng phòng", d.art.Code, "1,2\u00a0×\u00a00,8\u00a0m", "<svg")
	labels := d.get("/items/labels?id=" + string(d.items[0].ID) + "&id=" + string(d.items[1].ID))
	labels.sees(t, d.items[0].Code, d.items[1].Code)
	labels.lacks(t, d.items[2].Code)
	d.get("/locations/"+string(d.store.ID)).sees(t, "Hiện vật ở đây (3)", d.items[0].Code, "Hiện vật ra vào")
	d.get("/assets/"+string(d.art.ID)).sees(t, "/items/new?asset="+string(d.art.ID))
	d.get("/items/new?asset="+string(d.art.ID)).sees(t, "<h1>Thêm hiện vật</h1>", d.art.Code, `value="1200"`)
}

// TestAScannedItemOpensItsPage: its code is read by the same page as that of a place.
func TestAScannedItemOpensItsPage(t *testing.T) {
	d := openDepot(t)
	if p := d.get("/m/" + strings.ToLower(d.items[1].Code)); p.Status != http.StatusSeeOther || p.To != "/items/"+string(d.items[1].ID) {
		t.Errorf("%d to %s", p.Status, p.To)
	}
	ba := d.enterAt(d.BT, "ba", pano.Curator)
	if p := ba.get("/m/" + d.items[1].Code); p.Status != http.StatusNotFound {
		t.Errorf("to another agency: %d to %s", p.Status, p.To)
	}
}

func TestManyItemsMoveAtOnceAndBack(t *testing.T) {
	d := openDepot(t)
	d.get("/items/move?id="+string(d.items[0].ID)+"&id="+string(d.items[1].ID)).sees(t, d.items[0].Code, "Chuyển 2 hiện vật", "đang ở Kho Bảo tàng", `value="`+string(d.items[0].ID)+":"+string(d.items[0].Latest))
	p := d.follow(d.post("/items/move", d.moveForm("kho-2")))
	p.sees(t, "Đã chuyển 3 hiện vật đến Kho Trung tâm.")
	undo := regexp.MustCompile(`action="(/items/moves/[^"]+)"`).FindStringSubmatch(p.Body)
	if undo == nil {
		t.Fatal("the toast has no way back")
	}
	d.get("/items?place=KHO-2").sees(t, "3 hiện vật")
	d.get("/locations/"+string(d.store.ID)).sees(t, "Kho Bảo tàng → Kho Trung tâm", "Mang ra trưng bày")
	d.follow(d.post(undo[1], nil))
	d.get("/items?place=KHO-1").sees(t, "3 hiện vật")
	d.get("/items/"+string(d.items[0].ID)).sees(t, "Kho Trung tâm → Kho Bảo tàng", "Hoàn tác")
	if p := d.post(undo[1], nil); p.Status != http.StatusConflict {
		t.Errorf("taken back twice: %d", p.Status)
	}
}

// TestWhoComesSecondIsToldAndKeepsWhatTheyTyped, and nothing of theirs is moved.
func TestWhoComesSecondIsToldAndKeepsWhatTheyTyped(t *testing.T) {
	d := openDepot(t)
	form := d.moveForm("KHO-2")
	hoa := d.enter("hoa", pano.Staff)
	one := url.Values{"id": form["id"][:1], "seen": form["seen"][:1], "to": {"KHO-2"}, "reason": {"kiểm kê"}, "authorised": {"Hoa"}}
	hoa.follow(hoa.post("/items/move", one))
	p := d.post("/items/move", form)
	p.sees(t, "Người hoa", "Kho Trung tâm", "Mang ra trưng bày", "Chưa hiện vật nào được chuyển", "vừa chuyển đến đây")
	if p.Status != http.StatusConflict {
		t.Errorf("status %d", p.Status)
	}
	d.get("/items?place=KHO-1").sees(t, "2 hiện vật")
	d.reread()
	if !strings.Contains(p.Body, string(d.items[0].ID)+":"+string(d.items[0].Latest)) {
		t.Error("the form that came back does not know where the item is now")
	}
}

func TestMoveFormsComeBackToBeMended(t *testing.T) {
	d := openDepot(t)
	for _, c := range []struct {
		name, field, value, says string
	}{
		{"no place", "to", "", "Chọn nơi chuyển đến"},
		{"an unknown place", "to", "KHO-9", "Không có vị trí mang mã này"},
		{"where it is", "to", "KHO-1", "đang ở KHO-1 rồi"},
		{"no reason", "reason", " ", "Ghi lý do chuyển"},
		{"nobody", "authorised", "", "Ghi tên người cho phép"},
		{"nothing ticked", "id", "", "Không có hiện vật này"},
	} {
		f := d.moveForm("KHO-2")
		f.Set(c.field, c.value)
		if p := d.post("/items/move", f); p.Status != http.StatusUnprocessableEntity && c.field != "id" || !strings.Contains(p.Body, c.says) {
			t.Errorf("%s: %d\n%s", c.name, p.Status, text(p.Body))
		}
	}
	none := d.moveForm("KHO-2")
	none.Del("id")
	d.post("/items/move", none).sees(t, "Chưa chọn")
	if p := d.post("/items/move", url.Values{}); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("an empty form: %d", p.Status)
	}
}

func TestItemsAreEdited(t *testing.T) {
	d := openDepot(t)
	path := "/items/" + string(d.items[0].ID)
	form := url.Values{"rev": {"1"}, "code": {"HV-BEN-SONG"}, "title": {"Bến sông, bản lớn"}, "asset": {d.art.Code}, "condition": {"worn"}, "width_mm": {"1.200"}, "height_mm": {"800"},
		"material": {"Sơn mài"}, "agency": {string(d.SVH)}}
	d.get(path+"/edit").sees(t, "<h1>Sửa hiện vật "+d.items[0].Code+"</h1>", d.art.Code)
	d.follow(d.post(path, form)).sees(t, "Bến sông, bản lớn", "HV-BEN-SONG", "Đã cũ", "Sơn mài", "Sửa hiện vật")
	if p := d.post(path, form); p.Status != http.StatusConflict {
		t.Errorf("from an old one: %d", p.Status)
	}
	form.Set("rev", "2")
	for field, value := range map[string]string{"title": "", "code": d.items[1].Code, "asset": "MK-1999-0001", "height_mm": "", "condition": "x"} {
		f := url.Values{}
		for k, v := range form {
			f[k] = v
		}
		f.Set(field, value)
		if p := d.post(path, f); p.Status != http.StatusUnprocessableEntity && p.Status != http.StatusConflict || !strings.Contains(p.Body, "field-error") {
			t.Errorf("%s %q: %d\n%s", field, value, p.Status, text(p.Body))
		}
	}
	clash := d.post("/items", url.Values{"title": {"x"}, "code": {"KHO-2"}, "to": {"KHO-1"}, "reason": {"x"}, "authorised": {"x"}})
	clash.sees(t, "KHO-2 đã được dùng")
}

// TestItemsOfAnotherAgencyAreNotThere, whatever is asked of them.
func TestItemsOfAnotherAgencyAreNotThere(t *testing.T) {
	d := openDepot(t)
	ba, id := d.enterAt(d.BT, "ba", pano.Staff, pano.Curator), string(d.items[0].ID)
	for _, path := range []string{"/items/" + id, "/items/" + id + "/edit"} {
		if p := ba.get(path); p.Status != http.StatusNotFound {
			t.Errorf("GET %s: %d", path, p.Status)
		}
	}
	for _, path := range []string{"/items/move?id=" + id, "/items/labels?id=" + id} {
		if p := ba.get(path); p.Status != http.StatusUnprocessableEntity || strings.Contains(p.Body, d.items[0].Code) {
			t.Errorf("GET %s: %d", path, p.Status)
		}
	}
	if p := ba.post("/items/"+id, url.Values{"rev": {"1"}}); p.Status != http.StatusNotFound {
		t.Errorf("saving: %d", p.Status)
	}
	if p := ba.post("/items/move", d.moveForm("KHO-2")); p.Status != http.StatusNotFound && p.Status != http.StatusUnprocessableEntity {
		t.Errorf("moving: %d", p.Status)
	}
	ba.get("/items").lacks(t, d.items[0].Code)
	ba.get("/locations/"+string(d.store.ID)).lacks(t, d.items[0].Code)
	if _, err := (&hanging.Desk{DB: d.DB}).EditItem(t.Context(), pano.Actor{ID: ba.Who.ID, Memberships: ba.Who.Memberships}, d.items[0].Item); pano.KindOf(err) != pano.KindNotFound {
		t.Errorf("editing: %v", err)
	}
}
