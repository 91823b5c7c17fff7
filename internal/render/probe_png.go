package render

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"math"

	"pano/internal/pano"
)

const (
	pngMagic  = "\x89PNG\r\n\x1a\n"
	maxChunks = 100_000 // more are not walked: the end is then looked for at the end
)

// readPNG walks the chunk headers to the end.
//
// Deflate makes at most 1,032 bytes of one, so the chunks' lengths bound the picture.
func readPNG(s source, h *header) error {
	off, data := int64(len(pngMagic)), int64(0)
	for i := range maxChunks {
		c, err := s.at(off, 8)
		if err != nil {
			return err
		}
		n, name := int64(binary.BigEndian.Uint32(c)), string(c[4:])
		if n > math.MaxInt32 {
			return errors.New("chunk longer than the format allows")
		}
		if off+12+n > s.size {
			return errShort
		}
		switch {
		case i == 0:
			err = h.pngSize(s, off, name, n)
		case name == "IEND":
			return h.pngBound(data)
		case name == "IDAT":
			data += n
		default:
			err = h.pngChunk(s, off+8, name, n)
		}
		if err != nil {
			return err
		}
		off += 12 + n
	}
	end, err := s.contains([]byte("IEND\xae\x42\x60\x82"), off)
	if err == nil && !end {
		err = errShort
	}
	if err != nil {
		return err
	}
	return h.pngBound(s.size)
}

// pngBound refuses more pixels than data bytes of deflate can hold.
func (h *header) pngBound(data int64) error {
	bits := int64(h.Components) * int64(h.Depth)
	row := 1 + (int64(h.W)*bits+7)/8
	if row*int64(h.H) > 1032*data {
		return absurd(int64(h.W), int64(h.H))
	}
	return nil
}

func (h *header) pngSize(s source, off int64, name string, n int64) error {
	if name != "IHDR" || n != 13 {
		return errors.New("does not begin with IHDR")
	}
	b, err := s.at(off+4, 21)
	if err != nil {
		return err
	}
	if crc32.ChecksumIEEE(b[:17]) != binary.BigEndian.Uint32(b[17:]) {
		return errors.New("the header's checksum is wrong")
	}
	w, ht := int64(binary.BigEndian.Uint32(b[4:])), int64(binary.BigEndian.Uint32(b[8:]))
	if w == 0 || ht == 0 || w > maxSide || ht > maxSide {
		return absurd(w, ht)
	}
	h.W, h.H, h.Depth, h.Progressive = pano.Px(w), pano.Px(ht), int(b[12]), b[16] == 1
	switch b[13] {
	case 0:
		h.Space, h.Components = Grey, 1
	case 2:
		h.Space, h.Components = RGB, 3
	case 3:
		h.Space, h.Components = Palette, 1
	case 4:
		h.Space, h.Components, h.HasAlpha = Grey, 2, true
	case 6:
		h.Space, h.Components, h.HasAlpha = RGB, 4, true
	default:
		return errors.New("no such colour type")
	}
	if d := h.Depth; d != 1 && d != 2 && d != 4 && d != 8 && d != 16 {
		return errors.New("no such depth")
	}
	return nil
}

// pngChunk reads one of the chunks that describe the picture, and passes over the others.
func (h *header) pngChunk(s source, off int64, name string, n int64) error {
	if n > maxProfile || !bytes.Contains([]byte("tRNS pHYs iCCP eXIf tEXt zTXt iTXt acTL PLTE"), []byte(name)) {
		return nil
	}
	b, err := s.at(off, int(n))
	if err != nil {
		return err
	}
	switch name {
	case "PLTE":
		if n%3 != 0 || n == 0 || n > 768 {
			return errors.New("palette of a wrong length")
		}
	case "tRNS":
		h.HasAlpha = true
	case "pHYs":
		if len(b) == 9 && b[8] == 1 {
			const perInch = pano.MMPerInch / 1000
			h.DPIX = float64(binary.BigEndian.Uint32(b)) * perInch
			h.DPIY = float64(binary.BigEndian.Uint32(b[4:])) * perInch
		}
	case "iCCP":
		if _, z, ok := bytes.Cut(b, []byte{0}); ok && len(z) > 1 {
			h.icc = inflate(z[1:], maxProfile)
		}
	case "eXIf":
		h.meta.exif(b, h)
	case "acTL":
		if len(b) >= 4 {
			h.Frames = int(min(binary.BigEndian.Uint32(b), maxFrames))
		}
	default:
		h.meta.pngText(name, b)
	}
	return nil
}

// inflate unfolds z, or returns nil if it is broken or makes more than most bytes.
func inflate(z []byte, most int64) []byte {
	r, err := zlib.NewReader(bytes.NewReader(z))
	if err != nil {
		return nil
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil || int64(len(b)) > most {
		return nil
	}
	return b
}
