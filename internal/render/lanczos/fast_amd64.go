package lanczos

import "golang.org/x/sys/cpu"

// The fast ways make the same samples as the plain ones, to the bit: eight sums
// of 32 bits at once, with AVX2 (processors since 2013).

// fast is Row, if this processor can; it needs room for a fourth byte behind
// pixels of three.
func (a *Across) fast(to []byte, step int) bool {
	room := cap(to)-len(to) >= a.channels+1-step || step > a.channels
	switch {
	case !cpu.X86.HasAVX2:
		return false
	case a.channels == 1 && step == 1:
		across1(&to[0], &a.row[0], &a.first[0], &a.weights[0], a.to, a.stride)
		return true
	case a.channels == 3 && room:
		across3(&to[0], &a.row[0], &a.first[0], &a.weights[0], a.to, a.stride, step)
		return true
	}
	return false
}

// fastMix makes as many samples of Mix as it can, from the first, and returns
// how many.
func fastMix(to []byte, rows [][]byte, weights []int32) int {
	n := len(to) &^ 15
	if !cpu.X86.HasAVX2 || n == 0 || len(weights) == 0 {
		return 0
	}
	mix16(&to[0], &rows[0], &weights[0], len(weights), n)
	return n
}

// across1 makes n samples. Each is made of stride ones, a multiple of 8, which
// begin at its first in src; weights of 0 may stand for bytes behind the row.
//
//go:noescape
func across1(to, src *byte, first, weights *int32, n, stride int)

// across3 makes n pixels of three samples, each step bytes after the one before,
// and writes 255 behind each; stride is a multiple of 2. It reads 2 bytes more
// than stride pixels from the last first.
//
//go:noescape
func across3(to, src *byte, first, weights *int32, n, stride, step int)

// mix16 makes n samples, a multiple of 16, of as many rows as taps.
//
//go:noescape
func mix16(to *byte, rows *[]byte, weights *int32, taps, n int)
