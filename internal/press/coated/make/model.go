package main

import (
	"math"
	"sort"

	"pano/internal/icc"
)

// yuleNielsen is the factor with which light spreads under the dots, for the
// least mean difference from FOGRA39L with knots at 0, 40 and 100 %.
const yuleNielsen = 2.0

// A model tells how inks look: the cellular Neugebauer model as Yule and
// Nielsen mended it. Between the knots it mixes the looks of the corners by
// the paper that each covers.
type model struct {
	paper   icc.XYZ
	knots   []float64    // ink, 0 to 1
	spread  [4][]float64 // 256 points: ink to the share of paper that it covers
	covered [4][]float64 // that share at each knot
	corner  [][3]float64 // looks of the knots' combinations, as roots; black runs fastest
}

func root(v float64) float64 { return math.Pow(max(v, 0), 1/yuleNielsen) }

func roots(c icc.XYZ) [3]float64 { return [3]float64{root(c.X), root(c.Y), root(c.Z)} }

// fit makes the model of patches. It fails if they lack a combination of full
// inks or of the knots.
func fit(patches []patch, knots []float64) (*model, error) {
	m := &model{knots: knots}
	var err error
	if m.paper, err = lookUp(patches, inks{}); err != nil {
		return nil, err
	}
	for ink := range 4 {
		if m.spread[ink], err = m.ramp(patches, ink); err != nil {
			return nil, err
		}
		for _, k := range knots {
			m.covered[ink] = append(m.covered[ink], m.cover(ink, k))
		}
	}
	k := len(knots)
	for i := range k * k * k * k {
		c := inks{knots[i/k/k/k], knots[i/k/k%k], knots[i/k%k], knots[i%k]}
		xyz, err := lookUp(patches, c)
		if err != nil {
			return nil, err
		}
		m.corner = append(m.corner, roots(xyz))
	}
	return m, nil
}

// ramp fits how far the dots of one ink spread, from the patches of it alone.
func (m *model) ramp(patches []patch, ink int) ([]float64, error) {
	full := inks{}
	full[ink] = 1
	solid, err := lookUp(patches, full)
	if err != nil {
		return nil, err
	}
	paper, end := roots(m.paper), roots(solid)
	x, y := []float64{0}, []float64{0}
	for percent := 1; percent < 100; percent++ {
		c := inks{}
		c[ink] = float64(percent) / 100
		seen, err := lookUp(patches, c)
		if err != nil {
			continue // the data has a step here and there only
		}
		num, den := 0.0, 0.0
		for i, r := range roots(seen) {
			num += (paper[i] - r) * (paper[i] - end[i])
			den += (paper[i] - end[i]) * (paper[i] - end[i])
		}
		x, y = append(x, c[ink]), append(y, num/den)
	}
	return smooth(append(x, 1), append(y, 1)), nil
}

// smooth draws 256 points of a curve through the given ones.
func smooth(x, y []float64) []float64 {
	line := make([]float64, 256)
	last := len(x) - 1
	slope := func(i int) float64 {
		a, b := max(i-1, 0), min(i+1, last)
		return (y[b] - y[a]) / (x[b] - x[a])
	}
	for i := range line {
		v := float64(i) / 255
		j := max(sort.SearchFloat64s(x, v)-1, 0)
		w := x[j+1] - x[j]
		t := (v - x[j]) / w
		t2, t3 := t*t, t*t*t
		line[i] = (2*t3-3*t2+1)*y[j] + (t3-2*t2+t)*w*slope(j) + (3*t2-2*t3)*y[j+1] + (t3-t2)*w*slope(j+1)
	}
	return line
}

// cover is the share of paper under an amount of ink.
func (m *model) cover(ink int, v float64) float64 {
	x := min(max(v, 0), 1) * 255
	i := min(int(x), 254)
	f := x - float64(i)
	return m.spread[ink][i]*(1-f) + m.spread[ink][i+1]*f
}

// uncover is the ink that covers a share of the paper.
func (m *model) uncover(ink int, share float64) float64 {
	low, high := 0.0, 1.0
	for range 40 {
		if mid := (low + high) / 2; m.cover(ink, mid) < share {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2
}

// xyz is the look of inks under D50.
func (m *model) xyz(c inks) icc.XYZ {
	var cell [4]int
	var part [4]float64
	for ink, share := range m.covered {
		v := m.cover(ink, c[ink])
		i := 0
		for i < len(share)-2 && v > share[i+1] {
			i++
		}
		cell[ink], part[ink] = i, (v-share[i])/(share[i+1]-share[i])
	}
	var mixed [3]float64
	for corner := range 16 {
		weight, at := 1.0, 0
		for ink := range 4 {
			up := corner >> ink & 1
			at = at*len(m.knots) + cell[ink] + up
			weight *= float64(up)*part[ink] + float64(1-up)*(1-part[ink])
		}
		if weight == 0 {
			continue
		}
		for i, v := range m.corner[at] {
			mixed[i] += weight * v
		}
	}
	seen := func(i int) float64 { return math.Pow(mixed[i], yuleNielsen) }
	return icc.XYZ{X: seen(0), Y: seen(1), Z: seen(2)}
}

// look is the look of inks beside the paper.
func (m *model) look(c inks) icc.Lab { return relative(m.xyz(c), m.paper) }
