package intake

import (
	"context"
	"os"

	"pano/internal/pano"
	"pano/internal/render"
	"pano/storage/catalog"
)

// Original returns a version of an asset whose bytes the actor may have, and
// notes that they were asked for. n is the number of the version, 0 for the
// newest.
func (d *Desk) Original(ctx context.Context, who pano.Actor, id pano.AssetID, n int) (v pano.Version, err error) {
	v, err = d.version(ctx, who, pano.OriginalGet, id, n)
	if err != nil {
		return v, err
	}
	return v, d.DB.Write(ctx, who, "original.get", func(tx *catalog.Tx) error {
		tx.Note(string(id), nil, map[string]any{"version": v.N, "sha256": v.Digest.String()})
		return nil
	})
}

func (d *Desk) version(ctx context.Context, who pano.Actor, act pano.Action, id pano.AssetID, n int) (v pano.Version, err error) {
	err = d.DB.Read(ctx, func(tx *catalog.Tx) error {
		a, err := tx.Asset(ctx, id)
		if err != nil {
			return err
		}
		if err := who.May(act, a.Resource()); err != nil {
			return err
		}
		if v = a.Current; n == 0 || n == v.N {
			return nil
		}
		all, err := tx.Versions(ctx, id)
		if err != nil {
			return err
		}
		if n < 1 || n > len(all) {
			return pano.NotFound("version.none")
		}
		v = all[n-1]
		return nil
	})
	return v, err
}

// A Printed file is a picture at a print size. The caller closes File, which
// has no name any more.
type Printed struct {
	File    *os.File
	Version pano.Version
	render.Output
}

// Print makes a plain picture of the newest version of an asset at a size on
// paper, in a child process, and notes that it was asked for. It fails as
// render.Worker.Print does.
func (d *Desk) Print(ctx context.Context, who pano.Actor, id pano.AssetID, spec render.PrintSpec) (p Printed, err error) {
	v, err := d.version(ctx, who, pano.PrintGet, id, 0)
	if err != nil {
		return p, err
	}
	src, err := d.file(ctx, v)
	if err != nil {
		return p, err
	}
	defer src.Close()
	facts, err := render.Probe(src, v.Size)
	if err != nil {
		return p, err
	}
	p.Version = v
	if p.Output, err = d.Render.Print(ctx, src, facts, spec); err != nil {
		return p, err
	}
	p.File, err = os.Open(p.Path)
	os.Remove(p.Path)
	if err != nil {
		return p, err
	}
	err = d.DB.Write(ctx, who, "print.get", func(tx *catalog.Tx) error {
		tx.Note(string(id), nil, map[string]any{"version": v.N, "sha256": v.Digest.String(), "size_mm": []pano.MM{spec.W, spec.H}, "format": spec.Format, "dpi": p.DPI})
		return nil
	})
	if err != nil {
		p.File.Close()
	}
	return p, err
}
