package hanging

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// A Spot is where one work goes on a wall: one that is there already, as it was
// at revision Rev, or, without an ID, an asset that is hung anew on Days.
type Spot struct {
	ID   pano.PlacementID
	Rev  int
	Area pano.Rect
	Hook pano.MM // below the upper edge

	Asset    pano.AssetID // these three of a new one only
	Days     pano.Period
	Campaign pano.CampaignID

	Exhibition pano.ExhibitionID // of whose works it is one; "" is none
}

// A Misfit is the cause of an error about one of several spots.
type Misfit struct {
	Index int // in the list that was given
	err   error
}

func (m Misfit) Error() string { return m.err.Error() }
func (m Misfit) Unwrap() error { return m.err }

// Overtaken is the cause of a KindStale from Arrange: what others did meanwhile.
type Overtaken []Overtaking

func (Overtaken) Error() string { return "others moved works meanwhile" }

// An Overtaking is a work that somebody changed after the caller had read it.
type Overtaking struct {
	Index   int            // in the list that was given
	Was     pano.Placement // as the caller had read it; as it is if that is not known any more
	Is      pano.Placement // as it is now
	Title   string         // of the asset; the agency's name if it is not for the caller to see
	By      string         // who changed it last
	Changed time.Time
}

// Arrange moves works on a wall and hangs new ones there, all of them or none,
// and returns them as they are kept. A spot that changes nothing is passed over.
//
// It fails with KindStale and the cause Overtaken if others changed some of the
// works after the caller read them. For each spot it fails as Edit and Place do,
// with the cause Misfit and the work's title in About: with KindConflict if the
// work hangs already or is taken down, or if another size is asked for what is
// printed (placement.size_fixed).
func (d *Desk) Arrange(ctx context.Context, who pano.Actor, wall pano.LocationID, spots []Spot) (all []pano.Placement, err error) {
	if err := signedIn(who); err != nil {
		return nil, err
	}
	err = d.DB.Write(ctx, who, "placement.arrange", func(tx *catalog.Tx) error {
		all = nil
		l, err := location(ctx, tx, who, pano.LocationSee, wall)
		if err != nil {
			return err
		}
		if l.Kind != pano.Wall {
			return pano.Invalid("blocked.no_wall").At("location")
		}
		a := arrangement{tx: tx, who: who, wall: l, spots: spots}
		if err := a.read(ctx); err != nil {
			return err
		}
		if all, err = a.store(ctx); err == nil && len(all) == 0 {
			return errNothingToDo
		}
		return err
	})
	if errors.Is(err, errNothingToDo) {
		return nil, nil
	}
	return all, err
}

// errNothingToDo ends a transaction that would leave nothing but an empty event.
var errNothingToDo = errors.New("nothing to do")

// An arrangement is one call of Arrange.
type arrangement struct {
	tx    *catalog.Tx
	who   pano.Actor
	wall  pano.Location
	spots []Spot
	moves []move
}

// A move is a work that is to be somewhere else.
type move struct {
	index   int
	was, is pano.Placement
}

// read finds what each spot changes, and refuses what is out of date.
func (a *arrangement) read(ctx context.Context) error {
	var overtaken Overtaken
	for i, s := range a.spots {
		if s.ID == "" {
			continue
		}
		was, err := a.tx.Placement(ctx, s.ID)
		if err != nil {
			return a.misfit(ctx, i, err)
		}
		if err := may(a.who, pano.PlacementPlan, was.Resource(), "placement.none"); err != nil {
			return a.misfit(ctx, i, err)
		}
		if was.Location != a.wall.ID {
			return a.misfit(ctx, i, pano.NotFound("placement.none"))
		}
		if err := fresh(s.Rev, was.Rev); pano.KindOf(err) == pano.KindStale {
			o, mine, err := a.overtaking(ctx, i, s, was)
			if err != nil {
				return err
			}
			if mine {
				overtaken = append(overtaken, o)
			}
			continue
		} else if err != nil {
			return a.misfit(ctx, i, err)
		}
		if was.Area == s.Area && was.Hook == s.Hook {
			continue
		}
		if err := a.movable(was, s); err != nil {
			return a.misfit(ctx, i, err)
		}
		is := was
		is.Area, is.Hook = s.Area, s.Hook
		a.moves = append(a.moves, move{i, was, is})
	}
	if overtaken != nil {
		return (&pano.Error{Kind: pano.KindStale, Key: "wall.overtaken", Args: []any{len(overtaken)}}).Because(overtaken)
	}
	return nil
}

func (a *arrangement) movable(was pano.Placement, s Spot) error {
	switch sized := was.Area.W != s.Area.W || was.Area.H != s.Area.H; {
	case a.wall.Closed:
		return pano.Conflict("placement.closed").At("location")
	case !was.Movable():
		return pano.Conflict("placement.not_movable").At("x_mm")
	case sized && !was.Editable():
		return pano.Conflict("placement.size_fixed").At("width_mm")
	}
	return nil
}

// overtaking says what became of a work since the caller read it. mine is false
// if the caller changed nothing of it, so that there is nothing to lose.
func (a *arrangement) overtaking(ctx context.Context, i int, s Spot, is pano.Placement) (o Overtaking, mine bool, err error) {
	h, err := a.tx.Hanging(ctx, a.who.Reach(pano.AssetSee), is.ID)
	if err != nil {
		return o, false, err
	}
	o = Overtaking{Index: i, Was: is, Is: is, Title: h.Title, Changed: is.Updated}
	if o.Title == "" {
		o.Title = h.AgencyName
	}
	events, err := a.tx.EventsOf(ctx, string(is.ID), 0, 200)
	if err != nil {
		return o, false, err
	}
	known := false
	for n, e := range events {
		if n == 0 {
			o.By = e.ActorName
		}
		var then pano.Placement
		if json.Unmarshal([]byte(e.After), &then) == nil && then.Rev == s.Rev {
			o.Was, known = then, true
			break
		}
	}
	return o, !known || o.Was.Area != s.Area || o.Was.Hook != s.Hook, nil
}

// store lifts off what moves, and puts it and what is new in place one by one.
func (a *arrangement) store(ctx context.Context) (all []pano.Placement, err error) {
	lifted := make([]pano.Placement, len(a.moves))
	for i, m := range a.moves {
		lifted[i] = m.was
	}
	if err := a.tx.LiftPlacements(ctx, lifted); err != nil {
		return nil, err
	}
	for _, m := range a.moves {
		asset, err := a.tx.Asset(ctx, m.is.Asset)
		if err != nil {
			return nil, err
		}
		if err := hang(ctx, a.tx, &m.is, a.wall, asset); err != nil {
			return nil, a.misfit(ctx, m.index, err)
		}
		p, err := a.tx.UpdatePlacement(ctx, m.is)
		if err != nil {
			return nil, a.misfit(ctx, m.index, err)
		}
		a.tx.Note(string(p.ID), m.was, p)
		all = append(all, p)
	}
	for i, s := range a.spots {
		if s.ID != "" {
			continue
		}
		p := pano.Placement{Asset: s.Asset, Location: a.wall.ID, Campaign: s.Campaign, Exhibition: s.Exhibition, Days: s.Days, Quantity: 1, Area: s.Area, Hook: s.Hook}
		if p, err = place(ctx, a.tx, a.who, p); err != nil {
			return nil, a.misfit(ctx, i, err)
		}
		all = append(all, p)
	}
	return all, nil
}

// misfit says of which spot err is, and the name of its work.
func (a *arrangement) misfit(ctx context.Context, i int, err error) error {
	err = named(ctx, a.tx, a.who, err)
	e, ok := errors.AsType[*pano.Error](err)
	if !ok {
		return err
	}
	about := *e
	about.About, about.Err = a.title(ctx, a.spots[i]), Misfit{i, err}
	return &about
}

// title is the name of the work of s as the actor may know it, "" if it has none.
func (a *arrangement) title(ctx context.Context, s Spot) string {
	if s.ID != "" {
		h, err := a.tx.Hanging(ctx, a.who.Reach(pano.AssetSee), s.ID)
		if err != nil {
			return "" // the error that is being told says enough
		}
		return h.Title
	}
	asset, err := a.tx.Asset(ctx, s.Asset)
	if err != nil || a.who.May(pano.AssetSee, asset.Resource()) != nil {
		return ""
	}
	return asset.Title
}

// SetEye changes the eye line of a wall, in millimetres above the floor; 0 is
// the usual one. rev is the revision who saw.
func (d *Desk) SetEye(ctx context.Context, who pano.Actor, id pano.LocationID, rev int, eye pano.MM) (pano.Location, error) {
	return d.changeLocation(ctx, who, "location.edit", id, func(tx *catalog.Tx, was pano.Location) (pano.Location, error) {
		if err := fresh(rev, was.Rev); err != nil {
			return was, err
		}
		if was.Kind != pano.Wall || eye < 0 || eye > 10_000 {
			return was, pano.Invalid("location.bad_eye").At("eye_mm")
		}
		was.Eye = eye
		return was, nil
	})
}

// Block adds a blocked area to the wall b.Location and returns it as it is kept.
// It fails as pano.Location.Block does.
func (d *Desk) Block(ctx context.Context, who pano.Actor, b pano.Blocked) (pano.Blocked, error) {
	err := d.onWall(ctx, who, "blocked.add", b.Location, func(tx *catalog.Tx, l pano.Location) (err error) {
		if err := l.Block(b); err != nil {
			return err
		}
		if b, err = tx.AddBlocked(ctx, b); err != nil {
			return err
		}
		tx.Note(string(l.ID), nil, fact(b))
		return nil
	})
	return b, err
}

// Reblock changes kind and area of the blocked area b.ID of b.Location, as it was
// at revision b.Rev, and returns it as it is kept.
func (d *Desk) Reblock(ctx context.Context, who pano.Actor, b pano.Blocked) (pano.Blocked, error) {
	err := d.onWall(ctx, who, "blocked.edit", b.Location, func(tx *catalog.Tx, l pano.Location) error {
		was, err := blockedOf(ctx, tx, l, b.ID)
		if err != nil {
			return err
		}
		if err := fresh(b.Rev, was.Rev); err != nil {
			return err
		}
		if err := l.Block(b); err != nil {
			return err
		}
		if b, err = tx.UpdateBlocked(ctx, b); err != nil {
			return err
		}
		tx.Note(string(l.ID), fact(was), fact(b))
		return nil
	})
	return b, err
}

// Unblock takes a blocked area off its wall.
func (d *Desk) Unblock(ctx context.Context, who pano.Actor, wall pano.LocationID, id pano.BlockedID) error {
	return d.onWall(ctx, who, "blocked.remove", wall, func(tx *catalog.Tx, l pano.Location) error {
		was, err := blockedOf(ctx, tx, l, id)
		if err != nil {
			return err
		}
		tx.Note(string(l.ID), fact(was), nil)
		return tx.RemoveBlocked(ctx, id)
	})
}

// fact is what the history keeps of a blocked area.
func fact(b pano.Blocked) any {
	return struct {
		Kind pano.BlockedKind
		Area pano.Rect
	}{b.Kind, b.Area}
}

// blockedOf is the blocked area with that id, if it is one of l.
func blockedOf(ctx context.Context, tx *catalog.Tx, l pano.Location, id pano.BlockedID) (pano.Blocked, error) {
	b, err := tx.Blocked(ctx, id)
	if err == nil && b.Location != l.ID {
		return b, pano.NotFound("blocked.none")
	}
	return b, err
}

// onWall does f to a place that who may edit.
func (d *Desk) onWall(ctx context.Context, who pano.Actor, verb string, id pano.LocationID, f func(*catalog.Tx, pano.Location) error) error {
	if err := signedIn(who); err != nil {
		return err
	}
	return d.DB.Write(ctx, who, verb, func(tx *catalog.Tx) error {
		l, err := location(ctx, tx, who, pano.LocationEdit, id)
		if err != nil {
			return err
		}
		return f(tx, l)
	})
}
