package intake

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"pano/internal/pano"
)

// An Imported says what became of one file of a folder.
type Imported struct {
	Path   string
	Asset  pano.AssetID // the new one, or the one that has it
	Known  bool         // it was here already
	Faults error        // why it was refused, nil if it was not
}

// Import brings in every file below dir, one after the other, and tells of each
// as it is done. What is here already is passed over, so an import that was
// broken off goes on where it stopped. A table beside the pictures gives their
// titles; see readTitles.
//
// about is said of every picture; the table says more. Refused files do not stop
// an import: the error is of the folder, the store or the catalogue.
func (d *Desk) Import(ctx context.Context, who pano.Actor, dir string, about Sheet, tell func(Imported)) error {
	titles := map[string]titles{}
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if strings.HasPrefix(e.Name(), ".") && path != dir {
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if e.IsDir() {
			titles[path], err = readTitles(path)
			return err
		}
		if !e.Type().IsRegular() || titles[filepath.Dir(path)].from == e.Name() {
			return nil
		}
		done, err := d.importFile(ctx, who, path, titles[filepath.Dir(path)].of(e.Name(), about))
		if err == nil {
			tell(done)
		}
		return err
	})
}

func (d *Desk) importFile(ctx context.Context, who pano.Actor, path string, about Sheet) (Imported, error) {
	done := Imported{Path: path}
	f, err := os.Open(path)
	if err != nil {
		return done, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return done, err
	}
	r, err := d.importBytes(ctx, who, Describe{Name: filepath.Base(path), Size: st.Size(), Mode: Skip, About: about}, f)
	if e, ok := errors.AsType[*pano.Error](err); ok {
		switch e.Kind {
		case pano.KindInvalid, pano.KindUnsupported, pano.KindTooLarge, pano.KindConflict:
			done.Faults = e
			return done, nil
		}
	}
	if err != nil {
		return done, err
	}
	done.Asset, done.Known = r.Asset.ID, r.Skipped
	if r.Skipped {
		done.Asset = r.Known[0].ID
	}
	return done, nil
}

func (d *Desk) importBytes(ctx context.Context, who pano.Actor, x Describe, f *os.File) (Result, error) {
	id, err := d.Begin(ctx, who, x)
	if err != nil {
		return Result{}, err
	}
	if _, err := d.Append(ctx, who, id, 0, f); err != nil {
		return Result{}, errors.Join(err, d.Abandon(context.WithoutCancel(ctx), who, id))
	}
	return d.Finish(ctx, who, id)
}
