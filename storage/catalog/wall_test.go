package catalog_test

import (
	"context"
	"testing"

	"pano/internal/pano"
	"pano/storage/catalog"
)

func (c *town) door() pano.Blocked {
	return pano.Blocked{Location: c.wall.ID, Kind: pano.Door, Area: pano.Rect{X: 5000, Y: 300, W: 900, H: 2100}}
}

func TestBlockedAreaIsKeptAsItWas(t *testing.T) {
	c := newTown(t)
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
		b, err := tx.AddBlocked(ctx, c.door())
		if err != nil || len(b.ID) != 26 || b.Rev != 1 {
			t.Fatalf("AddBlocked = %+v, %v", b, err)
		}
		if got, err := tx.Blocked(ctx, b.ID); err != nil || got != b {
			t.Errorf("kept %+v, %v; want %+v", got, err, b)
		}
		b.Kind, b.Area = pano.Exit, pano.Rect{X: 5100, Y: 50, W: 400, H: 200}
		old := b
		if b, err = tx.UpdateBlocked(ctx, b); err != nil || b.Rev != 2 {
			t.Fatalf("UpdateBlocked = %+v, %v", b, err)
		}
		if _, err := tx.UpdateBlocked(ctx, old); pano.KindOf(err) != pano.KindStale {
			t.Errorf("from an old revision: %v", err)
		}
		if all, err := tx.BlockedAt(ctx, c.wall.ID); err != nil || len(all) != 1 || all[0] != b {
			t.Errorf("on the wall: %+v, %v", all, err)
		}
		if err := tx.RemoveBlocked(ctx, b.ID); err != nil {
			t.Error(err)
		}
		_, err = tx.Blocked(ctx, b.ID)
		if key(err) != "blocked.none" {
			t.Errorf("then %v", err)
		}
		return nil
	})
}

// TestTheRulesOfBlockedAreasHoldInTheCatalogue says to the triggers what
// pano.Location.Block is told in its own tests.
func TestTheRulesOfBlockedAreasHoldInTheCatalogue(t *testing.T) {
	c := newTown(t)
	for want, change := range map[string]func(*pano.Blocked){
		"blocked.no_wall":  func(b *pano.Blocked) { b.Location = c.face.ID },
		"blocked.no_size":  func(b *pano.Blocked) { b.Area.H = 0 },
		"blocked.off_wall": func(b *pano.Blocked) { b.Area.X = 5101 },
	} {
		b := c.door()
		change(&b)
		err := c.Write(t.Context(), pano.Server("test"), "test", func(tx *catalog.Tx) error {
			_, err := tx.AddBlocked(t.Context(), b)
			return err
		})
		if key(err) != want {
			t.Errorf("%+v: %v, want %s", b, err, want)
		}
	}
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
		_, err := tx.AddBlocked(ctx, c.door())
		return err
	})
	for _, change := range []func(*pano.Location){func(l *pano.Location) { l.Width = 5800 }, func(l *pano.Location) { l.Kind = pano.Store }} {
		l := c.wall
		change(&l)
		err := c.Write(t.Context(), pano.Server("test"), "test", func(tx *catalog.Tx) error {
			_, err := tx.UpdateLocation(t.Context(), l)
			return err
		})
		if key(err) != "location.has_blocked" {
			t.Errorf("%+v: %v", l, err)
		}
	}
}

// TestLiftedWorksMayChangePlaces, and the rules look at each as it comes back.
func TestLiftedWorksMayChangePlaces(t *testing.T) {
	c := newTown(t)
	a, b := c.piece(c.wall, sep(1, 9)), c.piece(c.wall, sep(1, 9))
	b.Area.X = 3000
	a, b = c.place(t, a), c.place(t, b)
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) (err error) {
		a.Area, b.Area, a.Hook = b.Area, a.Area, 120
		if err := tx.LiftPlacements(ctx, []pano.Placement{a, b}); err != nil {
			return err
		}
		if a, err = tx.UpdatePlacement(ctx, a); err != nil {
			return err
		}
		b, err = tx.UpdatePlacement(ctx, b)
		return err
	})
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
		for _, want := range []pano.Placement{a, b} {
			if got, err := tx.Placement(ctx, want.ID); err != nil || got.Area != want.Area || got.Hook != want.Hook || got.State != pano.Planned || got.Rev != 2 {
				t.Errorf("kept %+v, %v; want %+v", got, err, want)
			}
		}
		return nil
	})
	err := c.Write(t.Context(), pano.Server("test"), "test", func(tx *catalog.Tx) error {
		a.Area = pano.Rect{X: 1500, Y: 600, W: 800, H: 1000}
		if err := tx.LiftPlacements(t.Context(), []pano.Placement{a}); err != nil {
			return err
		}
		_, err := tx.UpdatePlacement(t.Context(), a)
		return err
	})
	if key(err) != "placement.taken" {
		t.Errorf("over another: %v", err)
	}
}

func TestWaitingAreWorksOfTheCampaignWithoutAWall(t *testing.T) {
	c := newTown(t)
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
		camp, err := tx.AddCampaign(ctx, pano.Campaign{Code: "TH", Name: "Mùa thu", Days: sep(1, 20), RemoveBy: sep(1, 20).Until, State: pano.CampaignRunning})
		if err != nil {
			return err
		}
		add := func(title string, change func(*pano.Asset)) pano.Asset {
			a := pano.Asset{Title: title, Width: 600, Height: 400, Agency: c.culture, Owner: c.lan, Campaign: camp.ID}
			change(&a)
			return addAsset(t, tx, a)
		}
		waits := add("Chờ treo", func(*pano.Asset) {})
		hung := add("Đã có tường", func(*pano.Asset) {})
		add("Chưa biết khổ", func(a *pano.Asset) { a.Width, a.Height = 0, 0 })
		add("Đã rút", func(a *pano.Asset) { a.State = pano.Withdrawn })
		add("Của phường", func(a *pano.Asset) { a.Agency = c.ward })
		add("Của đợt khác", func(a *pano.Asset) { a.Campaign = "" })
		p := c.piece(c.wall, sep(1, 9))
		p.Asset = hung.ID
		if _, err := tx.AddPlacement(ctx, p); err != nil {
			return err
		}
		ask := func(on pano.Day) (titles []string) {
			page, err := tx.WaitingFor(ctx, pano.Reach{Agencies: []pano.AgencyID{c.culture}}, camp.ID, on, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range page.Assets {
				titles = append(titles, a.Title)
			}
			return titles
		}
		if got := ask(sep(5, 5).From); len(got) != 1 || got[0] != waits.Title {
			t.Errorf("waiting: %v", got)
		}
		if got := ask(sep(12, 12).From); len(got) != 2 { // the other hangs no more
			t.Errorf("waiting later: %v", got)
		}
		return nil
	})
}
