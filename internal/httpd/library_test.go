package httpd_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pano/internal/pano"
)

// sees fails the test unless a page says every one of words.
func (a answer) sees(t testing.TB, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(a.Body, w) {
			t.Errorf("%d: the page does not say %q:\n%s", a.Status, w, text(a.Body))
		}
	}
}

func (a answer) lacks(t testing.TB, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(a.Body, w) {
			t.Errorf("%d: the page says %q:\n%s", a.Status, w, text(a.Body))
		}
	}
}

func TestPagesOfTheDepartmentOpen(t *testing.T) {
	h := openHouse(t)
	lan := h.enter("lan", pano.Staff, pano.Curator, pano.Admin)
	a := lan.add("Phướn chào mừng", picture(800, 1200, 1))
	h.ready(a.ID)
	for _, path := range []string{"/assets", "/assets?q=phuon", "/assets/" + string(a.ID), "/assets/" + string(a.ID) + "/print?size=A3&format=tiff", "/assets/" + string(a.ID) + "/edit",
		"/upload", "/bin", "/account", "/admin", "/admin/users", "/admin/users/" + string(lan.Who.ID), "/admin/agencies", "/admin/agencies/" + string(h.SVH), "/help"} {
		for _, lang := range []string{"vi", "en"} {
			r := lan.request("GET", path, nil)
			r.Header.Set("Accept-Language", lang)
			p := lan.do(r)
			if p.Status != http.StatusOK {
				t.Errorf("%s in %s: %d\n%s", path, lang, p.Status, text(p.Body))
			}
			if !strings.Contains(p.Body, `<html lang="`+lang+`"`) {
				t.Errorf("%s in %s is in another language", path, lang)
			}
		}
	}
}

func TestLibraryFindsWithoutAccentsAndCounts(t *testing.T) {
	h := openHouse(t)
	lan := h.enter("lan", pano.Staff, pano.Curator)
	for i, title := range []string{"Phướn chào mừng lễ hội", "Băng rôn an toàn giao thông", "Áp phích gốm Chu Đậu"} {
		lan.add(title, picture(40, 30, uint8(i)))
	}
	p := lan.get("/assets?q=phuon+chao")
	p.sees(t, "<b>1</b>", "Phướn chào mừng lễ hội", "“phuon chao”")
	p.lacks(t, "Băng rôn an toàn")
	lan.get("/assets?kind=poster").sees(t, "<b>3</b>", `id="kind-poster" value="poster" checked`)
	none := lan.get("/assets?q=khong-co-gi-dau")
	none.sees(t, "Không có tư liệu nào khớp", "Xóa bộ lọc")
	if bad := lan.get("/assets?kind=khong-co"); bad.Status != http.StatusUnprocessableEntity || !strings.Contains(bad.Body, "Không có loại hình") {
		t.Errorf("an unknown kind: %d\n%s", bad.Status, text(bad.Body))
	}
	r := lan.request("GET", "/assets?q=gom", nil)
	r.Header.Set("X-Pano-Fragment", "1")
	if f := lan.do(r); strings.Contains(f.Body, "<html") || !strings.Contains(f.Body, `id="results"`) || !strings.Contains(f.Body, `id="facets"`) {
		t.Errorf("a fragment is not the pieces alone:\n%s", f.Body)
	}
	if s := lan.get("/search?q=g%E1%BB%91m+%26+s%E1%BB%A9"); s.To != "/assets?q=g%E1%BB%91m+%26+s%E1%BB%A9" {
		t.Errorf("search leads to %s", s.To)
	}
}

func TestLibraryIsPagedByKey(t *testing.T) {
	h := openHouse(t)
	lan := h.enter("lan", pano.Staff)
	data := picture(20, 20, 1)
	for range 3 {
		for range 17 { // as many as one page and a few
			lan.send("/assets", url.Values{"title": {"Pa-nô"}}, file{"a.jpg", append(data, byte(time.Now().UnixNano()), byte(time.Now().UnixNano()>>8), byte(time.Now().UnixNano()>>16))})
		}
	}
	p := lan.get("/assets?sort=title")
	p.sees(t, "<b>51</b>", "data-more")
	_, next, _ := strings.Cut(p.Body, `<p class="more"><a class="button" href="`)
	next, _, _ = strings.Cut(next, `"`)
	second := lan.get(strings.ReplaceAll(next, "&amp;", "&"))
	if n := strings.Count(second.Body, `<li class="card"`); n != 3 {
		t.Errorf("%d on the second page, want 3", n)
	}
	if bad := lan.get("/assets?cursor=xyz"); bad.Status != http.StatusUnprocessableEntity {
		t.Errorf("a made-up cursor: %d", bad.Status)
	}
}

func TestCardsSayThatPicturesAreBeingMade(t *testing.T) {
	h := &house{T: t, Dir: t.TempDir()}
	h.start(false) // nobody makes pictures
	h.SVH = h.agency("SVH", "Sở Văn hóa")
	lan := h.enter("lan", pano.Staff)
	a := lan.add("Cổng chào", picture(60, 40, 3))
	lan.get("/assets").sees(t, "data-waits", "Đang tạo ảnh xem trước…")
	lan.get("/assets/"+string(a.ID)).sees(t, `id="picture" data-live data-waits`)
	lan.get("/assets/cards?id="+string(a.ID)+"&id=01ARZ3NDEKTSV4RRFFQ69G5FAV").sees(t, `data-id="`+string(a.ID)+`" data-waits`)
	h.ok(h.Intake.MakeRenditions(t.Context(), a.Current.Digest.String()))
	c := lan.get("/assets/cards?id=" + string(a.ID))
	c.lacks(t, "data-waits")
	c.sees(t, "/thumb?v="+a.Current.Digest.String()[:12])
	_, src, _ := strings.Cut(c.Body, `<img src="`)
	src, _, _ = strings.Cut(src, `"`)
	if img := lan.get(src); img.Status != http.StatusOK || !strings.HasPrefix(img.Header.Get("Content-Type"), "image/") {
		t.Errorf("the thumbnail: %d %s", img.Status, img.Header.Get("Content-Type"))
	}
}

func TestBinTakesAndGivesBack(t *testing.T) {
	h := openHouse(t)
	lan := h.enter("lan", pano.Staff, pano.Curator)
	a, b := lan.add("Một", picture(20, 20, 1)), lan.add("Hai", picture(20, 20, 2))
	p := lan.post("/assets/bulk", url.Values{"act": {"bin"}, "id": {string(a.ID), string(b.ID)}, "return": {"/assets?q="}})
	page := lan.follow(p)
	page.sees(t, "Đã chuyển 2 tư liệu vào Thùng rác.", "/assets/restore?id=", "<b>0</b>")
	lan.get("/assets").lacks(t, "Đã chuyển 2") // a toast is told once
	lan.get("/bin").sees(t, "Một", "Hai", "Khôi phục")
	if got := h.asset(a.ID); got.Binned.IsZero() {
		t.Error("it is not in the bin")
	}
	undo := lan.post("/assets/restore?id="+string(a.ID)+"&id="+string(b.ID), nil)
	if undo.Status != http.StatusSeeOther || !h.asset(a.ID).Binned.IsZero() || !h.asset(b.ID).Binned.IsZero() {
		t.Errorf("undo: %d", undo.Status)
	}
	lan.follow(lan.post("/assets/"+string(a.ID)+"/bin", nil)).sees(t, "Đã chuyển “Một” vào Thùng rác.")
	lan.get("/assets/"+string(a.ID)).sees(t, "đang ở Thùng rác")
	lan.follow(lan.post("/assets/"+string(a.ID)+"/restore", nil)).sees(t, "Đã khôi phục “Một”.")
	if none := lan.post("/assets/bulk", url.Values{"act": {"bin"}}); none.Status != http.StatusUnprocessableEntity {
		t.Errorf("nothing picked: %d", none.Status)
	}
}

func TestAssetPageOffersWhatTheReaderMay(t *testing.T) {
	h := openHouse(t)
	lan, staff, auditor := h.enter("lan", pano.Staff, pano.Curator), h.enter("can-bo", pano.Staff), h.enter("soat", pano.Auditor)
	a := lan.add("Phướn", picture(800, 1200, 1))
	path := "/assets/" + string(a.ID)
	h.ready(a.ID)
	mine := lan.get(path)
	mine.sees(t, path+"/edit", path+"/place", path+"/bin", "/original?n=1", "/print?bleed=3&amp;format=jpeg&amp;size=A2", "Tải tệp in", a.Current.Digest.String(), "800\u00a0×\u00a01.200", "RGB")
	if p := lan.get(path + "/place"); p.To != "/placements/new?asset="+string(a.ID) {
		t.Errorf("placing leads to %q", p.To)
	}
	other := staff.get(path)
	other.lacks(t, path+"/edit", path+"/bin", path+"/place", "/original?n=1", "Tải tệp in")
	other.sees(t, "Phướn", "Bạn chưa được cấp quyền tải tệp in.")
	read := auditor.get(path)
	read.sees(t, "/original?n=1")
	read.lacks(t, path+"/edit", path+"/versions", `href="/upload"`)
}

func TestPrintCheckSaysTheTruth(t *testing.T) {
	h := openHouse(t)
	lan := h.enter("lan", pano.Staff, pano.Curator)
	a := lan.add("Áp phích", picture(1000, 1414, 1))
	path := "/assets/" + string(a.ID) + "/print"
	for query, words := range map[string][]string{
		"?size=A4":            {"121 dpi", "verdict-coarse", "khổ này nên có 300 dpi", "gần như không bị cắt"},
		"?size=PN-300x400":    {"8 dpi", "verdict-coarse", "Cắt mất 6 % diện tích"},
		"?size=A2&bleed=1":    {"60 dpi", "bù xén 3 mm mỗi cạnh", "bleed=3"},
		"?size=STD-80x200":    {"18 dpi", "Cắt mất 43 % diện tích"},
		"?size=khong-co":      {"A2"},
		"?size=A3&format=gif": {"format=jpeg"},
	} {
		p := lan.get(path + query)
		p.sees(t, words...)
	}
	r := lan.request("GET", path+"?size=A1", nil)
	r.Header.Set("X-Pano-Fragment", "1")
	if p := lan.do(r); strings.Contains(p.Body, "<main") || !strings.Contains(p.Body, `id="print-result"`) {
		t.Errorf("a fragment is not the print box alone:\n%s", p.Body)
	}
	h.ready(a.ID)
	file := lan.get("/api/v1/assets/" + string(a.ID) + "/print?bleed=3&format=jpeg&size=A2")
	if file.Status != http.StatusOK || file.Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("the link to the print file: %d %s", file.Status, file.Header.Get("Content-Type"))
	}
}
