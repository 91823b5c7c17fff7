package demo

import (
	"testing"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// TestTheTownHasWorkForItsCrews: somebody was sent out, something is late to come
// down, and something is left for the visitor to give.
func TestTheTownHasWorkForItsCrews(t *testing.T) {
	d := house(t)
	if _, err := d.Fill(t.Context(), func([]Login) error { return nil }); err != nil {
		t.Fatal(err)
	}
	today := pano.DayOf(d.Now())
	for what, q := range map[string]catalog.WorkQuery{"under way": {State: pano.WorkUnderWay}, "nobody's": {Nobody: true}, "late to come down": {Kind: pano.WorkRemove, Until: today},
		"to be mended": {Kind: pano.WorkRepair}, "to be looked at": {Kind: pano.WorkInspect}, "done": {State: pano.WorkDone}} {
		var page catalog.ErrandPage
		err := d.DB.Read(t.Context(), func(tx *catalog.Tx) (err error) {
			page, err = tx.Works(t.Context(), pano.Reach{All: true}, q)
			return err
		})
		if err != nil || page.Total == 0 {
			t.Errorf("nothing is %s: %v", what, err)
		}
	}
}
