package demo

import (
	"testing"

	"pano/internal/hanging"
	"pano/internal/pano"
	"pano/storage/catalog"
)

// checkExhibition looks at the exhibition of the museum, and at its store.
func (d *Desk) checkExhibition(t *testing.T, tx *catalog.Tx) error {
	t.Helper()
	all := pano.Reach{All: true}
	shows, _, err := tx.Shows(t.Context(), all, catalog.ShowQuery{})
	if err != nil {
		return err
	}
	if len(shows) != 1 || shows[0].State != pano.ExhibitionOpen || shows[0].Works < 6 {
		t.Fatalf("exhibitions: %+v", shows)
	}
	works, err := tx.Exhibits(t.Context(), all, shows[0].ID)
	if err != nil {
		return err
	}
	hung := 0
	for _, x := range works {
		if x.Placement != "" {
			hung++
		}
	}
	if hung == 0 {
		t.Error("no work of the exhibition hangs")
	}
	concerns, err := hanging.Concerns(t.Context(), tx, shows[0].Exhibition, works)
	if err != nil {
		return err
	}
	if len(concerns) == 0 {
		t.Error("nothing is missing: a newcomer should see what the list of what is missing looks like")
	}
	items, err := tx.Items(t.Context(), all, all, catalog.ItemQuery{})
	if err != nil {
		return err
	}
	conditions := map[pano.ItemCondition]bool{}
	for _, i := range items.Items {
		conditions[i.Condition] = true
	}
	if items.Total < 10 || len(conditions) < 3 {
		t.Errorf("%d items, in conditions %v", items.Total, conditions)
	}
	return nil
}
