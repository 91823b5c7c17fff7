package intake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// Tend does the upkeep of deliveries and bytes, until ctx is done: it looks for
// bytes put a minute ago and puts those again that the store lost, drops
// deliveries nobody came back for, and collects bytes that nothing needs.
func (d *Desk) Tend(ctx context.Context) {
	for {
		for _, task := range []struct {
			name string
			do   func(context.Context) error
		}{{"settle", d.Settle}, {"expire", d.Expire}, {"collect", d.Collect}} {
			if err := task.do(ctx); err != nil && ctx.Err() == nil {
				d.Log.Error("upkeep", "task", task.name, "err", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(20 * time.Second):
		}
	}
}

// Settle looks in the store for what was put a minute ago or more. What is not
// there is put again from the spool; a rendition is made again. Only then does
// the spool give up its copy.
func (d *Desk) Settle(ctx context.Context) error {
	before := d.Now().Add(-settle)
	done, err := d.DB.Uploads(ctx, before)
	if err != nil {
		return err
	}
	for _, u := range done {
		if u.State != catalog.Done {
			continue
		}
		if err := d.settleUpload(ctx, u); err != nil {
			return err
		}
	}
	rest, err := d.DB.UnsettledBlobs(ctx, before, 1000)
	if err != nil {
		return err
	}
	for _, digest := range rest {
		if err := d.settleBlob(ctx, digest); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) settleUpload(ctx context.Context, u catalog.Upload) error {
	s, err := sumsOf(u)
	if err != nil {
		return fmt.Errorf("upload %s: %w", u.ID, err)
	}
	digest := pano.Digest(s.sha.Sum(nil))
	there, err := d.has(ctx, digest, u.Received)
	if err != nil {
		return err
	}
	if !there {
		f, err := os.Open(d.path(u.ID))
		if err != nil {
			return fmt.Errorf("%s is neither in the store nor in the spool: %w", digest, err)
		}
		defer f.Close()
		d.Log.Warn("the store lost a picture; put again from the spool", "digest", digest)
		if _, err := d.Blobs.Put(ctx, digest, u.Received, f); err != nil {
			return storeError(err)
		}
		return nil // and look again next time
	}
	if err := d.DB.SettleBlob(ctx, digest); err != nil {
		return err
	}
	return d.drop(ctx, u.ID)
}

func (d *Desk) has(ctx context.Context, digest pano.Digest, size int64) (bool, error) {
	info, err := d.Blobs.Stat(ctx, digest)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, storeError(err)
	case info.Size != size:
		return false, fmt.Errorf("%s has %d bytes in the store, want %d", digest, info.Size, size)
	}
	return true, nil
}

// settleBlob is for bytes that did not come by a delivery still in the spool.
func (d *Desk) settleBlob(ctx context.Context, digest pano.Digest) error {
	_, err := d.Blobs.Stat(ctx, digest)
	if err == nil {
		return d.DB.SettleBlob(ctx, digest)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return storeError(err)
	}
	n, err := d.DB.ForgetRendition(ctx, digest)
	if err == nil && n == 0 {
		d.Log.Error("a picture is missing from the store", "digest", digest)
		return d.DB.SettleBlob(ctx, digest) // said once; fsck names it from now on
	}
	return err
}

// Expire drops deliveries that nobody came back for, and spool files of none.
func (d *Desk) Expire(ctx context.Context) error {
	old, err := d.DB.Uploads(ctx, d.Now().Add(-patience))
	if err != nil {
		return err
	}
	for _, u := range old {
		if u.State == catalog.Done {
			continue
		}
		if err := d.drop(ctx, u.ID); err != nil {
			return err
		}
	}
	return d.sweep(ctx)
}

// sweep removes files of the spool that no delivery knows: of a crash between
// the dropping of a row and of its file, or of a picture being made.
func (d *Desk) sweep(ctx context.Context) error {
	all, err := os.ReadDir(d.Spool)
	if err != nil {
		return err
	}
	for _, e := range all {
		info, err := e.Info()
		if err != nil || d.Now().Sub(info.ModTime()) < patience {
			continue
		}
		if id, ok := strings.CutSuffix(e.Name(), ".part"); ok {
			if _, err := d.DB.Upload(ctx, pano.UploadID(id)); pano.KindOf(err) != pano.KindNotFound {
				continue
			}
		}
		if err := os.Remove(filepath.Join(d.Spool, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// Collect deletes bytes that nothing needs and nobody touched for a day. It is
// the only code that deletes from the store.
func (d *Desk) Collect(ctx context.Context) error {
	condemned, err := d.DB.CondemnBlobs(ctx, d.Now().Add(-grace), 1000)
	if err != nil {
		return err
	}
	for _, digest := range condemned {
		d.at("condemned")
		if err := d.Blobs.Delete(ctx, digest); err != nil {
			return storeError(err)
		}
		d.at("deleted")
		if err := d.DB.DropBlob(ctx, digest); err != nil {
			return err
		}
	}
	return nil
}
