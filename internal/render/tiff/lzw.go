package tiff

import (
	"encoding/binary"
	"errors"
	"io"
)

const (
	lzwClear = 256
	lzwEnd   = 257
	lzwCodes = 1 << 12
)

// A text is what a code stands for: the last 1 to 8 of its bytes, the first of
// them lowest, and the code of those before, of which there are whole eights.
type text struct {
	end    uint64
	length uint16
	before uint16
	first  byte
}

// with returns the text with one more byte, where the text has a code itself.
func (t text) with(b byte, code int) text {
	if n := t.length & 7; n != 0 {
		t.end |= uint64(b) << (8 * n)
	} else {
		t.end, t.before = uint64(b), uint16(code)
	}
	t.length++
	return t
}

// An unlzw unfolds LZW as TIFF writes it: the highest bit first, and codes that
// become longer one code early.
type unlzw struct {
	r    io.Reader
	in   []byte
	i, n int // the next byte of in, and the end of what was read
	err  error

	bits uint64 // the lowest have are waiting
	have uint

	width uint // of a code
	free  int  // the next code to be given away
	last  int  // the code before, -1 after a clear
	texts [lzwCodes]text

	out  []byte
	o, m int // the next byte of out, and the end of what was unfolded
}

func newUnLZW(r io.Reader) *unlzw {
	z := &unlzw{in: make([]byte, 16<<10), out: make([]byte, 32<<10+lzwCodes+8)}
	for i := range 256 {
		z.texts[i] = text{end: uint64(i), length: 1, first: byte(i)}
	}
	z.reset(r)
	return z
}

// reset begins another stream.
func (z *unlzw) reset(r io.Reader) {
	z.r, z.err = r, nil
	z.i, z.n, z.bits, z.have, z.o, z.m = 0, 0, 0, 0, 0, 0
	z.clear()
}

func (z *unlzw) clear() { z.width, z.free, z.last = 9, lzwEnd+1, -1 }

func (z *unlzw) Read(b []byte) (int, error) {
	if z.o == z.m {
		if z.err != nil {
			return 0, z.err
		}
		z.unfold()
		if z.o == z.m {
			return 0, z.err
		}
	}
	n := copy(b, z.out[z.o:z.m])
	z.o += n
	return n, nil
}

// more fills the bits up, and reports whether there is another code.
func (z *unlzw) more() bool {
	if z.n-z.i >= 8 {
		take := (63 - z.have) / 8
		z.bits = z.bits<<(8*take) | binary.BigEndian.Uint64(z.in[z.i:])>>(64-8*take)
		z.i += int(take)
		z.have += 8 * take
		return true
	}
	for z.have < z.width {
		if z.i == z.n {
			var err error
			z.i = 0
			if z.n, err = io.ReadAtLeast(z.r, z.in, 1); err != nil {
				z.n = 0
				z.err = io.ErrUnexpectedEOF
				return false
			}
		}
		z.bits = z.bits<<8 | uint64(z.in[z.i])
		z.i++
		z.have += 8
	}
	return true
}

var errLZW = errors.New("tiff: LZW code out of order")

// unfold fills out as far as it goes.
func (z *unlzw) unfold() {
	z.o, z.m = 0, 0
	for z.m < len(z.out)-lzwCodes-8 {
		if z.have < z.width && !z.more() {
			return
		}
		z.have -= z.width
		code := int(z.bits>>z.have) & (1<<z.width - 1)
		if code == lzwClear {
			z.clear()
			continue
		}
		if !z.learn(code) {
			return
		}
		z.last = code
		t := &z.texts[code&(lzwCodes-1)]
		at := z.m + int(t.length-1)&^7
		z.m += int(t.length)
		binary.LittleEndian.PutUint64(z.out[at:], t.end)
		for rest := t; rest.length > 8; {
			rest = &z.texts[rest.before&(lzwCodes-1)]
			at -= 8
			binary.LittleEndian.PutUint64(z.out[at:], rest.end)
		}
	}
}

// learn gives the next code to the text of the last one and the first byte of
// this one. It reports whether this one stands for something.
func (z *unlzw) learn(code int) bool {
	switch {
	case code == lzwEnd:
		z.err = io.EOF
		return false
	case z.last < 0 && code > lzwEnd || code > z.free:
		z.err = errLZW
		return false
	case z.last < 0 || z.free == lzwCodes:
		return true
	}
	from := code
	if code == z.free {
		from = z.last
	}
	last := z.last & (lzwCodes - 1)
	z.texts[z.free&(lzwCodes-1)] = z.texts[last].with(z.texts[from&(lzwCodes-1)].first, last)
	z.free++
	if z.free == 1<<z.width-1 && z.width < 12 {
		z.width++
	}
	return true
}
