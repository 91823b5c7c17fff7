package httpd

import (
	"context"
	"net/url"
	"strings"

	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// readShow fills the tray of a wall with the works of an exhibition that have no
// place yet, in the order of its list, and reports whether one was chosen. Those
// to choose from are shown in this wall, or in a place around it.
func (p *placePage) readShow(ctx context.Context, tx *catalog.Tx) (chosen bool, err error) {
	up, err := tx.Ancestors(ctx, p.L.ID)
	if err != nil {
		return false, err
	}
	around := []pano.LocationID{p.L.ID}
	for _, l := range up {
		around = append(around, l.ID)
	}
	all, err := tx.ExhibitionsAt(ctx, p.who.Reach(pano.ExhibitionSee), around)
	if err != nil || len(all) == 0 {
		p.Wall.Show = ""
		return false, err
	}
	part := p.Wall
	part.Shows = []web.Choice{{Text: p.noShow}}
	var show pano.Exhibition
	for _, e := range all {
		on := string(e.ID) == part.Show
		if on {
			show = e
		}
		part.Shows = append(part.Shows, web.Choice{Value: string(e.ID), Text: e.Title, Selected: on})
	}
	if show.ID == "" {
		part.Show = ""
		return false, nil
	}
	return true, p.waitFor(ctx, tx, show)
}

// waitFor lists the works of e that have no place yet.
func (p *placePage) waitFor(ctx context.Context, tx *catalog.Tx, e pano.Exhibition) error {
	part := p.Wall
	part.From, part.Last = p.On, p.On+14
	if e.Days != (pano.Period{}) {
		part.From, part.Last = e.Days.From, e.Days.Last()
	}
	works, err := tx.Exhibits(ctx, p.who.Reach(pano.AssetSee), e.ID)
	if err != nil {
		return err
	}
	there := map[pano.AssetID]bool{}
	for _, x := range works {
		if x.Asset == "" || !x.Seen || x.Placement != "" || there[x.Asset] || !strings.Contains(strings.ToLower(x.Label.Title), strings.ToLower(part.Q)) {
			continue
		}
		there[x.Asset] = true
		q := url.Values{"asset": {string(x.Asset)}, "location": {string(p.L.ID)}, "exhibition": {string(e.ID)}, "from": {part.From.String()}, "last": {part.Last.String()}}
		part.Waiting = append(part.Waiting, waitingRow{N: x.N, Image: exhibitImage(x), Href: "/placements/new?" + q.Encode(),
			Asset: pano.Asset{ID: x.Asset, Title: x.Label.Title, Width: x.Width, Height: x.Height}})
	}
	part.Found = len(part.Waiting)
	return nil
}
