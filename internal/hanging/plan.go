package hanging

import (
	"context"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// AddPlan makes the picture of an asset a plan for maps, without points yet, for
// the agency in which who may edit places. It fails with KindInvalid if the
// asset, which who must see, is no picture, or has no name given.
func (d *Desk) AddPlan(ctx context.Context, who pano.Actor, name string, asset pano.AssetID) (p pano.SitePlan, err error) {
	if err := who.MayAny(pano.LocationEdit); err != nil {
		return p, err
	}
	err = d.DB.Write(ctx, who, "plan.add", func(tx *catalog.Tx) error {
		a, err := tx.Asset(ctx, asset)
		if err != nil {
			return err
		}
		if err := may(who, pano.AssetSee, a.Resource(), "asset.none"); err != nil {
			return err
		}
		p = pano.SitePlan{Name: name, Asset: a.ID, Version: a.Current.ID, Width: a.Current.Width, Height: a.Current.Height, Agency: ownAgency(who, pano.LocationEdit)}
		composed(&p.Name)
		if err := p.Check(); err != nil {
			return err
		}
		if p, err = tx.AddPlan(ctx, p); err != nil {
			return err
		}
		tx.Note(string(p.ID), nil, p)
		return nil
	})
	return p, err
}

// FixPlan gives the plan p.ID, as it was at revision p.Rev, the name and the
// points of p, set on the picture that its asset has now, and returns it.
//
// It fails as pano.SitePlan.Check does, and with KindStale if it was changed since.
func (d *Desk) FixPlan(ctx context.Context, who pano.Actor, p pano.SitePlan) (pano.SitePlan, error) {
	return d.changePlan(ctx, who, "plan.edit", p.ID, p.Rev, func(tx *catalog.Tx, was pano.SitePlan) (pano.SitePlan, error) {
		a, err := tx.Asset(ctx, was.Asset)
		if err != nil {
			return was, err
		}
		was.Name, was.Points = p.Name, p.Points
		was.Version, was.Width, was.Height = a.Current.ID, a.Current.Width, a.Current.Height
		composed(&was.Name)
		return was, was.Check()
	})
}

// ClosePlan keeps a plan from being chosen, or lets it be chosen again.
func (d *Desk) ClosePlan(ctx context.Context, who pano.Actor, id pano.SitePlanID, rev int, closed bool) (pano.SitePlan, error) {
	return d.changePlan(ctx, who, "plan.edit", id, rev, func(_ *catalog.Tx, was pano.SitePlan) (pano.SitePlan, error) {
		was.Closed = closed
		return was, nil
	})
}

func (d *Desk) changePlan(ctx context.Context, who pano.Actor, verb string, id pano.SitePlanID, rev int,
	change func(*catalog.Tx, pano.SitePlan) (pano.SitePlan, error)) (p pano.SitePlan, err error) {
	if err := signedIn(who); err != nil {
		return p, err
	}
	err = d.DB.Write(ctx, who, verb, func(tx *catalog.Tx) error {
		laid, err := tx.Plan(ctx, who.Reach(pano.AssetSee), id)
		if err != nil {
			return err
		}
		was := laid.SitePlan
		if err := may(who, pano.LocationEdit, was.Resource(), "plan.none"); err != nil {
			return err
		}
		if err := fresh(rev, was.Rev); err != nil {
			return err
		}
		if p, err = change(tx, was); err != nil {
			return err
		}
		if p, err = tx.UpdatePlan(ctx, p); err != nil {
			return err
		}
		tx.Note(string(p.ID), was, p)
		return nil
	})
	return p, err
}
