// Package inflate unpacks zlib streams (RFC 1950 and 1951), as PNG and TIFF have
// them, about twice as fast as the library. It does not look at the checksum at
// the end.
package inflate

import (
	"encoding/binary"
	"errors"
	"io"
)

var errBroken = errors.New("inflate: not a sound zlib stream")

const (
	window  = 32 << 10  // how far back a copy may reach
	room    = 128 << 10 // bytes made at a time
	longest = 258       // of a copy
	slack   = 32        // copies write whole words, and a few literals follow each other

	buffer = 64 << 10 // bytes read at a time
	enough = 32       // bytes that one step takes at most
	guard  = 64       // zeros behind the last byte
)

// A Reader unpacks one stream. It may read beyond its end.
type Reader struct {
	r     io.Reader
	in    []byte // buffer + guard
	p, n  int    // the next byte, and the end of what was read
	ended bool

	bits uint64 // the next bit is the lowest; above the first have there may be more, which will come again
	have uint

	out     []byte // window + room, and what one step makes
	from, w int    // what was made and not yet read

	begun   bool
	final   bool // this block is the last
	inCodes bool // of a block of codes
	stored  int  // bytes left of a block that is not packed
	codes   [codeEntries]uint32
	dist    [distEntries]uint32
	err     error
}

// NewReader returns a Reader of the stream that r has. Read fails with
// io.ErrUnexpectedEOF where r ends before the stream does, and as r does.
func NewReader(r io.Reader) *Reader {
	return &Reader{r: r, in: make([]byte, buffer+guard), out: make([]byte, window+room+longest+slack)}
}

// Reset begins another stream, in the same memory.
func (r *Reader) Reset(from io.Reader) { *r = Reader{r: from, in: r.in, out: r.out} }

func (r *Reader) Read(p []byte) (int, error) {
	for r.from == r.w {
		if r.err != nil {
			return 0, r.err
		}
		if len(p) == 0 {
			return 0, nil
		}
		r.more()
	}
	n := copy(p, r.out[r.from:r.w])
	r.from += n
	return n, nil
}

// more makes as many bytes as there is room for.
func (r *Reader) more() {
	if r.w > window {
		copy(r.out, r.out[r.w-window:r.w])
		r.from, r.w = window, window
	}
	if !r.begun {
		r.begun = true
		head := r.take(8)<<8 | r.take(8)
		if r.err == nil && (head%31 != 0 || head>>8&15 != 8 || head>>12 > 7 || head&32 != 0) {
			r.err = errBroken
		}
	}
	for r.err == nil && r.w < window+room {
		switch {
		case r.stored > 0:
			r.copyStored()
		case r.inCodes:
			r.step()
		case r.final:
			r.err = io.EOF
		default:
			r.block()
		}
	}
}

// ready makes sure that there is enough for a step, or that nothing more comes.
func (r *Reader) ready() {
	if r.n-r.p >= enough || r.ended {
		return
	}
	gone := max(0, r.p-8) // bytes that were taken as bits may be given back
	copy(r.in, r.in[gone:r.n])
	r.n, r.p = r.n-gone, r.p-gone
	for tries := 0; r.n-r.p < enough; tries++ {
		k, err := r.r.Read(r.in[r.n:buffer])
		r.n += k
		if err == nil && k == 0 && tries > 100 {
			err = io.ErrNoProgress
		}
		if err != nil {
			r.ended = true
			if err != io.EOF {
				r.err = err
			}
			clear(r.in[r.n:][:guard])
			return
		}
	}
}

// over tells that more was taken than there is.
func (r *Reader) over() bool { return r.p-int(r.have>>3) > r.n }

// step makes bytes of codes, as many as it can without looking whether there is enough.
func (r *Reader) step() {
	r.ready()
	if r.n-r.p >= enough {
		r.run(r.n - enough)
		return
	}
	before := r.w
	if r.run(r.p); r.over() {
		r.w = before
		r.short()
	}
}

// short notes that the stream ends too early, unless there is another reason.
func (r *Reader) short() {
	if r.err == nil || r.err == errBroken {
		r.err = io.ErrUnexpectedEOF
	}
}

// take takes n ≤ 16 bits.
func (r *Reader) take(n uint) int {
	r.ready()
	if r.have < n {
		r.bits |= binary.LittleEndian.Uint64(r.in[r.p:]) << (r.have & 63)
		r.p += int((63 - r.have) >> 3)
		r.have |= 56
	}
	v := r.bits & (1<<n - 1)
	r.bits >>= n
	r.have -= n
	if r.over() {
		r.short()
	}
	return int(v)
}

// block reads the head of a block.
func (r *Reader) block() {
	r.final = r.take(1) == 1
	switch r.take(2) {
	case 0:
		r.beginStored()
	case 1:
		r.fixed()
	case 2:
		r.dynamic()
	default:
		r.fail()
	}
}

func (r *Reader) fail() {
	if r.err == nil {
		r.err = errBroken
	}
}

// beginStored goes on at the next whole byte.
func (r *Reader) beginStored() {
	r.take(r.have & 7)
	n := r.take(16)
	if r.take(16) != n^0xffff {
		r.fail()
		return
	}
	r.p -= int(r.have >> 3)
	r.bits, r.have = 0, 0
	r.stored = n
}

func (r *Reader) copyStored() {
	r.ready()
	k := copy(r.out[r.w:window+room], r.in[r.p:min(r.n, r.p+r.stored)])
	r.w, r.p, r.stored = r.w+k, r.p+k, r.stored-k
	if k == 0 {
		r.short()
	}
}

// run makes bytes until what it read goes beyond most, or there is no more room,
// or the block ends. It reads at most enough bytes more.
func (r *Reader) run(most int) {
	in, out, p, w, held, have := r.in, r.out, r.p, r.w, r.bits, r.have
	for p <= most && w < window+room {
		held |= binary.LittleEndian.Uint64(in[p:]) << (have & 63)
		p += int((63 - have) >> 3)
		have |= 56
		e := r.codes[held&(1<<codeBits-1)]
		for n := 0; e&literal != 0 && n < 3; n++ { // of codeBits at most: 23 are left
			out[w] = byte(e >> 9)
			w++
			held, have = held>>(e&31), have-uint(e&31)
			e = r.codes[held&(1<<codeBits-1)]
		}
		if e&longer != 0 {
			held, have = held>>codeBits, have-codeBits
			e = r.codes[e>>9&0x7fff+uint32(held)&(1<<(e&31)-1)]
		}
		length := number(e, held)
		held, have = held>>(e&31), have-uint(e&31)
		if e&literal != 0 {
			out[w] = byte(e >> 9)
			w++
			continue
		}
		if e&special != 0 {
			r.inCodes = false
			if e&end == 0 {
				r.fail()
			}
			break
		}

		held |= binary.LittleEndian.Uint64(in[p:]) << (have & 63)
		p += int((63 - have) >> 3)
		have |= 56
		d := r.dist[held&(1<<distBits-1)]
		if d&longer != 0 {
			held, have = held>>distBits, have-distBits
			d = r.dist[(d>>9&0x7fff+uint32(held)&(1<<(d&31)-1))&(distEntries-1)]
		}
		far := number(d, held)
		held, have = held>>(d&31), have-uint(d&31)
		if far > w || d&special != 0 {
			r.fail()
			break
		}
		repeat(out, w, far, length)
		w += length
	}
	r.p, r.w, r.bits, r.have = p, w, held, have
}

// number is what an entry says, with the bits that follow its code.
func number(e uint32, held uint64) int {
	return int(e>>9&0x7fff + uint32(held)&(1<<(e&31)-1)>>(e>>5&15))
}

// repeat copies length bytes from far before w to w, as if one by one. It may
// write some more.
func repeat(out []byte, w, far, length int) {
	end := w + length
	if far < 8 {
		for range 8 {
			out[w] = out[w-far]
			w++
		}
		far *= (7 + far) / far // from now on it is the same so many bytes back
	}
	for ; w < end; w += 8 {
		binary.LittleEndian.PutUint64(out[w:], binary.LittleEndian.Uint64(out[w-far:]))
	}
}
