package httpd

import (
	"cmp"
	"fmt"
	"slices"

	"pano/internal/pano"
)

// A wallPlan is a wall and what hangs on it, in millimetres from its top left corner.
type wallPlan struct {
	W, H    pano.MM
	Eye     pano.MM // from the top; 0 if the wall is too low for an eye line
	EyeAt   pano.MM // above the floor
	Letter  pano.MM // height of the letters
	Line    pano.MM // width of a line
	Tick    pano.MM
	RulerY  pano.MM          // where the words of the ruler stand
	SideX   pano.MM          // and those of the eye line, beside the wall, where no work can be
	Chosen  pano.PlacementID // the one the page is about
	Rulers  []wallRuler
	Works   []wallWork
	Blocked []wallBlocked
	Ghosts  []wallGhost
	ViewBox string
	WideMM  pano.MM // of the whole drawing
	HighMM  pano.MM
}

type wallRuler struct {
	X      pano.MM
	Metres int
}

type wallWork struct {
	N       int
	Hanging hangingView
	Floor   pano.MM // from the floor to its lower edge
	Top     pano.MM // from the floor to its upper edge
	MidX    pano.MM // from the left edge of the wall
	Centre  pano.MM // from the floor to its middle
	HookUp  pano.MM // from the floor to its hook
	HalfW   pano.MM
	HalfH   pano.MM
	Dot     pano.MM // radius of the disc with its number
}

// A wallBlocked is a blocked area as it is drawn.
type wallBlocked struct {
	pano.Blocked
	Floor pano.MM // from the floor to its lower edge
	MidX  pano.MM
	MidY  pano.MM
	Label bool // there is room for its name
}

// A wallGhost is where somebody wants a work that is kept elsewhere.
type wallGhost struct {
	N    int
	Area pano.Rect
}

// planOf draws a wall with all that hangs there, left to right.
func planOf(l pano.Location, all []hangingView, blocked []pano.Blocked) wallPlan {
	letter := max(l.Width, l.Height) / 45
	p := wallPlan{W: l.Width, H: l.Height, Letter: letter, Line: max(letter/12, 2), Tick: letter / 2, RulerY: l.Height + letter*8/5, SideX: l.Width + letter/3}
	if p.EyeAt = l.EyeHeight(); l.Height > p.EyeAt {
		p.Eye = l.Height - p.EyeAt
	}
	step := max(1, int(l.Width)/1000/10)
	for m := 0; pano.MM(m*1000) <= l.Width; m += step {
		p.Rulers = append(p.Rulers, wallRuler{pano.MM(m * 1000), m})
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b hangingView) int {
		return cmp.Or(cmp.Compare(a.Area.X, b.Area.X), cmp.Compare(a.Area.Y, b.Area.Y))
	})
	for i, h := range all {
		r := h.Area
		top := l.Height - r.Y
		p.Works = append(p.Works, wallWork{N: i + 1, Hanging: h, Floor: top - r.H, Top: top, MidX: r.X + r.W/2, Centre: top - r.H/2, HookUp: top - h.Hook,
			HalfW: r.W / 2, HalfH: r.H / 2, Dot: min(letter, min(r.W, r.H)/3)})
	}
	for _, b := range blocked {
		r := b.Area
		p.Blocked = append(p.Blocked, wallBlocked{b, l.Height - r.Y - r.H, r.X + r.W/2, r.Y + r.H/2, r.W > letter*4 && r.H > letter})
	}
	side := letter
	if p.Eye > 0 {
		side = letter * 6
	}
	p.WideMM, p.HighMM = l.Width+letter+side, l.Height+letter/2+letter*2
	p.ViewBox = fmt.Sprintf("%d %d %d %d", -letter, -letter/2, p.WideMM, p.HighMM)
	return p
}

// areas are those of the works, in their order.
func (p wallPlan) areas() []pano.Rect {
	all := make([]pano.Rect, len(p.Works))
	for i, w := range p.Works {
		all[i] = w.Hanging.Area
	}
	return all
}
