package catalog_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// A town has two agencies, a person, an asset of each agency, and a place of each kind.
type town struct {
	*catalog.DB
	path          string
	culture, ward pano.AgencyID
	lan           pano.UserID
	flag, foreign pano.Asset // of culture, 800 × 2500 mm; of ward
	site          pano.Location
	face          pano.Location // 800 × 2500 mm
	stretch       pano.Location // for 10
	wall          pano.Location // 6000 × 2400 mm, in a room in a venue
	venue, room   pano.Location
}

func newTown(t testing.TB) *town {
	t.Helper()
	c := &town{path: filepath.Join(t.TempDir(), "pano.db")}
	var err error
	if c.DB, err = catalog.Open(c.path, time.Now); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) (err error) {
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		c.culture, err = tx.AddAgency(ctx, pano.Agency{Code: "SVH", Name: "Sở Văn hóa"})
		must(err)
		c.ward, err = tx.AddAgency(ctx, pano.Agency{Code: "P1", Name: "Phường Một"})
		must(err)
		c.lan, err = tx.AddUser(ctx, pano.User{Login: "lan", Name: "Lan"}, "")
		must(err)
		c.flag = addAsset(t, tx, pano.Asset{Title: "Phướn lễ hội", Width: 800, Height: 2500, Agency: c.culture, Owner: c.lan})
		c.foreign = addAsset(t, tx, pano.Asset{Title: "Băng rôn an toàn", Width: 800, Height: 2500, Agency: c.ward, Owner: c.lan})
		add := func(l pano.Location) pano.Location {
			t.Helper()
			l.Agency = c.culture
			l, err := tx.AddLocation(ctx, l)
			must(err)
			return l
		}
		c.site = add(pano.Location{Kind: pano.Site, Code: "HD", Name: "Quảng trường", Address: "Đường Trần Hưng Đạo"})
		c.face = add(pano.Location{Kind: pano.Face, Code: "HD-014", Name: "Cột 14", Parent: c.site.ID, Width: 800, Height: 2500})
		c.stretch = add(pano.Location{Kind: pano.Stretch, Code: "D1", Name: "Đoạn cầu Phú Lương", Capacity: 10})
		c.venue = add(pano.Location{Kind: pano.Venue, Code: "NTL", Name: "Nhà triển lãm"})
		c.room = add(pano.Location{Kind: pano.Room, Code: "NTL-1", Name: "Phòng 1", Parent: c.venue.ID})
		c.wall = add(pano.Location{Kind: pano.Wall, Code: "NTL-1-A", Name: "Tường A", Parent: c.room.ID, Width: 6000, Height: 2400})
		return nil
	})
	return c
}

// addAsset adds an asset whose bytes nobody has.
func addAsset(t testing.TB, tx *catalog.Tx, a pano.Asset) pano.Asset {
	t.Helper()
	name := tx.NewID()
	d := pano.Digest(sha256.Sum256([]byte(name)))
	if _, err := tx.ExecContext(t.Context(), `INSERT INTO blob (digest, size, state, gen, touched) VALUES (?, 1, 'live', 1, 0)`, d); err != nil {
		t.Fatal(err)
	}
	if a.State == "" {
		a.State = pano.Draft
	}
	a.Kind = pano.FlagBanner
	a, err := tx.AddAsset(t.Context(), a, pano.Version{Digest: d, Size: 1, Name: "a.tif", MediaType: "image/tiff",
		Orientation: 1, Ready: pano.Processing, Upload: pano.UploadID(name), By: a.Owner})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// sep is a period of September 2026, its last day included.
func sep(first, last int) pano.Period {
	return pano.Period{From: pano.Date(2026, time.September, first), Until: pano.Date(2026, time.September, last) + 1}
}

// piece is a placement of c.flag that may be stored.
func (c *town) piece(l pano.Location, days pano.Period) pano.Placement {
	p := pano.Placement{Asset: c.flag.ID, Location: l.ID, Days: days, RemoveBy: days.Until, Quantity: 1,
		State: pano.Planned, Agency: c.culture, By: c.lan}
	if l.Kind == pano.Wall {
		p.Area = pano.Rect{X: 1000, Y: 500, W: 800, H: 1000}
	}
	return p
}

// place stores p, which must be accepted.
func (c *town) place(t testing.TB, p pano.Placement) pano.Placement {
	t.Helper()
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) (err error) {
		p, err = tx.AddPlacement(ctx, p)
		return err
	})
	return p
}

// key is the key of the *pano.Error in err; "" for none.
func key(err error) string {
	if e, ok := errors.AsType[*pano.Error](err); ok {
		return e.Key
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func TestPlacementIsKeptAsItWas(t *testing.T) {
	c := newTown(t)
	p := c.piece(c.wall, sep(1, 9))
	p.Version, p.RemoveBy, p.Exception, p.Note = c.flag.Current.ID, p.Days.Until+3, "gấp mép", "treo sớm"
	p = c.place(t, p)
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
		campaign, err := tx.AddCampaign(ctx, pano.Campaign{Code: "TH", Name: "Lễ hội", Days: sep(1, 20), RemoveBy: sep(25, 25).From, State: "draft"})
		if err != nil {
			return err
		}
		got, err := tx.Placement(ctx, p.ID)
		p.Created, p.Updated = got.Created, got.Updated // to the millisecond
		if err != nil || got != p || p.Rev != 1 || len(p.ID) != 26 {
			t.Errorf("kept %+v, %v; want %+v", got, err, p)
		}
		p.Version, p.Campaign, p.Days, p.RemoveBy = "", campaign.ID, sep(2, 12), sep(14, 14).Until
		p.Area, p.Exception, p.State, p.Note = pano.Rect{X: 1, Y: 2, W: 3, H: 4}, "", pano.Confirmed, "dời"
		if p, err = tx.UpdatePlacement(ctx, p); err != nil || p.Rev != 2 {
			t.Errorf("UpdatePlacement = rev %d, %v", p.Rev, err)
		}
		got, err = tx.Placement(ctx, p.ID)
		p.Updated = got.Updated
		if err != nil || got != p {
			t.Errorf("then %+v, %v; want %+v", got, err, p)
		}
		old := p
		old.Rev = 1
		if _, err := tx.UpdatePlacement(ctx, old); pano.KindOf(err) != pano.KindStale {
			t.Errorf("a change made from an old revision: %v, want stale", err)
		}
		p.Campaign = "01NOSUCHCAMPAIGN0000000000"
		if _, err := tx.UpdatePlacement(ctx, p); key(err) != "campaign.none" {
			t.Errorf("an unknown campaign: %v", err)
		}
		if _, err := tx.Placement(ctx, "none"); key(err) != "placement.none" || pano.KindOf(err) != pano.KindNotFound {
			t.Errorf("an unknown placement: %v", err)
		}
		return nil
	})
}

// TestDatabaseAndRuleAgree sends random placements, moves, removals and revivals
// to the database without asking the rule first. The database must answer as
// the rule would have, and no day may ever be over its limit.
func TestDatabaseAndRuleAgree(t *testing.T) {
	c := newTown(t)
	seed := rand.Uint64()
	t.Logf("rand.NewPCG(%d, 0)", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	answers := map[string]int{}
	for _, l := range []pano.Location{c.face, c.stretch, c.wall} {
		var there []pano.Placement
		mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
			for range 400 {
				p := c.randomPiece(random, l)
				p.Unproven = "nobody was sent" // so that states may follow as they come
				i := random.IntN(len(there) + 1)
				if i < len(there) {
					p.ID, p.Rev = there[i].ID, there[i].Rev
				}
				var want error
				if p.State.Live() {
					want = l.Hang(p, c.flag, there)
				}
				var got error
				if i < len(there) {
					p, got = tx.UpdatePlacement(ctx, p)
				} else if p, got = tx.AddPlacement(ctx, p); got == nil {
					there = append(there, pano.Placement{})
				}
				answers[string(l.Kind)+" "+key(got)]++
				sameAnswer(t, p, got, want)
				if got == nil {
					there[i] = p
				}
			}
			return nil
		})
		overfull(t, l, there)
	}
	t.Log(answers)
	for _, answer := range []string{"face ", "face placement.taken", "stretch ", "stretch placement.full", "wall ", "wall placement.taken", "wall placement.off_wall"} {
		if answers[answer] < 10 {
			t.Errorf("only %d of the answers were %q", answers[answer], answer)
		}
	}
}

func (c *town) randomPiece(random *rand.Rand, l pano.Location) pano.Placement {
	from := sep(1, 1).From + pano.Day(random.IntN(120))
	p := c.piece(l, pano.Period{From: from, Until: from + 1 + pano.Day(random.IntN(9))})
	p.RemoveBy = p.Days.Until
	states := pano.PlacementStates()
	p.State = states[random.IntN(len(states))]
	switch l.Kind {
	case pano.Stretch:
		p.Quantity = 1 + random.IntN(6)
	case pano.Wall:
		p.Area = pano.Rect{X: pano.MM(random.IntN(61)-1) * 100, Y: pano.MM(random.IntN(25)-1) * 100,
			W: pano.MM(random.IntN(30)) * 100, H: pano.MM(random.IntN(12)) * 100}
	}
	return p
}

func sameAnswer(t *testing.T, p pano.Placement, got, want error) {
	t.Helper()
	if key(got) != key(want) || pano.KindOf(got) != pano.KindOf(want) {
		t.Fatalf("the database said %v, the rule %v, of %+v", got, want, p)
	}
	if want == nil {
		return
	}
	g, _ := errors.AsType[*pano.Error](got)
	w, _ := errors.AsType[*pano.Error](want)
	if g.Field != w.Field || !slices.Equal(g.Args, w.Args) {
		t.Fatalf("the database blames %q %v, the rule %q %v", g.Field, g.Args, w.Field, w.Args)
	}
	gotFull, _ := errors.AsType[pano.Full](got)
	if wantFull, _ := errors.AsType[pano.Full](want); gotFull != wantFull {
		t.Fatalf("the database found %+v, the rule %+v", gotFull, wantFull)
	}
	if by, ok := errors.AsType[pano.Taken](got); ok && !(by.By.Days.Meets(p.Days) && by.By.ID != p.ID && by.By.State.Live()) {
		t.Fatalf("%+v is not in the way of %+v", by.By, p)
	}
}

// overfull looks at every day, and on walls at every square decimetre.
func overfull(t *testing.T, l pano.Location, all []pano.Placement) {
	t.Helper()
	for day := sep(1, 1).From; day < sep(1, 1).From+140; day++ {
		pieces, spots := 0, map[[2]pano.MM]bool{}
		for _, p := range all {
			if !p.State.Live() || !p.Days.Has(day) {
				continue
			}
			pieces += p.Quantity
			for x := p.Area.X; x < p.Area.X+p.Area.W; x += 100 {
				for y := p.Area.Y; y < p.Area.Y+p.Area.H; y += 100 {
					if spots[[2]pano.MM{x, y}] || x < 0 || y < 0 || x+100 > l.Width || y+100 > l.Height {
						t.Fatalf("on %s, %d × %d mm of the wall is taken twice or not there", day, x, y)
					}
					spots[[2]pano.MM{x, y}] = true
				}
			}
		}
		if l.Kind == pano.Face && pieces > 1 || l.Kind == pano.Stretch && pieces > l.Capacity {
			t.Fatalf("%d pieces on a %s on %s", pieces, l.Kind, day)
		}
	}
}

// TestTheDatabaseKeepsTheRulesItself goes round all Go code.
func TestTheDatabaseKeepsTheRulesItself(t *testing.T) {
	c := newTown(t)
	closed := c.addLocation(t, pano.Location{Kind: pano.Face, Code: "X", Name: "Cũ"})
	stays := c.place(t, c.piece(closed, sep(1, 5)))
	c.do(t, `UPDATE location SET closed = 1 WHERE id = ?`, closed.ID)
	onFace := c.place(t, c.piece(c.face, sep(10, 19)))
	onWall := c.place(t, c.piece(c.wall, sep(10, 19)))
	many := c.piece(c.stretch, sep(10, 19))
	many.Quantity = 7
	c.place(t, many)
	gone := c.piece(c.face, sep(15, 15))
	gone.State = pano.Removed
	gone = c.place(t, gone)
	excused := c.addLocation(t, pano.Location{Kind: pano.Face, Code: "E", Name: "Có lý do", Width: 800, Height: 2500})
	folded := c.piece(excused, sep(1, 5))
	folded.Exception = "gấp mép"
	c.place(t, folded)
	small := c.addLocation(t, pano.Location{Kind: pano.Face, Code: "S", Name: "Nhỏ", Width: 799, Height: 2500})
	once := c.piece(small, sep(1, 5))
	once.State = pano.Removed
	once = c.place(t, once)
	beside := c.place(t, c.piece(c.face, sep(29, 30)))

	const insert = `INSERT INTO placement (id, asset, location, starts, ends, remove_by, quantity, x, y, width, height, state, agency, by, created, updated)
		SELECT 'new', asset, ?, starts + ?, ends + ?, ends + 100, ?, ?, ?, ?, ?, 'planned', agency, by, 0, 0 FROM placement WHERE id = ?`
	add := func(l pano.Location, shift, quantity int, r pano.Rect) []any {
		return []any{insert, l.ID, shift, shift, quantity, r.X, r.Y, r.W, r.H, onFace.ID}
	}
	none, spot := pano.Rect{}, pano.Rect{X: 1000, Y: 500, W: 800, H: 1000}
	for _, x := range []struct {
		says string // "" for accepted
		stmt []any
	}{
		{"placement.taken:" + string(onFace.ID), add(c.face, 9, 1, none)},
		{"placement.taken:" + string(onFace.ID), add(c.face, -9, 1, none)},
		{"", add(c.face, -10, 1, none)},
		{"placement.one_piece_here", add(c.face, -10, 2, none)},
		{"placement.no_position_here", add(c.face, -10, 1, pano.Rect{X: 1})},
		{"placement.no_surface", add(c.site, 0, 1, none)},
		{"placement.no_surface", add(c.room, 0, 1, none)},
		{"placement.closed", add(closed, 50, 1, none)},
		{fmt.Sprintf("placement.full:%d:7:10", sep(10, 10).From), add(c.stretch, 0, 4, none)},
		{"", add(c.stretch, 0, 3, none)},
		{"", add(c.stretch, 10, 10, none)},
		{fmt.Sprintf("placement.full:%d:0:10", sep(20, 20).From), add(c.stretch, 10, 11, none)},
		{"placement.taken:" + string(onWall.ID), add(c.wall, 9, 1, spot)},
		{"", add(c.wall, 10, 1, spot)},
		{"", add(c.wall, 0, 1, pano.Rect{X: 1800, Y: 500, W: 800, H: 1000})}, // touching on all four sides
		{"", add(c.wall, 0, 1, pano.Rect{X: 200, Y: 500, W: 800, H: 1000})},
		{"", add(c.wall, 0, 1, pano.Rect{X: 1000, Y: 1500, W: 800, H: 900})},
		{"", add(c.wall, 0, 1, pano.Rect{X: 1000, Y: 0, W: 800, H: 500})},
		{"placement.taken", add(c.wall, 0, 1, pano.Rect{X: 1799, Y: 1499, W: 1, H: 1})},
		{"placement.off_wall:6000:2400", add(c.wall, 10, 1, pano.Rect{X: 5300, Y: 500, W: 800, H: 1000})},
		{"placement.off_wall:6000:2400", add(c.wall, 10, 1, pano.Rect{X: 1 << 62, Y: 1 << 62, W: 1 << 62, H: 1 << 62})},
		{"placement.no_size", add(c.wall, 10, 1, none)},
		{"FOREIGN KEY", []any{insert, "nowhere", 0, 0, 1, 0, 0, 0, 0, onFace.ID}},
		{"placement.taken", []any{strings.Replace(insert, "INSERT", "INSERT OR IGNORE", 1), c.face.ID, 0, 0, 1, 0, 0, 0, 0, onFace.ID}},
		{"placement.taken", []any{strings.Replace(insert, "INSERT", "INSERT OR REPLACE", 1), c.face.ID, 0, 0, 1, 0, 0, 0, 0, onFace.ID}},

		{"placement.taken:" + string(onFace.ID), []any{`UPDATE placement SET starts = starts - 11 WHERE id = ?`, beside.ID}},
		{"placement.taken:" + string(onFace.ID), []any{`UPDATE placement SET starts = starts - 11, id = 'renamed' WHERE id = ?`, beside.ID}},
		{"", []any{`UPDATE placement SET starts = starts - 8 WHERE id = ?`, beside.ID}},
		{"", []any{`UPDATE placement SET starts = starts - 1, ends = ends + 1, remove_by = ends + 1 WHERE id = ?`, onFace.ID}},
		{"placement.taken:" + string(onFace.ID), []any{`UPDATE placement SET state = 'planned' WHERE id = ?`, gone.ID}},
		{"placement.taken:" + string(beside.ID), []any{`UPDATE OR REPLACE placement SET ends = ends + 20, remove_by = 99999 WHERE id = ?`, onFace.ID}},
		{"placement.no_surface", []any{`UPDATE placement SET location = ? WHERE id = ?`, c.venue.ID, onFace.ID}},
		{"placement.closed", []any{`UPDATE placement SET location = ? WHERE id = ?`, closed.ID, onFace.ID}},
		{"placement.closed", []any{`UPDATE placement SET ends = ends + 1, remove_by = ends + 1 WHERE id = ?`, stays.ID}},
		{"", []any{`UPDATE placement SET ends = ends - 1, state = 'installed', unproven = 'seen' WHERE id = ?`, stays.ID}},
		{"placement.full", []any{`UPDATE placement SET quantity = 11 WHERE location = ?`, c.stretch.ID}},
		{"", []any{`UPDATE placement SET quantity = 10 WHERE location = ?`, c.stretch.ID}},
		{"placement.off_wall", []any{`UPDATE placement SET x = 5201 WHERE id = ?`, onWall.ID}},
		{"", []any{`UPDATE placement SET x = 5200 WHERE id = ?`, onWall.ID}},

		{"location.in_use", []any{`UPDATE location SET kind = 'site' WHERE id = ?`, c.face.ID}},
		{"location.in_use", []any{`UPDATE location SET kind = 'stretch', capacity = 9 WHERE id = ?`, c.face.ID}},
		{"location.too_many:7", []any{`UPDATE location SET capacity = 6 WHERE id = ?`, c.stretch.ID}},
		{"", []any{`UPDATE location SET capacity = 7 WHERE id = ?`, c.stretch.ID}},
		{"location.too_small:" + string(onWall.ID), []any{`UPDATE location SET width = 1799 WHERE id = ?`, c.wall.ID}},
		{"location.too_small:" + string(onWall.ID), []any{`UPDATE location SET height = 1499 WHERE id = ?`, c.wall.ID}},
		{"", []any{`UPDATE location SET width = 1800, height = 1500 WHERE id = ?`, c.wall.ID}},
		{"location.too_small", []any{`UPDATE location SET width = 799 WHERE id = ?`, c.face.ID}},
		{"", []any{`UPDATE location SET width = 900 WHERE id = ?`, c.face.ID}},
		{"", []any{`UPDATE location SET width = 799 WHERE id = ?`, excused.ID}},
		{"placement.too_big:800:2500:799:2500", add(small, 0, 1, none)},
		{"placement.too_big:800:2500:799:2500", []any{`UPDATE placement SET state = 'planned' WHERE id = ?`, once.ID}},
		{"", []any{`UPDATE placement SET state = 'planned', exception = 'gấp mép' WHERE id = ?`, once.ID}},
		{"location.inside_itself", []any{`UPDATE location SET parent = id WHERE id = ?`, c.site.ID}},
		{"location.inside_itself", []any{`UPDATE location SET parent = ? WHERE id = ?`, c.face.ID, c.site.ID}},
		{"location.inside_itself", []any{`UPDATE location SET parent = ? WHERE id = ?`, c.wall.ID, c.venue.ID}},
		{"", []any{`UPDATE location SET parent = ? WHERE id = ?`, c.site.ID, c.venue.ID}},
		{"append_only", []any{`DELETE FROM placement WHERE id = ?`, gone.ID}},
		{"append_only", []any{`DELETE FROM location WHERE id = ?`, closed.ID}},
	} {
		undo := errors.New("undo")
		err := c.Tend(t.Context(), func(tx *catalog.Tx) error {
			if _, err := tx.ExecContext(t.Context(), x.stmt[0].(string), plain(x.stmt[1:])...); err != nil {
				return err
			}
			return undo
		})
		if x.says == "" && err != undo || x.says != "" && !strings.Contains(err.Error(), x.says) {
			t.Errorf("%v\n\twas answered %q, want %q", x.stmt, err, x.says)
		}
	}
}

// plain makes ids and lengths arguments a database driver takes.
func plain(args []any) (all []any) {
	for _, a := range args {
		switch a := a.(type) {
		case pano.LocationID:
			all = append(all, string(a))
		case pano.PlacementID:
			all = append(all, string(a))
		default:
			all = append(all, a)
		}
	}
	return all
}

func (c *town) do(t testing.TB, stmt string, args ...any) {
	t.Helper()
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
		_, err := tx.ExecContext(ctx, stmt, plain(args)...)
		return err
	})
}

func (c *town) addLocation(t testing.TB, l pano.Location) pano.Location {
	t.Helper()
	l.Agency = c.culture
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) (err error) {
		l, err = tx.AddLocation(ctx, l)
		return err
	})
	return l
}

func TestAnAssetMeasuredAnewDoesNotStopTheWork(t *testing.T) {
	c := newTown(t)
	p := c.place(t, c.piece(c.face, sep(1, 9)))
	c.do(t, `UPDATE asset SET width = 5000, height = 5000 WHERE id = ?`, string(c.flag.ID))
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) (err error) {
		p.State, p.Unproven = pano.Installed, "seen from the road"
		if p, err = tx.UpdatePlacement(ctx, p); err != nil {
			return err
		}
		p.State = pano.Removed
		p, err = tx.UpdatePlacement(ctx, p)
		return err
	})
	refused(t, c.DB, pano.KindInvalid, "hanging it anew", func(ctx context.Context, tx *catalog.Tx) error {
		p.State = pano.Installed
		_, err := tx.UpdatePlacement(ctx, p)
		return err
	})
	refused(t, c.DB, pano.KindInvalid, "another one", func(ctx context.Context, tx *catalog.Tx) error {
		_, err := tx.AddPlacement(ctx, c.piece(c.face, sep(10, 11)))
		return err
	})
}

func TestABoardHasEveryPlacementOnce(t *testing.T) {
	c := newTown(t)
	random := rand.New(rand.NewPCG(7, 0))
	l := c.addLocation(t, pano.Location{Kind: pano.Stretch, Code: "LONG", Name: "Dài", Capacity: 1_000_000})
	today := sep(15, 15).From
	want := map[pano.PlacementID]string{}
	var all []pano.Placement
	edges := []pano.Period{{From: today - 2, Until: today}, {From: today - 2, Until: today + 1}, {From: today, Until: today + 2}, {From: today + 1, Until: today + 2}}
	for i := range 150 {
		p := c.randomPiece(random, l)
		p.Days.From = today - 10 + pano.Day(random.IntN(20))
		p.Days.Until = p.Days.From + 1 + pano.Day(random.IntN(6))
		if states := pano.PlacementStates(); i < len(edges)*len(states) {
			p.Days, p.State = edges[i%len(edges)], states[i/len(edges)]
		}
		p.RemoveBy = p.Days.Until
		all = append(all, p)
	}
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) (err error) {
		for i, p := range all {
			if all[i], err = tx.AddPlacement(ctx, p); err != nil {
				return err
			}
		}
		return nil
	})
	for _, p := range all {
		switch up := p.State == pano.Installed || p.State == pano.Verified || p.State == pano.Damaged; {
		case up || p.State.Live() && p.Days.Has(today):
			want[p.ID] = "now"
		case p.State.Live() && p.Days.From > today:
			want[p.ID] = "next"
		default:
			want[p.ID] = "past"
		}
	}
	c.Read(t.Context(), func(tx *catalog.Tx) error {
		b, err := tx.PlacementsAt(t.Context(), pano.Reach{All: true}, l.ID, today)
		if err != nil {
			t.Fatal(err)
		}
		for part, all := range map[string][]catalog.Hanging{"now": b.Now, "next": b.Next, "past": b.Past} {
			for _, h := range all {
				if want[h.ID] != part {
					t.Errorf("%s %v is in %s, want %q", h.State, h.Days, part, want[h.ID])
				}
				delete(want, h.ID)
			}
			sorted := slices.IsSortedFunc(all, func(a, b catalog.Hanging) int {
				if part == "past" {
					return int(b.Days.Until - a.Days.Until)
				}
				return int(a.Days.From - b.Days.From)
			})
			if !sorted || len(all) < 10 {
				t.Errorf("%s has %d, sorted: %v", part, len(all), sorted)
			}
		}
		if len(want) > 0 {
			t.Errorf("%d are nowhere", len(want))
		}
		return nil
	})
}

func TestAForeignAssetIsShownAsItsAgencyOnly(t *testing.T) {
	c := newTown(t)
	own := c.place(t, c.piece(c.face, sep(1, 9)))
	p := c.piece(c.face, sep(10, 19))
	p.Asset, p.Agency = c.foreign.ID, c.ward
	foreign := c.place(t, p)
	thumb := pano.Digest(sha256.Sum256([]byte("thumb")))
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO blob (digest, size, state, gen, touched) VALUES (?, 1, 'live', 1, 0)`, thumb); err != nil {
			return err
		}
		for _, a := range []pano.Asset{c.flag, c.foreign} {
			r := pano.Rendition{Of: a.Current.Digest, Spec: "thumb", Digest: thumb, Size: 1, MediaType: "image/jpeg", Width: 1, Height: 1}
			if err := tx.AddRendition(ctx, r); err != nil {
				return err
			}
		}
		return nil
	})
	see := pano.Actor{ID: "minh", Memberships: []pano.Membership{{Agency: c.culture, Role: pano.Curator}}}.Reach(pano.AssetSee)
	c.Read(t.Context(), func(tx *catalog.Tx) error {
		all, err := tx.HangingsOn(t.Context(), see, c.face.ID, sep(1, 30))
		if err != nil || len(all) != 2 {
			t.Fatalf("HangingsOn = %d, %v; want 2", len(all), err)
		}
		if h := all[0]; h.ID != own.ID || !h.Seen || h.Title != c.flag.Title || h.Code != c.flag.Code || h.Thumb != thumb ||
			h.AgencyName != "Sở Văn hóa" || h.LocationCode != "HD-014" || h.LocationName != "Cột 14" || h.LocationKind != pano.Face {
			t.Errorf("own: %+v", h)
		}
		if h := all[1]; h.ID != foreign.ID || h.Seen || h.Title != "" || h.Code != "" || !h.Thumb.IsZero() || h.AgencyName != "Phường Một" {
			t.Errorf("foreign: %+v", h)
		}
		one, err := tx.Hanging(t.Context(), pano.Reach{All: true}, foreign.ID)
		if err != nil || one.Title != c.foreign.Title || one.Thumb != thumb {
			t.Errorf("to who sees all: %+v, %v", one, err)
		}
		if _, err := tx.Hanging(t.Context(), see, "none"); key(err) != "placement.none" {
			t.Errorf("none: %v", err)
		}
		return nil
	})
}

func TestPlacementsOfAnAssetComeInPages(t *testing.T) {
	c := newTown(t)
	l := c.addLocation(t, pano.Location{Kind: pano.Stretch, Code: "LONG", Name: "Dài", Capacity: 100})
	var want []pano.PlacementID
	for i := range 7 {
		want = append(want, c.place(t, c.piece(l, sep(1+i/2, 20))).ID) // two begin on each day
	}
	slices.Reverse(want)
	var got []pano.PlacementID
	c.Read(t.Context(), func(tx *catalog.Tx) error {
		for after := pano.PlacementID(""); ; after = got[len(got)-1] {
			page, err := tx.PlacementsOf(t.Context(), pano.Reach{All: true}, c.flag.ID, after, 3)
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range page {
				got = append(got, h.ID)
			}
			if len(page) < 3 || len(got) > 7 {
				return nil
			}
		}
	})
	if !slices.Equal(got, want) {
		t.Errorf("pages have %v, want %v", got, want)
	}
}

func TestPlacementsOnAreThoseThatMeetTheDays(t *testing.T) {
	c := newTown(t)
	a, b := c.place(t, c.piece(c.face, sep(1, 9))), c.place(t, c.piece(c.face, sep(10, 19)))
	off := c.piece(c.face, sep(9, 10))
	off.State = pano.Cancelled
	c.place(t, off)
	c.Read(t.Context(), func(tx *catalog.Tx) error {
		for _, x := range []struct {
			days pano.Period
			want []pano.PlacementID
		}{
			{sep(1, 30), []pano.PlacementID{a.ID, b.ID}}, {sep(9, 9), []pano.PlacementID{a.ID}},
			{sep(10, 10), []pano.PlacementID{b.ID}}, {sep(20, 30), nil},
		} {
			all, err := tx.PlacementsOn(t.Context(), c.face.ID, x.days)
			var got []pano.PlacementID
			for _, p := range all {
				got = append(got, p.ID)
			}
			if err != nil || !slices.Equal(got, x.want) {
				t.Errorf("on %v: %v, %v; want %v", x.days, got, err, x.want)
			}
		}
		return nil
	})
}
