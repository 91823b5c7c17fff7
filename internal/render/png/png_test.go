package png

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	std "image/png"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"testing/iotest"
)

// kinds are all colour types and depths, with and without holes.
func kinds() map[string]drawing {
	all := map[string]drawing{}
	for name, k := range map[string]struct {
		kind   byte
		depths []int
		holes  bool
	}{
		"grey": {grey, []int{1, 2, 4, 8, 16}, true}, "RGB": {rgb, []int{8, 16}, true}, "palette": {paletted, []int{1, 2, 4, 8}, true},
		"grey and alpha": {greyAlpha, []int{8, 16}, false}, "RGB and alpha": {rgbAlpha, []int{8, 16}, false},
	} {
		for _, depth := range k.depths {
			d := drawing{w: 61, h: 43, depth: depth, kind: k.kind, filter: -1, colours: min(200, 1<<depth)}
			all[fmt.Sprintf("%s, %d bits", name, depth)] = d
			if d.holes = k.holes; k.holes {
				all[fmt.Sprintf("%s, %d bits, holes", name, depth)] = d
			}
		}
	}
	return all
}

func decode(t testing.TB, b []byte, w, h int) (image.Image, Info) {
	t.Helper()
	img, info, err := Decode(bytes.NewReader(b), int64(len(b)), Options{w, h})
	if err != nil {
		t.Fatal(err)
	}
	return img, info
}

func full(t testing.TB, b []byte) image.Image {
	t.Helper()
	img, err := std.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// pixel is a pixel in levels of 0 to 255: its colours × its alpha, and that.
func levels(img image.Image, x, y int) [4]float64 {
	b := img.Bounds().Min
	c := color.NRGBA64Model.Convert(img.At(b.X+x, b.Y+y)).(color.NRGBA64)
	a := float64(c.A) / 65_535
	return [4]float64{float64(c.R) / 257 * a, float64(c.G) / 257 * a, float64(c.B) / 257 * a, 255 * a}
}

// compare reports how far got is at most from the means of full.
func compare(t testing.TB, got, full image.Image) (most float64) {
	t.Helper()
	to, from := got.Bounds().Size(), full.Bounds().Size()
	sx, sy := float64(from.X)/float64(to.X), float64(from.Y)/float64(to.Y)
	over := func(i int, at, n float64) float64 {
		return max(0, min(float64(i+1), (at+1)*n)-max(float64(i), at*n))
	}
	all := make([][4]float64, from.X*from.Y)
	for i := range all {
		all[i] = levels(full, i%from.X, i/from.X)
	}
	for y := range to.Y {
		for x := range to.X {
			var sum [4]float64
			for v := int(float64(y) * sy); v < min(from.Y, int(float64(y+1)*sy)+1); v++ {
				for u := int(float64(x) * sx); u < min(from.X, int(float64(x+1)*sx)+1); u++ {
					k := over(u, float64(x), sx) * over(v, float64(y), sy) / (sx * sy)
					for c, l := range all[v*from.X+u] {
						sum[c] += k * l
					}
				}
			}
			for c, l := range levels(got, x, y) {
				most = max(most, math.Abs(l-sum[c]))
			}
		}
	}
	return most
}

var targets = [][2]int{{0, 0}, {61, 43}, {60, 43}, {40, 28}, {17, 43}, {30, 21}, {7, 5}, {1, 1}}

// TestEveryKindIsTheMeanOfWhatTheLibraryReads claims one level. Deep samples are
// rounded once more, and so are colours apart from their alpha.
func TestEveryKindIsTheMeanOfWhatTheLibraryReads(t *testing.T) {
	for name, d := range kinds() {
		t.Run(name, func(t *testing.T) {
			want, allowed := full(t, d.encoded(t)), 1.0
			if d.depth == 16 {
				allowed += 0.5
			}
			if d.holes || d.kind == greyAlpha || d.kind == rgbAlpha {
				allowed += 0.5
			}
			for _, to := range targets {
				for _, d.interlaced = range []bool{false, true} {
					got, info := decode(t, d.encoded(t), to[0], to[1])
					if info != (Info{61, 43, false}) {
						t.Errorf("%v, interlaced %t: %+v", to, d.interlaced, info)
					}
					if most := compare(t, got, want); most > allowed {
						t.Errorf("%v, interlaced %t: %.2f levels off", to, d.interlaced, most)
					}
					switch got.(type) {
					case *image.Gray:
						if d.kind != grey || d.holes {
							t.Errorf("%T", got)
						}
					case *image.NRGBA:
						if d.kind == grey && !d.holes {
							t.Errorf("%T", got)
						}
					default:
						t.Errorf("%T", got)
					}
				}
			}
		})
	}
}

func pix(img image.Image) []byte {
	switch p := img.(type) {
	case *image.Gray:
		return p.Pix
	case *image.NRGBA:
		return p.Pix
	}
	return nil
}

func TestInterlacedPicturesAreTheSameToTheBit(t *testing.T) {
	for name, d := range kinds() {
		for _, size := range []image.Point{{61, 43}, {1, 1}, {2, 9}, {4, 4}, {5, 3}, {9, 1}, {1, 8}, {33, 65}} {
			d.w, d.h = size.X, size.Y
			for _, to := range [][2]int{{0, 0}, {(d.w + 1) / 2, (d.h + 2) / 3}, {1, 1}} {
				d.interlaced = false
				plain, _ := decode(t, d.encoded(t), to[0], to[1])
				d.interlaced = true
				other, _ := decode(t, d.encoded(t), to[0], to[1])
				if !bytes.Equal(pix(plain), pix(other)) || pix(plain) == nil {
					t.Errorf("%s, %v to %v: interlaced is another", name, size, to)
				}
			}
		}
	}
}

func TestEveryFilterIsUndone(t *testing.T) {
	for name, d := range kinds() {
		want := full(t, d.encoded(t))
		for d.filter = range 5 {
			if got, _ := decode(t, d.encoded(t), 0, 0); compare(t, got, want) > 1 {
				t.Errorf("%s: filter %d is not undone", name, d.filter)
			}
		}
	}
}

func TestChunksMayBreakAnywhere(t *testing.T) {
	d := kinds()["RGB, 8 bits"]
	want, _ := decode(t, d.encoded(t), 20, 11)
	for _, d.piece = range []int{1, 2, 3, 100, 1 << 20} {
		b := d.encoded(t)
		if d.piece == 3 {
			b = bytes.ReplaceAll(b, []byte("\x00\x00\x00\x03IDAT"), []byte("\x00\x00\x00\x00IDAT\x35\xaf\x06\x1e\x00\x00\x00\x03IDAT")) // with empty ones
		}
		if got, info := decode(t, b, 20, 11); info.Truncated || !bytes.Equal(pix(got), pix(want)) {
			t.Errorf("in pieces of %d: %+v, or another picture", d.piece, info)
		}
	}
}

// vips has libpng write img.
func vips(t testing.TB, img []byte, operation, saved string, more ...string) []byte {
	t.Helper()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.png"), filepath.Join(dir, "out.png")
	if err := os.WriteFile(in, img, 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command("vips", append([]string{operation, in, out + saved}, more...)...).CombinedOutput(); err != nil {
		t.Fatalf("install libvips-tools: %v\n%s", err, said)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPicturesOfLibpngToo(t *testing.T) {
	colour := drawing{w: 301, h: 203, depth: 8, kind: rgb}.encoded(t)
	holes := drawing{w: 301, h: 203, depth: 8, kind: rgbAlpha}.encoded(t)
	deep := drawing{w: 301, h: 203, depth: 16, kind: rgbAlpha}.encoded(t)
	dark := drawing{w: 301, h: 203, depth: 8, kind: grey}.encoded(t)
	for name, b := range map[string][]byte{
		"plain":              vips(t, colour, "copy", "[filter=none]"),
		"all filters":        vips(t, colour, "copy", "[filter=all]"),
		"Paeth":              vips(t, colour, "copy", "[filter=paeth]"),
		"interlaced":         vips(t, colour, "copy", "[interlace=true,filter=all]"),
		"palette":            vips(t, colour, "copy", "[palette=true]"),
		"interlaced palette": vips(t, colour, "copy", "[palette=true,interlace=true,bitdepth=4]"),
		"2 bits":             vips(t, colour, "copy", "[palette=true,bitdepth=2]"),
		"1 bit":              vips(t, dark, "copy", "[bitdepth=1]"),
		"1 bit, interlaced":  vips(t, dark, "copy", "[bitdepth=1,interlace=true]"),
		"palette with holes": vips(t, holes, "copy", "[palette=true]"),
		"holes, interlaced":  vips(t, holes, "copy", "[interlace=true,filter=all]"),
		"16 bits":            vips(t, deep, "copy", "[filter=all]"),
		"16, interlaced":     vips(t, deep, "copy", "[filter=all,interlace=true]"),
		"grey":               vips(t, dark, "copy", "[filter=all]"),
		"not packed":         vips(t, colour, "copy", "[compression=0]"),
	} {
		want := full(t, b)
		for _, to := range [][2]int{{0, 0}, {100, 67}, {37, 203}} {
			got, info := decode(t, b, to[0], to[1])
			if most := compare(t, got, want); most > 1.1 || info.Truncated {
				t.Errorf("%s to %v: %.2f levels off, %+v", name, to, most, info)
			}
		}
	}
}

// TestRowsStandWhereTheyStood has four colours in four corners.
func TestRowsStandWhereTheyStood(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 90, 60))
	for i := range 90 * 60 {
		c := color.NRGBA{255, 0, 0, 255}
		if i%90 >= 45 {
			c = color.NRGBA{0, 255, 0, 255}
		}
		if i/90 >= 30 {
			c.B = 255
		}
		img.SetNRGBA(i%90, i/90, c)
	}
	var b bytes.Buffer
	if err := std.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	for _, file := range [][]byte{b.Bytes(), vips(t, b.Bytes(), "copy", "[interlace=true]")} {
		got, _ := decode(t, file, 9, 6)
		for at, want := range map[image.Point]color.NRGBA{
			{0, 0}: {255, 0, 0, 255}, {8, 0}: {0, 255, 0, 255}, {0, 5}: {255, 0, 255, 255}, {8, 5}: {0, 255, 255, 255},
		} {
			if got.At(at.X, at.Y) != want {
				t.Errorf("at %v: %v, want %v", at, got.At(at.X, at.Y), want)
			}
		}
	}
}

func TestPixelsOutsideThePaletteAreBlackOrHoles(t *testing.T) {
	d := drawing{w: 8, h: 8, depth: 8, kind: paletted, colours: 256}
	b := d.encoded(t)
	at := bytes.Index(b, []byte("PLTE")) - 4
	few := append(addChunk(bytes.Clone(b[:at]), "PLTE", []byte{9, 9, 9}), b[at+12+768:]...)
	if got, _ := decode(t, few, 0, 0); got.At(7, 7) != (color.NRGBA{0, 0, 0, 255}) {
		t.Error(got.At(7, 7))
	}
	few = append(addChunk(addChunk(bytes.Clone(b[:at]), "PLTE", []byte{9, 9, 9}), "tRNS", []byte{255}), b[at+12+768:]...)
	if got, _ := decode(t, few, 0, 0); got.At(7, 7) != (color.NRGBA{}) {
		t.Error(got.At(7, 7))
	}
}

func flipped(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 1
	return b
}

func TestWhatCannotBeShownIsAnError(t *testing.T) {
	d := kinds()["palette, 8 bits, holes"]
	b := d.encoded(t)
	at := func(name string) int { return bytes.Index(b, []byte(name)) }
	head := func(at int, v ...byte) []byte {
		h := d.header()
		copy(h[at:], v)
		return append(addChunk([]byte(magic), "IHDR", h), b[33:]...)
	}
	for what, c := range map[string][]byte{
		"nothing":                nil,
		"no picture":             []byte("GIF89a, but as long as a PNG needs to be"),
		"no header":              append([]byte(magic), b[33:]...),
		"two headers":            append(bytes.Clone(b[:33]), b[8:]...),
		"no width":               head(0, 0, 0, 0, 0),
		"no height":              head(4, 0, 0, 0, 0),
		"65,501 wide":            head(0, 0, 0, 0xff, 0xdd),
		"65,500 × 65,500":        head(0, 0, 0, 0xff, 0xdc, 0, 0, 0xff, 0xdc),
		"no such type":           head(9, 5),
		"no such depth":          head(8, 3),
		"RGB of 4 bits":          head(8, 4, 2),
		"no such interlacing":    head(12, 2),
		"a broken header":        flipped(b, 20),
		"a broken palette":       flipped(b, at("PLTE")+9),
		"no palette":             append(bytes.Clone(b[:at("PLTE")-4]), b[at("tRNS")-4:]...),
		"two palettes":           append(bytes.Clone(b[:at("tRNS")-4]), b[at("PLTE")-4:]...),
		"a palette of 2 samples": addChunk(bytes.Clone(b[:33]), "PLTE", []byte{1, 2}),
		"no pixels":              append(bytes.Clone(b[:at("IDAT")-4]), b[at("IEND")-4:]...),
		"pixels of nothing":      append(addChunk(bytes.Clone(b[:at("IDAT")-4]), "IDAT", nil), b[at("IEND")-4:]...),
		"pixels of half a row":   append(addChunk(bytes.Clone(b[:at("IDAT")-4]), "IDAT", packed(make([]byte, 30))), b[at("IEND")-4:]...),
		"a filter of 5":          append(addChunk(bytes.Clone(b[:at("IDAT")-4]), "IDAT", packed(bytes.Repeat([]byte{5}, 3000))), b[at("IEND")-4:]...),
		"cut in its header":      b[:20],
		"cut before its pixels":  b[:at("IDAT")],
		"a chunk of 4 GB":        append(bytes.Clone(b[:33]), 0xff, 0xff, 0xff, 0xff, 't', 'e', 'X', 't'),
		"chunks of nothing":      append(bytes.Clone(b[:33]), bytes.Repeat(addChunk(nil, "teXt", nil), maxChunks+1)...),
	} {
		if img, _, err := Decode(bytes.NewReader(c), int64(len(c)), Options{}); err == nil {
			t.Errorf("%s: %v", what, img.Bounds())
		}
	}
	for _, o := range []Options{{62, 43}, {61, 44}, {-1, 5}, {5, 0}} {
		if _, _, err := Decode(bytes.NewReader(b), int64(len(b)), o); err == nil {
			t.Errorf("%+v", o)
		}
	}
	if _, _, err := Decode(bytes.NewReader(head(0, 0, 0, 0xff, 0xdc, 0, 0, 0xff, 0xdc)), int64(len(b)), Options{1, 1}); !errors.Is(err, ErrAbsurd) {
		t.Error(err)
	}
}

func TestKindsThatAreNotReadAreNamed(t *testing.T) {
	b := kinds()["RGB, 8 bits"].encoded(t)
	mng := kinds()["RGB, 8 bits"].header()
	mng[11] = 64
	for want, c := range map[string][]byte{
		"CgBI":                                   append(addChunk([]byte(magic), "CgBI", []byte{0, 0, 0, 0}), b[8:]...),
		`chunk "JDAT"`:                           append(addChunk(bytes.Clone(b[:33]), "JDAT", nil), b[33:]...),
		"compression or filters of another kind": append(addChunk([]byte(magic), "IHDR", mng), b[33:]...),
	} {
		_, _, err := Decode(bytes.NewReader(c), int64(len(c)), Options{})
		var u Unsupported
		if !errors.As(err, &u) || string(u) != want {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestABrokenChunkOfHolesMeansNone(t *testing.T) {
	d := kinds()["RGB, 8 bits, holes"]
	b := d.encoded(t)
	got, info := decode(t, flipped(b, bytes.Index(b, []byte("tRNS"))+4), 0, 0)
	if !got.(*image.NRGBA).Opaque() || info.Truncated {
		t.Errorf("%+v, or holes", info)
	}
}

func TestMoreThanIsNeededIsPassedOver(t *testing.T) {
	for _, interlaced := range []bool{false, true} {
		d := drawing{w: 40, h: 30, depth: 8, kind: rgb, interlaced: interlaced}
		want, _ := decode(t, d.encoded(t), 0, 0)
		d.more = make([]byte, 1<<20)
		if got, info := decode(t, d.encoded(t), 0, 0); info.Truncated || !bytes.Equal(pix(got), pix(want)) {
			t.Errorf("%+v, or another picture", info)
		}
	}
}

func TestABrokenPictureIsShownAsFarAsItGoes(t *testing.T) {
	d := drawing{w: 200, h: 160, depth: 8, kind: rgb, filter: -1}
	b := d.encoded(t)
	want, _ := decode(t, b, 50, 40)
	short := d
	short.less = 60
	junk := bytes.Clone(b)
	copy(junk[len(b)/2:], bytes.Repeat([]byte{0xaa}, 300))
	for name, c := range map[string][]byte{"cut": b[:len(b)*2/3], "of fewer rows": short.encoded(t), "with junk": junk} {
		got, info := decode(t, c, 50, 40)
		g, w := pix(got), pix(want)
		if !info.Truncated || !bytes.Equal(g[:50*4*12], w[:50*4*12]) {
			t.Errorf("%s: %+v, or the start differs", name, info)
		}
		if name != "with junk" && !bytes.Equal(g[len(g)-4:], []byte{128, 128, 128, 255}) {
			t.Errorf("%s: %v at the end", name, g[len(g)-4:])
		}
	}
}

func TestAnInterlacedPictureThatBreaksOffIsCoarse(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 320, 240))
	for i := range img.Pix {
		x, y := i/4%320, i/4/320
		img.Pix[i] = []byte{byte(x / 2), byte(y), 120, 255}[i%4]
	}
	var b bytes.Buffer
	if err := std.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	c := vips(t, b.Bytes(), "copy", "[interlace=true,compression=0]")
	for _, part := range []int{3, 2} { // passes 1 to 5, then also a part of the sixth
		for _, to := range [][2]int{{40, 30}, {160, 120}, {0, 0}} {
			got, info := decode(t, c[:len(c)/part], to[0], to[1])
			if most := compare(t, got, img); !info.Truncated || most > 8 {
				t.Errorf("1/%d, to %v: %+v, %.1f levels off", part, to, info, most)
			}
		}
	}
	got, info := decode(t, c[:len(c)/400], 40, 30) // a part of the first
	if at := got.At(39, 29); !info.Truncated || at != (color.NRGBA{128, 128, 128, 255}) {
		t.Errorf("%+v, %v at the end", info, at)
	}
}

// TestAWrongChecksumIsSaid has pixels that unpack without fault, of which one is wrong.
func TestAWrongChecksumIsSaid(t *testing.T) {
	for _, piece := range []int{0, 50} {
		d := drawing{w: 40, h: 30, depth: 8, kind: rgb, piece: piece}
		b := d.encoded(t)
		first := bytes.Index(b, []byte("IDAT"))
		last := bytes.LastIndex(b, []byte("IEND")) - 5
		for what, c := range map[string][]byte{
			"the checksum of the last chunk": flipped(b, last),
			"that of the data":               flipped(b, last-5),
		} {
			if _, info := decode(t, c, 0, 0); !info.Truncated {
				t.Errorf("%s, in pieces of %d: not said", what, piece)
			}
		}
		if piece > 0 {
			c := flipped(b, first+4+piece)
			if _, _, err := Decode(bytes.NewReader(c), int64(len(c)), Options{}); err == nil {
				t.Error("a first chunk of less than a row, with a wrong checksum, is shown")
			}
		}
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

// late fails after some bytes.
type late struct {
	io.ReaderAt
	from int64
}

func (f late) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > f.from {
		return 0, iotest.ErrTimeout
	}
	return f.ReaderAt.ReadAt(p, off)
}

func TestAFaultOfTheDiskIsNotOfThePicture(t *testing.T) {
	b := drawing{w: 400, h: 300, depth: 8, kind: rgb}.encoded(t)
	for _, r := range []io.ReaderAt{failing{bytes.NewReader(b)}, late{bytes.NewReader(b), 60}, late{bytes.NewReader(b), 90_000}} {
		if _, _, err := Decode(r, int64(len(b)), Options{10, 10}); !errors.Is(err, iotest.ErrTimeout) {
			t.Error(err)
		}
	}
}

// harmless decodes whatever b is, and looks whether the result is one that the
// resizer can take.
func harmless(t testing.TB, b []byte) {
	t.Helper()
	for _, o := range []Options{{}, {1, 1}, {5, 3}} {
		if len(b) > 24 && o == (Options{}) && (b[16]|b[17]|b[20]|b[21] != 0 || b[18]|b[22] > 8) {
			continue // of more than 2,000 pixels a side, which takes time and finds no more
		}
		img, info, err := Decode(bytes.NewReader(b), int64(len(b)), o)
		if err != nil {
			continue
		}
		want := image.Pt(o.W, o.H)
		if o.W == 0 {
			want = image.Pt(info.W, info.H)
		}
		if size := img.Bounds().Size(); size != want || len(pix(img)) != want.X*want.Y*map[bool]int{true: 1, false: 4}[img.ColorModel() == color.GrayModel] {
			t.Fatalf("%v of %+v, %d bytes", size, info, len(pix(img)))
		}
	}
}

func someFiles(t testing.TB) (all [][]byte) {
	for _, d := range kinds() {
		d.w, d.h = 13, 9
		all = append(all, d.encoded(t))
		d.interlaced, d.piece = true, 40
		all = append(all, d.encoded(t))
	}
	return all
}

func TestNoCutIsHarmful(t *testing.T) {
	for _, b := range someFiles(t) {
		for i := range 60 {
			harmless(t, b[:len(b)*i/60])
		}
	}
}

// mended makes all checksums right.
func mended(b []byte) []byte {
	if len(b) < 8 {
		return b
	}
	out := bytes.Clone(b[:8])
	for b = b[8:]; len(b) >= 12; {
		n := int(b[2])<<8 | int(b[3])
		if b[0]|b[1] != 0 || 12+n > len(b) {
			break
		}
		out = addChunk(out, string(b[4:8]), b[8:8+n])
		b = b[12+n:]
	}
	return append(out, b...)
}

func TestNoFlippedBitIsHarmful(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, b := range someFiles(t) {
		for range 60 {
			c := bytes.Clone(b)
			for range 1 + r.IntN(3) {
				c[r.IntN(len(c))] ^= 1 << r.IntN(8)
			}
			harmless(t, c)
			harmless(t, mended(c))
		}
	}
}

// FuzzDecode mends the checksums, so that more than those is looked at.
func FuzzDecode(f *testing.F) {
	for _, b := range someFiles(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) { harmless(t, mended(b)) })
}

func TestStreamHandsOutTheRows(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 61, 43))
	for i := range img.Pix {
		img.Pix[i] = byte(i * 7)
	}
	for i := 3; i < len(img.Pix); i += 4 {
		img.Pix[i] = 255
	}
	var b bytes.Buffer
	if err := std.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{{}, {20, 15}} {
		whole, want, err := Decode(bytes.NewReader(b.Bytes()), int64(b.Len()), o)
		if err != nil {
			t.Fatal(err)
		}
		n, rows := whole.(*image.NRGBA), 0
		none, got, err := Stream(bytes.NewReader(b.Bytes()), int64(b.Len()), o, func(row []byte) {
			for x := range n.Rect.Dx() {
				if !bytes.Equal(row[3*x:][:3], n.Pix[n.PixOffset(x, rows):][:3]) {
					t.Fatalf("row %d, pixel %d: %v", rows, x, row[3*x:][:3])
				}
			}
			rows++
		})
		if err != nil || none != nil || got != want || rows != n.Rect.Dy() {
			t.Errorf("%+v: %d rows of %v, %v, %+v, %v", o, rows, n.Rect, none, got, err)
		}
	}
	img.Pix[3] = 0
	b.Reset()
	if err := std.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	if got, _, err := Stream(bytes.NewReader(b.Bytes()), int64(b.Len()), Options{}, func([]byte) { t.Error("a row with a hole") }); got == nil || err != nil {
		t.Errorf("%v, %v", got, err)
	}
}
