package auth

import (
	"context"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// CalendarActions are what a calendar program may do with the secret address of
// a person: look at what hangs where. The address does nothing else.
func CalendarActions() []pano.Action {
	return []pano.Action{pano.AssetSee, pano.LocationSee, pano.PlacementSee}
}

// NewCalendar gives who a secret for the address of their calendar and returns
// it; it is nowhere else. The one they had is no longer good.
//
// Only a person in a session gets one: it fails with KindForbidden for a token.
func (d *Desk) NewCalendar(ctx context.Context, who pano.Actor) (secret string, err error) {
	if err := inPerson(who); err != nil {
		return "", err
	}
	secret = newSecret("")
	err = d.DB.Write(ctx, who, "calendar.add", func(tx *catalog.Tx) error {
		was, ok, err := tx.Calendar(ctx, who.ID)
		if err != nil {
			return err
		}
		if err := tx.SetCalendar(ctx, who.ID, digest(secret)); err != nil {
			return err
		}
		now, _, err := tx.Calendar(ctx, who.ID)
		if ok {
			tx.Note(string(who.ID), was, now)
		} else {
			tx.Note(string(who.ID), nil, now)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// EndCalendar makes the address of who's calendar no longer good.
func (d *Desk) EndCalendar(ctx context.Context, who pano.Actor) error {
	if err := inPerson(who); err != nil {
		return err
	}
	return d.DB.Write(ctx, who, "calendar.end", func(tx *catalog.Tx) error {
		was, ok, err := tx.Calendar(ctx, who.ID)
		if err != nil || !ok {
			return err
		}
		tx.Note(string(who.ID), was, nil)
		return tx.EndCalendar(ctx, who.ID)
	})
}

// MyCalendar returns the calendar of who; ok is false if they have none.
func (d *Desk) MyCalendar(ctx context.Context, who pano.Actor) (c catalog.Calendar, ok bool, err error) {
	if who.Anonymous() {
		return c, false, signIn()
	}
	err = d.DB.Read(ctx, func(tx *catalog.Tx) error {
		c, ok, err = tx.Calendar(ctx, who.ID)
		return err
	})
	return c, ok, err
}

// Calendar returns whose calendar has that secret, as they are now, with Only
// set to CalendarActions. It fails with KindNotFound if it never was, was
// replaced or ended, or the account is closed, and does not say which.
func (d *Desk) Calendar(ctx context.Context, secret string) (who pano.Actor, err error) {
	var unseen bool
	err = d.DB.Read(ctx, func(tx *catalog.Tx) error {
		c, u, err := tx.CalendarBySecret(ctx, digest(secret))
		if err != nil {
			return err
		}
		if u.Disabled {
			return pano.NotFound("calendar.none")
		}
		who, unseen = actor(u), tx.Now.Sub(c.Seen) >= seenEvery
		return nil
	})
	if err != nil {
		return pano.Actor{}, err
	}
	who.Only = CalendarActions()
	if unseen {
		d.see(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.SeeCalendar(ctx, who.ID) })
	}
	return who, nil
}
