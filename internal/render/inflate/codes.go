package inflate

import (
	"encoding/binary"
	"math/bits"
)

// Tables say for the next bits what their code stands for. An entry has, from
// its lowest bit on:
//
//	0–4    how many bits it takes, with those of the number that follows the code
//	5–8    how many of them are the code
//	9–23   the literal, or the least length or distance
//
// If it leads to a longer code, it has the bits of another table in 0–4 and
// where that begins from 9 on. What is special and nothing else stands for nothing.
const (
	codeBits = 11
	distBits = 8

	literal = 1 << 31
	special = 1 << 30
	longer  = 1 << 29
	end     = 1 << 28 // of the block

	codeEntries = 1<<codeBits + 2560 // more than 286 codes of up to 15 bits need
	distEntries = 1 << 12
)

// codeEntry is an entry of literals and lengths without its bits, but with those
// of the number that follows.
func codeEntry(symbol int) uint32 {
	k := symbol - 257
	switch {
	case k < -1:
		return literal | uint32(symbol)<<9
	case k == -1:
		return special | end
	case k < 8:
		return uint32(3+k) << 9
	case k < 28:
		more := k/4 - 1
		return uint32(3+(4+k%4)<<more)<<9 | uint32(more)
	case k == 28:
		return longest << 9
	}
	return special
}

// distEntry is the same of distances.
func distEntry(symbol int) uint32 {
	switch {
	case symbol < 4:
		return uint32(1+symbol) << 9
	case symbol < 30:
		more := symbol/2 - 1
		return uint32(1+(2+symbol%2)<<more)<<9 | uint32(more)
	}
	return special
}

// plainEntry is the same of lengths of codes.
func plainEntry(symbol int) uint32 { return uint32(symbol) << 9 }

// build makes a table, the first part of which is looked up with root bits. It
// reports false for lengths that no set of codes has: all bits must stand for
// something, except where there is one code of one bit, or none.
func build(table []uint32, root int, lengths []byte, entry func(symbol int) uint32) bool {
	var next [17]int // code of each length
	var counts [16]int
	for _, n := range lengths {
		counts[n]++
	}
	all := len(lengths) - counts[0]
	counts[0] = 0
	for n := 1; n < 16; n++ {
		next[n+1] = (next[n] + counts[n]) << 1
		if next[n]+counts[n] > 1<<n {
			return false
		}
	}
	if next[16] != 1<<16 && all > 0 && (all > 1 || counts[1] != 1) {
		return false
	}
	for i := range 1 << root {
		table[i] = special
	}
	t := tables{table, root, 1 << root}
	for n := root + 1; n < 16; n++ { // the longest tell how large the other tables are
		for k := range counts[n] {
			t.lead(reversed(next[n]+k, n), n)
		}
	}
	t.place()
	for symbol, n := range lengths {
		if n > 0 {
			t.enter(reversed(next[n], int(n)), int(n), entry(symbol))
			next[n]++
		}
	}
	return true
}

// reversed is a code of n bits, the first of them lowest.
func reversed(code, n int) int { return int(bits.Reverse16(uint16(code)) >> (16 - n)) }

// Tables are a first one and those that it leads to.
type tables struct {
	all  []uint32
	root int
	free int
}

// lead notes that a code of n bits needs another table.
func (t *tables) lead(code, n int) {
	t.all[code&(1<<t.root-1)] = special | longer | uint32(n-t.root)
}

// place finds room for the other tables.
func (t *tables) place() {
	for i, e := range t.all[:1<<t.root] {
		if e&longer != 0 {
			t.all[i] = e | uint32(t.free)<<9
			t.free += 1 << (e & 31)
		}
	}
}

// enter puts a code of n bits wherever it is looked up.
func (t *tables) enter(code, n int, e uint32) {
	at := t.all[:1<<t.root]
	if n > t.root {
		first := at[code&(1<<t.root-1)]
		at = t.all[first>>9&0x7fff:][:1<<(first&31)]
		code, n = code>>t.root, n-t.root
	}
	e += uint32(n) | uint32(n)<<5
	for i := code; i < len(at); i += 1 << n {
		at[i] = e
	}
}

// fixed begins a block of the codes that everyone knows.
func (r *Reader) fixed() {
	var lengths [288]byte
	for i := range lengths {
		switch {
		case i < 144:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		case i < 280:
			lengths[i] = 7
		default:
			lengths[i] = 8
		}
	}
	var far [32]byte
	for i := range far {
		far[i] = 5
	}
	r.inCodes = build(r.codes[:], codeBits, lengths[:], codeEntry) && build(r.dist[:], distBits, far[:], distEntry)
}

// order is that in which the lengths of the codes of lengths stand.
const order = "\x10\x11\x12\x00\x08\x07\x09\x06\x0a\x05\x0b\x04\x0c\x03\x0d\x02\x0e\x01\x0f"

// dynamic begins a block that brings its codes.
func (r *Reader) dynamic() {
	n, m, k := r.take(5)+257, r.take(5)+1, r.take(4)+4
	var plain [19]byte
	for i := range k {
		plain[order[i]] = byte(r.take(3))
	}
	var table [1 << 7]uint32
	if n > 286 || m > 30 || !build(table[:], 7, plain[:], plainEntry) {
		r.fail()
		return
	}
	var lengths [286 + 30]byte
	if r.lengths(lengths[:n+m], &table); r.err != nil {
		return
	}
	if lengths[256] == 0 || !build(r.codes[:], codeBits, lengths[:n], codeEntry) || !build(r.dist[:], distBits, lengths[n:n+m], distEntry) {
		r.fail()
		return
	}
	r.inCodes = true
}

// lengths reads the lengths of the codes.
func (r *Reader) lengths(dst []byte, table *[1 << 7]uint32) {
	for i := 0; i < len(dst) && r.err == nil; {
		s := r.symbol(table)
		var v byte
		times := 1
		switch {
		case s < 16:
			v = byte(s)
		case s == 16 && i > 0:
			v, times = dst[i-1], 3+r.take(2)
		case s == 17:
			times = 3 + r.take(3)
		case s == 18:
			times = 11 + r.take(7)
		default:
			times = len(dst)
		}
		if i+times > len(dst) {
			r.fail()
			return
		}
		for range times {
			dst[i] = v
			i++
		}
	}
}

// symbol takes one code of at most 7 bits.
func (r *Reader) symbol(table *[1 << 7]uint32) int {
	r.ready()
	r.bits |= binary.LittleEndian.Uint64(r.in[r.p:]) << (r.have & 63)
	r.p += int((63 - r.have) >> 3)
	r.have |= 56
	e := table[r.bits&127]
	if e&special != 0 {
		r.fail()
		return 0
	}
	r.take(uint(e & 31))
	return int(e >> 9)
}
