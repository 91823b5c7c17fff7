package hanging_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pano/internal/hanging"
	"pano/internal/pano"
	"pano/storage/catalog"
)

// depict gives an asset a picture of w × h pixels, as far as its catalogue knows.
func (c *town) depict(t testing.TB, a pano.Asset, w, h int) pano.Asset {
	t.Helper()
	err := c.DB.Tend(t.Context(), func(tx *catalog.Tx) (err error) {
		if _, err = tx.ExecContext(t.Context(), `UPDATE version SET width = ?, height = ? WHERE id = ?`, w, h, string(a.Current.ID)); err != nil {
			return err
		}
		a, err = tx.Asset(t.Context(), a.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (c *town) read(t testing.TB, f func(ctx context.Context, tx *catalog.Tx) error) {
	t.Helper()
	if err := c.DB.Read(t.Context(), func(tx *catalog.Tx) error { return f(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

func (c *town) facesFor(t testing.TB, who pano.Actor, a pano.Asset, q hanging.FacesQuery) (page hanging.FacesPage, codes []string) {
	t.Helper()
	c.read(t, func(ctx context.Context, tx *catalog.Tx) (err error) {
		page, err = hanging.FacesFor(ctx, tx, who, a, q)
		return err
	})
	for _, r := range page.Rows {
		if want, ok := r.Location.Fit(a); !ok || want != r.Fit {
			t.Errorf("%s: said %+v, is %+v", r.Location.Code, r.Fit, want)
		}
		codes = append(codes, r.Location.Code)
	}
	return page, codes
}

func TestFacesComeBestFitFirst(t *testing.T) {
	c := newTown(t)
	flag := c.depict(t, c.flag, 2400, 7500)
	for _, l := range []pano.Location{
		{Code: "A-wide", Width: 1000, Height: 2500}, {Code: "B-twice", Width: 1600, Height: 5000}, {Code: "C-low", Width: 800, Height: 2000},
		{Code: "HD-015", Width: 800, Height: 2500}, {Code: "HD-013", Width: 800, Height: 2500}, {Code: "Z"},
	} {
		l.Kind, l.Name = pano.Face, l.Code
		if _, err := c.AddLocation(t.Context(), c.lan, l); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"HD-013", "HD-014", "HD-015", "B-twice", "A-wide", "C-low"}
	all, codes := c.facesFor(t, c.lan, flag, hanging.FacesQuery{})
	if !slices.Equal(codes, want) || all.Total != 6 || all.More {
		t.Errorf("%v, %d, more %t", codes, all.Total, all.More)
	}
	first, codes := c.facesFor(t, c.lan, flag, hanging.FacesQuery{Limit: 4})
	if !slices.Equal(codes, want[:4]) || first.Total != 6 || !first.More {
		t.Errorf("first page %v, %d, more %t", codes, first.Total, first.More)
	}
	rest, codes := c.facesFor(t, c.lan, flag, hanging.FacesQuery{Skip: 4, Limit: 4})
	if !slices.Equal(codes, want[4:]) || rest.More {
		t.Errorf("second page %v, more %t", codes, rest.More)
	}
	c.place(t, c.piece(c.face, sep(5, 9)))
	if _, codes := c.facesFor(t, c.lan, flag, hanging.FacesQuery{Days: sep(9, 12), Limit: 2}); !slices.Equal(codes, []string{"HD-013", "HD-015"}) {
		t.Errorf("free: %v", codes)
	}
	old := c.place(t, c.piece(c.face, pano.Period{From: pano.DayOf(time.Now()) - 9, Until: pano.DayOf(time.Now())}))
	late := func() (codes []string) {
		page, _ := c.facesFor(t, c.lan, flag, hanging.FacesQuery{})
		for _, r := range page.Rows {
			if r.Late {
				codes = append(codes, r.Location.Code)
			}
		}
		return codes
	}
	if got := late(); got != nil {
		t.Errorf("late though nothing hangs: %v", got)
	}
	old = c.advance(t, old, pano.Installed)
	if got := late(); !slices.Equal(got, []string{"HD-014"}) {
		t.Errorf("late: %v", got)
	}
	c.advance(t, old, pano.Removed)
	if got := late(); got != nil {
		t.Errorf("late though it is down: %v", got)
	}
	if page, _ := c.facesFor(t, c.nam, flag, hanging.FacesQuery{}); page.Total != 0 {
		t.Errorf("an installer finds %d faces", page.Total)
	}
}

func TestWhatCannotBeFitted(t *testing.T) {
	c := newTown(t)
	flag := c.depict(t, c.flag, 2400, 7500)
	c.read(t, func(ctx context.Context, tx *catalog.Tx) error {
		_, err := hanging.FacesFor(ctx, tx, c.lan, c.foreign, hanging.FacesQuery{})
		want(t, "no picture", err, pano.KindInvalid, "fit.no_picture", "")
		_, err = hanging.FacesFor(ctx, tx, c.lan, flag, hanging.FacesQuery{Days: pano.Period{From: 9, Until: 9}})
		want(t, "backwards", err, pano.KindInvalid, "period.ends_before_start", "until")
		_, err = hanging.ArtFor(ctx, tx, c.lan, c.wall, hanging.ArtQuery{})
		want(t, "a wall", err, pano.KindInvalid, "fit.no_face", "")
		return nil
	})
}

func TestArtworkComesBestFitFirst(t *testing.T) {
	c := newTown(t)
	c.depict(t, c.flag, 2400, 7500)
	c.depict(t, c.foreign, 2400, 7500)
	add := func(title string, state pano.AssetState, w, h int) {
		var a pano.Asset
		if err := c.DB.Tend(t.Context(), func(tx *catalog.Tx) error {
			a = addAsset(t, tx, pano.Asset{Title: title, Agency: c.culture, Owner: c.lan.ID})
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		c.depict(t, a, w, h)
		c.alter(t, a.ID, func(a *pano.Asset) { a.State = state })
	}
	add("Vuông", pano.Approved, 4000, 4000)
	add("Mờ", pano.Approved, 80, 250)
	add("Rút", pano.Withdrawn, 2400, 7500)
	add("Không ảnh", pano.Approved, 0, 0)
	titles := func(who pano.Actor, q hanging.ArtQuery) (all []string) {
		c.read(t, func(ctx context.Context, tx *catalog.Tx) error {
			page, err := hanging.ArtFor(ctx, tx, who, c.face, q)
			for _, r := range page.Rows {
				if f, _ := c.face.Fit(r.Asset); f != r.Fit {
					t.Errorf("%s: said %+v, is %+v", r.Asset.Title, r.Fit, f)
				}
				all = append(all, r.Asset.Title)
			}
			return err
		})
		return all
	}
	for _, x := range []struct {
		who  pano.Actor
		q    hanging.ArtQuery
		want []string
	}{
		{c.lan, hanging.ArtQuery{}, []string{"Phướn lễ hội", "Vuông", "Mờ"}},
		{c.lan, hanging.ArtQuery{Approved: true}, []string{"Vuông", "Mờ"}},
		{c.lan, hanging.ArtQuery{Text: "le hoi"}, []string{"Phướn lễ hội"}},
		{c.lan, hanging.ArtQuery{Kind: pano.Panel}, nil},
		{c.lan, hanging.ArtQuery{Skip: 1, Limit: 1}, []string{"Vuông"}},
		{c.minh, hanging.ArtQuery{}, []string{"Băng rôn an toàn"}},
		{c.nam, hanging.ArtQuery{}, nil},
	} {
		if got := titles(x.who, x.q); !slices.Equal(got, x.want) {
			t.Errorf("%s asks %+v: %s, want %s", x.who.Name, x.q, fmt.Sprint(got), fmt.Sprint(x.want))
		}
	}
}
