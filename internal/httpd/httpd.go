// Package httpd speaks HTTP to browsers: it turns requests into calls and
// results into pages. It holds no rules of the trade. The JSON API is package
// api's, and stands behind the same door: sign-in, headers and limits are here.
package httpd

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	tusd "github.com/tus/tusd/v2/pkg/handler"
	"github.com/tus/tusd/v2/pkg/memorylocker"

	"pano/internal/auth"
	"pano/internal/hanging"
	"pano/internal/intake"
	"pano/internal/planning"
	"pano/storage/blob"
	"pano/storage/catalog"
	"pano/web"
)

// Server answers every request of the site.
type Server struct {
	DB       *catalog.DB
	Blobs    blob.Store
	Auth     *auth.Desk
	Intake   *intake.Desk
	Hanging  *hanging.Desk
	Planning *planning.Desk
	Site     *web.Site
	API      http.Handler // answers /api/v1/…
	Log      *slog.Logger
	Now      func() time.Time

	Secure bool   // people come by HTTPS: cookies are for HTTPS only
	Lang   string // of who has not chosen one
	URL    string // where people reach the site, "" if nobody said
	Tiles  Tiles  // of maps
	Office string // the house that runs this Pano, "" before the first sign-up

	handler http.Handler
	tus     *tusd.UnroutedHandler
	locks   *memorylocker.MemoryLocker
}

// New returns a server. The whole site is listed in routes.
func New(s Server) *Server {
	if err := s.openTus(); err != nil {
		panic(err) // only if its settings, which are constants, are wrong
	}
	s.handler = s.door(s.mux())
	return &s
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// mux registers every route behind its guard; nothing else registers any.
func (s *Server) mux() *chi.Mux {
	m := chi.NewMux()
	for _, rt := range s.routes() {
		m.Method(rt.method, rt.pattern, s.guard(rt))
	}
	m.Handle("/api/v1/*", s.API)
	m.Get("/static/*", s.Site.ServeHTTP)
	m.NotFound(s.page(func(http.ResponseWriter, *http.Request) error { return notHere() }))
	m.MethodNotAllowed(s.page(func(http.ResponseWriter, *http.Request) error { return notHere() }))
	return m
}
