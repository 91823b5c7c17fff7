package hanging_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pano/internal/hanging"
	"pano/internal/jobs"
	"pano/internal/pano"
	"pano/storage/catalog"
)

// A calendar is a clock that tests move.
type calendar struct{ at atomic.Int64 }

func (c *calendar) now() time.Time { return time.Unix(c.at.Load(), 0) }
func (c *calendar) set(d pano.Day) { c.at.Store(d.Time().Add(3 * time.Hour).Unix()) } // ten in the morning

// townOn is a town in which it is the given day of September 2026.
func townOn(t testing.TB, day int) (*town, *calendar) {
	t.Helper()
	clock := &calendar{}
	clock.set(sep(day, day).From)
	return newTownAt(t, clock.now), clock
}

// orders are the orders within everybody's reach that q asks for.
func (c *town) orders(t testing.TB, q catalog.WorkQuery) []catalog.Errand {
	t.Helper()
	var page catalog.ErrandPage
	err := c.DB.Read(t.Context(), func(tx *catalog.Tx) (err error) {
		page, err = tx.Works(t.Context(), pano.Reach{All: true}, q)
		return err
	})
	if err != nil || page.Total < len(page.Errands) {
		t.Fatalf("%d orders of %d, %v", len(page.Errands), page.Total, err)
	}
	return page.Errands
}

// only is the one live order of a kind.
func (c *town) only(t testing.TB, k pano.WorkKind) catalog.Errand {
	t.Helper()
	all := c.orders(t, catalog.WorkQuery{Kind: k})
	if len(all) != 1 {
		t.Fatalf("%d orders to %s, want one: %+v", len(all), k, all)
	}
	return all[0]
}

func (c *town) none(t testing.TB, k pano.WorkKind) {
	t.Helper()
	if all := c.orders(t, catalog.WorkQuery{Kind: k}); len(all) != 0 {
		t.Fatalf("%d orders to %s, want none: %+v", len(all), k, all)
	}
}

func (c *town) watch(t testing.TB) {
	t.Helper()
	if err := c.Watch(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
}

func TestOrdersMakeThemselvesAndAreClosedByProofs(t *testing.T) {
	c, clock := townOn(t, 1)
	p := c.place(t, c.piece(c.face, sep(10, 19)))
	c.none(t, pano.WorkInstall)
	p = c.advance(t, p, pano.Confirmed)
	w := c.only(t, pano.WorkInstall)
	if w.State != pano.WorkOpen || !w.Auto || w.Due != sep(9, 9).From || w.Total != 1 || w.Agency != c.culture || !strings.HasPrefix(w.Code, "PV-2026-") {
		t.Errorf("agreed on, it is ordered so: %+v", w)
	}
	p = c.advance(t, p, pano.Printed)
	c.only(t, pano.WorkInstall)

	clock.set(sep(10, 10).From)
	if !c.only(t, pano.WorkInstall).Late(sep(10, 10).From) || c.only(t, pano.WorkInstall).Late(sep(9, 9).From) {
		t.Error("it is not late from its first day on")
	}
	c.prove(t, p, pano.ProofInstalled, pano.Good, "11111111-1")
	c.none(t, pano.WorkInstall)
	if done := c.orders(t, catalog.WorkQuery{State: pano.WorkDone}); len(done) != 1 || done[0].Done != 1 || done[0].Ender != c.nam.ID || done[0].Ended.IsZero() {
		t.Errorf("proved, its order is %+v", done)
	}

	c.prove(t, p, pano.ProofDamaged, pano.Broken, "22222222-2")
	if w := c.only(t, pano.WorkRepair); w.Due != sep(12, 12).From {
		t.Errorf("damaged, it is to be mended by %s", w.Due)
	}
	c.prove(t, p, pano.ProofInstalled, pano.Good, "33333333-3")
	c.none(t, pano.WorkRepair)

	c.watch(t)
	c.none(t, pano.WorkRemove) // ten days before its end
	clock.set(sep(13, 13).From)
	c.watch(t)
	if w := c.only(t, pano.WorkRemove); w.Due != sep(19, 19).From || w.Late(sep(19, 19).From) || !w.Late(sep(20, 20).From) {
		t.Errorf("it is to be removed so: %+v", w)
	}
	clock.set(sep(20, 20).From)
	c.watch(t)
	if w := c.only(t, pano.WorkRemove); w.Total != 1 {
		t.Errorf("it stands in its order %d times", w.Total)
	}
	if now := c.kept(t, p.ID); !now.Overdue(sep(20, 20).From) || now.Overdue(sep(19, 19).From) {
		t.Error("it is not overdue on the day after its last")
	}
	c.prove(t, p, pano.ProofRemoved, pano.Good, "44444444-4")
	c.none(t, pano.WorkRemove)
	c.watch(t)
	if live := c.orders(t, catalog.WorkQuery{}); len(live) != 0 {
		t.Errorf("down, it still wants %+v", live)
	}
}

// TestTheDayAfterRemoveByThereIsAnOrder goes through the job table with a moved
// clock, as the service does.
func TestTheDayAfterRemoveByThereIsAnOrder(t *testing.T) {
	c, clock := townOn(t, 1)
	piece := c.piece(c.face, sep(1, 12))
	piece.RemoveBy = sep(15, 15).From
	p := c.advance(t, c.place(t, piece), pano.Installed)
	c.none(t, pano.WorkRemove) // nobody watched yet
	clock.set(sep(15, 15).From)
	for range 3 {
		if err := c.OweWatch(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	crew := &jobs.Crew{DB: c.DB, Do: map[string]jobs.Func{hanging.WatchJob: c.Watch}, Lease: time.Minute, Poll: time.Millisecond,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: clock.now}
	run(t, c.DB, crew)
	w := c.only(t, pano.WorkRemove)
	if w.Due != sep(14, 14).From || !w.Late(sep(15, 15).From) {
		t.Errorf("its order is due on %s", w.Due)
	}
	if _, verbs := c.events(t, string(w.ID)); len(verbs) == 0 || verbs[0] != "work.watch" {
		t.Errorf("its history: %v", verbs)
	}

	// Taken off the list, it comes back the day after: it still hangs.
	if err := c.CancelWork(t.Context(), c.lan, w.ID, "đang mưa bão"); err != nil {
		t.Fatal(err)
	}
	c.watch(t)
	c.none(t, pano.WorkRemove)
	clock.set(sep(16, 16).From)
	c.watch(t)
	c.only(t, pano.WorkRemove)
	c.prove(t, p, pano.ProofRemoved, pano.Good, "11111111-1")
	c.none(t, pano.WorkRemove)
}

// run lets a crew work until nothing is owed.
func run(t testing.TB, db *catalog.DB, crew *jobs.Crew) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { crew.Run(ctx, 2) })
	defer wg.Wait()
	defer stop()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		var owed int
		err := db.Read(t.Context(), func(tx *catalog.Tx) (err error) { owed, _, err = tx.Jobs(t.Context()); return err })
		if err != nil || owed == 0 {
			if err != nil {
				t.Error(err)
			}
			return
		}
		if time.Now().After(end) {
			t.Errorf("%d jobs are still owed", owed)
			return
		}
	}
}

func TestOrdersFollowTheDaysAndEndWithTheirPlacements(t *testing.T) {
	c, _ := townOn(t, 1)
	p := c.advance(t, c.place(t, c.piece(c.face, sep(10, 19))), pano.Confirmed)
	q := c.advance(t, c.place(t, c.piece(c.wall, sep(10, 19))), pano.Confirmed)
	if all := c.orders(t, catalog.WorkQuery{Kind: pano.WorkInstall}); len(all) != 2 { // two places, nothing around them
		t.Fatalf("%+v", all)
	}
	crew := c.crew(t, "Tổ 1", c.nam.ID)
	for _, w := range c.orders(t, catalog.WorkQuery{}) {
		if n, err := c.Assign(t.Context(), c.lan, crew.ID, "", w.ID); err != nil || n != 1 {
			t.Fatalf("Assign = %d, %v", n, err)
		}
	}
	moved := p
	moved.Days = sep(12, 19)
	if _, err := c.Edit(t.Context(), c.lan, moved); err != nil {
		t.Fatal(err)
	}
	dues := map[pano.Day]catalog.Errand{}
	for _, w := range c.orders(t, catalog.WorkQuery{}) {
		dues[w.Due] = w
	}
	if w := dues[sep(11, 11).From]; len(dues) != 2 || w.State != pano.WorkAssigned || w.Crew != crew.ID || w.CrewName != "Tổ 1" {
		t.Errorf("moved by two days, the orders are %+v", dues)
	}
	if over := c.orders(t, catalog.WorkQuery{State: pano.WorkCancelled}); len(over) != 1 || over[0].Reason != pano.NothingLeft {
		t.Errorf("the order it left: %+v", over)
	}
	if _, err := c.Cancel(t.Context(), c.lan, p.ID, ""); err != nil {
		t.Fatal(err)
	}
	c.advance(t, q, pano.Planned) // it is thought over again
	if live := c.orders(t, catalog.WorkQuery{}); len(live) != 0 {
		t.Errorf("nothing is to be hung, but there is %+v", live)
	}
}

func (c *town) crew(t testing.TB, name string, members ...pano.UserID) pano.Crew {
	t.Helper()
	crew, err := c.KeepCrew(t.Context(), c.lan, pano.Crew{Agency: c.culture, Name: name, Members: members})
	if err != nil {
		t.Fatal(err)
	}
	return crew
}

func TestOrdersGatherByAreaAndDay(t *testing.T) {
	c, _ := townOn(t, 1)
	site, err := c.AddLocation(t.Context(), c.lan, pano.Location{Kind: pano.Site, Code: "LTN", Name: "Đường Lê Thanh Nghị"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		l, err := c.AddLocation(t.Context(), c.lan, pano.Location{Kind: pano.Face, Code: fmt.Sprintf("LTN-%d", i), Name: "Cột", Parent: site.ID, Width: 800, Height: 2500})
		if err != nil {
			t.Fatal(err)
		}
		c.advance(t, c.place(t, c.piece(l, sep(10+i%2, 19))), pano.Confirmed)
	}
	all := c.orders(t, catalog.WorkQuery{})
	if len(all) != 2 || all[0].Total != 3 || all[1].Total != 3 || all[0].Area != "LTN" || all[0].AreaName != "Đường Lê Thanh Nghị" {
		t.Errorf("six faces in one street on two days are %+v", all)
	}
}

func TestWorkIsGivenToCrewsAndReachesThemAlone(t *testing.T) {
	c, _ := townOn(t, 1)
	var vu, outside pano.Actor
	if err := c.DB.Tend(t.Context(), func(tx *catalog.Tx) error {
		for _, x := range []struct {
			who    *pano.Actor
			login  string
			agency pano.AgencyID
		}{{&vu, "vu", c.culture}, {&outside, "ngoai", c.ward}} {
			u := pano.User{Login: x.login, Name: x.login, Memberships: []pano.Membership{{Agency: x.agency, Role: pano.Installer}}}
			var err error
			if u.ID, err = tx.AddUser(t.Context(), u, ""); err != nil {
				return err
			}
			*x.who = pano.Actor{ID: u.ID, Name: u.Name, Memberships: u.Memberships}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	p := c.advance(t, c.place(t, c.piece(c.face, sep(10, 19))), pano.Confirmed)
	w := c.only(t, pano.WorkInstall)
	may := func(who pano.Actor) bool { return who.May(pano.PlacementMark, c.kept(t, p.ID).Resource()) == nil }
	seesOrder := func(who pano.Actor) (n int) {
		err := c.DB.Read(t.Context(), func(tx *catalog.Tx) error {
			page, err := tx.Works(t.Context(), who.Reach(pano.WorkSee), catalog.WorkQuery{})
			n = page.Total
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	check := func(when string, nam, v, out bool) {
		t.Helper()
		for _, x := range []struct {
			who  pano.Actor
			want bool
		}{{c.nam, nam}, {vu, v}, {outside, out}} {
			if may(x.who) != x.want || (seesOrder(x.who) == 1) != x.want {
				t.Errorf("%s: %s may mark it: %t, sees %d orders; want %t", when, x.who.Name, may(x.who), seesOrder(x.who), x.want)
			}
		}
	}
	check("nobody's", true, true, false)
	crew := c.crew(t, "Tổ 2", vu.ID)
	if _, err := c.Assign(t.Context(), c.lan, crew.ID, "", w.ID); err != nil {
		t.Fatal(err)
	}
	check("given to a crew", false, true, false)
	_, _, err := c.Prove(t.Context(), c.nam, pano.Proof{Placement: p.ID, Kind: pano.ProofInstalled, Verdict: pano.Good, Client: "11111111-1"}, c.shots(map[string]string{"near": "x"}))
	want(t, "a proof by who was not sent", err, pano.KindNotFound, "placement.none", "")
	crew.Members = []pano.UserID{c.nam.ID}
	if crew, err = c.KeepCrew(t.Context(), c.lan, crew); err != nil {
		t.Fatal(err)
	}
	check("the crew has another member", true, false, false)
	crew.Members = nil
	if crew, err = c.KeepCrew(t.Context(), c.lan, crew); err != nil {
		t.Fatal(err)
	}
	check("a crew without accounts", true, true, false)
	if _, err := c.Assign(t.Context(), c.lan, "", vu.ID, w.ID); err != nil {
		t.Fatal(err)
	}
	check("given to one person", false, true, false)
	_, err = c.Assign(t.Context(), c.lan, "", outside.ID, w.ID)
	want(t, "somebody of another agency", err, pano.KindInvalid, "crew.no_installer", "crew")
	_, err = c.Assign(t.Context(), c.minh, "", "", w.ID)
	want(t, "an order of another agency", err, pano.KindNotFound, "work.none", "")
	_, err = c.Assign(t.Context(), c.nam, "", "", w.ID)
	want(t, "an installer", err, pano.KindForbidden, "auth.no_right", "")

	if err := c.StartWork(t.Context(), vu, w.ID); err != nil {
		t.Fatal(err)
	}
	want(t, "started twice", c.StartWork(t.Context(), vu, w.ID), pano.KindConflict, "work.wrong_state", "")
	want(t, "without a reason", c.CancelWork(t.Context(), c.lan, w.ID, "  "), pano.KindInvalid, "work.no_reason", "reason")
	if err := c.CancelWork(t.Context(), c.lan, w.ID, "đổi đơn vị thi công"); err != nil {
		t.Fatal(err)
	}
	want(t, "cancelled twice", c.CancelWork(t.Context(), c.lan, w.ID, "x"), pano.KindConflict, "work.over", "")
	if !may(c.nam) || !may(vu) {
		t.Error("after it was cancelled it is not the agency's again")
	}
	// A photo that comes after the order is done still comes in.
	repair := c.advance(t, c.kept(t, p.ID), pano.Installed, pano.Damaged)
	if _, err := c.Assign(t.Context(), c.lan, "", vu.ID, c.only(t, pano.WorkRepair).ID); err != nil {
		t.Fatal(err)
	}
	c.advance(t, repair, pano.Installed)
	c.none(t, pano.WorkRepair)
	if !may(vu) || !may(c.nam) {
		t.Error("who mended it may not send what the phone still has, or the agency lost it")
	}
	if got := c.kept(t, p.ID).Hands; got != pano.Hands("-"+string(vu.ID)) {
		t.Errorf("it is in the hands of %q", got)
	}
}

func TestOrdersByHandAreChecked(t *testing.T) {
	c, _ := townOn(t, 1)
	up := c.advance(t, c.place(t, c.piece(c.face, sep(1, 19))), pano.Installed)
	planned := c.place(t, c.piece(c.wall, sep(1, 19)))
	due := sep(4, 4).From
	add := func(k pano.WorkKind, due pano.Day, ids ...pano.PlacementID) error {
		_, err := c.AddWork(t.Context(), c.lan, pano.Work{Kind: k, Due: due}, ids...)
		return err
	}
	want(t, "nothing", add(pano.WorkInspect, due), pano.KindInvalid, "work.no_placements", "placement")
	want(t, "no such kind", add("fly", due, up.ID), pano.KindInvalid, "work.unknown_kind", "kind")
	want(t, "no day", add(pano.WorkInspect, 0, up.ID), pano.KindInvalid, "work.no_due", "due")
	want(t, "what does not hang", add(pano.WorkInspect, due, up.ID, planned.ID), pano.KindInvalid, "work.wrong_kind", "kind")
	want(t, "nowhere", add(pano.WorkInspect, due, "x"), pano.KindNotFound, "placement.none", "")
	_, err := c.AddWork(t.Context(), c.minh, pano.Work{Kind: pano.WorkInspect, Due: due}, up.ID)
	want(t, "another agency's", err, pano.KindNotFound, "placement.none", "")
	crew := c.crew(t, "Tổ 1", c.nam.ID)
	w, err := c.AddWork(t.Context(), c.lan, pano.Work{Kind: pano.WorkInspect, Due: due, Crew: crew.ID, Note: " sau bão "}, up.ID)
	if err != nil || w.State != pano.WorkAssigned || w.Crew != crew.ID || w.Note != "sau bão" || w.By != c.lan.ID {
		t.Fatalf("AddWork = %+v, %v", w, err)
	}
	want(t, "twice", add(pano.WorkInspect, due, up.ID), pano.KindConflict, "work.line_taken", "placement")
	w.Due, w.Note = sep(6, 6).From, "buổi sáng"
	if err := c.EditWork(t.Context(), c.lan, w); err != nil {
		t.Fatal(err)
	}
	want(t, "from an old page", c.EditWork(t.Context(), c.lan, w), pano.KindStale, "thing.stale", "")
	c.prove(t, up, pano.ProofInspected, pano.Good, "11111111-1")
	if over := c.orders(t, catalog.WorkQuery{Ended: true}); len(over) != 1 || over[0].State != pano.WorkDone || over[0].Due != sep(6, 6).From {
		t.Errorf("looked at, its order is %+v", over)
	}
	if _, err := c.KeepCrew(t.Context(), c.lan, pano.Crew{Agency: c.culture, Name: "Tổ 1"}); pano.KindOf(err) != pano.KindConflict {
		t.Errorf("a second crew of that name: %v", err)
	}
	_, err = c.KeepCrew(t.Context(), c.lan, pano.Crew{Agency: c.culture, Name: "Tổ 3", Members: []pano.UserID{c.hoa.ID}})
	want(t, "a member who is no installer", err, pano.KindInvalid, "crew.no_installer", "members")
	_, err = c.KeepCrew(t.Context(), c.lan, pano.Crew{Agency: c.ward, Name: "Tổ 3"})
	want(t, "a crew of another agency", err, pano.KindInvalid, "crew.other_agency", "agency")
}

// TestNoPlacementEverHasTwoLiveOrdersOfAKind lets sixteen writers do whatever
// comes to them with eight placements, and looks after every round.
func TestNoPlacementEverHasTwoLiveOrdersOfAKind(t *testing.T) {
	c, clock := townOn(t, 1)
	crew := c.crew(t, "Tổ 1", c.nam.ID)
	var ids []pano.PlacementID
	for i := range 8 {
		l, err := c.AddLocation(t.Context(), c.lan, pano.Location{Kind: pano.Face, Code: fmt.Sprintf("PN-%d", i), Name: "Cột", Width: 800, Height: 2500})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.place(t, c.piece(l, sep(2+i, 12+i))).ID)
	}
	seed := rand.Uint64()
	t.Logf("rand.NewPCG(%d, n)", seed)
	kinds := pano.WorkKinds()
	states := []pano.PlacementState{pano.Confirmed, pano.Printed, pano.Installed, pano.Verified, pano.Damaged, pano.Installed, pano.Damaged, pano.Planned}
	var attempts atomic.Int64
	for round := range 6 {
		clock.set(sep(1, 1).From + pano.Day(round*5))
		var wg sync.WaitGroup
		for n := range 16 {
			random := rand.New(rand.NewPCG(seed, uint64(round*16+n)))
			wg.Go(func() {
				for range 12 {
					var err error
					switch id := ids[random.IntN(len(ids))]; random.IntN(7) {
					case 0, 1, 2:
						to := states[random.IntN(len(states))]
						if random.IntN(30) == 0 {
							to = pano.Removed
						}
						_, err = c.Advance(t.Context(), c.lan, id, to, "không chụp được")
					case 3:
						err = c.Watch(t.Context(), "")
					case 4:
						for k := kinds[random.IntN(4)]; err == nil; { // until it is refused
							_, err = c.AddWork(t.Context(), c.lan, pano.Work{Kind: k, Due: pano.DayOf(clock.now())}, id)
							if n := attempts.Add(1); n > 2000 {
								t.Error("nothing is ever refused")
								return
							}
						}
					case 5:
						for _, w := range c.orders(t, catalog.WorkQuery{Limit: 3}) {
							_, err = c.Assign(t.Context(), c.lan, crew.ID, "", w.ID)
						}
					case 6:
						for _, w := range c.orders(t, catalog.WorkQuery{Limit: 1}) {
							err = c.CancelWork(t.Context(), c.lan, w.ID, "thử")
						}
					}
					if err != nil && pano.KindOf(err) != pano.KindConflict && pano.KindOf(err) != pano.KindInvalid && pano.KindOf(err) != pano.KindStale {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		c.sound(t)
	}
}

// sound checks what holds of all orders at any time.
func (c *town) sound(t *testing.T) {
	t.Helper()
	err := c.DB.Read(t.Context(), func(tx *catalog.Tx) error {
		for claim, query := range map[string]string{
			"two live lines of a kind":           `SELECT count(*) FROM (SELECT 1 FROM work_line WHERE state = 'todo' GROUP BY placement, kind HAVING count(*) > 1)`,
			"a live line in an order that ended": `SELECT count(*) FROM work_line k JOIN work w ON w.id = k.work WHERE k.state = 'todo' AND w.state IN ('done', 'cancelled')`,
			"a live order with nothing to do":    `SELECT count(*) FROM work w WHERE state NOT IN ('done', 'cancelled') AND NOT EXISTS (SELECT 1 FROM work_line WHERE work = w.id AND state = 'todo')`,
			"hung, and to be hung":               `SELECT count(*) FROM work_line k JOIN placement p ON p.id = k.placement WHERE k.state = 'todo' AND k.kind = 'install' AND p.state NOT IN ('approved', 'printed')`,
			"down, and wanted":                   `SELECT count(*) FROM work_line k JOIN placement p ON p.id = k.placement WHERE k.state = 'todo' AND p.state IN ('removed', 'cancelled')`,
			"whole, and to be mended":            `SELECT count(*) FROM work_line k JOIN placement p ON p.id = k.placement WHERE k.state = 'todo' AND k.kind = 'repair' AND p.state <> 'damaged'`,
			"in the hands of an order that ended": `SELECT count(*) FROM placement p WHERE instr(p.hands, '+') AND NOT EXISTS (
				SELECT 1 FROM work_line k JOIN work w ON w.id = k.work WHERE k.placement = p.id AND k.state = 'todo' AND w.hands <> '')`,
			"to be done by somebody, and free": `SELECT count(*) FROM work_line k JOIN work w ON w.id = k.work JOIN placement p ON p.id = k.placement
				WHERE k.state = 'todo' AND w.hands <> '' AND instr(p.hands, w.hands) = 0`,
		} {
			var n int
			if err := tx.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
				return fmt.Errorf("%s: %w", claim, err)
			}
			if n != 0 {
				t.Errorf("%d: %s", n, claim)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
