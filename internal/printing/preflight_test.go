package printing_test

import (
	"slices"
	"testing"
	"time"

	"pano/internal/pano"
	"pano/internal/printing"
	"pano/internal/render"
)

// photo is a picture that nothing is to be said of at A2: 24 MP with its
// profile, 175 dpi, made with its bleed.
func photo() render.Facts {
	return render.Facts{
		Format: "JPEG", MediaType: "image/jpeg", W: 2982, H: 4200, Orientation: 1, Components: 3, Depth: 8,
		Space: render.RGB, Quality: 92, ICCName: "sRGB", ICCDigest: "1", TakenAt: time.Unix(1, 0), Frames: 1,
	}
}

func wish(t *testing.T, size string) printing.Wish {
	t.Helper()
	p, err := pano.ParseSize(size, 0)
	if err != nil {
		t.Fatal(err)
	}
	return printing.Wish{Preset: p, FocusX: 0.5, FocusY: 0.5}
}

func TestEachRuleFindsWhatItIsFor(t *testing.T) {
	for _, tt := range []struct {
		rule  pano.PreflightRule // "" = nothing at all
		is    pano.Severity
		size  string
		spoil func(*render.Facts)
		args  []any
	}{
		{"", "", "A2", func(*render.Facts) {}, nil},
		{"coarse", pano.Blocks, "A2", func(f *render.Facts) { f.W, f.H = 1278, 1800 }, []any{76, 80}},
		{"soft", pano.Warns, "A2", func(f *render.Facts) { f.W, f.H = 1704, 2400 }, []any{102, 120}},
		{"plenty", pano.Informs, "A2", func(f *render.Facts) { f.W, f.H = 4260, 6000 }, []any{256, 150}},
		{"cropped", pano.Warns, "A2", func(f *render.Facts) { f.W, f.H = 3000, 6000 }, []any{29}},
		{"mirrored", pano.Informs, "A2", func(f *render.Facts) { f.W, f.H = 2970, 4200 }, []any{3}},
		{"mirrored", pano.Informs, "A2", func(f *render.Facts) { f.W, f.H = 3024, 4200 }, []any{3}},
		{"bare_inks", pano.Warns, "A2", func(f *render.Facts) { f.Space, f.ICCDigest = render.YCCK, "" }, nil},
		{"untagged", pano.Informs, "A2", func(f *render.Facts) { f.ICCDigest = "" }, nil},
		{"wide", pano.Informs, "A2", func(f *render.Facts) { f.ICCName = "Adobe RGB (1998)" }, []any{"Adobe RGB (1998)"}},
		{"deep", pano.Warns, "A2", func(f *render.Facts) { f.Depth = 16 }, []any{16}},
		{"alpha", pano.Warns, "A2", func(f *render.Facts) { f.HasAlpha = true }, nil},
		{"crushed", pano.Warns, "A2", func(f *render.Facts) { f.Quality = 79 }, []any{79, 80}},
		{"", "", "A2", func(f *render.Facts) { f.Quality = 80 }, nil},
		{"small", pano.Warns, "80x120", func(f *render.Facts) { f.W, f.H = 688, 1008 }, []any{688, 1008}},
		{"screen", pano.Warns, "", func(f *render.Facts) { f.W, f.H, f.TakenAt = 1170, 2532, time.Time{} }, []any{1170, 2532}},
		{"screen", pano.Warns, "", func(f *render.Facts) { f.W, f.H, f.TakenAt = 2532, 1170, time.Time{} }, []any{2532, 1170}},
		{"", "", "", func(f *render.Facts) { f.W, f.H = 1920, 1080 }, nil}, // a camera's
		{"pages", pano.Warns, "A2", func(f *render.Facts) { f.Frames = 3 }, []any{3}},
		{"turned", pano.Informs, "A2", func(f *render.Facts) { f.W, f.H, f.Orientation = 4200, 2982, 6 }, nil},
		{"", "", "A2", func(f *render.Facts) { f.Document, f.Frames = true, 9 }, nil},
	} {
		f, w := photo(), printing.Wish{}
		if tt.size != "" {
			w = wish(t, tt.size)
		}
		tt.spoil(&f)
		found := printing.Preflight(f, w)
		if tt.rule == "" {
			if len(found) > 0 {
				t.Errorf("%+v at %s: %v, want nothing", f, tt.size, found)
			}
			continue
		}
		i := slices.IndexFunc(found, func(f pano.Finding) bool { return f.Rule == tt.rule })
		if i < 0 || found[i].Severity != tt.is || !slices.Equal(found[i].Args, tt.args) {
			t.Errorf("%+v at %s: %v, want %s %s %v", f, tt.size, found, tt.is, tt.rule, tt.args)
		}
	}
}

func TestTheWorstIsSaidFirst(t *testing.T) {
	f := photo()
	f.W, f.H, f.ICCDigest, f.Quality = 900, 700, "", 40
	order := map[pano.Severity]int{pano.Blocks: 0, pano.Warns: 1, pano.Informs: 2}
	found := printing.Preflight(f, wish(t, "BR-300x60"))
	if len(found) < 4 || !slices.IsSortedFunc(found, func(a, b pano.Finding) int { return order[a.Severity] - order[b.Severity] }) {
		t.Errorf("in the order %v", found)
	}
}
