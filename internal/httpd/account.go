package httpd

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

type accountPage struct {
	web.Frame
	Password mend // of the form that changes it
	Token    mend // of the form that makes one
	Person   pano.User
	Sessions []sessionLine
	Tokens   []tokenLine
	Lives    []web.Choice
	Scopes   []web.Choice
	Name     string // of the token that was asked for
	Secret   string // of the token just made; shown once

	Calendar        *calendarLine // nil if there is none
	CalendarAddress string        // of the calendar just made; shown once
	MayCalendar     bool          // there is something to tell in one
}

type sessionLine struct {
	catalog.Session
	Browser string
	Current bool
}

type tokenLine struct {
	catalog.Token
	Over, ReadOnly bool
}

// showAccount answers GET /account.
func (s *Server) showAccount(w http.ResponseWriter, r *http.Request) error {
	return s.writeAccount(w, r, http.StatusOK, accountPage{})
}

// writeAccount fills in what is known of the account.
func (s *Server) writeAccount(w http.ResponseWriter, r *http.Request, code int, p accountPage) error {
	who, words := actor(r), s.words(r)
	var err error
	if p.Person, err = s.Auth.User(r.Context(), who, who.ID); err != nil {
		return err
	}
	all, current, err := s.Auth.Sessions(r.Context(), who, s.session(r))
	if err != nil {
		return err
	}
	for _, one := range all {
		p.Sessions = append(p.Sessions, sessionLine{one, browser(one.Agent), one.ID == current})
	}
	tokens, err := s.Auth.Tokens(r.Context(), who, who.ID)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		if t.Revoked.IsZero() {
			p.Tokens = append(p.Tokens, tokenLine{t, !t.Expires.IsZero() && !s.Now().Before(t.Expires), t.Scope != nil})
		}
	}
	if p.Calendar, err = s.calendarLine(r); err != nil {
		return err
	}
	p.MayCalendar = who.MayAny(pano.PlacementSee) == nil
	for _, days := range []int{30, 90, 365} {
		p.Lives = append(p.Lives, web.Choice{Value: strconv.Itoa(days), Text: words.Say("token.days", days), Selected: days == 90})
	}
	p.Lives = append(p.Lives, web.Choice{Text: words.Say("token.never")})
	p.Scopes = []web.Choice{{Text: words.Say("token.all")}, {Value: "read", Text: words.Say("token.read")}}
	p.Frame = s.frame(r, words.Say("account.title"), "")
	p.Fault = p.Password.Problem + p.Token.Problem
	return s.write(w, r, code, "account", p)
}

// changePassword answers POST /account/password; other sessions end.
func (s *Server) changePassword(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	err = s.Auth.ChangePassword(r.Context(), actor(r), s.session(r), f.Get("current"), f.Get("password"))
	if m, code, ok := s.mend(w, r, err, "current", "password"); ok {
		return s.writeAccount(w, r, code, accountPage{Password: m})
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("account.password_changed"), "")
	return back(w, r, "/account")
}

// endSession answers POST /account/sessions/{session}/end.
func (s *Server) endSession(w http.ResponseWriter, r *http.Request) error {
	if err := s.Auth.EndSession(r.Context(), actor(r), r.PathValue("session")); err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("account.session_ended"), "")
	return back(w, r, "/account")
}

// readOnly is the scope of a token that changes nothing.
func readOnly() []pano.Action {
	return []pano.Action{pano.AssetSee, pano.OriginalGet, pano.PrintGet, pano.LocationSee, pano.PlacementSee, pano.CostSee, pano.ReportSee, pano.AuditSee}
}

// addToken answers POST /account/tokens with the page that shows the secret: it
// is in this answer and nowhere else.
func (s *Server) addToken(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	var expires time.Time
	if days, err := strconv.Atoi(f.Get("days")); err == nil && days > 0 && days <= 3660 {
		expires = s.Now().Add(time.Duration(days) * 24 * time.Hour)
	}
	var scope []pano.Action
	if f.Get("scope") == "read" {
		scope = readOnly()
	}
	secret, _, err := s.Auth.AddToken(r.Context(), actor(r), actor(r).ID, f.Get("name"), expires, scope)
	if m, code, ok := s.mend(w, r, err, "name"); ok {
		return s.writeAccount(w, r, code, accountPage{Token: m, Name: f.Get("name")})
	}
	if err != nil {
		return err
	}
	return s.writeAccount(w, r, http.StatusCreated, accountPage{Secret: secret})
}

// revokeToken answers POST /account/tokens/{token}/revoke.
func (s *Server) revokeToken(w http.ResponseWriter, r *http.Request) error {
	if err := s.Auth.RevokeToken(r.Context(), actor(r), pano.TokenID(r.PathValue("token"))); err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("account.token_revoked"), "")
	return back(w, r, "/account")
}

// browser is what a person calls the program that says agent of itself.
func browser(agent string) string {
	name := first(agent, []string{"Edg/", "Edge", "OPR/", "Opera", "coc_coc", "Cốc Cốc", "Firefox/", "Firefox", "Chrome/", "Chrome", "Safari/", "Safari"})
	system := first(agent, []string{"Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS", "macOS", "Linux", "Linux"})
	switch {
	case name == "" && len([]rune(agent)) > 40:
		return string([]rune(agent)[:40]) + "…"
	case name == "":
		return agent
	case system == "":
		return name
	}
	return name + " · " + system
}

// first returns the name after the first mark that is in text; marks and names alternate.
func first(text string, marks []string) string {
	for i := 0; i+1 < len(marks); i += 2 {
		if strings.Contains(text, marks[i]) {
			return marks[i+1]
		}
	}
	return ""
}
