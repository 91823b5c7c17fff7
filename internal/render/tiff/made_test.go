package tiff

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"

	"pano/internal/icc"
)

// save writes b where outside programs can read it.
func (w workbench) save(t testing.TB, name string, b []byte) string {
	t.Helper()
	if err := os.WriteFile(w.at(name), b, 0o600); err != nil {
		t.Fatal(err)
	}
	return w.at(name)
}

// TestLabIsTurnedAsLittleCMSDoes writes colours that sRGB can show in all four
// ways, and asks transicc for the sRGB of what was written.
func TestLabIsTurnedAsLittleCMSDoes(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	var labs []icc.Lab
	for len(labs) < 150 {
		l := icc.Lab{L: r.Float64() * 100, A: r.Float64()*200 - 100, B: r.Float64()*200 - 100}
		if s := l.XYZ().Light(); min(s[0], s[1], s[2]) > 0.001 && max(s[0], s[1], s[2]) < 0.98 {
			labs = append(labs, l)
		}
	}
	for _, k := range []struct {
		photometric, bits int
		white             float64
		zero              int
	}{{8, 8, 255, 0}, {8, 16, 65535, 0}, {9, 8, 255, 128}, {9, 16, 65280, 32768}} {
		var rows, ask bytes.Buffer
		one := float64(k.bits/8*k.bits/8-1)*255/3 + 1 // 1 or 256 for a step of a and b
		for _, l := range labs {
			v := []int{int(math.Round(l.L / 100 * k.white)), int(math.Round(l.A * one)), int(math.Round(l.B * one))}
			fmt.Fprintf(&ask, "%f\n%f\n%f\n", float64(v[0])/k.white*100, float64(v[1])/one, float64(v[2])/one)
			for i, x := range v {
				if i > 0 {
					x += k.zero
				}
				if k.bits == 16 {
					rows.WriteByte(byte(x >> 8))
				}
				rows.WriteByte(byte(x))
			}
		}
		b := file(rows.Bytes(), set(simple(len(labs), 1, 3, k.photometric, 1, rows.Len()), BitsPerSample, k.bits, k.bits, k.bits)...)
		img, err := decode(b, Reduce{})
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("transicc", "-t1", "-n", "-i", "*Lab", "-o", "*sRGB")
		cmd.Stdin = &ask
		said, err := cmd.Output()
		if err != nil {
			t.Fatal("install liblcms2-utils: ", err)
		}
		lines := strings.Split(strings.TrimSpace(string(said)), "\n")
		for i := range labs {
			var want [3]float64
			if _, err := fmt.Sscan(lines[len(lines)-len(labs)+i], &want[0], &want[1], &want[2]); err != nil {
				t.Fatalf("%v: %q", err, lines[len(lines)-len(labs)+i])
			}
			got := img.(*image.NRGBA).Pix[4*i:]
			for c := range want {
				if d := math.Abs(float64(got[c]) - want[c]); d > 1.5 {
					t.Errorf("photometric %d, %d bits, %v: %v, want %.1f", k.photometric, k.bits, labs[i], got[:3], want)
					break
				}
			}
		}
	}
}

// TestUnpackedYCbCrComesAsLibTIFFReadsIt has colours as fine as the light, and
// coarser. Vips refuses the coarser ones, and does not turn the finer ones to RGB.
func TestUnpackedYCbCrComesAsLibTIFFReadsIt(t *testing.T) {
	w := workbench{t.TempDir()}
	src := patches(96, 48)
	for _, s := range [][2]int{{1, 1}, {2, 1}, {2, 2}, {4, 1}, {4, 4}, {1, 2}} {
		for _, packing := range []int{unpacked, deflated} {
			var rows bytes.Buffer
			for y := 0; y < 48; y += s[1] {
				for x := 0; x < 96; x += s[0] {
					var cb, cr byte
					for v := range s[1] {
						for u := range s[0] {
							c := src.NRGBAAt(x+u, y+v)
							var l byte
							l, cb, cr = color.RGBToYCbCr(c.R, c.G, c.B)
							rows.WriteByte(l)
						}
					}
					rows.Write([]byte{cb, cr})
				}
			}
			data := rows.Bytes()
			if packing == deflated {
				data = deflate(data)
			}
			es := set(simple(96, 48, 3, yCbCr, packing, len(data)), YCbCrSampling, s[0], s[1])
			name := w.save(t, fmt.Sprintf("%d%d.tif", s[0], s[1]), file(data, es...))
			img, _, err := open(t, name, Reduce{})
			if err != nil {
				t.Fatal(err)
			}
			if d := farthest(t, w.make(t, name, "tiff2rgba -c none -n $1 $2"), img, 0); d > 1 {
				t.Errorf("%v, packed %d: off by %d", s, packing, d)
			}
		}
	}
}

func deflate(b []byte) []byte {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	z.Write(b)
	z.Close()
	return packed.Bytes()
}

// faxRowsOf writes rows of modified Huffman codes, each from a new byte.
func faxRowsOf(rows [][]byte) []byte {
	var out []byte
	codes := [2][]string{strings.Fields(whiteCodes + " " + longCodes), strings.Fields(blackCodes + " " + longCodes)}
	for _, row := range rows {
		bits := ""
		for x, colour := 0, byte(0); x < len(row); colour ^= 1 {
			n := 0
			for x+n < len(row) && row[x+n] == colour {
				n++
			}
			x += n
			for ; n > 2560; n -= 2560 {
				bits += codes[colour][103]
			}
			if n > 63 {
				bits += codes[colour][63+n/64]
			}
			bits += codes[colour][n%64]
		}
		for bits += strings.Repeat("0", -len(bits)&7); len(bits) > 0; bits = bits[8:] {
			v := 0
			for _, b := range bits[:8] {
				v = v<<1 | int(b-'0')
			}
			out = append(out, byte(v))
		}
	}
	return out
}

// TestFaxRowsComeAsVipsReadsThem has runs of every length, and of more than one code.
func TestFaxRowsComeAsVipsReadsThem(t *testing.T) {
	const w, h = 6000, 120
	r := rand.New(rand.NewPCG(4, 4))
	var rows [][]byte
	for y := range h {
		row, colour := make([]byte, 0, w), byte(y&1)
		for len(row) < w {
			n := min(1+r.IntN(1<<(1+y%13)), w-len(row))
			row, colour = append(row, bytes.Repeat([]byte{colour}, n)...), colour^1
		}
		rows = append(rows, row)
	}
	data := faxRowsOf(rows)
	es := set(simple(w, h, 1, whiteIsZero, faxRows, len(data)), BitsPerSample, 1)
	bench := workbench{t.TempDir()}
	name := bench.save(t, "a.tif", file(data, es...))
	img, info, err := open(t, name, Reduce{})
	if err != nil || info.Truncated {
		t.Fatal(err, info)
	}
	if d := farthest(t, name, img, 0); d > 0 {
		t.Errorf("off by %d", d)
	}
	again := bench.make(t, name, "tiffcp -c g3:2d -r 50 $1 $2", "tiffcp -c g4 $1 $2")
	img, info, err = open(t, again, Reduce{})
	if err != nil || info.Truncated {
		t.Fatal(err, info)
	}
	for y, row := range rows {
		for x, v := range row {
			if got := img.(*image.Gray).GrayAt(x, y).Y; got != 255*(1-v) {
				t.Fatalf("group 4, at %d, %d: %d", x, y, got)
			}
		}
	}
}

// TestPlanesOf16BitsComeAsVipsReadsThem has raw2tiff write the planes, since tiffcp cannot.
func TestPlanesOf16BitsComeAsVipsReadsThem(t *testing.T) {
	w := workbench{t.TempDir()}
	r := rand.New(rand.NewPCG(5, 5))
	raw := make([]byte, 2*3*50*40)
	for i := range raw {
		raw[i] = byte(r.IntN(256))
	}
	in := w.save(t, "in.raw", raw)
	for _, c := range []string{"none", "lzw:2", "zip:2", "packbits"} {
		name := w.at(c + ".tif")
		run(t, "raw2tiff", "-w", "50", "-l", "40", "-b", "3", "-d", "short", "-p", "rgb", "-i", "band", "-r", "7", "-c", c, in, name)
		img, info, err := open(t, name, Reduce{})
		if err != nil || info.Truncated {
			t.Fatal(c, err, info)
		}
		if d := farthest(t, name, img, 0); d > 1 {
			t.Errorf("%s: off by %d", c, d)
		}
	}
}

// TestReducedIsTheMeanOfTheWhole reduces pictures of all ways of reading, and
// averages whole ones by the plain definition.
func TestReducedIsTheMeanOfTheWhole(t *testing.T) {
	w := sources(t)
	for _, k := range [][]string{
		{"rgb.tif", "tiffcp -c lzw:2 -r 9 $1 $2"}, {"rgb16.tif", "tiffcp -c zip:2 $1 $2"}, {"cmyk.tif", "tiffcp -c none -t -w 48 -l 32 $1 $2"},
		{"rgb.tif", "tiffcp -p separate -c packbits -r 20 $1 $2"}, {"rgba.tif", "tiffcp -c none $1 $2"}, {"premultiplied.tif", "tiffcp -c none $1 $2"},
		{"greya.tif", "tiffcp -c zip $1 $2"}, {"rgb.tif", "tiffmedian $1 $2"}, {"grey.tif", "vips tiffsave $1 $2 --bitdepth 1 --compression ccittfax4"},
		{"lab16.tif", "tiffcp -c none $1 $2"}, {"rgb.tif", "tiffcp -c jpeg:95 -r 16 $1 $2"}, {"grey.tif", "tiffcp -c jpeg:95 -r 16 $1 $2"},
	} {
		file := w.make(t, w.at(k[0]), k[1:]...)
		whole, _, err := open(t, file, Reduce{})
		if err != nil {
			t.Fatal(k, err)
		}
		for _, to := range []Reduce{{101, 66}, {60, 40}, {203, 131}, {1, 1}} {
			small, info, err := open(t, file, to)
			if err != nil || info.W != 203 || info.H != 131 || small.Bounds().Dx() != to.W || small.Bounds().Dy() != to.H {
				t.Fatalf("%q to %v: %v, %v, %v", k, to, small, info, err)
			}
			if d := streamed(t, file, to, small); d != "" {
				t.Errorf("%q to %v: %s", k, to, d)
			}
			if d, at := meanError(small, whole); d > 1 {
				t.Errorf("%q to %v: off by %.2f at %v", k, to, d, at)
			}
		}
	}
}

// streamed says how the rows that Stream hands out differ from a picture.
func streamed(t *testing.T, file string, to Reduce, small image.Image) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]byte
	img, _, err := Stream(bytes.NewReader(b), int64(len(b)), to, func(row []byte) { rows = append(rows, bytes.Clone(row)) })
	if err != nil {
		return err.Error()
	}
	switch p := small.(type) {
	case *image.CMYK:
		if img == nil {
			return "ink was handed out"
		}
		return ""
	case *image.NRGBA:
		if img != nil {
			if !p.Opaque() {
				return ""
			}
			return "no rows"
		}
	}
	if len(rows) != to.H {
		return fmt.Sprintf("%d rows", len(rows))
	}
	for y, row := range rows {
		n := len(row) / to.W
		for x := range to.W {
			r, g, b, _ := small.At(x, y).RGBA()
			px := row[x*n:][:n]
			if px[0] != byte(r>>8) || px[n-1] != byte(b>>8) || n == 3 && px[1] != byte(g>>8) {
				return fmt.Sprintf("%d, %d is %v", x, y, px)
			}
		}
	}
	return ""
}

// meanError is how far pixels of small are from the mean of what they cover.
// Colours that are not all there are compared on white.
func meanError(small, whole image.Image) (most float64, at image.Point) {
	size, big := small.Bounds().Size(), whole.Bounds().Size()
	over := func(i, at int, n float64) float64 {
		return max(0, min(float64(i+1), float64(at+1)*n)-max(float64(i), float64(at)*n))
	}
	sx, sy := float64(big.X)/float64(size.X), float64(big.Y)/float64(size.Y)
	for y := range size.Y {
		for x := range size.X {
			var sum [4]float64
			for v := int(float64(y) * sy); v < min(big.Y, int(float64(y+1)*sy)+1); v++ {
				for u := int(float64(x) * sx); u < min(big.X, int(float64(x+1)*sx)+1); u++ {
					weight := over(u, x, sx) * over(v, y, sy) / (sx * sy)
					for c, s := range onPaper(whole, u, v) {
						sum[c] += weight * s
					}
				}
			}
			for c, s := range onPaper(small, x, y) {
				if d := math.Abs(s - sum[c]); d > most {
					most, at = d, image.Pt(x, y)
				}
			}
		}
	}
	return most, at
}

func onPaper(img image.Image, x, y int) (v [4]float64) {
	switch p := img.(type) {
	case *image.Gray:
		v[0] = float64(p.GrayAt(x, y).Y)
	case *image.CMYK:
		for c := range v {
			v[c] = float64(p.Pix[p.PixOffset(x, y)+c])
		}
	case *image.NRGBA:
		px := p.Pix[p.PixOffset(x, y):]
		a := float64(px[3]) / 255
		for c := range 3 {
			v[c] = float64(px[c])*a + 255*(1-a)
		}
	}
	return v
}

func TestNarrowingIsRounding(t *testing.T) {
	var le, be []byte
	for v := range 1 << 16 {
		le, be = binary.LittleEndian.AppendUint16(le, uint16(v)), binary.BigEndian.AppendUint16(be, uint16(v))
	}
	got, also := make([]byte, 1<<16), make([]byte, 1<<16)
	narrow(got, le, true)
	narrow(also, be, false)
	for v := range 1 << 16 {
		if want := byte(math.Round(float64(v) / 257)); got[v] != want || also[v] != want {
			t.Fatalf("%d: %d and %d, want %d", v, got[v], also[v], want)
		}
	}
	narrow(got[:3], le[2*1000:2*1003], true) // fewer than four
	if got[2] != 4 {
		t.Error(got[:3])
	}
}

// TestWhatIsNotReadSaysItsName makes the kinds that vips reads, or writes, and this package does not.
func TestWhatIsNotReadSaysItsName(t *testing.T) {
	w := sources(t)
	one := func(es []tagged) string { return w.save(t, "one.tif", file(make([]byte, 64), es...)) }
	for _, tt := range []struct {
		name string
		file func() string
		want string
	}{
		{"float", func() string { run(t, "vips", "cast", w.at("rgb.tif"), w.at("f.tif"), "float"); return w.at("f.tif") }, "floating point"},
		{"32 bits", func() string { run(t, "vips", "cast", w.at("rgb.tif"), w.at("u.tif"), "uint"); return w.at("u.tif") }, "32 bits"},
		{"signed", func() string { run(t, "vips", "cast", w.at("rgb.tif"), w.at("i.tif"), "char"); return w.at("i.tif") }, "signed"},
		{"Zstandard", func() string { return w.make(t, w.at("rgb.tif"), "vips tiffsave $1 $2 --compression zstd") }, "Zstandard"},
		{"WebP", func() string { return w.make(t, w.at("rgb.tif"), "vips tiffsave $1 $2 --compression webp --tile") }, "WebP"},
		{"LZMA", func() string { return w.make(t, w.at("rgb.tif"), "tiffcp -c lzma $1 $2") }, "LZMA"},
		{"LERC", func() string { return w.make(t, w.at("rgb.tif"), "tiffcp -c lerc $1 $2") }, "LERC"},
		{"old JPEG", func() string { return one(simple(4, 4, 3, 6, 6, 48)) }, "old-style JPEG"},
		{"differences of floats", func() string { return one(set(simple(4, 4, 1, 1, 8, 48), Predictor, 3)) }, "differences of floating point"},
		{"other inks", func() string { return one(set(simple(4, 4, 4, 5, 1, 64), InkSet, 2)) }, "inks"},
		{"three bits", func() string { return one(set(simple(4, 4, 1, 1, 1, 64), BitsPerSample, 3)) }, "3 bits"},
		{"uneven bits", func() string { return one(set(simple(4, 4, 3, 2, 1, 64), BitsPerSample, 5, 6, 5)) }, "different sizes"},
		{"YCbCr of 16 bits", func() string { return one(set(simple(4, 2, 3, 6, 1, 64), BitsPerSample, 16, 16, 16)) }, "YCbCr of 16 bits"},
		{"LogLuv", func() string { return one(simple(4, 4, 3, 32845, 1, 64)) }, "colours of kind 32845"},
		{"nothing known", func() string { return one(simple(4, 4, 3, 2, 4711, 64)) }, "compression 4711"},
	} {
		_, _, err := open(t, tt.file(), Reduce{})
		if u, ok := errors.AsType[Unsupported](err); !ok || !strings.Contains(string(u), tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// TestBrokenPicturesAreShownInPart cuts and spoils strips and tiles of every packing.
func TestBrokenPicturesAreShownInPart(t *testing.T) {
	w := sources(t)
	for _, k := range [][]string{
		{"rgb.tif", "tiffcp -c none -r 131 $1 $2"}, {"rgb.tif", "tiffcp -c none -r 10 $1 $2"}, {"rgb.tif", "tiffcp -c lzw:2 -r 131 $1 $2"},
		{"rgb.tif", "tiffcp -c zip -r 131 $1 $2"}, {"rgb.tif", "tiffcp -c packbits -r 131 $1 $2"}, {"rgb.tif", "tiffcp -c zip -t -w 48 -l 144 $1 $2"},
		{"rgb.tif", "tiffcp -c jpeg -r 16 $1 $2"}, {"cmyk.tif", "tiffcp -c zip -r 20 $1 $2"}, {"rgb.tif", "tiffcp -p separate -c zip -r 131 $1 $2"},
		{"grey.tif", "vips tiffsave $1 $2 --bitdepth 1 --compression ccittfax4"},
	} {
		name := w.make(t, w.at(k[0]), k[1:]...)
		whole, _, err := open(t, name, Reduce{})
		if err != nil {
			t.Fatal(k, err)
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, how := range []string{"cut", "junk"} {
			p := pageOf(t, b)
			last := len(p.offs) - 1
			from, to := p.offs[last]+p.cnts[last]/2, p.offs[last]+p.cnts[last]
			spoilt := bytes.Clone(b)
			if how == "cut" {
				p.cnts[last] /= 2
			} else {
				r := rand.New(rand.NewPCG(1, 6))
				for i := from; i < to; i++ {
					spoilt[i] = byte(r.IntN(255)) // never 0xff, which JPEG takes for a mark
				}
			}
			if how == "junk" && (p.compression == unpacked || p.compression == packBitted || p.compression == lzwPacked || p.compression == fax4) {
				continue // where it is as good as any other bytes
			}
			p.src = &watched{r: bytes.NewReader(spoilt)}
			img, info, err := p.read(Reduce{})
			if err != nil || !info.Truncated {
				t.Errorf("%q, %s: %v, truncated %t", k, how, err, info.Truncated)
				continue
			}
			if !bytes.Equal(pixels(img)[:200], pixels(whole)[:200]) {
				t.Errorf("%q, %s: another first row", k, how)
			}
			end := pixels(img)[len(pixels(img))-4:]
			if want := map[bool][]byte{true: {0, 0, 0, 128}, false: {128, 128, 128, 255}}[k[0] == "cmyk.tif"]; k[0] != "grey.tif" && !bytes.Equal(end, want) {
				t.Errorf("%q, %s: %v at the end, want grey", k, how, end)
			}
		}
	}
}

func pixels(img image.Image) []byte {
	switch p := img.(type) {
	case *image.Gray:
		return p.Pix
	case *image.CMYK:
		return p.Pix
	}
	return img.(*image.NRGBA).Pix
}

func pageOf(t testing.TB, b []byte) *page {
	t.Helper()
	r, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	d, _, err := r.Dir(r.First())
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.page(d)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestOneBigJPEGIsReducedAsItIsUnfolded gives a file that is one strip, whole and cut.
func TestOneBigJPEGIsReducedAsItIsUnfolded(t *testing.T) {
	w := sources(t)
	for _, from := range []string{"rgb.tif", "grey.tif", "cmyk.tif"} {
		name := w.make(t, w.at(from), "tiffcp -c jpeg:r:95 -r 136 $1 $2")
		for by, to := range map[int]Reduce{8: {20, 12}, 4: {40, 26}, 2: {90, 60}, 1: {150, 97}} {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			p := pageOf(t, b)
			if got := p.jpegReduction(to); got != by {
				t.Errorf("%v: by %d, want %d", to, got, by)
			}
			img, info, err := open(t, name, to)
			if err != nil || info.Truncated {
				t.Fatal(from, err, info)
			}
			whole, _, err := open(t, name, Reduce{})
			if err != nil {
				t.Fatal(err)
			}
			x, y := 12*to.W/203, 12*to.H/131 // in the middle of the first patch
			for c := range pixelSize(img) {
				if d := sample(img, x, y, c, 0) - sample(whole, 12, 12, c, 0); d < -3 || d > 3 {
					t.Errorf("%s to %v: channel %d off by %d", from, to, c, d)
				}
			}
		}
	}
}

func pixelSize(img image.Image) int {
	if _, ok := img.(*image.Gray); ok {
		return 1
	}
	return 3
}

// failing cannot be read after some bytes.
type failing struct {
	b     []byte
	after int64
}

var errDisk = errors.New("the disk is gone")

func (f failing) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > f.after && off < int64(len(f.b)) && off > 8 && off < f.after*2 {
		return 0, errDisk
	}
	return bytes.NewReader(f.b).ReadAt(p, off)
}

func TestAFileThatCannotBeReadIsNoBrokenPicture(t *testing.T) {
	img := noise(100, 400)
	b := written(t, img, Options{DPI: 72})
	f := failing{b, int64(len(b) / 3)}
	if _, _, err := Decode(f, int64(len(b)), Reduce{}); !errors.Is(err, errDisk) {
		t.Error(err)
	}
}
