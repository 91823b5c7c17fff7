package hanging

import (
	"context"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// MostItems is how many items one act may concern.
const MostItems = 500

// AddItems adds n pieces like i, which arrive by first, and returns them as they
// are kept. Of i, who belongs to no agency belongs to the first one for which who
// may add items; what it is a print of gives it the title, the size, the material
// and the version that it does not have. Without a code, and if n is more than
// one, each gets a code of its own.
//
// It fails as pano.Item.Check, pano.Movement.Check and pano.Location.Move do,
// with KindInvalid at asset or to if they are not there for who, at count unless
// n is 1 to 100, and with KindConflict at code if the code is taken.
func (d *Desk) AddItems(ctx context.Context, who pano.Actor, i pano.Item, n int, first pano.Movement) (all []pano.Item, err error) {
	if err := who.MayAny(pano.ItemEdit); err != nil {
		return nil, err
	}
	if n < 1 || n > 100 {
		return nil, pano.Invalid("item.bad_count").At("count")
	}
	if i.Agency == "" {
		i.Agency = ownAgency(who, pano.ItemEdit)
	}
	err = d.DB.Write(ctx, who, "item.add", func(tx *catalog.Tx) error {
		if i, err = readyItem(ctx, tx, who, pano.Item{}, i); err != nil {
			return err
		}
		if err := arriving(ctx, tx, who, &first); err != nil {
			return err
		}
		for range n {
			one := i
			if one.Code == "" || n > 1 {
				if one.Code, err = tx.ItemCode(ctx); err != nil {
					return err
				}
			}
			if err := one.Check(); err != nil {
				return err
			}
			if one, err = tx.AddItem(ctx, one, first); err != nil {
				return err
			}
			tx.Note(string(one.ID), nil, one)
			all = append(all, one)
		}
		return nil
	})
	return all, err
}

// arriving makes first ready to bring items to where it leads.
func arriving(ctx context.Context, tx *catalog.Tx, who pano.Actor, first *pano.Movement) error {
	composed(&first.Reason, &first.Authorised)
	l, err := destination(ctx, tx, who, first.To)
	if err != nil {
		return err
	}
	if err := l.Move(""); err != nil {
		return err
	}
	first.Batch, first.From = pano.BatchID(tx.NewID()), ""
	if !who.Server {
		first.By = who.ID
	}
	return first.Check()
}

// destination is the place to, where who wants to take things.
func destination(ctx context.Context, tx *catalog.Tx, who pano.Actor, to pano.LocationID) (pano.Location, error) {
	l, err := tx.Location(ctx, to)
	if err == nil && !who.Reach(pano.ItemMove).Has(l.Resource()) { // crews do not see places, but take things to those of their agency
		err = may(who, pano.LocationSee, l.Resource(), "location.none")
	}
	if pano.KindOf(err) == pano.KindNotFound {
		return l, pano.Invalid("item.no_place").At("to").Because(err)
	}
	return l, err
}

// readyItem returns i as it may be kept by who, but for a code; was is what it was before.
func readyItem(ctx context.Context, tx *catalog.Tx, who pano.Actor, was, i pano.Item) (pano.Item, error) {
	i = i.Tidy()
	composed(&i.Title, &i.Material, &i.Note)
	if i.Condition == "" {
		i.Condition = pano.ItemGood
	}
	if !who.Server {
		i.By = who.ID
	}
	if was.ID != "" {
		i.By = was.By
	}
	if err := who.May(pano.ItemEdit, i.Resource()); err != nil {
		return i, err
	}
	if i.Asset == "" {
		i.Version = ""
		return i, nil
	}
	if i.Asset == was.Asset {
		i.Version = was.Version
		return i, nil
	}
	a, err := tx.Asset(ctx, i.Asset)
	if err == nil {
		err = may(who, pano.AssetSee, a.Resource(), "asset.none")
	}
	if pano.KindOf(err) == pano.KindNotFound {
		return i, pano.Invalid("item.no_asset").At("asset").Because(err)
	}
	if err != nil {
		return i, err
	}
	return printOf(i, a), nil
}

// printOf is i with what it has from a, unless it says otherwise.
func printOf(i pano.Item, a pano.Asset) pano.Item {
	i.Version = a.Current.ID
	if i.Title == "" {
		i.Title = a.Title
	}
	if i.Material == "" {
		i.Material = a.Material
	}
	if i.Width == 0 && i.Height == 0 {
		i.Width, i.Height = a.Width, a.Height
	}
	return i
}

// EditItem changes the item i.ID, as it was at revision i.Rev, to i and returns
// it as it is kept. Where it is stays as it is. It fails as AddItems does, and
// with KindStale if it was changed since.
func (d *Desk) EditItem(ctx context.Context, who pano.Actor, i pano.Item) (pano.Item, error) {
	if err := signedIn(who); err != nil {
		return i, err
	}
	err := d.DB.Write(ctx, who, "item.edit", func(tx *catalog.Tx) error {
		was, err := item(ctx, tx, who, pano.ItemEdit, i.ID)
		if err != nil {
			return err
		}
		if err := fresh(i.Rev, was.Rev); err != nil {
			return err
		}
		i.Created = was.Created
		if i.Agency == "" {
			i.Agency = was.Agency
		}
		if i, err = readyItem(ctx, tx, who, was.Item, i); err != nil {
			return err
		}
		if err := i.Check(); err != nil {
			return err
		}
		if i, err = tx.UpdateItem(ctx, i); err != nil {
			return err
		}
		tx.Note(string(i.ID), was.Item, i)
		return nil
	})
	return i, err
}

// item returns an item that who may do act to.
func item(ctx context.Context, tx *catalog.Tx, who pano.Actor, act pano.Action, id pano.ItemID) (catalog.Piece, error) {
	p, err := tx.Item(ctx, who.Reach(pano.AssetSee), id)
	if err != nil {
		return p, err
	}
	return p, may(who, act, p.Resource(), "item.none")
}

// A Moving takes items to one place, for one reason.
type Moving struct {
	Items      []Carried
	To         pano.LocationID
	Reason     string
	Authorised string // the name of who said that it may
}

// A Carried is one item of a Moving. Seen is the movement that was its last when
// who moves it looked.
type Carried struct {
	Item pano.ItemID
	Seen pano.MovementID
}

// Move takes all items of m to their new place, or none of them, and returns
// the act, which UndoMove takes back.
//
// It fails as pano.Movement.Check and pano.Location.Move do, with KindNotFound if
// an item is not there for who, with KindUnversioned if an item comes without the
// movement that was seen, and with KindConflict if somebody moved one since
// (cause catalog.MovedSince).
func (d *Desk) Move(ctx context.Context, who pano.Actor, m Moving) (batch pano.BatchID, err error) {
	if err := signedIn(who); err != nil {
		return "", err
	}
	switch {
	case len(m.Items) == 0:
		return "", pano.Invalid("pick.nothing").At("id")
	case len(m.Items) > MostItems:
		return "", pano.Invalid("item.too_many", MostItems).At("id")
	}
	composed(&m.Reason, &m.Authorised)
	err = d.DB.Write(ctx, who, "item.move", func(tx *catalog.Tx) error {
		to, err := destination(ctx, tx, who, m.To)
		if err != nil {
			return err
		}
		batch = pano.BatchID(tx.NewID())
		for _, c := range m.Items {
			move := pano.Movement{Batch: batch, Item: c.Item, To: to.ID, By: who.ID, Authorised: m.Authorised, Reason: m.Reason}
			if err := carry(ctx, tx, who, c, to, move); err != nil {
				return err
			}
		}
		return nil
	})
	return batch, err
}

// carry makes one movement.
func carry(ctx context.Context, tx *catalog.Tx, who pano.Actor, c Carried, to pano.Location, m pano.Movement) error {
	p, err := item(ctx, tx, who, pano.ItemMove, c.Item)
	if err != nil {
		return err
	}
	switch c.Seen {
	case p.Latest:
	case "":
		return &pano.Error{Kind: pano.KindUnversioned, Key: "thing.unversioned"}
	default:
		t, err := tx.Trip(ctx, p.Latest)
		if err != nil {
			return err
		}
		return catalog.MovedSince{By: t}.Conflict()
	}
	m.From = p.Place
	if err := m.Check(); err != nil {
		return err
	}
	if err := to.Move(m.From); err != nil {
		return about(err, p.Code)
	}
	if m, err = tx.AddMovement(ctx, m); err != nil {
		return err
	}
	tx.Note(string(p.ID), trip{Location: m.From}, trip{m.To, m.Reason, m.Authorised})
	return nil
}

// about says which item an error is about.
func about(err error, code string) error {
	if e, ok := err.(*pano.Error); ok && e.Kind == pano.KindInvalid {
		return e.On(code)
	}
	return err
}

// trip is what the history keeps of a movement.
type trip struct {
	Location   pano.LocationID
	Reason     string `json:",omitempty"`
	Authorised string `json:",omitempty"`
}

// UndoMove takes every item that an act moved back to where it was, by
// movements of their own, and returns that act. why is its reason.
//
// It fails with KindNotFound if there is no such act for who, with KindInvalid if
// there is nothing to take back, and with KindConflict if an item was moved since
// or the place is closed now; then none goes back.
func (d *Desk) UndoMove(ctx context.Context, who pano.Actor, act pano.BatchID, why string) (batch pano.BatchID, n int, err error) {
	if err := signedIn(who); err != nil {
		return "", 0, err
	}
	err = d.DB.Write(ctx, who, "item.move", func(tx *catalog.Tx) error {
		all, err := tx.TripsOfBatch(ctx, act)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return pano.NotFound("movement.none")
		}
		batch = pano.BatchID(tx.NewID())
		for _, t := range all {
			if t.From == "" {
				return pano.Invalid("movement.is_first")
			}
			to, err := tx.Location(ctx, t.From)
			if err != nil {
				return err
			}
			back := pano.Movement{Batch: batch, Item: t.Item, To: t.From, By: who.ID, Authorised: who.Name, Reason: why, Undoes: act}
			if err := carry(ctx, tx, who, Carried{t.Item, t.ID}, to, back); err != nil {
				return err
			}
		}
		n = len(all)
		return nil
	})
	return batch, n, err
}
