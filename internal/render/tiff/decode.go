package tiff

import (
	"bufio"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"io"
	"math"

	"golang.org/x/image/tiff/lzw"
)

// A page is the first picture of a file and how it is kept.
type page struct {
	t *Reader

	w, h        int
	samples     int // in each pixel
	colours     int // of them, the rest being alpha or nothing
	bytes       int // of each sample: 1 or 2
	photometric int64
	compression int64
	differences bool // each sample is kept as its difference to the one before
	planar      bool
	alpha       int64 // of the first extra sample: 1 joined into the colours, 2 apart

	bw, bh     int // of a strip or tile
	tiled      bool
	offs, cnts []int64
}

// Decode reads the first picture of a file of size bytes: grey and RGB as
// image.NRGBA, CMYK as image.CMYK, 16 bits rounded to 8.
//
// It fails with ErrOther for a picture kept in another way, and with ErrShort
// for one whose rows are missing.
func Decode(r io.ReaderAt, size int64) (image.Image, error) {
	t, err := Open(r, size)
	if err != nil {
		return nil, err
	}
	d, _, err := t.Dir(t.first)
	if err != nil {
		return nil, err
	}
	p, err := t.page(d)
	if err != nil {
		return nil, err
	}
	return p.read()
}

const maxSide = 65_500

// page reads how the picture of d is kept.
func (t *Reader) page(d Dir) (p page, err error) {
	p = page{
		t: t, w: int(d.Int(Width, 0)), h: int(d.Int(Height, 0)),
		samples: int(d.Int(SamplesPerPixel, 1)), photometric: d.Int(Photometric, 1),
		compression: d.Int(Compression, 1), planar: d.Int(PlanarConfig, 1) == 2,
		alpha: d.Int(ExtraSamples, 0),
	}
	if p.w < 1 || p.h < 1 || p.w > maxSide || p.h > maxSide {
		return p, fmt.Errorf("tiff: %d × %d", p.w, p.h)
	}
	if err := p.kind(d); err != nil {
		return p, err
	}
	return p, p.blocks(d)
}

// kind makes sure that the samples are of a kind that is read.
func (p *page) kind(d Dir) error {
	bits, err := d.Ints(BitsPerSample)
	if err != nil {
		return err
	}
	for _, b := range bits {
		if b != bits[0] || b != 8 && b != 16 {
			return ErrOther
		}
		p.bytes = int(b) / 8
	}
	switch p.photometric {
	case 0, 1:
		p.colours = 1
	case 2:
		p.colours = 3
	case 5:
		p.colours = 4
	default:
		return ErrOther
	}
	predictor := d.Int(Predictor, 1)
	p.differences = predictor == 2
	switch {
	case p.bytes == 0, predictor > 2, d.Int(SampleFormat, 1) != 1, d.Int(InkSet, 1) != 1 && p.colours == 4:
		return ErrOther
	case p.samples < p.colours || p.samples > p.colours+1:
		return ErrOther
	}
	switch p.compression {
	case 1, 5, 8, 32946, 32773:
		return nil
	}
	return ErrOther
}

// blocks finds the strips or tiles.
func (p *page) blocks(d Dir) (err error) {
	offs, cnts := uint16(StripOffsets), uint16(StripByteCounts)
	p.bw, p.bh = p.w, int(min(d.Int(RowsPerStrip, int64(p.h)), int64(p.h)))
	if p.tiled = d.Has(TileOffsets); p.tiled {
		offs, cnts = TileOffsets, TileByteCounts
		p.bw, p.bh = int(d.Int(TileWidth, 0)), int(d.Int(TileLength, 0))
	}
	if p.bw < 1 || p.bh < 1 || p.bw > 2*maxSide || p.bh > 2*maxSide {
		return errors.New("tiff: rows of no height, or tiles of no size")
	}
	if p.offs, err = d.Ints(offs); err != nil {
		return err
	}
	if p.cnts, err = d.Ints(cnts); err != nil {
		return err
	}
	want := ((p.w + p.bw - 1) / p.bw) * ((p.h + p.bh - 1) / p.bh)
	if p.planar {
		want *= p.samples
	}
	if len(p.offs) < want || len(p.cnts) < want {
		return ErrShort
	}
	return nil
}

// A canvas takes samples of 8 bits: sample s of the pixel at x, y.
type canvas struct {
	img    image.Image
	pix    []byte
	stride int
	invert bool // white is zero
	grey   bool
	alpha  bool // sample 3 of NRGBA, or 1 of grey, is alpha
}

func (p *page) canvas() *canvas {
	rect := image.Rect(0, 0, p.w, p.h)
	if p.colours == 4 {
		c := image.NewCMYK(rect)
		return &canvas{img: c, pix: c.Pix, stride: c.Stride}
	}
	if p.colours == 1 && p.samples == 1 {
		g := image.NewGray(rect)
		return &canvas{img: g, pix: g.Pix, stride: g.Stride, invert: p.photometric == 0}
	}
	n := image.NewNRGBA(rect)
	c := &canvas{img: n, pix: n.Pix, stride: n.Stride, grey: p.colours == 1, invert: p.photometric == 0}
	c.alpha = p.samples > p.colours && p.alpha != 0
	if !c.alpha {
		for i := 3; i < len(n.Pix); i += 4 {
			n.Pix[i] = 255
		}
	}
	return c
}

// read fills a canvas block by block.
func (p *page) read() (image.Image, error) {
	c := p.canvas()
	across := (p.w + p.bw - 1) / p.bw
	down := (p.h + p.bh - 1) / p.bh
	planes, each := 1, p.samples
	if p.planar {
		planes, each = p.samples, 1
	}
	row := make([]byte, p.bw*each*p.bytes)
	for plane := range planes {
		for b := range across * down {
			if err := p.readBlock(c, row, plane, each, b%across*p.bw, b/across*p.bh, plane*across*down+b); err != nil {
				return nil, err
			}
		}
	}
	if n, ok := c.img.(*image.NRGBA); ok && c.alpha && p.alpha == 1 {
		part(n.Pix)
	}
	return c.img, nil
}

// readBlock reads strip or tile n, whose first pixel is x, y.
func (p *page) readBlock(c *canvas, row []byte, plane, each, x, y, n int) error {
	r, err := p.unpack(n)
	if err != nil {
		return err
	}
	for v := y; v < min(y+p.bh, p.h); v++ {
		if _, err := io.ReadFull(r, row); err != nil {
			if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
				err = ErrShort
			}
			return err
		}
		if p.bytes == 2 {
			p.narrow(row, each)
		} else if p.differences {
			for i := each; i < len(row); i++ {
				row[i] += row[i-each]
			}
		}
		c.put(row, x, v, min(p.bw, p.w-x), plane, each)
	}
	return nil
}

// unpack reads the bytes of strip or tile n.
func (p *page) unpack(n int) (io.Reader, error) {
	off, count := p.offs[n], p.cnts[n]
	if off > p.t.size-count {
		return nil, ErrShort
	}
	raw := bufio.NewReaderSize(io.NewSectionReader(p.t.r, off, count), 32<<10)
	switch p.compression {
	case 5:
		return lzw.NewReader(raw, lzw.MSB, 8), nil
	case 8, 32946:
		return zlib.NewReader(raw)
	case 32773:
		return &packBits{r: raw}, nil
	}
	return raw, nil
}

// narrow turns a row of 16-bit samples into 8 bits in its first half.
func (p *page) narrow(row []byte, each int) {
	high, low := 0, 1
	if p.t.order == binary.LittleEndian {
		high, low = 1, 0
	}
	var before [8]uint16 // samples of the pixel before, of which there are at most five
	sample := 0
	for i := range len(row) / 2 {
		v := uint16(row[2*i+high])<<8 | uint16(row[2*i+low])
		if p.differences {
			v += before[sample]
			before[sample] = v
			if sample++; sample == each {
				sample = 0
			}
		}
		row[i] = byte((uint32(v)*255 + math.MaxUint16/2) / math.MaxUint16)
	}
}

// put writes n pixels of a row to the canvas: each samples, the first of them number plane.
func (c *canvas) put(row []byte, x, y, n, plane, each int) {
	width := 4
	if _, ok := c.img.(*image.Gray); ok {
		width = 1
	}
	dst := c.pix[y*c.stride+x*width:][:n*width]
	if width == 4 && each == 3 { // by far the most
		for src := row[:3*n]; len(src) >= 3; dst, src = dst[4:], src[3:] {
			dst[0], dst[1], dst[2] = src[0], src[1], src[2]
		}
		return
	}
	for s := range each {
		sample := plane + s
		flip := byte(0)
		if c.invert && sample == 0 {
			flip = 255
		}
		for i, j := s, 0; j < len(dst); i, j = i+each, j+width {
			c.set(dst[j:j+width], sample, row[i]^flip)
		}
	}
}

// set writes one sample of a pixel.
func (c *canvas) set(px []byte, sample int, v byte) {
	switch {
	case c.grey && sample == 0:
		px[0], px[1], px[2] = v, v, v
	case c.grey && c.alpha:
		px[3] = v
	case c.grey:
	case sample < 3 || c.alpha && sample == 3:
		px[sample] = v
	case sample == 3 && len(px) == 4 && c.isCMYK():
		px[3] = v
	}
}

func (c *canvas) isCMYK() bool { _, ok := c.img.(*image.CMYK); return ok }

// part takes the alpha that is joined into the colours out of them.
func part(pix []byte) {
	for i := 0; i+3 < len(pix); i += 4 {
		if a := uint32(pix[i+3]); a != 0 && a != 255 {
			for k := range 3 {
				pix[i+k] = byte(min(255, (uint32(pix[i+k])*255+a/2)/a))
			}
		}
	}
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
			b[n] = p.same
			n, p.runs = n+1, p.runs-1
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
