package httpd

import (
	"context"
	"crypto/rand"
	"net"
	"net/http"
	"runtime/debug"
	"strings"

	"pano/internal/auth"
	"pano/internal/i18n"
	"pano/internal/pano"
	"pano/storage/catalog"
)

// door is what every request passes: it gets an id, its answer gets the headers
// that keep browsers in bounds, other sites are kept out, and whoever asks is
// known from here on.
func (s *Server) door(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(s.page(func(http.ResponseWriter, *http.Request) error {
		return pano.Forbidden("request.cross_site")
	}))
	inside := rolling(cross.Handler(s.known(next)), patience)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := rand.Text()[:12]
		ctx := context.WithValue(catalog.WithRequest(r.Context(), id), requestKey{}, id)
		w.Header().Set("X-Request-Id", id)
		s.bounds(w.Header())
		defer func() {
			if p := recover(); p != nil && p != http.ErrAbortHandler {
				s.Log.Error("panic", "request", id, "path", openPath(r), "panic", p, "stack", string(debug.Stack()))
				http.Error(w, "500 "+id, http.StatusInternalServerError)
			} else if p != nil {
				panic(p)
			}
		}()
		inside.ServeHTTP(w, r.WithContext(ctx))
	})
}

// openPath is the path of a request without the secrets some paths have in them.
func openPath(r *http.Request) string {
	if strings.HasPrefix(r.URL.Path, "/calendar/") {
		return "/calendar/…"
	}
	return r.URL.Path
}

type requestKey struct{}

// requestID is what an error page shows and the log can be searched for.
func requestID(r *http.Request) string {
	id, _ := r.Context().Value(requestKey{}).(string)
	return id
}

// Policy is the content security policy of every page: no script, style or
// picture from elsewhere, and none within a page.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; " +
	"font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func (s *Server) bounds(h http.Header) {
	h.Set("Content-Security-Policy", Policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()")
	h.Set("Cache-Control", "private, no-store")
	if s.Secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// known finds out who asks: by session cookie, or by a token in the
// Authorization header, never in the address.
func (s *Server) known(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if coding := r.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
			s.fail(w, r, pano.Unsupported("request.encoded")) // a small body may be a bomb
			return
		}
		var who pano.Actor
		var err error
		if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
			who, err = s.Auth.Token(r.Context(), bearer)
		} else if secret := s.session(r); secret != "" {
			who, err = s.Auth.Session(r.Context(), secret)
		}
		if err != nil && pano.KindOf(err) != pano.KindAnonymous {
			s.page(func(http.ResponseWriter, *http.Request) error { return err })(w, r)
			return
		}
		next.ServeHTTP(w, r.WithContext(auth.With(r.Context(), who)))
	})
}

func actor(r *http.Request) pano.Actor { return auth.From(r.Context()) }

// cookie is the name of the session cookie. With HTTPS the browser itself keeps
// __Host- cookies from being set by anyone else.
func (s *Server) cookie() string {
	if s.Secure {
		return "__Host-pano"
	}
	return "pano"
}

// session returns the secret of the session cookie, "" unless there is just one.
func (s *Server) session(r *http.Request) string {
	if all := r.CookiesNamed(s.cookie()); len(all) == 1 {
		return all[0].Value
	}
	return ""
}

// setSession gives the browser a session; an empty secret takes it away.
func (s *Server) setSession(w http.ResponseWriter, secret string) {
	c := &http.Cookie{Name: s.cookie(), Value: secret, Path: "/", HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode}
	if secret == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// address is the peer's; headers that claim another are not believed.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// lang is the reader's language: as chosen, else as the browser says, else the house's.
func (s *Server) lang(r *http.Request) string {
	return i18n.Negotiate(preference(r, "lang"), r.Header.Get("Accept-Language"), s.Lang)
}

func (s *Server) words(r *http.Request) *i18n.Words { return s.Site.Words(s.lang(r)) }

// preference is what the reader chose for this browser, "" if nothing.
func preference(r *http.Request, name string) string {
	if c, err := r.Cookie("pano_" + name); err == nil {
		return c.Value
	}
	return ""
}
