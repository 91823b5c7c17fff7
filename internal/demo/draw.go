package demo

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"github.com/go-fonts/liberation/liberationsansbold"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// A canvas is a picture being drawn. All measures are pixels, from the top left.
type canvas struct {
	*image.RGBA
	w, h   float64
	letter *sfnt.Font
}

func newCanvas(w, h int) (*canvas, error) {
	letter, err := opentype.Parse(liberationsansbold.TTF)
	return &canvas{image.NewRGBA(image.Rect(0, 0, w, h)), float64(w), float64(h), letter}, err
}

// rgb is the colour 0xRRGGBB.
func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 255}
}

// thin is c, so opaque (0…1).
func thin(c color.NRGBA, opaque float64) color.NRGBA {
	c.A = uint8(opaque * 255)
	return c
}

// mix is a at 0 and b at 1.
func mix(a, b color.NRGBA, at float64) color.NRGBA {
	at = min(max(at, 0), 1)
	part := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + (float64(b)-float64(a))*at)) }
	return color.NRGBA{part(a.R, b.R), part(a.G, b.G), part(a.B, b.B), part(a.A, b.A)}
}

// sky fills everything between two heights, from one colour to another.
func (c *canvas) sky(top, bottom float64, from, to color.NRGBA) {
	for y := max(0, int(top)); y < min(int(c.h), int(bottom)); y++ {
		row := image.Rect(0, y, int(c.w), y+1)
		draw.Draw(c.RGBA, row, image.NewUniform(mix(from, to, (float64(y)-top)/(bottom-top))), image.Point{}, draw.Over)
	}
}

// grain makes every pixel a little lighter or darker, as film does.
func (c *canvas) grain(seed uint32) {
	for i := 0; i < len(c.Pix); i += 4 {
		seed ^= seed << 13
		seed ^= seed >> 17
		seed ^= seed << 5
		d := int(seed%11) - 5
		for k := range 3 {
			c.Pix[i+k] = uint8(min(max(int(c.Pix[i+k])+d, 0), 255))
		}
	}
}

type point struct{ x, y float64 }

// A path is made of closed curves. Where two wind in opposite directions there
// is a hole.
type path []step

type step struct {
	verb byte // m, l, c, z
	p    [3]point
}

func (s *path) move(x, y float64) { *s = append(*s, step{verb: 'm', p: [3]point{{x, y}}}) }
func (s *path) line(x, y float64) { *s = append(*s, step{verb: 'l', p: [3]point{{x, y}}}) }
func (s *path) cube(a, b, to point) {
	*s = append(*s, step{verb: 'c', p: [3]point{a, b, to}})
}
func (s *path) shut() { *s = append(*s, step{verb: 'z'}) }

func (s *path) polygon(all ...point) {
	s.move(all[0].x, all[0].y)
	for _, p := range all[1:] {
		s.line(p.x, p.y)
	}
	s.shut()
}

// circle goes round clockwise if r is positive, else the other way.
func (s *path) circle(x, y, r float64) {
	rx, ry := math.Abs(r), r
	const k = 0.5522847498
	s.move(x+rx, y)
	s.cube(point{x + rx, y + k*ry}, point{x + k*rx, y + ry}, point{x, y + ry})
	s.cube(point{x - k*rx, y + ry}, point{x - rx, y + k*ry}, point{x - rx, y})
	s.cube(point{x - rx, y - k*ry}, point{x - k*rx, y - ry}, point{x, y - ry})
	s.cube(point{x + k*rx, y - ry}, point{x + rx, y - k*ry}, point{x + rx, y})
	s.shut()
}

func (s *path) ring(x, y, outer, inner float64) {
	s.circle(x, y, outer)
	s.circle(x, y, -inner)
}

// petal stands on x, y, is that long and wide, and leans by an angle.
func (s *path) petal(x, y, length, width, lean float64) {
	sin, cos := math.Sincos(lean)
	at := func(u, v float64) point { return point{x + u*cos - v*sin, y + u*sin + v*cos} }
	base, tip := at(0, 0), at(0, -length)
	s.move(base.x, base.y)
	s.cube(at(-width, -length*0.25), at(-width*0.7, -length*0.75), tip)
	s.cube(at(width*0.7, -length*0.75), at(width, -length*0.25), base)
	s.shut()
}

func (s path) bounds() (low, high point) {
	low, high = point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, step := range s {
		n := map[byte]int{'m': 1, 'l': 1, 'c': 3}[step.verb]
		for _, p := range step.p[:n] {
			low = point{min(low.x, p.x), min(low.y, p.y)}
			high = point{max(high.x, p.x), max(high.y, p.y)}
		}
	}
	return low, high
}

// fill paints what is inside s.
func (c *canvas) fill(col color.Color, s path) {
	low, high := s.bounds()
	box := image.Rect(int(math.Floor(low.x)), int(math.Floor(low.y)), int(math.Ceil(high.x))+1, int(math.Ceil(high.y))+1).Intersect(c.Bounds())
	if box.Empty() {
		return
	}
	z := vector.NewRasterizer(box.Dx(), box.Dy())
	at := func(p point) (x, y float32) {
		return float32(p.x - float64(box.Min.X)), float32(p.y - float64(box.Min.Y))
	}
	for _, step := range s {
		ax, ay := at(step.p[0])
		switch step.verb {
		case 'm':
			z.MoveTo(ax, ay)
		case 'l':
			z.LineTo(ax, ay)
		case 'c':
			bx, by := at(step.p[1])
			cx, cy := at(step.p[2])
			z.CubeTo(ax, ay, bx, by, cx, cy)
		case 'z':
			z.ClosePath()
		}
	}
	z.Draw(c.RGBA, box, image.NewUniform(col), image.Point{})
}

// box fills a rectangle.
func (c *canvas) box(x, y, w, h float64, col color.Color) {
	draw.Draw(c.RGBA, image.Rect(int(x), int(y), int(x+w), int(y+h)), image.NewUniform(col), image.Point{}, draw.Over)
}

// text sets a line with its middle at x and its base at y, at most so high and so
// wide, and returns the height it has.
func (c *canvas) text(x, y, high, wide float64, col color.Color, line string) (float64, error) {
	face, err := c.face(high)
	if err != nil {
		return 0, err
	}
	if w := measure(face, line); w > wide {
		high *= wide / w
		if face, err = c.face(high); err != nil {
			return 0, err
		}
	}
	d := font.Drawer{Dst: c.RGBA, Src: image.NewUniform(col), Face: face,
		Dot: fixed.P(int(x-measure(face, line)/2), int(y))}
	d.DrawString(line)
	return high, nil
}

func (c *canvas) face(high float64) (font.Face, error) {
	return opentype.NewFace(c.letter, &opentype.FaceOptions{Size: max(high, 1), DPI: 72})
}

func measure(f font.Face, s string) float64 { return float64(font.MeasureString(f, s)) / 64 }

// lines sets lines below one another, around the middle of a box.
func (c *canvas) lines(x, y, w, h float64, col color.NRGBA, all []string) error {
	if len(all) == 0 {
		return nil
	}
	slot := h / float64(len(all))
	for i, line := range all {
		high := slot * 0.62
		if i > 0 {
			high = slot * 0.5
		}
		base := y + slot*(float64(i)+0.7)
		off := max(2, high/28)
		if bright := int(col.R) + int(col.G) + int(col.B); bright > 3*128 { // a shadow blurs dark letters
			if _, err := c.text(x+w/2+off, base+off, high, w, thin(rgb(0x101018), 0.35), line); err != nil {
				return err
			}
		}
		if _, err := c.text(x+w/2, base, high, w, col, line); err != nil {
			return err
		}
	}
	return nil
}
