package tiff

import (
	"errors"
	"io"
	"strings"
)

// The codes of ITU-T T.4 for runs of 0 to 63 pixels, then for 64 to 1,728 in
// steps of 64.
const (
	whiteCodes = `00110101 000111 0111 1000 1011 1100 1110 1111 10011 10100 00111 01000 001000 000011 110100 110101
101010 101011 0100111 0001100 0001000 0010111 0000011 0000100 0101000 0101011 0010011 0100100
0011000 00000010 00000011 00011010 00011011 00010010 00010011 00010100 00010101 00010110 00010111
00101000 00101001 00101010 00101011 00101100 00101101 00000100 00000101 00001010 00001011 01010010
01010011 01010100 01010101 00100100 00100101 01011000 01011001 01011010 01011011 01001010 01001011
00110010 00110011 00110100 11011 10010 010111 0110111 00110110 00110111 01100100 01100101 01101000
01100111 011001100 011001101 011010010 011010011 011010100 011010101 011010110 011010111 011011000
011011001 011011010 011011011 010011000 010011001 010011010 011000 010011011`
	blackCodes = `0000110111 010 11 10 011 0011 0010 00011 000101 000100 0000100 0000101 0000111 00000100 00000111
000011000 0000010111 0000011000 0000001000 00001100111 00001101000 00001101100 00000110111
00000101000 00000010111 00000011000 000011001010 000011001011 000011001100 000011001101 000001101000
000001101001 000001101010 000001101011 000011010010 000011010011 000011010100 000011010101
000011010110 000011010111 000001101100 000001101101 000011011010 000011011011 000001010100
000001010101 000001010110 000001010111 000001100100 000001100101 000001010010 000001010011
000000100100 000000110111 000000111000 000000100111 000000101000 000001011000 000001011001
000000101011 000000101100 000001011010 000001100110 000001100111 0000001111 000011001000
000011001001 000001011011 000000110011 000000110100 000000110101 0000001101100 0000001101101
0000001001010 0000001001011 0000001001100 0000001001101 0000001110010 0000001110011 0000001110100
0000001110101 0000001110110 0000001110111 0000001010010 0000001010011 0000001010100 0000001010101
0000001011010 0000001011011 0000001100100 0000001100101`
	// longCodes are those of both colours for 1,792 to 2,560.
	longCodes = `00000001000 00000001100 00000001101 000000010010 000000010011 000000010100 000000010101 000000010110
000000010111 000000011100 000000011101 000000011110 000000011111`
)

const faxBits = 13 // of the longest code

// A faxRun is what a code says, and how many bits it has; 0 for no code.
type faxRun struct {
	pixels uint16
	bits   uint8
}

// faxCodes finds the run at the top of 13 bits, white and black.
type faxCodes [2][1 << faxBits]faxRun

func newFaxCodes() *faxCodes {
	c := &faxCodes{}
	for colour, all := range []string{whiteCodes, blackCodes} {
		for i, code := range strings.Fields(all + " " + longCodes) {
			run := i
			if i > 63 {
				run = (i - 63) * 64
			}
			first := 0
			for _, b := range code {
				first = first<<1 | int(b-'0')
			}
			span := 1 << (faxBits - len(code))
			for k := range span {
				c[colour][first*span+k] = faxRun{uint16(run), uint8(len(code))}
			}
		}
	}
	return c
}

// An unfax unfolds the fax codes of one strip or tile: a bit a pixel, 1 for black.
type unfax struct {
	codes *faxCodes
	kind  int64 // the compression
	flat  bool  // each row for itself; in group 3, if its first bit says so
	width int

	r      io.ByteReader
	bits   uint64 // the lowest have are waiting
	have   int
	beyond int // how many of them are zeros put in after the end

	// The changes of colour in a row and the one above: where black begins, where
	// white begins again, and so on, ended by the width several times.
	now, above []int
	row        []byte
	left       []byte // of row, to be given out
	err        error
}

func newUnfax(r io.ByteReader, p *page, width int) *unfax {
	z := &unfax{codes: p.fax, kind: p.compression, flat: p.compression != fax3 || p.t4&1 == 0, width: width, r: r, row: make([]byte, (width+7)/8)}
	z.above = z.end(z.above)
	return z
}

// end closes a list of changes.
func (z *unfax) end(changes []int) []int { return append(changes, z.width, z.width, z.width, z.width) }

func (z *unfax) Read(b []byte) (int, error) {
	if len(z.left) == 0 {
		if z.err == nil {
			z.err = z.next()
		}
		if z.err != nil {
			return 0, z.err
		}
	}
	n := copy(b, z.left)
	z.left = z.left[n:]
	return n, nil
}

var errFax = errors.New("tiff: no fax code")

// peek returns the next n ≤ 24 bits; after the end they are zero.
func (z *unfax) peek(n int) int {
	for z.have < n {
		b, err := z.r.ReadByte()
		if err != nil {
			b = 0
			z.beyond += 8
		}
		z.bits = z.bits<<8 | uint64(b)
		z.have += 8
	}
	return int(z.bits>>(z.have-n)) & (1<<n - 1)
}

func (z *unfax) skip(n int) { z.have -= n }

// over tells that more bits were taken than there were.
func (z *unfax) over() bool { return z.have < z.beyond }

// next unfolds one row.
func (z *unfax) next() error {
	z.now = z.now[:0]
	flat, err := z.start()
	if err != nil {
		return err
	}
	if flat {
		err = z.flatRow()
	} else {
		err = z.deepRow()
	}
	switch {
	case z.over():
		return io.ErrUnexpectedEOF
	case err != nil:
		return err
	}
	z.now = z.end(z.now)
	z.draw()
	z.now, z.above = z.above, z.now
	z.left = z.row
	return nil
}

// start passes over what stands before a row, and tells whether it is flat.
func (z *unfax) start() (bool, error) {
	switch z.kind {
	case faxRows:
		z.skip(z.have % 8)
		return true, nil
	case fax4:
		if z.peek(24) == 0x1001 {
			return false, io.EOF
		}
		return false, nil
	}
	marks := 0
	for z.peek(11) == 0 {
		if marks++; marks > 1 {
			return true, io.EOF // six of them end the picture
		}
		for z.peek(1) == 0 {
			if z.skip(1); z.over() {
				return true, io.ErrUnexpectedEOF
			}
		}
		z.skip(1)
		if !z.flat {
			flat := z.peek(1) == 1
			z.skip(1)
			return flat, nil
		}
	}
	return true, nil
}

// run takes one run of a colour.
func (z *unfax) run(colour int) (n int, err error) {
	for {
		r := z.codes[colour][z.peek(faxBits)]
		if r.bits == 0 || n > z.width || z.over() {
			return 0, errFax
		}
		z.skip(int(r.bits))
		n += int(r.pixels)
		if r.pixels < 64 {
			return n, nil
		}
	}
}

// flatRow reads runs, white and black in turn.
func (z *unfax) flatRow() error {
	for at, colour := 0, 0; at < z.width; colour ^= 1 {
		n, err := z.run(colour)
		if err != nil {
			return err
		}
		if at += n; at > z.width {
			return errFax
		}
		z.now = append(z.now, at)
		if n == 0 && len(z.now) > 2*z.width+2 {
			return errFax
		}
	}
	return nil
}

// deepRow reads how a row differs from the one above.
func (z *unfax) deepRow() error {
	at, colour, i := -1, 0, 0 // i is of the change above that is right of here and to the other colour
	for at < z.width {
		for z.above[i] <= at && z.above[i] < z.width {
			i += 2
		}
		step, vertical, err := z.mode()
		switch {
		case err != nil:
			return err
		case vertical:
			if at, err = z.change(at, z.above[i]+step); err != nil {
				return err
			}
			colour ^= 1
			if i > 0 {
				i--
			} else {
				i++
			}
		case step == 0: // pass
			at = z.above[i+1]
		default: // two runs
			if at, err = z.runs(max(at, 0), colour); err != nil {
				return err
			}
		}
		if z.over() || len(z.now) > 2*z.width+8 {
			return errFax
		}
	}
	return nil
}

// runs reads one run of a colour and one of the other.
func (z *unfax) runs(at, colour int) (int, error) {
	for _, c := range []int{colour, colour ^ 1} {
		n, err := z.run(c)
		if err != nil {
			return at, err
		}
		if at, err = z.change(at, at+n); err != nil {
			return at, err
		}
	}
	return at, nil
}

// change notes that the colour changes at a place that is not before at.
func (z *unfax) change(at, to int) (int, error) {
	if to < at || to < 0 || to > z.width {
		return at, errFax
	}
	z.now = append(z.now, to)
	return to, nil
}

// mode reads one code of two dimensions: where the colour changes against the
// row above, or 0 to pass, 1 for two runs.
func (z *unfax) mode() (step int, vertical bool, err error) {
	v := z.peek(7)
	take := func(n, step int, vertical bool) (int, bool, error) {
		z.skip(n)
		return step, vertical, nil
	}
	switch {
	case v>>6 == 1:
		return take(1, 0, true)
	case v>>4 == 3:
		return take(3, 1, true)
	case v>>4 == 2:
		return take(3, -1, true)
	case v>>4 == 1:
		return take(3, 1, false)
	case v>>3 == 1:
		return take(4, 0, false)
	case v>>1 == 3:
		return take(6, 2, true)
	case v>>1 == 2:
		return take(6, -2, true)
	case v == 3:
		return take(7, 3, true)
	case v == 2:
		return take(7, -3, true)
	}
	return 0, false, errFax
}

// draw makes the pixels of a row from its changes.
func (z *unfax) draw() {
	clear(z.row)
	for c := z.now; len(c) >= 2 && c[0] < z.width; c = c[2:] {
		blacken(z.row, c[0], c[1])
	}
}

// blacken sets the bits from one place to before another.
func blacken(row []byte, from, to int) {
	if from >= to {
		return
	}
	first, last := from/8, (to-1)/8
	head, tail := byte(0xff)>>(from%8), byte(0xff)<<(7-(to-1)%8)
	if first == last {
		row[first] |= head & tail
		return
	}
	row[first] |= head
	row[last] |= tail
	for i := first + 1; i < last; i++ {
		row[i] = 0xff
	}
}
