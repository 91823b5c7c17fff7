package tiff

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// patches is a picture of flat squares of 24 pixels, strong and weak colours in turn.
func patches(w, h int) *image.NRGBA {
	r := rand.New(rand.NewPCG(8, 9))
	all := []color.NRGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {0, 0, 0, 255}, {255, 255, 255, 255}}
	for range 25 {
		all = append(all, color.NRGBA{byte(r.IntN(256)), byte(r.IntN(256)), byte(r.IntN(256)), 255})
	}
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, all[(x/24+7*(y/24))%len(all)])
		}
	}
	return img
}

// run runs one outside program.
func run(t testing.TB, args ...string) string {
	t.Helper()
	out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
	if err != nil {
		t.Fatalf("install libvips-tools and libtiff-tools: %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// A bench is a folder where outside programs make files.
type workbench struct{ dir string }

func (w workbench) at(name string) string { return filepath.Join(w.dir, name) }

// make runs commands one after the other, with $1 for the file before and $2
// for the one to write, and returns the last one.
func (w workbench) make(t testing.TB, from string, commands ...string) string {
	t.Helper()
	for i, c := range commands {
		to := w.at(fmt.Sprintf("%s.%d.tif", strings.Map(func(r rune) rune {
			if strings.ContainsRune(" /$:-", r) {
				return '_'
			}
			return r
		}, c), i))
		words := strings.Fields(c)
		alone := true
		for k, word := range words {
			switch word {
			case "$1":
				words[k] = from
			case "$2":
				words[k], alone = to, false
			}
		}
		if alone { // changes a file in place
			b, err := os.ReadFile(from)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(to, b, 0o600); err != nil {
				t.Fatal(err)
			}
			words[len(words)-1] = to
		}
		run(t, words...)
		from = to
	}
	return from
}

// sources writes the pictures that all kinds are made of.
func sources(t testing.TB) workbench {
	t.Helper()
	w := workbench{t.TempDir()}
	f, err := os.Create(w.at("rgb.png"))
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(f, patches(203, 131)); err != nil {
		t.Fatal(err)
	}
	f.Close()
	v := func(args ...string) { t.Helper(); run(t, append([]string{"vips"}, args...)...) }
	v("copy", w.at("rgb.png"), w.at("rgb.tif"))
	v("colourspace", w.at("rgb.png"), w.at("rgb16.tif"), "rgb16")
	v("colourspace", w.at("rgb.png"), w.at("grey.tif"), "b-w")
	v("colourspace", w.at("rgb.png"), w.at("grey16.tif"), "grey16")
	v("colourspace", w.at("rgb.png"), w.at("lab.tif"), "labq")
	v("colourspace", w.at("rgb.png"), w.at("lab16.tif"), "labs")
	v("icc_export", w.at("rgb.png"), w.at("cmyk.tif"), "--output-profile", "/usr/share/color/icc/ghostscript/default_cmyk.icc")
	v("colourspace", w.at("cmyk.tif"), w.at("cmyk16.tif"), "cmyk")
	v("extract_band", w.at("rgb.png"), w.at("alpha.v"), "0")
	v("bandjoin", w.at("rgb.png")+" "+w.at("alpha.v"), w.at("rgba.tif"))
	v("copy", w.at("rgba.tif"), w.at("premultiplied.tif")+"[premultiply=true]")
	v("bandjoin", w.at("grey.tif")+" "+w.at("alpha.v"), w.at("greya.tif"))
	return w
}

// decoded are the samples that vips finds, 8 bits each, and how many of them a pixel has.
func decoded(t testing.TB, file string, img image.Image) ([]byte, int) {
	t.Helper()
	raw := file + ".raw"
	run(t, "vips", "cast", file, raw, "uchar", "--shift")
	b, err := os.ReadFile(raw)
	if err != nil {
		t.Fatal(err)
	}
	return b, len(b) / (img.Bounds().Dx() * img.Bounds().Dy())
}

// sample is channel c, of n, of a pixel.
func sample(img image.Image, x, y, c, n int) int {
	switch p := img.(type) {
	case *image.Gray:
		if n == 2 && c == 1 || n == 4 && c == 3 {
			return 255
		}
		return int(p.GrayAt(x, y).Y)
	case *image.CMYK:
		return int(p.Pix[p.PixOffset(x, y)+c])
	case *image.NRGBA:
		if n == 2 && c == 1 {
			c = 3
		}
		return int(p.Pix[p.PixOffset(x, y)+c])
	}
	panic("another kind of picture")
}

// farthest is the largest difference to what vips finds, apart from edges of
// patches: not nearer to them than margin pixels.
func farthest(t testing.TB, file string, img image.Image, margin int) int {
	t.Helper()
	want, n := decoded(t, file, img)
	most, at := 0, ""
	w := img.Bounds().Dx()
	for i, v := range want {
		x, y, c := i/n%w, i/n/w, i%n
		if x%24 < margin || x%24 >= 24-margin || y%24 < margin || y%24 >= 24-margin {
			continue
		}
		got := sample(img, x, y, c, n)
		if d := max(got-int(v), int(v)-got); d > most {
			most, at = d, fmt.Sprintf("%d, %d, channel %d of %d: %d, vips %d", x, y, c, n, got, v)
		}
	}
	if most > 0 {
		t.Logf("%s: %s", filepath.Base(file), at)
	}
	return most
}

// open decodes a file.
func open(t testing.TB, file string, to Reduce) (image.Image, Info, error) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return Decode(f, st.Size(), to)
}

// kinds are how outside programs keep pictures: from what, by which commands.
func kinds() [][]string {
	all := [][]string{
		{"rgb.tif", "vips tiffsave $1 $2 --tile --compression jpeg --Q 95"},
		{"rgb.tif", "vips tiffsave $1 $2 --compression jpeg --Q 85"},
		{"rgb.tif", "vips tiffsave $1 $2 --tile --pyramid --compression jpeg --Q 95 --bigtiff"},
		{"rgb.tif", "tiffcp -c jpeg:95 $1 $2"}, {"rgb.tif", "tiffcp -c jpeg:r:95 -r 16 $1 $2"},
		{"rgb.tif", "tiffcp -c jpeg:r:95 -t -w 64 -l 48 $1 $2"}, {"rgb.tif", "tiffcp -c jpeg:r:95 -p separate $1 $2"},
		{"grey.tif", "tiffcp -c jpeg:95 $1 $2"}, {"grey.tif", "vips tiffsave $1 $2 --compression jpeg --tile"},
		{"cmyk.tif", "tiffcp -c jpeg:r:95 $1 $2"}, {"cmyk.tif", "vips tiffsave $1 $2 --compression jpeg --tile"},
		{"rgb.tif", "vips tiffsave $1 $2 --tile --tile-width 16 --tile-height 256 --compression lzw"},
		{"rgb.tif", "vips tiffsave $1 $2 --tile --tile-width 512 --tile-height 512 --compression deflate --predictor none"},
		{"rgb.tif", "vips tiffsave $1 $2 --pyramid --tile --subifd"},
		{"rgb.tif", "tiffmedian -C 256 $1 $2"}, {"rgb.tif", "tiffmedian -C 200 -c lzw:2 $1 $2"}, {"rgb.tif", "tiffmedian -C 16 -c none $1 $2"},
		{"rgb.tif", "tiffmedian $1 $2", "tiffcp -t -w 32 -l 32 -c zip $1 $2"},
	}
	for _, bits := range []string{"1", "2", "4"} {
		for _, c := range []string{"none", "lzw --predictor none", "deflate --predictor none", "packbits"} {
			all = append(all, []string{"grey.tif", "vips tiffsave $1 $2 --bitdepth " + bits + " --compression " + c},
				[]string{"grey.tif", "vips tiffsave $1 $2 --bitdepth " + bits + " --tile --compression " + c})
		}
	}
	one := "vips tiffsave $1 $2 --bitdepth 1 --compression "
	all = append(all, []string{"grey.tif", one + "none --miniswhite"}, []string{"grey.tif", one + "ccittfax4"},
		[]string{"grey.tif", one + "ccittfax4 --miniswhite"}, []string{"grey.tif", one + "ccittfax4 --tile --miniswhite"})
	for _, c := range []string{"g4", "g3", "g3:1d:fill", "g3:2d", "g3:2d:fill"} {
		for _, how := range []string{"", " -f lsb2msb", " -r 7", " -B -r 131"} {
			all = append(all, []string{"grey.tif", one + "none --miniswhite", "tiffcp -c " + c + how + " $1 $2"})
		}
	}
	for _, from := range []string{"rgb.tif", "rgb16.tif", "rgba.tif", "premultiplied.tif", "grey.tif", "grey16.tif", "greya.tif", "cmyk.tif", "lab.tif", "lab16.tif"} {
		packings := []string{"none", "lzw:2", "zip:2"}
		if from == "rgb.tif" || from == "grey16.tif" {
			packings = append(packings, "lzw:1", "zip:1")
		}
		if from != "rgb16.tif" && from != "grey16.tif" {
			packings = append(packings, "packbits")
		}
		for _, c := range packings {
			how := []string{"", " -r 1", " -r 50 -B", " -t -w 48 -l 32", " -f lsb2msb -r 131", " -8", " -t -w 16 -l 160 -B"}
			turn := len(all)
			all = append(all, []string{from, "tiffcp -c " + c + how[turn%len(how)] + " $1 $2"})
			switch {
			case from == "grey.tif" || strings.Contains(from, "16"): // which tiffcp does not part
			case from == "greya.tif": // of which vips reads strips of one row only
				all = append(all, []string{from, "tiffcp -p separate -r 1 -c " + c + " $1 $2"})
			default:
				all = append(all, []string{from, "tiffcp -p separate -c " + c + how[(turn+3)%len(how)] + " $1 $2"})
			}
		}
	}
	return all
}

// TestKindsOfOutsideWriters compares what is read with what vips reads. JPEG is
// off by rounding, and by how colours are made finer.
func TestKindsOfOutsideWriters(t *testing.T) {
	w := sources(t)
	for _, k := range kinds() {
		file := w.make(t, w.at(k[0]), k[1:]...)
		img, info, err := open(t, file, Reduce{})
		if err != nil || info.Truncated {
			t.Errorf("%q: %v, truncated %t", k, err, info.Truncated)
			continue
		}
		if strings.HasPrefix(k[0], "lab") {
			continue // see TestLabIsTurnedAsLittleCMSDoes
		}
		most, margin := 1, 0 // 16 bits are rounded here, and cut by vips
		if strings.Contains(k[1], "jpeg") {
			most, margin = 3, 8
		}
		judged := file
		if c := k[len(k)-1]; strings.Contains(c, "separate") && strings.Contains(c, "-t ") { // which vips does not read
			judged = w.make(t, file, "tiffcp -p contig -s -c none $1 $2")
		}
		if d := farthest(t, judged, img, margin); d > most {
			t.Errorf("%q: off by %d", k, d)
		}
		os.Remove(file)
		os.Remove(file + ".raw")
	}
}
