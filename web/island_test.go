package web_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pano/internal/rig"
)

// open shows a specimen page to a Vietnamese reader at a desk, its islands awake.
func (h *house) open(browser *rig.Browser, t *testing.T, path string) *rig.Page {
	t.Helper()
	p := browser.Page(t, 1366, 900, false, "vi")
	p.Open(h.URL + path)
	p.Until("['pano-live', 'pano-grid', 'pano-uploader', 'pano-zoom'].every((n) => customElements.get(n))")
	return p
}

const countIs = "document.querySelector('[data-announce]').textContent === %q"

// TestIslands drives every custom element in a real browser. One browser serves all.
func TestIslands(t *testing.T) {
	browser := rig.Chromium(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, *house, *rig.Browser)
	}{
		{"results come while typing, and the focus stays", typingSearches},
		{"back undoes filters and brings back what was loaded", backRestores},
		{"an answer that does not come leaves what was typed", failureKeeps},
		{"slow results show their boxes", slowShowsBoxes},
		{"picking works by key and by mouse", picking},
		{"help lists only keys that work", helpIsTrue},
		{"letters keep still when they are turned off", lettersOff},
		{"a toast can be taken back", toastUndo},
		{"what cannot be undone is asked", confirmAsks},
		{"preferences change at once and stay", preferences},
		{"a password can be shown", passwordShown},
		{"the viewer zooms one picture", zooms},
		{"files and folders dropped anywhere are sent", dropSends},
		{"refused, failed and known files say so", rowsSay},
		{"sending goes on after the server died", survives503},
		{"sending goes on after the network came back", survivesOffline},
		{"the same file goes on after a reload", resumesAfterReload},
		{"sending goes on over other pages", goesOnOverPages},
		{"the main things work without scripts", withoutScripts},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "-"), func(t *testing.T) { c.test(t, openHouse(t, true), browser) })
	}
}

func typingSearches(t *testing.T, h *house, b *rig.Browser) {
	p := h.open(b, t, "/specimen")
	p.Press("/")
	p.Type("chu")
	p.Until(fmt.Sprintf(countIs, "6 tư liệu"))
	p.Until("location.search === '?q=chu'")
	if id := rig.Eval[string](p, "document.activeElement.id"); id != "q" {
		t.Errorf("the focus went to %q", id)
	}
	p.Until("document.getElementById('live').textContent === '6 tư liệu'")
	p.Click("link", "chu – bỏ điều kiện này")
	p.Until(fmt.Sprintf(countIs, "60 tư liệu"))
	p.Until("document.getElementById('q').value === ''")
}

func backRestores(t *testing.T, h *house, b *rig.Browser) {
	p := h.open(b, t, "/specimen")
	p.Click("checkbox", "Phướn 20")
	p.Until(fmt.Sprintf(countIs, "20 tư liệu"))
	p.Back()
	p.Until(fmt.Sprintf(countIs, "60 tư liệu"))
	p.Until("!document.getElementById('kind-flag-banner').checked")
	p.Click("link", "Xem thêm 24")
	p.Until("document.querySelectorAll('.card').length === 48")
	p.Click("checkbox", "Chọn: An toàn giao thông là hạnh phúc của mọi nhà")
	rig.Eval[bool](p, "document.querySelectorAll('.card')[40].scrollIntoView(), true")
	p.Until("scrollY > 1000")
	y := rig.Eval[float64](p, "scrollY")
	rig.Eval[bool](p, "document.querySelectorAll('.card-link')[40].click(), true")
	p.Until("location.pathname === '/assets/40'")
	p.Back()
	p.Until("document.querySelectorAll('.card').length === 48")
	p.Until(fmt.Sprintf("Math.abs(scrollY - %f) < 40", y))
	p.Until("document.querySelectorAll('[data-picked]').length === 1")
}

func failureKeeps(t *testing.T, h *house, b *rig.Browser) {
	p := h.open(b, t, "/specimen")
	p.Allow("ERR_INTERNET_DISCONNECTED")
	p.Offline(true)
	p.Press("/")
	p.Type("gốm")
	p.Until("document.getElementById('live-trouble')")
	if got := rig.Eval[string](p, "document.getElementById('q').value"); got != "gốm" {
		t.Errorf("the field holds %q", got)
	}
	p.Offline(false)
	p.Click("button", "Thử lại")
	p.Until(fmt.Sprintf(countIs, "6 tư liệu"))
	p.Until("!document.getElementById('live-trouble')")
}

func slowShowsBoxes(t *testing.T, h *house, b *rig.Browser) {
	p := h.open(b, t, "/specimen")
	h.mu.Lock()
	h.late = 1500 * time.Millisecond
	h.mu.Unlock()
	before := rig.Eval[float64](p, "document.querySelector('.grid').offsetHeight")
	p.Press("/")
	p.Type("a")
	p.Until("document.querySelector('#results[aria-busy=true]')")
	p.Until("document.querySelector('#results[data-slow]')")
	if after := rig.Eval[float64](p, "document.querySelector('.grid').offsetHeight"); after != before {
		t.Errorf("the boxes are %.0f px high, the things were %.0f", after, before)
	}
	p.Shot("slow")
	p.Until("!document.querySelector('[data-slow],[aria-busy]')")
}

func picked(p *rig.Page) int {
	return rig.Eval[int](p, "document.querySelectorAll('[data-picked]').length")
}

func picking(t *testing.T, h *house, b *rig.Browser) {
	p := h.open(b, t, "/specimen")
	p.Until("document.querySelector('.card-link')")
	rig.Eval[bool](p, "document.querySelector('.card-link').focus(), true")
	steps := []struct {
		keys []string
		want int
	}{
		{[]string{"x"}, 1}, {[]string{" "}, 0}, {[]string{"x", "ArrowRight", "ArrowRight", "x"}, 2},
		{[]string{"Shift+ArrowDown"}, 6}, {[]string{"Control+a"}, 24}, {[]string{"Escape"}, 0}, {[]string{"End", "x"}, 1}, {[]string{"Home", "x"}, 2},
	}
	for _, s := range steps {
		p.Press(s.keys...)
		if got := picked(p); got != s.want {
			t.Errorf("after %q %d are picked, want %d", s.keys, got, s.want)
		}
	}
	p.Until("document.querySelector('#picked-bar').dataset.on !== undefined")
	p.Shot("picked")
	p.Press("Escape")
	p.Click("checkbox", "Chọn: Chào mừng Lễ hội Đền Bia mùa thu năm 2026")
	rig.Eval[bool](p, `document.querySelectorAll('.card-link')[4].dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true, shiftKey: true})), true`)
	if got := picked(p); got != 5 {
		t.Errorf("a range by mouse picks %d, want 5", got)
	}
	p.Click("button", "Trình duyệt")
	p.Wait("button", "Hoàn tác")
	sent := h.posted()[0]
	if len(sent["id"]) != 5 || sent.Get("act") != "submit" {
		t.Errorf("sent %v", sent)
	}
}

func helpIsTrue(t *testing.T, h *house, b *rig.Browser) {
	p := h.open(b, t, "/specimen")
	p.Press("?")
	p.Wait("dialog", "Phím tắt")
	keys := rig.Eval[[]string](p, "[...document.querySelectorAll('kbd[data-key]')].map((k) => k.dataset.key)")
	p.Shot("help")
	rig.Axe(t, p)
	p.Press("Escape")
	p.Gone("dialog", "Phím tắt")
	for _, key := range []string{"/", "Ctrl+K", "?", "u", " ", "x", "Shift+ArrowDown", "Ctrl+A", "Escape", "Enter", "+", "-", "0", "f"} {
		if !slices.Contains(keys, key) {
			t.Errorf("the help does not list %q: %q", key, keys)
		}
	}
	for _, key := range keys {
		if key == "Ctrl+Z" || key == "Delete" {
			t.Errorf("the help lists %q, which does nothing here now", key)
		}
	}
	h.mu.Lock()
	h.late = 0
	h.mu.Unlock()
	p.Press("Control+k")
	p.Until("document.activeElement.closest('.everything')")
	p.Press("Escape")
	rig.Eval[bool](p, "document.activeElement.blur(), true")
	p.Press("u")
	p.Until("location.pathname === '/upload'")
}

func lettersOff(t *testing.T, h *house, b *rig.Browser) {
	p := h.open(b, t, "/specimen")
	rig.Eval[bool](p, "document.documentElement.dataset.keys = 'off', document.querySelector('.card-link').focus(), true")
	p.Press("x", "u", "/")
	p.Until("location.pathname === '/specimen' && !document.querySelector('[data-picked]') && document.activeElement.matches('.card-link')")
	p.Press("Control+k")
	p.Until("document.activeElement.closest('.everything')")
}

func toastUndo(t *testing.T, h *house, b *rig.Browser) {
	p := h.open(b, t, "/specimen?toast=1")
	p.Wait("button", "Hoàn tác")
	p.Press("Control+z")
	p.Until("[...document.querySelectorAll('.toast')].some((t) => t.textContent.includes('Đã hoàn tác.'))")
	if got := len(h.posted()); got != 1 {
		t.Errorf("undo was sent %d times", got)
	}
	p.Gone("button", "Hoàn tác")
}

func confirmAsks(t *testing.T, h *house, b *rig.Browser) {
	p := h.open(b, t, "/specimen")
	p.Click("button", "Xóa hẳn")
	p.Wait("alertdialog", "Việc này không hoàn tác được")
	p.Until("document.activeElement.textContent === 'Hủy'")
	p.Shot("confirm")
	rig.Axe(t, p)
	p.Press("Escape")
	p.Gone("alertdialog", "")
	if len(h.posted()) != 0 {
		t.Fatal("sent without an answer")
	}
	p.Click("button", "Xóa hẳn")
	p.Wait("alertdialog", "Việc này không hoàn tác được")
	rig.Eval[bool](p, "document.querySelector('dialog .button-danger').click(), true")
	p.Wait("button", "Hoàn tác")
	if got := h.posted()[0].Get("act"); got != "burn" {
		t.Errorf("sent %q", got)
	}
}

func preferences(t *testing.T, h *house, b *rig.Browser) {
	p := h.open(b, t, "/specimen")
	rig.Eval[bool](p, "document.querySelector('details[data-menu] summary').click(), true")
	p.Click("button", "Tối")
	p.Until("document.documentElement.dataset.theme === 'dark' && document.cookie.includes('pano_theme=dark')")
	p.Click("button", "Gọn")
	p.Until("document.documentElement.dataset.density === 'compact'")
	p.Shot("menu-dark-compact")
	rig.Axe(t, p)
	p.Press("Escape")
	p.Until("!document.querySelector('details[open]')")
	p.Click("button", "EN – English")
	p.Until("document.documentElement.lang === 'en'")
}

func passwordShown(t *testing.T, h *house, b *rig.Browser) {
	p := b.Page(t, 1366, 900, false, "vi")
	p.Open(h.URL + "/alone")
	p.Fill("textbox", "Mật khẩu", "bí mật")
	p.Click("button", "Hiện mật khẩu")
	p.Until("document.querySelector('#f-password').type === 'text' && document.querySelector('#f-password').value === 'bí mật'")
	p.Click("button", "Ẩn mật khẩu")
	p.Until("document.querySelector('#f-password').type === 'password'")
}

func zooms(t *testing.T, h *house, b *rig.Browser) {
	p := h.open(b, t, "/specimen")
	rig.Eval[bool](p, "document.querySelector('pano-zoom').scrollIntoView({block: 'center'}), true")
	p.Click("button", "Phóng to")
	p.Until("document.querySelector('.zoom-view canvas')")
	p.Until("document.querySelector('pano-zoom > img').hidden")
	p.Press("0", "-", "+")
	p.Click("button", "1:1 khổ thật")
	rig.Axe(t, p)
	p.Shot("zoom")
}

// file writes a file of n bytes for uploading and returns its path.
func file(t *testing.T, dir, name string, n int) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Repeat([]byte("p"), n), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

const lineIs = "[...document.querySelectorAll('.line')].some((l) => l.textContent.includes(%q) && l.dataset.state === %q)"

func dropSends(t *testing.T, h *house, b *rig.Browser) {
	p, dir := h.open(b, t, "/specimen"), t.TempDir()
	one := file(t, dir, "băng rôn 01.png", 300_000)
	for i := range 7 {
		file(t, dir, fmt.Sprintf("đợt 1/phướn/%d.png", i), 50_000)
	}
	file(t, dir, "đợt 1/.DS_Store", 10)
	p.Drop(one, filepath.Join(dir, "đợt 1"))
	p.Until("document.querySelector('.tray h2')?.textContent === 'Khay tải lên · 8/8'")
	p.Until(fmt.Sprintf(lineIs, "băng rôn 01.png", "done"))
	if paths := rig.Eval[[]string](p, "[...document.querySelectorAll('.line-name')].map((l) => l.title)"); !slices.Contains(paths, "đợt 1/phướn/6.png") {
		t.Errorf("paths %q", paths)
	}
	p.Shot("tray")
	rig.Axe(t, p)
}

func rowsSay(t *testing.T, h *house, b *rig.Browser) {
	p, dir := h.open(b, t, "/specimen"), t.TempDir()
	p.Allow("415")
	p.Drop(file(t, dir, "cu-01.png", 90_000), file(t, dir, "hong-02.png", 90_000), file(t, dir, "psd-03.png", 90_000), file(t, dir, "ghi-chu.doc", 90_000))
	p.Until(fmt.Sprintf(lineIs, "Đã có trong kho (MK-2026-0077)", "duplicate"))
	p.Until(fmt.Sprintf(lineIs, "Tệp PNG bị hỏng, không đọc được.", "refused"))
	p.Until(fmt.Sprintf(lineIs, "Chưa nhận định dạng Photoshop.", "refused"))
	p.Until(fmt.Sprintf(lineIs, "Chưa nhận định dạng này", "refused"))
	p.Shot("tray-troubles")
	rig.Axe(t, p)
	p.Click("button", "Thêm phiên bản: cu-01.png")
	p.Until(fmt.Sprintf(lineIs, "MK-2026-0900", "done"))
	h.mu.Lock()
	defer h.mu.Unlock()
	if !slices.Equal(h.decided, []string{"version"}) {
		t.Errorf("decided %q", h.decided)
	}
}

func survives503(t *testing.T, h *house, b *rig.Browser) {
	p, dir := h.open(b, t, "/specimen"), t.TempDir()
	p.Allow("503")
	h.mu.Lock()
	h.fail = 3
	h.mu.Unlock()
	p.Drop(file(t, dir, "lớn.png", 20<<20))
	p.Until(fmt.Sprintf(lineIs, "lớn.png", "done"))
}

func survivesOffline(t *testing.T, h *house, b *rig.Browser) {
	p, dir := h.open(b, t, "/specimen"), t.TempDir()
	p.Allow("ERR_INTERNET_DISCONNECTED")
	p.Slow(20*time.Millisecond, 4<<20)
	p.Drop(file(t, dir, "lớn.png", 30<<20))
	p.Until("document.querySelector('.line progress')?.value > 30")
	p.Offline(true)
	p.Until(fmt.Sprintf(lineIs, "Mất mạng – sẽ gửi lại", "offline"))
	p.Shot("offline")
	p.Offline(false)
	p.Until(fmt.Sprintf(lineIs, "lớn.png", "done"))
}

func resumesAfterReload(t *testing.T, h *house, b *rig.Browser) {
	p, dir := h.open(b, t, "/specimen"), t.TempDir()
	big := file(t, dir, "lớn.png", 30<<20)
	p.Slow(20*time.Millisecond, 6<<20)
	p.Drop(big)
	p.Until("document.querySelector('.line progress')?.value > 40")
	p.Click("button", "Tạm dừng: lớn.png")
	p.Until(fmt.Sprintf(lineIs, "lớn.png", "paused"))
	rig.Eval[bool](p, "localStorage.length === 1")
	p.Open("about:blank")
	if asked := p.Asked(); !slices.Equal(asked, []string{"beforeunload"}) {
		t.Errorf("leaving was asked %q", asked)
	}
	p.Open(h.URL + "/specimen")
	p.Until("document.querySelector('.line')?.textContent.includes('1 tệp tải dở từ lần trước')")
	p.Shot("unfinished")
	p.Slow(0, -1)
	p.Drop(big)
	p.Until(fmt.Sprintf(lineIs, "lớn.png", "done"))
	if files, err := filepath.Glob(filepath.Join(h.dir, "*.info")); err != nil || len(files) != 1 {
		t.Errorf("the server holds %d uploads, want the one that was begun: %v", len(files), err)
	}
	p.Until("Object.keys(localStorage).filter((k) => k.startsWith('tus::')).length === 0")
}

func goesOnOverPages(t *testing.T, h *house, b *rig.Browser) {
	p, dir := h.open(b, t, "/specimen"), t.TempDir()
	p.Slow(20*time.Millisecond, 4<<20)
	p.Drop(file(t, dir, "lớn.png", 20<<20))
	p.Until("document.querySelector('.line progress')?.value > 10")
	rig.Eval[bool](p, "window.same = true")
	p.Click("link", "Vị trí")
	p.Until("location.pathname === '/places' && document.querySelector('h1').textContent === 'Trang /places'")
	p.Until("window.same && document.querySelector('.line progress')")
	p.Back()
	p.Until("location.pathname === '/specimen' && document.querySelector('h1').textContent === 'Kho tư liệu'")
	p.Slow(0, -1)
	p.Until(fmt.Sprintf(lineIs, "lớn.png", "done"))
}

func withoutScripts(t *testing.T, h *house, b *rig.Browser) {
	p := b.Page(t, 390, 844, false, "vi")
	p.Scripts(false)
	p.Open(h.URL + "/specimen?q=chu&kind=panel")
	p.Wait("button", "Tìm trong trang")
	p.Wait("checkbox", "Phướn 2")
	p.Wait("button", "Trình duyệt")
	p.Shot("no-scripts")
	p.Click("link", "Xóa bộ lọc")
	p.Wait("link", "Xem thêm 24")
	p.Click("link", "Xem thêm 24")
	p.Wait("heading", "Kho tư liệu")
}
