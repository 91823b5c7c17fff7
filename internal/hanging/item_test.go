package hanging_test

import (
	"errors"
	"sync"
	"testing"

	"pano/internal/hanging"
	"pano/internal/pano"
	"pano/storage/catalog"
)

// A depot is a town with two stores and items in the first.
type depot struct {
	*town
	store, other pano.Location
	items        []pano.Item
}

var arrival = pano.Movement{Reason: "nhập kho", Authorised: "Trưởng phòng"}

func newDepot(t *testing.T) *depot {
	t.Helper()
	d := &depot{town: newTown(t)}
	var err error
	for _, l := range []*pano.Location{&d.store, &d.other} {
		*l, err = d.AddLocation(t.Context(), d.lan, pano.Location{Kind: pano.Store, Code: "KHO-" + map[bool]string{true: "1", false: "2"}[l == &d.store], Name: "Kho"})
		if err != nil {
			t.Fatal(err)
		}
	}
	first := arrival
	first.To = d.store.ID
	if d.items, err = d.AddItems(t.Context(), d.lan, pano.Item{Asset: d.flag.ID}, 3, first); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *depot) piece(t testing.TB, i pano.Item) (p catalog.Piece) {
	t.Helper()
	if err := d.DB.Read(t.Context(), func(tx *catalog.Tx) (err error) {
		p, err = tx.Item(t.Context(), pano.Reach{All: true}, i.ID)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return p
}

// carried are the items as they are seen now.
func (d *depot) carried(t testing.TB, all ...pano.Item) (seen []hanging.Carried) {
	t.Helper()
	for _, i := range all {
		seen = append(seen, hanging.Carried{Item: i.ID, Seen: d.piece(t, i).Latest})
	}
	return seen
}

func (d *depot) moving(seen []hanging.Carried, to pano.Location) hanging.Moving {
	return hanging.Moving{Items: seen, To: to.ID, Reason: "trưng bày", Authorised: "Trưởng phòng"}
}

// are fails the test unless each item is in that place.
func (d *depot) are(t testing.TB, at pano.Location, all ...pano.Item) {
	t.Helper()
	for _, i := range all {
		if p := d.piece(t, i); p.Place != at.ID {
			t.Errorf("%s is in %s, want %s", p.Code, p.PlaceCode, at.Code)
		}
	}
}

func TestAPrintHasWhatItsArtworkHas(t *testing.T) {
	d := newDepot(t)
	i := d.items[0]
	if i.Title != d.flag.Title || i.Width != 800 || i.Height != 2500 || i.Version != d.flag.Current.ID || i.Agency != d.culture || i.Condition != pano.ItemGood || i.By != d.lan.ID {
		t.Errorf("it came in as %+v", i)
	}
	if d.items[0].Code == d.items[1].Code {
		t.Errorf("two have the code %s", i.Code)
	}
	d.are(t, d.store, d.items...)
}

func TestItemsComeInOrAreRefused(t *testing.T) {
	d := newDepot(t)
	in := func(l pano.Location) pano.Movement { m := arrival; m.To = l.ID; return m }
	closed, err := d.CloseLocation(t.Context(), d.lan, d.other.ID, d.other.Rev)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		who   pano.Actor
		item  pano.Item
		n     int
		first pano.Movement
		kind  pano.Kind
		field string
	}{
		{"nobody", pano.Actor{}, pano.Item{Title: "x"}, 1, in(d.store), pano.KindAnonymous, ""},
		{"staff", d.hoa, pano.Item{Title: "x"}, 1, in(d.store), pano.KindForbidden, ""},
		{"another agency", d.lan, pano.Item{Title: "x", Agency: d.ward}, 1, in(d.store), pano.KindNotFound, ""},
		{"no title", d.lan, pano.Item{}, 1, in(d.store), pano.KindInvalid, "title"},
		{"too many", d.lan, pano.Item{Title: "x"}, 101, in(d.store), pano.KindInvalid, "count"},
		{"none", d.lan, pano.Item{Title: "x"}, 0, in(d.store), pano.KindInvalid, "count"},
		{"foreign artwork", d.lan, pano.Item{Asset: d.foreign.ID}, 1, in(d.store), pano.KindInvalid, "asset"},
		{"nowhere", d.lan, pano.Item{Title: "x"}, 1, pano.Movement{To: "x", Reason: "x", Authorised: "x"}, pano.KindInvalid, "to"},
		{"closed", d.lan, pano.Item{Title: "x"}, 1, in(closed), pano.KindConflict, "to"},
		{"no reason", d.lan, pano.Item{Title: "x"}, 1, pano.Movement{To: d.store.ID, Authorised: "x"}, pano.KindInvalid, "reason"},
		{"code taken", d.lan, pano.Item{Title: "x", Code: d.items[0].Code}, 1, in(d.store), pano.KindConflict, "code"},
	} {
		all, err := d.AddItems(t.Context(), c.who, c.item, c.n, c.first)
		e, _ := errors.AsType[*pano.Error](err)
		if e == nil || e.Kind != c.kind || e.Field != c.field {
			t.Errorf("%s: %v, %v", c.name, all, err)
		}
	}
}

func TestAnItemIsEditedFromWhatWasSeen(t *testing.T) {
	d := newDepot(t)
	i := d.items[0]
	i.Condition, i.Note = pano.ItemWorn, "sờn mép"
	saved, err := d.EditItem(t.Context(), d.lan, i)
	if err != nil || saved.Rev != 2 || saved.Condition != pano.ItemWorn || saved.By != d.lan.ID {
		t.Fatalf("saved %+v, %v", saved, err)
	}
	if _, err := d.EditItem(t.Context(), d.lan, i); pano.KindOf(err) != pano.KindStale {
		t.Errorf("from an old one: %v", err)
	}
	saved.Rev = 0
	if _, err := d.EditItem(t.Context(), d.lan, saved); pano.KindOf(err) != pano.KindUnversioned {
		t.Errorf("from nothing: %v", err)
	}
	for who, kind := range map[*pano.Actor]pano.Kind{&d.hoa: pano.KindForbidden, &d.minh: pano.KindNotFound, {}: pano.KindAnonymous} {
		if _, err := d.EditItem(t.Context(), *who, saved); pano.KindOf(err) != kind {
			t.Errorf("%s: %v", who.Name, err)
		}
	}
}

// TestManyMoveTogetherOrNotAtAll: one of three was moved by somebody else meanwhile.
func TestManyMoveTogetherOrNotAtAll(t *testing.T) {
	d := newDepot(t)
	seen := d.carried(t, d.items...)
	if _, err := d.Move(t.Context(), d.hoa, d.moving(seen[2:], d.wall)); err != nil {
		t.Fatal(err)
	}
	_, err := d.Move(t.Context(), d.lan, d.moving(seen, d.other))
	since, ok := errors.AsType[catalog.MovedSince](err)
	if pano.KindOf(err) != pano.KindConflict || !ok || since.By.Item != d.items[2].ID || since.By.ByName != "hoa" {
		t.Errorf("moved from where it no longer was: %v", err)
	}
	d.are(t, d.store, d.items[:2]...)
	d.are(t, d.wall, d.items[2])
	act, err := d.Move(t.Context(), d.lan, d.moving(d.carried(t, d.items...), d.other))
	if err != nil {
		t.Fatal(err)
	}
	d.are(t, d.other, d.items...)
	if _, n, err := d.UndoMove(t.Context(), d.lan, act, "hoàn tác"); err != nil || n != 3 {
		t.Fatalf("undone %d, %v", n, err)
	}
	d.are(t, d.store, d.items[:2]...)
	d.are(t, d.wall, d.items[2])
	if _, _, err := d.UndoMove(t.Context(), d.lan, act, "hoàn tác"); pano.KindOf(err) != pano.KindConflict {
		t.Errorf("undone twice: %v", err)
	}
	if err := d.DB.Read(t.Context(), func(tx *catalog.Tx) error {
		all, err := tx.TripsOf(t.Context(), d.items[0].ID, 0, 0)
		if len(all) != 3 || all[0].Undoes != act || all[0].Reason != "hoàn tác" {
			t.Errorf("its trips are %+v", all)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestMovesAreRefused(t *testing.T) {
	d := newDepot(t)
	seen := d.carried(t, d.items[0])
	closed, err := d.AddLocation(t.Context(), d.lan, pano.Location{Kind: pano.Store, Code: "KHO-3", Name: "Kho cũ"})
	if err != nil {
		t.Fatal(err)
	}
	if closed, err = d.CloseLocation(t.Context(), d.lan, closed.ID, closed.Rev); err != nil {
		t.Fatal(err)
	}
	silent, unsigned := d.moving(seen, d.other), d.moving(seen, d.other)
	silent.Reason, unsigned.Authorised = " ", ""
	for _, c := range []struct {
		name  string
		who   pano.Actor
		m     hanging.Moving
		kind  pano.Kind
		field string
	}{
		{"nobody", pano.Actor{}, d.moving(seen, d.other), pano.KindAnonymous, ""},
		{"who may only read", d.an, d.moving(seen, d.other), pano.KindForbidden, ""},
		{"another agency", d.minh, d.moving(seen, d.other), pano.KindNotFound, ""},
		{"nothing", d.lan, d.moving(nil, d.other), pano.KindInvalid, "id"},
		{"too many", d.lan, d.moving(make([]hanging.Carried, 501), d.other), pano.KindInvalid, "id"},
		{"without a reason", d.lan, silent, pano.KindInvalid, "reason"},
		{"without a name", d.lan, unsigned, pano.KindInvalid, "authorised"},
		{"nowhere", d.lan, d.moving(seen, pano.Location{ID: "x"}), pano.KindInvalid, "to"},
		{"where it is", d.lan, d.moving(seen, d.store), pano.KindInvalid, "to"},
		{"closed", d.lan, d.moving(seen, closed), pano.KindConflict, "to"},
		{"unseen", d.lan, d.moving([]hanging.Carried{{Item: d.items[0].ID}}, d.other), pano.KindUnversioned, ""},
		{"unknown", d.lan, d.moving([]hanging.Carried{{Item: "x", Seen: "x"}}, d.other), pano.KindNotFound, ""},
		{"twice", d.lan, d.moving([]hanging.Carried{seen[0], seen[0]}, d.other), pano.KindConflict, ""},
	} {
		_, err := d.Move(t.Context(), c.who, c.m)
		e, _ := errors.AsType[*pano.Error](err)
		if e == nil || e.Kind != c.kind || e.Field != c.field {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	d.are(t, d.store, d.items...)
	if _, _, err := d.UndoMove(t.Context(), d.lan, "x", "hoàn tác"); pano.KindOf(err) != pano.KindNotFound {
		t.Errorf("undoing nothing: %v", err)
	}
	var first pano.BatchID
	if err := d.DB.Read(t.Context(), func(tx *catalog.Tx) error {
		all, err := tx.TripsOf(t.Context(), d.items[0].ID, 0, 0)
		first = all[0].Batch
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.UndoMove(t.Context(), d.lan, first, "hoàn tác"); pano.KindOf(err) != pano.KindInvalid {
		t.Errorf("undoing an arrival: %v", err)
	}
}

// TestOneOfTwoWhoMoveTheSameItemIsTold, whoever comes second.
func TestOneOfTwoWhoMoveTheSameItemIsTold(t *testing.T) {
	d := newDepot(t)
	seen := d.carried(t, d.items...)
	var wg sync.WaitGroup
	faults := make([]error, 8)
	for n := range faults {
		wg.Go(func() {
			_, faults[n] = d.Move(t.Context(), []pano.Actor{d.lan, d.hoa, d.nam}[n%3], d.moving(seen, []pano.Location{d.other, d.wall}[n%2]))
		})
	}
	wg.Wait()
	won := 0
	for _, err := range faults {
		if err == nil {
			won++
		} else if _, ok := errors.AsType[catalog.MovedSince](err); !ok {
			t.Errorf("refused with %v", err)
		}
	}
	if at := d.piece(t, d.items[0]).Place; won != 1 || d.piece(t, d.items[1]).Place != at || d.piece(t, d.items[2]).Place != at {
		t.Errorf("%d won, and the items lie apart", won)
	}
}
