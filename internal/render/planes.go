package render

import (
	"errors"
	"image"

	"github.com/disintegration/imaging"

	"pano/internal/pano"
	reduced "pano/internal/render/jpeg"
	"pano/internal/render/lanczos"
)

// errPixels says of a JPEG that its colours do not lie in planes of brightness,
// blue and red.
var errPixels = errors.New("render: pixels, not planes")

// fromStrips makes the picture of h that is w × ht pixels large, as stored,
// while the JPEG is read: each strip goes to the resizers while the next one is
// decoded, so that only the result is ever in memory as a whole. Its colours are
// those of every pixel if full, else one for four pixels.
//
// It fails with errPixels for a picture that is not made of planes.
func fromStrips(s source, h header, edge pano.Px, w, ht int, full bool) (img *image.YCbCr, partial bool, err error) {
	by := h.reduction(edge)
	from := extent{w: float64(h.W) / float64(by), h: float64(h.H) / float64(by)}
	strips, done := make(chan image.Image), make(chan struct{})
	var p *planes
	go func() {
		defer close(done)
		for strip := range strips {
			p.add(strip)
		}
	}()
	info, err := reduced.Strips(s.r, s.size, reduced.Options{Reduce: by}, func(strip image.Image) error {
		if p == nil {
			size := image.Pt(reduced.Side(int(h.W), by), reduced.Side(int(h.H), by))
			if p = newPlanes(strip, size, from, image.Pt(w, ht), full); p == nil {
				return errPixels
			}
		}
		strips <- strip
		return nil
	})
	close(strips)
	<-done
	if err != nil {
		return nil, false, err
	}
	return p.image(), info.Truncated, nil
}

// An extent is how large a picture is in its own pixels: a part of the last of
// them may lie behind the edge.
type extent struct{ w, h float64 }

// planes makes a picture of another size out of planes.
type planes struct {
	parts []*lanczos.Resizer // brightness, and blue and red if there are colours
	down  int                // rows of pixels that share their colours
	to    image.Point
	full  bool
}

// newPlanes prepares for strips like the given one, of a picture of size pixels,
// or returns nil if they are not made of planes.
func newPlanes(strip image.Image, size image.Point, from extent, to image.Point, full bool) *planes {
	p := &planes{to: to, full: full}
	p.parts = append(p.parts, lanczos.New(
		lanczos.Axis{From: size.X, Extent: from.w, To: to.X},
		lanczos.Axis{From: size.Y, Extent: from.h, To: to.Y}, 1))
	switch img := strip.(type) {
	case *image.Gray:
	case *image.YCbCr:
		across, down := shared(img.SubsampleRatio)
		p.down = down
		for range 2 {
			p.parts = append(p.parts, lanczos.New(
				p.colourAxis(size.X, across, from.w, to.X),
				p.colourAxis(size.Y, down, from.h, to.Y), 1))
		}
	default:
		return nil
	}
	return p
}

// shared is how many pixels have one colour, each way.
func shared(r image.YCbCrSubsampleRatio) (across, down int) {
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

// colourAxis is the axis of colours of which each stands for so many pixels.
func (p *planes) colourAxis(size, each int, from float64, to int) lanczos.Axis {
	a := lanczos.Axis{From: (size + each - 1) / each, Extent: from / float64(each), To: to}
	if !p.full {
		a.To = (to + 1) / 2
		a.Extent *= float64(2*a.To) / float64(to) // the last may stand for one pixel only
	}
	return a
}

// add takes the next strip.
func (p *planes) add(strip image.Image) {
	box := strip.Bounds()
	if g, ok := strip.(*image.Gray); ok {
		feed(p.parts[0], g.Pix, g.Stride, box.Dy())
		return
	}
	img := strip.(*image.YCbCr)
	colours := (box.Max.Y+p.down-1)/p.down - box.Min.Y/p.down
	feed(p.parts[0], img.Y, img.YStride, box.Dy())
	feed(p.parts[1], img.Cb, img.CStride, colours)
	feed(p.parts[2], img.Cr, img.CStride, colours)
}

func feed(r *lanczos.Resizer, pix []byte, stride, rows int) {
	for y := range rows {
		r.Row(pix[y*stride:])
	}
}

// image is the picture; a grey one has grey colours.
func (p *planes) image() *image.YCbCr {
	ratio := image.YCbCrSubsampleRatio420
	if p.full {
		ratio = image.YCbCrSubsampleRatio444
	}
	if len(p.parts) == 1 {
		img := image.NewYCbCr(image.Rectangle{Max: p.to}, ratio)
		for i := range img.Cb {
			img.Cb[i], img.Cr[i] = 128, 128
		}
		img.Y = p.parts[0].Pix()
		return img
	}
	wide := p.to.X
	if !p.full {
		wide = (wide + 1) / 2
	}
	return &image.YCbCr{
		Y: p.parts[0].Pix(), Cb: p.parts[1].Pix(), Cr: p.parts[2].Pix(),
		YStride: p.to.X, CStride: wide, SubsampleRatio: ratio, Rect: image.Rectangle{Max: p.to},
	}
}

// smaller returns img at w × h, in planes if it is made of planes.
func smaller(img image.Image, w, h int) image.Image {
	whole, ok := img.(*image.YCbCr)
	if !ok {
		return shrunk(img, w, h)
	}
	size := whole.Rect.Size()
	if size.X == w && size.Y == h {
		return whole
	}
	full := whole.SubsampleRatio == image.YCbCrSubsampleRatio444
	p := newPlanes(whole, size, extent{float64(size.X), float64(size.Y)}, image.Pt(w, h), full)
	p.add(whole)
	return p.image()
}

// shrunk is resize in less time and memory, for pixels without holes.
func shrunk(img image.Image, w, h int) *image.NRGBA {
	size := img.Bounds().Size()
	line := opaqueRows(img)
	if line == nil || size == image.Pt(w, h) {
		return resize(img, w, h)
	}
	r := lanczos.New(lanczos.Axis{From: size.X, To: w}, lanczos.Axis{From: size.Y, To: h}, 3)
	row := make([]byte, 3*size.X)
	for y := range size.Y {
		line(row, y)
		r.Row(row)
	}
	return filled(r.Pix(), w, h)
}

// fromRows makes the picture of h that is w × ht pixels large, as stored, while
// a PNG or TIFF is averaged to about 1.5 × edge, so that only the result is ever
// in memory as a whole. One that cannot be read so is returned as decode does.
func fromRows(s source, h header, edge pano.Px, w, ht int) (img image.Image, partial bool, err error) {
	size := averaged(image.Pt(int(h.W), int(h.H)), edge)
	var r *lanczos.Resizer
	img, partial, err = decodeRows(s, h, size, func(row []byte) {
		if r == nil {
			r = lanczos.New(lanczos.Axis{From: size.X, To: w}, lanczos.Axis{From: size.Y, To: ht}, len(row)/size.X)
		}
		r.Row(row)
	})
	if img != nil || err != nil {
		return img, partial, err
	}
	return filled(r.Pix(), w, ht), partial, nil
}

// filled makes pixels of one or three samples each.
func filled(pix []byte, w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	n := len(pix) / (w * h)
	for i := range w * h {
		px, from := img.Pix[4*i:][:4], pix[n*i:][:n]
		px[0], px[1], px[2], px[3] = from[0], from[n/2], from[n-1], 255
	}
	return img
}

// pixels returns the red, green and blue of img.
func pixels(img image.Image) *image.NRGBA {
	if n, ok := img.(*image.NRGBA); ok {
		return n
	}
	return imaging.Clone(img)
}
