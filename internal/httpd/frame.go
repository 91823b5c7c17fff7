package httpd

import (
	"net/http"

	"pano/internal/pano"
	"pano/web"
)

// places are the entries of the rail; each is shown to who may do its action.
func places() []struct {
	key, href string
	act       pano.Action
	apart     bool
} {
	return []struct {
		key, href string
		act       pano.Action
		apart     bool
	}{
		{"home", "/", pano.Self, false},
		{"library", "/assets", pano.AssetSee, false},
		{"places", "/locations", pano.LocationSee, false},
		{"exhibits", "/exhibitions", pano.ExhibitionSee, false},
		{"items", "/items", pano.ItemSee, false},
		{"schedule", "/schedule", pano.PlacementSee, false},
		{"work", "/orders/work", pano.WorkSee, false},
		{"proof", "/proofs", pano.ProofDecide, false},
		{"admin", "/admin", pano.UserEdit, true},
		{"help", "/help", pano.Self, false},
	}
}

// frame is what stands around the middle of a page. here is the key of the rail
// entry the page belongs to.
func (s *Server) frame(r *http.Request, title, here string) web.Frame {
	f := web.Frame{
		Title: title, Path: r.URL.RequestURI(), Office: s.Office,
		Theme: preference(r, "theme"), Density: preference(r, "density"), Keys: preference(r, "keys"),
		Toasts: toasts(r),
	}
	if r.Method != http.MethodGet { // the page of a form that came back is not at the address it was sent to
		f.Path = cameFrom(r)
	}
	who := actor(r)
	if who.Anonymous() {
		return f
	}
	f.User = who.Name
	f.NoSearch, f.NoUpload = who.MayAny(pano.AssetSee) != nil, who.MayAny(pano.AssetAdd) != nil
	for _, p := range places() {
		if who.MayAny(p.act) == nil {
			place := web.Place{Key: p.key, Href: p.href, Current: p.key == here, Apart: p.apart}
			if p.key == "work" {
				place.Badge, place.Late = s.lateWork(r), true
			}
			f.Nav = append(f.Nav, place)
		}
	}
	return f
}
