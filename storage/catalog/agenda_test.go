package catalog_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// asks says in Go what each question is.
func asks(a catalog.Agenda, p pano.Placement, today pano.Day) bool {
	soon := pano.Period{From: today + 1, Until: today + catalog.Ahead + 1}
	switch {
	case !p.State.Live():
		return false
	case a == catalog.AgendaToday:
		return p.Days.Has(today)
	case a == catalog.AgendaSoon:
		return soon.Has(p.Days.From) && !p.State.Up()
	case a == catalog.AgendaEnding:
		return soon.Has(p.Days.Until)
	case a == catalog.AgendaOverdue:
		return p.Overdue(today)
	}
	return p.Days.From <= today && !p.State.Up()
}

// TestAgendasAgreeWithLookingAtEverything compares lists and numbers with every
// placement looked at one by one.
func TestAgendasAgreeWithLookingAtEverything(t *testing.T) {
	c := newTown(t)
	all := c.scattered(t, rand.New(rand.NewPCG(3, 4)))
	r := rand.New(rand.NewPCG(5, 6))
	for range 60 {
		today := yearStart + pano.Day(r.IntN(320))
		var o catalog.Outlook
		var u catalog.Usage
		c.read(t, func(tx *catalog.Tx) (err error) {
			if o, err = tx.Outlook(t.Context(), everything, today); err == nil {
				u, err = tx.Usage(t.Context(), everything, today)
			}
			return err
		})
		for _, a := range catalog.Agendas() {
			var want []pano.PlacementID
			for _, p := range all {
				if asks(a, p, today) {
					want = append(want, p.ID)
				}
			}
			if got := c.agenda(t, a, today); !slices.Equal(got, want) || o.Counts[a] != len(want) {
				t.Fatalf("%s on %s: %d placements, counted %d, want %d", a, today, len(got), o.Counts[a], len(want))
			}
		}
		var up, down, live, pieces int
		for _, p := range all {
			if !p.State.Live() {
				continue
			}
			live++
			if p.Days.From == today+3 {
				up++
			}
			if p.Days.Until == today+3 {
				down++
			}
			if p.Days.Has(today) {
				pieces += p.Quantity
			}
		}
		if o.Days[3].Up != up || o.Days[3].Down != down || o.Live != live {
			t.Fatalf("on %s: %+v, want %d up, %d down, %d live", today, o, up, down, live)
		}
		if want := (catalog.Usage{Faces: 1, Room: c.stretch.Capacity, RoomTaken: pieces}); u != want {
			t.Fatalf("on %s: %+v, want %+v", today, u, want)
		}
	}
	if o, err := outlook(t, c, pano.Reach{}); err != nil || o.Live != 0 {
		t.Errorf("who sees no place is told of %d placements, %v", o.Live, err)
	}
}

func outlook(t *testing.T, c *town, places pano.Reach) (o catalog.Outlook, err error) {
	err = c.Read(t.Context(), func(tx *catalog.Tx) (err error) {
		o, err = tx.Outlook(t.Context(), places, yearStart)
		return err
	})
	return o, err
}

// agenda reads all pages of three.
func (c *town) agenda(t *testing.T, a catalog.Agenda, today pano.Day) (ids []pano.PlacementID) {
	t.Helper()
	c.read(t, func(tx *catalog.Tx) error {
		for after := pano.PlacementID(""); ; {
			page, err := tx.Agenda(t.Context(), everything, everything, a, today, after, 3)
			if err != nil {
				return err
			}
			for _, h := range page.Hangings {
				ids = append(ids, h.ID)
			}
			if after = page.Next; after == "" {
				if page.Total != len(ids) {
					t.Errorf("%s has %d in all, and says %d", a, len(ids), page.Total)
				}
				return nil
			}
		}
	})
	return ids
}

// scattered hangs what there is room for along the road, the first to begin first.
func (c *town) scattered(t *testing.T, r *rand.Rand) (all []pano.Placement) {
	states := pano.PlacementStates()
	for range 120 {
		first := 1 + r.IntN(300)
		p := c.piece(c.stretch, pano.Period{From: yearStart + pano.Day(first), Until: yearStart + pano.Day(first+1+r.IntN(40))})
		p.RemoveBy = p.Days.Until + pano.Day(r.IntN(5))
		p.State = states[r.IntN(len(states))]
		mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
			made, err := tx.AddPlacement(ctx, p)
			if err == nil {
				all = append(all, made)
			} else if pano.KindOf(err) != pano.KindConflict {
				return err
			}
			return nil
		})
	}
	slices.SortStableFunc(all, func(x, y pano.Placement) int { return int(x.Days.From - y.Days.From) })
	return all
}
