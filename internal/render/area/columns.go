package area

import "encoding/binary"

// Columns add up whole rows, eight samples at a time: most rows lie wholly
// within a new one, and only their sum has to be looked at pixel by pixel.
type columns struct {
	even, odd []uint64 // of eight samples each, four sums of 16 bits
	rows      int      // that are in them
	sum       []uint32 // of the rows before those, and of the samples beyond the last eight
	spilt     bool     // sum has rows that even and odd have not
	any       bool
}

const (
	lanes    = 0x00ff00ff_00ff00ff
	mostRows = 257 // 257 × 255 is the most that 16 bits hold
)

func (c *columns) add(row []byte) {
	if len(c.sum) != len(row) {
		c.even, c.odd, c.sum = make([]uint64, len(row)/8), make([]uint64, len(row)/8), make([]uint32, len(row))
	}
	if c.rows == mostRows {
		c.spill()
	}
	c.rows, c.any = c.rows+1, true
	even, odd := c.even, c.odd[:len(c.even)]
	for i := range even {
		v := binary.LittleEndian.Uint64(row[8*i:])
		even[i] += v & lanes
		odd[i] += v >> 8 & lanes
	}
	for i := 8 * len(even); i < len(row); i++ {
		c.sum[i] += uint32(row[i])
	}
}

// spill moves what is in the narrow sums to the wide.
func (c *columns) spill() {
	for i, e := range c.even {
		o, s := c.odd[i], c.sum[8*i:][:8]
		if !c.spilt {
			clear(s)
		}
		s[0], s[1] = s[0]+uint32(e&0xffff), s[1]+uint32(o&0xffff)
		s[2], s[3] = s[2]+uint32(e>>16&0xffff), s[3]+uint32(o>>16&0xffff)
		s[4], s[5] = s[4]+uint32(e>>32&0xffff), s[5]+uint32(o>>32&0xffff)
		s[6], s[7] = s[6]+uint32(e>>48), s[7]+uint32(o>>48)
	}
	clear(c.even)
	clear(c.odd)
	c.rows, c.spilt = 0, true
}

// take returns the sum of all rows. Then forget has to be called.
func (c *columns) take() []uint32 {
	c.spill()
	return c.sum
}

// forget begins anew.
func (c *columns) forget() {
	clear(c.sum[8*len(c.even):])
	c.spilt, c.any = false, false
}
