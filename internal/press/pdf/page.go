package pdf

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"rsc.io/qr"
)

// A Page is the page at hand of a document. It is of no use after the next one
// was begun.
type Page struct {
	doc     *Document
	ref     Ref
	size    Size
	content bytes.Buffer
	used    map[string]Ref // fonts and pictures, by their names on the page
	marks   []Ref
	trim    *Rect
	bleed   *Rect
}

// Size returns the size of the page.
func (p *Page) Size() Size { return p.size }

// Trim says where the page is cut to its finished size.
func (p *Page) Trim(r Rect) { p.trim = &r }

// Bleed says how far what is printed reaches over the cut.
func (p *Page) Bleed(r Rect) { p.bleed = &r }

// A Color is a colour of ink or light. The zero value is black, of black ink.
type Color struct {
	space byte // 0 grey, 1 RGB, 2 CMYK, 3 every plate
	v     [4]float64
}

// Grey returns a grey from 0, black, to 1, white.
func Grey(light float64) Color { return Color{0, [4]float64{light}} }

// RGB returns a colour of light, each part from 0 to 1.
func RGB(r, g, b float64) Color { return Color{1, [4]float64{r, g, b}} }

// CMYK returns a colour of inks, each part from 0 to 1.
func CMYK(c, m, y, k float64) Color { return Color{2, [4]float64{c, m, y, k}} }

// Registration is the colour of marks that must be on every plate of a press.
func Registration() Color { return Color{space: 3} }

// color sets c for areas, or for lines.
func (p *Page) color(c Color, lines bool) {
	if c.space == 3 {
		p.registration(lines)
		return
	}
	name, n := [...]string{"g", "rg", "k"}[c.space], [...]int{1, 3, 4}[c.space]
	if lines {
		name = strings.ToUpper(name)
	}
	for _, v := range c.v[:n] {
		p.printf("%s ", p.number(min(max(v, 0), 1)))
	}
	p.printf("%s\n", name)
}

func (p *Page) registration(lines bool) {
	d := p.doc
	if d.register == 0 {
		d.register = d.file.Add("[/Separation /All /DeviceCMYK << /FunctionType 2 /Domain [0 1] /C0 [0 0 0 0] /C1 [1 1 1 1] /N 1 >>]")
	}
	p.used["C1"] = d.register
	if lines {
		p.printf("/C1 CS 1 SCN\n")
	} else {
		p.printf("/C1 cs 1 scn\n")
	}
}

// A Pen draws lines.
type Pen struct {
	Width Pt // 0 = half a point
	Color Color
	Dash  []MM // lengths drawn and left out in turn; none = a whole line
}

func (p *Page) pen(pen Pen) {
	if pen.Width == 0 {
		pen.Width = 0.5
	}
	p.color(pen.Color, true)
	p.printf("%s w [", p.number(float64(pen.Width)))
	for _, d := range pen.Dash {
		p.printf(" %s", p.number(float64(d)*pointsPerMM))
	}
	p.printf(" ] 0 d\n")
}

// Line draws a line between two points.
func (p *Page) Line(x1, y1, x2, y2 MM, pen Pen) {
	p.mark(Ornament, "", "")
	p.pen(pen)
	p.printf("%s %s m %s %s l S\n", p.x(x1), p.y(y1), p.x(x2), p.y(y2))
	p.unmark()
}

// Stroke draws the sides of r.
func (p *Page) Stroke(r Rect, pen Pen) {
	p.mark(Ornament, "", "")
	p.pen(pen)
	p.printf("%s S\n", p.rect(r))
	p.unmark()
}

// Circle draws a circle around a point.
func (p *Page) Circle(x, y, radius MM, pen Pen) {
	const k = 0.5523 // how far the handles of a quarter are, in radii
	p.mark(Ornament, "", "")
	p.pen(pen)
	p.printf("%s %s m\n", p.x(x+radius), p.y(y))
	for _, q := range [][2]MM{{1, 0}, {0, 1}, {-1, 0}, {0, -1}} { // where each quarter begins
		nx, ny := -q[1], q[0] // and ends
		ax, ay := q[0]+k*nx, q[1]+k*ny
		bx, by := nx+k*q[0], ny+k*q[1]
		p.printf("%s %s %s %s %s %s c\n", p.x(x+radius*ax), p.y(y+radius*ay), p.x(x+radius*bx), p.y(y+radius*by), p.x(x+radius*nx), p.y(y+radius*ny))
	}
	p.printf("s\n")
	p.unmark()
}

// Fill covers r with a colour.
func (p *Page) Fill(r Rect, c Color) {
	p.mark(Ornament, "", "")
	p.color(c, false)
	p.printf("%s f\n", p.rect(r))
	p.unmark()
}

// Clip shows only what draw puts inside of r.
func (p *Page) Clip(r Rect, draw func()) {
	p.printf("q %s W n\n", p.rect(r))
	draw()
	p.printf("Q\n")
}

// QR draws text as a QR code on white, whose four sides with the quiet zone
// around it are side long. Its error correction mends 15 of 100 (level M). Keep
// to ASCII, as addresses do: readers guess what other bytes mean. Text that is
// too long is ErrQR, and nothing is drawn.
func (p *Page) QR(text string, x, y, side MM) error {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return fmt.Errorf("%w: %d bytes", ErrQR, len(text))
	}
	const quiet = 4
	p.mark(figure, text, "")
	p.printf("q 1 g %s f 0 g\n", p.rect(Rect{x, y, side, side}))
	// one unit is one module, counted from the top
	module := float64(side) * pointsPerMM / float64(code.Size+2*quiet)
	p.printf("%s 0 0 %s %s %s cm\n", p.fine(module), p.fine(-module), p.x(x), p.y(y))
	// all of it is one shape: two that touch would let a hair of white through
	for row := range code.Size {
		for from := 0; from < code.Size; from++ {
			to := from
			for to < code.Size && code.Black(to, row) {
				to++
			}
			if to > from {
				p.printf("%d %d %d 1 re\n", from+quiet, row+quiet, to-from)
				from = to
			}
		}
	}
	p.printf("f Q\n")
	p.unmark()
	return nil
}

func (p *Page) printf(format string, args ...any) { fmt.Fprintf(&p.content, format, args...) }

func (p *Page) number(v float64) string {
	s, err := number(v)
	if err != nil {
		p.doc.file.Fail(err)
	}
	return s
}

// fine returns v with six decimals, for what is multiplied later.
func (p *Page) fine(v float64) string {
	p.number(v)
	return fmt.Sprintf("%.6f", v)
}

// x and y return a place on the page as PDF counts it: in points from below.
func (p *Page) x(v MM) string { return p.number(float64(v) * pointsPerMM) }
func (p *Page) y(v MM) string { return p.number(float64(p.size.H-v) * pointsPerMM) }

func (p *Page) rect(r Rect) string {
	return fmt.Sprintf("%s %s %s %s re", p.x(r.X), p.y(r.Y+r.H), p.x(r.W), p.number(float64(r.H)*pointsPerMM))
}

// box returns r as the corners that a page's dictionary wants.
func (p *Page) box(r Rect) string {
	return fmt.Sprintf("[%s %s %s %s]", p.x(r.X), p.y(r.Y+r.H), p.x(r.X+r.W), p.y(r.Y))
}

// endPage writes the page at hand, if there is one.
func (d *Document) endPage() {
	p := d.page
	if p == nil {
		return
	}
	d.page = nil
	content := d.file.Reserve()
	d.file.Deflate(content, "", p.content.Bytes())
	boxes := "/MediaBox " + p.box(Rect{0, 0, p.size.W, p.size.H})
	if p.bleed != nil {
		boxes += " /BleedBox " + p.box(*p.bleed)
	}
	if p.trim != nil {
		boxes += " /TrimBox " + p.box(*p.trim)
	}
	d.file.Put(p.ref, fmt.Sprintf("<< /Type /Page /Parent %v %s /Resources << %s >> /Contents %v /StructParents %d /Tabs /S >>",
		d.pages, boxes, p.resources(), content, d.tags.page(d.file, p.marks)))
	d.kids = append(d.kids, p.ref)
}

// resources names the colours, fonts and pictures of the page. Names begin with the
// letter of their kind.
func (p *Page) resources() string {
	kinds := map[byte]*strings.Builder{'C': {}, 'F': {}, 'I': {}}
	for _, name := range slices.Sorted(maps.Keys(p.used)) {
		fmt.Fprintf(kinds[name[0]], " /%s %v", name, p.used[name])
	}
	return fmt.Sprintf("/ColorSpace <<%s >> /Font <<%s >> /XObject <<%s >>", kinds['C'].String(), kinds['F'].String(), kinds['I'].String())
}
