package pano

import (
	"math"
	"testing"
)

func TestEveryPresetCanBePrinted(t *testing.T) {
	seen := map[string]bool{}
	all := Presets()
	if len(all) != 32 {
		t.Errorf("%d presets, want 32", len(all))
	}
	for _, p := range all {
		if p.Width <= 0 || p.Height <= 0 || p.View <= 0 || p.Target < 10 || p.Bleed < 3 || p.Scale < 1 || seen[p.Code] {
			t.Errorf("%+v", p)
		}
		seen[p.Code] = true
		if d := p.Demands(); d.Block <= 0 || d.Warn <= d.Block || d.Target <= d.Warn {
			t.Errorf("%s demands %+v", p.Code, d)
		}
		if long := max(p.Width, p.Height); long > 5080 && p.Scale != 10 {
			t.Errorf("%s is %d mm long and not drawn 1:10", p.Code, long)
		}
	}
	if p, ok := FindPreset("a2"); !ok || p.Width != 420 || p.Height != 594 || p.Demands() != (Demands{150, 120, 80}) {
		t.Errorf("a2 is %+v, %v", p, ok)
	}
	if p, _ := FindPreset("A4"); p.Demands() != (Demands{300, 225, 150}) {
		t.Errorf("A4 demands %+v", p.Demands())
	}
}

func TestPresetTurnsWithTheArtwork(t *testing.T) {
	a2, _ := FindPreset("A2")
	for _, tt := range []struct {
		w, h Px
		want MM
	}{{3000, 2000, 594}, {2000, 3000, 420}, {2000, 2000, 420}} {
		if got := a2.Turned(tt.w, tt.h).Width; got != tt.want {
			t.Errorf("A2 of %d × %d px is %d mm wide, want %d", tt.w, tt.h, got, tt.want)
		}
	}
}

func TestEffectiveDPIIsThatOfTheCoarserSide(t *testing.T) {
	for _, tt := range []struct {
		w, h          Px
		width, height MM
		dpi           float64
		across, down  float64
	}{
		{4724, 14764, 800, 2500, 150, 1, 1},
		{6000, 4000, 594, 420, 241.9, 0.943, 1},
		{1000, 1000, 254, 508, 50, 0.5, 1},
		{0, 1000, 254, 508, 0, 1, 1},
	} {
		across, down := Cut(tt.w, tt.h, tt.width, tt.height)
		if got := EffectiveDPI(tt.w, tt.h, tt.width, tt.height); math.Abs(got-tt.dpi) > 0.1 || math.Abs(across-tt.across) > 0.001 || math.Abs(down-tt.down) > 0.001 {
			t.Errorf("%d × %d px at %d × %d mm: %.1f dpi, cut %.3f × %.3f; want %.1f, %.3f × %.3f", tt.w, tt.h, tt.width, tt.height, got, across, down, tt.dpi, tt.across, tt.down)
		}
	}
}

func TestDemandsFollowTheEye(t *testing.T) {
	if d := DemandsAt(1); d != (Demands{175, 131, 87}) {
		t.Errorf("at 1 m: %+v, want 175, 131, 87", d)
	}
	if d := DemandsAt(100); d.Block != 10 {
		t.Errorf("at 100 m: %+v, want no less than 10", d)
	}
	for dpi, want := range map[float64]Sharpness{86: Coarse, 100: Soft, 131: Sharp} {
		if got := DemandsAt(1).Judge(dpi); got != want {
			t.Errorf("%v dpi at 1 m is %s, want %s", dpi, got, want)
		}
	}
	if got := LeastDistance(87.3); math.Abs(got-1) > 0.001 {
		t.Errorf("87.3 dpi is sharp from %.3f m, want 1", got)
	}
}
