package area

import (
	"encoding/binary"
	"math"
)

// A Scatter averages pixels that come in any order. It keeps a sum for every
// new sample: of 4 bytes where that is enough, of 8 where it is not.
type Scatter struct {
	grid
	buf   []byte // the sums, and in the end the new picture in their place
	width int    // of a sum, bytes; 0 while nothing was added
	done  bool

	x0, dx, n int // of the last run,
	first     int // its first new pixel
	run       []span
	aside     int // the new row that rows were put aside for
}

// NewScatter returns a Scatter of pictures of w × h pixels of so many channels,
// that makes them toW × toH. If that is the same, pixels are only put in their places.
func NewScatter(w, h, toW, toH, channels int) *Scatter {
	return &Scatter{grid: newGrid(w, h, toW, toH, channels)}
}

// open makes room for the sums.
func (s *Scatter) open() {
	if s.width > 0 {
		return
	}
	s.width = s.sumBytes()
	each := s.channels * s.width
	if s.same() {
		each = s.step()
	}
	s.buf = make([]byte, s.toW*s.toH*each)
}

// sumBytes is how wide the sums have to be.
func (s *Scatter) sumBytes() int {
	most := uint64(255)
	if s.Alpha {
		most *= 255
	}
	wide, high := uint64(s.w*256/s.toW+1), uint64(s.h*256/s.toH+1)
	if most*wide <= math.MaxUint32/high {
		return 4
	}
	return 8
}

// Add adds pixels of row y: those in columns x0, x0+dx, x0+2dx and so on, as
// many as there are samples for. None may be added twice, or lie outside.
func (s *Scatter) Add(y, x0, dx int, samples []byte) {
	s.open()
	n := len(samples) / s.channels
	if n == 0 {
		return
	}
	if s.same() {
		s.copyRow(s.buf[(y*s.w+x0)*s.step():], samples, dx)
		return
	}
	out := y * s.toH / s.h
	if x0 != s.x0 || dx != s.dx || n != s.n || out != s.aside {
		s.flush()
	}
	if x0 != s.x0 || dx != s.dx || n != s.n {
		s.lay(x0, dx, n)
	}
	d := s.down[out]
	if d.weight(y) == 256 && s.gather(samples, d) {
		s.aside = out
		return
	}
	s.flush()
	s.addUp(samples, s.run)
	for ; out < s.toH && s.down[out].first <= y+1; out++ {
		s.add(out, s.down[out].weight(y))
	}
}

// flush adds the rows that were put aside.
func (s *Scatter) flush() {
	if s.gathered(s.run) {
		s.add(s.aside, 256)
	}
}

// lay finds out which pixels of a run each new one covers.
func (s *Scatter) lay(x0, dx, n int) {
	s.x0, s.dx, s.n = x0, dx, n
	s.first = x0 * s.toW / s.w
	s.run = s.run[:0]
	for _, c := range s.across[s.first:] {
		if c.first-1 > x0+(n-1)*dx {
			return
		}
		from, to := after(c.first, x0, dx, n), after(c.end, x0, dx, n)
		r := span{first: from, end: to}
		if from > 0 && x0+(from-1)*dx == c.first-1 {
			r.before = c.before
		}
		if to < n && x0+to*dx == c.end {
			r.after = c.after
		}
		s.run = append(s.run, r)
	}
}

// after is the first of the n pixels of a run that does not lie before x.
func after(x, x0, dx, n int) int {
	if x <= x0 {
		return 0
	}
	return min((x-x0+dx-1)/dx, n)
}

// add adds the line, which begins at the first new pixel, to a new row.
func (s *Scatter) add(out int, weight uint64) {
	line := s.line[:len(s.run)*s.channels]
	at := (out*s.toW + s.first) * s.channels * s.width
	b := s.buf[at:][:len(line)*s.width]
	if s.width == 4 {
		for _, v := range line {
			binary.NativeEndian.PutUint32(b, binary.NativeEndian.Uint32(b)+uint32(v*weight))
			b = b[4:]
		}
		return
	}
	for _, v := range line {
		binary.NativeEndian.PutUint64(b, binary.NativeEndian.Uint64(b)+v*weight)
		b = b[8:]
	}
}

// sums reads the sums of one new row.
func (s *Scatter) sums(out int) []uint64 {
	b := s.buf[out*len(s.sum)*s.width:]
	for i := range s.sum {
		if s.width == 4 {
			s.sum[i] = uint64(binary.NativeEndian.Uint32(b[4*i:]))
		} else {
			s.sum[i] = binary.NativeEndian.Uint64(b[8*i:])
		}
	}
	return s.sum
}

// Pix returns the new picture, row by row without gaps, and ends the adding.
// Pixels that were not added count as zero.
func (s *Scatter) Pix() []byte { return s.Of(nil) }

// Of returns the picture as Pix does, but each new pixel is the mean of what
// was added to it, and grey if that was nothing. What was added is told by
// seen: a Scatter of one channel to which all the same pixels were added, as 1.
func (s *Scatter) Of(seen *Scatter) []byte {
	s.open()
	n := s.toW * s.step()
	if s.done {
		return s.buf[:n*s.toH]
	}
	s.done = true
	s.flush()
	if seen != nil {
		seen.open()
		seen.flush()
	}
	row := make([]byte, n)
	for y, d := range s.down {
		var weights []uint64
		if seen != nil {
			weights = seen.weights(y)
		}
		if s.same() {
			s.blank(y, weights)
			continue
		}
		s.finish(row, s.sums(y), d.size(), weights)
		copy(s.buf[y*n:], row) // a picture takes no more room than its sums
	}
	return s.buf[:n*s.toH]
}

// weights reads the sums of one new row, also where they are pixels.
func (s *Scatter) weights(y int) []uint64 {
	if !s.same() {
		return s.sums(y)
	}
	for i, v := range s.buf[y*s.w*s.step():][:s.w] {
		s.sum[i] = uint64(v)
	}
	return s.sum
}

// blank makes the pixels of a row grey that were not put there.
func (s *Scatter) blank(y int, seen []uint64) {
	step := s.step()
	for x, v := range seen {
		if v == 0 {
			s.unknown(s.buf[(y*s.w+x)*step:][:step])
		}
	}
}
