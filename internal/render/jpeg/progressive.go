package jpeg

import "math/bits"

// A band is what one progressive scan tells: the coefficients from first to
// last, from bit low on; high is the lowest bit known before, 0 for none.
type band struct {
	first, last int
	high, low   uint
}

// refine reads one scan of a progressive picture: T.81, G.1.2.
func (d *decoder) refine(parts []*component, b band) error {
	if b.first > b.last || b.last > 63 || b.low > 13 || b.first == 0 && b.last > 0 || b.first > 0 && len(parts) != 1 {
		return broken("progressive scan header")
	}
	if b.first > 0 && d.side == 1 {
		return nil // nothing of it is needed; the search for a marker passes over it
	}
	for _, c := range parts {
		if b.first == 0 && b.high == 0 && c.dc == nil || b.first > 0 && c.ac == nil {
			return broken("no Huffman table")
		}
	}
	d.remember()
	d.walk(parts, d.visitor(b))
	if d.blocks == 0 {
		return broken("nothing in the first scan")
	}
	return nil
}

// remember makes room for the reduced coefficients.
func (d *decoder) remember() {
	for i := range d.parts {
		c := &d.parts[i]
		if c.sums != nil {
			continue
		}
		n := c.bw * c.bh
		c.sums = make([]int32, n*d.side*d.side)
		if d.side > 1 {
			c.known, c.negative = make([]uint64, n), make([]uint64, n)
		}
	}
}

// visitor chooses how the blocks of a scan are read.
func (d *decoder) visitor(b band) visit {
	area := d.side * d.side
	switch {
	case b.first == 0 && b.high == 0:
		return func(c *component, block int) bool {
			size, ok := d.in.symbol(c.dc)
			if !ok || size > 15 {
				return false
			}
			c.last += d.in.signed(size)
			c.sums[block*area] = c.last << b.low * c.weights[0]
			return !d.in.over()
		}
	case b.first == 0:
		return func(c *component, block int) bool {
			c.sums[block*area] += d.in.number(1) << b.low * c.weights[0]
			return !d.in.over()
		}
	case b.high == 0:
		return func(c *component, block int) bool { return d.begin(c, block, b) }
	}
	return func(c *component, block int) bool { return d.improve(c, block, b) }
}

// add adds v to coefficient k of a block.
func (d *decoder) add(c *component, block, k int, v int32) {
	c.sums[block*d.side*d.side+int(d.slot[k])] += v * c.weights[k]
}

// begin reads the first bits of the coefficients of a band.
func (d *decoder) begin(c *component, block int, b band) bool {
	if d.run > 0 {
		d.run--
		return true
	}
	for k := b.first; k <= b.last; k++ {
		s, ok := d.in.symbol(c.ac)
		if !ok {
			return false
		}
		run, size := s>>4, s&15
		if size == 0 && run != 15 {
			d.run = 1<<run - 1 + int(d.in.number(run))
			break
		}
		if k += run; size == 0 {
			continue
		}
		v := d.in.signed(size)
		if k > 63 {
			break
		}
		d.add(c, block, k, v<<b.low)
		c.note(block, k, v < 0)
	}
	return !d.in.over()
}

// note remembers that a coefficient is not zero, and its sign.
func (c *component) note(block, k int, negative bool) {
	c.known[block] |= 1 << k
	if negative {
		c.negative[block] |= 1 << k
	}
}

// improve reads one more bit of the coefficients of a band, and those that it
// makes appear: T.81, G.1.2.3.
func (d *decoder) improve(c *component, block int, b band) bool {
	k := b.first
	for d.run == 0 && k <= b.last {
		s, ok := d.in.symbol(c.ac)
		if !ok {
			return false
		}
		run, size := s>>4, s&15
		if size == 0 && run != 15 {
			d.run = 1<<run + int(d.in.number(run))
			break
		}
		appears, negative := size > 0, false
		if appears {
			negative = d.in.number(1) == 0
		}
		k = d.correct(c, block, k, b, run)
		if appears && k <= b.last {
			v := int32(1) << b.low
			if negative {
				v = -v
			}
			d.add(c, block, k, v)
			c.note(block, k, negative)
		}
		k++
	}
	if d.run > 0 {
		rest := c.known[block] >> k << k & (1<<(b.last+1) - 1)
		for ; rest != 0; rest &= rest - 1 {
			d.nudge(c, block, bits.TrailingZeros64(rest), b)
		}
		d.run--
	}
	return !d.in.over()
}

// correct reads a bit for each coefficient known before, from k on, until zeros
// others have been passed over, and returns the one after.
func (d *decoder) correct(c *component, block, k int, b band, zeros int) int {
	for ; k <= b.last; k++ {
		if c.known[block]>>k&1 == 0 {
			if zeros == 0 {
				break
			}
			zeros--
			continue
		}
		d.nudge(c, block, k, b)
	}
	return k
}

// nudge reads the next bit of a coefficient that is known, and moves it away from zero.
func (d *decoder) nudge(c *component, block, k int, b band) {
	if d.in.number(1) == 0 {
		return
	}
	v := int32(1) << b.low
	if c.negative[block]>>k&1 != 0 {
		v = -v
	}
	d.add(c, block, k, v)
}

// unfold draws the planes of a progressive picture.
func (d *decoder) unfold() {
	d.window = d.each != nil
	for i := range d.parts {
		d.parts[i].paper(d.side, d.rows())
	}
	for row := range d.down {
		for i := range d.parts {
			if c := &d.parts[i]; c.weights != nil {
				d.unfoldRow(c, row)
			}
		}
		if !d.window {
			continue
		}
		if d.flush(row + 1); d.refused != nil {
			return
		}
	}
	for i := range d.parts {
		c := &d.parts[i]
		c.sums, c.known, c.negative = nil, nil, nil
	}
}

// unfoldRow draws a row of groups.
func (d *decoder) unfoldRow(c *component, row int) {
	area, each := d.side*d.side, c.v*c.bw
	var z [64]int32
	for block := row * each; block < (row+1)*each; block++ {
		copy(z[:], c.sums[block*area:][:area])
		d.draw(c, block, &z, c.known != nil && c.known[block] == 0)
	}
}
