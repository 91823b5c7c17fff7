package icc

import (
	"encoding/binary"
	"math"
)

// An Output is what the profile of a press is written from.
//
// Its tables meet in Lab relative to the paper, in the numbers of version 2:
// L* 100 is 65280/65535, and a* or b* of 0 is 32768/65535.
type Output struct {
	Name, Licence string // ASCII
	Paper         XYZ    // under D50, not relative

	Look       Table // inks to Lab
	Relative   Table // Lab to inks, colour by colour
	Perceptual Table // Lab to inks, all lightnesses kept apart; also for saturation
	Gamut      Table // Lab to 0 within reach, up to 1 outside
}

// A Table is curves, a grid and curves, all from 0..1 to 0..1.
type Table struct {
	Before, After [][]float64 // a curve for each component, of one length, at least two points
	Side          int         // points along each side of the grid
	Nodes         []float64   // the last component in running fastest
}

// Profile writes the profile, of version 2. Its bytes are the same every time.
func (o Output) Profile() []byte {
	look, relative, perceptual := o.Look.tag(), o.Relative.tag(), o.Perceptual.tag()
	return writeProfile("prtr", CMYK, LAB, []tag{
		{"desc", descTag(o.Name)}, {"cprt", textTag(o.Licence)}, {"wtpt", xyzTag(o.Paper.X, o.Paper.Y, o.Paper.Z)},
		{"A2B0", look}, {"A2B1", look}, {"A2B2", look},
		{"B2A1", relative}, {"B2A0", perceptual}, {"B2A2", perceptual}, {"gamt", o.Gamut.tag()},
	})
}

func (t Table) tag() []byte {
	be := binary.BigEndian
	b := append([]byte("mft2\x00\x00\x00\x00"), byte(len(t.Before)), byte(len(t.After)), byte(t.Side), 0)
	for i := range 9 { // no matrix
		b = be.AppendUint32(b, uint32(either(i%4 == 0, 65536, 0)))
	}
	b = be.AppendUint16(b, uint16(len(t.Before[0])))
	b = be.AppendUint16(b, uint16(len(t.After[0])))
	put := func(numbers []float64) {
		for _, v := range numbers {
			b = be.AppendUint16(b, uint16(math.Round(unit(v)*65535)))
		}
	}
	for _, c := range t.Before {
		put(c)
	}
	put(t.Nodes)
	for _, c := range t.After {
		put(c)
	}
	return b
}

// Look returns how the device's colours look, relative to its white. Components
// are 0 to 1: one for grey, three for RGB, four inks for CMYK.
func (p *Profile) Look() (func([4]float64) Lab, error) {
	look, err := p.toXYZ(Relative)
	return func(c [4]float64) Lab { return look(c).Lab() }, err
}
