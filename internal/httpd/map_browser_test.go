package httpd_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"pano/internal/httpd"
	"pano/internal/pano"
	"pano/internal/rig"
	"pano/storage/catalog"
)

// mapStreet is a street, and crossings around it with a face in every state.
func mapStreet(t *testing.T) street {
	s := openStreet(t)
	way := []string{"approved", "printed", "installed", "verified", "damaged"}
	for k, name := range []string{"Phường Lê Thanh Nghị", "Phường Thành Đông", "Phường Hải Tân"} {
		ward := s.place(pano.Location{Kind: pano.Site, Code: fmt.Sprintf("P-%d", k), Name: name})
		for i := range 6 {
			l := s.place(pano.Location{Kind: pano.Face, Code: fmt.Sprintf("M%d-%02d", k, i), Name: fmt.Sprintf("Cột %d, phía hồ Bình Minh", i), Parent: ward.ID, Width: 6000, Height: 3000,
				Placed: true, Lat: 20.92 + float64(k)*0.014 + float64(i%3)*0.003, Lon: 106.31 + float64(k%2)*0.02 + float64(i)*0.0015})
			if k == 2 {
				continue
			}
			at := s.hang(s.art, l, i%2, 4+i).To
			for _, state := range way[:min(i, len(way))] {
				form := "decide"
				if state == "installed" || state == "verified" || state == "damaged" {
					form = "mark"
				}
				s.post(at+"/"+form, url.Values{"state": {state}, "note": {"không chụp được ảnh vì mưa"}})
			}
			if k == 1 && i == 3 {
				s.shift(at, -20)
			}
		}
	}
	for range 2 { // on one spot
		s.place(pano.Location{Kind: pano.Face, Code: fmt.Sprintf("CAP-%d", s.count()), Name: "Mặt đôi", Width: 6000, Height: 3000, Placed: true, Lat: 20.955, Lon: 106.345})
	}
	closed := s.place(pano.Location{Kind: pano.Face, Code: "DONG", Name: "Mặt đã ngừng dùng", Width: 6000, Height: 3000, Placed: true, Lat: 20.915, Lon: 106.345})
	s.post("/locations/"+string(closed.ID)+"/close?rev=1", nil)
	return s
}

// count is how many places there are.
func (h *house) count() (n int) {
	h.T.Helper()
	h.ok(h.DB.Read(h.T.Context(), func(tx *catalog.Tx) error {
		return tx.QueryRowContext(h.T.Context(), `SELECT count(*) FROM location`).Scan(&n)
	}))
	return n
}

const pinsThere = "document.querySelectorAll('.map-ground .pin[aria-label]').length > 3"

// TestMapStandsEveryReader lets axe judge the map and its card.
func TestMapStandsEveryReader(t *testing.T) {
	s, browser := mapStreet(t), rig.Chromium(t)
	rig.Views(t, func(t *testing.T, v rig.View) {
		p := browser.Page(t, v.Width, 844, v.Dark, v.Lang)
		s.signInto(p)
		p.Open(s.URL + "/locations?view=map")
		p.Until(pinsThere)
		p.WholeShot(fmt.Sprint("map-", v))
		p.Sideways()
		rig.Axe(t, p)
		rig.Eval[bool](p, "document.querySelector('.map-ground .pin:not(.pin-many)').click(), true")
		p.Until("!document.querySelector('#map-card').hidden")
		p.Shot(fmt.Sprint("card-", v))
		rig.Axe(t, p)
		p.Open(s.URL + "/locations?view=map&q=khong-co-dau")
		p.Until("customElements.get('pano-map')")
		p.Shot(fmt.Sprint("none-", v))
		rig.Axe(t, p)
	})
}

// pin is the button of the place with that code.
func pin(code string) string { return `.map-ground .pin[aria-label^="` + code + ` "]` }

// TestMapByKeyboardAlone: a pin is opened and left, another day is looked at, and
// Back goes to the day before.
func TestMapByKeyboardAlone(t *testing.T) {
	s := mapStreet(t)
	p := rig.Chromium(t).Page(t, 1366, 900, false, "vi")
	s.signInto(p)
	p.Open(s.URL + "/locations?view=map&q=m0-03")
	p.Until("document.querySelector('.map-ground .pin[aria-label]')")
	if got := rig.Eval[string](p, "document.querySelector('[data-state=hung] [data-tally]').textContent"); got != "1" {
		t.Errorf("%s places are told to be hung", got)
	}
	rig.Eval[bool](p, fmt.Sprintf("document.querySelector('%s').focus(), true", pin("M0-03")))
	p.Press("Enter")
	p.Until("document.querySelector('#map-card').innerText.includes('M0-03')")
	if card := p.Text("#map-card"); !strings.Contains(card, "Côn Sơn") || !strings.Contains(card, "đến hết "+shown(7)) || !strings.Contains(card, "Trang điện thoại") {
		t.Errorf("the card says\n%s", card)
	}
	p.Press("Escape")
	p.Until(fmt.Sprintf("document.activeElement === document.querySelector('%s')", pin("M0-03")))
	before := p.Text("[data-day]")
	rig.Eval[bool](p, "document.querySelector('[data-slider]').focus(), true")
	p.Press("ArrowRight", "ArrowRight")
	p.Until(fmt.Sprintf("new URL(location).searchParams.get('on') === %q", day(2)))
	p.Until(fmt.Sprintf("document.querySelector('#results').innerText.includes('Ngày %s')", shown(2)))
	if at := rig.Eval[string](p, "new URL(location).searchParams.get('at')"); !strings.HasPrefix(at, "20.") {
		t.Errorf("the address holds no place: %q", at)
	}
	p.Back()
	p.Until(fmt.Sprintf("document.querySelector('[data-day]').textContent === %q && !new URL(location).searchParams.get('on')", before))
	p.Click("button", "Tới một ngày")
	p.Until(fmt.Sprintf("new URL(location).searchParams.get('on') === %q", day(1)))
	p.Reload()
	p.Until("document.querySelector('.map-ground .pin[aria-label]')")
	if got := p.Text("[data-day]"); got != shown(1) {
		t.Errorf("after a reload the day is %s, want %s", got, shown(1))
	}
}

// TestPinsFollowTheDay: what is planned for later is seen when the slider is there.
func TestPinsFollowTheDay(t *testing.T) {
	s := mapStreet(t)
	p := rig.Chromium(t).Page(t, 1366, 900, false, "vi")
	s.signInto(p)
	p.Open(s.URL + "/locations?view=map&q=pn-014")
	p.Until("document.querySelector('.map-ground .pin.pin-hung')")
	rig.Eval[bool](p, "(() => { const r = document.querySelector('[data-slider]'); r.value = +r.value + 10; r.dispatchEvent(new Event('input', {bubbles: true})); return true })()")
	p.Until("document.querySelector('.map-ground .pin.pin-planned')")
	p.Until(fmt.Sprintf("new URL(location).searchParams.get('on') === %q", day(10)))
	p.Click("button", "Hôm nay")
	p.Until("document.querySelector('.map-ground .pin.pin-hung')")
	// It plays from day to day, and rests where it is stopped.
	p.Click("button", "Chạy")
	p.Until(fmt.Sprintf("document.querySelector('[data-day]').textContent === %q", shown(2)))
	p.Click("button", "Chạy")
	p.Until("new URL(location).searchParams.get('on') > '" + day(1) + "'")
}

// TestFiveThousandPinsAreFewOnTheGround draws a province, and tells what a zoom costs.
func TestFiveThousandPinsAreFewOnTheGround(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff)
	h.ok(h.DB.Tend(t.Context(), func(tx *catalog.Tx) error {
		for i := range 5000 {
			_, err := tx.AddLocation(t.Context(), pano.Location{Kind: pano.Face, Code: fmt.Sprintf("F%05d", i), Name: fmt.Sprintf("Mặt %d", i), Agency: h.SVH,
				Placed: true, Lat: 20.7 + float64(i*7919%5000)/12500, Lon: 106.1 + float64(i*104729%5003)/10000})
			if err != nil {
				return err
			}
		}
		return nil
	}))
	p := rig.Chromium(t).Page(t, 1366, 900, false, "vi")
	v.signInto(p)
	p.Open(h.URL + "/locations?view=map")
	p.Until(pinsThere)
	p.Shot("province")
	if n := rig.Eval[int](p, "document.querySelectorAll('.map-ground .pin').length"); n > 600 {
		t.Errorf("%d pins are drawn at once", n)
	}
	if n := rig.Eval[int](p, `[...document.querySelectorAll('.map-ground .pin')].reduce((n, e) => n + (+(e.querySelector('b')?.textContent.replace(/\D/g, '') ?? 1)), 0)`); n != 5000 {
		t.Errorf("the pins are of %d places", n)
	}
	ms := rig.Eval[float64](p, `(() => { const t = performance.now(); document.querySelector('[data-zoom="1"]').click(); return performance.now() - t })()`)
	t.Logf("one step of zoom over 5,000 pins: %.1f ms", ms)
}

// TestTilesComeFromTheSourceThatWasSet, which is told from where it is asked and
// nothing more; when it does not answer, the ground is drawn.
func TestTilesComeFromTheSourceThatWasSet(t *testing.T) {
	s := mapStreet(t)
	var mu sync.Mutex
	var asked []*http.Request
	down := false
	tiles := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if asked = append(asked, r); down {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "image/jpeg")
		w.Write(picture(256, 256, 3))
	}))
	defer tiles.Close()
	s.Site.Tiles = httpd.Tiles{URL: strings.Replace(tiles.URL, "127.0.0.1", "localhost", 1) + "/{z}/{x}/{y}.jpg", Credit: "Nền: tỉnh"}
	browser := rig.Chromium(t)
	p := browser.Page(t, 1366, 900, false, "vi")
	s.signInto(p)
	p.Open(s.URL + "/locations?view=map")
	p.Until(pinsThere + " && document.querySelectorAll('.leaflet-tile-loaded').length > 3")
	p.Shot("tiles")
	rig.Axe(t, p)
	if n := rig.Eval[int](p, "document.querySelectorAll('.map-net').length"); n != 0 {
		t.Errorf("%d lines are drawn over the tiles", n)
	}
	mu.Lock()
	for _, r := range asked {
		if got := r.Header.Get("Referer"); got != s.URL+"/" || r.Header.Get("Cookie") != "" {
			t.Errorf("a tile is asked for from %q with the cookie %q", got, r.Header.Get("Cookie"))
		}
	}
	down = true
	mu.Unlock()
	p = browser.Page(t, 1366, 900, false, "vi")
	p.Allow("503")
	s.signInto(p)
	p.Open(s.URL + "/locations?view=map")
	p.Until(pinsThere + " && document.querySelectorAll('.map-net').length > 3")
}
