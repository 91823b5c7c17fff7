package render

import (
	"bytes"
	"encoding/binary"
	"errors"

	"pano/internal/pano"
)

const maxSegments = 10_000

// A jpegHeader gathers what stands before the first scan.
type jpegHeader struct {
	*header
	transform int // of the Adobe marker, -1 without one
	ids       []byte
	profile   map[byte][]byte // pieces of the ICC profile by number
	profileOf byte            // how many pieces there are
	sofSeen   bool
}

// readJPEG walks the markers up to the first scan, and looks for the end marker.
func readJPEG(s source, h *header) error {
	j := jpegHeader{header: h, transform: -1, profile: map[byte][]byte{}}
	off := int64(2)
	for range maxSegments {
		m, err := s.at(off, 2)
		if err != nil {
			return err
		}
		switch {
		case m[0] != 0xff: // some programs write a wrong length
			if off, err = s.marker(off); err != nil {
				return err
			}
			continue
		case m[1] == 0xff: // fill byte
			off++
			continue
		case m[1] == 0xd8 || m[1] == 1 || m[1] >= 0xd0 && m[1] <= 0xd7:
			off += 2
			continue
		case m[1] == 0xd9:
			return errShort
		}
		n, err := s.at(off+2, 2)
		if err != nil {
			return err
		}
		size := int(binary.BigEndian.Uint16(n))
		if size < 2 {
			return errors.New("marker without length")
		}
		if m[1] == 0xda {
			return j.end(s, off+2+int64(size))
		}
		if wanted(m[1]) {
			b, err := s.at(off+4, size-2)
			if err != nil {
				return err
			}
			if err := j.segment(m[1], b); err != nil {
				return err
			}
		}
		off += 2 + int64(size)
	}
	return errors.New("too many markers")
}

// maxJunk is how many bytes between two markers are passed over.
const maxJunk = 4 << 10

// marker finds the next marker from off on.
func (s source) marker(off int64) (int64, error) {
	b, err := s.at(off, int(max(0, min(maxJunk, s.size-off))))
	if err != nil {
		return 0, err
	}
	for i := 0; i+1 < len(b); i++ {
		if b[i] == 0xff && b[i+1] != 0 && b[i+1] != 0xff {
			return off + int64(i), nil
		}
	}
	return 0, errors.New("no marker where one must be")
}

// wanted tells the markers that say something about the picture.
func wanted(m byte) bool {
	return m >= 0xc0 && m <= 0xcf && m != 0xc4 && m != 0xc8 && m != 0xcc ||
		m == 0xdb || m >= 0xe0 && m <= 0xe2 || m == 0xed || m == 0xee
}

func (j *jpegHeader) segment(marker byte, b []byte) error {
	switch {
	case marker == 0xdb:
		j.table(b)
	case marker == 0xe0 && bytes.HasPrefix(b, []byte("JFIF\x00")) && len(b) >= 12:
		j.density(b)
	case marker == 0xe1 && bytes.HasPrefix(b, []byte("Exif\x00")) && len(b) > 6:
		j.meta.exif(b[6:], j.header)
	case marker == 0xe1 && bytes.HasPrefix(b, []byte(xmpMark)):
		j.meta.xmp(b[len(xmpMark):])
	case marker == 0xe2 && bytes.HasPrefix(b, []byte(iccMark)) && len(b) > 14:
		j.profile[b[12]], j.profileOf = b[14:], b[13]
	case marker == 0xed && bytes.HasPrefix(b, []byte(photoshopMark)):
		j.meta.photoshop(b[len(photoshopMark):])
	case marker == 0xee && bytes.HasPrefix(b, []byte("Adobe")) && len(b) >= 12:
		j.transform, j.adobe = int(b[11]), true
	case marker >= 0xc0 && marker <= 0xcf:
		return j.frame(marker, b)
	}
	return nil
}

const (
	xmpMark       = "http://ns.adobe.com/xap/1.0/\x00"
	iccMark       = "ICC_PROFILE\x00"
	photoshopMark = "Photoshop 3.0\x00"
)

// density reads the resolution of a JFIF marker.
func (j *jpegHeader) density(b []byte) {
	x, y := float64(binary.BigEndian.Uint16(b[8:])), float64(binary.BigEndian.Uint16(b[10:]))
	switch b[7] {
	case 1:
		j.DPIX, j.DPIY = x, y
	case 2:
		j.DPIX, j.DPIY = x*pano.MMPerInch/10, y*pano.MMPerInch/10
	}
}

// frame reads the size, the components and their sampling.
func (j *jpegHeader) frame(marker byte, b []byte) error {
	switch {
	case len(b) < 6 || len(b) < 6+3*int(b[5]):
		return errors.New("short frame header")
	case j.sofSeen:
		return errors.New("two frame headers")
	case marker > 0xc2:
		return notTaken("JPEG, lossless or arithmetic")
	case b[0] != 8:
		return notTaken("JPEG, 12 bit")
	}
	j.sofSeen, j.Progressive, j.Depth = true, marker == 0xc2, 8
	j.H, j.W = pano.Px(binary.BigEndian.Uint16(b[1:])), pano.Px(binary.BigEndian.Uint16(b[3:]))
	j.Components = int(b[5])
	var most, sum int
	for c := range j.Components {
		v := b[7+3*c]
		j.ids = append(j.ids, b[6+3*c])
		if v>>4 == 0 || v&15 == 0 {
			return errors.New("component without samples")
		}
		most, sum = max(most, int(v>>4)*int(v&15)), sum+int(v>>4)*int(v&15)
	}
	if j.Components != 1 && j.Components != 3 && j.Components != 4 {
		return errors.New("neither 1, 3 nor 4 components")
	}
	j.Sampling = float64(sum) / float64(most)
	return nil
}

// table estimates the quality from the first quantisation table: the IJG
// scale that, on average, makes the table of Annex K into this one.
func (j *jpegHeader) table(b []byte) {
	if len(b) < 65 || b[0] != 0 || j.Quality != 0 {
		return
	}
	var got, want float64
	for i, v := range annexK {
		got, want = got+float64(b[1+i]), want+float64(v)
	}
	scale := 100 * got / want
	q := (200 - scale) / 2
	if scale > 100 {
		q = 5000 / scale
	}
	j.Quality = int(min(max(q+0.5, 1), 100))
}

// annexK is the luminance table of ITU-T T.81, K.1, in zigzag order.
var annexK = [64]byte{
	16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40,
	26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51,
	56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87,
	95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
}

// end settles what only the whole header tells, and looks for the end marker after the scan.
//
// A block of 64 pixels takes at least one bit, so no more than 512 pixels fit a byte.
func (j *jpegHeader) end(s source, scan int64) error {
	if !j.sofSeen {
		return errors.New("scan before frame header")
	}
	switch {
	case j.Components == 1:
		j.Space = Grey
	case j.Components == 3:
		j.Space = RGB
	case j.transform == 2:
		j.Space = YCCK
	default:
		j.Space = CMYK
	}
	for i := 1; i <= int(j.profileOf) && len(j.icc) <= maxProfile; i++ {
		j.icc = append(j.icc, j.profile[byte(i)]...)
	}
	if len(j.icc) > maxProfile {
		j.icc = nil
	}
	if j.unfolded = 512 * max(0, s.size-scan); int64(j.W)*int64(j.H) > j.unfolded {
		return absurd(int64(j.W), int64(j.H))
	}
	ended, err := s.contains([]byte{0xff, 0xd9}, scan)
	if err == nil && !ended {
		err = errShort
	}
	return err
}
