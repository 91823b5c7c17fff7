package catalog_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// keep stores an item of culture, which arrives in the venue.
func (c *town) keep(t testing.TB, i pano.Item) pano.Item {
	t.Helper()
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) (err error) {
		i.Agency, i.By, i.Condition = c.culture, c.lan, pano.ItemGood
		i, err = tx.AddItem(ctx, i, pano.Movement{Batch: "b0", To: c.venue.ID, By: c.lan, Authorised: "Lan", Reason: "nhập kho"})
		return err
	})
	return i
}

func (c *town) item(t testing.TB, id pano.ItemID) (p catalog.Piece) {
	t.Helper()
	if err := c.Read(t.Context(), func(tx *catalog.Tx) (err error) {
		p, err = tx.Item(t.Context(), everything, id)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return p
}

// move tries to move an item, and reports why not.
func (c *town) move(t testing.TB, id pano.ItemID, from, to pano.LocationID) error {
	return c.Write(t.Context(), pano.Server("test"), "item.move", func(tx *catalog.Tx) error {
		_, err := tx.AddMovement(t.Context(), pano.Movement{Batch: "b", Item: id, From: from, To: to, By: c.lan, Authorised: "Lan", Reason: "trưng bày"})
		return err
	})
}

// TestAnItemIsWhereItsLastMovementTookIt: nobody can say anything else, and what
// is said once stays.
func TestAnItemIsWhereItsLastMovementTookIt(t *testing.T) {
	c := newTown(t)
	i := c.keep(t, pano.Item{Code: "HV-1", Title: "Bến sông", Asset: c.flag.ID})
	if p := c.item(t, i.ID); p.Place != c.venue.ID || p.PlaceCode != "NTL" || !p.Seen || p.AssetTitle != c.flag.Title || p.AgencyName != "Sở Văn hóa" {
		t.Fatalf("it begins as %+v", p)
	}
	if err := c.move(t, i.ID, c.venue.ID, c.wall.ID); err != nil {
		t.Fatal(err)
	}
	if p := c.item(t, i.ID); p.Place != c.wall.ID {
		t.Errorf("it is in %s", p.PlaceCode)
	}
	err := c.move(t, i.ID, c.venue.ID, c.room.ID)
	var since catalog.MovedSince
	if key(err) != "item.moved_since" || !errors.As(err, &since) || since.By.To != c.wall.ID || since.By.ByName != "Lan" {
		t.Errorf("from where it no longer is: %v", err)
	}
	if err := c.move(t, i.ID, c.wall.ID, c.wall.ID); key(err) != "item.there_already" {
		t.Errorf("to where it is: %v", err)
	}
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
		c.room.Closed = true
		_, err := tx.UpdateLocation(ctx, c.room)
		return err
	})
	if err := c.move(t, i.ID, c.wall.ID, c.room.ID); key(err) != "item.place_closed" || pano.KindOf(err) != pano.KindConflict {
		t.Errorf("into a closed room: %v", err)
	}
	if p := c.item(t, i.ID); p.Place != c.wall.ID {
		t.Errorf("refused moves took it to %s", p.PlaceCode)
	}
}

func TestMovementsAreOnlyAppended(t *testing.T) {
	c := newTown(t)
	i, j := c.keep(t, pano.Item{Code: "HV-1", Title: "Bến sông"}), c.keep(t, pano.Item{Code: "HV-2", Title: "Cổng làng"})
	if err := c.move(t, i.ID, c.venue.ID, c.wall.ID); err != nil {
		t.Fatal(err)
	}
	first := `(SELECT id FROM movement WHERE item = '` + string(i.ID) + `' ORDER BY seq LIMIT 1)`
	for _, stmt := range []string{
		`DELETE FROM movement`, `DELETE FROM item`, `UPDATE movement SET reason = 'x'`, `UPDATE movement SET target = '` + string(c.room.ID) + `'`,
		`UPDATE item SET latest = ` + first + ` WHERE id = '` + string(i.ID) + `'`,
		`UPDATE item SET latest = ` + first + ` WHERE id = '` + string(j.ID) + `'`,
		`UPDATE item SET by = 'x'`, `UPDATE item SET id = 'x' WHERE code = 'HV-1'`,
		`INSERT OR REPLACE INTO movement SELECT seq, id, batch, item, origin, target, at, by, authorised, 'x', undoes FROM movement`,
		`INSERT INTO item (id, code, title, condition, agency, by, latest, created, updated) SELECT 'new', 'HV-3', 'x', 'good', agency, by, latest, 0, 0 FROM item WHERE code = 'HV-2'`,
		`INSERT INTO item (id, code, title, condition, agency, by, latest, created, updated) SELECT 'new', 'HV-3', 'x', 'good', agency, by, 'nothing', 0, 0 FROM item WHERE code = 'HV-2'`,
		`INSERT INTO movement (id, batch, item, origin, target, at, by, authorised, reason) SELECT 'new', 'b', item, NULL, target, 0, by, 'x', 'x' FROM movement LIMIT 1`,
		`INSERT INTO movement (id, batch, item, origin, target, at, by, authorised, reason) SELECT 'new', 'b', item, target, '` + string(c.room.ID) + `', 0, by, 'x', '' FROM movement ORDER BY seq DESC LIMIT 1`,
	} {
		if err := c.Tend(t.Context(), func(tx *catalog.Tx) error { _, err := tx.ExecContext(t.Context(), stmt); return err }); err == nil {
			t.Errorf("%s: went through", stmt)
		}
	}
	if p := c.item(t, i.ID); p.Place != c.wall.ID || p.Title != "Bến sông" {
		t.Errorf("it became %+v", p)
	}
}

// TestOnlyOneOfManyMovesAnItem: all saw it in the venue.
func TestOnlyOneOfManyMovesAnItem(t *testing.T) {
	c := newTown(t)
	i := c.keep(t, pano.Item{Code: "HV-1", Title: "Bến sông"})
	var wg sync.WaitGroup
	faults := make([]error, 16)
	for n := range faults {
		wg.Go(func() { faults[n] = c.move(t, i.ID, c.venue.ID, []pano.LocationID{c.wall.ID, c.room.ID}[n%2]) })
	}
	wg.Wait()
	moved := 0
	for _, err := range faults {
		if err == nil {
			moved++
		} else if key(err) != "item.moved_since" {
			t.Errorf("refused with %v", err)
		}
	}
	if moved != 1 {
		t.Errorf("%d moved it", moved)
	}
}

func TestACodeSaysOneThing(t *testing.T) {
	c := newTown(t)
	c.keep(t, pano.Item{Code: "HV-1", Title: "Bến sông"})
	item := func(code string) error {
		return c.Write(t.Context(), pano.Server("test"), "item.add", func(tx *catalog.Tx) error {
			_, err := tx.AddItem(t.Context(), pano.Item{Code: code, Title: "x", Condition: pano.ItemGood, Agency: c.culture, By: c.lan},
				pano.Movement{Batch: "b", To: c.venue.ID, By: c.lan, Authorised: "Lan", Reason: "nhập kho"})
			return err
		})
	}
	for _, code := range []string{"hv-1", "NTL", "ntl"} {
		if err := item(code); key(err) != "item.code_taken" {
			t.Errorf("a second %s: %v", code, err)
		}
	}
	err := c.Write(t.Context(), pano.Server("test"), "location.add", func(tx *catalog.Tx) error {
		_, err := tx.AddLocation(t.Context(), pano.Location{Kind: pano.Store, Code: "hv-1", Name: "Kho", Agency: c.culture})
		return err
	})
	if key(err) != "location.code_taken" {
		t.Errorf("a place with the code of an item: %v", err)
	}
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
		a, err := tx.ItemCode(ctx)
		if err != nil {
			return err
		}
		b, err := tx.ItemCode(ctx)
		if a == b || !strings.HasPrefix(a, "HV-20") {
			t.Errorf("codes %s and %s", a, b)
		}
		return err
	})
}

func TestItemsAreFound(t *testing.T) {
	c := newTown(t)
	a := c.keep(t, pano.Item{Code: "HV-1", Title: "Bến sông", Material: "sơn mài"})
	b := c.keep(t, pano.Item{Code: "HV-2", Title: "Cổng làng", Asset: c.flag.ID})
	c.keep(t, pano.Item{Code: "HV-3", Title: "Đình cổ"})
	if err := c.move(t, b.ID, c.venue.ID, c.wall.ID); err != nil {
		t.Fatal(err)
	}
	b = c.item(t, b.ID).Item
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) (err error) {
		b.Condition = pano.ItemDamaged
		b, err = tx.UpdateItem(ctx, b)
		return err
	})
	for _, q := range []struct {
		name  string
		reach pano.Reach
		q     catalog.ItemQuery
		want  string
	}{
		{"all", everything, catalog.ItemQuery{}, "HV-1 HV-2 HV-3"},
		{"nothing in reach", pano.Reach{Agencies: []pano.AgencyID{c.ward}}, catalog.ItemQuery{}, ""},
		{"words", everything, catalog.ItemQuery{Text: "son mai"}, "HV-1"},
		{"a code", everything, catalog.ItemQuery{Text: "hv-3"}, "HV-3"},
		{"in the venue and its rooms", everything, catalog.ItemQuery{Within: c.venue.ID}, "HV-1 HV-2 HV-3"},
		{"on the wall", everything, catalog.ItemQuery{Within: c.wall.ID}, "HV-2"},
		{"elsewhere", everything, catalog.ItemQuery{Within: c.site.ID}, ""},
		{"damaged", everything, catalog.ItemQuery{Conditions: []pano.ItemCondition{pano.ItemDamaged}}, "HV-2"},
		{"of an asset", everything, catalog.ItemQuery{Asset: c.flag.ID}, "HV-2"},
		{"of another agency", everything, catalog.ItemQuery{Agency: c.ward}, ""},
		{"by id", everything, catalog.ItemQuery{IDs: []pano.ItemID{a.ID}}, "HV-1"},
		{"by no id", everything, catalog.ItemQuery{IDs: []pano.ItemID{}}, ""},
		{"the second page", everything, catalog.ItemQuery{After: "HV-1", Limit: 1}, "HV-2"},
	} {
		if err := c.Read(t.Context(), func(tx *catalog.Tx) error {
			page, err := tx.Items(t.Context(), q.reach, everything, q.q)
			var codes []string
			for _, p := range page.Items {
				codes = append(codes, p.Code)
			}
			if got := strings.Join(codes, " "); got != q.want {
				t.Errorf("%s: %s, want %s", q.name, got, q.want)
			}
			if q.q.Limit == 1 && (page.Total != 3 || page.Next != "HV-2") {
				t.Errorf("%s: %d in all, next after %s", q.name, page.Total, page.Next)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTripsTellWhoTookWhatWhereAndWhy(t *testing.T) {
	c := newTown(t)
	i := c.keep(t, pano.Item{Code: "HV-1", Title: "Bến sông", Asset: c.flag.ID})
	if err := c.move(t, i.ID, c.venue.ID, c.wall.ID); err != nil {
		t.Fatal(err)
	}
	if err := c.Read(t.Context(), func(tx *catalog.Tx) error {
		all, err := tx.TripsOf(t.Context(), i.ID, 0, 0)
		if err != nil || len(all) != 2 || all[0].FromCode != "NTL" || all[0].ToCode != "NTL-1-A" || all[0].Reason != "trưng bày" || all[0].ByName != "Lan" ||
			all[0].Authorised != "Lan" || all[1].From != "" || all[1].ToCode != "NTL" || all[0].Code != "HV-1" {
			t.Errorf("trips of it: %+v, %v", all, err)
		}
		older, err := tx.TripsOf(t.Context(), i.ID, all[0].Seq(), 0)
		if err != nil || len(older) != 1 {
			t.Errorf("older: %+v, %v", older, err)
		}
		for at, want := range map[pano.LocationID]int{c.venue.ID: 2, c.wall.ID: 1, c.room.ID: 0} {
			if all, err = tx.TripsAt(t.Context(), everything, at, 0); err != nil || len(all) != want {
				t.Errorf("%d trips in %s, want %d, %v", len(all), at, want, err)
			}
		}
		if all, err = tx.TripsAt(t.Context(), pano.Reach{Agencies: []pano.AgencyID{c.ward}}, c.venue.ID, 0); err != nil || len(all) != 0 {
			t.Errorf("out of reach: %+v, %v", all, err)
		}
		if all, err = tx.TripsOfBatch(t.Context(), "b"); err != nil || len(all) != 1 {
			t.Errorf("of one act: %+v, %v", all, err)
		}
		hidden, err := tx.Item(t.Context(), pano.Reach{}, i.ID)
		if hidden.Seen || hidden.AssetTitle != "" || hidden.Title != "Bến sông" {
			t.Errorf("to who may not see the artwork: %+v, %v", hidden, err)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
