// Package planning is the leaders' work: the campaigns for which artwork is
// made and hung.
package planning

import (
	"context"
	"strings"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// Desk is where campaigns are planned.
type Desk struct{ DB *catalog.DB }

// AddCampaign stores c and returns it with its id. Whoever plans placements
// anywhere may. It fails as pano.Campaign.Check does, and with KindConflict if
// the code is in use.
func (d *Desk) AddCampaign(ctx context.Context, who pano.Actor, c pano.Campaign) (pano.Campaign, error) {
	if err := who.MayAny(pano.PlacementPlan); err != nil {
		return c, err
	}
	c.Code, c.Name = strings.TrimSpace(c.Code), strings.TrimSpace(c.Name)
	if c.RemoveBy == 0 {
		c.RemoveBy = c.Days.Until
	}
	if c.State == "" {
		c.State = pano.CampaignDraft
	}
	if err := c.Check(); err != nil {
		return c, err
	}
	err := d.DB.Write(ctx, who, "campaign.add", func(tx *catalog.Tx) (err error) {
		if c, err = tx.AddCampaign(ctx, c); err != nil {
			return err
		}
		tx.Note(string(c.ID), nil, c)
		return nil
	})
	return c, err
}

// Campaigns returns every campaign, the latest first.
func (d *Desk) Campaigns(ctx context.Context, who pano.Actor) (all []pano.Campaign, err error) {
	if err := who.MayAny(pano.Self); err != nil {
		return nil, err
	}
	err = d.DB.Read(ctx, func(tx *catalog.Tx) error {
		all, err = tx.Campaigns(ctx)
		return err
	})
	return all, err
}
