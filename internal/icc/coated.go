package icc

import "math"

// Offset print on coated paper as FOGRA39 measured it: paper and the fifteen
// overprints of full inks as XYZ × 100 under D50, cyan being bit 0 of the
// index, magenta bit 1, yellow bit 2 and black bit 3.
//
// Source: the characterisation data FOGRA39L (2006, CC0 in colord's collection).
var coatedInks = [16][3]float64{
	{84.48, 87.62, 74.57}, {15.02, 22.93, 52.85}, {33.03, 16.79, 15.01}, {5.67, 4.10, 15.67},
	{69.17, 74.16, 7.04}, {8.16, 18.42, 6.74}, {30.20, 16.02, 2.30}, {3.66, 3.80, 3.13},
	{2.02, 2.10, 1.73}, {0.91, 1.18, 1.79}, {1.61, 1.18, 0.89}, {0.99, 0.87, 1.08},
	{1.84, 2.04, 0.82}, {0.89, 1.31, 0.85}, {1.56, 1.31, 0.65}, {0.93, 0.97, 0.69},
}

// coatedN is the Yule-Nielsen factor, and coatedGain how much wider the dots of
// each ink print: at the middle, and how much more of it lies in the lights.
// Fitted to the 1,617 patches of the same data: mean difference 1.1 ΔE00, largest 3.1.
const coatedN = 1.531

var coatedGain = [4][2]float64{{0.078, -0.011}, {0.055, -0.039}, {0.041, -0.033}, {0.045, -0.013}}

// coated returns how inks look, relative to the paper: the Yule-Nielsen
// modified Neugebauer model of the overprints above.
func coated() func(colour) XYZ {
	var root [16][3]float64
	for i, xyz := range coatedInks {
		for k, v := range xyz {
			root[i][k] = math.Pow(v/100, 1/coatedN)
		}
	}
	paper := coatedInks[0]
	return func(c colour) XYZ {
		var mixed [3]float64
		for i, w := range coverage(c) {
			for k := range mixed {
				mixed[k] += w * root[i][k]
			}
		}
		seen := func(k int) float64 { return 100 * math.Pow(mixed[k], coatedN) / paper[k] }
		return XYZ{seen(0) * white.X, seen(1), seen(2) * white.Z}
	}
}

// coverage is the share of the paper that each overprint covers.
func coverage(c colour) (share [16]float64) {
	share[0] = 1
	for ink := range 4 {
		v, g := unit(c[ink]), coatedGain[ink]
		v = unit(v + 4*v*(1-v)*(g[0]+2*g[1]*(1-2*v)))
		for i := range 1 << ink {
			share[i|1<<ink] = share[i] * v
			share[i] *= 1 - v
		}
	}
	return share
}

// CoatedCMYK returns a cube for CMYK pictures that carry no profile: they are
// taken for offset print on coated paper, the commonest intention. Black point
// and intent are as for every profile; its black is that of four full inks.
func CoatedCMYK() *Cube {
	look := coated()
	black := Lab{L: look(colour{1, 1, 1, 1}).Lab().L}.XYZ()
	return inkCube(finishing(look, black))
}
