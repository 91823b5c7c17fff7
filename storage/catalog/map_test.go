package catalog_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog"
)

func (c *town) pins(t testing.TB, reach pano.Reach, q catalog.MapQuery) (m catalog.PinMap) {
	t.Helper()
	err := c.Read(t.Context(), func(tx *catalog.Tx) (err error) {
		m, err = tx.Pins(t.Context(), reach, q)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestAPinTellsWhatTheListTells puts one face into each state and looks at it
// the day before, on the day, after it, and long after.
func TestAPinTellsWhatTheListTells(t *testing.T) {
	c := newTown(t)
	const today = 10 // of September
	at := func(d int) pano.Day { return sep(d, d).From }
	code := func(s pano.PlacementState) string { return "S-" + string(s) }
	way := map[pano.PlacementState][]pano.PlacementState{
		pano.Planned: nil, pano.Confirmed: {pano.Confirmed}, pano.Installed: {pano.Installed}, pano.Verified: {pano.Verified},
		pano.Damaged: {pano.Damaged}, pano.Removed: {pano.Installed, pano.Removed}, pano.Cancelled: {pano.Cancelled},
	}
	for state, steps := range way {
		l := c.addLocation(t, pano.Location{Kind: pano.Face, Code: code(state), Name: "Mặt", Placed: true, Lat: 20.9, Lon: 106.3, Width: 9000, Height: 9000})
		p := c.place(t, c.piece(l, sep(8, 12)))
		for _, s := range steps {
			mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) (err error) {
				p.State, p.Unproven = s, "đã đi xem"
				p, err = tx.UpdatePlacement(ctx, p)
				return err
			})
		}
	}
	for _, k := range []struct {
		on, today int
		want      map[pano.PlacementState]pano.PlaceState
	}{
		{5, today, nil},
		{9, today, map[pano.PlacementState]pano.PlaceState{pano.Planned: pano.PlacePlanned, pano.Confirmed: pano.PlacePlanned, pano.Installed: pano.PlaceHung,
			pano.Verified: pano.PlaceHung, pano.Damaged: pano.PlaceDamaged, pano.Removed: pano.PlaceHung}},
		{10, today, map[pano.PlacementState]pano.PlaceState{pano.Planned: pano.PlacePlanned, pano.Confirmed: pano.PlacePlanned, pano.Installed: pano.PlaceHung,
			pano.Verified: pano.PlaceHung, pano.Damaged: pano.PlaceDamaged}},
		{12, today, map[pano.PlacementState]pano.PlaceState{pano.Planned: pano.PlacePlanned, pano.Confirmed: pano.PlacePlanned, pano.Installed: pano.PlaceHung,
			pano.Verified: pano.PlaceHung, pano.Damaged: pano.PlaceDamaged}},
		{13, today, nil},
		{20, 20, map[pano.PlacementState]pano.PlaceState{pano.Installed: pano.PlaceLate, pano.Verified: pano.PlaceLate, pano.Damaged: pano.PlaceDamaged}},
	} {
		m := c.pins(t, everything, catalog.MapQuery{LocationQuery: catalog.LocationQuery{Text: "S-"}, On: at(k.on), Today: at(k.today)})
		got := map[string]pano.PlaceState{}
		for _, p := range m.Pins {
			got[p.Code] = p.State
		}
		for state := range way {
			want := k.want[state]
			if want == "" {
				want = pano.PlaceFree
			}
			if got[code(state)] != want {
				t.Errorf("on %d, today %d: %s is %q, want %q", k.on, k.today, state, got[code(state)], want)
			}
		}
	}
}

// TestPinsAreWherePlacesAre: a wall stands where its house does; what is nowhere
// is counted; filters, reach and the box are kept.
func TestPinsAreWherePlacesAre(t *testing.T) {
	c := newTown(t)
	house := c.addLocation(t, pano.Location{Kind: pano.Venue, Code: "M-NHA", Name: "Nhà", Placed: true, Lat: 20.5, Lon: 106.5})
	room := c.addLocation(t, pano.Location{Kind: pano.Room, Code: "M-PHONG", Name: "Phòng", Parent: house.ID})
	c.addLocation(t, pano.Location{Kind: pano.Wall, Code: "M-TUONG", Name: "Tường", Parent: room.ID, Width: 9000, Height: 3000})
	c.addLocation(t, pano.Location{Kind: pano.Face, Code: "M-RIENG", Name: "Mặt riêng", Parent: house.ID, Placed: true, Lat: 20.6, Lon: 106.6})
	closed := c.addLocation(t, pano.Location{Kind: pano.Face, Code: "M-DONG", Name: "Mặt đóng", Parent: house.ID})
	c.addLocation(t, pano.Location{Kind: pano.Face, Code: "M-DAU", Name: "Không rõ đâu"})
	c.do(t, `UPDATE location SET closed = 1 WHERE id = ?`, string(closed.ID))
	look := func(change func(*catalog.MapQuery)) (codes []string, m catalog.PinMap) {
		q := catalog.MapQuery{LocationQuery: catalog.LocationQuery{Text: "M-"}, On: 1, Today: 1}
		change(&q)
		m = c.pins(t, everything, q)
		for _, p := range m.Pins {
			codes = append(codes, fmt.Sprint(p.Code, " ", p.Lat, " ", p.Lon, " ", p.State, " ", p.Area))
		}
		return codes, m
	}
	got, m := look(func(*catalog.MapQuery) {})
	if want := []string{"M-DONG 20.5 106.5 closed M-NHA", "M-RIENG 20.6 106.6 free M-NHA", "M-TUONG 20.5 106.5 free M-NHA"}; !slices.Equal(got, want) || m.Nowhere != 1 || m.More {
		t.Errorf("%v, %d nowhere, more %t; want %v", got, m.Nowhere, m.More, want)
	}
	if got, _ := look(func(q *catalog.MapQuery) { q.Box = catalog.Box{West: 106.55, South: 20, East: 107, North: 21} }); !slices.Equal(got, []string{"M-RIENG 20.6 106.6 free M-NHA"}) {
		t.Errorf("in the box: %v", got)
	}
	if got, _ := look(func(q *catalog.MapQuery) { q.Kind = pano.Venue }); !slices.Equal(got, []string{"M-NHA 20.5 106.5 holds M-NHA"}) {
		t.Errorf("houses: %v", got)
	}
	if got, m := look(func(q *catalog.MapQuery) { q.Most = 1 }); len(got) != 1 || !m.More {
		t.Errorf("one pin at most: %v, more %t", got, m.More)
	}
	if m := c.pins(t, pano.Reach{Agencies: []pano.AgencyID{c.ward}}, catalog.MapQuery{On: 1, Today: 1}); len(m.Pins) != 0 || m.Nowhere != 0 {
		t.Errorf("out of reach: %+v", m)
	}
	if m := c.pins(t, pano.Reach{}, catalog.MapQuery{On: 1, Today: 1}); len(m.Pins) != 0 {
		t.Errorf("reach of nothing: %+v", m)
	}
}

// BenchmarkPins is one day of a province's map, as p50 and p99 in milliseconds.
func BenchmarkPins(b *testing.B) {
	c := province(b)
	c.do(b, `UPDATE location SET lat = 20.9 + (seq % 250) / 1000.0, lon = 106.3 + seq / 250 / 1000.0 WHERE kind = 'site'`)
	for name, today := range map[string]pano.Day{"past": yearStart + 400, "coming": yearStart - 1} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			states := map[pano.PlaceState]int{}
			for b.Loop() {
				start := time.Now()
				m := c.pins(b, everything, catalog.MapQuery{On: yearStart + pano.Day(len(took)%365), Today: today})
				took = append(took, time.Since(start))
				if len(m.Pins) < 5000 {
					b.Fatalf("%d pins", len(m.Pins))
				}
				for _, p := range m.Pins {
					states[p.State]++
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
			b.Log(slices.Collect(maps.Keys(states)))
		})
	}
}
