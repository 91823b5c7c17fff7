package render

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"io"

	"golang.org/x/image/bmp"

	"pano/internal/pano"
	reduced "pano/internal/render/jpeg"
	"pano/internal/render/png"
	"pano/internal/render/tiff"
)

// decode returns the pixels of a picture as they are stored, or fewer: reduced
// by any factor that leaves the longest edge at least 1.5 × edge, where edge 0
// asks for all of them. This is the one place that decides which decoder reads
// what. Those of JPEG, PNG and TIFF reduce while they read: other pixels are averaged
// after. They are also the only ones that show a part of a broken picture, and say so.
func decode(s source, h header, edge pano.Px) (img image.Image, partial bool, err error) {
	r := s.section(0)
	want := image.Pt(int(h.W), int(h.H))
	switch h.Format {
	case "JPEG":
		var by int
		img, by, partial, err = decodeJPEG(s, h, edge)
		want = image.Pt(reduced.Side(want.X, by), reduced.Side(want.Y, by))
	case "PNG", "TIFF":
		return decodeRows(s, h, averaged(want, edge), nil)
	case "GIF":
		img, err = firstFrame(r, h)
	case "BMP":
		img, err = bmp.Decode(r)
	case "WebP":
		img, err = decodeWebP(s, h)
	default:
		return nil, false, notTaken(h.Format)
	}
	if err == nil {
		err = sound(img, want)
	}
	if err != nil {
		return nil, false, h.unread(err)
	}
	return reduce(img, edge), partial, nil
}

// decodeRows averages a PNG or TIFF as it reads it, and says whether a part of
// it is missing. If each is not nil it takes the rows, as one or three samples a
// pixel, of a picture that can be read so; img is then nil.
func decodeRows(s source, h header, to image.Point, each func(row []byte)) (img image.Image, partial bool, err error) {
	if h.Format == "PNG" {
		var info png.Info
		img, info, err = png.Stream(s.r, s.size, png.Options{W: to.X, H: to.Y}, each)
		partial = info.Truncated
	} else {
		var info tiff.Info
		img, info, err = tiff.Stream(s.r, s.size, tiff.Reduce{W: to.X, H: to.Y}, each)
		partial, err = info.Truncated, tiffFault(err)
	}
	if err == nil && img != nil {
		err = sound(img, to)
	}
	if err != nil {
		return nil, false, h.unread(err)
	}
	return img, partial, nil
}

// unread is what people hear of err, for which the picture is not read.
func (h header) unread(err error) error {
	if beyond(err) {
		return notTaken(h.Format).Because(err)
	}
	return explain(h.Format, err)
}

// reduction returns by how much a picture is made smaller while it is read: the
// most of 8, 4, 2 and 1 that leaves its longest edge at least 1.5 × edge.
func (f Facts) reduction(edge pano.Px) int {
	if f.Format != "JPEG" || edge <= 0 {
		return 1
	}
	for by := 8; by > 1; by /= 2 {
		if 2*int64(max(f.W, f.H)) >= 3*int64(edge)*int64(by) {
			return by
		}
	}
	return 1
}

// beyond tells a picture that is whole, but of a kind that its decoder does not read.
func beyond(err error) bool {
	var j jpeg.UnsupportedError
	var p png.Unsupported
	var t tiff.Unsupported
	var r reduced.Unsupported
	return errors.As(err, &r) || errors.As(err, &j) || errors.As(err, &p) || errors.As(err, &t) || errors.Is(err, bmp.ErrUnsupported)
}

// decodeJPEG returns a picture, by how much it is reduced, and whether a part of
// it is missing. One of a kind that is not read reduced is read whole, if that
// takes no more memory than was asked for.
func decodeJPEG(s source, h header, edge pano.Px) (img image.Image, by int, partial bool, err error) {
	if by = h.reduction(edge); by > 1 {
		img, info, err := reduced.Decode(s.r, s.size, reduced.Options{Reduce: by})
		var other reduced.Unsupported
		if !errors.As(err, &other) || Estimate(h.Facts, 0) > Estimate(h.Facts, edge) {
			return img, by, info.Truncated, err
		}
	}
	img, err = wholeJPEG(s.section(0), h)
	return img, 1, false, err
}

// wholeJPEG gives the library what it misses in CMYK without an Adobe marker:
// such a marker. With it the library takes the inks for inverted, as Adobe
// writes them; without it they are not, so they are turned back.
func wholeJPEG(r io.Reader, h header) (image.Image, error) {
	if h.Space != CMYK || h.adobe {
		return jpeg.Decode(r)
	}
	if _, err := io.CopyN(io.Discard, r, 2); err != nil {
		return nil, err
	}
	start := marker([]byte{0xff, 0xd8}, 0xee, []byte("Adobe\x00\x64\x00\x00\x00\x00\x00"))
	img, err := jpeg.Decode(io.MultiReader(bytes.NewReader(start), r))
	if p, ok := img.(*image.CMYK); ok && err == nil {
		for i := range p.Pix {
			p.Pix[i] = ^p.Pix[i]
		}
	}
	return img, err
}

// firstFrame puts the first frame of a GIF on its canvas.
func firstFrame(r io.Reader, h header) (image.Image, error) {
	img, err := gif.Decode(r)
	if err != nil {
		return nil, err
	}
	p, ok := img.(*image.Paletted)
	canvas := image.Rect(0, 0, int(h.W), int(h.H))
	if !ok || p.Rect == canvas {
		return img, nil
	}
	full := image.NewNRGBA(canvas)
	for y := p.Rect.Min.Y; y < p.Rect.Max.Y; y++ {
		for x := p.Rect.Min.X; x < p.Rect.Max.X; x++ {
			if int(p.ColorIndexAt(x, y)) < len(p.Palette) {
				full.Set(x, y, p.At(x, y))
			}
		}
	}
	return full, nil
}

// sound makes sure that what a decoder returned can be resized: the resizer
// crashes in goroutines of its own on pixels outside the palette.
func sound(img image.Image, want image.Point) error {
	size := img.Bounds().Size()
	if size != want {
		return fmt.Errorf("decoded to %v, not to the %v that follow from the header", size, want)
	}
	p, ok := img.(*image.Paletted)
	if !ok {
		return nil
	}
	for y := p.Rect.Min.Y; y < p.Rect.Max.Y; y++ {
		for _, i := range p.Pix[p.PixOffset(p.Rect.Min.X, y):][:size.X] {
			if int(i) >= len(p.Palette) {
				return errors.New("a pixel outside the palette")
			}
		}
	}
	return nil
}
