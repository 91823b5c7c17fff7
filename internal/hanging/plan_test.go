package hanging_test

import (
	"context"
	"slices"
	"testing"

	"pano/internal/pano"
	"pano/storage/catalog"
)

func TestAPlanIsAddedFixedAndClosed(t *testing.T) {
	c := newTown(t)
	_, err := c.AddPlan(t.Context(), c.lan, "Mặt bằng", c.flag.ID)
	want(t, "of what is no picture", err, pano.KindInvalid, "plan.no_picture", "asset")
	if err := c.DB.Tend(t.Context(), func(tx *catalog.Tx) error {
		_, err := tx.Exec(`UPDATE version SET width = 2000, height = 1000`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	p, err := c.AddPlan(t.Context(), c.lan, "Mặt bằng", c.flag.ID)
	if err != nil || p.Agency != c.culture || p.Width != 2000 || p.Rev != 1 {
		t.Fatalf("%+v, %v", p, err)
	}
	p.Points = []pano.ControlPoint{{X: 0, Y: 0, Lat: 20.95, Lon: 106.3}, {X: 1, Y: 1, Lat: 20.94, Lon: 106.32}}
	for name, who := range map[string]pano.Actor{"staff": c.hoa, "auditor": c.an, "a ward's curator": c.minh, "nobody": {}} {
		if _, err := c.FixPlan(t.Context(), who, p); err == nil {
			t.Errorf("%s moved it", name)
		}
		if _, err := c.AddPlan(t.Context(), who, "x", c.flag.ID); err == nil && name != "a ward's curator" {
			t.Errorf("%s added one", name)
		}
	}
	fixed, err := c.FixPlan(t.Context(), c.lan, p)
	if err != nil || fixed.Rev != 2 {
		t.Fatalf("%+v, %v", fixed, err)
	}
	_, err = c.FixPlan(t.Context(), c.lan, p)
	want(t, "from an old revision", err, pano.KindStale, "thing.stale", "")
	bad := fixed
	bad.Points = append(slices.Clone(fixed.Points), pano.ControlPoint{X: 2})
	_, err = c.FixPlan(t.Context(), c.lan, bad)
	want(t, "with a point beside the picture", err, pano.KindInvalid, "plan.off_picture", "point")
	all := func() (all []catalog.LaidPlan) {
		c.look(t, func(ctx context.Context, tx *catalog.Tx) {
			if all, err = tx.Plans(ctx, c.lan.Reach(pano.AssetSee)); err != nil {
				t.Fatal(err)
			}
		})
		return all
	}
	if got := all(); len(got) != 1 || !slices.Equal(got[0].Points, p.Points) || got[0].Renewed || got[0].Code != c.flag.Code {
		t.Errorf("kept %+v", got)
	}
	if _, err := c.ClosePlan(t.Context(), c.lan, p.ID, 2, true); err != nil || len(all()) != 0 {
		t.Errorf("closed: %v, %+v", err, all())
	}
	if _, verbs := c.events(t, string(p.ID)); !slices.Equal(verbs, []string{"plan.edit", "plan.edit", "plan.add"}) {
		t.Errorf("history %v", verbs)
	}
}
