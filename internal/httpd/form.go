package httpd

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"pano/internal/pano"
	"pano/web"
)

// maxForm is how many bytes the fields of a form have at most, all together.
const maxForm = 1 << 20

// form reads the fields of a form, URL-encoded or multipart as islands send
// them. Files do not come this way: see receive.
func (s *Server) form(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	err := r.ParseForm()
	if err == nil {
		if err = r.ParseMultipartForm(maxForm); errors.Is(err, http.ErrNotMultipart) {
			err = nil
		}
	}
	if _, big := errors.AsType[*http.MaxBytesError](err); err != nil && !big {
		err = pano.Invalid("request.unreadable").Because(err)
	}
	return r.PostForm, err
}

// localPath returns where, a path of this site with its query, or "/" if where
// leads anywhere else.
func localPath(where string) string {
	u, err := url.Parse(where)
	odd := strings.ContainsFunc(where, func(c rune) bool { return c == '\\' || unicode.IsControl(c) || unicode.IsSpace(c) })
	if err != nil || odd || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(where, "/") || strings.HasPrefix(where, "//") {
		return "/"
	}
	return where
}

// cameFrom is the page of this site on which a form was sent, "/" if it is not told.
func cameFrom(r *http.Request) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host {
		return "/"
	}
	return localPath(u.RequestURI())
}

// A mend is what is wrong with a form that comes back to be mended.
type mend struct {
	Problem string // in the reader's words, "" if nothing is
	At      string // the field to blame, "" for the whole form
}

// On is what is wrong with that field, "" if nothing is.
func (m mend) On(field string) string {
	if m.At == field {
		return m.Problem
	}
	return ""
}

// Over is what is wrong with the form as a whole.
func (m mend) Over() string { return m.On("") }

// mend returns what is wrong with a form, and the status to say it with; ok is
// false if the reader cannot mend it. fields are those of the form: an error at
// any other is one of the whole form.
func (s *Server) mend(w http.ResponseWriter, r *http.Request, err error, fields ...string) (m mend, code int, ok bool) {
	e, ok := mendable(err)
	if !ok {
		if _, big := errors.AsType[*http.MaxBytesError](err); !big {
			return mend{}, 0, false
		}
		e = told(err)
	}
	if e.Wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(e.Wait.Seconds())+1))
	}
	m = mend{Problem: s.say(r, e)}
	for _, f := range fields {
		if f == e.Field {
			m.At = f
		}
	}
	if code = status(e.Kind); e.Kind == pano.KindStale {
		code = http.StatusConflict // 412 is for those who sent a condition
	}
	return m, code, true
}

// toastCookie carries a toast over a redirect.
const toastCookie = "pano_toast"

// tell shows a toast with the next page. undo is the address that takes the act
// back, "" if nothing does.
func (s *Server) tell(w http.ResponseWriter, text, undo string) {
	data, err := json.Marshal(web.Toast{Text: text, Undo: undo})
	if err != nil || len(data) > 2500 { // a cookie holds 4 KB
		data, _ = json.Marshal(web.Toast{Text: text})
	}
	http.SetCookie(w, &http.Cookie{Name: toastCookie, Value: base64.RawURLEncoding.EncodeToString(data), Path: "/", MaxAge: 60,
		HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode})
}

// toasts returns what was told before the redirect that led here.
func toasts(r *http.Request) []web.Toast {
	c, err := r.Cookie(toastCookie)
	if err != nil {
		return nil
	}
	var t web.Toast
	data, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || json.Unmarshal(data, &t) != nil || t.Text == "" {
		return nil
	}
	if t.Undo != "" && localPath(t.Undo) != t.Undo {
		t.Undo = ""
	}
	return []web.Toast{t}
}

// back sends the browser on after an act.
func back(w http.ResponseWriter, r *http.Request, where string) error {
	http.Redirect(w, r, localPath(where), http.StatusSeeOther)
	return nil
}

// onward is back for an act that islands may ask for: they stay on their page
// and take its pieces.
func onward(w http.ResponseWriter, r *http.Request, where string) error {
	if isFragment(r) {
		where = cameFrom(r)
	}
	return back(w, r, where)
}

// parts answers an island with pieces of a page, unless a toast waits for a whole one.
func (s *Server) parts(w http.ResponseWriter, r *http.Request, code int, page string, data any, names ...string) error {
	if !isFragment(r) || len(toasts(r)) > 0 {
		return s.write(w, r, code, page, data)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Add("Vary", "Cookie, Accept-Language, X-Pano-Fragment")
	w.WriteHeader(code)
	return s.Site.WriteParts(w, s.lang(r), page, data, names...)
}

// wantsJSON reports whether a program asks, and not a page: sends of files, and
// islands that say so.
func wantsJSON(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/files/") || strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}

// problem answers a program with an error, as RFC 9457 has it.
func (s *Server) problem(w http.ResponseWriter, r *http.Request, e *pano.Error) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status(e.Kind))
	if err := json.NewEncoder(w).Encode(s.problemOf(r, e)); err != nil {
		s.Log.Debug("problem", "request", requestID(r), "err", err)
	}
}

func (s *Server) problemOf(r *http.Request, e *pano.Error) map[string]any {
	code := status(e.Kind)
	return map[string]any{"type": "about:blank", "title": http.StatusText(code), "status": code, "code": e.Key, "field": e.Field,
		"detail": s.say(r, e), "request": requestID(r)}
}
