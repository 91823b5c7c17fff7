package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"pano/internal/auth"
	"pano/internal/config"
	"pano/internal/hanging"
	"pano/internal/intake"
	"pano/internal/planning"
	"pano/internal/render"
	"pano/storage/blob"
	"pano/storage/blob/files"
	"pano/storage/blob/s3"
	"pano/storage/catalog"
)

// A house is everything that lives: the catalogue, the store, and the desks.
type house struct {
	db       *catalog.DB
	blobs    blob.Store
	auth     *auth.Desk
	intake   *intake.Desk
	hanging  *hanging.Desk
	planning *planning.Desk
	closers  []func() error
}

// openHouse opens what is in the data folder. owner is the service, which takes
// the folder for itself; other commands work beside it. The caller closes it.
func openHouse(ctx context.Context, c config.Config, log *slog.Logger, owner bool) (_ *house, err error) {
	h := &house{}
	defer func() {
		if err != nil {
			h.close()
		}
	}()
	spool := filepath.Join(c.Data, "spool")
	if err := os.MkdirAll(spool, 0o700); err != nil {
		return nil, err
	}
	if h.db, err = catalog.Open(filepath.Join(c.Data, "pano.db"), time.Now); err != nil {
		return nil, err
	}
	h.closers = append(h.closers, h.db.Close)
	if err := h.openStore(ctx, c, owner); err != nil {
		return nil, err
	}
	if err := h.mark(ctx); err != nil {
		return nil, err
	}
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	gate := render.DefaultGate()
	if c.Memory > 0 {
		gate = render.NewGate(c.Memory, c.Memory)
	}
	h.auth = &auth.Desk{DB: h.db, Data: c.Data}
	h.hanging = &hanging.Desk{DB: h.db}
	h.planning = &planning.Desk{DB: h.db}
	h.intake = &intake.Desk{DB: h.db, Blobs: h.blobs, Render: &render.Worker{Exe: exe, Dir: spool, Gate: gate},
		Spool: spool, MaxFile: c.MaxFile, Reserve: reserve, Log: log, Now: time.Now}
	return h, nil
}

// reserve is the disk that uploads leave to the catalogue.
const reserve = 256 << 20

func (h *house) openStore(ctx context.Context, c config.Config, owner bool) error {
	if c.S3.Endpoint != "" {
		store, err := s3.Open(ctx, s3.Config{Endpoint: c.S3.Endpoint, Bucket: c.S3.Bucket, AccessKey: c.S3.AccessKey,
			SecretKey: string(c.S3.SecretKey), TLS: c.S3.TLS, PublicURL: c.S3.PublicURL})
		if err != nil {
			return fmt.Errorf("S3 at %s: %w", c.S3.Endpoint, err)
		}
		h.blobs, h.closers = store, append(h.closers, store.Close)
		return nil
	}
	open := files.Join
	if owner {
		open = files.Open
	}
	store, err := open(filepath.Join(c.Data, "blobs"))
	if err != nil {
		return err
	}
	h.blobs, h.closers = store, append(h.closers, store.Close)
	return nil
}

// mark sees to it that catalogue and store belong together: a second catalogue,
// or an empty one before a full store, would take the other's pictures for
// garbage.
func (h *house) mark(ctx context.Context) error {
	id, err := h.db.ID(ctx)
	if err != nil {
		return err
	}
	mark, err := h.blobs.Marker(ctx)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		for info, err := range h.blobs.List(ctx, blob.Digest{}) {
			if err != nil {
				return err
			}
			return fmt.Errorf("the store has pictures (%s, …) but belongs to no catalogue; this catalogue is %s. Restore the right catalogue, or give Pano an empty store", info.Digest, id)
		}
		return h.blobs.SetMarker(ctx, id)
	case err != nil:
		return err
	case mark != id:
		return fmt.Errorf("the store belongs to catalogue %s, and this is catalogue %s. Restore the right catalogue, or give Pano a store of its own", mark, id)
	}
	return nil
}

func (h *house) close() error {
	var faults []error
	for i := len(h.closers) - 1; i >= 0; i-- {
		faults = append(faults, h.closers[i]())
	}
	return errors.Join(faults...)
}
