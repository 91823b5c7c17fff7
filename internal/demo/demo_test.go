package demo

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pano/internal/auth"
	"pano/internal/hanging"
	"pano/internal/intake"
	"pano/internal/pano"
	"pano/internal/planning"
	"pano/internal/render"
	"pano/storage/blob/files"
	"pano/storage/catalog"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == render.ChildCommand {
		os.Exit(render.ChildMain())
	}
	os.Exit(m.Run())
}

// house is an empty house that draws eight times smaller.
func house(t *testing.T) *Desk {
	t.Helper()
	dir := t.TempDir()
	db, err := catalog.Open(filepath.Join(dir, "pano.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	store, err := files.Open(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	spool := filepath.Join(dir, "spool")
	if err := os.Mkdir(spool, 0o700); err != nil {
		t.Fatal(err)
	}
	in := &intake.Desk{DB: db, Blobs: store, Render: &render.Worker{Exe: exe, Dir: spool, Gate: render.DefaultGate()},
		Spool: spool, MaxFile: 64 << 20, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: time.Now}
	return &Desk{DB: db, Auth: &auth.Desk{DB: db, Data: dir}, Intake: in, Hanging: &hanging.Desk{DB: db},
		Planning: &planning.Desk{DB: db}, Now: time.Now, Say: t.Output(), Shrink: 8}
}

func TestAnEmptyHouseIsFilledOnce(t *testing.T) {
	d := house(t)
	d.Faces = 12 // two crossings of the city
	var logins []Login
	tally, err := d.Fill(t.Context(), func(all []Login) error { logins = all; return nil })
	if err != nil {
		t.Fatal(err)
	}
	if want := (Tally{Assets: 37, Places: 74, Placements: 249}); tally != want {
		t.Errorf("filled with %+v, want %+v", tally, want)
	}
	roles := map[pano.Role]bool{}
	for _, l := range logins {
		roles[l.Role] = true
		if _, _, err := d.Auth.SignIn(t.Context(), l.Login, l.Password, "127.0.0.1", "test"); err != nil {
			t.Errorf("%s cannot sign in with the password told: %v", l.Login, err)
		}
	}
	if len(roles) != len(pano.Roles()) {
		t.Errorf("accounts for roles %v, want every one of %v", roles, pano.Roles())
	}
	d.look(t, pano.DayOf(d.Now()))
	if _, _, err := d.DB.VerifyEvents(t.Context()); err != nil {
		t.Errorf("the history is broken: %v", err)
	}
	again := func([]Login) error { return errors.New("went on") }
	if _, err := d.Fill(t.Context(), again); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("a second filling: %v, want %v", err, ErrNotEmpty)
	}
}

// look checks what a newcomer will see.
func (d *Desk) look(t *testing.T, today pano.Day) {
	t.Helper()
	err := d.DB.Read(t.Context(), func(tx *catalog.Tx) error {
		all := pano.Reach{All: true}
		live, err := tx.FindAssets(t.Context(), all, catalog.AssetQuery{Limit: 200})
		if err != nil {
			return err
		}
		bin, err := tx.FindAssets(t.Context(), all, catalog.AssetQuery{Limit: 200, Bin: true})
		if err != nil {
			return err
		}
		if live.Total != 36 || bin.Total != 1 {
			t.Errorf("%d assets and %d in the bin, want 36 and 1", live.Total, bin.Total)
		}
		digests, twice := map[pano.Digest]bool{}, 0
		for _, a := range append(live.Assets, bin.Assets...) {
			digests[a.Current.Digest] = true
			if a.Current.Ready != pano.Made {
				t.Errorf("%s is %s, want ready", a.Title, a.Current.Ready)
			}
			if a.Current.N == 2 {
				twice++
			}
		}
		if len(digests) != 37 || twice != 2 {
			t.Errorf("%d different pictures, %d with two versions; want 37 and 2", len(digests), twice)
		}
		if owed, resting, err := tx.Jobs(t.Context()); err != nil || owed != 0 || len(resting) != 0 {
			t.Errorf("%d jobs owed, %d resting, %v; want none", owed, len(resting), err)
		}
		states, late := map[pano.PlacementState]int{}, 0
		for _, a := range live.Assets {
			hangs, err := tx.PlacementsOf(t.Context(), all, a.ID, "", 200)
			if err != nil {
				return err
			}
			for _, h := range hangs {
				states[h.State]++
				if h.State.Live() && h.Days.Until <= today {
					late++
				}
			}
		}
		if err := d.checkExhibition(t, tx); err != nil {
			return err
		}
		if err := d.checkPlaces(t, tx); err != nil {
			return err
		}
		for _, s := range pano.PlacementStates() {
			if states[s] == 0 {
				t.Errorf("nothing is %s; got %v", s, states)
			}
		}
		if late != 1 {
			t.Errorf("%d placements are overdue, want 1", late)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// checkPlaces asks the rules again about everything that hangs or will.
func (d *Desk) checkPlaces(t *testing.T, tx *catalog.Tx) error {
	page, err := tx.Locations(t.Context(), pano.Reach{All: true}, catalog.LocationQuery{Limit: 200})
	if err != nil {
		return err
	}
	today := pano.DayOf(d.Now())
	for _, l := range page.Locations {
		all, err := tx.PlacementsOn(t.Context(), l.ID, pano.Period{From: today - 1000, Until: today + 1000})
		if err != nil {
			return err
		}
		for i, p := range all {
			a, err := tx.Asset(t.Context(), p.Asset)
			if err != nil {
				return err
			}
			if err := l.Hang(p, a, all[:i]); err != nil {
				t.Errorf("on %s: %v", l.Code, err)
			}
			if middle := p.Area.Y + p.Area.H/2; l.Kind == pano.Wall && middle != l.Height-eyeLine {
				t.Errorf("on %s the middle of a work is %d mm from the top, want at the eye line", l.Code, middle)
			}
		}
	}
	return nil
}

// A newcomer must see all three verdicts at finished sizes.
func TestSomeWorksAreSharpSomeSoftSomeCoarse(t *testing.T) {
	got := map[string]bool{}
	for _, w := range works() {
		down := pano.Px(float64(w.across) * float64(w.height) / float64(w.width))
		if w.across*down > 6_000_000 {
			t.Errorf("%s has %d × %d pixels, more than 6 million", w.file, w.across, down)
		}
		dpi := pano.EffectiveDPI(w.across, down, w.width, w.height)
		switch {
		case dpi >= 50:
			got["sharp"] = true
		case dpi >= 22:
			got["soft"] = true
		default:
			got["coarse"] = true
		}
	}
	if len(got) != 3 {
		t.Errorf("verdicts %v, want three", got)
	}
}
