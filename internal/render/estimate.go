package render

import (
	"image"
	"math"

	"pano/internal/pano"
)

// Estimate returns the bytes of memory that making one picture of f with its
// longest edge at most edge will take at its worst moment: the decoded planes,
// the coefficients of a progressive JPEG, the rows that the resizer has
// narrowed, and the result. An edge of 0 means the full size.
//
// It describes the decoders of this package as they are now: all but those of
// JPEG, PNG and TIFF unfold a whole picture. It changes with them.
func Estimate(f Facts, edge pano.Px) int64 {
	if f.Document {
		return 0
	}
	pixels := float64(f.W) * float64(f.H)
	long := max(f.W, f.H)
	if edge <= 0 || edge > long {
		edge = long
	}
	scale := float64(edge) / float64(long)
	wt, ht := scale*float64(f.W), scale*float64(f.H)
	if by := f.reduction(edge); by > 1 {
		return f.reducedJPEG(wt, ht, by)
	}
	whole := image.Pt(int(f.W), int(f.H))
	if to := averaged(whole, edge); (f.Format == "PNG" || f.Format == "TIFF") && to != whole {
		return f.averagedRows(wt, ht, to)
	}
	return f.Block + int64(math.Ceil(pixels*f.bytesPerPixel()+4*wt*float64(f.H)+3*4*wt*ht))
}

// reducedJPEG is the estimate for a JPEG that is reduced while it is read: its
// planes, which are in memory only if they come one after the other, what a
// progressive one keeps of each block of 64 samples, and the result in planes
// and in pixels, those twice if it is turned. Of inks, the rows that the resizer
// narrows, instead of planes.
func (f Facts) reducedJPEG(wt, ht float64, by int) int64 {
	pixels := float64(f.W) * float64(f.H)
	n := float64(by)
	b := f.Sampling
	if f.Components == 4 {
		b = 8 // four planes, and the pixels that they are joined to
	}
	all := pixels / (n * n) * b
	if f.Progressive {
		all += pixels / 64 * f.Sampling * map[int]float64{2: 80, 4: 32, 8: 4}[by]
	}
	if f.Components == 4 {
		all += 4 * wt * float64(f.H) / n
	} else {
		all += 3 * wt * ht
	}
	all += 4 * wt * ht
	if f.Orientation > 1 {
		all += 4 * wt * ht
	}
	return int64(math.Ceil(all))
}

// averagedRows is the estimate for a PNG or TIFF that is averaged while it is
// read: the small picture or, of an interlaced PNG, the sums that it is made of in
// their place, what of a TIFF is unfolded at a time, the rows that the resizer
// narrows, and the result, twice if it is turned.
func (f Facts) averagedRows(wt, ht float64, to image.Point) int64 {
	each := f.bytesPerPixel()
	if f.Progressive {
		each = 4 * min(3, each)
		switch {
		case f.HasAlpha:
			each = 32
		case int(f.W)/to.X > 14: // sums of 64 bits
			each *= 2
		}
	}
	all := each*float64(to.X)*float64(to.Y) + 4*wt*float64(to.Y) + 4*wt*ht
	if f.Orientation > 1 {
		all += 4 * wt * ht
	}
	return f.Block + int64(math.Ceil(all))
}

// bytesPerPixel is what the decoder of each format keeps for a pixel at its worst moment.
func (f Facts) bytesPerPixel() float64 {
	switch f.Format {
	case "JPEG":
		b := f.Sampling
		if f.Components == 4 {
			b += 8 // joined to CMYK, then turned to RGB
		}
		if f.Progressive {
			b += 4 * f.Sampling // coefficients of 32 bits
		}
		return b
	case "PNG":
		if f.Space == Grey && !f.HasAlpha {
			return 1 // 16 bits are rounded row by row
		}
		return 4
	case "TIFF":
		if f.Space == CMYK {
			return 8 // and turned to RGB
		}
		if f.Space == Grey && !f.HasAlpha {
			return 1
		}
		return 4 // 16 bits are rounded row by row
	case "WebP":
		return f.Sampling * 2
	case "GIF":
		return 1
	}
	return 4
}
