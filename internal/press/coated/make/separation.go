package main

import (
	"math"

	"pano/internal/icc"
)

// A separation chooses among the many mixtures of four inks that look alike.
type separation struct {
	*model
	limit     float64 // the most ink on one spot, 3 = three full inks
	mostBlack float64 // of neutral darks
	blackFrom float64 // L* below which neutrals get black
}

// near is a difference, in Lab units, that is no longer worth mending.
const near = 0.6

// ink returns the inks that look like c, or nearest to it, and by how much the
// look differs. darkest is the L* of the darkest neutral that can be printed.
//
// Lightness decides how much black; less of it is taken where a colour cannot
// be had otherwise, and more where it would not get dark enough.
func (s *separation) ink(c icc.Lab, darkest float64) (inks, float64) {
	const steps = 8
	wanted := s.black(c, darkest)
	best, least := inks{}, math.Inf(1)
	try := func(k float64) bool {
		ink, off := s.solve(c, k, [3]float64{0.5, 0.4, 0.4})
		if off < least-0.05 {
			best, least = ink, off
		}
		return least < near
	}
	for i := range steps + 1 {
		if try(wanted*(1-float64(i)/steps)) || wanted == 0 {
			break
		}
	}
	for k := wanted; k <= s.mostBlack && least > near; k += 0.05 {
		try(k)
	}
	return best, least
}

// black is how much black a colour should have: the more the darker, and the
// less the more colourful it is.
func (s *separation) black(c icc.Lab, darkest float64) float64 {
	dark := min(max((s.blackFrom-c.L)/(s.blackFrom-darkest), 0), 1)
	return s.mostBlack * math.Pow(dark, 1.6) * max(0, 1-math.Hypot(c.A, c.B)/110)
}

// A miss is how far a mixture is from what is wanted: in Lab, and above the limit.
type miss [4]float64

func (m miss) square() (sum float64) {
	for _, v := range m {
		sum += v * v
	}
	return sum
}

func (s *separation) miss(want icc.Lab, cmy [3]float64, k float64) miss {
	c := s.look(inks{cmy[0], cmy[1], cmy[2], k})
	const strict = 400
	over := max(cmy[0]+cmy[1]+cmy[2]+k-s.limit, 0)
	return miss{c.L - want.L, c.A - want.A, c.B - want.B, strict * over}
}

// solve finds cyan, magenta and yellow beside a given black, from a start, by
// the method of Levenberg and Marquardt. It returns the inks and how far their
// look is from c.
func (s *separation) solve(c icc.Lab, k float64, cmy [3]float64) (inks, float64) {
	off := s.miss(c, cmy, k)
	damping := 1e-2
	for range 40 {
		next, better := s.stride(c, k, cmy, off, &damping)
		if !better {
			break
		}
		cmy = next
		if off = s.miss(c, cmy, k); off.square() < 1e-4 {
			break
		}
	}
	return inks{cmy[0], cmy[1], cmy[2], k}, math.Sqrt(off.square())
}

// stride takes one step that lessens the miss, if there is one.
func (s *separation) stride(c icc.Lab, k float64, cmy [3]float64, off miss, damping *float64) ([3]float64, bool) {
	slope := s.slope(c, k, cmy, off)
	var down [3]float64
	var bend [3][3]float64
	for a := range 3 {
		for i := range off {
			down[a] -= slope[i][a] * off[i]
			for b := range 3 {
				bend[a][b] += slope[i][a] * slope[i][b]
			}
		}
	}
	for range 8 {
		step := solve3(damped(bend, down, cmy, *damping))
		var next [3]float64
		for a := range next {
			next[a] = min(max(cmy[a]+step[a], 0), 1)
		}
		if s.miss(c, next, k).square() < off.square()-1e-12 {
			*damping = max(*damping/5, 1e-7)
			return next, true
		}
		*damping *= 6
	}
	return cmy, false
}

// slope is how the miss changes with each ink.
func (s *separation) slope(c icc.Lab, k float64, cmy [3]float64, off miss) (slope [4][3]float64) {
	for a := range cmy {
		little := 1e-3
		if cmy[a]+little > 1 {
			little = -little
		}
		moved := cmy
		moved[a] += little
		for i, v := range s.miss(c, moved, k) {
			slope[i][a] = (v - off[i]) / little
		}
	}
	return slope
}

// damped is the system of a damped step. An ink that is at its end and would
// leave it stays where it is.
func damped(m [3][3]float64, v, cmy [3]float64, damping float64) ([3][3]float64, [3]float64) {
	for a := range 3 {
		m[a][a] = m[a][a]*(1+damping) + 1e-9
	}
	for a := range 3 {
		if cmy[a] <= 0 && v[a] < 0 || cmy[a] >= 1 && v[a] > 0 {
			for b := range 3 {
				m[a][b], m[b][a] = 0, 0
			}
			m[a][a], v[a] = 1, 0
		}
	}
	return m, v
}

// solve3 solves three equations; nothing moves if they say nothing.
func solve3(m [3][3]float64, v [3]float64) (x [3]float64) {
	whole := determinant(m)
	if whole == 0 {
		return x
	}
	for i := range x {
		part := m
		for row := range part {
			part[row][i] = v[row]
		}
		x[i] = determinant(part) / whole
	}
	return x
}

func determinant(m [3][3]float64) float64 {
	return m[0][0]*(m[1][1]*m[2][2]-m[1][2]*m[2][1]) -
		m[0][1]*(m[1][0]*m[2][2]-m[1][2]*m[2][0]) +
		m[0][2]*(m[1][0]*m[2][1]-m[1][1]*m[2][0])
}
