package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

// staticPath is where files are served. It is also the public path in the bundles.
const staticPath = "/static/"

// A Manifest is dist/manifest.json: what cmd/webbuild built, and from what.
type Manifest struct {
	Sources string            `json:"sources"` // SHA-256 over everything the build read
	Entries map[string]Bundle `json:"entries"` // by the name pages use, as "app.js"
}

// A Bundle is one built file and the chunks it imports before it can run.
type Bundle struct {
	File    string   `json:"file"`
	Imports []string `json:"imports,omitempty"`
}

// static serves /static/: built files under names that hold their digest and,
// without a build, the raw styles of src/css.
type static struct {
	files    fs.FS
	manifest Manifest
}

func openStatic(files fs.FS) (static, error) {
	s := static{files: files}
	data, err := fs.ReadFile(files, "dist/manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(data, &s.manifest)
}

func (s static) built() bool { return len(s.manifest.Entries) > 0 }

// url returns where a page finds name, or "" if there is no such file.
func (s static) url(name string) string {
	if b, ok := s.manifest.Entries[name]; ok {
		return staticPath + b.File
	}
	for _, dir := range []string{"src/css/", "src/css/page/"} {
		if _, err := fs.Stat(s.files, dir+name); err == nil {
			return staticPath + dir + name
		}
	}
	return ""
}

// preloads returns the chunks that the scripts in names import, each once, so
// that a page can name them before the scripts are read.
func (s static) preloads(names []string) (urls []string) {
	seen := map[string]bool{}
	for _, name := range append([]string{"app.js"}, names...) {
		for _, chunk := range s.manifest.Entries[name].Imports {
			if !seen[chunk] {
				seen[chunk] = true
				urls = append(urls, staticPath+chunk)
			}
		}
	}
	return urls
}

// ServeHTTP answers GET /static/…
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.static.ServeHTTP(w, r) }

func (s static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, staticPath)
	dir, cache := "dist/", "public, max-age=31536000, immutable"
	if name == "licences.txt" {
		cache = "no-cache"
	}
	if strings.HasPrefix(name, "src/css/") {
		dir, cache = "", "no-cache"
	}
	hidden := strings.HasPrefix(path.Base(name), ".") || name == "manifest.json"
	file := dir + name
	data, err := fs.ReadFile(s.files, file)
	if err != nil || hidden {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", contentType(name))
	h.Set("Cache-Control", cache)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	for _, pack := range []struct{ coding, ext string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if !accepts(r, pack.coding) {
			continue
		}
		if packed, err := fs.ReadFile(s.files, file+pack.ext); err == nil {
			h.Set("Content-Encoding", pack.coding)
			data = packed
			break
		}
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
}

// ServeWorker answers with a built script under an address that stays the same,
// as a service worker needs it. It reports false if there is no such script.
func (s *Site) ServeWorker(w http.ResponseWriter, r *http.Request, name string) bool {
	data, err := fs.ReadFile(s.static.files, "dist/"+s.static.manifest.Entries[name].File)
	if err != nil {
		return false
	}
	w.Header().Set("Content-Type", contentType(name))
	w.Header().Set("Cache-Control", "no-cache")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
	return true
}

// contentType does not ask the machine's own tables, which differ.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	case ".svg":
		return "image/svg+xml"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// accepts reports whether r takes coding; "coding;q=0" means it does not.
func accepts(r *http.Request, coding string) bool {
	for item := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(item, ";")
		if strings.TrimSpace(name) == coding {
			return strings.Trim(strings.TrimPrefix(strings.TrimSpace(q), "q="), "0.") != "" || q == ""
		}
	}
	return false
}
