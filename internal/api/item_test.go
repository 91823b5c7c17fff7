package api_test

import (
	"fmt"
	"testing"
)

// TestItemsAreMovedByTheAPI: one and many, by who has read where they are.
func TestItemsAreMovedByTheAPI(t *testing.T) {
	s := open(t)
	a := s.upload("lan", "/assets", 201, "a.png", asPNG(40, 30, 1), nil, field{"title", "Bến sông"})
	for _, code := range []string{"KHO-1", "KHO-2"} {
		s.do("lan", "POST", "/locations", fmt.Sprintf(`{"kind":"store","code":%q,"name":"Kho"}`, code), 201)
	}
	s.do("an", "POST", "/items", `{"title":"x","location":"KHO-1"}`, 403)
	s.do("lan", "POST", "/items", `{"title":"x","location":"KHO-9"}`, 422)
	made := s.do("lan", "POST", "/items", fmt.Sprintf(`{"asset":%q,"location":"KHO-1","count":2}`, a["id"]), 201)["items"].([]any)
	one, two := made[0].(map[string]any), made[1].(map[string]any)
	if one["title"] != "Bến sông" || one["location_code"] != "KHO-1" || one["condition"] != "good" || one["asset"] != a["id"] || one["code"] == two["code"] {
		t.Fatalf("made %v", one)
	}
	path := "/items/" + one["id"].(string)
	s.do("minh", "GET", path, "", 404)
	if got := s.do("kiem", "GET", "/items/"+one["code"].(string), "", 200); got["id"] != one["id"] {
		t.Errorf("by code: %v", got)
	}
	s.do("lan", "PATCH", path, `{"condition":"worn"}`, 428)
	if got := s.do("lan", "PATCH", path, `{"condition":"worn"}`, 200, "If-Match", `"1"`); got["condition"] != "worn" || got["rev"] != 2.0 || got["version"] != one["version"] {
		t.Errorf("edited: %v", got)
	}
	move := fmt.Sprintf(`{"to":"KHO-2","reason":"kiểm kê","latest":%q}`, one["latest"])
	s.do("kiem", "POST", path+"/move", move, 403)
	s.do("minh", "POST", path+"/move", move, 404)
	moved := s.do("an", "POST", path+"/move", move, 200)["items"].([]any)[0].(map[string]any)
	if moved["reason"] != "kiểm kê" || moved["by"] != "AN" || moved["authorised"] != "AN" || moved["from"] != one["location"] {
		t.Errorf("moved: %v", moved)
	}
	both := fmt.Sprintf(`{"to":"KHO-2","reason":"kiểm kê","authorised":"Trưởng kho","items":[{"item":%q,"latest":%q},{"item":%q,"latest":%q}]}`, two["id"], two["latest"], one["id"], one["latest"])
	p := s.do("lan", "POST", "/items/move", both, 409)
	if by, _ := p["by"].(map[string]any); p["code"] != "item.moved_since" || by["by"] != "AN" || by["latest"] != moved["id"] {
		t.Errorf("overtaken: %v", p)
	}
	if here := s.do("lan", "GET", "/items?location=KHO-1", "", 200); here["total"] != 1.0 {
		t.Errorf("all or nothing: %v", here)
	}
	s.do("lan", "POST", "/items/moves/"+moved["batch"].(string)+"/undo", "", 200)
	s.do("lan", "POST", "/items/moves/"+moved["batch"].(string)+"/undo", "", 409)
	trips := s.do("lan", "GET", path+"/movements?limit=2", "", 200)
	if all := trips["items"].([]any); len(all) != 2 || all[0].(map[string]any)["undoes"] != moved["batch"] {
		t.Errorf("trips: %v", trips)
	}
	if older := s.do("lan", "GET", path+"/movements?limit=2&cursor="+trips["next"].(string), "", 200); len(older["items"].([]any)) != 1 || older["next"] != nil {
		t.Errorf("older trips: %v", older)
	}
	if found := s.do("lan", "GET", "/items?q=ben+song&condition=worn", "", 200); found["total"] != 1.0 {
		t.Errorf("found: %v", found)
	}
	s.do("minh", "GET", "/items?asset="+a["id"].(string), "", 404)
}
