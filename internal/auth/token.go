package auth

import (
	"context"
	"slices"
	"strings"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// tokenPrefix lets people and secret scanners recognise a token of ours.
const tokenPrefix = "pano_"

// AddToken makes an API token for user and returns its secret, which is
// nowhere else, and the token. scope is what it may be used for, nil for all
// that user may; zero expires is never.
//
// Only the user in person makes one, or the machine itself: an administrator
// with a token of an approver could approve. It fails with KindForbidden for
// others, and with KindInvalid for an empty or unknown scope or a past expiry.
func (d *Desk) AddToken(ctx context.Context, who pano.Actor, user pano.UserID, name string, expires time.Time, scope []pano.Action) (secret string, t catalog.Token, err error) {
	if !who.Server {
		if err := inPerson(who); err != nil {
			return "", t, err
		}
		if who.ID != user {
			return "", t, pano.Forbidden("auth.no_right")
		}
	}
	t = catalog.Token{User: user, Scope: scope, Expires: expires}
	if t.Name, err = parseName(name, "name"); err != nil {
		return "", t, err
	}
	if err := checkScope(scope); err != nil {
		return "", t, err
	}
	secret = newSecret(tokenPrefix)
	err = d.DB.Write(ctx, who, "token.add", func(tx *catalog.Tx) error {
		if !expires.IsZero() && !expires.After(tx.Now) {
			return pano.Invalid("token.expires_past").At("expires")
		}
		id, err := tx.AddToken(ctx, digest(secret), t)
		if err != nil {
			return err
		}
		if t, err = tx.Token(ctx, id); err != nil {
			return err
		}
		tx.Note(string(id), nil, t)
		return nil
	})
	if err != nil {
		return "", catalog.Token{}, err
	}
	return secret, t, nil
}

// checkScope fails with KindInvalid if scope allows nothing, or something that
// is not an action of the permission table.
func checkScope(scope []pano.Action) error {
	if scope != nil && len(scope) == 0 {
		return pano.Invalid("token.scope_empty").At("scope")
	}
	for _, a := range scope {
		if !slices.Contains(pano.Actions(), a) {
			return pano.Invalid("token.scope_unknown", clip(string(a), 40)).At("scope")
		}
	}
	return nil
}

// Token returns the user of the token with that secret, as they are now, with
// Only set: to its scope, or else to every action, so that a program can be
// told from a person. It fails with KindAnonymous if the token never was, was
// revoked, has expired, or the account is closed.
func (d *Desk) Token(ctx context.Context, secret string) (who pano.Actor, err error) {
	if !strings.HasPrefix(secret, tokenPrefix) {
		return who, signIn()
	}
	var t catalog.Token
	var unseen bool
	err = d.DB.Read(ctx, func(tx *catalog.Tx) (err error) {
		var u pano.User
		t, u, err = tx.TokenBySecret(ctx, digest(secret))
		if pano.KindOf(err) == pano.KindNotFound || err == nil && (u.Disabled || ended(t, tx.Now)) {
			return signIn()
		}
		who, unseen = actor(u), tx.Now.Sub(t.Seen) >= seenEvery
		return err
	})
	if err != nil {
		return pano.Actor{}, err
	}
	if who.Only = t.Scope; who.Only == nil {
		who.Only = pano.Actions()
	}
	if unseen {
		d.see(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.SeeToken(ctx, t.ID) })
	}
	return who, nil
}

func ended(t catalog.Token, now time.Time) bool {
	return !t.Revoked.IsZero() || !t.Expires.IsZero() && !now.Before(t.Expires)
}

// Tokens returns the tokens of user, revoked ones too, the newest first: one's
// own, or anybody's for who keeps accounts.
func (d *Desk) Tokens(ctx context.Context, who pano.Actor, user pano.UserID) (all []catalog.Token, err error) {
	if err := mayFor(who, user); err != nil {
		return nil, err
	}
	err = d.DB.Read(ctx, func(tx *catalog.Tx) error {
		all, err = tx.Tokens(ctx, user)
		return err
	})
	return all, err
}

// RevokeToken ends a token at once and for good: one's own, or anybody's for
// who keeps accounts. To others it fails with KindNotFound, as if it were not there.
func (d *Desk) RevokeToken(ctx context.Context, who pano.Actor, id pano.TokenID) error {
	if who.Anonymous() {
		return signIn()
	}
	return d.DB.Write(ctx, who, "token.revoke", func(tx *catalog.Tx) error {
		t, err := tx.Token(ctx, id)
		if err != nil {
			return err
		}
		if err := mayFor(who, t.User); err != nil {
			if pano.KindOf(err) == pano.KindForbidden && who.ID != t.User {
				return pano.NotFound("token.none")
			}
			return err
		}
		tx.Note(string(id), t, nil)
		return tx.RevokeToken(ctx, id)
	})
}
