package lanczos_test

import (
	"bytes"
	"image"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/disintegration/imaging"

	"pano/internal/render/lanczos"
)

// scene is a picture with soft parts, hard edges and fine lines.
func scene(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(uint64(w), uint64(h)))
	for y := range h {
		for x := range w {
			p := img.Pix[img.PixOffset(x, y):]
			p[0] = byte(128 + 100*math.Sin(float64(x)/17)*math.Cos(float64(y)/23))
			p[1] = byte(x * 255 / w)
			p[2] = byte(r.IntN(256))
			if (x/9+y/7)%5 == 0 {
				p[0], p[1] = 255, 0
			}
			if x%13 == 0 || y%11 == 0 {
				p[2] = 0
			}
			p[3] = 255
		}
	}
	return img
}

// split takes the first channels of each pixel.
func split(img *image.NRGBA, channels int) (pix []byte) {
	for i := 0; i < len(img.Pix); i += 4 {
		pix = append(pix, img.Pix[i:i+channels]...)
	}
	return pix
}

func resize(pix []byte, w, h, toW, toH, channels int) []byte {
	r := lanczos.New(lanczos.Axis{From: w, To: toW}, lanczos.Axis{From: h, To: toH}, channels)
	for y := range h {
		r.Row(pix[y*w*channels:][:w*channels])
	}
	return r.Pix()
}

func TestResultsAreThoseOfImaging(t *testing.T) {
	for _, c := range []struct{ w, h, toW, toH int }{
		{300, 200, 160, 107}, {300, 200, 300, 200}, {300, 200, 200, 199}, {97, 61, 40, 25}, {640, 480, 64, 48},
		{50, 40, 120, 96}, {7, 5, 3, 2}, {1, 1, 1, 1}, {1, 9, 1, 4}, {9, 1, 4, 1}, {2, 300, 1, 30}, {1, 1, 8, 8},
	} {
		img := scene(c.w, c.h)
		want := imaging.Resize(img, c.toW, c.toH, imaging.Lanczos)
		for _, channels := range []int{1, 3} {
			got, ref := resize(split(img, channels), c.w, c.h, c.toW, c.toH, channels), split(want, channels)
			var sum float64
			most := 0
			for i := range ref {
				d := int(got[i]) - int(ref[i])
				sum += float64(d * d)
				most = max(most, d, -d)
			}
			if mean := sum / float64(len(ref)); mean > 0.00065 || most > 1 { // 80 dB
				t.Errorf("%v, %d channels: mean square %.4f, at most %d", c, channels, mean, most)
			}
		}
	}
}

// The last column of the colours of a JPEG of odd width lies half behind the edge.
func TestExtentKeepsThePlace(t *testing.T) {
	const n = 41
	fine, coarse := make([]byte, n), make([]byte, (n+1)/2)
	for x := range fine {
		fine[x] = byte(40 + 4*x)
	}
	for x := range coarse {
		coarse[x] = byte((int(fine[2*x]) + int(fine[min(2*x+1, n-1)])) / 2)
	}
	want := resize(fine, n, 1, 10, 1, 1)
	r := lanczos.New(lanczos.Axis{From: len(coarse), Extent: n / 2.0, To: 10}, lanczos.Axis{From: 1, To: 1}, 1)
	r.Row(coarse)
	for x, v := range r.Pix() {
		if d := int(v) - int(want[x]); x > 0 && x < 9 && (d < -2 || d > 2) {
			t.Errorf("sample %d is %d, of the fine plane %d", x, v, want[x])
		}
	}
}

func TestRowsTooManyOrTooFewDoNoHarm(t *testing.T) {
	r := lanczos.New(lanczos.Axis{From: 4, To: 2}, lanczos.Axis{From: 4, To: 2}, 1)
	r.Row([]byte{9, 9, 9, 9})
	if got := r.Pix(); len(got) != 4 || got[0] != 0 {
		t.Errorf("%v", got)
	}
	for range 9 {
		r.Row([]byte{9, 9, 9, 9})
	}
	for _, v := range r.Pix() {
		if v != 9 {
			t.Errorf("%v", r.Pix())
		}
	}
}

// Two sums of 32 bits share 64: no picture may make one of them overflow.
func TestNoSumOverflows(t *testing.T) {
	for from := 1; from < 80; from++ {
		for to := 1; to < 80; to++ {
			white := make([]byte, from)
			for i := range white {
				white[i] = byte(255 * (i & 1))
			}
			r := lanczos.New(lanczos.Axis{From: from, To: to}, lanczos.Axis{From: 1, To: 1}, 1)
			r.Row(white)
			want := imaging.Resize(&image.Gray{Pix: white, Stride: from, Rect: image.Rect(0, 0, from, 1)}, to, 1, imaging.Lanczos)
			for x, v := range r.Pix() {
				if d := int(v) - int(want.Pix[4*x]); d < -1 || d > 1 {
					t.Fatalf("%d → %d: sample %d is %d, want %d", from, to, x, v, want.Pix[4*x])
				}
			}
		}
	}
}

func Benchmark(b *testing.B) {
	const w, h, toW, toH = 3000, 2000, 1600, 1067
	img := scene(w, h)
	b.Run("imaging", func(b *testing.B) {
		for b.Loop() {
			imaging.Resize(img, toW, toH, imaging.Lanczos)
		}
	})
	for _, channels := range []int{1, 3} {
		pix := split(img, channels)
		b.Run("own/"+string(rune('0'+channels)), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				resize(pix, w, h, toW, toH, channels)
			}
		})
	}
}

// The fast ways make what the plain ones make, to the bit, whatever is behind
// the rows.
func TestFastWaysMakeTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	noise := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return b
	}
	for _, c := range []struct{ from, to int }{{1, 1}, {2, 1}, {1, 2}, {7, 3}, {3, 7}, {100, 99}, {99, 100}, {640, 31}, {640, 640}, {1001, 500}, {333, 1000}} {
		for _, shape := range []struct{ channels, step int }{{1, 1}, {3, 3}, {3, 4}, {1, 2}, {2, 2}, {4, 4}} {
			a := lanczos.NewAcross(lanczos.Axis{From: c.from, To: c.to}, shape.channels)
			row := noise(c.from * shape.channels)
			got, want := noise(c.to*shape.step + 8)[:c.to*shape.step], make([]byte, c.to*shape.step)
			a.Row(got, shape.step, row)
			a.Plain(want, shape.step)
			if !bytes.Equal(got, want) {
				t.Errorf("%v, %v: across differs", c, shape)
			}
		}
		rows := make([][]byte, 9)
		for k := range rows {
			rows[k] = noise(c.to + k)
		}
		for _, taps := range (lanczos.Axis{From: 9, To: 4}).Taps() {
			got, want := noise(c.to+1), make([]byte, c.to)
			behind := got[c.to]
			lanczos.Mix(got[:c.to], rows[taps.First:], taps.Weights)
			lanczos.PlainMix(want, rows[taps.First:], taps.Weights)
			if !bytes.Equal(got[:c.to], want) || got[c.to] != behind {
				t.Errorf("%v: mixes differ", c)
			}
		}
	}
}
