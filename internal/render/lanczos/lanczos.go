// Package lanczos resizes a picture while its rows come, by the filter that
// github.com/disintegration/imaging calls Lanczos, with its weights and its
// rounding between the two passes. It stands beside imaging for what that is not
// made for: planes of one colour, which need no turning to RGB and back, and
// pictures of which only some rows are at hand. It works in whole numbers, and
// on opaque samples of 8 bits only.
package lanczos

import "math"

// An Axis is one direction of a picture: From samples that show Extent samples'
// breadth become To. An Extent of 0 is From; one that is less says that the last
// sample lies partly behind the edge, as the colours of a JPEG do whose width is odd.
type Axis struct {
	From, To int // at least 1
	Extent   float64
}

// A Resizer makes one picture.
//
// Two samples are worked on at a time, in the halves of an int64: in the first
// pass those of two rows, in the second those of two columns. A half that comes
// out negative borrows one from the other; halves gives it back.
type Resizer struct {
	across, down []taps
	channels     int
	width        int       // samples in a row of the new picture
	seen         int       // rows that have come
	made         int       // rows that are done
	odd          []byte    // the latest row, if the one that goes with it has not come yet
	pair         []int64   // two rows that have come
	ring         [][]int64 // the latest rows, narrowed: a sample, and the one half a row on
	sum          []int64
	pix          []byte
}

// weightBits is the fraction of a weight.
const weightBits = 15

// taps are the samples that one new sample is made of.
type taps struct {
	first   int
	weights []int64 // sum up to 1 << weightBits
}

// New returns a Resizer for pixels of so many channels.
func New(across, down Axis, channels int) *Resizer {
	r := &Resizer{across: across.taps(), down: down.taps(), channels: channels, width: across.To * channels}
	high := 0
	for _, t := range r.down {
		high = max(high, len(t.weights))
	}
	r.odd = make([]byte, 0, across.From*channels)
	r.pair = make([]int64, across.From*channels)
	r.ring = make([][]int64, high+1) // one more: rows come in pairs
	for i := range r.ring {
		r.ring[i] = make([]int64, r.half())
	}
	r.sum = make([]int64, r.half())
	r.pix = make([]byte, r.width*down.To)
	return r
}

func (r *Resizer) half() int { return (r.width + 1) / 2 }

// taps works out the weights of all new samples: Lanczos's kernel of three
// lobes, as broad as the picture is made smaller, cut off at the edges.
func (a Axis) taps() []taps {
	extent := a.Extent
	if extent == 0 {
		extent = float64(a.From)
	}
	step := extent / float64(a.To)
	broad := max(1, step)
	reach := math.Ceil(3 * broad)
	all := make([]taps, a.To)
	for i := range all {
		centre := (float64(i)+0.5)*step - 0.5
		first := min(max(int(math.Ceil(centre-reach)), 0), a.From-1)
		last := max(min(int(math.Floor(centre+reach)), a.From-1), first)
		w := make([]float64, last-first+1)
		sum := 0.0
		for k := range w {
			w[k] = kernel((float64(first+k) - centre) / broad)
			sum += w[k]
		}
		if sum == 0 { // all that is near lies behind the edge
			w[0], sum = 1, 1
		}
		all[i] = taps{first, whole(w, sum)}
	}
	return all
}

// kernel is sinc(x)·sinc(x/3) within three.
func kernel(x float64) float64 {
	x = math.Abs(x)
	if x >= 3 {
		return 0
	}
	return sinc(x) * sinc(x/3)
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// whole rounds weights so that what the rounding takes from one it gives to the
// next, and their sum is one.
func whole(w []float64, sum float64) []int64 {
	all := make([]int64, len(w))
	var exact float64
	var given int64
	for i, v := range w {
		exact += v / sum * (1 << weightBits)
		all[i] = int64(math.Round(exact)) - given
		given += all[i]
	}
	return all
}

// Row takes the next row of the picture, From × channels samples of it, of which
// it keeps none. Rows after the last are passed over.
func (r *Resizer) Row(samples []byte) {
	samples = samples[:len(r.pair)]
	last := r.seen+1 == r.rows()
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
	for r.made < len(r.down) && r.down[r.made].end() <= r.seen {
		r.blend(r.pix[r.made*r.width:][:r.width], r.down[r.made])
		r.made++
	}
}

// rows is how many rows the new picture is made of.
func (r *Resizer) rows() int { return r.down[len(r.down)-1].end() }

func (t taps) end() int { return t.first + len(t.weights) }

// Pix returns the samples of the new picture, row after row. Rows for which too
// little has come are black.
func (r *Resizer) Pix() []byte { return r.pix }

// narrow makes two rows as wide as the new picture, and puts them into the ring.
// They are the row before seen, and seen; at the end, twice the last.
func (r *Resizer) narrow(one, two []byte) {
	first := r.seen &^ 1
	pair := r.pair[:len(one)]
	for i, v := range one {
		pair[i] = int64(v) | int64(two[i])<<32
	}
	a, b := r.ring[first%len(r.ring)], r.ring[(first+1)%len(r.ring)]
	half, n := len(a), r.channels
	for i := range r.across {
		t := &r.across[i]
		for c := range n {
			var v, w byte
			if n == 1 {
				v, w = halves(along(pair[t.first:], t.weights))
			} else {
				v, w = halves(apart(pair[t.first*n+c:], t.weights, n))
			}
			if x := i*n + c; x < half {
				a[x], b[x] = int64(v), int64(w)
			} else {
				a[x-half] |= int64(v) << 32
				b[x-half] |= int64(w) << 32
			}
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

// halves rounds two sums of weighted samples, and clips them.
func halves(s int64) (low, high byte) {
	const round = 1 << (weightBits - 1)
	s += round | round<<32
	l := int32(s)
	return level(l), level(int32((s - int64(l)) >> 32))
}

func level(s int32) byte { return byte(min(max(s>>weightBits, 0), 255)) }

// blend makes one row of the new picture.
func (r *Resizer) blend(dst []byte, t taps) {
	sum := r.sum
	clear(sum)
	row := func(k int) []int64 { return r.ring[(t.first+k)%len(r.ring)][:len(sum)] }
	k := 0
	for ; k+4 <= len(t.weights); k += 4 {
		a, b, c, d := row(k), row(k+1), row(k+2), row(k+3)
		wa, wb, wc, wd := t.weights[k], t.weights[k+1], t.weights[k+2], t.weights[k+3]
		for i := range sum {
			sum[i] += wa*a[i] + wb*b[i] + wc*c[i] + wd*d[i]
		}
	}
	for ; k < len(t.weights); k++ {
		a, w := row(k), t.weights[k]
		for i := range sum {
			sum[i] += w * a[i]
		}
	}
	left, right := dst[:len(sum)], dst[len(sum):]
	for i, s := range sum {
		low, high := halves(s)
		left[i] = low
		if i < len(right) {
			right[i] = high
		}
	}
}
