package api_test

import (
	"fmt"
	"testing"
)

func TestScheduleTellsTheRowsOfThePage(t *testing.T) {
	s := open(t)
	a := s.upload("lan", "/assets", 201, "a.png", asPNG(90, 60, 1), nil, field{"title", "Phướn kín"})
	site := s.do("lan", "POST", "/locations", `{"kind": "site", "code": "MX", "name": "Ngã tư"}`, 201)
	s.do("lan", "POST", "/locations", fmt.Sprintf(`{"kind": "face", "code": "MX-1", "name": "Mặt Đông", "parent": %q}`, site["id"]), 201)
	s.do("lan", "POST", "/locations", `{"kind": "face", "code": "PN-9", "name": "Mặt Tây"}`, 201)
	for code, from := range map[string]string{"MX-1": "2031-12-01", "PN-9": "2031-12-20"} {
		s.do("lan", "POST", "/placements", fmt.Sprintf(`{"asset": %q, "location": %q, "from": %q, "until": "2031-12-25"}`, a["id"], code, from), 201)
	}
	got := s.do("lan", "GET", "/schedule?from=2031-12-01&to=2031-12-21", "", 200)
	rows := got["items"].([]any)
	if got["total"] != 2.0 || len(rows) != 2 {
		t.Fatalf("%v", got)
	}
	row := rows[0].(map[string]any)
	p := row["placements"].([]any)[0].(map[string]any)
	if row["code"] != "MX-1" || row["area"] != site["id"] || row["area_name"] != "Ngã tư" || p["title"] != "Phướn kín" || p["until"] != "2031-12-25" || p["rev"] != 1.0 {
		t.Errorf("the first row is %v", row)
	}
	for query, want := range map[string]float64{"from=2031-12-01&to=2031-12-20": 1, "from=2031-12-25&to=2032-01-25": 0, "from=2031-12-01&to=2031-12-30&site=MX": 1,
		"from=2031-12-01&to=2031-12-30&state=planned": 2, "from=2031-12-01&to=2031-12-30&state=installed": 0, "from=2031-12-01&to=2031-12-02&all=true": 2} {
		if got := s.do("lan", "GET", "/schedule?"+query, "", 200); got["total"] != want {
			t.Errorf("%s: %v, want %v", query, got["total"], want)
		}
	}
	first := s.do("lan", "GET", "/schedule?from=2031-12-01&to=2031-12-30&limit=1", "", 200)
	second := s.do("lan", "GET", "/schedule?from=2031-12-01&to=2031-12-30&limit=1&cursor="+first["next"].(string), "", 200)
	if second["items"].([]any)[0].(map[string]any)["code"] != "PN-9" || second["next"] != nil {
		t.Errorf("the second page is %v", second)
	}
	foreign := s.do("minh", "GET", "/schedule?from=2031-12-01&to=2031-12-30", "", 200)["items"].([]any)[0].(map[string]any)["placements"].([]any)[0].(map[string]any)
	if foreign["title"] != nil || foreign["asset"] != nil || foreign["agency_name"] != "Đơn vị SVH" {
		t.Errorf("another agency is told %v", foreign)
	}
	for _, bad := range []string{"", "from=2031-12-01", "from=x&to=2031-12-02", "from=2031-12-02&to=2031-12-02", "from=2031-01-01&to=2033-01-01", "from=2031-12-01&to=2031-12-02&by=colour", "from=2031-12-01&to=2031-12-02&cursor=x"} {
		s.do("lan", "GET", "/schedule?"+bad, "", 422)
	}
	s.do("lan", "GET", "/schedule?from=2031-12-01&to=2031-12-02&site=none", "", 404)
	s.do("lan", "GET", "/schedule?from=2031-12-01&to=2031-12-02&campaign=none", "", 404)
	s.do("nobody", "GET", "/schedule?from=2031-12-01&to=2031-12-02", "", 401)
}
