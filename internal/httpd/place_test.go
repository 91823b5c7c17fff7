package httpd_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pano/internal/hanging"
	"pano/internal/pano"
	"pano/storage/catalog"
)

// place adds a place; what is left open is filled in.
func (h *house) place(l pano.Location) pano.Location {
	h.T.Helper()
	if l.Agency == "" {
		l.Agency = h.SVH
	}
	if l.Name == "" {
		l.Name = "Vị trí " + l.Code
	}
	l, err := (&hanging.Desk{DB: h.DB}).AddLocation(h.T.Context(), cli, l)
	h.ok(err)
	return l
}

func (h *house) face(code string) pano.Location {
	h.T.Helper()
	return h.place(pano.Location{Kind: pano.Face, Code: code, Width: 6000, Height: 3000})
}

// art brings in artwork of a finished size.
func (v *visitor) art(title string, w, h pano.MM) pano.Asset {
	v.h.T.Helper()
	a := v.add(title, picture(600, 300, uint8(len(title))))
	if w == 0 {
		return a
	}
	who := pano.Actor{ID: v.Who.ID, Memberships: v.Who.Memberships}
	a, err := v.h.Intake.Edit(v.h.T.Context(), who, a.ID, a.Rev, func(a pano.Asset) (pano.Asset, error) {
		a.Width, a.Height = w, h
		return a, nil
	})
	v.h.ok(err)
	return a
}

// hang plans a placement from day to last day, counted from today.
func (v *visitor) hang(a pano.Asset, l pano.Location, from, last int, more ...string) answer {
	v.h.T.Helper()
	form := url.Values{"asset": {string(a.ID)}, "location": {string(l.ID)}, "from": {day(from)}, "last": {day(last)}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return v.post("/placements", form)
}

// day is the date n days from today.
func day(n int) string { return (pano.DayOf(time.Now()) + pano.Day(n)).String() }

// shown is that date as people read it.
func shown(n int) string {
	return (pano.DayOf(time.Now()) + pano.Day(n)).Time().Format("02/01/2006")
}

func has(t *testing.T, a answer, status int, parts ...string) {
	t.Helper()
	if a.Status != status {
		t.Errorf("status %d, want %d\n%s", a.Status, status, text(a.Body))
	}
	for _, part := range parts {
		if !strings.Contains(a.Body, part) {
			t.Errorf("the page does not say %q\n%s", part, text(a.Body))
		}
	}
}

func lacks(t *testing.T, a answer, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(a.Body, part) {
			t.Errorf("the page says %q\n%s", part, text(a.Body))
		}
	}
}

func TestPlacesAreFoundAndNarrowedDown(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	has(t, v.get("/locations"), 200, "Chưa có vị trí nào", "/locations/new")
	site := h.place(pano.Location{Kind: pano.Site, Code: "D-01", Name: "Ngã tư Máy Xay"})
	face := h.place(pano.Location{Kind: pano.Face, Code: "PN-01", Name: "Mặt phía Đông", Parent: site.ID, Width: 6000, Height: 3000})
	h.place(pano.Location{Kind: pano.Stretch, Code: "DD-01", Name: "Đường Trần Hưng Đạo", Capacity: 40, Agency: h.BT})
	closed := h.face("PN-99")
	if _, err := (&hanging.Desk{DB: h.DB}).CloseLocation(t.Context(), cli, closed.ID, 1); err != nil {
		t.Fatal(err)
	}
	a := v.art("Chào mừng Lễ hội Đền Bia", 6000, 3000)
	if got := v.hang(a, face, 0, 5); got.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", got.Status, text(got.Body))
	}
	for _, c := range []struct {
		query        string
		there, not   []string
		name, detail string
	}{
		{query: "", there: []string{"4 vị trí", "PN-01", "Ngã tư Máy Xay", "6&nbsp;×&nbsp;3", "40 bản", "Chào mừng Lễ hội Đền Bia", "đến hết " + shown(5), "trống", "Ngừng dùng"}},
		{query: "?q=tran+hung", there: []string{"DD-01", "1 vị trí"}, not: []string{"PN-01"}},
		{query: "?kind=face", there: []string{"PN-01", "PN-99"}, not: []string{"DD-01"}},
		{query: "?agency=BT", there: []string{"DD-01"}, not: []string{"PN-01"}},
		{query: "?state=closed", there: []string{"PN-99"}, not: []string{"PN-01", "DD-01"}},
		{query: "?q=khong+co", there: []string{"Không có vị trí nào khớp", "Xóa bộ lọc"}, not: []string{"<table"}},
		{query: "?on=" + day(6), there: []string{"PN-01"}, not: []string{"Đền Bia"}},
		{query: "?on=" + day(5), there: []string{"Đền Bia"}},
	} {
		page := v.get("/locations" + c.query)
		page.Body = strings.ReplaceAll(page.Body, "\u00a0", "&nbsp;")
		has(t, page, 200, c.there...)
		_, page.Body, _ = strings.Cut(page.Body, `id="results"`)
		lacks(t, page, c.not...)
	}
	has(t, v.get("/locations?on=nonsense"), 422)
	has(t, v.get("/locations?agency=none"), 404)
}

func TestLongListsGoOnByPages(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Curator)
	for i := range 53 {
		h.place(pano.Location{Kind: pano.Store, Code: fmt.Sprintf("K-%02d", i)})
	}
	page := v.get("/locations?kind=store")
	has(t, page, 200, "53 vị trí", "K-49", "after=K-49", "kind=store")
	lacks(t, page, "K-50")
	page = v.get("/locations?kind=store&after=K-49")
	has(t, page, 200, "K-50", "K-52")
	_, page.Body, _ = strings.Cut(page.Body, `id="results"`)
	lacks(t, page, "K-49", "data-more")
}

func placeEntries() url.Values {
	return url.Values{"kind": {"face"}, "code": {"PN-07"}, "name": {"Mặt phía Tây"}, "width_mm": {"6.000"}, "height_mm": {"3000"},
		"address": {"Phố <b>Mới</b>"}, "lat": {"20,9401, 106.333"}, "permit": {"12/GP"}, "permit_last": {"2026-12-31"}}
}

func TestPlaceFormKeepsEntriesAndMarksTheField(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Curator)
	has(t, v.get("/locations/new"), 200, `name="code"`, `name="capacity"`, `name="rev"`[:5])
	for _, c := range []struct{ field, value, key string }{
		{"code", "có dấu", "Mã vị trí chỉ gồm"}, {"name", " ", "Hãy đặt tên"}, {"width_mm", "rộng", ""}, {"parent", "KHONG-CO", ""},
		{"permit_last", "31/12/2026", "Không đọc được ngày"}, {"lat", "bắc", "Ghi tọa độ bằng số"}, {"height_mm", "", "cả chiều rộng"},
	} {
		form := placeEntries()
		form.Set(c.field, c.value)
		page := v.post("/locations", form)
		has(t, page, 422, `value="PN-07"`[:7], c.key, "Phố &lt;b&gt;Mới&lt;/b&gt;", `id="f-`+c.field+`-error"`)
		lacks(t, page, "<b>Mới")
		if c.field != "code" {
			has(t, page, 422, `value="PN-07"`)
		}
	}
	done := v.post("/locations", placeEntries())
	page := v.follow(done)
	has(t, page, 200, "Mặt phía Tây", "20.9401, 106.333", "12/GP", "đến hết 31/12/2026", "Đã thêm vị trí PN-07", "Phố &lt;b&gt;Mới")
	has(t, v.post("/locations", placeEntries()), 409, `id="f-code-error"`, `value="Mặt phía Tây"`)

	stretch := url.Values{"kind": {"stretch"}, "code": {"DD-1"}, "name": {"Đường Bạch Đằng"}, "capacity": {"1.200"}, "width_mm": {"9"}}
	has(t, v.follow(v.post("/locations", stretch)), 200, "1.200 bản")
}

func TestPlaceIsEditedFromTheRevisionThatWasShown(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	l := h.face("PN-01")
	at := "/locations/" + string(l.ID)
	has(t, v.get(at+"/edit"), 200, `name="rev" value="1"`, `value="6000"`)
	form := url.Values{"rev": {"1"}, "kind": {"face"}, "code": {"PN-01"}, "name": {"Tên mới"}, "width_mm": {"6000"}, "height_mm": {"3000"}, "agency": {string(h.SVH)}}
	has(t, v.follow(v.post(at, form)), 200, "Tên mới", "Đã lưu vị trí PN-01", "Sửa vị trí", "Tên: <del>Vị trí PN-01</del>")
	has(t, v.post(at, form), 409, "vừa sửa", `value="Tên mới"`)

	a := v.art("Gốm Chu Đậu", 6000, 3000)
	if got := v.hang(a, l, 0, 5); got.Status != 303 {
		t.Fatal(got.Status)
	}
	form.Set("rev", "2")
	form.Set("width_mm", "5000")
	has(t, v.post(at, form), 409, `id="f-width_mm-error"`, "Gốm Chu Đậu", `value="5000"`)
}

func TestClosingAPlaceCanBeTakenBack(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Curator)
	l := h.face("PN-01")
	at := "/locations/" + string(l.ID)
	page := v.follow(v.post(at+"/close?rev=1", nil))
	has(t, page, 200, "Đã ngừng dùng vị trí PN-01", `action="`+at+`/open?rev=2"`, "badge-idle")
	lacks(t, page, "/placements/new?location")
	if _, toast, _ := strings.Cut(page.Body, "data-toast"); !strings.Contains(toast, `action="`+at+`/open?rev=2"`) {
		t.Errorf("the toast does not take it back: %.300s", toast)
	}
	page = v.follow(v.post(at+"/open?rev=2", nil))
	has(t, page, 200, "Đã dùng lại vị trí PN-01", "/placements/new?location="+string(l.ID))
	if got := v.post(at+"/close?rev=1", nil); got.Status != http.StatusPreconditionFailed {
		t.Errorf("closing an old revision: %d", got.Status)
	}
}

func TestPlacePageShowsNowNextAndPast(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	l := h.face("PN-01")
	now, next := v.art("Múa rối nước", 6000, 3000), v.art("Ngày hội sách", 6000, 3000)
	past := v.follow(v.hang(now, l, 30, 40))
	if _, id, ok := strings.Cut(past.Body, `action="/placements/`); !ok {
		t.Fatal(text(past.Body))
	} else {
		id, _, _ := strings.Cut(id, "/")
		v.follow(v.post("/placements/"+id+"/decide", url.Values{"state": {"cancelled"}}))
	}
	v.follow(v.hang(now, l, 0, 5))
	v.follow(v.hang(next, l, 10, 20))
	page := v.get("/locations/" + string(l.ID))
	has(t, page, 200, "Hôm nay", "Sắp treo", "Đã qua", "Múa rối nước", "Ngày hội sách", "Đã hủy",
		shown(0)+" đến hết "+shown(5), "Còn trống:", "/placements/new?location=", `<svg class="strip"`, "qr-ink", "Xếp vào vị trí")
	stretch := h.place(pano.Location{Kind: pano.Stretch, Code: "DD-1", Capacity: 40})
	v.follow(v.hang(now, stretch, 0, 5, "quantity", "24"))
	has(t, v.get("/locations/"+string(stretch.ID)), 200, "Nhiều nhất 24/40", `height="48"`, "24 bản")
	venue := h.place(pano.Location{Kind: pano.Venue, Code: "N-1"})
	wall := h.place(pano.Location{Kind: pano.Wall, Code: "T-1", Parent: venue.ID, Width: 9000, Height: 3200})
	v.follow(v.hang(v.art("Tranh sơn mài", 1200, 800), wall, 0, 5, "x_mm", "500", "y_mm", "1250", "width_mm", "1200", "height_mm", "800"))
	has(t, v.get("/locations/"+string(wall.ID)), 200, `viewBox="-200 -100 10400`, `M0 1650h9000`, "Tranh sơn mài",
		`name="x_mm" value="500"`, `name="floor_mm" value="1150"`, `name="width_mm" value="1200"`, `name="height_mm" value="800"`)
	has(t, v.get("/locations/"+string(wall.ID)+"?on="+day(6)), 200, "tường này trống")
	has(t, v.get("/locations/"+string(venue.ID)), 200, "T-1", "Tranh sơn mài")
}

// TestWhoMayDoWhatWithPlaces is the permission table as these pages keep it.
func TestWhoMayDoWhatWithPlaces(t *testing.T) {
	h := openHouse(t)
	curator := h.enter("lan", pano.Staff, pano.Curator)
	l, a := h.face("PN-01"), curator.art("Phướn", 0, 0)
	placed := strings.TrimPrefix(curator.hang(a, l, 1, 2).To, "/placements/")
	at := "/locations/" + string(l.ID)
	for _, c := range []struct {
		who                               *visitor
		see, add, edit, plan, mark, audit int
	}{
		{h.enter("cb", pano.Staff), 200, 403, 403, 403, 403, 403},
		{h.enterAt(h.BT, "bt", pano.Staff, pano.Curator), 200, 200, 403, 404, 403, 403},
		{h.enter("qt", pano.Admin), 200, 200, 200, 403, 403, 200},
		{h.enter("tt", pano.Auditor), 200, 403, 403, 403, 403, 200},
		{h.enter("in", pano.Printer), 403, 403, 403, 403, 403, 403},
		{h.enter("tc", pano.Installer), 403, 403, 403, 403, 422, 403},
		{h.visitor(), 303, 303, 303, 401, 401, 303},
	} {
		name := c.who.Who.Login
		check := func(what string, got answer, want int) {
			t.Helper()
			if got.Status != want {
				t.Errorf("%s: %s: %d, want %d\n%s", name, what, got.Status, want, text(got.Body))
			}
		}
		check("list", c.who.get("/locations"), c.see)
		check("place", c.who.get(at), c.see)
		see := c.see
		if c.mark == 422 { // a crew sees what it has to hang, and marks it with pictures only
			see = 200
		}
		check("placement", c.who.get("/placements/"+placed), see)
		check("add", c.who.get("/locations/new"), c.add)
		check("edit", c.who.get(at+"/edit"), c.edit)
		check("plan", c.who.hang(a, l, 10, 12), c.plan)
		check("mark", c.who.post("/placements/"+placed+"/mark", url.Values{"state": {"installed"}}), c.mark)
		check("audit", c.who.get("/audit"), c.audit)
		if c.see == 200 {
			page := c.who.get(at)
			if offers := strings.Contains(page.Body, at+"/edit"); offers != (c.edit == 200) {
				t.Errorf("%s is offered to edit: %t", name, offers)
			}
		}
	}
	// Whose artwork hangs is told, which it is not.
	page := h.enterAt(h.BT, "khac", pano.Curator).get(at)
	has(t, page, 200, "Tư liệu của Sở Văn hóa, Thể thao và Du lịch")
	lacks(t, page, a.Code, "Phướn")
}

func TestEveryVerbOfTheHistoryHasWords(t *testing.T) {
	h := openHouse(t)
	v := h.enter("qt", pano.Admin)
	for _, verb := range verbsInTheSource(t) {
		h.ok(h.DB.Write(t.Context(), cli, verb, func(*catalog.Tx) error { return nil }))
	}
	for next := "/audit"; next != ""; {
		page := v.get(next)
		has(t, page, 200)
		for _, verb := range verbsInTheSource(t) {
			if strings.Contains(page.Body, ">"+verb+"<") {
				t.Errorf("no words for the verb %s", verb)
			}
		}
		_, next, _ = strings.Cut(page.Body, `href="/audit?before=`)
		if next, _, _ = strings.Cut(next, `"`); next != "" {
			next = "/audit?before=" + next
		}
	}
}
