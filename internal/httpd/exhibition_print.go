package httpd

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"pano/internal/i18n"
	"pano/internal/pano"
	"pano/internal/press/docx"
	"pano/internal/press/font"
	"pano/internal/press/pdf"
	"pano/storage/catalog"
)

// A showPaper is what is printed of an exhibition.
type showPaper struct {
	server *Server
	ctx    context.Context
	words  *i18n.Words
	e      showRow
	parts  []exhibitPart
	base   string // where people reach the site
}

// paper reads the exhibition of the address for printing.
func (s *Server) paper(r *http.Request) (p showPaper, err error) {
	v := s.viewer(r)
	p = showPaper{server: s, ctx: r.Context(), words: v.words, base: cmp.Or(strings.TrimSuffix(s.URL, "/"), s.origin(r))}
	err = s.DB.Read(p.ctx, func(tx *catalog.Tx) error {
		e, err := showOf(p.ctx, tx, r)
		if err != nil {
			return err
		}
		p.e = showRowOf(v.words, e)
		works, err := tx.Exhibits(p.ctx, v.see, e.ID)
		if err != nil {
			return err
		}
		if len(works) == 0 {
			return pano.NotFound("exhibition.nothing_to_print")
		}
		sections, err := tx.Sections(p.ctx, e.ID)
		p.parts = partsOf(p.e.Href, sections, works)
		return err
	})
	return p, err
}

// send answers with a file that make writes.
func (s *Server) sendPaper(w http.ResponseWriter, r *http.Request, kind, media, how string, make func(showPaper, io.Writer) error) error {
	p, err := s.paper(r)
	if err != nil {
		return err
	}
	var out bytes.Buffer // an error half way must not look like a file
	if err := make(p, &out); err != nil {
		return err
	}
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Disposition", how+`; filename="`+kind+"_"+p.e.Code+`"`)
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	_, err = out.WriteTo(w)
	return err
}

// printLabels answers GET /exhibitions/{id}/labels.pdf.
func (s *Server) printLabels(w http.ResponseWriter, r *http.Request) error {
	return s.sendPaper(w, r, "nhan", "application/pdf", "inline", showPaper.labels)
}

// printWorks answers GET /exhibitions/{id}/works.pdf.
func (s *Server) printWorks(w http.ResponseWriter, r *http.Request) error {
	return s.sendPaper(w, r, "danh-muc", "application/pdf", "inline", showPaper.list)
}

// printDocument answers GET /exhibitions/{id}/works.docx.
func (s *Server) printDocument(w http.ResponseWriter, r *http.Request) error {
	return s.sendPaper(w, r, "danh-muc", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "attachment", showPaper.document)
}

// fonts are those of a paper.
type fonts struct{ plain, bold, slanted *font.Font }

func sans() (f fonts, err error) {
	var faults [3]error
	f.plain, faults[0] = font.Sans()
	f.bold, faults[1] = font.SansBold()
	f.slanted, faults[2] = font.SansItalic()
	return f, errors.Join(faults[:]...)
}

func serif() (f fonts, err error) {
	var faults [3]error
	f.plain, faults[0] = font.Serif()
	f.bold, faults[1] = font.SerifBold()
	f.slanted, faults[2] = font.SerifItalic()
	return f, errors.Join(faults[:]...)
}

func (p showPaper) begin(w io.Writer, title string) *pdf.Document {
	return pdf.New(w, pdf.Options{Title: title, Author: p.server.Office, Lang: p.words.Lang, Created: p.server.Now()})
}

// Labels stand in two columns and three rows on A4, edge to edge, so that one
// cut parts two of them.
const (
	labelWide, labelHigh pdf.MM = 90, 88
	labelsAcross                = 2
	labelsDown                  = 3
	labelPad             pdf.MM = 6
	labelCode            pdf.MM = 20
)

// labels writes every label, six on a sheet, with dashes along which to cut.
func (p showPaper) labels(w io.Writer) error {
	f, err := sans()
	if err != nil {
		return err
	}
	d := p.begin(w, p.words.Say("label.sheet_title", p.e.Title))
	n := 0
	var page *pdf.Page
	for _, part := range p.parts {
		for _, x := range part.Rows {
			if n%(labelsAcross*labelsDown) == 0 {
				page = d.Page(pdf.A4)
				cutLines(page)
			}
			left := (pdf.A4.W-labelsAcross*labelWide)/2 + pdf.MM(n%labelsAcross)*labelWide
			top := (pdf.A4.H-labelsDown*labelHigh)/2 + pdf.MM(n/labelsAcross%labelsDown)*labelHigh
			if err := p.label(page, f, pdf.Rect{X: left, Y: top, W: labelWide, H: labelHigh}, x); err != nil {
				return err
			}
			n++
		}
	}
	return d.Close()
}

// cutLines draws where a sheet of labels is cut, from edge to edge of the paper.
func cutLines(page *pdf.Page) {
	pen := pdf.Pen{Width: 0.4, Color: pdf.Grey(0.55), Dash: []pdf.MM{2, 1.5}}
	left, top := (pdf.A4.W-labelsAcross*labelWide)/2, (pdf.A4.H-labelsDown*labelHigh)/2
	for i := range labelsAcross + 1 {
		page.Line(left+pdf.MM(i)*labelWide, 4, left+pdf.MM(i)*labelWide, pdf.A4.H-4, pen)
	}
	for i := range labelsDown + 1 {
		page.Line(4, top+pdf.MM(i)*labelHigh, pdf.A4.W-4, top+pdf.MM(i)*labelHigh, pen)
	}
}

// A labelLine is a text of a label, and how it looks.
type labelLine struct {
	style pdf.Style
	text  string
	after pdf.MM
}

// label writes one label into r. Its letters get smaller until all of it fits.
func (p showPaper) label(page *pdf.Page, f fonts, r pdf.Rect, x exhibitRow) error {
	r = r.Inset(labelPad)
	number := pdf.Style{Font: f.bold, Size: 20, Align: pdf.Right, Color: pdf.Grey(0.35)}
	page.Text(r.X+r.W, r.Y+number.Size.MM()*0.8, number, strconv.Itoa(x.N))
	code := p.codeOf(x)
	if err := page.QR(code, r.X+r.W-labelCode+1.5, r.Y+r.H-labelCode+1.5, labelCode); err != nil && !errors.Is(err, pdf.ErrQR) {
		return err
	}
	room := pdf.Rect{X: r.X, Y: r.Y, W: r.W - 14, H: r.H}
	lines := p.labelLines(f, x, 1)
	for scale := 0.95; heightOf(lines, room.W) > room.H && scale > 0.6; scale -= 0.05 {
		lines = p.labelLines(f, x, scale)
	}
	for _, l := range lines {
		wide := room.W
		if high := heightOf([]labelLine{l}, wide); room.Y+high > r.Y+r.H-labelCode {
			wide = r.W - labelCode // beside the code
		}
		high := page.Box(pdf.Rect{X: room.X, Y: room.Y, W: wide, H: r.Y + r.H - room.Y}, l.style, l.text)
		room.Y += high + l.after
	}
	return nil
}

// heightOf is how high lines are, one under the other.
func heightOf(lines []labelLine, wide pdf.MM) (high pdf.MM) {
	for _, l := range lines {
		// As if the code were beside all of it: some lines are, and those are longer.
		high += pdf.MM(len(l.style.Lines(l.text, wide-labelCode+14)))*l.style.LineHeight() + l.after
	}
	return high
}

// labelLines are the texts of a label, with letters scale times as large as usual.
func (p showPaper) labelLines(f fonts, x exhibitRow, scale float64) (all []labelLine) {
	add := func(text string, f *font.Font, size float64, after pdf.MM, role pdf.Role, lang string) {
		if text != "" {
			all = append(all, labelLine{pdf.Style{Font: f, Size: pdf.Pt(size * scale), Role: role, Lang: lang}, text, after})
		}
	}
	l := x.Label
	least := max(scale, 0.85) / scale // titles are read from afar
	add(l.Title, f.bold, 13*least, 0.5, pdf.Heading2, "vi")
	add(l.TitleEN, f.slanted, 10.5*least, 1, pdf.Paragraph, "en")
	add(joined(", ", l.Creator, l.Year), f.plain, 10, 0.5, pdf.Paragraph, "vi")
	size := ""
	if x.Width > 0 {
		size = p.centimetres(x.Width, x.Height)
	}
	add(joined(", ", l.Technique, size), f.plain, 9, 0.3, pdf.Paragraph, "vi")
	add(l.Source, f.plain, 9, 0, pdf.Paragraph, "vi")
	if n := len(all); n > 0 {
		all[n-1].after = 2
	}
	add(l.Text, f.plain, 9, 1.5, pdf.Paragraph, "vi")
	add(l.TextEN, f.slanted, 8.5, 0, pdf.Paragraph, "en")
	return all
}

// joined puts texts together, without those that say nothing.
func joined(between string, texts ...string) string {
	var some []string
	for _, t := range texts {
		if t != "" {
			some = append(some, t)
		}
	}
	return strings.Join(some, between)
}

// centimetres is a size as labels say it: 120 × 80 cm.
func (p showPaper) centimetres(w, h pano.MM) string {
	return p.words.Decimal(float64(w)/10, 1) + " × " + p.words.Decimal(float64(h)/10, 1) + " cm"
}

// codeOf is what the code on a label says: where the piece is found, or the work in its list.
func (p showPaper) codeOf(x exhibitRow) string {
	if x.ItemCode != "" {
		return p.base + "/m/" + url.PathEscape(x.ItemCode)
	}
	return p.base + p.e.Href + "#w-" + string(x.ID)
}

// The measures of a list of works, on A4: margins as offices have them, and
// pictures of 15 × 10 cm, two on a page.
const (
	listLeft, listRight       pdf.MM = 25, 190
	listTop, listBottom       pdf.MM = 20, 280
	pictureLong, pictureShort pdf.MM = 150, 100
	captionHigh               pdf.MM = 22
)

// listColumns are the columns of the list of works: their words, and how wide they are.
func (p showPaper) listColumns() []docx.Column {
	return []docx.Column{{Head: p.words.Say("exhibition.number"), Wide: 11}, {Head: p.words.Say("label.title"), Wide: 58}, {Head: p.words.Say("label.creator"), Wide: 34},
		{Head: p.words.Say("item.size_material"), Wide: 34}, {Head: p.words.Say("label.source"), Wide: 23}}
}

// listRow is a work in the list, a text for each column.
func (p showPaper) listRow(x exhibitRow) []string {
	size := ""
	if x.Width > 0 {
		size = p.centimetres(x.Width, x.Height)
	}
	title := x.Label.Title
	if x.ItemCode != "" {
		title += "\n" + x.ItemCode
	}
	return []string{strconv.Itoa(x.N), title, joined(", ", x.Label.Creator, x.Label.Year), joined("\n", size, x.Label.Technique), x.Label.Source}
}

// facts are what a list says of the exhibition under its title.
func (p showPaper) facts() (all []string) {
	all = append(all, joined(" · ", p.e.VenueName, p.e.When))
	if p.e.Licence != "" {
		all = append(all, p.words.Say("exhibition.licence_is", p.e.Licence))
	}
	return all
}

// A lister writes a list of works on pages.
type lister struct {
	*pdf.Document
	showPaper
	fonts
	page *pdf.Page
	y    pdf.MM
}

// list writes the list of works, then a picture of each of them.
func (p showPaper) list(w io.Writer) error {
	f, err := serif()
	if err != nil {
		return err
	}
	l := &lister{Document: p.begin(w, p.words.Say("exhibition.list_title", p.e.Title)), showPaper: p, fonts: f}
	l.turn()
	l.heading()
	l.table()
	if err := l.pictures(); err != nil {
		return err
	}
	return l.Close()
}

// turn begins a new page.
func (l *lister) turn() {
	l.page = l.Page(pdf.A4)
	l.y = listTop
	foot := pdf.Style{Font: l.plain, Size: 9, Color: pdf.Grey(0.3), Role: pdf.Ornament}
	l.page.Text(listLeft, 289, foot, l.e.Title)
	foot.Align = pdf.Right
	l.page.Text(listRight, 289, foot, strconv.Itoa(l.Pages()))
}

func (l *lister) heading() {
	wide := listRight - listLeft
	head := pdf.Style{Font: l.bold, Size: 15, Align: pdf.Center, Role: pdf.Heading1}
	l.y += l.page.Box(pdf.Rect{X: listLeft, Y: l.y, W: wide, H: 40}, head, l.words.Say("exhibition.list_title", l.e.Title)) + 2
	for _, fact := range l.facts() {
		l.y += l.page.Box(pdf.Rect{X: listLeft, Y: l.y, W: wide, H: 14}, pdf.Style{Font: l.plain, Size: 12, Align: pdf.Center}, fact) + 1
	}
	l.y += 4
}

func (l *lister) table() {
	columns := l.listColumns()
	head := make([]string, len(columns))
	for i, c := range columns {
		head[i] = c.Head
	}
	l.row(columns, head, l.bold, nil)
	for _, part := range l.parts {
		if part.Title != "" && len(part.Rows) > 0 {
			if l.y+16 > listBottom {
				l.turn()
				l.row(columns, head, l.bold, nil)
			}
			l.y += 1.5
			l.y += l.page.Box(pdf.Rect{X: listLeft, Y: l.y, W: listRight - listLeft, H: 12}, pdf.Style{Font: l.bold, Size: 12, Role: pdf.Heading2}, part.Title) + 1.5
			l.page.Line(listLeft, l.y, listRight, l.y, pdf.Pen{Width: 0.4})
		}
		for _, x := range part.Rows {
			l.row(columns, l.listRow(x), l.plain, head)
		}
	}
}

// row writes a row of the table, on a new page under the head if it does not fit.
func (l *lister) row(columns []docx.Column, texts []string, f *font.Font, head []string) {
	style := pdf.Style{Font: f, Size: 11}
	high := pdf.MM(0)
	for i, c := range columns {
		high = max(high, pdf.MM(len(style.Lines(texts[i], pdf.MM(c.Wide)-2)))*style.LineHeight())
	}
	if l.y+high+2.4 > listBottom {
		l.turn()
		if head != nil {
			l.row(columns, head, l.bold, nil)
		}
	}
	x := listLeft
	for i, c := range columns {
		l.page.Box(pdf.Rect{X: x + 1, Y: l.y + 1, W: pdf.MM(c.Wide) - 2, H: high + 1}, style, texts[i])
		x += pdf.MM(c.Wide)
	}
	l.y += high + 2.4
	l.page.Line(listLeft, l.y, listRight, l.y, pdf.Pen{Width: 0.4, Color: pdf.Grey(0.5)})
}

// pictures writes a picture of each work, 15 × 10 cm, or 10 × 15 if it is tall.
func (l *lister) pictures() error {
	l.y = listBottom
	for _, part := range l.parts {
		for _, x := range part.Rows {
			data, err := l.preview(x)
			if err != nil {
				return err
			}
			var m *pdf.Image
			if data != nil {
				if m, err = l.JPEG(bytes.NewReader(data)); errors.Is(err, pdf.ErrPicture) {
					m, err = nil, nil
				}
				if err != nil {
					return err
				}
			}
			l.picture(m, x)
		}
	}
	return nil
}

func (l *lister) picture(m *pdf.Image, x exhibitRow) {
	w, h := pictureLong, pictureShort
	if m != nil && m.Height > m.Width {
		w, h = h, w
	}
	if l.y+h+captionHigh > listBottom {
		l.turn()
	}
	place := pdf.Rect{X: (listLeft + listRight - w) / 2, Y: l.y, W: w, H: h}
	if m == nil {
		l.page.Stroke(place, pdf.Pen{Width: 0.4, Color: pdf.Grey(0.5), Dash: []pdf.MM{2, 1.5}})
		l.page.Text(place.X+w/2, place.Y+h/2, pdf.Style{Font: l.plain, Size: 11, Align: pdf.Center, Color: pdf.Grey(0.35)}, l.words.Say("exhibition.no_picture"))
	} else {
		place = l.page.Image(m, place, pdf.Whole(), l.words.Say("item.picture_of", x.Label.Title))
	}
	l.y += h + 2
	caption := pdf.Style{Font: l.plain, Size: 11, Align: pdf.Center, Role: pdf.Caption}
	l.page.Box(pdf.Rect{X: listLeft, Y: place.Y + place.H + 2, W: listRight - listLeft, H: captionHigh - 6}, caption, l.caption(x))
	l.y += captionHigh - 2
}

// caption is what stands under the picture of a work.
func (p showPaper) caption(x exhibitRow) string {
	size := ""
	if x.Width > 0 {
		size = p.centimetres(x.Width, x.Height)
	}
	return strconv.Itoa(x.N) + ". " + joined(", ", x.Label.Title, x.Label.Creator, x.Label.Year, x.Label.Technique, size)
}

// maxPreview bounds the pictures that are put into papers.
const maxPreview = 16 << 20

// preview is the larger picture of a work, nil if there is none to show.
func (p showPaper) preview(x exhibitRow) ([]byte, error) {
	if x.Preview.IsZero() {
		return nil, nil
	}
	body, _, err := p.server.Blobs.Open(p.ctx, x.Preview, 0, -1)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return io.ReadAll(io.LimitReader(body, maxPreview)) // first all of it: half a picture would spoil the document
}

// document writes the list of works, then a picture of each of them, for people
// to go on writing.
func (p showPaper) document(w io.Writer) error {
	d := docx.New(w, docx.Options{Title: p.words.Say("exhibition.list_title", p.e.Title), Author: p.server.Office, Lang: p.words.Lang, Created: p.server.Now()})
	d.Text(docx.Title, p.words.Say("exhibition.list_title", p.e.Title))
	for _, fact := range p.facts() {
		d.Text(docx.Small, fact)
	}
	for _, part := range p.parts {
		if len(part.Rows) == 0 {
			continue
		}
		if part.Title != "" {
			d.Text(docx.Heading, part.Title)
		}
		var rows [][]string
		for _, x := range part.Rows {
			rows = append(rows, p.listRow(x))
		}
		d.Table(p.listColumns(), rows)
	}
	d.Break()
	for _, part := range p.parts {
		for _, x := range part.Rows {
			if err := p.pictureIn(d, x); err != nil {
				return err
			}
			d.Text(docx.Caption, p.caption(x))
		}
	}
	return d.Close()
}

// pictureIn puts the picture of a work into d, within 15 × 10 cm, or 10 × 15.
func (p showPaper) pictureIn(d *docx.Document, x exhibitRow) error {
	data, err := p.preview(x)
	if err != nil || data == nil {
		d.Text(docx.Small, p.words.Say("exhibition.no_picture"))
		return err
	}
	w, h := float64(x.PreviewWidth), float64(x.PreviewHeight)
	long, short := float64(pictureLong), float64(pictureShort)
	if h > w {
		long, short = short, long
	}
	scale := min(long/w, short/h)
	err = d.Picture(bytes.NewReader(data), x.PreviewType, docx.MM(w*scale), docx.MM(h*scale), p.words.Say("item.picture_of", x.Label.Title))
	if errors.Is(err, docx.ErrPicture) {
		d.Text(docx.Small, p.words.Say("exhibition.no_picture"))
		return nil
	}
	return err
}
