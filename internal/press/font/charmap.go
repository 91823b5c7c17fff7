package font

import "encoding/binary"

// A charmap is the part of table cmap that says which glyph a letter has.
// Lookups search the bytes: a map of all letters could be made to be huge.
type charmap struct {
	table []byte // one subtable, of format 4 or 12
	wide  bool   // format 12
	parts int    // segments or groups
}

// readCharmap picks the subtable with the most letters: the one of all of
// Unicode if there is one, else the one of its first plane.
func readCharmap(cmap []byte) (charmap, error) {
	best, rank := charmap{}, 0
	for i := range int(u16(cmap, 2)) {
		if 4+8*i+8 > len(cmap) {
			break
		}
		platform, encoding := u16(cmap, 4+8*i), u16(cmap, 4+8*i+2)
		at := uint64(binary.BigEndian.Uint32(cmap[4+8*i+4:]))
		unicode := platform == 0 || platform == 3 && (encoding == 1 || encoding == 10)
		if !unicode || at+16 > uint64(len(cmap)) {
			continue
		}
		if c, ok := openCharmap(cmap[at:]); ok && c.rank() > rank {
			best, rank = c, c.rank()
		}
	}
	if rank == 0 {
		return best, broken("no table of Unicode letters")
	}
	return best, nil
}

func openCharmap(t []byte) (charmap, bool) {
	switch u16(t, 0) {
	case 4:
		n := int(u16(t, 6)) / 2
		return charmap{table: t, parts: n}, len(t) >= 16+8*n
	case 12:
		n := binary.BigEndian.Uint32(t[12:])
		return charmap{table: t, wide: true, parts: int(n)}, uint64(len(t)) >= 16+12*uint64(n)
	}
	return charmap{}, false
}

func (c charmap) rank() int {
	if c.wide {
		return 2
	}
	return 1
}

func (c charmap) glyph(r rune) uint16 {
	if r < 0 || !c.wide && r > 0xFFFF {
		return 0
	}
	// the first part that ends at or after r
	lo, hi := 0, c.parts
	for lo < hi {
		if mid := (lo + hi) / 2; c.end(mid) < r {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == c.parts {
		return 0
	}
	if c.wide {
		g := c.table[16+12*lo:]
		first := binary.BigEndian.Uint32(g)
		if uint32(r) < first {
			return 0
		}
		return narrow(binary.BigEndian.Uint32(g[8:]) + uint32(r) - first)
	}
	return c.inSegment(lo, uint16(r))
}

func (c charmap) end(i int) rune {
	if c.wide {
		return rune(binary.BigEndian.Uint32(c.table[16+12*i+4:]))
	}
	return rune(u16(c.table, 14+2*i))
}

// inSegment looks r up in segment i of a subtable of format 4, which holds the
// ends, starts, deltas and offsets of all segments one after the other.
func (c charmap) inSegment(i int, r uint16) uint16 {
	starts := 16 + 2*c.parts
	deltas, offsets := starts+2*c.parts, starts+4*c.parts
	start := u16(c.table, starts+2*i)
	if r < start {
		return 0
	}
	delta := u16(c.table, deltas+2*i)
	offset := int(u16(c.table, offsets+2*i))
	if offset == 0 {
		return r + delta
	}
	at := offsets + 2*i + offset + 2*int(r-start) // counted from where the offset stands
	if at+2 > len(c.table) {
		return 0
	}
	if g := u16(c.table, at); g != 0 {
		return g + delta
	}
	return 0
}

func narrow(g uint32) uint16 {
	if g > 0xFFFF {
		return 0
	}
	return uint16(g)
}
