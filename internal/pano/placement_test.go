package pano

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// sep is a period of September 2026, its last day included.
func sep(first, last int) Period {
	return Period{From: Date(2026, time.September, first), Until: Date(2026, time.September, last) + 1}
}

func piece(id PlacementID, days Period) Placement {
	return Placement{ID: id, Days: days, Quantity: 1, State: Planned}
}

func TestAFaceHoldsOneAtATime(t *testing.T) {
	face := Location{Kind: Face, Width: 800, Height: 2500}
	flag := Asset{Width: 800, Height: 2500}
	there := piece("there", sep(10, 19))
	gone := piece("gone", sep(1, 30))
	gone.State = Removed
	off := piece("off", sep(1, 30))
	off.State = Cancelled
	with := func(p Placement, change func(*Placement)) Placement { change(&p); return p }
	for _, c := range []struct {
		name       string
		p          Placement
		a          Asset
		key, field string
	}{
		{"the days before", piece("p", sep(1, 9)), flag, "", ""},
		{"the days after", piece("p", sep(20, 30)), flag, "", ""},
		{"the last day", piece("p", sep(19, 30)), flag, "placement.taken", "from"},
		{"the first day", piece("p", sep(1, 10)), flag, "placement.taken", "from"},
		{"inside", piece("p", sep(12, 12)), flag, "placement.taken", "from"},
		{"around", piece("p", sep(1, 30)), flag, "placement.taken", "from"},
		{"itself, moved", piece("there", sep(12, 25)), flag, "", ""},
		{"no days", piece("p", Period{From: 5, Until: 5}), flag, "period.ends_before_start", "until"},
		{"eleven years", piece("p", Period{From: 5, Until: 5 + 4015}), flag, "period.too_long", "until"},
		{"too wide", piece("p", sep(1, 9)), Asset{Width: 801, Height: 10}, "placement.too_big", "exception"},
		{"too high", piece("p", sep(1, 9)), Asset{Width: 10, Height: 2501}, "placement.too_big", "exception"},
		{"too wide, with a reason", with(piece("p", sep(1, 9)), func(p *Placement) { p.Exception = "gấp mép" }), Asset{Width: 801, Height: 10}, "", ""},
		{"of unknown size", piece("p", sep(1, 9)), Asset{}, "", ""},
		{"two pieces", with(piece("p", sep(1, 9)), func(p *Placement) { p.Quantity = 2 }), flag, "placement.one_piece_here", "quantity"},
		{"no pieces", with(piece("p", sep(1, 9)), func(p *Placement) { p.Quantity = 0 }), flag, "placement.no_quantity", "quantity"},
		{"with a spot", with(piece("p", sep(1, 9)), func(p *Placement) { p.Area.X = 1 }), flag, "placement.no_position_here", "x_mm"},
		{"down before its end", with(piece("p", sep(1, 9)), func(p *Placement) { p.RemoveBy = p.Days.Until - 1 }), flag, "placement.removed_too_early", "remove_by"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := face.Hang(c.p, c.a, []Placement{gone, off, there})
			saying(t, err, c.key, c.field)
			if taken, ok := errors.AsType[Taken](err); c.key == "placement.taken" && (!ok || taken.By.ID != "there") {
				t.Errorf("taken by %v, want there", taken.By.ID)
			}
		})
	}
}

func TestAStretchLooksAtThePeakNotTheSum(t *testing.T) {
	road := Location{Kind: Stretch, Capacity: 10}
	flags := func(id PlacementID, n int, days Period) Placement {
		p := piece(id, days)
		p.Quantity = n
		return p
	}
	there := []Placement{flags("a", 6, sep(1, 10)), flags("b", 7, sep(11, 20)), flags("c", 2, sep(15, 16))}
	for _, c := range []struct {
		name string
		p    Placement
		full Full // zero if it hangs
	}{
		{"beside both batches", flags("p", 3, sep(1, 14)), Full{}},
		{"one too many from the second batch on", flags("p", 4, sep(1, 14)), Full{sep(11, 11).From, 7, 10}},
		{"one too many in the middle", flags("p", 2, sep(1, 20)), Full{sep(15, 15).From, 9, 10}},
		{"exactly full", flags("p", 1, sep(1, 30)), Full{}},
		{"too many on the first day", flags("p", 5, sep(3, 4)), Full{sep(3, 3).From, 6, 10}},
		{"more than ever", flags("p", 11, sep(25, 25)), Full{sep(25, 25).From, 0, 10}},
		{"more than an int holds", flags("p", math.MaxInt, sep(1, 2)), Full{sep(1, 1).From, 6, 10}},
		{"itself, grown", flags("a", 10, sep(1, 10)), Full{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := road.Hang(c.p, Asset{}, there)
			if c.full == (Full{}) {
				saying(t, err, "", "")
				return
			}
			saying(t, err, "placement.full", "quantity")
			if full, ok := errors.AsType[Full](err); !ok || full != c.full {
				t.Errorf("full %+v, want %+v", full, c.full)
			}
		})
	}
}

func TestAWallHoldsPiecesSideBySide(t *testing.T) {
	wall := Location{Kind: Wall, Width: 6000, Height: 2400}
	at := func(id PlacementID, r Rect, days Period) Placement {
		p := piece(id, days)
		p.Area = r
		return p
	}
	there := []Placement{at("there", Rect{1000, 500, 2000, 1000}, sep(10, 19))}
	for _, c := range []struct {
		name       string
		r          Rect
		days       Period
		key, field string
	}{
		{"touching on the right", Rect{3000, 500, 2000, 1000}, sep(10, 19), "", ""},
		{"touching below", Rect{1000, 1500, 2000, 900}, sep(10, 19), "", ""},
		{"touching on the left", Rect{0, 500, 1000, 1000}, sep(10, 19), "", ""},
		{"touching above", Rect{1000, 0, 2000, 500}, sep(10, 19), "", ""},
		{"one millimetre in", Rect{2999, 1499, 10, 10}, sep(19, 30), "placement.taken", "x_mm"},
		{"the same spot, the next day", Rect{1000, 500, 2000, 1000}, sep(20, 30), "", ""},
		{"the whole wall", Rect{0, 0, 6000, 2400}, sep(1, 9), "", ""},
		{"over the right edge", Rect{1, 0, 6000, 2400}, sep(1, 9), "placement.off_wall", "x_mm"},
		{"over the lower edge", Rect{0, 1, 6000, 2400}, sep(1, 9), "placement.off_wall", "x_mm"},
		{"left of the wall", Rect{-1, 0, 10, 10}, sep(1, 9), "placement.off_wall", "x_mm"},
		{"round the world", Rect{math.MaxInt - 5, 0, 10, 10}, sep(1, 9), "placement.off_wall", "x_mm"},
		{"without size", Rect{10, 10, 0, 10}, sep(1, 9), "placement.no_size", "width_mm"},
		{"inside out", Rect{10, 10, 10, -10}, sep(1, 9), "placement.no_size", "width_mm"},
	} {
		t.Run(c.name, func(t *testing.T) {
			saying(t, wall.Hang(at("p", c.r, c.days), Asset{}, there), c.key, c.field)
		})
	}
}

func TestOnlyOpenSurfacesTakePieces(t *testing.T) {
	for _, kind := range LocationKinds() {
		l := Location{Kind: kind, Width: 100, Height: 100, Capacity: 1}
		p := piece("p", sep(1, 2))
		if kind == Wall {
			p.Area = Rect{0, 0, 10, 10}
		}
		if !kind.Hangs() {
			saying(t, l.Hang(p, Asset{}, nil), "placement.no_surface", "location")
			continue
		}
		saying(t, l.Hang(p, Asset{}, nil), "", "")
		l.Closed = true
		saying(t, l.Hang(p, Asset{}, nil), "placement.closed", "location")
	}
}

func TestHangLeavesTheOthersAsTheyWere(t *testing.T) {
	others := []Placement{piece("a", sep(1, 2)), piece("b", sep(8, 9)), piece("c", sep(4, 5))}
	before := slices.Clone(others)
	Location{Kind: Face}.Hang(piece("p", sep(8, 8)), Asset{}, others)
	if !slices.Equal(others, before) {
		t.Errorf("others became %v", others)
	}
}

// FuzzHang plays placements, removals and moves from the bytes on one face, one
// stretch and one wall, and looks after every step, day by day and millimetre
// by millimetre, that no accepted set breaks an invariant.
func FuzzHang(f *testing.F) {
	f.Add([]byte("0123456789abcdefghijklmnopqrstuvwxyz"))
	f.Add([]byte(strings.Repeat("\x00\x01\x03\x02\x02\x03", 20)))
	f.Fuzz(func(t *testing.T, script []byte) {
		for _, l := range []Location{{Kind: Face}, {Kind: Stretch, Capacity: 7}, {Kind: Wall, Width: 8, Height: 6}} {
			play(t, l, script)
		}
	})
}

func TestNoAcceptedSetBreaksAnInvariant(t *testing.T) {
	random := newRandom(t)
	for range 300 {
		script := make([]byte, 240)
		for i := range script {
			script[i] = byte(random.IntN(256))
		}
		for _, l := range []Location{{Kind: Face}, {Kind: Stretch, Capacity: 7}, {Kind: Wall, Width: 8, Height: 6}} {
			play(t, l, script)
		}
	}
}

func play(t *testing.T, l Location, script []byte) {
	var there []Placement
	for ; len(script) >= 7; script = script[7:] {
		p := piece(PlacementID(rune('a'+int(script[0])%12)), Period{From: Day(script[1] % 20)})
		p.Days.Until = p.Days.From + 1 + Day(script[2]%6)
		p.State = PlacementStates()[int(script[0]/16)%len(PlacementStates())]
		switch l.Kind {
		case Stretch:
			p.Quantity = 1 + int(script[3]%8)
		case Wall:
			p.Area = Rect{MM(script[3]%9) - 1, MM(script[4]%7) - 1, MM(script[5] % 6), MM(script[6] % 5)}
		}
		if p.State.Live() && l.Hang(p, Asset{}, there) != nil {
			continue
		}
		there = slices.DeleteFunc(there, func(o Placement) bool { return o.ID == p.ID })
		there = append(there, p)
		if fault := brute(l, there); fault != "" {
			t.Fatalf("on a %s: %s after %+v among %+v", l.Kind, fault, p, there)
		}
	}
}

// brute looks at every day and every square millimetre.
func brute(l Location, all []Placement) (fault string) {
	for day := Day(0); day < 40; day++ {
		pieces, spots := 0, map[[2]MM]bool{}
		for _, p := range all {
			if !p.State.Live() || !p.Days.Has(day) {
				continue
			}
			pieces += p.Quantity
			for x := p.Area.X; x < p.Area.X+p.Area.W; x++ {
				for y := p.Area.Y; y < p.Area.Y+p.Area.H; y++ {
					if spots[[2]MM{x, y}] {
						return "two on one spot on " + day.String()
					}
					if x < 0 || y < 0 || x >= l.Width || y >= l.Height {
						return "off the wall"
					}
					spots[[2]MM{x, y}] = true
				}
			}
		}
		if l.Kind == Face && pieces > 1 || l.Kind == Stretch && pieces > l.Capacity {
			return "too many on " + day.String()
		}
	}
	return ""
}

func TestStatesFollowTheWork(t *testing.T) {
	may := map[PlacementState]string{ // golden: what may follow
		Planned:   "approved printed installed cancelled",
		Confirmed: "planned printed installed cancelled",
		Printed:   "installed cancelled",
		Installed: "verified damaged removed",
		Verified:  "damaged removed",
		Damaged:   "installed removed",
		Removed:   "",
		Cancelled: "",
	}
	for _, from := range PlacementStates() {
		for _, to := range PlacementStates() {
			err := Placement{State: from}.Follow(to)
			if want := slices.Contains(strings.Fields(may[from]), string(to)); (err == nil) != want {
				t.Errorf("%s → %s: %v, want allowed %v", from, to, err, want)
			}
			if err != nil && KindOf(err) != KindConflict {
				t.Errorf("%s → %s is refused with %v, want a conflict", from, to, err)
			}
		}
		if live := from != Removed && from != Cancelled; from.Live() != live {
			t.Errorf("%s live: %v, want %v", from, !live, live)
		}
		if e := (Placement{State: from}).Editable(); e != (from == Planned || from == Confirmed) {
			t.Errorf("%s editable: %v", from, e)
		}
	}
}

func TestNotesHaveAnEnd(t *testing.T) {
	saying(t, Placement{Note: strings.Repeat("ư", 5000)}.Check(), "", "")
	saying(t, Placement{Note: strings.Repeat("ư", 5001)}.Check(), "text.too_long", "note")
	saying(t, Placement{Exception: "\xff"}.Check(), "text.not_utf8", "exception")
}
