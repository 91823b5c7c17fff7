// Package fold turns Vietnamese text into the keys it is searched and sorted by.
//
// A text is a stream of words (in Vietnamese, syllables); each word has two keys:
//
//   - Folded has no marks at all: "Trưng bày" is "trung bay". It is what people
//     type who are in a hurry.
//   - Marked keeps the marks of the letters (ă â ê ô ơ ư đ) in place and moves
//     the tone to the end, as a letter of its own, so that it does not matter
//     over which vowel it was written: "hoà" and "hòa" are one word.
//
// The rules, and where they come from:
//
//   - A letter and its marks may be one character or several; both are the same
//     text: canonical equivalence, Unicode Standard Annex #15. Hence everything
//     is decomposed (NFD) first.
//   - đ is a letter of its own and has no decomposition (The Unicode Standard,
//     code chart Latin Extended-A, U+0111), so removing marks leaves it: it is
//     folded here. Ð (U+00D0) and Ɖ (U+0189) look the same in capitals and are
//     typed for it.
//   - The tone marks are those of TCVN 6909:2001: grave, hook above, tilde,
//     acute, dot below. Old and new style differ in the vowel that carries them
//     (hoà/hòa, thuý/thúy).
//   - A final i sound after h k l m t s qu v b is written y or i (mỹ/mĩ, lý/lí,
//     quý/quí): the school spelling rules of 1984 (decision 240/QĐ of the
//     Ministry of Education) ask for i, names and custom keep y. Both are i here.
//   - Hyphens split: pa-nô, Pa nô; so do all other characters that are neither
//     letters nor digits.
package fold

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A Word is one syllable or number by its two keys.
type Word struct{ Folded, Marked string }

// bare reports whether w was written without any mark.
func (w Word) bare() bool { return w.Folded == w.Marked }

// Words splits text into words. It never fails; bytes that are not UTF-8 split.
func Words(text string) []Word {
	all, _ := split(text)
	return all
}

// Folded returns the folded keys of text, with one space between words.
func Folded(text string) string {
	return join(Words(text), " ", folded)
}

// Marked returns the marked keys of text, with one space between words.
func Marked(text string) string {
	return join(Words(text), " ", marked)
}

func join[T any](all []T, between string, write func(T) string) string {
	var b strings.Builder
	for i, x := range all {
		if i > 0 {
			b.WriteString(between)
		}
		b.WriteString(write(x))
	}
	return b.String()
}

// Plain returns text in small letters without marks and otherwise as it is, for
// codes and names of files: "Áp-phích_01.TIF" is "ap-phich_01.tif".
func Plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case unicode.IsControl(r):
			return ' '
		case isD(r):
			return 'd'
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(text))
}

// split is Words; open reports whether text ends inside its last word, which may
// thus go on.
func split(text string) (all []Word, open bool) {
	var s syllable
	for _, r := range norm.NFD.String(text) {
		if !s.add(unicode.ToLower(r)) && len(s.folded) > 0 {
			all = append(all, s.word())
			s.reset()
		}
	}
	if open = len(s.folded) > 0; open {
		all = append(all, s.word())
	}
	return all, open
}

// A syllable is a word being read, letter by letter, decomposed.
type syllable struct {
	folded, marked []rune
	tone           rune // letter that stands for the tone at the end of a marked key; 0 = level
}

// add takes r, a small letter, digit or mark, and reports whether it belongs to a word.
func (s *syllable) add(r rune) bool {
	if unicode.Is(unicode.Mn, r) {
		s.mark(r)
		return true
	}
	if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
		return false
	}
	if isD(r) {
		s.folded, s.marked = append(s.folded, 'd'), append(s.marked, 'đ')
		return true
	}
	s.folded, s.marked = append(s.folded, r), append(s.marked, r)
	return true
}

// mark puts a mark on the last letter; those of other languages are dropped.
func (s *syllable) mark(r rune) {
	if len(s.marked) == 0 {
		return
	}
	if t := tone(r); t != 0 {
		s.tone = t
		return
	}
	last := &s.marked[len(s.marked)-1]
	*last = dressed(*last, r)
}

func (s *syllable) word() Word {
	w := Word{Folded: string(s.folded), Marked: string(s.marked)}
	if finalY(w.Folded) {
		w.Folded = w.Folded[:len(w.Folded)-1] + "i"
		w.Marked = w.Marked[:len(w.Marked)-1] + "i"
	}
	if s.tone != 0 {
		w.Marked += string(s.tone)
	}
	return w
}

func (s *syllable) reset() { s.folded, s.marked, s.tone = s.folded[:0], s.marked[:0], 0 }

// The combining marks of Vietnamese.
const (
	grave      = '\u0300' // huyền
	acute      = '\u0301' // sắc
	tilde      = '\u0303' // ngã
	hook       = '\u0309' // hỏi
	dot        = '\u0323' // nặng
	circumflex = '\u0302' // â ê ô
	breve      = '\u0306' // ă
	horn       = '\u031b' // ơ ư
)

// tones are the letters that stand for the tone marks, in the order acute,
// grave, hook, tilde, dot. They are Greek: a digit would make a paper size, A4,
// look like an accented a.
const tones = "αβγδε"

// tone returns the letter that stands for a tone mark, or 0.
func tone(mark rune) rune {
	switch mark {
	case acute:
		return 'α'
	case grave:
		return 'β'
	case hook:
		return 'γ'
	case tilde:
		return 'δ'
	case dot:
		return 'ε'
	}
	return 0
}

// dressed returns letter with mark on it if Vietnamese has such a letter, else letter.
func dressed(letter, mark rune) rune {
	switch mark {
	case circumflex:
		switch letter {
		case 'a':
			return 'â'
		case 'e':
			return 'ê'
		case 'o':
			return 'ô'
		}
	case breve:
		if letter == 'a' {
			return 'ă'
		}
	case horn:
		switch letter {
		case 'o':
			return 'ơ'
		case 'u':
			return 'ư'
		}
	}
	return letter
}

// isD reports whether r is đ, or what is typed for it because it looks the same.
func isD(r rune) bool {
	switch r {
	case 'đ', 'Đ', 'ð', 'Ð', 'ɖ', 'Ɖ':
		return true
	}
	return false
}

// finalY reports whether the y at the end of a folded word may be written i as well.
func finalY(folded string) bool {
	onset, ok := strings.CutSuffix(folded, "y")
	if !ok {
		return false
	}
	switch onset {
	case "h", "k", "l", "m", "t", "s", "qu", "v", "b":
		return true
	}
	return false
}
