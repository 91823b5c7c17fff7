package httpd_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"pano/internal/rig"
)

// TestExhibitionPagesStandEveryReader lets axe judge each page, in both
// languages, light and dark, on a desk and on a phone.
func TestExhibitionPagesStandEveryReader(t *testing.T) {
	g, browser := openSalon(t), rig.Chromium(t)
	g.follow(g.post(g.path+"/sections", url.Values{"title": {"Đất và người xứ Đông"}, "title_en": {"Land and people"}}))
	g.follow(g.post(g.path+"/order", url.Values{"down": {string(g.list()[2].ID)}}))
	id := strings.TrimPrefix(g.path, "/exhibitions/")
	pages := []struct{ name, path string }{
		{"exhibitions", "/exhibitions"}, {"exhibitions-none", "/exhibitions?q=zzz"}, {"exhibition", g.path}, {"exhibition-new", "/exhibitions/new"}, {"exhibition-edit", g.path + "/edit"},
		{"exhibition-choose", g.path + "/choose"}, {"exhibition-label", g.path + "/works/" + string(g.list()[1].ID)}, {"exhibition-wall", "/locations/" + string(g.wall.ID) + "?exhibition=" + id + "&on=" + day(10)},
	}
	rig.Views(t, func(t *testing.T, v rig.View) {
		p := browser.Page(t, v.Width, 844, v.Dark, v.Lang)
		g.signInto(p)
		for _, page := range pages {
			p.Open(g.URL + page.path)
			p.WholeShot(fmt.Sprint(page.name, "-", v))
			p.Sideways()
			rig.Axe(t, p)
		}
	})
}

// TestKeysAndPointerPutTheListInOrder: a button that is pressed again and again
// keeps the focus; what is dragged stays where it was let go, also in another section.
func TestKeysAndPointerPutTheListInOrder(t *testing.T) {
	g := openSalon(t)
	g.follow(g.post(g.path+"/sections", url.Values{"title": {"Đất"}}))
	all := g.list()
	p := rig.Chromium(t).Page(t, 1366, 1200, false, "vi")
	g.signInto(p)
	p.Open(g.URL + g.path)
	p.Until("customElements.get('pano-order')")
	tabTo(t, p, "#down-"+string(all[0].ID))
	for i := range 2 {
		p.Press("Enter")
		p.Until(fmt.Sprintf("document.querySelectorAll('[data-work]')[%d].id === 'w-%s' && document.activeElement.id === 'down-%s'", i+1, all[0].ID, all[0].ID))
	}
	p.Press("Enter")
	p.Until(fmt.Sprintf("document.getElementById('w-%s').parentElement.dataset.section !== ''", all[0].ID))
	if got := g.list(); got[2].ID != all[0].ID || got[2].Section == "" {
		t.Fatalf("with keys: %v", g.titles())
	}
	grip := fmt.Sprintf("#w-%s [data-grip]", all[1].ID)
	from, to := p.Middle(grip), p.Middle("#w-"+string(all[0].ID))
	to.Y += 30
	p.Carry(from, to, 6)
	p.Until(fmt.Sprintf("!document.querySelector('[aria-busy=true]') && document.querySelectorAll('[data-work]')[2].id === 'w-%s'", all[1].ID))
	if got := g.list(); got[2].ID != all[1].ID || got[2].Section == "" || got[0].ID != all[2].ID {
		t.Errorf("dragged: %v", got)
	}
}

// TestAWorkOfAnExhibitionGoesOnItsWall from the tray, by keys alone, and is then of that exhibition.
func TestAWorkOfAnExhibitionGoesOnItsWall(t *testing.T) {
	g := openSalon(t)
	id := strings.TrimPrefix(g.path, "/exhibitions/")
	p := rig.Chromium(t).Page(t, 1366, 1200, false, "vi")
	g.signInto(p)
	p.Open(g.URL + "/locations/" + string(g.wall.ID) + "?exhibition=" + id + "&on=" + day(10))
	p.Until("customElements.get('pano-wall') && document.querySelectorAll('#wall-waiting [data-exhibition]').length === 2")
	rig.Eval[bool](p, "document.querySelector('#wall-waiting a[data-put]').focus(), true")
	p.Press("Enter")
	p.Until("document.querySelectorAll('.wall-work').length === 1")
	p.Click("button", "Lưu bố trí")
	for end := time.Now().Add(20 * time.Second); g.list()[0].Placement == "" && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
	}
	x := g.list()[0]
	if x.Placement == "" || x.WallCode != "NTL-A" {
		t.Fatalf("it hangs nowhere: %+v", x)
	}
	g.get("/locations/"+string(g.wall.ID)+"?exhibition="+id).lacks(t, "1. Tranh sơn mài: Bến sông</b>")
}
