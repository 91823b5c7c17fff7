package httpd

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"pano/internal/pano"
	"pano/web"
)

// A handler answers a request or says why it cannot.
type handler func(http.ResponseWriter, *http.Request) error

// A route is one line of the site: what is asked, what it lets an actor do, who
// answers. A route without an action cannot be registered.
type route struct {
	method, pattern string
	act             pano.Action
	do              handler
}

// guard lets through who may do the action of the route to anything at all; to
// which things is the use case's to say.
func (s *Server) guard(rt route) http.HandlerFunc {
	if rt.act == "" {
		panic("no action: " + rt.method + " " + rt.pattern)
	}
	return s.page(func(w http.ResponseWriter, r *http.Request) error {
		if err := actor(r).MayAny(rt.act); err != nil {
			return err
		}
		return rt.do(w, r)
	})
}

// status is what HTTP calls each kind of error.
func status(k pano.Kind) int {
	switch k {
	case pano.KindInvalid:
		return http.StatusUnprocessableEntity
	case pano.KindUnsupported:
		return http.StatusUnsupportedMediaType
	case pano.KindNotFound:
		return http.StatusNotFound
	case pano.KindConflict:
		return http.StatusConflict
	case pano.KindStale:
		return http.StatusPreconditionFailed
	case pano.KindUnversioned:
		return http.StatusPreconditionRequired
	case pano.KindForbidden:
		return http.StatusForbidden
	case pano.KindAnonymous:
		return http.StatusUnauthorized
	case pano.KindGone:
		return http.StatusGone
	case pano.KindTooLarge:
		return http.StatusRequestEntityTooLarge
	case pano.KindTooMany:
		return http.StatusTooManyRequests
	case pano.KindUnavailable:
		return http.StatusServiceUnavailable
	case pano.KindNoSpace:
		return http.StatusInsufficientStorage
	}
	return http.StatusInternalServerError
}

func notHere() error { return pano.NotFound("page.none") }

// page adapts a handler. It is the only place that turns an error into an answer.
func (s *Server) page(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.fail(w, r, err)
		}
	}
}

// fail writes the page of an error: words for the reader, the cause for the log.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		return // nobody is there to read it
	}
	e := told(err)
	if e.Kind == pano.KindAnonymous && r.Method == http.MethodGet && !wantsJSON(r) {
		http.Redirect(w, r, "/login?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	code := status(e.Kind)
	if code >= 500 {
		s.Log.Error("request failed", "request", requestID(r), "method", r.Method, "path", openPath(r), "status", code, "err", err)
	}
	if e.Wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(e.Wait.Seconds())+1))
	}
	if wantsJSON(r) {
		s.problem(w, r, e)
		return
	}
	p := errorPage{Frame: s.frame(r, s.words(r).Say("error.title"), ""), Problem: s.say(r, e), Code: requestID(r), Retry: code >= 500 || code == 429}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(code)
	if err := s.Site.Write(w, s.lang(r), "error", p); err != nil {
		s.Log.Error("error page", "request", requestID(r), "err", err)
	}
}

type errorPage struct {
	web.Frame
	Problem string
	Code    string // of the request, for the log
	Retry   bool
}

// told is err as a person may be told of it.
func told(err error) *pano.Error {
	if e, ok := errors.AsType[*pano.Error](err); ok && e.Kind != pano.KindInternal {
		return e
	}
	if big, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &pano.Error{Kind: pano.KindTooLarge, Key: "upload.too_large", Args: []any{pano.Bytes(big.Limit)}, Err: err}
	}
	return &pano.Error{Kind: pano.KindInternal, Key: "error.internal", Err: err}
}

// say puts an error in the reader's words.
func (s *Server) say(r *http.Request, e *pano.Error) string {
	text := s.words(r).Say(e.Key, e.Args...)
	if e.About != "" {
		return e.About + ": " + text
	}
	return text
}

// mendable returns the error if the reader can mend it in the form they sent:
// the form then comes back with their entries and the field marked.
func mendable(err error) (*pano.Error, bool) {
	e, ok := errors.AsType[*pano.Error](err)
	if !ok {
		return nil, false
	}
	switch e.Kind {
	case pano.KindInvalid, pano.KindConflict, pano.KindUnsupported, pano.KindStale, pano.KindTooLarge, pano.KindTooMany, pano.KindUnavailable, pano.KindNoSpace:
		return e, true
	}
	return nil, false
}

// write answers with a page.
func (s *Server) write(w http.ResponseWriter, r *http.Request, code int, page string, data any) error {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Add("Vary", "Cookie, Accept-Language, X-Pano-Fragment")
	if len(toasts(r)) > 0 {
		http.SetCookie(w, &http.Cookie{Name: toastCookie, Path: "/", MaxAge: -1, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode})
	}
	w.WriteHeader(code)
	return s.Site.Write(w, s.lang(r), page, data)
}

// isFragment reports whether an island asks for pieces of a page.
func isFragment(r *http.Request) bool { return r.Header.Get("X-Pano-Fragment") != "" }
