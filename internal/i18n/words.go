// Package i18n turns message keys into words, Vietnamese first, and writes
// numbers, dates, money and sizes the way each reader expects them.
package i18n

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"pano/internal/pano"
)

// Langs are the languages of the interface; the first is the default.
func Langs() []string { return []string{"vi", "en"} }

// Words says things in one language. It is safe for concurrent use.
type Words struct {
	Lang    string // "vi" or "en"
	formats map[string]string
	print   *message.Printer
}

// Load reads <lang>.json for every language. It fails if a file is missing or
// unreadable, has a key twice, or if the languages differ in their keys or in
// the verbs behind a key; all faults are reported at once.
func Load(fsys fs.FS) (map[string]*Words, error) {
	all := map[string]*Words{}
	for _, lang := range Langs() {
		formats, err := read(fsys, lang+".json")
		if err != nil {
			return nil, err
		}
		all[lang] = &Words{Lang: lang, formats: formats, print: message.NewPrinter(language.Make(lang))}
	}
	first := all[Langs()[0]]
	var faults []error
	for _, lang := range Langs()[1:] {
		faults = append(faults, compare(first, all[lang])...)
	}
	return all, errors.Join(faults...)
}

// read decodes one flat object, token by token because a map would hide a repeated key.
func read(fsys fs.FS, name string) (map[string]string, error) {
	file, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	in := json.NewDecoder(file)
	if _, err := in.Token(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	formats := map[string]string{}
	for in.More() {
		key, err := in.Token()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		var format string
		if err := in.Decode(&format); err != nil {
			return nil, fmt.Errorf("%s: %v: %w", name, key, err)
		}
		if _, twice := formats[key.(string)]; twice {
			return nil, fmt.Errorf("%s: %v is there twice", name, key)
		}
		formats[key.(string)] = format
	}
	return formats, nil
}

func compare(a, b *Words) (faults []error) {
	for _, key := range a.Keys() {
		if !b.Has(key) {
			faults = append(faults, fmt.Errorf("%s.json lacks %q", b.Lang, key))
		} else if x, y := a.verbs(key), b.verbs(key); !slices.Equal(x, y) {
			faults = append(faults, fmt.Errorf("%q prints %q in %s and %q in %s", key, x, a.Lang, y, b.Lang))
		}
	}
	for _, key := range b.Keys() {
		if !a.Has(key) {
			faults = append(faults, fmt.Errorf("%s.json lacks %q", a.Lang, key))
		}
	}
	return faults
}

// Say returns the words for key, or the key itself so that a gap shows on the
// page. Numbers are grouped as the reader groups them (1.234 or 1,234), so years
// and codes are passed as strings. Days, times, money and amounts of data go
// with %s and are written by their own methods.
func (w *Words) Say(key string, args ...any) string {
	format, ok := w.formats[key]
	switch {
	case !ok:
		return key
	case len(args) == 0:
		return format
	}
	said := make([]any, len(args))
	for i, arg := range args {
		said[i] = w.spell(arg)
	}
	return w.print.Sprintf(message.Key("", format), said...)
}

// spell writes what has a form of its own, and leaves everything else as it is.
func (w *Words) spell(arg any) any {
	switch arg := arg.(type) {
	case pano.Bytes:
		return w.Bytes(int64(arg))
	case pano.Day:
		return w.Day(arg)
	case pano.Dong:
		return w.Dong(arg)
	case time.Time:
		return w.DateTime(arg)
	}
	return arg
}

// Has reports whether there are words for key.
func (w *Words) Has(key string) bool { _, ok := w.formats[key]; return ok }

// Keys returns every key, sorted.
func (w *Words) Keys() []string {
	keys := make([]string, 0, len(w.formats))
	for key := range w.formats {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// Format returns the words of key before anything is put into them, for a
// program in the browser that puts it in itself.
func (w *Words) Format(key string) string { return w.formats[key] }

// verbs returns the verbs of key in the order of their arguments: a language may
// turn them round with %[2]s.
func (w *Words) verbs(key string) []string {
	var verbs []string
	next := 1
	for _, m := range verb.FindAllStringSubmatch(w.formats[key], -1) {
		if m[2] == "%" {
			continue
		}
		if m[1] != "" {
			fmt.Sscan(m[1], &next)
		}
		verbs = append(verbs, fmt.Sprintf("%03d%s", next, m[2]))
		next++
	}
	slices.Sort(verbs)
	return verbs
}

var verb = regexp.MustCompile(`%[-+ #0-9.]*(?:\[(\d+)\])?[-+ #0-9.]*([a-zA-Z%])`)
