package icc

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// A colour is up to four components, 0..1 in a device space.
type colour [4]float64

// A step turns one colour into the next.
type step func(colour) colour

// chain does the steps one after the other.
func chain(steps []step) step {
	return func(c colour) colour {
		for _, s := range steps {
			c = s(c)
		}
		return c
	}
}

// curves applies each curve to its component, cut to 0..1 before.
func curves(cs []curve) step {
	return func(c colour) colour {
		for i, f := range cs {
			c[i] = f(unit(c[i]))
		}
		return c
	}
}

// matrix multiplies by the 3 × 3 part of m and adds the last three.
func matrix(m [12]float64) step {
	return func(c colour) colour {
		return colour{
			m[0]*c[0] + m[1]*c[1] + m[2]*c[2] + m[9],
			m[3]*c[0] + m[4]*c[1] + m[5]*c[2] + m[10],
			m[6]*c[0] + m[7]*c[1] + m[8]*c[2] + m[11],
		}
	}
}

// A grid is a table in 1, 3 or 4 dimensions, the last one running fastest.
type grid struct {
	side []int // points along each dimension, at least 2
	out  int
	tab  []float32
	lab  bool // Lab comes in
}

// cells counts the numbers of a grid, or fails if room cannot hold them.
func cells(side []int, out int, room int64) (int, error) {
	n := int64(out)
	for _, s := range side {
		if s < 2 {
			return 0, errors.New("icc: grid with less than two points")
		}
		if n *= int64(s); n > room {
			return 0, errors.New("icc: short grid")
		}
	}
	return int(n), nil
}

// at reads the grid: along the first of four dimensions in a straight line,
// within the other three in the tetrahedron around the point. Greys run along
// the long edge of a tetrahedron in a device space, but not in Lab: there all
// eight points around count, as with Little CMS.
func (g grid) at(c colour) colour {
	base, stride := 0, g.out
	var up [4]int
	var part [4]float64
	for i := len(g.side) - 1; i >= 0; i-- {
		x := unit(c[i]) * float64(g.side[i]-1)
		k := min(int(x), g.side[i]-2)
		base += k * stride
		up[i], part[i] = stride, x-float64(k)
		stride *= g.side[i]
	}
	switch len(g.side) {
	case 1:
		return g.line(base, up[0], part[0])
	case 3:
		if g.lab {
			return g.box(base, [3]int(up[:3]), [3]float64(part[:3]))
		}
		return g.tetrahedron(base, [3]int(up[:3]), [3]float64(part[:3]))
	}
	low := g.tetrahedron(base, [3]int(up[1:]), [3]float64(part[1:]))
	high := g.tetrahedron(base+up[0], [3]int(up[1:]), [3]float64(part[1:]))
	for i := range low {
		low[i] += part[0] * (high[i] - low[i])
	}
	return low
}

func (g grid) line(base, up int, f float64) (o colour) {
	for i := range g.out {
		a, b := float64(g.tab[base+i]), float64(g.tab[base+up+i])
		o[i] = a + f*(b-a)
	}
	return o
}

// box weighs the eight points around by how near they are.
func (g grid) box(base int, up [3]int, f [3]float64) (o colour) {
	for corner := range 8 {
		at, weight := base, 1.0
		for d := range 3 {
			if corner>>d&1 == 0 {
				weight *= 1 - f[d]
				continue
			}
			at += up[d]
			weight *= f[d]
		}
		for i := range g.out {
			o[i] += weight * float64(g.tab[at+i])
		}
	}
	return o
}

// tetrahedron walks from the near corner to the far one, the longest way first.
func (g grid) tetrahedron(base int, up [3]int, f [3]float64) (o colour) {
	swap := func(i, j int) {
		if f[i] < f[j] {
			f[i], f[j], up[i], up[j] = f[j], f[i], up[j], up[i]
		}
	}
	swap(0, 1)
	swap(1, 2)
	swap(0, 1)
	weight := [4]float64{1 - f[0], f[0] - f[1], f[1] - f[2], f[2]}
	for corner, w := range weight {
		if corner > 0 {
			base += up[corner-1]
		}
		for i := range g.out {
			o[i] += w * float64(g.tab[base+i])
		}
	}
	return o
}

// readLUT reads a table of any of the four kinds, from in to out components;
// lab says that Lab comes in.
func readLUT(t []byte, in, out int, lab bool) (step, error) {
	if len(t) < 32 || int(t[8]) != in || int(t[9]) != out {
		return nil, errors.New("icc: table of another shape")
	}
	switch kind := string(t[:4]); kind {
	case "mft1", "mft2":
		return readOldLUT(t, kind == "mft2", lab)
	case "mAB ", "mBA ":
		return readNewLUT(t, kind == "mAB ", lab)
	default:
		return nil, fmt.Errorf("icc: table of kind %q", kind)
	}
}

// readOldLUT reads matrix, curves, grid and curves, of 8 or 16 bits.
func readOldLUT(t []byte, wide, lab bool) (step, error) {
	in, out := int(t[8]), int(t[9])
	if len(t) < 52 {
		return nil, errors.New("icc: short table")
	}
	before, after, rest, width, numbers := 256, 256, t[48:], 1, octets
	if wide {
		before, after = int(binary.BigEndian.Uint16(t[48:])), int(binary.BigEndian.Uint16(t[50:]))
		rest, width, numbers = t[52:], 2, words
	}
	if before < 2 || after < 2 {
		return nil, errors.New("icc: curve of less than two points")
	}
	g := grid{out: out, lab: lab}
	for range in {
		g.side = append(g.side, int(t[10]))
	}
	n, err := cells(g.side, out, int64(len(rest)))
	if err != nil {
		return nil, err
	}
	if width*(in*before+n+out*after) > len(rest) {
		return nil, errors.New("icc: short table")
	}
	take := func(n int) []float32 {
		v := numbers(rest[:n*width])
		rest = rest[n*width:]
		return v
	}
	set := func(channels, points int) (cs []curve) {
		for range channels {
			cs = append(cs, tableCurve(take(points)))
		}
		return cs
	}
	var steps []step
	if in == 3 {
		var m [12]float64
		for i := range 9 {
			m[i] = fixed(t[12+4*i:])
		}
		steps = append(steps, matrix(m))
	}
	steps = append(steps, curves(set(in, before)))
	g.tab = take(n)
	return chain(append(steps, g.at, curves(set(out, after)))), nil
}

// readNewLUT reads the five parts of a version 4 table, each of which may be missing.
func readNewLUT(t []byte, fromDevice, lab bool) (step, error) {
	in, out := int(t[8]), int(t[9])
	pcs, device := in, out
	if fromDevice {
		pcs, device = out, in
	}
	var part [5]step // B curves, matrix, M curves, grid, A curves
	var err error
	for i, read := range []func([]byte) (step, error){
		func(b []byte) (step, error) { return readCurves(b, pcs) },
		readMatrix,
		func(b []byte) (step, error) { return readCurves(b, pcs) },
		func(b []byte) (step, error) { return readGrid(b, in, out, lab) },
		func(b []byte) (step, error) { return readCurves(b, device) },
	} {
		off := int64(binary.BigEndian.Uint32(t[12+4*i:]))
		if off == 0 {
			continue
		}
		if off >= int64(len(t)) {
			return nil, errors.New("icc: table part lies outside")
		}
		if part[i], err = read(t[off:]); err != nil {
			return nil, err
		}
	}
	if part[3] == nil && in != out {
		return nil, errors.New("icc: table without a grid")
	}
	var steps []step
	for i := range part {
		if fromDevice {
			i = len(part) - 1 - i
		}
		if part[i] != nil {
			steps = append(steps, part[i])
		}
	}
	return chain(steps), nil
}

func readCurves(b []byte, n int) (step, error) {
	var cs []curve
	for range n {
		c, size, err := readCurve(b)
		if err != nil {
			return nil, err
		}
		cs = append(cs, c)
		b = b[min((size+3)&^3, len(b)):]
	}
	return curves(cs), nil
}

func readMatrix(b []byte) (step, error) {
	if len(b) < 48 {
		return nil, errors.New("icc: short matrix")
	}
	var m [12]float64
	for i := range m {
		m[i] = fixed(b[4*i:])
	}
	return matrix(m), nil
}

func readGrid(b []byte, in, out int, lab bool) (step, error) {
	if len(b) < 20 {
		return nil, errors.New("icc: short grid")
	}
	g := grid{out: out, lab: lab}
	for i := range in {
		g.side = append(g.side, int(b[i]))
	}
	width, b := int(b[16]), b[20:]
	if width != 1 && width != 2 {
		return nil, errors.New("icc: grid of neither 8 nor 16 bits")
	}
	n, err := cells(g.side, out, int64(len(b)))
	if err != nil {
		return nil, err
	}
	if n*width > len(b) {
		return nil, errors.New("icc: short grid")
	}
	if g.tab = octets(b[:min(n, len(b))]); width == 2 {
		g.tab = words(b[:2*n])
	}
	return g.at, nil
}
