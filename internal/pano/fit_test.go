package pano_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pano/internal/pano"
)

func art(kind pano.AssetKind, w, h pano.MM, pw, ph pano.Px) pano.Asset {
	return pano.Asset{Kind: kind, Width: w, Height: h, Current: pano.Version{Width: pw, Height: ph}}
}

func faceOf(w, h pano.MM) pano.Location {
	return pano.Location{Kind: pano.Face, Width: w, Height: h}
}

func TestFitSaysWhatIsLostAndHowSharpItIs(t *testing.T) {
	flag := art(pano.FlagBanner, 800, 2500, 2400, 7500)
	for _, c := range []struct {
		name   string
		a      pano.Asset
		face   pano.Location
		lost   float64 // per cent
		dpi    float64
		is     pano.Sharpness
		tooBig bool
		growth float64
	}{
		{"made for it", flag, faceOf(800, 2500), 0, 76.2, pano.Sharp, false, 1},
		{"the same shape, twice as large", flag, faceOf(1600, 5000), 0, 38.1, pano.Soft, false, 2},
		{"the same shape, four times as large", flag, faceOf(3200, 10000), 0, 19.05, pano.Coarse, false, 4},
		{"wider", flag, faceOf(1000, 2500), 20, 60.96, pano.Sharp, false, math.Sqrt(1.25)},
		{"too low for its finished size", flag, faceOf(800, 2000), 20, 76.2, pano.Sharp, true, math.Sqrt(0.8)},
		{"too narrow for its finished size", flag, faceOf(700, 2500), 12.5, 76.2, pano.Sharp, true, math.Sqrt(0.875)},
		{"lying", flag, faceOf(2500, 800), 100 - 10.24, 24.384, pano.Coarse, true, 1},
		{"of unknown size", art(pano.Panel, 0, 0, 6000, 4000), faceOf(6000, 4000), 0, 25.4, pano.Soft, false, 0},
	} {
		f, ok := c.face.Fit(c.a)
		if !ok || math.Abs(f.Lost()*100-c.lost) > 0.01 || math.Abs(f.DPI-c.dpi) > 0.01 || f.Sharpness != c.is || f.TooBig != c.tooBig || math.Abs(f.Growth-c.growth) > 0.001 {
			t.Errorf("%s: %+v, %.2f lost, %v", c.name, f, f.Lost()*100, ok)
		}
		if d := pano.LeastDistance(c.dpi); math.Abs(f.Distance-d) > 0.01 {
			t.Errorf("%s: from %g m, want %g", c.name, f.Distance, d)
		}
	}
}

func TestOnlyFacesAndPicturesFit(t *testing.T) {
	flag := art(pano.FlagBanner, 800, 2500, 2400, 7500)
	for name, l := range map[string]pano.Location{
		"a wall": {Kind: pano.Wall, Width: 6000, Height: 2400}, "a stretch": {Kind: pano.Stretch, Capacity: 4}, "a face of unknown size": {Kind: pano.Face},
	} {
		if _, ok := l.Fit(flag); ok {
			t.Errorf("%s fits", name)
		}
	}
	if _, ok := faceOf(800, 2500).Fit(art(pano.Document, 800, 2500, 0, 0)); ok {
		t.Error("a document without a picture fits")
	}
}

func TestTheBetterFitComesFirst(t *testing.T) {
	flag := art(pano.FlagBanner, 800, 2500, 2400, 7500)
	order := []pano.Location{ // best first
		faceOf(800, 2500),   // made for it
		faceOf(816, 2550),   // a little larger
		faceOf(1600, 5000),  // much larger, soft
		faceOf(1000, 2500),  // cut by a fifth
		faceOf(1300, 2500),  // cut by more than a third
		faceOf(3200, 10000), // coarse
		faceOf(800, 2400),   // too low
		faceOf(2500, 800),   // lying: too low and coarse
	}
	fits := make([]pano.Fit, len(order))
	for i, l := range order {
		fits[i], _ = l.Fit(flag)
	}
	for i := range fits {
		for j := range fits {
			if got, want := sign(fits[i].Compare(fits[j])), sign(i-j); got != want {
				t.Errorf("%d against %d: %d, want %d", i, j, got, want)
			}
		}
	}
	shuffled := slices.Clone(fits)
	rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	slices.SortFunc(shuffled, pano.Fit.Compare)
	if !slices.Equal(shuffled, fits) {
		t.Error("sorted otherwise")
	}
}

func sign(n int) int { return max(-1, min(1, n)) }
