package demo

import (
	"image/color"
	"math"
)

// A palette is the colours of one piece of artwork.
type palette struct{ dark, light, ink, warm color.NRGBA }

// The palettes, each named after what it looks like.
func lacquer() palette { return palette{rgb(0x6E1414), rgb(0xC8442C), rgb(0xFFF3D6), rgb(0xF2B441)} }
func river() palette   { return palette{rgb(0x0B3C5D), rgb(0x3E93B8), rgb(0xF4FBFF), rgb(0xF6C667)} }
func leaf() palette    { return palette{rgb(0x11462F), rgb(0x5DA86A), rgb(0xF7FFE8), rgb(0xF4D35E)} }
func plum() palette    { return palette{rgb(0x3A1645), rgb(0xA04C8C), rgb(0xFFF0FA), rgb(0xF6B6C8)} }
func honey() palette   { return palette{rgb(0xC9821A), rgb(0xF6BE4F), rgb(0x3A1C00), rgb(0xFFF1C9)} }
func night() palette   { return palette{rgb(0x0D1433), rgb(0x3A4A8C), rgb(0xF6F4FF), rgb(0xFFC857)} }
func pearl() palette   { return palette{rgb(0xDCE9E6), rgb(0xFBF7EC), rgb(0x163B3A), rgb(0xC9573B)} }

// A motif is drawn around a middle, about r in every direction.
type motif func(c *canvas, p palette, x, y, r float64)

func lotus(c *canvas, p palette, x, y, r float64) {
	y += r * 0.6
	for _, row := range []struct{ lean, length, at float64 }{{1.15, 1.0, 0.25}, {0.75, 1.25, 0.45}, {0.38, 1.4, 0.65}, {0, 1.5, 0.9}} {
		var s path
		s.petal(x, y, r*row.length, r*0.42, -row.lean)
		if row.lean != 0 {
			s.petal(x, y, r*row.length, r*0.42, row.lean)
		}
		c.fill(mix(p.warm, rgb(0xE8638C), 1-row.at), s)
	}
	var pad path
	pad.move(x-r*1.3, y)
	pad.cube(point{x - r*0.7, y + r*0.35}, point{x + r*0.7, y + r*0.35}, point{x + r*1.3, y})
	pad.cube(point{x + r*0.6, y - r*0.12}, point{x - r*0.6, y - r*0.12}, point{x - r*1.3, y})
	pad.shut()
	c.fill(rgb(0x3F8F5B), pad)
}

func drum(c *canvas, p palette, x, y, r float64) {
	var s path
	for _, ring := range []float64{1, 0.86, 0.7, 0.5} {
		s.ring(x, y, r*ring, r*(ring-0.03))
	}
	const rays = 14
	for i := range rays {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / rays)
		side := point{-cos * r * 0.09, -sin * r * 0.09}
		tip, foot := point{x + sin*r*0.46, y - cos*r*0.46}, point{x + sin*r*0.16, y - cos*r*0.16}
		s.polygon(point{foot.x + side.x, foot.y + side.y}, tip, point{foot.x - side.x, foot.y - side.y})
	}
	for i := range 40 {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / 40)
		s.circle(x+sin*r*0.765, y-cos*r*0.765, r*0.03)
	}
	for i := range 24 {
		s.petal(x+math.Sin(float64(i)*math.Pi/12)*r*0.53, y-math.Cos(float64(i)*math.Pi/12)*r*0.53, r*0.13, r*0.05, float64(i)*math.Pi/12)
	}
	s.circle(x, y, r*0.15)
	c.fill(thin(p.warm, 0.9), s)
}

func lantern(c *canvas, p palette, x, y, r float64) {
	for i, glow := range []float64{1.25, 1.05} {
		var s path
		s.circle(x, y, r*glow)
		c.fill(thin(p.warm, 0.14+0.1*float64(i)), s)
	}
	var body path
	body.move(x-r*0.3, y-r*0.7)
	body.cube(point{x - r, y - r*0.6}, point{x - r, y + r*0.6}, point{x - r*0.3, y + r*0.7})
	body.line(x+r*0.3, y+r*0.7)
	body.cube(point{x + r, y + r*0.6}, point{x + r, y - r*0.6}, point{x + r*0.3, y - r*0.7})
	body.shut()
	c.fill(rgb(0xE4572E), body)
	for _, k := range []float64{-0.55, -0.2, 0.2, 0.55} {
		var rib path
		rib.petal(x+r*k*0.6, y+r*0.68, r*1.36, r*0.05, 0)
		c.fill(thin(p.warm, 0.8), rib)
	}
	c.box(x-r*0.34, y-r*0.8, r*0.68, r*0.12, rgb(0x5B2A12))
	c.box(x-r*0.34, y+r*0.68, r*0.68, r*0.12, rgb(0x5B2A12))
	for i := -2; i <= 2; i++ {
		c.box(x+float64(i)*r*0.1-r*0.02, y+r*0.8, r*0.04, r*0.45, p.warm)
	}
}

func kite(c *canvas, p palette, x, y, r float64) {
	var sail path
	sail.polygon(point{x, y - r}, point{x + r*0.75, y - r*0.1}, point{x, y + r*0.8}, point{x - r*0.75, y - r*0.1})
	c.fill(p.warm, sail)
	var half path
	half.polygon(point{x, y - r}, point{x + r*0.75, y - r*0.1}, point{x, y + r*0.8})
	c.fill(thin(rgb(0xD8432F), 0.85), half)
	var tail path
	for i := range 3 {
		tail.petal(x+math.Sin(float64(i)*1.3)*r*0.2, y+r*(0.95+0.25*float64(i)), r*0.22, r*0.14, 0.6)
	}
	c.fill(p.ink, tail)
}

func boat(c *canvas, p palette, x, y, r float64) {
	var sail path
	sail.move(x-r*0.05, y-r)
	sail.cube(point{x + r*0.9, y - r*0.6}, point{x + r*0.8, y + r*0.1}, point{x + r*0.6, y + r*0.35})
	sail.line(x-r*0.05, y+r*0.35)
	sail.shut()
	sail.move(x-r*0.12, y-r*0.7)
	sail.cube(point{x - r*0.6, y - r*0.3}, point{x - r*0.6, y + r*0.1}, point{x - r*0.55, y + r*0.35})
	sail.line(x-r*0.12, y+r*0.35)
	sail.shut()
	c.fill(p.warm, sail)
	var hull path
	hull.move(x-r, y+r*0.42)
	hull.line(x+r, y+r*0.42)
	hull.cube(point{x + r*0.8, y + r*0.85}, point{x - r*0.7, y + r*0.85}, point{x - r, y + r*0.42})
	hull.shut()
	c.fill(rgb(0x5A3A22), hull)
}

// gate is an old gate with three roofs.
func gate(c *canvas, p palette, x, y, r float64) {
	wall, tile := mix(p.ink, rgb(0xE9D6B0), 0.5), rgb(0x8C3B22)
	c.box(x-r*0.9, y-r*0.1, r*1.8, r*0.9, wall)
	var doors path
	for _, d := range []point{{x, 0.3}, {x - r*0.6, 0.18}, {x + r*0.6, 0.18}} {
		w := d.y * r
		doors.move(d.x-w, y+r*0.8)
		doors.line(d.x-w, y+r*0.35)
		doors.cube(point{d.x - w, y + r*0.05}, point{d.x + w, y + r*0.05}, point{d.x + w, y + r*0.35})
		doors.line(d.x+w, y+r*0.8)
		doors.shut()
	}
	c.fill(mix(p.dark, rgb(0x20120A), 0.6), doors)
	c.box(x-r*0.45, y-r*0.62, r*0.9, r*0.4, wall)
	for _, roof := range []struct{ y, w float64 }{{-0.1, 1.15}, {-0.62, 0.7}} {
		var s path
		s.move(x-r*roof.w, y+r*(roof.y-0.12))
		s.cube(point{x - r*roof.w*0.7, y + r*(roof.y+0.02)}, point{x - r*roof.w*0.6, y + r*(roof.y-0.2)}, point{x - r*roof.w*0.45, y + r*(roof.y-0.3)})
		s.line(x+r*roof.w*0.45, y+r*(roof.y-0.3))
		s.cube(point{x + r*roof.w*0.6, y + r*(roof.y-0.2)}, point{x + r*roof.w*0.7, y + r*(roof.y+0.02)}, point{x + r*roof.w, y + r*(roof.y-0.12)})
		s.line(x+r*roof.w*0.85, y+r*(roof.y+0.03))
		s.line(x-r*roof.w*0.85, y+r*(roof.y+0.03))
		s.shut()
		c.fill(tile, s)
	}
}

// sprig is a twig with leaves.
func sprig(c *canvas, p palette, x, y, r float64) {
	var s path
	for i := range 5 {
		at := y + r*(0.8-0.38*float64(i))
		s.petal(x, at, r*0.75, r*0.24, 0.95)
		s.petal(x, at, r*0.75, r*0.24, -0.95)
	}
	s.petal(x, y-r*0.7, r*0.6, r*0.22, 0)
	c.fill(mix(p.warm, rgb(0x7CC47F), 0.45), s)
	c.box(x-r*0.03, y-r*0.9, r*0.06, r*1.9, mix(p.dark, rgb(0x3B6B3F), 0.5))
}

// helmet is what a careful rider wears.
func helmet(c *canvas, p palette, x, y, r float64) {
	var dome path
	dome.move(x-r, y+r*0.3)
	dome.cube(point{x - r, y - r*1.05}, point{x + r*0.9, y - r*1.05}, point{x + r*0.9, y + r*0.3})
	dome.shut()
	c.fill(p.warm, dome)
	var stripe path
	stripe.move(x-r*0.25, y+r*0.3)
	stripe.cube(point{x - r*0.25, y - r*0.85}, point{x + r*0.15, y - r*0.85}, point{x + r*0.15, y + r*0.3})
	stripe.shut()
	c.fill(thin(p.dark, 0.75), stripe)
	c.box(x-r*1.02, y+r*0.26, r*2.3, r*0.16, rgb(0x33363F))
	var strap path
	strap.ring(x-r*0.05, y+r*0.42, r*0.42, r*0.34)
	c.fill(rgb(0x33363F), strap)
}

// waves covers a strip with scales of three rings each, as on old pottery.
func waves(c *canvas, col color.NRGBA, top, bottom, r float64) {
	row := 0
	for y := bottom + r*0.5; y > top-r*0.4; y -= r * 0.5 {
		var back, rings path
		for x := -r * float64(row%2); x < c.w+r; x += 2 * r {
			back.circle(x, y, r*0.98)
			for _, k := range []float64{0.95, 0.65, 0.35} {
				rings.ring(x, y, r*k, r*(k-0.12))
			}
		}
		c.fill(mix(col, rgb(0xFFFFFF), 0.06*float64(row%3)), back)
		c.fill(thin(mix(col, rgb(0xFFFFFF), 0.55), 0.55), rings)
		row++
	}
}

// hills is a ridge at about that height, filled to the bottom.
func hills(c *canvas, col color.NRGBA, y, swing, seed float64) {
	var s path
	s.move(0, c.h)
	for i := range 161 {
		u := float64(i) / 160
		ridge := math.Sin(u*7+seed)*0.5 + math.Sin(u*17+seed*2.3)*0.28 + math.Sin(u*41+seed*5.1)*0.1 + math.Abs(math.Sin(u*4+seed*0.7))*0.5
		s.line(u*c.w, y-swing*ridge)
	}
	s.line(c.w, c.h)
	s.shut()
	c.fill(col, s)
}

// sun is a disc with a glow.
func sun(c *canvas, col color.NRGBA, x, y, r float64) {
	for k := 9; k >= 1; k-- {
		var s path
		s.circle(x, y, r*(1+0.28*float64(k)))
		c.fill(thin(col, 0.05), s)
	}
	var s path
	s.circle(x, y, r)
	c.fill(col, s)
}
