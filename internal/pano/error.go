package pano

import (
	"errors"
	"fmt"
	"time"
)

// A Kind says who can mend an error. It decides the HTTP status and nothing else.
type Kind uint8

const (
	KindInternal    Kind = iota // ours to mend; the zero value, so an unmarked error never blames the user
	KindInvalid                 // the request cannot ever work as it stands
	KindUnsupported             // the bytes are of a kind Pano does not take
	KindNotFound                // no such thing, or not for this actor to see
	KindConflict                // true a moment ago, not now; reload and retry
	KindStale                   // somebody changed it since the caller read it
	KindUnversioned             // a change must say which state it was made from
	KindForbidden               // known actor, missing right
	KindAnonymous               // sign in first
	KindGone                    // was there, is over: an expired or used link
	KindTooLarge                // more bytes than are taken in one piece
	KindTooMany                 // too often; wait
	KindUnavailable             // a part is down; the same request will work later
	KindNoSpace                 // no room to keep it
)

// Error is an error a person may read. Key names the words in web/locale and
// is the "code" of the JSON API; Err is for the log and never leaves the server.
type Error struct {
	Kind  Kind
	Key   string
	Args  []any         // for the words of Key, in order
	Field string        // form field to blame, or ""
	About string        // what the sentence is about, said before it: the name of a file; or ""
	Wait  time.Duration // for KindTooMany and KindUnavailable: try again after this; 0 = unknown
	Err   error
}

func (e *Error) Error() string {
	s := e.Key
	if len(e.Args) > 0 {
		s = fmt.Sprintf("%s %v", e.Key, e.Args)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// At blames a form field.
func (e *Error) At(field string) *Error { e.Field = field; return e }

// On says what the sentence is about.
func (e *Error) On(about string) *Error { e.About = about; return e }

// Because adds the cause, for the log only.
func (e *Error) Because(err error) *Error { e.Err = err; return e }

// After says when to try again.
func (e *Error) After(d time.Duration) *Error { e.Wait = d; return e }

// Invalid makes an error the caller can mend by asking for something else.
func Invalid(key string, args ...any) *Error { return &Error{Kind: KindInvalid, Key: key, Args: args} }

// Unsupported makes an error about bytes of a kind that is not taken.
func Unsupported(key string, args ...any) *Error {
	return &Error{Kind: KindUnsupported, Key: key, Args: args}
}

// NotFound makes an error about a thing that is not there, or not for this actor.
func NotFound(key string, args ...any) *Error {
	return &Error{Kind: KindNotFound, Key: key, Args: args}
}

// Conflict makes an error about a state that somebody else's work brought about.
func Conflict(key string, args ...any) *Error {
	return &Error{Kind: KindConflict, Key: key, Args: args}
}

// Forbidden makes an error about a right the actor does not have.
func Forbidden(key string, args ...any) *Error {
	return &Error{Kind: KindForbidden, Key: key, Args: args}
}

// KindOf returns the kind of the first *Error in err's chain, KindInternal if there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return KindInternal
}
