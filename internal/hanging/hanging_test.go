package hanging_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"pano/internal/hanging"
	"pano/internal/pano"
	"pano/storage/catalog"
)

// A town has two agencies with their people, an asset of each, and a face, a
// stretch and a wall, all of them the culture department's.
type town struct {
	*hanging.Desk
	culture, ward      pano.AgencyID
	lan, hoa, minh     pano.Actor // curator and staff of culture; curator of ward
	tuan               pano.Actor // approver in culture
	nam, inn, root, an pano.Actor // installer, printer, admin, auditor in culture
	flag, foreign      pano.Asset // 800 × 2500 mm, of culture and of ward
	face               pano.Location
	stretch            pano.Location // for 10
	wall               pano.Location // 6000 × 2400 mm
}

func newTown(t testing.TB) *town {
	t.Helper()
	return newTownAt(t, time.Now)
}

// newTownAt is newTown with a clock of its own.
func newTownAt(t testing.TB, now func() time.Time) *town {
	t.Helper()
	db, err := catalog.Open(filepath.Join(t.TempDir(), "pano.db"), now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	c := &town{Desk: &hanging.Desk{DB: db}}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(db.Tend(t.Context(), func(tx *catalog.Tx) (err error) {
		c.culture, err = tx.AddAgency(t.Context(), pano.Agency{Code: "SVH", Name: "Sở Văn hóa"})
		must(err)
		c.ward, err = tx.AddAgency(t.Context(), pano.Agency{Code: "P1", Name: "Phường Một"})
		must(err)
		for _, x := range []struct {
			who    *pano.Actor
			login  string
			agency pano.AgencyID
			role   pano.Role
		}{
			{&c.lan, "lan", c.culture, pano.Curator}, {&c.hoa, "hoa", c.culture, pano.Staff}, {&c.minh, "minh", c.ward, pano.Curator},
			{&c.tuan, "tuan", c.culture, pano.Approver}, {&c.nam, "nam", c.culture, pano.Installer}, {&c.inn, "in", c.culture, pano.Printer},
			{&c.root, "root", c.culture, pano.Admin}, {&c.an, "an", c.culture, pano.Auditor},
		} {
			u := pano.User{Login: x.login, Name: x.login, Memberships: []pano.Membership{{Agency: x.agency, Role: x.role}}}
			u.ID, err = tx.AddUser(t.Context(), u, "")
			must(err)
			*x.who = pano.Actor{ID: u.ID, Name: u.Name, Memberships: u.Memberships}
		}
		c.flag = addAsset(t, tx, pano.Asset{Title: "Phướn lễ hội", Agency: c.culture, Owner: c.hoa.ID})
		c.foreign = addAsset(t, tx, pano.Asset{Title: "Băng rôn an toàn", Agency: c.ward, Owner: c.minh.ID})
		return nil
	}))
	add := func(l pano.Location) pano.Location {
		t.Helper()
		l, err := c.AddLocation(t.Context(), c.lan, l)
		must(err)
		return l
	}
	c.face = add(pano.Location{Kind: pano.Face, Code: "HD-014", Name: "Cột 14", Width: 800, Height: 2500})
	c.stretch = add(pano.Location{Kind: pano.Stretch, Code: "D1", Name: "Đoạn cầu Phú Lương", Capacity: 10})
	c.wall = add(pano.Location{Kind: pano.Wall, Code: "T1", Name: "Tường A", Width: 6000, Height: 2400})
	return c
}

// addAsset adds an asset of 800 × 2500 mm whose bytes nobody has.
func addAsset(t testing.TB, tx *catalog.Tx, a pano.Asset) pano.Asset {
	t.Helper()
	name := tx.NewID()
	d := pano.Digest(sha256.Sum256([]byte(name)))
	if _, err := tx.ExecContext(t.Context(), `INSERT INTO blob (digest, size, state, gen, touched) VALUES (?, 1, 'live', 1, 0)`, d); err != nil {
		t.Fatal(err)
	}
	a.Kind, a.State, a.Width, a.Height = pano.FlagBanner, pano.Draft, 800, 2500
	a, err := tx.AddAsset(t.Context(), a, pano.Version{Digest: d, Size: 1, Name: "a.tif", MediaType: "image/tiff",
		Orientation: 1, Ready: pano.Processing, Upload: pano.UploadID(name), By: a.Owner})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// sep is a period of September 2026, its last day included.
func sep(first, last int) pano.Period {
	return pano.Period{From: pano.Date(2026, time.September, first), Until: pano.Date(2026, time.September, last) + 1}
}

func (c *town) piece(l pano.Location, days pano.Period) pano.Placement {
	p := pano.Placement{Asset: c.flag.ID, Location: l.ID, Days: days, Quantity: 1}
	if l.Kind == pano.Wall {
		p.Area = pano.Rect{X: 1000, Y: 500, W: 800, H: 1000}
	}
	return p
}

// place places p, which must be accepted.
func (c *town) place(t testing.TB, p pano.Placement) pano.Placement {
	t.Helper()
	p, err := c.Place(t.Context(), c.lan, p)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// advance moves p on through the states, which must be accepted.
func (c *town) advance(t testing.TB, p pano.Placement, states ...pano.PlacementState) pano.Placement {
	t.Helper()
	for _, to := range states {
		var err error
		why := ""
		if to.Needs() != "" {
			why = "không chụp được"
		}
		if p, err = c.Advance(t.Context(), c.lan, p.ID, to, why); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// alter changes an asset behind everybody's back.
func (c *town) alter(t testing.TB, id pano.AssetID, change func(*pano.Asset)) {
	t.Helper()
	err := c.DB.Tend(t.Context(), func(tx *catalog.Tx) error {
		a, err := tx.Asset(t.Context(), id)
		if err != nil {
			return err
		}
		change(&a)
		_, err = tx.UpdateAsset(t.Context(), a)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// kept is the placement as the catalogue has it.
func (c *town) kept(t testing.TB, id pano.PlacementID) (p pano.Placement) {
	t.Helper()
	err := c.DB.Read(t.Context(), func(tx *catalog.Tx) (err error) {
		p, err = tx.Placement(t.Context(), id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// events returns how many events there are, and the verbs of those of subject, newest first.
func (c *town) events(t testing.TB, subject string) (n int64, verbs []string) {
	t.Helper()
	n, _, err := c.DB.VerifyEvents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.DB.Read(t.Context(), func(tx *catalog.Tx) error {
		all, err := tx.EventsOf(t.Context(), subject, 0, 100)
		for _, e := range all {
			verbs = append(verbs, e.Verb)
		}
		return err
	})
	return n, verbs
}

// want fails the test unless err has that kind, key and field.
func want(t testing.TB, what string, err error, kind pano.Kind, key, field string) {
	t.Helper()
	e, ok := errors.AsType[*pano.Error](err)
	if !ok || e.Kind != kind || e.Key != key || e.Field != field {
		t.Errorf("%s: %v, want %q at %q (kind %d)", what, err, key, field, kind)
	}
}

func TestOnlyOneOfManyGetsTheFace(t *testing.T) {
	c := newTown(t)
	c.race(t, c.piece(c.face, sep(1, 9)), 1, "placement.taken")
}

func TestOnlyOneOfManyGetsTheSpotOnTheWall(t *testing.T) {
	c := newTown(t)
	c.race(t, c.piece(c.wall, sep(1, 9)), 1, "placement.taken")
}

func TestNoMoreThanFitGetOntoTheStretch(t *testing.T) {
	c := newTown(t)
	p := c.piece(c.stretch, sep(1, 9))
	p.Quantity = 3
	c.race(t, p, 3, "placement.full")
}

// race has sixteen curators place p at once, of whom only so many may win.
func (c *town) race(t *testing.T, p pano.Placement, winners int, losers string) {
	const curators = 16
	errs := make(chan error, curators)
	start := make(chan struct{})
	for range curators {
		go func() {
			<-start
			_, err := c.Place(t.Context(), c.lan, p)
			errs <- err
		}()
	}
	close(start)
	var won int
	for range curators {
		err := <-errs
		if err == nil {
			won++
			continue
		}
		if e, ok := errors.AsType[*pano.Error](err); !ok || e.Kind != pano.KindConflict || e.Key != losers {
			t.Errorf("a loser got %v, want %s", err, losers)
		}
	}
	if won != winners {
		t.Errorf("%d won, want %d", won, winners)
	}
	c.DB.Read(t.Context(), func(tx *catalog.Tx) error {
		all, err := tx.PlacementsOn(t.Context(), p.Location, p.Days)
		if err != nil || len(all) != winners {
			t.Errorf("%d are there, %v; want %d", len(all), err, winners)
		}
		return nil
	})
}

func TestTheRefusalSaysWhoIsThere(t *testing.T) {
	c := newTown(t)
	there := c.place(t, c.piece(c.face, sep(10, 19)))
	mine := c.piece(c.face, sep(19, 30))
	_, err := c.Place(t.Context(), c.lan, mine)
	c.occupied(t, err, hanging.Occupant{Placement: there.ID, Title: "Phướn lễ hội", Agency: "Sở Văn hóa", Days: sep(10, 19), State: pano.Planned}, "Phướn lễ hội")
	mine.Asset = c.foreign.ID
	_, err = c.Place(t.Context(), c.minh, mine) // may not see the department's assets
	c.occupied(t, err, hanging.Occupant{Placement: there.ID, Agency: "Sở Văn hóa", Days: sep(10, 19), State: pano.Planned}, "Sở Văn hóa")
	_, err = c.Place(t.Context(), c.tuan, mine) // sees everything
	c.occupied(t, err, hanging.Occupant{Placement: there.ID, Title: "Phướn lễ hội", Agency: "Sở Văn hóa", Days: sep(10, 19), State: pano.Planned}, "Phướn lễ hội")

	wall := c.place(t, c.piece(c.wall, sep(10, 19)))
	_, err = c.Place(t.Context(), c.lan, c.piece(c.wall, sep(1, 10)))
	want(t, "the same spot", err, pano.KindConflict, "placement.taken", "x_mm")
	l := c.wall
	l.Width = 1000
	_, err = c.EditLocation(t.Context(), c.lan, l)
	want(t, "a smaller wall", err, pano.KindConflict, "location.too_small", "width_mm")
	if o, ok := errors.AsType[hanging.Occupant](err); !ok || o.Placement != wall.ID {
		t.Errorf("a smaller wall: because of %+v, want %s", o, wall.ID)
	}
}

func (c *town) occupied(t *testing.T, err error, o hanging.Occupant, what string) {
	t.Helper()
	want(t, "taken", err, pano.KindConflict, "placement.taken", "from")
	got, _ := errors.AsType[hanging.Occupant](err)
	if taken, ok := errors.AsType[pano.Taken](err); !ok || taken.By.ID != o.Placement {
		t.Errorf("taken by %q, want %q", taken.By.ID, o.Placement)
	}
	if got.Placement != o.Placement || got.Title != o.Title || got.Agency != o.Agency || got.Days != o.Days || got.State != o.State {
		t.Errorf("occupant %+v, want %+v", got, o)
	}
	e, _ := errors.AsType[*pano.Error](err)
	if args := fmt.Sprint(e.Args); args != fmt.Sprint([]any{what, pano.Date(2026, 9, 10), pano.Date(2026, 9, 19)}) {
		t.Errorf("the words are given %s", args)
	}
	for _, arg := range e.Args[1:] {
		if _, ok := arg.(pano.Day); !ok {
			t.Errorf("%v is a %T, want a pano.Day", arg, arg)
		}
	}
}
