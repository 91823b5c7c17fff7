package icc

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func parse(t testing.TB, b []byte) *Profile {
	t.Helper()
	p, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// littleCMS asks transicc for the sRGB colours, 0..255, of device colours 0..255.
func littleCMS(t *testing.T, profile []byte, in [][]float64) [][3]float64 {
	t.Helper()
	if _, err := exec.LookPath("transicc"); err != nil {
		t.Fatal("install liblcms2-utils: ", err)
	}
	path := filepath.Join(t.TempDir(), "p.icc")
	if err := os.WriteFile(path, profile, 0o600); err != nil {
		t.Fatal(err)
	}
	ink := parse(t, profile).Space() == CMYK
	var ask strings.Builder
	for _, c := range in {
		for _, v := range c {
			if ink {
				v /= 2.55 // transicc reads inks in percent
			}
			fmt.Fprintf(&ask, "%.6f\n", v)
		}
	}
	cmd := exec.Command("transicc", "-v0", "-i"+path, "-o*sRGB", "-t1", "-b", "-n", "-c0", "-s")
	cmd.Stdin = strings.NewReader(ask.String())
	said, err := cmd.Output()
	if err != nil {
		t.Fatal("transicc: ", err)
	}
	out := make([][3]float64, len(in))
	r := strings.NewReader(string(said))
	for i := range out {
		if _, err := fmt.Fscan(r, &out[i][0], &out[i][1], &out[i][2]); err != nil {
			t.Fatalf("transicc said %d colours of %d: %v", i, len(in), err)
		}
	}
	return out
}

// samples returns the corners of a space, greys, and colours in between.
func samples(channels int) (in [][]float64) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 1 << channels {
		c := make([]float64, channels)
		for k := range c {
			c[k] = float64(i >> k & 1 * 255)
		}
		in = append(in, c)
	}
	for v := 0; v < 256; v += 5 {
		in = append(in, bytes2floats(bytes.Repeat([]byte{byte(v)}, channels)))
	}
	for range 600 {
		c := make([]float64, channels)
		for k := range c {
			c[k] = float64(r.IntN(256))
		}
		if channels < 4 || c[0]+c[1]+c[2]+c[3] <= 3.3*255 { // no press takes more ink
			in = append(in, c)
		}
	}
	return in
}

func bytes2floats(b []byte) (f []float64) {
	for _, v := range b {
		f = append(f, float64(v))
	}
	return f
}

// turned sends colours through the cube as the pixels of a picture.
func turned(t *testing.T, p *Profile, in [][]float64) (out [][3]float64) {
	t.Helper()
	cube, err := p.ToSRGB()
	if err != nil {
		t.Fatal(err)
	}
	var img *image.NRGBA
	if p.Space() == CMYK {
		ink := image.NewCMYK(image.Rect(0, 0, len(in), 1))
		for i, c := range in {
			ink.SetCMYK(i, 0, color.CMYK{C: uint8(c[0]), M: uint8(c[1]), Y: uint8(c[2]), K: uint8(c[3])})
		}
		img = cube.FromCMYK(ink)
	} else {
		img = image.NewNRGBA(image.Rect(0, 0, len(in), 1))
		for i, c := range in {
			img.SetNRGBA(i, 0, color.NRGBA{uint8(c[0]), uint8(c[len(c)/2]), uint8(c[len(c)-1]), 255})
		}
		cube.Turn(img)
	}
	for i := range in {
		c := img.NRGBAAt(i, 0)
		out = append(out, [3]float64{float64(c.R), float64(c.G), float64(c.B)})
	}
	return out
}

func srgbLab(c [3]float64) Lab {
	v := srgbMatrix().toXYZ().times([3]float64{light(c[0] / 255), light(c[1] / 255), light(c[2] / 255)})
	return XYZ{v[0], v[1], v[2]}.Lab()
}

func fileProfile(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("/usr/share/color/icc/ghostscript/" + name)
	if err != nil {
		t.Fatal("install libgs-common: ", err)
	}
	return b
}

// press is a profile of offset print made by this test: tables of the given
// kind for both directions. Its table from Lab knows only black ink, so its
// perceptual black is that of one full ink.
func press(kind string) []byte {
	look := coated()
	const side = 9
	table := func(in, out int, f func(colour) colour) []byte {
		var nodes []float64
		grid := side
		n := int(math.Pow(float64(grid), float64(in)))
		for i := range n {
			var c colour
			for d, rest := in-1, i; d >= 0; d, rest = d-1, rest/grid {
				c[d] = float64(rest%grid) / float64(grid-1)
			}
			o := f(c)
			nodes = append(nodes, o[:out]...)
		}
		return lutTag(kind, in, out, grid, nodes)
	}
	l, ab := labScale(kind)
	a2b := table(4, 3, func(c colour) colour {
		v := look(c).Lab()
		return colour{v.L / l, (v.A + 128) / ab, (v.B + 128) / ab}
	})
	b2a := table(3, 4, func(c colour) colour { return colour{0, 0, 0, unit(1 - c[0]*l/100)} })
	if kind == "mAB " {
		copy(b2a, "mBA ")
	}
	p := writeProfile("prtr", CMYK, LAB, []tag{
		{"desc", descTag("Test press " + kind)}, {"cprt", textTag("none")}, {"wtpt", xyzTag(white.X, white.Y, white.Z)},
		{"A2B0", a2b}, {"A2B1", a2b}, {"B2A0", b2a}, {"B2A1", b2a},
	})
	if kind == "mAB " {
		p[8] = 4
	}
	return p
}

// lutTag writes a table without curves or matrix around its nodes.
func lutTag(kind string, in, out, side int, nodes []float64) []byte {
	be := binary.BigEndian
	b := append([]byte(kind), 0, 0, 0, 0, byte(in), byte(out), byte(side), 0)
	put := func(v float64) {
		if kind == "mft1" {
			b = append(b, byte(math.Round(unit(v)*255)))
		} else {
			b = be.AppendUint16(b, uint16(math.Round(unit(v)*65535)))
		}
	}
	if kind == "mAB " {
		return newLutTag(b[:12], in, out, side, nodes)
	}
	for i := range 9 {
		b = be.AppendUint32(b, uint32(either(i%4 == 0, 65536, 0)))
	}
	points := 256
	if kind == "mft2" {
		points = 2
		b = append(b, 0, 2, 0, 2)
	}
	line := func(n int) {
		for range n {
			for i := range points {
				put(float64(i) / float64(points-1))
			}
		}
	}
	line(in)
	for _, v := range nodes {
		put(v)
	}
	line(out)
	return b
}

// newLutTag writes the version 4 table with B curves, grid and A curves only, all straight.
func newLutTag(head []byte, in, out, side int, nodes []float64) []byte {
	be := binary.BigEndian
	b := append(head[:10:10], 0, 0)
	straight := func(n int) {
		for range n {
			b = append(b, "curv\x00\x00\x00\x00\x00\x00\x00\x00"...)
		}
	}
	offsets := len(b)
	b = append(b, make([]byte, 20)...)
	pcsCurves, deviceCurves := out, in
	if in == 3 {
		pcsCurves, deviceCurves = in, out
	}
	be.PutUint32(b[offsets:], uint32(len(b)))
	straight(pcsCurves)
	be.PutUint32(b[offsets+12:], uint32(len(b)))
	sides := make([]byte, 16)
	for i := range in {
		sides[i] = byte(side)
	}
	b = append(append(b, sides...), 2, 0, 0, 0)
	for _, v := range nodes {
		b = be.AppendUint16(b, uint16(math.Round(unit(v)*65535)))
	}
	b = append(b, make([]byte, -len(b)&3)...)
	be.PutUint32(b[offsets+16:], uint32(len(b)))
	straight(deviceCurves)
	return b
}

func grey(gamma float64) []byte {
	return writeProfile("mntr", Grey, "XYZ ", []tag{
		{"desc", descTag("Test grey")}, {"cprt", textTag("none")}, {"wtpt", xyzTag(white.X, white.Y, white.Z)},
		{"kTRC", gammaTag(gamma)},
	})
}

// profiles are of every kind that is read.
func profiles(t *testing.T) map[string][]byte {
	linear := srgbMatrix()
	linear.Gamma = 1
	return map[string][]byte{
		"sRGB": SRGB(), "Display P3": DisplayP3(), "Adobe RGB": AdobeRGB(), "linear": MatrixProfile(linear),
		"ProPhoto": MatrixProfile(Matrix{"Wide", XY{0.7347, 0.2653}, XY{0.1596, 0.8404}, XY{0.0366, 0.0001}, XY{0.3457, 0.3585}, 1.8}),
		"grey 2.2": grey(2.2), "grey sRGB": grey(0),
		"press mft1": press("mft1"), "press mft2": press("mft2"), "press mAB": press("mAB "),
		"a98": fileProfile(t, "a98.icc"), "esrgb": fileProfile(t, "esrgb.icc"), "sgray": fileProfile(t, "sgray.icc"),
		"SWOP": fileProfile(t, "default_cmyk.icc"), "v4 rgb": fileProfile(t, "ps_rgb.icc"),
		"v4 grey": fileProfile(t, "ps_gray.icc"), "v4 cmyk": fileProfile(t, "ps_cmyk.icc"),
	}
}

// apart returns the mean and the largest difference of colours, and where that is.
func apart(got, want [][3]float64) (mean, worst float64, at int) {
	for i := range got {
		d := DeltaE(srgbLab(got[i]), srgbLab(want[i]))
		if mean += d / float64(len(got)); d > worst {
			worst, at = d, i
		}
	}
	return mean, worst, at
}

func TestFormulasAgreeWithLittleCMS(t *testing.T) {
	for name, profile := range profiles(t) {
		p := parse(t, profile)
		in := samples(p.Space().channels())
		f, err := p.toSRGB()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got [][3]float64
		for _, c := range in {
			var v colour
			for i := range c {
				v[i] = c[i] / 255
			}
			o := f(v)
			got = append(got, [3]float64{255 * unit(o[0]), 255 * unit(o[1]), 255 * unit(o[2])})
		}
		want := littleCMS(t, profile, in)
		if _, worst, at := apart(got, want); worst > 0.2 {
			t.Errorf("%s: %v became %.1f, Little CMS says %.1f: ΔE00 %.2f", name, in[at], got[at], want[at], worst)
		}
	}
}

func TestCubesAgreeWithLittleCMS(t *testing.T) {
	for name, profile := range profiles(t) {
		if name == "v4 cmyk" {
			continue // five points in linear light: no press, and too coarse for a cube of 17
		}
		p := parse(t, profile)
		in := samples(p.Space().channels())
		got, want := turned(t, p, in), littleCMS(t, profile, in)
		mean, worst, at := apart(got, want)
		t.Logf("%s: mean %.2f, worst %.2f ΔE00", name, mean, worst)
		if worst > 2 || mean > 0.5 {
			t.Errorf("%s: %v became %.0f, Little CMS says %.1f: ΔE00 %.2f; mean %.2f", name, in[at], got[at], want[at], worst, mean)
		}
	}
}

func TestInkWithoutAProfileLooksLikeCoatedPaper(t *testing.T) {
	img := image.NewCMYK(image.Rect(0, 0, 4, 1))
	want := []struct {
		name string
		ink  [4]float64 // percent
		rgb  [3]float64
	}{
		{"flag red", [4]float64{5, 94, 91, 2}, [3]float64{218, 37, 29}},
		{"flag gold", [4]float64{2, 20, 93, 0}, [3]float64{255, 205, 0}},
		{"paper", [4]float64{}, [3]float64{255, 255, 255}},
		{"all ink", [4]float64{100, 100, 100, 100}, [3]float64{}},
	}
	for i, w := range want {
		for k, v := range w.ink {
			img.Pix[4*i+k] = byte(math.Round(v * 2.55))
		}
	}
	got := CoatedCMYK().FromCMYK(img)
	for i, w := range want {
		c := got.NRGBAAt(i, 0)
		rgb := [3]float64{float64(c.R), float64(c.G), float64(c.B)}
		if d := DeltaE(srgbLab(rgb), srgbLab(w.rgb)); d > 3 {
			t.Errorf("%s: %.0f, want near %.0f: ΔE00 %.1f", w.name, rgb, w.rgb, d)
		}
	}
}

// TestDeltaE has pairs of the published check of CIEDE2000 (Sharma, Wu and Dalal, 2005).
func TestDeltaE(t *testing.T) {
	for _, tt := range []struct {
		p, q Lab
		want float64
	}{
		{Lab{50, 2.6772, -79.7751}, Lab{50, 0, -82.7485}, 2.0425},
		{Lab{50, -1, 2}, Lab{50, 0, 0}, 2.3669},
		{Lab{50, 2.49, -0.001}, Lab{50, -2.49, 0.0011}, 7.2195},
		{Lab{50, 2.5, 0}, Lab{73, 25, -18}, 27.1492},
		{Lab{60.2574, -34.0099, 36.2677}, Lab{60.4626, -34.1751, 39.4387}, 1.2644},
		{Lab{2.0776, 0.0795, -1.135}, Lab{0.9033, -0.0636, -0.5514}, 0.9082},
	} {
		if got := DeltaE(tt.p, tt.q); math.Abs(got-tt.want) > 0.0001 {
			t.Errorf("%v to %v = %.4f, want %.4f", tt.p, tt.q, got, tt.want)
		}
	}
}

func TestProfileSaysWhatItIs(t *testing.T) {
	for _, tt := range []struct {
		bytes []byte
		name  string
		class string
		space Space
		srgb  bool
	}{
		{SRGB(), "sRGB (Pano)", "mntr", RGB, true},
		{DisplayP3(), "Display P3 (Pano)", "mntr", RGB, false},
		{AdobeRGB(), "Compatible with Adobe RGB (1998)", "mntr", RGB, false},
		{press("mAB "), "Test press mAB ", "prtr", CMYK, false},
		{fileProfile(t, "srgb.icc"), "Artifex Software sRGB ICC Profile", "mntr", RGB, true},
	} {
		p := parse(t, tt.bytes)
		if p.Name() != tt.name || p.Class() != tt.class || p.Space() != tt.space || p.IsSRGB() != tt.srgb {
			t.Errorf("%q %q %q sRGB %v, want %q %q %q %v", p.Name(), p.Class(), p.Space(), p.IsSRGB(), tt.name, tt.class, tt.space, tt.srgb)
		}
	}
}

func TestOwnProfilesAreReadByExiftool(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.icc")
	if err := os.WriteFile(path, SRGB(), 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.Command("exiftool", "-validate", "-warning", "-ProfileDescription", "-RedMatrixColumn", path).CombinedOutput()
	if err != nil {
		t.Fatalf("install libimage-exiftool-perl: %v %s", err, said)
	}
	if s := string(said); !strings.Contains(s, "sRGB (Pano)") || !strings.Contains(s, "0.436") || strings.Contains(s, "Warning") {
		t.Errorf("exiftool says:\n%s", s)
	}
}

func TestHostileProfilesAreErrors(t *testing.T) {
	with := func(b []byte, at int, v uint32) []byte {
		b = bytes.Clone(b)
		binary.BigEndian.PutUint32(b[at:], v)
		return b
	}
	good := press("mft2")
	a2b := int(binary.BigEndian.Uint32(good[132+3*12+4:]))
	for name, b := range map[string][]byte{
		"nothing": nil, "header only": SRGB()[:128], "cut short": SRGB()[:1000],
		"too large": append(SRGB(), make([]byte, maxSize)...), "no mark": with(SRGB(), 36, 0),
		"many tags": with(SRGB(), 128, 1<<31), "tag beyond the end": with(SRGB(), 136, 1<<31-1),
		"tag in the header": with(SRGB(), 136, 4), "size of nothing": with(SRGB(), 0, 0),
	} {
		if _, err := Parse(b); err == nil {
			t.Errorf("%s: read", name)
		}
	}
	for name, b := range map[string][]byte{
		"grid larger than the file": with(good, a2b+8, 0x0403ff00), "grid of one point": with(good, a2b+8, 0x04030100),
		"fifteen channels": with(good, a2b+8, 0x0f030900), "table of no kind": with(good, a2b, 0),
		"curve of no points": with(good, a2b+48, 0), "long curves": with(good, a2b+48, 0xffffffff),
		"curve longer than its tag": with(SRGB(), int(binary.BigEndian.Uint32(SRGB()[132+6*12+4:]))+8, 1<<31),
	} {
		p, err := Parse(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := p.ToSRGB(); err == nil {
			t.Errorf("%s: turned into a cube", name)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, b := range [][]byte{SRGB(), AdobeRGB(), grey(2.2), press("mft1"), press("mft2"), press("mAB ")} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := Parse(b)
		if err != nil {
			return
		}
		p.Name()
		turn, err := p.toSRGB()
		if err != nil {
			return
		}
		for _, v := range []float64{0, 0.3, 1} {
			o := turn(colour{v, 1 - v, v, v})
			for _, x := range o[:3] {
				if math.IsNaN(unit(x)) {
					t.Fatal("no number")
				}
			}
		}
	})
}
