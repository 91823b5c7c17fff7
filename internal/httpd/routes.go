package httpd

import (
	"net/http"
	"slices"

	"pano/internal/pano"
)

// routes is the whole site, one line a route; a test keeps the list.
func (s *Server) routes() []route {
	return slices.Concat([]route{
		{"GET", "/healthz", pano.Public, s.healthz},
		{"GET", "/readyz", pano.Public, s.readyz},
	}, s.workRoutes(), s.campaignRoutes(), s.sessionRoutes(), s.libraryRoutes(), s.adminRoutes(), s.placeRoutes(), s.scheduleRoutes(), s.fitRoutes(), s.proofRoutes(), s.itemRoutes(), s.exhibitionRoutes())
}

// healthz answers GET /healthz: the process lives.
func (s *Server) healthz(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := w.Write([]byte("ok\n"))
	return err
}

// readyz answers GET /readyz: 200 if the catalogue and the store answer, else
// 503 with the part that does not.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	part := ""
	if err := s.Blobs.Ping(r.Context()); err != nil {
		s.Log.Warn("store does not answer", "err", err)
		part = "store"
	}
	if err := s.DB.Ping(r.Context()); err != nil {
		s.Log.Warn("catalogue does not answer", "err", err)
		part = "catalogue"
	}
	if part != "" {
		w.Header().Set("Retry-After", "5")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, err := w.Write([]byte(part + "\n"))
		return err
	}
	_, err := w.Write([]byte("ready\n"))
	return err
}
