package hanging_test

import (
	"slices"
	"testing"

	"pano/internal/pano"
	"pano/storage/catalog"
)

func TestPlacesBelongToTheAgencyOfWhoAddsThem(t *testing.T) {
	c := newTown(t)
	site := pano.Location{Kind: pano.Site, Code: " S1 ", Name: "Qua\u0309ng trươ\u0300ng ", Closed: true, Rev: 7, ID: "chosen"}
	l, err := c.AddLocation(t.Context(), c.minh, site)
	if err != nil || l.Agency != c.ward || l.Code != "S1" || l.Name != "Quảng trường" || l.Closed || l.Rev != 1 || l.ID == "chosen" {
		t.Errorf("added %+v, %v", l, err)
	}
	if _, verbs := c.events(t, string(l.ID)); !slices.Equal(verbs, []string{"location.add"}) {
		t.Errorf("history %v", verbs)
	}
	site.Code = "S2"
	if l, err := c.AddLocation(t.Context(), c.root, site); err != nil || l.Agency != c.culture {
		t.Errorf("added by the administrator: %+v, %v", l, err)
	}
	site.Code, site.Agency = "S3", c.ward
	if l, err := c.AddLocation(t.Context(), c.root, site); err != nil || l.Agency != c.ward {
		t.Errorf("added for another agency: %+v, %v", l, err)
	}
	site.Agency = ""
	_, err = c.AddLocation(t.Context(), pano.Server("import"), site)
	want(t, "for no agency", err, pano.KindInvalid, "location.no_agency", "agency")
}

func TestWhoMayAddAndEditPlaces(t *testing.T) {
	c := newTown(t)
	before, _ := c.events(t, "")
	for name, x := range map[string]struct {
		who       pano.Actor
		add, edit pano.Kind
		none      pano.Kind // of editing what is not there
	}{
		"foreign curator": {c.minh, pano.KindForbidden, pano.KindForbidden, pano.KindNotFound},
		"approver":        {c.tuan, pano.KindForbidden, pano.KindForbidden, pano.KindNotFound},
		"staff":           {c.hoa, pano.KindForbidden, pano.KindForbidden, pano.KindNotFound},
		"auditor":         {c.an, pano.KindForbidden, pano.KindForbidden, pano.KindNotFound},
		"printer":         {c.inn, pano.KindForbidden, pano.KindNotFound, pano.KindNotFound},
		"installer":       {c.nam, pano.KindForbidden, pano.KindNotFound, pano.KindNotFound},
		"nobody":          {pano.Actor{}, pano.KindAnonymous, pano.KindAnonymous, pano.KindAnonymous},
	} {
		_, add := c.AddLocation(t.Context(), x.who, pano.Location{Kind: pano.Site, Code: "X", Name: "X", Agency: c.culture})
		_, edit := c.EditLocation(t.Context(), x.who, c.face)
		_, shut := c.CloseLocation(t.Context(), x.who, c.face.ID, c.face.Rev)
		_, none := c.CloseLocation(t.Context(), x.who, "none", 1)
		if pano.KindOf(add) != x.add || pano.KindOf(edit) != x.edit || pano.KindOf(shut) != x.edit || pano.KindOf(none) != x.none {
			t.Errorf("%s: add %v, edit %v, close %v, what is not there %v", name, add, edit, shut, none)
		}
		if x.edit == pano.KindNotFound && edit.Error() != none.Error() {
			t.Errorf("%s learns the difference between %v and %v", name, edit, none)
		}
	}
	if after, _ := c.events(t, ""); after != before {
		t.Errorf("refusals left %d events", after-before)
	}
	// Nobody gives a place away, or takes one, who may not edit the places of both agencies.
	gift := c.face
	gift.Agency = c.ward
	_, err := c.EditLocation(t.Context(), c.lan, gift)
	want(t, "a gift", err, pano.KindForbidden, "auth.no_right", "")
	if l, err := c.EditLocation(t.Context(), c.root, gift); err != nil || l.Agency != c.ward {
		t.Errorf("by the administrator: %+v, %v", l, err)
	}
	gift.Rev, gift.Agency = 2, c.culture
	_, err = c.EditLocation(t.Context(), c.lan, gift)
	want(t, "theft", err, pano.KindForbidden, "auth.no_right", "")
}

func TestEditingAPlace(t *testing.T) {
	c := newTown(t)
	l := c.face
	l.Name, l.Address, l.Closed, l.Agency, l.Created = "Cột 15", "Lê Lợi", true, "", l.Created.AddDate(1, 0, 0)
	l, err := c.EditLocation(t.Context(), c.lan, l)
	if err != nil || l.Rev != 2 || l.Name != "Cột 15" || l.Closed || l.Agency != c.culture || l.Created.UnixMilli() != c.face.Created.UnixMilli() {
		t.Fatalf("EditLocation = %+v, %v", l, err)
	}
	_, err = c.EditLocation(t.Context(), c.lan, c.face)
	want(t, "from an old revision", err, pano.KindStale, "thing.stale", "")
	old := l
	old.Rev = 0
	_, err = c.EditLocation(t.Context(), c.lan, old)
	want(t, "from nothing", err, pano.KindUnversioned, "thing.unversioned", "")
	for name, x := range map[string]struct {
		change     func(*pano.Location)
		kind       pano.Kind
		key, field string
	}{
		"no name":          {func(l *pano.Location) { l.Name = " " }, pano.KindInvalid, "location.no_name", "name"},
		"a parent's code":  {func(l *pano.Location) { l.Code = "d1" }, pano.KindConflict, "location.code_taken", "code"},
		"inside a wall":    {func(l *pano.Location) { l.Parent = c.wall.ID }, pano.KindInvalid, "location.wrong_parent", "parent"},
		"inside nothing":   {func(l *pano.Location) { l.Parent = "none" }, pano.KindInvalid, "location.no_parent", "parent"},
		"an unknown owner": {func(l *pano.Location) { l.Agency = "none" }, pano.KindForbidden, "auth.no_right", ""},
	} {
		bad := l
		x.change(&bad)
		_, err := c.EditLocation(t.Context(), c.lan, bad)
		want(t, name, err, x.kind, x.key, x.field)
	}
	bad := l
	bad.Agency = "none"
	_, err = c.EditLocation(t.Context(), c.root, bad)
	want(t, "an unknown owner, by the administrator", err, pano.KindInvalid, "agency.none", "agency")

	shut, err := c.CloseLocation(t.Context(), c.lan, l.ID, l.Rev)
	if err != nil || !shut.Closed || shut.Rev != 3 || shut.Name != "Cột 15" {
		t.Fatalf("CloseLocation = %+v, %v", shut, err)
	}
	_, err = c.ReopenLocation(t.Context(), c.lan, l.ID, l.Rev)
	want(t, "reopened from an old revision", err, pano.KindStale, "thing.stale", "")
	if open, err := c.ReopenLocation(t.Context(), c.lan, l.ID, shut.Rev); err != nil || open.Closed {
		t.Errorf("ReopenLocation = %+v, %v", open, err)
	}
	if _, verbs := c.events(t, string(l.ID)); !slices.Equal(verbs, []string{"location.reopen", "location.close", "location.edit", "location.add"}) {
		t.Errorf("history %v", verbs)
	}
}

func TestAPlaceKeepsWhatStandsInIt(t *testing.T) {
	c := newTown(t)
	add := func(l pano.Location) pano.Location {
		t.Helper()
		l, err := c.AddLocation(t.Context(), c.lan, l)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	venue := add(pano.Location{Kind: pano.Venue, Code: "V", Name: "Nhà triển lãm"})
	room := add(pano.Location{Kind: pano.Room, Code: "R", Name: "Phòng 1", Parent: venue.ID})
	outer := add(pano.Location{Kind: pano.Site, Code: "A", Name: "Ngoài"})
	inner := add(pano.Location{Kind: pano.Site, Code: "B", Name: "Trong", Parent: outer.ID})
	site := venue
	site.Kind = pano.Site
	_, err := c.EditLocation(t.Context(), c.lan, site)
	want(t, "a site with a room", err, pano.KindConflict, "location.holds_others", "kind")
	outer.Parent = inner.ID
	_, err = c.EditLocation(t.Context(), c.lan, outer)
	want(t, "inside itself", err, pano.KindInvalid, "location.inside_itself", "parent")
	room.Kind, room.Parent, room.Capacity = pano.Stretch, "", 3
	if _, err := c.EditLocation(t.Context(), c.lan, room); err != nil {
		t.Errorf("an empty room becomes a stretch: %v", err)
	}
	if _, err := c.EditLocation(t.Context(), c.lan, site); err != nil {
		t.Errorf("then the venue becomes a site: %v", err)
	}

	many := c.piece(c.stretch, sep(1, 9))
	many.Quantity = 7
	c.place(t, many)
	c.stretch.Capacity = 6
	_, err = c.EditLocation(t.Context(), c.lan, c.stretch)
	want(t, "a stretch for fewer", err, pano.KindConflict, "location.too_many", "capacity")
	c.place(t, c.piece(c.face, sep(1, 9)))
	wall := c.face
	wall.Kind = pano.Wall
	_, err = c.EditLocation(t.Context(), c.lan, wall)
	want(t, "a face made a wall", err, pano.KindConflict, "location.in_use", "kind")
	c.DB.Read(t.Context(), func(tx *catalog.Tx) error {
		if l, err := tx.Location(t.Context(), c.face.ID); err != nil || l.Kind != pano.Face || l.Rev != 1 {
			t.Errorf("the refused edit left %+v, %v", l, err)
		}
		return nil
	})
}
