package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"strings"
	"testing"
)

// prove posts a proof and reads the answer, which must have that status.
func (s *site) prove(as, placement string, want int, pictures map[string][]byte, fields ...field) map[string]any {
	s.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, data := range pictures {
		p, _ := w.CreateFormFile(name, name+".jpg")
		p.Write(data)
	}
	for _, f := range fields {
		w.WriteField(f.name, f.value)
	}
	w.Close()
	code, _, data := s.call(as, "POST", "/placements/"+placement+"/proofs", &b, "Content-Type", w.FormDataContentType())
	if code != want {
		s.t.Fatalf("proof as %s: %d, want %d\n%s", as, code, want, data)
	}
	var out map[string]any
	if err := json.Unmarshal(data, &out); err != nil {
		s.t.Fatalf("%v\n%s", err, data)
	}
	return out
}

func TestProofIsPostedListedAndDecided(t *testing.T) {
	s := open(t)
	a := s.upload("lan", "/assets", 201, "a.jpg", asPNG(64, 32, 1), nil, field{"title", "Hội đền"})
	l := s.do("lan", "POST", "/locations", `{"kind":"face","code":"PN-01","name":"Mặt Đông","lat":20.94,"lon":106.33}`, 201)
	p := s.do("lan", "POST", "/placements", fmt.Sprintf(`{"asset":%q,"location":%q,"from":"2026-12-01","until":"2026-12-21"}`, a["id"], l["id"]), 201)
	id := p["id"].(string)
	pictures := map[string][]byte{"near": asPNG(64, 32, 1), "wide": asPNG(60, 60, 2)}
	fields := []field{{"kind", "installed"}, {"lat", "20.940108"}, {"lon", "106.33"}, {"accuracy_m", "8"}, {"taken_at", "2026-12-01T07:30:00+07:00"}, {"client_uuid", "8e0f6a0e-6b43-4a0d-9a35-6d3e4d6f4c10"}}
	first := s.prove("lan", id, 201, pictures, fields...)
	again := s.prove("lan", id, 200, pictures, fields...)
	if first["id"] != again["id"] || first["placement_state"] != "installed" || first["state"] != "waiting" || first["client_uuid"] != "8e0f6a0e-6b43-4a0d-9a35-6d3e4d6f4c10" ||
		first["taken_at"] != "2026-12-01T00:30:00Z" || first["wide_sha256"] == nil || fmt.Sprintf("%.0f", first["distance_m"]) != "12" {
		t.Errorf("first %v\nagain %v", first, again)
	}
	list := s.do("lan", "GET", "/placements/"+id+"/proofs", "", 200)
	if n := len(list["items"].([]any)); n != 1 {
		t.Errorf("%d proofs", n)
	}
	if waiting := s.do("lan", "GET", "/proofs", "", 200); waiting["total"] != 1.0 {
		t.Errorf("waiting: %v", waiting)
	}
	proof := "/proofs/" + first["id"].(string)
	if e := s.do("lan", "POST", proof+"/again", `{"why":""}`, 422); e["code"] != "proof.no_why" || e["field"] != "why" {
		t.Errorf("without a reason: %v", e)
	}
	if got := s.do("lan", "POST", proof+"/again", `{"why":"mờ"}`, 200); got["state"] != "again" || got["why"] != "mờ" {
		t.Errorf("asked again: %v", got)
	}
	if got := s.do("lan", "POST", proof+"/accept", "", 200); got["state"] != "accepted" || got["placement_state"] != "verified" {
		t.Errorf("accepted: %v", got)
	}
	if e := s.do("lan", "POST", proof+"/accept", "", 409); e["code"] != "proof.decided" {
		t.Errorf("twice: %v", e)
	}
	for _, x := range []struct {
		as   string
		code int
	}{{"an", 403}, {"kiem", 403}, {"minh", 403}, {"nobody", 401}} {
		s.prove(x.as, id, x.code, pictures, field{"kind", "inspected"}, field{"client_uuid", "another-one"})
		s.do(x.as, "POST", proof+"/again", `{"why":"x"}`, x.code)
	}
	for name, x := range map[string]struct {
		code     int
		field    string
		pictures map[string][]byte
		fields   []field
	}{
		"no near picture":  {422, "near", map[string][]byte{"wide": pictures["wide"]}, []field{{"kind", "installed"}}},
		"no kind":          {422, "kind", pictures, nil},
		"a field too many": {422, "state", pictures, []field{{"kind", "installed"}, {"state", "accepted"}}},
		"no picture":       {415, "near", map[string][]byte{"near": []byte(strings.Repeat("x", 99))}, []field{{"kind", "installed"}}},
		"no time":          {422, "taken_at", pictures, []field{{"kind", "installed"}, {"taken_at", "yesterday"}}},
	} {
		if e := s.prove("lan", id, x.code, x.pictures, x.fields...); e["field"] != x.field {
			t.Errorf("%s: %v", name, e)
		}
	}
}
