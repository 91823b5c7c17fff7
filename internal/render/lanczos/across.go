package lanczos

// An Across makes rows of another width. It is for one goroutine.
type Across struct {
	to, channels int
	first        []int32 // of each new pixel: the first sample it is made of
	weights      []int32 // of each new pixel: stride weights, those too many are 0
	stride       int
	row          []byte // the row, and room for what weights of 0 stand for
}

// group is how many weights a processor takes at once, of pixels of one sample
// and of others.
const group, groupOfMany = 8, 2

// NewAcross returns an Across for pixels of so many channels.
func NewAcross(a Axis, channels int) *Across {
	taps, of := a.Taps(), groupOfMany
	if channels == 1 {
		of = group
	}
	most := 0
	for _, t := range taps {
		most = max(most, len(t.Weights))
	}
	stride := (most + of - 1) / of * of
	r := &Across{to: a.To, channels: channels, first: make([]int32, a.To), weights: make([]int32, a.To*stride), stride: stride}
	for i, t := range taps {
		r.first[i] = int32(t.First * channels)
		copy(r.weights[i*stride:], t.Weights)
	}
	r.row = make([]byte, (a.From+stride)*channels+padding)
	return r
}

// padding is how many bytes past the end of a row the fast ways may touch.
const padding = 8

// Row makes from as wide as to, whose pixels take step bytes each, the channels
// or one more: their samples and, where there is room behind them, 255. What to
// has room for behind its last pixel may be written over.
func (a *Across) Row(to []byte, step int, from []byte) {
	if len(from) > len(a.row)-a.stride*a.channels-padding {
		from = from[:len(a.row)-a.stride*a.channels-padding]
	}
	copy(a.row, from)
	to = to[:a.to*step]
	if a.fast(to, step) {
		return
	}
	a.plain(to, step)
}

// plain is Row for every processor.
func (a *Across) plain(to []byte, step int) {
	n := a.channels
	for i, first := range a.first {
		weights, px := a.weights[i*a.stride:][:a.stride], a.row[first:]
		d := to[i*step:][:step]
		for c := range d {
			if c >= n {
				d[c] = 255
				continue
			}
			var sum int32
			for k, w := range weights {
				sum += w * int32(px[k*n+c])
			}
			d[c] = level(sum)
		}
	}
}
