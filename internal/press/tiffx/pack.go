package tiffx

import (
	"bytes"
	"compress/zlib"
)

// pack packs rows, each of row bytes. Rows are spoilt.
func (o Options) pack(rows []byte, row int) []byte {
	if o.Compression == None {
		return rows
	}
	for at := 0; at < len(rows); at += row {
		differences(rows[at:at+row], int(o.Space))
	}
	if o.Compression == LZW {
		return lzw(rows)
	}
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write(rows) // to memory: cannot fail
	z.Close()
	return b.Bytes()
}

// differences leaves of each sample what it differs by from the same one of the
// pixel before: TIFF 6.0, section 14.
func differences(row []byte, samples int) {
	for i := len(row) - 1; i >= samples; i-- {
		row[i] -= row[i-samples]
	}
}

// Codes of TIFF 6.0, section 13. Those below 256 stand for themselves.
const (
	clearCode  = 256
	endCode    = 257
	firstCode  = 258
	lastCode   = 4093 // what follows is not used by all readers
	firstWidth = 9    // bits
)

// lzw packs b by Welch's method with the highest bit first. Codes become longer
// when the last one of a length is given out, not when the next one is used.
func lzw(b []byte) []byte {
	l := packer{out: make([]byte, 0, len(b)/2), width: firstWidth}
	l.reset()
	prefix := uint32(b[0])
	for _, c := range b[1:] {
		slot, known := l.find(prefix<<8 | uint32(c))
		if known {
			prefix = l.slots[slot] & 0xfff
			continue
		}
		l.put(prefix)
		l.slots[slot] = (prefix<<8|uint32(c))<<12 | l.next
		l.given()
		prefix = uint32(c)
	}
	l.put(prefix)
	l.given()
	l.put(endCode)
	if l.have > 0 {
		l.out = append(l.out, byte(l.acc<<(8-l.have)))
	}
	return l.out
}

const slotBits = 14

// A packer is an LZW code on its way to out.
type packer struct {
	out   []byte
	acc   uint32 // the last have bits are not in out yet
	have  uint
	width uint                  // of codes, in bits
	next  uint32                // code to be given out
	slots [1 << slotBits]uint32 // prefix (12 bits), byte (8), code (12); 0 is free
}

// find returns the slot of a prefix with a byte, and whether it is taken by them.
func (l *packer) find(key uint32) (slot uint32, known bool) {
	slot = key * 0x9e3779b1 >> (32 - slotBits)
	for l.slots[slot] != 0 {
		if l.slots[slot]>>12 == key {
			return slot, true
		}
		slot = (slot + 1) & (1<<slotBits - 1)
	}
	return slot, false
}

// given counts a code given out; after the last one all begins anew.
func (l *packer) given() {
	l.next++
	if l.next > lastCode {
		l.reset()
	} else if l.next == 1<<l.width {
		l.width++
	}
}

func (l *packer) reset() {
	l.put(clearCode)
	l.next, l.width = firstCode, firstWidth
	clear(l.slots[:])
}

func (l *packer) put(code uint32) {
	l.acc, l.have = l.acc<<l.width|code, l.have+l.width
	for ; l.have >= 8; l.have -= 8 {
		l.out = append(l.out, byte(l.acc>>(l.have-8)))
	}
}
