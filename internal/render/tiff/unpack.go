package tiff

import (
	"bufio"
	"io"
	"math/bits"
	"sync/atomic"

	"pano/internal/render/inflate"
)

// watched is a file that remembers a fault of its own, which is no fault of the picture.
type watched struct {
	r   io.ReaderAt
	err atomic.Pointer[error]
}

func (w *watched) ReadAt(b []byte, off int64) (int, error) {
	n, err := w.r.ReadAt(b, off)
	if err != nil && err != io.EOF {
		w.err.CompareAndSwap(nil, &err)
	}
	return n, err
}

// fault is the first fault of the file, nil without one.
func (w *watched) fault() error {
	if e := w.err.Load(); e != nil {
		return *e
	}
	return nil
}

// raw reads the bytes of strip or tile n, as far as they lie in the file.
func (p *page) raw(n int) (*io.SectionReader, error) {
	if n >= len(p.offs) {
		return nil, ErrShort
	}
	off, count := p.offs[n], p.t.size
	if n < len(p.cnts) {
		count = p.cnts[n]
	}
	if off < 0 || off >= p.t.size || count < 0 {
		return nil, ErrShort
	}
	return io.NewSectionReader(p.src, off, min(count, p.t.size-off)), nil
}

// An unpacker unfolds one strip or tile after the other, and keeps its tools.
type unpacker struct {
	buf  *bufio.Reader
	lzw  *unlzw
	zlib *inflate.Reader
}

// open reads the unfolded bytes of strip or tile n.
func (u *unpacker) open(p *page, n int) (io.Reader, error) {
	section, err := p.raw(n)
	if err != nil {
		return nil, err
	}
	var raw io.Reader = section
	if p.reversed {
		raw = mirror{section}
	}
	switch p.compression { // these have buffers of their own
	case lzwPacked:
		if u.lzw == nil {
			u.lzw = newUnLZW(raw)
		}
		u.lzw.reset(raw)
		return u.lzw, nil
	case deflated, oldDeflate:
		if u.zlib == nil {
			u.zlib = inflate.NewReader(raw)
		}
		u.zlib.Reset(raw)
		return u.zlib, nil
	}
	if u.buf == nil {
		u.buf = bufio.NewReaderSize(raw, 16<<10)
	}
	u.buf.Reset(raw)
	switch p.compression {
	case unpacked:
		return u.buf, nil // which long rows pass by
	case packBitted:
		return &packBits{r: u.buf}, nil
	}
	return newUnfax(u.buf, p, p.bw), nil
}

// mirror turns the bits of each byte round.
type mirror struct{ r io.Reader }

func (m mirror) Read(b []byte) (int, error) {
	n, err := m.r.Read(b)
	for i, v := range b[:n] {
		b[i] = bits.Reverse8(v)
	}
	return n, err
}

// packBits unfolds runs: a count and either that many bytes or one to repeat.
type packBits struct {
	r    *bufio.Reader
	copy int // bytes still to copy
	runs int // times still to repeat
	same byte
}

func (p *packBits) Read(b []byte) (n int, err error) {
	for n < len(b) {
		switch {
		case p.copy > 0:
			k, err := io.ReadFull(p.r, b[n:min(len(b), n+p.copy)])
			n, p.copy = n+k, p.copy-k
			if err != nil {
				return n, err
			}
		case p.runs > 0:
			k := min(p.runs, len(b)-n)
			for i := range k {
				b[n+i] = p.same
			}
			n, p.runs = n+k, p.runs-k
		default:
			if err := p.next(); err != nil {
				return n, err
			}
		}
	}
	return n, nil
}

func (p *packBits) next() error {
	c, err := p.r.ReadByte()
	switch v := int8(c); {
	case err != nil:
		return err
	case v >= 0:
		p.copy = int(v) + 1
	case v != -128:
		p.runs = 1 - int(v)
		p.same, err = p.r.ReadByte()
	}
	return err
}
