package fold

import (
	"encoding/base64"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// SortKey returns a text whose byte order is the order in which a Vietnamese
// reader looks text up: a ă â b c d đ e ê …, then by tone (level, grave, hook,
// tilde, acute, dot); capitals are as small letters. The order is that of the
// Unicode collation algorithm (UTS #10) with the Vietnamese tailoring of CLDR.
// A key has about six bytes a letter.
func SortKey(text string) string {
	key := collate.New(language.Vietnamese, collate.IgnoreCase).KeyFromString(new(collate.Buffer), text)
	// Base 64 with its digits in the order of their bytes keeps the order of the keys.
	const digits = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
	return base64.NewEncoding(digits).WithPadding(base64.NoPadding).EncodeToString(key)
}
