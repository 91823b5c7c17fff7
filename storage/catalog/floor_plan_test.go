package catalog

import (
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// TestNoStatementAboutFloorsScansATable is TestNoStatementScansATable for floor.go.
func TestNoStatementAboutFloorsScansATable(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "pano.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	scan := regexp.MustCompile(`SCAN (a|f|l|n|p|v|w|exhibit|exhibition|floor|floor_wall|floor_pin|location|placement)\b`)
	all := statements(t, "floor.go")
	for _, stmt := range all {
		if plan := explain(t, db, stmt); scan.MatchString(plan) {
			t.Errorf("%s\nis run as\n%s", stmt, plan)
		}
	}
	if len(all) < 8 {
		t.Fatalf("only %d statements", len(all))
	}
}
