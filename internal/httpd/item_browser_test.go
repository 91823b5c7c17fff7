package httpd_test

import (
	"fmt"
	"net/url"
	"testing"

	"pano/internal/pano"
	"pano/internal/rig"
)

// TestItemPagesStandEveryReader lets axe judge each page, in both languages,
// light and dark, on a desk and on a phone.
func TestItemPagesStandEveryReader(t *testing.T) {
	d, browser := openDepot(t), rig.Chromium(t)
	d.place(pano.Location{Kind: pano.Venue, Code: "NTL", Name: "Nhà triển lãm tỉnh"})
	d.follow(d.post("/items", url.Values{"title": {"Đĩa gốm Chu Đậu vẽ hoa lam, thế kỷ XV"}, "material": {"Gốm"}, "condition": {"worn"}, "to": {"KHO-1"}, "reason": {"Mượn của nhà sưu tầm"}, "authorised": {"Trưởng phòng"}}))
	one := "/items/" + string(d.items[0].ID)
	f := d.moveForm("KHO-2")
	f["id"], f["seen"] = f["id"][:1], f["seen"][:1]
	d.follow(d.post("/items/move", f))
	pages := []struct{ name, path string }{
		{"items", "/items"}, {"items-none", "/items?q=zzz"}, {"item", one}, {"item-new", "/items/new?asset=" + string(d.art.ID)}, {"item-edit", one + "/edit"},
		{"item-move", "/items/move?id=" + string(d.items[0].ID) + "&id=" + string(d.items[1].ID)}, {"item-labels", "/items/labels?id=" + string(d.items[0].ID) + "&id=" + string(d.items[1].ID)},
		{"store", "/locations/" + string(d.store.ID)},
	}
	rig.Views(t, func(t *testing.T, v rig.View) {
		p := browser.Page(t, v.Width, 844, v.Dark, v.Lang)
		d.signInto(p)
		for _, page := range pages {
			p.Open(d.URL + page.path)
			p.WholeShot(fmt.Sprint(page.name, "-", v))
			p.Sideways()
			rig.Axe(t, p)
		}
	})
}

// TestKeyboardAloneMovesManyItems: ticked with Space, moved by a form, taken back by the toast.
func TestKeyboardAloneMovesManyItems(t *testing.T) {
	d := openDepot(t)
	p := rig.Chromium(t).Page(t, 1366, 900, false, "vi")
	d.signInto(p)
	p.Open(d.URL + "/items")
	p.Until("customElements.get('pano-grid') && document.querySelectorAll('tr[data-id]').length === 3")
	tabTo(t, p, "Tranh sơn mài: Bến sông*")
	p.Press("x")
	p.Press("Shift+ArrowDown")
	p.Until("document.querySelectorAll('tr[data-picked]').length === 2 && document.getElementById('picked-bar').hasAttribute('data-on')")
	tabTo(t, p, "Chuyển")
	p.Press("Enter")
	p.Until("location.pathname === '/items/move' && document.querySelectorAll('[name=id]:checked').length === 2")
	tabTo(t, p, "#f-to")
	p.Type("KHO-2")
	tabTo(t, p, "#f-reason")
	p.Type("Mang ra trưng bày")
	tabTo(t, p, "Chuyển")
	p.Press("Enter")
	p.Until("location.pathname === '/items' && document.querySelector('.toast [data-undo]')")
	if got := rig.Eval[string](p, "document.querySelector('.toast p').textContent"); got != "Đã chuyển 2 hiện vật đến Kho Trung tâm." {
		t.Errorf("the toast says %q", got)
	}
	p.Until("[...document.querySelectorAll('tbody tr')].filter((r) => r.textContent.includes('Kho Trung tâm')).length === 2")
	tabTo(t, p, "Hoàn tác")
	p.Press("Enter")
	p.Until("document.readyState === 'complete' && [...document.querySelectorAll('tbody tr')].filter((r) => r.textContent.includes('Kho Bảo tàng')).length === 3")
}
