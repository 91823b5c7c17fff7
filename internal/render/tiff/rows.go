package tiff

import (
	"encoding/binary"
	"io"
	"math/bits"
)

// A rowReader reads one strip or tile from the top. Each sample is a byte, or
// two with the high one first where the page is wide.
type rowReader interface {
	// next reads one row. After an error there is no other row.
	next(dst []byte) error
}

// A plain is rows of samples side by side.
type plain struct {
	p   *page
	r   io.Reader
	row []byte // as it is in the file
}

func (p *page) plain(r io.Reader, row []byte) *plain {
	n := (p.bw*p.each()*p.bits + 7) / 8
	if cap(row) < n {
		row = make([]byte, n)
	}
	return &plain{p, r, row[:n]}
}

func (s *plain) next(dst []byte) error {
	p := s.p
	row := s.row
	if p.bits == 8 {
		row = dst
	}
	if _, err := io.ReadFull(s.r, row); err != nil {
		return err
	}
	switch {
	case p.bits == 16:
		if p.differences {
			s.add16()
		}
		if p.wide() {
			highFirst(dst, row, p.littleEndian())
		} else {
			narrow(dst, row, p.littleEndian())
		}
	case p.bits == 8:
		if p.differences {
			add8(row, p.each())
		}
	default:
		spread(dst, row, p.bits, p.photometric != palette)
	}
	return nil
}

// add8 turns differences of 8 bits into samples.
func add8(row []byte, each int) {
	switch each {
	case 1:
		var a byte
		for i, v := range row {
			a += v
			row[i] = a
		}
	case 3:
		var a, b, c byte
		for px := row; len(px) >= 3; px = px[3:] {
			a, b, c = a+px[0], b+px[1], c+px[2]
			px[0], px[1], px[2] = a, b, c
		}
	default:
		for i := each; i < len(row); i++ {
			row[i] += row[i-each]
		}
	}
}

// add16 turns differences of 16 bits into samples.
func (s *plain) add16() {
	step := 2 * s.p.each()
	if s.p.littleEndian() {
		if step == 6 {
			addRGB(s.row)
			return
		}
		for i := step; i+1 < len(s.row); i += 2 {
			binary.LittleEndian.PutUint16(s.row[i:], binary.LittleEndian.Uint16(s.row[i:])+binary.LittleEndian.Uint16(s.row[i-step:]))
		}
		return
	}
	for i := step; i+1 < len(s.row); i += 2 {
		binary.BigEndian.PutUint16(s.row[i:], binary.BigEndian.Uint16(s.row[i:])+binary.BigEndian.Uint16(s.row[i-step:]))
	}
}

// addRGB is the most common of them.
func addRGB(row []byte) {
	le := binary.LittleEndian
	var a, b, c uint16
	for px := row; len(px) >= 6; px = px[6:] {
		a, b, c = a+le.Uint16(px), b+le.Uint16(px[2:]), c+le.Uint16(px[4:])
		le.PutUint16(px, a)
		le.PutUint16(px[2:], b)
		le.PutUint16(px[4:], c)
	}
}

// narrow rounds samples of 16 bits to 8, four at a time: v × 255 / 65535 is
// (v × 255 + 32,895) >> 16 for every v.
func narrow(dst, row []byte, little bool) {
	const low, half = 0x0000ffff0000ffff, 0x0000807f0000807f
	dst = dst[:len(row)/2]
	for len(dst) >= 4 && len(row) >= 8 {
		v := binary.LittleEndian.Uint64(row)
		if !little {
			v = v>>8&0x00ff00ff00ff00ff | v<<8&0xff00ff00ff00ff00
		}
		even := ((v&low)*255 + half) >> 16 & 0x000000ff000000ff
		odd := ((v>>16&low)*255 + half) >> 16 & 0x000000ff000000ff
		v = even | odd<<8
		binary.LittleEndian.PutUint32(dst, uint32(v&0xffff|v>>16))
		dst, row = dst[4:], row[8:]
	}
	for i := range dst {
		v := binary.BigEndian.Uint16(row[2*i:])
		if little {
			v = bits.ReverseBytes16(v)
		}
		dst[i] = byte((uint32(v)*255 + 32895) >> 16)
	}
}

// highFirst copies samples of 16 bits.
func highFirst(dst, row []byte, little bool) {
	copy(dst, row)
	if !little {
		return
	}
	for i := 0; i+1 < len(dst); i += 2 {
		dst[i], dst[i+1] = dst[i+1], dst[i]
	}
}

// spread gives each sample of fewer bits a byte, stretched to 0 to 255 or as it is.
func spread(dst, row []byte, depth int, stretch bool) {
	mask := byte(1<<depth - 1)
	by := byte(1)
	if stretch {
		by = 255 / mask
	}
	per := 8 / depth
	for _, v := range row {
		n := min(per, len(dst))
		for i := range n {
			dst[i] = v >> (8 - depth*(i+1)) & mask * by
		}
		dst = dst[n:]
	}
}

// A folded is rows of YCbCr whose colours are coarser: units of several pixels
// of light, then one Cb and one Cr.
type folded struct {
	p    *page
	r    io.Reader
	unit []byte // a row of units
	left int    // rows of it that are still to be given out
}

func (p *page) folded(r io.Reader) *folded {
	n := (p.bw + p.across - 1) / p.across
	return &folded{p: p, r: r, unit: make([]byte, n*(p.across*p.down+2))}
}

func (s *folded) next(dst []byte) error {
	p := s.p
	if s.left == 0 {
		if _, err := io.ReadFull(s.r, s.unit); err != nil {
			return err
		}
		s.left = p.down
	}
	size := p.across*p.down + 2
	light := (p.down - s.left) * p.across
	for x, k := 0, 0; k+2 < len(dst); x, k = x+1, k+3 {
		u := s.unit[x/p.across*size:][:size]
		dst[k], dst[k+1], dst[k+2] = u[light+x%p.across], u[size-2], u[size-1]
	}
	s.left--
	return nil
}
