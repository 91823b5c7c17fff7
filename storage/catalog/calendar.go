package catalog

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"pano/internal/pano"
)

// A Calendar is the secret address of one person's calendar. The secret is kept
// as a SHA-256 and never read back.
type Calendar struct {
	User    pano.UserID `json:"user"`
	Created time.Time   `json:"created"`
	Seen    time.Time   `json:"seen,omitzero"` // to the minute; zero = never asked for
}

// SetCalendar gives user a calendar with a secret of that hash; one they had is over.
func (tx *Tx) SetCalendar(ctx context.Context, user pano.UserID, hash pano.Digest) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO calendar (user, hash, created) VALUES (?, ?, ?)
		ON CONFLICT (user) DO UPDATE SET hash = excluded.hash, created = excluded.created, seen = NULL`,
		string(user), hash, ms(tx.Now))
	return err
}

// Calendar returns the calendar of user; ok is false if they have none.
func (tx *Tx) Calendar(ctx context.Context, user pano.UserID) (c Calendar, ok bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT user, created, seen FROM calendar WHERE user = ?`, string(user)).
		Scan(&c.User, instant{&c.Created}, instant{&c.Seen})
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	return c, err == nil, err
}

// CalendarBySecret returns the calendar whose secret has that hash, with its
// user as they are now, or KindNotFound.
func (tx *Tx) CalendarBySecret(ctx context.Context, hash pano.Digest) (c Calendar, u pano.User, err error) {
	u, err = tx.person(ctx, "calendar.none", []any{&c.User, instant{&c.Created}, instant{&c.Seen}}, `
		SELECT c.user, c.created, c.seen, `+userRows+`
		FROM calendar c JOIN user u ON u.id = c.user LEFT JOIN membership m ON m.user = u.id
		WHERE c.hash = ? ORDER BY m.agency, m.role`, hash)
	return c, u, err
}

// SeeCalendar notes that the calendar of user is asked for now.
func (tx *Tx) SeeCalendar(ctx context.Context, user pano.UserID) error {
	_, err := tx.ExecContext(ctx, `UPDATE calendar SET seen = ? WHERE user = ?`, ms(tx.Now), string(user))
	return err
}

// EndCalendar takes the calendar of user away. Without one it changes nothing.
func (tx *Tx) EndCalendar(ctx context.Context, user pano.UserID) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM calendar WHERE user = ?`, string(user))
	return err
}
