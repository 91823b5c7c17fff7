package jpeg

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	std "image/jpeg"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"testing/iotest"
)

func one(h, v int) [][2]int { return [][2]int{{h, v}, {1, 1}, {1, 1}} }

// drawings are pictures stored in every way that is read.
func drawings() map[string]drawing {
	all := map[string]drawing{
		"grey":                {w: 83, h: 61, sampling: [][2]int{{1, 1}}, adobe: -1},
		"grey that says 2×2":  {w: 83, h: 61, sampling: [][2]int{{2, 2}}, adobe: -1},
		"RGB of Adobe":        {w: 83, h: 61, sampling: one(1, 1), adobe: 0},
		"RGB by name":         {w: 83, h: 61, sampling: one(1, 1), adobe: -1, ids: "RGB"},
		"CMYK of Adobe":       {w: 83, h: 61, sampling: [][2]int{{1, 1}, {1, 1}, {1, 1}, {1, 1}}, adobe: 0},
		"YCCK":                {w: 83, h: 61, sampling: [][2]int{{1, 1}, {1, 1}, {1, 1}, {1, 1}}, adobe: 2},
		"4:2:0, bands, RST":   {w: 83, h: 61, sampling: one(2, 2), adobe: -1, bands: true, restart: 3},
		"4:2:0, apart, RST":   {w: 83, h: 61, sampling: one(2, 2), adobe: -1, apart: true, restart: 5},
		"YCCK, bands":         {w: 83, h: 61, sampling: [][2]int{{1, 1}, {1, 1}, {1, 1}, {1, 1}}, adobe: 2, bands: true},
		"grey, bands, RST":    {w: 83, h: 61, sampling: [][2]int{{1, 1}}, adobe: -1, bands: true, restart: 7},
		"4:2:2 as 2×2 to 1×2": {w: 83, h: 61, sampling: [][2]int{{2, 2}, {1, 2}, {1, 2}}, adobe: -1},
	}
	for name, s := range map[string][2]int{"4:4:4": {1, 1}, "4:2:2": {2, 1}, "4:2:0": {2, 2}, "4:4:0": {1, 2}, "4:1:1": {4, 1}, "4:1:0": {4, 2}} {
		all[name] = drawing{w: 83, h: 61, sampling: one(s[0], s[1]), adobe: -1}
		all[name+", apart"] = drawing{w: 83, h: 61, sampling: one(s[0], s[1]), adobe: -1, apart: true}
		all[name+", RST"] = drawing{w: 83, h: 61, sampling: one(s[0], s[1]), adobe: -1, restart: 4}
		all[name+", bands"] = drawing{w: 83, h: 61, sampling: one(s[0], s[1]), adobe: -1, bands: true}
	}
	for _, w := range []int{1, 2, 7, 8, 9, 15, 16, 17} {
		for _, h := range []int{1, 3, 8, 16, 17, 33} {
			all[fmt.Sprintf("%d × %d", w, h)] = drawing{w: w, h: h, sampling: one(2, 2), adobe: -1, bands: w == 9, apart: w == 7}
		}
	}
	return all
}

func decode(t testing.TB, b []byte, by int) (image.Image, Info) {
	t.Helper()
	img, info, err := Decode(bytes.NewReader(b), int64(len(b)), Options{by})
	if err != nil {
		t.Fatal(err)
	}
	return img, info
}

// samples is one channel of a picture as it is kept.
type samples struct {
	pix          []byte
	w, h         int
	step, stride int
}

// channels takes a picture apart.
func channels(t testing.TB, img image.Image) []samples {
	t.Helper()
	size := img.Bounds().Size()
	pixels := func(pix []byte, stride, n int) (s []samples) {
		for c := range n {
			s = append(s, samples{pix[c:], size.X, size.Y, 4, stride})
		}
		return s
	}
	switch p := img.(type) {
	case *image.Gray:
		return []samples{{p.Pix, size.X, size.Y, 1, p.Stride}}
	case *image.YCbCr:
		h, v := coarser(p.SubsampleRatio)
		w, ht := ceil(size.X, h), ceil(size.Y, v)
		return []samples{{p.Y, size.X, size.Y, 1, p.YStride}, {p.Cb, w, ht, 1, p.CStride}, {p.Cr, w, ht, 1, p.CStride}}
	case *image.CMYK:
		return pixels(p.Pix, p.Stride, 4)
	case *image.RGBA:
		return pixels(p.Pix, p.Stride, 3)
	case *image.NRGBA:
		return pixels(p.Pix, p.Stride, 3)
	}
	t.Fatalf("a picture of %T", img)
	return nil
}

func coarser(r image.YCbCrSubsampleRatio) (h, v int) {
	switch r {
	case image.YCbCrSubsampleRatio422:
		return 2, 1
	case image.YCbCrSubsampleRatio420:
		return 2, 2
	case image.YCbCrSubsampleRatio440:
		return 1, 2
	case image.YCbCrSubsampleRatio411:
		return 4, 1
	case image.YCbCrSubsampleRatio410:
		return 4, 2
	}
	return 1, 1
}

func (s samples) at(x, y int) float64 { return float64(s.pix[y*s.stride+x*s.step]) }

// mean is the mean of a box of by × by samples, fewer at the edge.
func (s samples) mean(x, y, by int) float64 {
	var sum float64
	var n int
	for v := y * by; v < min(y*by+by, s.h); v++ {
		for u := x * by; u < min(x*by+by, s.w); u++ {
			sum, n = sum+s.at(u, v), n+1
		}
	}
	return sum / float64(n)
}

// compare reports how far got is from the means of full, at most and on average.
func compare(t testing.TB, got, full image.Image, by int) (most, mean float64) {
	t.Helper()
	a, b := channels(t, got), channels(t, full)
	if len(a) != len(b) {
		t.Fatalf("%d channels, want %d", len(a), len(b))
	}
	var n int
	if s, f := got.Bounds().Size(), full.Bounds().Size(); s.X != Side(f.X, by) || s.Y != Side(f.Y, by) {
		t.Fatalf("%v of %v by %d", s, f, by)
	}
	for c := range a {
		// Behind the edge is what the file has there: it counts like the rest. Where
		// the library throws it away, only whole boxes can be compared.
		if room := len(b[c].pix) / b[c].stride; b[c].step == 1 {
			b[c].w, b[c].h = min(a[c].w*by, b[c].stride), min(a[c].h*by, room)
		} else {
			a[c].w, a[c].h = min(a[c].w, b[c].w/by), min(a[c].h, b[c].h/by)
		}
		for y := range a[c].h {
			for x := range a[c].w {
				d := math.Abs(a[c].at(x, y) - b[c].mean(x, y, by))
				most, mean, n = max(most, d), mean+d, n+1
			}
		}
	}
	return most, mean / float64(n)
}

func full(t testing.TB, b []byte) image.Image {
	t.Helper()
	img, err := std.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// nearTheMean claims 3 levels at most, 0.6 on average, for every reduction.
// The library decodes same, which is b or the same picture without restart
// markers: it counts them wrongly in scans of one component.
func nearTheMean(t *testing.T, name string, b, same []byte) {
	t.Helper()
	want := full(t, same)
	for _, by := range []int{2, 4, 8} {
		got, info := decode(t, b, by)
		size := want.Bounds().Size()
		if info != (Info{size.X, size.Y, false}) {
			t.Errorf("%s by %d: %+v", name, by, info)
		}
		most, mean := compare(t, got, want, by)
		t.Logf("%s by %d: %.2f at most, %.3f on average", name, by, most, mean)
		if most > 3 || mean > 0.6 {
			t.Errorf("%s by %d: %.2f levels off at most, %.3f on average; want 3 and 0.6", name, by, most, mean)
		}
	}
}

func TestEveryPixelIsTheMeanOfItsBox(t *testing.T) {
	for name, d := range drawings() {
		t.Run(name, func(t *testing.T) {
			b := d.encoded(t)
			d.restart = 0
			nearTheMean(t, name, b, d.encoded(t))
		})
	}
}

// vips has libjpeg write img, given as a file of the kind that suffix names.
func vips(t testing.TB, file []byte, suffix, operation, saved string) []byte {
	t.Helper()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in"+suffix), filepath.Join(dir, "out.jpg")
	if err := os.WriteFile(in, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command("vips", operation, in, out+saved).CombinedOutput(); err != nil {
		t.Fatalf("install libvips-tools: %v\n%s", err, said)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func painted(t testing.TB, w, h int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			for c := range 3 {
				img.Pix[y*img.Stride+4*x+c] = byte(value(c, x, y, float64(x), float64(y)))
			}
			img.Pix[y*img.Stride+4*x+3] = 255
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestPicturesOfLibjpegToo has all the refinement scans that libjpeg writes.
func TestPicturesOfLibjpegToo(t *testing.T) {
	img := painted(t, 301, 203)
	ink := drawings()["CMYK of Adobe"].encoded(t)
	for name, b := range map[string][]byte{
		"baseline":          vips(t, img, ".png", "copy", "[Q=90]"),
		"4:4:4":             vips(t, img, ".png", "copy", "[Q=95,subsample-mode=off]"),
		"optimised":         vips(t, img, ".png", "copy", "[Q=80,optimize-coding=true]"),
		"RST":               vips(t, img, ".png", "copy", "[Q=80,restart-interval=3]"),
		"progressive":       vips(t, img, ".png", "copy", "[Q=90,interlace=true]"),
		"progressive 4:4:4": vips(t, img, ".png", "copy", "[Q=98,interlace=true,subsample-mode=off]"),
		"progressive RST":   vips(t, img, ".png", "copy", "[Q=75,interlace=true,restart-interval=5]"),
		"progressive grey":  vips(t, drawings()["grey"].encoded(t), ".jpg", "copy", "[Q=90,interlace=true]"),
		"progressive CMYK":  vips(t, ink, ".jpg", "copy", "[Q=90,interlace=true]"),
	} {
		t.Run(name, func(t *testing.T) {
			same := b
			if name == "progressive RST" {
				same = vips(t, img, ".png", "copy", "[Q=75,interlace=true]")
			}
			nearTheMean(t, name, b, same)
		})
	}
}

// TestOddSamplingIsConverted compares with what was drawn: each component is
// averaged over boxes of its own samples, and those over what a pixel covers.
func TestOddSamplingIsConverted(t *testing.T) {
	for _, s := range [][][2]int{
		one(3, 1), one(1, 3), one(3, 3), one(3, 2), one(1, 4), one(2, 4), one(4, 4),
		{{2, 2}, {2, 2}, {2, 2}}, {{2, 2}, {1, 1}, {1, 1}, {2, 2}}, {{1, 1}, {2, 1}, {3, 1}, {1, 4}},
		{{3, 1}, {2, 1}, {1, 1}}, {{1, 1}, {2, 2}, {1, 1}}, {{4, 1}, {1, 4}, {1, 1}}, {{2, 1}, {1, 2}, {1, 2}}, {{2, 2}, {2, 1}, {1, 2}},
	} {
		for _, bands := range []bool{false, true} {
			for _, by := range []int{2, 4, 8} {
				d := drawing{w: 101, h: 67, sampling: s, adobe: -1, bands: bands}
				got, info := decode(t, d.encoded(t), by)
				if info.Truncated || got.Bounds().Dx() != Side(101, by) || got.Bounds().Dy() != Side(67, by) {
					t.Fatalf("%v by %d: %+v, %v", s, by, info, got.Bounds())
				}
				for c, p := range channels(t, got) {
					var off float64
					for y := range p.h {
						for x := range p.w {
							off += math.Abs(p.at(x, y) - d.covered(c, x, y, by))
						}
					}
					if off /= float64(p.w * p.h); off > 1.2 {
						t.Errorf("%v by %d: component %d is %.2f levels off", s, by, c, off)
					}
				}
			}
		}
	}
}

// covered is what was drawn of a component, averaged over what a pixel covers.
func (d drawing) covered(c, x, y, by int) float64 {
	mh, mv := d.most()
	s := d.sampling[c]
	var sum float64
	for v := range s[1] {
		for h := range s[0] {
			for n := range by * by {
				i := min((x*s[0]+h)/mh*by+n%by, ceil(d.w*s[0], mh)-1)
				j := min((y*s[1]+v)/mv*by+n/by, ceil(d.h*s[1], mv)-1)
				sum += value(c, i, j, float64(i*mh)/float64(s[0]), float64(j*mv)/float64(s[1]))
			}
		}
	}
	return sum / float64(s[0]*s[1]*by*by)
}

// TestInkIsInkWhicheverWay has CMYK without a marker, which is not inverted.
func TestInkIsInkWhicheverWay(t *testing.T) {
	d := drawings()["CMYK of Adobe"]
	adobe, _ := decode(t, d.encoded(t), 2)
	d.adobe = -1
	plain, _ := decode(t, d.encoded(t), 2)
	for i, v := range plain.(*image.CMYK).Pix {
		if adobe.(*image.CMYK).Pix[i] != 255-v {
			t.Fatalf("byte %d: %d and %d", i, v, adobe.(*image.CMYK).Pix[i])
		}
	}
}

func TestKindsThatAreNotReadAreNamed(t *testing.T) {
	b := drawings()["4:2:0"].encoded(t)
	sof := bytes.Index(b, []byte{0xff, 0xc0})
	for what, at := range map[string]struct {
		at int
		to byte
	}{"lossless": {1, 0xc3}, "hierarchical": {1, 0xc5}, "arithmetic": {1, 0xc9}, "12 bit": {4, 12}} {
		c := bytes.Clone(b)
		c[sof+at.at] = at.to
		_, _, err := Decode(bytes.NewReader(c), int64(len(c)), Options{2})
		var u Unsupported
		if !errors.As(err, &u) || string(u) != what {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestWhatCannotBeShownIsAnError(t *testing.T) {
	b := drawings()["4:2:0"].encoded(t)
	at := func(m byte) int { return bytes.Index(b, []byte{0xff, m}) }
	for what, c := range map[string][]byte{
		"nothing":               nil,
		"no picture":            []byte("P6 1 1 255"),
		"only marks":            bytes.Repeat([]byte{0xff, 0xd8}, 20_000),
		"no scan":               append(bytes.Clone(b[:at(0xda)]), 0xff, 0xd9),
		"a scan of nothing":     append(bytes.Clone(b[:at(0xda)+14]), 0xff, 0xd9),
		"no quantisation table": bytes.Replace(b, []byte{0xff, 0xdb}, []byte{0xff, 0xe5}, 1),
		"no Huffman table":      bytes.Replace(b, []byte{0xff, 0xc4}, []byte{0xff, 0xe5}, 1),
		"no frame":              bytes.Replace(b, []byte{0xff, 0xc0}, []byte{0xff, 0xe5}, 1),
		"two frames":            append(bytes.Clone(b[:at(0xc4)]), b[at(0xc0):]...),
		"no width":              bytes.Replace(b, []byte{0, 61, 0, 83}, []byte{0, 61, 0, 0}, 1),
		"no height":             bytes.Replace(b, []byte{0, 61, 0, 83}, []byte{0, 0, 0, 83}, 1),
		"65,000 × 65,000":       bytes.Replace(b, []byte{0, 61, 0, 83}, []byte{0xfd, 0xe8, 0xfd, 0xe8}, 1),
		"five components":       bytes.Replace(b, []byte{0, 83, 3}, []byte{0, 83, 5}, 1),
		"sampling of 5":         bytes.Replace(b, []byte{1, 0x22, 0}, []byte{1, 0x52, 0}, 1),
		"sampling of 0":         bytes.Replace(b, []byte{1, 0x22, 0}, []byte{1, 0x20, 0}, 1),
		"table 9":               bytes.Replace(b, []byte{1, 0x22, 0}, []byte{1, 0x22, 9}, 1),
	} {
		if img, _, err := Decode(bytes.NewReader(c), int64(len(c)), Options{2}); err == nil {
			t.Errorf("%s: %v", what, img.Bounds())
		}
	}
	if _, _, err := Decode(bytes.NewReader(b), int64(len(b)), Options{3}); err == nil {
		t.Error("reduced by 3")
	}
}

// failing is a file of which only the start can be read.
type failing struct{ io.ReaderAt }

func (f failing) ReadAt(p []byte, off int64) (int, error) {
	if off > 0 {
		return 0, iotest.ErrTimeout
	}
	return f.ReaderAt.ReadAt(p, off)
}

func TestAFaultOfTheDiskIsNotOfThePicture(t *testing.T) {
	b := append(drawings()["4:2:0"].encoded(t), make([]byte, 1<<20)...)
	b = append(append(bytes.Clone(b[:2]), bytes.Repeat(marker(nil, 0xe5, make([]byte, 60_000)), 6)...), b[2:]...)
	if _, _, err := Decode(failing{bytes.NewReader(b)}, int64(len(b)), Options{2}); !errors.Is(err, iotest.ErrTimeout) {
		t.Error(err)
	}
}

// TestABrokenPictureIsShownAsFarAsItGoes looks at the parts before and after.
func TestABrokenPictureIsShownAsFarAsItGoes(t *testing.T) {
	for name, d := range map[string]drawing{
		"sequential": {w: 160, h: 160, sampling: one(2, 2), adobe: -1},
		"with RST":   {w: 160, h: 160, sampling: one(2, 2), adobe: -1, restart: 10},
	} {
		b := d.encoded(t)
		whole, _ := decode(t, b, 2)
		part, info := decode(t, b[:len(b)*2/3], 2)
		if !info.Truncated {
			t.Errorf("%s, cut: not said", name)
		}
		w, p := channels(t, whole)[0], channels(t, part)[0]
		if w.mean(0, 0, 40) != p.mean(0, 0, 40) || p.at(79, 79) != 128 {
			t.Errorf("%s, cut: the start differs, or the end is %.0f", name, p.at(79, 79))
		}
		c := bytes.Clone(b)
		copy(c[len(c)/2:], []byte{0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0})
		broken, info := decode(t, c, 2)
		p = channels(t, broken)[0]
		if !info.Truncated || w.mean(0, 0, 30) != p.mean(0, 0, 30) {
			t.Errorf("%s, broken: %+v, or the start differs", name, info)
		}
		if d.restart > 0 && w.mean(3, 3, 20) != p.mean(3, 3, 20) {
			t.Errorf("%s, broken: not taken up again", name)
		}
	}
}

func TestAProgressivePictureThatBreaksOffIsCoarse(t *testing.T) {
	b := vips(t, painted(t, 301, 203), ".png", "copy", "[Q=90,interlace=true]")
	want := full(t, b)
	img, info := decode(t, b[:len(b)/2], 2)
	_, mean := compare(t, img, want, 2)
	if !info.Truncated || mean > 12 {
		t.Errorf("%+v, %.2f levels off", info, mean)
	}
	last := bytes.LastIndex(b, []byte{0xff, 0xda})
	if _, info := decode(t, b[:last], 2); !info.Truncated {
		t.Error("a picture without its last scan is whole")
	}
}

// harmless decodes whatever b is by every factor, and looks whether the result
// is one that the resizer can take.
func harmless(t testing.TB, b []byte) {
	t.Helper()
	for _, by := range []int{2, 4, 8} {
		img, info, err := Decode(bytes.NewReader(b), int64(len(b)), Options{by})
		sameInStrips(t, b, by, img, info, err)
		if err != nil {
			continue
		}
		size := img.Bounds().Size()
		if size.X != Side(info.W, by) || size.Y != Side(info.H, by) {
			t.Fatalf("%v of %+v by %d", size, info, by)
		}
		draw.Draw(image.NewRGBA(image.Rect(0, 0, size.X, 1)), image.Rect(0, 0, size.X, 1), img, image.Pt(0, size.Y-1), draw.Src)
		img.At(size.X-1, size.Y-1)
	}
}

// sameInStrips claims that strips have the pixels of the whole picture, in
// order, and that two of them are good at any time.
func sameInStrips(t testing.TB, b []byte, by int, img image.Image, info Info, fault error) {
	t.Helper()
	var before image.Image
	rows := 0
	said, err := Strips(bytes.NewReader(b), int64(len(b)), Options{by}, func(strip image.Image) error {
		box := strip.Bounds()
		if box.Min.Y != rows || box.Empty() || img != nil && box.Dx() != img.Bounds().Dx() {
			t.Fatalf("by %d: strip %v after %d rows", by, box, rows)
		}
		if before != nil && img != nil { // or nothing can be shown after all
			samePixels(t, before, img)
		}
		rows, before = box.Max.Y, strip
		return nil
	})
	if fmt.Sprint(err) != fmt.Sprint(fault) || said != info {
		t.Fatalf("by %d in strips: %+v, %v; whole: %+v, %v", by, said, err, info, fault)
	}
	if fault == nil {
		samePixels(t, before, img)
		if rows != img.Bounds().Dy() {
			t.Fatalf("by %d: %d rows in strips of %v", by, rows, img.Bounds())
		}
	}
}

func samePixels(t testing.TB, strip, img image.Image) {
	t.Helper()
	box := strip.Bounds()
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := range box.Dx() {
			if a, b := strip.At(x, y), img.At(x, y); a != b {
				t.Fatalf("%d, %d of strip %v: %v, not %v", x, y, box, a, b)
			}
		}
	}
}

func TestStripsAreThePicture(t *testing.T) {
	for name, d := range drawings() {
		b := d.encoded(t)
		for _, by := range []int{2, 4, 8} {
			img, info, err := Decode(bytes.NewReader(b), int64(len(b)), Options{by})
			if err != nil {
				t.Fatal(name, err)
			}
			sameInStrips(t, b, by, img, info, nil)
		}
	}
	enough := errors.New("enough")
	for _, name := range []string{"4:2:0", "4:2:0, bands", "4:2:0, apart"} {
		b, n := drawings()[name].encoded(t), 0
		if len(b) == 0 {
			t.Fatal(name)
		}
		info, err := Strips(bytes.NewReader(b), int64(len(b)), Options{2}, func(image.Image) error { n++; return enough })
		if !errors.Is(err, enough) || n != 1 || info.Truncated {
			t.Errorf("%s: who refuses the first strip hears %v after %d, truncated %v", name, err, n, info.Truncated)
		}
	}
}

func someFiles(t testing.TB) [][]byte {
	var all [][]byte
	for _, name := range []string{"4:2:0, RST", "4:2:0, apart, RST", "4:2:0, bands, RST", "YCCK, bands", "RGB by name", "grey", "4:1:0"} {
		d := drawings()[name]
		d.w, d.h = 37, 26
		all = append(all, d.encoded(t))
	}
	odd := drawing{w: 33, h: 20, sampling: [][2]int{{4, 1}, {1, 3}, {2, 1}}, adobe: -1}.encoded(t)
	ink := drawing{w: 33, h: 20, sampling: [][2]int{{2, 2}, {1, 1}, {1, 1}, {2, 2}}, adobe: 2}.encoded(t)
	return append(all, odd, ink, vips(t, painted(t, 40, 30), ".png", "copy", "[Q=90,interlace=true,restart-interval=2]"))
}

func TestNoCutIsHarmful(t *testing.T) {
	for _, b := range someFiles(t) {
		for i := range 200 {
			harmless(t, b[:len(b)*i/200])
		}
	}
}

func TestNoFlippedBitIsHarmful(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, b := range someFiles(t) {
		for range 200 {
			c := bytes.Clone(b)
			for range 1 + r.IntN(3) {
				at := r.IntN(len(c))
				if r.IntN(2) == 0 {
					at = r.IntN(min(len(c), 700)) // the header
				}
				c[at] ^= 1 << r.IntN(8)
			}
			harmless(t, c)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, b := range someFiles(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) { harmless(t, b) })
}

func TestSizesAreOffByHalfAPixelAtMost(t *testing.T) {
	for _, tt := range [][3]int{{6000, 2, 3000}, {1065, 4, 266}, {1066, 4, 267}, {17, 8, 2}, {11, 8, 1}, {12, 8, 2}, {1, 8, 1}, {3, 2, 2}} {
		if got := Side(tt[0], tt[1]); got != tt[2] {
			t.Errorf("%d by %d: %d, want %d", tt[0], tt[1], got, tt[2])
		}
		d := drawing{w: min(tt[0], 33), h: min(tt[0], 17), sampling: one(2, 2), adobe: -1}
		if img, _ := decode(t, d.encoded(t), tt[1]); img.Bounds().Dx() != Side(d.w, tt[1]) || img.Bounds().Dy() != Side(d.h, tt[1]) {
			t.Errorf("%d × %d by %d: %v", d.w, d.h, tt[1], img.Bounds())
		}
	}
}

func TestStripsAtFullSizeAreWhatTheLibraryReads(t *testing.T) {
	compared := map[string]bool{}
	for name, d := range drawings() {
		b := d.encoded(t)
		want, err := std.Decode(bytes.NewReader(b))
		if err != nil {
			continue // it reads fewer kinds
		}
		rows, off, most := 0, 0, 1
		if name == "YCCK" {
			most = 3 // of which colours are made
		}
		info, err := Strips(bytes.NewReader(b), int64(len(b)), Options{1}, func(strip image.Image) error {
			r := strip.Bounds()
			if r.Min.Y != rows || r.Dx() != want.Bounds().Dx() {
				t.Fatalf("%s: %v after %d rows", name, r, rows)
			}
			rows = r.Max.Y
			for y := r.Min.Y; y < r.Max.Y; y++ {
				for x := r.Min.X; x < r.Max.X; x++ {
					off = max(off, farthest(strip.At(x, y), want.At(x, y)))
				}
			}
			compared[fmt.Sprintf("%T", strip)] = true
			return nil
		})
		var other Unsupported
		switch {
		case d.bands && errors.As(err, &other):
		case err != nil || d.bands || rows != want.Bounds().Dy() || info.Truncated:
			t.Errorf("%s: %v, %d rows of %v, truncated %v", name, err, rows, want.Bounds(), info.Truncated)
		case off > most:
			t.Errorf("%s: off by up to %d", name, off)
		}
	}
	if len(compared) < 3 {
		t.Errorf("only %v", compared)
	}
}

// farthest is the greatest difference between the samples of two colours of one model.
func farthest(a, b color.Color) int {
	samples := func(c color.Color) [4]int {
		switch c := c.(type) {
		case color.YCbCr:
			return [4]int{int(c.Y), int(c.Cb), int(c.Cr)}
		case color.CMYK:
			return [4]int{int(c.C), int(c.M), int(c.Y), int(c.K)}
		}
		r, g, b, _ := c.RGBA()
		return [4]int{int(r >> 8), int(g >> 8), int(b >> 8)}
	}
	most, p, q := 0, samples(a), samples(b)
	for i := range p {
		most = max(most, p[i]-q[i], q[i]-p[i])
	}
	return most
}
