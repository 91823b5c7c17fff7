package pano_test

import (
	"errors"
	"math"
	"testing"

	"pano/internal/pano"
)

// hall is a floor of 20 × 10 m on a picture of 2000 × 1000 pixels.
func hall() pano.Floor {
	return pano.Floor{Width: 2000, Height: 1000, Scale: pano.FloorScale{X1: 0.1, Y1: 0.5, X2: 0.6, Y2: 0.5, Length: 10_000}}
}

func TestAKnownLengthMakesMillimetres(t *testing.T) {
	f := hall()
	if w, h := f.Size(); w != 20_000 || h != 10_000 {
		t.Errorf("%d × %d mm", w, h)
	}
	f.Scale = pano.FloorScale{X1: 0.1, Y1: 0.1, X2: 0.4, Y2: 0.9, Length: 10_000} // 600 and 800 pixels: 1000 along
	if w, h := f.Size(); w != 20_000 || h != 10_000 {
		t.Errorf("along a slanting line %d × %d mm", w, h)
	}
	f.Scale = pano.FloorScale{}
	if w, h := f.Size(); w != 0 || h != 0 || f.Scaled() {
		t.Errorf("without a scale %d × %d mm", w, h)
	}
}

func TestAWallMayBeDrawnFivePerCentOff(t *testing.T) {
	for length, want := range map[pano.MM]bool{6000: false, 6300: false, 6301: true, 5700: false, 5699: true} {
		w := pano.FloorWall{From: pano.FloorPoint{X: 100, Y: 100}, To: pano.FloorPoint{X: 100, Y: 100 + length}}
		if got := w.Differs(6000); got != want || w.Length() != length {
			t.Errorf("%d mm for 6000: differs %v", length, got)
		}
	}
	if (pano.FloorWall{To: pano.FloorPoint{X: 1}}).Differs(0) {
		t.Error("it differs from what nobody knows")
	}
}

func TestAnotherScaleLeavesMarksOnThePicture(t *testing.T) {
	f := hall()
	f.Walls = []pano.FloorWall{{Location: "A", From: pano.FloorPoint{X: 1000, Y: 2000}, To: pano.FloorPoint{X: 20_000, Y: 10_000}}}
	f.Pins = []pano.FloorPin{{Name: "Bục", At: pano.FloorPoint{X: 333, Y: 10}}}
	s := f.Scale
	s.Length = 5_000
	got := f.Rescaled(s)
	if got.Walls[0].From != (pano.FloorPoint{X: 500, Y: 1000}) || got.Walls[0].To != (pano.FloorPoint{X: 10_000, Y: 5_000}) || got.Pins[0].At != (pano.FloorPoint{X: 167, Y: 5}) {
		t.Errorf("half as large: %+v", got)
	}
	if f.Walls[0].From.X != 1000 || got.Check() != nil {
		t.Errorf("the floor before it changed, or it cannot be kept: %v", got.Check())
	}
}

func TestAPictureOfTheSameShapeKeepsWhatIsDrawn(t *testing.T) {
	f := hall()
	f.Walls = []pano.FloorWall{{Location: "A", To: pano.FloorPoint{X: 5000}}}
	if got := f.Relaid("b", "v", 4000, 2010); len(got.Walls) != 1 || !got.Scaled() || got.Asset != "b" || got.Width != 4000 {
		t.Errorf("of the same shape: %+v", got)
	}
	if got := f.Relaid("b", "v", 2000, 1100); len(got.Walls) != 0 || got.Scaled() {
		t.Errorf("of another shape: %+v", got)
	}
}

func TestFloorsAreChecked(t *testing.T) {
	at := func(x, y pano.MM) pano.FloorPoint { return pano.FloorPoint{X: x, Y: y} }
	wall := pano.FloorWall{Location: "A", From: at(0, 0), To: at(20_000, 10_000)}
	pin := pano.FloorPin{Exhibit: "x", At: at(20_000, 0)}
	for name, c := range map[string]struct {
		spoil      func(*pano.Floor)
		key, field string
	}{
		"as it is":            {func(f *pano.Floor) {}, "", ""},
		"nothing drawn":       {func(f *pano.Floor) { f.Scale, f.Walls, f.Pins = pano.FloorScale{}, nil, nil }, "", ""},
		"no picture":          {func(f *pano.Floor) { f.Width = 0 }, "floor.no_picture", "file"},
		"too many":            {func(f *pano.Floor) { f.Pins = make([]pano.FloorPin, 501) }, "floor.too_many", ""},
		"no scale":            {func(f *pano.Floor) { f.Scale = pano.FloorScale{} }, "floor.not_scaled", "length_mm"},
		"a length of nothing": {func(f *pano.Floor) { f.Scale.Length = 0 }, "floor.bad_length", "length_mm"},
		"beyond a kilometre":  {func(f *pano.Floor) { f.Scale.Length = 1_000_001 }, "floor.bad_length", "length_mm"},
		"line off":            {func(f *pano.Floor) { f.Scale.X2 = math.NaN() }, "floor.line_off", "line"},
		"line short":          {func(f *pano.Floor) { f.Scale.X2 = f.Scale.X1 + 0.01 }, "floor.line_short", "line"},
		"no wall":             {func(f *pano.Floor) { f.Walls[0].Location = "" }, "floor.no_such_wall", "wall"},
		"wall twice":          {func(f *pano.Floor) { f.Walls = append(f.Walls, wall) }, "floor.wall_twice", "wall"},
		"wall off":            {func(f *pano.Floor) { f.Walls[0].To.X++ }, "floor.wall_off", "wall"},
		"wall off to the left": {func(f *pano.Floor) { f.Walls[0].From.X = -1 }, "floor.wall_off",
			"wall"},
		"wall of no length": {func(f *pano.Floor) { f.Walls[0].To = f.Walls[0].From }, "floor.wall_short", "wall"},
		"pin of nothing":    {func(f *pano.Floor) { f.Pins[0].Exhibit = "" }, "floor.pin_of_nothing", "pin"},
		"pin of both":       {func(f *pano.Floor) { f.Pins[0].Name = "Bục" }, "floor.pin_of_nothing", "pin"},
		"pin twice":         {func(f *pano.Floor) { f.Pins = append(f.Pins, pin) }, "floor.pin_twice", "pin"},
		"pin off":           {func(f *pano.Floor) { f.Pins[0].At.Y = 10_001 }, "floor.pin_off", "pin"},
	} {
		f := hall()
		f.Walls, f.Pins = []pano.FloorWall{wall}, []pano.FloorPin{pin}
		c.spoil(&f)
		err := f.Check()
		var key, field string
		if e, ok := errors.AsType[*pano.Error](err); ok {
			key, field = e.Key, e.Field
		}
		if key != c.key || field != c.field || err != nil && key == "" {
			t.Errorf("%s: %v at %q", name, err, field)
		}
	}
}
