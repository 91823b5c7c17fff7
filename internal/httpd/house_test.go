package httpd_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"pano/internal/api"
	"pano/internal/auth"
	"pano/internal/hanging"
	"pano/internal/httpd"
	"pano/internal/intake"
	"pano/internal/jobs"
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

// cli is the machine itself.
var cli = pano.Server("cli")

// password is everybody's in these tests.
const password = "ba con mèo ngủ trưa"

// pages are read once for all houses, and emptyCatalogue is made once.
var (
	pages          = sync.OnceValues(func() (*web.Site, error) { return web.Open(web.Files) })
	emptyCatalogue = sync.OnceValues(func() ([]byte, error) {
		dir, err := os.MkdirTemp("", "pano-test-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		db, err := catalog.Open(filepath.Join(dir, "pano.db"), time.Now)
		if err == nil {
			err = db.Close()
		}
		if err != nil {
			return nil, err
		}
		return os.ReadFile(filepath.Join(dir, "pano.db"))
	})
)

// A house is a whole site on a fresh catalogue, with files and jobs, and with
// two agencies: SVH and BT.
type house struct {
	*httptest.Server
	T      testing.TB
	Dir    string
	DB     *catalog.DB
	Site   *httpd.Server
	Auth   *auth.Desk
	Intake *intake.Desk
	SVH    pano.AgencyID
	BT     pano.AgencyID
	stop   func()
}

// openHouse serves a site until the test ends. Its pictures are made at once.
func openHouse(t testing.TB) *house {
	t.Helper()
	h := &house{T: t, Dir: t.TempDir()}
	h.start(true)
	h.SVH, h.BT = h.agency("SVH", "Sở Văn hóa, Thể thao và Du lịch"), h.agency("BT", "Bảo tàng tỉnh")
	return h
}

func (h *house) agency(code, name string) pano.AgencyID {
	a, err := h.Auth.AddAgency(h.T.Context(), cli, pano.Agency{Code: code, Name: name})
	h.ok(err)
	return a.ID
}

func (h *house) data(data []byte, err error) []byte {
	h.T.Helper()
	h.ok(err)
	return data
}

// ok ends the test if there was an error.
func (h *house) ok(err error) {
	h.T.Helper()
	if err != nil {
		h.T.Fatal(err)
	}
}

// start puts the parts together on what is in Dir; work says whether jobs are done.
func (h *house) start(work bool) {
	h.T.Helper()
	t := h.T
	file := filepath.Join(h.Dir, "pano.db")
	if _, err := os.Stat(file); err != nil {
		h.ok(os.WriteFile(file, h.data(emptyCatalogue()), 0o600))
	}
	db, err := catalog.Open(file, time.Now)
	h.ok(err)
	store, err := files.Open(filepath.Join(h.Dir, "blobs"))
	h.ok(err)
	site, err := pages()
	h.ok(err)
	exe, err := os.Executable()
	h.ok(err)
	spool := filepath.Join(h.Dir, "spool")
	h.ok(os.MkdirAll(spool, 0o700))
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	desk := &intake.Desk{DB: db, Blobs: store, Render: &render.Worker{Exe: exe, Dir: spool, Gate: render.DefaultGate()},
		Spool: spool, MaxFile: 32 << 20, Log: log, Now: time.Now}
	h.DB, h.Intake, h.Auth = db, desk, &auth.Desk{DB: db, Data: h.Dir}
	hang := &hanging.Desk{DB: db}
	h.Site = httpd.New(httpd.Server{DB: db, Blobs: store, Auth: h.Auth, Intake: desk, Hanging: hang, Planning: &planning.Desk{DB: db}, Site: site, Log: log, Now: time.Now, Lang: "vi",
		API: api.API{DB: db, Blobs: store, Intake: desk, Hanging: hang, Planning: &planning.Desk{DB: db}, Words: site.Words, Lang: "vi", Log: log}.Handler()})
	h.Server = httptest.NewServer(h.Site)
	end := func() {}
	if work {
		end = employ(t, &jobs.Crew{DB: db, Do: map[string]jobs.Func{intake.RenditionJob: desk.MakeRenditions}, Lease: time.Minute, Poll: 10 * time.Millisecond, Log: log, Now: time.Now})
	}
	h.stop = sync.OnceFunc(func() { h.Close(); end(); store.Close(); db.Close() })
	t.Cleanup(h.stop)
}

// A visitor is a browser without scripts: it keeps cookies and follows no redirects.
type visitor struct {
	h *house
	*http.Client
	Who pano.User
}

// visitor opens a browser in which nobody is signed in.
func (h *house) visitor() *visitor {
	jar, err := cookiejar.New(nil)
	h.ok(err)
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &visitor{h: h, Client: &http.Client{Jar: jar, CheckRedirect: stay, Timeout: time.Minute}}
}

// enter opens an account in SVH with these roles and signs it in.
func (h *house) enter(login string, roles ...pano.Role) *visitor {
	h.T.Helper()
	return h.enterAt(h.SVH, login, roles...)
}

func (h *house) enterAt(agency pano.AgencyID, login string, roles ...pano.Role) *visitor {
	h.T.Helper()
	var all []pano.Membership
	for _, r := range roles {
		all = append(all, pano.Membership{Agency: agency, Role: r})
	}
	u, err := h.Auth.AddUser(h.T.Context(), cli, auth.Account{Login: login, Name: "Người " + login, Password: password, Memberships: all})
	h.ok(err)
	v := h.visitor()
	v.Who = u
	if p := v.post("/login", url.Values{"login": {login}, "password": {password}}); p.Status != http.StatusSeeOther {
		h.T.Fatalf("sign-in of %s: %d\n%s", login, p.Status, p.Body)
	}
	return v
}

// An answer is what came back, read to its end.
type answer struct {
	Status int
	Header http.Header
	Body   string
	To     string // Location
}

func (v *visitor) do(r *http.Request) answer {
	v.h.T.Helper()
	resp, err := v.Do(r)
	v.h.ok(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	v.h.ok(err)
	return answer{resp.StatusCode, resp.Header, string(body), resp.Header.Get("Location")}
}

func (v *visitor) request(method, path string, body io.Reader) *http.Request {
	v.h.T.Helper()
	r, err := http.NewRequestWithContext(v.h.T.Context(), method, v.h.URL+path, body)
	v.h.ok(err)
	return r
}

func (v *visitor) get(path string) answer { v.h.T.Helper(); return v.do(v.request("GET", path, nil)) }

func (v *visitor) post(path string, form url.Values) answer {
	v.h.T.Helper()
	r := v.request("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.do(r)
}

// follow gets the page a redirect leads to.
func (v *visitor) follow(a answer) answer {
	v.h.T.Helper()
	if a.Status != http.StatusSeeOther || a.To == "" {
		v.h.T.Fatalf("no redirect but %d\n%s", a.Status, a.Body)
	}
	return v.get(a.To)
}

// A file is sent in a form.
type file struct {
	name string
	data []byte
}

// send posts files the way a page without scripts does.
func (v *visitor) send(path string, fields url.Values, all ...file) answer {
	v.h.T.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, values := range fields {
		v.h.ok(m.WriteField(name, values[0]))
	}
	for _, f := range all {
		w, err := m.CreateFormFile("file", f.name)
		v.h.ok(err)
		_, err = w.Write(f.data)
		v.h.ok(err)
	}
	v.h.ok(m.Close())
	r := v.request("POST", path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return v.do(r)
}

// add brings a picture in and returns its asset.
func (v *visitor) add(title string, data []byte) pano.Asset {
	v.h.T.Helper()
	a := v.send("/assets", url.Values{"title": {title}, "kind": {"poster"}}, file{title + ".jpg", data})
	id, ok := strings.CutPrefix(a.To, "/assets/")
	if !ok {
		v.h.T.Fatalf("adding %s: %d\n%s", title, a.Status, text(a.Body))
	}
	return v.h.asset(pano.AssetID(id))
}

func (h *house) asset(id pano.AssetID) (a pano.Asset) {
	h.T.Helper()
	h.ok(h.DB.Read(h.T.Context(), func(tx *catalog.Tx) (err error) {
		a, err = tx.Asset(h.T.Context(), id)
		return err
	}))
	return a
}

// ready waits until the pictures of an asset are made.
func (h *house) ready(id pano.AssetID) pano.Asset {
	h.T.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if a := h.asset(id); a.Current.Ready != pano.Processing {
			return a
		}
	}
	h.T.Fatalf("no pictures of %s", id)
	return pano.Asset{}
}

// picture is a JPEG of w × h; seed makes it differ from others.
func picture(w, h int, seed uint8) []byte {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, color.NRGBA{uint8(x/8) ^ seed, uint8(y / 8), seed, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func asPNG(w, h int, seed uint8) []byte {
	img := image.NewGray(image.Rect(0, 0, w, h))
	img.Pix[0] = seed
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// text is what a page says, without its markup, for messages of tests.
func text(page string) string {
	_, page, _ = strings.Cut(page, "<main")
	page, _, _ = strings.Cut(page, "</main>")
	page = regexp.MustCompile(`(?s)<[^>]*>`).ReplaceAllString(page, " ")
	return strings.Join(strings.Fields(page), " ")
}

// employ lets a crew work until end is called.
func employ(t testing.TB, crew *jobs.Crew) (end func()) {
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan struct{})
	go func() {
		defer close(done)
		crew.Run(ctx, 1)
	}()
	return func() { stop(); <-done }
}
