package render

import (
	"image"
	"math"
	"os"

	"github.com/disintegration/imaging"

	"pano/internal/icc"
	"pano/internal/pano"
	"pano/internal/render/jpegwrite"
	"pano/internal/render/tiff"
)

// PrintSpec asks for a plain picture at a size on paper, cut to fill it.
//
// It is made from the original and never enlarged: a picture with fewer pixels
// than asked for keeps its own, and says how fine it truly is. RGB pixels keep
// their own profile and are not turned; all others become sRGB. The file
// carries its resolution and its profile, and nothing else.
type PrintSpec struct {
	W, H   pano.MM // finished size
	Bleed  pano.MM // added on every side
	DPI    pano.DPI
	Format string // jpeg, png or tiff
	// Focus is the point that stays in the middle as far as can be, 0..1 from
	// the left and from the top of the upright picture.
	FocusX, FocusY float64
}

// Centred returns p with its focus in the middle.
func (p PrintSpec) Centred() PrintSpec {
	p.FocusX, p.FocusY = 0.5, 0.5
	return p
}

const maxMM = 100_000 // no side of a print is longer

// check refuses what cannot be printed: print.size, print.dpi, print.format, print.focus.
func (p PrintSpec) check() error {
	in := func(v float64) bool { return v >= 0 && v <= 1 }
	switch {
	case p.W <= 0 || p.H <= 0 || p.W > maxMM || p.H > maxMM || p.Bleed < 0 || p.Bleed > maxMM:
		return pano.Invalid("print.size", p.W, p.H)
	case p.DPI <= 0 || p.DPI > 10_000:
		return pano.Invalid("print.dpi", p.DPI)
	case printMedia(p.Format) == "":
		return pano.Invalid("print.format", p.Format)
	case !in(p.FocusX) || !in(p.FocusY):
		return pano.Invalid("print.focus")
	}
	return nil
}

func printMedia(format string) string {
	switch format {
	case "jpeg", "png", "tiff":
		return "image/" + format
	}
	return ""
}

// paper returns the size with bleed, in inches.
func (p PrintSpec) paper() (w, h float64) {
	return float64(p.W+2*p.Bleed) / pano.MMPerInch, float64(p.H+2*p.Bleed) / pano.MMPerInch
}

// estimate returns the bytes of memory that a print takes at its worst moment:
// the original, unless that is read by strips and cut at once, and the bands on
// their way, whichever of them is not yet where it must go.
func (p PrintSpec) estimate(f Facts) int64 {
	if f.Document {
		return 0
	}
	w, h := f.Upright()
	part, size, _ := p.plan(int(w), int(h))
	each, pixels := 4.0, float64(w)*float64(h)
	var all float64
	switch {
	case f.Format != "JPEG" || f.Progressive:
		all = pixels * f.bytesPerPixel()
	case f.Orientation > 1:
		all = pixels * max(f.Sampling, float64(f.Components))
	}
	all += 3*bandIn*each*float64(w) + 2*bandIn*each*float64(part.Dx()) // read; turned, and without inks
	needed := float64(bandOut+6) * float64(part.Dy()) / float64(size.Y)
	all += (3*bandIn + needed + 3*bandOut) * each * float64(size.X) // narrowed, weighed, on white, and packed
	const writer = 4 << 20
	return int64(math.Ceil(all)) + writer
}

// plan says which part of a picture of w × h is printed at how many pixels,
// and how fine that is on paper.
func (p PrintSpec) plan(w, h int) (cut image.Rectangle, size image.Point, dpi float64) {
	pw, ph := p.paper()
	density := math.Min(float64(w)/pw, float64(h)/ph) // pixels an inch when the cut is as large as can be
	cw, ch := within(density*pw, w), within(density*ph, h)
	x := offset(p.FocusX, w, cw)
	y := offset(p.FocusY, h, ch)
	cut = image.Rect(x, y, x+cw, y+ch)
	if density <= float64(p.DPI) {
		return cut, cut.Size(), density
	}
	dpi = float64(p.DPI)
	return cut, image.Pt(within(pw*dpi, cw), within(ph*dpi, ch)), dpi
}

// within rounds half up to 1..most.
func within(v float64, most int) int { return min(max(int(math.Floor(v+0.5)), 1), most) }

// offset puts a cut of part pixels as near to its focus as the whole allows.
func offset(focus float64, whole, part int) int {
	return min(max(int(math.Floor(focus*float64(whole)-float64(part)/2+0.5)), 0), whole-part)
}

// make reads, cuts, resizes and writes the print to f, and closes it.
func (p PrintSpec) make(src source, h header, f *os.File) (Output, error) {
	w, ht := h.Upright()
	whole := image.Pt(int(w), int(ht))
	part, size, dpi := p.plan(whole.X, whole.Y)
	c, profile := p.colours(h)
	out, err := p.writer(f, size, paperData{dpi, profile})
	if err != nil {
		return Output{}, err
	}
	from := cut{part, whole, h.Orientation, c}.pieces(src, h)
	if err := (cutting{from, part.Size(), size, c}).writeTo(out); err != nil {
		return Output{}, err
	}
	if err := out.Close(); err != nil {
		return Output{}, err
	}
	return Output{MediaType: printMedia(p.Format), W: pano.Px(size.X), H: pano.Px(size.Y), DPI: dpi}, f.Close()
}

// colours keeps an RGB picture's own profile, and turns the rest to sRGB.
func (p PrintSpec) colours(h header) (colours, []byte) {
	if h.Space == RGB || h.Space == Palette {
		if q, err := icc.Parse(h.icc); err == nil && q.Space() == icc.RGB {
			return colours{}, q.Bytes()
		}
	}
	return coloursOf(h), icc.SRGB()
}

// stored turns a part of the upright picture of whole pixels into the same part
// of the picture as it is stored.
func stored(part image.Rectangle, whole image.Point, orientation int) image.Rectangle {
	switch orientation {
	case 2, 3, 6, 7:
		part.Min.X, part.Max.X = whole.X-part.Max.X, whole.X-part.Min.X
	}
	switch orientation {
	case 3, 4, 7, 8:
		part.Min.Y, part.Max.Y = whole.Y-part.Max.Y, whole.Y-part.Min.Y
	}
	if orientation >= 5 {
		return image.Rect(part.Min.Y, part.Min.X, part.Max.Y, part.Max.X)
	}
	return part
}

// crop returns a part of img, which the resizer takes for a whole picture.
func crop(img image.Image, cut image.Rectangle) image.Image {
	cut = cut.Add(img.Bounds().Min)
	if s, ok := img.(interface {
		SubImage(image.Rectangle) image.Image
	}); ok {
		return s.SubImage(cut)
	}
	return imaging.Crop(img, cut)
}

// writer begins a print in its format.
func (p PrintSpec) writer(f *os.File, size image.Point, d paperData) (rowWriter, error) {
	switch p.Format {
	case "png":
		return newPNG(f, size, d)
	case "tiff":
		return tiff.NewWriter(f, size, tiff.Options{DPI: d.dpi, Profile: d.profile})
	}
	return jpegwrite.NewWriter(f, size, jpegwrite.Options{Quality: printQuality, Full: true, Segments: d.jpegMarkers()})
}

// printQuality goes with colours in full: red lettering frays without.
const printQuality = 95
