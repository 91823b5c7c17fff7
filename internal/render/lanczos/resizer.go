package lanczos

// A Resizer makes one picture. Rows are made as wide as it first, two at a time,
// and then mixed, two columns at a time.
type Resizer struct {
	across   *Across
	down     []Taps
	width    int       // samples in a row of the new picture
	seen     int       // rows that have come
	made     int       // rows that are done
	odd      []byte    // the latest row, if the one that goes with it has not come yet
	one, two []byte    // rows as wide as the new picture
	ring     [][]int64 // the latest of those: a sample, and the one half a row on
	sum      []int64
	pix      []byte
}

// New returns a Resizer for pixels of so many channels.
func New(across, down Axis, channels int) *Resizer {
	r := &Resizer{across: NewAcross(across, channels), down: down.Taps(), width: across.To * channels}
	high := 0
	for _, t := range r.down {
		high = max(high, len(t.Weights))
	}
	r.odd = make([]byte, 0, across.From*channels)
	r.one, r.two = make([]byte, r.width), make([]byte, r.width)
	half := (r.width + 1) / 2
	r.ring = make([][]int64, high+1) // one more: rows come in pairs
	for i := range r.ring {
		r.ring[i] = make([]int64, half)
	}
	r.sum = make([]int64, half)
	r.pix = make([]byte, r.width*down.To)
	return r
}

// Row takes the next row of the picture, From × channels samples of it, of which
// it keeps none. Rows after the last are passed over.
func (r *Resizer) Row(samples []byte) {
	samples = samples[:cap(r.odd)]
	last := r.seen+1 == r.down[len(r.down)-1].End()
	switch {
	case r.made == len(r.down):
		return
	case len(r.odd) > 0:
		r.narrow(r.odd, samples)
		r.odd = r.odd[:0]
	case last:
		r.narrow(samples, samples)
	default:
		r.odd = append(r.odd, samples...)
		r.seen++
		return
	}
	r.seen++
	for r.made < len(r.down) && r.down[r.made].End() <= r.seen {
		r.blend(r.pix[r.made*r.width:][:r.width], r.down[r.made])
		r.made++
	}
}

// Pix returns the samples of the new picture, row after row. Rows for which too
// little has come are black.
func (r *Resizer) Pix() []byte { return r.pix }

// narrow puts two rows into the ring: the one before seen, and seen; at the end,
// twice the last.
func (r *Resizer) narrow(one, two []byte) {
	first, n := r.seen&^1, r.across.channels
	r.across.Rows(r.one, r.two, n, one, two)
	pack(r.ring[first%len(r.ring)], r.one)
	pack(r.ring[(first+1)%len(r.ring)], r.two)
}

func pack(to []int64, row []byte) {
	left, right := row[:len(to)], row[len(to):]
	for i, v := range left {
		to[i] = int64(v)
	}
	for i, v := range right {
		to[i] |= int64(v) << 32
	}
}

// blend makes one row of the new picture.
func (r *Resizer) blend(dst []byte, t Taps) {
	sum := r.sum
	clear(sum)
	row := func(k int) []int64 { return r.ring[(t.First+k)%len(r.ring)][:len(sum)] }
	k := 0
	for ; k+4 <= len(t.Weights); k += 4 {
		a, b, c, d := row(k), row(k+1), row(k+2), row(k+3)
		wa, wb, wc, wd := t.Weights[k], t.Weights[k+1], t.Weights[k+2], t.Weights[k+3]
		for i := range sum {
			sum[i] += wa*a[i] + wb*b[i] + wc*c[i] + wd*d[i]
		}
	}
	for ; k < len(t.Weights); k++ {
		a, w := row(k), t.Weights[k]
		for i := range sum {
			sum[i] += w * a[i]
		}
	}
	left, right := dst[:len(sum)], dst[len(sum):]
	for i, s := range sum {
		low, high := Halves(s)
		left[i] = low
		if i < len(right) {
			right[i] = high
		}
	}
}
