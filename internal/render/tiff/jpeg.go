package tiff

import (
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"

	reduced "pano/internal/render/jpeg"
)

// A drawn is the rows of a strip or tile that is a JPEG.
type drawn struct {
	img  image.Image
	each int
	y    int
}

// drawn decodes strip or tile n, at least so wide.
func (p *page) drawn(n, width int) (rowReader, error) {
	s, err := p.splice(n, width)
	if err != nil {
		return nil, err
	}
	img, err := jpeg.Decode(io.NewSectionReader(s, 0, s.size()))
	if err != nil {
		return nil, err
	}
	return &drawn{img: img, each: p.each()}, nil
}

// next gives out samples as they are in the file, but RGB for YCbCr.
func (s *drawn) next(dst []byte) error {
	b := s.img.Bounds()
	if s.y >= b.Dy() {
		return io.ErrUnexpectedEOF
	}
	n := min(len(dst)/s.each, b.Dx())
	dst = dst[:n*s.each]
	y := s.y
	s.y++
	switch p := s.img.(type) {
	case *image.Gray:
		if s.each == 1 {
			copy(dst, p.Pix[y*p.Stride:][:n])
			return nil
		}
	case *image.YCbCr:
		if s.each == 3 {
			lineOfYCbCr(dst, p, y)
			return nil
		}
	case *image.RGBA:
		if s.each == 3 {
			lineOfRGB(dst, p.Pix[y*p.Stride:])
			return nil
		}
	case *image.NRGBA:
		if s.each == 3 {
			lineOfRGB(dst, p.Pix[y*p.Stride:])
			return nil
		}
	case *image.CMYK:
		if s.each == 4 {
			for i, v := range p.Pix[y*p.Stride:][:4*n] {
				dst[i] = ^v // see mark
			}
			return nil
		}
	}
	return broken("a JPEG of another number of colours than the picture")
}

func lineOfYCbCr(dst []byte, p *image.YCbCr, y int) {
	x := p.Rect.Min.X
	for y += p.Rect.Min.Y; len(dst) >= 3; dst, x = dst[3:], x+1 {
		c := p.COffset(x, y)
		dst[0], dst[1], dst[2] = color.YCbCrToRGB(p.Y[p.YOffset(x, y)], p.Cb[c], p.Cr[c])
	}
}

func lineOfRGB(dst, pix []byte) {
	for ; len(dst) >= 3; dst, pix = dst[3:], pix[4:] {
		copy(dst[:3], pix)
	}
}

// A spliced is a whole JPEG: a head made of the tables of the page and of the
// head of a strip or tile, and then the rest of that.
type spliced struct {
	head []byte
	rest *io.SectionReader
	from int64 // in rest
}

func (s *spliced) size() int64 { return int64(len(s.head)) + s.rest.Size() - s.from }

func (s *spliced) ReadAt(b []byte, off int64) (n int, err error) {
	if off < int64(len(s.head)) {
		n = copy(b, s.head[off:])
	}
	if n == len(b) {
		return n, nil
	}
	k, err := s.rest.ReadAt(b[n:], off+int64(n-len(s.head))+s.from)
	return n + k, err
}

const maxSegments = 200

// splice puts the tables of the page before the segments of strip or tile n,
// and the mark that makes a decoder take its colours for what the page says.
func (p *page) splice(n, width int) (*spliced, error) {
	section, err := p.raw(n)
	if err != nil {
		return nil, err
	}
	s := &spliced{head: append([]byte{0xff, 0xd8}, p.mark()...), rest: section}
	if len(p.tables) > 0 {
		tables := io.NewSectionReader(byteReader(p.tables), 0, int64(len(p.tables)))
		if s.head, _, err = p.segments(s.head, tables, width); err != nil {
			return nil, err
		}
	}
	s.head, s.from, err = p.segments(s.head, section, width)
	return s, err
}

// byteReader reads bytes in memory.
type byteReader []byte

func (b byteReader) ReadAt(dst []byte, off int64) (int, error) {
	if off >= int64(len(b)) {
		return 0, io.EOF
	}
	n := copy(dst, b[off:])
	if n < len(dst) {
		return n, io.EOF
	}
	return n, nil
}

// mark is an Adobe segment that says that colours are not YCbCr, after which
// decoders take four of them for inverted, or a JFIF segment that says they are.
func (p *page) mark() []byte {
	if p.photometric == yCbCr {
		return []byte("\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
	}
	return []byte("\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00")
}

// segments appends the tables and the frame header of a JPEG to head, and
// returns where its scan begins, or its end if it has none.
func (p *page) segments(head []byte, r *io.SectionReader, width int) ([]byte, int64, error) {
	at := int64(2)
	for range maxSegments {
		var b [4]byte
		if n, err := r.ReadAt(b[:], at); err != nil && (err != io.EOF || n < 2) {
			return nil, 0, err
		}
		switch m := b[1]; {
		case b[0] != 0xff:
			return nil, 0, broken("no JPEG")
		case m == 0xff:
			at++
			continue
		case m == 0xda || m == 0xd9:
			return head, at, nil
		default:
			segment := make([]byte, 2+int(b[2])<<8+int(b[3]))
			if _, err := r.ReadAt(segment, at); err != nil && err != io.EOF || len(segment) < 4 {
				return nil, 0, broken("a JPEG segment cut short")
			}
			at += int64(len(segment))
			if m == 0xfe || m >= 0xe0 && m <= 0xef {
				continue
			}
			if err := p.frame(m, segment, width, r.Size()); err != nil {
				return nil, 0, err
			}
			head = append(head, segment...)
		}
	}
	return nil, 0, broken("a JPEG of too many segments")
}

// frame makes sure that a frame header is of the size and kind of the strip or tile.
func (p *page) frame(m byte, b []byte, width int, size int64) error {
	if m < 0xc0 || m > 0xcf || m == 0xc4 || m == 0xc8 || m == 0xcc {
		return nil
	}
	if len(b) < 10 {
		return broken("a JPEG segment cut short")
	}
	h, w := int(b[5])<<8|int(b[6]), int(b[7])<<8|int(b[8])
	switch {
	case int64(w)*int64(h) > 512*max(size, 1): // a block of 64 pixels takes at least one bit
		return broken("more pixels than a JPEG of that length can hold")
	case w < width || w > p.bw+15 || h > p.bh+15:
		return fmt.Errorf("tiff: a JPEG of %d × %d where %d × %d are kept", w, h, p.bw, p.bh)
	case int(b[9]) != p.each():
		return broken("a JPEG of another number of colours than the picture")
	}
	return nil
}

// jpegReduction is by how much a picture that is a single JPEG is reduced while
// it is unfolded, 1 for all others.
func (p *page) jpegReduction(o Reduce) int {
	across, down := p.grid()
	if p.compression != jpegPacked || p.planar || across*down > 1 || o.W < 1 || o.H < 1 {
		return 1
	}
	for _, by := range []int{8, 4, 2} {
		if reduced.Side(p.w, by) >= o.W && reduced.Side(p.h, by) >= o.H {
			return by
		}
	}
	return 1
}

// readOneJPEG reads such a picture.
func (p *page) readOneJPEG(by int, o Reduce) *picture {
	w, h := reduced.Side(p.w, by), reduced.Side(p.h, by)
	c := p.picture(w, h, o)
	s, err := p.splice(0, p.w)
	if err != nil {
		c.err = err
		return c
	}
	img, info, err := reduced.Decode(s, s.size(), reduced.Options{Reduce: by})
	if other, ok := err.(reduced.Unsupported); ok {
		err = Unsupported(other.Error())
	}
	if err != nil {
		c.err = err
		return c
	}
	if info.Truncated {
		c.err = io.ErrUnexpectedEOF
	}
	b := &bandReader{p: p, channels: c.form.channels(), row: make([]byte, w*p.samples)}
	from, line := []rowReader{&drawn{img: img, each: p.samples}}, make([]byte, w*c.form.channels())
	for range h {
		if err := b.read(line, from); err != nil {
			c.err = err
			b.paper(line)
		} else {
			c.good = true
		}
		c.mean.Row(line)
	}
	return c
}
