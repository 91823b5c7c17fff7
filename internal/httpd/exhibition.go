package httpd

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pano/internal/hanging"
	"pano/internal/i18n"
	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// exhibitionRoutes are exhibitions, their lists, their labels, and what is printed of them.
func (s *Server) exhibitionRoutes() []route {
	return []route{
		{"GET", "/exhibitions", pano.ExhibitionSee, s.listExhibitions},
		{"POST", "/exhibitions", pano.ExhibitionEdit, s.addExhibition},
		{"GET", "/exhibitions/new", pano.ExhibitionEdit, s.newExhibition},
		{"GET", "/exhibitions/{id}", pano.ExhibitionSee, s.showExhibition},
		{"POST", "/exhibitions/{id}", pano.ExhibitionEdit, s.saveExhibition},
		{"GET", "/exhibitions/{id}/edit", pano.ExhibitionEdit, s.editExhibition},
		{"GET", "/exhibitions/{id}/floor", pano.ExhibitionSee, s.showFloor},
		{"POST", "/exhibitions/{id}/floor", pano.ExhibitionEdit, s.saveFloor},
		{"POST", "/exhibitions/{id}/floor/picture", pano.ExhibitionEdit, s.layFloor},
		{"POST", "/exhibitions/{id}/floor/scale", pano.ExhibitionEdit, s.scaleFloor},
		{"GET", "/exhibitions/{id}/labels.pdf", pano.ExhibitionSee, s.printLabels},
		{"GET", "/exhibitions/{id}/works.pdf", pano.ExhibitionSee, s.printWorks},
		{"GET", "/exhibitions/{id}/works.docx", pano.ExhibitionSee, s.printDocument},
		{"POST", "/exhibitions/{id}/state", pano.ExhibitionEdit, s.advanceExhibition},
		{"GET", "/exhibitions/{id}/choose", pano.ExhibitionEdit, s.chooseExhibits},
		{"POST", "/exhibitions/{id}/works", pano.ExhibitionEdit, s.addExhibits},
		{"POST", "/exhibitions/{id}/order", pano.ExhibitionEdit, s.orderExhibits},
		{"POST", "/exhibitions/{id}/sections", pano.ExhibitionEdit, s.addSection},
		{"POST", "/exhibitions/{id}/sections/{section}", pano.ExhibitionEdit, s.saveSection},
		{"POST", "/exhibitions/{id}/sections/{section}/remove", pano.ExhibitionEdit, s.removeSection},
		{"GET", "/exhibitions/{id}/works/{work}", pano.ExhibitionEdit, s.editLabel},
		{"POST", "/exhibitions/{id}/works/{work}", pano.ExhibitionEdit, s.saveLabel},
		{"POST", "/exhibitions/{id}/works/{work}/remove", pano.ExhibitionEdit, s.removeExhibit},
	}
}

// showsPage is the list of exhibitions.
type showsPage struct {
	web.Frame
	Q, State string
	States   []web.Choice
	Rows     []showRow
	Next     string // address of the next page
	InForce  []filterInForce
	MayAdd   bool
}

// A showRow is an exhibition in a list.
type showRow struct {
	catalog.Show
	Href string
	When string // its days in words, "" if they are not known yet
}

func showRowOf(words *i18n.Words, s catalog.Show) showRow {
	row := showRow{Show: s, Href: "/exhibitions/" + string(s.ID)}
	if s.Days != (pano.Period{}) {
		row.When = words.Say("placement.from_until", words.Day(s.Days.From), words.Day(s.Days.Last()))
	}
	return row
}

// listExhibitions answers GET /exhibitions.
func (s *Server) listExhibitions(w http.ResponseWriter, r *http.Request) error {
	q, words := r.URL.Query(), s.words(r)
	p := showsPage{Frame: s.frame(r, words.Say("nav.exhibits"), "exhibits"), Q: strings.TrimSpace(q.Get("q")), State: q.Get("state"), MayAdd: actor(r).MayAny(pano.ExhibitionEdit) == nil}
	p.Islands, p.Styles = []string{"list.js"}, []string{"exhibition.css"}
	if p.MayAdd {
		p.Action = &web.Link{Text: words.Say("exhibition.add"), Href: "/exhibitions/new"}
	}
	p.States = []web.Choice{{Text: words.Say("filter.any")}}
	for _, state := range pano.ExhibitionStates() {
		p.States = append(p.States, web.Choice{Value: string(state), Text: words.Say("exhibition.state." + string(state)), Selected: string(state) == p.State})
	}
	if p.Q != "" {
		p.InForce = append(p.InForce, filterInForce{p.Q, addressWith(r.URL, "q", "")})
	}
	if p.State != "" {
		p.InForce = append(p.InForce, filterInForce{words.Say("exhibition.state." + p.State), addressWith(r.URL, "state", "")})
	}
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		all, more, err := tx.Shows(r.Context(), actor(r).Reach(pano.ExhibitionSee),
			catalog.ShowQuery{Text: p.Q, State: pano.ExhibitionState(p.State), After: pano.ExhibitionID(q.Get("after"))})
		for _, one := range all {
			p.Rows = append(p.Rows, showRowOf(words, one))
		}
		if more {
			p.Next = addressWith(r.URL, "after", string(all[len(all)-1].ID))
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.parts(w, r, http.StatusOK, "exhibitions", p, "results")
}

// exhibitionPage is the page of an exhibition.
type exhibitionPage struct {
	web.Frame
	mend
	E        showRow
	Parts    []exhibitPart
	Works    int
	Concerns []concernView
	Walls    []wallRef
	History  []eventRow
	MayEdit  bool
	MayList  bool // and works may still come and go
	all      []catalog.Shown
}

// An exhibitPart is a section with its works; the first has no title.
type exhibitPart struct {
	pano.Section
	Rows []exhibitRow
	Href string // of its form
}

// An exhibitRow is a work in the list.
type exhibitRow struct {
	catalog.Shown
	Href     string // of its label
	Image    string
	MayEdit  bool // the label
	MayOrder bool
}

// A concernView is something that is missing before the opening.
type concernView struct {
	Text string
	Bad  bool
	Of   string // numbers of works
}

// A wallRef is a wall of the venue.
type wallRef struct {
	pano.Location
	Href  string
	Works int
}

// showExhibition answers GET /exhibitions/{id}.
func (s *Server) showExhibition(w http.ResponseWriter, r *http.Request) error {
	return s.writeExhibition(w, r, http.StatusOK, exhibitionPage{})
}

func (s *Server) writeExhibition(w http.ResponseWriter, r *http.Request, code int, p exhibitionPage) error {
	words, problem := s.words(r), p.Problem
	if err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error { return p.read(r, tx, s.viewer(r)) }); err != nil {
		return err
	}
	p.Frame = s.frame(r, p.E.Title, "exhibits")
	p.OwnHeading, p.Fault = true, problem
	p.Styles, p.Islands = []string{"exhibition.css"}, []string{"exhibition.js"}
	p.Crumbs = []web.Crumb{{Text: words.Say("nav.exhibits"), Href: "/exhibitions"}}
	p.Acts = []web.Link{{Text: words.Say("floor.title"), Href: p.E.Href + "/floor"}}
	if p.MayEdit {
		p.Acts = append(p.Acts, web.Link{Text: words.Say("act.edit"), Href: p.E.Href + "/edit"})
		for i, to := range p.E.State.Next() {
			link := web.Link{Text: words.Say("exhibition.to." + string(to)), Href: fmt.Sprintf("%s/state?to=%s&rev=%d", p.E.Href, to, p.E.Rev), Post: true}
			if back := i > 0 || slices.Index(pano.ExhibitionStates(), to) < slices.Index(pano.ExhibitionStates(), p.E.State); back {
				link.Text = words.Say("exhibition.back_to", words.Say("exhibition.state."+string(to)))
			}
			p.Acts = append(p.Acts, link)
		}
	}
	if p.MayList {
		p.Action = &web.Link{Text: words.Say("exhibition.add_works"), Href: p.E.Href + "/choose"}
	}
	return s.parts(w, r, code, "exhibition", p, "works", "checks")
}

func (p *exhibitionPage) read(r *http.Request, tx *catalog.Tx, v viewer) error {
	ctx, who := r.Context(), actor(r)
	e, err := showOf(ctx, tx, r)
	if err != nil {
		return err
	}
	p.E = showRowOf(v.words, e)
	p.MayEdit = who.May(pano.ExhibitionEdit, e.Resource()) == nil
	p.MayList = p.MayEdit && e.Listed()
	if p.all, err = tx.Exhibits(ctx, v.see, e.ID); err != nil {
		return err
	}
	p.Works = len(p.all)
	sections, err := tx.Sections(ctx, e.ID)
	if err != nil {
		return err
	}
	p.Parts = partsOf(p.E.Href, sections, p.all)
	for _, part := range p.Parts {
		for i := range part.Rows {
			part.Rows[i].MayEdit, part.Rows[i].MayOrder = p.MayEdit, p.MayList
		}
	}
	concerns, err := hanging.Concerns(ctx, tx, e.Exhibition, p.all)
	if err != nil {
		return err
	}
	for _, c := range concerns {
		p.Concerns = append(p.Concerns, concernOf(v.words, c))
	}
	if err := p.readWalls(ctx, tx); err != nil {
		return err
	}
	events, err := tx.EventsOf(ctx, string(e.ID), 0, historyPage)
	if err != nil {
		return err
	}
	p.History, err = eventRows(ctx, tx, v.words, events)
	for i := range p.History {
		p.History[i].Href = "" // this very page
		if p.History[i].Verb == "exhibition.add" {
			p.History[i].Changes = nil
		}
	}
	return err
}

// showOf is the exhibition of the address, if the actor may see it.
func showOf(ctx context.Context, tx *catalog.Tx, r *http.Request) (catalog.Show, error) {
	e, err := tx.Show(ctx, pano.ExhibitionID(r.PathValue("id")))
	if err == nil && actor(r).May(pano.ExhibitionSee, e.Resource()) != nil {
		err = pano.NotFound("exhibition.none")
	}
	return e, err
}

// partsOf puts works into their sections. What is before the first section has a
// part of its own.
func partsOf(at string, sections []pano.Section, works []catalog.Shown) []exhibitPart {
	all := []exhibitPart{{}}
	for _, s := range sections {
		all = append(all, exhibitPart{Section: s, Href: at + "/sections/" + string(s.ID)})
	}
	for _, x := range works {
		i := slices.IndexFunc(all, func(p exhibitPart) bool { return p.ID == x.Section })
		all[i].Rows = append(all[i].Rows, exhibitRow{Shown: x, Href: at + "/works/" + string(x.ID), Image: exhibitImage(x)})
	}
	return all
}

// exhibitImage is the address of the small picture of a work, "" if there is none to show.
func exhibitImage(x catalog.Shown) string {
	if x.Picture.IsZero() {
		return ""
	}
	return "/api/v1/assets/" + string(x.Asset) + "/thumb?v=" + x.Picture.String()[:12]
}

// concernOf puts a concern into words.
func concernOf(words *i18n.Words, c pano.Concern) concernView {
	v := concernView{Bad: c.Bad, Text: words.Say("exhibition.check." + c.Key)}
	if c.Many > 0 {
		v.Text = words.Say("exhibition.check."+c.Key, c.Many)
	}
	const most = 30
	for i, n := range c.Of {
		if i == most {
			v.Of += ", …"
			break
		}
		if i > 0 {
			v.Of += ", "
		}
		v.Of += strconv.Itoa(n)
	}
	return v
}

// readWalls finds the walls of the venue, and how many works of the list each has.
func (p *exhibitionPage) readWalls(ctx context.Context, tx *catalog.Tx) error {
	if p.E.Venue == "" {
		return nil
	}
	walls, err := tx.WallsIn(ctx, p.E.Venue)
	for _, l := range walls {
		ref := wallRef{Location: l, Href: "/locations/" + string(l.ID) + "?exhibition=" + string(p.E.ID)}
		if p.E.Days.From != 0 {
			ref.Href += "&on=" + p.E.Days.From.String()
		}
		for _, x := range p.all {
			if x.Wall == l.ID {
				ref.Works++
			}
		}
		p.Walls = append(p.Walls, ref)
	}
	return err
}

// advanceExhibition answers POST /exhibitions/{id}/state?to=…&rev=….
func (s *Server) advanceExhibition(w http.ResponseWriter, r *http.Request) error {
	to := pano.ExhibitionState(r.URL.Query().Get("to"))
	e, err := s.Hanging.AdvanceExhibition(r.Context(), actor(r), pano.ExhibitionID(r.PathValue("id")), revisionOf(r), to)
	if err != nil {
		err = s.stateWords(r, err)
	}
	if m, code, ok := s.mend(w, r, err); ok {
		return s.writeExhibition(w, r, code, exhibitionPage{mend: m})
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("exhibition.now", s.words(r).Say("exhibition.state."+string(e.State))), "")
	return back(w, r, "/exhibitions/"+string(e.ID))
}

// stateWords puts the states in an error into the reader's words.
func (s *Server) stateWords(r *http.Request, err error) error {
	e := told(err)
	if e.Key != "exhibition.wrong_state" {
		return err
	}
	for i, state := range e.Args {
		e.Args[i] = s.words(r).Say("exhibition.state." + fmt.Sprint(state))
	}
	return e
}

// choosePage is where works for an exhibition are chosen.
type exhibitChoice struct {
	web.Frame
	E      showRow
	Q      string
	Assets []exhibitOption
	Items  []exhibitOption
	Found  int // artworks and items that match, shown or not
}

// An exhibitOption is something that may be shown.
type exhibitOption struct {
	ID, Title, Meta, Image string
	There                  bool // in the list already
}

// chooseExhibits answers GET /exhibitions/{id}/choose.
func (s *Server) chooseExhibits(w http.ResponseWriter, r *http.Request) error {
	p, words, ctx, who := exhibitChoice{Q: strings.TrimSpace(r.FormValue("q"))}, s.words(r), r.Context(), actor(r)
	err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
		e, err := showOf(ctx, tx, r)
		if err != nil {
			return err
		}
		if err := who.May(pano.ExhibitionEdit, e.Resource()); err != nil {
			return err
		}
		p.E = showRowOf(words, e)
		there, err := tx.Exhibits(ctx, pano.Reach{}, e.ID)
		if err != nil {
			return err
		}
		page, err := tx.FindAssets(ctx, who.Reach(pano.AssetSee), catalog.AssetQuery{Text: p.Q, Limit: 2 * choices,
			States: []pano.AssetState{pano.Draft, pano.InReview, pano.Returned, pano.Approved}})
		if err != nil {
			return err
		}
		for _, a := range page.Assets {
			o := exhibitOption{ID: string(a.ID), Title: a.Title, Meta: a.Code + " · " + words.Say("asset.kind."+string(a.Kind))}
			o.There = slices.ContainsFunc(there, func(x catalog.Shown) bool { return x.Asset == a.ID && x.Item == "" })
			if _, ok := page.Thumbs[a.Current.Digest]; ok {
				o.Image = pictureURL(a.Current, "thumb")
			}
			p.Assets = append(p.Assets, o)
		}
		items, err := tx.Items(ctx, who.Reach(pano.ItemSee), who.Reach(pano.AssetSee), catalog.ItemQuery{Text: p.Q, Limit: 2 * choices,
			Conditions: []pano.ItemCondition{pano.ItemGood, pano.ItemWorn, pano.ItemDamaged}})
		for _, i := range itemViews(items.Items) {
			o := exhibitOption{ID: string(i.ID), Title: i.Title, Meta: i.Code + " · " + i.PlaceName, Image: i.Image}
			o.There = slices.ContainsFunc(there, func(x catalog.Shown) bool { return x.Item == i.ID })
			p.Items = append(p.Items, o)
		}
		p.Found = page.Total + items.Total
		return err
	})
	if err != nil {
		return err
	}
	p.Frame = s.frame(r, words.Say("exhibition.choose_for", p.E.Title), "exhibits")
	p.Islands, p.Styles = []string{"list.js"}, []string{"exhibition.css"}
	p.Crumbs = []web.Crumb{{Text: words.Say("nav.exhibits"), Href: "/exhibitions"}, {Text: p.E.Title, Href: p.E.Href}}
	return s.parts(w, r, http.StatusOK, "exhibition-choose", p, "results")
}

// addExhibits answers POST /exhibitions/{id}/works: what is ticked comes to the list.
func (s *Server) addExhibits(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	id := pano.ExhibitionID(r.PathValue("id"))
	n, err := s.Hanging.AddExhibits(r.Context(), actor(r), id, "", typed[pano.AssetID](f["asset"]), typed[pano.ItemID](f["item"]))
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("exhibition.listed_now", n), "")
	return back(w, r, "/exhibitions/"+string(id)+"#works")
}

// orderExhibits answers POST /exhibitions/{id}/order: either one work moves, up
// or down, or slots say the whole order, each a work, a colon, and its section.
func (s *Server) orderExhibits(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	id := pano.ExhibitionID(r.PathValue("id"))
	switch {
	case f.Get("up") != "":
		err = s.Hanging.MoveExhibit(r.Context(), actor(r), pano.ExhibitID(f.Get("up")), -1)
	case f.Get("down") != "":
		err = s.Hanging.MoveExhibit(r.Context(), actor(r), pano.ExhibitID(f.Get("down")), 1)
	default:
		rev, _ := strconv.Atoi(f.Get("rev")) // 0, which is refused, if it is no number
		var list []pano.Slot
		for _, slot := range f["slot"] {
			work, section, _ := strings.Cut(slot, ":")
			list = append(list, pano.Slot{Exhibit: pano.ExhibitID(work), Section: pano.SectionID(section)})
		}
		err = s.Hanging.OrderExhibits(r.Context(), actor(r), id, rev, list)
	}
	if err != nil {
		return err
	}
	return back(w, r, "/exhibitions/"+string(id)+"#works")
}

// addSection answers POST /exhibitions/{id}/sections.
func (s *Server) addSection(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	_, err = s.Hanging.AddSection(r.Context(), actor(r), sectionIn(r, f))
	return s.afterSection(w, r, err)
}

// saveSection answers POST /exhibitions/{id}/sections/{section}.
func (s *Server) saveSection(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	return s.afterSection(w, r, s.Hanging.EditSection(r.Context(), actor(r), sectionIn(r, f)))
}

// removeSection answers POST /exhibitions/{id}/sections/{section}/remove.
func (s *Server) removeSection(w http.ResponseWriter, r *http.Request) error {
	err := s.Hanging.RemoveSection(r.Context(), actor(r), pano.ExhibitionID(r.PathValue("id")), pano.SectionID(r.PathValue("section")))
	return s.afterSection(w, r, err)
}

func sectionIn(r *http.Request, f url.Values) pano.Section {
	return pano.Section{ID: pano.SectionID(r.PathValue("section")), Exhibition: pano.ExhibitionID(r.PathValue("id")), Title: strings.TrimSpace(f.Get("title")), TitleEN: strings.TrimSpace(f.Get("title_en"))}
}

func (s *Server) afterSection(w http.ResponseWriter, r *http.Request, err error) error {
	if m, code, ok := s.mend(w, r, err); ok {
		return s.writeExhibition(w, r, code, exhibitionPage{mend: m})
	}
	if err != nil {
		return err
	}
	return back(w, r, "/exhibitions/"+r.PathValue("id")+"#works")
}

// removeExhibit answers POST /exhibitions/{id}/works/{work}/remove.
func (s *Server) removeExhibit(w http.ResponseWriter, r *http.Request) error {
	x, err := s.Hanging.RemoveExhibit(r.Context(), actor(r), pano.ExhibitID(r.PathValue("work")))
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("exhibition.unlisted_now", x.Label.Title), "")
	return back(w, r, "/exhibitions/"+r.PathValue("id")+"#works")
}
