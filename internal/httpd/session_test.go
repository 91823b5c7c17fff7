package httpd_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pano/internal/auth"
	"pano/internal/pano"
)

func TestTheFirstPersonSetsPanoUp(t *testing.T) {
	h := &house{T: t, Dir: t.TempDir()}
	h.start(true)
	token, err := h.Auth.OfferFirstRun(t.Context())
	h.ok(err)
	v := h.visitor()
	if p := v.follow(v.get("/")); p.To != "/setup" {
		t.Errorf("a stranger on the first day is sent to %q", p.To)
	}
	v.get("/setup?token="+token).sees(t, token, `name="works" value="1" checked`)
	form := url.Values{"token": {"wrong"}, "department": {"Sở Văn hóa"}, "code": {"svh"}, "name": {"Nguyễn Thị Hoa"}, "login": {"hoa"}, "password": {password}, "works": {"1"}}
	bad := v.post("/setup", form)
	if bad.Status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong token: %d", bad.Status)
	}
	bad.sees(t, "<title>Mã khởi tạo không đúng", `id="f-token-error"`, `value="Nguyễn Thị Hoa"`)
	bad.lacks(t, password)
	form.Set("token", token)
	form.Set("password", "ngắn")
	v.post("/setup", form).sees(t, "Mật khẩu phải có ít nhất 12 ký tự.", `id="f-password-error"`)
	form.Set("password", password)
	p := v.post("/setup", form)
	v.follow(p).sees(t, "Nguyễn Thị Hoa", "Đã tạo cơ quan")
	if again := v.get("/setup"); again.Status != http.StatusNotFound {
		t.Errorf("setup afterwards: %d", again.Status)
	}
	if again := v.post("/setup", form); again.Status != http.StatusNotFound {
		t.Errorf("setting up again: %d", again.Status)
	}
	if _, err := os.Stat(filepath.Join(h.Dir, auth.TokenFile)); err == nil {
		t.Error("the token's file is still there")
	}
	if up := v.get("/upload"); up.Status != http.StatusOK {
		t.Errorf("who also works may not upload: %d", up.Status)
	}
}

func TestWrongPasswordIsSaidBesideTheFieldAndInTheTitle(t *testing.T) {
	h := openHouse(t)
	h.enter("lan", pano.Staff)
	v := h.visitor()
	p := v.post("/login", url.Values{"login": {`<b>lan"`}, "password": {"sai rồi nhé bạn"}, "next": {"/assets?q=1"}})
	if p.Status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", p.Status)
	}
	p.sees(t, "<title>Sai tên đăng nhập hoặc mật khẩu.", `id="f-password-error"`, `value="&lt;b&gt;lan&#34;"`, `value="/assets?q=1"`)
	p.lacks(t, "sai rồi", "onpaste", `autocomplete="off"`)
	v.get("/login").sees(t, "pano-password", `autocomplete="current-password"`)
}

func TestSignInLeadsNowhereElse(t *testing.T) {
	h := openHouse(t)
	h.enter("lan", pano.Staff)
	for next, want := range map[string]string{
		"/assets?q=a%20b": "/assets?q=a%20b", "": "/", "//evil.example": "/", `/\evil.example`: "/", "https://evil.example/": "/", "/%09/evil": "/%09/evil",
		"/\t/evil.example": "/", "javascript:alert(1)": "/", "evil": "/", "/\n/evil": "/", "///evil.example": "/",
	} {
		v := h.visitor()
		if p := v.post("/login", url.Values{"login": {"lan"}, "password": {password}, "next": {next}}); p.To != want {
			t.Errorf("next %q leads to %q, want %q", next, p.To, want)
		}
		if p := v.get("/login?next=" + url.QueryEscape(next)); p.To != want {
			t.Errorf("next %q of who is signed in leads to %q, want %q", next, p.To, want)
		}
		if p := v.post("/preferences", url.Values{"theme": {"dark"}, "return": {next}}); p.To != want {
			t.Errorf("return %q leads to %q, want %q", next, p.To, want)
		}
	}
}

func TestSessionsEndWhenTheyAreToldTo(t *testing.T) {
	h := openHouse(t)
	here := h.enter("lan", pano.Staff)
	there := h.visitor()
	there.post("/login", url.Values{"login": {"lan"}, "password": {password}})
	page := here.get("/account")
	_, id, ok := strings.Cut(page.Body, `action="/account/sessions/`)
	id, _, _ = strings.Cut(id, "/")
	if !ok {
		t.Fatal("the other session is not shown")
	}
	here.follow(here.post("/account/sessions/"+id+"/end", nil)).sees(t, "Đã đăng xuất máy đó.")
	if p := there.get("/account"); p.To != "/login?next=%2Faccount" {
		t.Errorf("the ended session gets %d %s", p.Status, p.To)
	}
	minh := h.enter("minh", pano.Staff)
	page = here.get("/account")
	if p := minh.post("/account/sessions/"+id+"/end", nil); p.Status != http.StatusNotFound {
		t.Errorf("somebody else's session: %d", p.Status)
	}
	home, err := url.Parse(h.URL)
	h.ok(err)
	old := here.Jar.Cookies(home)
	here.post("/logout", nil)
	if left := here.Jar.Cookies(home); len(left) > 0 {
		t.Errorf("the browser still has %v", left)
	}
	thief := h.visitor()
	thief.Jar.SetCookies(home, old)
	if p := thief.get("/account"); p.Status != http.StatusSeeOther {
		t.Errorf("the cookie of an ended session: %d", p.Status)
	}
}

func TestPasswordChangeKeepsThisBrowserOnly(t *testing.T) {
	h := openHouse(t)
	here := h.enter("lan", pano.Staff)
	there := h.visitor()
	there.post("/login", url.Values{"login": {"lan"}, "password": {password}})
	bad := here.post("/account/password", url.Values{"current": {"không phải đâu"}, "password": {"một mật khẩu khác"}})
	bad.sees(t, "Mật khẩu hiện tại không đúng.", `id="f-current-error"`)
	here.follow(here.post("/account/password", url.Values{"current": {password}, "password": {"một mật khẩu khác"}})).sees(t, "Đã đổi mật khẩu.")
	if p := there.get("/account"); p.Status != http.StatusSeeOther {
		t.Errorf("the other browser is still in: %d", p.Status)
	}
}

func TestTokenIsShownOnceAndWorksUntilRevoked(t *testing.T) {
	h := openHouse(t)
	lan := h.enter("lan", pano.Staff)
	lan.post("/account/tokens", url.Values{"name": {" "}, "days": {"30"}}).sees(t, "Hãy điền ô này.", `id="f-name-error"`)
	p := lan.post("/account/tokens", url.Values{"name": {"đồng bộ"}, "days": {"30"}})
	_, secret, ok := strings.Cut(p.Body, `value="pano_`)
	secret, _, _ = strings.Cut(secret, `"`)
	if p.Status != http.StatusCreated || !ok {
		t.Fatalf("no token: %d\n%s", p.Status, text(p.Body))
	}
	if cc := p.Header.Get("Cache-Control"); !strings.Contains(cc, "no-store") {
		t.Errorf("the page of a secret may be kept: %q", cc)
	}
	page := lan.get("/account")
	page.sees(t, "đồng bộ")
	page.lacks(t, secret)
	program := h.visitor()
	call := func() int {
		r := program.request("GET", "/api/v1/assets", nil)
		r.Header.Set("Authorization", "Bearer pano_"+secret)
		return program.do(r).Status
	}
	if got := call(); got != http.StatusOK {
		t.Errorf("the token gets %d", got)
	}
	_, id, _ := strings.Cut(page.Body, `action="/account/tokens/`)
	id, _, _ = strings.Cut(id, "/")
	lan.follow(lan.post("/account/tokens/"+id+"/revoke", nil)).sees(t, "Đã thu hồi")
	if got := call(); got != http.StatusUnauthorized {
		t.Errorf("the revoked token gets %d", got)
	}
}

func TestPreferencesAreKeptAndOddOnesAreNot(t *testing.T) {
	h := openHouse(t)
	h.enter("lan", pano.Staff)
	v := h.visitor()
	v.post("/preferences", url.Values{"lang": {"en"}, "theme": {"dark"}, "density": {"<script>"}, "return": {"/login"}})
	p := v.get("/login")
	p.sees(t, `<html lang="en" data-theme="dark">`, "Sign in")
	v.post("/preferences", url.Values{"theme": {""}, "lang": {"vi"}})
	v.get("/login").sees(t, `<html lang="vi">`)
}

func TestAccountsAreMadeMendedAndClosed(t *testing.T) {
	h := openHouse(t)
	boss := h.enter("boss", pano.Admin)
	member := string(h.BT) + ":staff"
	boss.post("/admin/users", url.Values{"login": {"Tên Lạ"}, "name": {"Mai"}, "password": {password}, "member": {member}}).
		sees(t, `id="f-login-error"`, `value="Mai"`, `value="`+member+`" checked`)
	boss.follow(boss.post("/admin/users", url.Values{"login": {"mai"}, "name": {"Mai"}, "password": {password}, "member": {member}})).sees(t, "Đã thêm người dùng Mai.", "Bảo tàng tỉnh: Cán bộ")
	boss.post("/admin/users", url.Values{"login": {"MAI"}, "name": {"Mai"}, "password": {password}}).sees(t, `id="f-login-error"`)
	mai := h.visitor()
	mai.post("/login", url.Values{"login": {"mai"}, "password": {password}})
	page := boss.get("/admin/users")
	_, id, _ := strings.Cut(page.Body, `<a href="/admin/users/`)
	ids := strings.Split(page.Body, `<a href="/admin/users/`)
	for _, part := range ids[1:] {
		if strings.HasPrefix(part[27:], ">Mai<") || strings.Contains(part[:60], "Mai") {
			id = part[:26]
		}
	}
	boss.follow(boss.post("/admin/users/"+id, url.Values{"name": {"Trần Mai"}, "member": {string(h.SVH) + ":auditor"}})).sees(t, "Trần Mai", "Thanh tra")
	if p := mai.get("/upload"); p.Status != http.StatusForbidden {
		t.Errorf("who lost the role uploads: %d", p.Status)
	}
	boss.follow(boss.post("/admin/users/"+id+"/password", url.Values{"password": {"một mật khẩu mới tinh"}})).sees(t, "Đã đặt mật khẩu mới cho Trần Mai")
	if p := mai.get("/account"); p.Status != http.StatusSeeOther {
		t.Errorf("after the reset: %d", p.Status)
	}
	boss.follow(boss.post("/admin/users/"+id+"/disable", nil)).sees(t, "Đã khóa tài khoản.", "Mở lại tài khoản")
	if p := mai.post("/login", url.Values{"login": {"mai"}, "password": {"một mật khẩu mới tinh"}}); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("a closed account signs in: %d", p.Status)
	}
	boss.follow(boss.post("/admin/users/"+id+"/enable", nil)).sees(t, "Đã mở lại")
	if p := boss.post("/admin/users/"+string(boss.Who.ID)+"/disable", nil); p.Status != http.StatusConflict {
		t.Errorf("the last administrator closes their own account: %d", p.Status)
	}
	boss.follow(boss.post("/admin/agencies", url.Values{"code": {"tv"}, "name": {"Thư viện tỉnh"}, "parent": {string(h.SVH)}})).sees(t, "Thư viện tỉnh", ">TV<")
	boss.post("/admin/agencies", url.Values{"code": {"tv"}, "name": {"Khác"}}).sees(t, `id="f-code-error"`)
	boss.post("/admin/agencies/"+string(h.SVH), url.Values{"code": {"SVH"}, "name": {"Sở"}, "parent": {string(h.SVH)}}).sees(t, `id="f-parent-error"`)
	boss.get("/admin").sees(t, "Kho ảnh", "Không có việc nào hỏng.")
}
