package fold

import (
	"slices"
	"strings"
)

// decode returns the syllable that s, small ASCII letters and digits, was meant
// to be if it was typed in Telex ("truwng", "bafy", "ddeepj") or VNI ("tru7ng",
// "ba2y", "d9e6p5") with the input method off; !ok if s has no key of either.
//
// The keys are those of the two methods: Telex s f r x j and VNI 1–5 for the
// tones acute, grave, hook, tilde, dot; aa ee oo and 6 for â ê ô, w and 7 8 for
// ơ ư and ă, dd and 9 for đ; w alone is ư. A key may stand at the end of the
// syllable, as input methods allow.
func decode(s string) (text string, ok bool) {
	if len(s) < 3 && strings.ContainsAny(s, "0123456789") {
		return "", false // A4 is a size of paper
	}
	var t typed
	for _, r := range s {
		if t.key(r) {
			ok = true
		} else {
			t.letters = append(t.letters, r)
		}
	}
	return t.text(), ok
}

// typed is a syllable as an input method holds it.
type typed struct {
	letters []rune
	tone    rune // combining mark, 0 = level
}

// key takes r as a key of an input method, and reports whether it is one here.
func (t *typed) key(r rune) bool {
	switch r {
	case 's', '1':
		return t.setTone(acute)
	case 'f', '2':
		return t.setTone(grave)
	case 'r', '3':
		return t.setTone(hook)
	case 'x', '4':
		return t.setTone(tilde)
	case 'j', '5':
		return t.setTone(dot)
	case 'w', '7':
		return t.dressPair() || t.dress('u', 'ư') || t.dress('o', 'ơ') || r == 'w' && (t.dress('a', 'ă') || t.addU())
	case '8':
		return t.dress('a', 'ă')
	case '6':
		return t.dress('a', 'â') || t.dress('e', 'ê') || t.dress('o', 'ô')
	case '9':
		return t.dress('d', 'đ')
	case 'd':
		return len(t.letters) > 0 && t.letters[0] == 'd' && t.dress('d', 'đ')
	case 'a', 'e', 'o':
		return t.double(r)
	}
	return false
}

func (t *typed) setTone(mark rune) bool {
	if !slices.ContainsFunc(t.letters, isVowel) {
		return false
	}
	t.tone = mark
	return true
}

// dress changes the last such letter.
func (t *typed) dress(from, to rune) bool {
	for i, r := range slices.Backward(t.letters) {
		if r == from {
			t.letters[i] = to
			return true
		}
	}
	return false
}

// dressPair makes ươ of an uo that ends the syllable or stands before its last letter.
func (t *typed) dressPair() bool {
	for i := len(t.letters) - 2; i >= max(0, len(t.letters)-4); i-- {
		if u, o := t.letters[i], t.letters[i+1]; (u == 'u' || u == 'ư') && o == 'o' {
			t.letters[i], t.letters[i+1] = 'ư', 'ơ'
			return true
		}
	}
	return false
}

// addU takes a w where no vowel could carry it as ư itself: trwng.
func (t *typed) addU() bool {
	if slices.ContainsFunc(t.letters, isVowel) {
		return false
	}
	t.letters = append(t.letters, 'ư')
	return true
}

// double takes a second a, e or o, at once (aa) or after the end of the syllable (dem e).
func (t *typed) double(r rune) bool {
	n := len(t.letters)
	if n == 0 || t.letters[n-1] != r && (isVowel(t.letters[n-1]) || t.letters[0] == r) {
		return false
	}
	return t.dress(r, map[rune]rune{'a': 'â', 'e': 'ê', 'o': 'ô'}[r])
}

// text puts the tone after the last vowel; where it stands makes no difference to a key.
func (t *typed) text() string {
	if t.tone != 0 {
		for i, r := range slices.Backward(t.letters) {
			if isVowel(r) {
				return string(t.letters[:i+1]) + string(t.tone) + string(t.letters[i+1:])
			}
		}
	}
	return string(t.letters)
}

func isVowel(r rune) bool { return strings.ContainsRune("aeiouyăâêôơư", r) }
