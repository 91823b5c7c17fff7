package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pano/internal/api"
	"pano/internal/auth"
	"pano/internal/hanging"
	"pano/internal/intake"
	"pano/internal/pano"
	"pano/internal/planning"
	"pano/internal/render"
	"pano/storage/blob/files"
	"pano/storage/catalog"
	"pano/web"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == render.ChildCommand {
		os.Exit(render.ChildMain())
	}
	os.Exit(m.Run())
}

// site is the API over a real catalogue and real files. The door, which finds
// out who asks, is package httpd's; here the header As says it.
type site struct {
	*httptest.Server
	t      *testing.T
	intake *intake.Desk
	people map[string]pano.Actor
}

func open(t *testing.T) *site {
	t.Helper()
	dir := t.TempDir()
	db, err := catalog.Open(filepath.Join(dir, "pano.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	store, err := files.Open(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	spool := filepath.Join(dir, "spool")
	if err := os.Mkdir(spool, 0o700); err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	s := &site{t: t, people: map[string]pano.Actor{}}
	s.intake = &intake.Desk{DB: db, Blobs: store, Render: &render.Worker{Exe: exe, Dir: spool, Gate: render.DefaultGate()}, Spool: spool, MaxFile: 8 << 20, Log: log, Now: time.Now}
	pages, err := web.Open(web.Files)
	if err != nil {
		t.Fatal(err)
	}
	s.seed(db)
	h := api.API{DB: db, Blobs: store, Intake: s.intake, Hanging: &hanging.Desk{DB: db}, Planning: &planning.Desk{DB: db},
		Words: pages.Words, Lang: "vi", Version: "test", Log: log}.Handler()
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r.WithContext(auth.With(r.Context(), s.people[r.Header.Get("As")])))
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *site) seed(db *catalog.DB) {
	s.t.Helper()
	ctx := s.t.Context()
	desk := &auth.Desk{DB: db, Data: s.t.TempDir()}
	cli := pano.Server("test")
	agencies := map[string]pano.AgencyID{}
	for _, code := range []string{"SVH", "BT"} {
		a, err := desk.AddAgency(ctx, cli, pano.Agency{Code: code, Name: "Đơn vị " + code})
		if err != nil {
			s.t.Fatal(err)
		}
		agencies[code] = a.ID
	}
	for login, roles := range map[string][]pano.Role{"lan": {pano.Staff, pano.Curator}, "an": {pano.Staff}, "kiem": {pano.Auditor}, "nam": {pano.Installer}, "quan": {pano.Admin}} {
		s.addUser(desk, login, agencies["SVH"], roles)
	}
	s.addUser(desk, "minh", agencies["BT"], []pano.Role{pano.Staff, pano.Curator})
}

func (s *site) addUser(desk *auth.Desk, login string, agency pano.AgencyID, roles []pano.Role) {
	a := auth.Account{Login: login, Name: strings.ToUpper(login), Password: "mật khẩu của " + login}
	for _, r := range roles {
		a.Memberships = append(a.Memberships, pano.Membership{Agency: agency, Role: r})
	}
	u, err := desk.AddUser(s.t.Context(), pano.Server("test"), a)
	if err != nil {
		s.t.Fatal(err)
	}
	s.people[login] = pano.Actor{ID: u.ID, Name: u.Name, Memberships: u.Memberships}
}

// call sends a request as somebody and returns status, headers and body.
func (s *site) call(as, method, path string, body io.Reader, headers ...string) (int, http.Header, []byte) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+api.Prefix+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("As", as)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := s.Client().Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, data
}

// do sends JSON and reads the answer, which must have that status.
func (s *site) do(as, method, path, body string, want int, headers ...string) map[string]any {
	s.t.Helper()
	code, _, data := s.call(as, method, path, strings.NewReader(body), append([]string{"Content-Type", "application/json"}, headers...)...)
	if code != want {
		s.t.Fatalf("%s %s as %s: %d, want %d\n%s", method, path, as, code, want, data)
	}
	var out map[string]any
	if len(data) > 0 {
		if err := json.Unmarshal(data, &out); err != nil {
			s.t.Fatalf("%s %s: %v\n%s", method, path, err, data)
		}
	}
	return out
}

type field struct{ name, value string }

func form(file string, data []byte, fields ...field) (io.Reader, string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if file != "" {
		p, _ := w.CreateFormFile("file", file)
		p.Write(data)
	}
	for _, f := range fields { // after the file: the order must not matter
		w.WriteField(f.name, f.value)
	}
	w.Close()
	return &b, w.FormDataContentType()
}

func (s *site) upload(as, path string, want int, name string, data []byte, headers []string, fields ...field) map[string]any {
	s.t.Helper()
	body, ct := form(name, data, fields...)
	code, _, answer := s.call(as, "POST", path, body, append([]string{"Content-Type", ct}, headers...)...)
	if code != want {
		s.t.Fatalf("POST %s as %s: %d, want %d\n%s", path, as, code, want, answer)
	}
	var out map[string]any
	if err := json.Unmarshal(answer, &out); err != nil {
		s.t.Fatalf("%v\n%s", err, answer)
	}
	return out
}

func pixels(w, h int, seed uint8) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, color.NRGBA{uint8(x), uint8(y) ^ seed, seed, 255})
		}
	}
	return img
}

func asPNG(w, h int, seed uint8) []byte {
	var b bytes.Buffer
	png.Encode(&b, pixels(w, h, seed))
	return b.Bytes()
}

func TestUploadDescribeFindAndDownload(t *testing.T) {
	s := open(t)
	data := asPNG(900, 600, 1)
	a := s.upload("lan", "/assets", 201, "phướn.png", data, nil, field{"title", "Phướn trưng bày"}, field{"kind", "flag-banner"},
		field{"tags", "lễ hội, mùa xuân"}, field{"width_mm", "800"}, field{"height_mm", "2500"})
	id := a["id"].(string)
	if a["title"] != "Phướn trưng bày" || a["kind"] != "flag-banner" || a["version"] != 1.0 || a["media_type"] != "image/png" || a["width"] != 900.0 || a["size"] != float64(len(data)) || len(a["tags"].([]any)) != 2 {
		t.Errorf("created %v", a)
	}
	found := s.do("lan", "GET", "/assets?q=phuon+trung+bay", "", 200)
	if found["total"] != 1.0 || found["items"].([]any)[0].(map[string]any)["id"] != id {
		t.Errorf("phuon trung bay finds %v", found)
	}
	if kinds := found["facets"].(map[string]any)["kind"].(map[string]any); kinds["flag-banner"] != 1.0 {
		t.Errorf("facets %v", kinds)
	}
	if code, h, _ := s.call("lan", "GET", "/assets/"+id+"/thumb", nil); code != 202 || h.Get("Retry-After") == "" {
		t.Errorf("thumb before it is made: %d, Retry-After %q", code, h.Get("Retry-After"))
	}
	if err := s.intake.MakeRenditions(t.Context(), a["sha256"].(string)); err != nil {
		t.Fatal(err)
	}
	code, h, thumb := s.call("lan", "GET", "/assets/"+id+"/thumb?v="+a["sha256"].(string)[:12], nil)
	if cfg, err := jpeg.DecodeConfig(bytes.NewReader(thumb)); code != 200 || err != nil || cfg.Width != 320 || !strings.Contains(h.Get("Cache-Control"), "immutable") {
		t.Errorf("thumb: %d, %v, %v, %s", code, cfg, err, h.Get("Cache-Control"))
	}
	code, h, got := s.call("lan", "GET", "/assets/"+id+"/original", nil)
	if code != 200 || !bytes.Equal(got, data) || h.Get("ETag") != `"`+a["sha256"].(string)+`"` || !strings.Contains(h.Get("Content-Disposition"), "attachment") || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("original: %d, %d bytes, %v", code, len(got), h)
	}
	code, h, part := s.call("lan", "GET", "/assets/"+id+"/original", nil, "Range", "bytes=10-19")
	if code != 206 || !bytes.Equal(part, data[10:20]) || h.Get("Content-Range") != fmt.Sprintf("bytes 10-19/%d", len(data)) {
		t.Errorf("range: %d, %q, %s", code, part, h.Get("Content-Range"))
	}
	if code, _, body := s.call("lan", "GET", "/assets/"+id+"/original", nil, "If-None-Match", h.Get("ETag")); code != 304 || len(body) != 0 {
		t.Errorf("unchanged: %d", code)
	}
}

func TestPrintSizeIsNeverEnlarged(t *testing.T) {
	s := open(t)
	a := s.upload("lan", "/assets", 201, "a.png", asPNG(1000, 700, 1), nil)
	code, h, data := s.call("lan", "GET", "/assets/"+a["id"].(string)+"/print?size=A2&format=png", nil)
	cfg, err := png.DecodeConfig(bytes.NewReader(data))
	if code != 200 || err != nil || cfg.Width > 1000 || cfg.Height != 700 || h.Get("Pano-DPI") != "42.3" {
		t.Errorf("A2 of 1000 × 700: %d, %v, %v, %s dpi", code, cfg, err, h.Get("Pano-DPI"))
	}
	for _, q := range []string{"", "size=B99", "size=A2&format=pdfx4", "size=A2&dpi=0", "size=0x5", "size=A2&bleed=-1", "size=A2&focus=7,7"} {
		if code, _, body := s.call("lan", "GET", "/assets/"+a["id"].(string)+"/print?"+q, nil); code != 422 {
			t.Errorf("print?%s: %d %s", q, code, body)
		}
	}
}

func TestRefusalsAreProblemsInTheCallersLanguage(t *testing.T) {
	s := open(t)
	for _, tt := range []struct {
		lang, want string
	}{{"vi", "thư.jpg: "}, {"en", "thư.jpg: "}} {
		p := s.upload("lan", "/assets", 415, "thư.jpg", []byte("Kính gửi"), []string{"Accept-Language", tt.lang})
		if p["code"] != "picture.unknown" || p["field"] != "file" || p["about"] != "thư.jpg" || !strings.HasPrefix(p["detail"].(string), tt.want) {
			t.Errorf("%s: %v", tt.lang, p)
		}
	}
	vi := s.upload("lan", "/assets", 415, "a.jpg", []byte("x"), []string{"Accept-Language", "vi"})["detail"]
	en := s.upload("lan", "/assets", 415, "a.jpg", []byte("x"), []string{"Accept-Language", "en"})["detail"]
	if vi == en {
		t.Errorf("both languages say %q", vi)
	}
	_, h, _ := s.call("lan", "GET", "/assets/none", nil)
	if h.Get("Content-Type") != "application/problem+json" {
		t.Errorf("a missing asset answers with %s", h.Get("Content-Type"))
	}
}

func TestMalformedRequests(t *testing.T) {
	s := open(t)
	a := s.upload("lan", "/assets", 201, "a.png", asPNG(40, 30, 1), nil)
	path := "/assets/" + a["id"].(string)
	for _, tt := range []struct {
		method, path, body string
		want               int
		field              string
	}{
		{"PATCH", path, `{"title":"x","agency":"other"}`, 422, "agency"}, // nobody gives an asset away by the way
		{"PATCH", path, `{"title":"x","state":"approved"}`, 422, "state"},
		{"PATCH", path, `{"title":`, 400, ""},
		{"PATCH", path, `{"width_mm":"wide"}`, 422, "width_mm"},
		{"GET", "/assets?limit=1000000000", "", 422, ""},
		{"GET", "/assets?cursor=garbage", "", 422, ""},
		{"GET", "/assets?sort=password", "", 422, ""},
		{"GET", "/assets?kind=spaceship", "", 422, ""},
		{"GET", "/audit?limit=5", "", 403, ""},
		{"GET", "/nothing", "", 404, ""},
		{"POST", "/placements", `{"asset":"x","location":"y","from":"tomorrow","until":"2026-12-21"}`, 422, "from"},
	} {
		p := s.do("lan", tt.method, tt.path, tt.body, tt.want, "If-Match", `"1"`)
		if tt.field != "" && p["field"] != tt.field {
			t.Errorf("%s %s %s: field %v, want %s", tt.method, tt.path, tt.body, p["field"], tt.field)
		}
		if p["code"] == "" || p["detail"] == "" {
			t.Errorf("%s %s: %v", tt.method, tt.path, p)
		}
	}
	body, ct := form("", nil, field{"title", "x"})
	if code, _, _ := s.call("lan", "POST", "/assets", body, "Content-Type", ct); code != 422 {
		t.Errorf("a form without a file: %d", code)
	}
	body, ct = form("a.png", asPNG(4, 4, 1), field{"approved", "true"})
	if code, _, _ := s.call("lan", "POST", "/assets", body, "Content-Type", ct); code != 422 {
		t.Errorf("a field nobody knows: %d", code)
	}
	if list := s.do("lan", "GET", "/assets", "", 200); list["total"] != 1.0 {
		t.Errorf("refused requests left %v assets", list["total"])
	}
}

func TestEditNeedsIfMatch(t *testing.T) {
	s := open(t)
	a := s.upload("lan", "/assets", 201, "a.png", asPNG(40, 30, 1), nil)
	path := "/assets/" + a["id"].(string)
	s.do("lan", "PATCH", path, `{"title":"Một"}`, 428)
	s.do("lan", "PATCH", path, `{"title":"Một"}`, 412, "If-Match", `"7"`)
	if b := s.do("lan", "PATCH", path, `{"title":"Một"}`, 200, "If-Match", `"1"`); b["title"] != "Một" || b["rev"] != 2.0 {
		t.Errorf("edited: %v", b)
	}
	s.do("lan", "PATCH", path, `{"title":""}`, 422, "If-Match", `"2"`)
	s.do("lan", "DELETE", path, "", 204, "If-Match", `"2"`)
	if list := s.do("lan", "GET", "/assets", "", 200); list["total"] != 0.0 {
		t.Errorf("an asset in the bin is listed")
	}
	s.do("lan", "POST", path+"/restore", "", 200)
}

func TestSameBytesAndSameRequest(t *testing.T) {
	s := open(t)
	data := asPNG(40, 30, 1)
	a := s.upload("lan", "/assets", 201, "a.png", data, []string{"Idempotency-Key", "k"})
	again := s.upload("lan", "/assets", 200, "a.png", data, []string{"Idempotency-Key", "k"})
	if again["id"] != a["id"] {
		t.Errorf("the same request made another asset")
	}
	twin := s.upload("lan", "/assets", 201, "b.png", data, nil)
	if twin["id"] == a["id"] || twin["duplicate_of"] != a["id"] {
		t.Errorf("the same bytes: %v, want a duplicate of %v", twin, a["id"])
	}
	if other := s.upload("minh", "/assets", 201, "c.png", data, nil); other["duplicate_of"] != nil {
		t.Errorf("another agency is told of %v", other["duplicate_of"])
	}
	v2 := s.upload("lan", "/assets/"+a["id"].(string)+"/versions", 201, "a2.png", asPNG(41, 30, 1), nil)
	if v2["id"] != a["id"] || v2["version"] != 2.0 || v2["width"] != 41.0 {
		t.Errorf("new version: %v", v2)
	}
	if all := s.do("lan", "GET", "/assets/"+a["id"].(string)+"/versions", "", 200); len(all["items"].([]any)) != 2 {
		t.Errorf("versions: %v", all)
	}
}

func TestSameBytesHaveTheSameLockAtEveryDoor(t *testing.T) {
	s := open(t)
	a := s.upload("lan", "/assets", 201, "a.png", asPNG(400, 300, 1), nil)
	if err := s.intake.MakeRenditions(t.Context(), a["sha256"].(string)); err != nil {
		t.Fatal(err)
	}
	path := "/assets/" + a["id"].(string)
	for _, door := range []string{"", "/versions", "/thumb", "/preview", "/original", "/print?size=A4"} {
		for as, want := range map[string]int{"minh": 404, "": 401} {
			if code, _, body := s.call(as, "GET", path+door, nil); code != want {
				t.Errorf("GET %s as %q: %d, want %d: %s", path+door, as, code, want, body)
			}
		}
	}
	if found := s.do("minh", "GET", "/assets?q=a", "", 200); found["total"] != 0.0 || len(found["facets"].(map[string]any)["kind"].(map[string]any)) != 0 {
		t.Errorf("minh finds %v", found)
	}
	if code, _, _ := s.call("an", "GET", path+"/print?size=A4", nil); code != 403 { // sees it, may not print
		t.Errorf("staff print: %d, want 403", code)
	}
	if code, _, _ := s.call("kiem", "DELETE", path, nil); code != 403 {
		t.Errorf("an auditor deletes: %d, want 403", code)
	}
	loc := s.do("minh", "POST", "/locations", `{"kind":"face","code":"F1","name":"Mặt 1"}`, 201)
	s.do("minh", "POST", "/placements", fmt.Sprintf(`{"asset":%q,"location":%q,"from":"2026-12-01","until":"2026-12-21"}`, a["id"], loc["id"]), 404)
}

func TestPlaceOnAFaceAndBeToldWhoIsThere(t *testing.T) {
	s := open(t)
	a := s.upload("lan", "/assets", 201, "a.png", asPNG(40, 30, 1), nil, field{"title", "Hội đền"})
	s.do("lan", "POST", "/locations", `{"kind":"face","code":"TH-14","name":"Trần Hưng Đạo, cột 14","lat":20.94,"lon":106.33,"width_mm":2000,"height_mm":3000}`, 201)
	body := fmt.Sprintf(`{"asset":%q,"location":"TH-14","from":"2026-12-01","until":"2026-12-21"}`, a["id"])
	p := s.do("lan", "POST", "/placements", body, 201)
	if p["state"] != "planned" || p["until"] != "2026-12-21" || p["quantity"] != 1.0 {
		t.Errorf("placed: %v", p)
	}
	taken := s.do("lan", "POST", "/placements", body, 409)
	by, _ := taken["by"].(map[string]any)
	if taken["code"] != "placement.taken" || by["title"] != "Hội đền" || by["until"] != "2026-12-21" || !strings.Contains(taken["detail"].(string), "20/12/2026") {
		t.Errorf("taken: %v", taken)
	}
	path := "/placements/" + p["id"].(string)
	s.do("lan", "POST", path+"/verify", "", 409)
	if p := s.do("lan", "POST", path+"/install", `{"note":"hai người"}`, 200); p["state"] != "installed" || p["note"] != "hai người" {
		t.Errorf("installed: %v", p)
	}
	whole := s.do("lan", "GET", path, "", 200)
	if h := whole["history"].([]any); len(h) != 2 || h[0].(map[string]any)["verb"] != "placement.install" {
		t.Errorf("history: %v", whole["history"])
	}
	for on, want := range map[string]int{"2026-11-30": 0, "2026-12-01": 1, "2026-12-20": 1, "2026-12-21": 0} {
		list := s.do("lan", "GET", "/locations/TH-14/placements?on="+on, "", 200)
		if got := len(list["items"].([]any)); got != want {
			t.Errorf("on %s: %d, want %d", on, got, want)
		}
	}
	if found := s.do("lan", "GET", "/locations?q=tran+hung+dao", "", 200); found["total"] != 1.0 {
		t.Errorf("tran hung dao finds %v", found)
	}
	if rows := s.do("kiem", "GET", "/audit?subject="+p["id"].(string), "", 200); len(rows["items"].([]any)) != 2 {
		t.Errorf("audit: %v", rows)
	}
}

// The document is made from the code: every operation is in it, has an action,
// and no route stands beside it.
func TestTheDocumentTellsEveryOperation(t *testing.T) {
	s := open(t)
	code, _, data := s.call("", "GET", "/openapi.json", nil)
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct{ OperationID string }
	}
	if err := json.Unmarshal(data, &doc); code != 200 || err != nil || !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Fatalf("%d, %v, %q", code, err, doc.OpenAPI)
	}
	n := 0
	for path, ops := range doc.Paths {
		for method, op := range ops {
			n++
			if op.OperationID == "" || !strings.HasPrefix(path, api.Prefix) {
				t.Errorf("%s %s has no id", method, path)
			}
			if code, _, _ := s.call("", strings.ToUpper(method), strings.NewReplacer(api.Prefix, "", "{id}", "x").Replace(path), nil); code != 401 {
				t.Errorf("%s %s without an account: %d, want 401", method, path, code)
			}
		}
	}
	if n < 30 {
		t.Errorf("only %d operations", n)
	}
}
