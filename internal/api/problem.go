package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"pano/internal/i18n"
	"pano/internal/pano"
)

// A Problem is an error as RFC 9457 writes it, with what Pano adds: the code,
// which is the key of the words, and the field to mend.
type Problem struct {
	Type   string `json:"type" example:"about:blank"`
	Title  string `json:"title" doc:"The status in words"`
	Status int    `json:"status"`
	Code   string `json:"code" example:"placement.taken" doc:"Names the fault; stays the same"`
	Field  string `json:"field,omitempty" doc:"What to mend"`
	Detail string `json:"detail" doc:"A sentence in the caller's language"`
	About  string `json:"about,omitempty" doc:"What the sentence is about, as the name of a file"`
	By     any    `json:"by,omitempty" doc:"Who is there already, for a conflict; what others moved, for a layout that is out of date"`
}

// A failure is an error on its way to becoming a Problem: the language is known
// only when it is written.
type failure struct{ err *pano.Error }

func (f *failure) Error() string  { return f.err.Error() }
func (f *failure) Unwrap() error  { return f.err }
func (f *failure) GetStatus() int { return status(f.err.Kind) }

// ContentType is what RFC 9457 says it is.
func (f *failure) ContentType(string) string { return "application/problem+json" }

// GetHeaders says when to try again.
func (f *failure) GetHeaders() http.Header {
	h := http.Header{}
	retryAfter(h, f.err)
	return h
}

func retryAfter(h http.Header, e *pano.Error) {
	if e.Wait > 0 {
		h.Set("Retry-After", strconv.Itoa(int(e.Wait.Seconds())+1))
	}
}

// status is what HTTP calls each kind of error.
func status(k pano.Kind) int {
	if code, ok := map[pano.Kind]int{
		pano.KindInvalid: 422, pano.KindUnsupported: 415, pano.KindNotFound: 404, pano.KindConflict: 409, pano.KindStale: 412,
		pano.KindUnversioned: 428, pano.KindForbidden: 403, pano.KindAnonymous: 401, pano.KindGone: 410, pano.KindTooLarge: 413,
		pano.KindTooMany: 429, pano.KindUnavailable: 503, pano.KindNoSpace: 507,
	}[k]; ok {
		return code
	}
	return 500
}

// failure logs what is ours to mend, and hides its cause.
func (s *site) failure(ctx context.Context, err error) *failure {
	e, ok := errors.AsType[*pano.Error](err)
	if !ok || e.Kind == pano.KindInternal {
		e = &pano.Error{Kind: pano.KindInternal, Key: "error.internal", Err: err}
	}
	if status(e.Kind) >= 500 && ctx.Err() == nil {
		s.Log.Error("request failed", "code", e.Key, "err", err)
	}
	return &failure{e}
}

// fail answers with a Problem where huma has no hand in it.
func (s *site) fail(w http.ResponseWriter, r *http.Request, err error) {
	f := s.failure(r.Context(), err)
	h := w.Header()
	retryAfter(h, f.err)
	h.Del("ETag")
	h.Del("Content-Disposition")
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "private, no-store")
	w.WriteHeader(f.GetStatus())
	json.NewEncoder(w).Encode(s.problem(f, s.wordsFor(r.Header.Get)))
}

// inWords turns failures, and what huma itself refuses, into Problems.
func (s *site) inWords(ctx huma.Context, _ string, v any) (any, error) {
	words := s.wordsFor(ctx.Header)
	switch v := v.(type) {
	case *failure:
		return s.problem(v, words), nil
	case *huma.ErrorModel:
		return malformed(v, words), nil
	}
	return v, nil
}

// wordsFor finds the caller's language: what the page chose, else Accept-Language.
func (s *site) wordsFor(header func(string) string) *i18n.Words {
	chosen := ""
	if c, err := http.ParseCookie(header("Cookie")); err == nil {
		for _, c := range c {
			if c.Name == "pano_lang" {
				chosen = c.Value
			}
		}
	}
	return s.Words(i18n.Negotiate(chosen, header("Accept-Language"), s.Lang))
}

func (s *site) problem(f *failure, words *i18n.Words) Problem {
	code := f.GetStatus()
	p := Problem{Type: "about:blank", Title: http.StatusText(code), Status: code, Code: f.err.Key, Field: spotField(f.err),
		About: f.err.About, Detail: words.Say(f.err.Key, f.err.Args...)}
	if p.About != "" {
		p.Detail = p.About + ": " + p.Detail
	}
	p.By = occupant(f.err)
	return p
}

// malformed is a request that huma refused before any of ours saw it.
func malformed(m *huma.ErrorModel, words *i18n.Words) Problem {
	p := Problem{Type: "about:blank", Title: m.Title, Status: m.Status, Code: "request.malformed", Detail: words.Say("request.malformed")}
	for _, e := range m.Errors {
		place := e.Location
		for _, before := range []string{"body.", "query.", "path.", "header."} {
			place = strings.TrimPrefix(place, before)
		}
		if place != "" && place != "body" {
			p.Code, p.Field, p.Detail = "request.field", place, words.Say("request.field", place)
			break
		}
	}
	return p
}
