package auth

import (
	"context"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// parseAgency returns a as it is kept, or KindInvalid at a field of the form.
func parseAgency(a pano.Agency) (_ pano.Agency, err error) {
	if a.Name, err = parseName(a.Name, "name"); err != nil {
		return a, err
	}
	if a.Kind != "" {
		if a.Kind, err = parseName(a.Kind, "kind"); err != nil {
			return a, err
		}
	}
	a.Code, err = parseCode(a.Code)
	return a, err
}

// Agencies returns every agency, by code, to whoever is signed in.
func (d *Desk) Agencies(ctx context.Context, who pano.Actor) (all []pano.Agency, err error) {
	if who.Anonymous() {
		return nil, signIn()
	}
	err = d.DB.Read(ctx, func(tx *catalog.Tx) error {
		all, err = tx.Agencies(ctx)
		return err
	})
	return all, err
}

// AddAgency adds an agency. It fails with KindInvalid at a field, and with
// KindConflict if the code is taken.
func (d *Desk) AddAgency(ctx context.Context, who pano.Actor, a pano.Agency) (pano.Agency, error) {
	if err := who.May(pano.UserEdit, pano.Resource{}); err != nil {
		return a, err
	}
	a, err := parseAgency(a)
	if err != nil {
		return a, err
	}
	err = d.DB.Write(ctx, who, "agency.add", func(tx *catalog.Tx) error {
		a, err = addAgency(ctx, tx, a)
		return err
	})
	return a, err
}

// addAgency adds and notes a, and returns it with its ID.
func addAgency(ctx context.Context, tx *catalog.Tx, a pano.Agency) (_ pano.Agency, err error) {
	if a.ID, err = tx.AddAgency(ctx, a); err != nil {
		return a, err
	}
	tx.Note(string(a.ID), nil, a)
	return a, nil
}

// EditAgency gives the agency with a's ID the rest of a. It fails as AddAgency
// does, with KindNotFound, and with KindInvalid if a would stand below itself.
func (d *Desk) EditAgency(ctx context.Context, who pano.Actor, a pano.Agency) error {
	if err := who.May(pano.UserEdit, pano.Resource{}); err != nil {
		return err
	}
	a, err := parseAgency(a)
	if err != nil {
		return err
	}
	return d.DB.Write(ctx, who, "agency.edit", func(tx *catalog.Tx) error {
		before, err := tx.Agency(ctx, a.ID)
		if err != nil {
			return err
		}
		tx.Note(string(a.ID), before, a)
		return tx.SetAgency(ctx, a)
	})
}
