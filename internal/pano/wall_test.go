package pano

import (
	"slices"
	"testing"
)

func TestBlockedAreaMustBeOnItsWall(t *testing.T) {
	wall := Location{Kind: Wall, Width: 9000, Height: 3200}
	for _, x := range []struct {
		name string
		l    Location
		b    Blocked
		want string
	}{
		{"a door", wall, Blocked{Kind: Door, Area: Rect{8100, 1100, 900, 2100}}, ""},
		{"of no kind", wall, Blocked{Kind: "cat", Area: Rect{0, 0, 10, 10}}, "blocked.unknown_kind"},
		{"without a size", wall, Blocked{Kind: Door, Area: Rect{0, 0, 10, 0}}, "blocked.no_size"},
		{"over the edge", wall, Blocked{Kind: Door, Area: Rect{8101, 1100, 900, 2100}}, "blocked.off_wall"},
		{"under the floor", wall, Blocked{Kind: Door, Area: Rect{0, 1101, 900, 2100}}, "blocked.off_wall"},
		{"left of it", wall, Blocked{Kind: Door, Area: Rect{-1, 0, 10, 10}}, "blocked.off_wall"},
		{"on a face", Location{Kind: Face, Width: 900, Height: 900}, Blocked{Kind: Door, Area: Rect{0, 0, 10, 10}}, "blocked.no_wall"},
		{"so wide that it overflows", wall, Blocked{Kind: Door, Area: Rect{10, 0, 1<<63 - 1, 10}}, "blocked.off_wall"},
	} {
		got := ""
		if e, ok := x.l.Block(x.b).(*Error); ok {
			got = e.Key
		}
		if got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}

func TestWorksCrowdEachOtherBelowFiftyMillimetres(t *testing.T) {
	works := []Rect{{0, 0, 100, 100}, {149, 0, 100, 100}, {0, 150, 100, 100}, {300, 300, 10, 10}, {305, 305, 10, 10}, {310, 320, 10, 10}}
	got := Crowded(works)
	want := []Crowding{{0, 1, 49}, {3, 5, 10}, {4, 5, 5}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestCoveredExitsComeFirst(t *testing.T) {
	blocked := []Blocked{{Kind: Socket, Area: Rect{0, 0, 50, 50}}, {Kind: Exit, Area: Rect{60, 0, 50, 50}}, {Kind: Door, Area: Rect{100, 100, 50, 50}}}
	got := Covered([]Rect{{0, 0, 100, 100}, {110, 0, 10, 10}}, blocked)
	want := []Covering{{0, 1}, {0, 0}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestHookIsBehindTheWork(t *testing.T) {
	wall := Location{Kind: Wall, Width: 9000, Height: 3200}
	for hook, ok := range map[MM]bool{-1: false, 0: true, 400: true, 401: false} {
		p := Placement{Days: Period{1, 2}, Quantity: 1, Area: Rect{0, 0, 600, 400}, Hook: hook}
		if err := wall.Hang(p, Asset{}, nil); (err == nil) != ok {
			t.Errorf("%d mm: %v", hook, err)
		}
	}
}

func TestEyeLineOfAWall(t *testing.T) {
	if got := (Location{Kind: Wall}).EyeHeight(); got != 1550 {
		t.Errorf("usually %d", got)
	}
	if got := (Location{Kind: Wall, Eye: 1450}).EyeHeight(); got != 1450 {
		t.Errorf("as set %d", got)
	}
	l := Location{Kind: Wall, Code: "x", Name: "x", Width: 10, Height: 10, Eye: 10_001}
	if e, ok := l.Check("").(*Error); !ok || e.Field != "eye_mm" {
		t.Errorf("too high: %v", e)
	}
}
