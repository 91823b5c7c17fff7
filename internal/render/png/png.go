// Package png decodes a PNG row by row, made smaller while it is read: each
// pixel is the mean of the area that it stands for, so that the whole picture is
// never unfolded. Colours count for as much as their alpha.
//
// It reads every colour type, depth and interlacing of ISO/IEC 15948, and makes
// 8 bits of 16. It knows no metadata, and of an animation the picture that those
// see who know none.
package png

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"io"
	"math"
)

// Options says what is asked for.
type Options struct {
	W, H int // pixels of the new picture, at most those of the old; 0 for as many
}

// Info is what Decode learned on the way.
type Info struct {
	W, H int // pixels of the whole picture
	// Truncated says that a part of the picture was missing or broken. It is
	// grey, or coarser than the rest.
	Truncated bool
}

// Unsupported names a kind of PNG that is known, but not read here.
type Unsupported string

func (u Unsupported) Error() string { return "png: not read: " + string(u) }

// ErrAbsurd is a picture of more pixels than a file of its length can hold.
var ErrAbsurd = errors.New("png: more pixels than the file can hold")

func broken(what string) error { return errors.New("png: " + what) }

const (
	magic     = "\x89PNG\r\n\x1a\n"
	maxSide   = 65_500  // pixels
	maxChunks = 100_000 // before the pixels
	inflation = 1032    // deflate makes at most so many bytes of one
)

// Decode reads the file of size bytes at r. The picture is an *image.Gray if it
// is grey without holes, and an *image.NRGBA if not. Pixels outside the palette
// are black, or holes if the palette has any.
//
// A picture that breaks off, or whose checksum is wrong, after a row of it was
// read is returned as far as it goes, with Truncated set: of most of a broken
// picture more can be seen than that it is broken. A wrong checksum of the header
// or the palette is an error, and that of transparency means none, as for libpng.
// Data beyond the last row is passed over. The checksum inside the packed data
// is not looked at: those of the chunks are of the same bytes.
//
// Decode fails with Unsupported for a kind of PNG that is not read, with
// ErrAbsurd for a size that cannot be true, and otherwise for a file of which
// nothing can be shown, or that r fails to read.
func Decode(r io.ReaderAt, size int64, o Options) (image.Image, Info, error) {
	return Stream(r, size, o, nil)
}

// Stream is Decode that hands out the rows of a picture without holes that is not
// interlaced, from the top, as one or three samples a pixel, which are good until
// each returns; the image is then nil.
func Stream(r io.ReaderAt, size int64, o Options, each func(row []byte)) (image.Image, Info, error) {
	d := &decoder{src: source{r: r, size: size}, each: each}
	err := d.header()
	info := Info{W: d.w, H: d.h}
	if err == nil {
		err = d.target(o)
	}
	if err != nil {
		return nil, info, err
	}
	img, err := d.picture()
	info.Truncated = d.truncated
	return img, info, err
}

// A decoder reads one picture.
type decoder struct {
	src  source
	each func(row []byte) // takes rows, or nil

	w, h       int // pixels of the whole picture
	toW, toH   int // and of the new one
	depth      int
	kind       byte // colour type
	interlaced bool

	palette   [256][4]byte
	colours   int     // in the palette
	hasHoles  bool    // also by a colour that stands for a hole:
	hole      [6]byte // that, as it is stored
	truncated bool
	rows      int    // read without fault
	row       []byte // the last of them, as samples of 8 bits
}

// Colour types.
const (
	grey      = 0
	rgb       = 2
	paletted  = 3
	greyAlpha = 4
	rgbAlpha  = 6
)

// header reads the chunks before the pixels.
func (d *decoder) header() error {
	if b, err := d.src.take(len(magic)); err != nil || string(b) != magic {
		return or(err, broken("no PNG"))
	}
	for i := range maxChunks {
		c, err := d.src.chunk()
		if err != nil {
			return err
		}
		if (c.name == "IHDR") != (i == 0) {
			if c.name == "CgBI" {
				return Unsupported("CgBI")
			}
			return broken("the header is not the first chunk, or not the only one")
		}
		if c.name == "IDAT" {
			return d.ready(c)
		}
		if err := d.describe(c); err != nil {
			return err
		}
	}
	return broken("too many chunks")
}

// or is err, or other if there is none.
func or(err, other error) error {
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	return other
}

// describe reads a chunk that stands before the pixels.
func (d *decoder) describe(c chunk) error {
	known := c.name == "IHDR" || c.name == "PLTE" || c.name == "tRNS"
	switch {
	case !known && c.name[0]&32 == 0:
		return Unsupported("chunk " + fmt.Sprintf("%q", c.name))
	case !known, c.name == "tRNS" && c.size > 256:
		return d.src.skip(c)
	case c.size > 3*256:
		return broken(c.name + " is too long")
	}
	b, whole, err := d.src.body(c)
	switch {
	case err != nil:
		return err
	case whole && c.name == "IHDR":
		return d.size(b)
	case whole && c.name == "PLTE":
		return d.colour(b)
	case whole:
		d.holes(b)
	case c.name != "tRNS":
		return broken("the checksum of " + c.name + " is wrong")
	}
	return nil
}

// size reads the header.
func (d *decoder) size(b []byte) error {
	if len(b) != 13 {
		return broken("header of a wrong length")
	}
	w, h := binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])
	if w == 0 || h == 0 || w > maxSide || h > maxSide {
		return ErrAbsurd
	}
	d.w, d.h, d.depth, d.kind, d.interlaced = int(w), int(h), int(b[8]), b[9], b[12] == 1
	depths := map[byte]string{grey: "\x01\x02\x04\x08\x10", rgb: "\x08\x10", paletted: "\x01\x02\x04\x08", greyAlpha: "\x08\x10", rgbAlpha: "\x08\x10"}
	switch {
	case bytes.IndexByte([]byte(depths[d.kind]), b[8]) < 0:
		return broken("no such colour type or depth")
	case b[10] != 0 || b[11] != 0:
		return Unsupported("compression or filters of another kind")
	case b[12] > 1:
		return broken("no such interlacing")
	case int64(d.rowBytes(d.w)+1)*int64(d.h) > inflation*d.src.size:
		return ErrAbsurd
	}
	return nil
}

// samples is how many samples a pixel has in the file.
func (d *decoder) samples() int {
	return map[byte]int{grey: 1, rgb: 3, paletted: 1, greyAlpha: 2, rgbAlpha: 4}[d.kind]
}

// rowBytes is how long a row of n pixels is, without its filter.
func (d *decoder) rowBytes(n int) int { return (n*d.samples()*d.depth + 7) / 8 }

// colour reads the palette.
func (d *decoder) colour(b []byte) error {
	if len(b) == 0 || len(b)%3 != 0 || d.colours > 0 {
		return broken("palette of a wrong length, or a second one")
	}
	d.colours = len(b) / 3
	for i := range d.palette {
		d.palette[i][3] = 255
		if i < d.colours {
			copy(d.palette[i][:3], b[3*i:])
		}
	}
	return nil
}

// holes reads which pixels are not there. What does not fit the picture is
// passed over.
func (d *decoder) holes(b []byte) {
	switch {
	case d.kind == paletted && d.colours > 0 && len(b) <= d.colours:
		d.hasHoles = true
		for i, a := range b {
			d.palette[i][3] = a
		}
		clear(d.palette[d.colours:])
	case d.kind == grey && len(b) == 2, d.kind == rgb && len(b) == 6:
		d.hasHoles = true
		copy(d.hole[:], b)
		if d.depth < 16 { // only the low bits count
			mask := uint16(1)<<d.depth - 1
			for i := 0; i < len(b); i += 2 {
				binary.BigEndian.PutUint16(d.hole[i:], binary.BigEndian.Uint16(b[i:])&mask)
			}
		}
	}
}

// ready begins the pixels with their first chunk.
func (d *decoder) ready(c chunk) error {
	if d.kind == paletted && d.colours == 0 {
		return broken("no palette")
	}
	d.hasHoles = d.hasHoles || d.kind == greyAlpha || d.kind == rgbAlpha
	d.src.pixels(c)
	return nil
}

// target works out the size of the new picture.
func (d *decoder) target(o Options) error {
	if d.toW, d.toH = o.W, o.H; o == (Options{}) {
		d.toW, d.toH = d.w, d.h
	}
	if d.toW < 1 || d.toH < 1 || d.toW > d.w || d.toH > d.h {
		return fmt.Errorf("png: %d × %d to be made %d × %d", d.w, d.h, o.W, o.H)
	}
	return nil
}

// A source is the file.
type source struct {
	r    io.ReaderAt
	size int64
	off  int64 // the next byte
	err  error // a fault of the file while its pixels were read, other than its end

	left int64  // of the chunk of pixels
	sum  uint32 // the checksum so far
	bad  bool   // a chunk of pixels had a wrong checksum
	end  bool   // there are no more of them
}

// A chunk is the start of one: what is in it begins at the source's offset.
type chunk struct {
	name string
	size int64
}

var errEnd = fmt.Errorf("png: the file ends too early: %w", io.ErrUnexpectedEOF)

// take reads the next n bytes. It fails with errEnd if there are not as many.
func (s *source) take(n int) ([]byte, error) {
	if int64(n) > s.size-s.off {
		return nil, errEnd
	}
	b := make([]byte, n)
	k, err := s.r.ReadAt(b, s.off)
	if k == n {
		err = nil
	} else if err == io.EOF {
		err = errEnd
	}
	s.off += int64(n)
	return b, err
}

func (s *source) chunk() (chunk, error) {
	b, err := s.take(8)
	if err != nil {
		return chunk{}, err
	}
	c := chunk{string(b[4:]), int64(binary.BigEndian.Uint32(b))}
	if c.size > math.MaxInt32 {
		return c, broken("chunk longer than the format allows")
	}
	return c, nil
}

// body reads all of a chunk, and reports whether its checksum is right.
func (s *source) body(c chunk) (b []byte, whole bool, err error) {
	if b, err = s.take(int(c.size) + 4); err != nil {
		return nil, false, err
	}
	b, sum := b[:c.size], binary.BigEndian.Uint32(b[c.size:])
	return b, crc32.Update(crc32.ChecksumIEEE([]byte(c.name)), crc32.IEEETable, b) == sum, nil
}

func (s *source) skip(c chunk) error {
	if s.off += c.size + 4; s.off > s.size {
		return errEnd
	}
	return nil
}

// pixels begins a chunk of them.
func (s *source) pixels(c chunk) {
	s.left, s.sum = c.size, crc32.ChecksumIEEE([]byte(c.name))
}

// Read reads what the chunks of pixels hold. It ends with io.EOF where they do,
// and after one whose checksum is wrong.
func (s *source) Read(p []byte) (int, error) {
	for s.left == 0 {
		if err := s.next(); err != nil {
			return 0, err
		}
	}
	n, err := s.r.ReadAt(p[:min(int64(len(p)), s.left, max(0, s.size-s.off))], s.off)
	s.off, s.left = s.off+int64(n), s.left-int64(n)
	s.sum = crc32.Update(s.sum, crc32.IEEETable, p[:n])
	if err != nil && err != io.EOF {
		s.err = err
	} else if n > 0 {
		err = nil
	} else {
		err = io.EOF
	}
	return n, err
}

// next goes from the end of one chunk of pixels to the next.
func (s *source) next() error {
	if s.end {
		return io.EOF
	}
	s.end = true
	b, err := s.take(4)
	if err == nil && binary.BigEndian.Uint32(b) != s.sum {
		s.bad = true
		return io.EOF
	}
	var c chunk
	if err == nil {
		c, err = s.chunk()
	}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return io.EOF
	case err != nil:
		s.err = err
		return err
	case c.name != "IDAT":
		return io.EOF
	}
	s.end = false
	s.pixels(c)
	return nil
}

// rest reads the chunk of pixels to its end, and reports whether the checksum
// of one was wrong.
func (s *source) rest() bool {
	io.Copy(io.Discard, io.LimitReader(s, s.left)) // a fault is noted
	if s.left == 0 && !s.end {
		s.next()
	}
	return s.bad
}
