package hanging

import (
	"context"
	"slices"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// A FacesQuery asks for faces that an artwork fits. Zero fields narrow nothing down.
type FacesQuery struct {
	Days   pano.Period     // only faces that are free on all of these
	Within pano.LocationID // in that place, and in everything in it
	Skip   int             // faces of the pages before
	Limit  int             // faces, 1–200; 0 is 50
}

// A FaceFit is a face, and how the artwork that was asked for looks on it.
type FaceFit struct {
	Location pano.Location
	Fit      pano.Fit
	Late     bool // something hangs there whose days are over
}

// A FacesPage is some of the faces that were found.
type FacesPage struct {
	Rows  []FaceFit // the best fit first, by code among equals
	Total int       // on all pages
	More  bool
}

// FacesFor returns the faces that who may see and that q asks for, with how a
// looks on each. It fails with KindInvalid if a has no picture (fit.no_picture)
// or the days end before they start.
func FacesFor(ctx context.Context, tx *catalog.Tx, who pano.Actor, a pano.Asset, q FacesQuery) (page FacesPage, err error) {
	if a.Current.Width <= 0 || a.Current.Height <= 0 {
		return page, pano.Invalid("fit.no_picture")
	}
	if q.Days != (pano.Period{}) {
		if err := q.Days.Check(); err != nil {
			return page, err
		}
	}
	faces, err := tx.Faces(ctx, who.Reach(pano.LocationSee), catalog.FaceQuery{Days: q.Days, Within: q.Within})
	if err != nil {
		return page, err
	}
	fits := ranked(faces, func(f catalog.FaceSize) pano.Fit {
		fit, _ := pano.Location{Kind: pano.Face, Width: f.Width, Height: f.Height}.Fit(a)
		return fit
	}, func(f catalog.FaceSize) [2]int { return [2]int{int(f.Width), int(f.Height)} })
	page.Total = len(fits)
	fits, page.More = part(fits, q.Skip, q.Limit)
	seqs := make([]uint32, len(fits))
	for i, f := range fits {
		seqs[i] = f.of.Seq
	}
	places, err := tx.LocationsAt(ctx, seqs)
	if err != nil {
		return page, err
	}
	ids := make([]pano.LocationID, len(places))
	for i, l := range places {
		ids[i] = l.ID
	}
	late, err := tx.Overdue(ctx, ids, pano.DayOf(tx.Now))
	for i, l := range places {
		page.Rows = append(page.Rows, FaceFit{l, fits[i].fit, late[l.ID]})
	}
	return page, err
}

// mostCompared is how many works are compared at most: the latest.
const mostCompared = 5000

// An ArtQuery asks for artwork that fits a face. Zero fields narrow nothing down.
type ArtQuery struct {
	Text     string // as in a search
	Kind     pano.AssetKind
	Campaign pano.CampaignID
	Approved bool // only what is
	Skip     int  // works of the pages before
	Limit    int  // works, 1–200; 0 is 50
}

// An ArtFit is artwork, and how it looks on the face that was asked for.
type ArtFit struct {
	Asset pano.Asset
	Thumb bool // there is a small picture
	Fit   pano.Fit
}

// An ArtPage is some of the works that were found.
type ArtPage struct {
	Rows     []ArtFit // the best fit first, the latest among equals
	Total    int      // works with a picture, on all pages
	More     bool
	Compared int // the latest of so many were looked at; 0 if all were
}

// ArtFor returns the works that who may see and that q asks for, with how each
// looks on l. It fails with KindInvalid if l is no face of known size (fit.no_face).
func ArtFor(ctx context.Context, tx *catalog.Tx, who pano.Actor, l pano.Location, q ArtQuery) (page ArtPage, err error) {
	if l.Kind != pano.Face || l.Width <= 0 || l.Height <= 0 {
		return page, pano.Invalid("fit.no_face")
	}
	ask := catalog.AssetQuery{Text: q.Text, States: []pano.AssetState{pano.Approved}}
	if !q.Approved {
		ask.States = append(ask.States, pano.Draft, pano.InReview, pano.Returned)
	}
	if q.Kind != "" {
		ask.Kinds = []pano.AssetKind{q.Kind}
	}
	if q.Campaign != "" {
		ask.Campaigns = []pano.CampaignID{q.Campaign}
	}
	works, total, err := tx.ArtSizes(ctx, who.Reach(pano.AssetSee), ask, mostCompared)
	if err != nil {
		return page, err
	}
	if total > mostCompared {
		page.Compared = mostCompared
	}
	fits := ranked(works, func(w catalog.ArtSize) pano.Fit {
		fit, _ := l.Fit(pano.Asset{Kind: w.Kind, Width: w.Width, Height: w.Height, Current: pano.Version{Width: w.Across, Height: w.Down}})
		return fit
	}, func(w catalog.ArtSize) catalog.ArtSize { w.Seq = 0; return w })
	page.Total = len(fits)
	fits, page.More = part(fits, q.Skip, q.Limit)
	seqs := make([]uint32, len(fits))
	for i, f := range fits {
		seqs[i] = f.of.Seq
	}
	all, thumbs, err := tx.AssetsAt(ctx, seqs)
	if err != nil {
		return page, err
	}
	for i, a := range all {
		_, thumb := thumbs[a.Current.Digest]
		page.Rows = append(page.Rows, ArtFit{a, thumb, fits[i].fit})
	}
	return page, nil
}

// A fitted is something with how it fits.
type fitted[T any] struct {
	of  T
	fit pano.Fit
}

// ranked puts the best fit of all first and leaves equals in their order. What
// has the same size is judged once: there are thousands of faces, of few sizes.
func ranked[T any, K comparable](all []T, judge func(T) pano.Fit, size func(T) K) []fitted[T] {
	judged := map[K]pano.Fit{}
	fits := make([]fitted[T], len(all))
	for i, x := range all {
		k := size(x)
		fit, ok := judged[k]
		if !ok {
			fit = judge(x)
			judged[k] = fit
		}
		fits[i] = fitted[T]{x, fit}
	}
	slices.SortStableFunc(fits, func(a, b fitted[T]) int { return a.fit.Compare(b.fit) })
	return fits
}

// part is a page of all.
func part[T any](all []T, skip, limit int) (some []T, more bool) {
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	all = all[min(max(skip, 0), len(all)):]
	if len(all) > limit {
		return all[:limit], true
	}
	return all, false
}
