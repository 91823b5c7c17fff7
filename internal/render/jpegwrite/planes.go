package jpegwrite

import (
	"fmt"
	"image"
	"io"
)

// EncodePlanes writes a whole picture whose colours are those of JFIF already,
// sampled 4:4:4 or 4:2:0; it is written as it is sampled, whatever o.Full says.
func EncodePlanes(w io.Writer, img *image.YCbCr, o Options) error {
	o.Full = img.SubsampleRatio == image.YCbCrSubsampleRatio444
	if o.Inks || !o.Full && img.SubsampleRatio != image.YCbCrSubsampleRatio420 || img.Rect.Min != (image.Point{}) {
		return fmt.Errorf("jpegwrite: planes of %v, sampled %v", img.Rect, img.SubsampleRatio)
	}
	j, err := NewWriter(w, img.Rect.Size(), o)
	if err != nil {
		return err
	}
	err = j.rows(img.Rect.Dy(), func(s *strip, top int, size image.Point) func(x, y int) {
		return s.planes(img, top, size)
	})
	if err != nil {
		return err
	}
	return j.Close()
}

// planes fills blocks from the rows of img from top on.
func (s *strip) planes(img *image.YCbCr, top int, size image.Point) func(x, y int) {
	part := img.SubImage(image.Rectangle{Min: image.Pt(0, top), Max: image.Pt(size.X, top+size.Y)}).(*image.YCbCr)
	light := plane{part.Y, part.YStride, size}
	colour, blocks := size, 1
	if !s.full {
		colour, blocks = image.Pt((size.X+1)/2, (size.Y+1)/2), 2
	}
	blue, red := plane{part.Cb, part.CStride, colour}, plane{part.Cr, part.CStride, colour}
	return func(x, y int) {
		for i := range blocks * blocks {
			light.copy(&s.light[i], x+i%blocks*8, y+i/blocks*8)
		}
		blue.copy(&s.blue, x/blocks, y/blocks)
		red.copy(&s.red, x/blocks, y/blocks)
	}
}

// A plane is the samples of one colour.
type plane struct {
	pix    []byte
	stride int
	size   image.Point
}

// copy fills a block from x, y on; what sticks out repeats the nearest sample.
func (p plane) copy(b *block, x, y int) {
	if x+8 <= p.size.X && y+8 <= p.size.Y {
		for v := range 8 {
			row, to := p.pix[(y+v)*p.stride+x:][:8], b[8*v:][:8]
			for u, c := range row {
				to[u] = (int32(c) - 128) << fraction
			}
		}
		return
	}
	for v := range 8 {
		row := p.pix[min(y+v, p.size.Y-1)*p.stride:]
		for u := range 8 {
			b[8*v+u] = (int32(row[min(x+u, p.size.X-1)]) - 128) << fraction
		}
	}
}
