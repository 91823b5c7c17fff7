package httpd

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"pano/internal/i18n"
	"pano/internal/pano"
	"pano/internal/press/font"
	"pano/internal/press/pdf"
	"pano/storage/catalog"
)

// How much goes on paper at once.
const (
	mostSheets = 50  // orders
	mostStops  = 600 // places of all of them
)

// A routeSheet is a work order as it goes on paper.
type routeSheet struct {
	W       errandView
	Streets []streetLines
}

// showRoute answers GET /orders/work/{id}/sheet.pdf.
func (s *Server) showRoute(w http.ResponseWriter, r *http.Request) error {
	return s.writeSheets(w, r, []string{r.PathValue("id")})
}

// showRoutes answers GET /orders/work/sheet.pdf: those named id, one after the other.
func (s *Server) showRoutes(w http.ResponseWriter, r *http.Request) error {
	ids := r.URL.Query()["id"]
	if len(ids) == 0 {
		return pano.Invalid("work.none_ticked")
	}
	if len(ids) > mostSheets {
		return pano.Invalid("work.too_many_sheets", mostSheets)
	}
	return s.writeSheets(w, r, ids)
}

func (s *Server) writeSheets(w http.ResponseWriter, r *http.Request, ids []string) error {
	var all []routeSheet
	v := s.viewer(r)
	v.see = crewSees(actor(r))
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		stops := 0
		for _, id := range ids {
			x, err := errand(r.Context(), tx, actor(r), id)
			if err != nil {
				return err
			}
			if stops += x.Total; stops > mostStops {
				return pano.Invalid("work.too_many_sheets", len(all))
			}
			lines, err := tx.WorkLines(r.Context(), v.see, x.ID)
			if err != nil {
				return err
			}
			all = append(all, routeSheet{v.errand(x), v.route(wanted(lines))})
		}
		return nil
	})
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := s.printSheets(r.Context(), &out, v.words, cmp.Or(strings.TrimSuffix(s.URL, "/"), s.origin(r)), all); err != nil {
		return err
	}
	name := "lo-trinh_" + all[0].W.Code + ".pdf"
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `inline; filename="`+name+`"`)
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	_, err = out.WriteTo(w)
	return err
}

// wanted are the lines that were not dropped.
func wanted(lines []catalog.WorkLine) (some []catalog.WorkLine) {
	for _, l := range lines {
		if l.Line != pano.LineDropped {
			some = append(some, l)
		}
	}
	return some
}

// The measures of a route sheet, on A4.
const (
	sheetLeft   pdf.MM = 12
	sheetRight  pdf.MM = 198
	sheetTop    pdf.MM = 12
	sheetBottom pdf.MM = 283
	stopHigh    pdf.MM = 31
	codeSide    pdf.MM = 27
	signHigh    pdf.MM = 34
)

// A sheetPrinter writes route sheets page by page.
type sheetPrinter struct {
	*pdf.Document
	ctx    context.Context
	server *Server
	words  *i18n.Words
	base   string
	plain  *font.Font
	bold   *font.Font
	page   *pdf.Page
	y      pdf.MM
	of     string // running title
	number int    // of the page
	thumbs map[pano.Digest]*pdf.Image
}

// printSheets writes route sheets to w, each from a page of its own on.
func (s *Server) printSheets(ctx context.Context, w io.Writer, words *i18n.Words, base string, all []routeSheet) error {
	plain, err := font.Sans()
	if err != nil {
		return err
	}
	bold, err := font.SansBold()
	if err != nil {
		return err
	}
	p := &sheetPrinter{Document: pdf.New(w, pdf.Options{Title: words.Say("work.sheet_title", all[0].W.Code), Author: s.Office, Lang: words.Lang, Created: s.Now()}),
		ctx: ctx, server: s, words: words, base: base, plain: plain, bold: bold, thumbs: map[pano.Digest]*pdf.Image{}}
	for _, sheet := range all {
		if err := p.sheet(sheet); err != nil {
			p.Close()
			return err
		}
	}
	return p.Close()
}

func (p *sheetPrinter) style(f *font.Font, size pdf.Pt) pdf.Style {
	return pdf.Style{Font: f, Size: size}
}

func (p *sheetPrinter) quiet(size pdf.Pt) pdf.Style {
	return pdf.Style{Font: p.plain, Size: size, Color: pdf.Grey(0.3)}
}

// turn begins a page, unless high fits below what is on the present one.
func (p *sheetPrinter) turn(high pdf.MM) {
	if p.page != nil && p.y+high <= sheetBottom {
		return
	}
	p.page = p.Page(pdf.A4)
	p.number++
	p.y = sheetTop
	foot := pdf.Style{Font: p.plain, Size: 8, Color: pdf.Grey(0.3), Role: pdf.Ornament}
	p.page.Text(sheetLeft, 290, foot, p.of)
	foot.Align = pdf.Right
	p.page.Text(sheetRight, 290, foot, p.words.Say("work.sheet_page", p.number))
}

func (p *sheetPrinter) sheet(s routeSheet) error {
	p.page, p.number, p.of = nil, 0, s.W.Code+" · "+p.words.Say("work.kind."+string(s.W.Kind))
	p.turn(0)
	p.head(s.W)
	n := 0
	for _, street := range s.Streets {
		for i, line := range street.Lines {
			if i == 0 {
				p.turn(9 + stopHigh)
				h := p.style(p.bold, 12)
				h.Role = pdf.Heading2
				p.page.Text(sheetLeft, p.y+6, h, fmt.Sprintf("%s (%d)", street.Name, len(street.Lines)))
				p.y += 9
			} else {
				p.turn(stopHigh)
			}
			n++
			if err := p.stop(n, line); err != nil {
				return err
			}
		}
	}
	p.signatures()
	return nil
}

// head says what is to be done, by whom and until when.
func (p *sheetPrinter) head(w errandView) {
	say := p.words.Say
	title := p.style(p.bold, 17)
	title.Role = pdf.Heading1
	p.page.Text(sheetLeft, p.y+7, title, say("work.sheet_title", w.Code))
	p.page.Text(sheetLeft, p.y+14, p.style(p.bold, 13), say("work.kind."+string(w.Kind))+" · "+p.words.Say("work.sheet_due", p.words.Day(w.Due)))
	p.y += 17
	facts := [][2]string{{say("crew.one"), w.Whose}, {say("work.where"), w.Where}, {say("campaign.chip"), w.CampaignName}, {say("agency.one"), w.AgencyName}, {say("placement.note"), w.Note}}
	for _, f := range facts {
		if f[1] == "" {
			if f[0] != say("crew.one") {
				continue
			}
			f[1] = "……………………………………"
		}
		p.page.Text(sheetLeft, p.y+4, p.quiet(9.5), f[0])
		p.y += max(p.page.Box(pdf.Rect{X: sheetLeft + 30, Y: p.y, W: sheetRight - sheetLeft - 30, H: 24}, p.style(p.plain, 10.5), f[1]), 5.4)
	}
	p.y += 2
	p.page.Line(sheetLeft, p.y, sheetRight, p.y, pdf.Pen{Width: 1})
}

// stop draws one place: a box to tick, the picture, what and where, and the code
// that opens its page on a phone.
func (p *sheetPrinter) stop(n int, l lineView) error {
	top := p.y + 2
	p.page.Stroke(pdf.Rect{X: sheetLeft, Y: top + 1, W: 7, H: 7}, pdf.Pen{Width: 1})
	if l.Line == pano.LineDone {
		p.page.Text(sheetLeft+1.2, top+6.7, p.style(p.bold, 14), "x")
	}
	p.page.Text(sheetLeft, top+14, p.style(p.bold, 11), fmt.Sprint(n))
	if m, err := p.thumb(l.seen.Thumb); err != nil {
		return err
	} else if m != nil {
		p.page.Image(m, pdf.Rect{X: sheetLeft + 10, Y: top, W: 34, H: stopHigh - 5}, pdf.Whole(), p.words.Say("asset.picture_of", l.Name))
	} else {
		p.page.Stroke(pdf.Rect{X: sheetLeft + 10, Y: top, W: 34, H: stopHigh - 5}, pdf.Pen{Width: 0.25, Color: pdf.Grey(0.6)})
	}
	p.facts(pdf.Rect{X: sheetLeft + 47, Y: top, W: sheetRight - sheetLeft - 47 - codeSide - 3, H: stopHigh - 4}, l)
	if err := p.page.QR(p.phone(l), sheetRight-codeSide, top-0.5, codeSide); err != nil && !errors.Is(err, pdf.ErrQR) {
		return err
	}
	p.y += stopHigh
	p.page.Line(sheetLeft, p.y, sheetRight, p.y, pdf.Pen{Width: 0.25, Color: pdf.Grey(0.6)})
	return nil
}

// phone is the address of the place's page on a phone; where several things hang
// in one place, of this one.
func (p *sheetPrinter) phone(l lineView) string {
	if l.LocationKind == pano.Face {
		return p.base + "/m/" + url.PathEscape(l.LocationCode)
	}
	return p.base + l.Phone
}

// facts are the lines of words of a place, as many as have room.
func (p *sheetPrinter) facts(r pdf.Rect, l lineView) {
	where := ""
	if l.seen.Located {
		where = fmt.Sprintf("%.6f, %.6f", l.seen.Lat, l.seen.Lon)
	}
	pieces := ""
	if l.Quantity > 1 {
		pieces = p.words.Say("placement.pieces", l.Quantity)
	}
	joined := func(parts ...string) string {
		var some []string
		for _, s := range parts {
			if s != "" {
				some = append(some, s)
			}
		}
		return strings.Join(some, " · ")
	}
	for _, line := range []struct {
		style pdf.Style
		text  string
		most  int
	}{
		{p.style(p.bold, 10.5), joined(l.LocationCode, l.LocationName), 2},
		{p.quiet(9), l.Address, 1},
		{p.style(p.plain, 9.5), joined(l.Name, l.Code), 2},
		{p.style(p.plain, 9.5), joined(l.Size, pieces), 1},
		{p.style(p.plain, 9.5), l.Days, 1},
		{p.quiet(8.5), where, 1},
	} {
		if line.text == "" {
			continue
		}
		high := p.page.Box(pdf.Rect{X: r.X, Y: r.Y, W: r.W, H: min(r.H, line.style.LineHeight()*pdf.MM(line.most)+0.1)}, line.style, line.text)
		r.Y, r.H = r.Y+high, r.H-high
	}
}

// thumb is a small picture, nil if there is none that goes on paper as it is.
func (p *sheetPrinter) thumb(d pano.Digest) (*pdf.Image, error) {
	if d == (pano.Digest{}) {
		return nil, nil
	}
	if m, ok := p.thumbs[d]; ok {
		return m, nil
	}
	body, _, err := p.server.Blobs.Open(p.ctx, d, 0, -1)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	data, err := io.ReadAll(io.LimitReader(body, 4<<20)) // first all of it: half a picture would spoil the document
	if err != nil {
		return nil, err
	}
	m, err := p.JPEG(bytes.NewReader(data))
	if errors.Is(err, pdf.ErrPicture) {
		m, err = nil, nil
	}
	p.thumbs[d] = m
	return m, err
}

// signatures is the room to sign at the end.
func (p *sheetPrinter) signatures() {
	p.turn(signHigh)
	p.y += 6
	for i, who := range []string{p.words.Say("work.sign_office"), p.words.Say("work.sign_crew")} {
		x := sheetLeft + 46 + pdf.MM(i)*94
		s := p.style(p.bold, 10.5)
		s.Align = pdf.Center
		p.page.Text(x, p.y+4, s, who)
		q := p.quiet(9)
		q.Align = pdf.Center
		p.page.Text(x, p.y+9, q, p.words.Say("work.sign_how"))
		p.page.Line(x-32, p.y+26, x+32, p.y+26, pdf.Pen{Width: 0.25, Dash: []pdf.MM{1, 1}})
	}
	p.y += signHigh - 6
}
