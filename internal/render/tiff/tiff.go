// Package tiff reads and writes TIFF files: the first page of what scanners,
// cameras and layout programs write, averaged down while it is read so that
// neither the whole picture nor its 16 bits are ever in memory; and on the
// writing side resolution and colour profile.
//
// It reads strips and tiles, chunky and planar, TIFF and BigTIFF; unpacked, or
// packed by LZW, Deflate, PackBits, fax codes (groups 3 and 4) or JPEG; 1, 2, 4,
// 8 and 16 bits; grey, palette, RGB, CMYK, CIELab, ICCLab and YCbCr, with alpha.
// What else there is, it refuses by name, as Unsupported. It also reads the tag
// directories of Exif blocks.
package tiff

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// Tags that this package and its callers read.
const (
	Width           = 256
	Height          = 257
	BitsPerSample   = 258
	Compression     = 259
	Photometric     = 262
	FillOrder       = 266
	Description     = 270
	StripOffsets    = 273
	Orientation     = 274
	SamplesPerPixel = 277
	RowsPerStrip    = 278
	StripByteCounts = 279
	XResolution     = 282
	YResolution     = 283
	PlanarConfig    = 284
	T4Options       = 292
	ResolutionUnit  = 296
	Artist          = 315
	Predictor       = 317
	ColorMap        = 320
	TileWidth       = 322
	TileLength      = 323
	TileOffsets     = 324
	TileByteCounts  = 325
	InkSet          = 332
	ExtraSamples    = 338
	SampleFormat    = 339
	JPEGTables      = 347
	YCbCrCoeffs     = 529
	YCbCrSampling   = 530
	BlackWhite      = 532
	XMP             = 700
	Copyright       = 33432
	IPTC            = 33723
	Photoshop       = 34377
	Exif            = 34665
	Profile         = 34675
	GPS             = 34853
)

const (
	maxTags  = 4096
	maxValue = 16 << 20 // bytes of one tag's values
)

// Unsupported names a kind of TIFF that is known, but not read here.
type Unsupported string

func (u Unsupported) Error() string { return "tiff: not read: " + string(u) }

// ErrShort is an offset beyond the end of the file.
var ErrShort = errors.New("tiff: the file ends too early")

func broken(what string) error { return errors.New("tiff: " + what) }

// A Reader finds the directories of a TIFF file or an Exif block.
type Reader struct {
	r     io.ReaderAt
	size  int64
	order binary.ByteOrder
	big   bool
	first int64
}

// Open reads the header of a TIFF file of size bytes.
func Open(r io.ReaderAt, size int64) (*Reader, error) {
	t := &Reader{r: r, size: size}
	b, err := t.at(0, 8)
	if err != nil {
		return nil, err
	}
	switch string(b[:2]) {
	case "II":
		t.order = binary.LittleEndian
	case "MM":
		t.order = binary.BigEndian
	default:
		return nil, errors.New("tiff: no byte order")
	}
	switch t.order.Uint16(b[2:]) {
	case 42:
		t.first = int64(t.order.Uint32(b[4:]))
	case 43:
		if b, err = t.at(8, 8); err != nil {
			return nil, err
		}
		t.big, t.first = true, clamp(t.order.Uint64(b))
	default:
		return nil, errors.New("tiff: neither TIFF nor BigTIFF")
	}
	return t, nil
}

// OpenBytes reads the header of an Exif block.
func OpenBytes(b []byte) (*Reader, error) { return Open(bytes.NewReader(b), int64(len(b))) }

// First is the offset of the first directory.
func (t *Reader) First() int64 { return t.first }

// Big tells BigTIFF.
func (t *Reader) Big() bool { return t.big }

func clamp(v uint64) int64 { return int64(min(v, math.MaxInt64)) }

func (t *Reader) at(off, n int64) ([]byte, error) {
	if off < 0 || n < 0 || n > t.size || off > t.size-n {
		return nil, ErrShort
	}
	b := make([]byte, n)
	if _, err := t.r.ReadAt(b, off); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b, nil
}

// A Dir is one directory of tags.
type Dir struct {
	t    *Reader
	tags map[uint16]entry
}

type entry struct {
	kind   uint16
	count  int64
	inline []byte // the value field itself
}

// width is the size in bytes of a value of each kind; 0 = unknown kind.
var width = [19]int64{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8}

// Dir reads the directory at off, and the offset of the one after it, 0 if it is the last.
func (t *Reader) Dir(off int64) (d Dir, next int64, err error) {
	head, size, field := int64(2), int64(12), int64(4)
	if t.big {
		head, size, field = 8, 20, 8
	}
	b, err := t.at(off, head)
	if err != nil {
		return d, 0, err
	}
	n := t.count(b)
	if n > maxTags {
		return d, 0, fmt.Errorf("tiff: %d tags", n)
	}
	if b, err = t.at(off+head, n*size); err != nil {
		return d, 0, err
	}
	d = Dir{t, make(map[uint16]entry, n)}
	for ; len(b) > 0; b = b[size:] {
		d.tags[t.order.Uint16(b)] = entry{t.order.Uint16(b[2:]), t.offset(b[4:]), b[4+field : 4+2*field]}
	}
	if b, err = t.at(off+head+n*size, field); err != nil {
		return d, 0, nil // Exif blocks are cut here by some cameras
	}
	return d, t.offset(b), nil
}

func (t *Reader) count(b []byte) int64 {
	if t.big {
		return clamp(t.order.Uint64(b))
	}
	return int64(t.order.Uint16(b))
}

func (t *Reader) offset(b []byte) int64 {
	if t.big {
		return clamp(t.order.Uint64(b))
	}
	return int64(t.order.Uint32(b))
}

// Has reports whether the tag is there.
func (d Dir) Has(tag uint16) bool { _, ok := d.tags[tag]; return ok }

// Bytes returns the values of a tag as they are in the file, or nil without the tag.
func (d Dir) Bytes(tag uint16) ([]byte, error) {
	e, ok := d.tags[tag]
	if !ok || int(e.kind) >= len(width) {
		return nil, nil
	}
	if e.count < 0 || e.count > maxValue {
		return nil, fmt.Errorf("tiff: tag %d has %d values", tag, e.count)
	}
	n := e.count * width[e.kind]
	if n <= int64(len(e.inline)) {
		return e.inline[:n], nil
	}
	if n > maxValue {
		return nil, fmt.Errorf("tiff: tag %d has %d values", tag, e.count)
	}
	return d.t.at(d.t.offset(e.inline), n)
}

// Ints returns the values of a tag of whole numbers, nil without the tag.
func (d Dir) Ints(tag uint16) ([]int64, error) {
	b, err := d.Bytes(tag)
	if err != nil || b == nil {
		return nil, err
	}
	kind := d.tags[tag].kind
	v := make([]int64, 0, d.tags[tag].count)
	for w := width[kind]; int64(len(b)) >= w && w > 0; b = b[w:] {
		switch kind {
		case 1, 6, 7:
			v = append(v, int64(b[0]))
		case 3, 8:
			v = append(v, int64(d.t.order.Uint16(b)))
		case 4, 9, 13:
			v = append(v, int64(d.t.order.Uint32(b)))
		case 16, 17, 18:
			v = append(v, clamp(d.t.order.Uint64(b)))
		default:
			return nil, fmt.Errorf("tiff: tag %d is of kind %d", tag, kind)
		}
	}
	return v, nil
}

// Int returns the first value of a tag, or other without one that can be read.
func (d Dir) Int(tag uint16, other int64) int64 {
	v, err := d.Ints(tag)
	if err != nil || len(v) == 0 {
		return other
	}
	return v[0]
}

// Ratio returns the first value of a tag of fractions, 0 without one.
func (d Dir) Ratio(tag uint16) float64 {
	if v := d.Ratios(tag); len(v) > 0 {
		return v[0]
	}
	return 0
}

// Ratios returns the values of a tag of fractions, nil without the tag. A
// fraction of nothing is 0.
func (d Dir) Ratios(tag uint16) []float64 {
	b, err := d.Bytes(tag)
	if e := d.tags[tag]; err != nil || e.kind != 5 && e.kind != 10 {
		return nil
	}
	var v []float64
	for ; len(b) >= 8; b = b[8:] {
		n, of := d.t.order.Uint32(b), d.t.order.Uint32(b[4:])
		if of == 0 {
			n, of = 0, 1
		}
		v = append(v, float64(n)/float64(of))
	}
	return v
}
