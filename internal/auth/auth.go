// Package auth knows who is asking: accounts and agencies, passwords, sessions
// and API tokens. It knows nothing of HTTP; cookies and headers are the edge's.
//
// Secrets are 256 random bits, kept as their SHA-256, or passwords, kept as
// argon2id. None ever enters the history, an error or a log.
package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// A Desk signs people in and keeps their accounts. The clock is the
// catalogue's. A Desk must not be copied.
type Desk struct {
	DB   *catalog.DB
	Data string // folder for the first-run token

	gate    gate
	hashing func() (done func()) // called around each hashing of a password; nil but in tests
}

// How long things last.
const (
	sessionIdle = 12 * time.Hour      // without a request
	sessionLife = 7 * 24 * time.Hour  // in all
	firstRun    = 24 * time.Hour      // to use the sign-up token
	seenEvery   = time.Minute         // how exactly Seen is known
	knownFor    = 90 * 24 * time.Hour // a place somebody signed in from
)

// newSecret returns prefix and 256 random bits as base64url.
func newSecret(prefix string) string {
	var b [32]byte
	rand.Read(b[:])
	return prefix + base64.RawURLEncoding.EncodeToString(b[:])
}

// digest is what is kept of a secret.
func digest(secret string) pano.Digest { return sha256.Sum256([]byte(secret)) }

// signIn is the answer to a session or token that is not, or no more, good. It
// does not say which.
func signIn() error { return &pano.Error{Kind: pano.KindAnonymous, Key: "auth.sign_in"} }

// actor is u as one who asks.
func actor(u pano.User) pano.Actor {
	return pano.Actor{ID: u.ID, Name: u.Name, Memberships: u.Memberships}
}

// inPerson returns nil if who is a person in a session and not a program with
// a token: a token must not make itself a wider or longer one.
func inPerson(who pano.Actor) error {
	switch {
	case who.ID == "" && !who.Server:
		return signIn()
	case who.ID == "" || who.Only != nil:
		return pano.Forbidden("auth.no_right")
	}
	return nil
}

// mayFor returns nil if who may look after the account of user: the user in
// person, or who keeps accounts.
func mayFor(who pano.Actor, user pano.UserID) error {
	if who.ID == user && inPerson(who) == nil {
		return nil
	}
	return who.May(pano.UserEdit, pano.Resource{})
}

// Sweep forgets sessions and failures that are over. Nothing depends on it
// but the size of the catalogue: once a day is enough.
func (d *Desk) Sweep(ctx context.Context) error {
	return d.DB.Tend(ctx, func(tx *catalog.Tx) error {
		if err := tx.SweepSessions(ctx, tx.Now.Add(-sessionIdle), tx.Now.Add(-sessionLife)); err != nil {
			return err
		}
		return tx.SweepFailures(ctx, tx.Now.Add(-knownFor))
	})
}
