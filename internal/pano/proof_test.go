package pano

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestDistanceIsWhatAMapSays(t *testing.T) {
	for _, c := range []struct {
		name                   string
		lat1, lon1, lat2, lon2 float64
		want, off              float64 // metres
	}{
		{"here", 20.94, 106.33, 20.94, 106.33, 0, 0},
		{"a degree of latitude", 20, 106, 21, 106, 111_195, 5},
		{"a degree of longitude on the equator", 0, 106, 0, 107, 111_195, 5},
		{"a degree of longitude at 60 degrees", 60, 106, 60, 107, 55_597, 30},
		{"over the date line", 0, 179.5, 0, -179.5, 111_195, 5},
		{"to the other side", 0, 0, 0, 180, 20_015_115, 100},
		{"twelve metres north", 20.94, 106.33, 20.940108, 106.33, 12, 0.1},
	} {
		if got := Distance(c.lat1, c.lon1, c.lat2, c.lon2); math.Abs(got-c.want) > c.off {
			t.Errorf("%s: %.1f m, want %.1f", c.name, got, c.want)
		}
	}
}

func TestProofSaysWhatToMend(t *testing.T) {
	good := Proof{Kind: ProofInstalled, Verdict: Good, Client: "8e0f6a0e-6b43-4a0d-9a35-6d3e4d6f4c10", Taken: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC),
		Lat: 20.94, Lon: 106.33, Accuracy: 8, Located: true, Remark: "treo chắc"}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for field, change := range map[string]func(*Proof){
		"kind":        func(p *Proof) { p.Kind = "flying" },
		"verdict":     func(p *Proof) { p.Verdict = "" },
		"client_uuid": func(p *Proof) { p.Client = "a b c d e f g" },
		"lat":         func(p *Proof) { p.Lat = math.NaN() },
		"lon":         func(p *Proof) { p.Lon = 181 },
		"accuracy_m":  func(p *Proof) { p.Accuracy = math.Inf(1) },
		"taken_at":    func(p *Proof) { p.Taken = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC) },
		"remark":      func(p *Proof) { p.Remark = strings.Repeat("ư", 5001) },
	} {
		p := good
		change(&p)
		err := p.Check()
		if e, ok := err.(*Error); !ok || e.Field != field || e.Kind != KindInvalid {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestProofLeadsItsPlacementOn(t *testing.T) {
	for _, c := range []struct {
		kind     ProofKind
		verdict  Verdict
		way      []PlacementState
		confirms bool
	}{
		{ProofInstalled, Good, []PlacementState{Installed}, true},
		{ProofInstalled, Misplaced, []PlacementState{Installed}, false},
		{ProofInstalled, Broken, []PlacementState{Installed, Damaged}, false},
		{ProofInspected, Good, nil, true},
		{ProofInspected, Broken, []PlacementState{Damaged}, false},
		{ProofDamaged, Good, []PlacementState{Damaged}, false},
		{ProofRemoved, Good, []PlacementState{Removed}, false},
		{ProofRemoved, Broken, []PlacementState{Removed}, false},
	} {
		p := Proof{Kind: c.kind, Verdict: c.verdict}
		if got := p.Leads(); !slices.Equal(got, c.way) || p.Confirms() != c.confirms {
			t.Errorf("%s, %s: %v, %t", c.kind, c.verdict, got, p.Confirms())
		}
	}
}

func TestProofIsDecidedOnce(t *testing.T) {
	for _, c := range []struct {
		from, to ProofState
		ok       bool
	}{
		{ProofWaiting, ProofAccepted, true}, {ProofWaiting, ProofAgain, true}, {ProofAgain, ProofAccepted, true},
		{ProofAccepted, ProofAgain, false}, {ProofAccepted, ProofAccepted, false}, {ProofAgain, ProofAgain, false},
	} {
		if _, err := (Proof{State: c.from}).Decide(c.to); (err == nil) != c.ok {
			t.Errorf("%s to %s: %v", c.from, c.to, err)
		}
	}
}

func TestLikenessIsAHintOnly(t *testing.T) {
	const art = 0x0f1e2d3c4b5a6978
	for _, c := range []struct {
		photo uint64
		want  Likeness
		same  int
	}{
		{art, Alike, 64}, {art ^ 0xfff, Alike, 52}, {art ^ 0x1fff, PartlyAlike, 51}, {art ^ 0xffff_ffff, NotAlike, 32}, {0, LikenessUnknown, 0},
	} {
		if got, same := LikenessOf(c.photo, art); got != c.want || same != c.same {
			t.Errorf("%x: %q, %d; want %q, %d", c.photo, got, same, c.want, c.same)
		}
	}
}
