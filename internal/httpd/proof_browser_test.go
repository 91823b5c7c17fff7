package httpd_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pano/internal/pano"
	"pano/internal/rig"
	"pano/storage/catalog"
)

// onPhone opens the phone page of a place as nam, and waits for its scripts.
func (v *visitor) onPhone(p *rig.Page, code string) {
	v.signInto(p)
	p.Open(v.h.URL + "/m/" + code)
	p.Until("customElements.get('pano-proof') && customElements.get('pano-outbox')")
}

// photo writes a picture to a file a field can be given.
func photo(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// kept waits until the worker keeps the page for when there is no network.
const kept = "(async () => !!(await caches.open('pano-m-1').then((c) => c.match(location.pathname + location.search))))()"

// untilKept waits for a promise, which Page.Until does not.
func untilKept(p *rig.Page, js string) {
	rig.Eval[bool](p, fmt.Sprintf("(async () => { for (let i = 0; i < 200; i++) { if (await %s) return true; await new Promise((ok) => setTimeout(ok, 50)); } throw new Error('in vain: ' + %q); })()", js, js))
}

const sentAll = "document.querySelector('.outbox').hidden"

func openProofs(t *testing.T) (h *house, lan, nam *visitor, at string) {
	t.Helper()
	h = openHouse(t)
	lan, nam = h.enter("lan", pano.Staff, pano.Curator), h.enter("nam", pano.Installer)
	a := lan.art("Chào mừng Lễ hội mùa thu Côn Sơn – Kiếp Bạc", 5400, 2700)
	h.ready(a.ID)
	l := h.place(pano.Location{Kind: pano.Face, Code: "PN-014", Name: "Mặt phía Đông, đường Trần Hưng Đạo", Address: "Phường Thành Đông", Width: 6000, Height: 3000, Lat: 20.94, Lon: 106.33, Placed: true})
	return h, lan, nam, lan.hang(a, l, 0, 9).To
}

func TestPhoneProvesOnline(t *testing.T) {
	h, lan, nam, at := openProofs(t)
	p := rig.Chromium(t).Page(t, 390, 844, false, "vi")
	p.Stand(20.940108, 106.33, 8)
	nam.onPhone(p, "PN-014")
	p.Choose("input[name=near]", photo(t, "gan.jpg", picture(1600, 800, 3)))
	p.Choose("input[name=wide]", photo(t, "xa.jpg", picture(1200, 900, 5)))
	p.Until("document.querySelector('[data-where]').textContent.includes('Cách điểm treo 12 m, sai số ±8 m')")
	p.WholeShot("chosen")
	p.Fill("textbox", "Ghi chú", "Treo chắc")
	rig.Eval[bool](p, "document.querySelector('[name=verdict][value=misplaced]').click(), true")
	rig.Eval[bool](p, "(() => { const b = document.querySelector('[data-send]'); b.click(); b.click(); b.click(); return true; })()") // a nervous thumb
	p.Until(sentAll + " && document.querySelector('#toasts').textContent.includes('Đã gửi ảnh')")
	all := h.proofs(at)
	if len(all) != 1 || all[0].Near.Size != int64(len(picture(1600, 800, 3))) || all[0].Wide.Size == 0 || all[0].Verdict != pano.Misplaced || all[0].Remark != "Treo chắc" ||
		all[0].Accuracy != 8 || all[0].Distance < 11 || all[0].Distance > 13 || all[0].Taken.IsZero() || all[0].Hanging.State != pano.Installed {
		t.Fatalf("%d kept: %+v", len(all), all)
	}
	h.proofsReady(at)
	p.Reload()
	p.WholeShot("sent")
	rig.Axe(t, p)
	office := rig.Chromium(t).Page(t, 1366, 900, false, "vi")
	lan.signInto(office)
	office.Open(h.URL + "/proofs")
	office.WholeShot("office")
	office.Click("button", "Nghiệm thu: Mặt phía Đông*")
	office.Until("document.body.innerText.includes('Không còn ảnh nào chờ nghiệm thu')")
}

func TestPhoneProvesOffline(t *testing.T) {
	h, _, nam, at := openProofs(t)
	p := rig.Chromium(t).Page(t, 390, 844, true, "vi")
	p.Stand(20.940108, 106.33, 8)
	p.Allow("ERR_INTERNET_DISCONNECTED")
	nam.signInto(p)
	p.Open(h.URL + "/m/") // in the morning, at the office: keeps every page it leads to
	untilKept(p, "(async () => (await (await caches.open('pano-m-1')).keys()).some((r) => r.url.includes('/m/PN-014')))()")
	untilKept(p, kept)
	p.Offline(true)
	p.Open(h.URL + "/m/PN-014") // as the code on the place says it, without a query
	p.Until("customElements.get('pano-proof') && document.querySelector('.phone-art img')?.naturalWidth > 100 && document.styleSheets[0].cssRules.length > 0")
	for i := range 3 {
		p.Choose("input[name=near]", photo(t, "gan.jpg", picture(640, 480, uint8(i))))
		p.Click("button", "Lưu và gửi")
		p.Until(fmt.Sprintf("document.querySelectorAll('.outbox li').length === %d", i+1))
	}
	p.WholeShot("offline")
	rig.Axe(t, p)
	p.Reload()
	p.Until("document.querySelectorAll('.outbox li').length === 3")
	if n := len(h.proofs(at)); n != 0 {
		t.Fatalf("%d proofs came through no network", n)
	}
	p.Offline(false)
	p.Until(sentAll)
	all := h.proofs(at)
	seen := map[pano.Digest]bool{}
	for _, x := range all {
		seen[x.Near.Digest] = true
	}
	if len(all) != 3 || len(seen) != 3 {
		t.Errorf("%d proofs with %d pictures, want 3", len(all), len(seen))
	}
}

func TestPhoneWithoutPositionOrSession(t *testing.T) {
	h, _, nam, at := openProofs(t)
	p := rig.Chromium(t).Page(t, 390, 844, false, "en")
	p.Permit("geolocation", false)
	p.Allow("401")
	nam.onPhone(p, "PN-014")
	p.Choose("input[name=near]", photo(t, "near.jpg", picture(640, 480, 1)))
	p.Until("document.querySelector('[data-where]').textContent.includes('the browser may not tell it')")
	h.ok(h.DB.Tend(t.Context(), func(tx *catalog.Tx) error { _, err := tx.Exec(`DELETE FROM session`); return err }))
	p.Click("button", "Save and send")
	p.Wait("link", "Sign in again to send")
	p.WholeShot("signed-out")
	rig.Axe(t, p)
	p.Click("link", "Sign in again to send")
	p.Until("location.pathname === '/login' && document.querySelector('[name=password]')")
	rig.Eval[bool](p, fmt.Sprintf("(document.querySelector('[name=login]').value = 'nam', document.querySelector('[name=password]').value = %q, document.querySelector('main form').requestSubmit(), true)", password))
	p.Until("location.pathname === '/m/PN-014' && document.querySelector('.outbox')?.hidden && document.querySelector('#toasts').textContent.includes('Sent the photos')")
	if all := h.proofs(at); len(all) != 1 || all[0].Located || all[0].Measured {
		t.Errorf("kept %+v", all)
	}
}

func TestPhoneWithoutScripts(t *testing.T) {
	h, _, nam, at := openProofs(t)
	p := rig.Chromium(t).Page(t, 390, 844, false, "vi")
	nam.signInto(p)
	p.Scripts(false)
	p.Open(h.URL + "/m/PN-014")
	p.WholeShot("no-scripts")
	p.Choose("input[name=near]", photo(t, "gan.jpg", picture(640, 480, 1)))
	p.Click("button", "Lưu và gửi")
	p.Until("document.body.innerText.includes('Đã nhận ảnh')")
	if all := h.proofs(at); len(all) != 1 {
		t.Errorf("%d kept", len(all))
	}
}

// TestFullPhoneSaysSo: what cannot be saved is not said to be; a second press sends it as it is.
func TestFullPhoneSaysSo(t *testing.T) {
	h, _, nam, at := openProofs(t)
	p := rig.Chromium(t).Page(t, 390, 844, false, "vi")
	p.Permit("geolocation", false)
	nam.onPhone(p, "PN-014")
	rig.Eval[bool](p, "(IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }, true)")
	p.Choose("input[name=near]", photo(t, "gan.jpg", picture(640, 480, 1)))
	p.Click("button", "Lưu và gửi")
	p.Until("document.querySelector('[data-problem]').textContent.includes('Máy hết chỗ')")
	p.Shot("full")
	rig.Axe(t, p)
	p.Click("button", "Lưu và gửi")
	p.Until("document.body.innerText.includes('Đã nhận ảnh')")
	if all := h.proofs(at); len(all) != 1 {
		t.Errorf("%d kept", len(all))
	}
}

// TestProofPagesStandEveryReader lets axe judge each page, in both languages,
// light and dark, on a desk and on a phone.
func TestProofPagesStandEveryReader(t *testing.T) {
	h, lan, nam, at := openProofs(t)
	for i, kind := range []string{"installed", "inspected", "inspected"} {
		f := nam.proofForm(at, "kind", kind, "client_uuid", fmt.Sprint("client-", i), "remark", "Gió to, đã buộc lại hai góc dưới", "lat", fmt.Sprint(20.9401+float64(i)/200), "lon", "106.33", "accuracy_m", "8", "verdict", []string{"good", "misplaced", "good"}[i])
		shots := map[string][]byte{"near": picture(1600, 800, uint8(i)), "wide": picture(1200, 900, 40)}
		if i == 2 {
			delete(shots, "wide")
		}
		nam.follow(nam.shoot("/m/PN-014", f, shots))
	}
	lan.follow(lan.post("/proofs/"+string(h.proofs(at)[0].ID)+"/again", map[string][]string{"why": {"Ảnh tối quá, chụp lại ban ngày"}}))
	h.proofsReady(at)
	browser := rig.Chromium(t)
	rig.Views(t, func(t *testing.T, v rig.View) {
		p := browser.Page(t, v.Width, 844, v.Dark, v.Lang)
		for _, who := range []struct {
			v     *visitor
			paths []string
		}{{nam, []string{"/m/", "/m/PN-014"}}, {lan, []string{"/proofs", "/proofs?state=again", "/proofs?state=accepted", at}}} {
			p.Open(h.URL + "/login")
			if rig.Eval[bool](p, "location.pathname !== '/login'") {
				rig.Eval[bool](p, "fetch('/logout', {method: 'POST'}).then(() => true)")
			}
			who.v.signInto(p)
			for _, path := range who.paths {
				p.Open(h.URL + path)
				p.WholeShot(fmt.Sprint(strings.NewReplacer("/", "_", "?", "_").Replace(path), "-", v))
				p.Sideways()
				rig.Axe(t, p)
				if small := rig.Eval[[]string](p, "[...document.querySelectorAll('.phone :is(button, a, .phone-picks span, input[type=file])')].filter((e) => { const r = e.getBoundingClientRect(); return r.height > 0 && r.height < 47.5; }).map((e) => e.outerHTML.slice(0, 80))"); len(small) > 0 {
					t.Errorf("%s: too small for a thumb: %q", path, small)
				}
			}
		}
	})
}
