package catalog_test

import (
	"context"
	"reflect"
	"testing"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// floor stores a floor plan of e, with the wall of the town and the flag on it.
func (c *town) floor(t testing.TB, e pano.Exhibition, x pano.Exhibit) (f pano.Floor) {
	t.Helper()
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) (err error) {
		f, err = tx.AddFloor(ctx, pano.Floor{Exhibition: e.ID, Asset: c.flag.ID, Version: c.flag.Current.ID, Width: 2000, Height: 1000,
			Scale: pano.FloorScale{X1: 0.1, Y1: 0.25, X2: 0.6, Y2: 0.25, Length: 10_000},
			Walls: []pano.FloorWall{{Location: c.wall.ID, From: pano.FloorPoint{X: 10}, To: pano.FloorPoint{X: 6010}}},
			Pins:  []pano.FloorPin{{Name: "Bục giữa", At: pano.FloorPoint{X: 1, Y: 2}}, {Exhibit: x.ID, At: pano.FloorPoint{X: 3, Y: 4}}}})
		return err
	})
	return f
}

func (c *town) floorOf(t testing.TB, id pano.ExhibitionID) (f catalog.LaidFloor) {
	t.Helper()
	if err := c.Read(t.Context(), func(tx *catalog.Tx) (err error) {
		f, err = tx.Floor(t.Context(), pano.Reach{All: true}, id)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestAFloorIsKeptAsItWas(t *testing.T) {
	c := newTown(t)
	e, x := c.show(t, "XD")
	f := c.floor(t, e, x)
	got := c.floorOf(t, e.ID)
	if f.Created, f.Updated = got.Created, got.Updated; !reflect.DeepEqual(got.Floor, f) || !got.Seen || got.Renewed || got.Digest != c.flag.Current.Digest {
		t.Errorf("kept\n%+v, not\n%+v", got, f)
	}
	f.Walls[0].To.X, f.Pins, f.Scale.Length = 5000, f.Pins[:1], 9000
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
		was := f
		var err error
		if f, err = tx.UpdateFloor(ctx, f); err != nil {
			return err
		}
		if _, err := tx.UpdateFloor(ctx, was); pano.KindOf(err) != pano.KindStale {
			t.Errorf("from an old one: %v", err)
		}
		return nil
	})
	if err := c.Read(t.Context(), func(tx *catalog.Tx) error {
		hidden, err := tx.Floor(t.Context(), pano.Reach{}, e.ID)
		if hidden.Seen || !hidden.Digest.IsZero() || len(hidden.Walls) != 1 {
			t.Errorf("to who may not see the picture: %+v", hidden)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// TestTheRulesOfFloorsHoldInTheCatalogueToo, whoever writes to it.
func TestTheRulesOfFloorsHoldInTheCatalogueToo(t *testing.T) {
	c := newTown(t)
	e, x := c.show(t, "XD")
	other, foreign := c.show(t, "XD-2")
	f := c.floor(t, e, x)
	try := func(name, want string, change func(*pano.Floor)) {
		t.Helper()
		err := c.Tend(t.Context(), func(tx *catalog.Tx) error {
			now := f
			change(&now)
			_, err := tx.UpdateFloor(t.Context(), now)
			return err
		})
		if key(err) != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	try("a street for a wall", "floor.no_wall", func(f *pano.Floor) { f.Walls = []pano.FloorWall{{Location: c.stretch.ID, To: pano.FloorPoint{X: 1}}} })
	try("a work of another", "floor.other_work", func(f *pano.Floor) { f.Pins = []pano.FloorPin{{Exhibit: foreign.ID}} })
	try("marks without a scale", "floor.not_scaled", func(f *pano.Floor) { f.Scale = pano.FloorScale{} })
	try("pins without a scale", "floor.not_scaled", func(f *pano.Floor) { f.Scale, f.Walls = pano.FloorScale{}, nil })
	refused(t, c.DB, pano.KindStale, "a second floor", func(ctx context.Context, tx *catalog.Tx) error {
		_, err := tx.AddFloor(ctx, f)
		return err
	})
	if err := c.Tend(t.Context(), func(tx *catalog.Tx) error {
		_, err := tx.Exec(`UPDATE floor SET length = 0 WHERE exhibition = ?`, string(e.ID))
		return err
	}); err == nil {
		t.Error("the scale went from under what is drawn")
	}
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error { return tx.RemoveExhibit(ctx, x.ID) })
	if got := c.floorOf(t, e.ID); len(got.Pins) != 1 || got.Rev != 2 {
		t.Errorf("after its work left the list: %+v", got)
	}
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error { return tx.RemoveExhibit(ctx, foreign.ID) })
	_ = other
}

func TestWallsOfAnExhibitionAreThoseInItsVenueAndThoseItUses(t *testing.T) {
	c := newTown(t)
	e, _ := c.show(t, "XD")
	codes := func() (all string) {
		if err := c.Read(t.Context(), func(tx *catalog.Tx) error {
			walls, err := tx.WallsFor(t.Context(), e.ID)
			for _, l := range walls {
				all += " " + l.Code
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return all
	}
	if got := codes(); got != " NTL-1-A" {
		t.Errorf("in the venue:%s", got)
	}
	p := c.piece(c.face, sep(1, 9))
	p.Exhibition = e.ID
	c.place(t, p)
	if got := codes(); got != " HD-014 NTL-1-A" {
		t.Errorf("with a face outside:%s", got)
	}
}
