package jpegwrite

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// scene has slopes, edges, red lettering on yellow, and grain.
func scene(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(7, 8))
	for y := range h {
		for x := range w {
			c := [3]float64{60 + 150*float64(x)/float64(w), 90 + 40*math.Sin(float64(y)/9), 200 - 120*float64(y)/float64(h)}
			if (x/37+y/23)%5 == 0 {
				c = [3]float64{250, 220, 40}
				if x/3%4 == 0 {
					c = [3]float64{218, 37, 29}
				}
			}
			n := 8 * (r.Float64() - 0.5)
			img.SetRGBA(x, y, color.RGBA{clip(c[0] + n), clip(c[1] + n), clip(c[2] + n), 255})
		}
	}
	return img
}

func clip(v float64) uint8 { return uint8(min(max(v, 0), 255)) }

func encoded(t testing.TB, img *image.RGBA, o Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Encode(&b, img, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// library is what image/jpeg writes.
func library(t testing.TB, img *image.RGBA, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func decoded(t testing.TB, b []byte) *image.RGBA {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return rgba(img)
}

func rgba(img image.Image) *image.RGBA {
	out := image.NewRGBA(image.Rectangle{Max: img.Bounds().Size()})
	draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Src)
	return out
}

// psnr is in decibels, over red, green and blue.
func psnr(t testing.TB, a, b *image.RGBA) float64 {
	t.Helper()
	if a.Rect.Size() != b.Rect.Size() {
		t.Fatalf("%v and %v", a.Rect, b.Rect)
	}
	var sum float64
	for i := range a.Pix {
		d := float64(a.Pix[i]) - float64(b.Pix[i])
		sum += d * d
	}
	return 10 * math.Log10(255*255*float64(len(a.Pix))*3/4/sum)
}

func TestAsGoodAndAsSmallAsTheLibrarys(t *testing.T) {
	for _, quality := range []int{1, 10, 49, 50, 75, 82, 85, 92, 95, 100} {
		img := scene(613, 411)
		ours, theirs := encoded(t, img, Options{Quality: quality}), library(t, img, quality)
		p, q := psnr(t, decoded(t, ours), img), psnr(t, decoded(t, theirs), img)
		more := 100 * (float64(len(ours))/float64(len(theirs)) - 1)
		t.Logf("quality %d: %.3f dB and %+.3f, %d bytes and %+.2f %%", quality, q, p-q, len(theirs), more)
		if p < q-0.1 || more > 3 {
			t.Errorf("quality %d: %.3f dB, the library %.3f; %+.2f %% in size", quality, p, q, more)
		}
	}
}

func TestEverySizeIsRead(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {1, 70}, {70, 1}, {7, 9}, {16, 16}, {17, 31}, {15, 32}, {33, 33}, {640, 64}, {641, 65}, {5, 400}} {
		for _, full := range []bool{false, true} {
			img := smooth(size.X, size.Y)
			got := decoded(t, encoded(t, img, Options{Quality: 95, Full: full}))
			if p := psnr(t, got, img); p < 33 {
				t.Errorf("%v, full %v: %.1f dB", size, full, p)
			}
		}
	}
}

// smooth has slopes only, which every sampling can show.
func smooth(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{clip(40 + float64(x)/4), clip(200 - float64(y)/4), clip(90 + float64(x+y)/8), 255})
		}
	}
	return img
}

func TestFlatGreyComesBackExactly(t *testing.T) {
	for v := range 256 {
		img := image.NewRGBA(image.Rect(0, 0, 16, 16))
		draw.Draw(img, img.Rect, image.NewUniform(color.Gray{uint8(v)}), image.Point{}, draw.Src)
		for _, full := range []bool{false, true} {
			if got := decoded(t, encoded(t, img, Options{Quality: 100, Full: full})).RGBAAt(5, 5); got != img.RGBAAt(5, 5) {
				t.Errorf("%d, full %v: %v", v, full, got)
			}
		}
	}
}

func TestFullColoursKeepRedLettering(t *testing.T) {
	img := scene(300, 200)
	half, full := psnr(t, decoded(t, encoded(t, img, Options{Quality: 95})), img), psnr(t, decoded(t, encoded(t, img, Options{Quality: 95, Full: true})), img)
	if full < 40 || full < half+6 {
		t.Errorf("%.1f dB with full colours, %.1f without", full, half)
	}
}

func TestPlanesAreWrittenAsTheyAre(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {7, 5}, {16, 16}, {17, 33}, {100, 71}} {
		for _, ratio := range []image.YCbCrSubsampleRatio{image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio420} {
			img := image.NewYCbCr(image.Rectangle{Max: size}, ratio)
			for i := range img.Y {
				img.Y[i] = byte(60 + i%img.YStride + i/img.YStride)
			}
			for i := range img.Cb {
				img.Cb[i], img.Cr[i] = byte(90+i%img.CStride), byte(160-i/img.CStride)
			}
			var b bytes.Buffer
			if err := EncodePlanes(&b, img, Options{Quality: 100}); err != nil {
				t.Fatal(err)
			}
			back, err := jpeg.Decode(&b)
			if err != nil {
				t.Fatal(err)
			}
			got := back.(*image.YCbCr)
			if got.SubsampleRatio != ratio || got.Rect != img.Rect {
				t.Fatalf("%v, sampled %v", got.Rect, got.SubsampleRatio)
			}
			for y := range size.Y {
				for x := range size.X {
					a, b := img.YCbCrAt(x, y), got.YCbCrAt(x, y)
					if far(a.Y, b.Y) || far(a.Cb, b.Cb) || far(a.Cr, b.Cr) {
						t.Fatalf("%v at %d, %d: %v, written as %v", size, x, y, a, b)
					}
				}
			}
		}
	}
	odd := image.NewYCbCr(image.Rect(0, 0, 8, 8), image.YCbCrSubsampleRatio422)
	if err := EncodePlanes(io.Discard, odd, Options{Quality: 90}); err == nil {
		t.Error("4:2:2 was written")
	}
}

func far(a, b uint8) bool { return max(a, b)-min(a, b) > 2 }

func TestRowsInBandsMakeTheSameFileAsAllAtOnce(t *testing.T) {
	img := scene(200, 333)
	want := encoded(t, img, Options{Quality: 85})
	var got bytes.Buffer
	w, err := NewWriter(&got, img.Rect.Size(), Options{Quality: 85})
	if err != nil {
		t.Fatal(err)
	}
	for y := 0; y < 333; {
		end := min(y+Strip*(1+y/Strip%3), 333)
		if err := w.Write(img.SubImage(image.Rect(0, y, 200, end)).(*image.RGBA)); err != nil {
			t.Fatal(err)
		}
		y = end
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Error("the files differ")
	}
}

func TestRestartMarkersStandBetweenStripsInTurn(t *testing.T) {
	for h, want := range map[int]string{1: "", 32: "", 33: "\xd0", 32 * 10: "\xd0\xd1\xd2\xd3\xd4\xd5\xd6\xd7\xd0"} {
		b := encoded(t, scene(100, h), Options{Quality: 100})
		var got []byte
		for i := 1; i < len(b); i++ {
			if b[i-1] == 0xff && b[i]&^7 == 0xd0 {
				got = append(got, b[i])
			}
		}
		if string(got) != want {
			t.Errorf("%d rows: %x, want %x", h, got, want)
		}
	}
}

func TestVipsReadsWhatWasWritten(t *testing.T) {
	img := scene(517, 389)
	for _, o := range []Options{{Quality: 85}, {Quality: 95, Full: true}} {
		ours, theirs := vips(t, encoded(t, img, o)), vips(t, library(t, img, o.Quality))
		p, q := psnr(t, ours, img), psnr(t, theirs, img)
		if p < q-0.1 || o.Full && p < 40 {
			t.Errorf("%+v: vips reads it at %.2f dB, the library's at %.2f", o, p, q)
		}
	}
}

// vips returns what libjpeg-turbo sees in b. Any warning is a failure.
func vips(t testing.TB, b []byte) *image.RGBA {
	t.Helper()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "a.jpg"), filepath.Join(dir, "a.png")
	if err := os.WriteFile(in, b, 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.Command("vips", "copy", in, out).CombinedOutput()
	if err != nil || len(said) > 0 {
		t.Fatalf("install libvips-tools: %v\n%s", err, said)
	}
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	read, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return rgba(read)
}

func TestExtremesStayWithinTheirCodes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	hard := image.NewRGBA(image.Rect(0, 0, 256, 256)) // black and white at random, then waves of every frequency
	for i := range hard.Pix {
		hard.Pix[i] = 255 * byte(max(r.IntN(2), i%4/3))
	}
	for y := 128; y < 256; y++ {
		for x := range 256 {
			u, v := float64(x/8%8), float64(y/8%8)
			wave := math.Cos((2*float64(x%8)+1)*u*math.Pi/16) * math.Cos((2*float64(y%8)+1)*v*math.Pi/16)
			level := uint8(0)
			if (wave >= 0) != (x/64%2 == 0) {
				level = 255
			}
			hard.SetRGBA(x, y, color.RGBA{level, level, 255 - level, 255})
		}
	}
	if p := psnr(t, decoded(t, encoded(t, hard, Options{Quality: 100, Full: true})), hard); p < 40 {
		t.Errorf("%.1f dB", p)
	}
}

func TestWhatCannotBeWrittenIsRefused(t *testing.T) {
	for _, size := range []image.Point{{0, 1}, {1, 0}, {65_501, 1}, {1, 65_501}, {-1, 1}} {
		if _, err := NewWriter(io.Discard, size, Options{Quality: 85}); err == nil {
			t.Errorf("%v was taken", size)
		}
	}
	for _, q := range []int{0, 101, -1} {
		if _, err := NewWriter(io.Discard, image.Pt(1, 1), Options{Quality: q}); err == nil {
			t.Errorf("quality %d was taken", q)
		}
	}
	w, err := NewWriter(io.Discard, image.Pt(10, 100), Options{Quality: 85})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(smooth(9, 32)); err == nil {
		t.Error("rows of another width were taken")
	}
	if err := w.Write(smooth(10, 33)); err != nil {
		t.Error(err)
	}
	if err := w.Write(smooth(10, 32)); err == nil {
		t.Error("rows after half a strip were taken")
	}
	if err := w.Close(); err == nil {
		t.Error("a picture without its last rows was closed")
	}
}

// room takes so many bytes.
type room int

func (r *room) Write(p []byte) (int, error) {
	if len(p) > int(*r) {
		return 0, io.ErrShortWrite
	}
	*r -= room(len(p))
	return len(p), nil
}

func TestAFullDiskIsAnError(t *testing.T) {
	img := scene(100, 100)
	whole := len(encoded(t, img, Options{Quality: 85}))
	for _, n := range []int{0, 100, 1000, whole - 1} {
		r := room(n)
		if err := Encode(&r, img, Options{Quality: 85}); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("%d of %d bytes: %v", n, whole, err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	img := scene(3000, 2000)
	for b.Loop() {
		encoded(b, img, Options{Quality: 95})
	}
}

func BenchmarkEncodeFull(b *testing.B) {
	img := scene(3000, 2000)
	for b.Loop() {
		encoded(b, img, Options{Quality: 95, Full: true})
	}
}

func BenchmarkLibrary(b *testing.B) {
	img := scene(3000, 2000)
	for b.Loop() {
		library(b, img, 95)
	}
}
