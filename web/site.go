package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strings"

	"pano/internal/i18n"
)

// A Site writes pages and serves files. Every page is parsed once per language,
// so a request binds no functions and clones nothing. It is safe for concurrent use.
type Site struct {
	words  map[string]*i18n.Words
	pages  map[string]*template.Template // by "vi/library"
	static static
}

// Open parses the pages, parts and words of files; Files is the usual argument.
// It fails if a page cannot be parsed or the languages differ.
func Open(files fs.FS) (*Site, error) {
	locale, err := fs.Sub(files, "locale")
	if err != nil {
		return nil, err
	}
	s := &Site{pages: map[string]*template.Template{}}
	if s.words, err = i18n.Load(locale); err != nil {
		return nil, err
	}
	if s.static, err = openStatic(files); err != nil {
		return nil, err
	}
	names, err := fs.Glob(files, "page/*.html")
	if err != nil {
		return nil, err
	}
	for _, words := range s.words {
		for _, name := range names {
			if name == "page/base.html" {
				continue
			}
			t, err := template.New("base.html").Funcs(s.funcs(words)).ParseFS(files, "page/base.html", "part/*.html", name)
			if err != nil {
				return nil, err
			}
			s.pages[words.Lang+"/"+strings.TrimSuffix(path.Base(name), ".html")] = t
		}
	}
	return s, nil
}

// Words returns the words of lang, which must be one of i18n.Langs.
func (s *Site) Words(lang string) *i18n.Words { return s.words[lang] }

// Built reports whether the islands and hashed files are there.
func (s *Site) Built() bool { return s.static.built() }

// Write writes a whole page in lang. data embeds a Frame. Nothing reaches w if
// the page fails, so that half a page never looks like a page.
func (s *Site) Write(w io.Writer, lang, page string, data any) error {
	return s.write(w, lang, page, "base.html", data)
}

// WriteParts writes only the named templates of a page, one after the other:
// the fragments that a pano-live element asks for with X-Pano-Fragment.
func (s *Site) WriteParts(w io.Writer, lang, page string, data any, parts ...string) error {
	return s.write(w, lang, page, strings.Join(parts, " "), data)
}

func (s *Site) write(w io.Writer, lang, page, parts string, data any) error {
	t := s.pages[lang+"/"+page]
	if t == nil {
		return fmt.Errorf("no page %q in %q", page, lang)
	}
	var buf bytes.Buffer
	for part := range strings.FieldsSeq(parts) {
		if err := t.ExecuteTemplate(&buf, part, data); err != nil {
			return err
		}
	}
	_, err := buf.WriteTo(w)
	return err
}

// funcs are the functions a page may call, bound to one language.
func (s *Site) funcs(words *i18n.Words) template.FuncMap {
	return template.FuncMap{
		"t":        words.Say,
		"lang":     func() string { return words.Lang },
		"built":    s.Built,
		"asset":    s.static.url,
		"preloads": s.static.preloads,
		"number":   words.Number,
		"decimal":  words.Decimal,
		"dong":     words.Dong,
		"size":     words.Size,
		"metres":   words.Metres,
		"area":     words.Area,
		"bytes":    words.Bytes,
		"percent":  words.Percent,
		"day":      words.Day,
		"days":     words.Days,
		"date":     words.Date,
		"datetime": words.DateTime,
		"badge":    func(family string, state any) Badge { return badge(words, family, state) },
		"word":     func(family string, value any) string { return words.Say(family + "." + fmt.Sprint(value)) },
		"field":    func(name, label string, pairs ...any) (Field, error) { return field(words, name, label, pairs) },
		"empty":    func(text string, pairs ...any) (Empty, error) { return empty(words, text, pairs) },
		"more":     func(href string, n int) More { return More{href, words.Say("list.more", n)} },
		"count":    func(n int) string { return words.Number(int64(n)) },
		"tongues":  func() []Tongue { return tongues(words.Lang) },
	}
}
