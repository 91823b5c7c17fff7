package httpd

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// exhibitionForm is the form of an exhibition, as it was sent or as the exhibition is.
type exhibitionForm struct {
	web.Frame
	mend
	SendTo, Back          string
	Rev                   string // "" for a new one
	Code, Called, TitleEN string
	Venue                 string // its code
	From, Last            string
	Licence, Note         string
	Agency                string
	Agencies              []web.Choice
	Venues                []web.Choice // to choose from, by code
	was                   catalog.Show
}

func exhibitionFields() []string {
	return []string{"code", "title", "title_en", "venue", "from", "until", "licence", "note", "agency"}
}

func readExhibitionForm(f url.Values) exhibitionForm {
	return exhibitionForm{Code: f.Get("code"), Called: f.Get("title"), TitleEN: f.Get("title_en"), Venue: strings.TrimSpace(f.Get("venue")), From: f.Get("from"), Last: f.Get("until"),
		Licence: f.Get("licence"), Note: f.Get("note"), Agency: f.Get("agency"), Rev: f.Get("rev")}
}

func filledExhibition(e catalog.Show) exhibitionForm {
	f := exhibitionForm{Code: e.Code, Called: e.Title, TitleEN: e.TitleEN, Venue: e.VenueCode, Licence: e.Licence, Note: e.Note, Agency: string(e.Agency), Rev: strconv.Itoa(e.Rev), was: e}
	if e.Days != (pano.Period{}) {
		f.From, f.Last = e.Days.From.String(), e.Days.Last().String()
	}
	return f
}

// exhibition is what the form describes. It fails with KindInvalid at the first
// field that cannot be read.
func (f exhibitionForm) exhibition(ctx context.Context, tx *catalog.Tx) (e pano.Exhibition, err error) {
	e = f.was.Exhibition
	e.Code, e.Title, e.TitleEN, e.Licence, e.Note, e.Agency = f.Code, f.Called, f.TitleEN, f.Licence, f.Note, pano.AgencyID(f.Agency)
	e.Venue, e.Days = "", pano.Period{}
	if f.Venue != "" {
		l, err := tx.LocationByCode(ctx, f.Venue)
		if pano.KindOf(err) == pano.KindNotFound {
			return e, pano.Invalid("exhibition.no_such_venue").At("venue")
		}
		if err != nil {
			return e, err
		}
		e.Venue = l.ID
	}
	if f.From == "" && f.Last == "" {
		return e, nil
	}
	if e.Days.From, err = pano.ParseDay(f.From); err != nil {
		return e, at(err, "from")
	}
	last, err := pano.ParseDay(f.Last)
	e.Days.Until = last + 1
	return e, at(err, "until")
}

func (s *Server) exhibitionIn(r *http.Request, f exhibitionForm) (e pano.Exhibition, err error) {
	err = s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		e, err = f.exhibition(r.Context(), tx)
		return err
	})
	return e, err
}

// newExhibition answers GET /exhibitions/new.
func (s *Server) newExhibition(w http.ResponseWriter, r *http.Request) error {
	return s.writeExhibitionForm(w, r, http.StatusOK, exhibitionForm{})
}

// addExhibition answers POST /exhibitions.
func (s *Server) addExhibition(w http.ResponseWriter, r *http.Request) error {
	values, err := s.form(w, r)
	if err != nil {
		return err
	}
	f := readExhibitionForm(values)
	e, err := s.exhibitionIn(r, f)
	if err == nil {
		e, err = s.Hanging.AddExhibition(r.Context(), actor(r), e)
	}
	if m, code, ok := s.mend(w, r, err, exhibitionFields()...); ok {
		f.mend = m
		return s.writeExhibitionForm(w, r, code, f)
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("exhibition.added_now", e.Title), "")
	return back(w, r, "/exhibitions/"+string(e.ID))
}

// editExhibition answers GET /exhibitions/{id}/edit.
func (s *Server) editExhibition(w http.ResponseWriter, r *http.Request) error {
	e, err := s.exhibitionToEdit(r)
	if err != nil {
		return err
	}
	return s.writeExhibitionForm(w, r, http.StatusOK, filledExhibition(e))
}

// exhibitionToEdit is the exhibition of the address, if the actor may change it.
func (s *Server) exhibitionToEdit(r *http.Request) (e catalog.Show, err error) {
	err = s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		if e, err = showOf(r.Context(), tx, r); err != nil {
			return err
		}
		return actor(r).May(pano.ExhibitionEdit, e.Resource())
	})
	return e, err
}

// saveExhibition answers POST /exhibitions/{id}.
func (s *Server) saveExhibition(w http.ResponseWriter, r *http.Request) error {
	values, err := s.form(w, r)
	if err != nil {
		return err
	}
	f := readExhibitionForm(values)
	if f.was, err = s.exhibitionToEdit(r); err != nil {
		return err
	}
	e, err := s.exhibitionIn(r, f)
	if err == nil {
		e.Rev, _ = strconv.Atoi(f.Rev) // 0, which is refused, if it is no number
		e, err = s.Hanging.EditExhibition(r.Context(), actor(r), e)
	}
	if m, code, ok := s.mend(w, r, err, exhibitionFields()...); ok {
		f.mend = m
		return s.writeExhibitionForm(w, r, code, f)
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("exhibition.saved_now", e.Title), "")
	return back(w, r, "/exhibitions/"+string(e.ID))
}

func (s *Server) writeExhibitionForm(w http.ResponseWriter, r *http.Request, code int, f exhibitionForm) error {
	words, problem, who := s.words(r), f.Problem, actor(r)
	f.SendTo, f.Back = "/exhibitions", "/exhibitions"
	title := words.Say("exhibition.add")
	f.Crumbs = nil
	crumbs := []web.Crumb{{Text: words.Say("nav.exhibits"), Href: "/exhibitions"}}
	if f.was.ID != "" {
		f.SendTo += "/" + string(f.was.ID)
		f.Back, title = f.SendTo, words.Say("exhibition.edit_one", f.was.Title)
		crumbs = append(crumbs, web.Crumb{Text: f.was.Title, Href: f.SendTo})
	}
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		agencies, err := tx.Agencies(r.Context())
		if err != nil {
			return err
		}
		for _, a := range agencies {
			if who.May(pano.ExhibitionEdit, pano.Resource{Agency: a.ID}) == nil {
				f.Agencies = append(f.Agencies, web.Choice{Value: string(a.ID), Text: a.Name, Selected: string(a.ID) == f.Agency})
			}
		}
		return holders(r.Context(), tx, who, func(l pano.Location) {
			f.Venues = append(f.Venues, web.Choice{Value: l.Code, Text: l.Name})
		}, pano.Venue, pano.Site)
	})
	if err != nil {
		return err
	}
	f.Frame = s.frame(r, title, "exhibits")
	f.Fault, f.Crumbs, f.Styles = problem, crumbs, []string{"exhibition.css"}
	return s.write(w, r, code, "exhibition-form", f)
}

// labelForm is the form of the label of a work.
type labelForm struct {
	web.Frame
	mend
	X          exhibitRow
	E          showRow
	Label      pano.Label // as it is, or as it was sent
	Rev        string
	Prev, Next string // addresses of the labels before and after, "" if there is none
	MayRemove  bool
}

func labelFields() []string {
	return []string{"title", "title_en", "creator", "year", "technique", "source", "text", "text_en"}
}

// editLabel answers GET /exhibitions/{id}/works/{work}.
func (s *Server) editLabel(w http.ResponseWriter, r *http.Request) error {
	var f labelForm
	if err := s.readLabel(r, &f); err != nil {
		return err
	}
	f.Label, f.Rev = f.X.Label, strconv.Itoa(f.X.Rev)
	return s.writeLabel(w, r, http.StatusOK, f)
}

// readLabel reads the work of the address, with its neighbours.
func (s *Server) readLabel(r *http.Request, f *labelForm) error {
	ctx, v := r.Context(), s.viewer(r)
	return s.DB.Read(ctx, func(tx *catalog.Tx) error {
		e, err := showOf(ctx, tx, r)
		if err != nil {
			return err
		}
		if err := actor(r).May(pano.ExhibitionEdit, e.Resource()); err != nil {
			return err
		}
		f.E, f.MayRemove = showRowOf(v.words, e), e.Listed()
		all, err := tx.Exhibits(ctx, v.see, e.ID)
		if err != nil {
			return err
		}
		at := f.E.Href + "/works/"
		for i, x := range all {
			if string(x.ID) != r.PathValue("work") {
				continue
			}
			f.X = exhibitRow{Shown: x, Href: at + string(x.ID), Image: exhibitImage(x)}
			if i > 0 {
				f.Prev = at + string(all[i-1].ID)
			}
			if i+1 < len(all) {
				f.Next = at + string(all[i+1].ID)
			}
			return nil
		}
		return pano.NotFound("exhibit.none")
	})
}

// saveLabel answers POST /exhibitions/{id}/works/{work}. The button next goes on
// to the label of the next work.
func (s *Server) saveLabel(w http.ResponseWriter, r *http.Request) error {
	values, err := s.form(w, r)
	if err != nil {
		return err
	}
	var f labelForm
	if err := s.readLabel(r, &f); err != nil {
		return err
	}
	f.Rev = values.Get("rev")
	f.Label = pano.Label{Title: values.Get("title"), TitleEN: values.Get("title_en"), Creator: values.Get("creator"), Year: values.Get("year"), Technique: values.Get("technique"),
		Source: values.Get("source"), Text: values.Get("text"), TextEN: values.Get("text_en")}
	x := f.X.Exhibit
	x.Label = f.Label
	x.Rev, _ = strconv.Atoi(f.Rev) // 0, which is refused, if it is no number
	_, err = s.Hanging.EditLabel(r.Context(), actor(r), x)
	if m, code, ok := s.mend(w, r, err, labelFields()...); ok {
		f.mend = m
		return s.writeLabel(w, r, code, f)
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("label.saved_now", f.X.N), "")
	if values.Has("next") && f.Next != "" {
		return back(w, r, f.Next)
	}
	return back(w, r, f.E.Href+"#works")
}

func (s *Server) writeLabel(w http.ResponseWriter, r *http.Request, code int, f labelForm) error {
	words, problem := s.words(r), f.Problem
	f.Frame = s.frame(r, words.Say("label.edit", f.X.N), "exhibits")
	f.Fault, f.Styles = problem, []string{"exhibition.css"}
	f.Crumbs = []web.Crumb{{Text: words.Say("nav.exhibits"), Href: "/exhibitions"}, {Text: f.E.Title, Href: f.E.Href}}
	return s.write(w, r, code, "exhibition-label", f)
}
