package i18n

import (
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// SortKey returns bytes that order as a Vietnamese reader orders s, whatever
// the language of the interface: a ă â b … d đ, then by tone, then by case.
func SortKey(s string) []byte {
	return collate.New(language.Vietnamese).KeyFromString(new(collate.Buffer), s)
}
