package pano

import (
	"cmp"
	"math"
)

// Group is the group of presets whose demands on sharpness hold for artwork of
// kind k.
func (k AssetKind) Group() string {
	switch k {
	case Banner, FlagBanner, Backdrop, Standee, Panel, Photo:
		return string(k)
	case Cluster, Arch:
		return "panel"
	}
	return "paper"
}

// A Fit is how artwork looks on a face that it is printed to fill, whatever of
// the picture sticks out being cut off.
type Fit struct {
	Across, Down float64 // what is left of the picture, as fractions of its sides
	DPI          float64 // of the print
	Demands      Demands // on a print of that size
	Sharpness    Sharpness
	Distance     float64 // metres, the least from which it looks sharp
	TooBig       bool    // the finished size is larger than the face: hanging it wants a signed exception
	Growth       float64 // from the finished size to the face, as a factor on lengths; 0 if that size is unknown
}

// Fit returns how a would look on l. ok is false unless l is a face of known
// size and a has a picture.
func (l Location) Fit(a Asset) (f Fit, ok bool) {
	v := a.Current
	if l.Kind != Face || l.Width <= 0 || l.Height <= 0 || v.Width <= 0 || v.Height <= 0 {
		return f, false
	}
	f.Across, f.Down = Cut(v.Width, v.Height, l.Width, l.Height)
	f.DPI = EffectiveDPI(v.Width, v.Height, l.Width, l.Height)
	f.Demands = Preset{Group: a.Kind.Group(), Width: l.Width, Height: l.Height, View: 5}.Demands()
	f.Sharpness = f.Demands.Judge(f.DPI)
	f.Distance = LeastDistance(f.DPI)
	if a.Width > 0 && a.Height > 0 {
		f.TooBig = a.Width > l.Width || a.Height > l.Height
		f.Growth = math.Sqrt(float64(l.Width) * float64(l.Height) / (float64(a.Width) * float64(a.Height)))
	}
	return f, true
}

// Lost is the part of the picture that is cut off, 0…1.
func (f Fit) Lost() float64 { return max(0, 1-f.Across*f.Down) }

// Compare puts the better of two fits first: what may hang without an exception,
// then what has pixels enough, then what loses least of the picture (to a
// hundredth), then what is nearest to its finished size, then what is sharper.
func (f Fit) Compare(g Fit) int {
	return cmp.Or(
		bit(f.TooBig)-bit(g.TooBig),
		bit(f.Sharpness == Coarse)-bit(g.Sharpness == Coarse),
		cmp.Compare(math.Round(f.Lost()*100), math.Round(g.Lost()*100)),
		cmp.Compare(f.change(), g.change()),
		cmp.Compare(g.DPI, f.DPI),
	)
}

// change is how far the print is from its finished size: the same for half and
// for double.
func (f Fit) change() float64 {
	if f.Growth <= 0 {
		return 0
	}
	return math.Abs(math.Log(f.Growth))
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
