package tiff

import (
	"math"

	"pano/internal/icc"
)

// A form is what the pixels of a page become.
type form int

const (
	asGrey form = 1
	asRGB  form = 3
	asRGBA form = 4
	asCMYK form = 5
)

// channels is how many bytes a pixel of the form has.
func (f form) channels() int { return min(int(f), 4) }

func (p *page) form() form {
	switch {
	case p.colours == 4:
		return asCMYK
	case p.alpha > 0:
		return asRGBA
	case p.colours == 1 && p.photometric != palette:
		return asGrey
	}
	return asRGB
}

// ready tells samples that are already what they are to become.
func (p *page) ready() bool {
	n := p.form().channels()
	return p.samples == n && (p.alpha == 0 || p.alpha == 3) &&
		(p.photometric == rgb || p.photometric == blackIsZero || p.photometric == cmyk ||
			p.photometric == yCbCr && p.ycc == nil)
}

// paint turns whole pixels of samples into what they become.
func (p *page) paint(dst, src []byte) {
	n, step := p.form().channels(), p.samples*p.width()
	if p.ready() {
		copy(dst, src)
		return
	}
	if n == 1 && p.samples == 1 { // white is zero
		for i := range dst {
			dst[i] = ^src[i]
		}
		return
	}
	var px [4]byte
	alpha := p.alpha * p.width()
	for ; len(dst) >= n && len(src) >= step; dst, src = dst[n:], src[step:] {
		px[3] = src[alpha]
		p.pixel(&px, src)
		copy(dst[:n], px[:])
	}
}

// pixel writes the colours of one pixel.
func (p *page) pixel(px *[4]byte, s []byte) {
	switch p.photometric {
	case whiteIsZero:
		px[0], px[1], px[2] = ^s[0], ^s[0], ^s[0]
	case blackIsZero:
		px[0], px[1], px[2] = s[0], s[0], s[0]
	case palette:
		px[0], px[1], px[2] = p.table[0][s[0]], p.table[1][s[0]], p.table[2][s[0]]
	case cmyk:
		copy(px[:], s[:4])
	case yCbCr:
		if p.ycc != nil {
			p.ycc.pixel(px, s)
			return
		}
		copy(px[:3], s[:3])
	case cieLab, iccLab:
		p.labPixel(px, s)
	default:
		copy(px[:3], s[:3])
	}
}

// A yccTable turns YCbCr into RGB, in 65536ths.
type yccTable struct {
	light                   [256]int32
	red, blue               [256]int32 // from Cr, from Cb
	greenOfRed, greenOfBlue [256]int32
}

// newYCC makes a table from how much red, green and blue make light, and from
// which numbers are black and white. Numbers that make no sense are those of
// television and of the full range.
func newYCC(luma, bw []float64) *yccTable {
	if len(luma) < 3 || luma[0] <= 0 || luma[1] < 0.01 || luma[2] <= 0 || luma[0] > 1 || luma[1] > 1 || luma[2] > 1 {
		luma = []float64{0.299, 0.587, 0.114}
	}
	if len(bw) < 6 || bw[1]-bw[0] < 1 || bw[3]-bw[2] < 1 || bw[5]-bw[4] < 1 || max(bw[1], bw[3], bw[5]) > 255 {
		bw = []float64{0, 255, 128, 255, 128, 255}
	}
	t := &yccTable{}
	r, b := 2-2*luma[0], 2-2*luma[2]
	fixed := func(v float64) int32 { return int32(math.Round(v * 65536)) }
	for i := range 256 {
		v := float64(i)
		cb, cr := (v-bw[2])*127/(bw[3]-bw[2]), (v-bw[4])*127/(bw[5]-bw[4])
		t.light[i] = fixed((v-bw[0])*255/(bw[1]-bw[0])) + 1<<15
		t.red[i], t.blue[i] = fixed(r*cr), fixed(b*cb)
		t.greenOfRed[i], t.greenOfBlue[i] = fixed(-luma[0]*r*cr/luma[1]), fixed(-luma[2]*b*cb/luma[1])
	}
	return t
}

func (t *yccTable) pixel(px *[4]byte, s []byte) {
	y := int64(t.light[s[0]])
	clip := func(v int64) byte { return byte(min(max(v>>16, 0), 255)) }
	px[0] = clip(y + int64(t.red[s[2]]))
	px[1] = clip(y + int64(t.greenOfRed[s[2]]) + int64(t.greenOfBlue[s[1]]))
	px[2] = clip(y + int64(t.blue[s[1]]))
}

const lightSteps = 1 << 14

// A labTable turns Lab under D50 into sRGB.
type labTable struct {
	white  icc.XYZ
	matrix [3][3]float32 // from XYZ to light
	number [lightSteps + 1]byte
}

func newLabTable() *labTable {
	t := &labTable{white: icc.Lab{L: 100}.XYZ()}
	for k, part := range []icc.XYZ{{X: t.white.X}, {Y: t.white.Y}, {Z: t.white.Z}} {
		for c, v := range part.Light() {
			t.matrix[c][k] = float32(v)
		}
	}
	for i := range t.number {
		t.number[i] = byte(255*icc.SRGBNumber(float64(i)/lightSteps) + 0.5)
	}
	return t
}

// labPixel reads L, a and b: 0 is black, and CIELab keeps a and b signed,
// ICCLab from -128 on. With 16 bits, a and b are 256ths in both; ICC's white is 0xff00.
func (p *page) labPixel(px *[4]byte, s []byte) {
	flip, white := uint16(0x8000), float32(0xffff)
	if p.photometric == iccLab {
		flip = 0
	}
	var l, a, b uint16
	if p.wide() {
		l, a, b = uint16(s[0])<<8|uint16(s[1]), uint16(s[2])<<8|uint16(s[3]), uint16(s[4])<<8|uint16(s[5])
		if p.photometric == iccLab {
			white = 0xff00
		}
	} else {
		l, a, b = uint16(s[0])*257, uint16(s[1])<<8, uint16(s[2])<<8
	}
	p.lab.pixel(px, min(100*float32(l)/white, 100), float32(int16(a^flip^0x8000))/256, float32(int16(b^flip^0x8000))/256)
}

// pixel takes L from 0 to 100.
func (t *labTable) pixel(px *[4]byte, l, a, b float32) {
	y := (l + 16) / 116
	c := [3]float32{unroot(y + a/500), unroot(y), unroot(y - b/200)}
	for k, m := range t.matrix {
		light := m[0]*c[0] + m[1]*c[1] + m[2]*c[2]
		px[k] = t.number[int(min(max(light, 0), 1)*lightSteps+0.5)]
	}
}

// unroot is the part of white that a root of CIE Lab stands for.
func unroot(v float32) float32 {
	if v > 6.0/29 {
		return v * v * v
	}
	return 3 * 36.0 / 841 * (v - 4.0/29)
}
