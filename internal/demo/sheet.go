package demo

import (
	"bytes"
	"image/jpeg"
	"image/png"
	"math"

	"pano/internal/pano"
)

// A sketch is how a piece of artwork is drawn.
type sketch func(c *canvas) error

// lying sets words between two motifs, above waves: banners and backdrops.
func lying(p palette, m motif, words ...string) sketch {
	return func(c *canvas) error {
		c.sky(0, c.h, p.dark, p.light)
		var disc path
		disc.circle(c.w/2, c.h*1.1, c.h*1.5)
		c.fill(thin(p.warm, 0.10), disc)
		waves(c, mix(p.dark, p.light, 0.4), c.h*0.9, c.h, c.h*0.11)
		r := min(c.h*0.30, c.w*0.08)
		m(c, p, r*1.7, c.h*0.46, r)
		m(c, p, c.w-r*1.7, c.h*0.46, r)
		return c.lines(r*3.4, c.h*0.1, c.w-r*6.8, c.h*0.72, p.ink, words)
	}
}

// stage is a backdrop: a drum behind the words, lotuses along the floor.
func stage(p palette, words ...string) sketch {
	return func(c *canvas) error {
		c.sky(0, c.h, p.dark, p.light)
		drum(c, palette{p.dark, p.light, p.ink, mix(p.light, p.warm, 0.35)}, c.w/2, c.h*0.45, c.h*0.42)
		waves(c, mix(p.dark, p.light, 0.3), c.h*0.93, c.h, c.h*0.07)
		for i := range 9 {
			lotus(c, p, c.w*(float64(i)+0.5)/9, c.h*0.86, c.h*(0.05+0.02*float64(i%3)))
		}
		return c.lines(c.w*0.12, c.h*0.14, c.w*0.76, c.h*0.56, p.ink, words)
	}
}

// tall sets words below one another under a motif: banners on lamp posts.
func tall(p palette, m motif, words ...string) sketch {
	return func(c *canvas) error {
		c.sky(0, c.h, p.light, p.dark)
		m(c, p, c.w/2, c.w*0.62, c.w*0.30)
		waves(c, mix(p.dark, p.light, 0.5), c.h*0.93, c.h, c.w*0.16)
		c.box(0, 0, c.w, c.w*0.05, p.warm)
		c.box(0, c.h-c.w*0.05, c.w, c.w*0.05, p.warm)
		return c.lines(c.w*0.07, c.w*1.2, c.w*0.86, c.h*0.86-c.w*1.2, p.ink, words)
	}
}

// board is a landscape with a title in its sky: panels.
func board(p palette, seed float64, m motif, words ...string) sketch {
	return func(c *canvas) error {
		c.sky(0, c.h, mix(p.light, rgb(0xFFFFFF), 0.15), mix(p.warm, p.light, 0.3))
		sun(c, mix(p.warm, rgb(0xFFFFFF), 0.3), c.w*0.78, c.h*0.55, c.h*0.10)
		for i := range 4 {
			hills(c, mix(mix(p.warm, p.light, 0.6), p.dark, 0.25+0.25*float64(i)), c.h*(0.66+0.09*float64(i)), c.h*(0.13-0.02*float64(i)), seed+float64(i)*1.9)
		}
		r := min(c.w, c.h) * 0.14
		m(c, p, c.w*0.22, c.h*0.76, r)
		m(c, p, c.w*0.5, c.h*0.82, r*0.7)
		c.sky(0, c.h*0.46, thin(p.dark, 0.9), thin(p.dark, 0.55))
		return c.lines(c.w*0.06, c.h*0.03, c.w*0.88, c.h*0.41, p.ink, words)
	}
}

// leafOfPaper is a poster: a frame, a large motif, words at the bottom.
func leafOfPaper(p palette, m motif, words ...string) sketch {
	return func(c *canvas) error {
		c.box(0, 0, c.w, c.h, p.warm)
		edge := c.w * 0.035
		c.sky(edge, c.h-edge, p.light, p.dark)
		c.box(0, 0, edge, c.h, p.warm)
		c.box(c.w-edge, 0, edge, c.h, p.warm)
		for i := range 3 {
			var halo path
			halo.circle(c.w/2, c.h*0.36, c.w*(0.44-0.08*float64(i)))
			c.fill(thin(p.warm, 0.10), halo)
		}
		m(c, p, c.w/2, c.h*0.36, c.w*0.27)
		return c.lines(c.w*0.09, c.h*0.64, c.w*0.82, c.h*0.28, p.ink, words)
	}
}

// view is a landscape as a camera would see it.
func view(p palette, seed float64, front func(c *canvas, p palette)) sketch {
	return func(c *canvas) error {
		c.sky(0, c.h*0.62, p.light, mix(p.warm, p.light, 0.25))
		sun(c, mix(p.warm, rgb(0xFFFFFF), 0.5), c.w*(0.2+0.6*math.Abs(math.Sin(seed))), c.h*0.3, min(c.w, c.h)*0.06)
		for i := range 5 {
			hills(c, mix(mix(p.warm, p.light, 0.5), p.dark, 0.15+0.15*float64(i)), c.h*(0.52+0.035*float64(i)), c.h*(0.16-0.025*float64(i)), seed*3+float64(i)*2.1)
		}
		front(c, p)
		c.grain(uint32(seed*1000) + 1)
		return nil
	}
}

// water is a lake with reflections, and boats.
func water(c *canvas, p palette) {
	c.sky(c.h*0.64, c.h, mix(p.light, p.warm, 0.3), mix(p.dark, p.light, 0.2))
	for i := range 70 {
		u := float64(i)
		y := c.h * (0.65 + 0.005*u)
		c.box(c.w*(0.5+0.48*math.Sin(u*2.4)), y, c.w*0.16, max(1, c.h*0.0016), thin(rgb(0xFFFFFF), 0.22))
	}
	for i, x := range []float64{0.25, 0.62, 0.8} {
		boat(c, p, c.w*x, c.h*(0.72+0.06*float64(i%2)), c.h*(0.05+0.012*float64(i)))
	}
}

// fields are terraces of rice.
func fields(c *canvas, p palette) {
	for i := range 9 {
		u := float64(i)
		hills(c, mix(rgb(0xE3C65B), rgb(0x4C8B3A), math.Mod(u*0.37, 1)), c.h*(0.66+0.042*u), c.h*0.035, u*1.3+2)
		hills(c, mix(p.dark, rgb(0x3C5A24), 0.7), c.h*(0.672+0.042*u), c.h*0.035, u*1.3+2)
		hills(c, mix(rgb(0xD8D36A), rgb(0x5E9A48), math.Mod(u*0.41, 1)), c.h*(0.676+0.042*u), c.h*0.035, u*1.3+2)
	}
}

// feast is a street with lanterns.
func feast(c *canvas, p palette) {
	c.sky(c.h*0.62, c.h, mix(p.dark, rgb(0x000000), 0.3), p.dark)
	for i := range 7 {
		x := c.w * (float64(i) + 0.5) / 7
		c.box(x-c.w*0.06, c.h*(0.55+0.04*float64(i%3)), c.w*0.12, c.h*0.45, mix(p.dark, rgb(0x3A2A20), 0.5))
		for k := range 4 {
			c.box(x-c.w*0.04+c.w*0.022*float64(k), c.h*0.72, c.w*0.013, c.h*0.05, p.warm)
		}
	}
	for i := range 11 {
		u := float64(i)
		lantern(c, p, c.w*(u+0.5)/11, c.h*(0.22+0.07*math.Sin(u*1.1)), c.h*(0.028+0.01*math.Abs(math.Sin(u*2))))
	}
}

// dyke is a meadow with kites above.
func dyke(c *canvas, p palette) {
	hills(c, rgb(0x6FA84A), c.h*0.74, c.h*0.05, 3)
	hills(c, rgb(0x4F8A3A), c.h*0.84, c.h*0.06, 5)
	for i := range 6 {
		u := float64(i)
		kite(c, p, c.w*(0.12+0.15*u), c.h*(0.18+0.12*math.Abs(math.Sin(u*2.1))), c.h*(0.03+0.012*float64(i%3)))
	}
}

// temple is a gate before a pond of lotuses.
func temple(c *canvas, p palette) {
	gate(c, p, c.w*0.5, c.h*0.5, c.h*0.24)
	c.sky(c.h*0.7, c.h, mix(p.light, p.dark, 0.4), p.dark)
	for i := range 14 {
		u := float64(i)
		lotus(c, p, c.w*math.Mod(0.07+u*0.283, 1), c.h*(0.76+0.014*u), c.h*(0.018+0.003*u))
	}
}

// mark is a logo on white.
func mark(c *canvas) error {
	c.box(0, 0, c.w, c.h, rgb(0xFFFFFF))
	p := lacquer()
	drum(c, palette{p.dark, p.light, p.ink, p.light}, c.w/2, c.h*0.4, c.w*0.32)
	lotus(c, p, c.w/2, c.h*0.7, c.w*0.13)
	_, err := c.text(c.w/2, c.h*0.93, c.h*0.11, c.w*0.9, p.dark, "MAI KHÊ")
	return err
}

// bytes draws the artwork in a file; shrink makes it that many times smaller.
func (w work) bytes(shrink int) ([]byte, error) {
	across := int(w.across) / shrink
	down := int(math.Round(float64(across) * float64(w.height) / float64(w.width)))
	c, err := newCanvas(across, down)
	if err != nil {
		return nil, err
	}
	if err := w.draw(c); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if w.asPNG {
		err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, c.RGBA)
	} else {
		err = jpeg.Encode(&b, c.RGBA, &jpeg.Options{Quality: 88})
	}
	return b.Bytes(), err
}

// A work is one piece of artwork of the made-up town.
type work struct {
	file          string // name
	kind          pano.AssetKind
	title, about  string
	creator       string
	tags          []string
	width, height pano.MM // finished
	across        pano.Px // width of the file
	asPNG         bool
	draw          sketch
	again         sketch // the second version, unless nil
	binned        bool
}
