package intake

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"

	"pano/internal/pano"
	"pano/internal/render"
	"pano/storage/blob"
	"pano/storage/catalog"
)

// RenditionJob is the kind of the job that MakeRenditions does.
const RenditionJob = "rendition.make"

// The renditions of every picture.
const (
	ThumbSpec   = "thumb"   // 320 px, for lists
	PreviewSpec = "preview" // 1600 px, for the page of an asset
)

// owe owes the renditions of a's current version, unless the same bytes have
// them already. Agencies take turns.
func (d *Desk) owe(ctx context.Context, tx *catalog.Tx, a *pano.Asset) error {
	v := &a.Current
	twin, ok, err := tx.ReadyTwin(ctx, v.Digest)
	if err != nil {
		return err
	}
	if !ok {
		return tx.Enqueue(ctx, RenditionJob, v.Digest.String(), string(a.Agency))
	}
	v.Ready, v.Problem, v.Hash = twin.Ready, twin.Problem, twin.Hash
	return tx.SetReady(ctx, v.Digest, twin.Ready, twin.Problem, twin.Hash)
}

// MakeRenditions is the job rendition.make: it makes the thumbnail and the
// preview of the bytes with the given SHA-256. Run twice, it leaves the same.
//
// A picture that cannot be decoded stays as it came, and says why; that is no
// error of the job.
func (d *Desk) MakeRenditions(ctx context.Context, subject string) error {
	digest, err := pano.ParseDigest(subject)
	if err != nil {
		return err
	}
	v, err := d.pictureWith(ctx, digest)
	if err != nil {
		return err
	}
	src, err := d.file(ctx, v)
	if err != nil {
		return err
	}
	defer src.Close()
	made, err := d.make(ctx, src, v.Size)
	if kind := pano.KindOf(err); kind == pano.KindInvalid || kind == pano.KindUnsupported {
		e, _ := errors.AsType[*pano.Error](err)
		d.Log.Warn("no renditions", "digest", digest, "err", err)
		return d.write(ctx, v, "rendition.fail", func(tx *catalog.Tx) error {
			tx.Note(string(v.Asset), nil, map[string]string{"problem": e.Key})
			return tx.SetReady(ctx, digest, pano.OriginalOnly, e.Key, 0)
		})
	}
	if err != nil {
		return err
	}
	return d.keepRenditions(ctx, v, made)
}

// pictureWith returns what there is to know of the picture with these bytes: a
// version of an asset or, without an asset, a shot of a proof.
func (d *Desk) pictureWith(ctx context.Context, digest pano.Digest) (v pano.Version, err error) {
	err = d.DB.Read(ctx, func(tx *catalog.Tx) error {
		if v, err = tx.VersionWith(ctx, digest); pano.KindOf(err) != pano.KindNotFound {
			return err
		}
		s, err := tx.Shot(ctx, digest)
		v = pano.Version{Digest: s.Digest, Size: s.Size, Upload: s.Upload}
		return err
	})
	return v, err
}

// write notes in the history of an asset what f does about its pictures. Those of
// proofs are upkeep: their history is that of the placement.
func (d *Desk) write(ctx context.Context, v pano.Version, verb string, f func(*catalog.Tx) error) error {
	if v.Asset == "" {
		return d.DB.Tend(ctx, f)
	}
	return d.DB.Write(ctx, pano.Server("renditions"), verb, f)
}

// file opens the bytes of v as a file: the spool's copy if there still is one.
// The caller closes it.
func (d *Desk) file(ctx context.Context, v pano.Version) (*os.File, error) {
	if v.Upload != "" {
		if f, err := os.Open(d.path(v.Upload)); err == nil {
			return f, nil
		}
	}
	r, _, err := d.Blobs.Open(ctx, v.Digest, 0, -1)
	if err != nil {
		return nil, storeError(err)
	}
	defer r.Close()
	f, err := os.CreateTemp(d.Spool, "source-*")
	if err != nil {
		return nil, spoolError(err)
	}
	defer os.Remove(f.Name()) // the open file is enough
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(io.MultiWriter(f, h), r); err != nil {
		return nil, storeError(spoolError(err))
	}
	if pano.Digest(h.Sum(nil)) != v.Digest {
		return nil, fmt.Errorf("%s: %w", v.Digest, blob.ErrCorrupt)
	}
	return os.Open(f.Name()) // read-only: the child gets this very file
}

func (d *Desk) make(ctx context.Context, src *os.File, size int64) ([]render.Output, error) {
	facts, err := render.Probe(src, size)
	if err != nil {
		return nil, err
	}
	return d.Render.Renditions(ctx, src, facts, []render.Spec{render.Preview(), render.Thumb()})
}

// keepRenditions puts what was made in the store and notes it in one transaction.
func (d *Desk) keepRenditions(ctx context.Context, v pano.Version, made []render.Output) error {
	specs := []string{PreviewSpec, ThumbSpec}
	var all []pano.Rendition
	var claims []catalog.Claimed
	for i, out := range made {
		defer os.Remove(out.Path)
		r, c, err := d.keepOutput(ctx, v.Digest, specs[i], out)
		if err != nil {
			return err
		}
		all, claims = append(all, r), append(claims, c)
	}
	return d.write(ctx, v, "rendition.done", func(tx *catalog.Tx) error {
		for i, r := range all {
			if err := tx.KeepBlob(ctx, claims[i]); err != nil {
				return err
			}
			if err := tx.AddRendition(ctx, r); err != nil {
				return err
			}
		}
		tx.Note(string(v.Asset), nil, map[string]any{"version": v.N})
		problem := ""
		if made[0].Partial {
			problem = "picture.partial"
		}
		return tx.SetReady(ctx, v.Digest, pano.Made, problem, made[0].Hash)
	})
}

func (d *Desk) keepOutput(ctx context.Context, of pano.Digest, spec string, out render.Output) (r pano.Rendition, c catalog.Claimed, err error) {
	f, err := os.Open(out.Path)
	if err != nil {
		return r, c, err
	}
	defer f.Close()
	s := sums{sha256.New(), 0}
	if _, err := io.Copy(&s, f); err != nil {
		return r, c, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return r, c, err
	}
	digest := pano.Digest(s.sha.Sum(nil))
	c, err = d.keep(ctx, digest, out.Bytes, s.crc, f)
	r = pano.Rendition{Of: of, Spec: spec, Digest: digest, Size: out.Bytes, MediaType: out.MediaType, Width: out.W, Height: out.H}
	return r, c, err
}
