package icc

import (
	"errors"
	"fmt"
)

// An Intent is what to do with colours that the target cannot show.
type Intent int

const (
	Perceptual Intent = iota
	Relative          // relative colorimetric
	Saturation
)

// toXYZ returns how a device colour looks, relative to paper white.
// A table goes before matrix and curves, as in Little CMS.
func (p *Profile) toXYZ(in Intent) (func(colour) XYZ, error) {
	n := p.Space().channels()
	if n == 0 || p.Space() == LAB {
		return nil, fmt.Errorf("icc: a profile of %q", p.Space())
	}
	t := p.tags[fmt.Sprintf("A2B%d", in)]
	if t == nil {
		t = p.tags["A2B0"]
	}
	switch {
	case t != nil:
		lut, err := readLUT(t, n, 3, false)
		if err != nil {
			return nil, err
		}
		decode, err := p.decodePCS(string(t[:4]))
		return func(c colour) XYZ { return decode(lut(c)) }, err
	case p.Space() == Grey:
		return p.greyXYZ()
	case p.Space() == RGB:
		return p.matrixXYZ()
	}
	return nil, errors.New("icc: a CMYK profile without a table")
}

// decodePCS returns how a table of the given kind writes its colours.
func (p *Profile) decodePCS(kind string) (func(colour) XYZ, error) {
	switch p.pcs() {
	case "XYZ ":
		return func(c colour) XYZ { return XYZ{c[0] * mostXYZ, c[1] * mostXYZ, c[2] * mostXYZ} }, nil
	case LAB:
		l, ab := labScale(kind)
		return func(c colour) XYZ { return Lab{c[0] * l, c[1]*ab - 128, c[2]*ab - 128}.XYZ() }, nil
	}
	return nil, fmt.Errorf("icc: colours are written in %q", p.pcs())
}

// mostXYZ is what 1 means in a table of XYZ.
const mostXYZ = 1 + 32767.0/32768

// labScale is what 1 means in a table: mft2 has kept the encoding of version 2 in version 4.
func labScale(kind string) (l, ab float64) {
	if kind == "mft2" {
		return 100 * 65535.0 / 65280, 65535.0 / 256
	}
	return 100, 255
}

func (p *Profile) greyXYZ() (func(colour) XYZ, error) {
	c, _, err := readCurve(p.tags["kTRC"])
	if err != nil {
		return nil, err
	}
	if p.pcs() == LAB {
		return func(v colour) XYZ { return Lab{L: 100 * c(unit(v[0]))}.XYZ() }, nil
	}
	return func(v colour) XYZ {
		y := c(unit(v[0]))
		return XYZ{white.X * y, y, white.Z * y}
	}, nil
}

func (p *Profile) matrixXYZ() (func(colour) XYZ, error) {
	cs, mix, err := p.shaper()
	if err != nil {
		return nil, err
	}
	look := chain([]step{curves(cs), mix})
	return func(v colour) XYZ {
		c := look(v)
		return XYZ{c[0], c[1], c[2]}
	}, nil
}

// shaper reads the curves to linear light, and the matrix from that to XYZ.
func (p *Profile) shaper() (cs []curve, mix step, err error) {
	var m [12]float64
	for i, primary := range []string{"r", "g", "b"} {
		c, _, err := readCurve(p.tags[primary+"TRC"])
		if err != nil {
			return nil, nil, err
		}
		xyz := p.tags[primary+"XYZ"]
		if len(xyz) < 20 {
			return nil, nil, errors.New("icc: no primaries")
		}
		cs = append(cs, c)
		m[i], m[3+i], m[6+i] = fixed(xyz[8:]), fixed(xyz[12:]), fixed(xyz[16:])
	}
	return cs, matrix(m), nil
}

// fromXYZ returns the device colour for a look. Only profiles with tables to the device have it.
func (p *Profile) fromXYZ(in Intent) (func(XYZ) colour, error) {
	t := p.tags[fmt.Sprintf("B2A%d", in)]
	if t == nil {
		t = p.tags["B2A0"]
	}
	if t == nil {
		return nil, errors.New("icc: no table to the device")
	}
	lut, err := readLUT(t, 3, p.Space().channels(), p.pcs() == LAB)
	if err != nil {
		return nil, err
	}
	if p.pcs() != LAB {
		return func(c XYZ) colour { return lut(colour{c.X / mostXYZ, c.Y / mostXYZ, c.Z / mostXYZ}) }, nil
	}
	l, ab := labScale(string(t[:4]))
	return func(c XYZ) colour {
		v := c.Lab()
		return lut(colour{v.L / l, (v.A + 128) / ab, (v.B + 128) / ab})
	}, nil
}

// black is the darkest neutral that the device shows: for a press the black
// that its perceptual table prints, for the rest the device's own black.
func (p *Profile) black(look func(colour) XYZ) XYZ {
	dark := colour{}
	if p.Space() == CMYK {
		dark = colour{1, 1, 1, 1}
		if ink, err := p.fromXYZ(Perceptual); err == nil && p.Class() == "prtr" {
			dark = ink(p.perceptualBlack())
		}
	}
	return Lab{L: min(max(look(dark).Lab().L, 0), 50)}.XYZ()
}

// perceptualBlack is the black of perceptual tables: none in version 2, that of
// the reference medium in version 4.
func (p *Profile) perceptualBlack() XYZ {
	if p.raw[8] >= 4 {
		return XYZ{0.00336, 0.0034731, 0.00287}
	}
	return XYZ{}
}

// lift moves black to no light at all and leaves white where it is.
func lift(black XYZ) func(XYZ) XYZ {
	part := func(v, b, w float64) float64 { return (v - b) * w / (w - b) }
	return func(c XYZ) XYZ {
		return XYZ{part(c.X, black.X, white.X), part(c.Y, black.Y, white.Y), part(c.Z, black.Z, white.Z)}
	}
}

// toSRGB returns the sRGB colour for a device colour, outside of 0..1 where sRGB ends.
func (p *Profile) toSRGB() (step, error) {
	look, err := p.toXYZ(Relative)
	if err != nil {
		return nil, err
	}
	return finishing(look, p.black(look)), nil
}

// finishing takes the black out of a look and shows it in sRGB.
func finishing(look func(colour) XYZ, black XYZ) step {
	compensate, m := lift(black), srgbFromXYZ()
	return func(c colour) colour { return m.srgb(compensate(look(c))) }
}
