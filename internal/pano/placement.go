package pano

import (
	"slices"
	"time"
)

// A PlacementState says how far a placement is.
type PlacementState string

// The states of a placement.
const (
	Planned   PlacementState = "planned"
	Confirmed PlacementState = "approved"
	Printed   PlacementState = "printed"
	Installed PlacementState = "installed"
	Verified  PlacementState = "verified"
	Damaged   PlacementState = "damaged" // still in its place
	Removed   PlacementState = "removed"
	Cancelled PlacementState = "cancelled"
)

// PlacementStates lists every state in the order of the work.
func PlacementStates() []PlacementState {
	return []PlacementState{Planned, Confirmed, Printed, Installed, Verified, Damaged, Removed, Cancelled}
}

// Live reports whether a placement in state s takes its place.
func (s PlacementState) Live() bool { return s != Removed && s != Cancelled }

// Up reports whether what is in state s is in its place.
func (s PlacementState) Up() bool { return s == Installed || s == Verified || s == Damaged }

// next says which states follow which.
var next = map[PlacementState][]PlacementState{
	Planned:   {Confirmed, Printed, Installed, Cancelled},
	Confirmed: {Planned, Printed, Installed, Cancelled},
	Printed:   {Installed, Cancelled},
	Installed: {Verified, Damaged, Removed},
	Verified:  {Damaged, Removed},
	Damaged:   {Installed, Removed},
}

// Next returns the states that may follow s.
func (s PlacementState) Next() []PlacementState { return next[s] }

// A Rect is measured from the top left corner of a wall.
type Rect struct{ X, Y, W, H MM }

// Overlaps reports whether r and o share an area; touching edges do not.
func (r Rect) Overlaps(o Rect) bool {
	return r.X < o.X+o.W && o.X < r.X+r.W && r.Y < o.Y+o.H && o.Y < r.Y+r.H
}

// A Placement is one asset in one place for one period.
type Placement struct {
	ID         PlacementID
	Asset      AssetID
	Version    VersionID // the bytes that hang, once printed; "" before
	Location   LocationID
	Campaign   CampaignID   // "" is none
	Exhibition ExhibitionID `json:",omitempty"` // of whose works it is one; "" is none
	Days       Period
	RemoveBy   Day // the last day by which it must be down + 1; 0 is Days.Until
	Quantity   int // pieces; 1 but on a stretch
	Area       Rect
	Hook       MM     // how far below its upper edge it hangs from, on a wall
	Exception  string // why it may hang though it does not fit, signed by its author
	Unproven   string // why it is said to hang, or to be down, without a proof; of its present state
	Hands      Hands  `json:"-"` // whose work it is
	State      PlacementState
	Note       string
	Agency     AgencyID
	By         UserID
	Created    time.Time
	Updated    time.Time
	Rev        int
}

// Resource is what the permission table needs to know of p.
func (p Placement) Resource() Resource {
	return Resource{Agency: p.Agency, Owner: p.By, Draft: p.State == Planned, Hands: p.Hands}
}

// Check fails with KindInvalid, at the field to mend, unless the texts of p can be kept.
func (p Placement) Check() error {
	if err := checkText("note", p.Note, maxText); err != nil {
		return err
	}
	if err := checkText("note", p.Unproven, maxText); err != nil {
		return err
	}
	return checkText("exception", p.Exception, maxText)
}

// Editable reports whether the days, the spot and the number of p may still be
// changed: nothing of it is printed.
func (p Placement) Editable() bool { return p.State == Planned || p.State == Confirmed }

// Movable reports whether p may still get another spot on its wall: it does not
// hang there yet. What is printed keeps its size.
func (p Placement) Movable() bool { return p.Editable() || p.State == Printed }

// Follow fails with KindConflict unless state may follow p's.
func (p Placement) Follow(state PlacementState) error {
	if !slices.Contains(p.State.Next(), state) {
		return Conflict("placement.wrong_state", string(p.State), string(state))
	}
	return nil
}

// Taken is the cause of a KindConflict from Hang: who is there already.
type Taken struct{ By Placement }

func (Taken) Error() string { return "place is taken" }

// Conflict is t as Hang says it: on a wall the spot is to blame, on a face the days.
func (t Taken) Conflict() *Error {
	field := "from"
	if t.By.Area != (Rect{}) {
		field = "x_mm"
	}
	return Conflict("placement.taken").At(field).Because(t)
}

// Full is the cause of a KindConflict from Hang on a stretch: the first day
// that would be over capacity, how many are there then, and how many fit.
type Full struct {
	On             Day
	Used, Capacity int
}

func (Full) Error() string { return "stretch is full" }

// Conflict is f as Hang says it.
func (f Full) Conflict() *Error {
	return Conflict("placement.full", f.On, f.Used, f.Capacity).At("quantity").Because(f)
}

// Hang reports why p may not hang on l beside others, or nil. Others are
// placements on l; those that are not live, and p itself, are passed over.
//
// It fails with KindInvalid, at the field to mend, if p has no days, does not
// fit l, or l is no place to hang things, and with KindConflict if l is closed
// (placement.closed) or taken: a face by another placement on the same day
// (cause Taken), a stretch by more pieces than fit on some day (cause Full), a
// wall by another placement on the same spot on the same day (cause Taken).
func (l Location) Hang(p Placement, a Asset, others []Placement) error {
	if err := p.Days.Check(); err != nil {
		return err
	}
	switch {
	case !l.Kind.Hangs():
		return Invalid("placement.no_surface").At("location")
	case l.Closed:
		return Conflict("placement.closed").At("location")
	case p.RemoveBy != 0 && p.RemoveBy < p.Days.Until:
		return Invalid("placement.removed_too_early").At("remove_by")
	case p.Quantity < 1:
		return Invalid("placement.no_quantity").At("quantity")
	case l.Kind != Stretch && p.Quantity != 1:
		return Invalid("placement.one_piece_here").At("quantity")
	case l.Kind != Wall && p.Area != (Rect{}):
		return Invalid("placement.no_position_here").At("x_mm")
	}
	others = slices.DeleteFunc(slices.Clone(others), func(o Placement) bool {
		return o.ID == p.ID || !o.State.Live() || !o.Days.Meets(p.Days)
	})
	switch l.Kind {
	case Face:
		return l.hangOnFace(p, a, others)
	case Stretch:
		return l.hangOnStretch(p, others)
	default:
		return l.hangOnWall(p, others)
	}
}

func (l Location) hangOnFace(p Placement, a Asset, others []Placement) error {
	tooBig := l.Width > 0 && a.Width > 0 && (a.Width > l.Width || a.Height > l.Height)
	if tooBig && p.Exception == "" {
		return Invalid("placement.too_big", int(a.Width), int(a.Height), int(l.Width), int(l.Height)).At("exception")
	}
	for _, o := range others {
		return Taken{o}.Conflict()
	}
	return nil
}

// hangOnStretch looks at the peak of a day, not at the sum over the period: two
// batches that follow one another never hang together.
func (l Location) hangOnStretch(p Placement, others []Placement) error {
	days := []Day{p.Days.From}
	for _, o := range others {
		if o.Days.From > p.Days.From {
			days = append(days, o.Days.From)
		}
	}
	slices.Sort(days)
	for _, day := range days { // the sum only grows where a placement begins
		used := 0
		for _, o := range others {
			if o.Days.Has(day) {
				used += o.Quantity
			}
		}
		if p.Quantity > l.Capacity-used { // not used+p.Quantity, which may overflow
			return Full{On: day, Used: used, Capacity: l.Capacity}.Conflict()
		}
	}
	return nil
}

func (l Location) hangOnWall(p Placement, others []Placement) error {
	switch r := p.Area; {
	case r.W <= 0 || r.H <= 0:
		return Invalid("placement.no_size").At("width_mm")
	case !l.holds(r):
		return Invalid("placement.off_wall", int(l.Width), int(l.Height)).At("x_mm")
	case p.Hook < 0 || p.Hook > r.H:
		return Invalid("placement.bad_hook", int(r.H)).At("hook_mm")
	}
	for _, o := range others {
		if o.Area.Overlaps(p.Area) {
			return Taken{o}.Conflict()
		}
	}
	return nil
}
