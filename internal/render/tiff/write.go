package tiff

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"image"
	"io"
	"math"
)

// Options is what a file says besides its pixels.
type Options struct {
	DPI     float64
	Profile []byte // ICC, or nil
}

// stripSize is about how many bytes of pixels go into one strip.
const stripSize = 256 << 10

// Write writes img as RGB of 8 bits, Deflate with differences, to w from its
// start; alpha is left out. It holds one strip at a time.
func Write(w io.WriteSeeker, img *image.RGBA, o Options) error {
	size := img.Rect.Size()
	row := 3 * size.X
	f := writer{w: w, rows: max(1, stripSize/row)}
	f.write([]byte("II*\x00\x00\x00\x00\x00"))
	for y := 0; y < size.Y; y += f.rows {
		f.strip(img, y, min(y+f.rows, size.Y))
	}
	f.pad()
	at := f.at
	f.directory(size, o)
	if f.err != nil {
		return f.err
	}
	if _, err := w.Seek(4, io.SeekStart); err != nil {
		return err
	}
	_, err := w.Write(binary.LittleEndian.AppendUint32(nil, at))
	return err
}

// A writer keeps the first error, and where it is.
type writer struct {
	w          io.Writer
	at         uint32
	rows       int
	offs, cnts []uint32
	err        error
}

func (f *writer) write(b []byte) {
	if f.err == nil {
		_, f.err = f.w.Write(b)
	}
	f.at += uint32(len(b))
}

// pad begins the next thing at an even offset.
func (f *writer) pad() {
	if f.at&1 == 1 {
		f.write([]byte{0})
	}
}

// strip packs the rows from y to end.
func (f *writer) strip(img *image.RGBA, y, end int) {
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
	f.pad()
	f.offs, f.cnts = append(f.offs, f.at), append(f.cnts, uint32(b.Len()))
	f.write(b.Bytes())
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
func (f *writer) directory(size image.Point, o Options) {
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
