package catalog_test

import (
	"context"
	"crypto/sha256"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// mustWrite runs f in a transaction that must succeed.
func mustWrite(t testing.TB, db *catalog.DB, f func(context.Context, *catalog.Tx) error) {
	t.Helper()
	if err := db.Tend(t.Context(), func(tx *catalog.Tx) error { return f(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// refused runs f in a transaction and reports a failure of another kind or key.
func refused(t testing.TB, db *catalog.DB, kind pano.Kind, text string, f func(context.Context, *catalog.Tx) error) {
	t.Helper()
	err := db.Tend(t.Context(), func(tx *catalog.Tx) error { return f(t.Context(), tx) })
	if pano.KindOf(err) != kind || err == nil {
		t.Errorf("%s: %v, want kind %d", text, err, kind)
	}
}

// department adds one agency and one user in it.
func department(t testing.TB, db *catalog.DB) (a pano.AgencyID, u pano.UserID) {
	t.Helper()
	mustWrite(t, db, func(ctx context.Context, tx *catalog.Tx) (err error) {
		if a, err = tx.AddAgency(ctx, pano.Agency{Code: "SVH", Name: "Sở Văn hóa"}); err != nil {
			return err
		}
		u, err = tx.AddUser(ctx, pano.User{Login: "hoa", Name: "Hoa", Memberships: []pano.Membership{{Agency: a, Role: pano.Staff}, {Agency: a, Role: pano.Admin}}}, "kept")
		return err
	})
	return a, u
}

func TestUserIsFoundByIDAndLoginWithMemberships(t *testing.T) {
	db := open(t)
	a, id := department(t, db)
	want := pano.User{ID: id, Login: "hoa", Name: "Hoa", Memberships: []pano.Membership{{Agency: a, Role: pano.Admin}, {Agency: a, Role: pano.Staff}}}
	mustWrite(t, db, func(ctx context.Context, tx *catalog.Tx) error {
		if _, err := tx.AddUser(ctx, pano.User{Login: "an", Name: "An"}, ""); err != nil {
			return err
		}
		byID, err := tx.User(ctx, id)
		if err != nil || !reflect.DeepEqual(byID, want) {
			t.Errorf("User = %+v, %v; want %+v", byID, err, want)
		}
		byLogin, err := tx.UserByLogin(ctx, "hoa")
		if err != nil || !reflect.DeepEqual(byLogin, want) {
			t.Errorf("UserByLogin = %+v, %v; want %+v", byLogin, err, want)
		}
		all, err := tx.Users(ctx)
		if err != nil || len(all) != 2 || all[0].Login != "an" || !reflect.DeepEqual(all[1], want) || all[0].Memberships == nil {
			t.Errorf("Users = %+v, %v", all, err)
		}
		if n, err := tx.Admins(ctx); n != 1 || err != nil {
			t.Errorf("Admins = %d, %v; want 1", n, err)
		}
		if err := tx.SetDisabled(ctx, id, true); err != nil {
			return err
		}
		if n, err := tx.Admins(ctx); n != 0 || err != nil {
			t.Errorf("Admins = %d, %v with the only one disabled; want 0", n, err)
		}
		return nil
	})
}

func TestLoginsAndCodesAreUnique(t *testing.T) {
	db := open(t)
	a, _ := department(t, db)
	refused(t, db, pano.KindConflict, "login twice", func(ctx context.Context, tx *catalog.Tx) error {
		_, err := tx.AddUser(ctx, pano.User{Login: "hoa", Name: "Hòa"}, "")
		return err
	})
	refused(t, db, pano.KindConflict, "code twice", func(ctx context.Context, tx *catalog.Tx) error {
		_, err := tx.AddAgency(ctx, pano.Agency{Code: "SVH", Name: "x"})
		return err
	})
	refused(t, db, pano.KindConflict, "code taken by an edit", func(ctx context.Context, tx *catalog.Tx) error {
		b, err := tx.AddAgency(ctx, pano.Agency{Code: "B", Name: "B", Parent: a})
		if err != nil {
			t.Error(err)
		}
		return tx.SetAgency(ctx, pano.Agency{ID: b, Code: "SVH", Name: "B"})
	})
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	db := open(t)
	type try func(context.Context, *catalog.Tx) error
	for text, f := range map[string]try{
		"user":         func(ctx context.Context, tx *catalog.Tx) error { _, err := tx.User(ctx, "x"); return err },
		"login":        func(ctx context.Context, tx *catalog.Tx) error { _, err := tx.UserByLogin(ctx, "x"); return err },
		"password":     func(ctx context.Context, tx *catalog.Tx) error { _, err := tx.Password(ctx, "x"); return err },
		"set password": func(ctx context.Context, tx *catalog.Tx) error { return tx.SetPassword(ctx, "x", "") },
		"set name":     func(ctx context.Context, tx *catalog.Tx) error { return tx.SetName(ctx, "x", "") },
		"disable":      func(ctx context.Context, tx *catalog.Tx) error { return tx.SetDisabled(ctx, "x", true) },
		"agency":       func(ctx context.Context, tx *catalog.Tx) error { _, err := tx.Agency(ctx, "x"); return err },
		"code":         func(ctx context.Context, tx *catalog.Tx) error { _, err := tx.AgencyByCode(ctx, "x"); return err },
		"set agency":   func(ctx context.Context, tx *catalog.Tx) error { return tx.SetAgency(ctx, pano.Agency{ID: "x"}) },
		"session": func(ctx context.Context, tx *catalog.Tx) error {
			_, _, err := tx.Session(ctx, pano.Digest{})
			return err
		},
		"end session": func(ctx context.Context, tx *catalog.Tx) error { return tx.EndSession(ctx, "x", "y") },
		"token":       func(ctx context.Context, tx *catalog.Tx) error { _, err := tx.Token(ctx, "x"); return err },
		"secret": func(ctx context.Context, tx *catalog.Tx) error {
			_, _, err := tx.TokenBySecret(ctx, pano.Digest{})
			return err
		},
		"revoke": func(ctx context.Context, tx *catalog.Tx) error { return tx.RevokeToken(ctx, "x") },
		"token of none": func(ctx context.Context, tx *catalog.Tx) error {
			_, err := tx.AddToken(ctx, pano.Digest{}, catalog.Token{User: "x"})
			return err
		},
		"first run": func(ctx context.Context, tx *catalog.Tx) error { _, _, err := tx.FirstRun(ctx); return err },
	} {
		refused(t, db, pano.KindNotFound, text, f)
	}
}

func TestMembershipNamesAnAgencyThatIsThere(t *testing.T) {
	db := open(t)
	_, u := department(t, db)
	refused(t, db, pano.KindInvalid, "unknown agency", func(ctx context.Context, tx *catalog.Tx) error {
		return tx.SetMemberships(ctx, u, []pano.Membership{{Agency: "x", Role: pano.Staff}})
	})
	refused(t, db, pano.KindInvalid, "unknown parent", func(ctx context.Context, tx *catalog.Tx) error {
		_, err := tx.AddAgency(ctx, pano.Agency{Code: "C", Name: "C", Parent: "x"})
		return err
	})
}

func TestAgencyDoesNotStandBelowItself(t *testing.T) {
	db := open(t)
	top, _ := department(t, db)
	var mid, low pano.AgencyID
	mustWrite(t, db, func(ctx context.Context, tx *catalog.Tx) (err error) {
		if mid, err = tx.AddAgency(ctx, pano.Agency{Code: "M", Name: "M", Parent: top}); err != nil {
			return err
		}
		if low, err = tx.AddAgency(ctx, pano.Agency{Code: "L", Name: "L", Parent: mid}); err != nil {
			return err
		}
		return tx.SetAgency(ctx, pano.Agency{ID: low, Code: "L", Name: "L", Parent: top})
	})
	mustWrite(t, db, func(ctx context.Context, tx *catalog.Tx) error {
		return tx.SetAgency(ctx, pano.Agency{ID: low, Code: "L", Name: "L", Parent: mid})
	})
	for _, under := range []pano.AgencyID{top, mid, low} {
		refused(t, db, pano.KindInvalid, "a loop", func(ctx context.Context, tx *catalog.Tx) error {
			return tx.SetAgency(ctx, pano.Agency{ID: top, Code: "SVH", Name: "x", Parent: under})
		})
	}
}

func TestSessionsEndAllButOne(t *testing.T) {
	db := open(t)
	_, u := department(t, db)
	secrets := []pano.Digest{sha256.Sum256([]byte("a")), sha256.Sum256([]byte("b")), sha256.Sum256([]byte("c"))}
	mustWrite(t, db, func(ctx context.Context, tx *catalog.Tx) error {
		for _, h := range secrets {
			if err := tx.AddSession(ctx, h, u, "192.0.2.1", "browser"); err != nil {
				return err
			}
		}
		n, err := tx.EndSessions(ctx, u, catalog.SessionID(secrets[1]))
		if n != 2 {
			t.Errorf("ended %d sessions, want 2", n)
		}
		all, _ := tx.Sessions(ctx, u)
		s, who, _ := tx.Session(ctx, secrets[1])
		if len(all) != 1 || all[0] != s || s.ID != catalog.SessionID(secrets[1]) || s.Agent != "browser" || who.ID != u {
			t.Errorf("left: %+v and %+v of %+v", all, s, who)
		}
		return err
	})
}

func TestTokenKeepsItsScopeAndItsTimes(t *testing.T) {
	now := time.UnixMilli(1_800_000_000_000)
	db, err := catalog.Open(filepath.Join(t.TempDir(), "pano.db"), func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	_, u := department(t, db)
	h := pano.Digest(sha256.Sum256([]byte("secret")))
	want := catalog.Token{User: u, Name: "máy in", Scope: []pano.Action{pano.AssetSee, pano.PrintGet}, Expires: now.Add(time.Hour)}
	mustWrite(t, db, func(ctx context.Context, tx *catalog.Tx) (err error) {
		want.ID, err = tx.AddToken(ctx, h, want)
		return err
	})
	want.Created = now
	now = now.Add(time.Minute)
	want.Seen, want.Revoked = now, now
	mustWrite(t, db, func(ctx context.Context, tx *catalog.Tx) error {
		if err := tx.SeeToken(ctx, want.ID); err != nil {
			return err
		}
		if err := tx.RevokeTokens(ctx, u); err != nil {
			return err
		}
		got, who, err := tx.TokenBySecret(ctx, h)
		if !reflect.DeepEqual(got, want) || who.ID != u || len(who.Memberships) != 2 {
			t.Errorf("TokenBySecret = %+v of %+v, want %+v", got, who, want)
		}
		all, _ := tx.Tokens(ctx, u)
		if len(all) != 1 || !reflect.DeepEqual(all[0], want) {
			t.Errorf("Tokens = %+v", all)
		}
		return err
	})
	now = now.Add(time.Hour)
	mustWrite(t, db, func(ctx context.Context, tx *catalog.Tx) error {
		if err := tx.RevokeToken(ctx, want.ID); err != nil {
			return err
		}
		if got, _ := tx.Token(ctx, want.ID); !got.Revoked.Equal(want.Revoked) {
			t.Errorf("revoked again: at %v, want %v", got.Revoked, want.Revoked)
		}
		return nil
	})
}

func TestHotQueriesOfAccountsUseAnIndex(t *testing.T) {
	db := open(t)
	for _, query := range []string{
		`SELECT 1 FROM session s JOIN user u ON u.id = s.user LEFT JOIN membership m ON m.user = u.id WHERE s.token = ? ORDER BY m.agency, m.role`,
		`SELECT 1 FROM token t JOIN user u ON u.id = t.user LEFT JOIN membership m ON m.user = u.id WHERE t.hash = ? ORDER BY m.agency, m.role`,
		`SELECT 1 FROM user u LEFT JOIN membership m ON m.user = u.id WHERE u.login = ?`,
		`DELETE FROM session WHERE user = ? AND substr(token, 1, 16) <> ?`,
	} {
		mustWrite(t, db, func(ctx context.Context, tx *catalog.Tx) error {
			rows, err := tx.QueryContext(ctx, `EXPLAIN QUERY PLAN `+query, "x", "y")
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var a, b, c any
				var step string
				if err := rows.Scan(&a, &b, &c, &step); err != nil {
					return err
				}
				if len(step) > 4 && step[:4] == "SCAN" {
					t.Errorf("%s\n%s", query, step)
				}
			}
			return rows.Err()
		})
	}
}
