package httpd_test

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"pano/internal/httpd"
	"pano/internal/pano"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestRoutes keeps the whole site in testdata/routes.txt, for people to read and
// for changes to be seen.
func TestRoutes(t *testing.T) {
	h := openHouse(t)
	var lines []string
	for _, l := range h.Site.Lines() {
		lines = append(lines, fmt.Sprintf("%-7s %-36s %s", l.Method, l.Pattern, l.Action))
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[8:]+a, b[8:]+b) })
	got := strings.Join(lines, "\n") + "\n"
	const golden = "testdata/routes.txt"
	if *update {
		h.ok(os.MkdirAll("testdata", 0o755))
		h.ok(os.WriteFile(golden, []byte(got), 0o644))
	}
	want, err := os.ReadFile(golden)
	h.ok(err)
	if got != string(want) {
		t.Errorf("the site has other routes than %s; look them over, then run with -update\n%s", golden, got)
	}
}

func TestEveryRouteHasAnActionOfTheTableAndNothingElseIsServed(t *testing.T) {
	h := openHouse(t)
	known := map[string]bool{}
	for _, l := range h.Site.Lines() {
		known[l.Method+" "+l.Pattern] = true
		if l.Action != pano.Public && l.Action != pano.Self && !slices.Contains(pano.Actions(), l.Action) {
			t.Errorf("%s %s has the action %q, which nobody knows", l.Method, l.Pattern, l.Action)
		}
	}
	err := h.Site.Walk(func(method, pattern string) {
		if pattern != "/api/v1/*" && pattern != "/static/*" && !known[method+" "+pattern] {
			t.Errorf("%s %s stands beside the table", method, pattern)
		}
	})
	h.ok(err)
}

// changes reports whether a route may change something.
func changes(l httpd.Line) bool {
	return l.Method != "GET" && l.Method != "HEAD" && l.Method != "OPTIONS"
}

func at(l httpd.Line) string {
	return strings.NewReplacer("{id}", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "{session}", "0123456789abcdef", "{token}.ics", "xyz.ics", "{token}", "01ARZ3NDEKTSV4RRFFQ69G5FAV").Replace(l.Pattern)
}

// TestRolesGetJustTheirRoutes asks for every route in every role with a thing
// that is not there: who has no right is turned away before that is looked for.
func TestRolesGetJustTheirRoutes(t *testing.T) {
	h := openHouse(t)
	type person struct {
		name string
		*visitor
		roles []pano.Role
	}
	people := []person{{"nobody", h.visitor(), nil}}
	for _, role := range pano.Roles() {
		people = append(people, person{string(role), h.enter("la-"+string(role), role), []pano.Role{role}})
	}
	people = append(people, person{"without a role", h.enter("khong"), nil})
	for _, l := range h.Site.Lines() {
		if l.Pattern == "/logout" || l.Pattern == "/setup" {
			continue
		}
		for _, p := range people {
			r := p.request(l.Method, at(l), nil)
			if strings.HasPrefix(l.Pattern, "/files/") {
				r.Header.Set("Tus-Resumable", "1.0.0")
			}
			got := p.do(r).Status
			who := pano.Actor{ID: p.Who.ID, Memberships: p.Who.Memberships}
			err := who.MayAny(l.Action)
			want := "allowed"
			ok := got != http.StatusUnauthorized && got != http.StatusForbidden && got < 500
			switch {
			case pano.KindOf(err) == pano.KindAnonymous && l.Method == "GET":
				want, ok = "303 to the sign-in", got == http.StatusSeeOther
			case pano.KindOf(err) == pano.KindAnonymous:
				want, ok = "401", got == http.StatusUnauthorized
			case err != nil:
				want, ok = "403", got == http.StatusForbidden
			}
			if !ok {
				t.Errorf("%s: %s %s (%s): got %d, want %s", p.name, l.Method, l.Pattern, l.Action, got, want)
			}
			if p.name == string(pano.Auditor) && changes(l) && l.Action != pano.Self && l.Action != pano.Public && got != http.StatusForbidden {
				t.Errorf("an auditor may %s %s: %d", l.Method, l.Pattern, got)
			}
		}
	}
}

func TestAgenciesDoNotSeeEachOther(t *testing.T) {
	h := openHouse(t)
	lan, ba := h.enter("lan", pano.Staff, pano.Curator), h.enterAt(h.BT, "ba", pano.Staff, pano.Curator)
	a := lan.add("Ma-két kín", picture(60, 40, 1))
	h.ready(a.ID)
	path := "/assets/" + string(a.ID)
	for _, l := range h.Site.Lines() {
		if !strings.HasPrefix(l.Pattern, "/assets/{id}") {
			continue
		}
		p := ba.do(ba.request(l.Method, strings.Replace(l.Pattern, "{id}", string(a.ID), 1), nil))
		if l.Pattern == "/assets/{id}/versions" { // it reads the form first
			p = ba.send(path+"/versions", nil, file{"x.jpg", picture(20, 20, 5)})
		}
		if p.Status != http.StatusNotFound && !(l.Method == "POST" && p.Status == http.StatusUnprocessableEntity) || strings.Contains(p.Body, "Ma-két kín") {
			t.Errorf("%s %s: %d", l.Method, l.Pattern, p.Status)
		}
	}
	ba.get("/assets").sees(t, "<b>0</b>")
	ba.get("/assets/cards?id="+string(a.ID)).lacks(t, "Ma-két kín")
	if p := ba.post("/assets/bulk", map[string][]string{"act": {"bin"}, "id": {string(a.ID)}}); p.Status != http.StatusNotFound {
		t.Errorf("binning another agency's: %d", p.Status)
	}
	if p := ba.post("/assets/restore?id="+string(a.ID), nil); p.Status != http.StatusNotFound {
		t.Errorf("restoring another agency's: %d", p.Status)
	}
	same := ba.send("/assets", map[string][]string{"title": {"Của tôi"}}, file{"y.jpg", picture(60, 40, 1)})
	if same.Status != http.StatusSeeOther {
		t.Errorf("the same bytes tell that another agency has them: %d\n%s", same.Status, text(same.Body))
	}
	got := h.asset(a.ID)
	if got.Current.N != 1 || !got.Binned.IsZero() || got.Rev != 1 {
		t.Errorf("it was changed: version %d, revision %d", got.Current.N, got.Rev)
	}
}

func TestEveryAnswerKeepsBrowsersInBounds(t *testing.T) {
	h := openHouse(t)
	lan := h.enter("lan", pano.Staff, pano.Admin)
	a := lan.add("x", picture(60, 40, 1))
	for _, p := range []answer{lan.get("/assets"), lan.get("/assets/" + string(a.ID)), lan.get("/khong-co"), lan.get("/assets/khong-co"), h.visitor().get("/login"),
		lan.get("/api/v1/assets"), lan.get("/api/v1/assets/" + string(a.ID) + "/original"), lan.get("/static/khong-co"), lan.post("/assets", nil), lan.tus("HEAD", "/files/x", nil, nil),
		lan.tus("OPTIONS", "/files/", nil, nil), lan.get("/healthz"), lan.post("/account/password", nil), h.visitor().get("/assets")} {
		if p.Header.Get("X-Content-Type-Options") != "nosniff" || p.Header.Get("Cross-Origin-Opener-Policy") != "same-origin" ||
			!strings.Contains(p.Header.Get("Content-Security-Policy"), "default-src 'none'") && p.Header.Get("Content-Security-Policy") != "sandbox" ||
			p.Header.Get("Referrer-Policy") == "" || p.Header.Get("X-Request-Id") == "" {
			t.Errorf("%d: %v", p.Status, p.Header)
		}
	}
}

func TestOtherSitesAndBombsStayOutside(t *testing.T) {
	h := openHouse(t)
	lan := h.enter("lan", pano.Staff, pano.Curator)
	a := lan.add("x", picture(60, 40, 1))
	for header, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
		r := lan.request("POST", "/assets/"+string(a.ID)+"/bin", nil)
		r.Header.Set(header, value)
		if p := lan.do(r); p.Status != http.StatusForbidden {
			t.Errorf("%s %s: %d", header, value, p.Status)
		}
	}
	r := lan.request("POST", "/assets/"+string(a.ID)+"/bin", strings.NewReader("x"))
	r.Header.Set("Content-Encoding", "gzip")
	if p := lan.do(r); p.Status != http.StatusUnsupportedMediaType {
		t.Errorf("a compressed request: %d", p.Status)
	}
	big := lan.post("/account/password", map[string][]string{"current": {strings.Repeat("x", 2<<20)}})
	if big.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("a form of 2 MB: %d", big.Status)
	}
	if !h.asset(a.ID).Binned.IsZero() {
		t.Error("it went to the bin")
	}
	broken := lan.request("GET", "/assets", nil)
	broken.AddCookie(&http.Cookie{Name: "pano", Value: "another"})
	if p := lan.do(broken); p.Status != http.StatusSeeOther {
		t.Errorf("two sessions at once: %d", p.Status)
	}
}
