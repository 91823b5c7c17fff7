package icc

import (
	"encoding/binary"
	"math"
)

// XY is a chromaticity.
type XY struct{ X, Y float64 }

func (c XY) xyz() [3]float64 { return [3]float64{c.X / c.Y, 1, (1 - c.X - c.Y) / c.Y} }

// A Matrix describes an RGB space by its primaries, its white and one curve.
type Matrix struct {
	Name             string // ASCII
	Red, Green, Blue XY
	White            XY
	Gamma            float64 // 0 = the curve of sRGB
}

func d65() XY { return XY{0.3127, 0.3290} }

func srgbMatrix() Matrix {
	return Matrix{"sRGB (Pano)", XY{0.64, 0.33}, XY{0.30, 0.60}, XY{0.15, 0.06}, d65(), 0}
}

// SRGB returns a small sRGB profile, written by this package.
func SRGB() []byte { return MatrixProfile(srgbMatrix()) }

// DisplayP3 returns a profile of the space of today's phones.
func DisplayP3() []byte {
	return MatrixProfile(Matrix{"Display P3 (Pano)", XY{0.680, 0.320}, XY{0.265, 0.690}, XY{0.150, 0.060}, d65(), 0})
}

// AdobeRGB returns a profile compatible with Adobe RGB (1998).
func AdobeRGB() []byte {
	return MatrixProfile(Matrix{"Compatible with Adobe RGB (1998)", XY{0.64, 0.33}, XY{0.21, 0.71}, XY{0.15, 0.06}, d65(), 563.0 / 256})
}

type mat3 [3][3]float64

func (m mat3) times(v [3]float64) (o [3]float64) {
	for i := range o {
		o[i] = m[i][0]*v[0] + m[i][1]*v[1] + m[i][2]*v[2]
	}
	return o
}

func (m mat3) mul(n mat3) (o mat3) {
	for i := range o {
		for j := range o {
			o[i][j] = m[i][0]*n[0][j] + m[i][1]*n[1][j] + m[i][2]*n[2][j]
		}
	}
	return o
}

func (m mat3) inverse() (o mat3) {
	minor := func(i, j int) float64 {
		a, b, c, d := (i+1)%3, (i+2)%3, (j+1)%3, (j+2)%3
		return m[a][c]*m[b][d] - m[a][d]*m[b][c]
	}
	det := m[0][0]*minor(0, 0) + m[0][1]*minor(0, 1) + m[0][2]*minor(0, 2)
	for i := range o {
		for j := range o {
			o[j][i] = minor(i, j) / det
		}
	}
	return o
}

// adapt is the Bradford adaptation of colours seen under w to D50.
func adapt(w [3]float64) mat3 {
	cone := mat3{{0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}}
	from, to := cone.times(w), cone.times([3]float64{white.X, white.Y, white.Z})
	return cone.inverse().mul(mat3{{to[0] / from[0]}, {0, to[1] / from[1]}, {0, 0, to[2] / from[2]}}).mul(cone)
}

// toXYZ is the matrix from linear light to XYZ under D50.
func (m Matrix) toXYZ() mat3 {
	r, g, b := m.Red.xyz(), m.Green.xyz(), m.Blue.xyz()
	p := mat3{{r[0], g[0], b[0]}, {r[1], g[1], b[1]}, {r[2], g[2], b[2]}}
	s := p.inverse().times(m.White.xyz())
	return adapt(m.White.xyz()).mul(p.mul(mat3{{s[0]}, {0, s[1]}, {0, 0, s[2]}}))
}

// light is the sRGB curve from a number to light.
func light(v float64) float64 {
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

// number is the sRGB curve from light to a number, mirrored below none.
func number(l float64) float64 {
	if l < 0 {
		return -number(-l)
	}
	if l <= 0.0031308 {
		return l * 12.92
	}
	return 1.055*math.Pow(l, 1/2.4) - 0.055
}

// srgbFromXYZ is the matrix from XYZ under D50 to linear sRGB.
func srgbFromXYZ() mat3 { return srgbMatrix().toXYZ().inverse() }

// srgb returns the sRGB numbers of a look. What sRGB cannot show lies outside of 0..1.
func (m mat3) srgb(c XYZ) colour {
	l := m.times([3]float64{c.X, c.Y, c.Z})
	return colour{number(l[0]), number(l[1]), number(l[2])}
}

// Light returns how much light of sRGB's red, green and blue makes a colour.
// What sRGB cannot show lies outside of 0 to 1.
func (c XYZ) Light() [3]float64 {
	return srgbFromXYZ().times([3]float64{c.X, c.Y, c.Z})
}

// SRGBNumber is the number that stands for an amount of light in sRGB, both 0 to 1.
func SRGBNumber(light float64) float64 { return number(light) }

// MatrixProfile writes a version 2 display profile of m. Its bytes are the same every time.
func MatrixProfile(m Matrix) []byte {
	xyz := m.toXYZ()
	primary := func(i int) []byte { return xyzTag(xyz[0][i], xyz[1][i], xyz[2][i]) }
	trc := gammaTag(m.Gamma)
	return writeProfile("mntr", RGB, "XYZ ", []tag{
		{"desc", descTag(m.Name)}, {"cprt", textTag("No rights reserved")},
		{"wtpt", xyzTag(white.X, white.Y, white.Z)},
		{"rXYZ", primary(0)}, {"gXYZ", primary(1)}, {"bXYZ", primary(2)},
		{"rTRC", trc}, {"gTRC", trc}, {"bTRC", trc},
	})
}

type tag struct {
	name string
	data []byte
}

// writeProfile puts a header and a table of tags before the tags; equal neighbours are kept once.
func writeProfile(class string, space, pcs Space, tags []tag) []byte {
	be := binary.BigEndian
	b := make([]byte, 128, 4096)
	be.PutUint32(b[8:], 0x02400000)
	copy(b[12:], class)
	copy(b[16:], space)
	copy(b[20:], pcs)
	be.PutUint16(b[24:], 2026)
	be.PutUint16(b[26:], 1)
	be.PutUint16(b[28:], 1)
	copy(b[36:], "acsp")
	be.PutUint32(b[64:], uint32(Relative))
	be.PutUint32(b[68:], uint32(math.Round(white.X*65536)))
	be.PutUint32(b[72:], 65536)
	be.PutUint32(b[76:], uint32(math.Round(white.Z*65536)))
	b = be.AppendUint32(b, uint32(len(tags)))
	off, data := len(b)+12*len(tags), []byte(nil)
	for i, t := range tags {
		if i > 0 && string(t.data) == string(tags[i-1].data) {
			b = append(append(b, t.name...), b[len(b)-8:]...)
			continue
		}
		b = append(b, t.name...)
		b = be.AppendUint32(b, uint32(off+len(data)))
		b = be.AppendUint32(b, uint32(len(t.data)))
		data = append(data, t.data...)
		data = append(data, make([]byte, -len(data)&3)...)
	}
	b = append(b, data...)
	be.PutUint32(b, uint32(len(b)))
	return b
}

func xyzTag(x, y, z float64) []byte {
	b := []byte("XYZ \x00\x00\x00\x00")
	for _, v := range []float64{x, y, z} {
		b = binary.BigEndian.AppendUint32(b, uint32(int32(math.Round(v*65536))))
	}
	return b
}

func textTag(s string) []byte { return append([]byte("text\x00\x00\x00\x00"+s), 0) }

func descTag(s string) []byte {
	b := binary.BigEndian.AppendUint32([]byte("desc\x00\x00\x00\x00"), uint32(len(s)+1))
	b = append(b, s...)
	return append(b, make([]byte, 1+8+3+67)...) // no Unicode name, no Macintosh name
}

// gammaTag is one power, or 1,024 points of the sRGB curve.
func gammaTag(gamma float64) []byte {
	b := []byte("curv\x00\x00\x00\x00")
	if gamma != 0 {
		b = binary.BigEndian.AppendUint32(b, 1)
		return binary.BigEndian.AppendUint16(b, uint16(math.Round(gamma*256)))
	}
	const points = 1024
	b = binary.BigEndian.AppendUint32(b, points)
	for i := range points {
		b = binary.BigEndian.AppendUint16(b, uint16(math.Round(light(float64(i)/(points-1))*65535)))
	}
	return b
}
