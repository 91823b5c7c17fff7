package api_test

import (
	"fmt"
	"testing"
)

// wall makes a wall of 6000 × 2400 mm with two works on it, at 1000 and 3000 mm,
// and returns the placements.
func (s *site) wall() (a, b string) {
	s.t.Helper()
	s.do("lan", "POST", "/locations", `{"kind":"wall","code":"T-1","name":"Tường A","width_mm":6000,"height_mm":2400}`, 201)
	asset := s.upload("lan", "/assets", 201, "a.png", asPNG(40, 30, 1), nil, field{"title", "Bến sông"})["id"]
	hang := func(x int) string {
		body := fmt.Sprintf(`{"asset":%q,"location":"T-1","from":"2026-12-01","until":"2026-12-21","x_mm":%d,"y_mm":500,"width_mm":800,"height_mm":600}`, asset, x)
		return s.do("lan", "POST", "/placements", body, 201)["id"].(string)
	}
	return hang(1000), hang(3000)
}

func layout(spots ...string) string {
	body := `{"placements":[`
	for i, s := range spots {
		if i > 0 {
			body += ","
		}
		body += s
	}
	return body + "]}"
}

func spot(id string, rev, x int) string {
	return fmt.Sprintf(`{"id":%q,"rev":%d,"x_mm":%d,"y_mm":500,"width_mm":800,"height_mm":600,"hook_mm":40}`, id, rev, x)
}

func TestALayoutIsSavedInOneRequest(t *testing.T) {
	s := open(t)
	a, b := s.wall()
	got := s.do("lan", "PUT", "/locations/T-1/layout", layout(spot(a, 1, 3000), spot(b, 1, 1000)), 200)["items"].([]any)
	if len(got) != 2 {
		t.Fatalf("saved %v", got)
	}
	if p := s.do("lan", "GET", "/placements/"+a, "", 200); p["x_mm"] != 3000.0 || p["hook_mm"] != 40.0 || p["rev"] != 2.0 {
		t.Errorf("kept %v", p)
	}
	stale := s.do("lan", "PUT", "/locations/T-1/layout", layout(spot(b, 2, 0), spot(a, 1, 4000)), 412)
	by := stale["by"].([]any)[0].(map[string]any)
	if stale["code"] != "wall.overtaken" || by["placement"] != a || by["by"] != "LAN" || by["rev"] != 2.0 ||
		by["was"].(map[string]any)["x_mm"] != 1000.0 || by["is"].(map[string]any)["x_mm"] != 3000.0 {
		t.Errorf("stale: %v", stale)
	}
	taken := s.do("lan", "PUT", "/locations/T-1/layout", layout(spot(b, 2, 1000), spot(a, 2, 1100)), 409)
	if taken["code"] != "placement.taken" || taken["field"] != "placements[1].x_mm" || taken["about"] != "Bến sông" || taken["by"].(map[string]any)["placement"] != b {
		t.Errorf("taken: %v", taken)
	}
	if off := s.do("lan", "PUT", "/locations/T-1/layout", layout(spot(a, 2, 5300)), 422); off["code"] != "placement.off_wall" || off["field"] != "placements[0].x_mm" {
		t.Errorf("off the wall: %v", off)
	}
	s.do("lan", "PUT", "/locations/T-1/layout", layout(spot(a, 0, 0)), 428)
	s.do("an", "PUT", "/locations/T-1/layout", layout(spot(a, 2, 0)), 403)
	s.do("minh", "PUT", "/locations/T-1/layout", layout(spot(a, 2, 0)), 403)
}

func TestBlockedAreasOfAWall(t *testing.T) {
	s := open(t)
	s.wall()
	b := s.do("lan", "POST", "/locations/T-1/blocked", `{"kind":"exit","x_mm":5000,"y_mm":100,"width_mm":400,"height_mm":200}`, 201)
	path := "/locations/T-1/blocked/" + b["id"].(string)
	if p := s.do("lan", "POST", "/locations/T-1/blocked", `{"kind":"door","x_mm":5900,"y_mm":100,"width_mm":400,"height_mm":200}`, 422); p["code"] != "blocked.off_wall" {
		t.Errorf("off the wall: %v", p)
	}
	s.do("lan", "PUT", path, `{"kind":"door","x_mm":5000,"y_mm":300,"width_mm":900,"height_mm":2100}`, 428)
	s.do("lan", "PUT", path, `{"kind":"door","x_mm":5000,"y_mm":300,"width_mm":900,"height_mm":2100}`, 200, "If-Match", `"1"`)
	s.do("lan", "PUT", path, `{"kind":"door","x_mm":5000,"y_mm":300,"width_mm":900,"height_mm":2100}`, 412, "If-Match", `"1"`)
	list := s.do("an", "GET", "/locations/T-1/blocked", "", 200)["items"].([]any)
	if len(list) != 1 || list[0].(map[string]any)["kind"] != "door" || list[0].(map[string]any)["rev"] != 2.0 {
		t.Errorf("listed %v", list)
	}
	s.do("an", "POST", "/locations/T-1/blocked", `{"kind":"exit","x_mm":0,"y_mm":0,"width_mm":4,"height_mm":2}`, 403)
	if code, _, body := s.call("lan", "DELETE", path, nil); code != 204 {
		t.Errorf("removed: %d %s", code, body)
	}
	s.do("lan", "DELETE", path, "", 404)
	eye := s.do("lan", "PATCH", "/locations/T-1", `{"eye_mm":1450}`, 200, "If-Match", `"1"`)
	if eye["eye_mm"] != 1450.0 {
		t.Errorf("eye line: %v", eye)
	}
}
