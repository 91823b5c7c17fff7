package httpd

import (
	"net/http"
	"slices"

	"pano/internal/i18n"
)

// tastes are what a reader chooses for a browser, and what may be chosen; "" is
// as the browser or the house has it.
func tastes() map[string][]string {
	return map[string][]string{
		"lang":    append([]string{""}, i18n.Langs()...),
		"theme":   {"", "light", "dark"},
		"density": {"", "compact"},
		"keys":    {"", "off"},
	}
}

// prefer answers POST /preferences: it keeps the choices in cookies, which hold
// nothing else, and comes back to the page.
func (s *Server) prefer(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	for name, choices := range tastes() {
		if !f.Has(name) || !slices.Contains(choices, f.Get(name)) {
			continue
		}
		c := &http.Cookie{Name: "pano_" + name, Value: f.Get(name), Path: "/", MaxAge: 365 * 24 * 3600,
			HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode}
		if c.Value == "" {
			c.MaxAge = -1
		}
		http.SetCookie(w, c)
	}
	return back(w, r, f.Get("return"))
}
