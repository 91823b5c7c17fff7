package catalog_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// province is 5,000 faces at 1,250 crossroads in 60 wards, and 20,000
// placements on them within a year, a few weeks each.
func province(t testing.TB) *town {
	c := newTown(t)
	r := rand.New(rand.NewPCG(5, 7))
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
		var wards []pano.LocationID
		add := func(l pano.Location) pano.LocationID {
			l.Agency = c.culture
			l, err := tx.AddLocation(ctx, l)
			if err != nil {
				t.Fatal(err)
			}
			return l.ID
		}
		for i := range 60 {
			wards = append(wards, add(pano.Location{Kind: pano.Site, Code: fmt.Sprintf("P%03d", i), Name: fmt.Sprintf("Phường %d", i)}))
		}
		for i := range 1250 {
			at := add(pano.Location{Kind: pano.Site, Code: fmt.Sprintf("N%05d", i), Name: fmt.Sprintf("Ngã tư %d", i), Parent: wards[i%len(wards)]})
			for n := range 4 {
				face := add(pano.Location{Kind: pano.Face, Code: fmt.Sprintf("N%05d-%d", i, n), Name: fmt.Sprintf("Mặt %d", n), Parent: at, Width: 800, Height: 2500})
				for k := range 4 {
					from := yearStart + pano.Day(k*91+r.IntN(50))
					long := 14 + pano.Day(r.IntN(26))
					if _, err := tx.AddPlacement(ctx, pano.Placement{Asset: c.flag.ID, Location: face, Days: pano.Period{From: from, Until: from + long}, RemoveBy: from + long,
						Quantity: 1, State: pano.Confirmed, Agency: c.culture, By: c.lan}); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		return nil
	})
	return c
}

var yearStart = pano.Date(2031, 1, 1)

// BenchmarkSchedule is the first page of a month, as p50 and p99 in milliseconds.
func BenchmarkSchedule(b *testing.B) {
	c := province(b)
	for _, by := range catalog.Orders() {
		b.Run(string(by), func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				month := pano.Date(2031, time.Month(len(took)%12+1), 1)
				err := c.Read(b.Context(), func(tx *catalog.Tx) error {
					page, err := tx.Schedule(b.Context(), everything, everything, everything,
						catalog.ScheduleQuery{Days: pano.Period{From: month, Until: month + 30}, Today: yearStart, By: by, Limit: 60})
					if len(page.Rows) != 60 || page.Total < 500 {
						b.Fatalf("%d rows of %d", len(page.Rows), page.Total)
					}
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}
