package api_test

import (
	"fmt"
	"testing"
	"time"

	"pano/internal/pano"
)

// TestWorkOrdersAreKeptByPrograms goes through every operation about work orders
// and crews, and through those that move a campaign.
func TestWorkOrdersAreKeptByPrograms(t *testing.T) {
	s := open(t)
	today := pano.DayOf(time.Now())
	c := s.do("lan", "POST", "/campaigns", fmt.Sprintf(`{"code": "LH26", "name": "Lễ hội", "from": %q, "until": %q}`, today, today+20), 201)
	a := s.upload("lan", "/assets", 201, "a.png", asPNG(90, 60, 1), nil, field{"title", "Phướn kín"})
	s.do("lan", "POST", "/locations", `{"kind": "face", "code": "PN-1", "name": "Mặt Đông", "lat": 20.94, "lon": 106.33, "address": "4 Bạch Đằng"}`, 201)
	p := s.do("lan", "POST", "/placements", fmt.Sprintf(`{"asset": %q, "location": "PN-1", "from": %q, "until": %q, "campaign": %q}`, a["id"], today+3, today+20, c["id"]), 201)
	s.do("lan", "POST", fmt.Sprintf("/placements/%s/confirm", p["id"]), "", 200)

	list := s.do("lan", "GET", "/work?kind=install&campaign=LH26", "", 200)
	if list["total"] != 1.0 {
		t.Fatalf("%v", list)
	}
	w := list["items"].([]any)[0].(map[string]any)
	if w["kind"] != "install" || w["state"] != "open" || w["auto"] != true || w["due"] != (today+2).String() || w["late"] != false || w["area_code"] != "PN-1" {
		t.Errorf("it is ordered so: %v", w)
	}
	one := s.do("lan", "GET", fmt.Sprintf("/work/%s", w["code"]), "", 200)
	line := one["lines"].([]any)[0].(map[string]any)
	if line["state"] != "todo" || line["address"] != "4 Bạch Đằng" || line["lat"] != 20.94 || line["placement"].(map[string]any)["title"] != "Phướn kín" {
		t.Errorf("its line is %v", line)
	}
	for _, who := range []string{"minh", "nobody"} {
		s.do(who, "GET", fmt.Sprintf("/work/%s", w["id"]), "", map[string]int{"minh": 404, "nobody": 401}[who])
	}
	if got := s.do("minh", "GET", "/work", "", 200); got["total"] != 0.0 {
		t.Errorf("another agency is told %v", got)
	}

	crew := s.do("lan", "POST", "/crews", fmt.Sprintf(`{"agency": %q, "name": "Tổ 1", "members": [%q]}`, w["agency"], s.people["nam"].ID), 201)
	s.do("lan", "POST", "/crews", fmt.Sprintf(`{"agency": %q, "name": "Tổ 1"}`, w["agency"]), 409)
	s.do("kiem", "GET", "/crews", "", 403)
	s.do("lan", "PATCH", fmt.Sprintf("/crews/%s", crew["id"]), `{"phone": "0220"}`, 428)
	s.do("lan", "PATCH", fmt.Sprintf("/crews/%s", crew["id"]), `{"phone": "0220"}`, 200, "If-Match", `"1"`)
	s.do("lan", "PATCH", fmt.Sprintf("/crews/%s", crew["id"]), `{"phone": "0221"}`, 412, "If-Match", `"1"`)
	s.do("minh", "PATCH", fmt.Sprintf("/crews/%s", crew["id"]), `{"phone": "0220"}`, 404, "If-Match", `"2"`)
	if got := s.do("lan", "GET", "/crews", "", 200)["items"].([]any); len(got) != 1 || got[0].(map[string]any)["phone"] != "0220" {
		t.Errorf("the crews are %v", got)
	}
	s.do("nam", "POST", "/work/assign", fmt.Sprintf(`{"works": [%q]}`, w["id"]), 403)
	s.do("minh", "POST", "/work/assign", fmt.Sprintf(`{"works": [%q]}`, w["id"]), 404)
	if got := s.do("lan", "POST", "/work/assign", fmt.Sprintf(`{"works": [%q], "crew": %q}`, w["id"], crew["id"]), 200); got["changed"] != 1.0 {
		t.Errorf("assigned: %v", got)
	}
	if got := s.do("nam", "GET", "/work?mine=true", "", 200); got["total"] != 1.0 {
		t.Errorf("the crew is told %v", got)
	}
	if got := s.do("nam", "GET", fmt.Sprintf("/schedule?from=%s&to=%s", today, today+9), "", 200); got["total"] != 1.0 {
		t.Errorf("the crew's schedule: %v", got)
	}
	s.do("nam", "POST", fmt.Sprintf("/work/%s/start", w["id"]), "", 200)
	s.do("nam", "POST", fmt.Sprintf("/work/%s/start", w["id"]), "", 409)
	started := s.do("lan", "GET", fmt.Sprintf("/work/%s", w["id"]), "", 200)
	s.do("lan", "PATCH", fmt.Sprintf("/work/%s", w["id"]), fmt.Sprintf(`{"due": %q, "note": "sau bão"}`, today+1), 200, "If-Match", fmt.Sprintf(`"%v"`, started["rev"]))
	s.do("lan", "POST", fmt.Sprintf("/work/%s/cancel", w["code"]), `{"reason": ""}`, 422)
	over := s.do("lan", "POST", fmt.Sprintf("/work/%s/cancel", w["code"]), `{"reason": "mưa"}`, 200)
	if over["state"] != "cancelled" || over["reason"] != "mưa" || over["note"] != "sau bão" || over["ended_by"] != string(s.people["lan"].ID) {
		t.Errorf("cancelled it is %v", over)
	}
	made := s.do("lan", "POST", "/work", fmt.Sprintf(`{"kind": "install", "due": %q, "placements": [%q], "person": %q}`, today+1, p["id"], s.people["nam"].ID), 201)
	if made["state"] != "assigned" || made["whose"] != "NAM" || made["auto"] != false {
		t.Errorf("made by hand it is %v", made)
	}
	s.do("lan", "POST", "/work", fmt.Sprintf(`{"kind": "install", "due": %q, "placements": [%q]}`, today+1, p["id"]), 409)

	s.do("lan", "POST", fmt.Sprintf("/placements/%s/install", p["id"]), `{"note": "không chụp được"}`, 200)
	if got := s.do("lan", "GET", fmt.Sprintf("/work/%s", made["id"]), "", 200); got["state"] != "done" || got["done"] != 1.0 {
		t.Errorf("hung, its order is %v", got)
	}
	at := fmt.Sprintf("/campaigns/%s/state", c["id"])
	s.do("lan", "GET", "/campaigns/LH26", "", 200)
	s.do("lan", "POST", at, `{"state": "running"}`, 428)
	s.do("lan", "POST", at, `{"state": "closed"}`, 409, "If-Match", `"1"`)
	s.do("nam", "POST", at, `{"state": "closed"}`, 403, "If-Match", `"1"`)
	closed := s.do("lan", "POST", at, `{"state": "closed", "reason": "giữ lại"}`, 200, "If-Match", `"1"`)
	if closed["state"] != "closed" || closed["reason"] != "giữ lại" || closed["rev"] != 2.0 {
		t.Errorf("closed it is %v", closed)
	}
	s.do("lan", "POST", at, `{"state": "wrapping_up"}`, 422, "If-Match", `"2"`)
	s.do("lan", "POST", at, `{"state": "wrapping_up", "reason": "còn ảnh"}`, 200, "If-Match", `"2"`)
}
