package hanging

import (
	"context"
	"strings"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// Pictures hold the pictures of a proof. Hold returns the one called near or
// wide once it is in the store for good; ok is false if there is none.
type Pictures interface {
	Hold(ctx context.Context, name string) (h catalog.Held, ok bool, err error)
}

// Prove stores what who saw at the placement p.Placement, and returns it as it is
// kept; again is true if that phone had sent it before. The placement comes to
// hang with its first proof that it does, and is down with one of that. A proof
// is kept whatever state its placement is in: what does not follow from it is
// left to the office.
//
// Id, state, author, distance and what the office said are not the caller's to
// say. The pictures are asked for only if they will be kept. Prove fails with
// KindInvalid at the field to mend, with KindNotFound if the placement is not
// there, or not for who to see, and with KindConflict if p.Client is the name of
// another proof.
func (d *Desk) Prove(ctx context.Context, who pano.Actor, p pano.Proof, pictures Pictures) (kept pano.Proof, again bool, err error) {
	if err := signedIn(who); err != nil {
		return p, false, err
	}
	composed(&p.Remark)
	if err := p.Check(); err != nil {
		return p, false, err
	}
	err = d.DB.Read(ctx, func(tx *catalog.Tx) error {
		if _, err := provable(ctx, tx, who, p.Placement); err != nil {
			return err
		}
		kept, again, err = same(ctx, tx, who, p)
		return err
	})
	if err != nil || again {
		return kept, again, err
	}
	near, ok, err := pictures.Hold(ctx, "near")
	if err != nil {
		return p, false, err
	}
	if !ok {
		return p, false, pano.Invalid("proof.no_near").At("near")
	}
	held := []catalog.Held{near}
	wide, ok, err := pictures.Hold(ctx, "wide")
	if err != nil {
		return p, false, err
	}
	if ok {
		held = append(held, wide)
	}
	p.Near, p.Wide, p.By = near.Shot, wide.Shot, who.ID
	return d.prove(ctx, who, p, held)
}

// provable returns the placement with that id if who may prove something of it.
func provable(ctx context.Context, tx *catalog.Tx, who pano.Actor, id pano.PlacementID) (pano.Placement, error) {
	was, err := tx.Placement(ctx, id)
	if err != nil {
		return was, err
	}
	return was, may(who, pano.PlacementMark, was.Resource(), "placement.none")
}

// same returns the proof that p was before, if that phone sent it already.
func same(ctx context.Context, tx *catalog.Tx, who pano.Actor, p pano.Proof) (was pano.Proof, again bool, err error) {
	was, again, err = tx.ProofBy(ctx, p.Client)
	if again && (was.By != who.ID || was.Placement != p.Placement) {
		return p, false, pano.Conflict("proof.client_taken").At("client_uuid")
	}
	return was, again, err
}

func (d *Desk) prove(ctx context.Context, who pano.Actor, p pano.Proof, held []catalog.Held) (kept pano.Proof, again bool, err error) {
	verb := "proof." + string(p.Kind) // every kind is one of the verbs in httpd
	err = d.DB.Write(ctx, who, verb, func(tx *catalog.Tx) error {
		was, err := provable(ctx, tx, who, p.Placement)
		if err != nil {
			return err
		}
		if kept, again, err = same(ctx, tx, who, p); err != nil || again {
			return err
		}
		for _, h := range held {
			if err := tx.KeepShot(ctx, h, string(was.Agency)); err != nil {
				return err
			}
		}
		if err := measure(ctx, tx, was.Location, &p); err != nil {
			return err
		}
		if kept, err = tx.AddProof(ctx, p); err != nil {
			return err
		}
		now, err := lead(ctx, tx, was, p.Leads())
		if err != nil {
			return err
		}
		tx.Note(string(was.ID), stateOf(was), told(kept, now))
		return settle(ctx, tx, who, was, now, kept.Kind)
	})
	return kept, again, err
}

// measure says how far from the place the phone was, if both are known. A face
// without coordinates of its own is where what it stands in is.
func measure(ctx context.Context, tx *catalog.Tx, id pano.LocationID, p *pano.Proof) error {
	if !p.Located {
		return nil
	}
	l, err := Where(ctx, tx, id)
	if p.Measured = l.Placed; l.Placed {
		p.Distance = pano.Distance(p.Lat, p.Lon, l.Lat, l.Lon)
	}
	return err
}

// Where returns the place with that id, or the nearest one around it, that has
// coordinates; one that is not Placed if none has.
func Where(ctx context.Context, tx *catalog.Tx, id pano.LocationID) (pano.Location, error) {
	l, err := tx.Location(ctx, id)
	if err != nil || l.Placed {
		return l, err
	}
	up, err := tx.Ancestors(ctx, id)
	for i := len(up) - 1; i >= 0; i-- {
		if up[i].Placed {
			return up[i], err
		}
	}
	return pano.Location{}, err
}

// lead brings a placement to the states of way, one after the other. One that
// may not follow is passed over.
func lead(ctx context.Context, tx *catalog.Tx, p pano.Placement, way []pano.PlacementState) (pano.Placement, error) {
	for _, to := range way {
		if p.Follow(to) != nil {
			continue
		}
		p.State, p.Unproven = to, ""
		if err := settleVersion(ctx, tx, &p); err != nil {
			return p, err
		}
		var err error
		if p, err = tx.UpdatePlacement(ctx, p); err != nil {
			return p, err
		}
	}
	return p, nil
}

func stateOf(p pano.Placement) map[string]any { return map[string]any{"state": p.State} }

// told is what the history of a placement tells of a proof.
func told(p pano.Proof, now pano.Placement) map[string]any {
	facts := stateOf(now)
	facts["proof"], facts["verdict"], facts["near_sha256"] = p.ID, p.Verdict, p.Near.Digest
	if !p.Wide.Digest.IsZero() {
		facts["wide_sha256"] = p.Wide.Digest
	}
	if p.Measured {
		facts["distance_m"] = int(p.Distance + 0.5)
	}
	if p.Remark != "" {
		facts["remark"] = p.Remark
	}
	return facts
}

// Accept says that the office takes proofs for true, and returns how many it was
// that had not been accepted yet. A placement that is so seen to hang well is
// verified. It fails with KindNotFound or KindForbidden if one of them is not for
// who to decide on; then none is accepted.
func (d *Desk) Accept(ctx context.Context, who pano.Actor, ids ...pano.ProofID) (n int, err error) {
	if err := who.MayAny(pano.ProofDecide); err != nil {
		return 0, err
	}
	err = d.DB.Write(ctx, who, "proof.accept", func(tx *catalog.Tx) error {
		n = 0
		for _, id := range ids {
			done, err := decide(ctx, tx, who, id, pano.ProofAccepted, "")
			if pano.KindOf(err) == pano.KindConflict && len(ids) > 1 { // somebody was faster with this one
				continue
			}
			if err != nil {
				return err
			}
			if done {
				n++
			}
		}
		if n == 0 {
			return pano.Conflict("proof.decided")
		}
		return nil
	})
	return n, err
}

// AskAgain sends a proof back to be taken once more; why is for whoever took it.
// It fails as Accept does, with KindInvalid at why without one, and with
// KindConflict if somebody decided on it before.
func (d *Desk) AskAgain(ctx context.Context, who pano.Actor, id pano.ProofID, why string) error {
	if err := who.MayAny(pano.ProofDecide); err != nil {
		return err
	}
	composed(&why)
	if why = strings.TrimSpace(why); why == "" {
		return pano.Invalid("proof.no_why").At("why")
	}
	if err := pano.CheckRemark("why", why); err != nil {
		return pano.Invalid("proof.long_why").At("why").Because(err)
	}
	return d.DB.Write(ctx, who, "proof.again", func(tx *catalog.Tx) error {
		_, err := decide(ctx, tx, who, id, pano.ProofAgain, why)
		return err
	})
}

func decide(ctx context.Context, tx *catalog.Tx, who pano.Actor, id pano.ProofID, to pano.ProofState, why string) (done bool, err error) {
	o, err := tx.Proof(ctx, id)
	if err != nil {
		return false, err
	}
	was, err := tx.Placement(ctx, o.Placement)
	if err != nil {
		return false, err
	}
	if err := may(who, pano.ProofDecide, was.Resource(), "proof.none"); err != nil {
		return false, err
	}
	if o, err = o.Decide(to); err != nil {
		return false, err
	}
	o.Decider, o.Why = who.ID, why
	if o, err = tx.DecideProof(ctx, o); err != nil {
		return false, err
	}
	now := was
	if to == pano.ProofAccepted && o.Confirms() {
		if now, err = lead(ctx, tx, was, []pano.PlacementState{pano.Verified}); err != nil {
			return false, err
		}
	}
	facts := stateOf(now)
	facts["proof"] = o.ID
	if why != "" {
		facts["why"] = why
	}
	tx.Note(string(was.ID), stateOf(was), facts)
	return true, settle(ctx, tx, who, was, now, "")
}
