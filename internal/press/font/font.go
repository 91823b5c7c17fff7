// Package font reads TrueType fonts and cuts them down to the letters that a
// document uses, so that they can be put into it.
//
// Nothing in a font file is believed: every table, offset and count is held
// against the bytes that are there, and what does not fit is an error, never a
// panic and never a large allocation.
package font

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
)

// What can be wrong with a font. Parse and Subset.Bytes wrap one of these.
var (
	ErrFormat    = errors.New("not a TrueType font that can be read")
	ErrEmbedding = errors.New("the maker of the font does not allow it to be put into documents")
)

const (
	maxSize   = 32 << 20 // bytes of a font file
	maxTables = 64
	maxNested = 8  // glyphs inside glyphs
	maxParts  = 64 // of one glyph, in all depths
)

// A Font is a font file whose tables lie inside its bytes. It is read-only and
// may be used by many documents at once.
type Font struct {
	tables   map[string][]byte
	em       int // font units
	glyphs   int
	measured int  // glyphs with an advance of their own; the others repeat the last
	long     bool // loca has 32-bit offsets
	chars    charmap
}

// Parse reads a font with TrueType outlines. It keeps b, which must not change.
// Collections, and fonts with PostScript outlines, are ErrFormat; a font that
// may not be embedded or not be cut down is ErrEmbedding.
func Parse(b []byte) (*Font, error) {
	f := &Font{}
	var err error
	if f.tables, err = readTables(b); err != nil {
		return nil, err
	}
	head, maxp := f.tables["head"], f.tables["maxp"]
	f.em = int(u16(head, 18))
	f.glyphs = int(u16(maxp, 4))
	f.measured = int(u16(f.tables["hhea"], 34))
	f.long = u16(head, 50) == 1
	switch {
	case f.em < 16 || f.em > 16_384:
		return nil, broken("an em of %d units", f.em)
	case f.glyphs == 0:
		return nil, broken("no glyphs")
	case f.measured == 0 || f.measured > f.glyphs:
		return nil, broken("%d advances for %d glyphs", f.measured, f.glyphs)
	case len(f.tables["hmtx"]) < 4*f.measured+2*(f.glyphs-f.measured):
		return nil, broken("hmtx is short")
	case len(f.tables["loca"]) < (f.glyphs+1)*f.offsetSize():
		return nil, broken("loca is short")
	}
	if os2 := f.tables["OS/2"]; len(os2) >= 10 {
		if kind := u16(os2, 8); kind&0xF == 2 || kind&0x100 != 0 {
			return nil, ErrEmbedding
		}
	}
	if f.chars, err = readCharmap(f.tables["cmap"]); err != nil {
		return nil, err
	}
	return f, nil
}

func broken(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrFormat, fmt.Sprintf(format, args...))
}

// readTables finds the tables of a font and refuses one that lacks any that is
// needed, or has it shorter than its fixed part.
func readTables(b []byte) (map[string][]byte, error) {
	if len(b) < 12 || len(b) > maxSize {
		return nil, broken("%d bytes", len(b))
	}
	if v := binary.BigEndian.Uint32(b); v != 0x00010000 && v != 0x74727565 { // 1.0 or "true"
		return nil, broken("it begins with %q", b[:4])
	}
	n := int(u16(b, 4))
	if n > maxTables || len(b) < 12+16*n {
		return nil, broken("%d tables", n)
	}
	tables := make(map[string][]byte, n)
	for i := range n {
		e := b[12+16*i:]
		from, size := uint64(binary.BigEndian.Uint32(e[8:])), uint64(binary.BigEndian.Uint32(e[12:]))
		if from+size > uint64(len(b)) {
			return nil, broken("table %q ends outside of the file", e[:4])
		}
		tables[string(e[:4])] = b[from : from+size]
	}
	for name, size := range map[string]int{"head": 54, "hhea": 36, "maxp": 32, "hmtx": 4, "loca": 4, "glyf": 0, "cmap": 4} {
		if t, ok := tables[name]; !ok || len(t) < size {
			return nil, broken("no table %s", name)
		}
	}
	return tables, nil
}

func (f *Font) offsetSize() int {
	if f.long {
		return 4
	}
	return 2
}

// Glyph returns the glyph of r, or 0, which is the sign for "no such letter".
func (f *Font) Glyph(r rune) uint16 {
	g := f.chars.glyph(r)
	if int(g) >= f.glyphs {
		return 0
	}
	return g
}

// Advance returns how far glyph g moves the pen, in thousandths of the em.
func (f *Font) Advance(g uint16) float64 {
	return f.thousandths(int(u16(f.tables["hmtx"], 4*min(int(g), f.measured-1))))
}

// bearing returns the left side bearing of g in font units.
func (f *Font) bearing(g uint16) uint16 {
	if int(g) < f.measured {
		return u16(f.tables["hmtx"], 4*int(g)+2)
	}
	return u16(f.tables["hmtx"], 4*f.measured+2*(int(g)-f.measured))
}

func (f *Font) thousandths(units int) float64 { return float64(units) * 1000 / float64(f.em) }

// outline returns the description of glyph g, empty for a blank one.
func (f *Font) outline(g uint16) ([]byte, error) {
	loca, glyf := f.tables["loca"], f.tables["glyf"]
	if int(g) >= f.glyphs {
		return nil, broken("glyph %d of %d", g, f.glyphs)
	}
	var from, to int
	if f.long {
		from, to = int(binary.BigEndian.Uint32(loca[4*int(g):])), int(binary.BigEndian.Uint32(loca[4*int(g)+4:]))
	} else {
		from, to = 2*int(u16(loca, 2*int(g))), 2*int(u16(loca, 2*int(g)+2))
	}
	if from > to || to > len(glyf) {
		return nil, broken("glyph %d lies outside of glyf", g)
	}
	return glyf[from:to], nil
}

// Metrics say how a font stands on its line, in thousandths of the em.
type Metrics struct {
	Box                        [4]float64 // left, bottom, right, top of all glyphs
	Ascent, Descent, CapHeight float64    // Descent is below the line and so negative
	ItalicAngle                float64    // degrees against the clock: negative leans right
	Weight                     int        // 400 is regular, 700 bold
	Fixed, Serif               bool
}

// Metrics returns the measures of f.
func (f *Font) Metrics() Metrics {
	head, hhea := f.tables["head"], f.tables["hhea"]
	m := Metrics{Weight: 400}
	for i := range m.Box {
		m.Box[i] = f.thousandths(int(i16(head, 36+2*i)))
	}
	m.Ascent = f.thousandths(int(i16(hhea, 4)))
	m.Descent = f.thousandths(int(i16(hhea, 6)))
	m.CapHeight = m.Ascent * 0.8
	if post := f.tables["post"]; len(post) >= 16 {
		m.ItalicAngle = float64(int32(binary.BigEndian.Uint32(post[4:]))) / 65_536
		m.Fixed = binary.BigEndian.Uint32(post[12:]) != 0
	}
	if os2 := f.tables["OS/2"]; len(os2) >= 78 {
		m.Weight = int(u16(os2, 4))
		class := os2[30]
		m.Serif = class >= 1 && class <= 5 || class == 7
		if u16(os2, 0) >= 2 && len(os2) >= 90 {
			m.CapHeight = f.thousandths(int(i16(os2, 88)))
		}
	}
	return m
}

// Name returns the PostScript name of f, of letters, digits and hyphens only.
func (f *Font) Name() string {
	keep := func(r rune) rune {
		if r == '-' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}
	if s := strings.Map(keep, f.nameRecord(6)); s != "" && len(s) <= 63 {
		return s
	}
	return "Unnamed"
}

// nameRecord returns entry id of the name table, or "".
func (f *Font) nameRecord(id uint16) string {
	t := f.tables["name"]
	if len(t) < 6 {
		return ""
	}
	texts := int(u16(t, 4))
	for i := range int(u16(t, 2)) {
		at := 6 + 12*i
		if at+12 > len(t) {
			return ""
		}
		from := texts + int(u16(t, at+10))
		to := from + int(u16(t, at+8))
		if u16(t, at) != 3 || u16(t, at+6) != id || to > len(t) {
			continue
		}
		var units []uint16
		for ; from+1 < to; from += 2 {
			units = append(units, u16(t, from))
		}
		return string(utf16.Decode(units))
	}
	return ""
}

func u16(b []byte, at int) uint16 { return binary.BigEndian.Uint16(b[at:]) }
func i16(b []byte, at int) int16  { return int16(u16(b, at)) }
