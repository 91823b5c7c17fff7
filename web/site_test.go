package web_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"pano/web"
)

func get(t *testing.T, site *web.Site, path, encoding string) *http.Response {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Encoding", encoding)
	site.ServeHTTP(w, r)
	return w.Result()
}

// linked returns the addresses below /static/ that a page names.
func linked(html string) (urls []string) {
	for part := range strings.SplitSeq(html, `"`) {
		if strings.HasPrefix(part, "/static/") {
			urls = append(urls, part)
		}
	}
	return urls
}

func alone(t *testing.T, site *web.Site, lang string) string {
	t.Helper()
	var page bytes.Buffer
	if err := site.Write(&page, lang, "alone", specimen{Frame: web.Frame{Title: "Đăng nhập", OwnHeading: true}}); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

func TestEveryAddressAPageNamesIsServed(t *testing.T) {
	for _, built := range []bool{true, false} {
		site := openSpecimen(t, built)
		if site.Built() != built {
			t.Fatalf("built is %t, want %t: go run ./cmd/webbuild", site.Built(), built)
		}
		urls := linked(alone(t, site, "vi"))
		if len(urls) < 3 {
			t.Fatalf("the page names only %q", urls)
		}
		for _, url := range urls {
			if res := get(t, site, url, ""); res.StatusCode != http.StatusOK {
				t.Errorf("%s: %s", url, res.Status)
			}
		}
	}
}

func TestWithoutABuildThePageSaysSo(t *testing.T) {
	const notice = "go run ./cmd/webbuild"
	if html := alone(t, openSpecimen(t, false), "vi"); !strings.Contains(html, notice) || strings.Contains(html, "<script") {
		t.Errorf("no notice, or scripts that are not there:\n%s", html)
	}
	if html := alone(t, openSpecimen(t, true), "vi"); strings.Contains(html, notice) {
		t.Error("a built site says it is not")
	}
}

func TestFilesArePackedAndKept(t *testing.T) {
	site := openSpecimen(t, true)
	url := linked(alone(t, site, "vi"))[1] // the styles
	for _, c := range []struct{ accept, want string }{{"gzip, deflate, br", "br"}, {"gzip", "gzip"}, {"br;q=0, gzip", "gzip"}, {"identity", ""}, {"", ""}} {
		res := get(t, site, url, c.accept)
		if got := res.Header.Get("Content-Encoding"); got != c.want {
			t.Errorf("Accept-Encoding %q: got %q, want %q", c.accept, got, c.want)
		}
		if got := res.Header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
			t.Errorf("%s may be forgotten: %q", url, got)
		}
	}
	raw := get(t, openSpecimen(t, false), "/static/src/css/app.css", "br")
	if got := raw.Header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("raw styles: Cache-Control %q", got)
	}
}

func TestNothingElseIsServed(t *testing.T) {
	site := openSpecimen(t, true)
	for _, path := range []string{"/static/", "/static/manifest.json", "/static/.keep", "/static/../web.go", "/static/src/css/", "/static/page/base.html", "/static/src/css/../../page/base.html", "/static/locale/vi.json"} {
		res := get(t, site, path, "")
		if body, _ := io.ReadAll(res.Body); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s %.40s", path, res.Status, body)
		}
	}
}

func TestAPageThatFailsWritesNothing(t *testing.T) {
	var out bytes.Buffer
	if err := openSpecimen(t, true).Write(&out, "vi", "alone", struct{ Title string }{"x"}); err == nil || out.Len() > 0 {
		t.Errorf("err %v, %d bytes", err, out.Len())
	}
}

func TestWhatPeopleTypeIsEscaped(t *testing.T) {
	var out bytes.Buffer
	evil := `"><script>alert(1)</script>`
	s := specimen{Frame: web.Frame{Title: evil, Path: evil, OwnHeading: true}, Problem: evil}
	if err := openSpecimen(t, true).Write(&out, "vi", "alone", s); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "<script>alert") {
		t.Error("what was typed became a script")
	}
}
