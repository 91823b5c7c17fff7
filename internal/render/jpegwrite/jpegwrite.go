// Package jpegwrite writes a baseline JPEG (ITU-T T.81) while its rows are
// still being made, in colours or in inks: strips of Strip rows, two at a time, each after a restart
// marker, so that none needs to know how the one before it ended.
package jpegwrite

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"io"
	"sync"
)

// Options says how a picture is written.
type Options struct {
	Quality int // 1 to 100, with the meaning that libjpeg gave it
	// Full keeps the colours of every pixel (4:4:4). Otherwise four pixels
	// share one (4:2:0).
	Full bool
	// Inks makes a picture of cyan, magenta, yellow and black, each of every
	// pixel, the way round that Adobe has made the usual one.
	Inks     bool
	DPI      float64 // at the size on paper, or 0
	Profile  []byte  // ICC, of those colours or inks; or nil
	Segments []byte  // whole marker segments that follow the start of the image, or nil
}

// Strip is the number of rows between two restart markers.
const Strip = 32

const (
	maxSide = 65_500 // pixels
	workers = 2
)

// A Writer takes the rows of one picture from the top.
type Writer struct {
	w      io.Writer
	size   image.Point
	inks   bool
	at     int // rows taken
	strips [workers]strip
}

// NewWriter writes the head of a JPEG of size pixels to w. It fails for a size,
// quality or resolution that cannot be, for a profile of other colours, and as w
// does.
func NewWriter(w io.Writer, size image.Point, o Options) (*Writer, error) {
	if size.X < 1 || size.Y < 1 || size.X > maxSide || size.Y > maxSide {
		return nil, fmt.Errorf("jpegwrite: %d × %d pixels", size.X, size.Y)
	}
	if o.Quality < 1 || o.Quality > 100 {
		return nil, fmt.Errorf("jpegwrite: quality %d", o.Quality)
	}
	if err := o.checkPaper(); err != nil {
		return nil, err
	}
	o.Full = o.Full || o.Inks
	t := newTables(o.Quality)
	j := &Writer{w: w, size: size, inks: o.Inks}
	for i := range j.strips {
		j.strips[i] = strip{tables: t, full: o.Full, inks: o.Inks}
	}
	_, err := w.Write(t.head(size, o))
	return j, err
}

// Encode writes a whole picture.
func Encode(w io.Writer, img *image.RGBA, o Options) error {
	j, err := NewWriter(w, img.Rect.Size(), o)
	if err != nil {
		return err
	}
	if err := j.Write(img); err != nil {
		return err
	}
	return j.Close()
}

// Write takes the next rows; alpha is left out. All but the last of them are a
// multiple of Strip.
func (j *Writer) Write(rows *image.RGBA) error {
	if err := j.fits(rows.Rect.Size(), false); err != nil {
		return err
	}
	return j.rows(rows.Rect.Dy(), func(s *strip, top int, size image.Point) func(x, y int) {
		return s.pixels(rows.Pix[top*rows.Stride:], rows.Stride, size)
	})
}

// WriteInks takes the next rows of a picture in inks, as Write does. In rows, 0
// is no ink.
func (j *Writer) WriteInks(rows *image.CMYK) error {
	if err := j.fits(rows.Rect.Size(), true); err != nil {
		return err
	}
	return j.rows(rows.Rect.Dy(), func(s *strip, top int, size image.Point) func(x, y int) {
		return s.pixels(rows.Pix[top*rows.Stride:], rows.Stride, size)
	})
}

// fits refuses rows that cannot be the next.
func (j *Writer) fits(size image.Point, inks bool) error {
	if inks != j.inks {
		return errors.New("jpegwrite: colours and inks in one picture")
	}
	if size.X != j.size.X || j.at%Strip != 0 || j.at+size.Y > j.size.Y {
		return fmt.Errorf("jpegwrite: %d rows of %d pixels after %d of %v", size.Y, size.X, j.at, j.size)
	}
	return nil
}

// A filler returns how a strip of size pixels from row top of some rows fills its blocks.
type filler func(s *strip, top int, size image.Point) func(x, y int)

// rows writes the next h rows.
func (j *Writer) rows(h int, f filler) error {
	for y := 0; y < h; y += workers * Strip {
		if err := j.pair(h, y, f); err != nil {
			return err
		}
	}
	j.at += h
	return nil
}

// pair writes the strips that begin at row y of h, side by side.
func (j *Writer) pair(h, y int, f filler) error {
	var wg sync.WaitGroup
	for i := range j.strips {
		s, top := &j.strips[i], y+i*Strip
		s.out = s.out[:0]
		if top >= h {
			continue
		}
		if before := (j.at + top) / Strip; before > 0 {
			s.out = append(s.out, 0xff, 0xd0+byte((before-1)&7))
		}
		wg.Go(func() {
			size := image.Pt(j.size.X, min(Strip, h-top))
			s.encode(size, f(s, top, size))
		})
	}
	wg.Wait()
	for i := range j.strips {
		if _, err := j.w.Write(j.strips[i].out); err != nil {
			return err
		}
	}
	return nil
}

// Close ends the picture; it does not close the file. It fails if rows are missing.
func (j *Writer) Close() error {
	if j.at != j.size.Y {
		return errors.New("jpegwrite: rows are missing")
	}
	_, err := j.w.Write([]byte{0xff, 0xd9})
	return err
}

// side is how many pixels a group of blocks (MCU) has each way.
func side(full bool) int {
	if full {
		return 8
	}
	return 16
}

// head is all that stands before the first strip.
func (t *tables) head(size image.Point, o Options) []byte {
	b := append([]byte{0xff, 0xd8}, o.paper()...)
	b = append(b, o.Segments...)
	for i := range t.quant {
		b = segment(b, 0xdb, append([]byte{byte(i)}, t.quant[i][:]...))
	}
	frame := []byte{8, byte(size.Y >> 8), byte(size.Y), byte(size.X >> 8), byte(size.X)}
	components, codes := o.components()
	b = segment(b, 0xc0, append(frame, components...))
	for i, h := range huffman() {
		b = segment(b, 0xc4, append([]byte{byte(i&1<<4 | i>>1)}, h.counts+h.symbols...))
	}
	if size.Y > Strip {
		m := side(o.Full)
		b = segment(b, 0xdd, binary.BigEndian.AppendUint16(nil, uint16((size.X+m-1)/m*(Strip/m))))
	}
	return segment(b, 0xda, append(codes, 0, 63, 0))
}

// components returns how many components there are, and of each its name and
// sampling and quantisation, for the frame; or its name and codes, for the scan.
func (o Options) components() (frame, scan []byte) {
	switch {
	case o.Inks: // each by itself, as brightness is: no ink bleeds into another
		return []byte{4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0}, []byte{4, 1, 0, 2, 0, 3, 0, 4, 0}
	case o.Full:
		return []byte{3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1}, []byte{3, 1, 0, 2, 0x11, 3, 0x11}
	}
	return []byte{3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1}, []byte{3, 1, 0, 2, 0x11, 3, 0x11}
}

func segment(b []byte, marker byte, body []byte) []byte {
	b = binary.BigEndian.AppendUint16(append(b, 0xff, marker), uint16(len(body)+2))
	return append(b, body...)
}
