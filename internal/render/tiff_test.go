package render

import (
	"bytes"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"testing"

	"pano/internal/pano"
)

// tiffcp runs tiffcp, and returns the file that it wrote.
func tiffcp(t testing.TB, args []string, files ...[]byte) []byte {
	t.Helper()
	dir := t.TempDir()
	for i, b := range files {
		name := filepath.Join(dir, fmt.Sprint(i, ".tif"))
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, name)
	}
	out := filepath.Join(dir, "out.tif")
	run(t, "libtiff-tools", "tiffcp", append(args, out)...)
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPagesOfATIFFAreCountedAndTheFirstIsShown(t *testing.T) {
	first, other := encode(t, "TIFF", corners(400, 300)), encode(t, "TIFF", scene(80, 60))
	for _, how := range [][]string{{}, {"-8"}, {"-B"}} {
		b := tiffcp(t, how, first, other, other)
		f := probe(t, b)
		if f.Frames != 3 || f.W != 400 || f.H != 300 {
			t.Errorf("%v: %d pages, %d × %d", how, f.Frames, f.W, f.H)
		}
		o := made(t, b, Spec{Edge: 100, Quality: 95})[0]
		near(t, fmt.Sprint(how), picture(t, o.Path).NRGBAAt(10, 10), corners(400, 300).NRGBAAt(0, 0), 3)
	}
	// a second page that lies beyond the end does not count, nor hide the first
	if f := probe(t, tiffBytes([]byte{1, 2}, 1<<20, onePixel()...)); f.Frames != 1 {
		t.Errorf("%d pages", f.Frames)
	}
}

// TestTIFFsOfAllLayoutsStandUpright turns a picture by its tag in strips, tiles
// and planes, reduced.
func TestTIFFsOfAllLayoutsStandUpright(t *testing.T) {
	for _, how := range [][]string{{"-r", "16"}, {"-t", "-w", "64", "-l", "64"}, {"-p", "separate"}, {"-c", "jpeg:r:95", "-r", "16"}} {
		for orientation := 1; orientation <= 8; orientation++ {
			if how[0] != "-r" && orientation < 6 {
				continue // the layout has no say in it
			}
			// what is shown by the tag has its corners clockwise from red
			want := corners(400, 300)
			w, h := 400, 300
			if orientation >= 5 {
				w, h = 300, 400
			}
			src := image.NewNRGBA(image.Rect(0, 0, w, h))
			for y := range h {
				for x := range w {
					u, v := shown(x, y, w, h, orientation)
					src.SetNRGBA(x, y, want.NRGBAAt(u, v))
				}
			}
			b := turnedTIFF(t, tiffcp(t, how, encode(t, "TIFF", src)), orientation)
			o := made(t, b, Spec{Edge: 100, Quality: 95})[0]
			got := picture(t, o.Path)
			if o.W != 100 || o.H != 75 {
				t.Fatalf("%v, %d: %d × %d", how, orientation, o.W, o.H)
			}
			for _, at := range []image.Point{{10, 10}, {90, 10}, {90, 65}, {10, 65}} {
				near(t, fmt.Sprint(how, " turned ", orientation, " at ", at), got.NRGBAAt(at.X, at.Y), want.NRGBAAt(4*at.X, 4*at.Y), 4)
			}
		}
	}
}

// turnedTIFF sets the tag of a file.
func turnedTIFF(t testing.TB, b []byte, orientation int) []byte {
	t.Helper()
	name := write(t, b, "a.tif")
	run(t, "libtiff-tools", "tiffset", "-s", "274", fmt.Sprint(orientation), name)
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// shown is where a stored pixel is seen.
func shown(x, y, w, h, orientation int) (int, int) {
	switch orientation {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	}
	return x, y
}

// TestABrokenTIFFIsShownInPartAndSaidSo has junk for its last strip.
func TestABrokenTIFFIsShownInPartAndSaidSo(t *testing.T) {
	b := tiffcp(t, []string{"-c", "zip", "-r", "400"}, encode(t, "TIFF", scene(1000, 800)))
	at := bytes.LastIndex(b[:len(b)-2000], []byte{0x78}) // somewhere in the second strip
	for i := at; i < at+3000 && i < len(b)-1500; i++ {
		b[i] ^= byte(i * 37)
	}
	o := made(t, b, Thumb())[0]
	if !o.Partial {
		t.Error("not said")
	}
	near(t, "the bottom", picture(t, o.Path).NRGBAAt(160, 250), picture(t, o.Path).NRGBAAt(10, 250), 2)
}

func TestATIFFOfAKindThatIsNotReadIsNotTaken(t *testing.T) {
	b := vips(t, scene(64, 48), ".tif", "cast", "float")
	for _, edge := range []pano.Px{0, 8} {
		h, err := readHeader(source{bytes.NewReader(b), int64(len(b))})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := decode(source{bytes.NewReader(b), int64(len(b))}, h, edge); key(err) != "picture.not_taken" {
			t.Error(err)
		}
	}
}

// TestTheGateKnowsWhatATIFFTakes pins the formula of the estimate, and what is
// unfolded at a time: a row of tiles for each reader, or some rows of strips.
func TestTheGateKnowsWhatATIFFTakes(t *testing.T) {
	f := Facts{Format: "TIFF", W: 16_000, H: 12_000, Depth: 16, Orientation: 1, Components: 3, Space: RGB, Block: 5}
	small := 4*2400*1800 + 4*1600*1800 + 4*1600*1200 + int64(5)
	if got := Estimate(f, 1600); got != small {
		t.Errorf("averaged: %d, want %d", got, small)
	}
	if got, want := Estimate(f, 0), int64(16_000*12_000*5*4+5); got != want {
		t.Errorf("whole: %d, want %d", got, want)
	}
	rgb := encode(t, "TIFF", scene(600, 400))
	if got := probe(t, tiffcp(t, []string{"-r", "10"}, rgb)).Block; got != 2*3*256<<10 {
		t.Errorf("strips: %d", got)
	}
	if got := probe(t, tiffcp(t, []string{"-t", "-w", "64", "-l", "32"}, rgb)).Block; got != 2*600*32*3 && got != 2*600*32*4 {
		t.Errorf("tiles: %d", got)
	}
	if b := tiffcp(t, []string{"-c", "jpeg:r", "-t", "-w", "64", "-l", "32"}, rgb); probe(t, b).Block < 2*(600*32*3+64*32*7) {
		t.Errorf("tiles of JPEG: %d", probe(t, b).Block)
	}
}
