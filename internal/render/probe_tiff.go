package render

import (
	"errors"
	"fmt"
	"slices"

	"pano/internal/pano"
	"pano/internal/render/tiff"
)

func isTIFF(b []byte) bool {
	if len(b) < 8 {
		return false
	}
	switch string(b[:4]) {
	case "II*\x00", "MM\x00*", "II+\x00", "MM\x00+":
		return true
	}
	return false
}

// readTIFF reads the first directory, makes sure that the rows it points to
// lie inside the file, and counts the pages.
func readTIFF(s source, h *header) error {
	t, err := tiff.Open(s.r, s.size)
	if err != nil {
		return tiffFault(err)
	}
	d, next, err := t.Dir(t.First())
	if err != nil {
		return tiffFault(err)
	}
	h.W, h.H = side(d.Int(tiff.Width, 0)), side(d.Int(tiff.Height, 0))
	if err := h.checkSize(); err != nil {
		return err
	}
	if err := h.tiffColours(d); err != nil {
		return err
	}
	h.Orientation = int(d.Int(tiff.Orientation, 1))
	h.Block = d.Memory()
	h.tiffDensity(d)
	h.meta.exifDir(t, d)
	if b, err := d.Bytes(tiff.Profile); err == nil && len(b) <= maxProfile {
		h.icc = b
	}
	if b, err := d.Bytes(tiff.XMP); err == nil {
		h.meta.xmp(b)
	}
	if b, err := d.Bytes(tiff.IPTC); err == nil {
		h.meta.iptc(b)
	}
	if err := h.tiffRows(s, d); err != nil {
		return tiffFault(err)
	}
	h.countPages(t, next)
	return nil
}

func side(v int64) pano.Px { return pano.Px(min(max(v, 0), 1<<40)) }

func tiffFault(err error) error {
	if errors.Is(err, tiff.ErrShort) {
		return errShort
	}
	return err
}

func (h *header) tiffColours(d tiff.Dir) error {
	h.Components = int(d.Int(tiff.SamplesPerPixel, 1))
	h.Depth = int(d.Int(tiff.BitsPerSample, 1))
	if h.Components < 1 || h.Components > 5 {
		return fmt.Errorf("%d components", h.Components)
	}
	if h.Depth < 1 || h.Depth > 64 {
		return fmt.Errorf("%d bits a component", h.Depth)
	}
	colours := 3
	switch d.Int(tiff.Photometric, 1) {
	case 0, 1:
		h.Space, colours = Grey, 1
	case 2, 6:
		h.Space = RGB
	case 3:
		h.Space, colours = Palette, 1
	case 5:
		h.Space, colours = CMYK, 4
	case 8, 9:
		h.Space = Lab
	default:
		return notTaken("TIFF, camera raw")
	}
	if h.Components < colours {
		return errors.New("fewer components than colours")
	}
	h.HasAlpha = h.Components > colours
	return nil
}

func (h *header) tiffDensity(d tiff.Dir) {
	h.DPIX, h.DPIY = d.Ratio(tiff.XResolution), d.Ratio(tiff.YResolution)
	switch d.Int(tiff.ResolutionUnit, 2) {
	case 1:
		h.DPIX, h.DPIY = 0, 0
	case 3:
		h.DPIX, h.DPIY = h.DPIX*pano.MMPerInch/10, h.DPIY*pano.MMPerInch/10
	}
}

// tiffRatio is the most bytes that one byte of each compression can stand for.
// LZW: 4,096 bytes for 12 bits. PackBits: 128 for 2 bytes. Deflate: 1,032.
// The fax codes may take one bit for a row, and are bounded by the rows.
var tiffRatio = map[int64]int64{1: 1, 5: 2731, 7: 512 * 3, 8: 1032, 32946: 1032, 32773: 64}

// tiffRows checks the strips or tiles against the length of the file, and the
// size of the picture against the bytes they hold.
func (h *header) tiffRows(s source, d tiff.Dir) error {
	offs, cnts := uint16(tiff.StripOffsets), uint16(tiff.StripByteCounts)
	if d.Has(tiff.TileOffsets) {
		offs, cnts = tiff.TileOffsets, tiff.TileByteCounts
	}
	off, err := d.Ints(offs)
	if err != nil {
		return err
	}
	cnt, err := d.Ints(cnts)
	if err != nil {
		return err
	}
	if len(off) == 0 || len(cnt) != 0 && len(cnt) != len(off) {
		return errors.New("no rows")
	}
	var held int64
	for i, n := range cnt {
		if off[i] > s.size-n {
			return errShort
		}
		held += n
	}
	if len(cnt) == 0 {
		held = s.size
		if slices.Max(off) >= s.size {
			return errShort
		}
	}
	ratio, ok := tiffRatio[d.Int(tiff.Compression, 1)]
	if !ok {
		ratio = 8 * int64(h.W)
	}
	bits := int64(h.W) * int64(h.H) * int64(h.Depth) * int64(h.Components)
	if d.Int(tiff.Photometric, 1) == 6 {
		bits /= 3 // at most: chroma may be halved both ways
	}
	if bits/8/ratio > held {
		return absurd(int64(h.W), int64(h.H))
	}
	return nil
}

// countPages follows the chain of directories up to one that cannot be read or
// was met before: the first page, which is the one that is shown, is whole.
func (h *header) countPages(t *tiff.Reader, next int64) {
	seen := map[int64]bool{t.First(): true}
	for next != 0 && h.Frames < maxFrames && !seen[next] {
		seen[next] = true
		_, after, err := t.Dir(next)
		if err != nil {
			return
		}
		h.Frames++
		next = after
	}
}
