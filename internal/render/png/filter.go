package png

import "encoding/binary"

// unfilter undoes what filter did to a row; above is the row before it, and bpp
// the bytes of a pixel, 1 for less. It reports false if there is no such filter.
func unfilter(filter byte, row, above []byte, bpp int) bool {
	switch filter {
	case 0:
	case 1:
		sub(row, bpp)
	case 2:
		up(row, above)
	case 3:
		average(row, above, bpp)
	case 4:
		paeth(row, above, bpp)
	default:
		return false
	}
	return true
}

// Eight bytes at a time, in one number: no sum of two of them carries over.
const (
	tops8 = 0x80808080_80808080
	tops4 = 0x80808080
)

func add8(a, b uint64) uint64 { return (a&^tops8 + b&^tops8) ^ (a^b)&tops8 }

func add4(a, b uint32) uint32 { return (a&^tops4 + b&^tops4) ^ (a^b)&tops4 }

// half4 is the mean of each two bytes, rounded down.
func half4(a, b uint32) uint32 { return a&b + (a^b)>>1&^tops4 }

func load3(b []byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }

func store3(b []byte, v uint32) { b[0], b[1], b[2] = byte(v), byte(v>>8), byte(v>>16) }

func sub(row []byte, bpp int) {
	var a uint32
	switch bpp {
	case 3:
		for p := row; len(p) >= 3; p = p[3:] {
			a = add4(a, load3(p))
			store3(p, a)
		}
	case 4:
		for p := row; len(p) >= 4; p = p[4:] {
			a = add4(a, binary.LittleEndian.Uint32(p))
			binary.LittleEndian.PutUint32(p, a)
		}
	default:
		for i := bpp; i < len(row); i++ {
			row[i] += row[i-bpp]
		}
	}
}

func up(row, above []byte) {
	above = above[:len(row)]
	for ; len(row) >= 8 && len(above) >= 8; row, above = row[8:], above[8:] {
		binary.LittleEndian.PutUint64(row, add8(binary.LittleEndian.Uint64(row), binary.LittleEndian.Uint64(above)))
	}
	for i := range row {
		row[i] += above[i]
	}
}

func average(row, above []byte, bpp int) {
	above = above[:len(row)]
	var a uint32
	switch bpp {
	case 3:
		for ; len(row) >= 3 && len(above) >= 3; row, above = row[3:], above[3:] {
			a = add4(load3(row), half4(a, load3(above)))
			store3(row, a)
		}
	case 4:
		for ; len(row) >= 4 && len(above) >= 4; row, above = row[4:], above[4:] {
			a = add4(binary.LittleEndian.Uint32(row), half4(a, binary.LittleEndian.Uint32(above)))
			binary.LittleEndian.PutUint32(row, a)
		}
	default:
		for i := range row {
			left := 0
			if i >= bpp {
				left = int(row[i-bpp])
			}
			row[i] += byte((left + int(above[i])) / 2)
		}
	}
}

func paeth(row, above []byte, bpp int) {
	above = above[:len(row)]
	switch bpp {
	case 3:
		paeth3(row, above)
	case 4:
		paeth4(row, above)
	default:
		for i := range row {
			var a, c int
			if i >= bpp {
				a, c = int(row[i-bpp]), int(above[i-bpp])
			}
			row[i] = byte(predicted(a, int(above[i]), c, int(row[i])))
		}
	}
}

func paeth3(row, above []byte) {
	var a0, a1, a2, c0, c1, c2 int
	for ; len(row) >= 3 && len(above) >= 3; row, above = row[3:], above[3:] {
		b0, b1, b2 := int(above[0]), int(above[1]), int(above[2])
		a0 = predicted(a0, b0, c0, int(row[0]))
		a1 = predicted(a1, b1, c1, int(row[1]))
		a2 = predicted(a2, b2, c2, int(row[2]))
		row[0], row[1], row[2] = byte(a0), byte(a1), byte(a2)
		c0, c1, c2 = b0, b1, b2
	}
}

func paeth4(row, above []byte) {
	var a0, a1, a2, a3, c0, c1, c2, c3 int
	for ; len(row) >= 4 && len(above) >= 4; row, above = row[4:], above[4:] {
		b0, b1, b2, b3 := int(above[0]), int(above[1]), int(above[2]), int(above[3])
		a0 = predicted(a0, b0, c0, int(row[0]))
		a1 = predicted(a1, b1, c1, int(row[1]))
		a2 = predicted(a2, b2, c2, int(row[2]))
		a3 = predicted(a3, b3, c3, int(row[3]))
		row[0], row[1], row[2], row[3] = byte(a0), byte(a1), byte(a2), byte(a3)
		c0, c1, c2, c3 = b0, b1, b2, b3
	}
}

// predicted is x more than that of a (left), b (above) and c (between) which is
// nearest to a + b - c, the first of those that are as near.
func predicted(a, b, c, x int) int {
	pa, pb := b-c, a-c
	pc := distance(pa + pb)
	pa, pb = distance(pa), distance(pb)
	if pb <= pc {
		c, pc = b, pb
	}
	if pa <= pc {
		c = a
	}
	return (c + x) & 255
}

func distance(v int) int {
	sign := v >> 63
	return (v ^ sign) - sign
}
