package pano

import (
	"testing"
	"time"
)

func TestStreetsAreFoundInAddresses(t *testing.T) {
	for _, c := range []struct {
		address, street string
		number          int
	}{
		{"", "", 0}, {"Trần Hưng Đạo", "Trần Hưng Đạo", 0}, {"12 Trần Hưng Đạo", "Trần Hưng Đạo", 12}, {"Số 12A Trần Hưng Đạo, phường Lê Thanh Nghị", "Trần Hưng Đạo", 12},
		{"số nhà 7/3 ngõ 5", "ngõ 5", 7}, {"30", "30", 0}, {"30/4", "30/4", 0}, {"Ngã tư Máy Xay, phường Thành Đông", "Ngã tư Máy Xay", 0}, {"99999999999999999999 x", "x", 9999999},
	} {
		if street, n := Street(c.address); street != c.street || n != c.number {
			t.Errorf("%q is number %d of %q, want %d of %q", c.address, n, street, c.number, c.street)
		}
	}
}

func FuzzStreet(f *testing.F) {
	f.Add("Số 12A Trần Hưng Đạo, phường Lê Thanh Nghị")
	f.Fuzz(func(t *testing.T, s string) {
		if _, n := Street(s); n < 0 || n > 10_000_009 {
			t.Errorf("%q has the number %d", s, n)
		}
	})
}

func TestACampaignMovesOn(t *testing.T) {
	for _, c := range []struct {
		from, to CampaignState
		hanging  int
		reason   string
		key      string // of the refusal; "" is none
	}{
		{CampaignDraft, CampaignRunning, 0, "", ""},
		{CampaignRunning, CampaignWrapUp, 9, "", ""},
		{CampaignRunning, CampaignClosed, 0, "", ""},
		{CampaignWrapUp, CampaignClosed, 1, "", "campaign.still_hangs"},
		{CampaignWrapUp, CampaignClosed, 1, "giữ lại", ""},
		{CampaignClosed, CampaignWrapUp, 0, "", "campaign.no_reason"},
		{CampaignClosed, CampaignWrapUp, 0, "còn ảnh", ""},
		{CampaignClosed, CampaignRunning, 0, "x", "campaign.wrong_state"},
		{CampaignDraft, CampaignWrapUp, 0, "x", "campaign.wrong_state"},
	} {
		got, err := Campaign{State: c.from}.Move(c.to, c.hanging, c.reason)
		key := ""
		if e, ok := err.(*Error); ok {
			key = e.Key
		}
		if key != c.key || err == nil && (got.State != c.to || got.Reason != c.reason) {
			t.Errorf("from %s to %s with %d hanging for %q: %+v, %v", c.from, c.to, c.hanging, c.reason, got, err)
		}
	}
}

// TestWorkSettlesAsItsPlacementDoes: what a line becomes for every state, in the
// order of PlacementStates.
func TestWorkSettlesAsItsPlacementDoes(t *testing.T) {
	const todo, done, off = LineTodo, LineDone, LineDropped
	for kind, want := range map[WorkKind][]LineState{
		//           planned approved printed installed verified damaged removed cancelled
		WorkInstall: {off, todo, todo, done, done, done, done, off},
		WorkRepair:  {off, off, off, done, done, todo, off, off},
		WorkRemove:  {off, off, off, todo, todo, todo, done, off},
		WorkInspect: {off, off, off, todo, todo, todo, off, off},
	} {
		for i, s := range PlacementStates() {
			if got := kind.Settles(s); got != want[i] {
				t.Errorf("%s of what is %s is %s, want %s", kind, s, got, want[i])
			}
			if kind.Takes(s) && kind.Settles(s) != todo {
				t.Errorf("%s may be ordered for what is %s, and is at once %s", kind, s, kind.Settles(s))
			}
			p := Placement{State: s, Days: Period{From: 100, Until: 110}}
			for _, k := range p.Wants(110) {
				if k == kind && kind.Settles(s) != todo {
					t.Errorf("what is %s wants %s, which is at once %s", s, kind, kind.Settles(s))
				}
			}
		}
	}
}

func TestRemovalIsWantedAheadAndLateTheDayAfter(t *testing.T) {
	p := Placement{State: Installed, Days: Period{From: 100, Until: 110}, RemoveBy: 112}
	for day, want := range map[Day][2]bool{104: {false, false}, 105: {true, false}, 111: {true, false}, 112: {true, true}, 200: {true, true}} {
		w := Work{Kind: WorkRemove, State: WorkOpen, Due: p.WorkDue(WorkRemove, day)}
		if wants := len(p.Wants(day)) == 1; wants != want[0] || p.Overdue(day) != want[1] || w.Late(day) != want[1] {
			t.Errorf("on day %d: wanted %t, overdue %t, its order late %t; want %v", day, wants, p.Overdue(day), w.Late(day), want)
		}
	}
	if p.State = Removed; p.Overdue(200) {
		t.Error("what is down is overdue")
	}
}

func TestHandsAreReadExactly(t *testing.T) {
	h := Hands("+lan-minh")
	if !h.Has("lan") || !h.Has("minh") || h.Has("") || h.Has("nam") || !h.Taken() || Hands("-minh").Taken() || Hands("").Taken() {
		t.Errorf("%q is read wrong", h)
	}
}

func TestAWorkOrderIsGivenStartedAndEnded(t *testing.T) {
	w := Work{State: WorkOpen, Ended: time.Time{}}
	w, err := w.Give("c", "")
	if err != nil || w.State != WorkAssigned {
		t.Fatal(w, err)
	}
	if back, err := w.Give("", ""); err != nil || back.State != WorkOpen {
		t.Error(back, err)
	}
	w, err = w.Start()
	if err != nil || w.State != WorkUnderWay {
		t.Fatal(w, err)
	}
	if again, err := w.Give("", "u"); err != nil || again.State != WorkUnderWay || again.Crew != "" {
		t.Error(again, err)
	}
	for _, c := range []struct {
		todo, done int
		want       WorkState
	}{{3, 0, WorkUnderWay}, {2, 1, WorkUnderWay}, {0, 3, WorkDone}, {0, 0, WorkCancelled}} {
		if got := w.Count(c.todo, c.done); got.State != c.want {
			t.Errorf("with %d to do and %d done it is %s, want %s", c.todo, c.done, got.State, c.want)
		}
	}
	if _, err := w.Cancel(" "); err == nil {
		t.Error("cancelled without a reason")
	}
	over := w.Count(0, 1)
	if _, err := over.Give("c", ""); err == nil {
		t.Error("given when it is done")
	}
	if got := over.Count(3, 0); got.State != WorkDone {
		t.Error("it lives again")
	}
}
