package jpegwrite

import (
	"encoding/binary"
	"image"
	"math/bits"
)

// A strip turns rows into bits. It starts anew with every strip.
type strip struct {
	*tables
	full bool
	inks bool
	out  []byte
	acc  uint64 // the last have bits are not in out yet
	have uint

	last  [4]int   // DC of the block before: brightness, blue, red; or of each ink
	light [4]block // or the inks
	blue  block
	red   block
	edge  [16 * 16 * 4]byte // a group of blocks that sticks out of the picture
}

// encode adds size pixels to out, in whole bytes. fill fills the blocks of the
// group whose first pixel is x, y.
func (s *strip) encode(size image.Point, fill func(x, y int)) {
	s.last = [4]int{}
	m := side(s.full)
	for y := 0; y < size.Y; y += m {
		for x := 0; x < size.X; x += m {
			fill(x, y)
			s.group()
		}
	}
	s.put(0x7f, 7) // T.81, F.1.2.3: the last byte is filled with ones
	for ; s.have >= 8; s.have -= 8 {
		s.octet(byte(s.acc >> (s.have - 8)))
	}
	s.have = 0
}

// pixels fills blocks from size pixels of red, green, blue and one that is left
// out, or of four inks.
func (s *strip) pixels(pix []byte, stride int, size image.Point) func(x, y int) {
	m := side(s.full)
	return func(x, y int) {
		group, step := pix[y*stride+4*x:], stride
		if x+m > size.X || y+m > size.Y {
			s.repeat(group, stride, min(m, size.X-x), min(m, size.Y-y))
			group, step = s.edge[:], 16*4
		}
		switch {
		case s.inks:
			s.plates(group, step)
		case s.full:
			s.each(group, step)
		default:
			s.shared(group, step)
		}
	}
}

// repeat fills edge with w × h pixels, and what is right of and below them with the nearest.
func (s *strip) repeat(pix []byte, stride, w, h int) {
	for y := range 16 {
		from, to := pix[min(y, h-1)*stride:], s.edge[y*64:][:64]
		n := copy(to, from[:4*w])
		for i := n; i < 64; i += 4 {
			copy(to[i:i+4], to[n-4:n])
		}
	}
}

// group writes the blocks of one group.
func (s *strip) group() {
	lights := s.light[:]
	if s.inks {
		for i := range lights {
			s.last[i] = s.block(&lights[i], 0, s.last[i])
		}
		return
	}
	if s.full {
		lights = lights[:1]
	}
	for i := range lights {
		s.last[0] = s.block(&lights[i], 0, s.last[0])
	}
	s.last[1] = s.block(&s.blue, 1, s.last[1])
	s.last[2] = s.block(&s.red, 1, s.last[2])
}

// each fills blocks with the colours of 8 × 8 pixels.
func (s *strip) each(pix []byte, stride int) {
	for y := range 8 {
		row := pix[y*stride:][:32]
		for x := range 8 {
			r, g, b := int32(row[4*x]), int32(row[4*x+1]), int32(row[4*x+2])
			i := (8*y + x) & 63
			s.light[0][i] = light(r, g, b)
			s.blue[i], s.red[i] = blue(r, g, b)>>8, red(r, g, b)>>8
		}
	}
}

// plates fills blocks with the inks of 8 × 8 pixels, upside down: no ink is 255.
func (s *strip) plates(pix []byte, stride int) {
	for y := range 8 {
		row := pix[y*stride:][:32]
		for x := range 8 {
			i := (8*y + x) & 63
			for c := range s.light {
				s.light[c][i] = (127 - int32(row[4*x+c])) << fraction
			}
		}
	}
}

// shared fills blocks with 16 × 16 pixels, of which four share their colours.
func (s *strip) shared(pix []byte, stride int) {
	for y := range 8 {
		over, under := pix[2*y*stride:][:64], pix[(2*y+1)*stride:][:64]
		at := 16 * (y & 3)
		for half := range 2 {
			l := &s.light[(y>>2*2+half)&3]
			a, b := over[32*half:][:32], under[32*half:][:32]
			for x := range 4 {
				p, q := a[8*x:][:8], b[8*x:][:8]
				i := (at + 2*x) & 63
				r0, g0, b0 := int32(p[0]), int32(p[1]), int32(p[2])
				r1, g1, b1 := int32(p[4]), int32(p[5]), int32(p[6])
				l[i], l[(i+1)&63] = light(r0, g0, b0), light(r1, g1, b1)
				r2, g2, b2 := int32(q[0]), int32(q[1]), int32(q[2])
				r3, g3, b3 := int32(q[4]), int32(q[5]), int32(q[6])
				l[(i+8)&63], l[(i+9)&63] = light(r2, g2, b2), light(r3, g3, b3)
				r, g, b := r0+r1+r2+r3, g0+g1+g2+g3, b0+b1+b2+b3
				j := (8*y + 4*half + x) & 63
				s.blue[j], s.red[j] = blue(r, g, b)>>10, red(r, g, b)>>10
			}
		}
	}
}

// The colours of JFIF (ITU-T T.871, 7), with 16 bits of fraction, of which
// light drops 8 and takes 128 away.
func light(r, g, b int32) int32 { return (19595*r+38470*g+7471*b)>>8 - 128<<fraction }
func blue(r, g, b int32) int32  { return 32768*b - 11058*r - 21710*g }
func red(r, g, b int32) int32   { return 32768*r - 27439*g - 5329*b }

// block writes one block whose quantisation and codes are those of kind, and
// returns its DC.
func (s *strip) block(b *block, kind, last int) int {
	b.transform()
	const half = 1 << (scaleBits - 1)
	scale := &s.scale[kind&1]
	dc := int((int64(b[0])*scale[0] + half) >> scaleBits)
	s.value(s.codes[(2*kind)&3][:], 0, dc-last)
	ac := s.codes[(2*kind+1)&3][:]
	run := 0
	for k := 1; k < 64; k++ {
		v := int((int64(b[s.place[k]&63])*scale[k] + half) >> scaleBits)
		if v == 0 {
			run++
			continue
		}
		for ; run > 15; run -= 16 {
			s.code(ac[0xf0])
		}
		s.value(ac, run, v)
		run = 0
	}
	if run > 0 {
		s.code(ac[0])
	}
	return dc
}

// value writes the code of a run of zeros and of the size of v, and v itself:
// T.81, F.1.2.
func (s *strip) value(codes []codeAndLength, run, v int) {
	sign := v >> 63
	size := uint(bits.Len(uint((v ^ sign) - sign)))
	c := codes[run<<4|int(size)]
	s.put(uint64(c>>8)<<size|uint64(v+sign)&(1<<size-1), uint(c&0xff)+size)
}

func (s *strip) code(c codeAndLength) { s.put(uint64(c>>8), uint(c&0xff)) }

// put adds the lowest n bits of v, which has no others; n is at most 32.
func (s *strip) put(v uint64, n uint) {
	s.acc, s.have = s.acc<<(n&63)|v, s.have+n
	if s.have >= 32 {
		s.four()
	}
}

// four moves four bytes to out. A byte of ones is followed by zeros, so that it
// is no marker.
func (s *strip) four() {
	s.have -= 32
	v := uint32(s.acc >> (s.have & 63))
	if (^v-0x01010101)&v&0x80808080 == 0 { // no byte of ^v is zero
		s.out = binary.BigEndian.AppendUint32(s.out, v)
		return
	}
	for i := 24; i >= 0; i -= 8 {
		s.octet(byte(v >> i))
	}
}

func (s *strip) octet(c byte) {
	if s.out = append(s.out, c); c == 0xff {
		s.out = append(s.out, 0)
	}
}
