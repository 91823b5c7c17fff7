// Package layers keeps the drawing of the house true: who may know whom, which
// versions belong together, what the repository may contain. It has only tests.
package layers_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "pano/"

// may lists what each package may import from this module. A package that is
// not here may not exist, so adding one means saying here where it stands.
// docs/ARCHITECTURE.md draws the same.
var may = map[string][]string{
	// words and rules: no I/O
	"internal/pano": {},
	// small libraries that could live alone
	"internal/icc":              {},
	"internal/i18n":             {"internal/pano"},
	"internal/config":           {},
	"internal/render":           {"internal/pano", "internal/icc", "internal/render/area", "internal/render/jpeg", "internal/render/jpegwrite", "internal/render/lanczos", "internal/render/png", "internal/render/tiff"},
	"internal/press/coated":     {},
	"internal/press/docx":       {},
	"internal/press/font":       {},
	"internal/press/pdf":        {"internal/icc", "internal/press/font"},
	"internal/press/pdfx":       {"internal/icc", "internal/press/font", "internal/press/pdf"},
	"internal/press/tiffx":      {"internal/icc"},
	"internal/render/area":      {},
	"internal/render/inflate":   {},
	"internal/render/jpeg":      {},
	"internal/render/jpegwrite": {},
	"internal/render/png":       {"internal/render/area", "internal/render/inflate"},
	"internal/render/lanczos":   {},
	"internal/render/tiff":      {"internal/icc", "internal/render/area", "internal/render/inflate", "internal/render/jpeg"},
	// storage: no rule of the trade
	"storage/blob":          {"internal/pano"},
	"storage/blob/files":    {"storage/blob"},
	"storage/blob/s3":       {"storage/blob"},
	"storage/blob/blobtest": {"storage/blob"},
	"storage/catalog":       {"internal/pano", "storage/catalog/fold", "storage/catalog/index"},
	"storage/catalog/fold":  {},
	"storage/catalog/index": {"storage/catalog/fold"},
	// use cases: they meet in the catalogue, and never import each other
	"internal/intake":   {"internal/pano", "internal/render", "storage/blob", "storage/catalog"},
	"internal/hanging":  {"internal/pano", "storage/blob", "storage/catalog"},
	"internal/planning": {"internal/pano", "storage/catalog"},
	"internal/printing": {"internal/pano", "internal/icc", "internal/press/coated", "internal/press/font", "internal/press/pdf", "internal/press/pdfx", "internal/render"},
	"internal/auth":     {"internal/pano", "storage/catalog"},
	"internal/jobs":     {"storage/catalog"},
	// the edge
	"web":            {"internal/i18n", "internal/pano"},
	"internal/httpd": {"internal/pano", "internal/press/docx", "internal/press/font", "internal/press/pdf", "internal/i18n", "internal/auth", "internal/intake", "internal/hanging", "internal/planning", "internal/render", "storage/blob", "storage/catalog", "web"},
	"internal/api":   {"internal/pano", "internal/i18n", "internal/auth", "internal/intake", "internal/hanging", "internal/planning", "internal/render", "storage/blob", "storage/catalog"},
	// a made-up house for newcomers: it asks the use cases, as the edge does
	"internal/demo": {"internal/pano", "internal/auth", "internal/intake", "internal/hanging", "internal/planning", "storage/catalog"},
	// for tests and builds only
	"internal/press/coated/make": {"internal/icc", "internal/press/coated"},
	"internal/rig":               {},
	"internal/rig/setup":         {"internal/rig"},
	"internal/render/bench":      {"internal/pano", "internal/render", "internal/render/likeness"},
	"internal/render/likeness":   {},
	"internal/webbuild":          {"internal/i18n", "web"},
}

// goFiles calls f for every Go file that is no test, parsed as mode says. It
// parses files itself: a go list started from a test is unknown to the test
// cache, which would then go on saying ok.
func goFiles(t *testing.T, mode parser.Mode, f func(name string, file *ast.File)) {
	t.Helper()
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && name != ".") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		src, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, src, mode)
		if err != nil {
			return err
		}
		f(name, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestArrowsPointDown(t *testing.T) {
	seen := map[string]bool{}
	goFiles(t, parser.ImportsOnly, func(name string, file *ast.File) {
		pkg := path.Dir(name)
		if strings.HasPrefix(pkg, "cmd/") {
			return
		}
		seen[pkg] = true
		allowed, ok := may[pkg]
		if !ok {
			t.Errorf("%s is in no layer; add it to may, and to docs/ARCHITECTURE.md", pkg)
		}
		for _, spec := range file.Imports {
			imp, _ := strconv.Unquote(spec.Path.Value)
			if imp, ours := strings.CutPrefix(imp, module); ours && !slices.Contains(allowed, imp) {
				t.Errorf("%s: %s may not import %s", name, pkg, imp)
			}
		}
	})
	for pkg := range may {
		if !seen[pkg] {
			t.Errorf("%s is drawn but not there", pkg)
		}
	}
}

func TestRulesNeedOnlyTheStandardLibrary(t *testing.T) {
	goFiles(t, parser.ImportsOnly, func(name string, file *ast.File) {
		if path.Dir(name) != "internal/pano" {
			return
		}
		for _, spec := range file.Imports {
			imp, _ := strconv.Unquote(spec.Path.Value)
			if strings.Contains(strings.Split(imp, "/")[0], ".") || slices.Contains([]string{"os", "net", "net/http", "database/sql", "io/fs"}, imp) {
				t.Errorf("%s imports %s; rules do no I/O", name, imp)
			}
		}
	})
}

func TestNoInitAndEveryPackageIsDescribed(t *testing.T) {
	described := map[string]bool{}
	goFiles(t, parser.ParseComments, func(name string, file *ast.File) {
		pkg := path.Dir(name)
		described[pkg] = described[pkg] || file.Doc != nil
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s has an init", name)
			}
		}
	})
	for pkg, ok := range described {
		if !ok {
			t.Errorf("package %s has no doc comment", pkg)
		}
	}
}

// sqlite is tested with one version of its C library, no other.
func TestSQLiteHasTheLibcItWasTestedWith(t *testing.T) {
	ours := version(t, "../../go.mod", "modernc.org/libc")
	sqlite := version(t, "../../go.mod", "modernc.org/sqlite")
	cache := os.Getenv("GOMODCACHE")
	if cache == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			t.Fatal(err)
		}
		cache = path.Join(home, "go/pkg/mod")
		if p := os.Getenv("GOPATH"); p != "" {
			cache = path.Join(p, "pkg/mod")
		}
	}
	if want := version(t, cache+"/modernc.org/sqlite@"+sqlite+"/go.mod", "modernc.org/libc"); ours != want {
		t.Errorf("go.mod has modernc.org/libc %s, sqlite %s wants %s", ours, sqlite, want)
	}
}

func version(t *testing.T, file, of string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require ")); len(f) >= 2 && f[0] == of {
			return f[1]
		}
	}
	t.Fatalf("%s does not name %s", file, of)
	return ""
}
