package api_test

import (
	"fmt"
	"testing"
)

// TestAnExhibitionIsMadeByTheAPI, from its idea to a work on a wall.
func TestAnExhibitionIsMadeByTheAPI(t *testing.T) {
	s := open(t)
	a := s.upload("lan", "/assets", 201, "a.png", asPNG(40, 30, 1), nil, field{"title", "Bến sông"}, field{"width_mm", "1200"}, field{"height_mm", "800"})
	s.do("lan", "POST", "/locations", `{"kind":"venue","code":"NTL","name":"Nhà triển lãm"}`, 201)
	s.do("lan", "POST", "/locations", fmt.Sprintf(`{"kind":"wall","code":"NTL-A","name":"Tường A","parent":%q,"width_mm":6000,"height_mm":3000}`, s.do("lan", "GET", "/locations/NTL", "", 200)["id"]), 201)
	s.do("an", "POST", "/exhibitions", `{"code":"XD","title":"x"}`, 403)
	s.do("lan", "POST", "/exhibitions", `{"code":"XD","title":"x","venue":"ABC"}`, 422)
	e := s.do("lan", "POST", "/exhibitions", `{"code":"XD","title":"Xứ Đông","venue":"NTL","from":"2031-12-01","until":"2031-12-21"}`, 201)
	path := "/exhibitions/" + e["id"].(string)
	s.do("lan", "POST", path+"/works", `{}`, 422)
	e = s.do("lan", "POST", path+"/works", fmt.Sprintf(`{"assets":[%q]}`, a["id"]), 201)
	work := e["works"].([]any)[0].(map[string]any)
	if work["number"] != 1.0 || work["asset"] != a["id"] || e["works_total"] != 1.0 || len(e["missing"].([]any)) == 0 {
		t.Fatalf("listed: %v", e)
	}
	label := path + "/works/" + work["id"].(string) + "/label"
	s.do("lan", "PUT", label, `{"title":"Bến sông","title_en":"River landing"}`, 428)
	s.do("minh", "PUT", label, `{"title":"x"}`, 403, "If-Match", `"1"`)
	s.do("lan", "PUT", label, `{"title":"Bến sông","title_en":"River landing"}`, 200, "If-Match", `"1"`)
	e = s.do("lan", "POST", path+"/sections", `{"title":"Đất"}`, 201)
	section := e["sections"].([]any)[0].(map[string]any)["id"]
	order := fmt.Sprintf(`{"works":[{"id":%q,"section":%q}]}`, work["id"], section)
	s.do("lan", "PUT", path+"/works", order, 412, "If-Match", `"1"`)
	e = s.do("lan", "PUT", path+"/works", order, 200, "If-Match", fmt.Sprintf(`"%v"`, e["rev"]))
	if got := e["works"].([]any)[0].(map[string]any); got["section"] != section || got["label"].(map[string]any)["title_en"] != "River landing" {
		t.Errorf("in order: %v", got)
	}
	e = s.do("lan", "PATCH", path, `{"state":"dossier"}`, 200, "If-Match", fmt.Sprintf(`"%v"`, e["rev"]))
	s.do("lan", "PATCH", path, `{"state":"licensed"}`, 422, "If-Match", fmt.Sprintf(`"%v"`, e["rev"]))
	e = s.do("lan", "PATCH", path, `{"licence":"12/GP"}`, 200, "If-Match", fmt.Sprintf(`"%v"`, e["rev"]))
	p := s.do("lan", "POST", "/placements", fmt.Sprintf(`{"asset":%q,"location":"NTL-A","from":"2031-12-01","until":"2031-12-21","exhibition":%q,"x_mm":500,"y_mm":900}`, a["id"], e["id"]), 201)
	if p["exhibition"] != e["id"] {
		t.Errorf("placed: %v", p)
	}
	s.do("lan", "DELETE", path+"/works/"+work["id"].(string), "", 409)
	got := s.do("minh", "GET", path, "", 200)
	if w := got["works"].([]any)[0].(map[string]any); w["asset"] != nil || w["location_code"] != "NTL-A" {
		t.Errorf("to another agency: %v", w)
	}
	if list := s.do("kiem", "GET", "/exhibitions?q=xu+dong", "", 200); len(list["items"].([]any)) != 1 {
		t.Errorf("found: %v", list)
	}
	s.do("lan", "POST", "/placements/"+p["id"].(string)+"/cancel", "", 200)
	s.do("lan", "DELETE", path+"/works/"+work["id"].(string), "", 204)
}
