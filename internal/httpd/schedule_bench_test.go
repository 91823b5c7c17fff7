package httpd_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// BenchmarkSchedulePage is the month of a province with 5,000 faces and 20,000
// placements in a year: question, query, drawing and answer, in milliseconds.
func BenchmarkSchedulePage(b *testing.B) {
	h := openHouse(b)
	v := h.enter("lan", pano.Staff, pano.Curator)
	a := v.art("Phướn chào mừng lễ hội", 800, 2500)
	h.ready(a.ID)
	start := pano.Date(time.Now().Year(), 1, 1)
	r := rand.New(rand.NewPCG(5, 7))
	h.ok(h.DB.Write(b.Context(), cli, "placement.add", func(tx *catalog.Tx) error { return province(b.Context(), tx, r, h.SVH, a, start) }))
	var took []time.Duration
	var before syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &before); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		month := pano.Date(time.Now().Year(), time.Month(len(took)%12+1), 1)
		from := time.Now()
		page := v.get("/schedule?on=" + month.String())
		took = append(took, time.Since(from))
		if page.Status != 200 || len(bars(page)) < 60 {
			b.Fatalf("%d, %d bars", page.Status, len(bars(page)))
		}
	}
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(used.Utime.Nano()-before.Utime.Nano())/1e6/float64(len(took)), "cpu-ms") // also of who asks
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

func province(ctx context.Context, tx *catalog.Tx, r *rand.Rand, agency pano.AgencyID, a pano.Asset, start pano.Day) error {
	var ward pano.Location
	for i := range 1250 {
		var err error
		if i%21 == 0 {
			if ward, err = tx.AddLocation(ctx, pano.Location{Kind: pano.Site, Code: fmt.Sprintf("P%03d", i/21), Name: fmt.Sprintf("Phường %d", i/21), Agency: agency}); err != nil {
				return err
			}
		}
		at, err := tx.AddLocation(ctx, pano.Location{Kind: pano.Site, Code: fmt.Sprintf("N%05d", i), Name: fmt.Sprintf("Ngã tư %d", i), Parent: ward.ID, Agency: agency})
		if err != nil {
			return err
		}
		for n := range 4 {
			face, err := tx.AddLocation(ctx, pano.Location{Kind: pano.Face, Code: fmt.Sprintf("N%05d-%d", i, n), Name: fmt.Sprintf("Mặt %d ngã tư %d", n, i), Parent: at.ID, Width: 800, Height: 2500, Agency: agency})
			if err != nil {
				return err
			}
			for k := range 4 {
				from := start + pano.Day(k*91+r.IntN(50))
				days := pano.Period{From: from, Until: from + 14 + pano.Day(r.IntN(26))}
				if _, err := tx.AddPlacement(ctx, pano.Placement{Asset: a.ID, Location: face.ID, Days: days, RemoveBy: days.Until, Quantity: 1, State: pano.Confirmed, Agency: agency, By: a.Owner}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
