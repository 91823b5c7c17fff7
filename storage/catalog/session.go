package catalog

import (
	"context"
	"time"

	"pano/internal/pano"
)

// A Session is a browser somebody signed in with. Its secret is kept as a
// SHA-256 and never read back; ID is the beginning of that hash, enough to tell
// one's sessions apart and to end one.
type Session struct {
	ID      string    `json:"id"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"` // to the minute
	Address string    `json:"address"`
	Agent   string    `json:"agent"`
}

// SessionID returns the ID of the session whose secret has that hash.
func SessionID(hash pano.Digest) string { return hash.String()[:16] }

// AddSession starts a session of user as of now.
func (tx *Tx) AddSession(ctx context.Context, hash pano.Digest, user pano.UserID, address, agent string) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO session (token, user, created, seen, address, agent) VALUES (?1, ?2, ?3, ?3, ?4, ?5)`,
		hash, string(user), ms(tx.Now), address, agent)
	return err
}

// Session returns the session whose secret has that hash, with its user as
// they are now, or KindNotFound. It has no opinion on age or on disabled users.
func (tx *Tx) Session(ctx context.Context, hash pano.Digest) (s Session, u pano.User, err error) {
	s.ID = SessionID(hash)
	u, err = tx.person(ctx, "session.none", []any{instant{&s.Created}, instant{&s.Seen}, &s.Address, &s.Agent}, `
		SELECT s.created, s.seen, s.address, s.agent, `+userRows+`
		FROM session s JOIN user u ON u.id = s.user LEFT JOIN membership m ON m.user = u.id
		WHERE s.token = ? ORDER BY m.agency, m.role`, hash)
	return s, u, err
}

// Sessions returns the sessions of user, the last used first.
func (tx *Tx) Sessions(ctx context.Context, user pano.UserID) ([]Session, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT substr(token, 1, 16), created, seen, address, agent
		FROM session WHERE user = ? ORDER BY seen DESC, token`, string(user))
	if err != nil {
		return nil, err
	}
	return collect(rows, func(row interface{ Scan(...any) error }) (s Session, err error) {
		err = row.Scan(&s.ID, instant{&s.Created}, instant{&s.Seen}, &s.Address, &s.Agent)
		return s, err
	})
}

// SeeSession notes that a session is in use now.
func (tx *Tx) SeeSession(ctx context.Context, hash pano.Digest) error {
	_, err := tx.ExecContext(ctx, `UPDATE session SET seen = ?1 WHERE token = ?2 AND seen < ?1`, ms(tx.Now), hash)
	return err
}

// EndSession ends the session of user with that ID, or fails with KindNotFound.
func (tx *Tx) EndSession(ctx context.Context, user pano.UserID, id string) error {
	res, err := tx.ExecContext(ctx, `DELETE FROM session WHERE user = ? AND substr(token, 1, 16) = ?`, string(user), id)
	return anyRow(res, err, "session.none")
}

// EndSessions ends every session of user but the one with ID but ("" spares
// none), and returns how many.
func (tx *Tx) EndSessions(ctx context.Context, user pano.UserID, but string) (int64, error) {
	res, err := tx.ExecContext(ctx, `DELETE FROM session WHERE user = ? AND substr(token, 1, 16) <> ?`, string(user), but)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// SweepSessions forgets the sessions last seen, or started, before those times.
func (tx *Tx) SweepSessions(ctx context.Context, seen, created time.Time) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM session WHERE seen < ? OR created < ?`, ms(seen), ms(created))
	return err
}
