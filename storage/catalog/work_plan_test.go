package catalog

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pano/internal/pano"
)

// manyPlacements is how many placements the plans below are made for.
const manyPlacements = 20_000

// manyOrders opens a catalogue with 20,000 placements, most of them over, and an
// order for each eighth, most of them done; SQLite has looked at the numbers.
func manyOrders(t testing.TB) *DB {
	t.Helper()
	db, err := Open(filepath.Join(t.TempDir(), "pano.db"), func() time.Time { return time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	err = db.Tend(t.Context(), func(tx *Tx) error {
		today := pano.DayOf(tx.Now)
		all := make([]int, manyPlacements)
		for i := range all {
			all[i] = i
		}
		numbers := strings.ReplaceAll(fmt.Sprint(all), " ", ",")
		for _, stmt := range []string{
			`INSERT INTO agency (id, code, name) VALUES ('g', 'SVH', 'Sở')`,
			`INSERT INTO user (id, login, name, created) VALUES ('u', 'lan', 'Lan', 0), ('n', 'nam', 'Nam', 0)`,
			`INSERT INTO campaign (id, code, name, starts, ends, remove_by) VALUES ('m', 'M', 'Đợt', 1, 2, 3)`,
			`INSERT INTO blob (digest, size, state, gen, touched) VALUES (printf('%064d', 1), 1, 'live', 1, 0)`,
			`INSERT INTO asset (id, code, title, title_sort, kind, state, agency, owner, current, created, updated) VALUES ('a', 'A', 'A', '', 'panel', 'draft', 'g', 'u', 'v', 0, 0)`,
			`INSERT INTO version (id, asset, n, digest, size, name, media_type, width, height, orientation, components, depth, colour, icc, dpi, frames, title, creator, copyright, taken, ready, upload, by, created)
				VALUES ('v', 'a', 1, printf('%064d', 1), 1, '', '', 1, 1, 1, 3, 8, '', '', 0, 1, '', '', '', '', 'ready', 'x', 'u', 0)`,
			`INSERT INTO crew (id, agency, name, created) VALUES ('c', 'g', 'Tổ 1', 0)`,
			`INSERT INTO crew_member VALUES ('c', 'n')`,
		} {
			if _, err := tx.Exec(stmt); err != nil {
				return fmt.Errorf("%s: %w", stmt, err)
			}
		}
		for _, stmt := range []string{ // a tenth is about now; the rest is over
			`INSERT INTO location (id, code, kind, name, agency, capacity, created, updated)
				SELECT 'l' || value, 'l' || value, 'stretch', 'Đường', 'g', 100000, 0, 0 FROM json_each(?2) WHERE value < ?1 / 200`,
			`INSERT INTO placement (id, asset, location, campaign, starts, ends, remove_by, quantity, x, y, width, height, state, agency, by, created, updated)
				SELECT 'p' || value, 'a', 'l' || (value / 200), 'm', day, day + 12, day + 12, 1, 0, 0, 0, 0,
					CASE WHEN value % 10 THEN 'removed' ELSE json_extract('["approved","installed","verified","damaged"]', '$[' || (value / 10 % 4) || ']') END, 'g', 'u', 0, 0
				FROM (SELECT value, CASE WHEN value % 10 THEN ?3 - 400 + value % 300 ELSE ?3 - 10 + value % 30 END AS day FROM json_each(?2) WHERE value < ?1)`,
			`INSERT INTO work (id, code, kind, agency, campaign, area, due, state, ended, auto, created, updated)
				SELECT 'w' || value, 'w' || value, 'install', 'g', 'm', 'l' || (value / 200), ?3 - 10 + value % 30,
					CASE WHEN value % 40 THEN 'done' ELSE 'open' END, CASE WHEN value % 40 THEN value END, 1, 0, 0
				FROM json_each(?2) WHERE value < ?1 AND value % 8 = 0`,
			`INSERT INTO work_line (work, placement, kind, state, ended)
				SELECT 'w' || value, 'p' || value, 'install', CASE WHEN value % 40 THEN 'done' ELSE 'todo' END, CASE WHEN value % 40 THEN 1 END
				FROM json_each(?2) WHERE value < ?1 AND value % 8 = 0`,
		} {
			if _, err := tx.Exec(stmt, manyPlacements, numbers, today); err != nil {
				return fmt.Errorf("%s: %w", stmt, err)
			}
		}
		_, err := tx.Exec(`ANALYZE`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// TestWorkAmongManyPlacements makes the many once for all three.
func TestWorkAmongManyPlacements(t *testing.T) {
	db := manyOrders(t)
	t.Run("no statement scans a table", func(t *testing.T) { plansAboutWork(t, db) })
	t.Run("nobody gets round the rules", func(t *testing.T) { rulesOfWork(t, db) })
}

// plansAboutWork is TestNoStatementScansATable for work.go
// and campaign.go, over 20,000 placements. Live orders may be gone through in the
// order of their days, and those that are over by their end.
func plansAboutWork(t *testing.T, db *DB) {
	scan := regexp.MustCompile(`SCAN (k|l|o|p|r|w|work|work_line|placement|location)\b`)
	all := statements(t, "work.go", "campaign.go")
	for kind, stmt := range stmtDue { // each goes along the index of just those it is about
		index := map[pano.WorkKind]string{pano.WorkRemove: "SEARCH p USING INDEX placement_remove_by", pano.WorkInstall: "SCAN p USING INDEX placement_ready", pano.WorkRepair: "SCAN p USING INDEX placement_damaged"}[kind]
		if plan := explain(t, db, stmt); !strings.Contains(plan, index) || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s is run as\n%s", stmt, plan)
		}
	}
	if len(all) < 25 {
		t.Fatalf("only %d statements", len(all))
	}
	for _, stmt := range all {
		if strings.Contains(stmt, "FROM crew c") || strings.Contains(stmt, "FROM membership i") || strings.Contains(stmt, "FROM campaign ORDER") {
			continue // tens of rows
		}
		if strings.Contains(stmt, "w.seq1") || strings.HasPrefix(stmt, "SELECT count(*)1") {
			continue // made from parts; looked at below
		}
		if plan := explain(t, db, stmt); scan.MatchString(plan) {
			t.Errorf("%s\nis run as\n%s", stmt, plan)
		}
	}
	for name, q := range map[string]WorkQuery{"live": {}, "late": {Until: 1}, "of a kind": {Kind: pano.WorkInstall}, "of a crew": {Crew: "c"}, "mine": {Hand: "n"}, "over": {Ended: true}, "after": {After: "1-1"}} {
		for who, reach := range map[string]pano.Reach{"all": {All: true}, "agency": {Agencies: []pano.AgencyID{"g"}}, "crew": {Self: "n", CrewIn: []pano.AgencyID{"g"}}} {
			cond, _ := q.statement(reach, q.Ended)
			from, order := worksBy(q.Ended)
			index := map[bool]string{true: "work_ended", false: "work_due"}[q.Ended]
			plan := explain(t, db, `SELECT `+errandColumns+from+errandTables+`WHERE `+cond+order)
			if !strings.Contains(plan, "w USING INDEX "+index) || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("%s for %s is run as\n%s", name, who, plan)
			}
		}
	}
}

// BenchmarkWork asks what every page and every proof asks, among 20,000 placements.
func BenchmarkWork(b *testing.B) {
	db, ctx := manyOrders(b), b.Context()
	all, crew := pano.Reach{All: true}, pano.Reach{Self: "n", CrewIn: []pano.AgencyID{"g"}}
	for _, m := range []struct {
		name string
		do   func(*Tx) error
	}{
		{"badge of the rail", func(tx *Tx) error { _, err := tx.LateWorks(ctx, all); return err }},
		{"page of live orders", func(tx *Tx) error { _, err := tx.Works(ctx, all, WorkQuery{}); return err }},
		{"orders of a crew", func(tx *Tx) error { _, err := tx.Works(ctx, crew, WorkQuery{Hand: "n"}); return err }},
		{"page of orders that are over", func(tx *Tx) error { _, err := tx.Works(ctx, all, WorkQuery{Ended: true}); return err }},
		{"what is to be removed", func(tx *Tx) error { _, err := tx.Due(ctx, pano.WorkRemove, 100); return err }},
		{"what is to be done at a placement", func(tx *Tx) error { _, err := tx.LiveLines(ctx, "p40"); return err }},
		{"counts of a campaign", func(tx *Tx) error { _, err := tx.CampaignCounts(ctx, "m"); return err }},
	} {
		b.Run(m.name, func(b *testing.B) {
			for b.Loop() {
				if err := db.Read(ctx, m.do); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// rulesOfWork tries by hand what the desks never do.
func rulesOfWork(t *testing.T, db *DB) {
	for claim, stmt := range map[string]string{
		"two live lines":                  `INSERT INTO work_line (work, placement, kind) VALUES ('w0', 'p0', 'install')`,
		"a line of another kind":          `INSERT INTO work_line (work, placement, kind) VALUES ('w0', 'p1', 'remove')`,
		"a line in an order that is over": `INSERT INTO work_line (work, placement, kind) VALUES ('w8', 'p1', 'install')`,
		"a line taken up again":           `UPDATE work_line SET state = 'todo', ended = NULL WHERE work = 'w8'`,
		"an order ended over its lines":   `UPDATE work SET state = 'done', ended = 1 WHERE id = 'w0'`,
		"an order taken up again":         `UPDATE work SET state = 'open', ended = NULL WHERE id = 'w8'`,
		"cancelled without a reason":      `UPDATE work SET state = 'cancelled', ended = 1 WHERE id = 'w0'`,
		"assigned to nobody":              `UPDATE work SET state = 'assigned' WHERE id = 'w0'`,
		"two crews":                       `UPDATE work SET state = 'assigned', crew = 'c', person = 'n' WHERE id = 'w0'`,
		"another kind":                    `UPDATE work SET kind = 'remove' WHERE id = 'w0'`,
		"an order deleted":                `DELETE FROM work WHERE id = 'w8'`,
		"a line deleted":                  `DELETE FROM work_line WHERE work = 'w8'`,
	} {
		err := db.Tend(t.Context(), func(tx *Tx) error { _, err := tx.Exec(stmt); return err })
		if err == nil {
			t.Errorf("%s: %s was accepted", claim, stmt)
		}
	}
}
