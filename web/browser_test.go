package web_test

import (
	"fmt"
	"testing"

	"pano/internal/rig"
)

// TestSpecimensStandEveryReader looks at every part in both languages, light and
// dark, on a desk and on a phone, under the strict policy, and lets axe judge.
func TestSpecimensStandEveryReader(t *testing.T) {
	h, browser := openHouse(t, true), rig.Chromium(t)
	for _, width := range []int{1366, 390} {
		for _, lang := range []string{"vi", "en"} {
			for _, dark := range []bool{false, true} {
				for _, page := range []string{"specimen?toast", "alone"} {
					name := fmt.Sprintf("%s-%d-%s-dark=%t", page[:5], width, lang, dark)
					t.Run(name, func(t *testing.T) {
						p := browser.Page(t, width, 844, dark, lang)
						p.Open(h.URL + "/" + page)
						p.Open(h.URL + "/" + page) // the fonts are here now
						if page != "alone" {
							p.Until("customElements.get('pano-grid') && customElements.get('pano-zoom')")
						}
						p.Shot(name)
						p.WholeShot(name + "-whole")
						p.Sideways()
						rig.Axe(t, p)
					})
				}
			}
		}
	}
}
