// Package tiffx writes TIFF 6.0 for print shops: inks or red, green and blue, 8
// bits each, strip by strip, with resolution and colour profile. No more than
// two strips are in memory.
//
// The head of a TIFF says where its directory is, and the directory how long
// each strip came out. So the directory goes to the end, and those four bytes
// are written last: that is the only reason why a place to write to must seek.
package tiffx

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"io"
	"math"
	"sync"

	"pano/internal/icc"
)

// What can be wrong with a picture; errors of what it is written to come as they are.
var (
	ErrOptions  = errors.New("tiffx: not to be written like that")
	ErrRows     = errors.New("tiffx: rows are missing, or too many")
	ErrTooLarge = errors.New("tiffx: more than 4 GB, which no TIFF can hold")
)

// A Space is what the samples of a pixel are; its number says how many there are.
type Space int

const (
	RGB  Space = 3
	CMYK Space = 4 // 0 is no ink, 255 all of it
)

// A Compression is how strips are packed; none loses anything.
type Compression uint8

const (
	Deflate Compression = iota // the smallest; some older machines do not read it
	LZW                        // read by all, and about a quarter larger
	None
)

// Options is what a file says besides its pixels.
type Options struct {
	Space       Space
	Compression Compression
	DPI         float64 // at the size on paper
	Profile     []byte  // ICC, of that space; or nil
}

const (
	maxSize   = math.MaxUint32 // bytes of a file: its offsets have 32 bits
	maxSide   = 1 << 20        // pixels
	maxDPI    = 100_000
	stripSize = 256 << 10 // bytes of pixels in a strip of more than one row
	workers   = 2
)

// A Writer takes the samples of one picture from the top left, row by row, in
// pieces of any length.
type Writer struct {
	w       io.WriteSeeker
	size    image.Point
	options Options
	rows    int // of a strip
	most    int64
	left    int64  // bytes of samples still to come
	pending []byte // for the next strips, at most one for each worker

	at         int64
	offs, cnts []uint32
	err        error // the first
}

// NewWriter begins a picture of size pixels at the start of w, which Close does
// not close.
//
// It fails with ErrOptions for a size, resolution or space that cannot be, or a
// profile of other colours, and with ErrTooLarge for a picture that would not fit
// unpacked and is not to be packed.
func NewWriter(w io.WriteSeeker, size image.Point, o Options) (*Writer, error) {
	return newWriter(w, size, o, maxSize)
}

func newWriter(w io.WriteSeeker, size image.Point, o Options, most int64) (*Writer, error) {
	if err := o.check(size); err != nil {
		return nil, err
	}
	row := size.X * int(o.Space)
	f := &Writer{w: w, size: size, options: o, most: most,
		rows: min(max(stripSize/row, 1), size.Y), left: int64(row) * int64(size.Y)}
	if o.Compression == None && f.left+f.overhead() > most {
		return nil, fmt.Errorf("%w: %v pixels", ErrTooLarge, size)
	}
	f.pending = make([]byte, 0, workers*f.rows*row)
	f.write([]byte("II*\x00\x00\x00\x00\x00"))
	return f, f.err
}

func (o Options) check(size image.Point) error {
	switch {
	case size.X < 1 || size.Y < 1 || size.X > maxSide || size.Y > maxSide:
		return fmt.Errorf("%w: %d × %d pixels", ErrOptions, size.X, size.Y)
	case o.Space != RGB && o.Space != CMYK:
		return fmt.Errorf("%w: space %d", ErrOptions, o.Space)
	case o.Compression > None:
		return fmt.Errorf("%w: compression %d", ErrOptions, o.Compression)
	case !(o.DPI > 0 && o.DPI <= maxDPI):
		return fmt.Errorf("%w: %g dpi", ErrOptions, o.DPI)
	case o.Profile == nil:
		return nil
	}
	p, err := icc.Parse(o.Profile)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrOptions, err)
	}
	if want := map[Space]icc.Space{RGB: icc.RGB, CMYK: icc.CMYK}[o.Space]; p.Space() != want {
		return fmt.Errorf("%w: a profile of %q for %q", ErrOptions, p.Space(), want)
	}
	return nil
}

// strips is how many there will be.
func (f *Writer) strips() int { return (f.size.Y + f.rows - 1) / f.rows }

// overhead is more than all but the strips takes: the head, the directory, and
// a byte after each strip that makes the next one begin at an even place.
func (f *Writer) overhead() int64 {
	const directory = 512
	return directory + 9*int64(f.strips()) + int64(len(f.options.Profile))
}

// Write takes the next samples. It fails with ErrRows for more than the picture
// has, and with ErrTooLarge when what was packed leaves no room for more.
func (f *Writer) Write(b []byte) (int, error) {
	if f.err == nil && int64(len(b)) > f.left {
		f.err = ErrRows
	}
	taken := 0
	for f.err == nil && taken < len(b) {
		n := min(len(b)-taken, cap(f.pending)-len(f.pending))
		f.pending = append(f.pending, b[taken:taken+n]...)
		taken, f.left = taken+n, f.left-int64(n)
		if len(f.pending) == cap(f.pending) || f.left == 0 {
			f.flush()
		}
	}
	return taken, f.err
}

// flush packs the strips that are pending side by side, and writes them.
func (f *Writer) flush() {
	row := f.size.X * int(f.options.Space)
	var packed [workers][]byte
	var wg sync.WaitGroup
	for i := range packed {
		from, to := min(i*f.rows*row, len(f.pending)), min((i+1)*f.rows*row, len(f.pending))
		if from < to {
			wg.Go(func() { packed[i] = f.options.pack(f.pending[from:to], row) })
		}
	}
	wg.Wait()
	for _, b := range packed {
		if b != nil {
			f.strip(b)
		}
	}
	f.pending = f.pending[:0]
}

// strip writes a packed strip if the directory still fits behind it.
func (f *Writer) strip(b []byte) {
	if f.err == nil && f.at+int64(len(b))+f.overhead() > f.most {
		f.err = ErrTooLarge
	}
	f.pad()
	f.offs, f.cnts = append(f.offs, uint32(f.at)), append(f.cnts, uint32(len(b)))
	f.write(b)
}

// Close writes the directory. It fails with ErrRows if some are missing, and
// the file is no TIFF if it or Write has failed.
func (f *Writer) Close() error {
	if f.err == nil && f.left > 0 {
		f.err = ErrRows
	}
	f.pad()
	at := f.at
	f.write(f.directory())
	if f.err != nil {
		return f.err
	}
	if _, err := f.w.Seek(4, io.SeekStart); err != nil {
		return err
	}
	_, err := f.w.Write(binary.LittleEndian.AppendUint32(nil, uint32(at)))
	return err
}

func (f *Writer) write(b []byte) {
	if f.err == nil {
		_, f.err = f.w.Write(b)
		f.at += int64(len(b))
	}
}

// pad lets the next thing begin at an even place.
func (f *Writer) pad() {
	if f.at&1 == 1 {
		f.write([]byte{0})
	}
}
