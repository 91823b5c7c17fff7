package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"pano/internal/icc"
)

// inks is cyan, magenta, yellow and black, each 0 to 1.
type inks = [4]float64

// A patch is a printed spot: its ink, and its look under D50, white being Y = 1.
type patch struct {
	ink inks
	xyz icc.XYZ
}

// readPatches reads the data of a .ti3 file. It fails for a file without
// patches or without the fields of four inks and XYZ, and for a field that is
// no number.
func readPatches(r io.Reader) ([]patch, error) {
	var patches []patch
	var at []int
	section := ""
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		switch {
		case len(fields) == 0:
		case strings.HasPrefix(fields[0], "BEGIN_"), strings.HasPrefix(fields[0], "END_"):
			section = fields[0]
		case section == "BEGIN_DATA_FORMAT":
			for _, name := range []string{"CMYK_C", "CMYK_M", "CMYK_Y", "CMYK_K", "XYZ_X", "XYZ_Y", "XYZ_Z"} {
				at = append(at, slices.Index(fields, name))
			}
		case section == "BEGIN_DATA":
			p, err := readPatch(fields, at)
			if err != nil {
				return nil, err
			}
			patches = append(patches, p)
		}
	}
	if len(patches) == 0 {
		return nil, errors.New("no patches")
	}
	return patches, lines.Err()
}

func readPatch(fields []string, at []int) (patch, error) {
	var v [7]float64
	if len(at) != len(v) {
		return patch{}, errors.New("data before its fields are named")
	}
	for i, k := range at {
		if k < 0 || k >= len(fields) {
			return patch{}, fmt.Errorf("%q lacks a field of inks or XYZ", fields)
		}
		n, err := strconv.ParseFloat(fields[k], 64)
		if err != nil {
			return patch{}, err
		}
		v[i] = n / 100
	}
	return patch{inks(v[:4]), icc.XYZ{X: v[4], Y: v[5], Z: v[6]}}, nil
}

// lookUp returns the mean look of the patches with just this ink.
func lookUp(patches []patch, ink inks) (mean icc.XYZ, err error) {
	n := 0.0
	for _, p := range patches {
		if apart(p.ink, ink) < 1e-6 {
			mean.X, mean.Y, mean.Z = mean.X+p.xyz.X, mean.Y+p.xyz.Y, mean.Z+p.xyz.Z
			n++
		}
	}
	if n == 0 {
		return icc.XYZ{}, fmt.Errorf("no patch of the inks %v", ink)
	}
	return icc.XYZ{X: mean.X / n, Y: mean.Y / n, Z: mean.Z / n}, nil
}

func apart(a, b inks) (d float64) {
	for i := range a {
		d += math.Abs(a[i] - b[i])
	}
	return d
}

// relative is a look as seen beside the paper.
func relative(c, paper icc.XYZ) icc.Lab {
	d50 := icc.Lab{L: 100}.XYZ()
	return icc.XYZ{X: c.X / paper.X * d50.X, Y: c.Y / paper.Y * d50.Y, Z: c.Z / paper.Z * d50.Z}.Lab()
}
