package catalog

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"pano/internal/pano"
)

// mayScan are the statements that read a whole table on purpose.
var mayScan = map[string]string{
	"SELECT count(*) FROM location l WHERE 1": "a search looks into every place: thousands, not millions",
}

// TestNoStatementScansATable asks SQLite how it would run every statement in
// the files about places and placements, and every rule of 0002.sql and 0006.sql.
func TestNoStatementScansATable(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "pano.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	all := append(statements(t, "location.go", "placement.go", "wall.go"), rules(t, db)...)
	if len(all) < 50 {
		t.Fatalf("only %d statements", len(all))
	}
	for _, stmt := range all {
		plan := explain(t, db, stmt)
		if why := mayScan[strings.Join(strings.Fields(stmt), " ")]; why == "" && wholeTable.MatchString(plan) {
			t.Errorf("%s\nis run as\n%s", stmt, plan)
		}
	}
}

// wholeTable finds a table that is read from end to end, by itself or by an index in its order.
var wholeTable = regexp.MustCompile(`SCAN (a|b|g|l|p|r|v|asset|blocked|event|location|placement)\b`)

// TestScheduleProbesThePlacementsOfEachPlace: it goes along the places in their
// order, sorts nothing, and reads of the placements only those of one place.
func TestScheduleProbesThePlacementsOfEachPlace(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "pano.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	any := pano.Reach{All: true}
	for by, index := range map[Order]string{ByArea: "location_by_area", ByAgency: "location_by_agency", ByKind: "location_by_kind"} {
		for _, q := range []ScheduleQuery{{}, {Late: true}, {State: pano.Planned}, {Campaign: "x"}, {Agency: "x"}, {Empty: true}} {
			q.By = by
			stmt, _ := q.statement(any, any)
			plan := explain(t, db, stmt)
			if !strings.Contains(plan, "SCAN l USING INDEX "+index) && !strings.Contains(plan, "SEARCH l USING INDEX "+index) || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("%+v is run as\n%s", q, plan)
			}
			if !q.Empty && (strings.Contains(plan, "SCAN p") || strings.Count(plan, "(location=? AND ends") != 2) {
				t.Errorf("%+v reads placements so:\n%s", q, plan)
			}
		}
		q := ScheduleQuery{By: by, Within: "x"}
		stmt, _ := q.statement(any, any)
		if plan := explain(t, db, stmt); strings.Contains(plan, "SCAN p") || strings.Contains(plan, "SCAN l\n") {
			t.Errorf("within a place it is run as\n%s", plan)
		}
	}
	for _, stmt := range statements(t, "schedule.go") {
		plan := explain(t, db, stmt)
		if !strings.Contains(stmt, "seqs(") && wholeTable.MatchString(plan) {
			t.Errorf("%s\nis run as\n%s", stmt, plan)
		}
	}
}

// TestMigrationsAreNumberedWithoutGaps: one that came into a gap later would run
// where those after it have run.
func TestMigrationsAreNumberedWithoutGaps(t *testing.T) {
	files, err := migrations.ReadDir("migration")
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range files {
		if want := fmt.Sprintf("%04d.sql", i+1); f.Name() != want {
			t.Fatalf("%s stands where %s should", f.Name(), want)
		}
	}
}

// TestNumbersOfTheFirstPageComeFromOneIndex: whoever sees every place is counted
// for without a look at the rows of placements.
func TestNumbersOfTheFirstPageComeFromOneIndex(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "pano.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	from, where, _ := liveOn(pano.Reach{All: true})
	for _, a := range Agendas() {
		about, _ := a.on(1)
		plan := explain(t, db, `SELECT count(*) FILTER (WHERE `+about+`) FROM `+from+` WHERE `+where)
		if !strings.Contains(plan, "COVERING INDEX placement_agenda") {
			t.Errorf("%s is counted so:\n%s", a, plan)
		}
	}
}

func TestAScanIsNoticed(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "pano.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, stmt := range []string{`SELECT 1 FROM placement WHERE note = ?`, `SELECT p.ends FROM placement p WHERE p.starts < ?`,
		`SELECT id FROM location l ORDER BY code`} {
		if plan := explain(t, db, stmt); !wholeTable.MatchString(plan) {
			t.Errorf("%s passed: %s", stmt, plan)
		}
	}
}

// TestAFaceIsOneProbe: the day rule of a face reads one entry of the index.
func TestAFaceIsOneProbe(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "pano.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	n := 0
	for _, stmt := range rules(t, db) {
		if strings.Contains(stmt, "ORDER BY starts DESC LIMIT 1") {
			n++
			plan := explain(t, db, stmt)
			if !strings.Contains(plan, "SEARCH placement USING INDEX placement_live (location=? AND starts<?)") || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("the rule is run as\n%s", plan)
			}
		}
	}
	if n != 2 {
		t.Errorf("%d rules for faces, want 2", n)
	}
}

func explain(t *testing.T, db *DB, stmt string) string {
	t.Helper()
	rows, err := db.write.Query(`EXPLAIN QUERY PLAN `+stmt, make([]any, 40)...)
	if err != nil {
		t.Fatalf("%s: %v", stmt, err)
	}
	plan, err := collect(rows, func(row interface{ Scan(...any) error }) (line string, err error) {
		var id, parent, unused int
		return line, row.Scan(&id, &parent, &unused, &line)
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(plan, "\n")
}

// rules returns the conditions and the bodies of the triggers on places and
// placements, as statements of their own.
func rules(t *testing.T, db *DB) (all []string) {
	rows, err := db.write.Query(`SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ('location', 'placement', 'blocked') AND name NOT LIKE '%no_delete'`)
	if err != nil {
		t.Fatal(err)
	}
	triggers, err := collect(rows, func(row interface{ Scan(...any) error }) (s string, err error) { return s, row.Scan(&s) })
	if err != nil {
		t.Fatal(err)
	}
	for _, trigger := range triggers {
		head, body, _ := strings.Cut(trigger, "\nBEGIN")
		_, when, _ := strings.Cut(head, "\nWHEN ")
		if when != "" {
			all = append(all, alone(`SELECT `+when))
		}
		for stmt := range strings.SplitSeq(strings.TrimSuffix(strings.TrimSpace(body), "END"), ";") {
			if strings.TrimSpace(stmt) != "" {
				all = append(all, alone(stmt))
			}
		}
	}
	return all
}

var (
	rowValue = regexp.MustCompile(`\b(NEW|OLD)\.\w+`)
	raise    = regexp.MustCompile(`RAISE\(ABORT, `)
)

// alone makes a statement of a trigger one that stands outside it.
func alone(stmt string) string {
	return raise.ReplaceAllString(rowValue.ReplaceAllString(stmt, "?"), "(")
}

// statements returns the SQL in some files of this package: every text that
// begins like a statement, put together from literals and constants. What is
// only known when it runs, a condition, is taken for 1.
func statements(t *testing.T, files ...string) (all []string) {
	t.Helper()
	set := token.NewFileSet()
	consts := map[string]ast.Expr{}
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	parsed := map[string]*ast.File{}
	for _, name := range names {
		f, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		parsed[name] = f
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.CONST {
				for _, s := range g.Specs {
					if v := s.(*ast.ValueSpec); len(v.Values) == 1 {
						consts[v.Names[0].Name] = v.Values[0]
					}
				}
			}
		}
	}
	statement := regexp.MustCompile(`^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\s`)
	for _, name := range files {
		ast.Inspect(parsed[name], func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			for _, arg := range call.Args {
				if stmt := said(arg, consts); statement.MatchString(stmt) {
					all = append(all, stmt)
				}
			}
			return true
		})
	}
	return all
}

// said evaluates an expression of texts.
func said(e ast.Expr, consts map[string]ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			s, _ := strconv.Unquote(e.Value)
			return s
		}
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return said(e.X, consts) + said(e.Y, consts)
		}
	case *ast.ParenExpr:
		return said(e.X, consts)
	case *ast.Ident:
		if v, ok := consts[e.Name]; ok {
			return said(v, consts)
		}
	}
	return "1"
}

// TestAMapProbesThePlacementsOfEachPlace: it goes once along the places in the
// order of their codes, finds the places around them and what hangs there by
// index, and sorts nothing.
func TestAMapProbesThePlacementsOfEachPlace(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "pano.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, q := range []MapQuery{{On: 1, Today: 1}, {On: 1, Today: 2}, {On: 2, Today: 1}, {Box: Box{1, 1, 2, 2}}, {LocationQuery: LocationQuery{Kind: pano.Wall}}} {
		stmt, _ := q.statement(pano.Reach{All: true})
		plan := explain(t, db, stmt)
		for _, bad := range []string{"TEMP B-TREE", "SCAN p", "SCAN a", "SCAN b", "SCAN c", "SCAN d"} {
			if strings.Contains(plan, bad) {
				t.Errorf("%+v is run as\n%s", q, plan)
			}
		}
		if !strings.Contains(plan, "(location=?") {
			t.Errorf("%+v reads placements so:\n%s", q, plan)
		}
	}
}
