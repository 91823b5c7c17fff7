// Package likeness says how like two pictures are, for tests and figures: in
// brightness, with fractions throughout, so that it may judge the programs that
// round.
package likeness

import (
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"os"
)

// A Grey is the brightness of a picture, 0 to 255, row by row.
type Grey struct {
	W, H int
	pix  []float64
}

// Open reads a JPEG.
func Open(path string) (g Grey, err error) {
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
	g = Grey{size.X, size.Y, make([]float64, size.X*size.Y)}
	ycc, ok := img.(*image.YCbCr)
	for y := range g.H {
		for x := range g.W {
			if ok {
				g.pix[y*g.W+x] = float64(ycc.Y[y*ycc.YStride+x])
			} else {
				g.pix[y*g.W+x] = float64(color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y)
			}
		}
	}
	return g, nil
}

// Resized is g at w × h pixels by Lanczos's kernel of three lobes, with fractions throughout.
func (g Grey) Resized(w, h int) Grey {
	return g.narrowed(w).turned().narrowed(h).turned()
}

func (g Grey) turned() Grey {
	t := Grey{g.H, g.W, make([]float64, len(g.pix))}
	for y := range g.H {
		for x := range g.W {
			t.pix[x*t.W+y] = g.pix[y*g.W+x]
		}
	}
	return t
}

func (g Grey) narrowed(w int) Grey {
	n := Grey{w, g.H, make([]float64, w*g.H)}
	step := float64(g.W) / float64(w)
	for x := range w {
		centre := (float64(x)+0.5)*step - 0.5
		from, to := max(int(math.Ceil(centre-3*step)), 0), min(int(math.Floor(centre+3*step)), g.W-1)
		var all float64
		weights := make([]float64, to-from+1)
		for i := range weights {
			u := (float64(from+i) - centre) / step
			weights[i] = sinc(u) * sinc(u/3)
			all += weights[i]
		}
		for y := range g.H {
			var sum float64
			for i, v := range weights {
				sum += v * g.pix[y*g.W+from+i]
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

// PSNR is the peak signal-to-noise ratio of g to o, which is as large, in decibels.
func (g Grey) PSNR(o Grey) float64 {
	var sum float64
	for i, v := range g.pix {
		sum += (v - o.pix[i]) * (v - o.pix[i])
	}
	return 10 * math.Log10(255*255*float64(len(g.pix))/sum)
}

// SSIM is the structural similarity (Wang, Bovik, Sheikh, Simoncelli, 2004) over
// windows of 8 × 8, every 4 pixels, of g and o, which is as large.
func (g Grey) SSIM(o Grey) float64 {
	const side, c1, c2 = 8, 0.01 * 255 * 0.01 * 255, 0.03 * 255 * 0.03 * 255
	var sum float64
	n := 0
	for y := 0; y+side <= g.H; y += 4 {
		for x := 0; x+side <= g.W; x += 4 {
			var a, b, aa, bb, ab float64
			for v := range side {
				for u := range side {
					p, q := g.pix[(y+v)*g.W+x+u], o.pix[(y+v)*g.W+x+u]
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
