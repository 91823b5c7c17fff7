package catalog

import (
	"context"

	"pano/internal/pano"
)

const campaignColumns = `id, code, name, starts, ends, remove_by, state`

func scanCampaign(row interface{ Scan(...any) error }) (c pano.Campaign, err error) {
	err = row.Scan(&c.ID, &c.Code, &c.Name, &c.Days.From, &c.Days.Until, &c.RemoveBy, &c.State)
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
	c.ID = pano.CampaignID(tx.NewID())
	_, err := tx.ExecContext(ctx, `INSERT INTO campaign (`+campaignColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		string(c.ID), c.Code, c.Name, c.Days.From, c.Days.Until, c.RemoveBy, string(c.State))
	if broke(err, unique) {
		return c, pano.Conflict("campaign.code_taken", c.Code).At("code")
	}
	return c, err
}
