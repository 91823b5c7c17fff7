package catalog_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// schedule returns the page that q asks for, for somebody who sees everything.
func (c *town) schedule(t testing.TB, q catalog.ScheduleQuery) (page catalog.SchedulePage) {
	t.Helper()
	c.read(t, func(tx *catalog.Tx) (err error) {
		page, err = tx.Schedule(t.Context(), everything, everything, everything, q)
		return err
	})
	return page
}

func (c *town) read(t testing.TB, f func(*catalog.Tx) error) {
	t.Helper()
	if err := c.Read(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// told is a page as "CODE first-day…" a row.
func told(page catalog.SchedulePage) (all []string) {
	for _, r := range page.Rows {
		line := r.Code
		for _, h := range r.Hangings {
			line += " " + h.Days.From.String()[8:]
		}
		all = append(all, line)
	}
	return all
}

func TestScheduleHasWhatTouchesTheDays(t *testing.T) {
	c := newTown(t)
	campaign := pano.CampaignID("")
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
		made, err := tx.AddCampaign(ctx, pano.Campaign{Code: "TH", Name: "Lễ hội", Days: sep(1, 30), RemoveBy: sep(1, 30).Until, State: "draft"})
		campaign = made.ID
		return err
	})
	put := func(l pano.Location, first, last int, change func(*pano.Placement)) {
		p := c.piece(l, sep(first, last))
		if change != nil {
			change(&p)
		}
		c.place(t, p)
	}
	put(c.face, 1, 4, func(p *pano.Placement) { p.State = pano.Installed })
	put(c.face, 5, 9, func(p *pano.Placement) { p.Campaign = campaign })
	put(c.face, 10, 19, func(p *pano.Placement) { p.State = pano.Cancelled })
	put(c.stretch, 8, 12, func(p *pano.Placement) { p.Asset, p.Agency = c.foreign.ID, c.ward })
	put(c.stretch, 12, 20, func(p *pano.Placement) { p.State = pano.Removed })
	put(c.wall, 21, 25, nil)
	for _, x := range []struct {
		name string
		q    catalog.ScheduleQuery
		want string
	}{
		{"the first day counts", catalog.ScheduleQuery{Days: sep(7, 8)}, "D1 08; HD-014 05"},
		{"the last day counts", catalog.ScheduleQuery{Days: sep(9, 9)}, "D1 08; HD-014 05"},
		{"the day after does not", catalog.ScheduleQuery{Days: sep(10, 11)}, "D1 08"},
		{"what was taken down is told", catalog.ScheduleQuery{Days: sep(13, 20)}, "D1 12"},
		{"nothing", catalog.ScheduleQuery{Days: sep(26, 30)}, ""},
		{"what was cancelled is told if asked for", catalog.ScheduleQuery{Days: sep(1, 30), State: pano.Cancelled}, "HD-014 10"},
		{"what should be down is there till today", catalog.ScheduleQuery{Days: sep(10, 20), Today: sep(11, 11).From}, "D1 08 12; HD-014 01"},
		{"and no longer", catalog.ScheduleQuery{Days: sep(13, 20), Today: sep(11, 11).From}, "D1 12"},
		{"a campaign", catalog.ScheduleQuery{Days: sep(1, 30), Campaign: campaign}, "HD-014 05"},
		{"an agency's artwork", catalog.ScheduleQuery{Days: sep(1, 30), Agency: c.ward}, "D1 08"},
		{"a state", catalog.ScheduleQuery{Days: sep(1, 30), State: pano.Planned}, "D1 08; HD-014 05; NTL-1-A 21"},
		{"within a venue", catalog.ScheduleQuery{Days: sep(1, 30), Within: c.venue.ID}, "NTL-1-A 21"},
		{"within itself", catalog.ScheduleQuery{Days: sep(1, 30), Within: c.face.ID}, "HD-014 01 05"},
		{"only what is late", catalog.ScheduleQuery{Days: sep(1, 30), Late: true, Today: sep(8, 8).From}, "D1 08; HD-014 01 05"},
		{"nothing is late yet", catalog.ScheduleQuery{Days: sep(1, 30), Late: true, Today: sep(1, 1).From}, ""},
		{"empty places too", catalog.ScheduleQuery{Days: sep(26, 30), Empty: true}, "D1; HD-014; NTL-1-A"},
		{"by kind", catalog.ScheduleQuery{Days: sep(1, 30), State: pano.Planned, By: catalog.ByKind}, "HD-014 05; D1 08; NTL-1-A 21"},
		{"the second page", catalog.ScheduleQuery{Days: sep(1, 30), State: pano.Planned, Limit: 1, Skip: 1}, "HD-014 05"},
	} {
		page := c.schedule(t, x.q)
		if got := strings.Join(told(page), "; "); got != x.want {
			t.Errorf("%s: %s, want %s", x.name, got, x.want)
		}
	}
	page := c.schedule(t, catalog.ScheduleQuery{Days: sep(1, 30), Limit: 2})
	if r := page.Rows[1]; page.Total != 3 || !page.More || r.AreaName != "Quảng trường" || r.Area != c.site.ID || r.AreaCode != "HD" || r.AgencyName != "Sở Văn hóa" || r.Kind != pano.Face {
		t.Errorf("%d places, more %t; a row is %+v", page.Total, page.More, page.Rows[1])
	}
}

// TestScheduleAgreesWithLookingAtEverything compares it with every placement
// looked at one by one.
func TestScheduleAgreesWithLookingAtEverything(t *testing.T) {
	c := newTown(t)
	r := rand.New(rand.NewPCG(1, 2))
	states := pano.PlacementStates()
	for range 150 {
		first := 1 + r.IntN(200)
		p := c.piece(c.stretch, pano.Period{From: yearStart + pano.Day(first), Until: yearStart + pano.Day(first+1+r.IntN(90))})
		if p.State = states[r.IntN(len(states))]; p.State.Live() && r.IntN(3) > 0 {
			p.State = pano.Removed
		}
		p.RemoveBy = p.Days.Until
		mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
			if _, err := tx.AddPlacement(ctx, p); err != nil && pano.KindOf(err) != pano.KindConflict {
				return err
			}
			return nil
		})
	}
	var all []pano.Placement
	c.read(t, func(tx *catalog.Tx) error {
		all = all[:0]
		hangings, err := tx.PlacementsOf(t.Context(), everything, c.flag.ID, "", 200)
		for _, h := range hangings {
			all = append(all, h.Placement)
		}
		return err
	})
	for range 300 {
		from := yearStart + pano.Day(r.IntN(320))
		q := catalog.ScheduleQuery{Days: pano.Period{From: from, Until: from + pano.Day(1+r.IntN(40))}, Today: yearStart + pano.Day(r.IntN(320)), Late: r.IntN(2) == 0}
		var want, got []string
		for _, p := range all {
			up := p.State == pano.Installed || p.State == pano.Verified || p.State == pano.Damaged
			late := up && p.Days.Until <= q.Today || !up && p.State.Live() && p.Days.From <= q.Today
			there := p.Days.Meets(q.Days) || up && p.Days.Until <= q.Days.From && q.Days.From <= q.Today
			if there && p.State != pano.Cancelled && (late || !q.Late) {
				want = append(want, string(p.ID))
			}
		}
		for _, row := range c.schedule(t, q).Rows {
			for _, h := range row.Hangings {
				got = append(got, string(h.ID))
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("%+v: %d placements, want %d", q, len(got), len(want))
		}
	}
}

func TestScheduleStaysWithinReach(t *testing.T) {
	c := newTown(t)
	p := c.piece(c.face, sep(1, 4))
	c.place(t, p)
	p = c.piece(c.stretch, sep(1, 4))
	p.Asset, p.Agency = c.foreign.ID, c.ward
	c.place(t, p)
	ward := pano.Reach{Agencies: []pano.AgencyID{c.ward}}
	ask := func(see, places, plans pano.Reach) (page catalog.SchedulePage) {
		c.read(t, func(tx *catalog.Tx) (err error) {
			page, err = tx.Schedule(t.Context(), see, places, plans, catalog.ScheduleQuery{Days: sep(1, 30)})
			return err
		})
		return page
	}
	page := ask(ward, everything, everything)
	if len(page.Rows) != 2 || page.Rows[0].Hangings[0].Title == "" || page.Rows[1].Hangings[0].Title != "" || page.Rows[1].Hangings[0].Seen {
		t.Errorf("artwork of others: %+v", page.Rows)
	}
	if page = ask(everything, everything, ward); strings.Join(told(page), ";") != "D1 01" {
		t.Errorf("placements of others: %v", told(page))
	}
	if page = ask(everything, ward, everything); page.Total != 0 || len(page.Rows) != 0 {
		t.Errorf("places of others: %v", told(page))
	}
	for _, none := range []catalog.SchedulePage{ask(everything, pano.Reach{}, everything), ask(everything, everything, pano.Reach{})} {
		if none.Total != 0 {
			t.Errorf("who sees nothing is told %v", told(none))
		}
	}
	c.read(t, func(tx *catalog.Tx) error {
		all, err := tx.Areas(t.Context(), everything, 10)
		if len(all) != 2 || all[0].ID != c.site.ID || all[1].ID != c.venue.ID {
			t.Errorf("areas: %+v", all)
		}
		none, _ := tx.Areas(t.Context(), ward, 10)
		if len(none) != 0 {
			t.Errorf("areas of others: %+v", none)
		}
		return err
	})
}

// TestAreaIsTheOutermostPlace: however places are moved and named.
func TestAreaIsTheOutermostPlace(t *testing.T) {
	c := newTown(t)
	r := rand.New(rand.NewPCG(3, 4))
	var all []pano.Location
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
		for i := range 40 {
			l := pano.Location{Kind: pano.Site, Code: fmt.Sprintf("K%d", i), Name: "Khu", Agency: c.culture}
			if i > 3 {
				l.Parent = all[r.IntN(i)].ID
			}
			l, err := tx.AddLocation(ctx, l)
			if err != nil {
				return err
			}
			all = append(all, l)
		}
		return nil
	})
	for n := range 120 {
		mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
			i := r.IntN(len(all))
			l := all[i]
			switch r.IntN(3) {
			case 0:
				l.Code = fmt.Sprintf("k%d-%d", i, n)
			case 1:
				l.Parent = all[r.IntN(len(all))].ID
			default:
				l.Parent = ""
			}
			l, err := tx.UpdateLocation(ctx, l)
			if err == nil {
				all[i] = l
			} else if pano.KindOf(err) != pano.KindInvalid { // inside itself
				return err
			}
			return nil
		})
	}
	c.read(t, func(tx *catalog.Tx) error {
		for _, l := range all {
			up, err := tx.Ancestors(t.Context(), l.ID)
			if err != nil {
				return err
			}
			want := l.Code
			if len(up) > 0 {
				want = up[0].Code
			}
			var got string
			if err := tx.QueryRowContext(t.Context(), `SELECT area FROM location WHERE id = ?`, string(l.ID)).Scan(&got); err != nil || got != want {
				t.Fatalf("the area of %s is %s, want %s (%v)", l.Code, got, want, err)
			}
		}
		return nil
	})
}

func TestScheduleTellsWhatElseIsThere(t *testing.T) {
	c := newTown(t)
	c.place(t, c.piece(c.face, sep(1, 4)))
	p := c.piece(c.face, sep(5, 9))
	p.State = pano.Confirmed
	c.place(t, p)
	p = c.piece(c.face, sep(12, 14))
	p.State = pano.Cancelled
	c.place(t, p)
	page := c.schedule(t, catalog.ScheduleQuery{Days: sep(1, 30), State: pano.Confirmed})
	if r := page.Rows[0]; len(r.Hangings) != 1 || len(r.Others) != 1 || r.Hangings[0].State != pano.Confirmed || r.Others[0].State != pano.Planned {
		t.Errorf("%d asked for, %d others", len(r.Hangings), len(r.Others))
	}
}
