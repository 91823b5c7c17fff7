package httpd

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// A placementPage is the form, or the choice of one of its two sides.
type placementPage struct {
	placementForm
	Choose string // asset or place, "" if both are chosen
	Q      string
	Kept   []web.Choice // what the search carries on without showing it
	Rows   []choiceRow
	Total  int
}

// A choiceRow is an asset or a place to choose.
type choiceRow struct {
	Href, Name, Code, Meta string
	Image                  string
	Kind                   pano.LocationKind // of a place
	Size                   mmSize            // 0 if it is not known
	Capacity               int
	Fits                   string // yes, no or "" where there is nothing to compare
	State                  pano.AssetState
}

// choices is how many of a kind a choice shows; who wants another searches.
const choices = 24

// chooseAsset shows the artwork that may be hung by the actor. location, an id,
// is where to, "" if that is to be chosen yet.
func (s *Server) chooseAsset(w http.ResponseWriter, r *http.Request, location string) error {
	words, ctx := s.words(r), r.Context()
	p := placementPage{Choose: "asset", Q: strings.TrimSpace(r.FormValue("q"))}
	err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
		if location != "" {
			l, err := tx.Location(ctx, pano.LocationID(location))
			if err != nil {
				return err
			}
			p.Place = l
			p.Kept = append(p.Kept, web.Choice{Value: location, Text: "location"})
		}
		page, err := tx.FindAssets(ctx, actor(r).Reach(pano.PlacementPlan), catalog.AssetQuery{Text: p.Q, Limit: choices,
			States: []pano.AssetState{pano.Draft, pano.InReview, pano.Returned, pano.Approved}})
		p.Total = page.Total
		for _, a := range page.Assets {
			row := choiceRow{Name: a.Title, Code: a.Code, Meta: words.Say("asset.kind." + string(a.Kind)), Size: mmSize{a.Width, a.Height},
				State: a.State, Href: placementAddress(string(a.ID), location), Fits: fits(p.Place, a)}
			if _, ok := page.Thumbs[a.Current.Digest]; ok {
				row.Image = pictureURL(a.Current, "thumb")
			}
			p.Rows = append(p.Rows, row)
		}
		return err
	})
	if err != nil {
		return err
	}
	title := words.Say("placement.choose_asset")
	if p.Place.ID != "" {
		title = words.Say("placement.choose_asset_for", p.Place.Name)
	}
	return s.writeChoice(w, r, p, title)
}

func placementAddress(asset, location string) string {
	v := url.Values{"asset": {asset}}
	if location != "" {
		v.Set("location", location)
	}
	return "/placements/new?" + v.Encode()
}

// fits says whether artwork of a's size fits into l; "" if a size is not known.
func fits(l pano.Location, a pano.Asset) string {
	switch {
	case l.Width == 0 || a.Width == 0:
		return ""
	case a.Width > l.Width || a.Height > l.Height:
		return "no"
	}
	return "yes"
}

// choosePlace shows the places in which a may hang.
func (s *Server) choosePlace(w http.ResponseWriter, r *http.Request, a pano.Asset) error {
	p := placementPage{Choose: "place", Q: strings.TrimSpace(r.FormValue("q")),
		Kept: []web.Choice{{Value: string(a.ID), Text: "asset"}}}
	p.Asset = a
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error { return p.readPlaces(r, tx) })
	if err != nil {
		return err
	}
	return s.writeChoice(w, r, p, s.words(r).Say("placement.choose_place_for", a.Title))
}

func (p *placementPage) readPlaces(r *http.Request, tx *catalog.Tx) error {
	ctx, open := r.Context(), false
	for _, kind := range []pano.LocationKind{pano.Face, pano.Stretch, pano.Wall} {
		page, err := tx.Locations(ctx, actor(r).Reach(pano.LocationSee), catalog.LocationQuery{Text: p.Q, Kind: kind, Closed: &open, Limit: choices})
		if err != nil {
			return err
		}
		p.Total += page.Total
		for _, l := range page.Locations {
			path, err := pathOf(ctx, tx, l.ID)
			if err != nil {
				return err
			}
			p.Rows = append(p.Rows, choiceRow{Name: l.Name, Code: l.Code, Meta: path, Kind: l.Kind, Size: mmSize{l.Width, l.Height},
				Capacity: l.Capacity, Fits: fits(l, p.Asset), Href: placementAddress(string(p.Asset.ID), string(l.ID))})
		}
	}
	return nil
}

// pathOf names the places around one, the outermost first.
func pathOf(ctx context.Context, tx *catalog.Tx, id pano.LocationID) (string, error) {
	up, err := tx.Ancestors(ctx, id)
	names := make([]string, len(up))
	for i, l := range up {
		names[i] = l.Name
	}
	return strings.Join(names, " › "), err
}

func (s *Server) writeChoice(w http.ResponseWriter, r *http.Request, p placementPage, title string) error {
	p.Frame = s.frame(r, title, "places")
	p.Islands = []string{"list.js"}
	p.Crumbs = []web.Crumb{{Text: s.words(r).Say("nav.places"), Href: "/locations"}}
	if p.Place.ID != "" {
		p.Crumbs = append(p.Crumbs, web.Crumb{Text: p.Place.Name, Href: "/locations/" + string(p.Place.ID)})
	}
	return s.parts(w, r, http.StatusOK, "placement-form", p, "results")
}
