package intake

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"time"

	"pano/internal/pano"
	"pano/internal/render"
	"pano/storage/catalog"
)

// A Result says what became of a delivery.
type Result struct {
	Asset   pano.Asset   // with Made: the asset, and its new version as the current one
	Made    bool         // an asset or a version was made
	Known   []pano.Asset // assets with the same bytes that the sender may see, oldest first
	Skipped bool         // with Mode Skip: Known[0] has it
	Again   bool         // this delivery had been finished before; the answer was lost
}

// Waits reports whether a person must decide what becomes of the delivery.
func (r Result) Waits() bool { return !r.Made && !r.Skipped }

// Finish makes an asset, or a version, of a delivery that has all its bytes.
// Once it returns a Result with Made, the bytes and the asset survive a power
// cut. Finishing a delivery again returns what became of it.
//
// With Mode Ask and known bytes the delivery waits for Decide. What is no
// picture is refused with KindUnsupported or KindInvalid, in words about the
// file, and dropped; any other error leaves the delivery as it was, to be
// finished again.
func (d *Desk) Finish(ctx context.Context, who pano.Actor, id pano.UploadID) (Result, error) {
	u, err := d.Upload(ctx, who, id)
	if err != nil {
		return Result{}, err
	}
	x, err := describeOf(u)
	if err != nil {
		return Result{}, err
	}
	return d.finish(ctx, who, u, x)
}

// Decide says what becomes of a delivery that waits: Anyway, Version with the
// asset it goes into, or Skip, which drops the bytes.
func (d *Desk) Decide(ctx context.Context, who pano.Actor, id pano.UploadID, mode Mode, into pano.AssetID) (Result, error) {
	u, err := d.Upload(ctx, who, id)
	if err != nil {
		return Result{}, err
	}
	x, err := describeOf(u)
	if err != nil {
		return Result{}, err
	}
	if mode != Anyway && mode != Version && mode != Skip {
		return Result{}, pano.Invalid("upload.unknown_decision").At("decision")
	}
	x.Mode, x.Into = mode, into
	if err := d.mayDeliver(ctx, who, &x); err != nil {
		return Result{}, err
	}
	return d.finish(ctx, who, u, x)
}

func (d *Desk) finish(ctx context.Context, who pano.Actor, u catalog.Upload, x Describe) (Result, error) {
	switch {
	case u.State == catalog.Refused || x.Mode == proving:
		return Result{}, pano.NotFound("upload.none")
	case u.State == catalog.Done:
		return d.finished(ctx, u)
	case u.Size >= 0 && u.Received != u.Size:
		return Result{}, pano.Conflict("upload.unfinished", pano.Bytes(u.Received), pano.Bytes(u.Size))
	}
	f, err := os.Open(d.path(u.ID))
	if errors.Is(err, os.ErrNotExist) && u.Received == 0 { // not a byte came
		return Result{}, d.refuse(ctx, u, x, pano.Invalid("picture.empty").At("file"))
	}
	if err != nil {
		return Result{}, err
	}
	defer f.Close()
	facts, err := render.Probe(f, u.Received)
	if pano.KindOf(err) != pano.KindInternal {
		return Result{}, d.refuse(ctx, u, x, err)
	}
	if err != nil {
		return Result{}, err
	}
	d.at("probed")
	v, err := version(u, x, facts)
	if err != nil {
		return Result{}, err
	}
	if r, ok, err := d.repeated(ctx, who, x.Key, v.Digest); ok || err != nil {
		if err == nil {
			err = d.drop(ctx, u.ID)
		}
		return r, err
	}
	known, err := d.known(ctx, who, v.Digest)
	if err != nil {
		return Result{}, err
	}
	switch {
	case len(known) > 0 && x.Mode == Skip:
		return Result{Known: known, Skipped: true}, d.drop(ctx, u.ID)
	case len(known) > 0 && x.Mode == Ask:
		err := d.DB.Tend(ctx, func(tx *catalog.Tx) error { return tx.EndUpload(ctx, u.ID, catalog.Waiting, "") })
		return Result{Known: known}, err
	}
	c, err := d.keep(ctx, v.Digest, v.Size, u.CRC, f)
	if err != nil {
		return Result{}, err
	}
	r := Result{Made: true, Known: known}
	r.Asset, err = d.commit(ctx, who, u, x, v, facts, c)
	if err != nil {
		return Result{}, err
	}
	d.at("committed")
	return r, nil
}

// repeated returns the asset that an earlier delivery with the same idempotency
// key made.
func (d *Desk) repeated(ctx context.Context, who pano.Actor, key string, digest pano.Digest) (r Result, ok bool, err error) {
	if key == "" {
		return r, false, nil
	}
	err = d.DB.Read(ctx, func(tx *catalog.Tx) error {
		id, err := tx.Repeated(ctx, who.ID, key, digest.String())
		if err != nil || id == "" {
			return err
		}
		r.Made, r.Again, ok = true, true, true
		r.Asset, err = tx.Asset(ctx, id)
		return err
	})
	return r, ok, err
}

// refuse drops a delivery that cannot become an asset, and says why.
func (d *Desk) refuse(ctx context.Context, u catalog.Upload, x Describe, why error) error {
	if err := d.drop(ctx, u.ID); err != nil {
		return errors.Join(err, why)
	}
	if e, ok := errors.AsType[*pano.Error](why); ok {
		e.Field = "file"
		return e.On(x.Name)
	}
	return why
}

// finished returns what became of a delivery whose acknowledgement was lost.
func (d *Desk) finished(ctx context.Context, u catalog.Upload) (r Result, err error) {
	err = d.DB.Read(ctx, func(tx *catalog.Tx) error {
		v, err := tx.VersionBy(ctx, u.ID)
		if err != nil {
			return err
		}
		r.Made, r.Again = true, true
		r.Asset, err = tx.Asset(ctx, v.Asset)
		return err
	})
	return r, err
}

// Known returns the assets with these bytes that the actor may see. Those of
// others are not told of: a guess at a digest finds out nothing.
func (d *Desk) known(ctx context.Context, who pano.Actor, digest pano.Digest) (all []pano.Asset, err error) {
	err = d.DB.Read(ctx, func(tx *catalog.Tx) error {
		all, err = tx.AssetsWith(ctx, who.Reach(pano.AssetSee), digest)
		return err
	})
	return all, err
}

// version is what the delivery and its header say.
func version(u catalog.Upload, x Describe, f render.Facts) (v pano.Version, err error) {
	s, err := sumsOf(u)
	if err != nil {
		return v, err
	}
	v = pano.Version{
		Digest: pano.Digest(s.sha.Sum(nil)), Size: u.Received, Name: x.Name, MediaType: f.MediaType,
		Orientation: f.Orientation, Components: f.Components, Depth: f.Depth, ColourSpace: string(f.Space), ICC: f.ICCName,
		DPI: f.DPIX, Frames: f.Frames, Title: f.Title, Creator: f.Creator, Copyright: f.Copyright,
		Ready: pano.Processing, Upload: u.ID, By: u.User,
	}
	v.Width, v.Height = f.Upright()
	if !f.TakenAt.IsZero() {
		v.Taken = f.TakenAt.Format(time.RFC3339)
	}
	if f.Document {
		v.Ready, v.Width, v.Height = pano.NoPicture, 0, 0
	}
	return v, nil
}

// commit makes the kept bytes an asset or a version, in one transaction.
func (d *Desk) commit(ctx context.Context, who pano.Actor, u catalog.Upload, x Describe, v pano.Version, f render.Facts, c catalog.Claimed) (a pano.Asset, err error) {
	verb := "asset.add"
	if x.Mode == Version {
		verb = "version.add"
	}
	err = d.DB.Write(ctx, who, verb, func(tx *catalog.Tx) error {
		if err := tx.KeepBlob(ctx, c); err != nil {
			return err
		}
		if x.Mode == Version {
			a, err = d.addVersion(ctx, tx, who, x, v)
		} else {
			a, err = d.addAsset(ctx, tx, who, x, v, f)
		}
		if err != nil {
			return err
		}
		if v.Ready == pano.Processing {
			if err := d.owe(ctx, tx, &a); err != nil {
				return err
			}
		}
		result, err := json.Marshal(map[string]pano.AssetID{"asset": a.ID})
		if err != nil {
			return err
		}
		if err := tx.EndUpload(ctx, u.ID, catalog.Done, string(result)); err != nil {
			return err
		}
		d.at("before commit")
		return nil
	})
	return a, err
}

func (d *Desk) addAsset(ctx context.Context, tx *catalog.Tx, who pano.Actor, x Describe, v pano.Version, f render.Facts) (pano.Asset, error) {
	a := x.asset(who)
	if x.About.Title == "" && f.Title != "" {
		a.Title = f.Title
	}
	if a.Description == "" {
		a.Description = f.Description
	}
	if a.Creator == "" {
		a.Creator = f.Creator
	}
	if a.Credit == "" {
		a.Credit = f.Credit
	}
	if a.Rights == "" {
		a.Rights = f.Copyright
	}
	if f.Document && x.About.Kind == "" {
		a.Kind = pano.Document
	}
	if a = clip(a); a.Check() != nil { // what a file says of itself never stops it from coming in
		a = x.asset(who)
	}
	if err := a.Check(); err != nil {
		return a, err
	}
	a, err := tx.AddAsset(ctx, a, v)
	if err != nil {
		return a, err
	}
	tx.Note(string(a.ID), nil, Diff(a))
	if x.Key != "" {
		return a, tx.NoteRequest(ctx, who.ID, x.Key, v.Digest.String(), a.ID)
	}
	return a, nil
}

// clip shortens what a file says of itself to what an asset may hold.
func clip(a pano.Asset) pano.Asset {
	for _, f := range []struct {
		s    *string
		most int
	}{{&a.Title, 200}, {&a.Creator, 300}, {&a.Credit, 300}} {
		if r := []rune(*f.s); len(r) > f.most {
			*f.s = string(r[:f.most])
		}
	}
	return a
}

func (d *Desk) addVersion(ctx context.Context, tx *catalog.Tx, who pano.Actor, x Describe, v pano.Version) (pano.Asset, error) {
	a, err := tx.Asset(ctx, x.Into)
	if err != nil {
		return a, err
	}
	if err := mayAddVersion(who, a); err != nil {
		return a, err
	}
	if a.Current.Digest == v.Digest {
		return a, pano.Conflict("version.same").At("file").On(v.Name)
	}
	before := a
	if a, err = tx.AddVersion(ctx, a, v); err != nil {
		return a, err
	}
	tx.Note(string(a.ID), Diff(before), Diff(a))
	return a, nil
}
