package httpd_test

import (
	"fmt"
	"strings"
	"testing"

	"pano/internal/pano"
	"pano/internal/rig"
	"pano/storage/catalog"
)

// signInto signs a visitor's account in on a page of a real browser.
func (v *visitor) signInto(p *rig.Page) {
	p.Open(v.h.URL + "/login")
	rig.Eval[bool](p, fmt.Sprintf(`(document.querySelector('[name=login]').value = %q, document.querySelector('[name=password]').value = %q,
		document.querySelector('main form').requestSubmit(), true)`, v.Who.Login, password))
	p.Until("location.pathname !== '/login' && document.readyState === 'complete'")
}

// street is a small town with something in every state that these pages show.
type street struct {
	*house
	*visitor
	art, big                   pano.Asset
	face, stretch, wall, venue pano.Location
	hung                       string
}

func openStreet(t *testing.T) street {
	t.Helper()
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator, pano.Admin)
	s := street{house: h, visitor: v}
	site := h.place(pano.Location{Kind: pano.Site, Code: "D-MAYXAY", Name: "Ngã tư Máy Xay", Address: "Phường Thành Đông"})
	s.face = h.place(pano.Location{Kind: pano.Face, Code: "PN-014", Name: "Mặt phía Đông, đường Trần Hưng Đạo", Parent: site.ID, Width: 6000, Height: 3000,
		Address: "Ngã tư Máy Xay, phường Thành Đông", Lat: 20.9401, Lon: 106.333, Placed: true, Permit: "12/GP-SVHTTDL", PermitUntil: pano.Date(2031, 1, 1)})
	s.stretch = h.place(pano.Location{Kind: pano.Stretch, Code: "DD-BACHDANG", Name: "Đường Bạch Đằng, từ cầu Cất đến công viên", Capacity: 40})
	s.venue = h.place(pano.Location{Kind: pano.Venue, Code: "NTL", Name: "Nhà triển lãm tỉnh"})
	s.wall = h.place(pano.Location{Kind: pano.Wall, Code: "NTL-A-D", Name: "Tường phía Đông", Parent: s.venue.ID, Width: 9000, Height: 3200})
	s.art, s.big = v.art("Chào mừng Lễ hội mùa thu Côn Sơn – Kiếp Bạc", 5400, 2700), v.art("Phông khánh tiết hội trường lớn", 9000, 4000)
	small := v.art("Tranh sơn mài: Bến sông", 1200, 800)
	tall := v.art("Ảnh: Làng gốm Chu Đậu", 900, 1200)
	for _, a := range []pano.Asset{s.art, s.big, small, tall} {
		h.ready(a.ID)
	}
	v.follow(v.hang(s.art, s.face, 8, 27))
	v.follow(v.hang(s.art, s.face, 40, 50))
	s.hung = v.hang(small, s.face, 0, 6).To
	v.post(s.hung+"/mark", map[string][]string{"state": {"installed"}, "note": {"Không có ảnh"}})
	for i, days := range [][2]int{{0, 9}, {5, 20}, {12, 30}} {
		v.follow(v.hang(tall, s.stretch, days[0], days[1], "quantity", fmt.Sprint(12+i*4)))
	}
	v.follow(v.hang(small, s.wall, 0, 20, "x_mm", "900", "y_mm", "1250", "width_mm", "1200", "height_mm", "800"))
	v.follow(v.hang(tall, s.wall, 0, 20, "x_mm", "2600", "y_mm", "1050", "width_mm", "900", "height_mm", "1200"))
	late := v.hang(s.art, h.face("PN-015"), 0, 1).To
	v.post(late+"/mark", map[string][]string{"state": {"installed"}, "note": {"Không có ảnh"}})
	h.ok(h.DB.Tend(t.Context(), func(tx *catalog.Tx) error {
		_, err := tx.Exec(`UPDATE placement SET starts = starts - 30, ends = ends - 30, remove_by = remove_by - 30 WHERE id = ?`, strings.TrimPrefix(late, "/placements/"))
		return err
	}))
	return s
}

// TestPlacePagesStandEveryReader lets axe judge each page, in both languages,
// light and dark, on a desk and on a phone.
func TestPlacePagesStandEveryReader(t *testing.T) {
	s, browser := openStreet(t), rig.Chromium(t)
	both := "asset=" + string(s.art.ID) + "&location=" + string(s.face.ID)
	pages := []struct{ name, path string }{
		{"overview", "/"}, {"list", "/locations"}, {"none", "/locations?q=zzz"}, {"face", "/locations/" + string(s.face.ID)}, {"stretch", "/locations/" + string(s.stretch.ID)},
		{"wall", "/locations/" + string(s.wall.ID)}, {"venue", "/locations/" + string(s.venue.ID)}, {"new", "/locations/new"}, {"edit", "/locations/" + string(s.face.ID) + "/edit"},
		{"choose-asset", "/placements/new"}, {"choose-place", "/placements/new?asset=" + string(s.big.ID)}, {"form", "/placements/new?" + both},
		{"over", "/placements/new?asset=" + string(s.big.ID) + "&location=" + string(s.face.ID)}, {"on-wall", "/placements/new?asset=" + string(s.art.ID) + "&location=" + string(s.wall.ID)},
		{"placement", s.hung}, {"agenda", "/placements?show=today"}, {"overdue", "/placements?show=overdue"}, {"audit", "/audit"},
	}
	rig.Views(t, func(t *testing.T, v rig.View) {
		p := browser.Page(t, v.Width, 844, v.Dark, v.Lang)
		s.signInto(p)
		for _, page := range pages {
			p.Open(s.URL + page.path)
			p.WholeShot(fmt.Sprint(page.name, "-", v))
			p.Sideways()
			rig.Axe(t, p)
		}
	})
}

// TestKeyboardAloneHangsAPiece goes from the page of a place to the placement
// with keys only, and then meets the one who is there.
func TestKeyboardAloneHangsAPiece(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	l, a := h.face("PN-014"), v.art("Chào mừng Lễ hội Đền Bia", 6000, 3000)
	h.ready(a.ID)
	p := rig.Chromium(t).Page(t, 1366, 900, false, "vi")
	v.signInto(p)
	for _, want := range []string{"/placements/", "conflict"} {
		p.Open(h.URL + "/locations/" + string(l.ID))
		tabTo(t, p, "Gắn tư liệu")
		p.Press("Enter")
		p.Until("location.pathname === '/placements/new' && document.activeElement.id === 'q' && customElements.get('pano-live')")
		p.Type("den bia")
		p.Until("location.search.includes('q=den') && document.querySelectorAll('.choose a').length === 1")
		tabTo(t, p, "Chào mừng Lễ hội Đền Bia*")
		p.Press("Enter")
		p.Until("document.getElementById('f-from')")
		tabTo(t, p, "#f-from")
		p.Type("12012031") // the browser of the tests asks for the month first
		tabTo(t, p, "#f-last")
		p.Type("12202031")
		if got := rig.Eval[string](p, "document.getElementById('f-from').value + ' ' + document.getElementById('f-last').value"); got != "2031-12-01 2031-12-20" {
			t.Fatalf("the fields hold %s", got)
		}
		tabTo(t, p, "Gắn tư liệu")
		if want == "conflict" {
			p.Allow("409")
		}
		p.Press("Enter")
		if want == "conflict" {
			p.Until("document.getElementById('conflict')")
			p.Shot("conflict")
			p.Sideways()
			rig.Axe(t, p)
			tabTo(t, p, "Treo từ 21/12/2031*")
			p.Press("Enter")
			p.Until("document.getElementById('f-from')?.value === '2031-12-21' && document.getElementById('f-last').value === '2032-01-09'")
			break
		}
		p.Until("/^.placements.[0-9A-Z]{26}$/.test(location.pathname)")
		if got := p.Text("main"); !strings.Contains(got, "01/12/2031 đến hết 20/12/2031") {
			t.Errorf("the placement says %s", got)
		}
	}
}

// tabTo presses Tab until the focus is on what has that name or, with #, that id.
func tabTo(t *testing.T, p *rig.Page, name string) {
	t.Helper()
	test := fmt.Sprintf("(document.activeElement.innerText ?? '').trim() === %q", name)
	if start, ok := strings.CutSuffix(name, "*"); ok {
		test = fmt.Sprintf("(document.activeElement.innerText ?? '').trim().startsWith(%q)", start)
	}
	if id, ok := strings.CutPrefix(name, "#"); ok {
		test = fmt.Sprintf("document.activeElement.id === %q", id)
	}
	for range 60 {
		if rig.Eval[bool](p, test) {
			return
		}
		p.Press("Tab")
	}
	t.Fatalf("Tab does not come to %s", name)
}

// TestSheetOfAPlace is the page on paper: facts and code, no buttons.
func TestSheetOfAPlace(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	l := h.face("PN-014")
	p := rig.Chromium(t).Page(t, 794, 1123, false, "vi")
	v.signInto(p)
	p.Open(h.URL + "/locations/" + string(l.ID))
	p.Paper()
	p.WholeShot("sheet")
	seen := func(css string) bool {
		return rig.Eval[bool](p, fmt.Sprintf("document.querySelector(%q)?.checkVisibility() ?? false", css))
	}
	for css, want := range map[string]bool{".place-qr svg": true, "h1": true, ".rail": false, ".heading-acts": false, ".place-history": false} {
		if seen(css) != want {
			t.Errorf("%s on paper: %t", css, !want)
		}
	}
}

// TestFormShowsOnlyWhatFitsTheKind needs no script for it.
func TestFormShowsOnlyWhatFitsTheKind(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Curator)
	p := rig.Chromium(t).Page(t, 1366, 900, false, "vi")
	v.signInto(p)
	p.Scripts(false)
	p.Open(h.URL + "/locations/new?kind=stretch")
	p.Wait("textbox", "Sức chứa")
	p.Gone("textbox", "Chiều rộng")
	p.Open(h.URL + "/locations/new?kind=wall")
	p.Wait("textbox", "Chiều rộng")
	p.Gone("textbox", "Sức chứa")
}
