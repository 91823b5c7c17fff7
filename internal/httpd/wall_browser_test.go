package httpd_test

import (
	"encoding/xml"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"pano/internal/pano"
	"pano/internal/rig"
	"pano/storage/catalog"
)

// opened is the page of the wall in a browser, its editor awake.
func (g gallery) opened(t *testing.T, b *rig.Browser, v *visitor) *rig.Page {
	t.Helper()
	p := b.Page(t, 1366, 900, false, "vi")
	v.signInto(p)
	p.Open(g.URL + g.at())
	p.Until("document.querySelector('[data-work][role=button]')")
	return p
}

func css(id pano.PlacementID) string { return `[data-work="` + string(id) + `"]` }

// row is a field of the row of a work.
func field(p *rig.Page, id pano.PlacementID, name string) string {
	return rig.Eval[string](p, fmt.Sprintf(`document.querySelector('[data-row="%s"] [name=%s]').value`, id, name))
}

// pixels is how many pixels of the screen a millimetre of the wall is.
func pixels(p *rig.Page) float64 {
	return rig.Eval[float64](p, "document.querySelector('svg.wall').getScreenCTM().a")
}

// TestTheMouseArrangesAWall: drag, the table follows, guides are seen, undo and
// redo, one request saves it all.
func TestTheMouseArrangesAWall(t *testing.T) {
	g := openGallery(t, 3)
	waits := g.art("Tượng gốm men lam", 600, 400)
	g.ready(waits.ID)
	p := g.opened(t, rig.Chromium(t), g.visitor)
	p.WholeShot("wall")
	rig.Axe(t, p)
	mm := pixels(p)
	from := p.Middle(css(g.works[1]))
	to := rig.Point{X: from.X + 203*mm, Y: from.Y + 4*mm} // the eye line holds it
	p.Hold(from)
	p.Pull(from, to, 4)
	if n := rig.Eval[int](p, "document.querySelectorAll('.wall-guide').length"); n == 0 {
		t.Error("no guide is seen")
	}
	p.Shot("dragged")
	p.Release(to)
	x, up := field(p, g.works[1], "x_mm"), field(p, g.works[1], "floor_mm")
	if n, _ := strconv.Atoi(x); n < 2190 || n > 2216 || up != "1150" {
		t.Errorf("dragged to %s, %s", x, up)
	}
	if said := p.Text("[data-unsaved]"); said != "1 thay đổi chưa lưu" {
		t.Errorf("it says %q", said)
	}
	p.Press("Control+z")
	if x := field(p, g.works[1], "x_mm"); x != "2000" {
		t.Errorf("undone to %s", x)
	}
	p.Press("Control+Shift+z")
	if got := field(p, g.works[1], "x_mm"); got != x {
		t.Errorf("redone to %s, want %s", got, x)
	}
	// Two are picked, with Shift, and aligned at their tops; then all are spaced evenly.
	p.ShiftClick(p.Middle(css(g.works[0])))
	if n := rig.Eval[int](p, "document.querySelectorAll('.wall-picked').length"); n != 2 {
		t.Errorf("%d are picked", n)
	}
	p.Press("Control+a")
	p.Click("button", "Giãn đều")
	for i, want := range []string{"1350", "3900", "6450"} {
		if got := field(p, g.works[i], "x_mm"); got != want {
			t.Errorf("work %d spaced to %s, want %s", i+1, got, want)
		}
	}
	// What is found is dragged in.
	p.Fill("searchbox", "Tìm tư liệu khác", "men lam")
	p.Press("Enter")
	p.Until("document.querySelector('#wall-waiting [data-asset]')")
	item := p.Middle("#wall-waiting .wall-what")
	on := p.Middle("svg.wall .wall-ground")
	on.Y -= 600 * mm
	p.Carry(item, on, 6)
	p.Until("document.querySelectorAll('tbody[data-rows-of-wall] tr').length === 4")
	p.WholeShot("put")
	if n := rig.Eval[int](p, "[...document.querySelectorAll('#wall-waiting [data-asset]')].filter((e) => !e.hidden).length"); n != 0 {
		t.Errorf("%d wait still", n)
	}
	p.Click("button", "Lưu bố trí")
	p.Until("document.querySelectorAll('[data-row]').length === 4 && !document.querySelector('[data-dirty]') && document.querySelector('[data-work][role=button]')")
	if asked := p.Asked(); len(asked) != 0 {
		t.Errorf("the browser asked: %v", asked)
	}
	for i, want := range []pano.MM{1350, 3900, 6450} {
		if got := g.kept(g.works[i]); got.Area.X != want || got.Rev != 2 {
			t.Errorf("kept %+v, want %d", got.Area, want)
		}
	}
	g.ok(g.DB.Read(t.Context(), func(tx *catalog.Tx) error {
		all, err := tx.PlacementsOf(t.Context(), pano.Reach{All: true}, waits.ID, "", 0)
		if len(all) != 1 || all[0].Area.W != 600 || all[0].Area.H != 400 {
			t.Errorf("the new one: %+v", all)
		}
		return err
	}))
}

// TestKeyboardAloneArrangesAWall, from the drawing to the saved layout.
func TestKeyboardAloneArrangesAWall(t *testing.T) {
	g := openGallery(t, 2)
	p := g.opened(t, rig.Chromium(t), g.visitor)
	tabUntil(t, p, fmt.Sprintf("document.activeElement.dataset.work === %q", g.works[0]))
	p.Press("ArrowRight", "Shift+ArrowRight", "Alt+ArrowLeft", "ArrowDown")
	if x, up := field(p, g.works[0], "x_mm"), field(p, g.works[0], "floor_mm"); x != "409" || up != "1140" {
		t.Errorf("moved to %s, %s", x, up)
	}
	if name := rig.Eval[string](p, "document.activeElement.getAttribute('aria-label') + document.activeElement.getAttribute('aria-pressed')"); name != "1. Tranh sơn mài: Bến sông: cách mép trái 409, cách sàn 1.140, rộng 1.200, cao 800 mmtrue" {
		t.Errorf("it is called %q", name)
	}
	p.Press("Tab", " ") // picks the second, too
	tabUntil(t, p, "document.activeElement.dataset.do === 'top'")
	p.Press("Enter")
	if up := field(p, g.works[0], "floor_mm"); up != "1150" {
		t.Errorf("aligned to %s", up)
	}
	// Numbers move the drawing.
	tabUntil(t, p, `document.activeElement.name === 'x_mm'`)
	p.Press("Control+a")
	p.Type("777")
	if at := rig.Eval[string](p, fmt.Sprintf("document.querySelector('%s').getAttribute('transform')", css(g.works[0]))); at != "translate(777 1250)" {
		t.Errorf("drawn at %s", at)
	}
	p.Press("Enter")
	p.Until("!document.querySelector('[data-dirty]')")
	if got := g.kept(g.works[0]); got.Area.X != 777 || got.Area.Y != 1250 {
		t.Errorf("kept %+v", got)
	}
}

// tabUntil presses Tab until a condition holds, at most once round the page.
func tabUntil(t *testing.T, p *rig.Page, js string) {
	t.Helper()
	for range 120 {
		if rig.Eval[bool](p, js) {
			return
		}
		p.Press("Tab")
	}
	t.Fatalf("Tab does not come to %s", js)
}

// TestTwoCuratorsLoseNothing: the second is shown both, keeps one of hers and
// takes one of his.
func TestTwoCuratorsLoseNothing(t *testing.T) {
	g := openGallery(t, 3)
	other := g.enter("hoa", pano.Curator)
	p := g.opened(t, rig.Chromium(t), g.visitor)
	other.follow(other.post(g.at()+"/layout", g.table(1, 400, 2100, 3700)))
	p.Press("Control+a")
	if n := rig.Eval[int](p, "document.querySelectorAll('.wall-picked').length"); n != 3 {
		t.Errorf("%d are picked", n)
	}
	p.Focus("button", "1. Tranh sơn mài: Bến sông: *")
	p.Press("Shift+ArrowDown")
	p.Allow("412")
	p.Click("button", "Lưu bố trí")
	p.Until("document.querySelectorAll('.wall-both li').length === 3")
	p.WholeShot("both")
	rig.Axe(t, p)
	said := p.Text(".wall-both")
	for _, want := range []string{"Người hoa (lúc", "cách mép trái 300 → 400", "Bạn: cách mép trái 300, cách sàn 1.050"} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q: %s", want, said)
		}
	}
	if n := rig.Eval[int](p, "document.querySelectorAll('.wall-ghost').length"); n != 3 {
		t.Errorf("%d ghosts", n)
	}
	if up := field(p, g.works[0], "floor_mm"); up != "1050" {
		t.Errorf("her own move is lost: %s", up)
	}
	p.Click("button", "Giữ chỗ của tôi")
	p.Until("document.querySelectorAll('.wall-both li').length === 2")
	for n := range 2 {
		p.Click("button", "Theo chỗ của họ")
		p.Until(fmt.Sprintf("document.querySelectorAll('.wall-both li').length === %d", 1-n))
	}
	p.Click("button", "Lưu bố trí")
	p.Until("!document.querySelector('[data-dirty]')")
	for i, want := range []pano.Rect{{X: 300, Y: 1350, W: 1200, H: 800}, {X: 2100, Y: 1250, W: 1200, H: 800}, {X: 3700, Y: 1250, W: 1200, H: 800}} {
		if got := g.kept(g.works[i]); got.Area != want {
			t.Errorf("kept %+v, want %+v", got.Area, want)
		}
	}
}

// TestARefusalNamesTheWorkAndKeepsTheMoves: over one another, and off the wall.
func TestARefusalNamesTheWorkAndKeepsTheMoves(t *testing.T) {
	g := openGallery(t, 2)
	p := g.opened(t, rig.Chromium(t), g.visitor)
	p.Allow("409")
	p.Allow("422")
	set := func(x string) {
		p.Fill("textbox", "Cách mép trái, Ảnh: Làng gốm Chu Đậu", x)
	}
	set("1000")
	p.Until("document.querySelectorAll('.wall-wrong').length === 2 && document.querySelector('[data-notices]').innerText.includes('chồng lên nhau')")
	p.Press("Enter")
	p.Until("document.querySelector('[data-conflict]').innerText.includes('Ảnh: Làng gốm Chu Đậu: Tranh sơn mài: Bến sông đang giữ chỗ này')")
	p.WholeShot("refused")
	rig.Axe(t, p)
	set("7801")
	p.Until("document.querySelector('[data-notices]').innerText.includes('vượt ra ngoài tường')")
	p.Press("Enter")
	p.Until("document.querySelector('[data-conflict]').innerText.includes('Vượt ra ngoài tường 9.000')")
	if got := field(p, g.works[1], "x_mm"); got != "7801" {
		t.Errorf("the entry is %s", got)
	}
	set("2400")
	p.Press("Enter")
	p.Until("!document.querySelector('[data-dirty]') && !document.querySelector('[data-conflict] *')")
}

// TestScriptAndServerWarnAlike of the same wall.
func TestScriptAndServerWarnAlike(t *testing.T) {
	g := openGallery(t, 3)
	for _, b := range []pano.Blocked{{Kind: pano.Exit, Area: pano.Rect{X: 3000, Y: 1000, W: 400, H: 300}}, {Kind: pano.Socket, Area: pano.Rect{X: 900, Y: 2000, W: 80, H: 80}}, {Kind: pano.Door, Area: pano.Rect{X: 8000, Y: 1100, W: 900, H: 2100}}} {
		b.Location = g.wall.ID
		_, err := g.Site.Hanging.Block(t.Context(), cli, b)
		g.ok(err)
	}
	g.follow(g.post(g.at()+"/layout", g.table(1, 300, 1530, 2740)))
	said := regexp.MustCompile(`(?s)data-notices.*?</ul>`).FindString(g.get(g.at()).Body)
	want := strings.Split(strings.TrimSpace(regexp.MustCompile(`(?s)</li>.*?(<li[^>]*>|$)`).ReplaceAllString(said[strings.Index(said, "<li"):], "\n")), "\n")
	for i := range want {
		want[i] = strings.TrimSpace(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(want[i], ""))
	}
	p := g.opened(t, rig.Chromium(t), g.visitor)
	p.WholeShot("warned")
	got := rig.Eval[[]string](p, "[...document.querySelectorAll('[data-notices] li')].map((e) => e.textContent)")
	if strings.Join(got, "\n") != strings.Join(want, "\n") || len(got) != 4 {
		t.Errorf("the script says\n%q\nthe server\n%q", got, want)
	}
}

// TestWallPagesStandEveryReader lets axe judge the wall and its sheet.
func TestWallPagesStandEveryReader(t *testing.T) {
	g, browser := openGallery(t, 4), rig.Chromium(t)
	a := g.art("Tượng gốm men lam", 600, 400)
	g.ready(a.ID)
	_, err := g.Site.Hanging.Block(t.Context(), cli, pano.Blocked{Location: g.wall.ID, Kind: pano.Door, Area: pano.Rect{X: 8000, Y: 1100, W: 900, H: 2100}})
	g.ok(err)
	empty := g.place(pano.Location{Kind: pano.Wall, Code: "T-0", Name: "Tường trống", Width: 4000, Height: 3000})
	rig.Views(t, func(t *testing.T, v rig.View) {
		p := browser.Page(t, v.Width, 844, v.Dark, v.Lang)
		g.signInto(p)
		for name, path := range map[string]string{"wall": g.at() + "?q=gom", "empty": "/locations/" + string(empty.ID), "sheet": g.at() + "/sheet"} {
			p.Open(g.URL + path)
			p.WholeShot(fmt.Sprint(name, "-", v))
			p.Sideways()
			rig.Axe(t, p)
		}
	})
}

// TestTheSheetIsToScale prints the sheet and has poppler, which knows nothing of
// us, measure what is on the paper: a work of 600 mm is 600 mm × scale.
func TestTheSheetIsToScale(t *testing.T) {
	g := openGallery(t, 1)
	a := g.art("Tượng gốm men lam", 600, 400)
	g.ready(a.ID)
	g.follow(g.hang(a, g.wall, 0, 20, "x_mm", "5000", "y_mm", "1500", "width_mm", "600", "height_mm", "400"))
	p := rig.Chromium(t).Page(t, 1366, 900, true, "vi")
	g.signInto(p)
	p.Open(g.URL + g.at() + "/sheet")
	stated := regexp.MustCompile(`1:(\d+)`).FindStringSubmatch(p.Text("figcaption"))
	if stated == nil {
		t.Fatal("the sheet states no scale")
	}
	scale, _ := strconv.ParseFloat(stated[1], 64)
	dir := t.ArtifactDir()
	pdf, svg := filepath.Join(dir, "sheet.pdf"), filepath.Join(dir, "sheet.svg")
	g.ok(os.WriteFile(pdf, p.PDF(), 0o644))
	if out, err := exec.Command("pdftocairo", "-svg", "-f", "1", "-l", "1", pdf, svg).CombinedOutput(); err != nil {
		t.Fatalf("pdftocairo, of Debian's poppler-utils: %v\n%s", err, out)
	}
	exec.Command("pdftocairo", "-png", "-r", "80", pdf, filepath.Join(dir, "sheet")).Run() // for people to look at
	boxes := boxesOf(t, svg)
	const point = 25.4 / 72 // mm
	for _, want := range []struct{ w, h float64 }{{600, 400}, {1200, 800}, {9000, 3200}} {
		best := math.Inf(1)
		for _, b := range boxes {
			w, h := b.w*point*scale, b.h*point*scale
			best = min(best, max(math.Abs(w-want.w)/want.w, math.Abs(h-want.h)/want.h))
		}
		t.Logf("%.0f × %.0f mm at 1:%.0f: off by %.3f %%", want.w, want.h, scale, best*100)
		if best > 0.005 {
			t.Errorf("no box of %.0f × %.0f mm on the paper; nearest is off by %.2f %%", want.w, want.h, best*100)
		}
	}
}

type box struct{ w, h float64 }

// boxesOf finds the closed rectangles among the paths of a drawing, in its units.
func boxesOf(t *testing.T, file string) (all []box) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var scan func(d *xml.Decoder)
	number := regexp.MustCompile(`-?[0-9.]+`)
	scan = func(d *xml.Decoder) {
		for {
			tok, err := d.Token()
			if err != nil {
				return
			}
			e, ok := tok.(xml.StartElement)
			if !ok || e.Name.Local != "path" {
				continue
			}
			sx, sy := 1.0, 1.0
			var path string
			for _, a := range e.Attr {
				switch a.Name.Local {
				case "d":
					path = a.Value
				case "transform":
					if m := number.FindAllString(a.Value, -1); len(m) == 6 {
						sx, _ = strconv.ParseFloat(m[0], 64)
						sy, _ = strconv.ParseFloat(m[3], 64)
					}
				}
			}
			if strings.ContainsAny(path, "C") {
				continue
			}
			n := number.FindAllString(path, -1)
			if len(n) < 8 {
				continue
			}
			loX, hiX, loY, hiY := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
			for i := 0; i+1 < len(n); i += 2 {
				x, _ := strconv.ParseFloat(n[i], 64)
				y, _ := strconv.ParseFloat(n[i+1], 64)
				loX, hiX, loY, hiY = min(loX, x), max(hiX, x), min(loY, y), max(hiY, y)
			}
			all = append(all, box{(hiX - loX) * math.Abs(sx), (hiY - loY) * math.Abs(sy)})
		}
	}
	scan(xml.NewDecoder(strings.NewReader(string(data))))
	if len(all) == 0 {
		t.Fatalf("no boxes in %s", file)
	}
	return all
}

// TestAMoveAmongSixtyWorks logs what a move costs, on the processor as it is and
// four times slower. The aim, 8 ms at four times slower, is told and not tested:
// slowing down is done by the clock on the wall, so on a machine that is shared
// it counts the work of others fourfold.
func TestAMoveAmongSixtyWorks(t *testing.T) {
	g := openGallery(t, 1)
	p := rig.Chromium(t).Page(t, 1366, 900, false, "vi")
	g.signInto(p)
	a := g.kept(g.works[0])
	for i := range 59 {
		spot := a
		spot.ID, spot.Area = "", pano.Rect{X: pano.MM(100 + i%20*440), Y: pano.MM(20 + i/20*400), W: 400, H: 350}
		if spot.Area.Y > 800 {
			spot.Area.Y = 2100
		}
		_, err := g.Site.Hanging.Place(t.Context(), pano.Actor{ID: g.Who.ID, Memberships: g.Who.Memberships}, spot)
		g.ok(err)
	}
	p.Open(g.URL + g.at())
	p.Until("document.querySelectorAll('[data-work][role=button]').length === 60")
	from := p.Middle(css(g.works[0]))
	p.WholeShot("sixty")
	const moves = 100
	each := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 / moves }
	report := func(what string, w rig.Toil) {
		t.Logf("%s: %.2f ms of the main thread a move (scripts %.2f, style %.2f, layout %.2f)", what, each(w.All), each(w.Scripts), each(w.Style), each(w.Layout))
	}
	for _, slower := range []float64{1, 4} {
		from = p.Middle(css(g.works[0]))
		to := rig.Point{X: from.X + 300, Y: from.Y - 20}
		p.SlowCPU(slower)
		p.Hold(from)
		p.Pull(from, from, 10)
		held := p.Busy()
		p.Pull(from, to, moves)
		report(fmt.Sprintf("60 works, processor %.0f times slower", slower), p.Busy().Less(held))
		p.Release(to)
		if x := field(p, g.works[0], "x_mm"); x == "300" {
			t.Error("nothing moved")
		}
	}
	p.SlowCPU(1)
	p.Press("Control+z", "Control+z")
	// What the browser and the measuring take for any picture that changes at all.
	p.Open(g.URL + "/help")
	rig.Eval[bool](p, `((box, n) => { box.style.cssText = 'position: fixed; width: 9px; height: 9px; background: red'; document.body.append(box);
		document.addEventListener('pointermove', () => requestAnimationFrame(() => (box.style.left = (++n % 99) + 'px'))); return true; })(document.createElement('div'), 0)`)
	for _, slower := range []float64{1, 4} {
		p.SlowCPU(slower)
		p.Pull(rig.Point{X: 300, Y: 300}, rig.Point{X: 310, Y: 300}, 10)
		start := p.Busy()
		p.Pull(rig.Point{X: 300, Y: 300}, rig.Point{X: 600, Y: 320}, moves)
		report(fmt.Sprintf("one box on an empty page, processor %.0f times slower", slower), p.Busy().Less(start))
	}
}
