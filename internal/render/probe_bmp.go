package render

import (
	"encoding/binary"
	"errors"

	"pano/internal/pano"
)

// isBMP wants a known length of the second header besides the two letters.
func isBMP(b []byte) bool {
	if len(b) < 18 || b[0] != 'B' || b[1] != 'M' {
		return false
	}
	switch binary.LittleEndian.Uint32(b[14:]) {
	case 12, 40, 52, 56, 64, 108, 124:
		return true
	}
	return false
}

// readBMP reads both headers. The rows are not packed, so their length is known exactly.
func readBMP(s source, h *header) error {
	b, err := s.at(0, 18)
	if err != nil {
		return err
	}
	le := binary.LittleEndian
	data, size := int64(le.Uint32(b[10:])), int64(le.Uint32(b[14:]))
	if size < 40 {
		return notTaken("BMP, OS/2")
	}
	if b, err = s.at(14, int(size)); err != nil {
		return err
	}
	w, ht := int64(int32(le.Uint32(b[4:]))), int64(int32(le.Uint32(b[8:])))
	ht = max(ht, -ht) // a negative height only says that the top row is first
	bits, packing, colours := int64(le.Uint16(b[14:])), le.Uint32(b[16:]), int64(le.Uint32(b[32:]))
	if w <= 0 || ht == 0 || w > maxSide || ht > maxSide {
		return absurd(w, ht)
	}
	if packing != 0 && packing != 3 {
		return notTaken("BMP, packed")
	}
	h.W, h.H, h.Depth, h.Space, h.Components = pano.Px(w), pano.Px(ht), 8, RGB, 3
	switch bits {
	case 1, 2, 4, 8:
		h.Space, h.Components, h.Depth = Palette, 1, int(bits)
		if colours > 1<<bits || data < 14+size+4*colours {
			return errors.New("palette out of range")
		}
	case 24:
	case 32:
		h.Components, h.HasAlpha = 4, size >= 56 && le.Uint32(b[52:]) != 0
	default:
		return notTaken("BMP, 16 bit")
	}
	const perInch = pano.MMPerInch / 1000
	h.DPIX, h.DPIY = float64(int32(le.Uint32(b[24:])))*perInch, float64(int32(le.Uint32(b[28:])))*perInch
	rows := (w*bits + 31) / 32 * 4 * ht
	switch {
	case rows/64 > s.size: // not even a tenth of it can be there
		return absurd(w, ht)
	case data+rows > s.size:
		return errShort
	}
	return nil
}
