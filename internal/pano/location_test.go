package pano

import (
	"errors"
	"math"
	"strings"
	"testing"
)

// saying fails the test unless err is the *Error with that key, at that field;
// key "" stands for no error.
func saying(t *testing.T, err error, key, field string) {
	t.Helper()
	if key == "" {
		if err != nil {
			t.Errorf("got %v, want nil", err)
		}
		return
	}
	if e, ok := errors.AsType[*Error](err); !ok || e.Key != key || e.Field != field {
		t.Errorf("got %v, want %s at %q", err, key, field)
	}
}

func TestLocationIsCheckedFieldByField(t *testing.T) {
	face := Location{Kind: Face, Code: "HD-014.a", Name: "Đường Trần Hưng Đạo, cột 14", Width: 800, Height: 2500}
	wall := Location{Kind: Wall, Code: "T1", Name: "Tường 1", Width: 6000, Height: 2400}
	stretch := Location{Kind: Stretch, Code: "D1", Name: "Đoạn 1", Capacity: 40}
	with := func(l Location, change func(*Location)) Location { change(&l); return l }
	for _, c := range []struct {
		name       string
		l          Location
		parent     LocationKind
		key, field string
	}{
		{"face", face, Site, "", ""},
		{"face at the top", face, "", "", ""},
		{"face of unknown size", with(face, func(l *Location) { l.Width, l.Height = 0, 0 }), "", "", ""},
		{"wall", wall, Room, "", ""},
		{"stretch", stretch, "", "", ""},
		{"on the map", with(face, func(l *Location) { l.Placed, l.Lat, l.Lon = true, 20.94, 106.33 }), "", "", ""},
		{"no such kind", with(face, func(l *Location) { l.Kind = "tree" }), "", "location.unknown_kind", "kind"},
		{"no code", with(face, func(l *Location) { l.Code = "" }), "", "location.bad_code", "code"},
		{"code with accents", with(face, func(l *Location) { l.Code = "Đ1" }), "", "location.bad_code", "code"},
		{"code that climbs", with(face, func(l *Location) { l.Code = "../x" }), "", "location.bad_code", "code"},
		{"code of 41", with(face, func(l *Location) { l.Code = strings.Repeat("x", 41) }), "", "location.bad_code", "code"},
		{"blank name", with(face, func(l *Location) { l.Name = " " }), "", "location.no_name", "name"},
		{"long name", with(face, func(l *Location) { l.Name = strings.Repeat("ạ", 201) }), "", "text.too_long", "name"},
		{"name of 200", with(face, func(l *Location) { l.Name = strings.Repeat("ạ", 200) }), "", "", ""},
		{"broken address", with(face, func(l *Location) { l.Address = "\xff" }), "", "text.not_utf8", "address"},
		{"broken permit", with(face, func(l *Location) { l.Permit = "\xff" }), "", "text.not_utf8", "permit"},
		{"face on a wall", face, Wall, "location.wrong_parent", "parent"},
		{"room at the top", Location{Kind: Room, Code: "P1", Name: "Phòng 1"}, "", "location.wrong_parent", "parent"},
		{"wall without size", with(wall, func(l *Location) { l.Height = 0 }), Room, "location.wall_needs_size", "width_mm"},
		{"face of half a size", with(face, func(l *Location) { l.Height = 0 }), "", "location.half_a_size", "height_mm"},
		{"inside out", with(wall, func(l *Location) { l.Width = -1 }), Room, "size.out_of_range", "width_mm"},
		{"a kilometre high", with(wall, func(l *Location) { l.Height = 1_000_000 }), Room, "size.out_of_range", "height_mm"},
		{"stretch for nothing", with(stretch, func(l *Location) { l.Capacity = 0 }), "", "location.no_capacity", "capacity"},
		{"face for many", with(face, func(l *Location) { l.Capacity = 2 }), "", "location.no_capacity_here", "capacity"},
		{"beyond the pole", with(face, func(l *Location) { l.Placed, l.Lat = true, 90.1 }), "", "location.bad_latitude", "lat"},
		{"nowhere", with(face, func(l *Location) { l.Placed, l.Lon = true, math.NaN() }), "", "location.bad_longitude", "lon"},
	} {
		t.Run(c.name, func(t *testing.T) { saying(t, c.l.Check(c.parent), c.key, c.field) })
	}
}

func TestEveryKindHasAPlaceInTheTree(t *testing.T) {
	l := Location{Code: "x", Name: "x", Width: 1, Height: 1}
	for _, kind := range LocationKinds() {
		l.Kind, l.Capacity = kind, 0
		if kind == Stretch {
			l.Capacity = 1
		}
		var homes int
		for _, parent := range append(LocationKinds(), "") {
			if l.Check(parent) == nil {
				homes++
			}
			if parent.Hangs() && l.Check(parent) == nil {
				t.Errorf("a %s may stand in a %s", kind, parent)
			}
		}
		if homes == 0 {
			t.Errorf("a %s may stand nowhere", kind)
		}
	}
}

func TestTidyKeepsNoCoordinatesOfAPlaceThatIsNowhere(t *testing.T) {
	got := Location{Code: " A1 ", Name: "Cổng\t", Lat: 1, Lon: 2}.Tidy()
	if want := (Location{Code: "A1", Name: "Cổng"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
