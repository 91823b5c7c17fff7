package hanging

import (
	"context"
	"fmt"
	"slices"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// LayFloor makes the picture of an asset, which who must see, the floor plan of
// an exhibition, or lays it in place of the one before, as pano.Floor.Relaid
// does. rev is the revision of the floor who saw, 0 if there was none.
//
// It fails with KindInvalid if the asset is no picture, and with KindStale if
// the floor was changed since.
func (d *Desk) LayFloor(ctx context.Context, who pano.Actor, id pano.ExhibitionID, rev int, asset pano.AssetID) (pano.Floor, error) {
	return d.changeFloor(ctx, who, id, rev, func(tx *catalog.Tx, was pano.Floor) (pano.Floor, error) {
		return laid(ctx, tx, who, was, asset)
	})
}

// laid is f with the picture that an asset has now.
func laid(ctx context.Context, tx *catalog.Tx, who pano.Actor, f pano.Floor, asset pano.AssetID) (pano.Floor, error) {
	a, err := tx.Asset(ctx, asset)
	if err != nil {
		return f, err
	}
	if err := may(who, pano.AssetSee, a.Resource(), "asset.none"); err != nil {
		return f, err
	}
	return f.Relaid(a.ID, a.Current.ID, a.Current.Width, a.Current.Height), nil
}

// ScaleFloor gives a floor plan its scale, or another: what is on it stays where
// it is on the picture. It fails as pano.Floor.Check does.
func (d *Desk) ScaleFloor(ctx context.Context, who pano.Actor, id pano.ExhibitionID, rev int, s pano.FloorScale) (pano.Floor, error) {
	return d.changeFloor(ctx, who, id, rev, func(_ *catalog.Tx, was pano.Floor) (pano.Floor, error) {
		if was.Rev == 0 {
			return was, pano.NotFound("floor.none")
		}
		return was.Rescaled(s), nil
	})
}

// DrawFloor puts the walls and the pins of f on the floor plan of f.Exhibition,
// in place of all that were there. It fails as pano.Floor.Check does, with
// KindInvalid at wall or pin if one is not of the exhibition, and with KindStale
// if the floor was changed since f.Rev.
func (d *Desk) DrawFloor(ctx context.Context, who pano.Actor, f pano.Floor) (pano.Floor, error) {
	return d.changeFloor(ctx, who, f.Exhibition, f.Rev, func(_ *catalog.Tx, was pano.Floor) (pano.Floor, error) {
		if was.Rev == 0 {
			return was, pano.NotFound("floor.none")
		}
		was.Walls, was.Pins = f.Walls, f.Pins
		return was, nil
	})
}

// SetFloor makes f the whole floor plan of f.Exhibition: picture, scale, walls
// and pins. It fails as LayFloor, ScaleFloor and DrawFloor do.
func (d *Desk) SetFloor(ctx context.Context, who pano.Actor, f pano.Floor) (pano.Floor, error) {
	return d.changeFloor(ctx, who, f.Exhibition, f.Rev, func(tx *catalog.Tx, was pano.Floor) (pano.Floor, error) {
		now, err := laid(ctx, tx, who, was, f.Asset)
		now.Scale, now.Walls, now.Pins = f.Scale, f.Walls, f.Pins
		return now, err
	})
}

// changeFloor keeps what change makes of the floor plan of an exhibition that who
// may edit. Where there is none yet, it is made from a zero one.
func (d *Desk) changeFloor(ctx context.Context, who pano.Actor, id pano.ExhibitionID, rev int,
	change func(*catalog.Tx, pano.Floor) (pano.Floor, error)) (f pano.Floor, err error) {
	if err := signedIn(who); err != nil {
		return f, err
	}
	err = d.DB.Write(ctx, who, "exhibition.floor", func(tx *catalog.Tx) error {
		if _, err := exhibition(ctx, tx, who, id); err != nil {
			return err
		}
		kept, err := tx.Floor(ctx, pano.Reach{}, id)
		if err != nil && pano.KindOf(err) != pano.KindNotFound {
			return err
		}
		was := kept.Floor
		if was.Exhibition = id; was.Rev == 0 && rev != 0 {
			return pano.NotFound("floor.none")
		}
		if err := fresh(rev, was.Rev); err != nil {
			return err
		}
		if f, err = change(tx, was); err != nil {
			return err
		}
		for i := range f.Pins {
			composed(&f.Pins[i].Name)
		}
		if err := f.Check(); err != nil {
			return err
		}
		return d.keepFloor(ctx, tx, was, &f)
	})
	return f, err
}

// keepFloor stores f in place of was, and notes what became of it.
func (d *Desk) keepFloor(ctx context.Context, tx *catalog.Tx, was pano.Floor, f *pano.Floor) error {
	called, err := namesOn(ctx, tx, *f)
	if err != nil {
		return err
	}
	if was.Rev == 0 {
		*f, err = tx.AddFloor(ctx, *f)
		if err == nil {
			tx.Note(string(f.Exhibition), nil, called.fact(*f, pano.Floor{}))
		}
		return err
	}
	if *f, err = tx.UpdateFloor(ctx, *f); err != nil {
		return err
	}
	tx.Note(string(f.Exhibition), called.fact(was, *f), called.fact(*f, was))
	return nil
}

// floorNames are what people call what is on a floor.
type floorNames struct {
	walls map[pano.LocationID]string // code
	works map[pano.ExhibitID]string  // title
}

// namesOn returns the names of what may be on the floor of f's exhibition. It
// fails with KindInvalid if something of f is not.
func namesOn(ctx context.Context, tx *catalog.Tx, f pano.Floor) (n floorNames, err error) {
	n = floorNames{map[pano.LocationID]string{}, map[pano.ExhibitID]string{}}
	walls, err := tx.WallsFor(ctx, f.Exhibition)
	if err != nil {
		return n, err
	}
	for _, l := range walls {
		n.walls[l.ID] = l.Code
	}
	works, err := tx.Exhibits(ctx, pano.Reach{}, f.Exhibition)
	if err != nil {
		return n, err
	}
	for _, x := range works {
		n.works[x.ID] = x.Label.Title
	}
	for i, w := range f.Walls {
		if _, ok := n.walls[w.Location]; !ok {
			return n, pano.Invalid("floor.no_such_wall", i+1).At("wall")
		}
	}
	for i, p := range f.Pins {
		if _, ok := n.works[p.Exhibit]; p.Exhibit != "" && !ok {
			return n, pano.Invalid("floor.no_such_work", i+1).At("pin")
		}
	}
	return n, nil
}

// A floorFact is what the history keeps of a floor: its scale, and of what is on
// it only what differs.
type floorFact struct {
	Asset      pano.AssetID
	FloorScale string   `json:",omitempty"`
	FloorWalls []string `json:",omitempty"`
	FloorPins  []string `json:",omitempty"`
	Rev        int
}

// fact is what the history keeps of f beside other.
func (n floorNames) fact(f, other pano.Floor) floorFact {
	fact := floorFact{Asset: f.Asset, Rev: f.Rev}
	if s := f.Scale; s.Length > 0 {
		fact.FloorScale = fmt.Sprintf("%d mm: (%.1f %%; %.1f %%) – (%.1f %%; %.1f %%)", s.Length, s.X1*100, s.Y1*100, s.X2*100, s.Y2*100)
	}
	for _, w := range f.Walls {
		if !slices.Contains(other.Walls, w) {
			fact.FloorWalls = append(fact.FloorWalls, fmt.Sprintf("%s (%d; %d) – (%d; %d)", n.walls[w.Location], w.From.X, w.From.Y, w.To.X, w.To.Y))
		}
	}
	for _, p := range f.Pins {
		if !slices.Contains(other.Pins, p) {
			name := p.Name
			if p.Exhibit != "" {
				name = n.works[p.Exhibit]
			}
			fact.FloorPins = append(fact.FloorPins, fmt.Sprintf("%s (%d; %d)", name, p.At.X, p.At.Y))
		}
	}
	return fact
}
