package jpeg

import (
	"encoding/binary"
	"io"
)

const (
	window = 256 << 10 // bytes held of the file
	guard  = 16        // bytes after the last one, which make every end look like a marker
	// enough is more than the longest segment, and than one block can take:
	// 64 coefficients of up to 31 bits, each byte followed by a zero.
	enough = 64<<10 + 1<<10
)

// An input is a window on the file, and the bits taken out of it.
type input struct {
	r     io.Reader
	buf   []byte // window + guard
	p, n  int    // the next byte, and the end of what was read
	ended bool
	err   error // other than the end

	bits uint64 // the next bit is the highest
	have int    // how many of them count
	// beyond is how many of those are zeros put in after the data stopped at a
	// marker. When fewer bits than that are left, the code has run over.
	beyond int
	marked bool
}

func (in *input) open(r io.Reader) {
	in.r, in.buf = r, make([]byte, window+guard)
	in.fill()
}

// fill moves what is left to the front and reads on.
func (in *input) fill() {
	if in.ended {
		return
	}
	copy(in.buf, in.buf[in.p:in.n])
	in.n -= in.p
	in.p = 0
	k, err := io.ReadFull(in.r, in.buf[in.n:window])
	in.n += k
	if err == nil {
		return
	}
	in.ended = true
	if err != io.EOF && err != io.ErrUnexpectedEOF {
		in.err = err
	}
	for i := range guard {
		in.buf[in.n+i] = 0xff
	}
	in.buf[in.n+1] = 0xd9
}

// ready makes sure that a block or a segment can be read without filling.
func (in *input) ready() {
	if in.n-in.p < enough {
		in.fill()
	}
}

// take returns the next k bytes, nil if there are not as many. They stay until the next call.
func (in *input) take(k int) []byte {
	in.ready()
	if in.n-in.p < k {
		return nil
	}
	in.p += k
	return in.buf[in.p-k : in.p]
}

// next looks for the next marker and passes over it and what is before it.
func (in *input) next() (m byte, ok bool) {
	for {
		in.ready()
		switch {
		case in.n-in.p < 2:
			return 0, false
		case in.buf[in.p] != 0xff || in.buf[in.p+1] == 0xff:
			in.p++
		case in.buf[in.p+1] == 0:
			in.p += 2
		default:
			in.p += 2
			return in.buf[in.p-1], true
		}
	}
}

// marker is the next marker that is more than a mark: of a segment, or the end.
func (in *input) marker() (m byte, ok bool) {
	for {
		m, ok = in.next()
		if !ok || m != 1 && m != 0xd8 && (m < 0xd0 || m > 0xd7) {
			return m, ok
		}
	}
}

// segment returns what stands between this marker and the next.
func (in *input) segment() ([]byte, bool) {
	b := in.take(2)
	if b == nil {
		return nil, false
	}
	k := int(binary.BigEndian.Uint16(b))
	if k < 2 {
		return nil, false
	}
	b = in.take(k - 2)
	return b, b != nil
}

// fresh forgets the bits of the stretch before.
func (in *input) fresh() { in.bits, in.have, in.beyond, in.marked = 0, 0, 0, false }

// over tells that more bits were taken than there were.
func (in *input) over() bool { return in.have < in.beyond }

// top makes at least 32 bits ready: eight bytes at once if none is 0xff.
func (in *input) top() {
	if in.p+8 <= len(in.buf) && !in.marked {
		v := binary.BigEndian.Uint64(in.buf[in.p:])
		if (^v-0x0101010101010101)&v&0x8080808080808080 == 0 {
			in.bits |= v >> uint(in.have)
			in.p += (63 - in.have) >> 3
			in.have |= 56
			return
		}
	}
	in.topSlowly()
}

// topSlowly adds byte by byte, drops the zeros stuffed after 0xff, and stops at
// a marker, after which there are only zeros.
func (in *input) topSlowly() {
	for in.have <= 56 {
		var b byte
		switch {
		case in.marked:
			in.beyond += 8
		case in.buf[in.p] != 0xff:
			b = in.buf[in.p]
			in.p++
		case in.buf[in.p+1] == 0:
			b = 0xff
			in.p += 2
		default:
			in.marked = true
			continue
		}
		in.bits |= uint64(b) << (56 - in.have)
		in.have += 8
	}
}

// number takes n ≤ 16 bits.
func (in *input) number(n int) int32 {
	if n == 0 {
		return 0
	}
	if in.have < 32 {
		in.top()
	}
	v := int32(in.bits >> (64 - uint(n)))
	in.bits <<= uint(n)
	in.have -= n
	return v
}

// signed takes n ≤ 15 bits of a number whose highest bit is 0 when it is negative.
func (in *input) signed(n int) int32 { return sign(in.number(n), n) }

func sign(v int32, n int) int32 {
	if n > 0 && v < 1<<(uint(n)-1) {
		v -= 1<<uint(n) - 1
	}
	return v
}

// symbol takes one code; ok is false for bits that are none.
func (in *input) symbol(c *codes) (s int, ok bool) {
	if in.have < 32 {
		in.top()
	}
	s, n := c.look(in.bits)
	in.bits <<= uint(n)
	in.have -= n
	return s, n > 0
}

const (
	shortBits = 9  // codes up to this length are found at once
	wholeBits = 10 // and so are codes with their number up to this
)

// codes is a Huffman table made for reading.
type codes struct {
	short  [1 << shortBits]uint16 // length and symbol, 0 for a longer code
	whole  [1 << wholeBits]int32  // number, run and length of both, 0 for a longer one
	end    [17]int32              // one after the last code of each length, at the top of 16 bits
	offset [17]int32              // from a code of that length to its symbol
	symbol [256]byte
}

// newCodes makes a table of how many codes there are of each length and what
// they say. It reports false if the lengths leave no room for all of them.
func newCodes(counts, symbols []byte) (*codes, bool) {
	c := &codes{}
	copy(c.symbol[:], symbols)
	code, at := int32(0), int32(0)
	for n := 1; n <= 16; n++ {
		c.offset[n] = at - code
		if code+int32(counts[n-1]) > 1<<n {
			return nil, false
		}
		for range counts[n-1] {
			c.enter(int(code), n, symbols[at])
			code, at = code+1, at+1
		}
		c.end[n] = code << (16 - n)
		code <<= 1
	}
	return c, true
}

// enter puts a code of n bits into the quick tables.
func (c *codes) enter(code, n int, symbol byte) {
	if n <= shortBits {
		span := 1 << (shortBits - n)
		for i := range span {
			c.short[code*span+i] = uint16(n)<<8 | uint16(symbol)
		}
	}
	run, size := int32(symbol>>4), int(symbol&15)
	if size == 0 || n+size > wholeBits {
		return
	}
	span := 1 << (wholeBits - n - size)
	for v := range 1 << size {
		e := sign(int32(v), size)<<16 | run<<8 | int32(n+size)
		for i := range span {
			c.whole[(code<<size+v)*span+i] = e
		}
	}
}

// look returns the symbol at the top of bits and the length of its code, 0 if there is none.
func (c *codes) look(bits uint64) (symbol, n int) {
	if e := c.short[bits>>(64-shortBits)]; e != 0 {
		return int(e & 255), int(e >> 8)
	}
	v := int32(bits >> 48)
	for n := shortBits; n <= 16; n++ {
		if v < c.end[n] {
			return int(c.symbol[(v>>(16-uint(n))+c.offset[n])&255]), n
		}
	}
	return 0, 0
}
