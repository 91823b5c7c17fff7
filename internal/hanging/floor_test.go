package hanging_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// plan gives the flag a size in pixels, so that it can be a floor plan, and lays
// it with a scale of 10 mm a pixel.
func (g *gallery) plan(t *testing.T) pano.Floor {
	t.Helper()
	if err := g.DB.Tend(t.Context(), func(tx *catalog.Tx) error {
		_, err := tx.Exec(`UPDATE version SET width = 2000, height = 1000`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	f, err := g.LayFloor(t.Context(), g.lan, g.show.ID, 0, g.flag.ID)
	if err != nil || f.Rev != 1 || f.Width != 2000 || f.Scaled() {
		t.Fatalf("laid %+v, %v", f, err)
	}
	f, err = g.ScaleFloor(t.Context(), g.lan, g.show.ID, 1, pano.FloorScale{X1: 0.1, Y1: 0.5, X2: 0.6, Y2: 0.5, Length: 10_000})
	if w, h := f.Size(); err != nil || w != 20_000 || h != 10_000 {
		t.Fatalf("scaled %+v, %v", f, err)
	}
	return f
}

func TestAFloorIsLaidScaledAndDrawnOn(t *testing.T) {
	g := newGallery(t)
	_, err := g.LayFloor(t.Context(), g.lan, g.show.ID, 0, g.flag.ID)
	want(t, "of what is no picture", err, pano.KindInvalid, "floor.no_picture", "file")
	_, err = g.ScaleFloor(t.Context(), g.lan, g.show.ID, 0, pano.FloorScale{X2: 1, Length: 1000})
	want(t, "a scale of nothing", err, pano.KindNotFound, "floor.none", "")
	_, err = g.DrawFloor(t.Context(), g.lan, pano.Floor{Exhibition: g.show.ID, Rev: 3})
	want(t, "drawn on nothing", err, pano.KindNotFound, "floor.none", "")
	f := g.plan(t)
	if _, err := g.AddExhibits(t.Context(), g.lan, g.show.ID, "", []pano.AssetID{g.flag.ID}, nil); err != nil {
		t.Fatal(err)
	}
	works, _ := g.list(t)
	f.Walls = []pano.FloorWall{{Location: g.inner.ID, From: pano.FloorPoint{X: 1000, Y: 1000}, To: pano.FloorPoint{X: 7000, Y: 1000}}}
	f.Pins = []pano.FloorPin{{Exhibit: works[0].ID, At: pano.FloorPoint{X: 3000, Y: 2000}}, {Name: "Bục phát biểu", At: pano.FloorPoint{X: 5000, Y: 2000}}}
	for name, who := range map[string]pano.Actor{"staff": g.hoa, "auditor": g.an, "another agency's curator": g.minh, "nobody": {}} {
		if _, err := g.DrawFloor(t.Context(), who, f); err == nil {
			t.Errorf("%s drew on it", name)
		}
	}
	bad := f
	bad.Walls = append(slices.Clone(f.Walls), pano.FloorWall{Location: g.wall.ID, To: pano.FloorPoint{X: 1}})
	_, err = g.DrawFloor(t.Context(), g.lan, bad)
	want(t, "a wall elsewhere", err, pano.KindInvalid, "floor.no_such_wall", "wall")
	bad = f
	bad.Pins = []pano.FloorPin{{Exhibit: "x"}}
	_, err = g.DrawFloor(t.Context(), g.lan, bad)
	want(t, "a work that is not listed", err, pano.KindInvalid, "floor.no_such_work", "pin")
	drawn, err := g.DrawFloor(t.Context(), g.lan, f)
	if err != nil || drawn.Rev != 3 {
		t.Fatalf("drawn %+v, %v", drawn, err)
	}
	_, err = g.DrawFloor(t.Context(), g.lan, f)
	want(t, "from an old one", err, pano.KindStale, "thing.stale", "")
	s := f.Scale
	s.Length = 5000
	half, err := g.ScaleFloor(t.Context(), g.lan, g.show.ID, 3, s)
	if err != nil || half.Walls[0].To.X != 3500 || half.Pins[1].At.Y != 1000 {
		t.Errorf("with another scale %+v, %v", half, err)
	}
	s.X2 = s.X1
	_, err = g.ScaleFloor(t.Context(), g.lan, g.show.ID, 4, s)
	want(t, "a line of no length", err, pano.KindInvalid, "floor.line_short", "line")
	half.Scale.Length, half.Walls, half.Asset = 20_000, nil, g.flag.ID
	if all, err := g.SetFloor(t.Context(), g.lan, half); err != nil || all.Rev != 5 || len(all.Walls) != 0 || all.Pins[1].At.Y != 1000 {
		t.Errorf("set as a whole %+v, %v", all, err)
	}
}

func TestTheHistoryOfAFloorTellsJustWhatChanged(t *testing.T) {
	g := newGallery(t)
	f := g.plan(t)
	f.Walls = []pano.FloorWall{{Location: g.inner.ID, To: pano.FloorPoint{X: 6000}}}
	f.Pins = []pano.FloorPin{{Name: "Bục", At: pano.FloorPoint{X: 1, Y: 2}}}
	f, err := g.DrawFloor(t.Context(), g.lan, f)
	if err != nil {
		t.Fatal(err)
	}
	f.Pins = []pano.FloorPin{{Name: "Bục", At: pano.FloorPoint{X: 5, Y: 2}}}
	if _, err := g.DrawFloor(t.Context(), g.lan, f); err != nil {
		t.Fatal(err)
	}
	var last catalog.Event
	g.look(t, func(ctx context.Context, tx *catalog.Tx) {
		events, err := tx.EventsOf(ctx, string(g.show.ID), 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		last = events[0]
	})
	if last.Verb != "exhibition.floor" || !strings.Contains(last.Before, `"Bục (1; 2)"`) || !strings.Contains(last.After, `"Bục (5; 2)"`) || strings.Contains(last.After, "NTL-A") {
		t.Errorf("%s: %s became %s", last.Verb, last.Before, last.After)
	}
}
