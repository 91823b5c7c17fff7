package httpd

import (
	"net/http"
	"net/url"

	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// maxPicked is how many assets one act may concern.
const maxPicked = 500

// bulk answers POST /assets/bulk: the act goes on with the rest when one asset
// refuses it, and the toast says how many did not.
func (s *Server) bulk(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	ids := f["id"]
	if len(ids) == 0 {
		return pano.Invalid("pick.nothing")
	}
	if f.Get("act") != "bin" || len(ids) > maxPicked {
		return pano.Invalid("request.unreadable")
	}
	var done []string
	var refusal error
	for _, id := range ids {
		_, err := s.Intake.Bin(r.Context(), actor(r), pano.AssetID(id), 0)
		switch kind := pano.KindOf(err); {
		case err == nil:
			done = append(done, id)
		case kind == pano.KindConflict, kind == pano.KindForbidden, kind == pano.KindNotFound:
			refusal = err
		default:
			return err
		}
	}
	if len(done) == 0 {
		return refusal
	}
	text := s.words(r).Say("bin.moved", len(done))
	if refusal != nil {
		text += " " + s.words(r).Say("bin.not_moved", len(ids)-len(done), s.say(r, told(refusal)))
	}
	s.tell(w, text, "/assets/restore?"+url.Values{"id": done}.Encode())
	return back(w, r, f.Get("return"))
}

// restoreAssets answers POST /assets/restore, the way back from a bulk.
func (s *Server) restoreAssets(w http.ResponseWriter, r *http.Request) error {
	ids := r.URL.Query()["id"]
	if len(ids) == 0 || len(ids) > maxPicked {
		return pano.Invalid("pick.nothing")
	}
	for _, id := range ids {
		if _, err := s.Intake.Restore(r.Context(), actor(r), pano.AssetID(id)); err != nil {
			return err
		}
	}
	s.tell(w, s.words(r).Say("bin.restored", len(ids)), "")
	return back(w, r, cameFrom(r))
}

// binAsset answers POST /assets/{id}/bin.
func (s *Server) binAsset(w http.ResponseWriter, r *http.Request) error {
	id := pano.AssetID(r.PathValue("id"))
	a, err := s.Intake.Bin(r.Context(), actor(r), id, 0)
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("bin.moved_one", a.Title), "/assets/"+string(id)+"/restore")
	return onward(w, r, "/assets")
}

// restoreAsset answers POST /assets/{id}/restore.
func (s *Server) restoreAsset(w http.ResponseWriter, r *http.Request) error {
	a, err := s.Intake.Restore(r.Context(), actor(r), pano.AssetID(r.PathValue("id")))
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("bin.restored_one", a.Title), "")
	return onward(w, r, "/assets/"+string(a.ID))
}

type binPage struct {
	web.Frame
	Rows []binRow
	Next string
}

type binRow struct {
	pano.Asset
	Thumb string
	May   bool // take it out
}

// showBin answers GET /bin: what was put away, the newest first.
func (s *Server) showBin(w http.ResponseWriter, r *http.Request) error {
	who := actor(r)
	var page catalog.AssetPage
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) (err error) {
		page, err = tx.FindAssets(r.Context(), who.Reach(pano.AssetSee), catalog.AssetQuery{Bin: true, Sort: catalog.ByUpdated, Cursor: r.URL.Query().Get("cursor")})
		return err
	})
	if err != nil {
		return err
	}
	var p binPage
	for _, a := range page.Assets {
		row := binRow{Asset: a, May: who.May(pano.AssetArchive, a.Resource()) == nil}
		if a.Current.Ready == pano.Made {
			row.Thumb = pictureURL(a.Current, "thumb")
		}
		p.Rows = append(p.Rows, row)
	}
	if page.Next != "" {
		p.Next = "/bin?" + url.Values{"cursor": {page.Next}}.Encode()
	}
	p.Frame = s.frame(r, s.words(r).Say("bin.title"), "library")
	p.Crumbs = []web.Crumb{{Text: s.words(r).Say("nav.library"), Href: "/assets"}}
	return s.write(w, r, http.StatusOK, "bin", p)
}
