package catalog_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pano/internal/hanging"
	"pano/internal/pano"
	"pano/storage/catalog"
)

// codesOf are the codes of faces, in their order.
func codesOf(t *testing.T, db *catalog.DB, reach pano.Reach, q catalog.FaceQuery) (codes []string) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *catalog.Tx) error {
		faces, err := tx.Faces(t.Context(), reach, q)
		if err != nil {
			return err
		}
		seqs := make([]uint32, len(faces))
		for i, f := range faces {
			seqs[i] = f.Seq
		}
		places, err := tx.LocationsAt(t.Context(), seqs)
		for i, l := range places {
			if l.Width != faces[i].Width || l.Height != faces[i].Height {
				t.Errorf("%s is %v, said to be %v", l.Code, l, faces[i])
			}
			codes = append(codes, l.Code)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return codes
}

func TestFacesAreThoseInUseOfKnownSizeAndFree(t *testing.T) {
	c := newTown(t)
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
		for _, l := range []pano.Location{
			{Code: "HD-001", Agency: c.ward, Parent: c.site.ID, Width: 2000, Height: 3000},
			{Code: "Z-closed", Agency: c.culture, Width: 2000, Height: 3000, Closed: true},
			{Code: "Z-size", Agency: c.culture}, {Code: "Z-top", Agency: c.culture, Width: 900, Height: 900},
		} {
			l.Kind, l.Name = pano.Face, l.Code
			l, err := tx.AddLocation(ctx, l)
			if err != nil {
				return err
			}
			if l.Code == "Z-closed" {
				l.Closed = true
				if _, err = tx.UpdateLocation(ctx, l); err != nil {
					return err
				}
			}
		}
		for _, p := range []pano.Placement{{State: pano.Confirmed, Days: pano.Period{From: 100, Until: 110}}, {State: pano.Cancelled, Days: pano.Period{From: 120, Until: 130}}} {
			p.Asset, p.Location, p.Quantity, p.Agency, p.By, p.RemoveBy = c.flag.ID, c.face.ID, 1, c.culture, c.lan, p.Days.Until
			if _, err := tx.AddPlacement(ctx, p); err != nil {
				return err
			}
		}
		return nil
	})
	all := []string{"HD-001", "HD-014", "Z-top"}
	for _, q := range []struct {
		name  string
		reach pano.Reach
		q     catalog.FaceQuery
		want  []string
	}{
		{"any day", everything, catalog.FaceQuery{}, all},
		{"the days before", everything, catalog.FaceQuery{Days: pano.Period{From: 90, Until: 100}}, all},
		{"its last day", everything, catalog.FaceQuery{Days: pano.Period{From: 109, Until: 112}}, []string{"HD-001", "Z-top"}},
		{"the day after", everything, catalog.FaceQuery{Days: pano.Period{From: 110, Until: 112}}, all},
		{"what was cancelled", everything, catalog.FaceQuery{Days: pano.Period{From: 121, Until: 122}}, all},
		{"within a place", everything, catalog.FaceQuery{Within: c.site.ID}, []string{"HD-001", "HD-014"}},
		{"of one agency", pano.Reach{Agencies: []pano.AgencyID{c.ward}}, catalog.FaceQuery{}, []string{"HD-001"}},
		{"of none", pano.Reach{}, catalog.FaceQuery{}, nil},
	} {
		if got := codesOf(t, c.DB, q.reach, q.q); !slices.Equal(got, q.want) {
			t.Errorf("%s: %v, want %v", q.name, got, q.want)
		}
	}
}

// The faces that are free are those on which a placement of these days is taken in.
func TestFreeFacesAreThoseThatTakeAPlacement(t *testing.T) {
	c := newTown(t)
	r := rand.New(rand.NewPCG(3, 9))
	var faces []pano.Location
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
		for i := range 25 {
			l, err := tx.AddLocation(ctx, pano.Location{Kind: pano.Face, Code: fmt.Sprintf("F%02d", i), Name: "Mặt", Agency: c.culture, Width: 800, Height: 2500})
			if err != nil {
				return err
			}
			faces = append(faces, l)
			for k := range 6 {
				from := pano.Day(1000 + 20*k + r.IntN(10))
				days := pano.Period{From: from, Until: from + 1 + pano.Day(r.IntN(8))}
				state := pano.PlacementStates()[r.IntN(8)]
				_, err := tx.AddPlacement(ctx, pano.Placement{Asset: c.flag.ID, Location: l.ID, Days: days, RemoveBy: days.Until, Quantity: 1, State: state, Unproven: "mưa", Agency: c.culture, By: c.lan})
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	for range 60 {
		from := pano.Day(990 + r.IntN(140))
		days := pano.Period{From: from, Until: from + 1 + pano.Day(r.IntN(20))}
		got := codesOf(t, c.DB, everything, catalog.FaceQuery{Days: days})
		var want []string
		err := c.Read(t.Context(), func(tx *catalog.Tx) error {
			for _, l := range append(slices.Clone(faces), c.face) {
				others, err := tx.PlacementsOn(t.Context(), l.ID, pano.Period{From: 0, Until: 100_000})
				if err != nil {
					return err
				}
				if l.Hang(pano.Placement{Days: days, Quantity: 1}, c.flag, others) == nil {
					want = append(want, l.Code)
				}
			}
			return nil
		})
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("%v: free %v, want %v: %v", days, got, want, err)
		}
	}
}

func TestSizesOfArtworkAreThoseWithPictures(t *testing.T) {
	c := newTown(t)
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
		for i, a := range []pano.Asset{
			{Title: "Pa-nô an toàn", Kind: pano.Panel, Width: 6000, Height: 3000, Agency: c.culture, State: pano.Approved, Current: pano.Version{Width: 3000, Height: 1500}},
			{Title: "Phướn mùa xuân", Kind: pano.FlagBanner, Agency: c.ward, State: pano.Draft, Current: pano.Version{Width: 800, Height: 2500}},
		} {
			a.Owner = c.lan
			d := pano.Digest{byte(i + 1)}
			if _, err := tx.ExecContext(ctx, `INSERT INTO blob (digest, size, state, gen, touched) VALUES (?, 1, 'live', 1, 0)`, d); err != nil {
				return err
			}
			if _, err := tx.AddAsset(ctx, a, pano.Version{Digest: d, Size: 1, Name: "a.jpg", MediaType: "image/jpeg", Width: a.Current.Width, Height: a.Current.Height,
				Orientation: 1, Ready: pano.Processing, Upload: pano.UploadID(tx.NewID()), By: a.Owner}); err != nil {
				return err
			}
		}
		return nil
	})
	find := func(reach pano.Reach, q catalog.AssetQuery, most int) (got []string, total int) {
		t.Helper()
		err := c.Read(t.Context(), func(tx *catalog.Tx) error {
			all, n, err := tx.ArtSizes(t.Context(), reach, q, most)
			for _, a := range all {
				got = append(got, fmt.Sprint(a.Kind, " ", a.Width, "×", a.Height, " ", a.Across, "×", a.Down))
			}
			total = n
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return got, total
	}
	panel, flag := "panel 6000×3000 3000×1500", "flag-banner 0×0 800×2500"
	for _, x := range []struct {
		name  string
		reach pano.Reach
		q     catalog.AssetQuery
		most  int
		want  []string
	}{
		{"all, the latest first", everything, catalog.AssetQuery{}, 10, []string{flag, panel}},
		{"the latest", everything, catalog.AssetQuery{}, 1, []string{flag}},
		{"approved", everything, catalog.AssetQuery{States: []pano.AssetState{pano.Approved}}, 10, []string{panel}},
		{"found by words", everything, catalog.AssetQuery{Text: "an toan"}, 10, []string{panel}},
		{"of one agency", pano.Reach{Agencies: []pano.AgencyID{c.ward}}, catalog.AssetQuery{}, 10, []string{flag}},
		{"of none", pano.Reach{}, catalog.AssetQuery{}, 10, nil},
	} {
		if got, _ := find(x.reach, x.q, x.most); !slices.Equal(got, x.want) {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
	if _, total := find(everything, catalog.AssetQuery{}, 1); total != 4 {
		t.Errorf("%d in all, want 4", total)
	}
}

// BenchmarkFreeFaces is which of 5,000 faces with 20,000 placements are free for
// two weeks, the first page of them with the best fit first, as p50 and p99 in milliseconds.
func BenchmarkFreeFaces(b *testing.B) {
	c := province(b)
	flag := pano.Asset{Kind: pano.FlagBanner, Width: 800, Height: 2500, Current: pano.Version{Width: 2400, Height: 7500}}
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		from := yearStart + pano.Day(len(took)%340)
		err := c.Read(b.Context(), func(tx *catalog.Tx) error {
			page, err := hanging.FacesFor(b.Context(), tx, pano.Server("bench"), flag, hanging.FacesQuery{Days: pano.Period{From: from, Until: from + 14}, Limit: 24})
			if len(page.Rows) != 24 || page.Total < 500 {
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
}
