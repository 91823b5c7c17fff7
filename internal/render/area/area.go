// Package area makes a picture smaller while it is read: each new pixel is the
// mean of the area that it covers, parts of pixels included to a 256th, so
// nothing moves. Mean takes rows from the top, Scatter takes them in any order;
// both come to the same.
//
// Sides are 1 to 65,500 pixels, and the new ones no longer than the old. Samples
// are of 8 bits. At that size no sum overflows.
package area

// Options say more about the samples. They are set before the first is added.
type Options struct {
	// Alpha says that the last channel is how much of a pixel is there. The
	// others are straight, and count for as much as that.
	Alpha bool
	// Step is how many bytes each new pixel takes, when that is more than it has
	// channels, and at most 4 × as many. Those behind the channels are 255.
	Step int
}

// A grid says how a picture lies under a smaller one.
type grid struct {
	Options
	w, h, toW, toH int
	channels       int
	across, down   []span
	line           []uint64 // of one row, what each new pixel covers of it, × 256
	sum            []uint64 // of one new row
	rows           columns
}

func newGrid(w, h, toW, toH, channels int) grid {
	return grid{
		w: w, h: h, toW: toW, toH: toH, channels: channels,
		across: spans(w, toW), down: spans(h, toH),
		line: make([]uint64, toW*channels), sum: make([]uint64, toW*channels),
	}
}

// addUp sets the line to what each of spans covers of a row, × 256.
func (g *grid) addUp(row []byte, across []span) {
	if g.Alpha {
		addUpAlpha(g.line, row, across, g.channels)
	} else {
		addUp(g.line, row, across, g.channels)
	}
}

// gather puts a row aside that lies wholly within the new one which s covers,
// to be added together with others. It reports false if that is of no use.
func (g *grid) gather(row []byte, s span) bool {
	if g.Alpha || s.end-s.first < 2 {
		return false
	}
	g.rows.add(row)
	return true
}

// gathered sets the line to what each of spans covers of the rows put aside. It
// reports false if there are none.
func (g *grid) gathered(across []span) bool {
	if !g.rows.any {
		return false
	}
	addUp(g.line, g.rows.take(), across, g.channels)
	g.rows.forget()
	return true
}

// same tells that the new picture is as large as the old.
func (g *grid) same() bool { return g.w == g.toW && g.h == g.toH }

func (g *grid) step() int { return max(g.Step, g.channels) }

// A span is the part of a line that one new pixel covers: whole samples from
// first to end, and 256ths of the ones before and after.
type span struct {
	first, end    int
	before, after uint32
}

// spans divides n samples among m new ones, m ≤ n.
func spans(n, m int) []span {
	s := make([]span, m)
	for i := range s {
		from, to := (i*n*256+m/2)/m, ((i+1)*n*256+m/2)/m
		s[i] = span{first: (from + 255) / 256, end: to / 256, before: uint32(-from & 255), after: uint32(to & 255)}
	}
	return s
}

// size is how much a new sample covers, in 256ths.
func (s span) size() uint64 {
	return uint64(s.before) + uint64(s.after) + 256*uint64(s.end-s.first)
}

// weight is how much of sample y the span covers.
func (s span) weight(y int) uint64 {
	switch {
	case y >= s.first && y < s.end:
		return 256
	case y == s.first-1:
		return uint64(s.before)
	case y == s.end:
		return uint64(s.after)
	}
	return 0
}

// finish writes one new row: sum over what it covers, which is high × 65,536ths
// of a pixel down. Where seen is given, that is the sum of all weights instead.
func (g *grid) finish(dst []byte, sum []uint64, high uint64, seen []uint64) {
	step := g.step()
	for i, s := range g.across {
		area := high * s.size()
		if seen != nil {
			area = seen[i]
		}
		px := dst[i*step:][:step]
		if area == 0 {
			g.unknown(px)
			continue
		}
		g.mean(px, sum[i*g.channels:][:g.channels], area)
		for k := g.channels; k < step; k++ {
			px[k] = 255
		}
	}
}

// unknown makes a pixel of which nothing was seen grey.
func (g *grid) unknown(px []byte) {
	colours := g.channels
	if g.Alpha {
		colours--
	}
	for k := range px {
		px[k] = 255
		if k < colours {
			px[k] = 128
		}
	}
}

// mean writes one new pixel.
func (g *grid) mean(px []byte, sum []uint64, area uint64) {
	each := 1 / float64(area)
	if g.Alpha {
		last := g.channels - 1
		all := sum[last]
		px[last] = byte(float64(all)*each + 0.5)
		if all == 0 {
			clear(px[:last])
			return
		}
		each, sum = 1/float64(all), sum[:last]
	}
	for c, v := range sum {
		px[c] = byte(float64(v)*each + 0.5)
	}
}

// copyRow writes the pixels of a row as they are, every step × by bytes.
func (g *grid) copyRow(dst, row []byte, by int) {
	step, n := g.step(), g.channels
	if step == n && by == 1 {
		copy(dst, row)
		return
	}
	for ; len(row) >= n; row = row[n:] {
		copy(dst[:n], row)
		for k := n; k < step; k++ {
			dst[k] = 255
		}
		dst = dst[min(step*by, len(dst)):]
	}
}
