// Package lanczos resizes a picture while its rows come, by the filter that
// github.com/disintegration/imaging calls Lanczos, with its weights and its
// rounding between the two passes. It stands beside imaging for what that is not
// made for: planes of one colour, which need no turning to RGB and back, and
// pictures of which only some rows are at hand. It works in whole numbers, eight
// of them at once where the processor can (AVX2; the result is the same to the
// bit), and on opaque samples of 8 bits only.
package lanczos

import "math"

// An Axis is one direction of a picture: From samples that show Extent samples'
// breadth become To. An Extent of 0 is From; one that is less says that the last
// sample lies partly behind the edge, as the colours of a JPEG do whose width is odd.
type Axis struct {
	From, To int // at least 1
	Extent   float64
}

// One is a weight of one. Sums of samples stay within 32 bits for weights that
// add up to less than 2 without their signs.
const One = 1 << weightBits

const weightBits = 22

// Taps are the samples that one new sample is made of.
type Taps struct {
	First   int
	Weights []int32 // sum up to One
}

// End is the sample after the last of them.
func (t Taps) End() int { return t.First + len(t.Weights) }

// Taps works out the weights of all new samples: Lanczos's kernel of three
// lobes, as broad as the picture is made smaller, cut off at the edges.
func (a Axis) Taps() []Taps {
	extent := a.Extent
	if extent == 0 {
		extent = float64(a.From)
	}
	step := extent / float64(a.To)
	broad := max(1, step)
	reach := math.Ceil(3 * broad)
	all := make([]Taps, a.To)
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
		all[i] = Taps{first, whole(w, sum)}
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
func whole(w []float64, sum float64) []int32 {
	all := make([]int32, len(w))
	var exact float64
	var given int32
	for i, v := range w {
		exact += v / sum * One
		all[i] = int32(math.Round(exact)) - given
		given += all[i]
	}
	return all
}

// level rounds a sum of weighed samples, and clips it.
func level(sum int32) byte { return byte(min(max((sum+One/2)>>weightBits, 0), 255)) }
