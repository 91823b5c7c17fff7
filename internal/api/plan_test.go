package api_test

import (
	"fmt"
	"testing"
)

func TestAPictureIsTiedToTheEarth(t *testing.T) {
	s := open(t)
	a := s.upload("lan", "/assets", 201, "a.png", asPNG(900, 600, 1), nil, field{"title", "Sơ đồ"})
	p := s.do("lan", "POST", "/plans", fmt.Sprintf(`{"name": "Sơ đồ", "asset": %q}`, a["id"]), 201)
	at := "/plans/" + p["id"].(string)
	const two = `{"x": 0, "y": 0, "lat": 20.95, "lon": 106.30}, {"x": 1, "y": 0, "lat": 20.95, "lon": 106.31}`
	s.do("lan", "PUT", at, `{"name": "Sơ đồ", "points": [`+two+`]}`, 428)
	got := s.do("lan", "PUT", at, `{"name": "Sơ đồ", "points": [`+two+`]}`, 200, "If-Match", `"1"`)
	if got["rms_m"].(float64) > 0.01 || got["rev"] != 2.0 || len(got["corners"].([]any)) != 3 {
		t.Errorf("%v", got)
	}
	s.do("lan", "PUT", at, `{"name": "Sơ đồ", "points": [{"x": 2, "y": 0, "lat": 1, "lon": 1}]}`, 422, "If-Match", `"2"`)
	s.do("lan", "PUT", at, `{"name": "Sơ đồ", "points": []}`, 412, "If-Match", `"1"`)
	if all := s.do("lan", "GET", "/plans", "", 200)["items"].([]any); len(all) != 1 {
		t.Errorf("%v", all)
	}
	s.do("nobody", "GET", "/plans", "", 401)
}
