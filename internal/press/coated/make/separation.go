package main

import (
	"math"

	"pano/internal/icc"
)

// A separation chooses among the many mixtures of four inks that look alike.
type separation struct {
	*model
	limit     float64 // the most ink on one spot, 3 = three full inks
	mostBlack float64
	blackFrom float64 // L* below which neutrals get black
}

// The least squares weigh three wishes. A look that is off by 1 in Lab counts 1.
const (
	strict  = 400 // for a full ink above the limit: never
	willing = 4   // for a full ink of black more or less than wanted: a look comes first
)

// near is a difference, in Lab units, that is not worth mending.
const near = 0.6

// ink returns the inks that look like c, or nearest to it, and how far their
// look is from c. darkest is the L* of the darkest neutral that can be printed.
//
// Lightness and colour say how much black is wanted. There is less where the
// look cannot be had otherwise, and more where it would not get dark enough;
// neighbouring looks always get neighbouring inks, since tables are read by
// straight lines between them.
func (s *separation) ink(c icc.Lab, darkest float64) (inks, float64) {
	black := s.black(c, darkest)
	ink := s.solve(c, black, inks{0.5, 0.4, 0.4, black})
	m := s.miss(c, black, ink)
	off := math.Sqrt(m[0]*m[0] + m[1]*m[1] + m[2]*m[2])
	if aim := keptBlue(c, off); aim != c {
		ink = s.solve(aim, black, ink)
	}
	return ink, off
}

// keptBlue is what to aim at for c, which cannot be had by off. In Lab a blue
// that fades along a straight line turns purple to the eye; the further it has
// to fade, the more its hue is turned towards cyan.
func keptBlue(c icc.Lab, off float64) icc.Lab {
	const (
		middle, reach = -60.0, 35.0 // degrees of hue
		turn, far     = 22.0, 50.0  // degrees at most, and ΔE76 for that
	)
	beside := math.Abs(math.Atan2(c.B, c.A)*180/math.Pi-middle) / reach
	if beside >= 1 || off <= 1 {
		return c
	}
	window := (1 + math.Cos(math.Pi*beside)) / 2
	sin, cos := math.Sincos(-turn * window * min((off-1)/far, 1) * math.Pi / 180)
	return icc.Lab{L: c.L, A: c.A*cos - c.B*sin, B: c.A*sin + c.B*cos}
}

// black is how much black a colour should have: the more the darker, and the
// less the more colourful it is.
func (s *separation) black(c icc.Lab, darkest float64) float64 {
	dark := min(max((s.blackFrom-c.L)/(s.blackFrom-darkest), 0), 1)
	return s.mostBlack * math.Pow(dark, 1.6) * max(0, 1-math.Hypot(c.A, c.B)/110)
}

// A miss is how far inks are from what is wanted: L*, a*, b*, limit, black.
type miss [5]float64

func (m miss) square() (sum float64) {
	for _, v := range m {
		sum += v * v
	}
	return sum
}

func (s *separation) miss(want icc.Lab, black float64, ink inks) miss {
	c := s.look(ink)
	over := max(ink[0]+ink[1]+ink[2]+ink[3]-s.limit, 0)
	return miss{c.L - want.L, c.A - want.A, c.B - want.B, strict * over, willing * (ink[3] - black)}
}

// most is the most of one ink.
func (s *separation) most(ink int) float64 {
	if ink == 3 {
		return s.mostBlack
	}
	return 1
}

// solve finds the inks of the least miss, from a start, by the method of
// Levenberg and Marquardt.
func (s *separation) solve(c icc.Lab, black float64, ink inks) inks {
	damping := 1e-2
	for range 60 {
		next, better := s.stride(c, black, ink, &damping)
		if !better {
			break
		}
		gain := s.miss(c, black, ink).square() - s.miss(c, black, next).square()
		if ink = next; gain < 1e-9 {
			break
		}
	}
	return ink
}

// stride takes one step that lessens the miss, if there is one.
func (s *separation) stride(c icc.Lab, black float64, ink inks, damping *float64) (inks, bool) {
	off := s.miss(c, black, ink)
	slope := s.slope(c, black, ink, off)
	var down inks
	var bend [4][4]float64
	for a := range ink {
		for i := range off {
			down[a] -= slope[i][a] * off[i]
			for b := range ink {
				bend[a][b] += slope[i][a] * slope[i][b]
			}
		}
	}
	for range 10 {
		step := solved(s.damped(bend, down, ink, *damping))
		next := ink
		for a := range next {
			next[a] = min(max(ink[a]+step[a], 0), s.most(a))
		}
		if s.miss(c, black, next).square() < off.square() {
			*damping = max(*damping/5, 1e-7)
			return next, true
		}
		*damping *= 6
	}
	return ink, false
}

// slope is how the miss changes with each ink.
func (s *separation) slope(c icc.Lab, black float64, ink inks, off miss) (slope [5]inks) {
	for a := range ink {
		little := 1e-4
		if ink[a]+little > 1 {
			little = -little
		}
		moved := ink
		moved[a] += little
		for i, v := range s.miss(c, black, moved) {
			slope[i][a] = (v - off[i]) / little
		}
	}
	return slope
}

// damped is the system of a damped step. An ink that is at its end and would
// leave it stays where it is.
func (s *separation) damped(m [4][4]float64, v, ink inks, damping float64) ([4][4]float64, inks) {
	for a := range m {
		m[a][a] = m[a][a]*(1+damping) + 1e-9
	}
	for a := range m {
		if ink[a] <= 0 && v[a] < 0 || ink[a] >= s.most(a) && v[a] > 0 {
			for b := range m {
				m[a][b], m[b][a] = 0, 0
			}
			m[a][a], v[a] = 1, 0
		}
	}
	return m, v
}

// solved solves four equations whose matrix is symmetric and positive.
func solved(m [4][4]float64, v inks) (x inks) {
	for i := range m {
		for row := i + 1; row < len(m); row++ {
			part := m[row][i] / m[i][i]
			for k := i; k < len(m); k++ {
				m[row][k] -= part * m[i][k]
			}
			v[row] -= part * v[i]
		}
	}
	for i := len(m) - 1; i >= 0; i-- {
		x[i] = v[i]
		for k := i + 1; k < len(m); k++ {
			x[i] -= m[i][k] * x[k]
		}
		x[i] /= m[i][i]
	}
	return x
}
