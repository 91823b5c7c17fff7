package httpd_test

import (
	"net/url"
	"strings"
	"testing"

	"pano/internal/httpd"
	"pano/internal/pano"
)

func TestOnlyTheMapMayShowTilesFromElsewhere(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff)
	if csp := v.get("/locations?view=map").Header.Get("Content-Security-Policy"); csp != httpd.Policy {
		t.Errorf("without tiles the policy is %s", csp)
	}
	h.Site.Tiles = httpd.Tiles{URL: "https://tiles.example:8443/a/{z}/{x}/{y}.png", Credit: "Bản đồ nền của tỉnh https://tiles.example/c"}
	a := v.get("/locations?view=map")
	has(t, a, 200, `data-tiles="https://tiles.example:8443/a/{z}/{x}/{y}.png"`, `<a href="https://tiles.example/c" rel="noreferrer">Bản đồ nền của tỉnh</a>`)
	if got, want := a.Header.Get("Content-Security-Policy"), strings.Replace(httpd.Policy, "img-src 'self'", "img-src 'self' https://tiles.example:8443", 1); got != want || want == httpd.Policy {
		t.Errorf("the policy is\n%s, want\n%s", got, want)
	}
	for _, other := range []string{"/locations", "/", "/schedule"} {
		if csp := v.get(other).Header.Get("Content-Security-Policy"); csp != httpd.Policy {
			t.Errorf("%s has the policy %s", other, csp)
		}
	}
}

// TestTheMapAsksForWhatTheListShows: the pins are asked for with the conditions
// of the list, and ways and chips keep to the map.
func TestTheMapAsksForWhatTheListShows(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff)
	h.face("PN-1")
	a := v.get("/locations?view=map&q=pn&kind=face&agency=SVH&state=open&on=2031-05-01&at=20.1,106.2,14")
	has(t, a, 200, "data-pins=\"/api/v1/map?"+strings.ReplaceAll(url.Values{"q": {"pn"}, "kind": {"face"}, "agency": {string(h.SVH)}, "closed": {"false"}, "on": {"2031-05-01"}}.Encode(), "&", "&amp;")+"\"",
		`data-at="20.1,106.2,14"`, `href="/locations?view=map" data-live-link`, `01/05/2031`)
	if strings.Contains(v.get("/locations?view=map&at=%22x").Body, `data-at="&#34;x`) {
		t.Error("what is no whereabouts comes back")
	}
	plain := v.get("/locations?q=pn")
	if strings.Contains(plain.Body, "pano-map") || strings.Contains(plain.Body, "map.js") {
		t.Error("the list brings the map")
	}
	has(t, plain, 200, `href="/locations?q=pn&amp;view=map"`)
}

func TestTheCardOfAPinTellsWhatHangsOnTheDay(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	l := h.face("PN-1")
	v.hang(v.art("Phướn lễ hội", 0, 0), l, 5, 9)
	at := "/locations/" + string(l.ID) + "/pin?on="
	has(t, v.get(at+day(5)), 200, "Phướn lễ hội", "đến hết "+shown(9), `href="/m/PN-1"`, `href="/placements/new?location=`+string(l.ID)+`&amp;from=`+day(5)+`"`)
	if a := v.get(at + day(4)); a.Status != 200 || strings.Contains(a.Body, "Phướn lễ hội") || strings.Contains(a.Body, "<html") {
		t.Errorf("the day before it is told %d\n%s", a.Status, a.Body)
	}
	has(t, v.get(at+"gestern"), 422)
	has(t, v.get("/locations/none/pin"), 404)
	if a := h.visitor().get(at + day(4)); a.Status != 303 {
		t.Errorf("whoever is not signed in is told %d", a.Status)
	}
}
