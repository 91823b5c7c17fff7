package httpd_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"pano/internal/pano"
)

// fields are the entries of the form of a page, as a browser would send them.
func fields(t testing.TB, a answer) url.Values {
	t.Helper()
	f := url.Values{}
	for _, m := range regexp.MustCompile(`<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"`).FindAllStringSubmatch(a.Body, -1) {
		f.Set(m[1], html.UnescapeString(m[2]))
	}
	for _, m := range regexp.MustCompile(`(?s)<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>`).FindAllStringSubmatch(a.Body, -1) {
		f.Set(m[1], html.UnescapeString(m[2]))
	}
	for _, m := range regexp.MustCompile(`(?s)<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>`).FindAllStringSubmatch(a.Body, -1) {
		if on := regexp.MustCompile(`value="([^"]*)" selected`).FindStringSubmatch(m[2]); on != nil {
			f.Set(m[1], html.UnescapeString(on[1]))
		}
	}
	if f.Get("rev") == "" {
		t.Fatalf("%d: no form\n%s", a.Status, text(a.Body))
	}
	return f
}

func TestEditKeepsWhatIsSaid(t *testing.T) {
	h := openHouse(t)
	lan := h.enter("lan", pano.Staff, pano.Curator)
	a := lan.add("Nháp", picture(30, 20, 1))
	path := "/assets/" + string(a.ID)
	f := fields(t, lan.get(path+"/edit"))
	f.Set("title", "  Băng rôn khai hội  ")
	f.Set("kind", "banner")
	f.Set("width_mm", "6 000")
	f.Set("height_mm", "1.000")
	f.Set("tags", "lễ hội, mùa thu,, lễ hội")
	f.Set("valid_until", "2026-12-31")
	lan.follow(lan.post(path+"/edit", f)).sees(t, "Đã lưu.", "Băng rôn khai hội", "6\u00a0×\u00a01\u00a0m", "Băng ngang đường", "31/12/2026", "lễ hội")
	got := h.asset(a.ID)
	if got.Title != "Băng rôn khai hội" || got.Width != 6000 || got.Height != 1000 || len(got.Tags) != 2 || got.ValidUntil.String() != "2027-01-01" {
		t.Errorf("kept %+v", got)
	}
	f = fields(t, lan.get(path+"/edit"))
	for field, bad := range map[string]string{"title": " ", "width_mm": "sáu mét", "height_mm": "", "valid_until": "31/12/2026", "kind": "khong-co"} {
		g := url.Values{}
		for k, v := range f {
			g[k] = v
		}
		g.Set(field, bad)
		p := lan.post(path+"/edit", g)
		if p.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s %q: %d", field, bad, p.Status)
		}
		p.sees(t, `id="f-`+field+`-error"`, "Băng ngang đường")
	}
}

func TestStaleEditKeepsTheEntriesOfBoth(t *testing.T) {
	h := openHouse(t)
	lan, minh := h.enter("lan", pano.Curator, pano.Staff), h.enter("minh", pano.Curator)
	a := lan.add("Phướn", picture(30, 20, 1))
	path := "/assets/" + string(a.ID) + "/edit"
	mine, theirs := fields(t, lan.get(path)), fields(t, minh.get(path))
	theirs.Set("title", "Phướn của Minh")
	theirs.Set("creator", "Họa sĩ Minh")
	if p := minh.post(path, theirs); p.Status != http.StatusSeeOther {
		t.Fatalf("the first edit: %d", p.Status)
	}
	mine.Set("title", "Phướn của Lan")
	mine.Set("material", "vải")
	p := lan.post(path, mine)
	if p.Status != http.StatusConflict {
		t.Errorf("a stale edit: %d", p.Status)
	}
	p.sees(t, "Người minh vừa sửa", "Người kia đã lưu: <ins>Phướn của Minh</ins>", `value="Phướn của Lan"`, `value="vải"`, `value="Họa sĩ Minh"`)
	again := fields(t, p)
	if q := lan.post(path, again); q.Status != http.StatusSeeOther {
		t.Errorf("sending it again: %d\n%s", q.Status, text(q.Body))
	}
	if got := h.asset(a.ID); got.Title != "Phướn của Lan" || got.Material != "vải" || got.Creator != "Họa sĩ Minh" {
		t.Errorf("kept %q, %q, %q", got.Title, got.Material, got.Creator)
	}
	lan.get("/assets/"+string(a.ID)).sees(t, "Sửa thông tin", "<del>Phướn của Minh</del>", "<ins>Phướn của Lan</ins>")
}

func TestWhatPeopleTypeIsNoMarkup(t *testing.T) {
	h := openHouse(t)
	lan := h.enter("lan", pano.Staff, pano.Curator, pano.Admin)
	const bad = `"><img src=x onerror=alert(1)>'{{.}}`
	a := lan.add("x", picture(30, 20, 1))
	path := "/assets/" + string(a.ID)
	f := fields(t, lan.get(path+"/edit"))
	for _, field := range []string{"title", "description", "creator", "credit", "rights", "source", "material", "tags", "language"} {
		f.Set(field, bad)
	}
	f.Set("language", `"><b>`)
	if p := lan.post(path+"/edit", f); p.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", p.Status, text(p.Body))
	}
	lan.post("/account/tokens", url.Values{"name": {bad}})
	lan.send("/assets", nil, file{bad + ".jpg", picture(10, 10, 9)})
	for _, p := range []answer{lan.get(path), lan.get(path + "/edit"), lan.get("/assets"), lan.get("/assets?q=" + url.QueryEscape(bad)), lan.get("/account"),
		lan.get("/upload?kind=" + url.QueryEscape(bad)), lan.send("/assets", nil, file{bad, []byte("không phải ảnh")}, file{bad, nil}), lan.get("/assets?sort=" + url.QueryEscape(bad)),
		lan.post("/login", url.Values{"login": {bad}, "password": {bad}}), lan.get("/" + url.PathEscape(bad))} {
		if strings.Contains(p.Body, "<img src=x") || strings.Contains(p.Body, "onerror=alert(1)>'") {
			t.Errorf("%d: markup got through:\n%s", p.Status, p.Body)
		}
	}
}
