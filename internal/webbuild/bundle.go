package webbuild

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/evanw/esbuild/pkg/api"

	"pano/internal/i18n"
	"pano/web"
)

// bundle writes dist anew: first to a folder beside it, so that a build that
// fails leaves the old one.
func (b Builder) bundle(sources string) error {
	words, err := i18n.Load(os.DirFS(b.dir("locale")))
	if err != nil {
		return err
	}
	said, err := b.keysSaid()
	if err != nil {
		return err
	}
	entries := b.entries()
	for _, lang := range i18n.Langs() {
		entries = append(entries, api.EntryPoint{InputPath: "words:" + lang, OutputPath: "words." + lang})
	}
	res := api.Build(api.BuildOptions{
		AbsWorkingDir:       absolute(b.dir()),
		EntryPointsAdvanced: entries,
		Bundle:              true,
		Splitting:           true,
		Format:              api.FormatESModule,
		Target:              api.ES2022,
		Engines:             engines(),
		MinifyWhitespace:    true,
		MinifyIdentifiers:   true,
		MinifySyntax:        true,
		Sourcemap:           api.SourceMapNone,
		Charset:             api.CharsetUTF8,
		LegalComments:       api.LegalCommentsNone, // their texts are all in licences.txt
		Metafile:            true,
		Outdir:              "dist",
		EntryNames:          "[name]-[hash]",
		ChunkNames:          "[name]-[hash]",
		AssetNames:          "[name]-[hash]",
		PublicPath:          "/static/",
		Loader:              map[string]api.Loader{".woff2": api.LoaderFile, ".svg": api.LoaderCopy},
		Plugins:             []api.Plugin{wordsPlugin(words, said)},
	})
	if len(res.Errors) > 0 {
		return errors.New(strings.Join(api.FormatMessages(res.Errors, api.FormatMessagesOptions{Kind: api.ErrorMessage}), "\n"))
	}
	manifest, err := readMetafile(res.Metafile)
	if err != nil {
		return err
	}
	manifest.Sources = sources
	licences, err := b.licences()
	if err != nil {
		return err
	}
	files := map[string][]byte{"licences.txt": licences}
	for _, f := range res.OutputFiles {
		files[filepath.Base(f.Path)] = f.Contents
	}
	if files["manifest.json"], err = json.MarshalIndent(manifest, "", "\t"); err != nil {
		return err
	}
	return b.replaceDist(files)
}

// engines are the oldest browsers the pages are made for: Windows 7 ends at
// Chrome 109, iOS 15 phones are still in many pockets.
func engines() []api.Engine {
	return []api.Engine{{Name: api.EngineChrome, Version: "109"}, {Name: api.EngineFirefox, Version: "115"}, {Name: api.EngineSafari, Version: "15.6"}}
}

// entries are the files that pages name.
func (b Builder) entries() []api.EntryPoint {
	entries := []api.EntryPoint{
		{InputPath: "src/site.css", OutputPath: "app"},
		{InputPath: "src/css/noscript.css", OutputPath: "noscript"},
		{InputPath: "src/css/mark.svg", OutputPath: "mark"},
	}
	for _, kind := range []struct{ dir, ext string }{{"src/css/page/", ".css"}, {"src/", ".ts"}} {
		files, _ := filepath.Glob(b.dir(kind.dir, "*"+kind.ext)) // the pattern is well formed
		for _, file := range files {
			name := filepath.Base(file)
			entries = append(entries, api.EntryPoint{InputPath: kind.dir + name, OutputPath: strings.TrimSuffix(name, kind.ext)})
		}
	}
	return entries
}

var saying = regexp.MustCompile(`\bsay\('([^']+)'`)

// keysSaid lists the message keys that the scripts say.
func (b Builder) keysSaid() ([]string, error) {
	var keys []string
	for _, below := range []string{"*.ts", "*/*.ts"} {
		names, _ := filepath.Glob(b.dir("src", below)) // the pattern is well formed
		for _, name := range names {
			src, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			for _, m := range saying.FindAllSubmatch(src, -1) {
				keys = append(keys, string(m[1]))
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys), nil
}

// wordsPlugin makes one script per language out of the keys that are said, so
// that a browser keeps the words of its own language and no page repeats them.
func wordsPlugin(words map[string]*i18n.Words, said []string) api.Plugin {
	return api.Plugin{Name: "words", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: `^words:`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: strings.TrimPrefix(a.Path, "words:"), Namespace: "words"}, nil
		})
		build.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: "words"}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			say := map[string]string{}
			for _, key := range said {
				if !words[a.Path].Has(key) {
					return api.OnLoadResult{}, fmt.Errorf("a script says %q, which has no words", key)
				}
				say[key] = words[a.Path].Format(key)
			}
			data, err := json.Marshal(say)
			text := "globalThis.panoWords=" + string(data)
			return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, err
		})
	}}
}

// readMetafile finds the built name of every entry and the chunks it needs at once.
func readMetafile(text string) (m web.Manifest, err error) {
	var meta struct {
		Outputs map[string]struct {
			EntryPoint string
			Imports    []struct{ Path, Kind string }
		}
	}
	if err := json.Unmarshal([]byte(text), &meta); err != nil {
		return m, err
	}
	var needs func(out string, seen *[]string)
	needs = func(out string, seen *[]string) {
		for _, i := range meta.Outputs[out].Imports {
			if i.Kind == "import-statement" && !slices.Contains(*seen, path.Base(i.Path)) {
				*seen = append(*seen, path.Base(i.Path))
				needs(i.Path, seen)
			}
		}
	}
	m.Entries = map[string]web.Bundle{}
	for out, o := range meta.Outputs {
		if o.EntryPoint == "" || strings.HasPrefix(o.EntryPoint, "node_modules/") {
			continue // a chunk, or third-party code that is loaded when it is wanted
		}
		bundle := web.Bundle{File: path.Base(out)}
		needs(out, &bundle.Imports)
		m.Entries[hashed.ReplaceAllString(path.Base(out), "$1")] = bundle
	}
	return m, nil
}

var hashed = regexp.MustCompile(`-[A-Z0-9]{8}(\.[a-z0-9]+)$`)

// licences joins the licence texts of everything that is shipped to browsers.
func (b Builder) licences() ([]byte, error) {
	data, err := os.ReadFile(b.dir("package-lock.json"))
	if err != nil {
		return nil, err
	}
	var lock struct {
		Packages map[string]struct {
			Version, License string
			Dev              bool
		}
	}
	if err := json.Unmarshal(data, &lock); err != nil {
		return nil, err
	}
	var names []string
	for name, p := range lock.Packages {
		if name != "" && !p.Dev {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var all bytes.Buffer
	all.WriteString("Pano's pages contain the work of others. Their licences:\n")
	for _, name := range names {
		p := lock.Packages[name]
		fmt.Fprintf(&all, "\n\n======== %s %s (%s)\n\n", strings.TrimPrefix(name, "node_modules/"), p.Version, p.License)
		texts, _ := filepath.Glob(b.dir(name, "LICEN[CS]E*")) // the pattern is well formed
		for _, text := range texts {
			data, err := os.ReadFile(text)
			if err != nil {
				return nil, err
			}
			all.Write(data)
		}
	}
	return all.Bytes(), nil
}

// replaceDist makes files the content of dist, each with what its packing saves.
// dist/.keep stays: it is part of the checkout.
func (b Builder) replaceDist(files map[string][]byte) error {
	fresh, err := os.MkdirTemp(b.dir(), ".dist-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	for name, data := range files {
		if err := writePacked(filepath.Join(fresh, name), data); err != nil {
			return err
		}
	}
	dist := b.dir("dist")
	old, err := os.ReadDir(dist)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, f := range old {
		if f.Name() != ".keep" {
			if err := os.RemoveAll(filepath.Join(dist, f.Name())); err != nil {
				return err
			}
		}
	}
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return err
	}
	made, err := os.ReadDir(fresh)
	if err != nil {
		return err
	}
	// The manifest comes last: without it dist counts as not built.
	slices.SortFunc(made, func(x, y os.DirEntry) int {
		return strings.Compare(strings.Replace(x.Name(), "manifest", "~", 1), strings.Replace(y.Name(), "manifest", "~", 1))
	})
	for _, f := range made {
		if err := os.Rename(filepath.Join(fresh, f.Name()), filepath.Join(dist, f.Name())); err != nil {
			return err
		}
	}
	fmt.Fprintf(b.Log, "web/dist: %d files\n", len(made))
	return nil
}

// writePacked writes data and, unless it is packed already, its .br and .gz.
func writePacked(name string, data []byte) error {
	if err := os.WriteFile(name, data, 0o644); err != nil {
		return err
	}
	if strings.HasSuffix(name, ".woff2") || strings.HasSuffix(name, "manifest.json") || len(data) < 400 {
		return nil
	}
	var br, gz bytes.Buffer
	gzw, err := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	if err != nil {
		return err
	}
	for _, w := range []io.WriteCloser{brotli.NewWriterLevel(&br, brotli.BestCompression), gzw} {
		if _, err := w.Write(data); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
	}
	if err := os.WriteFile(name+".br", br.Bytes(), 0o644); err != nil {
		return err
	}
	return os.WriteFile(name+".gz", gz.Bytes(), 0o644)
}

func absolute(name string) string {
	abs, err := filepath.Abs(name)
	if err != nil {
		return name
	}
	return abs
}
