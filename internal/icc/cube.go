package icc

import (
	"fmt"
	"image"
	"math"
	"sync"
)

const (
	rgbSide  = 33 // points along each side of the cube of an RGB profile
	cmykSide = 17
)

// one is 255 in the fixed-point numbers of a cube: eight bits after the point.
const one = 255 << 8

// A Cube turns the pixels of a picture into sRGB. It may be used by many at once.
type Cube struct {
	space Space
	side  int
	tab   []int32
	place [4][256]position
}

// A position on one side of the cube: the point below, and how far above it, of 256.
type position struct{ point, part int32 }

// ToSRGB returns a cube for pictures with the profile p. It fails for a profile
// that cannot be read, and for one of another space than grey, RGB or CMYK.
func (p *Profile) ToSRGB() (*Cube, error) {
	f, err := p.toSRGB()
	if err != nil {
		return nil, err
	}
	switch p.Space() {
	case Grey:
		return newCube(Grey, 256, nil, f), nil
	case RGB:
		if p.tags["A2B1"] == nil && p.tags["A2B0"] == nil {
			return p.shapedCube()
		}
		return newCube(RGB, rgbSide, nil, f), nil
	case CMYK:
		return inkCube(f), nil
	}
	return nil, fmt.Errorf("icc: a profile of %q", p.Space())
}

// shapedCube is the cube of a profile of matrix and curves.
func (p *Profile) shapedCube() (*Cube, error) {
	look, err := p.matrixXYZ()
	if err != nil {
		return nil, err
	}
	shape, shaped, err := p.shaped()
	if err != nil {
		return nil, err
	}
	return newCube(RGB, rgbSide, shape, finishing(shaped, p.black(look))), nil
}

// shaped splits a profile of matrix and curves: the curves go before the cube,
// so that its points lie as close together as the eye wants them, whatever the
// profile's own curve; the look goes into it.
func (p *Profile) shaped() (shape []curve, look func(colour) XYZ, err error) {
	cs, mix, err := p.shaper()
	if err != nil {
		return nil, nil, err
	}
	for _, c := range cs {
		shape = append(shape, func(v float64) float64 { return number(unit(c(v))) })
	}
	return shape, func(v colour) XYZ {
		c := mix(colour{light(v[0]), light(v[1]), light(v[2])})
		return XYZ{c[0], c[1], c[2]}
	}, nil
}

// inkCube is the cube of inks. Its points lie closer together where black is
// nearly full, since there sRGB's numbers bend most.
func inkCube(f step) *Cube {
	straight := func(v float64) float64 { return v }
	closer := func(k float64) float64 { return (k + k*k) / 2 }
	back := func(s float64) float64 { return (math.Sqrt(1+8*s) - 1) / 2 }
	return newCube(CMYK, cmykSide, []curve{straight, straight, straight, closer}, func(c colour) colour {
		c[3] = back(c[3])
		return f(c)
	})
}

// newCube asks f for the colour of every point of the cube. The numbers of a
// picture go through shape on the way to their place in it; nil changes nothing.
func newCube(space Space, side int, shape []curve, f step) *Cube {
	c := &Cube{space: space, side: side}
	n, dims := 1, space.channels()
	for range dims {
		n *= side
	}
	c.tab = make([]int32, 0, 3*n)
	for i := range n {
		var v colour
		for d, rest := dims-1, i; d >= 0; d, rest = d-1, rest/side {
			v[d] = float64(rest%side) / float64(side-1)
		}
		o := f(v)
		for _, x := range o[:3] {
			c.tab = append(c.tab, int32(math.Round(min(max(x, -1), 2)*one)))
		}
	}
	c.place = places(dims, side, 3, shape)
	return c
}

// places says where each number of a picture lies along each side of a cube
// with out numbers to a point.
func places(dims, side, out int, shape []curve) (place [4][256]position) {
	stride := out
	for d := dims - 1; d >= 0; d-- {
		for i := range place[d] {
			x := float64(i) / 255
			if shape != nil {
				x = shape[d](x)
			}
			x = unit(x) * float64(side-1)
			k := min(int(x), side-2)
			place[d][i] = position{int32(k * stride), int32(math.Round((x - float64(k)) * 256))}
		}
		stride *= side
	}
	return place
}

// Space is the space of the pictures that the cube turns.
func (c *Cube) Space() Space { return c.space }

// Turn turns an RGB or grey picture in place. A grey one has its grey in red.
func (c *Cube) Turn(img *image.NRGBA) {
	w := 4 * img.Rect.Dx()
	eachRow(img.Rect.Dy(), func(y int) {
		row := img.Pix[y*img.Stride:][:w]
		if c.space == Grey {
			c.turnGrey(row)
		} else {
			c.turnRGB(row)
		}
	})
}

// FromCMYK returns a CMYK picture in sRGB.
func (c *Cube) FromCMYK(img *image.CMYK) *image.NRGBA {
	dst := image.NewNRGBA(img.Rect)
	w := 4 * img.Rect.Dx()
	eachRow(img.Rect.Dy(), func(y int) {
		c.turnCMYK(dst.Pix[y*dst.Stride:][:w], img.Pix[y*img.Stride:][:w])
	})
	return dst
}

// eachRow calls f for every row, two at a time.
func eachRow(h int, f func(y int)) {
	const workers = 2
	var wg sync.WaitGroup
	for first := range workers {
		wg.Go(func() {
			for y := first; y < h; y += workers {
				f(y)
			}
		})
	}
	wg.Wait()
}

func (c *Cube) turnGrey(row []byte) {
	for ; len(row) >= 4; row = row[4:] {
		at := 3 * int(row[0])
		for i := range 3 {
			row[i] = round(c.tab[at+i] << 8)
		}
	}
}

// turnRGB reads the cube in the tetrahedron around each pixel.
func (c *Cube) turnRGB(row []byte) {
	up := [3]int32{int32(c.side * c.side * 3), int32(c.side * 3), 3}
	for ; len(row) >= 4; row = row[4:] {
		r, g, b := c.place[0][row[0]], c.place[1][row[1]], c.place[2][row[2]]
		x, y, z := edge{r.part, up[0]}, edge{g.part, up[1]}, edge{b.part, up[2]}
		x, y = longer(x, y)
		y, z = longer(y, z)
		x, y = longer(x, y)
		p0 := r.point + g.point + b.point
		p1 := p0 + x.up
		p2 := p1 + y.up
		p3 := p2 + z.up
		for i := range int32(3) {
			row[i] = round(c.tab[p0+i]*(256-x.part) + c.tab[p1+i]*(x.part-y.part) +
				c.tab[p2+i]*(y.part-z.part) + c.tab[p3+i]*z.part)
		}
	}
}

// turnCMYK reads the cube in the simplex of five corners around each pixel.
func (c *Cube) turnCMYK(dst, src []byte) {
	n := int32(c.side)
	up := [4]int32{n * n * n * 3, n * n * 3, n * 3, 3}
	for ; len(src) >= 4; dst, src = dst[4:], src[4:] {
		var p0 int32
		var e [4]edge
		for i := range e {
			at := c.place[i][src[i]]
			p0, e[i] = p0+at.point, edge{at.part, up[i]}
		}
		e[0], e[1] = longer(e[0], e[1])
		e[2], e[3] = longer(e[2], e[3])
		e[0], e[2] = longer(e[0], e[2])
		e[1], e[3] = longer(e[1], e[3])
		e[1], e[2] = longer(e[1], e[2])
		p1 := p0 + e[0].up
		p2 := p1 + e[1].up
		p3 := p2 + e[2].up
		p4 := p3 + e[3].up
		for i := range int32(3) {
			dst[i] = round(c.tab[p0+i]*(256-e[0].part) + c.tab[p1+i]*(e[0].part-e[1].part) +
				c.tab[p2+i]*(e[1].part-e[2].part) + c.tab[p3+i]*(e[2].part-e[3].part) +
				c.tab[p4+i]*e[3].part)
		}
		dst[3] = 255
	}
}

// An edge of the cube: how far along it the pixel lies, and the way to its end.
type edge struct{ part, up int32 }

func longer(a, b edge) (edge, edge) {
	if a.part < b.part {
		return b, a
	}
	return a, b
}

// round brings a sum of weight 256 back to a byte. Only here are colours cut
// that sRGB cannot show: cut earlier, they would bend the cube around them.
func round(v int32) byte { return byte(min(max((v+1<<15)>>16, 0), 255)) }

// IsSRGB reports whether the profile's colours are those of sRGB to within what
// 8 bits can tell: turning them would change nothing.
func (p *Profile) IsSRGB() bool {
	f, err := p.toSRGB()
	if err != nil || p.Space() != RGB {
		return false
	}
	const steps = 5
	for i := range steps * steps * steps {
		c := colour{float64(i % steps), float64(i / steps % steps), float64(i / steps / steps)}
		for k := range 3 {
			c[k] /= steps - 1
		}
		o := f(c)
		for k := range 3 {
			if math.Abs(unit(o[k])-c[k]) > 1.5/255 {
				return false
			}
		}
	}
	return true
}
