// Package pdfx writes files for presses: PDF/X-4:2010 and, for pictures that are
// inks already, PDF/X-1a:2001. A file has one picture, which passes through as it
// is; how it is cut, turned, and drawn on over the edge is said beside it.
//
// A wall too wide for a roll is cut into panels, a page each, which all draw the
// same picture: it is in the file once.
package pdfx

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"pano/internal/icc"
	"pano/internal/press/font"
	"pano/internal/press/pdf"
)

// What can be wrong with a sheet; the errors of what it is written to and read
// from come as they are.
var (
	ErrSheet   = errors.New("a sheet that cannot be printed as it is")
	ErrProfile = errors.New("not the profile of a press that prints with four inks")
	ErrColours = errors.New("the standard takes inks only")
)

// A Standard is what a print shop asks for.
type Standard uint8

const (
	X4  Standard = iota // PDF/X-4:2010: pictures of any colours, with profiles
	X1a                 // PDF/X-1a:2001: inks only
)

// An Intent is the press that a file is made for.
type Intent struct {
	Profile   []byte // ICC, of class prtr, for four inks
	ID        string // of the condition, as FOGRA39; "" is Custom
	Condition string // in words
	Registry  string // where ID is explained, "" if nowhere
}

// Sides are four lengths around a rectangle.
type Sides struct{ Top, Right, Bottom, Left pdf.MM }

// All returns the same length on every side.
func All(d pdf.MM) Sides { return Sides{d, d, d, d} }

// A Sheet is one piece to be printed.
type Sheet struct {
	Standard Standard
	Title    string
	Lang     string
	Creator  string // of the file: the program, in words
	Created  time.Time
	Intent   Intent

	Size    pdf.Size // finished
	Bleed   Sides    // what is printed beyond that, and cut off
	Scale   int      // the file is drawn 1:Scale; 0 is 1
	Panels  []Panel  // none is one page for all
	Picture pdf.Picture
	FocusX  float64 // 0 to 1 across the picture: where it is cut last
	FocusY  float64 // and down
	// Mirror fills the bleed with the turned-over edge of the picture where the
	// cut leaves nothing. Without it the picture is as large as size and bleed.
	Mirror bool

	Marks bool       // for cutting and for holding plates together, outside of the bleed
	Slug  string     // a line of text beside them
	Font  *font.Font // of the slug
}

// A Panel is a part of the finished width, from X on.
type Panel struct{ X, W pdf.MM }

// Panels returns the fewest panels of the same width that cover width on rolls
// of a width, each overlapping the next. It returns none if one roll is enough,
// or if the overlap leaves nothing of a roll.
func Panels(width, roll, overlap pdf.MM) []Panel {
	if width <= roll || roll <= overlap || overlap < 0 {
		return nil
	}
	n := 1
	for pdf.MM(n)*(roll-overlap)+overlap < width {
		n++
	}
	w := (width + pdf.MM(n-1)*overlap) / pdf.MM(n)
	all := make([]Panel, n)
	for i := range all {
		all[i] = Panel{pdf.MM(i) * (w - overlap), w}
	}
	return all
}

const (
	longest = 5080 // mm of a page: what readers show
	marks   = 12   // mm around the bleed where there are marks
)

// Write writes s to w. Nothing is decoded: the picture is copied while it is read.
func Write(w io.Writer, s Sheet) error {
	if err := s.check(); err != nil {
		return err
	}
	d := pdf.New(w, pdf.Options{Title: s.Title, Lang: s.Lang, Created: s.Created, Extra: s.extra()})
	picture, err := d.Add(s.picture())
	if err != nil {
		return err
	}
	panels := s.Panels
	if len(panels) == 0 {
		panels = []Panel{{0, s.Size.W}}
	}
	for i, p := range panels {
		s.page(d, picture, p, i+1, len(panels))
	}
	return d.Close()
}

// picture is the picture in colours that the standard knows. Inks stay inks: they
// are sent to the press as they are. Lights always have a profile, that of most
// screens where theirs is missing or none.
func (s Sheet) picture() pdf.Picture {
	p := s.Picture
	switch {
	case p.Space == pdf.DeviceCMYK || s.Standard == X1a:
		p.Profile = nil
	case p.Space == pdf.DeviceRGB:
		if own, err := icc.Parse(p.Profile); err != nil || own.Space() != icc.RGB {
			p.Profile = icc.SRGB()
		}
	}
	return p
}

func (s Sheet) scale() pdf.MM { return pdf.MM(max(s.Scale, 1)) }

func (s Sheet) check() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s", ErrSheet, fmt.Sprintf(format, args...))
	}
	b := s.Bleed
	switch {
	case s.Title == "" || s.Created.IsZero():
		return bad("no title, or no date")
	case !(s.Size.W > 0 && s.Size.H > 0):
		return bad("%g × %g mm", s.Size.W, s.Size.H)
	case !(min(b.Top, b.Right, b.Bottom, b.Left) >= 0 && max(b.Top, b.Right, b.Bottom, b.Left) <= 500):
		return bad("a bleed of %v mm", b)
	case s.Scale < 0 || s.Scale > 100:
		return bad("1:%d", s.Scale)
	case s.Picture.Width < 1 || s.Picture.Height < 1 || s.Picture.Body == nil:
		return bad("no picture")
	case s.Slug != "" && s.Font == nil:
		return bad("a slug without a font")
	}
	around := pdf.MM(2 * marks)
	if long := (max(s.Size.W+b.Left+b.Right, s.Size.H+b.Top+b.Bottom))/s.scale() + around; long > longest && len(s.Panels) == 0 {
		return bad("%.0f mm long; draw it at a scale", long)
	}
	for _, p := range s.Panels {
		if !(p.X >= 0 && p.W > 0 && p.X+p.W <= s.Size.W+0.01) {
			return bad("a panel from %g, %g mm wide", p.X, p.W)
		}
	}
	profile, err := icc.Parse(s.Intent.Profile)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrProfile, err)
	}
	if profile.Class() != "prtr" || profile.Space() != icc.CMYK {
		return fmt.Errorf("%w: class %q, space %q", ErrProfile, profile.Class(), profile.Space())
	}
	if s.Standard == X1a && s.Picture.Space == pdf.DeviceRGB {
		return ErrColours
	}
	return nil
}

// page draws one panel. All of it is drawn in the millimetres of the file.
func (s Sheet) page(d *pdf.Document, m *pdf.Image, panel Panel, n, of int) {
	k := s.scale()
	margin := pdf.MM(0)
	if s.Marks {
		margin = marks
	}
	b := Sides{s.Bleed.Top / k, s.Bleed.Right / k, s.Bleed.Bottom / k, s.Bleed.Left / k}
	trim := pdf.Rect{X: margin + b.Left, Y: margin + b.Top, W: panel.W / k, H: s.Size.H / k}
	bleed := pdf.Rect{X: margin, Y: margin, W: trim.W + b.Left + b.Right, H: trim.H + b.Top + b.Bottom}
	p := d.Page(pdf.Size{W: bleed.W + 2*margin, H: bleed.H + 2*margin})
	p.Trim(trim)
	p.Bleed(bleed)
	whole := pdf.Rect{X: trim.X - panel.X/k, Y: trim.Y, W: s.Size.W / k, H: trim.H} // of all panels
	p.Clip(bleed, func() { s.draw(p, m, whole, b) })
	if s.Marks {
		s.marks(p, trim, bleed, fmt.Sprintf("%d/%d", n, of))
	}
}

// draw draws the picture over trim and the bleed around it.
func (s Sheet) draw(p *pdf.Page, m *pdf.Image, trim pdf.Rect, b Sides) {
	over := pdf.Rect{X: trim.X - b.Left, Y: trim.Y - b.Top, W: trim.W + b.Left + b.Right, H: trim.H + b.Top + b.Bottom}
	if !s.Mirror {
		p.Stretch(m, cover(m, over, s.FocusX, s.FocusY), false, false)
		return
	}
	full := cover(m, trim, s.FocusX, s.FocusY)
	const lap = 0.02 // mm by which a turned copy slides under the original: no white seam
	columns, rows := reach(full.X, full.W, over.X, over.W), reach(full.Y, full.H, over.Y, over.H)
	for _, row := range rows {
		for _, column := range columns {
			if row != 0 || column != 0 {
				at := full
				at.X += pdf.MM(column) * (full.W - lap)
				at.Y += pdf.MM(row) * (full.H - lap)
				p.Stretch(m, at, column != 0, row != 0)
			}
		}
	}
	p.Stretch(m, full, false, false) // last, over the edges of the others
}

// reach says on which sides of a picture from at over long there is room left
// empty: -1 before it, 1 after it; 0 is the picture itself.
func reach(at, long, from, room pdf.MM) []int {
	sides := []int{0}
	if from < at-0.001 {
		sides = append(sides, -1)
	}
	if from+room > at+long+0.001 {
		sides = append(sides, 1)
	}
	return sides
}

// cover returns where a picture is that fills r, cut around its focus.
func cover(m *pdf.Image, r pdf.Rect, fx, fy float64) pdf.Rect {
	scale := max(r.W/pdf.MM(m.Width), r.H/pdf.MM(m.Height))
	w, h := pdf.MM(m.Width)*scale, pdf.MM(m.Height)*scale
	shift := func(full, room pdf.MM, focus float64) pdf.MM {
		return min(max(pdf.MM(focus)*full-room/2, 0), full-room)
	}
	return pdf.Rect{X: r.X - shift(w, r.W, fx), Y: r.Y - shift(h, r.H, fy), W: w, H: h}
}

// marks draws what the shop cuts and aligns by, outside of the bleed.
func (s Sheet) marks(p *pdf.Page, trim, bleed pdf.Rect, page string) {
	pen := pdf.Pen{Width: 0.25, Color: pdf.Registration()}
	const gap, long = 2, 6
	left, right, top, bottom := bleed.X-gap, bleed.X+bleed.W+gap, bleed.Y-gap, bleed.Y+bleed.H+gap
	for _, x := range []pdf.MM{trim.X, trim.X + trim.W} {
		p.Line(x, top, x, top-long, pen)
		p.Line(x, bottom, x, bottom+long, pen)
	}
	for _, y := range []pdf.MM{trim.Y, trim.Y + trim.H} {
		p.Line(left, y, left-long, y, pen)
		p.Line(right, y, right+long, y, pen)
	}
	const ring = 1.6
	for _, at := range [][2]pdf.MM{{trim.X + trim.W/2, top - 3}, {trim.X + trim.W/2, bottom + 3}, {left - 3, trim.Y + trim.H/2}, {right + 3, trim.Y + trim.H/2}} {
		p.Circle(at[0], at[1], ring, pen)
		p.Line(at[0]-2.6, at[1], at[0]+2.6, at[1], pen)
		p.Line(at[0], at[1]-2.6, at[0], at[1]+2.6, pen)
	}
	if s.Slug == "" {
		return
	}
	line := pdf.Style{Font: s.Font, Size: 7, Role: pdf.Ornament, Color: pdf.CMYK(0, 0, 0, 1)}
	text := s.Slug
	if s.Scale > 1 {
		text += fmt.Sprintf(" · 1:%d", s.Scale)
	}
	if len(s.Panels) > 1 {
		text += " · " + page
	}
	room := pdf.Rect{X: trim.X + 4, Y: bottom + 4, W: trim.W/2 - 8, H: 5}
	p.Box(room, line, text)
}

// extra is what the standard has a file say of itself.
func (s Sheet) extra() pdf.Extra {
	e := pdf.Extra{Version: "1.6", Catalog: s.intent}
	e.Info = "/Trapped /False /GTS_PDFXVersion (PDF/X-4)" // X-4 wants it in the metadata; older readers look here
	if s.Standard == X1a {
		e.Version = "1.3"
		e.Info = "/Trapped /False /GTS_PDFXVersion (PDF/X-1:2001) /GTS_PDFXConformance (PDF/X-1a:2001)"
	}
	if s.Creator != "" {
		e.Info += " /Creator " + pdf.Text(s.Creator)
	}
	var b strings.Builder
	element := func(name, space, text string) {
		fmt.Fprintf(&b, `<%s xmlns:%s="%s">`, name, strings.Split(name, ":")[0], space)
		xml.EscapeText(&b, []byte(text)) // a builder takes everything
		fmt.Fprintf(&b, "</%s>\n", name)
	}
	const mm = "http://ns.adobe.com/xap/1.0/mm/"
	id := "uuid:" + s.uuid()
	element("xmpMM:DocumentID", mm, id)
	element("xmpMM:InstanceID", mm, id)
	element("xmpMM:VersionID", mm, "1")
	element("xmpMM:RenditionClass", mm, "default")
	element("pdf:Trapped", "http://ns.adobe.com/pdf/1.3/", "False")
	if s.Creator != "" {
		element("xmp:CreatorTool", "http://ns.adobe.com/xap/1.0/", s.Creator)
	}
	if s.Scale > 1 {
		b.WriteString(`<dc:description xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Alt><rdf:li xml:lang="x-default">` +
			fmt.Sprintf("1:%d", s.Scale) + "</rdf:li></rdf:Alt></dc:description>\n")
	}
	if s.Standard == X4 {
		element("pdfxid:GTS_PDFXVersion", "http://www.npes.org/pdfx/ns/id/", "PDF/X-4")
	}
	e.Metadata = b.String()
	return e
}

// uuid follows from what the sheet says, so that writing it again gives the same file.
func (s Sheet) uuid() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %v %v %v %v %v %d %d", s.Title, s.Slug, s.Created.UTC(), s.Size, s.Bleed, s.Scale, s.Panels, s.Picture.Width, s.Picture.Height))
	sum[6], sum[8] = sum[6]&0x0F|0x80, sum[8]&0x3F|0x80 // of a version that is ours to choose
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// intent writes the profile of the press and returns the entry that names it.
func (s Sheet) intent(f *pdf.File) string {
	profile := f.Reserve()
	f.Deflate(profile, "/N 4 /Alternate /DeviceCMYK", s.Intent.Profile)
	id := s.Intent.ID
	if id == "" {
		id = "Custom"
	}
	condition := s.Intent.Condition
	if condition == "" {
		condition = id
	}
	e := fmt.Sprintf("/OutputIntents [<< /Type /OutputIntent /S /GTS_PDFX /OutputConditionIdentifier %s /OutputCondition %s /Info %s /DestOutputProfile %v",
		pdf.Text(id), pdf.Text(condition), pdf.Text(condition), profile)
	if s.Intent.Registry != "" {
		e += " /RegistryName " + pdf.Text(s.Intent.Registry)
	}
	return e + " >>]"
}
