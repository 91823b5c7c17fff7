package fold

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Query is what was typed into a search box, as conditions on the keys of
// words, and as an FTS5 expression over a trigram table of plain codes, well
// formed whatever was typed. An empty one matches nothing.
//
// The conditions do not say which of the two keys they mean. They need not: a
// key with marks is no folded key, and a marked key without marks is the folded one.
type Query struct {
	Exact All    // marks typed are marks meant: a word typed with marks, with those marks
	Any   All    // every word whatever its marks; matches all that Exact does, and is often equal to it
	Codes string // every piece between spaces, somewhere in a code or the name of a file
}

// Empty reports whether there is nothing to search for: no words, or one letter alone.
func (q Query) Empty() bool { return len(q.Any) == 0 && q.Codes == "" }

// Even reports whether all that matches matches exactly.
func (q Query) Even() bool { return slices.EqualFunc(q.Exact, q.Any, slices.Equal) }

// All holds for a text for which every one of its members holds.
type All []OneOf

// OneOf holds for a text that has at least one of its phrases.
type OneOf []Phrase

// A Phrase is words that stand one after the other.
type Phrase struct {
	Keys string // of one kind, with one space between them
	Open bool   // the last word may go on
}

// FTS writes a as an FTS5 expression; every word stands in quotes. It names no
// column, which would make FTS5 look at every position of every word.
func (a All) FTS() string {
	return join(a, " AND ", func(o OneOf) string {
		s := join(o, " OR ", Phrase.FTS)
		if len(o) > 1 {
			s = "(" + s + ")"
		}
		return s
	})
}

// FTS writes p as an FTS5 expression.
func (p Phrase) FTS() string {
	if p.Open {
		return quote(p.Keys) + "*"
	}
	return quote(p.Keys)
}

// quote makes an FTS5 string, in which nothing has a meaning.
func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// Longest query, in words and in characters; the rest is not looked at.
const (
	maxWords = 40
	maxChars = 500
)

// A Parser reads queries. It is safe for use by several goroutines.
type Parser struct {
	groups [][][]Word // of phrases that mean the same
}

// NewParser returns a parser that knows the synonyms of the trade.
func NewParser() *Parser {
	p := &Parser{}
	for _, g := range synonyms() {
		var phrases [][]Word
		for _, s := range g {
			phrases = append(phrases, Words(s))
		}
		p.groups = append(p.groups, phrases)
	}
	return p
}

// synonyms lists words of the trade that people use for one another, and words
// whose spelling is not settled. Only those that mean nothing else are here.
func synonyms() [][]string {
	return [][]string{
		{"pa nô", "panô", "pano"},
		{"băng rôn", "băngrôn", "banner", "biểu ngữ"},
		{"áp phích", "apphích", "poster", "tranh cổ động"},
		{"phướn", "cờ phướn"},
		{"ma két", "makét", "maket"},
		{"khẩu hiệu", "slogan"},
		{"biểu trưng", "logo"},
	}
}

// Parse reads a search box. The last word may be unfinished unless something
// follows it, so it is looked for as a beginning; one letter is too little for
// that, it only brings those up that have it as a word.
//
// known reports whether some text has that folded word, or a word that begins
// so. It is asked only about words that look like Telex or VNI typed with the
// input method off ("truwng bafy", "tru7ng ba2y"): such a word is decoded if it
// is unknown and what it stands for is known.
func (p *Parser) Parse(text string, known func(folded string, prefix bool) bool) Query {
	text = clip(text)
	words, open := split(text)
	words = words[:min(len(words), maxWords)]
	if len(words) == 0 || len(words) == 1 && utf8.RuneCountInString(words[0].Folded) < 2 {
		return Query{}
	}
	for i, w := range words {
		words[i] = repair(w, open && i == len(words)-1, known)
	}
	var exact, any All
	for len(words) > 0 {
		n, group := p.phrase(words)
		last := open && n == len(words)
		if last && n == 1 && oneLetter(words[0]) {
			exact = append(exact, OneOf{{Keys: words[0].Marked}})
			break
		}
		e, a := clauses(words[:n], group, last)
		if !any.has(a) || !exact.has(e) { // a word said twice costs twice
			exact, any = append(exact, e), append(any, a)
		}
		words = words[n:]
	}
	return Query{exact, any, codes(text)}
}

func (a All) has(o OneOf) bool {
	return slices.ContainsFunc(a, func(b OneOf) bool { return slices.Equal(b, o) })
}

// oneLetter reports whether w is one letter; one digit is a number.
func oneLetter(w Word) bool {
	r, n := utf8.DecodeRuneInString(w.Folded)
	return n == len(w.Folded) && unicode.IsLetter(r)
}

func clip(text string) string {
	n := 0
	for i := range text {
		if n++; n > maxChars {
			return text[:i]
		}
	}
	return text
}

// repair returns what w stands for if it was typed with the input method off.
func repair(w Word, open bool, known func(string, bool) bool) Word {
	if !w.bare() {
		return w
	}
	text, ok := decode(w.Folded)
	if !ok || known(w.Folded, open) {
		return w
	}
	if d := Words(text); len(d) == 1 && known(d[0].Folded, open) {
		return d[0]
	}
	return w
}

// phrase returns how many of words, from the first on, are looked for together,
// and the group of phrases that mean the same, nil if there is none.
func (p *Parser) phrase(words []Word) (n int, group [][]Word) {
	for _, g := range p.groups {
		for _, s := range g {
			if len(s) > n && begins(words, s) {
				n, group = len(s), g
			}
		}
	}
	return max(n, 1), group
}

// begins reports whether words begin with phrase; a word typed without marks
// stands for every word that folds to it.
func begins(words, phrase []Word) bool {
	if len(words) < len(phrase) {
		return false
	}
	for i, s := range phrase {
		if w := words[i]; w != s && !(w.bare() && w.Folded == s.Folded) {
			return false
		}
	}
	return true
}

// clauses returns the two conditions for words, which a group of phrases may
// stand for as well. If open, the last word may go on.
func clauses(words []Word, group [][]Word, open bool) (exact, any OneOf) {
	any = phrases(folded, words, group, open)
	if bare(words) {
		return any, any
	}
	return phrases(marked, words, group, open), any
}

// phrases lists those that stand for words: their own, and those of the group.
func phrases(key func(Word) string, words []Word, group [][]Word, open bool) OneOf {
	own := join(words, " ", key)
	all := OneOf{{Keys: own}}
	if open {
		all = begin(own)
	}
	for _, g := range group {
		p := Phrase{Keys: join(g, " ", key)}
		if p.Keys != own && !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all
}

func folded(w Word) string { return w.Folded }
func marked(w Word) string { return w.Marked }

func bare(words []Word) bool {
	for _, w := range words {
		if !w.bare() {
			return false
		}
	}
	return true
}

// begin returns the phrases that begin so. Nothing follows a tone, and one digit
// is a whole number; a y that was made an i may have been the beginning of more:
// quy, quyết.
func begin(phrase string) OneOf {
	last := phrase[strings.LastIndexByte(phrase, ' ')+1:]
	if r, _ := utf8.DecodeLastRuneInString(last); strings.ContainsRune(tones, r) || len(last) == 1 {
		return OneOf{{Keys: phrase}}
	}
	all := OneOf{{phrase, true}}
	if head, ok := strings.CutSuffix(phrase, "i"); ok && finalY(strings.TrimSuffix(last, "i")+"y") {
		all = append(all, Phrase{head + "y", true})
	}
	return all
}

// codes returns the expression for the trigram table, "" if a piece is too short
// for one, or if text is nothing but a year, which stands in every code.
func codes(text string) string {
	pieces := strings.Fields(Plain(text))
	if len(pieces) > maxWords || len(pieces) == 1 && isYear(pieces[0]) {
		return ""
	}
	for i, s := range pieces {
		if utf8.RuneCountInString(s) < 3 {
			return ""
		}
		pieces[i] = quote(s)
	}
	return strings.Join(pieces, " AND ")
}

func isYear(s string) bool {
	if len(s) != 4 || s[:2] != "19" && s[:2] != "20" {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}
