package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/tus/tusd/v2/pkg/filestore"
	"github.com/tus/tusd/v2/pkg/handler"
	"golang.org/x/exp/slog"

	"pano/internal/i18n"
	"pano/internal/pano"
	"pano/web"
)

// policy is the one every page of Pano lives under.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

type facetValue struct {
	Value string
	N     int
	On    bool
}

type specimen struct {
	web.Frame
	Q       string
	Kinds   []string
	Facet   []facetValue
	Total   int
	Cards   []web.Card
	Next    string
	Day     pano.Day
	States  []web.Badge
	Choices []web.Choice
	Problem string
	Trouble web.Trouble
}

// house is a small site around the specimen pages: the frame, the parts, a list
// to search, and a real tus server under /files/.
type house struct {
	*httptest.Server
	t    *testing.T
	site *web.Site

	mu      sync.Mutex
	fail    int // answers to /files/ that become 503
	late    time.Duration
	decided []string // decisions that came in
	acts    []url.Values
	dir     string // where tusd keeps what came in
}

// words of the specimens, which are not among those of the site.
func specimenWords() map[string]map[string]string {
	return map[string]map[string]string{
		"vi": {"specimen.kind": "Loại hình", "specimen.filter": "Bộ lọc", "specimen.picture": "Phướn chào mừng", "specimen.facts": "Thông tin", "specimen.size": "Khổ", "specimen.money": "Thành tiền",
			"specimen.day": "Hạn treo", "specimen.good": "Kích thước khớp tỉ lệ", "specimen.warn": "Thiếu bù xén 10 mm", "specimen.table": "Đặt in", "specimen.name": "Tên tư liệu", "specimen.state": "Trạng thái",
			"specimen.form": "Thông tin tư liệu", "specimen.hint": "Ghi như trên ma-két, có dấu.", "specimen.width": "Chiều rộng", "specimen.note": "Ghi chú", "specimen.sure": "Xóa hẳn 6 tư liệu khỏi Thùng rác?",
			"specimen.burn": "Xóa hẳn", "specimen.none": "Không có tư liệu nào khớp. Thử bỏ bớt bộ lọc; có thể gõ không dấu.", "specimen.results": "Kết quả", "specimen.things": "tư liệu",
			"specimen.remove": "– bỏ điều kiện này", "specimen.clear": "Xóa bộ lọc", "specimen.cards": "Dạng thẻ", "specimen.rows": "Dạng bảng", "specimen.submit": "Trình duyệt", "specimen.sign_in": "Đăng nhập"},
		"en": {"specimen.kind": "Type", "specimen.filter": "Filters", "specimen.picture": "A flag of welcome", "specimen.facts": "Facts", "specimen.size": "Size", "specimen.money": "Amount",
			"specimen.day": "Install date", "specimen.good": "The proportions fit", "specimen.warn": "10 mm of bleed missing", "specimen.table": "Print orders", "specimen.name": "Title", "specimen.state": "Status",
			"specimen.form": "About the asset", "specimen.hint": "As on the artwork.", "specimen.width": "Width", "specimen.note": "Note", "specimen.sure": "Delete 6 items for good?",
			"specimen.burn": "Delete for good", "specimen.none": "No match. Remove a filter; accents are optional.", "specimen.results": "Results", "specimen.things": "items",
			"specimen.remove": "– remove this", "specimen.clear": "Clear filters", "specimen.cards": "As cards", "specimen.rows": "As a table", "specimen.submit": "Submit", "specimen.sign_in": "Sign in"},
	}
}

// specimenFiles are the site's own files with the specimen pages and words added;
// without those below dist if built is false.
func specimenFiles(t *testing.T, built bool) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(web.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !built && strings.HasPrefix(name, "dist/") {
			return err
		}
		data, err := web.Files.ReadFile(name)
		files[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{"specimen", "alone"} {
		data, err := os.ReadFile("testdata/" + page + ".html")
		if err != nil {
			t.Fatal(err)
		}
		files["page/"+page+".html"] = &fstest.MapFile{Data: data}
	}
	for lang, more := range specimenWords() {
		words := map[string]string{}
		if err := json.Unmarshal(files["locale/"+lang+".json"].Data, &words); err != nil {
			t.Fatal(err)
		}
		maps.Copy(words, more)
		data, err := json.Marshal(words)
		if err != nil {
			t.Fatal(err)
		}
		files["locale/"+lang+".json"] = &fstest.MapFile{Data: data}
	}
	return files
}

func openSpecimen(t *testing.T, built bool) *web.Site {
	t.Helper()
	site, err := web.Open(specimenFiles(t, built))
	if err != nil {
		t.Fatal(err)
	}
	return site
}

// titles are made up; the list has 60 things.
func titles() []string {
	return []string{"Chào mừng Lễ hội Đền Bia mùa thu năm 2026", "An toàn giao thông là hạnh phúc của mọi nhà", "Kỷ niệm 1010 năm danh xưng Hải Dương", "Gốm Chu Đậu – tinh hoa đất Việt",
		"Múa rối nước Hồng Phong", "Phòng cháy hơn chữa cháy", "Ngày hội sách và văn hóa đọc", "Di sản Côn Sơn – Kiếp Bạc", "Giữ sạch dòng sông Thái Bình", "Hội thi bánh đậu xanh"}
}

func newSpecimen(words *i18n.Words, q url.Values) specimen {
	kinds := []string{"banner", "flag-banner", "panel", "poster"}
	s := specimen{Q: q.Get("q"), Kinds: q["kind"], Day: pano.Date(2026, 12, 5)}
	s.Frame = web.Frame{
		Title: words.Say("nav.library"), Path: "/specimen?" + q.Encode(), User: "Ng. T. Hoa", Islands: []string{"list.js", "upload.js", "zoom.js"}, Uploads: 3,
		Crumbs:    []web.Crumb{{Text: words.Say("nav.home"), Href: "/"}, {Text: words.Say("nav.library"), Href: "/specimen"}},
		Occasions: []web.Choice{{Value: "1", Text: "Lễ hội mùa thu Côn Sơn – Kiếp Bạc 2026", Selected: true}, {Value: "2", Text: "Tuần lễ Di sản"}},
		Nav: []web.Place{{Key: "home", Href: "/"}, {Key: "library", Href: "/specimen", Current: true}, {Key: "places", Href: "/places"}, {Key: "exhibits", Href: "/exhibits"}, {Key: "schedule", Href: "/schedule"},
			{Key: "inbox", Href: "/inbox", Badge: 7}, {Key: "print", Href: "/print", Badge: 2}, {Key: "proof", Href: "/proof", Badge: 4, Late: true}, {Key: "reports", Href: "/reports"}, {Key: "admin", Href: "/admin", Apart: true}, {Key: "help", Href: "/help"}},
		Action: &web.Link{Text: words.Say("act.upload"), Href: "/upload", Key: "u"}, Acts: []web.Link{{Text: words.Say("keys.open"), Href: "/saved"}},
	}
	count := map[string]int{}
	from, _ := strconv.Atoi(q.Get("from"))
	for i := range 60 {
		kind, title := kinds[i%3], titles()[i%len(titles())]
		if !strings.Contains(strings.ToLower(title), strings.ToLower(s.Q)) {
			continue
		}
		count[kind]++
		if len(s.Kinds) > 0 && !slices.Contains(s.Kinds, kind) {
			continue
		}
		if s.Total++; s.Total <= from || len(s.Cards) == 24 {
			continue
		}
		state := []string{"approved", "in_review", "draft", "returned"}[i%4]
		tone := map[string]string{"approved": "agreed", "in_review": "wait", "draft": "idle", "returned": "mend"}[state]
		c := web.Card{ID: fmt.Sprint("a", i), Href: fmt.Sprint("/assets/", i), Title: title, Meta: []string{fmt.Sprintf("MK-2026-%04d", i), words.Say("asset.kind." + kind), words.Size(800, 2500)},
			Badge: web.Badge{Tone: tone, Text: words.Say("asset.state." + state)}, Note: words.Say("specimen.day") + " 05/12", Image: fmt.Sprintf("/img/%d.png", i), Width: 200, Height: 150, Pickable: true}
		if i == 3 {
			c.Image, c.Waits = "", true
		}
		s.Cards = append(s.Cards, c)
	}
	for _, k := range kinds {
		s.Facet = append(s.Facet, facetValue{k, count[k], slices.Contains(s.Kinds, k)})
	}
	if from+len(s.Cards) < s.Total {
		next := url.Values{}
		maps.Copy(next, q)
		next.Set("from", fmt.Sprint(from+24))
		s.Next = "/specimen?" + next.Encode()
	}
	for _, tone := range []string{"idle", "wait", "agreed", "busy", "done", "mend", "late"} {
		state := map[string]string{"idle": "asset.state.draft", "wait": "asset.state.in_review", "agreed": "asset.state.approved", "busy": "order.state.printing", "done": "placement.state.verified", "mend": "asset.state.returned", "late": "placement.state.late"}[tone]
		s.States = append(s.States, web.Badge{Tone: tone, Text: words.Say(state)})
	}
	s.Choices = []web.Choice{{Value: "banner", Text: words.Say("asset.kind.banner")}, {Value: "flag-banner", Text: words.Say("asset.kind.flag-banner"), Selected: true}}
	s.Problem, s.Trouble = words.Say("asset.no_title"), web.Trouble{Text: words.Say("live.failed"), Href: "/specimen"}
	return s
}

func langOf(r *http.Request) string {
	chosen := ""
	if c, err := r.Cookie("pano_lang"); err == nil {
		chosen = c.Value
	}
	return i18n.Negotiate(chosen, r.Header.Get("Accept-Language"), "vi")
}

// openHouse serves the specimens until the test ends.
func openHouse(t *testing.T, built bool) *house {
	t.Helper()
	h := &house{t: t, site: openSpecimen(t, built)}
	m := http.NewServeMux()
	m.Handle("GET /static/", h.site)
	m.HandleFunc("GET /specimen", h.show)
	m.HandleFunc("POST /specimen", h.act)
	m.HandleFunc("POST /specimen/bulk", h.act)
	m.HandleFunc("POST /undo", h.act)
	m.HandleFunc("GET /alone", func(w http.ResponseWriter, r *http.Request) {
		words := h.site.Words(langOf(r))
		h.page(w, r, "alone", specimen{Frame: web.Frame{Title: words.Say("specimen.sign_in"), OwnHeading: true, Office: "Sở Văn hóa, Thể thao và Du lịch", Path: "/alone"}, Problem: words.Say("asset.no_title")})
	})
	m.HandleFunc("POST /preferences", func(w http.ResponseWriter, r *http.Request) {
		for _, name := range []string{"lang", "theme", "density"} {
			if r.PostFormValue(name) != "" {
				http.SetCookie(w, &http.Cookie{Name: "pano_" + name, Value: r.PostFormValue(name), Path: "/"})
			}
		}
		http.Redirect(w, r, r.PostFormValue("return"), http.StatusSeeOther)
	})
	m.HandleFunc("GET /img/{n}", picture)
	m.HandleFunc("POST /uploads/{id}/decide", func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		h.decided = append(h.decided, r.PostFormValue("decision"))
		h.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"status":"created","asset":"a9","code":"MK-2026-0900","url":"/assets/9"}`)
	})
	m.Handle("/files/", http.StripPrefix("/files", h.tus()))
	m.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		words := h.site.Words(langOf(r))
		s := newSpecimen(words, nil)
		s.Title = "Trang " + r.URL.Path
		h.page(w, r, "specimen", s)
	})
	h.Server = httptest.NewServer(m)
	t.Cleanup(h.Close)
	return h
}

func (h *house) page(w http.ResponseWriter, r *http.Request, page string, s specimen) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("Vary", "X-Pano-Fragment")
	h.send(w, func(to io.Writer) error { return h.site.Write(to, langOf(r), page, s) })
}

// send draws a page before it answers with it: a page that cannot be drawn
// fails the test, a browser that has turned away from the answer does not.
func (h *house) send(w http.ResponseWriter, draw func(io.Writer) error) {
	var drawn bytes.Buffer
	if err := draw(&drawn); err != nil {
		h.t.Error(err)
	}
	drawn.WriteTo(w)
}

func (h *house) show(w http.ResponseWriter, r *http.Request) {
	words := h.site.Words(langOf(r))
	h.mu.Lock()
	late := h.late
	h.mu.Unlock()
	time.Sleep(late)
	s := newSpecimen(words, r.URL.Query())
	if r.Header.Get("X-Pano-Fragment") != "" {
		h.send(w, func(to io.Writer) error { return h.site.WriteParts(to, langOf(r), "specimen", s, "results") })
		return
	}
	if r.URL.Query().Has("toast") {
		s.Toasts = []web.Toast{{Text: "Đã chuyển 6 tư liệu vào Thùng rác.", Undo: "/undo"}, {Text: "Không gửi được thư.", Bad: true}}
	}
	h.page(w, r, "specimen", s)
}

// act notes what a form sent and answers with the list and a toast.
func (h *house) act(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseMultipartForm(1 << 20); err != nil && err != http.ErrNotMultipart {
		h.t.Error(err)
	}
	h.mu.Lock()
	h.acts = append(h.acts, r.PostForm)
	h.mu.Unlock()
	s := newSpecimen(h.site.Words(langOf(r)), nil)
	s.Toasts = []web.Toast{{Text: "Đã trình duyệt.", Undo: "/undo"}}
	if r.URL.Path == "/undo" {
		s.Toasts = []web.Toast{{Text: "Đã hoàn tác."}}
	}
	h.page(w, r, "specimen", s)
}

func (h *house) posted() []url.Values {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.acts)
}

func picture(w http.ResponseWriter, r *http.Request) {
	var n int
	fmt.Sscanf(r.PathValue("n"), "%d.png", &n)
	img := image.NewRGBA(image.Rect(0, 0, 400, 300))
	ground := []color.RGBA{{156, 43, 28, 255}, {29, 78, 137, 255}, {34, 104, 74, 255}, {214, 160, 40, 255}}[n%4]
	for y := range 300 {
		for x := range 400 {
			img.Set(x, y, ground)
			if (x-200)*(x-200)+(y-150)*(y-150) < 60*60 {
				img.Set(x, y, color.RGBA{251, 236, 203, 255})
			}
		}
	}
	w.Header().Set("Content-Type", "image/png")
	if err := png.Encode(w, img); err != nil {
		panic(http.ErrAbortHandler)
	}
}

// tus is the server side of uploads as the contract wants it, over the real tusd.
func (h *house) tus() http.Handler {
	h.dir = h.t.TempDir()
	store := filestore.New(h.dir)
	composer := handler.NewStoreComposer()
	store.UseIn(composer)
	result := func(meta handler.MetaData, url string) string {
		a := map[string]string{"status": "created", "asset": "a1", "code": "MK-2026-0142", "title": meta["filename"], "url": "/assets/1"}
		switch {
		case strings.HasPrefix(meta["filename"], "cu"):
			a["status"], a["code"] = "duplicate", "MK-2026-0077"
		case strings.HasPrefix(meta["filename"], "hong"):
			a["status"], a["message"] = "refused", "Tệp PNG bị hỏng, không đọc được."
		}
		return ascii(a)
	}
	tusd, err := handler.NewUnroutedHandler(handler.Config{Logger: slog.New(slog.NewTextHandler(h.t.Output(), nil)), BasePath: "/files/", StoreComposer: composer, DisableDownload: true,
		PreUploadCreateCallback: func(e handler.HookEvent) (handler.HTTPResponse, handler.FileInfoChanges, error) {
			if strings.HasPrefix(e.Upload.MetaData["filename"], "psd") {
				body := `{"type":"about:blank","status":415,"detail":"Chưa nhận định dạng Photoshop."}`
				return handler.HTTPResponse{}, handler.FileInfoChanges{}, handler.Error{ErrorCode: "ERR", Message: "no", HTTPResponse: handler.HTTPResponse{StatusCode: 415, Body: body, Header: handler.HTTPHeader{"Content-Type": "application/problem+json"}}}
			}
			return handler.HTTPResponse{}, handler.FileInfoChanges{}, nil
		},
		PreFinishResponseCallback: func(e handler.HookEvent) (handler.HTTPResponse, error) {
			return handler.HTTPResponse{Header: handler.HTTPHeader{"Pano-Result": result(e.Upload.MetaData, "")}}, nil
		}})
	if err != nil {
		h.t.Fatal(err)
	}
	m := http.NewServeMux()
	m.HandleFunc("POST /", tusd.PostFile)
	m.HandleFunc("HEAD /{id}", tusd.HeadFile)
	m.HandleFunc("PATCH /{id}", tusd.PatchFile)
	m.HandleFunc("DELETE /{id}", tusd.DelFile)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		fail := h.fail > 0
		if fail {
			h.fail--
		}
		h.mu.Unlock()
		if fail {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		tusd.Middleware(m).ServeHTTP(w, r)
	})
}

// ascii is JSON whose letters beyond ASCII are escaped, fit for a header.
func ascii(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return "{}"
	}
	var out bytes.Buffer
	for _, r := range string(data) {
		if r < 0x80 {
			out.WriteRune(r)
		} else {
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}
