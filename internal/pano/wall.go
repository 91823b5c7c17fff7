package pano

import "slices"

// EyeLine is where the middle of a picture usually hangs, above the floor.
const EyeLine MM = 1550

// LeastGap is the distance below which two works on a wall crowd each other.
const LeastGap MM = 50

// EyeHeight is where the eye line of a wall is, above the floor.
func (l Location) EyeHeight() MM {
	if l.Eye == 0 {
		return EyeLine
	}
	return l.Eye
}

// A BlockedKind says what is in the way on a wall.
type BlockedKind string

// The kinds of blocked areas.
const (
	Door    BlockedKind = "door"
	Window  BlockedKind = "window"
	Socket  BlockedKind = "socket"
	Exit    BlockedKind = "exit" // an exit or its sign: must stay in sight
	Another BlockedKind = "other"
)

// BlockedKinds lists every kind in the order people are offered them.
func BlockedKinds() []BlockedKind { return []BlockedKind{Door, Window, Socket, Exit, Another} }

// A Blocked is an area of a wall that works should leave free.
type Blocked struct {
	ID       BlockedID
	Location LocationID
	Kind     BlockedKind
	Area     Rect
	Rev      int
}

// Block fails with KindInvalid, at the field to mend, unless b can be an area of l.
func (l Location) Block(b Blocked) error {
	switch {
	case l.Kind != Wall:
		return Invalid("blocked.no_wall").At("location")
	case !slices.Contains(BlockedKinds(), b.Kind):
		return Invalid("blocked.unknown_kind", string(b.Kind)).At("kind")
	case b.Area.W <= 0 || b.Area.H <= 0:
		return Invalid("blocked.no_size").At("width_mm")
	case !l.holds(b.Area):
		return Invalid("blocked.off_wall", int(l.Width), int(l.Height)).At("x_mm")
	}
	return nil
}

// holds reports whether r is inside l.
func (l Location) holds(r Rect) bool {
	return r.X >= 0 && r.Y >= 0 && r.W <= l.Width-r.X && r.H <= l.Height-r.Y // X+W may overflow
}

// Gap is the distance between r and o along the axis on which they are farther
// apart; below 0 they overlap.
func (r Rect) Gap(o Rect) MM {
	dx := max(o.X-(r.X+r.W), r.X-(o.X+o.W))
	dy := max(o.Y-(r.Y+r.H), r.Y-(o.Y+o.H))
	return max(dx, dy)
}

// A Crowding is two works that are nearer to each other than LeastGap. Works
// that overlap crowd no one: they are refused.
type Crowding struct {
	A, B int // positions in the list that was asked about, A < B
	Gap  MM
}

// Crowded finds works that hang too close.
func Crowded(works []Rect) (all []Crowding) {
	for i, r := range works {
		for j := i + 1; j < len(works); j++ {
			if gap := r.Gap(works[j]); gap >= 0 && gap < LeastGap {
				all = append(all, Crowding{i, j, gap})
			}
		}
	}
	return all
}

// A Covering is a work over a blocked area.
type Covering struct{ Work, Blocked int } // positions in the lists that were asked about

// Covered finds works over blocked areas, those over exits first.
func Covered(works []Rect, blocked []Blocked) (all []Covering) {
	for _, exits := range []bool{true, false} {
		for i, r := range works {
			for j, b := range blocked {
				if (b.Kind == Exit) == exits && r.Overlaps(b.Area) {
					all = append(all, Covering{i, j})
				}
			}
		}
	}
	return all
}
