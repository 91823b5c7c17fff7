package render

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/bmp"
	xtiff "golang.org/x/image/tiff"
	"golang.org/x/image/webp"

	"pano/internal/pano"
	"pano/internal/render/tiff"
)

// decode returns the pixels of a picture as they are stored, or fewer: reduced
// by any factor that leaves the longest edge at least 1.5 × edge, where edge 0
// asks for all of them. This is the one place that decides which decoder reads
// what. Today none of them reduces while it reads: the pixels are averaged after.
func decode(s source, h header, edge pano.Px) (image.Image, error) {
	r := s.section(0)
	var img image.Image
	var err error
	switch h.Format {
	case "JPEG":
		img, err = decodeJPEG(r, h)
	case "PNG":
		img, err = png.Decode(r)
	case "GIF":
		img, err = firstFrame(r, h)
	case "BMP":
		img, err = bmp.Decode(r)
	case "WebP":
		img, err = webp.Decode(r)
	case "TIFF":
		img, err = decodeTIFF(s)
	default:
		return nil, notTaken(h.Format)
	}
	if err == nil {
		err = sound(img, h)
	}
	if beyond(err) {
		return nil, notTaken(h.Format).Because(err)
	}
	if err != nil {
		return nil, explain(h.Format, err)
	}
	return reduce(img, edge), nil
}

// beyond tells a picture that is whole, but of a kind that its decoder does not read.
func beyond(err error) bool {
	var j jpeg.UnsupportedError
	var p png.UnsupportedError
	var t xtiff.UnsupportedError
	return errors.As(err, &j) || errors.As(err, &p) || errors.As(err, &t) || errors.Is(err, bmp.ErrUnsupported)
}

// decodeJPEG gives the library what it misses in CMYK without an Adobe marker:
// such a marker. With it the library takes the inks for inverted, as Adobe
// writes them; without it they are not, so they are turned back.
func decodeJPEG(r io.Reader, h header) (image.Image, error) {
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

// decodeTIFF asks our own reader first, and the library's for what that does not read.
func decodeTIFF(s source) (image.Image, error) {
	img, err := tiff.Decode(s.r, s.size)
	if errors.Is(err, tiff.ErrOther) {
		return xtiff.Decode(s.section(0))
	}
	return img, tiffFault(err)
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
func sound(img image.Image, h header) error {
	size := img.Bounds().Size()
	if size.X != int(h.W) || size.Y != int(h.H) {
		return fmt.Errorf("decoded to %v, the header says %d × %d", size, h.W, h.H)
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
