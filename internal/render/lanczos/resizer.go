package lanczos

// A Resizer makes one picture. Rows are made as wide as it first, and then mixed.
type Resizer struct {
	across *Across
	down   []Taps
	width  int      // samples in a row of the new picture
	seen   int      // rows that have come
	made   int      // rows that are done
	ring   [][]byte // the latest rows, as wide as the new picture
	rows   [][]byte // those that a new row is made of, in order
	pix    []byte
}

// New returns a Resizer for pixels of so many channels.
func New(across, down Axis, channels int) *Resizer {
	r := &Resizer{across: NewAcross(across, channels), down: down.Taps(), width: across.To * channels}
	high := 0
	for _, t := range r.down {
		high = max(high, len(t.Weights))
	}
	r.ring = make([][]byte, high)
	for i := range r.ring {
		r.ring[i] = make([]byte, r.width, r.width+padding)
	}
	r.rows = make([][]byte, high)
	r.pix = make([]byte, r.width*down.To)
	return r
}

// Row takes the next row of the picture, From × channels samples of it, of which
// it keeps none. Rows after the last are passed over.
func (r *Resizer) Row(samples []byte) {
	if r.made == len(r.down) {
		return
	}
	r.across.Row(r.ring[r.seen%len(r.ring)], r.across.channels, samples)
	r.seen++
	for r.made < len(r.down) && r.down[r.made].End() <= r.seen {
		t := r.down[r.made]
		rows := r.rows[:len(t.Weights)]
		for k := range rows {
			rows[k] = r.ring[(t.First+k)%len(r.ring)]
		}
		Mix(r.pix[r.made*r.width:][:r.width], rows, t.Weights)
		r.made++
	}
}

// Pix returns the samples of the new picture, row after row. Rows for which too
// little has come are black.
func (r *Resizer) Pix() []byte { return r.pix }
