package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pano/internal/rig"
)

// banners writes n pictures into a folder and returns their paths.
func banners(t *testing.T, n int) (paths []string) {
	t.Helper()
	dir := t.TempDir()
	for i := range n {
		name := fmt.Sprintf("băng rôn %02d.png", i+1)
		if i == 17 {
			name = "phướn trưng bày.png"
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, banner(1200+i, 400, uint8(i)), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

// signUp makes the first account with the one-time token, in a browser.
func signUp(t *testing.T, p *rig.Page, url string, env settings) {
	t.Helper()
	token, err := os.ReadFile(filepath.Join(env["PANO_DATA"], "first-run-token"))
	if err != nil {
		t.Fatal(err)
	}
	p.Open(url + "/setup?token=" + strings.TrimSpace(string(token)))
	p.Fill("textbox", "Tên cơ quan", "Sở Văn hóa, Thể thao và Du lịch")
	p.Fill("textbox", "Mã đơn vị", "SVH")
	p.Fill("textbox", "Họ và tên", "Nguyễn Thị Hoa")
	p.Fill("textbox", "Tên đăng nhập", "hoa")
	rig.Eval[bool](p, `(document.querySelector('[name=password]').value = 'mười hai ký tự trở lên', true)`)
	p.Click("button", "Bắt đầu dùng Pano")
	p.Until("location.pathname === '/'")
}

// TestADayInVietnamese is what Pano is for, from an empty machine to a print
// size, in a browser, with the pictures in MinIO.
func TestADayInVietnamese(t *testing.T) {
	env := onMinIO(t)
	url, _ := start(t, env)
	p := rig.Chromium(t).Page(t, 1366, 844, false, "vi")
	signUp(t, p, url, env)

	// Forty banners are dropped and appear, made ready, within the same page.
	p.Open(url + "/assets")
	p.Until("customElements.get('pano-uploader')")
	p.Drop(banners(t, 40)...)
	patient(t, p, "document.querySelectorAll('.line[data-state=done]').length === 40")
	p.Open(url + "/assets")
	patient(t, p, "document.querySelectorAll('.card img').length === 40 && !document.querySelector('[data-waits]')")
	p.Until("[...document.querySelectorAll('.card img')].filter((i) => i.getBoundingClientRect().top < innerHeight).every((i) => i.complete && i.naturalWidth > 0)")
	p.Shot("library")

	// Found without accents.
	p.Press("/")
	p.Type("phuon trung bay")
	p.Until("document.querySelectorAll('.card').length === 1 && location.search.includes('q=')")
	p.Focus("link", "phướn trưng bày*")
	p.Press("Enter")
	p.Until("location.pathname.startsWith('/assets/') && document.readyState === 'complete'")
	asset := rig.Eval[string](p, "location.pathname")

	// A face is added, and the flag hung there from 1 to 20 December.
	p.Open(url + "/locations/new")
	p.Until("document.querySelector('[name=kind]')")
	rig.Eval[bool](p, `(() => { const k = document.querySelector('[name=kind]'); k.value = 'face'; k.dispatchEvent(new Event('change', {bubbles: true})); return true })()`)
	rig.Eval[bool](p, `(() => { for (const [n, v] of Object.entries({code: 'THD-14', name: 'Trần Hưng Đạo, cột 14', width_mm: '2000', height_mm: '3000'})) document.querySelector('[name=' + n + ']').value = v; return true })()`)
	rig.Eval[bool](p, `(document.querySelector('main form button.button-main, main form .form-acts button').click(), true)`)
	p.Until("/^\\/locations\\/[0-9A-Z]{26}$/.test(location.pathname)")
	hang := func(from, last string) {
		p.Open(url + "/placements/new?asset=" + strings.TrimPrefix(asset, "/assets/"))
		p.Until("document.querySelector('.choose a')")
		p.Click("link", "Trần Hưng Đạo, cột 14*")
		p.Until("document.querySelector('[name=from]')")
		rig.Eval[bool](p, fmt.Sprintf(`(document.querySelector('[name=from]').value = %q, document.querySelector('[name=last]').value = %q, true)`, from, last))
		p.Click("button", "Gắn tư liệu")
	}
	hang("2026-12-01", "2026-12-20")
	p.Until("/^\\/(placements|locations)\\/[0-9A-Z]{26}$/.test(location.pathname)")

	// Whoever asks for the same days is told who is there, and until when.
	p.Allow("409")
	hang("2026-12-20", "2026-12-24")
	p.Until("document.querySelector('[role=alert]')")
	if said := p.Text("main"); !strings.Contains(said, "phướn trưng bày") || !strings.Contains(said, "20/12/2026") {
		t.Errorf("the conflict says %q", said)
	}
	if kept := rig.Eval[string](p, "document.querySelector('[name=last]').value"); kept != "2026-12-24" {
		t.Errorf("the form lost its entries: %q", kept)
	}
	p.Shot("conflict")

	// It is told where it hangs, and goes out at A2.
	p.Open(url + asset)
	p.Until("document.body.innerText.includes('THD-14')")
	got := rig.Eval[map[string]any](p, fmt.Sprintf(`fetch('/api/v1%s/print?size=A2&format=jpeg').then(async (r) => ({status: r.status, type: r.headers.get('Content-Type'), dpi: r.headers.get('Pano-DPI'), size: (await r.blob()).size}))`, asset))
	if got["status"] != 200.0 || got["type"] != "image/jpeg" || got["dpi"] == "" || got["size"].(float64) < 1000 {
		t.Errorf("A2: %v", got)
	}
}

// patient waits longer than a page may usually take.
func patient(t *testing.T, p *rig.Page, js string) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		if rig.Eval[bool](p, "!!("+js+")") {
			return
		}
	}
	p.Shot("gave-up")
	t.Fatalf("waited two minutes for %s", js)
}

// TestADayInEnglish is the short way through the same pages in English, on a phone.
func TestADayInEnglish(t *testing.T) {
	env := onMinIO(t)
	token := member(t, env)
	url, _ := start(t, env)
	upload(t, url, token, "autumn festival.png", banner(900, 600, 5))
	p := rig.Chromium(t).Page(t, 390, 844, true, "en")
	p.Open(url + "/assets")
	p.Fill("textbox", "User name", "lan")
	p.Fill("textbox", "Password", "mười hai ký tự trở lên")
	p.Press("Enter")
	p.Until("location.pathname === '/assets'")
	patient(t, p, "document.querySelector('.card img')?.complete")
	p.Focus("link", "autumn festival*")
	p.Press("Enter")
	p.Until("location.pathname.startsWith('/assets/')")
	p.Until("document.body.innerText.includes('Library') && document.body.innerText.includes('Print')")
	if said := p.Text("main"); strings.Contains(said, "Khổ") || strings.Contains(said, "Phiên bản") {
		t.Errorf("Vietnamese on the English page: %q", said)
	}
	p.WholeShot("asset-en-phone")
}

// TestUploadGoesOnAfterTheServiceWasKilled kills the service in the middle of an
// upload by a real browser; the browser goes on by itself once it is back.
func TestUploadGoesOnAfterTheServiceWasKilled(t *testing.T) {
	env := onMinIO(t)
	token := member(t, env)
	s := service(t, env)
	url := "http://" + s.addr
	data := noise(3000, 2200) // 26 MB
	path := filepath.Join(t.TempDir(), "pa-nô lớn.png")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	p := rig.Chromium(t).Page(t, 1366, 844, false, "vi")
	p.Allow("ERR_")
	p.Allow("503")
	p.Open(url + "/upload")
	p.Fill("textbox", "Tên đăng nhập", "lan")
	p.Fill("textbox", "Mật khẩu", "mười hai ký tự trở lên")
	p.Press("Enter")
	p.Until("location.pathname === '/upload' && customElements.get('pano-uploader')")
	p.Slow(0, 6<<20) // bytes a second: the upload takes some seconds
	p.Drop(path)
	p.Until("document.querySelector('progress')?.value > 0.2 * document.querySelector('progress')?.max")
	s.kill()
	time.Sleep(time.Second) // the browser sees a dead service
	s.start()
	p.Slow(0, -1)
	patient(t, p, "document.querySelector('.line[data-state=done]')")
	code, _, body := request(t, token, "GET", url+"/api/v1/assets?limit=10", nil)
	var list struct {
		Total int
		Items []struct{ ID, SHA256 string }
	}
	if err := json.Unmarshal(body, &list); code != 200 || err != nil || list.Total != 1 {
		t.Fatalf("%d, %v: %s", code, err, body)
	}
	sum := sha256.Sum256(data)
	if list.Items[0].SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("SHA-256 is %s, sent was %x", list.Items[0].SHA256, sum)
	}
	_, _, got := request(t, token, "GET", url+"/api/v1/assets/"+list.Items[0].ID+"/original", nil)
	if sha256.Sum256(got) != sum {
		t.Error("other bytes came back")
	}
}
