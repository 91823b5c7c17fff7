package intake

import (
	"context"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// Asset returns an asset that the actor may see.
func (d *Desk) Asset(ctx context.Context, who pano.Actor, id pano.AssetID) (a pano.Asset, err error) {
	err = d.DB.Read(ctx, func(tx *catalog.Tx) error {
		if a, err = tx.Asset(ctx, id); err != nil {
			return err
		}
		return who.May(pano.AssetSee, a.Resource())
	})
	if err != nil {
		return pano.Asset{}, err
	}
	return a, nil
}

// Edit changes what people say of an asset: change gets the present asset and
// returns it as it should be. rev is the revision that was shown to whoever
// asks; 0 fails with KindUnversioned, another than the present one with KindStale.
func (d *Desk) Edit(ctx context.Context, who pano.Actor, id pano.AssetID, rev int, change func(pano.Asset) (pano.Asset, error)) (pano.Asset, error) {
	return d.change(ctx, who, pano.AssetEdit, "asset.edit", id, rev, func(tx *catalog.Tx, was pano.Asset) (pano.Asset, error) {
		if !was.Binned.IsZero() {
			return was, pano.Conflict("asset.in_bin")
		}
		a, err := change(was)
		if err != nil {
			return was, err
		}
		// Only what people say can be changed this way.
		a.ID, a.Code, a.State, a.Agency, a.Owner, a.Binned, a.Rev, a.Current = was.ID, was.Code, was.State, was.Agency, was.Owner, was.Binned, was.Rev, was.Current
		for _, s := range []*string{&a.Title, &a.Description, &a.Creator, &a.Credit, &a.Rights, &a.Source, &a.Language, &a.Material} {
			*s = Clean(*s)
		}
		for i := range a.Tags {
			a.Tags[i] = Clean(a.Tags[i])
		}
		a = a.Tidy()
		if a.Campaign != "" && a.Campaign != was.Campaign {
			c, err := tx.Campaign(ctx, string(a.Campaign))
			if pano.KindOf(err) == pano.KindNotFound {
				return was, pano.Invalid("campaign.none").At("campaign")
			}
			a.Campaign = c.ID
		}
		return a, a.Check()
	})
}

// Bin moves an asset to the bin, from where Restore brings it back; nothing is
// deleted. rev is as for Edit, but 0 means whatever the present one is. It fails
// with KindConflict while the asset hangs somewhere or is going to.
func (d *Desk) Bin(ctx context.Context, who pano.Actor, id pano.AssetID, rev int) (pano.Asset, error) {
	return d.change(ctx, who, pano.AssetArchive, "asset.bin", id, orAny(rev), func(tx *catalog.Tx, a pano.Asset) (pano.Asset, error) {
		hangs, err := tx.Hangs(ctx, id)
		if err != nil {
			return a, err
		}
		if hangs {
			return a, pano.Conflict("asset.hangs")
		}
		a.Binned = tx.Now
		return a, nil
	})
}

// Restore takes an asset out of the bin.
func (d *Desk) Restore(ctx context.Context, who pano.Actor, id pano.AssetID) (pano.Asset, error) {
	return d.change(ctx, who, pano.AssetArchive, "asset.restore", id, anyRev, func(tx *catalog.Tx, a pano.Asset) (pano.Asset, error) {
		a.Binned = time.Time{}
		return a, nil
	})
}

const anyRev = -1

func orAny(rev int) int {
	if rev == 0 {
		return anyRev
	}
	return rev
}

// change is the shape of every change of one asset: see it, be allowed to, be up
// to date, change, note.
func (d *Desk) change(ctx context.Context, who pano.Actor, act pano.Action, verb string, id pano.AssetID, rev int,
	f func(*catalog.Tx, pano.Asset) (pano.Asset, error)) (a pano.Asset, err error) {
	err = d.DB.Write(ctx, who, verb, func(tx *catalog.Tx) error {
		was, err := tx.Asset(ctx, id)
		if err != nil {
			return err
		}
		if err := who.May(act, was.Resource()); err != nil {
			return err
		}
		switch {
		case rev == 0:
			return &pano.Error{Kind: pano.KindUnversioned, Key: "thing.unversioned"}
		case rev != anyRev && rev != was.Rev:
			return &pano.Error{Kind: pano.KindStale, Key: "thing.stale"}
		}
		if a, err = f(tx, was); err != nil {
			return err
		}
		if a, err = tx.UpdateAsset(ctx, a); err != nil {
			return err
		}
		tx.Note(string(id), Diff(was), Diff(a))
		return nil
	})
	return a, err
}

// Diff is what the history keeps of an asset.
func Diff(a pano.Asset) map[string]any {
	m := map[string]any{"code": a.Code, "title": a.Title, "kind": a.Kind, "state": a.State, "agency": a.Agency,
		"version": a.Current.N, "sha256": a.Current.Digest.String()}
	for k, v := range map[string]string{"description": a.Description, "creator": a.Creator, "credit": a.Credit, "rights": a.Rights,
		"source": a.Source, "language": a.Language, "material": a.Material, "campaign": string(a.Campaign)} {
		if v != "" {
			m[k] = v
		}
	}
	if a.Width > 0 {
		m["width_mm"], m["height_mm"] = a.Width, a.Height
	}
	if len(a.Tags) > 0 {
		m["tags"] = a.Tags
	}
	if !a.Binned.IsZero() {
		m["binned"] = a.Binned.UTC()
	}
	return m
}
