package httpd

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pano/internal/i18n"
	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// libraryRoutes are the artwork: lists, pages, forms, files.
func (s *Server) libraryRoutes() []route {
	return []route{
		{"GET", "/search", pano.AssetSee, s.search},
		{"GET", "/assets", pano.AssetSee, s.showLibrary},
		{"POST", "/assets", pano.AssetAdd, s.addAssets},
		{"GET", "/assets/cards", pano.AssetSee, s.showCards},
		{"POST", "/assets/bulk", pano.AssetArchive, s.bulk},
		{"POST", "/assets/restore", pano.AssetArchive, s.restoreAssets},
		{"GET", "/assets/{id}", pano.AssetSee, s.showAsset},
		{"GET", "/assets/{id}/print", pano.AssetSee, s.showPrint},
		{"GET", "/assets/{id}/edit", pano.AssetEdit, s.showEdit},
		{"POST", "/assets/{id}/edit", pano.AssetEdit, s.editAsset},
		{"POST", "/assets/{id}/versions", pano.AssetAdd, s.addVersions},
		{"POST", "/assets/{id}/bin", pano.AssetArchive, s.binAsset},
		{"POST", "/assets/{id}/restore", pano.AssetArchive, s.restoreAsset},
		{"GET", "/assets/{id}/place", pano.PlacementPlan, s.placeAsset},
		{"GET", "/bin", pano.AssetArchive, s.showBin},
		{"GET", "/upload", pano.AssetAdd, s.showUpload},
		{"POST", "/uploads/{id}/decide", pano.AssetAdd, s.decide},
		{"OPTIONS", "/files/", pano.AssetAdd, s.tusOptions},
		{"POST", "/files/", pano.AssetAdd, s.tusCreate},
		{"HEAD", "/files/{id}", pano.AssetAdd, s.tusHead},
		{"PATCH", "/files/{id}", pano.AssetAdd, s.tusPatch},
		{"DELETE", "/files/{id}", pano.AssetAdd, s.tusDelete},
	}
}

// search answers GET /search: everything there is to find is in the library yet.
func (s *Server) search(w http.ResponseWriter, r *http.Request) error {
	return back(w, r, "/assets?"+url.Values{"q": {r.URL.Query().Get("q")}}.Encode())
}

type libraryPage struct {
	web.Frame
	Q        string
	Kept     []web.Choice // what the form carries on without showing it: sort, place
	Groups   []facet
	Problems facetValue
	Filters  int // in force, the text apart
	InForce  []web.Crumb
	Sorts    []sortLink
	Total    int
	Cards    []web.Card
	Next     string
	MayBin   bool
	Pristine bool // nothing was asked for
	Accept   string
	MaxFile  int64
	Trouble  *web.Trouble
}

// A facet is a group of values to filter by.
type facet struct {
	Key    string // kind, state, agency, campaign
	Values []facetValue
}

type facetValue struct {
	Value, Text string
	Count       int
	On          bool
}

type sortLink struct {
	Key, Href string
	Current   bool
}

// showLibrary answers GET /assets. The address holds the whole question.
func (s *Server) showLibrary(w http.ResponseWriter, r *http.Request) error {
	v := asked(r.URL.Query())
	q := assetQuery(v)
	names, page, err := s.find(r.Context(), actor(r), q)
	p := libraryPage{Q: q.Text, Total: page.Total, Pristine: len(v) == 0 || len(v) == 1 && v.Has("sort")}
	code := http.StatusOK
	if m, status, ok := s.mend(w, r, err); ok {
		p.Trouble, code = &web.Trouble{Text: m.Problem, Href: "/assets"}, status
	} else if err != nil {
		return err
	}
	words := s.words(r)
	p.Accept, p.MaxFile = accepted, s.Intake.MaxFile
	p.MayBin = actor(r).MayAny(pano.AssetArchive) == nil
	p.Cards = s.cards(words, page, p.MayBin)
	p.readFacets(words, v, page, names)
	p.readInForce(words, v, names)
	for _, sort := range []catalog.AssetSort{catalog.Newest, catalog.ByTitle, catalog.ByUpdated} {
		p.Sorts = append(p.Sorts, sortLink{string(sort), "/assets?" + with(v, "sort", string(sort)).Encode(), sort == q.Sort || q.Sort == "" && sort == catalog.Newest})
	}
	if page.Next != "" {
		p.Next = "/assets?" + with(v, "cursor", page.Next).Encode()
	}
	p.Frame = s.frame(r, words.Say("nav.library"), "library")
	p.Islands = []string{"list.js", "upload.js"}
	if actor(r).MayAny(pano.AssetAdd) == nil {
		p.Action = &web.Link{Text: words.Say("act.upload"), Href: "/upload", Key: "u"}
	}
	if p.MayBin {
		p.Acts = []web.Link{{Text: words.Say("bin.title"), Href: "/bin"}}
	}
	return s.parts(w, r, code, "library", p, "facets", "results")
}

// asked keeps of the address what the library understands and was filled in.
func asked(v url.Values) url.Values {
	kept := url.Values{}
	for _, name := range []string{"q", "kind", "state", "agency", "campaign", "location", "problem", "sort", "cursor"} {
		for _, value := range v[name] {
			if strings.TrimSpace(value) != "" && !slices.Contains(kept[name], value) && len(kept[name]) < 50 {
				kept.Add(name, value)
			}
		}
	}
	return kept
}

// with returns v asking for one value of name; "" asks for none. A question
// that changes begins at the first page.
func with(v url.Values, name, value string) url.Values {
	c := url.Values{}
	for n, values := range v {
		if n != "cursor" && n != name {
			c[n] = values
		}
	}
	if value != "" {
		c.Set(name, value)
	}
	return c
}

// without returns v without one value of name.
func without(v url.Values, name, value string) url.Values {
	c := with(v, name, "")
	for _, other := range v[name] {
		if other != value {
			c.Add(name, other)
		}
	}
	return c
}

func assetQuery(v url.Values) catalog.AssetQuery {
	return catalog.AssetQuery{Text: v.Get("q"), Kinds: typed[pano.AssetKind](v["kind"]), States: typed[pano.AssetState](v["state"]),
		Agencies: typed[pano.AgencyID](v["agency"]), Campaigns: typed[pano.CampaignID](v["campaign"]),
		Location: pano.LocationID(v.Get("location")), Problems: v.Has("problem"), Sort: catalog.AssetSort(v.Get("sort")), Cursor: v.Get("cursor")}
}

func typed[T ~string](values []string) (all []T) {
	for _, v := range values {
		all = append(all, T(v))
	}
	return all
}

// names are what ids in a list are called.
type names struct {
	agencies  map[string]string
	campaigns map[string]string
	location  string
}

// find finds assets and the names of what they can be filtered by.
func (s *Server) find(ctx context.Context, who pano.Actor, q catalog.AssetQuery) (n names, page catalog.AssetPage, err error) {
	err = s.DB.Read(ctx, func(tx *catalog.Tx) error {
		if n, err = namesOf(ctx, tx, who, q.Location); err != nil {
			return err
		}
		page, err = tx.FindAssets(ctx, who.Reach(pano.AssetSee), q)
		return err
	})
	return n, page, err
}

func namesOf(ctx context.Context, tx *catalog.Tx, who pano.Actor, at pano.LocationID) (n names, err error) {
	n.agencies, n.campaigns = map[string]string{}, map[string]string{}
	agencies, err := tx.Agencies(ctx)
	if err != nil {
		return n, err
	}
	for _, a := range agencies {
		n.agencies[string(a.ID)] = a.Name
	}
	campaigns, err := tx.Campaigns(ctx)
	if err != nil {
		return n, err
	}
	for _, c := range campaigns {
		n.campaigns[string(c.ID)] = c.Name
	}
	if at == "" {
		return n, nil
	}
	l, err := tx.Location(ctx, at)
	if err == nil {
		err = who.May(pano.LocationSee, l.Resource())
	}
	n.location = l.Code + " – " + l.Name
	return n, err
}

// readFacets fills in what can be filtered by, with counts. A group with a
// single value that is not in force tells nothing, but for the kinds and states.
func (p *libraryPage) readFacets(words *i18n.Words, v url.Values, page catalog.AssetPage, n names) {
	say := map[string]func(string) string{
		"kind":     func(id string) string { return words.Say("asset.kind." + id) },
		"state":    func(id string) string { return words.Say("asset.state." + id) },
		"agency":   func(id string) string { return n.agencies[id] },
		"campaign": func(id string) string { return n.campaigns[id] },
	}
	order := map[string][]string{"kind": plain(pano.AssetKinds()), "state": plain(pano.AssetStates())}
	for _, key := range []string{"kind", "state", "agency", "campaign"} {
		g := facet{Key: key}
		count := map[string]int{}
		values := order[key]
		for _, c := range page.Facets[key] {
			if count[c.Value] = c.Count; order[key] == nil {
				values = append(values, c.Value)
			}
		}
		for _, id := range v[key] {
			if !slices.Contains(values, id) {
				values = append(values, id)
			}
		}
		for _, id := range values {
			on := slices.Contains(v[key], id)
			if text := say[key](id); on || count[id] > 0 && text != "" {
				g.Values = append(g.Values, facetValue{id, text, count[id], on})
			}
		}
		if len(g.Values) > 1 || len(g.Values) == 1 && (order[key] != nil || g.Values[0].On) {
			p.Groups = append(p.Groups, g)
		}
		p.Filters += len(v[key])
	}
	for _, c := range page.Facets["problem"] {
		p.Problems.Count += c.Count
	}
	p.Problems.On = v.Has("problem")
	for _, name := range []string{"sort", "location"} {
		if v.Has(name) {
			p.Kept = append(p.Kept, web.Choice{Value: v.Get(name), Text: name})
		}
	}
}

func plain[T ~string](values []T) (all []string) {
	for _, v := range values {
		all = append(all, string(v))
	}
	return all
}

// readInForce lists what narrows the list, each with the address without it.
func (p *libraryPage) readInForce(words *i18n.Words, v url.Values, n names) {
	add := func(text, name, value string) {
		p.InForce = append(p.InForce, web.Crumb{Text: text, Href: "/assets?" + without(v, name, value).Encode()})
	}
	if q := v.Get("q"); q != "" {
		add("“"+q+"”", "q", q)
	}
	for _, g := range p.Groups {
		for _, value := range g.Values {
			if value.On {
				add(value.Text, g.Key, value.Value)
			}
		}
	}
	if v.Has("problem") {
		add(words.Say("library.problems"), "problem", v.Get("problem"))
	}
	if at := v.Get("location"); at != "" {
		add(words.Say("library.at", n.location), "location", at)
	}
}

// cards are assets as cards of a grid.
func (s *Server) cards(words *i18n.Words, page catalog.AssetPage, pickable bool) (all []web.Card) {
	for _, a := range page.Assets {
		all = append(all, s.card(words, a, page.Thumbs[a.Current.Digest], pickable))
	}
	return all
}

func (s *Server) card(words *i18n.Words, a pano.Asset, thumb pano.Rendition, pickable bool) web.Card {
	c := web.Card{ID: string(a.ID), Href: "/assets/" + string(a.ID), Title: a.Title, Pickable: pickable,
		Meta: []string{a.Code, words.Say("asset.kind." + string(a.Kind))}, Badge: badgeOf(words, a.State)}
	if a.Width > 0 && a.Height > 0 {
		c.Meta = append(c.Meta, words.Size(a.Width, a.Height))
	}
	switch a.Current.Ready {
	case pano.Processing:
		c.Waits = true
	case pano.NoPicture:
		c.Blank = words.Say("card.document", mediaName(a.Current.MediaType))
	case pano.OriginalOnly:
		c.Blank = words.Say("card.original_only")
	case pano.Made:
		c.Image, c.Width, c.Height = pictureURL(a.Current, "thumb"), int(thumb.Width), int(thumb.Height)
	}
	return c
}

func badgeOf(words *i18n.Words, state pano.AssetState) web.Badge {
	return web.BadgeOf(words, "asset.state", string(state))
}

// pictureURL is where the newest picture of a version is, under an address that
// never means another one: it may be kept for good.
func pictureURL(v pano.Version, spec string) string {
	return "/api/v1/assets/" + string(v.Asset) + "/" + spec + "?v=" + v.Digest.String()[:12]
}

// mediaName is what people call a media type: PDF for application/pdf.
func mediaName(media string) string {
	_, name, _ := strings.Cut(media, "/")
	name, _, _ = strings.Cut(name, "+")
	return strings.ToUpper(name)
}

// maxCards is how many cards one request may ask for again.
const maxCards = 48

type cardsPage struct {
	web.Frame
	Cards []web.Card
}

// showCards answers GET /assets/cards with the cards of some assets, for a list
// whose pictures were not made when it was written.
func (s *Server) showCards(w http.ResponseWriter, r *http.Request) error {
	who, words := actor(r), s.words(r)
	var p cardsPage
	ids := r.URL.Query()["id"]
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		for _, id := range ids[:min(len(ids), maxCards)] {
			a, err := tx.Asset(r.Context(), pano.AssetID(id))
			if pano.KindOf(err) == pano.KindNotFound || err == nil && who.May(pano.AssetSee, a.Resource()) != nil {
				continue
			}
			if err != nil {
				return err
			}
			thumb, err := tx.Rendition(r.Context(), a.Current.Digest, "thumb")
			if err != nil && pano.KindOf(err) != pano.KindNotFound {
				return err
			}
			p.Cards = append(p.Cards, s.card(words, a, thumb, who.MayAny(pano.AssetArchive) == nil))
		}
		return nil
	})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return s.Site.WriteParts(w, s.lang(r), "library", p, "cards")
}
