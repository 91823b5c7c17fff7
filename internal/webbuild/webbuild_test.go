package webbuild_test

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pano/internal/webbuild"
	"pano/web"
)

const dist = "../../web/dist"

func manifest(t *testing.T) web.Manifest {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dist, "manifest.json"))
	if err != nil {
		t.Fatalf("web/dist is not built (go run ./cmd/webbuild): %v", err)
	}
	var m web.Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func size(t *testing.T, name string) int {
	t.Helper()
	info, err := os.Stat(filepath.Join(dist, name))
	if err != nil {
		t.Fatal(err)
	}
	return int(info.Size())
}

// TestDistIsMadeFromTheseSources fails while dist is older than src: every test
// in a browser would judge the wrong pages.
func TestDistIsMadeFromTheseSources(t *testing.T) {
	want, err := webbuild.Sources("../../web")
	if err != nil {
		t.Fatal(err)
	}
	if got := manifest(t).Sources; got != want {
		t.Errorf("web/dist was made from %.8s, the sources are %.8s: go run ./cmd/webbuild", got, want)
	}
}

// TestScriptsKeepTheirBudget: own code of one page at most 15 KB gzipped, with
// everything it imports at once; what is loaded later at most 90 KB a piece.
func TestScriptsKeepTheirBudget(t *testing.T) {
	m := manifest(t)
	names := map[string]bool{}
	for _, entry := range []string{"words.vi.js", "app.js", "list.js", "upload.js", "zoom.js"} {
		b, ok := m.Entries[entry]
		if !ok {
			t.Fatalf("no %s in %v", entry, m.Entries)
		}
		names[b.File] = true
		for _, chunk := range b.Imports {
			names[chunk] = true
		}
	}
	own := 0
	for name := range names {
		own += size(t, name+".gz")
	}
	t.Logf("own scripts of a page with every island: %d bytes gzipped", own)
	if own > 15_000 {
		t.Errorf("own scripts are %d bytes gzipped, the budget is 15000", own)
	}
	files, err := filepath.Glob(filepath.Join(dist, "*.js.gz"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no packed scripts: %v", err)
	}
	for _, f := range files {
		if n := size(t, filepath.Base(f)); n > 90_000 {
			t.Errorf("%s is %d bytes, the budget of a lazy part is 90000", f, n)
		}
	}
	for name, entry := range m.Entries {
		budget := 3_000 // of what only some pages load
		if name == "app.css" {
			budget = 9_500
		}
		if path.Ext(name) != ".css" || name == "noscript.css" {
			continue
		}
		if n := size(t, entry.File+".br"); n > budget {
			t.Errorf("%s is %d bytes, its budget is %d", name, n, budget)
		}
	}
}

// TestLockFileNamesNoRegistry keeps a mirror's address out of the repository.
func TestLockFileNamesNoRegistry(t *testing.T) {
	data, err := os.ReadFile("../../web/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, url := range regexp.MustCompile(`"resolved": "([^"]+)"`).FindAllStringSubmatch(string(data), -1) {
		if !strings.HasPrefix(url[1], "https://registry.npmjs.org/") {
			t.Errorf("package-lock.json was made with a mirror: %s", url[1])
		}
	}
	if !strings.Contains(string(data), `"integrity": "sha512-`) {
		t.Error("package-lock.json holds no digests")
	}
}

// TestShippedCodeComesWithItsLicence: MIT, BSD and OFL ask for their text beside the work.
func TestShippedCodeComesWithItsLicence(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(dist, "licences.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"openseadragon 6.1.1", "leaflet 1.9.4", "Volodymyr Agafonkin", "tus-js-client 4.3.1", "@fontsource/spectral 5.3.0", "SIL OPEN FONT LICENSE", "OpenSeadragon contributors"} {
		if !strings.Contains(string(data), want) {
			t.Errorf("licences.txt lacks %q", want)
		}
	}
}
