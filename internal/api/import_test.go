package api_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

func TestAProgramTriesAnImportThenAgreesToIt(t *testing.T) {
	s := open(t)
	s.do("lan", "POST", "/locations", `{"kind": "face", "code": "PN-9", "name": "Mặt Tây"}`, 201)
	const csv = "Code,Kind,Name,Latitude,Longitude\nPN-9,face,Mặt Đông,20.9,106.3\nPN-10,face,Mặt mới,,\n"
	tried := s.do("lan", "POST", "/locations/import", csv, 200, "Content-Type", "text/csv")
	rows := fmt.Sprint(tried["rows"].([]any)[0].(map[string]any)["changes"])
	if tried["done"] != false || tried["new"] != 1.0 || tried["changed"] != 1.0 || rows != "[map[column:name is:Mặt Đông was:Mặt Tây] map[column:lat is:20.9] map[column:lon is:106.3]]" {
		t.Errorf("%v", tried)
	}
	s.do("lan", "GET", "/locations/PN-10", "", 404)
	s.do("lan", "POST", "/locations/import?agree=wrong", csv, 409)
	if done := s.do("lan", "POST", "/locations/import?agree="+url.QueryEscape(tried["digest"].(string)), csv, 200); done["done"] != true {
		t.Errorf("%v", done)
	}
	s.do("lan", "GET", "/locations/PN-10", "", 200)
	bad := s.do("lan", "POST", "/locations/import", "Code;Kind;Name\nPN-11;tree;x\n", 200, "Accept-Language", "en")["rows"].([]any)[0].(map[string]any)
	if bad["fate"] != "bad" || bad["column"] != "kind" || bad["problem_code"] != "location.unknown_kind" || !strings.Contains(fmt.Sprint(bad["problem"]), "tree") {
		t.Errorf("%v", bad)
	}
	s.do("lan", "POST", "/locations/import", "no table", 422)
	s.do("lan", "POST", "/locations/import", strings.Repeat("x", 9<<20), 413)
	s.do("nobody", "POST", "/locations/import", csv, 401)
}
