package rig

import (
	"fmt"
	"os"
	"testing"
)

// A View is a way to look at a page.
type View struct {
	Width int // CSS pixels
	Lang  string
	Dark  bool
}

func (v View) String() string { return fmt.Sprintf("%d-%s-dark=%t", v.Width, v.Lang, v.Dark) }

// Views calls look, in tests of their own, for both widths, languages and
// shades of a page: in four ways, in which every two of them meet, or in all
// eight if PANO_EVERY_VIEW is set.
func Views(t *testing.T, look func(t *testing.T, v View)) {
	for _, width := range []int{1366, 390} {
		for _, lang := range []string{"vi", "en"} {
			for _, dark := range []bool{false, true} {
				odd := (width == 390) != (lang == "en") != dark
				if odd && os.Getenv("PANO_EVERY_VIEW") == "" {
					continue
				}
				v := View{width, lang, dark}
				t.Run(v.String(), func(t *testing.T) { look(t, v) })
			}
		}
	}
}
