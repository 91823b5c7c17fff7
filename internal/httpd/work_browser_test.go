package httpd_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"pano/internal/pano"
	"pano/internal/rig"
	"pano/storage/catalog"
)

// TestWorkPagesStandEveryReader lets axe judge the pages of work orders, crews and
// campaigns, in both languages, light and dark, on a desk and on a phone.
func TestWorkPagesStandEveryReader(t *testing.T) {
	r, browser := openRoad(t), rig.Chromium(t)
	install, remove := r.only(t, pano.WorkInstall), r.only(t, pano.WorkRemove)
	c := r.campaign("LH26", "Lễ hội mùa thu Côn Sơn – Kiếp Bạc", -9, -2)
	late := r.lan.hang(r.art, r.face("PN-7"), -9, -2, "campaign", string(c.ID)).To
	r.lan.post(late+"/mark", url.Values{"state": {"installed"}, "note": {"mưa"}})
	r.lan.post("/orders/work/assign", url.Values{"id": {string(install.ID), string(remove.ID)}, "crew": {"c:" + string(r.crew.ID)}})
	gone := r.lan.post("/orders/work", url.Values{"placement": {string(r.idOf(r.up))}, "kind": {"inspect"}, "due": {day(2)}, "crew": {"-"}})
	r.lan.post(gone.To+"/cancel", url.Values{"reason": {"bão"}})
	pages := []struct{ name, path string }{
		{"works", "/orders/work"}, {"late", "/orders/work?show=late"}, {"over", "/orders/work?show=over"}, {"none", "/orders/work?kind=repair"},
		{"order", "/orders/work/" + string(install.ID)}, {"order-late", "/orders/work/" + string(remove.ID)}, {"order-gone", gone.To},
		{"new", "/orders/work/new?placement=" + string(r.idOf(r.up))}, {"crews", "/orders/work/crews"},
		{"campaigns", "/campaigns"}, {"campaign", "/campaigns/" + string(c.ID)}, {"overview", "/"}, {"placement", late}, {"agenda", "/placements?show=overdue"},
	}
	rig.Views(t, func(t *testing.T, v rig.View) {
		p := browser.Page(t, v.Width, 844, v.Dark, v.Lang)
		r.lan.signInto(p)
		for _, page := range pages {
			p.Open(r.house.URL + page.path)
			p.WholeShot(fmt.Sprint(page.name, "-", v))
			p.Sideways()
			rig.Axe(t, p)
		}
		crew := browser.Page(t, v.Width, 844, v.Dark, v.Lang)
		r.nam.signInto(crew)
		for _, page := range []struct{ name, path string }{{"phone", "/m/"}, {"crew-order", "/orders/work/" + string(install.ID)}, {"crew-schedule", "/schedule?on=" + day(4)}} {
			crew.Open(r.house.URL + page.path)
			crew.WholeShot(fmt.Sprint(page.name, "-", v))
			crew.Sideways()
			rig.Axe(t, crew)
		}
	})
}

// until waits until the orders are as they should be.
func (r road) until(p *rig.Page, what string, ok func() bool) {
	r.house.T.Helper()
	for end := time.Now().Add(15 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			p.Shot("stuck")
			r.house.T.Fatalf("not %s; the page says\n%s", what, p.Text("main"))
		}
	}
}

func (r road) given(id pano.WorkID, to pano.CrewID) func() bool {
	return func() bool {
		for _, w := range r.orders(catalog.WorkQuery{}) {
			if w.ID == id {
				return w.Crew == to
			}
		}
		return false
	}
}

func TestOrdersAreGivenWithTheMouse(t *testing.T) {
	r := openRoad(t)
	install, remove := r.only(t, pano.WorkInstall), r.only(t, pano.WorkRemove)
	p := rig.Chromium(t).Page(t, 1366, 900, false, "vi")
	r.lan.signInto(p)
	p.Open(r.house.URL + "/orders/work")
	p.Until("document.querySelectorAll('.works tbody tr').length === 2")
	for _, code := range []string{install.Code, remove.Code} {
		p.Click("checkbox", "Chọn phiếu "+code)
	}
	rig.Eval[bool](p, fmt.Sprintf("(document.querySelector('#to').value = 'c:%s', true)", r.crew.ID))
	p.Click("button", "Giao việc")
	r.until(p, "given to the crew", r.given(install.ID, r.crew.ID))
	p.Until("document.body.innerText.includes('Đã giao 2 phiếu.')")
	p.Open(r.house.URL + "/orders/work/" + string(remove.ID))
	rig.Eval[bool](p, "(document.querySelector('[name=reason]').closest('details').open = true)")
	p.Fill("textbox", "Lý do", "mưa bão")
	p.Click("button", "Hủy phiếu")
	p.Until("document.body.innerText.includes('Đã hủy phiếu.') && document.body.innerText.includes('mưa bão')")
	if left := r.orders(catalog.WorkQuery{Kind: pano.WorkRemove}); len(left) != 0 {
		t.Errorf("cancelled, there is still %+v", left)
	}
}

// TestOrdersAreGivenByKeysAlone is the same on a phone with a keyboard: tick,
// choose the crew by its name, send.
func TestOrdersAreGivenByKeysAlone(t *testing.T) {
	r := openRoad(t)
	install := r.only(t, pano.WorkInstall)
	p := rig.Chromium(t).Page(t, 390, 844, false, "vi")
	r.lan.signInto(p)
	p.Open(r.house.URL + "/orders/work?kind=install")
	p.Until("document.querySelectorAll('.works tbody tr').length === 1")
	tabTo(t, p, "#pick-"+string(install.ID))
	p.Press(" ")
	tabTo(t, p, "#to")
	p.Press("ArrowDown") // from nobody to the first crew
	tabTo(t, p, "Giao việc")
	p.Press("Enter")
	r.until(p, "given to the crew", r.given(install.ID, r.crew.ID))
	p.Until("document.body.innerText.includes('Đã giao 1 phiếu.')")

	// The crew finds it on its phone, says that it goes, and opens the first place.
	crew := rig.Chromium(t).Page(t, 390, 844, false, "vi")
	r.nam.signInto(crew)
	crew.Open(r.house.URL + "/m/")
	crew.Until("document.body.innerText.includes('" + install.Code + "')")
	tabTo(t, crew, "Bắt đầu làm")
	crew.Press("Enter")
	r.until(crew, "under way", func() bool { return r.orders(catalog.WorkQuery{Kind: pano.WorkInstall})[0].State == pano.WorkUnderWay })
	crew.Until("location.pathname === '/m/' && document.readyState === 'complete'")
	tabTo(t, crew, "Cột PN-1*")
	crew.Press("Enter")
	crew.Until("location.pathname === '/m/PN-1' && document.querySelector('h1')")
	if at := crew.Text("h1"); !strings.Contains(at, "PN-1") {
		t.Errorf("the first place is %q", at)
	}
}
