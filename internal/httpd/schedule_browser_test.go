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

// monthStreet is a street with a campaign and a bar of every look in this month.
func monthStreet(t *testing.T) street {
	s := openStreet(t)
	c := s.campaign("LH26", "Lễ hội mùa thu Côn Sơn – Kiếp Bạc", -5, 40)
	way := []string{"approved", "printed", "installed", "verified", "damaged"}
	for i := range 9 {
		l := s.place(pano.Location{Kind: pano.Face, Code: fmt.Sprintf("LTN-%02d", i), Name: fmt.Sprintf("Cột %d đường Lê Thanh Nghị, phía hồ Bình Minh", i), Width: 6000, Height: 3000})
		at := s.hang(s.art, l, i%3, 4+i*2, "campaign", string(c.ID)).To
		for _, state := range way[:min(i, len(way))] {
			form := "decide"
			if state == "installed" || state == "verified" || state == "damaged" {
				form = "mark"
			}
			s.post(at+"/"+form, url.Values{"state": {state}, "note": {"không chụp được ảnh vì mưa"}})
		}
	}
	late := s.house.face("PN-020")
	old := s.hang(s.art, late, 0, 1).To
	s.post(old+"/mark", url.Values{"state": {"installed"}, "note": {"không chụp được ảnh vì mưa"}})
	s.shift(old, -5)
	s.hang(s.big, late, 0, 9, "exception", "gấp mép")
	return s
}

// TestSchedulePagesStandEveryReader lets axe judge the views, in both languages,
// light and dark, on a desk and on a phone.
func TestSchedulePagesStandEveryReader(t *testing.T) {
	s, browser := monthStreet(t), rig.Chromium(t)
	s.post("/account/calendar", nil)
	pages := []struct{ name, path string }{
		{"month", "/schedule"}, {"week", "/schedule?view=week&by=kind"}, {"campaign", "/schedule?view=campaign&by=agency"}, {"nothing", "/schedule?on=" + day(900)},
		{"no-match", "/schedule?on=" + day(900) + "&state=planned"}, {"late", "/schedule?late=1"}, {"paper", "/schedule?paper=1"}, {"account", "/account"},
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

// planned is the placement of a visitor's answer as it is kept.
func (h *house) planned(to string) (p pano.Placement) {
	h.T.Helper()
	h.ok(h.DB.Read(h.T.Context(), func(tx *catalog.Tx) (err error) {
		p, err = tx.Placement(h.T.Context(), pano.PlacementID(strings.TrimPrefix(to, "/placements/")))
		return err
	}))
	return p
}

func (h *house) days(to string) string {
	p := h.planned(to)
	return p.Days.From.String() + " " + p.Days.Last().String()
}

// aWeekAhead opens the week after next in a browser, with pieces on one face: on
// its Tuesday and Wednesday, and on its Saturday.
func aWeekAhead(t *testing.T) (h *house, v *visitor, p *rig.Page, monday int, first, second string) {
	h = openHouse(t)
	v = h.enter("lan", pano.Staff, pano.Curator)
	a, b := v.art("Phướn lễ hội", 0, 0), v.art("Áp phích an toàn giao thông", 0, 0)
	h.ready(a.ID)
	h.ready(b.ID)
	today := pano.DayOf(time.Now())
	monday = 14 - int((today+3)%7)
	l := h.face("PN-1")
	first, second = v.hang(a, l, monday+1, monday+2).To, v.hang(b, l, monday+5, monday+5).To
	p = rig.Chromium(t).Page(t, 1366, 900, false, "vi")
	v.signInto(p)
	p.Open(h.URL + "/schedule?view=week&on=" + day(monday))
	p.Until("customElements.get('pano-schedule')")
	return h, v, p, monday, first, second
}

func idOf(to string) string { return strings.TrimPrefix(to, "/placements/") }

// until waits until a placement is kept with these days.
func (h *house) until(p *rig.Page, to string, from, last int) {
	h.T.Helper()
	want := day(from) + " " + day(last)
	for end := time.Now().Add(15 * time.Second); h.days(to) != want; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			p.Shot("stuck")
			h.T.Fatalf("kept as %s, want %s; the page says\n%s", h.days(to), want, p.Text("main"))
		}
	}
	p.Until(fmt.Sprintf("document.querySelector('#bar-%s')?.dataset.from === %q && !document.querySelector('.moving')", idOf(to), day(from)))
}

func TestBarIsDraggedByDaysAndTakenBack(t *testing.T) {
	h, _, p, monday, first, _ := aWeekAhead(t)
	step := rig.Eval[float64](p, "document.querySelector('.lane-bars').getBoundingClientRect().width / 7")
	p.Drag("#bar-"+idOf(first)+" rect", step*1.3, 4) // snaps to one day
	h.until(p, first, monday+2, monday+3)
	p.Until("document.querySelector('#toasts')?.innerText.includes('Đã dời “Phướn lễ hội”')")
	p.Shot("dragged")
	p.Press("Control+z")
	h.until(p, first, monday+1, monday+2)
	// A click is no drag, and leads to the placement.
	p.Drag("#bar-"+idOf(first)+" rect", 2, 0)
	p.Until(fmt.Sprintf("location.pathname === %q", first))
	if got := h.days(first); got != day(monday+1)+" "+day(monday+2) {
		t.Errorf("a click moved it to %s", got)
	}
}

func TestBarIsMovedByKeysAlone(t *testing.T) {
	h, _, p, monday, first, _ := aWeekAhead(t)
	tabTo(t, p, "#bar-"+idOf(first))
	p.Press("ArrowLeft")
	p.Until("document.querySelector('.moving')?.innerText.includes('Dời “Phướn lễ hội” sang " + shown(monday) + " đến hết " + shown(monday+1) + "')")
	p.Shot("moving")
	rig.Axe(t, p)
	p.Press("?")
	p.Wait("dialog", "Phím tắt")
	if keys := p.Text("dialog"); !strings.Contains(keys, "Dời thanh một ngày") || !strings.Contains(keys, "Lưu ngày mới") || !strings.Contains(keys, "Để lại như cũ") {
		t.Errorf("the list of keys: %s", keys)
	}
	p.Press("Escape")
	p.Until("!document.querySelector('dialog[open]')")
	tabTo(t, p, "#bar-"+idOf(first))
	p.Press("Escape")
	p.Until("!document.querySelector('.moving') && !document.querySelector('[data-moving]')")
	if got := h.days(first); got != day(monday+1)+" "+day(monday+2) {
		t.Errorf("Esc kept %s", got)
	}
	p.Press("ArrowRight", "ArrowRight", "ArrowLeft", "Enter")
	h.until(p, first, monday+2, monday+3)
	p.Until("document.activeElement.id === 'bar-" + idOf(first) + "'") // and on from there
	p.Press("ArrowLeft", "ArrowLeft", "Enter")
	h.until(p, first, monday, monday+1)
	p.Until("document.activeElement.id === 'bar-" + idOf(first) + "'")
	p.Press("Enter")
	p.Until(fmt.Sprintf("location.pathname === %q", first))
}

func TestRefusedMoveSaysWhoIsThereAndGoesBack(t *testing.T) {
	h, _, p, monday, first, second := aWeekAhead(t)
	p.Allow("409")
	at := rig.Eval[string](p, "document.querySelector('#bar-"+idOf(first)+" > svg').getAttribute('x')")
	step := rig.Eval[float64](p, "document.querySelector('.lane-bars').getBoundingClientRect().width / 7")
	p.Drag("#bar-"+idOf(first)+" rect", step*3, 0)
	p.Until("document.querySelector('#schedule-trouble [role=alert]')?.innerText.includes('Áp phích an toàn giao thông đang giữ chỗ này từ " + shown(monday+5) + " đến hết " + shown(monday+5) + "')")
	p.Shot("refused")
	rig.Axe(t, p)
	if back := rig.Eval[string](p, "document.querySelector('#bar-"+idOf(first)+" > svg').getAttribute('x')"); back != at {
		t.Errorf("the bar is at %s, was at %s", back, at)
	}
	if got := h.days(first); got != day(monday+1)+" "+day(monday+2) {
		t.Errorf("kept %s", got)
	}
	if href := rig.Eval[string](p, "document.querySelector('#schedule-trouble a').getAttribute('href')"); href != second {
		t.Errorf("who is there: %s, want %s", href, second)
	}
}

func TestMoveFromAnOldRevisionTellsWhatChanged(t *testing.T) {
	h, v, p, monday, first, _ := aWeekAhead(t)
	p.Allow("412")
	minh := h.enter("minh", pano.Staff, pano.Curator)
	minh.follow(minh.post(first, url.Values{"rev": {"1"}, "from": {day(monday)}, "last": {day(monday)}}))
	_ = v
	tabTo(t, p, "#bar-"+idOf(first))
	p.Press("ArrowRight", "Enter")
	p.Until("document.querySelector('#schedule-trouble [role=alert]')?.innerText.includes('Người minh vừa sửa “Phướn lễ hội”: nay treo " + shown(monday) + " đến hết " + shown(monday) + "')")
	p.Until("document.querySelector('#schedule-trouble').innerText.includes('Bạn định dời sang " + shown(monday+2) + " đến hết " + shown(monday+3) + "')")
	p.Until("document.querySelector('#bar-" + idOf(first) + "').dataset.from === '" + day(monday) + "'")
	p.Shot("stale")
	rig.Axe(t, p)
	p.Click("button", "Vẫn dời")
	h.until(p, first, monday+2, monday+3)
}

func TestMoveThatIsLostCanBeSentAgain(t *testing.T) {
	h, _, p, monday, first, _ := aWeekAhead(t)
	p.Allow("ERR_INTERNET_DISCONNECTED")
	tabTo(t, p, "#bar-"+idOf(first))
	p.Offline(true)
	p.Press("ArrowRight", "Enter")
	p.Until("document.querySelector('#schedule-trouble [role=alert]')?.innerText.includes('Chưa lưu được: “Phướn lễ hội” sang " + shown(monday+2) + "')")
	p.Offline(false)
	p.Click("button", "Thử lại")
	h.until(p, first, monday+2, monday+3)
}

// TestScheduleWithoutScripts: the same days change by the form.
func TestScheduleWithoutScripts(t *testing.T) {
	h, _, p, monday, first, _ := aWeekAhead(t)
	p.Scripts(false)
	p.Open(h.URL + "/schedule?view=week&on=" + day(monday))
	p.Wait("link", "Phướn lễ hội, "+shown(monday+1)+"*")
	p.Click("link", "Khoảng sau")
	p.Until("document.body.innerText.includes('Những ngày này chưa xếp gì')")
	p.Open(h.URL + "/schedule?paper=1&view=week&on=" + day(monday))
	p.Click("link", "Đổi ngày: Phướn lễ hội")
	p.Until(fmt.Sprintf("location.pathname === %q", first+"/edit"))
}

// TestScheduleOnPaper is the sheet: bars and table, no buttons, lying.
func TestScheduleOnPaper(t *testing.T) {
	s := monthStreet(t)
	p := rig.Chromium(t).Page(t, 1123, 794, false, "vi")
	s.signInto(p)
	p.Open(s.URL + "/schedule?paper=1")
	p.Paper()
	p.WholeShot("sheet")
	for css, want := range map[string]bool{".lane-bars .bar": true, ".schedule-sheet td": true, ".rail": false, ".schedule-form": false, ".lanes-how": false, ".no-paper": false, ".steppers": false} {
		if got := rig.Eval[bool](p, fmt.Sprintf("document.querySelector(%q)?.checkVisibility() ?? false", css)); got != want {
			t.Errorf("%s on paper: %t", css, got)
		}
	}
}

// TestScheduleFormKeepsTheAddress: what is chosen is in the address, and Back
// brings the view before back.
func TestScheduleFormKeepsTheAddress(t *testing.T) {
	h, _, p, monday, _, _ := aWeekAhead(t)
	p.Click("radio", "Tháng")
	p.Until("location.search.includes('view=month') && document.querySelector('#range').innerText.startsWith('Tháng')")
	p.Click("link", "Khoảng sau")
	p.Until("!location.search.includes('on=" + day(monday) + "')")
	p.Back()
	p.Until("location.search.includes('on=" + day(monday) + "') && document.querySelector('.lane-bars')")
	_ = h
}
