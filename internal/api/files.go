package api

import (
	"context"
	"mime"
	"net/http"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"

	"pano/internal/intake"
	"pano/internal/pano"
	"pano/internal/render"
	"pano/storage/blob"
	"pano/storage/catalog"
)

func (s *site) files() {
	id := &huma.Param{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: "string"}}
	query := func(name, doc string) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: doc, Schema: &huma.Schema{Type: "string"}}
	}
	picture := map[string]*huma.Response{
		"200": {Description: "The bytes; ETag is their SHA-256", Content: map[string]*huma.MediaType{"*/*": {}}},
		"202": {Description: "Still being made; Retry-After says when to ask again"},
	}
	made := map[string]*huma.Response{
		"201": {Description: "The new asset or version", Content: map[string]*huma.MediaType{"application/json": {Schema: s.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Asset](), true, "")}}},
		"200": {Description: "An earlier request with this Idempotency-Key made it"},
	}
	s.bytes(huma.Operation{OperationID: "add-asset", Method: http.MethodPost, Path: "/assets", Summary: "Bring a picture in", RequestBody: formOf(s), Responses: made,
		Parameters: []*huma.Param{{Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: "string"}}}}, pano.AssetAdd, s.addAsset)
	s.bytes(huma.Operation{OperationID: "add-version", Method: http.MethodPost, Path: "/assets/{id}/versions", Summary: "Bring in a new version of an asset",
		RequestBody: formOf(s), Responses: made, Parameters: []*huma.Param{id}}, pano.AssetEdit, s.addVersion)
	s.bytes(huma.Operation{OperationID: "get-original", Method: http.MethodGet, Path: "/assets/{id}/original", Summary: "The bytes as they came", Responses: picture,
		Parameters: []*huma.Param{id, query("n", "Number of the version; the newest without it")}}, pano.OriginalGet, s.original)
	for spec, words := range map[string]string{intake.ThumbSpec: "320 pixels", intake.PreviewSpec: "1600 pixels"} {
		s.bytes(huma.Operation{OperationID: "get-" + spec, Method: http.MethodGet, Path: "/assets/{id}/" + spec, Summary: "A small picture, longest side " + words, Responses: picture,
			Parameters: []*huma.Param{id, query("n", "Number of the version; the newest without it"), query("v", "Start of the version's SHA-256; the answer may then be kept for good")}}, pano.AssetSee,
			func(w http.ResponseWriter, r *http.Request, who pano.Actor) error {
				return s.rendition(w, r, who, spec)
			})
	}
	s.bytes(huma.Operation{OperationID: "get-print", Method: http.MethodGet, Path: "/assets/{id}/print", Summary: "A picture at a size on paper", Responses: picture,
		Parameters: []*huma.Param{id, query("size", "A preset, or width x height in mm as 420x594"), query("format", "jpeg, png or tiff"), query("dpi", "At most; the preset's without it. Never enlarged: the header Pano-DPI says what it is"),
			query("bleed", "mm on every side; 0 without it"), query("focus", "x,y from 0 to 1: the point that stays in the middle of the cut")}}, pano.PrintGet, s.print)
}

// number reads the version asked for; 0 is the newest.
func number(r *http.Request) (int, error) {
	v := r.URL.Query().Get("n")
	if v == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 {
		return 0, pano.Invalid("request.field", "n").At("n")
	}
	return n, nil
}

func assetID(r *http.Request) pano.AssetID { return pano.AssetID(chi.URLParam(r, "id")) }

// original answers GET /assets/{id}/original, always as a file to keep, never as
// a page to show: it is what somebody sent.
func (s *site) original(w http.ResponseWriter, r *http.Request, who pano.Actor) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	v, err := s.Intake.Original(r.Context(), who, assetID(r), n)
	if err != nil {
		return err
	}
	attachment(w.Header(), v.Name)
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	w.Header().Set("Cache-Control", "private, no-cache")
	u, err := s.Blobs.SignedURL(r.Context(), v.Digest, blob.SignOptions{
		TTL: 5 * time.Minute, Disposition: w.Header().Get("Content-Disposition"), ContentType: v.MediaType})
	if err == nil { // an administrator gave the store a public address
		http.Redirect(w, r, u.String(), http.StatusFound)
		return nil
	}
	return s.serve(w, r, v.Digest, v.Size, v.MediaType)
}

// attachment names the file for browsers old and new.
func attachment(h http.Header, name string) {
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
}

// serve sends kept bytes, or the range asked for, with one request to the store.
func (s *site) serve(w http.ResponseWriter, r *http.Request, d pano.Digest, size int64, mediaType string) error {
	body := blob.NewReader(r.Context(), s.Blobs, d, size)
	body.Expect(r.Header.Get("Range"))
	defer body.Close()
	w.Header().Set("ETag", `"`+d.String()+`"`)
	w.Header().Set("Content-Type", mediaType)
	http.ServeContent(w, r, "", time.Time{}, body)
	return nil
}

// rendition answers with a small picture: 202 while it is owed.
func (s *site) rendition(w http.ResponseWriter, r *http.Request, who pano.Actor, spec string) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	v, pic, err := s.findRendition(r.Context(), who, assetID(r), n, spec)
	if err != nil {
		return err
	}
	if pic == nil {
		switch v.Ready {
		case pano.Processing:
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusAccepted)
			return nil
		case pano.OriginalOnly:
			return pano.NotFound(v.Problem, v.MediaType)
		}
		return pano.NotFound("rendition.none")
	}
	w.Header().Set("Cache-Control", "private, no-cache")
	if v12 := r.URL.Query().Get("v"); len(v12) >= 8 && strings.HasPrefix(v.Digest.String(), v12) {
		w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	}
	return s.serve(w, r, pic.Digest, pic.Size, pic.MediaType)
}

func (s *site) findRendition(ctx context.Context, who pano.Actor, id pano.AssetID, n int, spec string) (v pano.Version, pic *pano.Rendition, err error) {
	err = s.DB.Read(ctx, func(tx *catalog.Tx) error {
		a, err := tx.Asset(ctx, id)
		if err != nil {
			return err
		}
		if err := who.May(pano.AssetSee, a.Resource()); err != nil {
			return err
		}
		if v = a.Current; n != 0 && n != v.N {
			all, err := tx.Versions(ctx, id)
			if err != nil {
				return err
			}
			if n > len(all) {
				return pano.NotFound("version.none")
			}
			v = all[n-1]
		}
		made, err := tx.Rendition(ctx, v.Digest, spec)
		if pano.KindOf(err) == pano.KindNotFound {
			return nil
		}
		pic = &made
		return err
	})
	return v, pic, err
}

// print answers GET /assets/{id}/print.
func (s *site) print(w http.ResponseWriter, r *http.Request, who pano.Actor) error {
	a, err := s.Intake.Asset(r.Context(), who, assetID(r))
	if err != nil {
		return err
	}
	spec, name, err := printSpec(r, a)
	if err != nil {
		return err
	}
	p, err := s.Intake.Print(r.Context(), who, a.ID, spec)
	if err != nil {
		return err
	}
	defer p.File.Close()
	ext := map[string]string{"jpeg": ".jpg", "png": ".png", "tiff": ".tif"}[spec.Format]
	attachment(w.Header(), strings.TrimSuffix(p.Version.Name, filepath.Ext(p.Version.Name))+"_"+name+ext)
	w.Header().Set("Pano-DPI", strconv.FormatFloat(p.DPI, 'f', 1, 64))
	w.Header().Set("Content-Type", p.MediaType)
	http.ServeContent(w, r, "", time.Time{}, p.File)
	return nil
}

// printSpec reads the query of a print; name is the size for the file's name.
func printSpec(r *http.Request, a pano.Asset) (spec render.PrintSpec, name string, err error) {
	q := r.URL.Query()
	bad := func(field string) error { return pano.Invalid("request.field", field).At(field) }
	size := q.Get("size")
	spec.Format = q.Get("format")
	if spec.Format == "" {
		spec.Format = "jpeg"
	}
	demands := pano.Demands{Target: 150}
	if p, ok := pano.FindPreset(size); ok {
		demands = p.Demands()
		demands.Target = p.Target
		p = p.Turned(a.Current.Width, a.Current.Height)
		spec.W, spec.H, name = p.Width, p.Height, p.Code
	} else {
		ws, hs, ok := strings.Cut(size, "x")
		wmm, err1 := strconv.Atoi(ws)
		hmm, err2 := strconv.Atoi(hs)
		if !ok || err1 != nil || err2 != nil || wmm < 1 || hmm < 1 {
			return spec, "", bad("size")
		}
		spec.W, spec.H, name = pano.MM(wmm), pano.MM(hmm), size
	}
	spec.DPI = demands.Target
	if v := q.Get("dpi"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > 1200 {
			return spec, "", bad("dpi")
		}
		spec.DPI = pano.DPI(n)
	}
	if v := q.Get("bleed"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 0 || n > 500 {
			return spec, "", bad("bleed")
		}
		spec.Bleed = pano.MM(n)
	}
	spec.FocusX, spec.FocusY = 0.5, 0.5
	if v := q.Get("focus"); v != "" {
		xs, ys, _ := strings.Cut(v, ",")
		x, err1 := strconv.ParseFloat(xs, 64)
		y, err2 := strconv.ParseFloat(ys, 64)
		if err1 != nil || err2 != nil {
			return spec, "", bad("focus")
		}
		spec.FocusX, spec.FocusY = x, y
	}
	return spec, name, nil
}
