package catalog

import (
	"context"

	"pano/internal/pano"
)

func scanAgency(row interface{ Scan(...any) error }) (a pano.Agency, err error) {
	err = row.Scan(&a.ID, &a.Code, &a.Name, &a.Kind, text[pano.AgencyID]{&a.Parent})
	return a, err
}

// Agencies returns every agency, by code.
func (tx *Tx) Agencies(ctx context.Context) ([]pano.Agency, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, code, name, kind, parent FROM agency ORDER BY code`)
	if err != nil {
		return nil, err
	}
	return collect(rows, scanAgency)
}

// Agency returns the agency with that id, or KindNotFound.
func (tx *Tx) Agency(ctx context.Context, id pano.AgencyID) (pano.Agency, error) {
	a, err := scanAgency(tx.QueryRowContext(ctx, `SELECT id, code, name, kind, parent FROM agency WHERE id = ?`, string(id)))
	return a, found(err, "agency.none")
}

// AgencyByCode returns the agency with that code, or KindNotFound.
func (tx *Tx) AgencyByCode(ctx context.Context, code string) (pano.Agency, error) {
	a, err := scanAgency(tx.QueryRowContext(ctx, `SELECT id, code, name, kind, parent FROM agency WHERE code = ?`, code))
	return a, found(err, "agency.none")
}

// AddAgency adds a, whose ID it makes. It fails with KindConflict if the code
// is taken, and with KindInvalid if the parent is not in the catalogue.
func (tx *Tx) AddAgency(ctx context.Context, a pano.Agency) (pano.AgencyID, error) {
	a.ID = pano.AgencyID(tx.NewID())
	_, err := tx.ExecContext(ctx, `INSERT INTO agency (id, code, name, kind, parent) VALUES (?, ?, ?, ?, ?)`,
		string(a.ID), a.Code, a.Name, a.Kind, orNull(a.Parent))
	return a.ID, agencyError(err, a)
}

// SetAgency gives the agency with a's ID the rest of a. It fails as AddAgency
// does, with KindNotFound if there is no such agency, and with KindInvalid if a
// would stand below itself.
func (tx *Tx) SetAgency(ctx context.Context, a pano.Agency) error {
	var loop bool
	err := tx.QueryRowContext(ctx, `
		WITH RECURSIVE above (id) AS (
			VALUES (?1) UNION SELECT a.parent FROM agency a JOIN above ON a.id = above.id WHERE a.parent IS NOT NULL
		) SELECT EXISTS (SELECT 1 FROM above WHERE id = ?2)`, string(a.Parent), string(a.ID)).Scan(&loop)
	if err != nil {
		return err
	}
	if loop {
		return pano.Invalid("agency.below_itself").At("parent")
	}
	res, err := tx.ExecContext(ctx, `UPDATE agency SET code = ?, name = ?, kind = ?, parent = ? WHERE id = ?`,
		a.Code, a.Name, a.Kind, orNull(a.Parent), string(a.ID))
	return anyRow(res, agencyError(err, a), "agency.none")
}

func agencyError(err error, a pano.Agency) error {
	switch {
	case broke(err, unique):
		return pano.Conflict("agency.code_taken", a.Code).At("code")
	case broke(err, foreign):
		return pano.Invalid("agency.parent_unknown").At("parent").Because(err)
	}
	return err
}
