package httpd

import (
	"net/http"

	"pano/internal/pano"
	"pano/web"
)

type helpPage struct {
	web.Frame
	Roles []helpRole
}

// A helpRole is a page of steps; Mine are those of the reader's roles.
type helpRole struct {
	Role pano.Role
	Mine bool
}

// showHelp answers GET /help, the reader's own roles first.
func (s *Server) showHelp(w http.ResponseWriter, r *http.Request) error {
	var p helpPage
	var others []helpRole
	for _, role := range pano.Roles() {
		if actor(r).Is(role) {
			p.Roles = append(p.Roles, helpRole{role, true})
		} else {
			others = append(others, helpRole{role, false})
		}
	}
	p.Roles = append(p.Roles, others...)
	p.Frame = s.frame(r, s.words(r).Say("nav.help"), "help")
	return s.write(w, r, http.StatusOK, "help", p)
}
