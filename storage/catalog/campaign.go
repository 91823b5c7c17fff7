package catalog

import (
	"context"

	"pano/internal/pano"
)

const campaignColumns = `id, code, name, starts, ends, remove_by, state, reason, rev`

func scanCampaign(row interface{ Scan(...any) error }) (c pano.Campaign, err error) {
	err = row.Scan(&c.ID, &c.Code, &c.Name, &c.Days.From, &c.Days.Until, &c.RemoveBy, &c.State, &c.Reason, &c.Rev)
	return c, err
}

// Campaigns returns every campaign, the latest first.
func (tx *Tx) Campaigns(ctx context.Context) ([]pano.Campaign, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+campaignColumns+` FROM campaign ORDER BY starts DESC, id DESC`)
	if err != nil {
		return nil, err
	}
	return collect(rows, scanCampaign)
}

// Campaign returns the campaign with the given id or code, or a KindNotFound error.
func (tx *Tx) Campaign(ctx context.Context, idOrCode string) (pano.Campaign, error) {
	c, err := scanCampaign(tx.QueryRowContext(ctx, `SELECT `+campaignColumns+` FROM campaign WHERE id = ?1 OR code = ?1`, idOrCode))
	return c, found(err, "campaign.none")
}

// AddCampaign stores c and returns it with its id. It fails with KindConflict
// if its code is in use.
func (tx *Tx) AddCampaign(ctx context.Context, c pano.Campaign) (pano.Campaign, error) {
	c.ID, c.Rev = pano.CampaignID(tx.NewID()), 1
	_, err := tx.ExecContext(ctx, `INSERT INTO campaign (`+campaignColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(c.ID), c.Code, c.Name, c.Days.From, c.Days.Until, c.RemoveBy, string(c.State), c.Reason, c.Rev)
	if broke(err, unique) {
		return c, pano.Conflict("campaign.code_taken", c.Code).At("code")
	}
	return c, err
}

// MoveCampaign stores the state of c and its reason, if the stored one is still
// at revision c.Rev, and returns it at the next. It fails with KindConflict at
// reason if c would be closed over what hangs without one, and with KindStale if
// somebody was faster.
func (tx *Tx) MoveCampaign(ctx context.Context, c pano.Campaign) (pano.Campaign, error) {
	res, err := tx.ExecContext(ctx, `UPDATE campaign SET state = ?, reason = ?, rev = rev + 1 WHERE id = ? AND rev = ?`, string(c.State), c.Reason, string(c.ID), c.Rev)
	if err != nil {
		return c, tx.refused(ctx, err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return c, &pano.Error{Kind: pano.KindStale, Key: "thing.stale"}
	}
	c.Rev++
	return c, nil
}

// CampaignCounts returns how many placements of a campaign are in each state.
func (tx *Tx) CampaignCounts(ctx context.Context, id pano.CampaignID) (counts map[pano.PlacementState]int, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT state, count(*) FROM placement WHERE campaign = ? GROUP BY state`, string(id))
	if err != nil {
		return nil, err
	}
	type count struct {
		state pano.PlacementState
		n     int
	}
	all, err := collect(rows, func(row interface{ Scan(...any) error }) (c count, err error) { return c, row.Scan(&c.state, &c.n) })
	counts = map[pano.PlacementState]int{}
	for _, c := range all {
		counts[c.state] = c.n
	}
	return counts, err
}

// HangingFor returns what hangs for a campaign, what must be down first first, at
// most limit (1–200; 0 is 50).
func (tx *Tx) HangingFor(ctx context.Context, see pano.Reach, id pano.CampaignID, limit int) ([]Hanging, error) {
	return tx.hangings(ctx, see, hangingFrom+`
		WHERE p.campaign = ? AND `+up+` ORDER BY p.remove_by, p.seq LIMIT ?`, string(id), pageSize(limit))
}
