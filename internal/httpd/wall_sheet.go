package httpd

import (
	"fmt"
	"net/http"

	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// sheetPage is what the people who hang works take with them: where each one
// goes, in millimetres, and the wall to scale.
type sheetPage struct {
	web.Frame
	L       pano.Location
	Path    string
	On      pano.Day
	Plan    wallPlan
	Notices []wallNotice
	Scale   int    // 1 : Scale
	W, H    string // of the drawing on paper, with its unit
}

// The drawing may take this much of an A4 page, in millimetres: the page without
// its margins, and half of its height.
const sheetWide, sheetHigh = 168, 120

// scales are those that rulers have.
var scales = []int{5, 10, 20, 25, 50, 75, 100, 125, 150, 200, 250, 500, 1000}

// scaleFor is the largest usual scale at which w × h fits on the sheet.
func scaleFor(w, h pano.MM) int {
	for _, n := range scales {
		if int(w) <= sheetWide*n && int(h) <= sheetHigh*n {
			return n
		}
	}
	return max(int(w)/sheetWide, int(h)/sheetHigh) + 1
}

// showSheet answers GET /locations/{id}/sheet.
func (s *Server) showSheet(w http.ResponseWriter, r *http.Request) error {
	p, ctx, words := sheetPage{}, r.Context(), s.words(r)
	var err error
	if p.On, err = dayOr(r.FormValue("on"), s.today()); err != nil {
		return err
	}
	err = s.DB.Read(ctx, func(tx *catalog.Tx) error {
		if p.L, err = place(ctx, tx, r); err != nil {
			return err
		}
		if p.L.Kind != pano.Wall {
			return notHere()
		}
		if p.Path, err = pathOf(ctx, tx, p.L.ID); err != nil {
			return err
		}
		blocked, err := tx.BlockedAt(ctx, p.L.ID)
		if err != nil {
			return err
		}
		v := s.viewer(r)
		on, err := v.hangingOn(ctx, tx, p.L.ID, p.On)
		p.Plan = planOf(p.L, on, blocked)
		p.Notices = noticesOf(words, p.Plan)
		return err
	})
	if err != nil {
		return err
	}
	p.Scale = scaleFor(p.Plan.WideMM, p.Plan.HighMM)
	p.W, p.H = onPaper(p.Plan.WideMM, p.Scale), onPaper(p.Plan.HighMM, p.Scale)
	p.Frame = s.frame(r, words.Say("sheet.title_of", p.L.Name), "places")
	p.Styles, p.Islands = []string{"wall.css"}, []string{"wall.js"}
	p.Crumbs = []web.Crumb{{Text: words.Say("nav.places"), Href: "/locations"}, {Text: p.L.Name, Href: "/locations/" + string(p.L.ID) + "?on=" + p.On.String()}}
	return s.write(w, r, http.StatusOK, "sheet", p)
}

// onPaper is how long l is at 1 : scale, in the millimetres of CSS.
func onPaper(l pano.MM, scale int) string { return fmt.Sprintf("%.4fmm", float64(l)/float64(scale)) }
