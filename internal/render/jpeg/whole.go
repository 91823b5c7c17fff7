package jpeg

import "math"

// At full size the inverse DCT is that of Y. Arai, T. Agui and M. Nakajima, "A
// fast DCT-SQ scheme for images", Trans. IEICE E71 (1988), run backwards: the
// factors that their forward one leaves over go into the quantisation, and each
// of its steps is turned round, sums into branches and branches into sums.

const (
	wholeCos  = 14    // bits of the fraction in the cosines below
	cosHalf   = 11585 // cos(π/4) × 2^wholeCos
	cosInner  = 6270  // cos(3π/8)
	cosFewer  = 8867  // cos(π/8) − cos(3π/8)
	cosLarger = 21407 // cos(π/8) + cos(3π/8)
)

// unscaled is the factor that the coefficients of frequency u still lack.
func unscaled(u int) float64 {
	if u == 0 {
		return math.Sqrt(0.125)
	}
	return 1 / (4 * math.Cos(float64(u)*math.Pi/16))
}

// eight writes the 8 × 8 samples of z. Flat blocks have only z[0].
func eight(z *[64]int32, flat bool, dst []byte, stride int) {
	if flat {
		s := sample(int(z[0]))
		for y := range 8 {
			r := dst[y*stride:][:8]
			r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7] = s, s, s, s, s, s, s, s
		}
		return
	}
	for x := range 8 {
		c := (*[57]int32)(z[x : x+57])
		if c[8]|c[16]|c[24]|c[32]|c[40]|c[48]|c[56] == 0 {
			c[8], c[16], c[24], c[32], c[40], c[48], c[56] = c[0], c[0], c[0], c[0], c[0], c[0], c[0]
			continue
		}
		x0, x1, x2, x3, x4, x5, x6, x7 := eightPoints(int(c[0]), int(c[8]), int(c[16]), int(c[24]), int(c[32]), int(c[40]), int(c[48]), int(c[56]))
		c[0], c[8], c[16], c[24] = int32(x0), int32(x1), int32(x2), int32(x3)
		c[32], c[40], c[48], c[56] = int32(x4), int32(x5), int32(x6), int32(x7)
	}
	for y := range 8 {
		c, r := (*[8]int32)(z[8*y:]), dst[y*stride:][:8]
		x0, x1, x2, x3, x4, x5, x6, x7 := eightPoints(int(c[0]), int(c[1]), int(c[2]), int(c[3]), int(c[4]), int(c[5]), int(c[6]), int(c[7]))
		r[0], r[1], r[2], r[3] = sample(x0), sample(x1), sample(x2), sample(x3)
		r[4], r[5], r[6], r[7] = sample(x4), sample(x5), sample(x6), sample(x7)
	}
}

// eightPoints is the transform of eight: z in order of frequency.
func eightPoints(z0, z1, z2, z3, z4, z5, z6, z7 int) (x0, x1, x2, x3, x4, x5, x6, x7 int) {
	turn := (z2 - z6) * cosHalf >> wholeCos
	a, b, d := z0+z4, z0-z4, z2+z6+turn
	a, d = a+d, a-d
	b, c := b+turn, b-turn

	h, outer := z1+z7, z1-z7
	g, inner := z5+z3, z5-z3
	both := (inner + outer) * cosInner
	mid := (h - g) * cosHalf >> wholeCos
	e := (inner*cosFewer + both) >> wholeCos
	outer = (outer*cosLarger - both) >> wholeCos
	f := e + mid
	h, g = h+g+outer, outer+mid
	return a + h, b + g, c + f, d + e, d - e, c - f, b - g, a - h
}
