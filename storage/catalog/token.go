package catalog

import (
	"context"
	"strings"
	"time"

	"pano/internal/pano"
)

// A Token lets a program act for its user. The secret is kept as a SHA-256 and
// never read back.
type Token struct {
	ID      pano.TokenID  `json:"id"`
	User    pano.UserID   `json:"user"`
	Name    string        `json:"name"`
	Scope   []pano.Action `json:"scope"` // nil = all that its user may
	Created time.Time     `json:"created"`
	Expires time.Time     `json:"expires,omitzero"` // zero = never
	Seen    time.Time     `json:"seen,omitzero"`    // to the minute; zero = never used
	Revoked time.Time     `json:"revoked,omitzero"` // zero = in force
}

// AddToken adds t, whose ID it makes, for the secret with that hash, as of now.
func (tx *Tx) AddToken(ctx context.Context, hash pano.Digest, t Token) (pano.TokenID, error) {
	t.ID = pano.TokenID(tx.NewID())
	_, err := tx.ExecContext(ctx, `
		INSERT INTO token (id, hash, user, name, scope, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		string(t.ID), hash, string(t.User), t.Name, joinActions(t.Scope), ms(tx.Now), msOrNull(t.Expires))
	if broke(err, foreign) {
		return "", pano.NotFound("user.none").Because(err)
	}
	return t.ID, err
}

const tokenColumns = `t.id, t.user, t.name, t.scope, t.created, t.expires, t.seen, t.revoked`

func (t *Token) columns() []any {
	return []any{&t.ID, &t.User, &t.Name, actions{&t.Scope}, instant{&t.Created}, instant{&t.Expires}, instant{&t.Seen}, instant{&t.Revoked}}
}

func scanToken(row interface{ Scan(...any) error }) (t Token, err error) {
	err = row.Scan(t.columns()...)
	return t, err
}

// TokenBySecret returns the token whose secret has that hash, with its user as
// they are now, or KindNotFound. It has no opinion on whether it is in force.
func (tx *Tx) TokenBySecret(ctx context.Context, hash pano.Digest) (t Token, u pano.User, err error) {
	u, err = tx.person(ctx, "token.none", t.columns(), `
		SELECT `+tokenColumns+`, `+userRows+`
		FROM token t JOIN user u ON u.id = t.user LEFT JOIN membership m ON m.user = u.id
		WHERE t.hash = ? ORDER BY m.agency, m.role`, hash)
	return t, u, err
}

// Token returns the token with that id, or KindNotFound.
func (tx *Tx) Token(ctx context.Context, id pano.TokenID) (Token, error) {
	t, err := scanToken(tx.QueryRowContext(ctx, `SELECT `+tokenColumns+` FROM token t WHERE t.id = ?`, string(id)))
	return t, found(err, "token.none")
}

// Tokens returns the tokens of user, revoked ones too, the newest first.
func (tx *Tx) Tokens(ctx context.Context, user pano.UserID) ([]Token, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+tokenColumns+` FROM token t WHERE t.user = ? ORDER BY t.id DESC`, string(user))
	if err != nil {
		return nil, err
	}
	return collect(rows, scanToken)
}

// SeeToken notes that a token is in use now.
func (tx *Tx) SeeToken(ctx context.Context, id pano.TokenID) error {
	_, err := tx.ExecContext(ctx, `UPDATE token SET seen = ?1 WHERE id = ?2 AND ifnull(seen, 0) < ?1`, ms(tx.Now), string(id))
	return err
}

// RevokeToken ends a token for good. Revoking it again changes nothing.
func (tx *Tx) RevokeToken(ctx context.Context, id pano.TokenID) error {
	res, err := tx.ExecContext(ctx, `UPDATE token SET revoked = ifnull(revoked, ?) WHERE id = ?`, ms(tx.Now), string(id))
	return anyRow(res, err, "token.none")
}

// RevokeTokens ends every token of user.
func (tx *Tx) RevokeTokens(ctx context.Context, user pano.UserID) error {
	_, err := tx.ExecContext(ctx, `UPDATE token SET revoked = ? WHERE user = ? AND revoked IS NULL`, ms(tx.Now), string(user))
	return err
}

func joinActions(all []pano.Action) string {
	var b strings.Builder
	for i, a := range all {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(a))
	}
	return b.String()
}

// actions scans a column of actions with spaces between; "" is nil.
type actions struct{ all *[]pano.Action }

func (x actions) Scan(v any) error {
	var s string
	if err := (text[string]{&s}).Scan(v); err != nil {
		return err
	}
	*x.all = nil
	for a := range strings.FieldsSeq(s) {
		*x.all = append(*x.all, pano.Action(a))
	}
	return nil
}

// msOrNull keeps the zero time as NULL.
func msOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return ms(t)
}
