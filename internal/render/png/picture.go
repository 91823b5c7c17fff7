package png

import (
	"bytes"
	"image"
	"io"

	"pano/internal/render/area"
	"pano/internal/render/inflate"
)

// A pass is a part of the picture whose rows follow each other in the file:
// every dxth pixel of every dyth row, from x0, y0 on.
type pass struct{ x0, y0, dx, dy int }

// passes are those of Adam7, or the only one of a picture that is not interlaced.
func (d *decoder) passes() []pass {
	if !d.interlaced {
		return []pass{{0, 0, 1, 1}}
	}
	return []pass{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}
}

// size is how many pixels a pass has of a picture of w × h. If it has none of
// one side, none of its rows is in the file.
func (p pass) size(w, h int) (int, int) {
	n, m := (w-p.x0+p.dx-1)/p.dx, (h-p.y0+p.dy-1)/p.dy
	if n <= 0 || m <= 0 {
		return 0, 0
	}
	return n, m
}

// picture reads the pixels.
func (d *decoder) picture() (image.Image, error) {
	total := int64(0)
	for _, p := range d.passes() {
		n, m := p.size(d.w, d.h)
		total += int64(1+d.rowBytes(n)) * int64(m)
	}
	in := readAhead(io.LimitReader(inflate.NewReader(&d.src), total), int(min(total, 256<<10)))
	d.row = make([]byte, d.w*d.channels())
	var pix []byte
	var err error
	if d.interlaced {
		pix, err = d.scatter(in)
	} else {
		pix, err = d.mean(in)
	}
	in.close()
	d.truncated = d.src.rest() || err != nil
	if err = d.fault(err); err != nil {
		return nil, err
	}
	if d.handsOut() {
		return nil, nil
	}
	rect := image.Rect(0, 0, d.toW, d.toH)
	if d.channels() == 1 {
		return &image.Gray{Pix: pix, Stride: d.toW, Rect: rect}, nil
	}
	return &image.NRGBA{Pix: pix, Stride: 4 * d.toW, Rect: rect}, nil
}

// fault is why nothing can be shown, nil if something can.
func (d *decoder) fault(err error) error {
	switch {
	case d.src.err != nil:
		return d.src.err
	case err != nil && d.rows == 0:
		return broken("no row of pixels: " + err.Error())
	}
	return nil
}

// handsOut tells that rows are not kept.
func (d *decoder) handsOut() bool { return d.each != nil && !d.interlaced && !d.hasHoles }

func (d *decoder) options() area.Options {
	o := area.Options{Alpha: d.hasHoles}
	if d.channels() > 1 {
		o.Step = 4
	}
	return o
}

// mean averages the rows as they come. Those that do not are grey.
func (d *decoder) mean(in io.Reader) ([]byte, error) {
	m := area.New(d.w, d.h, d.toW, d.toH, d.channels())
	m.Options = d.options()
	if d.handsOut() {
		m.Options, m.Each = area.Options{}, d.each
	}
	err := d.read(in, d.passes()[0], func(_ int, row []byte) { m.Row(row) })
	if err == nil || d.rows == 0 {
		return m.Pix(), err
	}
	none := bytes.Repeat([]byte{128, 128, 128, 255}[:d.channels()], d.w)
	for range d.h - d.rows {
		m.Row(none)
	}
	return m.Pix(), err
}

// scatter averages the pixels of seven passes. If they are not all there, each
// new pixel is the mean of those that are.
func (d *decoder) scatter(in io.Reader) ([]byte, error) {
	s := area.NewScatter(d.w, d.h, d.toW, d.toH, d.channels())
	s.Options = d.options()
	for _, p := range d.passes() {
		err := d.read(in, p, func(y int, row []byte) { s.Add(p.y0+y*p.dy, p.x0, p.dx, row) })
		if err != nil && d.rows == 0 {
			return nil, err
		}
		if err != nil {
			pix := s.Of(d.seen())
			if d.toW == d.w && d.toH == d.h {
				d.coarsen(pix)
			}
			return pix, err
		}
	}
	return s.Pix(), nil
}

// seen adds up how much of each new pixel was read.
func (d *decoder) seen() *area.Scatter {
	s := area.NewScatter(d.w, d.h, d.toW, d.toH, 1)
	rows, ones := d.rows, bytes.Repeat([]byte{1}, d.w)
	for _, p := range d.passes() {
		n, m := p.size(d.w, d.h)
		for y := range min(m, rows) {
			s.Add(p.y0+y*p.dy, p.x0, p.dx, ones[:n])
		}
		rows -= min(m, rows)
	}
	return s
}

// coarsen gives the pixels that were not read the colour of the nearest of the
// passes before, to the left or above.
func (d *decoder) coarsen(pix []byte) {
	rows, step := d.rows, len(pix)/(d.w*d.h)
	for _, p := range d.passes() {
		n, m := p.size(d.w, d.h)
		for y := min(m, rows); y < m; y++ {
			for x := range n {
				at := ((p.y0+y*p.dy)*d.w + p.x0 + x*p.dx) * step
				copy(pix[at:at+step], pix[at-(p.y0*d.w+p.x0)*step:])
			}
		}
		rows -= min(m, rows)
	}
}

// read reads the rows of a pass.
func (d *decoder) read(in io.Reader, p pass, add func(y int, row []byte)) error {
	w, h := p.size(d.w, d.h)
	bpp := max(1, d.samples()*d.depth/8)
	row, above := make([]byte, 1+d.rowBytes(w)), make([]byte, 1+d.rowBytes(w))
	for y := range h {
		if _, err := io.ReadFull(in, row); err != nil {
			return err
		}
		if !unfilter(row[0], row[1:], above[1:], bpp) {
			return broken("no such filter")
		}
		add(y, d.turned(row[1:], w))
		row, above = above, row
		d.rows++
	}
	return nil
}
