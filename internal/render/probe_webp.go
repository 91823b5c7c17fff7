package render

import (
	"encoding/binary"
	"errors"

	"pano/internal/pano"
)

// readWebP walks the chunks of the RIFF file.
//
// Lossy pictures take more than a bit a block of 256 pixels, so 2,048 pixels a byte
// bound them. A lossless one may take nothing at all for a flat colour; beyond 65,536
// pixels a byte no real one has been seen, and none is believed.
func readWebP(s source, h *header) error {
	b, err := s.at(4, 4)
	if err != nil {
		return err
	}
	end := 8 + int64(binary.LittleEndian.Uint32(b))
	if end > s.size {
		return errShort
	}
	h.Frames, h.Depth, h.Space = 0, 8, RGB
	for off := int64(12); off+8 <= end && h.Frames < maxFrames; {
		c, err := s.at(off, 8)
		if err != nil {
			return err
		}
		n := int64(binary.LittleEndian.Uint32(c[4:]))
		if off+8+n > end {
			return errShort
		}
		if err := h.webpChunk(s, string(c[:4]), off+8, n); err != nil {
			return err
		}
		off += 8 + n + n&1
	}
	if h.Frames == 0 {
		return errors.New("no picture in it")
	}
	h.Components = 3
	if h.HasAlpha {
		h.Components = 4
	}
	return nil
}

func (h *header) webpChunk(s source, name string, off, n int64) error {
	switch name {
	case "VP8X", "VP8 ", "VP8L", "ANMF":
		b, err := s.at(off, int(min(n, 30)))
		if err != nil {
			return err
		}
		return h.webpPicture(name, b, n)
	case "ICCP", "EXIF", "XMP ":
		if n > maxProfile {
			return nil
		}
		b, err := s.at(off, int(n))
		if err != nil {
			return err
		}
		switch {
		case name == "ICCP":
			h.icc = b
		case name == "XMP ":
			h.meta.xmp(b)
		case len(b) > 6 && string(b[:4]) == "Exif":
			h.meta.exif(b[6:], h)
		default:
			h.meta.exif(b, h)
		}
	}
	return nil
}

// webpPicture reads the size from the first bytes of a chunk of n bytes that holds one.
func (h *header) webpPicture(name string, b []byte, n int64) error {
	u24 := func(i int) pano.Px { return pano.Px(b[i]) | pano.Px(b[i+1])<<8 | pano.Px(b[i+2])<<16 }
	var w, ht pano.Px
	switch {
	case name == "VP8X" && len(b) >= 10:
		h.HasAlpha = b[0]&0x10 != 0
		w, ht = u24(4)+1, u24(7)+1
	case name == "VP8 " && len(b) >= 10 && string(b[3:6]) == "\x9d\x01\x2a":
		w = pano.Px(binary.LittleEndian.Uint16(b[6:]) & 0x3fff)
		ht = pano.Px(binary.LittleEndian.Uint16(b[8:]) & 0x3fff)
		h.Sampling = 1.5
		h.Frames, h.unfolded = h.Frames+1, 2048*n
	case name == "VP8L" && len(b) >= 5 && b[0] == 0x2f:
		v := binary.LittleEndian.Uint32(b[1:])
		w, ht = pano.Px(v&0x3fff)+1, pano.Px(v>>14&0x3fff)+1
		h.HasAlpha = h.HasAlpha || v>>28&1 != 0
		h.Sampling = 4
		h.Frames, h.unfolded = h.Frames+1, 65_536*n
	case name == "ANMF" && len(b) >= 16:
		h.Frames++
		return nil
	default:
		return errors.New("short or unknown picture chunk")
	}
	if h.W != 0 && (w != h.W || ht != h.H) {
		return errors.New("the picture is not of the size of its canvas")
	}
	h.W, h.H = w, ht
	return h.checkSize()
}
