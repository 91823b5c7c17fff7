package i18n

import (
	"slices"

	"golang.org/x/text/language"
)

// Negotiate returns the language to speak: what the reader chose (the value of
// the cookie pano_lang), else the best of their browser's Accept-Language, else
// fallback. It never returns a language that is not in Langs.
func Negotiate(chosen, acceptLanguage, fallback string) string {
	if slices.Contains(Langs(), chosen) {
		return chosen
	}
	wanted, _, _ := language.ParseAcceptLanguage(acceptLanguage)
	for _, tag := range wanted {
		if base, _ := tag.Base(); slices.Contains(Langs(), base.String()) {
			return base.String()
		}
	}
	if slices.Contains(Langs(), fallback) {
		return fallback
	}
	return Langs()[0]
}
