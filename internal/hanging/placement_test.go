package hanging_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog"
)

func TestPlacePlansForTheAgencyOfTheAsset(t *testing.T) {
	c := newTown(t)
	p := c.piece(c.face, sep(1, 9))
	p.State, p.Agency, p.By, p.Version, p.Rev, p.ID = pano.Installed, c.ward, c.minh.ID, "v", 9, "chosen" // none of these is the caller's to say
	p.Note = "gia\u0301p Te\u0302\u0301t"                                                                 // decomposed
	got := c.place(t, p)
	if got.State != pano.Planned || got.Agency != c.culture || got.By != c.lan.ID || got.Version != "" || got.Rev != 1 || got.ID == "chosen" ||
		got.RemoveBy != p.Days.Until || got.Note != "giáp Tết" {
		t.Errorf("placed %+v", got)
	}
	kept := c.kept(t, got.ID)
	got.Created, got.Updated = kept.Created, kept.Updated
	if kept != got {
		t.Errorf("kept %+v, said %+v", kept, got)
	}
	if _, verbs := c.events(t, string(got.ID)); !slices.Equal(verbs, []string{"placement.add"}) {
		t.Errorf("history %v", verbs)
	}
}

// TestWhoMayPlaceWhat: an asset out of sight is answered like one that is not
// there, to everybody, and nothing is written.
func TestWhoMayPlaceWhat(t *testing.T) {
	c := newTown(t)
	before, _ := c.events(t, "")
	for _, x := range []struct {
		name  string
		who   pano.Actor
		asset pano.AssetID
		kind  pano.Kind
		key   string
	}{
		{"curator, foreign asset", c.lan, c.foreign.ID, pano.KindNotFound, "asset.none"},
		{"curator, no asset", c.lan, "none", pano.KindNotFound, "asset.none"},
		{"foreign curator", c.minh, c.flag.ID, pano.KindNotFound, "asset.none"},
		{"staff", c.hoa, c.flag.ID, pano.KindForbidden, "auth.no_right"},
		{"staff, foreign asset", c.hoa, c.foreign.ID, pano.KindNotFound, "asset.none"},
		{"printer", c.inn, c.flag.ID, pano.KindNotFound, "asset.none"},
		{"installer", c.nam, c.flag.ID, pano.KindNotFound, "asset.none"},
		{"admin", c.root, c.flag.ID, pano.KindForbidden, "auth.no_right"},
		{"auditor", c.an, c.flag.ID, pano.KindForbidden, "auth.no_right"},
		{"nobody", pano.Actor{}, c.flag.ID, pano.KindAnonymous, "auth.sign_in"},
		{"nobody, no asset", pano.Actor{}, "none", pano.KindAnonymous, "auth.sign_in"},
		{"a token for looking", pano.Actor{ID: c.lan.ID, Memberships: c.lan.Memberships, Only: []pano.Action{pano.AssetSee}}, c.flag.ID, pano.KindForbidden, "auth.no_right"},
	} {
		p := c.piece(c.face, sep(1, 9))
		p.Asset = x.asset
		_, err := c.Place(t.Context(), x.who, p)
		want(t, x.name, err, x.kind, x.key, "")
	}
	if after, _ := c.events(t, ""); after != before {
		t.Errorf("refusals left %d events", after-before)
	}
	p := c.piece(c.face, sep(1, 9))
	p.Asset = c.foreign.ID
	if _, err := c.Place(t.Context(), c.tuan, p); err != nil {
		t.Errorf("an approver: %v", err)
	}
	p.Days, p.By = sep(10, 11), c.minh.ID
	if p, err := c.Place(t.Context(), pano.Server("demo"), p); err != nil || p.By != c.minh.ID {
		t.Errorf("the server, for minh: %+v, %v", p, err)
	}
}

func TestWhatCannotBePlaced(t *testing.T) {
	c := newTown(t)
	with := func(change func(*pano.Placement)) pano.Placement {
		p := c.piece(c.face, sep(1, 9))
		change(&p)
		return p
	}
	for _, x := range []struct {
		name       string
		p          pano.Placement
		kind       pano.Kind
		key, field string
	}{
		{"nowhere", with(func(p *pano.Placement) { p.Location = "none" }), pano.KindNotFound, "location.none", ""},
		{"for no occasion", with(func(p *pano.Placement) { p.Campaign = "none" }), pano.KindInvalid, "campaign.none", "campaign"},
		{"backwards", with(func(p *pano.Placement) { p.Days.Until = p.Days.From }), pano.KindInvalid, "period.ends_before_start", "until"},
		{"twice on a face", with(func(p *pano.Placement) { p.Quantity = 2 }), pano.KindInvalid, "placement.one_piece_here", "quantity"},
		{"too much to say", with(func(p *pano.Placement) { p.Note = strings.Repeat("ư", 5001) }), pano.KindInvalid, "text.too_long", "note"},
		{"off the wall", with(func(p *pano.Placement) { p.Location, p.Area = c.wall.ID, pano.Rect{X: 5500, W: 800, H: 10} }), pano.KindInvalid, "placement.off_wall", "x_mm"},
		{"too many", with(func(p *pano.Placement) { p.Location, p.Quantity = c.stretch.ID, 11 }), pano.KindConflict, "placement.full", "quantity"},
	} {
		_, err := c.Place(t.Context(), c.lan, x.p)
		want(t, x.name, err, x.kind, x.key, x.field)
	}
	c.alter(t, c.flag.ID, func(a *pano.Asset) { a.State = pano.Withdrawn })
	_, err := c.Place(t.Context(), c.lan, c.piece(c.face, sep(1, 9)))
	want(t, "withdrawn", err, pano.KindConflict, "placement.asset_withdrawn", "asset")
	c.alter(t, c.flag.ID, func(a *pano.Asset) { a.State, a.Binned = pano.Draft, time.Now() })
	_, err = c.Place(t.Context(), c.lan, c.piece(c.face, sep(1, 9)))
	want(t, "in the bin", err, pano.KindConflict, "placement.asset_binned", "asset")
}

func TestEditIsForWhatIsNotPrinted(t *testing.T) {
	c := newTown(t)
	p := c.place(t, c.piece(c.face, sep(1, 9)))
	p = c.advance(t, p, pano.Confirmed)
	other := c.place(t, c.piece(c.face, sep(20, 25)))

	p.Days, p.RemoveBy, p.Note = sep(5, 19), 0, "dời lại"
	moved, err := c.Edit(t.Context(), c.lan, p)
	if err != nil || moved.Days != sep(5, 19) || moved.Note != "dời lại" || moved.State != pano.Confirmed || moved.Rev != p.Rev+1 || moved.RemoveBy != sep(5, 19).Until {
		t.Fatalf("Edit = %+v, %v", moved, err)
	}
	_, err = c.Edit(t.Context(), c.lan, p) // at its old revision
	want(t, "stale", err, pano.KindStale, "thing.stale", "")
	p.Rev = 0
	_, err = c.Edit(t.Context(), c.lan, p)
	want(t, "from nothing", err, pano.KindUnversioned, "thing.unversioned", "")

	over := moved
	over.Days = sep(5, 20)
	_, err = c.Edit(t.Context(), c.lan, over)
	want(t, "into another", err, pano.KindConflict, "placement.taken", "from")
	if kept := c.kept(t, p.ID); kept.Days != moved.Days || kept.Rev != moved.Rev {
		t.Errorf("the refused edit left %+v", kept)
	}
	sly := moved
	sly.Asset, sly.Location, sly.Agency, sly.By, sly.State, sly.Version = c.foreign.ID, c.wall.ID, c.ward, c.minh.ID, pano.Verified, "v"
	kept, err := c.Edit(t.Context(), c.lan, sly)
	if err != nil || kept.Asset != c.flag.ID || kept.Location != c.face.ID || kept.Agency != c.culture || kept.By != c.lan.ID || kept.State != pano.Confirmed || kept.Version != "" {
		t.Errorf("what is not to be edited became %+v, %v", kept, err)
	}

	kept.RemoveBy += 3
	if kept, err = c.Edit(t.Context(), c.lan, kept); err != nil {
		t.Fatal(err)
	}
	kept.Days = sep(5, 8)
	if kept, err = c.Edit(t.Context(), c.lan, kept); err != nil || kept.RemoveBy != sep(5, 19).Until+3 {
		t.Errorf("a day of its own to be down by moved: %+v, %v", kept, err)
	}

	printed := c.advance(t, other, pano.Printed)
	printed.Note = "quá muộn"
	_, err = c.Edit(t.Context(), c.lan, printed)
	want(t, "printed", err, pano.KindConflict, "placement.not_editable", "")
}

func TestAClosedPlaceTakesNothingNew(t *testing.T) {
	c := newTown(t)
	p := c.place(t, c.piece(c.stretch, sep(5, 9)))
	if _, err := c.CloseLocation(t.Context(), c.lan, c.stretch.ID, c.stretch.Rev); err != nil {
		t.Fatal(err)
	}
	_, err := c.Place(t.Context(), c.lan, c.piece(c.stretch, sep(1, 2)))
	want(t, "something new", err, pano.KindConflict, "placement.closed", "location")
	for name, change := range map[string]func(*pano.Placement){
		"earlier": func(p *pano.Placement) { p.Days.From-- },
		"longer":  func(p *pano.Placement) { p.Days.Until++; p.RemoveBy++ },
		"more":    func(p *pano.Placement) { p.Quantity++ },
	} {
		more := p
		change(&more)
		_, err := c.Edit(t.Context(), c.lan, more)
		want(t, name, err, pano.KindConflict, "placement.closed", "location")
	}
	p.Days, p.RemoveBy, p.Note = sep(5, 7), 0, "dọn sớm"
	if p, err = c.Edit(t.Context(), c.lan, p); err != nil {
		t.Errorf("less: %v", err)
	}
	c.advance(t, p, pano.Installed, pano.Removed)
}

func TestAdvanceKeepsTheVersionThatWasPrinted(t *testing.T) {
	c := newTown(t)
	p := c.advance(t, c.place(t, c.piece(c.face, sep(1, 9))), pano.Confirmed, pano.Planned, pano.Confirmed)
	if p.Version != "" {
		t.Errorf("confirmed with version %q", p.Version)
	}
	p = c.advance(t, p, pano.Printed)
	if p.Version != c.flag.Current.ID {
		t.Errorf("printed version %q, want the current one %q", p.Version, c.flag.Current.ID)
	}
	err := c.DB.Tend(t.Context(), func(tx *catalog.Tx) error {
		v := c.flag.Current
		v.Upload = "second"
		_, err := tx.AddVersion(t.Context(), c.flag, v)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	p = c.advance(t, p, pano.Installed, pano.Damaged, pano.Installed, pano.Verified)
	if p.Version != c.flag.Current.ID {
		t.Errorf("what hangs is said to be version %q, printed was %q", p.Version, c.flag.Current.ID)
	}
	p, err = c.Advance(t.Context(), c.lan, p.ID, pano.Removed, "tháo xong")
	if err != nil || p.Note != "tháo xong" || c.kept(t, p.ID).State != pano.Removed {
		t.Errorf("removed: %+v, %v", p, err)
	}
	_, verbs := c.events(t, string(p.ID))
	if got, want := strings.Join(verbs, " "), "placement.remove placement.verify placement.install placement.damage placement.install "+
		"placement.print placement.confirm placement.reconsider placement.confirm placement.add"; got != want {
		t.Errorf("history\n%s, want\n%s", got, want)
	}
	c.DB.Read(t.Context(), func(tx *catalog.Tx) error {
		all, err := tx.EventsOf(t.Context(), string(p.ID), 0, 1)
		if err != nil || !strings.Contains(all[0].Before, `"verified"`) || !strings.Contains(all[0].After, `"removed"`) || all[0].Actor != c.lan.ID {
			t.Errorf("the last event is %+v, %v", all, err)
		}
		return nil
	})
	c.place(t, c.piece(c.face, sep(1, 9))) // the place is free again

	direct := c.advance(t, c.place(t, c.piece(c.face, sep(20, 21))), pano.Installed)
	if direct.Version == "" {
		t.Error("installed without a version")
	}
}

func TestAdvanceRefusesWhatDoesNotFollow(t *testing.T) {
	c := newTown(t)
	p := c.place(t, c.piece(c.face, sep(1, 9)))
	for to, key := range map[pano.PlacementState]string{pano.Verified: "placement.wrong_state", pano.Removed: "placement.wrong_state", "flying": "placement.unknown_state"} {
		_, err := c.Advance(t.Context(), c.lan, p.ID, to, "")
		kind, field := pano.KindConflict, ""
		if key == "placement.unknown_state" {
			kind, field = pano.KindInvalid, "state"
		}
		want(t, string(to), err, kind, key, field)
	}
	_, err := c.Advance(t.Context(), c.lan, p.ID, pano.Confirmed, "\xff")
	want(t, "a broken note", err, pano.KindInvalid, "text.not_utf8", "note")
	if _, err = c.Cancel(t.Context(), c.lan, p.ID, "mưa"); err != nil {
		t.Fatal(err)
	}
	_, err = c.Cancel(t.Context(), c.lan, p.ID, "")
	want(t, "cancelled twice", err, pano.KindConflict, "placement.wrong_state", "")
	if kept := c.kept(t, p.ID); kept.State != pano.Cancelled || kept.Note != "mưa" {
		t.Errorf("kept %+v", kept)
	}
}

func TestWhoMayMoveAPlacementOn(t *testing.T) {
	c := newTown(t)
	const ok = 99
	for _, x := range []struct {
		name             string
		who              pano.Actor
		plan, mark, edit pano.Kind
	}{
		{"curator", c.lan, ok, ok, ok},
		{"foreign curator", c.minh, pano.KindForbidden, pano.KindForbidden, pano.KindForbidden},
		{"approver", c.tuan, ok, pano.KindForbidden, ok},
		{"staff", c.hoa, pano.KindForbidden, pano.KindForbidden, pano.KindForbidden},
		{"admin", c.root, pano.KindForbidden, pano.KindForbidden, pano.KindForbidden},
		{"auditor", c.an, pano.KindForbidden, pano.KindForbidden, pano.KindForbidden},
		{"printer", c.inn, pano.KindNotFound, pano.KindNotFound, pano.KindNotFound},
		{"installer", c.nam, pano.KindForbidden, pano.KindInvalid, pano.KindForbidden}, // who hangs proves it
		{"nobody", pano.Actor{}, pano.KindAnonymous, pano.KindAnonymous, pano.KindAnonymous},
	} {
		p := c.place(t, c.piece(c.face, sep(1, 9)))
		_, edit := c.Edit(t.Context(), x.who, p)
		_, plan := c.Advance(t.Context(), x.who, p.ID, pano.Confirmed, "")
		_, mark := c.Advance(t.Context(), x.who, p.ID, pano.Installed, "trời mưa, máy hỏng")
		for name, y := range map[string]struct {
			err  error
			kind pano.Kind
		}{"edit": {edit, x.edit}, "plan": {plan, x.plan}, "mark": {mark, x.mark}} {
			if y.err == nil && y.kind != ok || y.err != nil && pano.KindOf(y.err) != y.kind {
				t.Errorf("%s %s: %v, want kind %d", x.name, name, y.err, y.kind)
			}
			_, none := c.Advance(t.Context(), x.who, "none", pano.Confirmed, "")
			if y.kind == pano.KindNotFound && none.Error() != y.err.Error() {
				t.Errorf("%s learns the difference between %v and %v", x.name, y.err, none)
			}
		}
		if state := c.kept(t, p.ID).State; state == pano.Installed {
			c.advance(t, p, pano.Removed)
		} else {
			c.advance(t, p, pano.Cancelled)
		}
	}
}
