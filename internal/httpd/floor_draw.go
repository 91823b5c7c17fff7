package httpd

import (
	"math"
	"strconv"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// A floorDrawing is a floor plan in millimetres from its top left corner; without
// a scale, in thousandths of its width.
type floorDrawing struct {
	Picture string // its address, "" if the reader may not see it
	W, H    pano.MM
	Letter  pano.MM // height of the letters
	Line    pano.MM // width of the line of a wall
	Hit     pano.MM // of what can be clicked
	Dot     pano.MM // radius of a pin
	Known   *floorLine
	Walls   []floorLine
	Pins    []floorDot
}

// A floorLine is a wall, or the line of known length.
type floorLine struct {
	X1, Y1, X2, Y2 pano.MM
	TextX, TextY   pano.MM
	Name           string
	Href           string
	Metres         float64
	Differs        bool
}

// A floorDot is a work, with its number, or a thing, with its name.
type floorDot struct {
	X, Y, TextX, TextY pano.MM
	N                  int // 0 of a thing
	Name               string
	Href               string // "" of a thing
}

func drawFloor(f catalog.LaidFloor, walls []pano.Location, works []catalog.Shown) floorDrawing {
	d := floorDrawing{W: 1000, H: pano.MM(math.Round(1000 * float64(f.Height) / float64(f.Width)))}
	if f.Scaled() {
		d.W, d.H = f.Size()
	}
	if f.Seen {
		d.Picture = "/api/v1/assets/" + string(f.Asset) + "/preview?v=" + f.Digest.String()[:12]
	}
	unit := max(d.W, d.H)
	d.Letter, d.Line, d.Hit, d.Dot = max(unit/60, 1), max(unit/200, 1), max(unit/35, 1), max(unit/75, 1)
	if !f.Scaled() {
		return d
	}
	s := f.Scale
	known := d.line(pano.FloorWall{From: d.spot(s.X1, s.Y1), To: d.spot(s.X2, s.Y2)})
	known.Metres = float64(s.Length) / 1000
	d.Known = &known
	place := map[pano.LocationID]pano.Location{}
	for _, l := range walls {
		place[l.ID] = l
	}
	for _, w := range f.Walls {
		line, l := d.line(w), place[w.Location]
		line.Name, line.Href, line.Differs = l.Name, "/locations/"+string(l.ID)+"?exhibition="+string(f.Exhibition), w.Differs(l.Width)
		d.Walls = append(d.Walls, line)
	}
	work := map[pano.ExhibitID]catalog.Shown{}
	for _, x := range works {
		work[x.ID] = x
	}
	for _, p := range f.Pins {
		dot := floorDot{X: p.At.X, Y: p.At.Y, TextX: p.At.X + d.Dot*3/2, TextY: p.At.Y, Name: p.Name}
		if x, ok := work[p.Exhibit]; ok {
			dot.N, dot.Name = x.N, strconv.Itoa(x.N)+". "+x.Label.Title
			dot.Href = "/exhibitions/" + string(f.Exhibition) + "#w-" + string(x.ID)
		}
		d.Pins = append(d.Pins, dot)
	}
	return d
}

// spot is a spot of the picture in parts of it.
func (d floorDrawing) spot(x, y float64) pano.FloorPoint {
	return pano.FloorPoint{X: pano.MM(math.Round(x * float64(d.W))), Y: pano.MM(math.Round(y * float64(d.H)))}
}

// line draws w with its words beside its middle, within the picture.
func (d floorDrawing) line(w pano.FloorWall) floorLine {
	l := floorLine{X1: w.From.X, Y1: w.From.Y, X2: w.To.X, Y2: w.To.Y, Metres: float64(w.Length()) / 1000}
	long := max(math.Hypot(float64(l.X2-l.X1), float64(l.Y2-l.Y1)), 1)
	aside := float64(d.Letter) * 1.2
	l.TextX = (l.X1+l.X2)/2 + pano.MM(aside*float64(l.Y2-l.Y1)/long)
	l.TextY = (l.Y1+l.Y2)/2 - pano.MM(aside*float64(l.X2-l.X1)/long)
	l.TextX = min(max(l.TextX, d.Letter*4), max(d.W-d.Letter*4, 0))
	l.TextY = min(max(l.TextY, d.Letter), max(d.H-d.Letter, 0))
	return l
}
