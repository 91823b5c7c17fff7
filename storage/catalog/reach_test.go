package catalog

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"pano/internal/pano"
)

// TestWithinIsReachHas compares the condition in SQL with the rule in Go, for
// random reaches over rows of every sort. The condition stands between an OR
// and an AND, so that one without its brackets would be found out.
func TestWithinIsReachHas(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "pano.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	seed := rand.Uint64()
	t.Logf("rand.NewPCG(%d, 0)", seed)
	random := rand.New(rand.NewPCG(seed, 0))

	agencies := []pano.AgencyID{"1", "10", "A", "a", ""}
	people := []pano.UserID{"lan", "LAN", "minh", ""}
	hands := []pano.Hands{"", "+lan", "-lan", "+minh-lan", "-LAN", "+minh+lan"}
	var things []pano.Resource
	for _, a := range agencies {
		for _, u := range people {
			for _, h := range hands {
				things = append(things, pano.Resource{Agency: a, Owner: u, Hands: h}, pano.Resource{Agency: a, Owner: u, Draft: true, Hands: h})
			}
		}
	}
	someAgencies := func() (some []pano.AgencyID) {
		for _, a := range agencies {
			if random.IntN(4) == 0 {
				some = append(some, a)
			}
		}
		return some
	}
	sometimes := func() bool { return random.IntN(4) == 0 }

	err = db.Tend(t.Context(), func(tx *Tx) error {
		if _, err := tx.Exec(`CREATE TEMP TABLE thing (n INTEGER PRIMARY KEY, agency TEXT, owner TEXT, draft INTEGER, hands TEXT)`); err != nil {
			return err
		}
		for n, x := range things {
			if _, err := tx.Exec(`INSERT INTO thing VALUES (?, ?, ?, ?, ?)`, n, string(x.Agency), string(x.Owner), x.Draft, string(x.Hands)); err != nil {
				return err
			}
		}
		for range 10_000 {
			r := pano.Reach{All: sometimes(), Agencies: someAgencies(), Self: people[random.IntN(len(people))],
				OwnIn: someAgencies(), DraftsIn: someAgencies(), NotOwn: sometimes(), CrewIn: someAgencies()}
			cond, args := withinHands(r, "agency", "owner", "draft", "hands")
			rows, err := tx.Query(`SELECT n FROM thing WHERE 0 OR `+cond+` AND 1`, args...)
			if err != nil {
				return fmt.Errorf("%+v: %s: %w", r, cond, err)
			}
			found, err := collect(rows, func(row interface{ Scan(...any) error }) (n int, err error) { return n, row.Scan(&n) })
			if err != nil {
				return err
			}
			got := map[int]bool{}
			for _, n := range found {
				got[n] = true
			}
			for n, x := range things {
				if got[n] != r.Has(x) {
					t.Fatalf("%+v has %+v: %v, but %s with %v says %v", r, x, r.Has(x), cond, args, got[n])
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestActorsReachOnlyWhatTheTableGivesThem does the same with real people.
func TestActorsReachOnlyWhatTheTableGivesThem(t *testing.T) {
	for _, act := range pano.Actions() {
		for _, role := range pano.Roles() {
			who := pano.Actor{ID: "lan", Memberships: []pano.Membership{{Agency: "1", Role: role}}}
			cond, _ := within(who.Reach(act), "agency", "owner", "draft")
			if nothing := cond == `(0)`; nothing != who.Reach(act).Empty() {
				t.Errorf("%s with %s: %s", role, act, cond)
			}
		}
	}
}
