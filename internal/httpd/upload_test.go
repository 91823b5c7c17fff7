package httpd_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// tus sends a request of the protocol by hand, as a client that is not ours would.
func (v *visitor) tus(method, path string, header map[string]string, body io.Reader) answer {
	v.h.T.Helper()
	r := v.request(method, path, body)
	r.Header.Set("Tus-Resumable", "1.0.0")
	for k, value := range header {
		r.Header.Set(k, value)
	}
	return v.do(r)
}

func meta(pairs ...string) string {
	var all []string
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, pairs[i]+" "+base64.StdEncoding.EncodeToString([]byte(pairs[i+1])))
	}
	return strings.Join(all, ",")
}

func (v *visitor) begin(size int, pairs ...string) string {
	v.h.T.Helper()
	a := v.tus("POST", "/files/", map[string]string{"Upload-Length": strconv.Itoa(size), "Upload-Metadata": meta(pairs...)}, nil)
	if a.Status != http.StatusCreated || !strings.HasPrefix(a.To, "/files/") {
		v.h.T.Fatalf("begin: %d %q\n%s", a.Status, a.To, a.Body)
	}
	return a.To
}

func (v *visitor) patch(path string, offset int, data []byte) answer {
	v.h.T.Helper()
	return v.tus("PATCH", path, map[string]string{"Upload-Offset": strconv.Itoa(offset), "Content-Type": "application/offset+octet-stream"}, bytes.NewReader(data))
}

// offset is how far an upload is.
func (v *visitor) offset(path string) int {
	v.h.T.Helper()
	a := v.tus("HEAD", path, nil, nil)
	n, err := strconv.Atoi(a.Header.Get("Upload-Offset"))
	if err != nil || a.Status != http.StatusOK {
		v.h.T.Fatalf("HEAD: %d, offset %q", a.Status, a.Header.Get("Upload-Offset"))
	}
	return n
}

type result struct{ Status, Asset, Code, Title, Message, URL string }

func (a answer) result(t testing.TB) (r result) {
	t.Helper()
	text := a.Header.Get("Pano-Result")
	for _, c := range text {
		if c >= 0x80 {
			t.Errorf("a header beyond ASCII: %q", text)
		}
	}
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatalf("%d, Pano-Result %q: %v\n%s", a.Status, text, err, a.Body)
	}
	return r
}

// cutOff is a body whose sender goes away.
type cutOff struct{ data []byte }

func (c *cutOff) Read(b []byte) (int, error) {
	if len(c.data) == 0 {
		time.Sleep(300 * time.Millisecond) // what was sent is on its way
		return 0, errors.New("the cable was pulled")
	}
	n := copy(b, c.data)
	c.data = c.data[n:]
	return n, nil
}

func TestTusGoesOnWhereTheConnectionBroke(t *testing.T) {
	h := openHouse(t)
	lan := h.enter("lan", pano.Staff)
	data := append(picture(600, 400, 1), make([]byte, 3<<20)...)
	path := lan.begin(len(data), "filename", "Phướn Chu Đậu.jpg", "kind", "flag-banner", "width_mm", "800", "height_mm", "2500")
	const first, second = 1 << 20, 2 << 20
	if a := lan.patch(path, 0, data[:first]); a.Status != http.StatusNoContent || a.Header.Get("Upload-Offset") != strconv.Itoa(first) {
		t.Fatalf("the first piece: %d %s", a.Status, a.Body)
	}
	if a := lan.patch(path, 0, data[:10]); a.Status != http.StatusConflict {
		t.Errorf("a piece that was there already: %d", a.Status)
	}
	r := lan.request("PATCH", path, &cutOff{data[first:second]})
	r.ContentLength = int64(len(data) - first)
	for k, v := range map[string]string{"Tus-Resumable": "1.0.0", "Upload-Offset": strconv.Itoa(first), "Content-Type": "application/offset+octet-stream"} {
		r.Header.Set(k, v)
	}
	if resp, err := lan.Do(r); err == nil {
		resp.Body.Close()
	}
	at := 0
	for end := time.Now().Add(10 * time.Second); at != second && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		at = lan.offset(path)
	}
	if at != second {
		t.Fatalf("after the break %d bytes are there, want %d", at, second)
	}

	// The server starts anew on the same data.
	h.stop()
	h.start(false)
	if got := lan.offset(path); got != second {
		t.Fatalf("after the restart %d bytes are there", got)
	}
	a := lan.patch(path, second, data[second:])
	if a.Status != http.StatusNoContent {
		t.Fatalf("the last piece: %d %s", a.Status, a.Body)
	}
	res := a.result(t)
	if res.Status != "created" || res.Title != "Phướn Chu Đậu" || res.URL != "/assets/"+res.Asset {
		t.Errorf("result %+v", res)
	}
	if again := lan.tus("HEAD", path, nil, nil).result(t); again != res {
		t.Errorf("asked again: %+v, want %+v", again, res)
	}
	got := h.asset(pano.AssetID(res.Asset))
	if sum := sha256.Sum256(data); got.Current.Digest != pano.Digest(sum) {
		t.Errorf("kept %s, sent %s", got.Current.Digest, hex.EncodeToString(sum[:]))
	}
	if got.Kind != pano.FlagBanner || got.Width != 800 || got.Height != 2500 {
		t.Errorf("kept %s, %d × %d", got.Kind, got.Width, got.Height)
	}
	back := lan.get("/api/v1/assets/" + res.Asset + "/original")
	if sha256.Sum256([]byte(back.Body)) != sha256.Sum256(data) {
		t.Error("the original that comes back differs")
	}
}

func TestALostAnswerIsGivenAgain(t *testing.T) {
	h := openHouse(t)
	lan := h.enter("lan", pano.Staff)
	data := picture(50, 50, 4)
	path := lan.begin(len(data), "filename", "a.jpg")
	// The bytes are here, but the server ended before it made an asset of them.
	id := pano.UploadID(strings.TrimPrefix(path, "/files/"))
	who := pano.Actor{ID: lan.Who.ID, Memberships: lan.Who.Memberships}
	_, err := h.Intake.Append(t.Context(), who, id, 0, bytes.NewReader(data))
	h.ok(err)
	a := lan.tus("HEAD", path, nil, nil)
	if res := a.result(t); res.Status != "created" || a.Header.Get("Upload-Offset") != strconv.Itoa(len(data)) {
		t.Errorf("HEAD: %d %+v", a.Status, res)
	}
	if res := lan.tus("HEAD", path, nil, nil).result(t); res.Status != "created" {
		t.Errorf("HEAD again: %+v", res)
	}
	lan.get("/assets").sees(t, "<b>1</b>")
}

func TestAnUploadIsItsSendersOnly(t *testing.T) {
	h := openHouse(t)
	lan, minh := h.enter("lan", pano.Staff), h.enter("minh", pano.Staff)
	data := picture(50, 50, 4)
	path := lan.begin(len(data), "filename", "a.jpg")
	for _, method := range []string{"HEAD", "DELETE"} {
		if a := minh.tus(method, path, nil, nil); a.Status != http.StatusNotFound {
			t.Errorf("%s of somebody else's: %d", method, a.Status)
		}
	}
	if a := minh.patch(path, 0, data); a.Status != http.StatusNotFound {
		t.Errorf("PATCH of somebody else's: %d", a.Status)
	}
	r := map[string]string{"X-HTTP-Method-Override": "DELETE"}
	if a := lan.tus("POST", path, r, nil); a.Status != http.StatusNotFound {
		t.Errorf("a method in disguise: %d", a.Status)
	}
	if a := lan.tus("POST", "/files/", map[string]string{"X-HTTP-Method-Override": "HEAD", "Upload-Length": "5", "Upload-Metadata": meta("filename", "b")}, nil); a.Status != http.StatusCreated {
		t.Errorf("a method in disguise: %d", a.Status)
	}
	if a := lan.tus("GET", path, nil, nil); a.Status != http.StatusNotFound {
		t.Errorf("GET: %d", a.Status)
	}
	if got := lan.offset(path); got != 0 {
		t.Errorf("offset %d", got)
	}
	if a := lan.tus("DELETE", path, nil, nil); a.Status != http.StatusNoContent {
		t.Errorf("giving it up: %d", a.Status)
	}
	if a := lan.tus("HEAD", path, nil, nil); a.Status != http.StatusNotFound {
		t.Errorf("after giving it up: %d", a.Status)
	}
}

func TestTusRefusesInWords(t *testing.T) {
	h := openHouse(t)
	lan, auditor := h.enter("lan", pano.Staff), h.enter("soat", pano.Auditor)
	problem := func(a answer, status int, code string) {
		t.Helper()
		var p struct{ Code, Detail string }
		if err := json.Unmarshal([]byte(a.Body), &p); err != nil || a.Status != status || p.Code != code || p.Detail == "" || strings.Contains(p.Detail, "%") {
			t.Errorf("got %d %q %s, want %d %s", a.Status, a.Header.Get("Content-Type"), a.Body, status, code)
		}
	}
	create := func(v *visitor, length string, pairs ...string) answer {
		return v.tus("POST", "/files/", map[string]string{"Upload-Length": length, "Upload-Metadata": meta(pairs...)}, nil)
	}
	problem(create(lan, strconv.Itoa(33<<20), "filename", "to.tif"), http.StatusRequestEntityTooLarge, "upload.too_large")
	problem(create(lan, "100", "filename", "a.jpg", "width_mm", "rộng"), http.StatusUnprocessableEntity, "number.unreadable")
	problem(create(lan, "100", "filename", "a.jpg", "kind", "xe tăng"), http.StatusUnprocessableEntity, "asset.unknown_kind")
	problem(create(lan, "100", "filename", "a.jpg", "mode", "oops"), http.StatusUnprocessableEntity, "upload.unknown_mode")
	problem(create(lan, "100", "filename", "a.jpg", "agency", string(h.BT)), http.StatusUnprocessableEntity, "upload.other_agency")
	problem(create(lan, "100", "filename", "a.jpg", "mode", "version:01ARZ3NDEKTSV4RRFFQ69G5FAV"), http.StatusNotFound, "asset.none")
	problem(create(auditor, "100", "filename", "a.jpg"), http.StatusForbidden, "auth.no_right")
	problem(create(h.visitor(), "100", "filename", "a.jpg"), http.StatusUnauthorized, "auth.sign_in")
	if a := lan.tus("POST", "/files/", map[string]string{"Upload-Length": "-5"}, nil); a.Status != http.StatusBadRequest {
		t.Errorf("a negative length: %d", a.Status)
	}
	psd := append([]byte("8BPS\x00\x01"), make([]byte, 100)...)
	a := lan.patch(lan.begin(len(psd), "filename", "x.psd"), 0, psd)
	if res := a.result(t); res.Status != "refused" || res.Message == "" || strings.Contains(res.Message, "x.psd") {
		t.Errorf("a Photoshop file: %d %+v", a.Status, res)
	}
	if left, _ := filepath.Glob(filepath.Join(h.Dir, "spool", "*.part")); len(left) > 1 {
		t.Errorf("left in the spool: %q", left)
	}
}

func TestAFullDiskIsSaid(t *testing.T) {
	h := openHouse(t)
	lan := h.enter("lan", pano.Staff)
	h.Intake.Reserve = 1 << 60
	a := lan.tus("POST", "/files/", map[string]string{"Upload-Length": "100", "Upload-Metadata": meta("filename", "a.jpg")}, nil)
	if a.Status != http.StatusInsufficientStorage || !strings.Contains(a.Body, "upload.no_space") {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	lan.send("/assets", nil, file{"a.jpg", picture(10, 10, 1)}).sees(t, "không còn đủ chỗ")
	if lan.get("/assets").Status != http.StatusOK {
		t.Error("reading does not work any more")
	}
}

func TestAKnownFileOffersItsChoices(t *testing.T) {
	h := openHouse(t)
	lan := h.enter("lan", pano.Staff, pano.Curator)
	data := picture(50, 50, 4)
	old := lan.add("Bản cũ", data)
	wait := func() string {
		path := lan.begin(len(data), "filename", "lai.jpg")
		if res := lan.patch(path, 0, data).result(t); res.Status != "duplicate" || res.Code != old.Code || res.URL != "/assets/"+string(old.ID) {
			t.Fatalf("result %+v", res)
		}
		return "/uploads/" + strings.TrimPrefix(path, "/files/") + "/decide"
	}
	decide := func(path, decision string) answer {
		r := lan.request("POST", path, strings.NewReader(url.Values{"decision": {decision}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", "application/json")
		return lan.do(r)
	}
	path := wait()
	if a := decide(path, "maybe"); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("an unknown decision: %d", a.Status)
	}
	var res result
	h.ok(json.Unmarshal([]byte(decide(path, "open").Body), &res))
	if res.Asset != string(old.ID) || res.Status != "created" {
		t.Errorf("the old one: %+v", res)
	}
	h.ok(json.Unmarshal([]byte(decide(wait(), "anyway").Body), &res))
	if res.Asset == string(old.ID) || res.Status != "created" {
		t.Errorf("anyway: %+v", res)
	}
	if a := decide(wait(), "version"); a.Status != http.StatusConflict || !strings.Contains(a.Body, "version.same") {
		t.Errorf("the same bytes as a version: %d %s", a.Status, a.Body)
	}
	lan.get("/assets").sees(t, "<b>2</b>")
}

func TestNewVersionsComeByBothWays(t *testing.T) {
	h := openHouse(t)
	lan := h.enter("lan", pano.Staff, pano.Curator)
	a := lan.add("Phông", picture(50, 50, 1))
	path := "/assets/" + string(a.ID)
	lan.follow(lan.send(path+"/versions", nil, file{"hai.jpg", picture(50, 50, 2)})).sees(t, "Đã thêm phiên bản 2.", "hai.jpg")
	third := picture(50, 50, 3)
	up := lan.begin(len(third), "filename", "ba.jpg", "mode", "version:"+string(a.ID))
	if res := lan.patch(up, 0, third).result(t); res.Asset != string(a.ID) {
		t.Errorf("result %+v", res)
	}
	if got := h.asset(a.ID); got.Current.N != 3 {
		t.Errorf("version %d", got.Current.N)
	}
	first := lan.get("/api/v1/assets/" + string(a.ID) + "/original?n=1")
	if !bytes.Equal([]byte(first.Body), picture(50, 50, 1)) {
		t.Error("the first version is not what it was")
	}
	lan.send(path+"/versions", nil, file{"hai.jpg", []byte("chữ")}).sees(t, "không phải là ảnh")
}

func TestOneBadFileDoesNotStopTheBatch(t *testing.T) {
	h := openHouse(t)
	lan := h.enter("lan", pano.Staff)
	a := lan.send("/assets", url.Values{"kind": {"photo"}}, file{"một.jpg", picture(40, 30, 1)}, file{"hỏng.jpg", picture(400, 300, 2)[:60]},
		file{"rỗng.png", nil}, file{`C:\ảnh\chữ.txt`, []byte("xin chào")}, file{"to.png", append(asPNG(10, 10, 1), make([]byte, 33<<20)...)}, file{"hai.png", asPNG(40, 30, 3)})
	if a.Status != http.StatusOK {
		t.Errorf("status %d", a.Status)
	}
	a.sees(t, "Đã nhận 2/6 tệp", "một.jpg", "Tệp rỗng.", "chữ.txt", "không phải là ảnh", "hai.png", `data-state="refused"`, "34\u00a0MB")
	a.lacks(t, `C:\`)
	lan.get("/assets").sees(t, "<b>2</b>")
	if left, _ := filepath.Glob(filepath.Join(h.Dir, "spool", "*.part")); len(left) > 2 { // two wait to be settled
		t.Errorf("left in the spool: %q", left)
	}
	twice := lan.send("/assets", nil, file{"một.jpg", picture(40, 30, 1)}, file{"ba.jpg", picture(40, 30, 7)})
	twice.sees(t, "Đã có trong kho (MK-", `value="anyway"`, "Đã nhận 1/2 tệp")
	_, path, _ := strings.Cut(twice.Body, `action="/uploads/`)
	path, _, _ = strings.Cut(path, `"`)
	lan.follow(lan.post("/uploads/"+path, url.Values{"decision": {"anyway"}})).sees(t, "một")
	lan.get("/assets").sees(t, "<b>4</b>")
	if none := lan.send("/assets", url.Values{"kind": {"photo"}}); none.Status != http.StatusUnprocessableEntity || !strings.Contains(none.Body, "Chưa chọn tệp nào.") {
		t.Errorf("no file: %d", none.Status)
	}
}

func TestAFormThatBreaksOffLeavesNothing(t *testing.T) {
	h := openHouse(t)
	lan := h.enter("lan", pano.Staff)
	head := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n"
	data := picture(800, 800, 1)
	r := lan.request("POST", "/assets", &cutOff{append([]byte(head), data[:len(data)-10]...)})
	r.ContentLength = int64(len(head) + len(data) + 9)
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	if resp, err := lan.Do(r); err == nil {
		resp.Body.Close()
		t.Errorf("it was answered with %d", resp.StatusCode)
	}
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		left, _ := filepath.Glob(filepath.Join(h.Dir, "spool", "*.part"))
		if len(left) == 0 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("left in the spool: %q", left)
		}
	}
	lan.get("/assets").sees(t, "<b>0</b>")
	closed := lan.request("POST", "/assets", strings.NewReader(head+string(data)))
	closed.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	if a := lan.do(closed); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "Kết nối bị ngắt") {
		t.Errorf("a form without an end: %d\n%s", a.Status, text(a.Body))
	}
	plain := lan.post("/assets", url.Values{"file": {"x"}})
	if plain.Status != http.StatusUnprocessableEntity {
		t.Errorf("a form that is no multipart: %d", plain.Status)
	}
}

func TestASecondFinishMakesNoSecondAsset(t *testing.T) {
	h := openHouse(t)
	lan := h.enter("lan", pano.Staff)
	data := picture(300, 300, 1)
	path := lan.begin(len(data), "filename", "a.jpg")
	who := pano.Actor{ID: lan.Who.ID, Memberships: lan.Who.Memberships}
	_, err := h.Intake.Append(t.Context(), who, pano.UploadID(strings.TrimPrefix(path, "/files/")), 0, bytes.NewReader(data))
	h.ok(err)
	done := make(chan string, 8)
	for range 8 {
		go func() {
			r, _ := http.NewRequestWithContext(t.Context(), "HEAD", h.URL+path, nil)
			r.Header.Set("Tus-Resumable", "1.0.0")
			resp, err := lan.Do(r)
			if err != nil {
				done <- err.Error()
				return
			}
			resp.Body.Close()
			done <- fmt.Sprint(resp.StatusCode)
		}()
	}
	for range 8 {
		if got := <-done; got != "200" {
			t.Errorf("got %s", got)
		}
	}
	lan.get("/assets").sees(t, "<b>1</b>")
}

func TestNothingOfAnUploadStaysWhenItIsGivenUp(t *testing.T) {
	h := openHouse(t)
	lan := h.enter("lan", pano.Staff)
	data := picture(100, 100, 1)
	path := lan.begin(len(data), "filename", "a.jpg")
	lan.patch(path, 0, data[:50])
	lan.tus("DELETE", path, nil, nil)
	all, err := os.ReadDir(filepath.Join(h.Dir, "spool"))
	h.ok(err)
	if len(all) > 0 {
		t.Errorf("in the spool: %v", all)
	}
	ups, err := h.DB.Uploads(t.Context(), time.Now().Add(time.Hour))
	h.ok(err)
	if len(ups) > 0 {
		t.Errorf("%d uploads", len(ups))
	}
	var n int64
	h.ok(h.DB.Read(t.Context(), func(tx *catalog.Tx) error {
		p, err := tx.FindAssets(t.Context(), pano.Reach{All: true}, catalog.AssetQuery{})
		n = int64(p.Total)
		return err
	}))
	if n != 0 {
		t.Errorf("%d assets", n)
	}
}
