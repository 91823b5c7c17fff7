package render

import (
	"image"
	"image/draw"
	"math"

	"github.com/disintegration/imaging"

	"pano/internal/icc"
	"pano/internal/pano"
)

// A Spec asks for a picture to look at: sRGB, upright, on white, without any
// metadata, as JPEG.
type Spec struct {
	Edge    pano.Px // longest edge at most; a smaller picture keeps its size
	Quality int     // of the JPEG, 1 to 100
}

// Thumb is the picture of lists and maps.
func Thumb() Spec { return Spec{Edge: 320, Quality: 82} }

// Preview is the picture of a page of its own.
func Preview() Spec { return Spec{Edge: 1600, Quality: 85} }

// Fit returns the size of a picture of w × h whose longest edge is at most
// edge: never enlarged, rounded half up, never zero.
func Fit(w, h, edge pano.Px) (pano.Px, pano.Px) {
	long := max(w, h)
	if edge <= 0 || long <= edge {
		return w, h
	}
	scale := float64(edge) / float64(long)
	px := func(v pano.Px) pano.Px { return max(1, pano.Px(math.Floor(float64(v)*scale+0.5))) }
	return px(w), px(h)
}

// resize returns img at w × h, as NRGBA pixels.
func resize(img image.Image, w, h int) *image.NRGBA {
	if size := img.Bounds().Size(); size.X == w && size.Y == h {
		if n, ok := img.(*image.NRGBA); ok {
			return n
		}
		return imaging.Clone(img)
	}
	return imaging.Resize(img, w, h, imaging.Lanczos)
}

// colours knows how to bring the pixels of one picture to sRGB.
type colours struct {
	cube *icc.Cube // nil = they are sRGB already, or nothing better is known
}

// coloursOf reads the profile of a picture. One that cannot be read, or is of
// another space than the pixels, is passed over. CMYK without a profile is
// taken for offset print on coated paper.
func coloursOf(h header) colours {
	want := icc.RGB
	switch h.Space {
	case Grey:
		want = icc.Grey
	case CMYK, YCCK:
		want = icc.CMYK
	case Lab:
		return colours{}
	}
	if p, err := icc.Parse(h.icc); err == nil && p.Space() == want {
		if want == icc.RGB && p.IsSRGB() {
			return colours{}
		}
		if cube, err := p.ToSRGB(); err == nil {
			return colours{cube}
		}
	}
	if want == icc.CMYK {
		return colours{icc.CoatedCMYK()}
	}
	return colours{}
}

// early turns CMYK pixels, which cannot be resized, to sRGB.
func (c colours) early(img image.Image) image.Image {
	if p, ok := img.(*image.CMYK); ok && c.cube != nil && c.cube.Space() == icc.CMYK {
		return c.cube.FromCMYK(p)
	}
	return img
}

// late turns the few pixels that are left after resizing to sRGB.
func (c colours) late(img *image.NRGBA) {
	if c.cube != nil && c.cube.Space() != icc.CMYK {
		c.cube.Turn(img)
	}
}

// upright turns a picture the way its orientation says.
func upright(img image.Image, orientation int) image.Image {
	if orientation > 1 {
		return turned(img, orientation)
	}
	return img
}

// turned turns a picture by an orientation from 2 to 8.
func turned(img image.Image, orientation int) *image.NRGBA {
	switch orientation {
	case 2:
		return imaging.FlipH(img)
	case 3:
		return imaging.Rotate180(img)
	case 4:
		return imaging.FlipV(img)
	case 5:
		return imaging.Transpose(img)
	case 6:
		return imaging.Rotate270(img)
	case 7:
		return imaging.Transverse(img)
	}
	return imaging.Rotate90(img)
}

// onWhite puts a picture with holes on white paper, and returns it without alpha.
func onWhite(img *image.NRGBA) *image.RGBA {
	if img.Opaque() {
		return &image.RGBA{Pix: img.Pix, Stride: img.Stride, Rect: img.Rect}
	}
	dst := image.NewRGBA(img.Rect)
	draw.Draw(dst, dst.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(dst, dst.Rect, img, img.Rect.Min, draw.Over)
	return dst
}
