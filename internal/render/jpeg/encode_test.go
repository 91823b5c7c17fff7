package jpeg

import (
	"math"
	"testing"
)

// A drawing says how a test picture is stored.
type drawing struct {
	w, h     int
	sampling [][2]int // of each component
	restart  int
	apart    bool // each component in a scan of its own
	bands    bool // progressive: DC, then AC in two bands
	adobe    int  // transform of the Adobe marker, -1 for none
	ids      string
}

// value is the sample of a component at a point of the picture: slopes, waves
// and grain, far from black and white, where means of clipped pixels differ.
func value(c, i, j int, x, y float64) float64 {
	n := uint32(c*7919+i*104729+j*1299709) * 2654435761
	n ^= n >> 15
	n *= 2246822519
	grain := float64(n>>16%25) - 12
	return 110 + 20*float64(c) + 30*math.Sin(x/11+float64(c)) + 25*math.Cos(y/7) + 14*math.Sin(x*y/90) + grain/2
}

// encoded writes d as a JPEG. It is written from T.81 for these tests: tables of
// one kind, whose codes are 4, or 8 and 9 bits long.
func (d drawing) encoded(t testing.TB) []byte {
	t.Helper()
	b := []byte{0xff, 0xd8}
	if d.adobe >= 0 {
		b = marker(b, 0xee, append([]byte("Adobe\x00\x64\x00\x00\x00\x00"), byte(d.adobe)))
	}
	b = marker(b, 0xdb, append([]byte{0}, quantised()...))
	frame := []byte{8, byte(d.h >> 8), byte(d.h), byte(d.w >> 8), byte(d.w), byte(len(d.sampling))}
	if d.ids == "" {
		d.ids = "\x01\x02\x03\x04"
	}
	var all []int
	for c, s := range d.sampling {
		frame = append(frame, d.ids[c], byte(s[0]<<4|s[1]), 0)
		all = append(all, c)
	}
	b = marker(b, map[bool]byte{false: 0xc0, true: 0xc2}[d.bands], frame)
	dc := append([]byte{0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
	ac := []byte{0, 0, 0, 0, 0, 0, 0, 128, 128, 0, 0, 0, 0, 0, 0, 0}
	for s := range 256 {
		ac = append(ac, byte(s))
	}
	b = marker(marker(b, 0xc4, append([]byte{0}, dc...)), 0xc4, append([]byte{0x10}, ac...))
	if d.restart > 0 {
		b = marker(b, 0xdd, []byte{byte(d.restart >> 8), byte(d.restart)})
	}
	scans := [][]int{all}
	if d.apart {
		scans = nil
		for c := range d.sampling {
			scans = append(scans, []int{c})
		}
	}
	last := 63
	if d.bands {
		last = 0
	}
	for _, s := range scans {
		b = d.scan(b, s, 0, last)
	}
	for c := range d.sampling {
		if d.bands {
			b = d.scan(d.scan(b, []int{c}, 1, 9), []int{c}, 10, 63)
		}
	}
	return append(b, 0xff, 0xd9)
}

func marker(b []byte, m byte, body []byte) []byte {
	n := len(body) + 2
	return append(append(b, 0xff, m, byte(n>>8), byte(n)), body...)
}

func quantised() []byte {
	q := make([]byte, 64)
	for k := range q {
		q[k] = byte(2 + k/8)
	}
	return q
}

func (d drawing) most() (h, v int) {
	for _, s := range d.sampling {
		h, v = max(h, s[0]), max(v, s[1])
	}
	return h, v
}

// scan writes coefficients first to last of some components.
func (d drawing) scan(b []byte, parts []int, first, last int) []byte {
	head := []byte{byte(len(parts))}
	for _, c := range parts {
		head = append(head, d.ids[c], 0)
	}
	b = marker(b, 0xda, append(head, byte(first), byte(last), 0))
	mh, mv := d.most()
	across, down := ceil(d.w, 8*mh), ceil(d.h, 8*mv)
	alone := len(parts) == 1
	if alone {
		s := d.sampling[parts[0]]
		across, down = ceil(ceil(d.w*s[0], mh), 8), ceil(ceil(d.h*s[1], mv), 8)
		if len(d.sampling) == 1 {
			across, down = ceil(d.w, 8), ceil(d.h, 8)
		}
	}
	var w bitWriter
	before := map[int]int{}
	for g := range across * down {
		if d.restart > 0 && g > 0 && g%d.restart == 0 {
			b = append(append(b, w.bytes()...), 0xff, 0xd0+byte(g/d.restart-1)&7)
			w, before = bitWriter{}, map[int]int{}
		}
		for _, c := range parts {
			s := d.sampling[c]
			if alone {
				s = [2]int{1, 1}
			}
			for v := range s[1] {
				for h := range s[0] {
					d.block(&w, before, c, g%across*s[0]+h, g/across*s[1]+v, first, last)
				}
			}
		}
	}
	return append(b, w.bytes()...)
}

// block writes one block by the definition of the DCT.
func (d drawing) block(w *bitWriter, before map[int]int, c, bx, by, first, last int) {
	mh, mv := d.most()
	s := d.sampling[c]
	if len(d.sampling) == 1 {
		mh, mv, s = 1, 1, [2]int{1, 1}
	}
	var px [8][8]float64
	for y := range 8 {
		for x := range 8 {
			i := min(bx*8+x, ceil(d.w*s[0], mh)-1)
			j := min(by*8+y, ceil(d.h*s[1], mv)-1)
			px[y][x] = value(c, i, j, float64(i*mh)/float64(s[0]), float64(j*mv)/float64(s[1])) - 128
			if d.adobe == 2 {
				px[y][x] *= 0.35 // stays within what can be told in red, green and blue
			}
		}
	}
	px = transformed(&px)
	q := quantised()
	zeros := 0
	for k := first; k <= last; k++ {
		u, v := zigzag(k)
		level := int(math.Round(px[v][u] / float64(q[k])))
		switch {
		case k == 0:
			w.coefficient(level-before[c], 0, 4)
			before[c] = level
		case level == 0:
			zeros++
		default:
			for ; zeros > 15; zeros -= 16 {
				w.ac(0xf0)
			}
			w.coefficient(level, zeros, 8)
			zeros = 0
		}
	}
	if last > 0 && zeros > 0 {
		w.ac(0)
	}
}

// transformed is the DCT by its definition, rows first.
func transformed(px *[8][8]float64) (out [8][8]float64) {
	var basis, rows [8][8]float64
	for u := range 8 {
		for x := range 8 {
			if basis[u][x] = math.Cos(float64((2*x+1)*u)*math.Pi/16) / 2; u == 0 {
				basis[u][x] = math.Sqrt(0.125)
			}
		}
	}
	for y := range 8 {
		for u := range 8 {
			for x := range 8 {
				rows[y][u] += px[y][x] * basis[u][x]
			}
		}
	}
	for v := range 8 {
		for u := range 8 {
			for y := range 8 {
				out[v][u] += rows[y][u] * basis[v][y]
			}
		}
	}
	return out
}

type bitWriter struct {
	out  []byte
	acc  uint32
	have int
}

func (w *bitWriter) put(v uint32, n int) {
	w.acc, w.have = w.acc<<n|v&(1<<n-1), w.have+n
	for w.have >= 8 {
		w.have -= 8
		c := byte(w.acc >> w.have)
		if w.out = append(w.out, c); c == 0xff {
			w.out = append(w.out, 0)
		}
	}
}

// ac writes the code of a symbol: the first 128 have 8 bits, the others 9.
func (w *bitWriter) ac(symbol int) {
	if symbol < 128 {
		w.put(uint32(symbol), 8)
		return
	}
	w.put(uint32(256+symbol-128), 9)
}

// coefficient writes a number of so many bits, after the code of its length.
func (w *bitWriter) coefficient(v, zeros, codes int) {
	size := 0
	for a := max(v, -v); a > 0; a >>= 1 {
		size++
	}
	if codes == 4 {
		w.put(uint32(size), 4)
	} else {
		w.ac(zeros<<4 | size)
	}
	if v < 0 {
		v += 1<<size - 1
	}
	w.put(uint32(v), size)
}

func (w *bitWriter) bytes() []byte {
	if w.have > 0 {
		w.put(0xff, 8-w.have)
	}
	return w.out
}
