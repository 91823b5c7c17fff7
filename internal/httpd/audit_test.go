package httpd_test

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// verbsInTheSource finds every verb with which something is written: a literal
// noun.verb beside a Write, or handed on to one.
func verbsInTheSource(t *testing.T) (verbs []string) {
	t.Helper()
	literal := regexp.MustCompile(`(?:\(ctx, [^"\n]*|verb :?= |\{)"((?:agency|asset|campaign|first_run|location|original|placement|print|proof|rendition|session|token|user|version)\.[a-z_]+)"`)
	writes := regexp.MustCompile(`DB\.Write\(|\.change[A-Za-z]*\(|setClosed\(|\.write\(|verb :?= |pano\.(PlacementPlan|PlacementMark|ProofDecide)\}`)
	err := fs.WalkDir(os.DirFS(".."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		src, err := os.ReadFile(path.Join("..", name))
		for line := range strings.Lines(string(src)) {
			if m := literal.FindStringSubmatch(line); m != nil && writes.MatchString(line) && !slices.Contains(verbs, m[1]) {
				verbs = append(verbs, m[1])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, known := range []string{"asset.add", "version.add", "asset.bin", "location.close", "placement.cancel", "user.disable", "session.start"} {
		if !slices.Contains(verbs, known) {
			t.Fatalf("the search for verbs misses %s; it found %q", known, verbs)
		}
	}
	return verbs
}

func TestHistoryTellsWhoDidWhatAndWhatChanged(t *testing.T) {
	h := openHouse(t)
	boss := h.enter("qt", "admin")
	l := h.face("PN-01")
	form := url.Values{"rev": {"1"}, "kind": {"face"}, "code": {"PN-01"}, "name": {"<script>alert(1)</script>"}, "width_mm": {"5000"},
		"height_mm": {"3000"}, "agency": {string(h.SVH)}, "permit_last": {"2026-12-31"}}
	boss.follow(boss.post("/locations/"+string(l.ID), form))
	page := boss.get("/audit?subject=PN-01")
	has(t, page, 200, "Sửa vị trí", "Người qt", "Rộng (mm): <del>6.000</del> → <ins>5.000</ins>", "&lt;script&gt;", "Giấy phép đến hết ngày: <ins>31/12/2026</ins>", "/locations/"+string(l.ID))
	lacks(t, page, "<script>alert", "Đăng nhập</th>")
	has(t, boss.get("/audit"), 200, "Đăng nhập</th>", "Thêm vị trí</th>")
	has(t, boss.get("/audit?subject=KHONG-CO"), 200, "Chưa có việc nào")
	if strings.Index(boss.get("/audit").Body, "Sửa vị trí</th>") > strings.Index(boss.get("/audit").Body, "Thêm vị trí</th>") {
		t.Error("the newest is not first")
	}
}

func TestHistoryGoesOnByPages(t *testing.T) {
	h := openHouse(t)
	boss := h.enter("qt", "admin")
	for i := range 60 {
		h.agency(fmt.Sprintf("A%d", i), "Đơn vị")
	}
	seen := 0
	for next := "/audit"; next != ""; {
		page := boss.get(next)
		has(t, page, 200)
		seen += strings.Count(page.Body, `<th scope="row">Thêm đơn vị</th>`)
		_, next, _ = strings.Cut(page.Body, `href="/audit?before=`)
		if next, _, _ = strings.Cut(next, `"`); next != "" {
			next = "/audit?before=" + next
		}
	}
	if seen != 62 {
		t.Errorf("%d of 62 events on the pages", seen)
	}
}
