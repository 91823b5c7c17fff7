package catalog

import (
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// TestNoStatementAboutProofsScansATable is TestNoStatementScansATable for proof.go.
func TestNoStatementAboutProofsScansATable(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "pano.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	scan := regexp.MustCompile(`SCAN (a|g|l|o|p|s|w|v|av|proof|shot|placement)\b`)
	all := statements(t, "proof.go")
	if len(all) < 10 {
		t.Fatalf("only %d statements", len(all))
	}
	for _, stmt := range all {
		if plan := explain(t, db, stmt); scan.MatchString(plan) {
			t.Errorf("%s\nis run as\n%s", stmt, plan)
		}
	}
}
