package catalog_test

import (
	"context"
	"testing"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// show stores an exhibition of culture, with the flag in its list.
func (c *town) show(t testing.TB, code string) (e pano.Exhibition, x pano.Exhibit) {
	t.Helper()
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) (err error) {
		e, err = tx.AddExhibition(ctx, pano.Exhibition{Code: code, Title: "Xứ Đông", Venue: c.venue.ID, Days: sep(1, 9), Licence: "12/GP", State: pano.ExhibitionIdea, Agency: c.culture, By: c.lan})
		if err != nil {
			return err
		}
		x, err = tx.AddExhibit(ctx, pano.Exhibit{Exhibition: e.ID, Asset: c.flag.ID, Label: pano.Label{Title: "Phướn"}})
		return err
	})
	return e, x
}

// TestTheRulesOfExhibitionsHoldInTheCatalogueToo, whoever writes to it.
func TestTheRulesOfExhibitionsHoldInTheCatalogueToo(t *testing.T) {
	c := newTown(t)
	e, x := c.show(t, "XD")
	other, _ := c.show(t, "XD-2")
	var section pano.Section
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) (err error) {
		section, err = tx.AddSection(ctx, pano.Section{Exhibition: other.ID, Title: "Đất"})
		return err
	})
	p := c.piece(c.wall, sep(1, 9))
	p.Area, p.Exhibition = pano.Rect{W: 800, H: 2300}, e.ID
	p = c.place(t, p)
	try := func(name, want string, f func(ctx context.Context, tx *catalog.Tx) error) {
		t.Helper()
		err := c.Tend(t.Context(), func(tx *catalog.Tx) error { return f(t.Context(), tx) })
		if key(err) != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	to := func(state pano.ExhibitionState) func(ctx context.Context, tx *catalog.Tx) error {
		return func(ctx context.Context, tx *catalog.Tx) error {
			now, err := tx.Exhibition(ctx, e.ID)
			if err != nil {
				return err
			}
			now.State = state
			_, err = tx.UpdateExhibition(ctx, now)
			return err
		}
	}
	try("over a step", "exhibition.wrong_state", to(pano.ExhibitionOpen))
	try("a placed work", "exhibition.work_placed", func(ctx context.Context, tx *catalog.Tx) error { return tx.RemoveExhibit(ctx, x.ID) })
	try("a section of another", "section.none", func(ctx context.Context, tx *catalog.Tx) error {
		return tx.OrderExhibits(ctx, e.ID, []pano.Slot{{Exhibit: x.ID, Section: section.ID}})
	})
	try("come into a section of another", "section.none", func(ctx context.Context, tx *catalog.Tx) error {
		_, err := tx.AddExhibit(ctx, pano.Exhibit{Exhibition: e.ID, Section: section.ID, Asset: c.foreign.ID, Label: pano.Label{Title: "Băng rôn"}})
		return err
	})
	try("the same work twice", "exhibition.listed_already", func(ctx context.Context, tx *catalog.Tx) error {
		_, err := tx.AddExhibit(ctx, pano.Exhibit{Exhibition: e.ID, Asset: c.flag.ID, Label: pano.Label{Title: "Phướn"}})
		return err
	})
	try("the same code", "exhibition.code_taken", func(ctx context.Context, tx *catalog.Tx) error {
		_, err := tx.AddExhibition(ctx, pano.Exhibition{Code: "xd", Title: "x", State: pano.ExhibitionIdea, Agency: c.culture, By: c.lan})
		return err
	})
	for _, state := range pano.ExhibitionStates()[1:6] {
		try(string(state), "", to(state))
	}
	try("a new placement after the end", "exhibition.over", func(ctx context.Context, tx *catalog.Tx) error {
		q := p
		q.Area.X = 2000
		_, err := tx.AddPlacement(ctx, q)
		return err
	})
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) (err error) {
		p.State, p.Unproven = pano.Installed, "không có ảnh"
		p, err = tx.UpdatePlacement(ctx, p)
		return err
	})
	try("dismantled while it hangs", "exhibition.still_hangs", to(pano.ExhibitionDismantled))
	for _, stmt := range []string{`DELETE FROM exhibition`, `UPDATE exhibition SET licence = '' WHERE state = 'closed'`, `UPDATE exhibit SET asset = NULL`, `DELETE FROM section WHERE id IN (SELECT section FROM exhibit)`} {
		if stmt == `DELETE FROM section WHERE id IN (SELECT section FROM exhibit)` {
			mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
				_, err := tx.AddExhibit(ctx, pano.Exhibit{Exhibition: other.ID, Section: section.ID, Asset: c.foreign.ID, Label: pano.Label{Title: "Băng rôn"}})
				return err
			})
		}
		if err := c.Tend(t.Context(), func(tx *catalog.Tx) error { _, err := tx.ExecContext(t.Context(), stmt); return err }); err == nil {
			t.Errorf("%s: went through", stmt)
		}
	}
}

func TestExhibitionsAreListedByTheirOpening(t *testing.T) {
	c := newTown(t)
	a, _ := c.show(t, "XD")
	b, _ := c.show(t, "XD-2")
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) (err error) {
		a.Days = sep(20, 25)
		a, err = tx.UpdateExhibition(ctx, a)
		return err
	})
	if err := c.Read(t.Context(), func(tx *catalog.Tx) error {
		first, more, err := tx.Shows(t.Context(), everything, catalog.ShowQuery{Text: "xu dong", Limit: 1})
		if err != nil || !more || len(first) != 1 || first[0].ID != a.ID || first[0].Works != 1 || first[0].VenueCode != "NTL" {
			t.Errorf("first page %+v, %t, %v", first, more, err)
		}
		next, more, err := tx.Shows(t.Context(), everything, catalog.ShowQuery{After: a.ID})
		if err != nil || more || len(next) != 1 || next[0].ID != b.ID {
			t.Errorf("second page %+v, %t, %v", next, more, err)
		}
		none, _, err := tx.Shows(t.Context(), pano.Reach{Agencies: []pano.AgencyID{c.ward}}, catalog.ShowQuery{})
		if err != nil || len(none) != 0 {
			t.Errorf("out of reach %+v, %v", none, err)
		}
		here, err := tx.ExhibitionsAt(t.Context(), everything, []pano.LocationID{c.room.ID, c.venue.ID})
		if err != nil || len(here) != 2 || here[0].ID != b.ID {
			t.Errorf("in the venue %+v, %v", here, err)
		}
		walls, err := tx.WallsIn(t.Context(), c.venue.ID)
		if err != nil || len(walls) != 1 || walls[0].ID != c.wall.ID {
			t.Errorf("walls %+v, %v", walls, err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
