package planning_test

import (
	"crypto/sha256"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pano/internal/hanging"
	"pano/internal/pano"
	"pano/internal/planning"
	"pano/storage/catalog"
)

// A house has a curator and an installer, a campaign, and a face on which
// something hangs for it.
type house struct {
	*planning.Desk
	hang     *hanging.Desk
	lan, nam pano.Actor
	c        pano.Campaign
	up       pano.Placement
}

func open(t *testing.T) *house {
	t.Helper()
	db, err := catalog.Open(filepath.Join(t.TempDir(), "pano.db"), time.Now)
	must(t, err)
	t.Cleanup(func() { db.Close() })
	h := &house{Desk: &planning.Desk{DB: db}, hang: &hanging.Desk{DB: db}}
	var asset pano.Asset
	must(t, db.Tend(t.Context(), func(tx *catalog.Tx) error {
		agency, err := tx.AddAgency(t.Context(), pano.Agency{Code: "SVH", Name: "Sở Văn hóa"})
		must(t, err)
		for _, x := range []struct {
			who  *pano.Actor
			name string
			role pano.Role
		}{{&h.lan, "lan", pano.Curator}, {&h.nam, "nam", pano.Installer}} {
			u := pano.User{Login: x.name, Name: x.name, Memberships: []pano.Membership{{Agency: agency, Role: x.role}}}
			u.ID, err = tx.AddUser(t.Context(), u, "")
			must(t, err)
			*x.who = pano.Actor{ID: u.ID, Name: u.Name, Memberships: u.Memberships}
		}
		d := pano.Digest(sha256.Sum256([]byte("x")))
		_, err = tx.ExecContext(t.Context(), `INSERT INTO blob (digest, size, state, gen, touched) VALUES (?, 1, 'live', 1, 0)`, d)
		must(t, err)
		asset, err = tx.AddAsset(t.Context(), pano.Asset{Title: "Phướn", Kind: pano.FlagBanner, State: pano.Draft, Agency: agency, Owner: h.lan.ID},
			pano.Version{Digest: d, Size: 1, Name: "a.tif", MediaType: "image/tiff", Orientation: 1, Ready: pano.Processing, Upload: "x", By: h.lan.ID})
		return err
	}))
	today := pano.DayOf(time.Now())
	days := pano.Period{From: today - 9, Until: today}
	h.c, err = h.AddCampaign(t.Context(), h.lan, pano.Campaign{Code: "LH26", Name: "Lễ hội mùa thu", Days: days, State: pano.CampaignRunning})
	must(t, err)
	face, err := h.hang.AddLocation(t.Context(), h.lan, pano.Location{Kind: pano.Face, Code: "PN-1", Name: "Cột 1", Agency: asset.Agency})
	must(t, err)
	h.up, err = h.hang.Place(t.Context(), h.lan, pano.Placement{Asset: asset.ID, Location: face.ID, Campaign: h.c.ID, Days: days, Quantity: 1})
	must(t, err)
	h.up, err = h.hang.Advance(t.Context(), h.lan, h.up.ID, pano.Installed, "không chụp được")
	must(t, err)
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, what string, err error, kind pano.Kind, key, field string) {
	t.Helper()
	var e *pano.Error
	if err != nil {
		e, _ = err.(*pano.Error)
	}
	if e == nil || e.Kind != kind || e.Key != key || e.Field != field {
		t.Errorf("%s: %v, want %s at %q", what, err, key, field)
	}
}

func TestACampaignIsNotClosedOverWhatHangs(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	_, err := h.Move(ctx, h.lan, h.c.ID, h.c.Rev, pano.CampaignClosed, "  ")
	want(t, "without a reason", err, pano.KindConflict, "campaign.still_hangs", "reason")
	_, err = h.Move(ctx, h.nam, h.c.ID, h.c.Rev, pano.CampaignWrapUp, "")
	want(t, "an installer", err, pano.KindForbidden, "auth.no_right", "")
	_, err = h.Move(ctx, h.lan, h.c.ID, 0, pano.CampaignWrapUp, "")
	want(t, "of no revision", err, pano.KindUnversioned, "thing.unversioned", "")
	_, err = h.Move(ctx, h.lan, h.c.ID, h.c.Rev, "over", "")
	want(t, "no such state", err, pano.KindInvalid, "campaign.unknown_state", "state")
	_, err = h.Move(ctx, h.lan, "x", 1, pano.CampaignWrapUp, "")
	want(t, "no such campaign", err, pano.KindNotFound, "campaign.none", "")

	c, err := h.Move(ctx, h.lan, h.c.ID, h.c.Rev, pano.CampaignWrapUp, "")
	must(t, err)
	_, err = h.Move(ctx, h.lan, h.c.ID, h.c.Rev, pano.CampaignClosed, "giữ lại")
	want(t, "from an old page", err, pano.KindStale, "thing.stale", "")
	c, err = h.Move(ctx, h.lan, c.ID, c.Rev, pano.CampaignClosed, "giữ lại làm biển chỉ đường")
	must(t, err)
	if c.State != pano.CampaignClosed || c.Reason != "giữ lại làm biển chỉ đường" {
		t.Errorf("closed, it is %+v", c)
	}
	_, err = h.hang.Place(ctx, h.lan, pano.Placement{Asset: h.up.Asset, Location: h.up.Location, Campaign: c.ID, Days: pano.Period{From: h.up.Days.Until + 50, Until: h.up.Days.Until + 51}, Quantity: 1})
	want(t, "another placement for it", err, pano.KindConflict, "placement.campaign_closed", "campaign")

	_, err = h.Move(ctx, h.lan, c.ID, c.Rev, pano.CampaignWrapUp, "")
	want(t, "opened again without a reason", err, pano.KindInvalid, "campaign.no_reason", "reason")
	_, err = h.Move(ctx, h.lan, c.ID, c.Rev, pano.CampaignRunning, "x")
	want(t, "from closed to running", err, pano.KindConflict, "campaign.wrong_state", "")
	c, err = h.Move(ctx, h.lan, c.ID, c.Rev, pano.CampaignWrapUp, "còn ảnh phải nộp")
	must(t, err)
	_, err = h.hang.Advance(ctx, h.lan, h.up.ID, pano.Removed, "đã tháo")
	must(t, err)
	c, err = h.Move(ctx, h.lan, c.ID, c.Rev, pano.CampaignClosed, "")
	must(t, err)
	if c.Reason != "" {
		t.Errorf("all is down, and it was closed for %q", c.Reason)
	}
	var verbs []string
	must(t, h.DB.Read(ctx, func(tx *catalog.Tx) error {
		all, err := tx.EventsOf(ctx, string(c.ID), 0, 50)
		for _, e := range all {
			verbs = append(verbs, e.Verb)
		}
		return err
	}))
	if got := strings.Join(verbs, " "); got != "campaign.close campaign.reopen campaign.close campaign.move campaign.add" {
		t.Errorf("its history: %s", got)
	}
}

// TestTheCatalogueItselfHoldsACampaignOpen goes round the desk.
func TestTheCatalogueItselfHoldsACampaignOpen(t *testing.T) {
	h := open(t)
	c := h.c
	c.State = pano.CampaignClosed
	err := h.DB.Tend(t.Context(), func(tx *catalog.Tx) error { _, err := tx.MoveCampaign(t.Context(), c); return err })
	want(t, "closed behind everybody's back", err, pano.KindConflict, "campaign.still_hangs", "reason")
}

func TestOnlyOneOfManyClosesACampaign(t *testing.T) {
	h := open(t)
	var wg sync.WaitGroup
	won := make(chan bool, 16)
	for range 16 {
		wg.Go(func() {
			_, err := h.Move(t.Context(), h.lan, h.c.ID, h.c.Rev, pano.CampaignClosed, "giữ lại")
			if err != nil && pano.KindOf(err) != pano.KindStale {
				t.Error(err)
			}
			won <- err == nil
		})
	}
	wg.Wait()
	close(won)
	n := 0
	for ok := range won {
		if ok {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d closed it", n)
	}
}
