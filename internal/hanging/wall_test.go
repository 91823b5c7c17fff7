package hanging_test

import (
	"errors"
	"slices"
	"testing"

	"pano/internal/hanging"
	"pano/internal/pano"
	"pano/storage/catalog"
)

// two are two works side by side on the wall: at 1000 and at 3000 mm.
func (c *town) two(t testing.TB) (a, b pano.Placement) {
	t.Helper()
	a, b = c.piece(c.wall, sep(1, 9)), c.piece(c.wall, sep(1, 9))
	b.Area.X = 3000
	return c.place(t, a), c.place(t, b)
}

// spot is p where it is.
func spot(p pano.Placement) hanging.Spot {
	return hanging.Spot{ID: p.ID, Rev: p.Rev, Area: p.Area, Hook: p.Hook}
}

func TestWorksChangePlacesInOneStep(t *testing.T) {
	c := newTown(t)
	a, b := c.two(t)
	x, y := spot(a), spot(b)
	x.Area, y.Area, x.Hook = y.Area, x.Area, 80
	got, err := c.Arrange(t.Context(), c.lan, c.wall.ID, []hanging.Spot{x, y})
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	for id, want := range map[pano.PlacementID]hanging.Spot{a.ID: x, b.ID: y} {
		if p := c.kept(t, id); p.Area != want.Area || p.Hook != want.Hook || p.Rev != 2 || p.State != pano.Planned {
			t.Errorf("kept %+v, want %+v", p, want)
		}
		if _, verbs := c.events(t, string(id)); !slices.Equal(verbs, []string{"placement.arrange", "placement.add"}) {
			t.Errorf("history %v", verbs)
		}
	}
}

func TestArrangeHangsNewWorksBesideOldOnes(t *testing.T) {
	c := newTown(t)
	a, _ := c.two(t)
	x := spot(a)
	x.Area.X = 0
	fresh := hanging.Spot{Asset: c.flag.ID, Days: sep(1, 9), Area: a.Area}
	got, err := c.Arrange(t.Context(), c.lan, c.wall.ID, []hanging.Spot{fresh, x})
	if err != nil || len(got) != 2 || got[1].Area != fresh.Area || got[1].Agency != c.culture || got[1].By != c.lan.ID {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestAllMovesOrNone: one that is refused takes all others back, and says which it was.
func TestAllMovesOrNone(t *testing.T) {
	c := newTown(t)
	a, b := c.two(t)
	hung := c.advance(t, c.place(t, func() pano.Placement { p := c.piece(c.wall, sep(1, 9)); p.Area.X = 5000; return p }()), pano.Installed)
	printed := c.advance(t, c.place(t, func() pano.Placement { p := c.piece(c.wall, sep(20, 29)); return p }()), pano.Printed)
	with := func(p pano.Placement, change func(*hanging.Spot)) hanging.Spot { s := spot(p); change(&s); return s }
	free := with(a, func(s *hanging.Spot) { s.Area.X = 2000 })
	before, _ := c.events(t, "")
	for _, x := range []struct {
		name string
		s    hanging.Spot
		kind pano.Kind
		key  string
		at   string
	}{
		{"off the wall", with(b, func(s *hanging.Spot) { s.Area.X = 5201 }), pano.KindInvalid, "placement.off_wall", "x_mm"},
		{"over one that moves, too", with(b, func(s *hanging.Spot) { s.Area.X = 2799 }), pano.KindConflict, "placement.taken", "x_mm"},
		{"over one that stays", with(b, func(s *hanging.Spot) { s.Area.X = 4900 }), pano.KindConflict, "placement.taken", "x_mm"},
		{"without a size", with(b, func(s *hanging.Spot) { s.Area.W = 0 }), pano.KindInvalid, "placement.no_size", "width_mm"},
		{"a hook beside it", with(b, func(s *hanging.Spot) { s.Hook = 1001 }), pano.KindInvalid, "placement.bad_hook", "hook_mm"},
		{"one that hangs", with(hung, func(s *hanging.Spot) { s.Area.Y = 0 }), pano.KindConflict, "placement.not_movable", "x_mm"},
		{"a printed one, larger", with(printed, func(s *hanging.Spot) { s.Area.W = 900 }), pano.KindConflict, "placement.size_fixed", "width_mm"},
		{"without a revision", with(b, func(s *hanging.Spot) { s.Rev, s.Area.X = 0, 4000 }), pano.KindUnversioned, "thing.unversioned", ""},
		{"an asset out of sight", hanging.Spot{Asset: c.foreign.ID, Days: sep(1, 9), Area: pano.Rect{X: 0, Y: 0, W: 10, H: 10}}, pano.KindNotFound, "asset.none", ""},
		{"a new one over one that moves", hanging.Spot{Asset: c.flag.ID, Days: sep(1, 9), Area: free.Area}, pano.KindConflict, "placement.taken", "x_mm"},
	} {
		_, err := c.Arrange(t.Context(), c.lan, c.wall.ID, []hanging.Spot{free, x.s})
		want(t, x.name, err, x.kind, x.key, x.at)
		m, ok := errors.AsType[hanging.Misfit](err)
		e, _ := errors.AsType[*pano.Error](err)
		if !ok || m.Index != 1 || x.s.Asset != c.foreign.ID && e.About != "Phướn lễ hội" {
			t.Errorf("%s: blamed %+v about %q", x.name, m, e.About)
		}
		if x.key == "placement.taken" {
			if o, ok := errors.AsType[hanging.Occupant](err); !ok || o.Title != "Phướn lễ hội" {
				t.Errorf("%s: nobody is there: %v", x.name, err)
			}
		}
	}
	if p := c.kept(t, a.ID); p.Area != a.Area || p.State != pano.Planned {
		t.Errorf("a refusal left %+v", p)
	}
	if after, _ := c.events(t, ""); after != before {
		t.Errorf("refusals left %d events", after-before)
	}
	if _, err := c.Arrange(t.Context(), c.lan, c.wall.ID, []hanging.Spot{with(printed, func(s *hanging.Spot) { s.Area.X = 4000 })}); err != nil {
		t.Errorf("a printed one, elsewhere: %v", err)
	}
}

func TestWhoMayArrange(t *testing.T) {
	c := newTown(t)
	a, _ := c.two(t)
	s := spot(a)
	s.Area.X = 0
	for _, x := range []struct {
		name string
		who  pano.Actor
		kind pano.Kind
	}{{"staff", c.hoa, pano.KindForbidden}, {"a curator of another agency", c.minh, pano.KindForbidden}, {"nobody", pano.Actor{}, pano.KindAnonymous}, {"a printer", c.inn, pano.KindNotFound}} {
		if _, err := c.Arrange(t.Context(), x.who, c.wall.ID, []hanging.Spot{s}); pano.KindOf(err) != x.kind {
			t.Errorf("%s: %v", x.name, err)
		}
	}
	if _, err := c.Arrange(t.Context(), c.lan, c.face.ID, nil); pano.KindOf(err) != pano.KindInvalid {
		t.Errorf("a face: %v", err)
	}
}

func TestNothingMovedLeavesNoTrace(t *testing.T) {
	c := newTown(t)
	a, b := c.two(t)
	before, _ := c.events(t, "")
	if got, err := c.Arrange(t.Context(), c.lan, c.wall.ID, []hanging.Spot{spot(a), spot(b)}); err != nil || len(got) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	if after, _ := c.events(t, ""); after != before {
		t.Errorf("%d events", after-before)
	}
}

// TestTheSecondOfTwoIsToldWhatTheFirstDid, with what was and what is, and
// nothing of the second's is kept.
func TestTheSecondOfTwoIsToldWhatTheFirstDid(t *testing.T) {
	c := newTown(t)
	a, b := c.two(t)
	first := spot(a)
	first.Area.X = 1200
	if _, err := c.Arrange(t.Context(), c.lan, c.wall.ID, []hanging.Spot{first}); err != nil {
		t.Fatal(err)
	}
	mine, other := spot(a), spot(b)
	mine.Area.X, other.Area.X = 500, 4000
	_, err := c.Arrange(t.Context(), c.tuan, c.wall.ID, []hanging.Spot{other, mine})
	want(t, "the second", err, pano.KindStale, "wall.overtaken", "")
	all, _ := errors.AsType[hanging.Overtaken](err)
	if len(all) != 1 {
		t.Fatalf("overtaken %+v", all)
	}
	if o := all[0]; o.Index != 1 || o.Was.Area != a.Area || o.Is.Area != first.Area || o.Is.Rev != 2 || o.By != "lan" || o.Title != "Phướn lễ hội" || o.Changed.IsZero() {
		t.Errorf("told %+v", o)
	}
	if p := c.kept(t, b.ID); p.Area != b.Area {
		t.Errorf("half of it was kept: %+v", p)
	}
	// Whoever did not touch the work that changed loses nothing, and is let through.
	if _, err := c.Arrange(t.Context(), c.tuan, c.wall.ID, []hanging.Spot{other, spot(a)}); err != nil {
		t.Errorf("the rest: %v", err)
	}
	mine.Rev = 2
	if _, err := c.Arrange(t.Context(), c.tuan, c.wall.ID, []hanging.Spot{mine}); err != nil {
		t.Errorf("knowing of it: %v", err)
	}
}

func TestBlockedAreasAndEyeLineBelongToWhoMayEditTheWall(t *testing.T) {
	c := newTown(t)
	door := pano.Blocked{Location: c.wall.ID, Kind: pano.Door, Area: pano.Rect{X: 5000, Y: 300, W: 900, H: 2100}}
	if _, err := c.Block(t.Context(), c.hoa, door); pano.KindOf(err) != pano.KindForbidden {
		t.Errorf("staff: %v", err)
	}
	door, err := c.Block(t.Context(), c.lan, door)
	if err != nil {
		t.Fatal(err)
	}
	moved := door
	moved.Area.X, moved.Kind = 4900, pano.Exit
	if moved, err = c.Reblock(t.Context(), c.lan, moved); err != nil || moved.Rev != 2 {
		t.Errorf("%+v, %v", moved, err)
	}
	_, err = c.Reblock(t.Context(), c.lan, door)
	want(t, "an old revision", err, pano.KindStale, "thing.stale", "")
	bad := moved
	bad.Area.W = 2000
	_, err = c.Reblock(t.Context(), c.lan, bad)
	want(t, "off the wall", err, pano.KindInvalid, "blocked.off_wall", "x_mm")
	err = c.Unblock(t.Context(), c.lan, c.face.ID, door.ID)
	want(t, "of another place", err, pano.KindNotFound, "blocked.none", "")
	if err := c.Unblock(t.Context(), c.lan, c.wall.ID, door.ID); err != nil {
		t.Error(err)
	}
	if _, verbs := c.events(t, string(c.wall.ID)); !slices.Equal(verbs, []string{"blocked.remove", "blocked.edit", "blocked.add", "location.add"}) {
		t.Errorf("history %v", verbs)
	}
	l, err := c.SetEye(t.Context(), c.lan, c.wall.ID, c.wall.Rev, 1450)
	if err != nil || l.EyeHeight() != 1450 {
		t.Errorf("%+v, %v", l, err)
	}
	_, err = c.SetEye(t.Context(), c.lan, c.wall.ID, c.wall.Rev, 1500)
	want(t, "an old revision", err, pano.KindStale, "thing.stale", "")
	_, err = c.SetEye(t.Context(), c.lan, c.wall.ID, l.Rev, 10_001)
	want(t, "too high", err, pano.KindInvalid, "location.bad_eye", "eye_mm")
	_, err = c.SetEye(t.Context(), c.lan, c.face.ID, c.face.Rev, 1500)
	want(t, "of a face", err, pano.KindInvalid, "location.bad_eye", "eye_mm")
	c.DB.Read(t.Context(), func(tx *catalog.Tx) error {
		if kept, err := tx.Location(t.Context(), c.wall.ID); err != nil || kept.Eye != 1450 {
			t.Errorf("kept %+v, %v", kept, err)
		}
		return nil
	})
}
