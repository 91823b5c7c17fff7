package pano

import (
	"math"
	"strconv"
	"strings"
)

// A Severity is what follows from a finding of the preflight.
type Severity string

// The severities, worst first.
const (
	Blocks  Severity = "blocks"  // is not printed, unless the rule says who may override it
	Warns   Severity = "warns"   // is printed once somebody has put their name to it
	Informs Severity = "informs" // nothing to do
)

// A PreflightRule names one thing that is looked at before a file is printed.
// Its words are found by it: what was found, why it matters, what to do.
type PreflightRule string

// The rules.
const (
	PrintCoarse   PreflightRule = "coarse"    // dpi below what the size bears; a named person may override it
	PrintSoft     PreflightRule = "soft"      // dpi below what is wanted
	PrintPlenty   PreflightRule = "plenty"    // dpi far above what anybody sees
	PrintCropped  PreflightRule = "cropped"   // filling the size cuts off much
	PrintBareInks PreflightRule = "bare_inks" // CMYK, without saying of which press
	PrintDeep     PreflightRule = "deep"      // more than 8 bits a channel
	PrintAlpha    PreflightRule = "alpha"     // transparent parts
	PrintCrushed  PreflightRule = "crushed"   // JPEG packed hard
	PrintSmall    PreflightRule = "small"     // a picture for screens
	PrintScreen   PreflightRule = "screen"    // the very size of a screen
	PrintPages    PreflightRule = "pages"     // more than one picture in the file
	PrintTurned   PreflightRule = "turned"    // stored lying, shown standing
	PrintUntagged PreflightRule = "untagged"  // no profile: taken for sRGB
	PrintWide     PreflightRule = "wide"      // colours that no press reaches
	PrintMirrored PreflightRule = "mirrored"  // no picture left for the bleed
)

// PreflightRules returns every rule.
func PreflightRules() []PreflightRule {
	return []PreflightRule{
		PrintCoarse, PrintSoft, PrintPlenty, PrintCropped, PrintBareInks, PrintDeep, PrintAlpha, PrintCrushed,
		PrintSmall, PrintScreen, PrintPages, PrintTurned, PrintUntagged, PrintWide, PrintMirrored,
	}
}

// A Finding is what the preflight of one file came upon. Args are for the words
// of what was found, in order.
type Finding struct {
	Rule     PreflightRule `json:"rule"`
	Severity Severity      `json:"severity"`
	Args     []any         `json:"args,omitempty"`
}

// longestFile is what a page of a print file may measure, beyond which it is
// drawn 1:10: readers of PDF show no more (14,400 points of ISO 32000-1, Annex C).
const longestFile MM = 5080

// ParseSize returns the preset of that code, or a size of its own written in
// millimetres, as 1200x800: then it is seen from view metres, or, if that is
// 0, from one and a half times its diagonal. It fails with KindInvalid,
// print.size_unknown.
func ParseSize(s string, view float64) (Preset, error) {
	if p, ok := FindPreset(s); ok {
		if view > 0 {
			p.Group, p.View = "", view
		}
		return p, nil
	}
	w, h, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(s, "×", "x")), "x")
	width, err := strconv.Atoi(w)
	height, err2 := strconv.Atoi(h)
	p := Preset{Code: s, Width: MM(width), Height: MM(height), View: view, Bleed: 3, Scale: 1}
	if err != nil || err2 != nil || min(width, height) < 1 || max(width, height) > maxMM {
		return Preset{}, Invalid("print.size_unknown", s).At("size")
	}
	if view <= 0 {
		p.View = 1.5 * math.Hypot(float64(width), float64(height)) / 1000
	}
	p.Target = p.Demands().Target
	if max(p.Width, p.Height)+2*p.Bleed > longestFile {
		p.Scale = 10
	}
	return p, nil
}
