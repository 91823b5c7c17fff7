package api_test

import (
	"fmt"
	"testing"
)

func TestAFloorPlanIsSetAndReadByTheAPI(t *testing.T) {
	s := open(t)
	a := s.upload("lan", "/assets", 201, "a.png", asPNG(800, 400, 1), nil, field{"title", "Mặt bằng"})
	venue := s.do("lan", "POST", "/locations", `{"kind":"venue","code":"NTL","name":"Nhà triển lãm"}`, 201)
	wall := s.do("lan", "POST", "/locations", fmt.Sprintf(`{"kind":"wall","code":"NTL-A","name":"Tường A","parent":%q,"width_mm":6000,"height_mm":3000}`, venue["id"]), 201)
	e := s.do("lan", "POST", "/exhibitions", `{"code":"XD","title":"Xứ Đông","venue":"NTL"}`, 201)
	e = s.do("lan", "POST", "/exhibitions/"+e["id"].(string)+"/works", fmt.Sprintf(`{"assets":[%q]}`, a["id"]), 201)
	at := "/exhibitions/" + e["id"].(string) + "/floor"
	s.do("lan", "GET", at, "", 404)
	picture := fmt.Sprintf(`{"asset":%q`, a["id"])
	if f := s.do("lan", "PUT", at, picture+`}`, 200); f["rev"] != 1.0 || f["scale"] != nil {
		t.Errorf("laid: %v", f)
	}
	const scale = `,"scale":{"x1":0.1,"y1":0.5,"x2":0.6,"y2":0.5,"length_mm":10000}`
	marks := fmt.Sprintf(`,"walls":[{"location":%q,"x1_mm":0,"y1_mm":0,"x2_mm":7000,"y2_mm":0}],"pins":[{"work":%q,"x_mm":1,"y_mm":2},{"name":"Bục","x_mm":3,"y_mm":4}]}`,
		wall["id"], e["works"].([]any)[0].(map[string]any)["id"])
	s.do("lan", "PUT", at, picture+scale+marks, 428)
	s.do("lan", "PUT", at, picture+marks, 422, "If-Match", `"1"`)
	s.do("minh", "PUT", at, picture+scale+marks, 403, "If-Match", `"1"`)
	f := s.do("lan", "PUT", at, picture+scale+marks, 200, "If-Match", `"1"`)
	s.do("lan", "PUT", at, picture+scale+marks, 412, "If-Match", `"1"`)
	drawn := f["walls"].([]any)[0].(map[string]any)
	if f["width_mm"] != 20000.0 || drawn["length_mm"] != 7000.0 || drawn["width_mm"] != 6000.0 || drawn["differs"] != true || len(f["pins"].([]any)) != 2 {
		t.Errorf("drawn: %v", f)
	}
	got := s.do("minh", "GET", at, "", 200)
	if got["asset"] != nil || got["rev"] != 2.0 || len(got["walls"].([]any)) != 1 {
		t.Errorf("to another agency: %v", got)
	}
	s.do("nobody", "GET", at, "", 401)
}
