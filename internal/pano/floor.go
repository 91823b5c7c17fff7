package pano

import (
	"math"
	"strings"
	"time"
)

// A Floor is the floor plan of an exhibition: a picture, how long something on it
// is, and where walls and things stand. Once it has a scale, millimetres count
// from the top left corner of the picture.
type Floor struct {
	Exhibition    ExhibitionID
	Asset         AssetID
	Version       VersionID // the bytes on which it was drawn
	Width, Height Px        // of that picture
	Scale         FloorScale
	Walls         []FloorWall
	Pins          []FloorPin
	Created       time.Time
	Updated       time.Time
	Rev           int
}

// A FloorScale is a line on a picture whose length is known. The zero FloorScale
// is none yet.
type FloorScale struct {
	X1, Y1, X2, Y2 float64 // its ends, in parts of the picture's width and height from the top left: 0 to 1
	Length         MM
}

// A FloorPoint is a spot on a floor.
type FloorPoint struct{ X, Y MM }

// A FloorWall is a wall or a face as it stands on a floor, seen from above.
type FloorWall struct {
	Location LocationID
	From, To FloorPoint // its left end and its right end for who looks at it
}

// A FloorPin is where a work of the list stands, or a thing that is not in it.
type FloorPin struct {
	Exhibit ExhibitID // "" of what has a name of its own
	Name    string
	At      FloorPoint
}

// Bounds of floors.
const (
	mostMarks             = 500       // walls, and pins
	leastKnown, mostKnown = 100, 1e6  // mm of the line of known length
	leastLine             = 1.0 / 100 // of the picture's diagonal: a shorter line tells nothing
	wallTolerance         = 0.05      // by which a wall may be drawn longer or shorter than it is
)

// Scaled reports whether f has a scale, so that millimetres mean something on it.
func (f Floor) Scaled() bool { return f.Scale.Length > 0 }

// Size is how much f shows, to the nearest millimetre; 0 and 0 without a scale.
func (f Floor) Size() (w, h MM) {
	k := f.perPixel()
	return MM(math.Round(float64(f.Width) * k)), MM(math.Round(float64(f.Height) * k))
}

// perPixel is how many millimetres a pixel is, 0 without a scale.
func (f Floor) perPixel() float64 {
	s := f.Scale
	px := math.Hypot((s.X2-s.X1)*float64(f.Width), (s.Y2-s.Y1)*float64(f.Height))
	if s.Length <= 0 || px == 0 {
		return 0
	}
	return float64(s.Length) / px
}

// Length is how long w is drawn, to the nearest millimetre.
func (w FloorWall) Length() MM {
	return MM(math.Round(math.Hypot(float64(w.To.X-w.From.X), float64(w.To.Y-w.From.Y))))
}

// Differs reports whether w is drawn more than 5 % longer or shorter than it is
// wide. A width of 0 is not known, and nothing differs from it.
func (w FloorWall) Differs(width MM) bool {
	return width > 0 && math.Abs(float64(w.Length()-width)) > wallTolerance*float64(width)
}

// Rescaled returns f with another scale. What is on it stays where it is on the
// picture, to the nearest millimetre, so its millimetres become others.
func (f Floor) Rescaled(s FloorScale) Floor {
	was := f.perPixel()
	f.Scale = s
	k := f.perPixel() / was
	if was == 0 || k == 0 || k == 1 {
		return f
	}
	w, h := f.Size()
	move := func(p FloorPoint) FloorPoint {
		return FloorPoint{min(w, MM(math.Round(float64(p.X)*k))), min(h, MM(math.Round(float64(p.Y)*k)))}
	}
	f.Walls, f.Pins = append([]FloorWall(nil), f.Walls...), append([]FloorPin(nil), f.Pins...)
	for i, one := range f.Walls {
		f.Walls[i].From, f.Walls[i].To = move(one.From), move(one.To)
	}
	for i, one := range f.Pins {
		f.Pins[i].At = move(one.At)
	}
	return f
}

// Relaid returns f with a picture of another size. If it has the shape of the one
// before, within a hundredth, all stays; else f begins anew, without a scale.
func (f Floor) Relaid(asset AssetID, version VersionID, width, height Px) Floor {
	was := float64(f.Width) / float64(max(f.Height, 1))
	is := float64(width) / float64(max(height, 1))
	f.Asset, f.Version, f.Width, f.Height = asset, version, width, height
	if math.Abs(is-was) > 0.01*was {
		f.Scale, f.Walls, f.Pins = FloorScale{}, nil, nil
	}
	return f
}

// Check fails with KindInvalid, at the field to mend, unless f can be kept. The
// field of a wall is wall, that of a pin is pin, each with its number from 1 as
// the first argument.
func (f Floor) Check() error {
	switch {
	case f.Width <= 0 || f.Height <= 0:
		return Invalid("floor.no_picture").At("file")
	case len(f.Walls) > mostMarks || len(f.Pins) > mostMarks:
		return Invalid("floor.too_many", mostMarks)
	case f.Scale == FloorScale{} && len(f.Walls)+len(f.Pins) > 0:
		return Invalid("floor.not_scaled").At("length_mm")
	case f.Scale == FloorScale{}:
		return nil
	}
	if err := f.Scale.check(f.Width, f.Height); err != nil {
		return err
	}
	if err := f.checkWalls(); err != nil {
		return err
	}
	return f.checkPins()
}

func (s FloorScale) check(width, height Px) error {
	for _, part := range []float64{s.X1, s.Y1, s.X2, s.Y2} {
		if !(part >= 0 && part <= 1) { // so that NaN is out as well
			return Invalid("floor.line_off").At("line")
		}
	}
	w, h := float64(width), float64(height)
	switch {
	case s.Length < leastKnown || s.Length > mostKnown:
		return Invalid("floor.bad_length", leastKnown, int(mostKnown)).At("length_mm")
	case math.Hypot((s.X2-s.X1)*w, (s.Y2-s.Y1)*h) < leastLine*math.Hypot(w, h):
		return Invalid("floor.line_short").At("line")
	}
	return nil
}

func (f Floor) checkWalls() error {
	there := map[LocationID]bool{}
	for i, w := range f.Walls {
		switch {
		case w.Location == "":
			return Invalid("floor.no_such_wall", i+1).At("wall")
		case there[w.Location]:
			return Invalid("floor.wall_twice", i+1).At("wall")
		case !f.holds(w.From) || !f.holds(w.To):
			return Invalid("floor.wall_off", f.beside(i)...).At("wall")
		case w.From == w.To:
			return Invalid("floor.wall_short", i+1).At("wall")
		}
		there[w.Location] = true
	}
	return nil
}

func (f Floor) checkPins() error {
	there := map[ExhibitID]bool{}
	for i, p := range f.Pins {
		switch {
		case p.Exhibit == "" && strings.TrimSpace(p.Name) == "" || p.Exhibit != "" && p.Name != "":
			return Invalid("floor.pin_of_nothing", i+1).At("pin")
		case p.Exhibit != "" && there[p.Exhibit]:
			return Invalid("floor.pin_twice", i+1).At("pin")
		case !f.holds(p.At):
			return Invalid("floor.pin_off", f.beside(i)...).At("pin")
		}
		if err := checkText("pin", p.Name, maxLine); err != nil {
			return err
		}
		there[p.Exhibit] = true
	}
	return nil
}

func (f Floor) holds(p FloorPoint) bool {
	w, h := f.Size()
	return p.X >= 0 && p.Y >= 0 && p.X <= w && p.Y <= h
}

// beside is what is said of the mark i that is not on the picture: its number,
// and how large that is.
func (f Floor) beside(i int) []any {
	w, h := f.Size()
	return []any{i + 1, int(w), int(h)}
}
