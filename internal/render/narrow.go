package render

import (
	"image"
	"image/color"
	"sync"

	"pano/internal/render/lanczos"
)

// A narrower makes bands of rows as wide as w, as imaging.Resize would: by whole
// numbers if they have no holes, half of the rows each by two workers. All bands
// are equally wide.
type narrower struct {
	w       int
	workers [2]*lanczos.Across
}

func (n *narrower) band(img image.Image) *image.NRGBA {
	size := img.Bounds().Size()
	line := opaqueRows(img)
	if line == nil || size.X == n.w {
		return resize(img, n.w, size.Y)
	}
	out := image.NewNRGBA(image.Rect(0, 0, n.w, size.Y))
	var wg sync.WaitGroup
	for k, a := range n.workers {
		if a == nil {
			a = lanczos.NewAcross(lanczos.Axis{From: size.X, To: n.w}, 3)
			n.workers[k] = a
		}
		wg.Go(func() {
			row := make([]byte, 3*size.X)
			for y := size.Y * k / len(n.workers); y < size.Y*(k+1)/len(n.workers); y++ {
				line(row, y)
				a.Row(out.Pix[y*out.Stride:], 4, row)
			}
		})
	}
	wg.Wait()
	return out
}

// opaqueRows returns what writes the red, green and blue of row y of img, from
// its top, to dst, or nil if img has holes or is of a kind that is not met here.
func opaqueRows(img image.Image) func(dst []byte, y int) {
	width := img.Bounds().Dx()
	switch p := img.(type) {
	case *image.YCbCr:
		return func(dst []byte, y int) { rgbOf(dst[:3*width], p, y) }
	case *image.Gray:
		return func(dst []byte, y int) {
			for i, v := range p.Pix[y*p.Stride:][:width] {
				px := dst[3*i:][:3]
				px[0], px[1], px[2] = v, v, v
			}
		}
	case *image.NRGBA:
		if p.Opaque() {
			return func(dst []byte, y int) { rgbOnly(dst[:3*width], p.Pix[y*p.Stride:]) }
		}
	}
	return nil
}

// rgbOnly leaves the fourth byte of each pixel out.
func rgbOnly(dst, src []byte) {
	for ; len(dst) >= 3 && len(src) >= 4; dst, src = dst[3:], src[4:] {
		dst[0], dst[1], dst[2] = src[0], src[1], src[2]
	}
}

// rgbOf turns a row of colours to red, green and blue. Pixels that share their
// colours have the same, as for imaging.
func rgbOf(dst []byte, p *image.YCbCr, y int) {
	box := p.Rect
	light := p.Y[p.YOffset(box.Min.X, box.Min.Y+y):][:box.Dx()]
	at := p.COffset(box.Min.X, box.Min.Y+y)
	blue, red := p.Cb[at:], p.Cr[at:]
	across, _ := shared(p.SubsampleRatio)
	for i, l := range light {
		c := (box.Min.X+i)/across - box.Min.X/across
		px := dst[3*i:][:3]
		px[0], px[1], px[2] = color.YCbCrToRGB(l, blue[c], red[c])
	}
}
