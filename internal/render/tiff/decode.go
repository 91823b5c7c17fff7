package tiff

import (
	"errors"
	"image"
	"image/jpeg"
	"io"

	"pano/internal/render/area"
)

// Reduce says what is asked for: the size of the picture, each side no longer
// than it is; of no size, the whole picture.
type Reduce struct{ W, H int }

// Info is what Decode learned on the way.
type Info struct {
	W, H int // pixels of the whole picture
	// Truncated says that a part of the picture was missing or broken. It is grey.
	Truncated bool
}

// Decode reads the first picture of a file of size bytes, grey as image.Gray,
// CMYK as image.CMYK, and all else as image.NRGBA, Lab under D50 turned to sRGB;
// 16 bits are rounded to 8. Each pixel of a reduced picture is the mean of the
// area that it covers.
//
// It fails with Unsupported for a picture kept in a way that is not read, with
// ErrShort for one that lies behind the end of the file, and otherwise for a
// file of which not one row can be shown, or that r fails to read.
func Decode(r io.ReaderAt, size int64, o Reduce) (image.Image, Info, error) {
	return Stream(r, size, o, nil)
}

// Stream is Decode that hands out the rows of a picture that is grey or has red,
// green and blue, from the top, as one or three samples a pixel, which are good
// until each returns; the image is then nil.
func Stream(r io.ReaderAt, size int64, o Reduce, each func(row []byte)) (image.Image, Info, error) {
	src := &watched{r: r}
	t, err := Open(src, size)
	if err != nil {
		return nil, Info{}, err
	}
	d, _, err := t.Dir(t.first)
	if err != nil {
		return nil, Info{}, err
	}
	p, err := t.page(d)
	if err != nil {
		return nil, Info{}, err
	}
	p.src, p.give = src, each
	return p.read(o)
}

// A picture is one in the making.
type picture struct {
	form form
	mean *area.Mean
	rect image.Rectangle

	good bool  // some row was read
	err  error // of the first that was not
}

// picture takes rows of w × h pixels.
func (p *page) picture(w, h int, o Reduce) *picture {
	if o.W <= 0 || o.H <= 0 {
		o = Reduce{w, h}
	}
	o = Reduce{min(o.W, w), min(o.H, h)}
	f := p.form()
	m := area.New(w, h, o.W, o.H, f.channels())
	m.Alpha = f == asRGBA
	switch {
	case f == asRGB && p.give == nil:
		m.Step = 4
	case f == asRGB || f == asGrey:
		m.Each = p.give
	}
	return &picture{form: f, mean: m, rect: image.Rect(0, 0, o.W, o.H)}
}

func (c *picture) image() image.Image {
	if c.mean.Each != nil {
		return nil
	}
	pix, w := c.mean.Pix(), c.rect.Dx()
	switch c.form {
	case asGrey:
		return &image.Gray{Pix: pix, Stride: w, Rect: c.rect}
	case asCMYK:
		return &image.CMYK{Pix: pix, Stride: 4 * w, Rect: c.rect}
	}
	return &image.NRGBA{Pix: pix, Stride: 4 * w, Rect: c.rect}
}

// read makes the picture.
func (p *page) read(o Reduce) (image.Image, Info, error) {
	var c *picture
	if by := p.jpegReduction(o); by > 1 {
		c = p.readOneJPEG(by, o)
	} else {
		c = p.picture(p.w, p.h, o)
		p.readBands(c)
	}
	info := Info{W: p.w, H: p.h, Truncated: c.err != nil}
	if err := p.src.fault(); err != nil {
		return nil, info, err
	}
	if !c.good {
		return nil, info, explain(c.err)
	}
	return c.image(), info, nil
}

// explain says in the words of this package why not one row was read.
func explain(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrShort
	}
	if j, ok := errors.AsType[jpeg.UnsupportedError](err); ok {
		return Unsupported("JPEG with " + string(j))
	}
	return err
}

// A piece is some rows of the picture.
type piece struct {
	pix  []byte
	last bool // of its band
	good bool // at least one row was read
	err  error
}

const (
	readers   = 2
	pieceSize = 256 << 10 // bytes, about
	pieces    = 3         // for each reader
)

// readBands reads the picture in bands, which are strips or rows of tiles. Two
// readers take turns, while the rows are added up in order.
func (p *page) readBands(c *picture) {
	_, down := p.grid()
	var all []*bandReader
	for first := range min(readers, down) {
		b := p.bandReader()
		all = append(all, b)
		go func() {
			for row := first; row < down; row += readers {
				b.band(row)
			}
		}()
	}
	width := p.w * c.form.channels()
	for row := range down {
		b := all[row%readers]
		for last := false; !last; {
			got := <-b.out
			c.good = c.good || got.good
			if c.err == nil {
				c.err = got.err
			}
			for rest := got.pix; len(rest) >= width; rest = rest[width:] {
				c.mean.Row(rest[:width])
			}
			last = got.last
			b.free <- got.pix[:0]
		}
	}
}

// A bandReader reads strips and tiles, one at a time, into pieces.
type bandReader struct {
	p         *page
	channels  int
	unpackers []unpacker // one for each plane
	raw       [][]byte   // rows as they are in the file
	row       []byte     // of samples
	plane     []byte     // of samples of one plane
	free      chan []byte
	out       chan piece
	now       piece
}

func (p *page) bandReader() *bandReader {
	planes, n, size := 1, pieces, pieceSize
	width := p.w * p.form().channels()
	if p.planar {
		planes = p.samples
	}
	if p.tiled {
		n, size = 1, width*min(p.bh, p.h)
	}
	b := &bandReader{
		p: p, channels: p.form().channels(), unpackers: make([]unpacker, planes), raw: make([][]byte, planes),
		row: make([]byte, p.bw*p.samples*p.width()), free: make(chan []byte, n), out: make(chan piece, n),
	}
	if planes > 1 {
		b.plane = make([]byte, p.bw*p.width())
	}
	size = min(max(size, width), width*p.h)
	for range n {
		b.free <- make([]byte, 0, size)
	}
	return b
}

// band reads one strip, or one row of tiles.
func (b *bandReader) band(row int) {
	p := b.p
	across, _ := p.grid()
	rows, width := min(p.bh, p.h-row*p.bh), p.w*b.channels
	b.now = piece{pix: <-b.free}
	if !p.tiled {
		b.block(row, 0, rows, func(int) []byte { return b.line(width) })
	} else {
		all := b.now.pix[:rows*width]
		b.now.pix = all
		for col := range across {
			x, end := col*p.bw, min((col+1)*p.bw, p.w)
			b.block(row*across+col, x, rows, func(y int) []byte { return all[y*width:][x*b.channels : end*b.channels] })
		}
	}
	b.now.last = true
	b.out <- b.now
}

// line returns room for the next row, after sending what is full.
func (b *bandReader) line(width int) []byte {
	n := len(b.now.pix)
	if n+width > cap(b.now.pix) {
		b.out <- b.now
		b.now, n = piece{pix: <-b.free}, 0
	}
	b.now.pix = b.now.pix[:n+width]
	return b.now.pix[n:]
}

// block reads strip or tile n, whose first pixel is in column x, into so many
// rows; what cannot be read becomes grey.
func (b *bandReader) block(n, x, rows int, room func(y int) []byte) {
	planes, err := b.open(n, min(b.p.bw, b.p.w-x))
	for y := range rows {
		dst := room(y)
		if err == nil {
			err = b.read(dst, planes)
		}
		if err != nil {
			b.paper(dst)
			continue
		}
		b.now.good = true
	}
	if err != nil && b.now.err == nil {
		b.now.err = err
	}
}

// read reads one row of pixels.
func (b *bandReader) read(dst []byte, planes []rowReader) error {
	p := b.p
	if len(planes) == 1 && p.ready() && !p.joined && len(dst) == len(b.row) {
		return planes[0].next(dst)
	}
	if len(planes) == 1 {
		if err := planes[0].next(b.row); err != nil {
			return err
		}
	}
	for i := 0; i < len(planes) && len(planes) > 1; i++ {
		if err := planes[i].next(b.plane); err != nil {
			return err
		}
		b.interleave(i)
	}
	p.paint(dst, b.row)
	if p.joined {
		part(dst)
	}
	return nil
}

// interleave puts the samples of one plane between those of the others.
func (b *bandReader) interleave(plane int) {
	w := b.p.width()
	step := w * b.p.samples
	for i, k := 0, plane*w; i+w <= len(b.plane); i, k = i+w, k+step {
		copy(b.row[k:k+w], b.plane[i:i+w])
	}
}

// paper makes pixels grey.
func (b *bandReader) paper(dst []byte) {
	px := []byte{128, 128, 128, 255}[:b.channels]
	if b.p.form() == asCMYK {
		px = []byte{0, 0, 0, 128}
	}
	copy(dst, px)
	for n := len(px); n < len(dst); n *= 2 {
		copy(dst[n:], dst[:n])
	}
}

// part takes the alpha that is joined into the colours out of them.
func part(pix []byte) {
	for px := pix; len(px) >= 4; px = px[4:] {
		if a := uint32(px[3]); a != 0 && a != 255 {
			for k := range 3 {
				px[k] = byte(min(255, (uint32(px[k])*255+a/2)/a))
			}
		}
	}
}

// open begins to read strip or tile n in all of its planes.
func (b *bandReader) open(n, width int) ([]rowReader, error) {
	across, down := b.p.grid()
	var all []rowReader
	for plane := range b.unpackers {
		r, err := b.openPlane(plane, n+plane*across*down, width)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

// openPlane begins to read one of them.
func (b *bandReader) openPlane(plane, n, width int) (rowReader, error) {
	p := b.p
	if p.compression == jpegPacked {
		return p.drawn(n, width)
	}
	r, err := b.unpackers[plane].open(p, n)
	if err != nil {
		return nil, err
	}
	if p.coarse() {
		return p.folded(r), nil
	}
	s := p.plain(r, b.raw[plane])
	b.raw[plane] = s.row
	return s, nil
}
