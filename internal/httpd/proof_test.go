package httpd_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// shoot posts the form of a phone, as a page without scripts does.
func (v *visitor) shoot(path string, fields url.Values, pictures map[string][]byte) answer {
	v.h.T.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, values := range fields {
		v.h.ok(m.WriteField(name, values[0]))
	}
	for name, data := range pictures {
		w, err := m.CreateFormFile(name, name+".jpg")
		v.h.ok(err)
		_, err = w.Write(data)
		v.h.ok(err)
	}
	v.h.ok(m.Close())
	r := v.request("POST", path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return v.do(r)
}

// proofs are the proofs of the placement at that address, newest first.
func (h *house) proofs(at string) (all []catalog.Witness) {
	h.T.Helper()
	h.ok(h.DB.Read(h.T.Context(), func(tx *catalog.Tx) (err error) {
		all, err = tx.ProofsOf(h.T.Context(), pano.Reach{All: true}, pano.PlacementID(strings.TrimPrefix(at, "/placements/")))
		return err
	}))
	return all
}

// shown waits until the pictures of every proof of a placement are made.
func (h *house) proofsReady(at string) {
	h.T.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		ready := true
		for _, x := range h.proofs(at) {
			ready = ready && x.Near.Ready != pano.Processing && x.Wide.Ready != pano.Processing
		}
		if ready {
			return
		}
	}
	h.T.Fatal("no pictures of the proofs")
}

var clientOfPage = regexp.MustCompile(`name="client_uuid" value="([^"]+)"`)

// form is what the phone page of a placement would send.
func (v *visitor) proofForm(at string, fields ...string) url.Values {
	v.h.T.Helper()
	f := url.Values{"placement": {strings.TrimPrefix(at, "/placements/")}, "kind": {"installed"}, "verdict": {"good"}}
	for i := 0; i+1 < len(fields); i += 2 {
		f.Set(fields[i], fields[i+1])
	}
	return f
}

func TestProofFromAPhoneToTheOffice(t *testing.T) {
	h := openHouse(t)
	lan, nam := h.enter("lan", pano.Staff, pano.Curator), h.enter("nam", pano.Installer)
	a := lan.art("Chào mừng Lễ hội <mùa thu>", 5400, 2700)
	h.ready(a.ID)
	l := h.place(pano.Location{Kind: pano.Face, Code: "PN-014", Name: "Mặt phía Đông", Width: 6000, Height: 3000, Lat: 20.94, Lon: 106.33, Placed: true})
	at := lan.hang(a, l, 0, 9).To
	if got := nam.get("/"); got.To != "/m/" {
		t.Errorf("a crew lands on %q", got.To)
	}
	has(t, nam.get("/m/"), 200, "Cần treo", "PN-014", "&lt;mùa thu&gt;", "/m/PN-014?placement=")
	page := nam.get("/m/PN-014")
	has(t, page, 200, "Mặt phía Đông", "&lt;mùa thu&gt;", `capture="environment"`, `value="installed" checked`, `data-lat="20.94"`)
	lacks(t, page, `class="rail"`, "/locations/")
	client := clientOfPage.FindStringSubmatch(page.Body)[1]
	art := regexp.MustCompile(`src="(/m/-/art/[^"]+)"`).FindStringSubmatch(page.Body)[1]
	if got := nam.get(strings.ReplaceAll(art, "&amp;", "&")); got.Status != 200 || got.Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("the artwork: %d", got.Status)
	}
	fields := nam.proofForm(at, "client_uuid", client, "remark", "Treo <chắc>", "lat", "20.940108", "lon", "106.33", "accuracy_m", "8", "taken_at", time.Now().Format(time.RFC3339))
	shots := map[string][]byte{"near": picture(640, 320, 9), "wide": picture(800, 600, 7)}
	for range 2 { // a form sent twice is kept once
		has(t, nam.follow(nam.shoot("/m/PN-014", fields, shots)), 200, "Đã nhận ảnh", "Chờ nghiệm thu", `value="inspected" checked`)
	}
	all := h.proofs(at)
	if len(all) != 1 || all[0].Distance < 11 || all[0].Distance > 13 || all[0].Hanging.State != pano.Installed {
		t.Fatalf("kept %d: %+v", len(all), all)
	}
	shots["near"] = picture(640, 320, 99)
	has(t, nam.shoot("/m/PN-014", fields, shots), 409, "Tải lại trang rồi gửi lại")
	h.proofsReady(at)

	id := string(all[0].ID)
	page = lan.get("/proofs")
	has(t, page, 200, "Mặt phía Đông", "Cách vị trí 12 m, sai số ±8 m", "Treo &lt;chắc&gt;", "/proofs/"+id+"/near-thumb", "Nghiệm thu các mục đã chọn")
	lacks(t, page, "<chắc>")
	for name, want := range map[string]int{"near": 200, "near-thumb": 200, "wide": 200, "wide-thumb": 200, "near-original": 200, "far": 404, "near-": 404} {
		if got := lan.get("/proofs/" + id + "/" + name); got.Status != want {
			t.Errorf("%s: %d, want %d", name, got.Status, want)
		}
	}
	original := lan.get("/proofs/" + id + "/near-original")
	if original.Body != string(picture(640, 320, 9)) || !strings.HasPrefix(original.Header.Get("Content-Disposition"), "attachment") || !strings.Contains(original.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the original: %d bytes, %v", len(original.Body), original.Header)
	}
	if got := nam.get("/proofs/" + id + "/near-original"); got.Status != 403 {
		t.Errorf("a crew gets the original: %d", got.Status)
	}
	has(t, lan.post("/proofs/"+id+"/again", url.Values{"why": {" "}}), 422, "Ghi rõ vì sao cần chụp lại", "open")
	has(t, lan.follow(lan.post("/proofs/"+id+"/again", url.Values{"why": {"Tối <quá>"}})), 200, "Đã yêu cầu chụp lại", "Không còn ảnh nào")
	has(t, nam.get("/m/PN-014"), 200, "Cần chụp lại:", "Tối &lt;quá&gt;")
	has(t, nam.get("/m/"), 200, "Chụp lại", "PN-014")

	var ids []string
	for i := range 3 {
		nam.follow(nam.shoot("/m/PN-014", nam.proofForm(at, "kind", "inspected", "client_uuid", fmt.Sprint("client-", i)), map[string][]byte{"near": picture(64, 64, uint8(i))}))
	}
	for _, x := range h.proofs(at)[:2] {
		ids = append(ids, string(x.ID))
	}
	has(t, lan.post("/proofs/accept", nil), 422, "Hãy chọn ít nhất một mục")
	has(t, lan.follow(lan.post("/proofs/accept", url.Values{"id": ids})), 200, "Đã nghiệm thu 2 mục")
	has(t, lan.post("/proofs/accept", url.Values{"id": ids}), 409, "đã có người xử lý")
	one := string(h.proofs(at)[2].ID)
	page = lan.follow(lan.post("/proofs/accept", url.Values{"one": {one}, "return": {at}}))
	has(t, page, 200, `aria-current="step">Đã nghiệm thu`, `class="step-done">Đã treo`, "Gửi ảnh: đã treo", "Yêu cầu chụp lại", "Tối &lt;quá&gt;", "Ảnh gần, bản gốc", "Cách vị trí (m): <ins>12")
}

func TestProofFormSaysWhatToMend(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	at := v.hang(v.art("Phướn", 800, 2500), h.face("PN-01"), 0, 9).To
	pdf := []byte("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
	for _, c := range []struct {
		name     string
		fields   []string
		pictures map[string][]byte
		code     int
		says     string
	}{
		{"no picture", nil, nil, 422, "Hãy chụp ảnh gần"},
		{"an empty file field", nil, map[string][]byte{"near": {}}, 422, "Hãy chụp ảnh gần"},
		{"no picture at all", nil, map[string][]byte{"near": []byte("<script>alert(1)</script>")}, 415, `id="near-error"`},
		{"a document", nil, map[string][]byte{"near": picture(9, 9, 1), "wide": pdf}, 415, "không phải là ảnh chụp"},
		{"half a position", []string{"lat", "20.9"}, map[string][]byte{"near": picture(9, 9, 1)}, 422, "lon"},
		{"nowhere", []string{"lat", "NaN", "lon", "1"}, map[string][]byte{"near": picture(9, 9, 1)}, 422, "Vĩ độ"},
		{"a strange kind", []string{"kind", "flying"}, map[string][]byte{"near": picture(9, 9, 1)}, 422, "flying"},
		{"a placement that is not there", []string{"placement", "01ARZ3NDEKTSV4RRFFQ69G5FAV"}, map[string][]byte{"near": picture(9, 9, 1)}, 404, "Không có lịch treo này"},
	} {
		fields := append([]string{"remark", "Đừng <quên>"}, c.fields...)
		page := v.shoot("/m/PN-01", v.proofForm(at, fields...), c.pictures)
		has(t, page, c.code, c.says)
		if c.code != 404 {
			has(t, page, c.code, "Đừng &lt;quên&gt;")
		}
	}
	if all := h.proofs(at); len(all) != 0 {
		t.Errorf("%d proofs of what was refused", len(all))
	}
	var uploads int
	h.ok(h.DB.Read(t.Context(), func(tx *catalog.Tx) error {
		return tx.QueryRow(`SELECT count(*) FROM upload WHERE meta LIKE '%proof%'`).Scan(&uploads)
	}))
	if uploads != 0 {
		t.Errorf("%d deliveries are left of what was refused", uploads)
	}
}

// TestCrewsSeeWhatTheirAgencyHangs, and nothing else: a place of another agency
// is not there for them unless something of theirs hangs in it.
func TestCrewsSeeWhatTheirAgencyHangs(t *testing.T) {
	h := openHouse(t)
	lan, bt := h.enter("lan", pano.Staff, pano.Curator), h.enterAt(h.BT, "bt", pano.Staff, pano.Curator)
	nam, other := h.enter("nam", pano.Installer), h.enterAt(h.BT, "khac", pano.Installer)
	l := h.face("PN-01")
	at := lan.hang(lan.art("Phướn kín", 800, 2500), l, 0, 9).To
	id := strings.TrimPrefix(at, "/placements/")
	has(t, nam.get("/m/pn-01"), 200, "Phướn kín") // codes are read aloud
	has(t, other.get("/m/PN-01"), 404)
	has(t, other.get("/m/-/art/"+id), 404)
	has(t, other.get("/placements/"+id), 404)
	has(t, other.shoot("/m/PN-01", other.proofForm(at), map[string][]byte{"near": picture(9, 9, 1)}), 404)
	has(t, other.get("/m/"), 200, "Hiện không có việc nào")
	bt.hang(bt.art("Tranh bảo tàng", 800, 2500), l, 20, 29)
	page := other.get("/m/PN-01")
	has(t, page, 200, "Tranh bảo tàng")
	lacks(t, page, "Phướn kín")
	page = h.enter("cb", pano.Staff).get("/m/PN-01") // looks, but does not prove
	has(t, page, 200, "Phướn kín", "/locations/"+string(l.ID))
	lacks(t, page, "<pano-proof")
	nam.follow(nam.shoot("/m/PN-01", nam.proofForm(at, "client_uuid", "11111111-1"), map[string][]byte{"near": picture(9, 9, 1)}))
	proof := string(h.proofs(at)[0].ID)
	has(t, other.get("/proofs/"+proof+"/near"), 404)
	has(t, bt.post("/proofs/"+proof+"/again", url.Values{"why": {"x"}}), 403)
	has(t, nam.get("/proofs"), 403)
}

func TestQRLeadsToThePhonePageOnceTheAddressIsKnown(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Curator)
	l := h.face("PN-01")
	path := regexp.MustCompile(`class="qr-ink" d="([^"]+)"`)
	bare := path.FindStringSubmatch(v.get("/locations/" + string(l.ID)).Body)[1]
	h.Site.URL = "https://pano.example.vn/"
	full := path.FindStringSubmatch(v.get("/locations/" + string(l.ID)).Body)[1]
	if len(full) <= len(bare) {
		t.Errorf("the code did not grow by the address: %d, %d", len(bare), len(full))
	}
}
