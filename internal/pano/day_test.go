package pano

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"
)

// newRandom is a different sequence in every run; the log says how to have it again.
func newRandom(t *testing.T) *rand.Rand {
	seed := rand.Uint64()
	t.Logf("rand.NewPCG(%d, 0)", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

func TestDaysAreThoseOfVietNam(t *testing.T) {
	at := time.Date(2026, time.November, 30, 17, 0, 0, 0, time.UTC) // midnight in Hà Nội
	if got := DayOf(at).String(); got != "2026-12-01" {
		t.Errorf("DayOf(%v) = %s", at, got)
	}
	if got := DayOf(at.Add(-time.Nanosecond)).String(); got != "2026-11-30" {
		t.Errorf("a moment earlier it is %s", got)
	}
}

func TestDaysAreReadAsTheyAreWritten(t *testing.T) {
	for day := Date(1900, 1, 1); day <= Date(2999, 12, 31); day += 97 {
		back, err := ParseDay(day.String())
		if err != nil || back != day {
			t.Fatalf("ParseDay(%s) = %v, %v; want %d", day, back, err, day)
		}
	}
	for _, s := range []string{"", "2026-2-1", "01/12/2026", "2026-02-29", "1899-12-31", "3000-01-01", "2026-12-01T00:00:00Z"} {
		_, err := ParseDay(s)
		saying(t, err, "day.unreadable", "")
	}
	text, err := json.Marshal(Period{From: Date(2026, 12, 1), Until: Date(2026, 12, 21)})
	if want := `{"From":"2026-12-01","Until":"2026-12-21"}`; string(text) != want || err != nil {
		t.Errorf("a period as JSON is %s, %v; want %s", text, err, want)
	}
}

func TestPeriodsAreHalfOpen(t *testing.T) {
	random := newRandom(t)
	shares := func(p, o Period) bool { // by looking at every day
		for d := p.From; d < p.Until; d++ {
			if o.Has(d) {
				return true
			}
		}
		return false
	}
	for range 20_000 {
		p := Period{From: Day(random.IntN(12))}
		o := Period{From: Day(random.IntN(12))}
		p.Until, o.Until = p.From+1+Day(random.IntN(5)), o.From+1+Day(random.IntN(5))
		if p.Meets(o) != shares(p, o) || o.Meets(p) != p.Meets(o) {
			t.Fatalf("%v meets %v: %v and %v, want %v", p, o, p.Meets(o), o.Meets(p), shares(p, o))
		}
	}
	p := sep(10, 19)
	if p.Has(p.From-1) || !p.Has(p.From) || !p.Has(p.Last()) || p.Has(p.Until) {
		t.Errorf("the days of %v are wrong", p)
	}
	saying(t, p.Check(), "", "")
	saying(t, Period{From: 1, Until: 1}.Check(), "period.ends_before_start", "until")
	saying(t, Period{From: 1, Until: 3661}.Check(), "", "")
	saying(t, Period{From: 1, Until: 3662}.Check(), "period.too_long", "until")
}
