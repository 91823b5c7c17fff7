// Package jpeg decodes a JPEG straight to a half, a quarter or an eighth of its
// size, or by strips at its full size. Each pixel is the mean of the box of pixels that it stands for, worked
// out on the coefficients, so that the whole picture is never unfolded. What
// overshoots black or white in a box is part of its mean; behind the edge, what
// the file has there is.
//
// It reads what ITU-T T.81 calls baseline, extended sequential and progressive,
// of 8 bits and with Huffman codes, in one scan or many. It knows no metadata.
package jpeg

import (
	"errors"
	"fmt"
	"image"
	"io"
)

// Options says what is asked for.
type Options struct {
	// Reduce is how many pixels become one, each way: 2, 4 or 8. For Strips also
	// 1, but not of a progressive picture, whose coefficients take more memory
	// than its pixels.
	Reduce int
}

// Info is what Decode learned on the way.
type Info struct {
	W, H int // pixels of the whole picture
	// Truncated says that a part of the picture was missing or broken. It is
	// grey, or coarser than the rest.
	Truncated bool
}

// Unsupported names a kind of JPEG that is known, but not read here.
type Unsupported string

func (u Unsupported) Error() string { return "jpeg: not read: " + string(u) }

// ErrAbsurd is a picture of more pixels than a file of its length can hold.
var ErrAbsurd = errors.New("jpeg: more pixels than the file can hold")

func broken(what string) error { return errors.New("jpeg: " + what) }

const (
	maxSide     = 65_500 // pixels
	maxSegments = 10_000
	maxScans    = 500
)

// Decode reads the file of size bytes at r. The picture has the size that Side
// says and is an *image.Gray, *image.YCbCr with the sampling of
// the file, *image.NRGBA for one stored as RGB, or *image.CMYK with 255 for
// full ink whichever way the file keeps it.
//
// A picture that breaks off after some of it was read is returned as far as it
// goes, with Truncated set. Decode fails with Unsupported for a kind of JPEG
// that is not read, with ErrAbsurd for a size that cannot be true, and otherwise
// for a file of which nothing can be shown, or that r fails to read.
func Decode(r io.ReaderAt, size int64, o Options) (image.Image, Info, error) {
	d := &decoder{}
	info, err := d.decode(r, size, o)
	if err != nil {
		return nil, info, err
	}
	return d.picture(0, d.down), info, nil
}

// Strips is Decode in pieces: it calls each with the rows of the picture from
// the top, some at a time, as their bounds say. A strip may be looked at until
// each returns from the one after it. A picture whose planes come one after the
// other is one strip.
//
// It fails as Decode does, possibly after some strips, and as each does.
func Strips(r io.ReaderAt, size int64, o Options, each func(strip image.Image) error) (Info, error) {
	d := &decoder{each: each}
	return d.decode(r, size, o)
}

func (d *decoder) decode(r io.ReaderAt, size int64, o Options) (Info, error) {
	if o.Reduce != 2 && o.Reduce != 4 && o.Reduce != 8 && (o.Reduce != 1 || d.each == nil) {
		return Info{}, fmt.Errorf("jpeg: reduce by %d, not by 2, 4 or 8", o.Reduce)
	}
	d.size, d.reduce, d.side = size, o.Reduce, 8/o.Reduce
	d.in.open(io.NewSectionReader(r, 0, size))
	err := d.read()
	info := Info{W: d.w, H: d.h, Truncated: d.truncated}
	switch {
	case d.refused != nil:
		err = d.refused
	case d.in.err != nil:
		err = d.in.err
	}
	return info, err
}

// A decoder reads one picture.
type decoder struct {
	in     input
	size   int64 // of the file, bytes
	reduce int
	side   int // of what is left of a block of 8 × 8

	w, h        int // pixels of the whole picture
	progressive bool
	parts       []component
	maxH, maxV  int
	across      int // groups of blocks (MCU) in a row
	down        int
	restart     int // groups between restart markers, 0 for none

	quant     [4]*[64]uint16 // in zigzag order, as the tables in the file
	dc, ac    [4]*codes
	slot      [64]uint8 // which coefficient of the reduced block each one is added to
	jfif      bool
	adobe     bool
	transform byte // of the Adobe marker

	scans     int
	blocks    int64 // read without fault
	run       int   // blocks that are yet to be passed over in this progressive scan
	truncated bool

	// For Strips: who takes them, whether the planes hold but two rows of groups
	// in turn, the row that is being read, and what each said.
	each    func(image.Image) error
	window  bool
	row     int
	refused error
}

// A component is one of the planes: its place in the file and its samples.
type component struct {
	id     byte
	h, v   int // samples for each maxH × maxV
	table  int // of quant
	dc, ac *codes
	last   int32 // the DC coefficient of the block before

	bw, bh  int // blocks kept: whole groups
	ow, oh  int // blocks in a scan of this component alone
	weights *[64]int32
	done    bool // a sequential scan has filled it

	pix    []byte
	stride int
	origin int // where in the plane's samples pix begins

	// For progressive pictures: the reduced coefficients, and of each original
	// one whether it is known, and negative: that is all refining needs.
	sums            []int32
	known, negative []uint64
}

// read goes through the segments up to the end of the picture.
func (d *decoder) read() error {
	if b := d.in.take(2); b == nil || b[0] != 0xff || b[1] != 0xd8 {
		return broken("no start of image")
	}
	for range maxSegments {
		m, ok := d.in.marker()
		if !ok || m == 0xd9 {
			d.truncated = d.truncated || !ok
			return d.finish()
		}
		body, ok := d.in.segment()
		if !ok {
			d.truncated = true
			return d.finish()
		}
		if err := d.segment(m, body); err != nil {
			if d.blocks == 0 {
				return err
			}
			d.truncated = true
			return d.finish()
		}
		if d.complete() {
			return d.finish()
		}
	}
	return broken("too many segments")
}

// complete tells when all of a sequential picture has been read.
func (d *decoder) complete() bool {
	for i := range d.parts {
		if !d.parts[i].done {
			return false
		}
	}
	return len(d.parts) > 0
}

func (d *decoder) segment(m byte, b []byte) error {
	switch {
	case m == 0xc4:
		return d.huffman(b)
	case m == 0xc8 || m == 0xcc:
		return nil // of kinds whose frame header is refused
	case m >= 0xc0 && m <= 0xcf:
		return d.frame(m, b)
	case m == 0xdb:
		return d.quantisation(b)
	case m == 0xdd && len(b) >= 2:
		d.restart = int(b[0])<<8 | int(b[1])
	case m == 0xda:
		return d.scan(b)
	case m == 0xe0 && len(b) >= 5 && string(b[:5]) == "JFIF\x00":
		d.jfif = true
	case m == 0xee && len(b) >= 12 && string(b[:5]) == "Adobe":
		d.adobe, d.transform = true, b[11]
	}
	return nil
}

// kind names the frames that are not read; empty for those that are.
func kind(m byte) string {
	switch {
	case m <= 0xc2:
		return ""
	case m == 0xc3:
		return "lossless"
	case m <= 0xc7:
		return "hierarchical"
	}
	return "arithmetic"
}

// frame reads the size and the components, and lays out the planes.
func (d *decoder) frame(m byte, b []byte) error {
	switch {
	case kind(m) != "":
		return Unsupported(kind(m))
	case d.parts != nil:
		return broken("two frame headers")
	case len(b) < 6 || len(b) < 6+3*int(b[5]):
		return broken("short frame header")
	case b[0] == 12:
		return Unsupported("12 bit")
	case b[0] != 8:
		return broken("samples of neither 8 nor 12 bits")
	case b[5] != 1 && b[5] != 3 && b[5] != 4:
		return broken("neither 1, 3 nor 4 components")
	}
	d.progressive = m == 0xc2
	if d.progressive && d.reduce == 1 {
		return Unsupported("progressive, at its full size")
	}
	d.h, d.w = int(b[1])<<8|int(b[2]), int(b[3])<<8|int(b[4])
	if d.w < 1 || d.h < 1 || d.w > maxSide || d.h > maxSide || int64(d.w)*int64(d.h) > 512*d.size {
		return ErrAbsurd // a block of 64 pixels takes at least one bit
	}
	parts := make([]component, b[5])
	for i := range parts {
		f := b[6+3*i:]
		c := component{id: f[0], h: int(f[1] >> 4), v: int(f[1] & 15), table: int(f[2])}
		if c.h < 1 || c.h > 4 || c.v < 1 || c.v > 4 || c.table > 3 {
			return broken("a component with impossible sampling or table")
		}
		if len(parts) == 1 {
			c.h, c.v = 1, 1 // one component alone is stored without regard to its sampling
		}
		for _, o := range parts[:i] {
			if o.id == c.id {
				return broken("two components of one name")
			}
		}
		parts[i] = c
	}
	d.parts = parts
	d.layOut()
	return nil
}

// layOut works out how many blocks each component has. All products stay below
// (65,500 + 32)².
func (d *decoder) layOut() {
	for _, c := range d.parts {
		d.maxH, d.maxV = max(d.maxH, c.h), max(d.maxV, c.v)
	}
	d.across, d.down = ceil(d.w, 8*d.maxH), ceil(d.h, 8*d.maxV)
	for i := range d.parts {
		c := &d.parts[i]
		c.bw, c.bh = d.across*c.h, d.down*c.v
		c.ow, c.oh = ceil(ceil(d.w*c.h, d.maxH), 8), ceil(ceil(d.h*c.v, d.maxV), 8)
		c.stride = c.bw * d.side
	}
	for k := range d.slot {
		d.slot[k] = slot(k, d.side)
	}
}

func ceil(a, b int) int { return (a + b - 1) / b }

func (d *decoder) quantisation(b []byte) error {
	for len(b) > 0 {
		wide, id := int(b[0]>>4), b[0]&15
		n := 64 << wide
		if wide > 1 || id > 3 || len(b) < 1+n {
			return broken("quantisation table")
		}
		t := new([64]uint16)
		for i := range t {
			if wide == 0 {
				t[i] = uint16(b[1+i])
			} else {
				t[i] = uint16(b[1+2*i])<<8 | uint16(b[2+2*i])
			}
		}
		d.quant[id], b = t, b[1+n:]
	}
	return nil
}

func (d *decoder) huffman(b []byte) error {
	for len(b) > 0 {
		if len(b) < 17 || b[0]>>4 > 1 || b[0]&15 > 3 {
			return broken("Huffman table")
		}
		n := 0
		for _, k := range b[1:17] {
			n += int(k)
		}
		if n == 0 || n > 256 || len(b) < 17+n {
			return broken("Huffman table")
		}
		t, ok := newCodes(b[1:17], b[17:17+n])
		if !ok {
			return broken("Huffman table with more codes than there are")
		}
		if b[0]>>4 == 0 {
			d.dc[b[0]&15] = t
		} else {
			d.ac[b[0]&15] = t
		}
		b = b[17+n:]
	}
	return nil
}
