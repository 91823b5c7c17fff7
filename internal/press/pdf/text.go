package pdf

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf16"

	"pano/internal/press/font"
)

// An Align says where the lines of a text stand.
type Align uint8

const (
	Left Align = iota
	Center
	Right
)

// A Style is how a text looks. Font and Size are needed.
type Style struct {
	Font    *font.Font
	Size    Pt
	Leading float64 // from line to line, in sizes; 0 = 1.35, which leaves room for stacked marks
	Color   Color
	Align   Align
	Role    Role
	Lang    string // when it is not that of the document
}

// LineHeight returns the distance from line to line.
func (s Style) LineHeight() MM {
	if s.Leading == 0 {
		s.Leading = 1.35
	}
	return MM(float64(s.Size.MM()) * s.Leading)
}

// Width returns how wide text is on one line.
func (s Style) Width(text string) MM {
	return MM(s.Font.Width(text) / 1000 * float64(s.Size.MM()))
}

// baseline returns how far below the top of its line a text stands, so that
// there is as much room above its letters as below.
func (s Style) baseline() MM {
	m := s.Font.Metrics()
	spare := float64(s.LineHeight()) - (m.Ascent-m.Descent)/1000*float64(s.Size.MM())
	return MM(spare/2 + m.Ascent/1000*float64(s.Size.MM()))
}

// Lines breaks text between words into lines no wider than width. A word that
// is wider by itself is broken between letters; line feeds begin new lines.
func (s Style) Lines(text string, width MM) []string {
	var lines []string
	for para := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		line := ""
		for _, word := range strings.FieldsFunc(font.Compose(para), func(r rune) bool { return r == ' ' }) {
			longer := word
			if line != "" {
				longer = line + " " + word
			}
			if s.Width(longer) <= width {
				line = longer
				continue
			}
			if line != "" {
				lines = append(lines, line)
			}
			var cut []string
			cut, line = s.cut(word, width)
			lines = append(lines, cut...)
		}
		lines = append(lines, line)
	}
	return lines
}

// cut breaks a word that is wider than width; rest is what fits on a line that
// may go on. Every line has a letter at least.
func (s Style) cut(word string, width MM) (lines []string, rest string) {
	line, wide := []rune{}, MM(0)
	for _, r := range word {
		w := s.Width(string(r))
		if len(line) > 0 && wide+w > width {
			lines = append(lines, string(line))
			line, wide = line[:0], 0
		}
		line, wide = append(line, r), wide+w
	}
	return lines, string(line)
}

// Fit breaks text into at most most lines no wider than width, and says with an
// ellipsis that there was more.
func (s Style) Fit(text string, width MM, most int) []string {
	if most < 1 {
		return nil
	}
	lines := s.Lines(text, width)
	if len(lines) <= most {
		return lines
	}
	last := []rune(lines[most-1])
	for len(last) > 0 && s.Width(string(last)+"…") > width {
		last = last[:len(last)-1]
	}
	return append(lines[:most-1], strings.TrimRight(string(last), " ")+"…")
}

// Text writes text on one line that stands at y. It begins at x, ends there, or
// has its middle there, as the style is aligned.
func (p *Page) Text(x, y MM, s Style, text string) {
	p.mark(s.Role, "", s.Lang)
	p.line(x, y, s, text)
	p.unmark()
}

// Box writes text into r from its top, broken into lines between its sides,
// and returns how high it is. What does not fit ends with an ellipsis; a box
// lower than one line stays empty.
func (p *Page) Box(r Rect, s Style, text string) MM {
	most := int(math.Floor(float64(r.H/s.LineHeight()) + 1e-6))
	lines := s.Fit(text, r.W, most)
	if len(lines) == 0 {
		return 0
	}
	x := r.X
	switch s.Align {
	case Center:
		x += r.W / 2
	case Right:
		x += r.W
	}
	p.mark(s.Role, "", s.Lang)
	for i, line := range lines {
		p.line(x, r.Y+MM(i)*s.LineHeight()+s.baseline(), s, line)
	}
	p.unmark()
	return MM(len(lines)) * s.LineHeight()
}

func (p *Page) line(x, y MM, s Style, text string) {
	switch s.Align {
	case Center:
		x -= s.Width(text) / 2
	case Right:
		x -= s.Width(text)
	}
	e := p.doc.font(s.Font)
	p.used[e.name] = e.ref
	p.color(s.Color, false)
	p.printf("BT /%s %s Tf %s %s Td <", e.name, p.number(float64(s.Size)), p.x(x), p.y(y))
	for _, l := range e.letters.Letters(text) {
		p.printf("%04X", l.Number)
	}
	p.printf("> Tj ET\n")
}

// embedded is a font of a document with the letters it uses.
type embedded struct {
	font    *font.Font
	name    string // on the pages
	ref     Ref
	letters *font.Subset
}

func (d *Document) font(f *font.Font) *embedded {
	e, ok := d.fonts[f]
	if !ok {
		e = &embedded{f, fmt.Sprintf("F%d", len(d.order)+1), d.file.Reserve(), f.NewSubset()}
		d.fonts[f] = e
		d.order = append(d.order, e)
	}
	return e
}

// write writes the font with the letters that were used.
func (e *embedded) write(f *File) error {
	program, err := e.letters.Bytes()
	if err != nil {
		return err
	}
	name := font.Tag(program) + "+" + e.font.Name()
	file, letters := f.Reserve(), f.Reserve()
	f.Deflate(file, fmt.Sprintf("/Length1 %d", len(program)), program)
	f.Deflate(letters, "", []byte(e.unicode()))
	cid := f.Add(fmt.Sprintf("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /%s "+
		"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "+
		"/FontDescriptor %v /DW 0 /W [0 [%s]] /CIDToGIDMap /Identity >>", name, f.Add(e.descriptor(name, file)), e.widths()))
	f.Put(e.ref, fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%v] /ToUnicode %v >>", name, cid, letters))
	return nil
}

func (e *embedded) descriptor(name string, file Ref) string {
	m := e.font.Metrics()
	flags := 4 // letters of its own numbering
	if m.Fixed {
		flags |= 1
	}
	if m.Serif {
		flags |= 2
	}
	if m.ItalicAngle != 0 {
		flags |= 64
	}
	stem := 50 + max(m.Weight-100, 0)/10 // what it should be is written nowhere in the font
	return fmt.Sprintf("<< /Type /FontDescriptor /FontName /%s /Flags %d /FontBBox [%.0f %.0f %.0f %.0f] /ItalicAngle %.1f "+
		"/Ascent %.0f /Descent %.0f /CapHeight %.0f /StemV %d /FontFile2 %v >>",
		name, flags, m.Box[0], m.Box[1], m.Box[2], m.Box[3], m.ItalicAngle, m.Ascent, m.Descent, m.CapHeight, stem, file)
}

func (e *embedded) widths() string {
	var b strings.Builder
	for n := range e.letters.Runes() {
		s, _ := number(e.letters.Advance(uint16(n))) // a quotient of two small numbers
		b.WriteString(s + " ")
	}
	return b.String()
}

// unicode returns the program that turns the numbers on the pages into letters.
func (e *embedded) unicode() string {
	var b strings.Builder
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	const atOnce = 100
	runes := e.letters.Runes()
	for from := 1; from < len(runes); from += atOnce {
		to := min(from+atOnce, len(runes))
		fmt.Fprintf(&b, "%d beginbfchar\n", to-from)
		for n := from; n < to; n++ {
			fmt.Fprintf(&b, "<%04X> <", n)
			for _, u := range utf16.Encode(runes[n : n+1]) {
				fmt.Fprintf(&b, "%04X", u)
			}
			b.WriteString(">\n")
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return b.String()
}

// A Stamp is a line of text that is not known yet when pages are drawn, such as
// how many of them there are.
type Stamp struct {
	doc   *Document
	name  string
	ref   Ref
	style Style
	text  string
}

// Stamp returns a stamp that says nothing until it is set. It is an ornament.
func (d *Document) Stamp(s Style) *Stamp {
	ref := d.file.Reserve()
	st := &Stamp{doc: d, name: fmt.Sprintf("I%d", int(ref)), ref: ref, style: s}
	d.stamps = append(d.stamps, st)
	return st
}

// Set says what the stamp is on all pages, also those that are finished, until
// the document is closed.
func (s *Stamp) Set(text string) { s.text = text }

// Stamp puts s on the page as Text would.
func (p *Page) Stamp(x, y MM, s *Stamp) {
	p.mark(Ornament, "", "")
	p.used[s.name] = s.ref
	p.printf("q 1 0 0 1 %s %s cm /%s Do Q\n", p.x(x), p.y(y), s.name)
	p.unmark()
}

// write writes the stamp as a drawing of its own, around the place where it is put.
func (s *Stamp) write(f *File) {
	own := &Page{doc: s.doc, used: map[string]Ref{}}
	own.line(0, 0, s.style, s.text)
	const far = 5000 * pointsPerMM
	f.Deflate(s.ref, fmt.Sprintf("/Type /XObject /Subtype /Form /BBox [%.0f %.0f %.0f %.0f] /Resources << %s >>", -far, -far, far, far, own.resources()), own.content.Bytes())
}
