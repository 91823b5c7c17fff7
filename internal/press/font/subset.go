package font

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"

	"golang.org/x/text/unicode/norm"
)

// Flags of the parts of a glyph that is made of others.
const (
	wideArguments = 0x0001
	scaled        = 0x0008
	morePartsFlag = 0x0020
	scaledXY      = 0x0040
	transformed   = 0x0080
)

// maxLetters is what one subset can hold: glyph numbers have 16 bits, and some
// are kept for the parts of glyphs.
const maxLetters = 32_000

// A Subset collects the letters of a document and numbers them in the order in
// which they are met. It is for one goroutine.
//
// Every letter has a number of its own, also where the font draws two alike
// (a space and a no-break space), so that text taken out of a document is the
// text that was put in. A letter that the font lacks is drawn as its sign for
// that, and still keeps its number: see Missing.
type Subset struct {
	font    *Font
	letters map[rune]uint16
	runes   []rune // by number; 0 for the first
	missing []rune
}

// NewSubset returns an empty subset of f.
func (f *Font) NewSubset() *Subset {
	return &Subset{font: f, letters: map[rune]uint16{}, runes: []rune{0}}
}

// A Letter is one letter of a subset. Number is 0 when the subset is full.
type Letter struct {
	Number  uint16
	Rune    rune
	Advance float64 // thousandths of the em
}

// Letters returns the letters of s, brought into composed form (NFC) first and
// rid of control characters, and takes them into the subset.
func (s *Subset) Letters(text string) []Letter {
	var all []Letter
	for _, r := range Compose(text) {
		n, ok := s.letters[r]
		if !ok {
			n = s.take(r)
		}
		all = append(all, Letter{n, r, s.font.Advance(s.font.Glyph(r))})
	}
	return all
}

func (s *Subset) take(r rune) uint16 {
	if len(s.runes) > maxLetters {
		return 0
	}
	n := uint16(len(s.runes))
	s.letters[r] = n
	s.runes = append(s.runes, r)
	if s.font.Glyph(r) == 0 {
		s.missing = append(s.missing, r)
	}
	return n
}

// Missing returns the letters that were asked for and that the font lacks.
func (s *Subset) Missing() []rune { return s.missing }

// Runes returns the letters by their numbers. The first has no letter.
func (s *Subset) Runes() []rune { return s.runes }

// Advance returns how far letter n moves the pen, in thousandths of the em.
func (s *Subset) Advance(n uint16) float64 { return s.font.Advance(s.source(n)) }

// source returns the glyph of the whole font that letter n is drawn with.
func (s *Subset) source(n uint16) uint16 {
	if n == 0 {
		return 0
	}
	return s.font.Glyph(s.runes[n])
}

// Compose returns text as it is drawn: in NFC, without control characters; a
// tab is a space.
func Compose(text string) string {
	keep := func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == 0x2028 || r == 0x2029:
			return ' '
		case r < 0x20 || r >= 0x7F && r < 0xA0 || r == 0xAD || r >= 0x200B && r <= 0x200F || r == 0xFEFF || r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x2069:
			return -1
		}
		return r
	}
	return norm.NFC.String(string(bytes.Map(keep, []byte(text))))
}

// Width returns the width of text in thousandths of the em.
func (f *Font) Width(text string) float64 {
	w := 0.0
	for _, r := range Compose(text) {
		w += f.Advance(f.Glyph(r))
	}
	return w
}

// Bytes returns a font file with the letters of s and no others. Glyph numbers
// are letter numbers; the parts of composed glyphs come after them.
func (s *Subset) Bytes() ([]byte, error) {
	from := make([]uint16, len(s.runes)) // glyphs of the whole font, by new number
	for n := range s.runes {
		from[n] = s.source(uint16(n))
	}
	renamed := map[uint16]uint16{} // parts only
	var glyf []byte
	loca := []byte{0, 0, 0, 0}
	for n := 0; n < len(from); n++ {
		outline, err := s.font.outline(from[n])
		if err != nil {
			return nil, err
		}
		if err := s.font.nested(from[n], 0, new(int)); err != nil {
			return nil, err
		}
		outline = slices.Clone(outline)
		err = eachPart(outline, func(at int, part uint16) error {
			to, ok := renamed[part]
			if !ok {
				if len(from) > 0xFFFE {
					return broken("too many parts")
				}
				to = uint16(len(from))
				renamed[part] = to
				from = append(from, part)
			}
			binary.BigEndian.PutUint16(outline[at:], to)
			return nil
		})
		if err != nil {
			return nil, err
		}
		glyf = pad(append(glyf, outline...))
		if len(glyf) > maxSize {
			return nil, broken("more than %d bytes of outlines", maxSize)
		}
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	}
	return assemble(s.tables(from, glyf, loca)), nil
}

// nested fails for a glyph that contains itself, nests too deep, or has more
// than maxParts parts in all.
func (f *Font) nested(g uint16, depth int, seen *int) error {
	outline, err := f.outline(g)
	if err != nil {
		return err
	}
	return eachPart(outline, func(_ int, part uint16) error {
		if *seen++; depth >= maxNested || *seen > maxParts {
			return broken("glyph %d nests too deep", g)
		}
		return f.nested(part, depth+1, seen)
	})
}

// eachPart calls do for every part of a composed glyph with where its number
// stands. A plain glyph has none.
func eachPart(outline []byte, do func(at int, part uint16) error) error {
	if len(outline) == 0 {
		return nil
	}
	if len(outline) < 10 {
		return broken("a glyph of %d bytes", len(outline))
	}
	if i16(outline, 0) >= 0 {
		return nil
	}
	for at, more := 10, true; more; {
		if at+4 > len(outline) {
			return broken("a composed glyph ends early")
		}
		flags := u16(outline, at)
		if err := do(at+2, u16(outline, at+2)); err != nil {
			return err
		}
		at += 6
		if flags&wideArguments != 0 {
			at += 2
		}
		switch {
		case flags&scaled != 0:
			at += 2
		case flags&scaledXY != 0:
			at += 4
		case flags&transformed != 0:
			at += 8
		}
		if at > len(outline) {
			return broken("a composed glyph ends early")
		}
		more = flags&morePartsFlag != 0
	}
	return nil
}

// tables returns the tables of the subset whose glyphs come from the given ones.
func (s *Subset) tables(from []uint16, glyf, loca []byte) map[string][]byte {
	f := s.font
	var hmtx []byte
	for _, g := range from {
		hmtx = binary.BigEndian.AppendUint16(hmtx, u16(f.tables["hmtx"], 4*min(int(g), f.measured-1)))
		hmtx = binary.BigEndian.AppendUint16(hmtx, f.bearing(g))
	}
	head, hhea, maxp := slices.Clone(f.tables["head"]), slices.Clone(f.tables["hhea"]), slices.Clone(f.tables["maxp"])
	binary.BigEndian.PutUint32(head[8:], 0)  // the sum of the file comes last
	binary.BigEndian.PutUint16(head[50:], 1) // long offsets
	binary.BigEndian.PutUint16(hhea[34:], uint16(len(from)))
	binary.BigEndian.PutUint16(maxp[4:], uint16(len(from)))
	post := make([]byte, 32)
	copy(post, f.tables["post"])
	binary.BigEndian.PutUint32(post, 0x00030000) // without the names of glyphs
	tables := map[string][]byte{
		"head": head, "hhea": hhea, "maxp": maxp, "hmtx": hmtx, "loca": loca, "glyf": glyf,
		"cmap": s.cmap(), "post": post,
	}
	for _, name := range []string{"cvt ", "fpgm", "prep", "OS/2", "name"} {
		if t, ok := f.tables[name]; ok {
			tables[name] = t
		}
	}
	return tables
}

// cmap returns a table of letters with one subtable, of format 12.
func (s *Subset) cmap() []byte {
	runes := slices.SortedFunc(maps.Keys(s.letters), cmp.Compare[rune])
	t := []byte{0, 0, 0, 1, 0, 3, 0, 10, 0, 0, 0, 12, 0, 12, 0, 0}
	t = binary.BigEndian.AppendUint32(t, uint32(16+12*len(runes)))
	t = binary.BigEndian.AppendUint32(t, 0) // no language
	t = binary.BigEndian.AppendUint32(t, uint32(len(runes)))
	for _, r := range runes {
		t = binary.BigEndian.AppendUint32(t, uint32(r))
		t = binary.BigEndian.AppendUint32(t, uint32(r))
		t = binary.BigEndian.AppendUint32(t, uint32(s.letters[r]))
	}
	return t
}

// assemble puts tables into a file, sorted by name, with their sums.
func assemble(tables map[string][]byte) []byte {
	names := slices.Sorted(maps.Keys(tables))
	log, span := 0, 1
	for span*2 <= len(names) {
		span, log = span*2, log+1
	}
	out := []byte{0, 1, 0, 0}
	for _, v := range []int{len(names), span * 16, log, (len(names) - span) * 16} {
		out = binary.BigEndian.AppendUint16(out, uint16(v))
	}
	begin := len(out) + 16*len(names)
	var body []byte
	head := 0
	for _, name := range names {
		if name == "head" {
			head = begin + len(body)
		}
		out = append(out, name...)
		out = binary.BigEndian.AppendUint32(out, sum(tables[name]))
		out = binary.BigEndian.AppendUint32(out, uint32(begin+len(body)))
		out = binary.BigEndian.AppendUint32(out, uint32(len(tables[name])))
		body = pad(append(body, tables[name]...))
	}
	out = append(out, body...)
	binary.BigEndian.PutUint32(out[head+8:], 0xB1B0AFBA-sum(out))
	return out
}

func pad(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

func sum(b []byte) (s uint32) {
	for len(b) >= 4 {
		s += binary.BigEndian.Uint32(b)
		b = b[4:]
	}
	var last [4]byte
	copy(last[:], b)
	return s + binary.BigEndian.Uint32(last[:])
}

// Tag returns the six letters that set this subset of a font, given as a file,
// apart from others in a document.
func Tag(file []byte) string {
	digest := sha256.Sum256(file)
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + digest[i]%26
	}
	return string(tag)
}
