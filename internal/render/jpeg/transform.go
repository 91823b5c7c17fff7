package jpeg

import "math"

// The reduced transforms follow from the definition of the inverse DCT in
// ITU-T T.81, A.3.3. One row of a block is
//
//	x(i) = Σ c(u)·X(u)·cos((2i+1)·u·π/16),  c(0) = √⅛, else ½,
//
// and the mean of two neighbours x(2j) and x(2j+1) of it is, because
// cos(α−β) + cos(α+β) = 2·cos α·cos β,
//
//	y(j) = Σ c(u)·cos(u·π/16)·X(u)·cos((2j+1)·u·π/8).
//
// Here cos((2j+1)·(8−u)·π/8) = −cos((2j+1)·u·π/8), so X(8−u) can be subtracted
// from X(u), both weighed, and a transform of four points is left; X(4) drops
// out. Taking means once more leaves, of the same kind,
//
//	z(j) = Σ c(u)·cos(u·π/16)·cos(u·π/8)·X(u)·cos((2j+1)·u·π/4),
//
// in which all even u but 0 drop out and the odd ones fall together; the mean
// of all eight is c(0)·X(0). Columns are the same. So each coefficient of a block
// is weighed and added to one of 4 × 4, 2 × 2 or 1, and the means are exact.

const (
	weightBits = 13   // of the fraction in weights and reduced coefficients
	cosBits    = 11   // of the fraction in the cosines below
	cos1       = 1892 // cos(π/8) × 2^cosBits
	cos3       = 784  // cos(3π/8) × 2^cosBits
)

// zigzag is the order in which coefficients are stored: T.81, figure A.6.
func zigzag(k int) (u, v int) {
	const order = "\x00\x01\x08\x10\x09\x02\x03\x0a\x11\x18\x20\x19\x12\x0b\x04\x05" +
		"\x0c\x13\x1a\x21\x28\x30\x29\x22\x1b\x14\x0d\x06\x07\x0e\x15\x1c" +
		"\x23\x2a\x31\x38\x39\x32\x2b\x24\x1d\x16\x0f\x17\x1e\x25\x2c\x33" +
		"\x3a\x3b\x34\x2d\x26\x1f\x27\x2e\x35\x3c\x3d\x36\x2f\x37\x3e\x3f"
	return int(order[k] & 7), int(order[k] >> 3)
}

// fold says which of side coefficients the frequency u is added to, and with what weight.
func fold(u, side int) (to int, weight float64) {
	a := float64(u) * math.Pi / 16
	switch {
	case side == 8:
		return u, unscaled(u)
	case u == 0:
		return 0, math.Sqrt(0.125)
	case side == 1 || u == 4 || side == 2 && u%2 == 0:
		return 0, 0
	case side == 4 && u < 4:
		to, weight = u, math.Cos(a)/2
	case side == 4:
		to, weight = 8-u, -math.Cos(a)/2
	default: // two points: the cosine that is left is that of the first one
		return 1, math.Cos(a) * math.Cos(2*a) * math.Cos(4*a) / 2
	}
	if to == 2 {
		weight *= math.Sqrt(0.5) // which saves the transform doing it
	}
	return to, weight
}

func slot(k, side int) uint8 {
	u, v := zigzag(k)
	x, _ := fold(u, side)
	y, _ := fold(v, side)
	return uint8(y*side + x)
}

// weigh makes one factor of each entry of a quantisation table.
func weigh(q *[64]uint16, side int) *[64]int32 {
	w := new([64]int32)
	for k := range w {
		u, v := zigzag(k)
		_, a := fold(u, side)
		_, b := fold(v, side)
		w[k] = int32(math.Round(float64(q[k]) * a * b * (1 << weightBits)))
	}
	return w
}

// sample rounds a value of weightBits, lifts it to 0..255 and clips it.
func sample(v int) byte {
	return byte(min(max((v+128<<weightBits+1<<(weightBits-1))>>weightBits, 0), 255))
}

// four writes the 4 × 4 samples of z. Flat blocks have only z[0].
func four(z *[16]int32, flat bool, dst []byte, stride int) {
	if flat {
		s := sample(int(z[0]))
		for y := range 4 {
			r := dst[y*stride:][:4]
			r[0], r[1], r[2], r[3] = s, s, s, s
		}
		return
	}
	var t [16]int
	for x := range 4 {
		t[x], t[4+x], t[8+x], t[12+x] = points(int(z[x]), int(z[4+x]), int(z[8+x]), int(z[12+x]))
	}
	for y := range 4 {
		a, b, c, d := points(t[4*y], t[4*y+1], t[4*y+2], t[4*y+3])
		r := dst[y*stride:][:4]
		r[0], r[1], r[2], r[3] = sample(a), sample(b), sample(c), sample(d)
	}
}

// points is the transform of four: Σ z(u)·cos((2j+1)·u·π/8), where z(2) has
// been multiplied by √½ already.
func points(z0, z1, z2, z3 int) (a, b, c, d int) {
	const half = 1 << (cosBits - 1)
	outer := (z1*cos1 + z3*cos3 + half) >> cosBits
	inner := (z1*cos3 - z3*cos1 + half) >> cosBits
	return z0 + z2 + outer, z0 - z2 + inner, z0 - z2 - inner, z0 + z2 - outer
}

// two writes the 2 × 2 samples of z.
func two(z *[4]int32, dst []byte, stride int) {
	a, b, c, d := int(z[0]), int(z[1]), int(z[2]), int(z[3])
	dst[0], dst[1] = sample(a+b+c+d), sample(a-b+c-d)
	dst[stride], dst[stride+1] = sample(a+b-c-d), sample(a-b-c+d)
}
