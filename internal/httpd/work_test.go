package httpd_test

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pano/internal/hanging"
	"pano/internal/pano"
	"pano/storage/catalog"
)

// orders are the live work orders, by their day.
func (h *house) orders(q catalog.WorkQuery) []catalog.Errand {
	h.T.Helper()
	var page catalog.ErrandPage
	h.ok(h.DB.Read(h.T.Context(), func(tx *catalog.Tx) (err error) {
		page, err = tx.Works(h.T.Context(), pano.Reach{All: true}, q)
		return err
	}))
	return page.Errands
}

// A road is a street with two crews and orders of every kind.
type road struct {
	*house
	lan      *visitor // plans
	nam, vu  *visitor // hang
	art      pano.Asset
	up, late string // addresses of placements that hang, one past its time
	crew     pano.Crew
}

func openRoad(t *testing.T) road {
	t.Helper()
	h := openHouse(t)
	r := road{house: h, lan: h.enter("lan", pano.Staff, pano.Curator), nam: h.enter("nam", pano.Installer), vu: h.enter("vu", pano.Installer)}
	r.art = r.lan.art("Chào mừng Lễ hội <mùa thu>", 5400, 2700)
	h.ready(r.art.ID)
	site := h.place(pano.Location{Kind: pano.Site, Code: "THD", Name: "Đường Trần Hưng Đạo"})
	face := func(code, address string, more ...func(*pano.Location)) pano.Location {
		l := pano.Location{Kind: pano.Face, Code: code, Name: "Cột " + code, Parent: site.ID, Width: 6000, Height: 3000, Address: address, Lat: 20.94, Lon: 106.33, Placed: true}
		return h.place(l)
	}
	for _, x := range [][2]string{{"PN-3", "Số 12 Trần Hưng Đạo, phường Lê Thanh Nghị"}, {"PN-1", "4 Bạch Đằng"}, {"PN-2", "Số 3 Trần Hưng Đạo"}} {
		at := r.lan.hang(r.art, face(x[0], x[1]), 3, 20).To
		has(t, r.lan.follow(r.lan.post(at+"/decide", url.Values{"state": {"approved"}})), 200)
	}
	r.late = r.lan.hang(r.art, face("PN-9", "Số 9 Quang Trung"), 0, 9).To
	r.lan.post(r.late+"/mark", url.Values{"state": {"installed"}, "note": {"mưa, không chụp được"}})
	r.up = r.lan.hang(r.art, face("PN-8", "Số 8 Quang Trung"), 0, 9).To
	r.lan.post(r.up+"/mark", url.Values{"state": {"installed"}, "note": {"mưa, không chụp được"}})
	h.shift(r.late, -12)
	desk := &hanging.Desk{DB: h.DB}
	h.ok(desk.Watch(t.Context(), ""))
	var err error
	r.crew, err = desk.KeepCrew(t.Context(), cli, pano.Crew{Agency: h.SVH, Name: "Tổ 1 <thang dài>", Phone: "0220 123", Members: []pano.UserID{r.nam.Who.ID}})
	h.ok(err)
	return r
}

// idOf is the placement at an address.
func (r road) idOf(at string) pano.PlacementID {
	return pano.PlacementID(strings.TrimPrefix(at, "/placements/"))
}

func (r road) only(t *testing.T, k pano.WorkKind) catalog.Errand {
	t.Helper()
	all := r.orders(catalog.WorkQuery{Kind: k})
	if len(all) != 1 {
		t.Fatalf("%d orders to %s: %+v", len(all), k, all)
	}
	return all[0]
}

// TestWorkGoesFromTheOfficeToTheCrewAndBack is a day without scripts: what was
// agreed stands in one order, is given to a crew, comes up on its phones and on
// nobody else's, and is done when the photos are in.
func TestWorkGoesFromTheOfficeToTheCrewAndBack(t *testing.T) {
	r := openRoad(t)
	install, remove := r.only(t, pano.WorkInstall), r.only(t, pano.WorkRemove)
	page := r.lan.get("/orders/work")
	has(t, page, 200, install.Code, remove.Code, "Chưa giao cho ai", "0/3 nơi", "Đường Trần Hưng Đạo", "Trễ 3 ngày", `class="work-late"`, "tự lập", "Tổ 1 &lt;thang dài&gt;")
	has(t, r.lan.get("/orders/work?show=late"), 200, remove.Code, "1 phiếu")
	lacks(t, r.lan.get("/orders/work?show=late"), install.Code)
	lacks(t, r.lan.get("/orders/work?kind=install"), remove.Code)
	has(t, r.lan.get("/"), 200, "/orders/work?show=late", "phiếu việc trễ hạn")

	has(t, r.lan.post("/orders/work/assign", url.Values{"id": {string(install.ID)}}), 422, "Hãy chọn tổ hoặc người nhận việc.", "checked")
	has(t, r.lan.post("/orders/work/assign", url.Values{"crew": {"c:" + string(r.crew.ID)}}), 422, "Hãy đánh dấu ít nhất một phiếu.")
	both := url.Values{"id": {string(install.ID), string(remove.ID)}, "crew": {"c:" + string(r.crew.ID)}, "return": {"/orders/work?kind=install"}}
	done := r.lan.post("/orders/work/assign", both)
	if done.To != "/orders/work?kind=install" {
		t.Errorf("assigning leads to %q", done.To)
	}
	has(t, r.lan.follow(done), 200, "Đã giao 2 phiếu.", "Đã giao")
	has(t, r.lan.get("/orders/work?crew=c:"+string(r.crew.ID)), 200, "2 phiếu", install.Code)
	has(t, r.lan.get("/orders/work?crew=-"), 200, "Không có phiếu nào khớp")

	phone := r.nam.get("/m/")
	has(t, phone, 200, install.Code, remove.Code, "Treo: Đường Trần Hưng Đạo", "/m/PN-1?placement=", "Bắt đầu làm", "Phiếu lộ trình (PDF)", "Trễ 3 ngày")
	if strings.Index(phone.Body, "PN-1") > strings.Index(phone.Body, "PN-2") || strings.Index(phone.Body, "PN-2") > strings.Index(phone.Body, "PN-3") {
		t.Error("the places of an order do not come in the order of a walk")
	}
	lacks(t, r.vu.get("/m/"), install.Code)
	lacks(t, r.vu.get("/m/"), "PN-1")
	for _, at := range []string{"/orders/work/" + string(install.ID), "/m/PN-1", "/orders/work/" + string(install.ID) + "/sheet.pdf"} {
		if got := r.vu.get(at); got.Status != 404 {
			t.Errorf("who was not sent gets %s: %d", at, got.Status)
		}
		if got := r.nam.get(at); got.Status != 200 {
			t.Errorf("who was sent gets %s: %d", at, got.Status)
		}
	}
	page = r.nam.get("/placements/" + string(r.lineOf(install.ID, "PN-1")))
	has(t, page, 200, "Cột PN-1")
	lacks(t, page, "/locations/")
	// The schedule of a crew: what it was sent to, and no more.
	has(t, r.nam.get("/schedule?on="+day(4)), 200, "PN-1", "PN-3", `href="/m/PN-1"`)
	lacks(t, r.nam.get("/schedule?on="+day(4)+"&all=1"), "/locations/")
	lacks(t, r.vu.get("/schedule?on="+day(4)), "PN-1")
	has(t, r.vu.get("/schedule?on="+day(4)), 200, "PN-8") // nobody's, so the agency's

	if got := r.nam.post("/orders/work/"+string(install.ID)+"/start", url.Values{"return": {"/m/"}}); got.To != "/m/" {
		t.Errorf("starting leads to %q", got.To)
	}
	has(t, r.nam.post("/orders/work/"+string(install.ID)+"/start", nil), 409, "đã được bắt đầu")
	if got := r.vu.post("/orders/work/"+string(install.ID)+"/start", nil); got.Status != 404 {
		t.Errorf("who was not sent starts it: %d", got.Status)
	}
	page = r.lan.get("/orders/work/" + string(install.ID))
	has(t, page, 200, "Đang làm", "Số 3 Trần Hưng Đạo", "Bạch Đằng", "Chưa giao cho ai", "Hủy phiếu", "2,7", "Tổ 1 &lt;thang dài&gt;")
	for i, code := range []string{"PN-1", "PN-2", "PN-3"} {
		id := r.lineOf(install.ID, code)
		fields := r.nam.proofForm("/placements/"+string(id), "client_uuid", "1111111"+code)
		has(t, r.nam.follow(r.nam.shoot("/m/"+code, fields, map[string][]byte{"near": picture(64, 32, uint8(i))})), 200, "Đã nhận ảnh")
	}
	if left := r.orders(catalog.WorkQuery{Kind: pano.WorkInstall}); len(left) != 0 {
		t.Errorf("proved, there is still %+v", left)
	}
	has(t, r.lan.get("/orders/work?show=over"), 200, install.Code, "Đã xong", "3/3 nơi")
	has(t, r.lan.get("/orders/work/"+string(install.ID)), 200, "Kết thúc", "Người nam")
	lacks(t, r.nam.get("/m/"), install.Code)

	cancel := "/orders/work/" + string(remove.ID) + "/cancel"
	has(t, r.lan.post(cancel, nil), 422, "Hãy ghi lý do hủy phiếu.")
	has(t, r.lan.follow(r.lan.post(cancel, url.Values{"reason": {"mưa <bão>"}})), 200, "Đã hủy", "mưa &lt;bão&gt;")
	has(t, r.lan.get("/audit"), 403)
}

// lineOf is the placement at a place in an order.
func (r road) lineOf(id pano.WorkID, code string) (p pano.PlacementID) {
	r.house.T.Helper()
	r.ok(r.DB.Read(r.house.T.Context(), func(tx *catalog.Tx) error {
		lines, err := tx.WorkLines(r.house.T.Context(), pano.Reach{All: true}, id)
		for _, l := range lines {
			if l.LocationCode == code {
				p = l.ID
			}
		}
		return err
	}))
	return p
}

func TestOrdersAndCrewsAreMadeByHand(t *testing.T) {
	r := openRoad(t)
	up := string(r.idOf(r.up))
	has(t, r.lan.get(r.up), 200, "/orders/work/new?placement="+up, "Lập phiếu việc")
	page := r.lan.get("/orders/work/new?placement=" + up)
	has(t, page, 200, "Cột PN-8", `value="inspect" selected`, "Tổ 1", `value="`+up+`" checked`)
	has(t, r.lan.get("/orders/work/new"), 200, "Chưa chọn vị trí nào")
	if got := r.lan.get("/orders/work/new?placement=khong-co"); got.Status != 404 {
		t.Errorf("a placement that is not there: %d", got.Status)
	}
	form := url.Values{"placement": {up}, "kind": {"repair"}, "due": {day(2)}, "crew": {"-"}, "note": {"sau bão"}}
	has(t, r.lan.post("/orders/work", form), 422, "Có vị trí không cần loại việc này", "sau bão")
	form.Set("kind", "inspect")
	form.Set("due", "mai")
	has(t, r.lan.post("/orders/work", form), 422, "Hãy chọn ngày phải xong.")
	form.Set("due", day(2))
	form.Set("crew", "u:"+string(r.vu.Who.ID))
	has(t, r.lan.follow(r.lan.post("/orders/work", form)), 200, "Đã lập phiếu PV-", "Người vu", "sau bão", "Người lan")
	has(t, r.lan.post("/orders/work", form), 409, "đã nằm trong một phiếu cùng loại")
	has(t, r.lan.get(r.up), 200, "Kiểm tra", "Người vu")
	w := r.only(t, pano.WorkInspect)
	at := "/orders/work/" + string(w.ID)
	edit := url.Values{"rev": {"2"}, "due": {day(5)}, "note": {"buổi sáng"}}
	has(t, r.lan.follow(r.lan.post(at+"/edit", edit)), 200, "buổi sáng", shown(5))
	has(t, r.lan.post(at+"/edit", edit), 409)

	has(t, r.lan.get("/orders/work/crews"), 200, "Tổ 1 &lt;thang dài&gt;", "Người nam", "Người vu")
	has(t, r.lan.post("/orders/work/crews", url.Values{"agency": {string(r.SVH)}}), 422, "Hãy đặt tên cho tổ.")
	crew := url.Values{"agency": {string(r.SVH)}, "name": {"Tổ 2"}, "members": {string(r.vu.Who.ID)}}
	has(t, r.lan.follow(r.lan.post("/orders/work/crews", crew)), 200, "Đã lưu tổ Tổ 2.")
	has(t, r.lan.post("/orders/work/crews", crew), 409, "Đơn vị đã có tổ tên Tổ 2.")
	mine := url.Values{"id": {string(r.crew.ID)}, "rev": {"1"}, "name": {"Tổ 1"}, "closed": {"1"}}
	has(t, r.lan.follow(r.lan.post("/orders/work/crews", mine)), 200, "Đã nghỉ")
	has(t, r.lan.post("/orders/work/crews", mine), 409)
	if got := r.nam.get("/orders/work/crews"); got.Status != 403 {
		t.Errorf("an installer keeps crews: %d", got.Status)
	}
}

// TestRouteSheetIsJudgedByOthers hands the sheet to poppler, qpdf and zbar.
func TestRouteSheetIsJudgedByOthers(t *testing.T) {
	r := openRoad(t)
	install, remove := r.only(t, pano.WorkInstall), r.only(t, pano.WorkRemove)
	_, err := (&hanging.Desk{DB: r.DB}).Assign(t.Context(), cli, r.crew.ID, "", install.ID)
	r.ok(err)
	for lang, words := range map[string][]string{
		"vi": {"Phiếu lộ trình " + install.Code, "Treo · hạn " + shown(2), "Tổ 1 <thang dài>", "Bạch Đằng (1)", "Trần Hưng Đạo (2)", "Chào mừng Lễ hội <mùa thu>", "5,4 × 2,7 m", shown(3), shown(20), "20.940000, 106.330000", "Người giao việc", "Tổ thi công", "Trang 1"},
		"en": {"Route sheet " + install.Code, "Install · due " + shown(2), "For the crew", "Page 1", "Trần Hưng Đạo (2)"},
	} {
		req := r.lan.request("GET", "/orders/work/sheet.pdf?id="+string(install.ID)+"&id="+string(remove.ID), nil)
		req.Header.Set("Cookie", "pano_lang="+lang)
		got := r.lan.do(req)
		if got.Status != 200 || got.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(got.Body, "%PDF-1.7") {
			t.Fatalf("%d %s", got.Status, got.Header)
		}
		file := filepath.Join(t.ArtifactDir(), "route-"+lang+".pdf")
		r.ok(os.WriteFile(file, []byte(got.Body), 0o600))
		said := tool(t, "pdftotext", "-layout", file, "-")
		for _, w := range words {
			if !strings.Contains(said, w) {
				t.Errorf("%s: the sheet does not say %q\n%s", lang, w, said)
			}
		}
		if strings.Index(said, "PN-1") > strings.Index(said, "PN-2") || strings.Index(said, "PN-2") > strings.Index(said, "PN-3") {
			t.Errorf("%s: not in the order of a walk\n%s", lang, said)
		}
		tool(t, "qpdf", "--check", file)
		if fonts := tool(t, "pdffonts", file); len(regexp.MustCompile(`yes yes yes`).FindAllString(fonts, -1)) != 2 {
			t.Errorf("%s: the fonts are not two subsets within the file\n%s", lang, fonts)
		}
		if pictures := tool(t, "pdfimages", "-list", file); strings.Count(pictures, "jpeg") != 4 {
			t.Errorf("%s: the pictures are\n%s", lang, pictures)
		}
		if pages := tool(t, "pdfinfo", file); !regexp.MustCompile(`Pages:\s+2\n`).MatchString(pages) || !strings.Contains(pages, "(A4)") {
			t.Errorf("%s: two orders are\n%s", lang, pages)
		}
		tool(t, "pdftoppm", "-r", "150", "-png", file, strings.TrimSuffix(file, ".pdf"))
		codes := tool(t, "zbarimg", "-q", "--raw", strings.TrimSuffix(file, ".pdf")+"-1.png")
		for _, code := range []string{"PN-1", "PN-2", "PN-3"} {
			if !strings.Contains(codes, r.house.URL+"/m/"+code+"\n") {
				t.Errorf("%s: no code leads to the phone page of %s:\n%s", lang, code, codes)
			}
		}
	}
	if got := r.lan.get("/orders/work/sheet.pdf"); got.Status != 422 {
		t.Errorf("a sheet of nothing: %d", got.Status)
	}
}

// tool runs a program, which must be content, and returns what it says.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	var faults strings.Builder
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stderr = &faults
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out, faults.String())
	}
	return string(out)
}

// TestLateIsOneRuleEverywhere: what may stay up for some days after its last is
// late nowhere before those are over, and everywhere on the day after.
func TestLateIsOneRuleEverywhere(t *testing.T) {
	h := openHouse(t)
	lan := h.enter("lan", pano.Staff, pano.Curator)
	a := lan.art("Phướn lễ hội", 5400, 2700)
	h.ready(a.ID)
	l := h.place(pano.Location{Kind: pano.Face, Code: "PN-1", Width: 6000, Height: 3000, Lat: 20.94, Lon: 106.33, Placed: true})
	at := lan.hang(a, l, 0, 9).To
	lan.post(at+"/mark", url.Values{"state": {"installed"}, "note": {"mưa"}})
	h.ok(h.DB.Tend(t.Context(), func(tx *catalog.Tx) error {
		_, err := tx.Exec(`UPDATE placement SET starts = starts - 12, ends = ends - 12, remove_by = remove_by - 8 WHERE id = ?`, strings.TrimPrefix(at, "/placements/"))
		return err
	}))
	for _, late := range []bool{false, true} {
		h.ok((&hanging.Desk{DB: h.DB}).Watch(t.Context(), ""))
		for what, there := range map[string]bool{
			"the page of the placement": strings.Contains(lan.get(at).Body, "badge-late"),
			"the page of the place":     strings.Contains(lan.get("/locations/"+string(l.ID)).Body, "badge-late"),
			"the list of places":        strings.Contains(lan.get("/locations").Body, "badge-late"),
			"the map":                   strings.Contains(lan.get("/api/v1/map").Body, `"states":"l"`),
			"the schedule":              strings.Contains(lan.get("/schedule?late=1").Body, "PN-1"),
			"the agenda":                strings.Contains(lan.get("/placements?show=overdue").Body, "PN-1"),
			"its order":                 strings.Contains(lan.get("/orders/work?show=late").Body, "work-late"),
			"the overview":              strings.Contains(lan.get("/").Body, "/orders/work?show=late"),
			"the rail":                  strings.Contains(lan.get("/account").Body, "tally-late"),
		} {
			if there != late {
				t.Errorf("%s says late: %t, want %t", what, there, late)
			}
		}
		if n := len(h.orders(catalog.WorkQuery{Kind: pano.WorkRemove})); n != 1 {
			t.Errorf("%d orders to take it down, want one", n)
		}
		h.ok(h.DB.Tend(t.Context(), func(tx *catalog.Tx) error { // two days pass, and with them the last for its order
			if _, err := tx.Exec(`UPDATE work SET due = due - 2`); err != nil {
				return err
			}
			_, err := tx.Exec(`UPDATE placement SET starts = starts - 2, ends = ends - 2, remove_by = remove_by - 2`)
			return err
		}))
	}
}
