package tiff

import (
	"errors"
	"io"
)

const (
	lzwClear = 256
	lzwEnd   = 257
	lzwCodes = 1 << 12
)

// An unlzw unfolds LZW as TIFF writes it: the highest bit first, and codes that
// become longer one code early.
type unlzw struct {
	r    io.Reader
	in   []byte
	i, n int // the next byte of in, and the end of what was read
	err  error

	bits uint64 // the lowest have are waiting
	have uint

	width  uint // of a code
	free   int  // the next code to be given away
	last   int  // the code before, -1 after a clear
	prefix [lzwCodes]uint16
	suffix [lzwCodes]byte
	first  [lzwCodes]byte
	length [lzwCodes]uint16

	out  []byte
	o, m int // the next byte of out, and the end of what was unfolded
}

func newUnLZW(r io.Reader) *unlzw {
	z := &unlzw{in: make([]byte, 16<<10), out: make([]byte, 16<<10+lzwCodes)}
	for i := range 256 {
		z.suffix[i], z.first[i], z.length[i] = byte(i), byte(i), 1
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
		for z.i < z.n && z.have <= 56 {
			z.bits = z.bits<<8 | uint64(z.in[z.i])
			z.i++
			z.have += 8
		}
	}
	return true
}

var errLZW = errors.New("tiff: LZW code out of order")

// unfold fills out as far as it goes.
func (z *unlzw) unfold() {
	z.o, z.m = 0, 0
	for z.m < len(z.out)-lzwCodes {
		if z.have < z.width && !z.more() {
			return
		}
		z.have -= z.width
		code := int(z.bits>>z.have) & (1<<z.width - 1)
		switch {
		case code == lzwClear:
			z.clear()
			continue
		case code == lzwEnd:
			z.err = io.EOF
			return
		case z.last < 0 && code > lzwEnd, code > z.free, code == z.free && z.free == lzwCodes:
			z.err = errLZW
			return
		}
		if z.last >= 0 && z.free < lzwCodes {
			z.learn(code)
		}
		z.write(code)
		z.last = code
	}
}

// learn gives the next code to the text of the last one and the first byte of this one.
func (z *unlzw) learn(code int) {
	start := code
	if code == z.free {
		start = z.last
	}
	z.prefix[z.free] = uint16(z.last)
	z.suffix[z.free] = z.first[start]
	z.first[z.free] = z.first[z.last]
	z.length[z.free] = z.length[z.last] + 1
	z.free++
	if z.free == 1<<z.width-1 && z.width < 12 {
		z.width++
	}
}

// write unfolds one code, from its end.
func (z *unlzw) write(code int) {
	n := int(z.length[code])
	text := z.out[z.m : z.m+n]
	z.m += n
	for n--; n >= 0; n-- {
		text[n] = z.suffix[code&(lzwCodes-1)]
		code = int(z.prefix[code&(lzwCodes-1)])
	}
}
