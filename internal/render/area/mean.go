package area

import "sync"

// A Mean averages rows as they come, from the top. It keeps the new picture and
// the sums of one of its rows.
type Mean struct {
	grid
	// Each takes the new rows as they are made, if it is not nil; they are good
	// until it returns, and not kept.
	Each func(row []byte)
	y    int // the next row
	out  int // the new row that it is added to first
	pix  []byte
}

// New returns a Mean of pictures of w × h pixels of so many channels, that makes
// them toW × toH. If that is the same, rows are only copied.
func New(w, h, toW, toH, channels int) *Mean {
	return &Mean{grid: newGrid(w, h, toW, toH, channels)}
}

// Row adds the next row: w × channels samples. Those beyond the last are passed over.
func (m *Mean) Row(samples []byte) {
	if m.pix == nil {
		m.pix = make([]byte, m.toW*m.step()*m.kept())
	}
	switch {
	case m.out >= m.toH:
	case m.same():
		m.copyRow(m.row(), samples, 1)
		m.y++
		m.done()
	default:
		m.cover(samples, m.down[m.out])
	}
}

// cover adds a row to the new row that covers it, and goes to the next when
// this one ended that.
func (m *Mean) cover(row []byte, s span) {
	weight := s.weight(m.y)
	if weight < 256 || !m.gather(row, s) {
		m.flush()
		m.addUp(row, m.across)
		m.add(weight)
	}
	if m.y++; m.y < s.end || m.y == s.end && s.after > 0 {
		return
	}
	m.flush()
	m.finish(m.row(), m.sum, s.size(), nil)
	m.done()
	clear(m.sum)
	if s.after > 0 {
		m.add(256 - uint64(s.after)) // the line is still that of this row
	}
}

// flush adds the rows that were put aside.
func (m *Mean) flush() {
	if m.gathered(m.across) {
		m.add(256)
	}
}

func (m *Mean) add(weight uint64) {
	for i, v := range m.line {
		m.sum[i] += v * weight
	}
}

// kept is how many new rows are kept.
func (m *Mean) kept() int {
	if m.Each != nil {
		return 1
	}
	return m.toH
}

// row is the new row that is next to be finished.
func (m *Mean) row() []byte {
	n := m.toW * m.step()
	return m.pix[m.out%m.kept()*n:][:n]
}

// done goes on to the next new row.
func (m *Mean) done() {
	if m.Each != nil {
		m.Each(m.row())
	}
	m.out++
}

// Pix returns the new picture, row by row without gaps. What no row has come
// for is zero. There is none if Each takes the rows.
func (m *Mean) Pix() []byte {
	if m.pix == nil {
		m.pix = make([]byte, m.toW*m.step()*m.kept())
	}
	return m.pix
}

// Plane averages a picture that is all there, its rows stride bytes apart, by
// two workers.
func Plane(pix []byte, stride, w, h, toW, toH, channels int) []byte {
	dst := make([]byte, toW*toH*channels)
	var wg sync.WaitGroup
	for _, part := range [][2]int{{0, toH / 2}, {toH / 2, toH}} {
		wg.Go(func() {
			m := New(w, h, toW, toH, channels)
			m.pix, m.out = dst, part[0]
			m.y = m.down[m.out].first
			if m.down[m.out].before > 0 {
				m.y--
			}
			for m.out < part[1] {
				m.Row(pix[m.y*stride:][:w*channels])
			}
		})
	}
	wg.Wait()
	return dst
}
