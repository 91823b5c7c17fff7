package main

import (
	"strings"
	"testing"

	"pano/internal/icc"
)

func TestPatchesAreReadByTheNamesOfTheirFields(t *testing.T) {
	got, err := readPatches(strings.NewReader(`CTI3
BEGIN_DATA_FORMAT
SAMPLE_ID XYZ_X XYZ_Y XYZ_Z CMYK_C CMYK_M CMYK_Y CMYK_K
END_DATA_FORMAT
BEGIN_DATA
1 10 20 30 40 50 60 70
END_DATA
`))
	want := patch{inks{0.4, 0.5, 0.6, 0.7}, icc.XYZ{X: 0.1, Y: 0.2, Z: 0.3}}
	if err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}

func TestDataThatIsNoneIsAnError(t *testing.T) {
	const names = "BEGIN_DATA_FORMAT\nCMYK_C CMYK_M CMYK_Y CMYK_K XYZ_X XYZ_Y XYZ_Z\nEND_DATA_FORMAT\n"
	for name, data := range map[string]string{
		"nothing": "", "no patches": names, "no names": "BEGIN_DATA\n1 2 3 4 5 6 7\n",
		"short": names + "BEGIN_DATA\n1 2 3\n", "no number": names + "BEGIN_DATA\n1 2 3 4 5 6 x\n",
		"no ink": "BEGIN_DATA_FORMAT\nRGB_R RGB_G\nEND_DATA_FORMAT\nBEGIN_DATA\n1 2 3 4 5 6 7\n",
	} {
		if _, err := readPatches(strings.NewReader(data)); err == nil {
			t.Errorf("%s: read", name)
		}
	}
}

// chart is what a perfect press would measure: dots that do not spread, filters
// that overprint cleanly.
func chart() (patches []patch) {
	filter := [4]icc.XYZ{{X: 0.17, Y: 0.25, Z: 0.7}, {X: 0.4, Y: 0.2, Z: 0.2}, {X: 0.8, Y: 0.85, Z: 0.08}, {X: 0.03, Y: 0.03, Z: 0.03}}
	levels := []float64{0, 0.4, 1}
	for i := range 81 {
		c := inks{levels[i/27], levels[i/9%3], levels[i/3%3], levels[i%3]}
		look := icc.XYZ{X: 0.85, Y: 0.88, Z: 0.75}
		for k, f := range filter {
			look.X *= 1 + c[k]*(f.X-1)
			look.Y *= 1 + c[k]*(f.Y-1)
			look.Z *= 1 + c[k]*(f.Z-1)
		}
		patches = append(patches, patch{c, look})
	}
	return patches
}

func TestModelKnowsItsPatches(t *testing.T) {
	patches := chart()
	m, err := fit(patches, []float64{0, 0.4, 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range patches {
		if d := icc.DeltaE(m.xyz(p.ink).Lab(), p.xyz.Lab()); d > 0.1 {
			t.Errorf("%v: ΔE00 %.2f", p.ink, d)
		}
	}
	if _, err := fit(patches[:80], []float64{0, 0.4, 1}); err == nil {
		t.Error("a model without its darkest patch")
	}
}

func TestInkLooksAsWantedWithinTheLimit(t *testing.T) {
	m, err := fit(chart(), []float64{0, 0.4, 1})
	if err != nil {
		t.Fatal(err)
	}
	s := separation{model: m, limit: 2.8, mostBlack: 0.95, blackFrom: 60}
	darkest := s.darkest()
	for _, c := range []inks{{}, {0.5, 0.4, 0.4, 0}, {0, 0.9, 0.9, 0}, {0.2, 0.3, 0.1, 0.6}, {0.8, 0.1, 0.9, 0.3}} {
		got, off := s.ink(m.look(c), darkest)
		if d := icc.DeltaE(m.look(got), m.look(c)); off > near || d > near {
			t.Errorf("for the look of %.2f got %.2f: ΔE00 %.2f, off by %.2f", c, got, d, off)
		}
	}
	dark, _ := s.ink(icc.Lab{}, darkest)
	if sum := dark[0] + dark[1] + dark[2] + dark[3]; sum > 2.81 || dark[3] < 0.9 {
		t.Errorf("the darkest is %.2f: %.2f", dark, sum)
	}
}

func TestOnlyBluesOutOfReachAreTurned(t *testing.T) {
	blue := icc.Lab{L: 30, A: 60, B: -104}
	for _, tt := range []struct {
		c      icc.Lab
		off    float64
		turned bool
	}{
		{blue, 0.9, false}, {blue, 30, true}, {icc.Lab{L: 50, A: 70, B: 50}, 30, false},
		{icc.Lab{L: 50, A: -60, B: -30}, 30, false}, {icc.Lab{L: 50, A: 60, B: -20}, 30, false},
	} {
		got := keptBlue(tt.c, tt.off)
		if turned := got != tt.c; turned != tt.turned {
			t.Errorf("%v, off by %g, became %v", tt.c, tt.off, got)
		}
		if tt.turned && (got.A >= tt.c.A || got.L != tt.c.L) {
			t.Errorf("%v was turned away from cyan, or made lighter: %v", tt.c, got)
		}
	}
}
