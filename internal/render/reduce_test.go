package render

import (
	"image"
	"image/color"
	"math/rand/v2"
	"testing"

	"pano/internal/pano"
)

// TestReducedPixelsAreTheMeanOfTheirArea compares with the plain definition.
func TestReducedPixelsAreTheMeanOfTheirArea(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, size := range []image.Point{{37, 11}, {101, 64}, {50, 203}} {
		src := image.NewGray(image.Rectangle{Max: size})
		for i := range src.Pix {
			src.Pix[i] = uint8(r.IntN(256))
		}
		edge := pano.Px(max(size.X, size.Y) / 5)
		got := reduce(src, edge).(*image.Gray)
		w, h := got.Rect.Dx(), got.Rect.Dy()
		if w == size.X {
			t.Fatalf("%v was not reduced", size)
		}
		for y := range h {
			for x := range w {
				want := areaMean(src, x, y, float64(size.X)/float64(w), float64(size.Y)/float64(h))
				if g := float64(got.GrayAt(x, y).Y); g < want-1.5 || g > want+1.5 {
					t.Fatalf("%v at %d, %d: %.0f, want %.2f", size, x, y, g, want)
				}
			}
		}
	}
}

func areaMean(src *image.Gray, x, y int, sx, sy float64) float64 {
	over := func(i int, at, n float64) float64 {
		return max(0, min(float64(i+1), (at+1)*n)-max(float64(i), at*n))
	}
	var sum float64
	for v := range src.Rect.Dy() {
		for u := range src.Rect.Dx() {
			sum += over(u, float64(x), sx) * over(v, float64(y), sy) * float64(src.GrayAt(u, v).Y)
		}
	}
	return sum / (sx * sy)
}

func TestReducedPicturesKeepTheirKindAndColour(t *testing.T) {
	rect := image.Rect(0, 0, 103, 57)
	for _, ratio := range []image.YCbCrSubsampleRatio{image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420, image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410} {
		p := image.NewYCbCr(rect, ratio)
		for i := range p.Y {
			p.Y[i] = 120
		}
		for i := range p.Cb {
			p.Cb[i], p.Cr[i] = 90, 200
		}
		got := reduce(p, 10)
		if b := got.Bounds(); b.Dx() != 20 || got.At(19, 11) != (color.YCbCr{120, 90, 200}) {
			t.Errorf("%v: %v, %v", ratio, b, got.At(19, 11))
		}
	}
	n := image.NewNRGBA(rect)
	if reduce(n, 10) != image.Image(n) {
		t.Error("a picture with holes was averaged")
	}
	for i := range n.Pix {
		n.Pix[i] = []byte{10, 20, 30, 255}[i%4]
	}
	if got := reduce(n, 10); got.At(5, 5) != (color.NRGBA{10, 20, 30, 255}) {
		t.Error(got.At(5, 5))
	}
	if reduce(n, 60) != image.Image(n) || reduce(n, 0) != image.Image(n) {
		t.Error("reduced without need")
	}
}
