package auth

import (
	"context"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// SignIn starts a session and returns its secret, which is nowhere else.
// address and agent are what the edge knows of the browser.
//
// A name that does not exist, a closed account and a wrong password have one
// answer, KindInvalid "auth.wrong", and cost the same work. Who tries too often
// gets KindTooMany with a Wait (see door); if many try at once, some get
// KindUnavailable with one. Every wrong password is noted in the history,
// without the name that was typed: people type passwords into that field, too.
func (d *Desk) SignIn(ctx context.Context, login, password, address, agent string) (secret string, u pano.User, err error) {
	login, _ = ParseLogin(login) // "" if there can be no such login
	at := attempt{login, network(address)}
	err = d.DB.Read(ctx, func(tx *catalog.Tx) error { return at.check(ctx, tx) })
	if err != nil {
		return "", pano.User{}, err
	}
	p, err := d.prove(ctx, at, password)
	if err != nil {
		return "", pano.User{}, err
	}
	if !p.right {
		return "", pano.User{}, d.refuse(ctx, p.user.ID, address)
	}
	secret = newSecret("")
	err = d.DB.Write(ctx, actor(p.user), "session.start", func(tx *catalog.Tx) error {
		if u, err = p.stillRight(ctx, tx); err != nil {
			return err
		}
		if err := at.forgive(ctx, tx, p.doors); err != nil {
			return err
		}
		tx.Note(string(u.ID), nil, map[string]string{"address": clip(address, 64)})
		return tx.AddSession(ctx, digest(secret), u.ID, clip(address, 64), clip(agent, 200))
	})
	if err != nil {
		return "", pano.User{}, err
	}
	return secret, u, nil
}

// A proof is what came of looking at a password.
type proof struct {
	user  pano.User // zero if there is none of that login
	kept  string    // the hash that was looked at
	right bool
	doors []door // where the try was counted
}

// prove counts the attempt and looks at the password.
func (d *Desk) prove(ctx context.Context, at attempt, password string) (p proof, err error) {
	leave, err := d.gate.enter(ctx)
	if err != nil {
		return p, err
	}
	defer leave()
	err = d.DB.Tend(ctx, func(tx *catalog.Tx) error {
		if p.doors, err = at.count(ctx, tx); err != nil {
			return err
		}
		p.user, err = tx.UserByLogin(ctx, at.login)
		if pano.KindOf(err) == pano.KindNotFound {
			return nil
		}
		if err == nil {
			p.kept, err = tx.Password(ctx, p.user.ID)
		}
		return err
	})
	if err != nil {
		return p, err
	}
	p.right, err = d.matches(p.kept, password)
	p.right = p.right && !p.user.Disabled
	return p, err
}

// stillRight returns the user as they are now, or "auth.wrong" if the password
// was changed or the account closed while the password was being looked at.
func (p proof) stillRight(ctx context.Context, tx *catalog.Tx) (pano.User, error) {
	u, err := tx.User(ctx, p.user.ID)
	if err != nil {
		return u, err
	}
	kept, err := tx.Password(ctx, u.ID)
	if err == nil && (kept != p.kept || u.Disabled) {
		err = wrong()
	}
	return u, err
}

func wrong() error { return pano.Invalid("auth.wrong").At("password") }

// refuse notes a wrong password and returns "auth.wrong".
func (d *Desk) refuse(ctx context.Context, user pano.UserID, address string) error {
	err := d.DB.Write(ctx, pano.Actor{}, "session.refuse", func(tx *catalog.Tx) error {
		tx.Note(string(user), nil, map[string]string{"address": clip(address, 64)})
		return nil
	})
	if err != nil {
		return err
	}
	return wrong()
}

// Session returns the person whose session has that secret, with the name and
// memberships they have now. It fails with KindAnonymous if the session never
// was, was ended, is over, or the account is closed.
func (d *Desk) Session(ctx context.Context, secret string) (who pano.Actor, err error) {
	if secret == "" {
		return who, signIn()
	}
	var unseen bool
	err = d.DB.Read(ctx, func(tx *catalog.Tx) error {
		s, u, err := tx.Session(ctx, digest(secret))
		if pano.KindOf(err) == pano.KindNotFound || err == nil && (u.Disabled || over(s, tx.Now)) {
			return signIn()
		}
		who, unseen = actor(u), tx.Now.Sub(s.Seen) >= seenEvery
		return err
	})
	if err != nil {
		return pano.Actor{}, err
	}
	if unseen {
		d.see(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.SeeSession(ctx, digest(secret)) })
	}
	return who, nil
}

// over reports whether s is too old or was idle for too long. One that began
// well in the future is over, too: the clock was set back, and its age is unknown.
func over(s catalog.Session, now time.Time) bool {
	age := now.Sub(s.Created)
	return age >= sessionLife || age < -time.Hour || now.Sub(s.Seen) >= sessionIdle
}

// see notes that a session or token is in use. It is given up when it cannot be done
// soon: a full disk or a long write must not sign everybody out. All that is
// lost is a minute of the idle time.
func (d *Desk) see(ctx context.Context, f func(context.Context, *catalog.Tx) error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	d.DB.Tend(ctx, func(tx *catalog.Tx) error { return f(ctx, tx) })
}

// SignOut ends the session with that secret. One that is over is no failure.
func (d *Desk) SignOut(ctx context.Context, secret string) error {
	var u pano.User
	err := d.DB.Read(ctx, func(tx *catalog.Tx) (err error) {
		_, u, err = tx.Session(ctx, digest(secret))
		return err
	})
	if err == nil {
		err = d.DB.Write(ctx, actor(u), "session.end", func(tx *catalog.Tx) error {
			tx.Note(string(u.ID), nil, nil)
			return tx.EndSession(ctx, u.ID, catalog.SessionID(digest(secret)))
		})
	}
	if pano.KindOf(err) == pano.KindNotFound {
		return nil
	}
	return err
}

// Sessions returns who's own sessions, the last used first, and the ID of the
// one with that secret.
func (d *Desk) Sessions(ctx context.Context, who pano.Actor, secret string) (all []catalog.Session, current string, err error) {
	if err := inPerson(who); err != nil {
		return nil, "", err
	}
	err = d.DB.Read(ctx, func(tx *catalog.Tx) error {
		every, err := tx.Sessions(ctx, who.ID)
		for _, s := range every {
			if !over(s, tx.Now) {
				all = append(all, s)
			}
		}
		return err
	})
	return all, catalog.SessionID(digest(secret)), err
}

// EndSession ends one of who's own sessions. It fails with KindNotFound if
// there is none with that ID.
func (d *Desk) EndSession(ctx context.Context, who pano.Actor, id string) error {
	if err := inPerson(who); err != nil {
		return err
	}
	return d.DB.Write(ctx, who, "session.end", func(tx *catalog.Tx) error {
		tx.Note(string(who.ID), nil, nil)
		return tx.EndSession(ctx, who.ID, id)
	})
}

// SignOutAll ends every session of user: one's own, or anybody's for who keeps
// accounts.
func (d *Desk) SignOutAll(ctx context.Context, who pano.Actor, user pano.UserID) error {
	if err := mayFor(who, user); err != nil {
		return err
	}
	return d.DB.Write(ctx, who, "session.end_all", func(tx *catalog.Tx) error {
		if _, err := tx.User(ctx, user); err != nil {
			return err
		}
		n, err := tx.EndSessions(ctx, user, "")
		tx.Note(string(user), nil, map[string]int64{"sessions": n})
		return err
	})
}
