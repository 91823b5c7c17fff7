package httpd_test

import (
	"net/url"
	"strings"
	"testing"

	"pano/internal/pano"
)

// TestACampaignIsClosedAndOpenedAgain is a curator's last week, without scripts.
func TestACampaignIsClosedAndOpenedAgain(t *testing.T) {
	h := openHouse(t)
	lan, an := h.enter("lan", pano.Staff, pano.Curator), h.enter("an", pano.Auditor)
	bad := url.Values{"code": {"LH 26"}, "name": {"Lễ hội <mùa thu>"}, "from": {day(-9)}, "last": {day(9)}}
	has(t, lan.post("/campaigns", bad), 422, "Mã đợt chỉ gồm", "Lễ hội &lt;mùa thu&gt;")
	bad.Set("code", "LH26")
	made := lan.post("/campaigns", bad)
	has(t, lan.follow(made), 200, "Lễ hội &lt;mùa thu&gt;", "Đang diễn ra", shown(9))
	at := made.To
	a := lan.art("Phướn lễ hội", 5400, 2700)
	h.ready(a.ID)
	p := lan.hang(a, h.face("PN-1"), 0, 9, "campaign", strings.TrimPrefix(at, "/campaigns/")).To
	lan.post(p+"/mark", url.Values{"state": {"installed"}, "note": {"mưa"}})
	has(t, lan.get(at), 200, "PN-1", "Còn 1 nơi đang treo: muốn đóng đợt phải ghi lý do.")
	has(t, lan.get("/"), 200, at, "Đợt trang trí")
	has(t, lan.get("/campaigns"), 200, "1/1", at)
	has(t, lan.get(p), 200, "Lễ hội &lt;mùa thu&gt;")

	has(t, lan.post(at+"/state", url.Values{"rev": {"1"}, "state": {"closed"}}), 409, "Hãy tháo xong, hoặc ghi lý do giữ lại.", `aria-invalid="true"`)
	has(t, lan.follow(lan.post(at+"/state", url.Values{"rev": {"1"}, "state": {"wrapping_up"}})), 200, "Đang thu dọn")
	has(t, lan.follow(lan.post(at+"/state", url.Values{"rev": {"2"}, "state": {"closed"}, "reason": {"giữ <lại>"}})), 200, "Đã đóng", "giữ &lt;lại&gt;", "Mở lại đợt")
	has(t, lan.post(at+"/state", url.Values{"rev": {"3"}, "state": {"wrapping_up"}}), 422, "Hãy ghi lý do mở lại đợt.")
	has(t, lan.post("/placements", url.Values{"asset": {string(a.ID)}, "location": {string(h.face("PN-2").ID)}, "from": {day(1)}, "last": {day(2)},
		"campaign": {strings.TrimPrefix(at, "/campaigns/")}}), 409, "Đợt này đã đóng")
	has(t, lan.follow(lan.post(at+"/state", url.Values{"rev": {"3"}, "state": {"wrapping_up"}, "reason": {"còn ảnh phải nộp"}})), 200, "Đang thu dọn", "Mở lại đợt")
	has(t, an.get(at), 200, "Còn đang treo")
	lacks(t, an.get(at), `name="state"`)
	has(t, an.post(at+"/state", url.Values{"rev": {"4"}, "state": {"closed"}}), 403)
	if got := lan.get("/campaigns/khong-co"); got.Status != 404 {
		t.Errorf("no such campaign: %d", got.Status)
	}
}
