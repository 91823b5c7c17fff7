package catalog

import (
	"context"

	"pano/internal/pano"
)

const blockedColumns = `b.id, b.location, b.kind, b.x, b.y, b.width, b.height, b.rev`

func scanBlocked(row interface{ Scan(...any) error }) (b pano.Blocked, err error) {
	err = row.Scan(&b.ID, &b.Location, &b.Kind, &b.Area.X, &b.Area.Y, &b.Area.W, &b.Area.H, &b.Rev)
	return b, err
}

// Blocked returns the blocked area with that id, or KindNotFound.
func (tx *Tx) Blocked(ctx context.Context, id pano.BlockedID) (pano.Blocked, error) {
	b, err := scanBlocked(tx.QueryRowContext(ctx, `SELECT `+blockedColumns+` FROM blocked b WHERE b.id = ?`, string(id)))
	return b, found(err, "blocked.none")
}

// BlockedAt returns every blocked area of a wall, from left to right.
func (tx *Tx) BlockedAt(ctx context.Context, l pano.LocationID) ([]pano.Blocked, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+blockedColumns+` FROM blocked b WHERE b.location = ? ORDER BY b.x, b.seq`, string(l))
	if err != nil {
		return nil, err
	}
	return collect(rows, scanBlocked)
}

// AddBlocked stores b and returns it with its id. It fails as pano.Location.Block
// does, whether or not the caller asked it first. The wall must be there.
func (tx *Tx) AddBlocked(ctx context.Context, b pano.Blocked) (pano.Blocked, error) {
	b.ID, b.Rev = pano.BlockedID(tx.NewID()), 1
	_, err := tx.ExecContext(ctx, `INSERT INTO blocked (id, location, kind, x, y, width, height) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		string(b.ID), string(b.Location), string(b.Kind), b.Area.X, b.Area.Y, b.Area.W, b.Area.H)
	return b, tx.refused(ctx, err)
}

// UpdateBlocked stores kind and area of b if the stored one is still at revision
// b.Rev, and returns it at the next. It fails as AddBlocked does, and with
// KindStale if somebody was faster.
func (tx *Tx) UpdateBlocked(ctx context.Context, b pano.Blocked) (pano.Blocked, error) {
	res, err := tx.ExecContext(ctx, `UPDATE blocked SET kind = ?, x = ?, y = ?, width = ?, height = ?, rev = rev + 1 WHERE id = ? AND rev = ?`,
		string(b.Kind), b.Area.X, b.Area.Y, b.Area.W, b.Area.H, string(b.ID), b.Rev)
	if err != nil {
		return b, tx.refused(ctx, err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return b, &pano.Error{Kind: pano.KindStale, Key: "thing.stale"}
	}
	b.Rev++
	return b, nil
}

// RemoveBlocked forgets the blocked area with that id, which must be there.
func (tx *Tx) RemoveBlocked(ctx context.Context, id pano.BlockedID) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM blocked WHERE id = ?`, string(id))
	return err
}

// LiftPlacements takes placements off their wall until each of them is stored
// again by UpdatePlacement in the same transaction: works that change places
// would else meet on the way. The rules look at each as it comes back.
func (tx *Tx) LiftPlacements(ctx context.Context, all []pano.Placement) error {
	for _, p := range all {
		if _, err := tx.ExecContext(ctx, `UPDATE placement SET state = 'cancelled' WHERE id = ?`, string(p.ID)); err != nil {
			return err
		}
	}
	return nil
}

// WaitingFor returns the assets within reach that were made for campaign, may
// be hung, have a finished size, and have no live placement on any wall on a
// day; in the order of their codes, at most limit (1–200; 0 is 50).
func (tx *Tx) WaitingFor(ctx context.Context, reach pano.Reach, campaign pano.CampaignID, on pano.Day, limit int) (AssetPage, error) {
	cond, args := within(reach, "a.agency", "a.owner", draft)
	rows, err := tx.QueryContext(ctx, `
		SELECT `+assetColumns+` FROM asset a JOIN version v ON v.id = a.current
		WHERE `+cond+` AND a.campaign = ? AND a.binned IS NULL AND a.state <> 'withdrawn' AND a.width > 0 AND a.height > 0
			AND NOT EXISTS (
				SELECT 1 FROM placement p JOIN location l ON l.id = p.location
				WHERE p.asset = a.id AND p.state NOT IN ('removed', 'cancelled') AND p.starts <= ? AND p.ends > ? AND l.kind = 'wall'
			)
		ORDER BY a.code LIMIT ?`, append(args, string(campaign), on, on, pageSize(limit))...)
	if err != nil {
		return AssetPage{}, err
	}
	page := AssetPage{}
	page.Assets, err = collect(rows, func(row interface{ Scan(...any) error }) (pano.Asset, error) {
		a, _, err := scanAsset(row)
		return a, err
	})
	if err != nil {
		return page, err
	}
	page.Total = len(page.Assets)
	page.Thumbs, err = tx.thumbs(ctx, page.Assets)
	return page, err
}
