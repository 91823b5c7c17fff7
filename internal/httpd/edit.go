package httpd

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// An assetForm is what people say of an asset, as they type it.
type assetForm struct {
	Title       string `json:"title"`
	Kind        string `json:"kind"`
	Campaign    string `json:"campaign"`
	Width       string `json:"width_mm"`
	Height      string `json:"height_mm"`
	Material    string `json:"material"`
	Description string `json:"description"`
	Tags        string `json:"tags"`
	Creator     string `json:"creator"`
	Credit      string `json:"credit"`
	Rights      string `json:"rights"`
	Source      string `json:"source"`
	Language    string `json:"language"`
	ValidUntil  string `json:"valid_until"` // the last day
}

// fields are the entries of f by the names of their fields, in the order of the page.
func (f *assetForm) fields() []formField {
	return []formField{{"title", &f.Title}, {"kind", &f.Kind}, {"campaign", &f.Campaign}, {"width_mm", &f.Width}, {"height_mm", &f.Height},
		{"material", &f.Material}, {"description", &f.Description}, {"tags", &f.Tags}, {"creator", &f.Creator}, {"credit", &f.Credit},
		{"rights", &f.Rights}, {"source", &f.Source}, {"language", &f.Language}, {"valid_until", &f.ValidUntil}}
}

type formField struct {
	name  string
	value *string
}

func entriesOf(a pano.Asset) (f assetForm) {
	f = assetForm{Title: a.Title, Kind: string(a.Kind), Campaign: string(a.Campaign), Material: a.Material, Description: a.Description,
		Tags: strings.Join(a.Tags, ", "), Creator: a.Creator, Credit: a.Credit, Rights: a.Rights, Source: a.Source, Language: a.Language}
	if a.Width > 0 {
		f.Width = strconv.Itoa(int(a.Width))
	}
	if a.Height > 0 {
		f.Height = strconv.Itoa(int(a.Height))
	}
	if a.ValidUntil != 0 {
		f.ValidUntil = (a.ValidUntil - 1).String()
	}
	return f
}

// into gives a the entries of f, or fails with KindInvalid at one that cannot be read.
func (f assetForm) into(a pano.Asset) (pano.Asset, error) {
	var err error
	a.Title, a.Kind, a.Campaign, a.Material, a.Description = f.Title, pano.AssetKind(f.Kind), pano.CampaignID(f.Campaign), f.Material, f.Description
	a.Creator, a.Credit, a.Rights, a.Source, a.Language = f.Creator, f.Credit, f.Rights, f.Source, f.Language
	a.Tags = strings.FieldsFunc(f.Tags, func(r rune) bool { return r == ',' || r == ';' || r == '\n' })
	if a.Width, err = millimetres("width_mm", f.Width); err != nil {
		return a, err
	}
	if a.Height, err = millimetres("height_mm", f.Height); err != nil {
		return a, err
	}
	a.ValidUntil = 0
	if strings.TrimSpace(f.ValidUntil) != "" {
		last, err := pano.ParseDay(strings.TrimSpace(f.ValidUntil))
		if err != nil {
			return a, pano.Invalid("day.unreadable", f.ValidUntil).At("valid_until")
		}
		a.ValidUntil = last + 1
	}
	return a, nil
}

// millimetres reads a whole number, "" as 0: not known. Spaces and points
// between thousands are as people write them.
func millimetres(field, text string) (pano.MM, error) {
	text = strings.NewReplacer(" ", "", ".", "", ",", "", "\u00a0", "").Replace(strings.TrimSpace(text))
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, pano.Invalid("number.unreadable").At(field)
	}
	return pano.MM(n), nil
}

type editPage struct {
	web.Frame
	mend
	Asset     pano.Asset
	Form      assetForm
	Rev       int
	Was       string            // JSON: the entries as they were shown first
	Theirs    map[string]string // what somebody else made of a field meanwhile
	By        string            // who that was
	Kinds     []web.Choice
	Campaigns []web.Choice
	Languages []web.Choice
}

// showEdit answers GET /assets/{id}/edit.
func (s *Server) showEdit(w http.ResponseWriter, r *http.Request) error {
	a, err := s.editable(r)
	if err != nil {
		return err
	}
	f := entriesOf(a)
	return s.writeEdit(w, r, http.StatusOK, editPage{Asset: a, Form: f, Rev: a.Rev, Was: asText(f)})
}

func (s *Server) editable(r *http.Request) (pano.Asset, error) {
	a, err := s.Intake.Asset(r.Context(), actor(r), pano.AssetID(r.PathValue("id")))
	if err == nil {
		err = actor(r).May(pano.AssetEdit, a.Resource())
	}
	return a, err
}

func asText(f assetForm) string {
	text, _ := json.Marshal(f) // strings do not fail
	return string(text)
}

func (s *Server) writeEdit(w http.ResponseWriter, r *http.Request, code int, p editPage) error {
	words := s.words(r)
	for _, k := range pano.AssetKinds() {
		p.Kinds = append(p.Kinds, web.Choice{Value: string(k), Text: words.Say("asset.kind." + string(k)), Selected: string(k) == p.Form.Kind})
	}
	for _, l := range []string{"", "vi", "en", "fr", "zh", "other"} {
		text := words.Say("language." + cmp.Or(l, "unknown"))
		p.Languages = append(p.Languages, web.Choice{Value: l, Text: text, Selected: l == p.Form.Language})
	}
	if !slices.ContainsFunc(p.Languages, func(c web.Choice) bool { return c.Selected }) {
		p.Languages = append(p.Languages, web.Choice{Value: p.Form.Language, Text: p.Form.Language, Selected: true})
	}
	var err error
	if p.Campaigns, err = s.campaigns(r.Context(), words.Say("campaign.no_one"), p.Form.Campaign); err != nil {
		return err
	}
	name := func(field string, all []web.Choice) {
		for _, c := range all {
			if theirs, ok := p.Theirs[field]; ok && theirs == c.Value {
				p.Theirs[field] = c.Text
			}
		}
	}
	name("kind", p.Kinds)
	name("campaign", p.Campaigns)
	name("language", p.Languages)
	p.Frame = s.frame(r, words.Say("asset.edit_title"), "library")
	p.Fault = p.Problem
	p.Crumbs = []web.Crumb{{Text: words.Say("nav.library"), Href: "/assets"}, {Text: p.Asset.Title, Href: "/assets/" + string(p.Asset.ID)}}
	return s.write(w, r, code, "edit", p)
}

// campaigns are the campaigns to choose from, none first.
func (s *Server) campaigns(ctx context.Context, none, chosen string) (all []web.Choice, err error) {
	all = []web.Choice{{Text: none}}
	err = s.DB.Read(ctx, func(tx *catalog.Tx) error {
		campaigns, err := tx.Campaigns(ctx)
		for _, c := range campaigns {
			if c.State != pano.CampaignClosed || string(c.ID) == chosen {
				all = append(all, web.Choice{Value: string(c.ID), Text: c.Name, Selected: string(c.ID) == chosen})
			}
		}
		return err
	})
	return all, err
}

// editAsset answers POST /assets/{id}/edit. If somebody else was faster, what
// they changed stands beside the reader's entries, of which none is lost:
// sending the form again keeps the reader's.
func (s *Server) editAsset(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	p := editPage{Was: f.Get("was")}
	var names []string
	for _, field := range p.Form.fields() {
		*field.value = f.Get(field.name)
		names = append(names, field.name)
	}
	p.Rev, _ = strconv.Atoi(f.Get("rev"))
	id := pano.AssetID(r.PathValue("id"))
	a, err := s.Intake.Edit(r.Context(), actor(r), id, p.Rev, p.Form.into)
	if err == nil {
		s.tell(w, s.words(r).Say("asset.saved"), "")
		return back(w, r, "/assets/"+string(a.ID))
	}
	m, code, ok := s.mend(w, r, err, names...)
	if !ok {
		return err
	}
	p.mend = m
	if p.Asset, err = s.editable(r); err != nil {
		return err
	}
	if p.Rev != p.Asset.Rev {
		p.merge()
		p.By, err = s.lastEditor(r.Context(), id)
	}
	if err != nil {
		return err
	}
	return s.writeEdit(w, r, code, p)
}

// merge takes over what somebody else changed where the reader changed nothing,
// and sets it beside the reader's entry where both did.
func (p *editPage) merge() {
	was, now := p.Form, entriesOf(p.Asset)
	if json.Unmarshal([]byte(p.Was), &was) != nil {
		was = p.Form
	}
	p.Theirs = map[string]string{}
	base, stored := was.fields(), now.fields()
	for i, mine := range p.Form.fields() {
		switch theirs := *stored[i].value; {
		case theirs == *base[i].value || theirs == *mine.value:
		case *mine.value == *base[i].value:
			*mine.value = theirs
		default:
			p.Theirs[mine.name] = theirs
		}
	}
	p.Rev, p.Was = p.Asset.Rev, asText(now)
}

// lastEditor is who changed an asset last, "" if nobody knows.
func (s *Server) lastEditor(ctx context.Context, id pano.AssetID) (name string, err error) {
	err = s.DB.Read(ctx, func(tx *catalog.Tx) error {
		events, err := tx.EventsOf(ctx, string(id), 0, 1)
		for _, e := range events {
			name = e.ActorName
		}
		return err
	})
	return name, err
}
