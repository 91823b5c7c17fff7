package hanging

import (
	"context"
	"errors"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// An Occupant is the cause of a KindConflict: what is in the way, as far as the
// one who asked may know it.
type Occupant struct {
	Placement pano.PlacementID
	Title     string // of the asset; "" if it is not for them to see
	Agency    string // name
	Days      pano.Period
	State     pano.PlacementState
	taken     pano.Taken
}

func (o Occupant) Error() string { return o.taken.Error() }

func (o Occupant) Unwrap() error { return o.taken }

// Name is the title of the asset, or else the name of its agency.
func (o Occupant) Name() string {
	if o.Title != "" {
		return o.Title
	}
	return o.Agency
}

// named gives an error that is because of another placement its Occupant, and
// its words whose that is, from which day, and to which last day. It returns
// other errors as they are.
func named(ctx context.Context, tx *catalog.Tx, who pano.Actor, err error) error {
	taken, ok := errors.AsType[pano.Taken](err)
	if !ok {
		return err
	}
	h, missing := tx.Hanging(ctx, who.Reach(pano.AssetSee), taken.By.ID)
	if missing != nil {
		return errors.Join(err, missing)
	}
	o := Occupant{Placement: h.ID, Title: h.Title, Agency: h.AgencyName, Days: h.Days, State: h.State, taken: taken}
	e, _ := errors.AsType[*pano.Error](err)
	return pano.Conflict(e.Key, o.Name(), o.Days.From, o.Days.Last()).At(e.Field).Because(o)
}
