package main

import (
	"math"
	"sync"

	"pano/internal/icc"
)

const (
	lookSide  = 11 // points along each ink
	inkSide   = 25 // points along L*, a* and b*
	gamutSide = 13 // every other one of them
)

// whole is the number of L* 100 in version 2.
const whole = 65280.0 / 65535

// profile writes the profile of the separation.
func (s *separation) profile() []byte {
	o := icc.Output{Name: "Pano Coated (FOGRA39L, 300 %)", Licence: "CC0 1.0: no rights reserved", Paper: s.paper, Look: s.looks()}
	o.Relative, o.Perceptual, o.Gamut = s.tables()
	return o.Profile()
}

// looks is the table from inks to Lab. Its curves are the spread of the dots,
// so its points lie evenly on the paper.
func (s *separation) looks() icc.Table {
	t := icc.Table{Side: lookSide, After: lines(3, 2)}
	var ink [4][lookSide]float64
	for i := range ink {
		t.Before = append(t.Before, s.spread[i])
		for k := range ink[i] {
			ink[i][k] = s.uncover(i, float64(k)/(lookSide-1))
		}
	}
	const n = lookSide
	for i := range n * n * n * n {
		c := s.look(inks{ink[0][i/n/n/n], ink[1][i/n/n%n], ink[2][i/n%n], ink[3][i%n]})
		t.Nodes = append(t.Nodes, c.L/100*whole, (c.A+128)*256/65535, (c.B+128)*256/65535)
	}
	return t
}

// tables are those from Lab: the inks of each look, the inks of each look in
// the lightnesses that can be printed, and whether it can be printed at all.
// They hold the paper that inks cover, so that a straight line between two
// points is one to the eye, and their last curves turn that back to ink.
func (s *separation) tables() (relative, perceptual, gamut icc.Table) {
	const n = inkSide
	type found struct {
		plain, squeezed inks
		off             float64
	}
	all := make([]found, n*n*n)
	darkest := s.darkest()
	squeeze := squeezed(darkest)
	var wg sync.WaitGroup
	for l := range n {
		wg.Go(func() {
			for i := l * n * n; i < (l+1)*n*n; i++ {
				c := labAt(l, i/n%n, i%n)
				all[i].plain, all[i].off = s.ink(c, darkest)
				all[i].squeezed, _ = s.ink(squeeze(c), darkest)
			}
		})
	}
	wg.Wait()
	relative = icc.Table{Side: n, Before: fromLab(), After: s.lastCurves()}
	perceptual = relative
	gamut = icc.Table{Side: gamutSide, Before: fromLab(), After: lines(1, 2)}
	for i, f := range all {
		for ink := range f.plain {
			relative.Nodes = append(relative.Nodes, s.cover(ink, f.plain[ink]))
			perceptual.Nodes = append(perceptual.Nodes, s.cover(ink, f.squeezed[ink]))
		}
		if i/n/n%2 == 0 && i/n%n%2 == 0 && i%n%2 == 0 {
			out := 0.0
			if f.off >= 1 {
				out = min(f.off/10, 1)
			}
			gamut.Nodes = append(gamut.Nodes, out)
		}
	}
	return relative, perceptual, gamut
}

// labAt is the look at a point of a table from Lab.
func labAt(l, a, b int) icc.Lab {
	ab := func(i int) float64 { return float64(i)/(inkSide-1)*65535/256 - 128 }
	return icc.Lab{L: 100 * float64(l) / (inkSide - 1), A: ab(a), B: ab(b)}
}

// darkest is the L* of the darkest neutral within the limit.
func (s *separation) darkest() float64 {
	return s.look(s.solve(icc.Lab{}, s.mostBlack, inks{0.8, 0.7, 0.7, s.mostBlack})).L
}

// squeezed moves no light at all up to the darkest that can be printed, and
// leaves white where it is.
func squeezed(darkest float64) func(icc.Lab) icc.Lab {
	black, white := icc.Lab{L: darkest}.XYZ(), icc.Lab{L: 100}.XYZ()
	part := func(v, b, w float64) float64 { return b + v*(w-b)/w }
	return func(c icc.Lab) icc.Lab {
		v := c.XYZ()
		return icc.XYZ{X: part(v.X, black.X, white.X), Y: part(v.Y, black.Y, white.Y), Z: part(v.Z, black.Z, white.Z)}.Lab()
	}
}

// fromLab are the curves before a table from Lab: L* 100 becomes its last point.
func fromLab() [][]float64 {
	cs := lines(3, 1025)
	for i, v := range cs[0] {
		cs[0][i] = math.Min(v/whole, 1)
	}
	return cs
}

// lastCurves turn the paper that inks cover back to ink.
func (s *separation) lastCurves() [][]float64 {
	cs := lines(4, 512)
	for ink, c := range cs {
		for i, share := range c {
			c[i] = s.uncover(ink, share)
		}
		c[0], c[len(c)-1] = 0, 1
	}
	return cs
}

// lines are n straight curves of some points.
func lines(n, points int) [][]float64 {
	cs := make([][]float64, n)
	for i := range cs {
		cs[i] = make([]float64, points)
		for k := range cs[i] {
			cs[i][k] = float64(k) / float64(points-1)
		}
	}
	return cs
}
