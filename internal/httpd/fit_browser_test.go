package httpd_test

import (
	"fmt"
	"testing"
	"time"

	"pano/internal/pano"
	"pano/internal/rig"
)

// TestFitPagesStandEveryReader lets axe judge the pages, in both languages, light
// and dark, on a desk and on a phone.
func TestFitPagesStandEveryReader(t *testing.T) {
	f, browser := openFair(t), rig.Chromium(t)
	for i := range 30 {
		f.place(pano.Location{Kind: pano.Face, Code: fmt.Sprintf("CL-%02d", i), Name: fmt.Sprintf("Cột %d đường Cách mạng Tháng Tám, đoạn qua chợ", i), Width: pano.MM(1200 + i*130), Height: 1800, PermitUntil: pano.DayOf(time.Now()) + 5})
	}
	f.follow(f.hang(f.art, f.square, 4, 9))
	pages := []struct{ name, path string }{
		{"faces", f.fit("asset", string(f.art.ID))}, {"art", f.fit("location", string(f.made.ID))},
		{"pair", f.fit("asset", string(f.art.ID), "location", string(f.made.ID))}, {"pair-cut", f.fit("asset", string(f.art.ID), "location", string(f.square.ID), "keep", "100")},
		{"pair-tall", f.fit("asset", string(f.tall.ID), "location", string(f.made.ID))}, {"wrong", f.fit("asset", string(f.art.ID), "from", day(3), "last", day(1))},
		{"none", f.fit("location", string(f.made.ID), "q", "zzz")}, {"asset", "/assets/" + string(f.art.ID)}, {"face", "/locations/" + string(f.made.ID)},
	}
	rig.Views(t, func(t *testing.T, v rig.View) {
		p := browser.Page(t, v.Width, 844, v.Dark, v.Lang)
		f.signInto(p)
		p.Allow("422")
		for _, page := range pages {
			p.Open(f.URL + page.path)
			p.WholeShot(fmt.Sprint(page.name, "-", v))
			p.Sideways()
			rig.Axe(t, p)
		}
	})
}

// TestKeyboardAloneFindsAFaceAndHangsThere goes from the page of an artwork to
// the placement with keys only.
func TestKeyboardAloneFindsAFaceAndHangsThere(t *testing.T) {
	f := openFair(t)
	p := rig.Chromium(t).Page(t, 1366, 900, false, "vi")
	f.signInto(p)
	p.Open(f.URL + "/assets/" + string(f.art.ID))
	tabTo(t, p, "Vừa mặt nào?")
	p.Press("Enter")
	p.Until("location.pathname === '/fit' && customElements.get('pano-live') && document.querySelectorAll('.fit-card').length === 4")
	tabTo(t, p, "#site")
	p.Press("ArrowDown")
	p.Until("location.search.includes('site=MX')")
	tabTo(t, p, "Xem thử\nMặt vuông*")
	p.Press("Enter")
	p.Until("document.getElementById('keep') && customElements.get('pano-live')")
	tabTo(t, p, "#keep")
	p.Press("End")
	p.Until("location.search.includes('keep=100') && document.querySelector('.cut-edge').getAttribute('x') === '240' && document.activeElement.id === 'keep'")
	p.Shot("kept")
	p.Back()
	p.Until("document.querySelector('.cut-edge').getAttribute('x') === '120'")
	p.Back()
	p.Until("document.querySelectorAll('.fit-card').length === 4")
	tabTo(t, p, "Gắn ở đây\nMặt vừa khít")
	p.Press("Enter")
	p.Until("location.pathname === '/placements/new'")
	if got, want := rig.Eval[string](p, "document.getElementById('f-from').value + ' ' + document.getElementById('f-last').value"), day(0)+" "+day(14); got != want {
		t.Errorf("the fields hold %s, want %s", got, want)
	}
	tabTo(t, p, "Gắn tư liệu")
	p.Press("Enter")
	p.Until("/^.placements.[0-9A-Z]{26}$/.test(location.pathname)")
}

// What is wrong with the days is said while they change, and goes when they are mended.
func TestFitSaysAtOnceWhatIsWrongWithTheDays(t *testing.T) {
	f := openFair(t)
	p := rig.Chromium(t).Page(t, 1366, 900, false, "vi")
	f.signInto(p)
	p.Allow("422")
	p.Open(f.URL + f.fit("asset", string(f.art.ID)))
	p.Until("customElements.get('pano-live') && document.querySelectorAll('.fit-card').length === 4")
	set := func(d string) {
		rig.Eval[bool](p, fmt.Sprintf("(e => { e.value = %q; e.dispatchEvent(new Event('input', {bubbles: true})); e.dispatchEvent(new Event('change', {bubbles: true})); return true })(document.getElementById('last'))", d))
	}
	set(day(-3))
	p.Until("document.querySelector('#results [role=alert]')?.innerText.includes('Ngày kết thúc phải sau ngày bắt đầu')")
	set(day(3))
	p.Until("!document.querySelector('#results [role=alert]') && document.querySelectorAll('.fit-card').length === 4")
}

func TestFitWorksWithoutScripts(t *testing.T) {
	f := openFair(t)
	p := rig.Chromium(t).Page(t, 390, 844, false, "vi")
	p.Scripts(false)
	f.signInto(p)
	p.Open(f.URL + f.fit("location", string(f.made.ID)))
	p.Fill("searchbox", "Tìm trong tư liệu", "giao thong")
	p.Click("button", "Xem")
	p.Until("document.querySelectorAll('.fit-card').length === 1")
	p.Sideways()
}
