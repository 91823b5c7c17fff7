package catalog

import (
	"context"
	"database/sql"

	sqlite3 "modernc.org/sqlite/lib"

	"pano/internal/pano"
)

// userRows is the columns of a query over user u LEFT JOIN membership m, one
// row a membership, as people reads them.
const userRows = `u.id, u.login, u.name, u.disabled, m.agency, m.role`

// people reads users from such a query, which must keep the rows of one user
// together. Columns before userRows go into first.
func (tx *Tx) people(ctx context.Context, first []any, query string, args ...any) (all []pano.User, err error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		u := pano.User{Memberships: []pano.Membership{}}
		var m pano.Membership
		into := append(first[:len(first):len(first)], &u.ID, &u.Login, &u.Name, &u.Disabled,
			text[pano.AgencyID]{&m.Agency}, text[pano.Role]{&m.Role})
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		if len(all) == 0 || all[len(all)-1].ID != u.ID {
			all = append(all, u)
		}
		if last := &all[len(all)-1]; m.Role != "" {
			last.Memberships = append(last.Memberships, m)
		}
	}
	return all, rows.Err()
}

// person is people for a query that finds one user, or none: KindNotFound with that key.
func (tx *Tx) person(ctx context.Context, none string, first []any, query string, args ...any) (pano.User, error) {
	all, err := tx.people(ctx, first, query, args...)
	if err != nil {
		return pano.User{}, err
	}
	if len(all) == 0 {
		return pano.User{}, pano.NotFound(none)
	}
	return all[0], nil
}

// Users returns every user, disabled ones too, by login.
func (tx *Tx) Users(ctx context.Context) ([]pano.User, error) {
	return tx.people(ctx, nil, `
		SELECT `+userRows+` FROM user u LEFT JOIN membership m ON m.user = u.id
		ORDER BY u.login, m.agency, m.role`)
}

// User returns the user with that id, or KindNotFound.
func (tx *Tx) User(ctx context.Context, id pano.UserID) (pano.User, error) {
	return tx.person(ctx, "user.none", nil, `
		SELECT `+userRows+` FROM user u LEFT JOIN membership m ON m.user = u.id
		WHERE u.id = ? ORDER BY m.agency, m.role`, string(id))
}

// UserByLogin returns the user with that login, or KindNotFound.
func (tx *Tx) UserByLogin(ctx context.Context, login string) (pano.User, error) {
	return tx.person(ctx, "user.none", nil, `
		SELECT `+userRows+` FROM user u LEFT JOIN membership m ON m.user = u.id
		WHERE u.login = ? ORDER BY m.agency, m.role`, login)
}

// AnyUser reports whether there is a user at all.
func (tx *Tx) AnyUser(ctx context.Context) (yes bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM user)`).Scan(&yes)
	return yes, err
}

// Admins returns how many users may sign in and administer.
func (tx *Tx) Admins(ctx context.Context) (n int, err error) {
	err = tx.QueryRowContext(ctx, `
		SELECT count(*) FROM user u WHERE disabled = 0
		AND EXISTS (SELECT 1 FROM membership m WHERE m.user = u.id AND m.role = ?)`, string(pano.Admin)).Scan(&n)
	return n, err
}

// AddUser adds u, whose ID it makes, with the hash of a password, and with its
// memberships. It fails with KindConflict if the login is taken.
func (tx *Tx) AddUser(ctx context.Context, u pano.User, password string) (pano.UserID, error) {
	u.ID = pano.UserID(tx.NewID())
	_, err := tx.ExecContext(ctx, `
		INSERT INTO user (id, login, name, password, disabled, created) VALUES (?, ?, ?, ?, ?, ?)`,
		string(u.ID), u.Login, u.Name, password, u.Disabled, ms(tx.Now))
	if broke(err, unique) {
		return "", pano.Conflict("user.login_taken", u.Login).At("login")
	}
	if err != nil {
		return "", err
	}
	return u.ID, tx.SetMemberships(ctx, u.ID, u.Memberships)
}

// SetName renames a user.
func (tx *Tx) SetName(ctx context.Context, id pano.UserID, name string) error {
	res, err := tx.ExecContext(ctx, `UPDATE user SET name = ?, rev = rev + 1 WHERE id = ?`, name, string(id))
	return anyRow(res, err, "user.none")
}

// SetDisabled closes an account, or opens it again. Sessions and tokens are
// not touched.
func (tx *Tx) SetDisabled(ctx context.Context, id pano.UserID, disabled bool) error {
	res, err := tx.ExecContext(ctx, `UPDATE user SET disabled = ?, rev = rev + 1 WHERE id = ?`, disabled, string(id))
	return anyRow(res, err, "user.none")
}

// Password returns the hash of a user's password, "" if none was set.
func (tx *Tx) Password(ctx context.Context, id pano.UserID) (hash string, err error) {
	err = tx.QueryRowContext(ctx, `SELECT password FROM user WHERE id = ?`, string(id)).Scan(&hash)
	return hash, found(err, "user.none")
}

// SetPassword keeps the hash of a user's new password.
func (tx *Tx) SetPassword(ctx context.Context, id pano.UserID, hash string) error {
	res, err := tx.ExecContext(ctx, `UPDATE user SET password = ?, rev = rev + 1 WHERE id = ?`, hash, string(id))
	return anyRow(res, err, "user.none")
}

// SetMemberships makes all the only memberships of a user; the same one twice
// is one. It fails with KindInvalid if an agency is not in the catalogue.
func (tx *Tx) SetMemberships(ctx context.Context, id pano.UserID, all []pano.Membership) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM membership WHERE user = ?`, string(id)); err != nil {
		return err
	}
	for _, m := range all {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO membership (user, agency, role) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
			string(id), string(m.Agency), string(m.Role))
		if broke(err, foreign) {
			return pano.Invalid("user.agency_unknown").At("agency").Because(err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// foreign is the code of a row that names another which is not there.
const foreign = sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY

// anyRow turns a statement that met no row into a KindNotFound error with that key.
func anyRow(res sql.Result, err error, none string) error {
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return pano.NotFound(none)
	}
	return err
}
