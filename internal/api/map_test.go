package api_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestAMapTellsPlacesAndTheirStatesOnADay(t *testing.T) {
	s := open(t)
	a := s.upload("lan", "/assets", 201, "a.png", asPNG(90, 60, 1), nil, field{"title", "Phướn"})
	site := s.do("lan", "POST", "/locations", `{"kind": "site", "code": "MX", "name": "Ngã tư", "lat": 20.94, "lon": 106.33}`, 201)
	s.do("lan", "POST", "/locations", fmt.Sprintf(`{"kind": "face", "code": "MX-1", "name": "Mặt Đông", "parent": %q}`, site["id"]), 201)
	s.do("lan", "POST", "/locations", `{"kind": "face", "code": "PN-9", "name": "Mặt Tây", "lat": 20.95, "lon": 106.4}`, 201)
	s.do("lan", "POST", "/locations", `{"kind": "face", "code": "PN-0", "name": "Không rõ đâu"}`, 201)
	s.do("lan", "POST", "/placements", fmt.Sprintf(`{"asset": %q, "location": "PN-9", "from": "2031-12-01", "until": "2031-12-25"}`, a["id"]), 201)
	got := s.do("lan", "GET", "/map?on=2031-12-24", "", 200)
	pins := got["pins"].(map[string]any)
	if said := fmt.Sprint(pins["code"], pins["lat"], pins["area"], pins["areas"]); said != "[MX-1 PN-9] [20.94 20.95] [MX PN-9] map[MX:Ngã tư]" || got["states"] != "fp" || got["nowhere"] != 1.0 || got["day"] != "2031-12-24" {
		t.Errorf("%s %v", said, got)
	}
	next := s.do("lan", "GET", "/map?on=2031-12-25&only=states", "", 200)
	if next["states"] != "ff" || next["pins"] != nil || next["stamp"] != got["stamp"] {
		t.Errorf("the day after: %v, the stamp was %v", next, got["stamp"])
	}
	s.do("lan", "PATCH", "/locations/"+pins["id"].([]any)[1].(string), `{"lat": 20.951, "lon": 106.4}`, 200, "If-Match", `"1"`)
	if moved := s.do("lan", "GET", "/map", "", 200); moved["stamp"] == got["stamp"] {
		t.Error("a pin was moved and the stamp is the same")
	}
	for query, want := range map[string]string{"q=dong": "[MX-1]", "kind=site": "[MX]", "closed=true": "[]", "box=106.39,20,107,21": "[PN-9]", "box=-1,-1,1,1": "[]"} {
		if got := s.do("lan", "GET", "/map?"+query, "", 200)["pins"].(map[string]any)["code"]; fmt.Sprint(got) != want {
			t.Errorf("%s: %v, want %s", query, got, want)
		}
	}
	for _, bad := range []string{"on=x", "box=1,2,3", "box=1,2,3,x", "box=3,2,1,4", "box=NaN,1,2,3", "only=pins", "closed=maybe"} {
		s.do("lan", "GET", "/map?"+bad, "", 422)
	}
	s.do("nobody", "GET", "/map", "", 401)
	if !strings.Contains(fmt.Sprint(s.do("lan", "GET", "/openapi.json", "", 200)["paths"]), "get-map") {
		t.Error("the document does not know the map")
	}
}
