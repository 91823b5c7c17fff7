package httpd_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"pano/internal/pano"
	"pano/internal/rig"
)

// sketch is a plan on the street, tied by nothing yet; its address.
func (v *visitor) sketch(name string) string {
	v.h.T.Helper()
	to := v.send("/plans", url.Values{"title": {name}, "kind": {"document"}}, file{"so-do.jpg", picture(800, 400, 7)}).To
	if !strings.HasPrefix(to, "/plans/") {
		v.h.T.Fatalf("the plan is at %q", to)
	}
	return to
}

func TestAPlanIsUploadedTiedAndOfferedByTheMap(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	h.place(pano.Location{Kind: pano.Site, Code: "MX", Placed: true, Lat: 20.94, Lon: 106.33})
	h.place(pano.Location{Kind: pano.Site, Code: "NX"})
	at := v.sketch("Sơ đồ quảng trường")
	has(t, v.get("/plans"), 200, "Sơ đồ quảng trường", "chưa gắn")
	lacks(t, v.get("/locations?view=map"), "Sơ đồ quảng trường")
	points := func(rev string, more ...string) url.Values {
		f := url.Values{"name": {"Sơ đồ quảng trường"}, "rev": {rev}}
		for i, s := range more {
			f.Add([]string{"x", "y", "at"}[i%3], s)
		}
		return f
	}
	for name, x := range map[string]struct {
		form url.Values
		say  string
	}{
		"no spot":        {points("1", "", "10", "MX"), "Điểm 1: ghi phần trăm"},
		"nowhere":        {points("1", "1", "10", "NX"), "Điểm 1: không có vị trí mã này"},
		"one spot twice": {points("1", "1", "1", "MX", "1", "1", "20.95, 106.34"), "Các điểm trùng nhau"},
		"off":            {points("1", "1", "1", "MX", "101", "1", "20.95, 106.34"), "Điểm 2 nằm ngoài ảnh"},
	} {
		a := v.post(at, x.form)
		if has(t, a, 422, x.say, `value="`+x.form.Get("at")); t.Failed() {
			t.Fatal(name)
		}
	}
	if a := v.post(at, points("1", "10", "10", "MX", "90,5", "80", "20.936, 106.337", "", "", "")); a.Status != 303 {
		t.Fatalf("%d\n%s", a.Status, text(a.Body))
	}
	has(t, v.get(at), 200, "Gắn bằng 2 điểm, lệch trung bình 0,0 m", "Thêm điểm thứ ba", `value="90.500"`)
	has(t, v.get("/locations?view=map"), 200, ">Sơ đồ quảng trường</option>", "data-corners=")
	has(t, v.post(at, points("1")), 409)
	has(t, h.enter("hoa", pano.Staff).get("/plans"), 403)
	id := strings.TrimPrefix(at, "/plans/")
	if a := v.post("/plans/"+id+"/close?rev=2", nil); a.Status != 303 {
		t.Errorf("%d", a.Status)
	}
	lacks(t, v.get("/locations?view=map"), "Sơ đồ quảng trường")
}

// TestAPlanIsTiedWithTheMouseAndLiesUnderThePins: a click on the picture sets the
// spot; on the map its corner is where the point says.
func TestAPlanIsTiedWithTheMouseAndLiesUnderThePins(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	h.place(pano.Location{Kind: pano.Face, Code: "A", Placed: true, Lat: 20.94, Lon: 106.33})
	h.place(pano.Location{Kind: pano.Face, Code: "B", Placed: true, Lat: 20.937, Lon: 106.335})
	at := v.sketch("Sơ đồ quảng trường")
	h.allReady()
	p := rig.Chromium(t).Page(t, 1366, 900, false, "vi")
	v.signInto(p)
	p.Open(h.URL + at)
	p.Until("document.querySelector('[data-picture]').naturalWidth > 0 && customElements.get('pano-plan')")
	box := p.Middle("[data-picture]")
	wide := rig.Eval[float64](p, "document.querySelector('[data-picture]').clientWidth")
	for i, code := range []string{"A", "B"} {
		p.Carry(rig.Point{X: box.X + wide*(float64(i)*0.5-0.25), Y: box.Y}, rig.Point{X: box.X + wide*(float64(i)*0.5-0.25), Y: box.Y}, 1)
		p.Until("document.activeElement.name === 'at'")
		p.Type(code)
	}
	p.Until("document.querySelectorAll('[data-marks] g').length === 2")
	p.Press("Enter")
	p.Until("document.body.innerText.includes('Gắn bằng 2 điểm')")
	p.WholeShot("plan")
	rig.Axe(t, p)
	p.Open(h.URL + "/locations?view=map&plan=" + strings.TrimPrefix(at, "/plans/"))
	p.Until("document.querySelector('.map-plan')?.style.transform.startsWith('matrix') && document.querySelectorAll('.map-ground .pin[aria-label]').length === 2")
	p.Shot("under")
	off := rig.Eval[float64](p, `(() => {
		const img = document.querySelector('.map-plan'), m = new DOMMatrix(img.style.transform), pane = img.parentElement.getBoundingClientRect();
		const a = document.querySelector('.pin[aria-label^="A "]').getBoundingClientRect();
		const spot = m.transformPoint(new DOMPoint(img.naturalWidth * 0.25, img.naturalHeight * 0.5));
		return Math.hypot(pane.x + spot.x - a.x - a.width / 2, pane.y + spot.y - a.y - a.height / 2);
	})()`)
	if off > 4 {
		t.Errorf("the point of A lies %.1f pixels from its pin", off)
	}
	rig.Eval[bool](p, "(() => { const s = document.querySelector('[data-plan]'); s.value = ''; s.dispatchEvent(new Event('input', {bubbles: true})); return true })()")
	p.Until("!document.querySelector('.map-plan') && !new URL(location).searchParams.get('plan')")
}

func TestPlansStandEveryReader(t *testing.T) {
	h, browser := openHouse(t), rig.Chromium(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	at := v.sketch("Sơ đồ quảng trường Thống Nhất")
	h.allReady()
	v.post(at, url.Values{"name": {"Sơ đồ quảng trường Thống Nhất"}, "rev": {"1"}, "x": {"10", "90", "20"}, "y": {"10", "15", "90"}, "at": {"20.94, 106.33", "20.94, 106.34", "20.936, 106.331"}})
	rig.Views(t, func(t *testing.T, view rig.View) {
		p := browser.Page(t, view.Width, 844, view.Dark, view.Lang)
		v.signInto(p)
		for name, path := range map[string]string{"plans": "/plans", "tied": at} {
			p.Open(h.URL + path)
			p.WholeShot(fmt.Sprint(name, "-", view))
			p.Sideways()
			rig.Axe(t, p)
		}
	})
}
