package tiff

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"io"
	"math"
	"sync"
)

// Options is what a file says besides its pixels.
type Options struct {
	DPI     float64
	Profile []byte // ICC, or nil
}

// stripSize is the most bytes of pixels in one strip of more than one row.
const stripSize = 256 << 10

// Rows is the most rows of a strip, and a multiple of every number of rows that
// a strip may have.
const Rows = 64

// A Writer takes the rows of one picture from the top, and writes it as RGB of
// 8 bits, Deflate with differences. Two strips are packed side by side.
type Writer struct {
	w          io.WriteSeeker
	size       image.Point
	options    Options
	taken      int // rows
	rows       int // of a strip
	at         uint32
	offs, cnts []uint32
	err        error // the first
}

// NewWriter begins a picture of size pixels at the start of w.
func NewWriter(w io.WriteSeeker, size image.Point, o Options) (*Writer, error) {
	if size.X < 1 || size.Y < 1 {
		return nil, fmt.Errorf("tiff: %d × %d pixels", size.X, size.Y)
	}
	f := &Writer{w: w, size: size, options: o, rows: Rows}
	for f.rows > 1 && f.rows*3*size.X > stripSize {
		f.rows /= 2
	}
	f.write([]byte("II*\x00\x00\x00\x00\x00"))
	return f, f.err
}

// Write takes the next rows; alpha is left out. All but the last of them are a
// multiple of Rows.
func (f *Writer) Write(rows *image.RGBA) error {
	size := rows.Rect.Size()
	if size.X != f.size.X || f.taken%Rows != 0 || f.taken+size.Y > f.size.Y {
		return fmt.Errorf("tiff: %d rows of %d pixels after %d of %v", size.Y, size.X, f.taken, f.size)
	}
	for y := 0; y < size.Y; y += 2 * f.rows {
		f.pair(rows, y)
	}
	f.taken += size.Y
	return f.err
}

// Close writes the directory; it does not close the file. It fails if rows are missing.
func (f *Writer) Close() error {
	if f.taken != f.size.Y {
		return errors.New("tiff: rows are missing")
	}
	f.pad()
	at := f.at
	f.directory(f.size, f.options)
	if f.err != nil {
		return f.err
	}
	if _, err := f.w.Seek(4, io.SeekStart); err != nil {
		return err
	}
	_, err := f.w.Write(binary.LittleEndian.AppendUint32(nil, at))
	return err
}

func (f *Writer) write(b []byte) {
	if f.err == nil {
		_, f.err = f.w.Write(b)
	}
	f.at += uint32(len(b))
}

// pad begins the next thing at an even offset.
func (f *Writer) pad() {
	if f.at&1 == 1 {
		f.write([]byte{0})
	}
}

// pair writes the two strips that begin at row y.
func (f *Writer) pair(img *image.RGBA, y int) {
	var packed [2][]byte
	var wg sync.WaitGroup
	for i := range packed {
		top, end := y+i*f.rows, min(y+(i+1)*f.rows, img.Rect.Dy())
		if top < end {
			wg.Go(func() { packed[i] = pack(img, top, end) })
		}
	}
	wg.Wait()
	for _, b := range packed {
		if b != nil {
			f.pad()
			f.offs, f.cnts = append(f.offs, f.at), append(f.cnts, uint32(len(b)))
			f.write(b)
		}
	}
}

// pack packs the rows from y to end.
func pack(img *image.RGBA, y, end int) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	row := make([]byte, 3*img.Rect.Dx())
	for ; y < end; y++ {
		var before [3]byte
		for i, p := 0, img.Pix[y*img.Stride:]; i < len(row); i, p = i+3, p[4:] {
			row[i], row[i+1], row[i+2] = p[0]-before[0], p[1]-before[1], p[2]-before[2]
			before = [3]byte(p[:3])
			if len(p) == 4 {
				break
			}
		}
		z.Write(row) // to memory: cannot fail
	}
	z.Close()
	return b.Bytes()
}

// A field is one tag with its values.
type field struct {
	tag, kind uint16
	count     int
	data      []byte
}

func shorts(tag uint16, v ...uint16) field {
	var b []byte
	for _, x := range v {
		b = binary.LittleEndian.AppendUint16(b, x)
	}
	return field{tag, 3, len(v), b}
}

func longs(tag uint16, v ...uint32) field {
	var b []byte
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, x)
	}
	return field{tag, 4, len(v), b}
}

func ratio(tag uint16, v float64) field {
	f := longs(tag, uint32(math.Round(v*1000)), 1000)
	return field{tag, 5, 1, f.data}
}

// directory writes the tags in order, and their longer values behind them.
func (f *Writer) directory(size image.Point, o Options) {
	fields := []field{
		longs(Width, uint32(size.X)), longs(Height, uint32(size.Y)),
		shorts(BitsPerSample, 8, 8, 8), shorts(Compression, 8), shorts(Photometric, 2),
		longs(StripOffsets, f.offs...), shorts(Orientation, 1), shorts(SamplesPerPixel, 3),
		longs(RowsPerStrip, uint32(f.rows)), longs(StripByteCounts, f.cnts...),
		ratio(XResolution, o.DPI), ratio(YResolution, o.DPI),
		shorts(PlanarConfig, 1), shorts(ResolutionUnit, 2), shorts(Predictor, 2),
	}
	if o.Profile != nil {
		fields = append(fields, field{Profile, 7, len(o.Profile), o.Profile})
	}
	le := binary.LittleEndian
	head := le.AppendUint16(nil, uint16(len(fields)))
	values := f.at + 2 + 12*uint32(len(fields)) + 4
	var tail []byte
	for _, e := range fields {
		head = le.AppendUint16(le.AppendUint16(head, e.tag), e.kind)
		head = le.AppendUint32(head, uint32(e.count))
		if len(e.data) <= 4 {
			head = append(head, append(e.data, 0, 0, 0, 0)[:4]...)
			continue
		}
		head = le.AppendUint32(head, values+uint32(len(tail)))
		tail = append(append(tail, e.data...), make([]byte, len(e.data)&1)...)
	}
	f.write(append(append(head, 0, 0, 0, 0), tail...))
}
