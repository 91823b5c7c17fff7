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

// weightBits is the fraction of a weight. Sums stay within 32 bits for weights
// that add up to less than 2 without their signs.
const weightBits = 22

// taps are the samples that one new sample is made of.
type taps struct {
	first   int
	weights []int64 // sum up to 1 << weightBits
}

func (t taps) end() int { return t.first + len(t.weights) }

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

// halves rounds two sums of weighted samples that are in the halves of an int64,
// and clips them. If the lower one is negative it has borrowed from the other.
func halves(s int64) (low, high byte) {
	const round = 1 << (weightBits - 1)
	s += round | round<<32
	l := int32(s)
	return level(l), level(int32((s - int64(l)) >> 32))
}

func level(s int32) byte { return byte(min(max(s>>weightBits, 0), 255)) }
