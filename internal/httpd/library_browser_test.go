package httpd_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pano/internal/pano"
	"pano/internal/rig"
	"pano/storage/catalog"
)

// TestDepartmentPagesStandEveryReader lets axe judge each page, in both
// languages, light and dark, on a desk and on a phone.
func TestDepartmentPagesStandEveryReader(t *testing.T) {
	fresh := &house{T: t, Dir: t.TempDir()}
	fresh.start(true)
	h := openHouse(t)
	lan := h.enter("lan", pano.Staff, pano.Curator, pano.Admin)
	empty := h.enterAt(h.BT, "ba", pano.Staff)
	var art pano.Asset
	for i, title := range []string{"Chào mừng Lễ hội mùa thu Côn Sơn – Kiếp Bạc năm 2026, kỷ niệm ngày giỗ Đức Thánh Trần", "An toàn giao thông là hạnh phúc của mọi nhà", "Gốm Chu Đậu – tinh hoa đất Việt", "Phòng cháy hơn chữa cháy"} {
		art = lan.add(title, picture(400+i*300, 900-i*200, uint8(i*40)))
		h.ready(art.ID)
	}
	path := "/assets/" + string(art.ID)
	f := fields(t, lan.get(path+"/edit"))
	f.Set("width_mm", "3000")
	f.Set("height_mm", "600")
	f.Set("kind", "banner")
	f.Set("description", "Treo dọc tuyến đường Trần Hưng Đạo.\nKhông in lại bản cũ.")
	f.Set("tags", "lễ hội, mùa thu")
	lan.follow(lan.post(path+"/edit", f))
	gone := lan.add("Bản nháp bỏ đi", picture(50, 40, 9))
	lan.post("/assets/"+string(gone.ID)+"/bin", nil)
	lan.follow(lan.post("/account/tokens", url.Values{"name": {"đồng bộ trang thông tin"}, "days": {"30"}}).asRedirect("/account"))
	pages := []struct {
		name, path string
		who        *visitor
	}{
		{"login", "/login", nil}, {"library", "/assets", lan}, {"found", "/assets?q=gom&kind=poster", lan}, {"none", "/assets?q=zzz", lan}, {"empty", "/assets", empty},
		{"asset", path, lan}, {"print", path + "/print?size=A2&format=png", lan}, {"edit", path + "/edit", lan}, {"upload", "/upload", lan}, {"bin", "/bin", lan},
		{"account", "/account", lan}, {"state", "/admin", lan}, {"users", "/admin/users", lan}, {"user", "/admin/users/" + string(empty.Who.ID), lan},
		{"agencies", "/admin/agencies", lan}, {"help", "/help", lan}, {"lost", "/khong-co", lan},
	}
	browser := rig.Chromium(t)
	rig.Views(t, func(t *testing.T, v rig.View) {
		tabs := map[*visitor]*rig.Page{nil: browser.Page(t, v.Width, 844, v.Dark, v.Lang), lan: browser.Page(t, v.Width, 844, v.Dark, v.Lang), empty: browser.Page(t, v.Width, 844, v.Dark, v.Lang)}
		for _, tab := range tabs {
			tab.Allow("404")
		}
		look := func(p *rig.Page, name, url string) {
			p.Open(url)
			p.WholeShot(fmt.Sprint(name, "-", v))
			p.Sideways()
			rig.Axe(t, p)
		}
		look(tabs[nil], "setup", fresh.URL+"/setup?token=abc")
		lan.signInto(tabs[lan])
		empty.signInto(tabs[empty])
		for _, page := range pages {
			look(tabs[page.who], page.name, h.URL+page.path)
		}
	})
}

// allReady waits until the pictures of every asset are made.
func (h *house) allReady() {
	h.T.Helper()
	var all catalog.AssetPage
	h.ok(h.DB.Read(h.T.Context(), func(tx *catalog.Tx) (err error) {
		all, err = tx.FindAssets(h.T.Context(), pano.Reach{All: true}, catalog.AssetQuery{})
		return err
	}))
	for _, a := range all.Assets {
		h.ready(a.ID)
	}
}

// asRedirect lets a test go on to another page.
func (a answer) asRedirect(to string) answer { return answer{Status: http.StatusSeeOther, To: to} }

// TestStaffBringPicturesInAndPrintThem is the department's day in a browser:
// first run, upload with a bad file among good ones, search, description, print
// check, bin and undo.
func TestStaffBringPicturesInAndPrintThem(t *testing.T) {
	h := &house{T: t, Dir: t.TempDir()}
	h.start(true)
	token, err := h.Auth.OfferFirstRun(t.Context())
	h.ok(err)
	p := rig.Chromium(t).Page(t, 1366, 844, false, "vi")
	p.Open(h.URL + "/setup?token=" + token)
	p.Fill("textbox", "Tên cơ quan", "Sở Văn hóa, Thể thao và Du lịch")
	p.Fill("textbox", "Mã đơn vị", "SVH")
	p.Fill("textbox", "Họ và tên", "Nguyễn Thị Hoa")
	p.Fill("textbox", "Tên đăng nhập", "hoa")
	rig.Eval[bool](p, fmt.Sprintf(`(document.querySelector('[name=password]').value = %q, true)`, password))
	p.Click("button", "Bắt đầu dùng Pano")
	p.Until("location.pathname === '/'")

	dir := t.TempDir()
	var paths []string
	for name, data := range map[string][]byte{"Băng rôn khai hội.jpg": picture(3000, 600, 1), "phuon-chu-dau.jpg": picture(400, 1200, 2), "hong.jpg": picture(300, 300, 3)[:40], "ghi-chu.txt": []byte("không phải ảnh")} {
		file := filepath.Join(dir, name)
		h.ok(os.WriteFile(file, data, 0o600))
		paths = append(paths, file)
	}
	p.Open(h.URL + "/assets")
	p.Wait("link", "Tải lên*")
	p.Until("customElements.get('pano-uploader')")
	p.Drop(paths...)
	p.Until("document.querySelectorAll('.line[data-state=done]').length === 2 && document.querySelectorAll('.line[data-state=refused]').length === 2")
	p.Shot("dropped")
	p.Open(h.URL + "/assets")
	h.allReady()
	p.Until("document.querySelectorAll('.card img').length === 2 && !document.querySelector('[data-waits]')") // they come by themselves

	p.Press("/")
	p.Type("bang ron khai")
	p.Until("document.querySelectorAll('.card').length === 1 && location.search.includes('q=')")
	p.Focus("link", "Băng rôn khai hội*")
	p.Press("Enter")
	p.Until("location.pathname.startsWith('/assets/') && document.readyState === 'complete'")
	p.Until("customElements.get('pano-live')")
	rig.Eval[bool](p, `(() => { const s = document.querySelector('#print-size'); s.value = 'A2'; s.dispatchEvent(new Event('input', {bubbles: true})); return true })()`)
	p.Until("document.querySelector('#print-result')?.innerText.includes('A2') && location.search.includes('size=A2')")
	if text := p.Text("#print-result"); !strings.Contains(text, "dpi") || !strings.Contains(text, "Cắt mất") {
		t.Errorf("the print box says %q", text)
	}
	p.Shot("asset")
	p.Back()
	p.Until("!location.search.includes('size=')")
	p.Press("e")
	p.Until("location.pathname.endsWith('/edit')")
	p.Fill("textbox", "Tên tư liệu", "Băng rôn khai hội mùa thu")
	p.Click("button", "Lưu")
	p.Until("document.querySelector('h1')?.innerText === 'Băng rôn khai hội mùa thu' && document.querySelector('[data-toast]')")
	p.Click("button", "Chuyển vào Thùng rác")
	p.Until("location.pathname === '/assets' && document.querySelectorAll('.card').length === 1")
	p.Click("button", "Hoàn tác")
	p.Until("document.querySelector('h1')?.innerText === 'Băng rôn khai hội mùa thu' || document.querySelectorAll('.card').length === 2")
	if n := len(rig.Eval[[]string](p, "[...document.querySelectorAll('[role=alert]')].map((e) => e.innerText)")); n > 0 {
		t.Errorf("%d alerts", n)
	}
}

// TestAPageThatWaitsAsksSeldomAndStops counts the requests of a library whose
// pictures are made late.
func TestAPageThatWaitsAsksSeldomAndStops(t *testing.T) {
	h := &house{T: t, Dir: t.TempDir()}
	h.start(false)
	h.SVH = h.agency("SVH", "Sở Văn hóa")
	lan := h.enter("lan", pano.Staff)
	a := lan.add("Cổng chào", picture(60, 40, 3))
	p := rig.Chromium(t).Page(t, 1366, 844, false, "vi")
	lan.signInto(p)
	p.Open(h.URL + "/assets")
	asked := "performance.getEntriesByType('resource').filter((e) => e.name.includes('/assets/cards'))"
	p.Until(asked + ".length >= 2")
	if gap := rig.Eval[float64](p, "(() => { const all = "+asked+"; return all[1].startTime - all[0].startTime })()"); gap < 1500 {
		t.Errorf("asked again after %.0f ms", gap)
	}
	h.ok(h.Intake.MakeRenditions(t.Context(), a.Current.Digest.String()))
	p.Until("document.querySelector('.card img')?.complete && !document.querySelector('[data-waits]')")
	n := rig.Eval[int](p, asked+".length")
	time.Sleep(2500 * time.Millisecond) // longer than it would wait
	if again := rig.Eval[int](p, asked+".length"); again != n {
		t.Errorf("asked %d times more when nothing waited", again-n)
	}
}
