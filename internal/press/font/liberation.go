package font

import (
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansitalic"
	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/go-fonts/liberation/liberationserifbold"
	"github.com/go-fonts/liberation/liberationserifitalic"
	"github.com/go-fonts/liberation/liberationserifregular"
)

// The Liberation fonts (SIL Open Font License 1.1) have the widths of Arial and
// Times New Roman, and every letter of Vietnamese. Each call reads the font
// anew, in some microseconds: keep what it returns.

// Sans returns Liberation Sans.
func Sans() (*Font, error) { return Parse(liberationsansregular.TTF) }

// SansBold returns Liberation Sans Bold.
func SansBold() (*Font, error) { return Parse(liberationsansbold.TTF) }

// SansItalic returns Liberation Sans Italic.
func SansItalic() (*Font, error) { return Parse(liberationsansitalic.TTF) }

// Serif returns Liberation Serif.
func Serif() (*Font, error) { return Parse(liberationserifregular.TTF) }

// SerifBold returns Liberation Serif Bold.
func SerifBold() (*Font, error) { return Parse(liberationserifbold.TTF) }

// SerifItalic returns Liberation Serif Italic.
func SerifItalic() (*Font, error) { return Parse(liberationserifitalic.TTF) }
