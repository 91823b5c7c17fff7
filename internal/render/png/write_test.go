package png

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"testing"
)

// A drawing is a picture that the tests write in every way a PNG can be: noise
// of few colours, so that one which stands for a hole is met.
type drawing struct {
	w, h       int
	depth      int
	kind       byte
	interlaced bool
	filter     int // 0 to 4, -1 for each in turn
	holes      bool
	colours    int // of the palette
	piece      int // bytes of each chunk of pixels, 0 for one chunk
	more       []byte
	less       int // rows left out
}

func (d drawing) samples() int {
	return (&decoder{kind: d.kind}).samples()
}

// value is sample c of the pixel at x, y.
func (d drawing) value(x, y, c int) uint16 {
	noise := uint32(x*7919+y*104_729+c*1_299_709) * 2_654_435_761
	noise ^= noise >> 15
	v := uint16(noise * 2_246_822_519 >> 12)
	if noise%3 > 0 { // smooth, with steps
		v = uint16(x*900 + y*700 + c*9000)
	}
	if d.kind == paletted {
		return v % uint16(min(d.colours, 1<<d.depth))
	}
	if (x/3+y/2)%4 == 0 { // the colour of the hole
		v = 0x1234
	}
	return v & (1<<d.depth - 1)
}

// row is a row of the samples from x0, every dx.
func (d drawing) row(y, x0, dx int) []byte {
	var b bytes.Buffer
	var acc, have int
	for x := x0; x < d.w; x += dx {
		for c := range d.samples() {
			v := int(d.value(x, y, c))
			if d.depth == 16 {
				b.Write([]byte{byte(v >> 8), byte(v)})
				continue
			}
			acc, have = acc<<d.depth|v, have+d.depth
			if have == 8 {
				b.WriteByte(byte(acc))
				acc, have = 0, 0
			}
		}
	}
	if have > 0 {
		b.WriteByte(byte(acc << (8 - have)))
	}
	return b.Bytes()
}

// filtered is a row with its filter, by the definition.
func filtered(filter byte, row, above []byte, bpp int) []byte {
	out := []byte{filter}
	for i, x := range row {
		var a, c int
		if i >= bpp {
			a, c = int(row[i-bpp]), int(above[i-bpp])
		}
		b := int(above[i])
		p := a + b - c
		abs := func(v int) int { return max(v, -v) }
		var sub int
		switch filter {
		case 1:
			sub = a
		case 2:
			sub = b
		case 3:
			sub = (a + b) / 2
		case 4:
			sub = c
			if abs(p-b) <= abs(p-c) {
				sub = b
			}
			if abs(p-a) <= abs(p-b) && abs(p-a) <= abs(p-c) {
				sub = a
			}
		}
		out = append(out, x-byte(sub))
	}
	return out
}

// pixels is what is packed: all rows of all passes.
func (d drawing) pixels() []byte {
	var out []byte
	bpp, n := max(1, d.samples()*d.depth/8), 0
	for _, p := range (&decoder{interlaced: d.interlaced}).passes() {
		w, h := p.size(d.w, d.h)
		if w == 0 {
			continue
		}
		above := make([]byte, len(d.row(0, p.x0, p.dx)))
		for y := range h {
			row := d.row(p.y0+y*p.dy, p.x0, p.dx)
			filter := d.filter
			if filter < 0 {
				filter = n % 5
			}
			out = append(out, filtered(byte(filter), row, above, bpp)...)
			above, n = row, n+1
		}
	}
	return out
}

func addChunk(b []byte, name string, data []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
	start := len(b)
	b = append(append(b, name...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[start:]))
}

func (d drawing) header() []byte {
	b := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(d.w)), uint32(d.h))
	b = append(b, byte(d.depth), d.kind, 0, 0, 0)
	if d.interlaced {
		b[12] = 1
	}
	return b
}

func (d drawing) transparency() []byte {
	switch {
	case !d.holes:
		return nil
	case d.kind == paletted:
		return []byte{0, 90, 255, 180}[:min(4, d.colours)]
	}
	v := uint16(0x1234) & (1<<d.depth - 1)
	hole := binary.BigEndian.AppendUint16(nil, v)
	return bytes.Repeat(hole, d.samples())
}

func packed(b []byte) []byte {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	w.Write(b)
	w.Close()
	return z.Bytes()
}

func (d drawing) encoded(t testing.TB) []byte {
	t.Helper()
	b := addChunk([]byte(magic), "IHDR", d.header())
	b = addChunk(b, "teXt", []byte("nothing that counts"))
	if d.kind == paletted {
		var palette []byte
		for i := range d.colours {
			palette = append(palette, byte(i*7), byte(255-i), byte(i*i))
		}
		b = addChunk(b, "PLTE", palette)
	}
	if holes := d.transparency(); holes != nil {
		b = addChunk(b, "tRNS", holes)
	}
	pixels := d.pixels()
	pixels = pixels[:len(pixels)-d.less*(len(pixels)/d.h)]
	data := packed(append(pixels, d.more...))
	for piece := max(1, d.piece); d.piece > 0 && len(data) > piece; data = data[piece:] {
		b = addChunk(b, "IDAT", data[:piece])
	}
	return addChunk(addChunk(b, "IDAT", data), "IEND", nil)
}
