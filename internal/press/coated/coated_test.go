package coated_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"pano/internal/icc"
	"pano/internal/press/coated"
)

// littleCMS has transicc turn colours, relative colorimetric, with more arguments.
func littleCMS(t *testing.T, in, out string, colours [][3]float64, more ...string) [][4]float64 {
	t.Helper()
	var ask strings.Builder
	for _, c := range colours {
		fmt.Fprintf(&ask, "%f\n%f\n%f\n", c[0], c[1], c[2])
	}
	cmd := exec.Command("transicc", append([]string{"-v0", "-i" + in, "-o" + out, "-t1", "-n", "-c0"}, more...)...)
	cmd.Stdin = strings.NewReader(ask.String())
	said, err := cmd.Output()
	if err != nil {
		t.Fatal("transicc, of Debian's liblcms2-utils: ", err)
	}
	inks := make([][4]float64, len(colours))
	r := bytes.NewReader(said)
	for i := range inks {
		c := &inks[i]
		if _, err := fmt.Fscan(r, &c[0], &c[1], &c[2], &c[3]); err != nil {
			t.Fatalf("transicc said %d colours of %d: %v", i, len(inks), err)
		}
	}
	return inks
}

func parsed(t *testing.T) *icc.Profile {
	t.Helper()
	p, err := icc.Parse(coated.Profile())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestProfileIsSmallAndOfAPress(t *testing.T) {
	p := parsed(t)
	if n := len(coated.Profile()); n > 400<<10 || p.Class() != "prtr" || p.Space() != icc.CMYK || !strings.HasPrefix(p.Name(), "Pano Coated") {
		t.Errorf("%q: %d bytes of %s %s", p.Name(), n, p.Class(), p.Space())
	}
	said, err := exec.Command("exiftool", "-validate", "-warning", "coated.icc").CombinedOutput()
	if err != nil || strings.Contains(string(said), "Warning") || !strings.Contains(string(said), "OK") {
		t.Errorf("exiftool, of libimage-exiftool-perl, says %v\n%s", err, said)
	}
}

// TestInksLookAsMeasured has patches of FOGRA39L: XYZ × 100 under D50.
func TestInksLookAsMeasured(t *testing.T) {
	look, err := parsed(t).Look()
	if err != nil {
		t.Fatal(err)
	}
	paper, d50 := [3]float64{84.48, 87.62, 74.57}, icc.Lab{L: 100}.XYZ()
	for _, tt := range []struct {
		ink [4]float64 // percent
		xyz [3]float64
	}{
		{[4]float64{}, paper},
		{[4]float64{0, 20, 0, 0}, [3]float64{71.44, 68.34, 61.53}},
		{[4]float64{0, 100, 0, 0}, [3]float64{33.03, 16.79, 15.01}},
		{[4]float64{100, 0, 0, 0}, [3]float64{15.02, 22.93, 52.85}},
		{[4]float64{0, 0, 100, 0}, [3]float64{69.17, 74.16, 7.04}},
		{[4]float64{0, 0, 0, 100}, [3]float64{2.02, 2.10, 1.73}},
		{[4]float64{0, 100, 100, 0}, [3]float64{30.20, 16.02, 2.30}},
		{[4]float64{100, 100, 0, 0}, [3]float64{5.67, 4.10, 15.67}},
		{[4]float64{10, 10, 0, 0}, [3]float64{69.05, 70.36, 66.38}},
		{[4]float64{20, 55, 0, 0}, [3]float64{39.08, 31.49, 35.81}},
		{[4]float64{40, 70, 0, 0}, [3]float64{24.53, 18.22, 26.34}},
	} {
		c := tt.ink
		for i := range c {
			c[i] /= 100
		}
		want := icc.XYZ{X: tt.xyz[0] / paper[0] * d50.X, Y: tt.xyz[1] / paper[1], Z: tt.xyz[2] / paper[2] * d50.Z}.Lab()
		if d := icc.DeltaE(look(c), want); d > 1 {
			t.Errorf("%v looks like %.1f, was measured as %.1f: ΔE00 %.2f", tt.ink, look(c), want, d)
		}
	}
}

func TestFlagColoursHaveTheirInks(t *testing.T) {
	got := littleCMS(t, "*sRGB", "coated.icc", [][3]float64{{218, 37, 29}, {255, 205, 0}}, "-b")
	for i, want := range [][4]float64{{5, 94, 91, 2}, {2, 20, 93, 0}} {
		for k := range want {
			if d := got[i][k] - want[k]; d < -2 || d > 2 {
				t.Errorf("got %.1f, want about %.0f", got[i], want)
				break
			}
		}
	}
}

// TestBlueStaysBlue: with as much magenta as cyan, blue is printed purple.
func TestBlueStaysBlue(t *testing.T) {
	blues := [][3]float64{{0, 0, 255}, {30, 60, 200}, {0, 80, 255}, {60, 60, 220}}
	for i, c := range littleCMS(t, "*sRGB", "coated.icc", blues, "-b") {
		if c[1] > c[0]-15 {
			t.Errorf("%v became %.0f", blues[i], c)
		}
	}
}

func TestNoSpotGetsMoreInkThanTheLimit(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var labs [][3]float64
	for l := range 26 {
		labs = append(labs, [3]float64{4 * float64(l), 0, 0})
	}
	for range 3000 {
		labs = append(labs, [3]float64{100 * r.Float64(), 255*r.Float64() - 128, 255*r.Float64() - 128})
	}
	for i, c := range littleCMS(t, "*Lab", "coated.icc", labs) {
		if sum := c[0] + c[1] + c[2] + c[3]; sum > 100*coated.Limit+0.5 {
			t.Errorf("%.1f got %.1f: %.1f %%", labs[i], c, sum)
		}
	}
}

// TestGreysAreSmooth: along a ramp of greys ink only grows, and by no jumps.
func TestGreysAreSmooth(t *testing.T) {
	var greys [][3]float64
	for v := 255.0; v >= 0; v-- {
		greys = append(greys, [3]float64{v, v, v})
	}
	inks := littleCMS(t, "*sRGB", "coated.icc", greys, "-b")
	last := 0.0
	for i, c := range inks {
		sum := c[0] + c[1] + c[2] + c[3]
		if i > 0 && (sum < last-0.1 || sum > last+3) {
			t.Errorf("grey %.0f has %.1f %% of ink, the next lighter %.1f", greys[i][0], sum, last)
		}
		last = sum
	}
}
