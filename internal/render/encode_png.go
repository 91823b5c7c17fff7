package render

import (
	"bufio"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"io"
	"sync"
)

// A pngWriter writes RGB of 8 bits while its rows are still being made.
type pngWriter struct {
	size   image.Point
	taken  int // rows
	packed *zlib.Writer
	chunks *bufio.Writer
	out    io.Writer
	above  []byte // the row before those of the next call, as rgb has it
	lines  []byte // filtered rows, each after its filter's number
}

// newPNG begins a picture of size pixels, with its resolution and profile.
func newPNG(w io.Writer, size image.Point, paper paperData) (*pngWriter, error) {
	head := binary.BigEndian.AppendUint32(nil, uint32(size.X))
	head = binary.BigEndian.AppendUint32(head, uint32(size.Y))
	b := chunk([]byte(pngMagic), "IHDR", append(head, 8, 2, 0, 0, 0))
	if _, err := w.Write(append(b, paper.pngChunks()...)); err != nil {
		return nil, err
	}
	chunks := bufio.NewWriterSize(idat{w}, 64<<10)
	return &pngWriter{size: size, packed: zlib.NewWriter(chunks), chunks: chunks, out: w, above: make([]byte, 3+3*size.X)}, nil
}

// idat makes a chunk of every write.
type idat struct{ w io.Writer }

func (i idat) Write(p []byte) (int, error) {
	if _, err := i.w.Write(chunk(make([]byte, 0, len(p)+12), "IDAT", p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Write takes the next rows. They are filtered side by side, then packed.
func (p *pngWriter) Write(rows *image.RGBA) error {
	w, h := rows.Rect.Dx(), rows.Rect.Dy()
	if w != p.size.X || p.taken+h > p.size.Y {
		return fmt.Errorf("png: %d rows of %d pixels after %d of %v", h, w, p.taken, p.size)
	}
	if len(p.lines) < h*(1+3*w) {
		p.lines = make([]byte, h*(1+3*w))
	}
	const workers = 2
	var wg sync.WaitGroup
	for k := range workers {
		wg.Go(func() { p.filter(rows, h*k/workers, h*(k+1)/workers) })
	}
	wg.Wait()
	p.above, p.taken = rgb(p.above, rows, h-1), p.taken+h
	_, err := p.packed.Write(p.lines[:h*(1+3*w)])
	return err
}

// Close ends the picture; it does not close the file. It fails if rows are missing.
func (p *pngWriter) Close() error {
	if p.taken != p.size.Y {
		return errors.New("png: rows are missing")
	}
	if err := p.packed.Close(); err != nil {
		return err
	}
	if err := p.chunks.Flush(); err != nil {
		return err
	}
	_, err := p.out.Write(chunk(nil, "IEND", nil))
	return err
}

// rgb puts row y into dst without alpha, behind a black pixel.
func rgb(dst []byte, rows *image.RGBA, y int) []byte {
	dst = append(dst[:0], 0, 0, 0)
	for row := rows.Pix[y*rows.Stride:][:4*rows.Rect.Dx()]; len(row) >= 4; row = row[4:] {
		dst = append(dst, row[0], row[1], row[2])
	}
	return dst
}

// filter fills lines with the rows from y to end, each in the filter whose
// differences are least, which is what section 12.7 of PNG advises.
func (p *pngWriter) filter(rows *image.RGBA, y, end int) {
	n := 3 * rows.Rect.Dx()
	row, try := make([]byte, 0, 3+n), make([]byte, n)
	above := append(make([]byte, 0, 3+n), p.above...)
	if y > 0 {
		above = rgb(above, rows, y-1)
	}
	for ; y < end; y++ {
		row = rgb(row, rows, y)
		line := p.lines[y*(1+n):][:1+n]
		line[0] = 2
		least := differences(line[1:], 2, row, above)
		for _, f := range []byte{4, 1, 3, 0} { // the likeliest first
			if sum := fewer(try, f, row, above, least); sum < least {
				line[0], least = f, sum
				copy(line[1:], try)
			}
		}
		above, row = row, above
	}
}

// fewer is differences, given up where they are no fewer than least.
func fewer(dst []byte, f byte, row, above []byte, least int) (sum int) {
	for x := 0; x < len(dst) && sum < least; x += 1024 {
		end := min(x+1024, len(dst))
		sum += differences(dst[x:end], f, row[x:end+3], above[x:end+3])
	}
	return sum
}

// differences fills dst with what a filter of PNG predicts wrongly, and adds it
// up without signs. row and above begin a pixel before dst does.
func differences(dst []byte, f byte, row, above []byte) (sum int) {
	left, row := row[:len(dst)], row[3:][:len(dst)]
	corner, above := above[:len(dst)], above[3:][:len(dst)]
	switch f {
	case 0:
		copy(dst, row)
	case 1:
		for x := range dst {
			dst[x] = row[x] - left[x]
		}
	case 2:
		for x := range dst {
			dst[x] = row[x] - above[x]
		}
	case 3:
		for x := range dst {
			dst[x] = row[x] - byte((int(left[x])+int(above[x]))/2)
		}
	case 4:
		for x := range dst {
			dst[x] = row[x] - closest(int(left[x]), int(above[x]), int(corner[x]))
		}
	}
	for _, d := range dst {
		v := int(int8(d))
		sum += max(v, -v)
	}
	return sum
}

// closest is the one of three neighbours that is closest to left + above −
// corner: what PNG calls Paeth.
func closest(left, above, corner int) byte {
	a, b := above-corner, left-corner
	c := a + b
	a, b, c = max(a, -a), max(b, -b), max(c, -c)
	switch {
	case a <= b && a <= c:
		return byte(left)
	case b <= c:
		return byte(above)
	}
	return byte(corner)
}
