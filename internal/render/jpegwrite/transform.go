package jpegwrite

import "math"

// A block is 8 × 8 samples or coefficients, with fraction bits of fraction.
type block [64]int32

const (
	fraction  = 8
	scaleBits = 32
	cosBits   = 14

	cos4  = 11585 // cos(π/4) × 2^cosBits
	cos6  = 6270  // cos(3π/8)
	minus = 8867  // cos(π/8) − cos(3π/8)
	plus  = 21407 // cos(π/8) + cos(3π/8)
)

// transform is the forward DCT of T.81, A.3.3, up to a factor for each
// coefficient that goes into the quantisation: the method of Y. Arai, T. Agui
// and M. Nakajima, "A fast DCT-SQ scheme for images", Trans. IEICE E71 (1988),
// with five multiplications for eight points. The coefficient of u and v comes
// out 8·gain(u)·gain(v) times too large.
func (b *block) transform() {
	for i := 0; i < 64; i += 8 {
		r := (*[8]int32)(b[i : i+8])
		x0, x1, x2, x3, x4, x5, x6, x7 := points(int(r[0]), int(r[1]), int(r[2]), int(r[3]), int(r[4]), int(r[5]), int(r[6]), int(r[7]))
		r[0], r[1], r[2], r[3] = int32(x0), int32(x1), int32(x2), int32(x3)
		r[4], r[5], r[6], r[7] = int32(x4), int32(x5), int32(x6), int32(x7)
	}
	for i := range 8 {
		c := (*[57]int32)(b[i : i+57])
		x0, x1, x2, x3, x4, x5, x6, x7 := points(int(c[0]), int(c[8]), int(c[16]), int(c[24]), int(c[32]), int(c[40]), int(c[48]), int(c[56]))
		c[0], c[8], c[16], c[24] = int32(x0), int32(x1), int32(x2), int32(x3)
		c[32], c[40], c[48], c[56] = int32(x4), int32(x5), int32(x6), int32(x7)
	}
}

// points transforms eight points: sums of mirrored ones give the even
// frequencies, differences the odd.
func points(a, b, c, d, e, f, g, h int) (x0, x1, x2, x3, x4, x5, x6, x7 int) {
	a, h = a+h, a-h
	b, g = b+g, b-g
	c, f = c+f, c-f
	d, e = d+e, d-e

	a, d = a+d, a-d
	b, c = b+c, b-c
	turn := (c + d) * cos4 >> cosBits

	outer, inner := g+h, e+f
	both := (inner - outer) * cos6
	inner = (inner*minus + both) >> cosBits
	outer = (outer*plus + both) >> cosBits
	mid := (f + g) * cos4 >> cosBits
	g, h = h-mid, h+mid
	return a + b, h + outer, d + turn, g - inner, a - b, g + inner, d - turn, h - outer
}

// gain is √2·cos(u·π/16), and 1 for u = 0.
func gain(u int) float64 {
	if u == 0 {
		return 1
	}
	return math.Sqrt2 * math.Cos(float64(u)*math.Pi/16)
}
