package pano

import (
	_ "embed"
	"encoding/csv"
	"math"
	"strconv"
	"strings"
)

// The trade's sizes and its demands on sharpness are data, not code: what a
// shop wants differs, and these are what a house starts with.
var (
	//go:embed presets.csv
	presetsCSV string
	//go:embed sharpness.csv
	sharpnessCSV string
)

// A Preset is a size that shops print, upright or lying as the artwork is.
type Preset struct {
	Code          string  `json:"code"`   // as A2 or BR-300x60
	Group         string  `json:"group"`  // paper, photo, standee, banner, flag-banner, panel, backdrop
	Width, Height MM      `json:"-"`      // finished
	View          float64 `json:"view_m"` // least distance of a viewer, metres
	Target        DPI     `json:"target_dpi"`
	Bleed         MM      `json:"bleed_mm"` // on every side: bleed, hem or pocket
	Scale         int     `json:"scale"`    // the file is drawn 1:Scale
}

// Presets returns the sizes a house starts with, smallest of each group first.
func Presets() []Preset {
	var all []Preset
	for _, r := range rowsOf(presetsCSV) {
		all = append(all, Preset{Code: r[0], Group: r[1], Width: MM(num(r[2])), Height: MM(num(r[3])),
			View: num(r[4]), Target: DPI(num(r[5])), Bleed: MM(num(r[6])), Scale: int(num(r[7]))})
	}
	return all
}

// FindPreset returns the preset with that code, in capitals or not.
func FindPreset(code string) (Preset, bool) {
	for _, p := range Presets() {
		if strings.EqualFold(p.Code, code) {
			return p, true
		}
	}
	return Preset{}, false
}

// Turned returns p lying if a picture of w × h lies and p does not, or the other way round.
func (p Preset) Turned(w, h Px) Preset {
	if (w > h) != (p.Width > p.Height) && w != h && p.Width != p.Height {
		p.Width, p.Height = p.Height, p.Width
	}
	return p
}

// Demands are what a class of prints asks of a picture.
type Demands struct{ Target, Warn, Block DPI }

// Demands returns what a print of this preset asks of its picture.
func (p Preset) Demands() Demands {
	long := max(p.Width, p.Height)
	for _, r := range rowsOf(sharpnessCSV) {
		if most := MM(num(r[1])); r[0] == p.Group && (most == 0 || long <= most) {
			return Demands{DPI(num(r[2])), DPI(num(r[3])), DPI(num(r[4]))}
		}
	}
	return DemandsAt(p.View)
}

// DemandsAt returns what a print seen from a distance of metres asks of its
// picture. An eye tells apart one minute of arc, 87.3 pixels an inch at one
// metre: less is coarse, twice as many is all it can use. Clamped to 10…300.
func DemandsAt(metres float64) Demands {
	minute := 25.4 / (1000 * math.Max(metres, 0.01) * math.Tan(math.Pi/180/60))
	clamp := func(v float64) DPI { return DPI(math.Round(min(max(v, 10), 300))) }
	return Demands{Target: clamp(2 * minute), Warn: clamp(1.5 * minute), Block: clamp(minute)}
}

// A Sharpness is a verdict on a print, from green to red.
type Sharpness string

// The verdicts.
const (
	Sharp  Sharpness = "sharp"  // nobody sees pixels
	Soft   Sharpness = "soft"   // look at a proof first
	Coarse Sharpness = "coarse" // not to be printed without somebody's word
)

// Judge returns the verdict on a print of dpi pixels an inch.
func (d Demands) Judge(dpi float64) Sharpness {
	switch {
	case dpi < float64(d.Block):
		return Coarse
	case dpi < float64(d.Warn):
		return Soft
	}
	return Sharp
}

// EffectiveDPI returns the pixels an inch of a picture of w × h that is cut to
// fill width × height; 0 if any of them is.
func EffectiveDPI(w, h Px, width, height MM) float64 {
	if w <= 0 || h <= 0 || width <= 0 || height <= 0 {
		return 0
	}
	return min(float64(w)*MMPerInch/float64(width), float64(h)*MMPerInch/float64(height))
}

// Cut returns the part of a picture of w × h that fills a print of width ×
// height, as fractions 0…1 of its width and of its height.
func Cut(w, h Px, width, height MM) (across, down float64) {
	dpi := EffectiveDPI(w, h, width, height)
	if dpi == 0 {
		return 1, 1
	}
	return dpi * float64(width) / MMPerInch / float64(w), dpi * float64(height) / MMPerInch / float64(h)
}

// LeastDistance returns from how far, in metres, a print of dpi pixels an inch
// looks sharp: where a pixel is one minute of arc.
func LeastDistance(dpi float64) float64 {
	if dpi <= 0 {
		return 0
	}
	return 25.4 / (1000 * dpi * math.Tan(math.Pi/180/60))
}

// rowsOf reads embedded rows below their heading; they are part of the program,
// and a test reads every one of them.
func rowsOf(text string) [][]string {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) < 2 {
		return nil
	}
	return rows[1:]
}

func num(s string) float64 {
	v, _ := strconv.ParseFloat(s, 64)
	return v
}
