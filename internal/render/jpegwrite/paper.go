package jpegwrite

import (
	"encoding/binary"
	"fmt"
	"math"
)

const (
	iccMark    = "ICC_PROFILE\x00"
	iccPiece   = math.MaxUint16 - 2 - len(iccMark) - 2 // bytes of a profile in one segment
	maxProfile = 255 * iccPiece
	maxDPI     = 100_000
	inchUnit   = 2 // of TIFF, and so of Exif
)

// checkPaper refuses a resolution that cannot be, and a profile that is none or
// of other colours: a press would print those wrong without a word.
func (o Options) checkPaper() error {
	if !(o.DPI >= 0 && o.DPI <= maxDPI) {
		return fmt.Errorf("jpegwrite: %g dpi", o.DPI)
	}
	if o.Profile == nil {
		return nil
	}
	space := "RGB "
	if o.Inks {
		space = "CMYK"
	}
	if len(o.Profile) < 128 || len(o.Profile) > maxProfile || string(o.Profile[16:20]) != space {
		return fmt.Errorf("jpegwrite: a profile of %d bytes that is not %s", len(o.Profile), space)
	}
	return nil
}

// paper is what readers look for before the picture: how large it is on paper,
// what its colours are, and which way round its inks are.
//
// JFIF says the resolution in whole numbers and knows of no inks, so a picture
// in inks says it as Photoshop's do: in Exif, and in a block of its own for
// programs that know only that.
func (o Options) paper() (b []byte) {
	if o.DPI > 0 && !o.Inks {
		whole := uint16(min(max(math.Round(o.DPI), 1), math.MaxUint16))
		jfif := binary.BigEndian.AppendUint16([]byte("JFIF\x00\x01\x02\x01"), whole)
		b = segment(b, 0xe0, append(binary.BigEndian.AppendUint16(jfif, whole), 0, 0))
	}
	if o.DPI > 0 {
		b = segment(b, 0xe1, append([]byte("Exif\x00\x00"), exif(o.DPI)...))
	}
	if o.DPI > 0 && o.Inks {
		b = segment(b, 0xed, resolutionInfo(o.DPI))
	}
	pieces := (len(o.Profile) + iccPiece - 1) / iccPiece
	for i := range pieces {
		head := append([]byte(iccMark), byte(i+1), byte(pieces))
		b = segment(b, 0xe2, append(head, o.Profile[i*iccPiece:min((i+1)*iccPiece, len(o.Profile))]...))
	}
	if o.Inks { // version 100, no flags, no transform
		b = segment(b, 0xee, []byte("Adobe\x00\x64\x00\x00\x00\x00\x00"))
	}
	return b
}

// exif is an Exif block that holds the resolution and nothing else.
func exif(dpi float64) []byte {
	be := binary.BigEndian
	b := []byte("MM\x00*\x00\x00\x00\x08\x00\x03")
	const values = 8 + 2 + 3*12 + 4
	for i, tag := range []uint16{282, 283} {
		b = be.AppendUint16(b, tag)
		b = append(b, 0, 5, 0, 0, 0, 1)
		b = be.AppendUint32(b, uint32(values+8*i))
	}
	b = append(be.AppendUint16(b, 296), 0, 3, 0, 0, 0, 1, 0, inchUnit, 0, 0)
	b = append(b, 0, 0, 0, 0)
	for range 2 {
		b = be.AppendUint32(b, uint32(math.Round(dpi*1000)))
		b = be.AppendUint32(b, 1000)
	}
	return b
}

// resolutionInfo is Photoshop's image resource 1005, with 16 bits of fraction:
// so many pixels an inch, to be shown as that, and lengths in inches.
func resolutionInfo(dpi float64) []byte {
	fixed := uint32(min(math.Round(dpi*65536), math.MaxUint32))
	b := []byte("Photoshop 3.0\x008BIM\x03\xed\x00\x00\x00\x00\x00\x10")
	for range 2 {
		b = append(binary.BigEndian.AppendUint32(b, fixed), 0, 1, 0, 1)
	}
	return b
}
