package hanging

import (
	"context"
	"errors"
	"strings"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// Place plans p.Asset on p.Location for p.Days and returns the placement as it
// is kept. It belongs to the agency of the asset; a RemoveBy of 0 is the end of
// the days. State, version, author and agency of p are not looked at.
//
// It fails as pano.Location.Hang does; where the place is taken, with an
// Occupant as the cause. It fails with KindNotFound if the asset or the place
// are not there, or not for who to see, and with KindConflict if the asset is
// withdrawn or in the bin.
func (d *Desk) Place(ctx context.Context, who pano.Actor, p pano.Placement) (pano.Placement, error) {
	if err := signedIn(who); err != nil {
		return p, err
	}
	err := d.DB.Write(ctx, who, "placement.add", func(tx *catalog.Tx) (err error) {
		p, err = place(ctx, tx, who, p)
		return err
	})
	return p, err
}

// place does what Place says, as part of a transaction.
func place(ctx context.Context, tx *catalog.Tx, who pano.Actor, p pano.Placement) (pano.Placement, error) {
	asset, err := placeable(ctx, tx, who, p.Asset)
	if err != nil {
		return p, err
	}
	l, err := location(ctx, tx, who, pano.LocationSee, p.Location)
	if err != nil {
		return p, err
	}
	if p.Campaign != "" {
		c, err := tx.Campaign(ctx, string(p.Campaign))
		if pano.KindOf(err) == pano.KindNotFound {
			return p, pano.Invalid("campaign.none").At("campaign")
		}
		if err == nil && c.State == pano.CampaignClosed {
			err = pano.Conflict("placement.campaign_closed").At("campaign")
		}
		if err != nil {
			return p, err
		}
		p.Campaign = c.ID // it may have been given by its code
	}
	if err := shownBy(ctx, tx, who, p); err != nil {
		return p, err
	}
	p.Version, p.State, p.Agency = "", pano.Planned, asset.Agency
	if !who.Server { // a command on the machine acts for the author it names
		p.By = who.ID
	}
	if err := hang(ctx, tx, &p, l, asset); err != nil {
		return p, named(ctx, tx, who, err)
	}
	if p, err = tx.AddPlacement(ctx, p); err != nil {
		return p, named(ctx, tx, who, err)
	}
	tx.Note(string(p.ID), nil, p)
	return p, nil
}

// shownBy fails unless p is for no exhibition, or for one that who may see and
// in whose list its asset is.
func shownBy(ctx context.Context, tx *catalog.Tx, who pano.Actor, p pano.Placement) error {
	if p.Exhibition == "" {
		return nil
	}
	e, err := tx.Exhibition(ctx, p.Exhibition)
	if err == nil {
		err = may(who, pano.ExhibitionSee, e.Resource(), "exhibition.none")
	}
	if err != nil {
		return at(err, "exhibition")
	}
	if !e.Listed() {
		return pano.Conflict("exhibition.over").At("exhibition")
	}
	listed, err := tx.Lists(ctx, e.ID, p.Asset)
	if err == nil && !listed {
		return pano.Invalid("exhibition.not_listed").At("exhibition")
	}
	return err
}

// at blames field for an error a person may read.
func at(err error, field string) error {
	if e, ok := errors.AsType[*pano.Error](err); ok {
		return e.At(field)
	}
	return err
}

// placeable returns an asset that who may place. It asks twice: who may plan
// for an agency but not see its assets must not learn of one by placing it.
func placeable(ctx context.Context, tx *catalog.Tx, who pano.Actor, id pano.AssetID) (pano.Asset, error) {
	a, err := tx.Asset(ctx, id)
	if err != nil {
		return a, err
	}
	if err := may(who, pano.AssetSee, a.Resource(), "asset.none"); err != nil {
		return a, err
	}
	switch {
	case !who.Reach(pano.PlacementPlan).Has(pano.Resource{Agency: a.Agency, Owner: who.ID, Draft: true}):
		return a, pano.Forbidden("auth.no_right")
	case !a.Binned.IsZero():
		return a, pano.Conflict("placement.asset_binned").At("asset")
	case a.State == pano.Withdrawn:
		return a, pano.Conflict("placement.asset_withdrawn").At("asset")
	}
	return a, nil
}

// hang fails unless p may hang on l, as things stand in the catalogue.
func hang(ctx context.Context, tx *catalog.Tx, p *pano.Placement, l pano.Location, a pano.Asset) error {
	composed(&p.Note, &p.Exception)
	if p.RemoveBy == 0 {
		p.RemoveBy = p.Days.Until
	}
	if err := p.Check(); err != nil {
		return err
	}
	others, err := tx.PlacementsOn(ctx, l.ID, p.Days)
	if err != nil {
		return err
	}
	return l.Hang(*p, a, others)
}

// Edit changes days, quantity, spot, hook, exception and note of the placement p.ID,
// as it was at revision p.Rev, to those of p and returns it as it is kept. A
// RemoveBy that was the end of the days moves with them unless it is changed too.
//
// It fails as Place does, with KindStale if it was changed since, and with
// KindConflict if it is printed or further.
func (d *Desk) Edit(ctx context.Context, who pano.Actor, p pano.Placement) (pano.Placement, error) {
	return d.change(ctx, who, "placement.edit", pano.PlacementPlan, p.ID, func(tx *catalog.Tx, was pano.Placement) (pano.Placement, error) {
		if err := fresh(p.Rev, was.Rev); err != nil {
			return was, err
		}
		if !was.Editable() {
			return was, pano.Conflict("placement.not_editable", string(was.State))
		}
		now := was
		now.Days, now.RemoveBy, now.Quantity, now.Area, now.Hook = p.Days, p.RemoveBy, p.Quantity, p.Area, p.Hook
		now.Exception, now.Note = p.Exception, p.Note
		if p.RemoveBy == was.RemoveBy && was.RemoveBy == was.Days.Until {
			now.RemoveBy = p.Days.Until
		}
		a, err := tx.Asset(ctx, was.Asset)
		if err != nil {
			return was, err
		}
		l, err := tx.Location(ctx, was.Location)
		if err != nil {
			return was, err
		}
		l.Closed = l.Closed && grows(was, now) // one may still make less of it, or write a note
		return now, hang(ctx, tx, &now, l, a)
	})
}

// grows reports whether p takes days or room that was did not.
func grows(was, p pano.Placement) bool {
	return p.Days.From < was.Days.From || p.Days.Until > was.Days.Until || p.Quantity > was.Quantity || p.Area != was.Area
}

// steps says what is done when a placement comes into a state, and who may do it.
var steps = map[pano.PlacementState]struct {
	verb string
	act  pano.Action
}{
	pano.Planned:   {"placement.reconsider", pano.PlacementPlan},
	pano.Confirmed: {"placement.confirm", pano.PlacementPlan},
	pano.Printed:   {"placement.print", pano.PlacementPlan},
	pano.Installed: {"placement.install", pano.PlacementMark},
	pano.Verified:  {"placement.verify", pano.ProofDecide},
	pano.Damaged:   {"placement.damage", pano.PlacementMark},
	pano.Removed:   {"placement.remove", pano.PlacementMark},
	pano.Cancelled: {"placement.cancel", pano.PlacementPlan},
}

// Advance moves a placement on to a state and returns it as it is kept. A note
// that is not empty takes the place of the one before. Once printed or
// installed, it keeps the version that was the asset's current one then.
//
// Nothing comes to hang, or down, without a proof that shows it: see Prove. Who
// may plan may say so without one, if the note says why.
//
// It fails with KindConflict unless that state may follow the one it is in, and
// with KindInvalid if there is no such state or, at note, if a proof is missing.
func (d *Desk) Advance(ctx context.Context, who pano.Actor, id pano.PlacementID, to pano.PlacementState, note string) (pano.Placement, error) {
	step, ok := steps[to]
	if !ok {
		return pano.Placement{}, pano.Invalid("placement.unknown_state", string(to)).At("state")
	}
	return d.change(ctx, who, step.verb, step.act, id, func(tx *catalog.Tx, was pano.Placement) (pano.Placement, error) {
		if err := was.Follow(to); err != nil {
			return was, err
		}
		p := was
		p.State = to
		if note != "" {
			p.Note = note
			composed(&p.Note)
		}
		var err error
		if p.Unproven, err = exception(ctx, tx, who, p, note); err != nil {
			return was, err
		}
		if err := settleVersion(ctx, tx, &p); err != nil {
			return was, err
		}
		return p, p.Check()
	})
}

// exception returns why p is in its new state without a proof, "" if it has one
// or needs none.
func exception(ctx context.Context, tx *catalog.Tx, who pano.Actor, p pano.Placement, note string) (string, error) {
	kind := p.State.Needs()
	if kind == "" {
		return "", nil
	}
	proven, err := tx.HasProof(ctx, p.ID, kind)
	switch {
	case err != nil || proven:
		return "", err
	case who.May(pano.PlacementPlan, p.Resource()) != nil:
		return "", pano.Invalid("placement.needs_picture").At("note")
	case strings.TrimSpace(note) == "":
		return "", pano.Invalid("placement.needs_proof").At("note")
	}
	composed(&note)
	return note, nil
}

// settleVersion lets p keep the version that is printed, or hangs, from now on.
func settleVersion(ctx context.Context, tx *catalog.Tx, p *pano.Placement) error {
	if p.Version != "" || p.State != pano.Printed && p.State != pano.Installed {
		return nil
	}
	a, err := tx.Asset(ctx, p.Asset)
	p.Version = a.Current.ID
	return err
}

// Cancel is Advance to pano.Cancelled: the place is free again.
func (d *Desk) Cancel(ctx context.Context, who pano.Actor, id pano.PlacementID, note string) (pano.Placement, error) {
	return d.Advance(ctx, who, id, pano.Cancelled, note)
}

// change keeps what f makes of a placement that who may do act to.
func (d *Desk) change(ctx context.Context, who pano.Actor, verb string, act pano.Action, id pano.PlacementID,
	f func(*catalog.Tx, pano.Placement) (pano.Placement, error)) (p pano.Placement, err error) {
	if err := signedIn(who); err != nil {
		return p, err
	}
	err = d.DB.Write(ctx, who, verb, func(tx *catalog.Tx) error {
		was, err := tx.Placement(ctx, id)
		if err != nil {
			return err
		}
		if err := may(who, act, was.Resource(), "placement.none"); err != nil {
			return err
		}
		if p, err = f(tx, was); err != nil {
			return named(ctx, tx, who, err)
		}
		if p, err = tx.UpdatePlacement(ctx, p); err != nil {
			return named(ctx, tx, who, err)
		}
		tx.Note(string(p.ID), was, p)
		return settle(ctx, tx, who, was, p, "")
	})
	return p, err
}
