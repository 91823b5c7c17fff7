package icc

import (
	"fmt"
	"math"
)

// A Fault is why a profile cannot be that of a press.
type Fault string

const (
	PressTooLarge Fault = "larger than 4 MB"
	PressDamaged  Fault = "not an ICC profile that can be read"
	PressOfOthers Fault = "not an output profile: its class is not prtr"
	PressNotCMYK  Fault = "not a CMYK profile"
	PressNoTable  Fault = "without a table from Lab to inks (B2A)"
)

func (f Fault) Error() string { return "icc: a press profile is " + string(f) }

// maxPress is the most bytes of a press profile: every print file carries it.
const maxPress = 4 << 20

// ParsePress reads the output profile of a press and everything in it that
// NewPress needs. It keeps b, which must not change.
//
// It fails with the Fault, perhaps wrapped, that stands in the way.
func ParsePress(b []byte) (*Profile, error) {
	if len(b) > maxPress {
		return nil, PressTooLarge
	}
	p, err := Parse(b)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", PressDamaged, err)
	case p.Class() != "prtr":
		return nil, PressOfOthers
	case p.Space() != CMYK:
		return nil, PressNotCMYK
	case p.tags["B2A0"] == nil && p.tags["B2A1"] == nil:
		return nil, PressNoTable
	}
	if _, err := p.toXYZ(Relative); err != nil {
		return nil, fmt.Errorf("%w: %w", PressDamaged, err)
	}
	for _, in := range []Intent{Perceptual, Relative} {
		if _, err := p.fromXYZ(in); err != nil {
			return nil, fmt.Errorf("%w: %w", PressDamaged, err)
		}
	}
	return p, nil
}

// pressSide is the points along each side of a Press: one for every fifth
// number of a picture.
const pressSide = 52

// A Press turns the rows of an RGB picture into inks. It may be used by many at once.
type Press struct {
	tab   []int32
	place [4][256]position
}

// NewPress returns the way from pictures with one profile to a press, relative
// colorimetric with black-point compensation: white is bare paper, and black
// the darkest that the press prints. A nil picture profile is sRGB; press
// should come from ParsePress.
//
// No pixel gets more ink than limit, from 1 to 4 full inks; where there would
// be more, black is kept and the other inks are thinned alike. It fails for
// other limits, for pictures that are not RGB, and for tables that cannot be read.
func NewPress(picture, press *Profile, limit float64) (*Press, error) {
	if !(limit >= 1 && limit <= 4) {
		return nil, fmt.Errorf("icc: a limit of %g inks", limit)
	}
	if picture == nil {
		var err error
		if picture, err = Parse(SRGB()); err != nil {
			return nil, err
		}
	}
	shape, look, black, err := picture.seen()
	if err != nil {
		return nil, err
	}
	ink, err := press.inks()
	if err != nil {
		return nil, err
	}
	paper := lift(black)
	return newPress(shape, func(c colour) colour { return ink(paper(look(c))) }, limit), nil
}

// seen returns how an RGB profile's colours look, what has to be done to them
// before they are looked up, and its black.
func (p *Profile) seen() (shape []curve, look func(colour) XYZ, black XYZ, err error) {
	if p.Space() != RGB {
		return nil, nil, XYZ{}, fmt.Errorf("icc: pictures of %q for a press", p.Space())
	}
	if look, err = p.toXYZ(Relative); err != nil {
		return nil, nil, XYZ{}, err
	}
	black = p.black(look)
	if p.tags["A2B1"] == nil && p.tags["A2B0"] == nil {
		shape, look, err = p.shaped()
	}
	return shape, look, black, err
}

// inks returns the inks for a look whose black is no light at all.
func (p *Profile) inks() (func(XYZ) colour, error) {
	look, err := p.toXYZ(Relative)
	if err != nil {
		return nil, err
	}
	ink, err := p.fromXYZ(Relative)
	if err != nil {
		return nil, err
	}
	drop := lower(p.black(look))
	return func(c XYZ) colour { return ink(drop(c)) }, nil
}

// lower moves no light at all to black and leaves white where it is; it undoes lift.
func lower(black XYZ) func(XYZ) XYZ {
	part := func(v, b, w float64) float64 { return b + v*(w-b)/w }
	return func(c XYZ) XYZ {
		return XYZ{part(c.X, black.X, white.X), part(c.Y, black.Y, white.Y), part(c.Z, black.Z, white.Z)}
	}
}

// newPress asks f for the inks of every point of the cube.
func newPress(shape []curve, f step, limit float64) *Press {
	const n = pressSide
	p := &Press{tab: make([]int32, 4*n*n*n), place: places(3, n, 4, shape)}
	limit -= 2.0 / 255 // four inks rounded up to a byte are two bytes' steps more
	eachRow(n, func(r int) {
		for i := r * n * n; i < (r+1)*n*n; i++ {
			c := f(colour{float64(r) / (n - 1), float64(i/n%n) / (n - 1), float64(i%n) / (n - 1)})
			for k, v := range thinned(c, limit) {
				p.tab[4*i+k] = int32(math.Round(v * one))
			}
		}
	})
	clear(p.tab[len(p.tab)-4:]) // white is bare paper, whatever noise the table has there
	return p
}

// thinned takes so much of the coloured inks that all together are not above limit.
func thinned(c colour, limit float64) colour {
	for i, v := range c {
		c[i] = unit(v)
	}
	if colours := c[0] + c[1] + c[2]; colours+c[3] > limit {
		part := max(limit-c[3], 0) / colours
		c[0], c[1], c[2] = c[0]*part, c[1]*part, c[2]*part
	}
	return c
}

// Row turns RGB pixels into CMYK ones, 0 being no ink and 255 full ink. It
// turns as many as both rows hold.
func (p *Press) Row(cmyk, rgb []byte) {
	const n = pressSide
	for ; len(rgb) >= 3 && len(cmyk) >= 4; rgb, cmyk = rgb[3:], cmyk[4:] {
		r, g, b := p.place[0][rgb[0]], p.place[1][rgb[1]], p.place[2][rgb[2]]
		x, y, z := edge{r.part, 4 * n * n}, edge{g.part, 4 * n}, edge{b.part, 4}
		x, y = longer(x, y)
		y, z = longer(y, z)
		x, y = longer(x, y)
		p0 := r.point + g.point + b.point
		p1 := p0 + x.up
		p2 := p1 + y.up
		p3 := p2 + z.up
		c0, c1, c2, c3 := (*[4]int32)(p.tab[p0:]), (*[4]int32)(p.tab[p1:]), (*[4]int32)(p.tab[p2:]), (*[4]int32)(p.tab[p3:])
		for i := range 4 {
			cmyk[i] = round(c0[i]*(256-x.part) + c1[i]*(x.part-y.part) + c2[i]*(y.part-z.part) + c3[i]*z.part)
		}
	}
}
