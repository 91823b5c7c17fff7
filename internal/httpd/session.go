package httpd

import (
	"net/http"

	"pano/internal/pano"
	"pano/web"
)

// sessionRoutes are sign-in, the first run, one's own account and one's tastes.
func (s *Server) sessionRoutes() []route {
	return []route{
		{"GET", "/login", pano.Public, s.showLogin},
		{"POST", "/login", pano.Public, s.signIn},
		{"POST", "/logout", pano.Public, s.signOut},
		{"GET", "/setup", pano.Public, s.showSetup},
		{"POST", "/setup", pano.Public, s.setUp},
		{"POST", "/preferences", pano.Public, s.prefer},
		{"GET", "/account", pano.Self, s.showAccount},
		{"POST", "/account/password", pano.Self, s.changePassword},
		{"POST", "/account/sessions/{session}/end", pano.Self, s.endSession},
		{"POST", "/account/tokens", pano.Self, s.addToken},
		{"POST", "/account/tokens/{token}/revoke", pano.Self, s.revokeToken},
		{"GET", "/help", pano.Self, s.showHelp},
	}
}

type loginPage struct {
	web.Frame
	mend
	Login string
	Next  string
}

// showLogin answers GET /login. Who is signed in already goes on; before the
// first sign-up there is nobody to sign in.
func (s *Server) showLogin(w http.ResponseWriter, r *http.Request) error {
	next := localPath(r.URL.Query().Get("next"))
	if !actor(r).Anonymous() {
		return back(w, r, next)
	}
	first, err := s.Auth.FirstRun(r.Context())
	if err != nil {
		return err
	}
	if first {
		return back(w, r, "/setup")
	}
	return s.writeLogin(w, r, http.StatusOK, loginPage{Next: next})
}

func (s *Server) writeLogin(w http.ResponseWriter, r *http.Request, code int, p loginPage) error {
	p.Frame = s.frame(r, s.words(r).Say("login.title"), "")
	p.OwnHeading, p.Fault = true, p.Problem
	return s.write(w, r, code, "login", p)
}

// signIn answers POST /login with a new session, and sends the browser where it
// was going. Wrong entries come back, but for the password.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	p := loginPage{Login: f.Get("login"), Next: localPath(f.Get("next"))}
	secret, _, err := s.Auth.SignIn(r.Context(), p.Login, f.Get("password"), address(r), r.UserAgent())
	if m, code, ok := s.mend(w, r, err, "login", "password"); ok {
		p.mend = m
		return s.writeLogin(w, r, code, p)
	}
	if err != nil {
		return err
	}
	s.setSession(w, secret)
	return back(w, r, p.Next)
}

// signOut answers POST /logout.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request) error {
	if secret := s.session(r); secret != "" {
		if err := s.Auth.SignOut(r.Context(), secret); err != nil {
			return err
		}
	}
	s.setSession(w, "")
	return back(w, r, "/login")
}
