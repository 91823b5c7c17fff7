package auth

import (
	"context"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// An Account is a user to be: who they are, and a first password.
type Account struct {
	Login       string
	Name        string
	Password    string
	Memberships []pano.Membership
}

// parse returns the user a describes, or KindInvalid at a field of the form.
func (a Account) parse() (u pano.User, err error) {
	u.Memberships = a.Memberships
	if u.Login, err = ParseLogin(a.Login); err != nil {
		return u, err
	}
	if u.Name, err = parseName(a.Name, "name"); err != nil {
		return u, err
	}
	if err := checkRoles(a.Memberships); err != nil {
		return u, err
	}
	return u, checkPassword(u.Login, a.Password)
}

// Users returns every user, disabled ones too, by login.
func (d *Desk) Users(ctx context.Context, who pano.Actor) (all []pano.User, err error) {
	if err := who.May(pano.UserEdit, pano.Resource{}); err != nil {
		return nil, err
	}
	err = d.DB.Read(ctx, func(tx *catalog.Tx) error {
		all, err = tx.Users(ctx)
		return err
	})
	return all, err
}

// User returns a user: oneself, or anybody for who keeps accounts.
func (d *Desk) User(ctx context.Context, who pano.Actor, id pano.UserID) (u pano.User, err error) {
	if who.Anonymous() || who.ID != id {
		if err := who.May(pano.UserEdit, pano.Resource{}); err != nil {
			return u, err
		}
	}
	err = d.DB.Read(ctx, func(tx *catalog.Tx) error {
		u, err = tx.User(ctx, id)
		return err
	})
	return u, err
}

// AddUser opens an account. It fails with KindInvalid at a field, and with
// KindConflict if the login is taken.
func (d *Desk) AddUser(ctx context.Context, who pano.Actor, a Account) (u pano.User, err error) {
	if err := who.May(pano.UserEdit, pano.Resource{}); err != nil {
		return u, err
	}
	if u, err = a.parse(); err != nil {
		return u, err
	}
	kept, err := d.hash(ctx, a.Password)
	if err != nil {
		return u, err
	}
	err = d.DB.Write(ctx, who, "user.add", func(tx *catalog.Tx) error {
		u, err = addUser(ctx, tx, u, kept)
		return err
	})
	return u, err
}

// addUser adds and notes u, and returns it as it is kept.
func addUser(ctx context.Context, tx *catalog.Tx, u pano.User, kept string) (pano.User, error) {
	id, err := tx.AddUser(ctx, u, kept)
	if err != nil {
		return u, err
	}
	if u, err = tx.User(ctx, id); err != nil {
		return u, err
	}
	tx.Note(string(id), nil, u)
	return u, nil
}

// EditUser gives a user another name and these memberships only, as of their
// next request. It fails with KindInvalid at a field, KindNotFound, and with
// KindConflict if nobody would be left to administer.
func (d *Desk) EditUser(ctx context.Context, who pano.Actor, id pano.UserID, name string, all []pano.Membership) (pano.User, error) {
	name, err := parseName(name, "name")
	if err == nil {
		err = checkRoles(all)
	}
	return d.change(ctx, who, "user.edit", id, err, func(tx *catalog.Tx) error {
		if err := tx.SetName(ctx, id, name); err != nil {
			return err
		}
		return tx.SetMemberships(ctx, id, all)
	})
}

// Disable closes an account: its sessions end, its tokens are revoked and its
// calendar is taken away, for good. It fails with KindNotFound, and with KindConflict if nobody would be
// left to administer.
func (d *Desk) Disable(ctx context.Context, who pano.Actor, id pano.UserID) error {
	_, err := d.change(ctx, who, "user.disable", id, nil, func(tx *catalog.Tx) error {
		if err := tx.SetDisabled(ctx, id, true); err != nil {
			return err
		}
		if _, err := tx.EndSessions(ctx, id, ""); err != nil {
			return err
		}
		if err := tx.EndCalendar(ctx, id); err != nil {
			return err
		}
		return tx.RevokeTokens(ctx, id)
	})
	return err
}

// Enable opens a closed account again. It fails with KindNotFound.
func (d *Desk) Enable(ctx context.Context, who pano.Actor, id pano.UserID) error {
	_, err := d.change(ctx, who, "user.enable", id, nil, func(tx *catalog.Tx) error {
		return tx.SetDisabled(ctx, id, false)
	})
	return err
}

// change lets who, who keeps accounts, do f to a user, and notes it. bad is
// what is wrong with the request, told only to who may make it.
func (d *Desk) change(ctx context.Context, who pano.Actor, verb string, id pano.UserID, bad error, f func(*catalog.Tx) error) (u pano.User, err error) {
	if err := who.May(pano.UserEdit, pano.Resource{}); err != nil {
		return u, err
	}
	if bad != nil {
		return u, bad
	}
	err = d.DB.Write(ctx, who, verb, func(tx *catalog.Tx) error {
		before, err := tx.User(ctx, id)
		if err != nil {
			return err
		}
		if err := keepAdmin(ctx, tx, f); err != nil {
			return err
		}
		if u, err = tx.User(ctx, id); err != nil {
			return err
		}
		tx.Note(string(id), before, u)
		return nil
	})
	return u, err
}

// keepAdmin does f, and fails with KindConflict if that took the last
// administrator away.
func keepAdmin(ctx context.Context, tx *catalog.Tx, f func(*catalog.Tx) error) error {
	before, err := tx.Admins(ctx)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		return err
	}
	after, err := tx.Admins(ctx)
	if err == nil && before > 0 && after == 0 {
		err = pano.Conflict("user.last_admin")
	}
	return err
}

// ResetPassword gives a user a new password, ends all their sessions, and
// forgets wrong tries at their login. Tokens stay: see RevokeToken.
func (d *Desk) ResetPassword(ctx context.Context, who pano.Actor, id pano.UserID, password string) error {
	if err := who.May(pano.UserEdit, pano.Resource{}); err != nil {
		return err
	}
	u, err := d.User(ctx, who, id)
	if err != nil {
		return err
	}
	if err := checkPassword(u.Login, password); err != nil {
		return err
	}
	kept, err := d.hash(ctx, password)
	if err != nil {
		return err
	}
	return d.DB.Write(ctx, who, "user.reset_password", func(tx *catalog.Tx) error {
		if err := tx.SetFailures(ctx, "login:"+u.Login, catalog.Failures{}); err != nil {
			return err
		}
		return setPassword(ctx, tx, id, kept, "")
	})
}

// setPassword keeps and notes a new password and ends every session but one.
func setPassword(ctx context.Context, tx *catalog.Tx, id pano.UserID, kept, but string) error {
	tx.Note(string(id), nil, nil)
	if err := tx.SetPassword(ctx, id, kept); err != nil {
		return err
	}
	_, err := tx.EndSessions(ctx, id, but)
	return err
}

// ChangePassword gives who another password and ends their other sessions; the
// one with that secret stays. Tokens stay, too.
//
// It fails with KindInvalid at "current" if that is not the password, slowing
// down as SignIn does, and at "password" if nobody should have the new one.
func (d *Desk) ChangePassword(ctx context.Context, who pano.Actor, secret, current, password string) error {
	if err := inPerson(who); err != nil {
		return err
	}
	u, err := d.User(ctx, who, who.ID)
	if err != nil {
		return err
	}
	if err := checkPassword(u.Login, password); err != nil {
		return err
	}
	if password == current {
		return pano.Invalid("password.same").At("password")
	}
	was, err := d.confirm(ctx, u, current)
	if err != nil {
		return err
	}
	kept, err := d.hash(ctx, password)
	if err != nil {
		return err
	}
	return d.DB.Write(ctx, who, "user.change_password", func(tx *catalog.Tx) error {
		now, err := tx.Password(ctx, u.ID)
		if err != nil {
			return err
		}
		if now != was {
			return pano.Conflict("password.changed_meanwhile")
		}
		return setPassword(ctx, tx, u.ID, kept, catalog.SessionID(digest(secret)))
	})
}

// confirm looks at the password of somebody who is signed in and returns what
// is kept of it. The tries have a door of their own, so that who finds an open
// session can neither guess on nor slow down the owner's sign-in.
func (d *Desk) confirm(ctx context.Context, u pano.User, password string) (kept string, err error) {
	leave, err := d.gate.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	doors := []door{{"change:" + string(u.ID), freeLogin}}
	err = d.DB.Tend(ctx, func(tx *catalog.Tx) error {
		if kept, err = tx.Password(ctx, u.ID); err != nil {
			return err
		}
		return countAt(ctx, tx, doors)
	})
	if err != nil {
		return "", err
	}
	right, err := d.matches(kept, password)
	if err != nil {
		return "", err
	}
	if !right {
		return "", pano.Invalid("password.not_current").At("current")
	}
	return kept, d.DB.Tend(ctx, func(tx *catalog.Tx) error {
		return tx.SetFailures(ctx, doors[0].key, catalog.Failures{})
	})
}
