package render

import (
	"errors"
	"image"

	"pano/internal/pano"
	reduced "pano/internal/render/jpeg"
)

// pieces hands out a part of an upright picture from the top, bandIn rows at a
// time, and stops at the first error, which it returns.
type pieces func(each func(image.Image) error) error

// pieces finds the least that must be in memory of a picture to cut it.
func (c cut) pieces(src source, h header) pieces {
	return func(each func(image.Image) error) error {
		var other reduced.Unsupported
		if h.Format == "JPEG" && !h.Progressive {
			if err := c.strips(src, h, each); !errors.As(err, &other) {
				return err
			}
		}
		img, partial, err := decode(src, h, 0)
		if err != nil {
			return err
		}
		if partial {
			return pano.Invalid("picture.broken", h.Format)
		}
		return c.of(img)(each)
	}
}

// A cut is a part of a picture.
type cut struct {
	part        image.Rectangle // of the upright picture
	whole       image.Point     // pixels of that
	orientation int
	colours     colours
}

// of cuts a picture that is in memory. Inks become sRGB on the way.
func (c cut) of(img image.Image) pieces {
	return func(each func(image.Image) error) error {
		for y := c.part.Min.Y; y < c.part.Max.Y; y += bandIn {
			band := image.Rect(c.part.Min.X, y, c.part.Max.X, min(y+bandIn, c.part.Max.Y))
			piece := c.colours.early(crop(img, stored(band, c.whole, c.orientation)))
			if c.orientation > 1 {
				piece = turned(piece, c.orientation)
			}
			if err := each(piece); err != nil {
				return err
			}
		}
		return nil
	}
}

// errEnough ends the reading of a picture of which no more is needed.
var errEnough = errors.New("render: enough")

// strips cuts a JPEG while it is read. Only one that must be turned is in memory
// as a whole before.
func (c cut) strips(src source, h header, each func(image.Image) error) error {
	s := sheets{wanted: image.Rectangle{Max: image.Pt(int(h.W), int(h.H))}, rows: int(h.H)}
	s.each = func(img image.Image) error { return c.of(img)(each) }
	if h.Orientation <= 1 {
		s.wanted, s.rows = c.part, bandIn
		s.each = func(img image.Image) error {
			r := img.Bounds()
			r.Min.X, r.Max.X = c.part.Min.X, c.part.Max.X
			return each(c.colours.early(crop(img, r.Sub(img.Bounds().Min))))
		}
	}
	info, err := reduced.Strips(src.r, src.size, reduced.Options{Reduce: 1}, func(strip image.Image) error {
		if strip.Bounds().Dx() != int(h.W) {
			return errors.New("another width than the header says")
		}
		return s.add(strip)
	})
	var other reduced.Unsupported
	switch {
	case s.failed != nil:
		return s.failed
	case errors.As(err, &other):
		return err
	case err != nil && !errors.Is(err, errEnough):
		return explain(h.Format, err)
	case info.Truncated || s.sheet != nil || s.next < s.wanted.Max.Y:
		return pano.Invalid("picture.broken", h.Format).Because(errShort)
	}
	return nil
}

// sheets joins strips of a picture to larger ones of rows rows, as wide as it.
type sheets struct {
	wanted image.Rectangle // only its rows
	rows   int
	each   func(image.Image) error
	sheet  image.Image // not full yet, or nil
	next   int         // row
	failed error       // what each said
}

// add takes the next strip. It fails with errEnough after the last row that is
// wanted, and as each does.
func (s *sheets) add(strip image.Image) error {
	r := strip.Bounds()
	for s.next = max(r.Min.Y, s.wanted.Min.Y); s.next < min(r.Max.Y, s.wanted.Max.Y); {
		if s.sheet == nil {
			s.sheet = blank(strip, image.Rect(r.Min.X, s.next, r.Max.X, min(s.next+s.rows, s.wanted.Max.Y)))
		}
		from, to := samples(strip, s.next), samples(s.sheet, s.next)
		for i := range from {
			copy(to[i], from[i])
		}
		if s.next++; s.next < s.sheet.Bounds().Max.Y {
			continue
		}
		full := s.sheet
		s.sheet = nil
		if s.failed = s.each(full); s.failed != nil {
			return s.failed
		}
	}
	if s.next >= s.wanted.Max.Y {
		return errEnough
	}
	return nil
}

// blank is a picture of a kind that strips of JPEGs have.
func blank(like image.Image, r image.Rectangle) image.Image {
	switch p := like.(type) {
	case *image.YCbCr:
		return image.NewYCbCr(r, p.SubsampleRatio)
	case *image.Gray:
		return image.NewGray(r)
	case *image.CMYK:
		return image.NewCMYK(r)
	}
	return image.NewNRGBA(r)
}

// samples are the bytes of row y, of each plane.
func samples(img image.Image, y int) [3][]byte {
	x := img.Bounds().Min.X
	line := func(pix []byte, at, n int) []byte { return pix[at:min(at+n, len(pix))] }
	switch p := img.(type) {
	case *image.YCbCr:
		return [3][]byte{line(p.Y, p.YOffset(x, y), p.YStride), line(p.Cb, p.COffset(x, y), p.CStride), line(p.Cr, p.COffset(x, y), p.CStride)}
	case *image.Gray:
		return [3][]byte{line(p.Pix, p.PixOffset(x, y), p.Stride)}
	case *image.CMYK:
		return [3][]byte{line(p.Pix, p.PixOffset(x, y), p.Stride)}
	case *image.NRGBA:
		return [3][]byte{line(p.Pix, p.PixOffset(x, y), p.Stride)}
	}
	return [3][]byte{}
}
