package httpd

import (
	"fmt"
	"slices"
	"strings"

	"rsc.io/qr"

	"pano/internal/pano"
)

// The drawings of this file are numbers for templates, which write the SVG:
// nothing in them is markup, so nothing in them can break out of it.

// A dayStrip is a row of days with bars on it. A day is dayWide units wide.
type dayStrip struct {
	Wide, High int
	Ticks      []dayTick
	Bars       []stripBar
	Today      int // x of today's left edge; -1 if it is not on the strip
}

type dayTick struct {
	X, TextX int
	Day      pano.Day
	Label    string // day and month
}

type stripBar struct {
	X, Y, W, H int
	Tone       string // class: how far the placement is
	TextX      int
	Hanging    hangingView
	Label      string // "" if it would not fit
}

const dayWide = 10

// weeks are the Mondays of days, at most one in every step of them.
func weeks(days pano.Period, step int) (all []dayTick) {
	for d := days.From; d < days.Until; d++ {
		if weekday(d) == 0 && (len(all) == 0 || int(d-all[len(all)-1].Day) >= 7*step) {
			x := int(d-days.From) * dayWide
			all = append(all, dayTick{x, x + 4, d, d.Time().Format("02/01")})
		}
	}
	return all
}

// weekday counts from Monday, 0, to Sunday, 6; 1 January 1970 was a Thursday.
func weekday(d pano.Day) int { return int(((d+3)%7 + 7) % 7) }

// faceStrip draws what hangs on a face over days.
func faceStrip(all []hangingView, days pano.Period, today pano.Day) dayStrip {
	s := dayStrip{Wide: int(days.Until-days.From) * dayWide, High: 56, Ticks: weeks(days, 1), Today: -1}
	if days.Has(today) {
		s.Today = int(today-days.From) * dayWide
	}
	for _, h := range all {
		from, until := max(h.Placement.Days.From, days.From), min(h.Placement.Days.Until, days.Until)
		if from >= until {
			continue
		}
		b := stripBar{X: int(from-days.From) * dayWide, Y: 4, W: int(until-from) * dayWide, H: 28, Tone: toneOf(h), Hanging: h}
		b.TextX, b.Label = b.X+6, clip(h.Name, (b.W-12)/7)
		s.Bars = append(s.Bars, b)
	}
	return s
}

// clip shortens s to n characters, with a mark where it was cut; "" if nothing
// worth reading is left.
func clip(s string, n int) string {
	r := []rune(s)
	switch {
	case len(r) <= n:
		return s
	case n < 4:
		return ""
	}
	return strings.TrimRight(string(r[:n-1]), " ") + "…"
}

// A dayLoad is how many pieces a stretch carries, day by day.
type dayLoad struct {
	Wide, High int
	Tall       int // with the words below
	Days       []loadOfDay
	Ticks      []dayTick
	Capacity   int
	Peak       loadOfDay // the first of the fullest days
	Free       int       // on the fullest day
}

type loadOfDay struct {
	X, Y, H int
	Day     pano.Day
	Used    int
	Full    bool
}

const loadHigh = 80

// stretchLoad counts the pieces of all on each of days.
func stretchLoad(capacity int, all []hangingView, days pano.Period) dayLoad {
	l := dayLoad{Wide: int(days.Until-days.From) * dayWide, High: loadHigh, Tall: loadHigh + 26, Ticks: weeks(days, 1), Capacity: capacity}
	for d := days.From; d < days.Until; d++ {
		one := loadOfDay{X: int(d-days.From) * dayWide, Day: d}
		for _, h := range all {
			if h.Placement.Days.Has(d) {
				one.Used += h.Quantity
			}
		}
		one.Full = one.Used >= capacity
		if capacity > 0 {
			one.H = min(one.Used*loadHigh/capacity, loadHigh)
		}
		if one.Used > 0 {
			one.H = max(one.H, 2)
		}
		one.Y = loadHigh - one.H
		if d == days.From || one.Used > l.Peak.Used {
			l.Peak = one
		}
		l.Days = append(l.Days, one)
	}
	l.Free = capacity - l.Peak.Used
	return l
}

// An artFit is artwork drawn on a place to scale, in millimetres.
type artFit struct {
	Place, Art     mmSize
	ArtX, ArtY     pano.MM
	Letter, Line   pano.MM
	ViewBox        string
	Over           bool // the artwork is larger than the place
	DPI            int  // at that size; 0 is unknown
	Sharpness      pano.Sharpness
	LeastDistance  float64 // metres
	SizeUnknown    bool    // the artwork's finished size is not known: drawn as large as it goes
	OtherShape     bool    // and its proportions differ from those of the place
	SpaceX, SpaceY pano.MM // left and right, above and below
	WideX, WideY   pano.MM // where the words for the place's width stand
	HighX, HighY   pano.MM // and those for its height
}

type mmSize struct{ W, H pano.MM }

// fitOn draws a on l. Where the finished size of a is unknown, it is as large as
// l allows. ok is false if there is nothing to draw to scale.
func fitOn(l pano.Location, a pano.Asset, area pano.Rect) (f artFit, ok bool) {
	f.Place, f.Art = mmSize{l.Width, l.Height}, mmSize{a.Width, a.Height}
	if l.Kind == pano.Wall && area.W > 0 && area.H > 0 {
		f.Art = mmSize{area.W, area.H}
	}
	if f.Place.W == 0 || f.Place.H == 0 || l.Kind == pano.Stretch {
		f.Place = f.Art
	}
	v := a.Current
	if f.Art.W == 0 || f.Art.H == 0 {
		f.SizeUnknown = true
		f.Art = largest(v.Width, v.Height, f.Place)
		f.OtherShape = f.Art.W < f.Place.W*95/100 || f.Art.H < f.Place.H*95/100
	}
	if f.Art.W <= 0 || f.Art.H <= 0 || f.Place.W <= 0 || f.Place.H <= 0 {
		return f, false
	}
	f.ArtX, f.ArtY = (f.Place.W-f.Art.W)/2, (f.Place.H-f.Art.H)/2
	if l.Kind == pano.Wall && area.W > 0 {
		f.ArtX, f.ArtY = area.X, area.Y
	}
	f.Over = f.ArtX < 0 || f.ArtY < 0 || f.ArtX+f.Art.W > f.Place.W || f.ArtY+f.Art.H > f.Place.H
	f.SpaceX, f.SpaceY = (f.Place.W-f.Art.W)/2, (f.Place.H-f.Art.H)/2
	f.frame()
	if dpi := pano.EffectiveDPI(v.Width, v.Height, f.Art.W, f.Art.H); dpi > 0 {
		f.DPI = max(1, int(dpi))
		f.LeastDistance = pano.LeastDistance(dpi)
		f.Sharpness = pano.Preset{Group: a.Kind.Group(), Width: f.Art.W, Height: f.Art.H, View: 5}.Demands().Judge(dpi)
	}
	return f, true
}

// frame makes room round both rectangles.
func (f *artFit) frame() {
	left, top := min(0, f.ArtX), min(0, f.ArtY)
	right, bottom := max(f.Place.W, f.ArtX+f.Art.W), max(f.Place.H, f.ArtY+f.Art.H)
	f.Letter = max(right-left, bottom-top) / 20
	f.Line = max(f.Letter/14, 1)
	edge := f.Letter / 2
	f.WideX, f.WideY = f.Place.W/2, bottom+f.Letter*3/2
	f.HighX, f.HighY = right+edge, f.Place.H/2+f.Letter/3
	f.ViewBox = fmt.Sprintf("%d %d %d %d", left-edge, top-edge, right-left+edge+f.Letter*4, bottom-top+edge+f.Letter*2)
}

// largest is the largest size of the proportions w × h that fits into s.
func largest(w, h pano.Px, s mmSize) mmSize {
	if w <= 0 || h <= 0 {
		return mmSize{}
	}
	if int(w)*int(s.H) > int(h)*int(s.W) {
		return mmSize{s.W, pano.MM(int(s.W) * int(h) / int(w))}
	}
	return mmSize{pano.MM(int(s.H) * int(w) / int(h)), s.H}
}

// A qrCode is a QR code as one path of squares.
type qrCode struct {
	Side int // modules, with a quiet border of four
	Path string
}

// qrOf draws text so that a quarter of it may be scratched off.
func qrOf(text string) (qrCode, error) {
	code, err := qr.Encode(text, qr.Q)
	if err != nil {
		return qrCode{}, err
	}
	const quiet = 4
	var path strings.Builder
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	return qrCode{code.Size + 2*quiet, path.String()}, nil
}

// freeDays are the parts of days that none of all takes.
func freeDays(all []hangingView, days pano.Period) (free []pano.Period) {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b hangingView) int { return int(a.Placement.Days.From - b.Placement.Days.From) })
	at := days.From
	for _, h := range all {
		if h.Placement.Days.From > at {
			free = append(free, pano.Period{From: at, Until: min(h.Placement.Days.From, days.Until)})
		}
		at = max(at, h.Placement.Days.Until)
	}
	if at < days.Until {
		free = append(free, pano.Period{From: at, Until: days.Until})
	}
	return free
}
