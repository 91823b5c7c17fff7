package render

import (
	"image"

	"pano/internal/pano"
	"pano/internal/render/area"
)

// reduce averages img down to about 1.5 × edge, for the resizer to do the rest:
// that one looks at every pixel several times. Each new pixel is the mean of
// exactly the area it covers, parts of pixels included, so nothing moves.
// Kinds of pictures that it does not know, and those with holes, stay as they are.
func reduce(img image.Image, edge pano.Px) image.Image {
	size := img.Bounds().Size()
	rect := image.Rectangle{Max: averaged(size, edge)}
	if rect.Max == size {
		return img
	}
	switch p := img.(type) {
	case *image.Gray:
		return &image.Gray{Pix: meanPlane(p.Pix, p.Stride, size, rect.Max, 1), Stride: rect.Max.X, Rect: rect}
	case *image.YCbCr:
		return reduceYCbCr(p, rect)
	case *image.CMYK:
		return &image.CMYK{Pix: meanPlane(p.Pix, p.Stride, size, rect.Max, 4), Stride: 4 * rect.Max.X, Rect: rect}
	case *image.RGBA:
		if p.Opaque() {
			return &image.NRGBA{Pix: meanPlane(p.Pix, p.Stride, size, rect.Max, 4), Stride: 4 * rect.Max.X, Rect: rect}
		}
	case *image.NRGBA:
		if p.Opaque() {
			return &image.NRGBA{Pix: meanPlane(p.Pix, p.Stride, size, rect.Max, 4), Stride: 4 * rect.Max.X, Rect: rect}
		}
	}
	return img
}

// meanPlane averages one plane of samples.
func meanPlane(pix []byte, stride int, size, to image.Point, channels int) []byte {
	return area.Plane(pix, stride, size.X, size.Y, to.X, to.Y, channels)
}

// averaged returns the size to which a picture is averaged: about 1.5 × edge,
// and its own where that is not much larger or edge is 0.
func averaged(size image.Point, edge pano.Px) image.Point {
	long := max(size.X, size.Y)
	if edge <= 0 || long < 2*int(edge) {
		return size
	}
	w, h := even(size.X*3*int(edge)/(2*long)), even(size.Y*3*int(edge)/(2*long))
	if w > size.X || h > size.Y {
		return size
	}
	return image.Pt(w, h)
}

// even rounds up to an even number, so that halved colours fit.
func even(n int) int { return max(2, (n+1)&^1) }

// reduceYCbCr keeps the colours at half the size where they were, and makes
// them so where they were coarser.
func reduceYCbCr(p *image.YCbCr, rect image.Rectangle) image.Image {
	ratio, to := image.YCbCrSubsampleRatio420, rect.Max.Div(2)
	if p.SubsampleRatio == image.YCbCrSubsampleRatio444 {
		ratio, to = image.YCbCrSubsampleRatio444, rect.Max
	}
	colour := image.Pt(p.CStride, len(p.Cb)/p.CStride)
	if full := chromaSize(p); full.X <= colour.X && full.Y <= colour.Y {
		colour = full
	}
	if to.X > colour.X || to.Y > colour.Y {
		return p
	}
	return &image.YCbCr{
		Y:  meanPlane(p.Y, p.YStride, p.Rect.Size(), rect.Max, 1),
		Cb: meanPlane(p.Cb, p.CStride, colour, to, 1),
		Cr: meanPlane(p.Cr, p.CStride, colour, to, 1),

		YStride: rect.Max.X, CStride: to.X, SubsampleRatio: ratio, Rect: rect,
	}
}

// chromaSize is how many samples of colour the picture has each way.
func chromaSize(p *image.YCbCr) image.Point {
	across, down := shared(p.SubsampleRatio)
	return image.Pt((p.Rect.Dx()+across-1)/across, (p.Rect.Dy()+down-1)/down)
}
