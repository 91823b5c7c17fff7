// Package api speaks JSON to programs: /api/v1, with an OpenAPI document made
// from the very code that answers. It also hands out the bytes of pictures, to
// programs and pages alike, so that there is one door to them.
//
// Sign-in and headers are the door's, package httpd; here a request has its
// actor in its context. Rules of the trade are the use cases'.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"

	"pano/internal/auth"
	"pano/internal/hanging"
	"pano/internal/i18n"
	"pano/internal/intake"
	"pano/internal/pano"
	"pano/internal/planning"
	"pano/storage/blob"
	"pano/storage/catalog"
)

// API is what its answers are made from.
type API struct {
	DB       *catalog.DB
	Blobs    blob.Store
	Intake   *intake.Desk
	Hanging  *hanging.Desk
	Planning *planning.Desk
	Words    func(lang string) *i18n.Words
	Lang     string // of who asks for none
	Version  string
	Log      *slog.Logger
}

// Prefix is where the API stands.
const Prefix = "/api/v1"

// A site is an API being put together.
type site struct {
	API
	mux  *chi.Mux
	huma huma.API
}

// Handler returns the API. Every operation is registered with its action, by
// add or by bytes, and by nothing else.
func (a API) Handler() http.Handler {
	s := &site{API: a, mux: chi.NewMux()}
	s.huma = humachi.New(s.mux, s.config())
	s.assets()
	s.files()
	s.places()
	s.placements()
	s.schedules()
	s.fits()
	s.maps()
	s.imports()
	s.plans()
	s.proofs()
	s.walls()
	s.items()
	s.exhibitions()
	s.floors()
	s.works()
	s.others()
	s.mux.NotFound(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, pano.NotFound("page.none")) })
	s.mux.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, pano.NotFound("page.none")) })
	return s.mux
}

func (s *site) config() huma.Config {
	c := huma.DefaultConfig("Pano", s.Version)
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = Prefix+"/openapi", "", ""
	c.CreateHooks = nil // no $schema in answers
	c.Transformers = []huma.Transformer{s.inWords}
	c.RejectUnknownQueryParameters = true
	c.Info.Description = "Artwork, places and what hangs where. Dates are YYYY-MM-DD; a period ends before its “until”. Sizes are millimetres, times RFC 3339."
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer", Description: "An API token, pano_…"},
		"session": {Type: "apiKey", In: "cookie", Name: "pano"},
	}
	c.Security = []map[string][]string{{"token": {}}, {"session": {}}}
	text := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	text.RegisterTypeAlias(reflect.TypeFor[pano.Day](), reflect.TypeFor[string]())
	c.Components.Schemas = text
	return c
}

// actionKey is where an operation keeps its action, for the tests.
const actionKey = "action"

// add registers a JSON operation with its action.
func add[I, O any](s *site, op huma.Operation, act pano.Action, do func(context.Context, pano.Actor, *I) (*O, error)) {
	if act == "" {
		panic("no action: " + op.Method + " " + op.Path)
	}
	op.Path = Prefix + op.Path
	op.Metadata = map[string]any{actionKey: act}
	op.MaxBodyBytes = 1 << 20
	op.Errors = []int{401, 403, 404, 409, 412, 422}
	op.Middlewares = huma.Middlewares{func(ctx huma.Context, next func(huma.Context)) { // before a byte of the body is read
		if err := auth.From(ctx.Context()).MayAny(act); err != nil {
			r, w := humachi.Unwrap(ctx)
			s.fail(w, r, err)
			return
		}
		next(ctx)
	}}
	huma.Register(s.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := do(ctx, auth.From(ctx), in)
		if err != nil {
			return nil, s.failure(ctx, err)
		}
		return out, nil
	})
}

// bytes registers an operation that answers with bytes, or takes them in, and
// describes it for the document.
func (s *site) bytes(op huma.Operation, act pano.Action, do func(http.ResponseWriter, *http.Request, pano.Actor) error) {
	op.Path = Prefix + op.Path
	op.Metadata = map[string]any{actionKey: act}
	s.huma.OpenAPI().AddOperation(&op)
	s.mux.Method(op.Method, op.Path, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who := auth.From(r.Context())
		err := who.MayAny(act)
		if err == nil {
			err = do(w, r, who)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	}))
}
