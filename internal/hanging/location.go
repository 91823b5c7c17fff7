package hanging

import (
	"context"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// AddLocation adds a place and returns it as it is kept. Without an agency it
// belongs to the first one for which who may add places.
//
// It fails as pano.Location.Check does, with KindInvalid at parent or agency if
// they are not there, and with KindConflict at code if the code is taken.
func (d *Desk) AddLocation(ctx context.Context, who pano.Actor, l pano.Location) (pano.Location, error) {
	if err := who.MayAny(pano.LocationEdit); err != nil {
		return l, err
	}
	l.Closed = false
	if l.Agency == "" {
		l.Agency = ownAgency(who, pano.LocationEdit)
	}
	err := d.DB.Write(ctx, who, "location.add", func(tx *catalog.Tx) (err error) {
		if l, err = ready(ctx, tx, who, l); err != nil {
			return err
		}
		if l, err = tx.AddLocation(ctx, l); err != nil {
			return err
		}
		tx.Note(string(l.ID), nil, l)
		return nil
	})
	return l, err
}

// ownAgency is the first agency in which who may do act, else the first of who's at all.
func ownAgency(who pano.Actor, act pano.Action) pano.AgencyID {
	for _, all := range [][]pano.AgencyID{who.Reach(act).Agencies, who.Agencies()} {
		if len(all) > 0 {
			return all[0]
		}
	}
	return ""
}

// ready returns l as it may be kept by who.
func ready(ctx context.Context, tx *catalog.Tx, who pano.Actor, l pano.Location) (pano.Location, error) {
	l = l.Tidy()
	composed(&l.Name, &l.Address, &l.Permit)
	if l.Agency == "" {
		return l, pano.Invalid("location.no_agency").At("agency")
	}
	if err := who.May(pano.LocationEdit, l.Resource()); err != nil {
		return l, err
	}
	if l.Parent == "" {
		return l, l.Check("")
	}
	parent, err := tx.Location(ctx, l.Parent)
	if pano.KindOf(err) == pano.KindNotFound {
		return l, pano.Invalid("location.no_parent").At("parent")
	}
	if err != nil {
		return l, err
	}
	return l, l.Check(parent.Kind)
}

// EditLocation changes the place l.ID, as it was at revision l.Rev, to l and
// returns it as it is kept. Whether it is closed stays as it is. Who gives it to
// another agency must be allowed to edit the places of both.
//
// It fails as AddLocation does, with KindStale if it was changed since, and with
// KindConflict if what is placed there would not fit any more, or what stands in
// it may not stand in a place of the new kind.
func (d *Desk) EditLocation(ctx context.Context, who pano.Actor, l pano.Location) (pano.Location, error) {
	return d.changeLocation(ctx, who, "location.edit", l.ID, func(tx *catalog.Tx, was pano.Location) (pano.Location, error) {
		if err := fresh(l.Rev, was.Rev); err != nil {
			return l, err
		}
		l.Created, l.Closed = was.Created, was.Closed
		if l.Agency == "" {
			l.Agency = was.Agency
		}
		l, err := ready(ctx, tx, who, l)
		if err != nil || l.Kind == was.Kind {
			return l, err
		}
		return l, holds(ctx, tx, l)
	})
}

// holds fails with KindConflict if something in l may not stand in a place of its kind.
func holds(ctx context.Context, tx *catalog.Tx, l pano.Location) error {
	inside, err := tx.Children(ctx, l.ID)
	if err != nil {
		return err
	}
	for _, child := range inside {
		if child.Check(l.Kind) != nil {
			return pano.Conflict("location.holds_others", child.Code).At("kind")
		}
	}
	return nil
}

// CloseLocation lets nothing new be placed on a place; what is there stays. rev
// is the revision who saw. It fails with KindStale if it was changed since.
func (d *Desk) CloseLocation(ctx context.Context, who pano.Actor, id pano.LocationID, rev int) (pano.Location, error) {
	return d.setClosed(ctx, who, "location.close", id, rev, true)
}

// ReopenLocation undoes CloseLocation.
func (d *Desk) ReopenLocation(ctx context.Context, who pano.Actor, id pano.LocationID, rev int) (pano.Location, error) {
	return d.setClosed(ctx, who, "location.reopen", id, rev, false)
}

func (d *Desk) setClosed(ctx context.Context, who pano.Actor, verb string, id pano.LocationID, rev int, closed bool) (pano.Location, error) {
	return d.changeLocation(ctx, who, verb, id, func(tx *catalog.Tx, was pano.Location) (pano.Location, error) {
		l := was
		l.Closed = closed
		return l, fresh(rev, was.Rev)
	})
}

// changeLocation keeps what change makes of a place that who may edit.
func (d *Desk) changeLocation(ctx context.Context, who pano.Actor, verb string, id pano.LocationID,
	change func(*catalog.Tx, pano.Location) (pano.Location, error)) (l pano.Location, err error) {
	if err := signedIn(who); err != nil {
		return l, err
	}
	err = d.DB.Write(ctx, who, verb, func(tx *catalog.Tx) error {
		was, err := location(ctx, tx, who, pano.LocationEdit, id)
		if err != nil {
			return err
		}
		if l, err = change(tx, was); err != nil {
			return err
		}
		if l, err = tx.UpdateLocation(ctx, l); err != nil {
			return named(ctx, tx, who, err)
		}
		tx.Note(string(l.ID), was, l)
		return nil
	})
	return l, err
}
