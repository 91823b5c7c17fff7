// Package planning is the leaders' work: the campaigns for which artwork is
// made and hung.
package planning

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

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

// Move brings a campaign, as it was at revision rev, to a state, and returns it as
// it is kept. Whoever plans placements anywhere may. It fails as
// pano.Campaign.Move does: one for which something still hangs is closed only for
// a written reason, and so is one opened again.
func (d *Desk) Move(ctx context.Context, who pano.Actor, id pano.CampaignID, rev int, to pano.CampaignState, reason string) (c pano.Campaign, err error) {
	if err := who.MayAny(pano.PlacementPlan); err != nil {
		return c, err
	}
	if !slices.Contains(pano.CampaignStates(), to) {
		return c, pano.Invalid("campaign.unknown_state", string(to)).At("state")
	}
	reason = norm.NFC.String(strings.TrimSpace(reason))
	move := func(tx *catalog.Tx) error {
		was, err := tx.Campaign(ctx, string(id))
		if err != nil {
			return err
		}
		switch rev {
		case was.Rev:
		case 0:
			return &pano.Error{Kind: pano.KindUnversioned, Key: "thing.unversioned"}
		default:
			return &pano.Error{Kind: pano.KindStale, Key: "thing.stale"}
		}
		counts, err := tx.CampaignCounts(ctx, was.ID)
		if err != nil {
			return err
		}
		if c, err = was.Move(to, Hanging(counts), reason); err != nil {
			return err
		}
		if c, err = tx.MoveCampaign(ctx, c); err != nil {
			return err
		}
		tx.Note(string(c.ID), was, c)
		return nil
	}
	was, err := d.Campaign(ctx, who, string(id))
	switch {
	case err != nil:
	case to == pano.CampaignClosed:
		err = d.DB.Write(ctx, who, "campaign.close", move)
	case was.State == pano.CampaignClosed:
		err = d.DB.Write(ctx, who, "campaign.reopen", move)
	default:
		err = d.DB.Write(ctx, who, "campaign.move", move)
	}
	return c, err
}

// Hanging is how many of the placements that counts counts are in their places.
func Hanging(counts map[pano.PlacementState]int) (n int) {
	for state, k := range counts {
		if state.Up() {
			n += k
		}
	}
	return n
}

// Campaign returns the campaign with that id or code, or KindNotFound.
func (d *Desk) Campaign(ctx context.Context, who pano.Actor, idOrCode string) (c pano.Campaign, err error) {
	if err := who.MayAny(pano.Self); err != nil {
		return c, err
	}
	err = d.DB.Read(ctx, func(tx *catalog.Tx) error {
		c, err = tx.Campaign(ctx, idOrCode)
		return err
	})
	return c, err
}
