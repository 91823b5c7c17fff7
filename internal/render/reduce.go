package render

import (
	"image"
	"sync"

	"pano/internal/pano"
)

// reduce averages img down to about twice edge, for the resizer to do the rest:
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
		dst := image.NewGray(rect)
		plane{p.Pix, p.Stride, size, 1}.mean(dst.Pix, dst.Stride, rect.Dx(), rect.Dy())
		return dst
	case *image.YCbCr:
		return reduceYCbCr(p, rect)
	case *image.CMYK:
		dst := image.NewCMYK(rect)
		plane{p.Pix, p.Stride, size, 4}.mean(dst.Pix, dst.Stride, rect.Dx(), rect.Dy())
		return dst
	case *image.RGBA:
		if p.Opaque() {
			return reduceRGB(p.Pix, p.Stride, size, rect)
		}
	case *image.NRGBA:
		if p.Opaque() {
			return reduceRGB(p.Pix, p.Stride, size, rect)
		}
	}
	return img
}

// averaged returns the size to which a picture is averaged: about twice edge,
// and its own where that is not much larger or edge is 0.
func averaged(size image.Point, edge pano.Px) image.Point {
	long := max(size.X, size.Y)
	if edge <= 0 || long < 5*int(edge)/2 {
		return size
	}
	w, h := even(size.X*2*int(edge)/long), even(size.Y*2*int(edge)/long)
	if w > size.X || h > size.Y {
		return size
	}
	return image.Pt(w, h)
}

// even rounds up to an even number, so that halved colours fit.
func even(n int) int { return max(2, (n+1)&^1) }

func reduceRGB(pix []byte, stride int, size image.Point, rect image.Rectangle) image.Image {
	dst := image.NewNRGBA(rect)
	plane{pix, stride, size, 4}.mean(dst.Pix, dst.Stride, rect.Dx(), rect.Dy())
	return dst
}

// reduceYCbCr keeps the colours at half the size where they were, and makes
// them so where they were coarser.
func reduceYCbCr(p *image.YCbCr, rect image.Rectangle) image.Image {
	ratio := image.YCbCrSubsampleRatio420
	if p.SubsampleRatio == image.YCbCrSubsampleRatio444 {
		ratio = image.YCbCrSubsampleRatio444
	}
	dst := image.NewYCbCr(rect, ratio)
	plane{p.Y, p.YStride, p.Rect.Size(), 1}.mean(dst.Y, dst.YStride, rect.Dx(), rect.Dy())
	colour := image.Pt(p.CStride, len(p.Cb)/p.CStride)
	if full := chromaSize(p); full.X <= colour.X && full.Y <= colour.Y {
		colour = full
	}
	w, h := dst.CStride, len(dst.Cb)/dst.CStride
	if w > colour.X || h > colour.Y {
		return p
	}
	plane{p.Cb, p.CStride, colour, 1}.mean(dst.Cb, dst.CStride, w, h)
	plane{p.Cr, p.CStride, colour, 1}.mean(dst.Cr, dst.CStride, w, h)
	return dst
}

// chromaSize is how many samples of colour the picture has each way.
func chromaSize(p *image.YCbCr) image.Point {
	w, h := p.Rect.Dx(), p.Rect.Dy()
	switch p.SubsampleRatio {
	case image.YCbCrSubsampleRatio422:
		w = (w + 1) / 2
	case image.YCbCrSubsampleRatio420:
		w, h = (w+1)/2, (h+1)/2
	case image.YCbCrSubsampleRatio440:
		h = (h + 1) / 2
	case image.YCbCrSubsampleRatio411:
		w = (w + 3) / 4
	case image.YCbCrSubsampleRatio410:
		w, h = (w+3)/4, (h+1)/2
	}
	return image.Pt(w, h)
}

// A plane is rows of samples, each pixel having channels of them.
type plane struct {
	pix      []byte
	stride   int
	size     image.Point
	channels int
}

// A span is the part of a line that one new pixel covers: whole samples from
// first to end, and 256ths of the ones before and after.
type span struct {
	first, end    int
	before, after uint32
}

// spans divides n samples among m new ones, m ≤ n.
func spans(n, m int) []span {
	s := make([]span, m)
	for i := range s {
		from, to := i*n*256/m, (i+1)*n*256/m
		s[i] = span{first: (from + 255) / 256, end: to / 256, before: uint32(-from & 255), after: uint32(to & 255)}
	}
	return s
}

// mean fills w × h new pixels, half of the rows at a time.
func (p plane) mean(dst []byte, stride, w, h int) {
	across, down := spans(p.size.X, w), spans(p.size.Y, h)
	const workers = 2
	var wg sync.WaitGroup
	for first := range workers {
		wg.Go(func() {
			sum, line := make([]uint64, w*p.channels), make([]uint32, w*p.channels)
			for y := first; y < h; y += workers {
				p.meanRow(dst[y*stride:][:w*p.channels], across, down[y], sum, line)
			}
		})
	}
	wg.Wait()
}

// meanRow makes one row of new pixels out of the rows that it covers.
func (p plane) meanRow(dst []byte, across []span, rows span, sum []uint64, line []uint32) {
	clear(sum)
	add := func(y int, weight uint64) {
		if weight == 0 {
			return
		}
		p.addUp(line, p.pix[y*p.stride:][:p.size.X*p.channels], across)
		for i, v := range line {
			sum[i] += uint64(v) * weight
		}
	}
	if rows.before > 0 {
		add(rows.first-1, uint64(rows.before))
	}
	for y := rows.first; y < rows.end; y++ {
		add(y, 256)
	}
	if rows.after > 0 {
		add(rows.end, uint64(rows.after))
	}
	high := uint64(rows.before) + uint64(rows.after) + 256*uint64(rows.end-rows.first)
	for i, s := range across {
		area := high * (uint64(s.before) + uint64(s.after) + 256*uint64(s.end-s.first))
		for c := range p.channels {
			k := i*p.channels + c
			dst[k] = byte((sum[k] + area/2) / area)
		}
	}
}

// addUp adds up the samples of one row that each new pixel covers, × 256.
func (p plane) addUp(line []uint32, row []byte, across []span) {
	if p.channels != 1 {
		p.addUpPixels(line, row, across)
		return
	}
	for i, s := range across {
		var v uint32
		for _, x := range row[s.first:s.end] {
			v += uint32(x)
		}
		v *= 256
		if s.before > 0 {
			v += s.before * uint32(row[s.first-1])
		}
		if s.after > 0 {
			v += s.after * uint32(row[s.end])
		}
		line[i] = v
	}
}

// addUpPixels does the same for pixels of four samples.
func (p plane) addUpPixels(line []uint32, row []byte, across []span) {
	for i, s := range across {
		var a, b, c, d uint32
		for px := row[4*s.first : 4*s.end]; len(px) >= 4; px = px[4:] {
			a, b, c, d = a+uint32(px[0]), b+uint32(px[1]), c+uint32(px[2]), d+uint32(px[3])
		}
		v := [4]uint32{256 * a, 256 * b, 256 * c, 256 * d}
		for k := range v {
			if s.before > 0 {
				v[k] += s.before * uint32(row[4*(s.first-1)+k])
			}
			if s.after > 0 {
				v[k] += s.after * uint32(row[4*s.end+k])
			}
		}
		copy(line[4*i:], v[:])
	}
}
