package jpeg

import "bytes"

// A visit reads the block with the given number of c. It reports false when
// the bits make no sense, or have ended.
type visit func(c *component, block int) bool

// scan reads the header of a scan, and the scan.
func (d *decoder) scan(b []byte) error {
	if d.parts == nil {
		return broken("scan before frame header")
	}
	if d.scans++; d.scans > maxScans {
		return broken("too many scans")
	}
	if len(b) < 1 || b[0] < 1 || int(b[0]) > len(d.parts) || len(b) < 4+2*int(b[0]) {
		return broken("scan header")
	}
	n := int(b[0])
	var parts []*component
	for i := range n {
		c, err := d.named(b[1+2*i], b[2+2*i])
		if err != nil {
			return err
		}
		for _, o := range parts {
			if o == c {
				return broken("a component twice in one scan")
			}
		}
		parts = append(parts, c)
	}
	rest := b[1+2*n:]
	if d.progressive {
		return d.refine(parts, band{first: int(rest[0]), last: int(rest[1]), high: uint(rest[2] >> 4), low: uint(rest[2] & 15)})
	}
	return d.sequential(parts)
}

// named finds a component of a scan and gives it its tables.
func (d *decoder) named(id, tables byte) (*component, error) {
	for i := range d.parts {
		c := &d.parts[i]
		if c.id != id {
			continue
		}
		if tables>>4 > 3 || tables&15 > 3 {
			return nil, broken("scan header")
		}
		c.dc, c.ac = d.dc[tables>>4], d.ac[tables&15]
		if c.weights == nil { // later tables are for later components
			if d.quant[c.table] == nil {
				return nil, broken("no quantisation table")
			}
			c.weights = weigh(d.quant[c.table], d.side)
		}
		return c, nil
	}
	return nil, broken("scan of a component that is not there")
}

// sequential reads all that there is of some components.
func (d *decoder) sequential(parts []*component) error {
	d.window = d.each != nil && len(parts) == len(d.parts)
	for _, c := range parts {
		if c.dc == nil || c.ac == nil {
			return broken("no Huffman table")
		}
		if c.done {
			return broken("a component in two scans")
		}
		c.done = true
		c.paper(d.side, d.rows())
	}
	var z [64]int32
	kept := z[:d.side*d.side]
	d.walk(parts, func(c *component, block int) bool {
		clear(kept)
		flat, ok := d.block(c, &z)
		if ok = ok && !d.in.over(); ok {
			d.draw(c, block, &z, flat)
		}
		return ok
	})
	if d.blocks == 0 {
		return broken("nothing in the first scan")
	}
	return nil
}

// paper gives a component a grey plane of so many rows of groups.
func (c *component) paper(side, rows int) {
	c.pix = bytes.Repeat([]byte{128}, c.stride*side*c.v*rows)
}

// rows is how many rows of groups the planes hold.
func (d *decoder) rows() int {
	if d.window {
		return 2
	}
	return d.down
}

// flush hands out the rows before the one given, and goes on to that.
func (d *decoder) flush(to int) {
	for d.row < to && d.refused == nil {
		if img := d.picture(d.row, d.row+1); !img.Bounds().Empty() {
			d.refused = d.each(img)
		}
		if d.row++; d.row == d.down {
			return
		}
		for i := range d.parts {
			c := &d.parts[i]
			high := c.stride * c.v * d.side
			c.origin = (d.row - d.turn()) * high
			grey := d.shown(i)[:high]
			for k := range grey {
				grey[k] = 128
			}
		}
	}
}

// draw writes the samples of one block.
func (d *decoder) draw(c *component, block int, z *[64]int32, flat bool) {
	dst := c.pix[(block/c.bw*c.stride+block%c.bw)*d.side-c.origin:]
	switch d.side {
	case 8:
		eight(z, flat, dst, c.stride)
	case 4:
		four((*[16]int32)(z[:16]), flat, dst, c.stride)
	case 2:
		two((*[4]int32)(z[:4]), dst, c.stride)
	case 1:
		dst[0] = sample(int(z[0]))
	}
}

// walk goes through the blocks of a scan in the order of the file. After a
// fault it goes on at the next restart marker, if there is one.
func (d *decoder) walk(parts []*component, each visit) {
	across, down := d.across, d.down
	if len(parts) == 1 {
		across, down = parts[0].ow, parts[0].oh
	}
	total := across * down
	step := total
	if d.restart > 0 {
		step = min(d.restart, total)
	}
	for from, number := 0, 0; from < total; {
		d.in.fresh()
		d.run = 0
		for _, c := range parts {
			c.last = 0
		}
		to := min(from+step, total)
		if !d.stretch(parts, across, from, to, each) && d.refused == nil {
			d.truncated = true
		}
		if d.refused != nil {
			return
		}
		if to == total {
			return
		}
		missed, ok := d.in.resume(number)
		d.truncated = d.truncated || !ok || missed > 0
		if !ok {
			return
		}
		from, number = to+missed*step, number+missed+1
	}
}

// stretch reads the groups of blocks between two restart markers.
func (d *decoder) stretch(parts []*component, across, from, to int, each visit) bool {
	for g := from; g < to; g++ {
		x, y := g%across, g/across
		if d.window && y > d.row {
			if d.flush(y); d.refused != nil {
				return false
			}
		}
		if len(parts) == 1 {
			if !d.one(parts[0], y*parts[0].bw+x, each) {
				return false
			}
			continue
		}
		for _, c := range parts {
			for v := range c.v {
				for h := range c.h {
					if !d.one(c, (y*c.v+v)*c.bw+x*c.h+h, each) {
						return false
					}
				}
			}
		}
	}
	return true
}

func (d *decoder) one(c *component, block int, each visit) bool {
	d.in.ready()
	if !each(c, block) {
		return false
	}
	d.blocks++
	return true
}

// resume looks for the restart marker that ends the stretch of that number,
// and reports how many stretches are missing before it.
func (in *input) resume(number int) (missed int, ok bool) {
	for {
		m, ok := in.next()
		if !ok {
			return 0, false
		}
		if m < 0xd0 || m > 0xd7 {
			in.p -= 2 // somebody else's
			return 0, false
		}
		if missed = (int(m) - 0xd0 - number) & 7; missed < 4 {
			return missed, true
		}
	}
}

// block reads the coefficients of a block and adds them up reduced. It reports
// whether all but the first are zero.
func (d *decoder) block(c *component, z *[64]int32) (flat, ok bool) {
	in, w := &d.in, c.weights
	size, ok := in.symbol(c.dc)
	if !ok || size > 15 {
		return false, false
	}
	c.last += in.signed(size)
	z[0] = c.last * w[0]
	flat = true
	bits, have := in.bits, in.have
	for k := 1; k < 64; k++ {
		if have < 32 {
			in.bits, in.have = bits, have
			in.top()
			bits, have = in.bits, in.have
		}
		if e := c.ac.whole[bits>>(64-wholeBits)]; e != 0 {
			n := int(e & 255)
			bits <<= uint(n)
			have -= n
			if k += int(e >> 8 & 255); k > 63 {
				break
			}
			z[d.slot[k]&63] += e >> 16 * w[k]
			flat = false
			continue
		}
		s, n := c.ac.look(bits)
		if n == 0 {
			return false, false
		}
		bits <<= uint(n)
		have -= n
		run, size := s>>4, s&15
		if size == 0 && run != 15 {
			break
		}
		if k += run; k > 63 {
			break
		}
		if size > 0 {
			z[d.slot[k]&63] += sign(int32(bits>>(64-uint(size))), size) * w[k]
			bits <<= uint(size)
			have -= size
			flat = false
		}
	}
	in.bits, in.have = bits, have
	return flat, true
}
