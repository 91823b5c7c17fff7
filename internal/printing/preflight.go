// Package printing hands artwork out to print shops: what is looked at before,
// and the files that are printed.
package printing

import (
	"math"
	"slices"
	"strings"

	"pano/internal/pano"
	"pano/internal/render"
)

// A Wish is how a picture is to be printed. The size lies or stands as it is
// written; see pano.Preset.Turned.
type Wish struct {
	pano.Preset            // finished size, demands and bleed on every side
	FocusX, FocusY float64 // what stays when the picture is cut, 0 to 1 from its upper left
}

// What the rules measure with: beliefs of the trade, not laws.
const (
	muchCut     = 15        // per cent of the picture
	lowQuality  = 80        // of a JPEG, as IJG counts
	smallPixels = 1_000_000 // fewer are a picture for a screen
	farTooFine  = 1.5       // times the wanted dpi
)

// screens are the sizes in pixels of screens that people take pictures of,
// upright and lying.
func screens() [][2]pano.Px {
	return [][2]pano.Px{
		{1280, 720}, {1366, 768}, {1440, 900}, {1536, 864}, {1600, 900}, {1920, 1080}, {1920, 1200},
		{2560, 1440}, {2560, 1600}, {2880, 1800}, {3840, 2160},
		{750, 1334}, {828, 1792}, {1080, 2340}, {1080, 2400}, {1125, 2436}, {1170, 2532}, {1179, 2556}, {1242, 2688}, {1290, 2796}, {1440, 3200},
	}
}

// Preflight says what is to be said of a picture before it is printed as w, the
// worst first: all that its header tells, and nothing that needs its pixels. A
// document has no findings; see pano.NoPicture. Without a size only the file is
// looked at.
func Preflight(f render.Facts, w Wish) []pano.Finding {
	if f.Document {
		return nil
	}
	var found findings
	if w.Width > 0 && w.Height > 0 {
		found.sharpness(f, w)
		found.cut(f, w)
	}
	found.colours(f)
	found.file(f)
	order := []pano.Severity{pano.Blocks, pano.Warns, pano.Informs}
	slices.SortStableFunc(found, func(a, b pano.Finding) int {
		return slices.Index(order, a.Severity) - slices.Index(order, b.Severity)
	})
	return found
}

type findings []pano.Finding

func (all *findings) add(rule pano.PreflightRule, s pano.Severity, args ...any) {
	*all = append(*all, pano.Finding{Rule: rule, Severity: s, Args: args})
}

// sharpness judges the picture without its bleed: the finished size is what is seen.
func (all *findings) sharpness(f render.Facts, w Wish) {
	width, height := f.Upright()
	dpi := pano.EffectiveDPI(width, height, w.Width, w.Height)
	wanted := w.Demands()
	is := int(math.Floor(dpi))
	switch wanted.Judge(dpi) {
	case pano.Coarse:
		all.add(pano.PrintCoarse, pano.Blocks, is, int(wanted.Block))
	case pano.Soft:
		all.add(pano.PrintSoft, pano.Warns, is, int(wanted.Warn))
	default:
		if dpi > farTooFine*float64(wanted.Target) {
			all.add(pano.PrintPlenty, pano.Informs, is, int(wanted.Target))
		}
	}
}

// cut looks at what is lost, and at what there is to bleed.
func (all *findings) cut(f render.Facts, w Wish) {
	width, height := f.Upright()
	across, down := pano.Cut(width, height, w.Width, w.Height)
	if lost := math.Round(100 * (1 - across*down)); lost > muchCut {
		all.add(pano.PrintCropped, pano.Warns, int(lost))
	}
	if w.Bleed > 0 && !hasBleed(width, height, w) {
		all.add(pano.PrintMirrored, pano.Informs, int(w.Bleed))
	}
}

// hasBleed reports whether a picture of that size was made with its bleed: its
// shape is that of the size with bleed, to the thousandth, and not that of the
// finished size.
func hasBleed(width, height pano.Px, w Wish) bool {
	off := func(across, down pano.MM) float64 {
		return math.Abs(float64(width)*float64(down)/(float64(height)*float64(across)) - 1)
	}
	with := off(w.Width+2*w.Bleed, w.Height+2*w.Bleed)
	return with <= 0.001 && with < off(w.Width, w.Height)
}

func (all *findings) colours(f render.Facts) {
	inks := f.Space == render.CMYK || f.Space == render.YCCK
	switch {
	case inks && f.ICCDigest == "":
		all.add(pano.PrintBareInks, pano.Warns)
	case f.ICCDigest == "":
		all.add(pano.PrintUntagged, pano.Informs)
	case wide(f.ICCName):
		all.add(pano.PrintWide, pano.Informs, f.ICCName)
	}
	if f.Depth > 8 {
		all.add(pano.PrintDeep, pano.Warns, f.Depth)
	}
	if f.HasAlpha {
		all.add(pano.PrintAlpha, pano.Warns)
	}
}

// wide reports whether a profile of that name holds colours well beyond sRGB.
func wide(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"adobe rgb", "p3", "prophoto", "2020", "wide gamut", "romm"}, func(s string) bool {
		return strings.Contains(name, s)
	})
}

func (all *findings) file(f render.Facts) {
	if f.Format == "JPEG" && f.Quality > 0 && f.Quality < lowQuality {
		all.add(pano.PrintCrushed, pano.Warns, f.Quality, lowQuality)
	}
	w, h := f.Upright()
	switch {
	case int64(w)*int64(h) < smallPixels:
		all.add(pano.PrintSmall, pano.Warns, int(w), int(h))
	case f.TakenAt.IsZero() && (slices.Contains(screens(), [2]pano.Px{w, h}) || slices.Contains(screens(), [2]pano.Px{h, w})):
		all.add(pano.PrintScreen, pano.Warns, int(w), int(h))
	}
	if f.Frames > 1 {
		all.add(pano.PrintPages, pano.Warns, f.Frames)
	}
	if f.Orientation > 1 {
		all.add(pano.PrintTurned, pano.Informs)
	}
}
