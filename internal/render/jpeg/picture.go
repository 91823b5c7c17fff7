package jpeg

import (
	"image"
	"image/color"
)

// finish is what remains when there is nothing more to read.
func (d *decoder) finish() error {
	if d.blocks == 0 {
		return broken("nothing to show")
	}
	for i := range d.parts {
		c := &d.parts[i]
		switch {
		case d.progressive:
			d.truncated = d.truncated || c.weights == nil // no scan has had it
		case !c.done:
			d.truncated = true
			c.paper(d.side, d.down)
		}
	}
	switch {
	case d.progressive:
		d.unfold()
	case d.window:
		d.flush(d.down)
	case d.each != nil:
		d.refused = d.each(d.picture(0, d.down))
	}
	return nil
}

// Side returns how many pixels are left of n that are reduced by so many. A box
// that the picture fills by less than a half is left out, so that the size is
// wrong, and the picture shifted, by half a pixel at most.
func Side(n, by int) int { return max(1, (n+by/2)/by) }

// picture joins the planes to an image of the rows of groups from to below to,
// with which what is in the planes begins.
func (d *decoder) picture(from, to int) image.Image {
	high := d.maxV * d.side
	size := image.Pt(Side(d.w, d.reduce), Side(d.h, d.reduce))
	rect := image.Rect(0, min(from*high, size.Y), size.X, min(to*high, size.Y))
	switch {
	case len(d.parts) == 1:
		return &image.Gray{Pix: d.shown(0), Stride: d.parts[0].stride, Rect: rect}
	case len(d.parts) == 4:
		return d.inks(rect)
	case d.rgb():
		img := image.NewNRGBA(rect)
		d.join(img.Pix, img.Stride, rect.Size())
		for i := 3; i < len(img.Pix); i += 4 {
			img.Pix[i] = 255
		}
		return img
	}
	return d.colours(rect)
}

// shown is where the samples of a component begin that are to be shown.
func (d *decoder) shown(part int) []byte {
	c := &d.parts[part]
	return c.pix[d.turn()*c.stride*c.v*d.side:]
}

// turn is which half of a window the row belongs to.
func (d *decoder) turn() int {
	if d.window {
		return d.row & 1
	}
	return 0
}

// rgb tells a picture stored as red, green and blue: by the Adobe marker, or
// by the names of its components.
func (d *decoder) rgb() bool {
	if d.jfif {
		return false
	}
	return d.adobe && d.transform == 0 ||
		d.parts[0].id == 'R' && d.parts[1].id == 'G' && d.parts[2].id == 'B'
}

// colours keeps the planes as they are if image.YCbCr knows their sampling,
// and makes all of one size of them if not.
func (d *decoder) colours(rect image.Rectangle) *image.YCbCr {
	y, b := &d.parts[0], &d.parts[1]
	if ratio, ok := d.ratio(); ok {
		return &image.YCbCr{Y: d.shown(0), Cb: d.shown(1), Cr: d.shown(2), YStride: y.stride, CStride: b.stride, SubsampleRatio: ratio, Rect: rect}
	}
	img := image.NewYCbCr(rect, image.YCbCrSubsampleRatio444)
	for v := range rect.Dy() {
		d.line(0, v, img.Y[v*img.YStride:][:rect.Dx()], 1)
		d.line(1, v, img.Cb[v*img.CStride:][:rect.Dx()], 1)
		d.line(2, v, img.Cr[v*img.CStride:][:rect.Dx()], 1)
	}
	return img
}

func (d *decoder) ratio() (image.YCbCrSubsampleRatio, bool) {
	y, b, r := d.parts[0], d.parts[1], d.parts[2]
	if b.h != r.h || b.v != r.v || y.h%b.h != 0 || y.v%b.v != 0 {
		return 0, false
	}
	ratio, ok := map[[2]int]image.YCbCrSubsampleRatio{
		{1, 1}: image.YCbCrSubsampleRatio444, {2, 1}: image.YCbCrSubsampleRatio422,
		{2, 2}: image.YCbCrSubsampleRatio420, {1, 2}: image.YCbCrSubsampleRatio440,
		{4, 1}: image.YCbCrSubsampleRatio411, {4, 2}: image.YCbCrSubsampleRatio410,
	}[[2]int{y.h / b.h, y.v / b.v}]
	return ratio, ok
}

// inks makes CMYK pixels of four planes. With an Adobe marker they are inverted,
// and unless that says otherwise the first three are YCbCr of what is left.
func (d *decoder) inks(rect image.Rectangle) *image.CMYK {
	img := image.NewCMYK(rect)
	d.join(img.Pix, img.Stride, rect.Size())
	switch {
	case !d.adobe:
	case d.transform == 0:
		for i := range img.Pix {
			img.Pix[i] = ^img.Pix[i]
		}
	default:
		for p := img.Pix; len(p) >= 4; p = p[4:] {
			p[0], p[1], p[2] = color.YCbCrToRGB(p[0], p[1], p[2]) // inverted twice
			p[3] = ^p[3]
		}
	}
	return img
}

// join writes the planes into pixels of four bytes.
func (d *decoder) join(pix []byte, stride int, size image.Point) {
	for y := range size.Y {
		for i := range d.parts {
			d.line(i, y, pix[y*stride+i:][:4*size.X-i], 4)
		}
	}
}

// line writes row y of a component at the size of the picture, one sample every
// step bytes. Where it is coarser, each sample is the mean of what it covers.
func (d *decoder) line(part, y int, dst []byte, step int) {
	c, pix := &d.parts[part], d.shown(part)
	if c.h == d.maxH && c.v == d.maxV {
		row := pix[y*c.stride:]
		for x, i := 0, 0; i < len(dst); x, i = x+1, i+step {
			dst[i] = row[x]
		}
		return
	}
	area := c.h * c.v
	for x, i := 0, 0; i < len(dst); x, i = x+1, i+step {
		sum := area / 2
		for v := range c.v {
			row := pix[(y*c.v+v)/d.maxV*c.stride:]
			for h := range c.h {
				sum += int(row[(x*c.h+h)/d.maxH])
			}
		}
		dst[i] = byte(sum / area)
	}
}
