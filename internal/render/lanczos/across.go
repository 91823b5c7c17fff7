package lanczos

// An Across makes rows of another width. It works on two rows at a time, in the
// halves of an int64.
type Across struct {
	taps     []Taps
	channels int
	pair     []int64
}

// NewAcross returns an Across for pixels of so many channels.
func NewAcross(a Axis, channels int) *Across {
	return &Across{a.Taps(), channels, make([]int64, a.From*channels)}
}

// Rows makes the rows one and two as wide as toOne and toTwo, whose pixels take
// step bytes each: their samples, and where there is room behind them, 255.
func (a *Across) Rows(toOne, toTwo []byte, step int, one, two []byte) {
	one, two = one[:len(a.pair)], two[:len(a.pair)]
	for i, v := range one {
		a.pair[i] = int64(v) | int64(two[i])<<32
	}
	n := a.channels
	for i := range a.taps {
		t := &a.taps[i]
		x, y := toOne[i*step:][:step], toTwo[i*step:][:step]
		switch n {
		case 1:
			x[0], y[0] = Halves(along(a.pair[t.First:], t.Weights))
		case 3:
			r, g, b := three(a.pair[t.First*3:], t.Weights)
			x[0], y[0] = Halves(r)
			x[1], y[1] = Halves(g)
			x[2], y[2] = Halves(b)
		default:
			for c := range n {
				x[c], y[c] = Halves(apart(a.pair[t.First*n+c:], t.Weights, n))
			}
		}
		for c := n; c < step; c++ {
			x[c], y[c] = 255, 255
		}
	}
}

// along adds up weighted samples that stand side by side.
func along(px, weights []int64) (s int64) {
	px = px[:len(weights)]
	for k, w := range weights {
		s += w * px[k]
	}
	return s
}

// three adds up weighted samples of pixels of three.
func three(px, weights []int64) (r, g, b int64) {
	for _, w := range weights {
		if len(px) < 3 {
			break
		}
		r, g, b = r+w*px[0], g+w*px[1], b+w*px[2]
		px = px[3:]
	}
	return r, g, b
}

// apart adds up weighted samples every so many.
func apart(px, weights []int64, step int) (s int64) {
	px = px[:(len(weights)-1)*step+1]
	k := 0
	for _, w := range weights {
		s += w * px[k]
		k += step
	}
	return s
}
