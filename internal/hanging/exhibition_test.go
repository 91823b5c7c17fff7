package hanging_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// A gallery is a depot with an exhibition in a venue with the wall of the town.
type gallery struct {
	*depot
	venue, inner pano.Location
	show         pano.Exhibition
}

func newGallery(t *testing.T) *gallery {
	t.Helper()
	g := &gallery{depot: newDepot(t)}
	var err error
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	g.venue, err = g.AddLocation(t.Context(), g.lan, pano.Location{Kind: pano.Venue, Code: "NTL", Name: "Nhà triển lãm"})
	must(err)
	g.inner, err = g.AddLocation(t.Context(), g.lan, pano.Location{Kind: pano.Wall, Code: "NTL-A", Name: "Tường A", Parent: g.venue.ID, Width: 6000, Height: 3000})
	must(err)
	g.show, err = g.AddExhibition(t.Context(), g.lan, pano.Exhibition{Code: "XD", Title: "Xứ Đông", Venue: g.venue.ID, Days: pano.Period{From: 20_800, Until: 20_830}})
	must(err)
	return g
}

// list is the list of the exhibition: titles, sections in brackets.
func (g *gallery) list(t testing.TB) (all []catalog.Shown, text string) {
	t.Helper()
	if err := g.DB.Read(t.Context(), func(tx *catalog.Tx) (err error) {
		sections, err := tx.Sections(t.Context(), g.show.ID)
		if err != nil {
			return err
		}
		name := map[pano.SectionID]string{}
		for _, s := range sections {
			name[s.ID] = s.Title
		}
		all, err = tx.Exhibits(t.Context(), pano.Reach{All: true}, g.show.ID)
		for _, x := range all {
			text += fmt.Sprintf(" %d%s%s", x.N, x.Label.Title[:1], name[x.Section])
		}
		g.show, _ = tx.Exhibition(t.Context(), g.show.ID)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all, strings.TrimSpace(text)
}

func TestAnExhibitionGoesItsWay(t *testing.T) {
	g := newGallery(t)
	step := func(to pano.ExhibitionState) error {
		e, err := g.AdvanceExhibition(t.Context(), g.lan, g.show.ID, g.show.Rev, to)
		if err == nil {
			g.show = e
		}
		return err
	}
	if err := step(pano.ExhibitionDossier); err != nil {
		t.Fatal(err)
	}
	if err := step(pano.ExhibitionLicensed); pano.KindOf(err) != pano.KindInvalid {
		t.Errorf("without a licence: %v", err)
	}
	g.show.Licence = "12/GP-SVHTTDL"
	e, err := g.EditExhibition(t.Context(), g.lan, g.show)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.EditExhibition(t.Context(), g.lan, g.show); pano.KindOf(err) != pano.KindStale {
		t.Errorf("from an old one: %v", err)
	}
	g.show = e
	for _, to := range []pano.ExhibitionState{pano.ExhibitionLicensed, pano.ExhibitionBuilding, pano.ExhibitionOpen} {
		if err := step(to); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := g.AddExhibits(t.Context(), g.lan, g.show.ID, "", []pano.AssetID{g.flag.ID}, nil); n != 1 || err != nil {
		t.Fatalf("listed %d, %v", n, err)
	}
	p, err := g.Place(t.Context(), g.lan, pano.Placement{Asset: g.flag.ID, Location: g.inner.ID, Exhibition: g.show.ID, Days: g.show.Days, Quantity: 1, Area: pano.Rect{X: 100, Y: 100, W: 800, H: 2500}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Advance(t.Context(), g.lan, p.ID, pano.Installed, "không có ảnh"); err != nil {
		t.Fatal(err)
	}
	g.list(t) // reads the exhibition again
	if err := step(pano.ExhibitionClosed); err != nil {
		t.Fatal(err)
	}
	if err := step(pano.ExhibitionDismantled); pano.KindOf(err) != pano.KindConflict {
		t.Errorf("dismantled while a work hangs: %v", err)
	}
	if _, err := g.AddExhibits(t.Context(), g.lan, g.show.ID, "", nil, []pano.ItemID{g.items[0].ID}); pano.KindOf(err) != pano.KindConflict {
		t.Errorf("listed after the end: %v", err)
	}
	if _, err := g.Place(t.Context(), g.lan, pano.Placement{Asset: g.flag.ID, Location: g.inner.ID, Exhibition: g.show.ID, Days: g.show.Days, Quantity: 1, Area: pano.Rect{X: 2000, Y: 100, W: 800, H: 2500}}); pano.KindOf(err) != pano.KindConflict {
		t.Errorf("placed after the end: %v", err)
	}
	if _, err := g.Advance(t.Context(), g.lan, p.ID, pano.Removed, "không có ảnh"); err != nil {
		t.Fatal(err)
	}
	if err := step(pano.ExhibitionDismantled); err != nil {
		t.Error(err)
	}
}

func TestWorksAreListedOrderedAndTakenOff(t *testing.T) {
	g := newGallery(t)
	n, err := g.AddExhibits(t.Context(), g.lan, g.show.ID, "", []pano.AssetID{g.flag.ID, g.flag.ID}, []pano.ItemID{g.items[0].ID})
	if n != 2 || err != nil {
		all, _ := g.list(t)
		t.Fatalf("listed %d, %v, %v", n, err, all)
	}
	if n, err = g.AddExhibits(t.Context(), g.lan, g.show.ID, "", []pano.AssetID{g.flag.ID}, []pano.ItemID{g.items[0].ID, g.items[1].ID}); n != 1 || err != nil {
		t.Fatalf("listed again %d, %v", n, err)
	}
	all, _ := g.list(t)
	if all[0].Asset != g.flag.ID || all[0].Item != "" || all[1].ItemCode != g.items[0].Code || all[1].Width != 800 || all[1].ItemAt != g.store.ID || all[0].Label.Title != g.flag.Title {
		t.Fatalf("listed as %+v", all)
	}
	for i, name := range []string{"A", "B", "C"} {
		x := all[i].Exhibit
		x.Label.Title = name
		if _, err := g.EditLabel(t.Context(), g.lan, x); err != nil {
			t.Fatal(err)
		}
		if _, err := g.EditLabel(t.Context(), g.lan, x); pano.KindOf(err) != pano.KindStale {
			t.Errorf("a label from an old one: %v", err)
		}
	}
	s1, err := g.AddSection(t.Context(), g.lan, pano.Section{Exhibition: g.show.ID, Title: "!"})
	if err != nil {
		t.Fatal(err)
	}
	s2, err := g.AddSection(t.Context(), g.lan, pano.Section{Exhibition: g.show.ID, Title: "?"})
	if err != nil {
		t.Fatal(err)
	}
	id := func(i int) pano.ExhibitID { return all[i].ID }
	want := func(text string) {
		t.Helper()
		if _, got := g.list(t); got != text {
			t.Errorf("the list is %s, want %s", got, text)
		}
	}
	want("1A 2B 3C")
	if err := g.MoveExhibit(t.Context(), g.lan, id(2), 1); err != nil {
		t.Fatal(err)
	}
	want("1A 2B 3C!")
	if err := g.OrderExhibits(t.Context(), g.lan, g.show.ID, g.show.Rev, []pano.Slot{{Exhibit: id(2)}, {Exhibit: id(0), Section: s1.ID}, {Exhibit: id(1), Section: s2.ID}}); err != nil {
		t.Fatal(err)
	}
	stale := g.show.Rev
	want("1C 2A! 3B?")
	for name, c := range map[string]struct {
		rev  int
		list []pano.Slot
		kind pano.Kind
	}{
		"stale":    {stale, []pano.Slot{{Exhibit: id(0)}, {Exhibit: id(1)}, {Exhibit: id(2)}}, pano.KindStale},
		"unseen":   {0, nil, pano.KindUnversioned},
		"one less": {g.show.Rev, []pano.Slot{{Exhibit: id(0)}, {Exhibit: id(1)}}, pano.KindInvalid},
		"twice":    {g.show.Rev, []pano.Slot{{Exhibit: id(0)}, {Exhibit: id(1)}, {Exhibit: id(1)}}, pano.KindInvalid},
	} {
		if err := g.OrderExhibits(t.Context(), g.lan, g.show.ID, c.rev, c.list); pano.KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := g.RemoveSection(t.Context(), g.lan, g.show.ID, s2.ID); err != nil {
		t.Fatal(err)
	}
	want("1C 2A! 3B!")
	if err := g.EditSection(t.Context(), g.lan, pano.Section{ID: s1.ID, Exhibition: g.show.ID, Title: "."}); err != nil {
		t.Fatal(err)
	}
	want("1C 2A. 3B.")
	if _, err := g.RemoveExhibit(t.Context(), g.lan, id(2)); err != nil {
		t.Fatal(err)
	}
	want("1A. 2B.")
	p, err := g.Place(t.Context(), g.lan, pano.Placement{Asset: g.flag.ID, Location: g.inner.ID, Exhibition: g.show.ID, Days: g.show.Days, Quantity: 1, Area: pano.Rect{X: 100, Y: 100, W: 800, H: 2500}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.RemoveExhibit(t.Context(), g.lan, id(0)); pano.KindOf(err) != pano.KindConflict {
		t.Errorf("a placed work is taken off: %v", err)
	}
	if all, _ := g.list(t); all[0].Placement != p.ID || all[0].WallCode != "NTL-A" || all[0].State != pano.Planned {
		t.Errorf("placed it is %+v", all[0])
	}
}

func TestExhibitionsAreRefusedToOthers(t *testing.T) {
	g := newGallery(t)
	if _, err := g.AddExhibits(t.Context(), g.lan, g.show.ID, "", []pano.AssetID{g.flag.ID}, nil); err != nil {
		t.Fatal(err)
	}
	all, _ := g.list(t)
	x := all[0].Exhibit
	for _, c := range []struct {
		who  pano.Actor
		kind pano.Kind
	}{{pano.Actor{}, pano.KindAnonymous}, {g.hoa, pano.KindForbidden}, {g.minh, pano.KindForbidden}, {g.an, pano.KindForbidden}, {g.inn, pano.KindNotFound}} {
		_, edit := g.EditExhibition(t.Context(), c.who, g.show)
		_, advance := g.AdvanceExhibition(t.Context(), c.who, g.show.ID, g.show.Rev, pano.ExhibitionDossier)
		_, add := g.AddExhibits(t.Context(), c.who, g.show.ID, "", []pano.AssetID{g.flag.ID}, nil)
		_, remove := g.RemoveExhibit(t.Context(), c.who, x.ID)
		_, label := g.EditLabel(t.Context(), c.who, x)
		_, section := g.AddSection(t.Context(), c.who, pano.Section{Exhibition: g.show.ID, Title: "x"})
		for i, err := range []error{edit, advance, add, remove, label, section, g.MoveExhibit(t.Context(), c.who, x.ID, 1), g.OrderExhibits(t.Context(), c.who, g.show.ID, g.show.Rev, nil)} {
			if pano.KindOf(err) != c.kind {
				t.Errorf("%s does %d: %v", c.who.Name, i, err)
			}
		}
	}
	if _, err := g.AddExhibits(t.Context(), g.lan, g.show.ID, "", []pano.AssetID{g.foreign.ID}, nil); pano.KindOf(err) != pano.KindNotFound {
		t.Errorf("foreign artwork: %v", err)
	}
	if _, err := g.Place(t.Context(), g.minh, pano.Placement{Asset: g.foreign.ID, Location: g.inner.ID, Exhibition: g.show.ID, Days: g.show.Days, Quantity: 1, Area: pano.Rect{W: 800, H: 2500}}); pano.KindOf(err) != pano.KindInvalid {
		t.Errorf("placed, but not listed: %v", err)
	}
	for field, e := range map[string]pano.Exhibition{"code": {Code: "xd", Title: "x"}, "title": {Code: "X2"}, "venue": {Code: "X2", Title: "x", Venue: "x"}, "until": {Code: "X2", Title: "x", Days: pano.Period{From: 9, Until: 8}}} {
		_, err := g.AddExhibition(t.Context(), g.lan, e)
		if e, ok := errors.AsType[*pano.Error](err); !ok || e.Field != field {
			t.Errorf("a bad %s: %v", field, err)
		}
	}
}
