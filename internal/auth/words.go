package auth

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"pano/internal/pano"
)

// ParseLogin returns s as it is kept: without spaces around it, in lower case.
//
// It fails with KindInvalid if that is not 2 to 40 of a–z, 0–9, dot, hyphen and
// underscore, beginning with a letter or digit. Only ASCII is put in lower case: with
// all of Unicode, two names that look different could become the same.
func ParseLogin(s string) (string, error) {
	login := asciiLower(strings.TrimSpace(s))
	if !regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,39}$`).MatchString(login) {
		return "", pano.Invalid("user.login_shape").At("login")
	}
	return login, nil
}

// parseCode returns the code of an agency as it is kept, in upper case.
func parseCode(s string) (string, error) {
	code := asciiUpper(strings.TrimSpace(s))
	if !regexp.MustCompile(`^[A-Z0-9][A-Z0-9._-]{1,19}$`).MatchString(code) {
		return "", pano.Invalid("agency.code_shape").At("code")
	}
	return code, nil
}

func asciiLower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, s)
}

func asciiUpper(s string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' {
			r -= 'a' - 'A'
		}
		return r
	}, s)
}

// nameMax is how many runes the name of a person, an agency or a token has at most.
const nameMax = 200

// parseName returns a name as it is kept: NFC, one space between words. It
// fails with KindInvalid at field if nothing is left, if it is too long, or if
// it has characters that cannot be seen or turn the direction of writing.
func parseName(s, field string) (string, error) {
	name := norm.NFC.String(strings.Join(strings.Fields(s), " "))
	switch {
	case name == "":
		return "", pano.Invalid("name.missing").At(field)
	case utf8.RuneCountInString(name) > nameMax:
		return "", pano.Invalid("name.too_long", nameMax).At(field)
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unseen):
		return "", pano.Invalid("name.unseen").At(field)
	}
	return name, nil
}

// unseen reports control characters and those of Unicode's class Cf, among
// which are the turners of direction.
func unseen(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }

// clip returns at most n runes of s without what cannot be seen: for what a
// client says of itself.
func clip(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if unseen(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if all := []rune(s); len(all) > n {
		s = string(all[:n])
	}
	return s
}

// checkRoles fails with KindInvalid if a membership has a role that is not one.
func checkRoles(all []pano.Membership) error {
	for _, m := range all {
		if !slices.Contains(pano.Roles(), m.Role) {
			return pano.Invalid("user.role_unknown", clip(string(m.Role), 40)).At("role")
		}
	}
	return nil
}
