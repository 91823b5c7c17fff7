package icc

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// A curve maps 0..1 to about 0..1.
type curve func(float64) float64

func fixed(b []byte) float64 { return float64(int32(binary.BigEndian.Uint32(b))) / 65536 }

// unit cuts v to 0..1; a number that is none becomes 0.
func unit(v float64) float64 {
	if v > 0 {
		return min(v, 1)
	}
	return 0
}

// readCurve reads a curv or para element and returns how many bytes it takes.
func readCurve(t []byte) (curve, int, error) {
	if len(t) < 12 {
		return nil, 0, errors.New("icc: short curve")
	}
	switch string(t[:4]) {
	case "curv":
		return readTable(t)
	case "para":
		return readFormula(t)
	}
	return nil, 0, fmt.Errorf("icc: curve of kind %q", t[:4])
}

func readTable(t []byte) (curve, int, error) {
	n := int64(binary.BigEndian.Uint32(t[8:]))
	if 12+2*n > int64(len(t)) {
		return nil, 0, errors.New("icc: short curve")
	}
	size := 12 + 2*int(n)
	switch n {
	case 0:
		return func(x float64) float64 { return x }, size, nil
	case 1:
		g := float64(binary.BigEndian.Uint16(t[12:])) / 256
		return func(x float64) float64 { return math.Pow(x, g) }, size, nil
	}
	return tableCurve(words(t[12:size])), size, nil
}

// words reads 16-bit numbers as 0..1.
func words(b []byte) []float32 {
	v := make([]float32, len(b)/2)
	for i := range v {
		v[i] = float32(binary.BigEndian.Uint16(b[2*i:])) / 65535
	}
	return v
}

// octets reads 8-bit numbers as 0..1.
func octets(b []byte) []float32 {
	v := make([]float32, len(b))
	for i := range v {
		v[i] = float32(b[i]) / 255
	}
	return v
}

// tableCurve draws straight lines through tab, which has at least two points.
func tableCurve(tab []float32) curve {
	return func(x float64) float64 {
		x = unit(x) * float64(len(tab)-1)
		i := min(int(x), len(tab)-2)
		f := x - float64(i)
		return float64(tab[i])*(1-f) + float64(tab[i+1])*f
	}
}

// readFormula reads one of the five parametric curves of version 4.
func readFormula(t []byte) (curve, int, error) {
	kind := int(binary.BigEndian.Uint16(t[8:]))
	counts := [...]int{1, 3, 4, 5, 7}
	if kind >= len(counts) || 12+4*counts[kind] > len(t) {
		return nil, 0, errors.New("icc: no such formula")
	}
	var v [7]float64
	for i := range counts[kind] {
		v[i] = fixed(t[12+4*i:])
	}
	g, a, b, c, d, e, f := v[0], v[1], v[2], v[3], v[4], v[5], v[6]
	power := func(x float64) float64 { return math.Pow(a*x+b, g) }
	formula := [...]curve{
		func(x float64) float64 { return math.Pow(x, g) },
		func(x float64) float64 { return either(a*x+b >= 0, power(x), 0) },
		func(x float64) float64 { return either(a*x+b >= 0, power(x), 0) + c },
		func(x float64) float64 { return either(x >= d, power(x), c*x) },
		func(x float64) float64 { return either(x >= d, power(x)+e, c*x+f) },
	}
	return formula[kind], 12 + 4*counts[kind], nil
}

func either(cond bool, yes, no float64) float64 {
	if cond {
		return yes
	}
	return no
}
