package httpd

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"pano/internal/pano"
)

// A Line is a route for tests to see.
type Line struct {
	Method, Pattern string
	Action          pano.Action
}

// Lines returns the route table.
func (s *Server) Lines() (all []Line) {
	for _, rt := range s.routes() {
		all = append(all, Line{rt.method, rt.pattern, rt.act})
	}
	return all
}

// Walk calls f for all that is registered.
func (s *Server) Walk(f func(method, pattern string)) error {
	return chi.Walk(s.mux(), func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		f(method, pattern)
		return nil
	})
}
