package httpd

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// plansPage lists the pictures that lie under the map, and takes new ones in.
type plansPage struct {
	web.Frame
	mend
	Rows []planRow
	Name string // as it was sent
}

// A planRow is a plan in a table, with how it lies.
type planRow struct {
	catalog.LaidPlan
	Fit   *pano.PlanFit // nil if it lies nowhere yet
	Image string
}

func planRowOf(p catalog.LaidPlan) planRow {
	row := planRow{LaidPlan: p, Image: "/api/v1/assets/" + string(p.Asset) + "/preview?v=" + p.Digest.String()[:12]}
	if f, err := p.Fit(); err == nil {
		row.Fit = &f
	}
	return row
}

// Corners are the corners of the picture for a map: lat,lon of top left, top
// right and bottom left.
func (r planRow) Corners() string {
	var all []string
	for _, c := range r.Fit.Corners {
		all = append(all, fmt.Sprintf("%.7f,%.7f", c[0], c[1]))
	}
	return strings.Join(all, ";")
}

// laid are the plans that a map can show to this reader.
func laid(r *http.Request, tx *catalog.Tx) (rows []planRow, err error) {
	all, err := tx.Plans(r.Context(), actor(r).Reach(pano.AssetSee))
	for _, p := range all {
		if row := planRowOf(p); row.Fit != nil && !row.Renewed {
			rows = append(rows, row)
		}
	}
	return rows, err
}

// listPlans answers GET /plans.
func (s *Server) listPlans(w http.ResponseWriter, r *http.Request) error {
	return s.writePlans(w, r, http.StatusOK, plansPage{})
}

func (s *Server) writePlans(w http.ResponseWriter, r *http.Request, code int, p plansPage) error {
	words := s.words(r)
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		all, err := tx.Plans(r.Context(), actor(r).Reach(pano.AssetSee))
		for _, one := range all {
			p.Rows = append(p.Rows, planRowOf(one))
		}
		return err
	})
	if err != nil {
		return err
	}
	p.Frame = s.frame(r, words.Say("plan.title"), "places")
	p.Fault = p.Problem
	p.Crumbs = []web.Crumb{{Text: words.Say("nav.places"), Href: "/locations?view=" + viewMap}}
	return s.write(w, r, code, "plans", p)
}

// addPlan answers POST /plans: the picture goes into the library, unless it is
// there already.
func (s *Server) addPlan(w http.ResponseWriter, r *http.Request) error {
	up, err := s.receive(r, "")
	page := plansPage{Name: up.Sheet.Get("title")}
	var plan pano.SitePlan
	if err == nil {
		first := up.Arrivals[0]
		asset := first.Asset.ID
		if !first.Made && len(first.Known) > 0 {
			asset = first.Known[0].ID
		}
		if first.Problem != "" {
			page.Problem, page.At = first.Problem, "file"
			return s.writePlans(w, r, first.code, page)
		}
		plan, err = s.Hanging.AddPlan(r.Context(), actor(r), page.Name, asset)
	}
	if err != nil {
		m, code, ok := s.mend(w, r, err, "name", "file")
		if !ok {
			return err
		}
		page.mend = m
		return s.writePlans(w, r, code, page)
	}
	return back(w, r, "/plans/"+string(plan.ID))
}

// onePlanPage is a plan, its points in rows to be filled in.
type onePlanPage struct {
	web.Frame
	mend
	P       planRow
	Points  []pointRow
	MayEdit bool
	Name    string
}

// A pointRow is a control point as people give it.
type pointRow struct {
	N        int // from 1
	X, Y, At string
	Kept     bool
	Off      float64 // metres, of a point that is kept
}

// spareRows is how many empty rows wait for points.
const spareRows = 2

// showPlan answers GET /plans/{id}.
func (s *Server) showPlan(w http.ResponseWriter, r *http.Request) error {
	return s.writePlan(w, r, http.StatusOK, onePlanPage{})
}

func (s *Server) writePlan(w http.ResponseWriter, r *http.Request, code int, p onePlanPage) error {
	who, words := actor(r), s.words(r)
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		one, err := tx.Plan(r.Context(), who.Reach(pano.AssetSee), pano.SitePlanID(r.PathValue("id")))
		p.P = planRowOf(one)
		return err
	})
	if err != nil {
		return err
	}
	p.MayEdit = who.May(pano.LocationEdit, p.P.Resource()) == nil
	if p.Points == nil {
		p.Name = p.P.Name
		p.Points = pointRows(p.P)
	}
	for len(p.Points) < 4 || p.Points[len(p.Points)-1].X != "" || p.Points[len(p.Points)-spareRows].X != "" {
		p.Points = append(p.Points, pointRow{N: len(p.Points) + 1})
	}
	p.Frame = s.frame(r, p.P.Name, "places")
	p.Fault = p.Problem
	p.Crumbs = []web.Crumb{{Text: words.Say("nav.places"), Href: "/locations?view=" + viewMap}, {Text: words.Say("plan.title"), Href: "/plans"}}
	if p.P.Fit != nil && !p.P.Renewed {
		p.Acts = []web.Link{{Text: words.Say("plan.on_map"), Href: "/locations?view=" + viewMap + "&plan=" + string(p.P.ID)}}
	}
	if p.MayEdit && !p.P.Closed {
		p.Acts = append(p.Acts, web.Link{Text: words.Say("plan.close"), Href: "/plans/" + string(p.P.ID) + "/close?rev=" + strconv.Itoa(p.P.Rev), Post: true})
	}
	p.Styles, p.Islands = []string{"plan.css"}, []string{"plan.js"}
	return s.write(w, r, code, "plan", p)
}

func pointRows(p planRow) (rows []pointRow) {
	for i, c := range p.Points {
		row := pointRow{N: i + 1, X: percentage(c.X), Y: percentage(c.Y), At: fmt.Sprintf("%.6f, %.6f", c.Lat, c.Lon)}
		if p.Fit != nil {
			row.Kept, row.Off = true, p.Fit.Off[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func percentage(part float64) string { return strconv.FormatFloat(part*100, 'f', 3, 64) }

// savePlan answers POST /plans/{id}.
func (s *Server) savePlan(w http.ResponseWriter, r *http.Request) error {
	form, err := s.form(w, r)
	if err != nil {
		return err
	}
	p := pano.SitePlan{ID: pano.SitePlanID(r.PathValue("id")), Name: form.Get("name")}
	p.Rev, _ = strconv.Atoi(form.Get("rev")) // 0 is refused
	rows := sentPoints(form)
	err = s.DB.Read(r.Context(), func(tx *catalog.Tx) (err error) {
		p.Points, err = controlPoints(r.Context(), tx, actor(r), rows)
		return err
	})
	if err == nil {
		_, err = s.Hanging.FixPlan(r.Context(), actor(r), p)
	}
	if err != nil {
		m, code, ok := s.mend(w, r, err, "name", "point")
		if !ok {
			return err
		}
		return s.writePlan(w, r, code, onePlanPage{mend: m, Points: rows, Name: p.Name})
	}
	s.tell(w, s.words(r).Say("plan.saved"), "")
	return back(w, r, "/plans/"+string(p.ID))
}

// sentPoints are the rows of the form that hold anything.
func sentPoints(form url.Values) (rows []pointRow) {
	get := func(name string, i int) string {
		if all := form[name]; i < len(all) {
			return strings.TrimSpace(all[i])
		}
		return ""
	}
	for i := range min(len(form["x"]), 60) {
		row := pointRow{N: len(rows) + 1, X: get("x", i), Y: get("y", i), At: get("at", i)}
		if row.X != "" || row.Y != "" || row.At != "" {
			rows = append(rows, row)
		}
	}
	return rows
}

// controlPoints reads rows: per cent of the picture, and the code of a place or
// its coordinates. It fails with KindInvalid at point.
func controlPoints(ctx context.Context, tx *catalog.Tx, who pano.Actor, rows []pointRow) (all []pano.ControlPoint, err error) {
	for _, row := range rows {
		var c pano.ControlPoint
		var errX, errY error
		c.X, errX = strconv.ParseFloat(strings.Replace(row.X, ",", ".", 1), 64)
		c.Y, errY = strconv.ParseFloat(strings.Replace(row.Y, ",", ".", 1), 64)
		if errX != nil || errY != nil {
			return nil, pano.Invalid("plan.where_on_picture", row.N).At("point")
		}
		c.X, c.Y = c.X/100, c.Y/100
		var ok bool
		if c.Lat, c.Lon, ok = spot(row.At); !ok {
			l, err := tx.LocationByCode(ctx, row.At)
			if err != nil && pano.KindOf(err) != pano.KindNotFound {
				return nil, err
			}
			if err != nil || !l.Placed || who.May(pano.LocationSee, l.Resource()) != nil {
				return nil, pano.Invalid("plan.where_on_earth", row.N).At("point")
			}
			c.Lat, c.Lon = l.Lat, l.Lon
		}
		all = append(all, c)
	}
	return all, nil
}

// spot reads "20.94, 106.33".
func spot(text string) (lat, lon float64, ok bool) {
	first, second, both := strings.Cut(text, ", ")
	if !both {
		first, second, both = strings.Cut(text, " ")
	}
	if !both && strings.Count(text, ".") == 2 {
		first, second, both = strings.Cut(text, ",")
	}
	lat, errLat := strconv.ParseFloat(strings.Replace(strings.TrimSpace(first), ",", ".", 1), 64)
	lon, errLon := strconv.ParseFloat(strings.Replace(strings.TrimSpace(second), ",", ".", 1), 64)
	return lat, lon, both && errLat == nil && errLon == nil
}

// closePlan answers POST /plans/{id}/close.
func (s *Server) closePlan(w http.ResponseWriter, r *http.Request) error {
	rev, _ := strconv.Atoi(r.URL.Query().Get("rev")) // 0 is refused
	if _, err := s.Hanging.ClosePlan(r.Context(), actor(r), pano.SitePlanID(r.PathValue("id")), rev, true); err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("plan.closed"), "")
	return back(w, r, "/plans")
}
