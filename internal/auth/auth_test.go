package auth_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"pano/internal/auth"
	"pano/internal/pano"
	"pano/storage/catalog"
)

var cli = pano.Server("cli")

// A clock stands still until it is told.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// A site is a desk on a fresh catalogue with one agency.
type site struct {
	*auth.Desk
	clock *clock
	path  string
	svh   pano.AgencyID
}

func open(t testing.TB) *site {
	t.Helper()
	s := &site{clock: &clock{t: time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)}, path: filepath.Join(t.TempDir(), "pano.db")}
	s.reopen(t)
	a, err := s.AddAgency(t.Context(), cli, pano.Agency{Code: "svh", Name: "Sở Văn hóa"})
	if err != nil {
		t.Fatal(err)
	}
	s.svh = a.ID
	return s
}

// reopen is a restart of the server.
func (s *site) reopen(t testing.TB) {
	t.Helper()
	db, err := catalog.Open(s.path, s.clock.now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s.Desk = &auth.Desk{DB: db, Data: filepath.Dir(s.path)}
}

// pass is the password of login in these tests.
func pass(login string) string { return "mật khẩu của " + login }

// add opens an account in the agency.
func (s *site) add(t testing.TB, login string, roles ...pano.Role) pano.User {
	t.Helper()
	u, err := s.AddUser(t.Context(), cli, auth.Account{Login: login, Name: "Người " + login, Password: pass(login), Memberships: s.in(roles...)})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func (s *site) in(roles ...pano.Role) (all []pano.Membership) {
	for _, r := range roles {
		all = append(all, pano.Membership{Agency: s.svh, Role: r})
	}
	return all
}

// signIn signs in from an address of login's own.
func (s *site) signIn(t testing.TB, login string) (secret string, who pano.Actor) {
	t.Helper()
	secret, _, err := s.SignIn(t.Context(), login, pass(login), "home of "+login, "Firefox")
	if err != nil {
		t.Fatal(err)
	}
	who, err = s.Session(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	return secret, who
}

// enter puts a user and a session of theirs straight into the catalogue,
// without a password: that costs no hashing.
func (s *site) enter(t testing.TB, login string, roles ...pano.Role) (secret string, who pano.Actor) {
	t.Helper()
	secret = "secret of " + login
	err := s.DB.Tend(t.Context(), func(tx *catalog.Tx) error {
		id, err := tx.AddUser(t.Context(), pano.User{Login: login, Name: "Người " + login, Memberships: s.in(roles...)}, "")
		if err != nil {
			return err
		}
		return tx.AddSession(t.Context(), sha256.Sum256([]byte(secret)), id, "home of "+login, "Firefox")
	})
	if err == nil {
		who, err = s.Session(t.Context(), secret)
	}
	if err != nil {
		t.Fatal(err)
	}
	return secret, who
}

// want reports an err that is not of that kind and key.
func want(t testing.TB, what string, err error, kind pano.Kind, key string) {
	t.Helper()
	e, ok := err.(*pano.Error)
	if !ok || e.Kind != kind || e.Key != key {
		t.Errorf("%s: %v, want %s of kind %d", what, err, key, kind)
	}
}

// anonymous reports a secret that still opens a session.
func (s *site) anonymous(t testing.TB, what, secret string) {
	t.Helper()
	who, err := s.Session(t.Context(), secret)
	want(t, what, err, pano.KindAnonymous, "auth.sign_in")
	if !who.Anonymous() {
		t.Errorf("%s: still %+v", what, who)
	}
}

func (s *site) read(t testing.TB, f func(context.Context, *catalog.Tx) error) {
	t.Helper()
	if err := s.DB.Read(t.Context(), func(tx *catalog.Tx) error { return f(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// everything is the text of every row of the history and of the tables in
// which secrets are kept.
func (s *site) everything(t testing.TB, tables ...string) (all string) {
	t.Helper()
	s.read(t, func(ctx context.Context, tx *catalog.Tx) error {
		for _, table := range tables {
			rows, err := tx.QueryContext(ctx, `SELECT * FROM `+table)
			if err != nil {
				return err
			}
			defer rows.Close()
			cols, err := rows.Columns()
			if err != nil {
				return err
			}
			row, into := make([]any, len(cols)), make([]any, len(cols))
			for i := range row {
				into[i] = &row[i]
			}
			for rows.Next() {
				if err := rows.Scan(into...); err != nil {
					return err
				}
				all += fmt.Sprintf("%s %v\n", table, row)
			}
			if err := rows.Err(); err != nil {
				return err
			}
		}
		return nil
	})
	return all
}
