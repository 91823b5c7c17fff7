package httpd

import (
	"net/http"

	"pano/internal/auth"
	"pano/web"
)

type setupPage struct {
	web.Frame
	mend
	Token string
	auth.SignUp
}

// showSetup answers GET /setup, which is there until the first user is.
func (s *Server) showSetup(w http.ResponseWriter, r *http.Request) error {
	first, err := s.Auth.FirstRun(r.Context())
	if err != nil {
		return err
	}
	if !first {
		return notHere()
	}
	return s.writeSetup(w, r, http.StatusOK, setupPage{Token: r.URL.Query().Get("token"), SignUp: auth.SignUp{AlsoWorks: true}})
}

func (s *Server) writeSetup(w http.ResponseWriter, r *http.Request, code int, p setupPage) error {
	p.Frame = s.frame(r, s.words(r).Say("setup.title"), "")
	p.OwnHeading, p.Fault = true, p.Problem
	p.Password = ""
	return s.write(w, r, code, "setup", p)
}

// setUp answers POST /setup: the first department and its first user, who is
// signed in at once.
func (s *Server) setUp(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	p := setupPage{Token: f.Get("token"), SignUp: auth.SignUp{Department: f.Get("department"), Code: f.Get("code"), Name: f.Get("name"),
		Login: f.Get("login"), Password: f.Get("password"), AlsoWorks: f.Get("works") != ""}}
	_, err = s.Auth.Claim(r.Context(), p.Token, p.SignUp)
	if m, code, ok := s.mend(w, r, err, "token", "department", "code", "name", "login", "password"); ok {
		p.mend = m
		return s.writeSetup(w, r, code, p)
	}
	if err != nil {
		return err
	}
	secret, _, err := s.Auth.SignIn(r.Context(), p.Login, p.Password, address(r), r.UserAgent())
	if err != nil {
		return err
	}
	s.setSession(w, secret)
	s.tell(w, s.words(r).Say("setup.done"), "")
	return back(w, r, "/")
}
