package auth

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// TokenFile is the name of the file in Data that holds the sign-up token.
const TokenFile = "first-run-token"

// FirstRun reports whether there is no user yet.
func (d *Desk) FirstRun(ctx context.Context) (needed bool, err error) {
	err = d.DB.Read(ctx, func(tx *catalog.Tx) error {
		users, err := tx.AnyUser(ctx)
		needed = !users
		return err
	})
	return needed, err
}

// OfferFirstRun makes the token with which the first user signs up within a
// day, puts it into TokenFile for the owner's eyes only, and returns it to be
// printed. One made before is void. It returns "" once there is a user.
func (d *Desk) OfferFirstRun(ctx context.Context) (token string, err error) {
	needed, err := d.FirstRun(ctx)
	if err != nil || !needed {
		return "", err
	}
	token = newSecret("")
	err = d.DB.Tend(ctx, func(tx *catalog.Tx) error {
		return tx.SetFirstRun(ctx, digest(token), tx.Now.Add(firstRun))
	})
	if err != nil {
		return "", err
	}
	return token, d.writeToken(token)
}

func (d *Desk) tokenFile() string { return filepath.Join(d.Data, TokenFile) }

// writeToken makes the file anew, so that neither the mode of an old file nor
// a link in its place matters.
func (d *Desk) writeToken(token string) error {
	if err := os.Remove(d.tokenFile()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(d.tokenFile(), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(token + "\n")
	return errors.Join(err, f.Close())
}

// A SignUp is what the first user says of themself and their department.
type SignUp struct {
	Department string // name of the first agency
	Code       string // of the first agency
	Name       string
	Login      string
	Password   string
	AlsoWorks  bool // not only administers, but is staff and curator, too
}

// Claim makes the first agency and in it the first user, an administrator.
//
// It fails with KindNotFound once there is a user, whatever the token; with
// KindInvalid at "token" if it is another, with KindGone if a day has passed,
// and with KindInvalid at the field to mend. Of several at once, one succeeds.
func (d *Desk) Claim(ctx context.Context, token string, s SignUp) (u pano.User, err error) {
	// Before any work is done for whoever asks. The transaction below asks again.
	err = d.DB.Read(ctx, func(tx *catalog.Tx) error { return mayClaim(ctx, tx, token) })
	if err != nil {
		return u, err
	}
	a, err := s.agency()
	if err != nil {
		return u, err
	}
	first := Account{Login: s.Login, Name: s.Name, Password: s.Password}
	if u, err = first.parse(); err != nil {
		return u, err
	}
	kept, err := d.hash(ctx, s.Password)
	if err != nil {
		return u, err
	}
	// The act is noted as the new user's own; there is nobody else.
	err = d.DB.Write(ctx, pano.Actor{Name: u.Name}, "first_run.claim", func(tx *catalog.Tx) error {
		if err := mayClaim(ctx, tx, token); err != nil {
			return err
		}
		a, err := addAgency(ctx, tx, a)
		if err != nil {
			return err
		}
		u.Memberships = s.memberships(a.ID)
		if u, err = addUser(ctx, tx, u, kept); err != nil {
			return err
		}
		return tx.EndFirstRun(ctx)
	})
	if err != nil {
		return pano.User{}, err
	}
	os.Remove(d.tokenFile()) // what it says is worth nothing now
	return u, nil
}

// agency returns the first agency, or KindInvalid at a field of the form.
func (s SignUp) agency() (pano.Agency, error) {
	a, err := parseAgency(pano.Agency{Code: s.Code, Name: s.Department})
	if e, ok := errors.AsType[*pano.Error](err); ok && e.Field == "name" {
		e.Field = "department"
	}
	return a, err
}

func (s SignUp) memberships(in pano.AgencyID) []pano.Membership {
	roles := []pano.Role{pano.Admin}
	if s.AlsoWorks {
		roles = append(roles, pano.Staff, pano.Curator)
	}
	var all []pano.Membership
	for _, r := range roles {
		all = append(all, pano.Membership{Agency: in, Role: r})
	}
	return all
}

// mayClaim fails if who has that token may not sign up now.
func mayClaim(ctx context.Context, tx *catalog.Tx, token string) error {
	users, err := tx.AnyUser(ctx)
	if err != nil {
		return err
	}
	if users {
		return pano.NotFound("first_run.over")
	}
	hash, until, err := tx.FirstRun(ctx)
	switch {
	case err != nil:
		return err
	case hash != digest(token):
		return pano.Invalid("first_run.wrong").At("token")
	case !tx.Now.Before(until):
		return &pano.Error{Kind: pano.KindGone, Key: "first_run.expired"}
	}
	return nil
}
