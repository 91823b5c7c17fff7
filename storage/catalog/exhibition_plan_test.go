package catalog

import (
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// TestNoStatementAboutExhibitionsScansATable is TestNoStatementScansATable for
// exhibition.go. The list of exhibitions goes along their days.
func TestNoStatementAboutExhibitionsScansATable(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "pano.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	scan := regexp.MustCompile(`SCAN (a|g|i|k|l|m|p|q|r|b|s|v|x|exhibit|section|placement)\b`)
	n := 0
	for _, stmt := range statements(t, "exhibition.go") {
		n++
		if plan := explain(t, db, stmt); scan.MatchString(plan) {
			t.Errorf("%s\nis run as\n%s", stmt, plan)
		}
	}
	if n < 15 {
		t.Fatalf("only %d statements", n)
	}
}
