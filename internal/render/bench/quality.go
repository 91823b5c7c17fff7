package main

import (
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math"
	"os"
	"path/filepath"
)

// quality prints how like the preview of each program is to what exact
// arithmetic makes of the same picture.
func quality(dir, pano string, out io.Writer) error {
	for _, c := range []command{
		{pano, "render", "-size", "1600", "-o", "p0.jpg", "24.jpg"},
		{"vipsthumbnail", "24.jpg", "-s", "1600", "-o", "v0.jpg[Q=85]"},
	} {
		if _, err := timed(dir, []command{c}); err != nil {
			return err
		}
	}
	full, err := light(filepath.Join(dir, "24.jpg"))
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "\n| likeness to exact arithmetic, 24 MP → 1600 | SSIM | PSNR |\n|---|---|---|")
	var want grey
	for _, p := range []struct{ name, file string }{{"vipsthumbnail", "v0.jpg"}, {"pano", "p0.jpg"}} {
		got, err := light(filepath.Join(dir, p.file))
		if err != nil {
			return err
		}
		if want.pix == nil {
			want = full.resized(got.w, got.h)
		}
		if got.w != want.w || got.h != want.h {
			return fmt.Errorf("%s: %d × %d, want %d × %d", p.file, got.w, got.h, want.w, want.h)
		}
		fmt.Fprintf(out, "| %s | %.4f | %.2f dB |\n", p.name, got.ssim(want), got.psnr(want))
	}
	return nil
}

// grey is the brightness of a picture.
type grey struct {
	w, h int
	pix  []float64
}

func light(path string) (g grey, err error) {
	f, err := os.Open(path)
	if err != nil {
		return g, err
	}
	defer f.Close()
	img, err := jpeg.Decode(f)
	if err != nil {
		return g, err
	}
	size := img.Bounds().Size()
	g = grey{size.X, size.Y, make([]float64, size.X*size.Y)}
	ycc, ok := img.(*image.YCbCr)
	for y := range g.h {
		for x := range g.w {
			if ok {
				g.pix[y*g.w+x] = float64(ycc.Y[y*ycc.YStride+x])
			} else {
				g.pix[y*g.w+x] = float64(color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y)
			}
		}
	}
	return g, nil
}

// resized is g by Lanczos's kernel of three lobes, with fractions throughout.
func (g grey) resized(w, h int) grey {
	return g.narrowed(w).turned().narrowed(h).turned()
}

func (g grey) turned() grey {
	t := grey{g.h, g.w, make([]float64, len(g.pix))}
	for y := range g.h {
		for x := range g.w {
			t.pix[x*t.w+y] = g.pix[y*g.w+x]
		}
	}
	return t
}

func (g grey) narrowed(w int) grey {
	n := grey{w, g.h, make([]float64, w*g.h)}
	step := float64(g.w) / float64(w)
	for x := range w {
		centre := (float64(x)+0.5)*step - 0.5
		from, to := max(int(math.Ceil(centre-3*step)), 0), min(int(math.Floor(centre+3*step)), g.w-1)
		var all float64
		weights := make([]float64, to-from+1)
		for i := range weights {
			u := (float64(from+i) - centre) / step
			weights[i] = sinc(u) * sinc(u/3)
			all += weights[i]
		}
		for y := range g.h {
			var sum float64
			for i, v := range weights {
				sum += v * g.pix[y*g.w+from+i]
			}
			n.pix[y*w+x] = sum / all
		}
	}
	return n
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

func (g grey) psnr(o grey) float64 {
	var sum float64
	for i, v := range g.pix {
		sum += (v - o.pix[i]) * (v - o.pix[i])
	}
	return 10 * math.Log10(255*255*float64(len(g.pix))/sum)
}

// ssim is the structural similarity (Wang, Bovik, Sheikh, Simoncelli, 2004) over
// windows of 8 × 8, every 4 pixels.
func (g grey) ssim(o grey) float64 {
	const side, c1, c2 = 8, 0.01 * 255 * 0.01 * 255, 0.03 * 255 * 0.03 * 255
	var sum float64
	n := 0
	for y := 0; y+side <= g.h; y += 4 {
		for x := 0; x+side <= g.w; x += 4 {
			var a, b, aa, bb, ab float64
			for v := range side {
				for u := range side {
					p, q := g.pix[(y+v)*g.w+x+u], o.pix[(y+v)*g.w+x+u]
					a, b, aa, bb, ab = a+p, b+q, aa+p*p, bb+q*q, ab+p*q
				}
			}
			const k = side * side
			a, b = a/k, b/k
			va, vb, cov := aa/k-a*a, bb/k-b*b, ab/k-a*b
			sum += (2*a*b + c1) * (2*cov + c2) / ((a*a + b*b + c1) * (va + vb + c2))
			n++
		}
	}
	return sum / float64(n)
}
