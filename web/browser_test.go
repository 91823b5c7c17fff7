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
	rig.Views(t, func(t *testing.T, v rig.View) {
		for _, page := range []string{"specimen?toast", "alone"} {
			t.Run(page[:5], func(t *testing.T) {
				p := browser.Page(t, v.Width, 844, v.Dark, v.Lang)
				p.Open(h.URL + "/" + page)
				p.Open(h.URL + "/" + page) // the fonts are here now
				if page != "alone" {
					p.Until("customElements.get('pano-grid') && customElements.get('pano-zoom')")
				}
				name := fmt.Sprint(page[:5], "-", v)
				p.Shot(name)
				p.WholeShot(name + "-whole")
				if page != "alone" { // what goes away by itself covers the page for a while
					p.Until("document.querySelectorAll('[data-toast]').length <= 1")
					rig.Eval[bool](p, "(scrollTo(0, document.documentElement.scrollHeight), true)") // where nothing lies under what stays
				}
				p.Sideways()
				rig.Axe(t, p)
			})
		}
	})
}
