// Package icc reads ICC colour profiles and turns the colours of a picture
// into sRGB through small lookup cubes.
//
// One way of turning is used everywhere, so that a picture looks the same on
// every page: relative colorimetric with black-point compensation, the source
// black found as Little CMS finds it. Paper white becomes white, the darkest
// ink becomes black, and colours that sRGB cannot show are cut off. Press goes
// the same way to inks, through the profile of a press.
//
// It reads versions 2 and 4: matrix and curves (curv, para), grey curves, and
// tables (mft1, mft2, mAB, mBA) between grey, RGB or CMYK and Lab or XYZ.
package icc

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf16"
)

// A Space is what the numbers of a picture mean, as a profile writes it.
type Space string

const (
	Grey Space = "GRAY"
	RGB  Space = "RGB "
	CMYK Space = "CMYK"
	LAB  Space = "Lab "
)

// channels returns the components of a pixel, 0 for a space that is not read.
func (s Space) channels() int {
	switch s {
	case Grey:
		return 1
	case RGB, LAB:
		return 3
	case CMYK:
		return 4
	}
	return 0
}

const (
	maxSize = 16 << 20 // bytes; the largest press profiles have 10 MB
	maxTags = 200
)

// Profile is a colour profile whose parts lie inside its bytes. It is read-only.
type Profile struct {
	raw  []byte
	tags map[string][]byte
}

// Parse reads the header and the table of tags. It keeps b, which must not change.
//
// A profile that is cut short, larger than 16 MB, or whose tags point outside
// of it is an error. What is inside the tags is only read when it is needed.
func Parse(b []byte) (*Profile, error) {
	if len(b) < 132 || string(b[36:40]) != "acsp" {
		return nil, errors.New("icc: not a profile")
	}
	size := int64(binary.BigEndian.Uint32(b))
	if size < 132 || size > int64(len(b)) || len(b) > maxSize {
		return nil, fmt.Errorf("icc: says %d bytes, has %d", size, len(b))
	}
	b = b[:size]
	n := int64(binary.BigEndian.Uint32(b[128:]))
	if n > maxTags || 132+12*n > size {
		return nil, fmt.Errorf("icc: %d tags", n)
	}
	p := &Profile{raw: b, tags: make(map[string][]byte, n)}
	for e := b[132 : 132+12*n]; len(e) > 0; e = e[12:] {
		off, length := int64(binary.BigEndian.Uint32(e[4:])), int64(binary.BigEndian.Uint32(e[8:]))
		if length < 8 || off < 128 || off+length > size {
			return nil, fmt.Errorf("icc: tag %q lies outside", e[:4])
		}
		p.tags[string(e[:4])] = b[off : off+length]
	}
	return p, nil
}

// Bytes returns the profile as it was read; not to be changed.
func (p *Profile) Bytes() []byte { return p.raw }

// Digest is the SHA-256 of the profile's bytes.
func (p *Profile) Digest() [32]byte { return sha256.Sum256(p.raw) }

// Class is scnr, mntr, prtr, link, spac, abst or nmcl.
func (p *Profile) Class() string { return string(p.raw[12:16]) }

// Space is the space of the device: what the pixels of a picture mean.
func (p *Profile) Space() Space { return Space(p.raw[16:20]) }

func (p *Profile) pcs() Space { return Space(p.raw[20:24]) }

// Name is the profile's own name, "" if it has none that can be read.
func (p *Profile) Name() string {
	t := p.tags["desc"]
	if len(t) < 12 {
		return ""
	}
	switch string(t[:4]) {
	case "desc":
		n := int64(binary.BigEndian.Uint32(t[8:]))
		text := t[12:min(12+n, int64(len(t)))]
		text, _, _ = bytes.Cut(text, []byte{0})
		return string(text)
	case "mluc":
		return firstName(t)
	}
	return ""
}

// firstName returns the first record of a multi-language text.
func firstName(t []byte) string {
	if len(t) < 28 || binary.BigEndian.Uint32(t[8:]) == 0 {
		return ""
	}
	n, off := int64(binary.BigEndian.Uint32(t[20:])), int64(binary.BigEndian.Uint32(t[24:]))
	if off+n > int64(len(t)) {
		return ""
	}
	var u []uint16
	for b := t[off : off+n]; len(b) >= 2; b = b[2:] {
		u = append(u, binary.BigEndian.Uint16(b))
	}
	return string(utf16.Decode(u))
}
