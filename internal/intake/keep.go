package intake

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"pano/internal/pano"
	"pano/storage/blob"
	"pano/storage/catalog"
)

// keep claims a digest and puts its bytes in the store. They are durable when it
// returns, and become live when the claim is kept in a transaction.
func (d *Desk) keep(ctx context.Context, digest pano.Digest, size int64, crc uint32, src blob.Source) (catalog.Claimed, error) {
	c, err := d.claim(ctx, digest, size, crc)
	if err != nil {
		return c, err
	}
	d.at("claimed")
	if _, err := d.Blobs.Put(ctx, digest, size, src); err != nil {
		return c, storeError(err)
	}
	d.at("put")
	return c, nil
}

// waitShort is how long a claim waits for bytes that are just being collected.
const waitShort = 100 * time.Millisecond

// claim waits a little for bytes that are just being collected.
func (d *Desk) claim(ctx context.Context, digest pano.Digest, size int64, crc uint32) (c catalog.Claimed, err error) {
	for range 50 {
		c, err = d.DB.ClaimBlob(ctx, digest, size, crc)
		if pano.KindOf(err) != pano.KindUnavailable {
			return c, err
		}
		select {
		case <-ctx.Done():
			return c, ctx.Err()
		case <-time.After(waitShort):
		}
	}
	return c, err
}

// storeError says of a fault of the store who can mend it.
func storeError(err error) error {
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, blob.ErrNoSpace):
		return noSpace(err)
	case errors.Is(err, blob.ErrUnavailable), errors.Is(err, blob.ErrClock), errors.Is(err, fs.ErrPermission), errors.Is(err, context.DeadlineExceeded):
		return (&pano.Error{Kind: pano.KindUnavailable, Key: "store.unavailable"}).After(10 * time.Second).Because(err)
	}
	return err
}
