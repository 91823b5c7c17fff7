package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pano/internal/pano"
	"pano/storage/catalog"
)

func TestLocationIsKeptAsItWas(t *testing.T) {
	c := newTown(t)
	l := pano.Location{Code: "Q.7", Kind: pano.Face, Name: "Mặt pa-nô", Parent: c.site.ID, Lat: 20.94, Lon: 106.33, Placed: true,
		Address: "12 Lê Lợi", Agency: c.ward, Width: 10, Height: 20, Permit: "12/GP", PermitUntil: 30000}
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) (err error) {
		if l, err = tx.AddLocation(ctx, l); err != nil || len(l.ID) != 26 || l.Rev != 1 {
			t.Fatalf("AddLocation = %+v, %v", l, err)
		}
		got, err := tx.Location(ctx, l.ID)
		l.Created, l.Updated = got.Created, got.Updated
		if err != nil || got != l {
			t.Errorf("kept %+v, %v; want %+v", got, err, l)
		}
		l.Code, l.Kind, l.Name, l.Parent, l.Placed, l.Lat, l.Lon = "Q.8", pano.Stretch, "Đoạn đường", "", false, 0, 0
		l.Address, l.Agency, l.Width, l.Height, l.Capacity, l.Permit, l.PermitUntil, l.Closed = "", c.culture, 0, 0, 5, "", 0, true
		if l, err = tx.UpdateLocation(ctx, l); err != nil || l.Rev != 2 {
			t.Fatalf("UpdateLocation = %+v, %v", l, err)
		}
		byCode, err := tx.LocationByCode(ctx, "q.8")
		l.Updated = byCode.Updated
		if err != nil || byCode != l {
			t.Errorf("then %+v, %v; want %+v", byCode, err, l)
		}
		return nil
	})
}

func TestLocationRefusals(t *testing.T) {
	c := newTown(t)
	there := c.place(t, c.piece(c.wall, sep(1, 9)))
	with := func(l pano.Location, change func(*pano.Location)) pano.Location { change(&l); return l }
	fresh := pano.Location{Kind: pano.Site, Code: "NEW", Name: "Mới", Agency: c.culture}
	for _, x := range []struct {
		name       string
		l          pano.Location
		kind       pano.Kind
		key, field string
	}{
		{"a code that is there, in small letters", with(fresh, func(l *pano.Location) { l.Code = "hd-014" }), pano.KindConflict, "location.code_taken", "code"},
		{"an unknown agency", with(fresh, func(l *pano.Location) { l.Agency = "none" }), pano.KindInvalid, "agency.none", "agency"},
		{"the code of another", with(c.site, func(l *pano.Location) { l.Code = "D1" }), pano.KindConflict, "location.code_taken", "code"},
		{"from an old revision", with(c.site, func(l *pano.Location) { l.Rev = 7 }), pano.KindStale, "thing.stale", ""},
		{"one that is not there", with(c.site, func(l *pano.Location) { l.ID = "none" }), pano.KindStale, "thing.stale", ""},
		{"a smaller wall", with(c.wall, func(l *pano.Location) { l.Width = 1700 }), pano.KindConflict, "location.too_small", "width_mm"},
		{"a wall no more", with(c.wall, func(l *pano.Location) { l.Kind = pano.Store }), pano.KindConflict, "location.in_use", "kind"},
		{"inside itself", with(c.venue, func(l *pano.Location) { l.Parent = c.wall.ID }), pano.KindInvalid, "location.inside_itself", "parent"},
	} {
		err := c.Tend(t.Context(), func(tx *catalog.Tx) (err error) {
			if x.l.ID == "" {
				_, err = tx.AddLocation(t.Context(), x.l)
			} else {
				_, err = tx.UpdateLocation(t.Context(), x.l)
			}
			return err
		})
		e, ok := errors.AsType[*pano.Error](err)
		if !ok || e.Kind != x.kind || e.Key != x.key || e.Field != x.field {
			t.Errorf("%s: %v, want %s at %q", x.name, err, x.key, x.field)
		}
		if by, _ := errors.AsType[pano.Taken](err); (x.key == "location.too_small" || x.key == "location.in_use") && by.By.ID != there.ID {
			t.Errorf("%s because of %q, want %q", x.name, by.By.ID, there.ID)
		}
	}
	for _, find := range []func(*catalog.Tx) (pano.Location, error){
		func(tx *catalog.Tx) (pano.Location, error) { return tx.Location(t.Context(), "none") },
		func(tx *catalog.Tx) (pano.Location, error) { return tx.LocationByCode(t.Context(), "none") },
	} {
		c.Read(t.Context(), func(tx *catalog.Tx) error {
			if _, err := find(tx); pano.KindOf(err) != pano.KindNotFound || key(err) != "location.none" {
				t.Errorf("what is not there: %v", err)
			}
			return nil
		})
	}
}

func codes(all []pano.Location) (codes []string) {
	for _, l := range all {
		codes = append(codes, l.Code)
	}
	return codes
}

func TestPlacesAreFoundWithoutAccents(t *testing.T) {
	c := newTown(t)
	shut := c.addLocation(t, pano.Location{Kind: pano.Site, Code: "OLD-100%", Name: "Chợ cũ", Closed: true})
	yes, no := true, false
	for _, x := range []struct {
		name string
		q    catalog.LocationQuery
		want []string
	}{
		{"no accents", catalog.LocationQuery{Text: "tran hung dao"}, []string{"HD"}},
		{"with accents", catalog.LocationQuery{Text: "Trần HƯNG đạo"}, []string{"HD"}},
		{"decomposed", catalog.LocationQuery{Text: "Tra\u0302\u0300n đa\u0323o"}, []string{"HD"}},
		{"words of name and address", catalog.LocationQuery{Text: "quang dao"}, []string{"HD"}},
		{"part of a code", catalog.LocationQuery{Text: "hd-01"}, []string{"HD-014"}},
		{"đ alone", catalog.LocationQuery{Text: "doan"}, []string{"D1"}},
		{"nothing like it", catalog.LocationQuery{Text: "hai phong"}, nil},
		{"a wildcard is no wildcard", catalog.LocationQuery{Text: "h_"}, []string{"D1", "HD", "HD-014", "NTL", "NTL-1", "OLD-100%"}},
		{"quotes", catalog.LocationQuery{Text: `' OR 1=1 --`}, nil},
		{"kind", catalog.LocationQuery{Kind: pano.Site}, []string{"HD", "OLD-100%"}},
		{"below", catalog.LocationQuery{Parent: c.venue.ID}, []string{"NTL-1"}},
		{"agency", catalog.LocationQuery{Agency: c.ward}, nil},
		{"closed", catalog.LocationQuery{Closed: &yes}, []string{"OLD-100%"}},
		{"in use", catalog.LocationQuery{Closed: &no, Kind: pano.Site}, []string{"HD"}},
		{"everything", catalog.LocationQuery{}, []string{"D1", "HD", "HD-014", "NTL", "NTL-1", "NTL-1-A", "OLD-100%"}},
	} {
		c.Read(t.Context(), func(tx *catalog.Tx) error {
			page, err := tx.Locations(t.Context(), pano.Reach{All: true}, x.q)
			if got := codes(page.Locations); err != nil || !slices.Equal(got, x.want) || page.Total != len(x.want) || page.Next != "" {
				t.Errorf("%s: %q of %d, %v; want %q", x.name, got, page.Total, err, x.want)
			}
			return nil
		})
	}
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
		shut.Name = "Bến xe"
		_, err := tx.UpdateLocation(ctx, shut)
		return err
	})
	c.Read(t.Context(), func(tx *catalog.Tx) error {
		for text, want := range map[string]int{"cho": 0, "ben xe": 1} {
			if page, _ := tx.Locations(t.Context(), pano.Reach{All: true}, catalog.LocationQuery{Text: text}); page.Total != want {
				t.Errorf("after it was renamed, %q finds %d, want %d", text, page.Total, want)
			}
		}
		return nil
	})
}

func TestPlacesComeInPages(t *testing.T) {
	c := newTown(t)
	var want []string
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
		for i := range 201 {
			l, err := tx.AddLocation(ctx, pano.Location{Kind: pano.Store, Code: fmt.Sprintf("K-%03d", i), Name: "Kho", Agency: c.culture})
			if err != nil {
				return err
			}
			want = append(want, l.Code)
		}
		return nil
	})
	for limit, pages := range map[int]int{0: 5, 7: 29, 67: 3, 200: 2, 1_000_000_000: 2, -1: 201} {
		var got []string
		n := 0
		c.Read(t.Context(), func(tx *catalog.Tx) error {
			for q := (catalog.LocationQuery{Text: "kho", Limit: limit}); ; n++ {
				page, err := tx.Locations(t.Context(), pano.Reach{All: true}, q)
				if err != nil || page.Total != 201 {
					t.Fatal(page.Total, err)
				}
				got = append(got, codes(page.Locations)...)
				if q.After = page.Next; q.After == "" || len(got) > 201 {
					n++
					return nil
				}
			}
		})
		if !slices.Equal(got, want) || n != pages {
			t.Errorf("limit %d: %d places on %d pages, want 201 on %d", limit, len(got), n, pages)
		}
	}
}

func TestPlacesOutOfReachAreNotListed(t *testing.T) {
	c := newTown(t)
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
		_, err := tx.AddLocation(ctx, pano.Location{Kind: pano.Site, Code: "W", Name: "Nhà văn hóa phường", Agency: c.ward})
		return err
	})
	for _, x := range []struct {
		reach pano.Reach
		want  int
	}{
		{pano.Reach{}, 0}, {pano.Reach{All: true}, 7}, {pano.Reach{Agencies: []pano.AgencyID{c.ward}}, 1},
		{pano.Reach{Self: c.lan, OwnIn: []pano.AgencyID{c.ward}}, 0}, {pano.Reach{Self: c.lan, DraftsIn: []pano.AgencyID{c.ward}}, 0},
	} {
		c.Read(t.Context(), func(tx *catalog.Tx) error {
			page, err := tx.Locations(t.Context(), x.reach, catalog.LocationQuery{})
			if err != nil || page.Total != x.want || len(page.Locations) != x.want {
				t.Errorf("%+v sees %d of %d, %v; want %d", x.reach, len(page.Locations), page.Total, err, x.want)
			}
			return nil
		})
	}
}

func TestTheTreeOfPlaces(t *testing.T) {
	c := newTown(t)
	c.Read(t.Context(), func(tx *catalog.Tx) error {
		up, err := tx.Ancestors(t.Context(), c.wall.ID)
		if got := codes(up); err != nil || !slices.Equal(got, []string{"NTL", "NTL-1"}) {
			t.Errorf("above the wall: %v, %v", got, err)
		}
		if up, err := tx.Ancestors(t.Context(), c.site.ID); err != nil || len(up) != 0 {
			t.Errorf("above the top: %v, %v", up, err)
		}
		down, err := tx.Children(t.Context(), c.site.ID)
		if got := codes(down); err != nil || !slices.Equal(got, []string{"HD-014"}) {
			t.Errorf("below the site: %v, %v", got, err)
		}
		return nil
	})
}

func TestTheHistoryOfAPlaceHasThatOfItsPlacements(t *testing.T) {
	c := newTown(t)
	here, there := c.place(t, c.piece(c.face, sep(1, 9))), c.place(t, c.piece(c.stretch, sep(1, 9)))
	for i, subject := range []string{string(c.face.ID), string(here.ID), string(there.ID), string(c.flag.ID), "other", string(here.ID)} {
		err := c.Write(t.Context(), server, fmt.Sprint("n", i), func(tx *catalog.Tx) error {
			tx.Note(subject, nil, nil)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	c.Read(t.Context(), func(tx *catalog.Tx) error {
		verbs := func(all []catalog.Event, err error) (verbs []string) {
			if err != nil {
				t.Error(err)
			}
			for _, e := range all {
				verbs = append(verbs, e.Verb)
			}
			return verbs
		}
		first, _ := tx.EventsAt(t.Context(), c.face.ID, 0, 2)
		for _, x := range []struct{ got, want []string }{
			{verbs(tx.EventsAt(t.Context(), c.face.ID, 0, 99)), []string{"n5", "n1", "n0"}},
			{verbs(tx.EventsAt(t.Context(), c.face.ID, first[1].Seq, 99)), []string{"n0"}},
			{verbs(tx.EventsAbout(t.Context(), c.flag.ID, 0, 99)), []string{"n5", "n3", "n2", "n1"}},
			{verbs(tx.EventsAbout(t.Context(), c.flag.ID, 0, 1)), []string{"n5"}},
		} {
			if !slices.Equal(x.got, x.want) {
				t.Errorf("events %v, want %v", x.got, x.want)
			}
		}
		return nil
	})
}
