package catalog

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pano/internal/pano"
)

// TestNoStatementAboutItemsScansATable is TestNoStatementScansATable for
// item.go. The list goes along the codes, and stops when the page is full.
func TestNoStatementAboutItemsScansATable(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "pano.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	scan := regexp.MustCompile(`SCAN (a|g|i|l|m|f|t|u|v|w|x|r|item|movement|location)\b`)
	n := 0
	for _, stmt := range statements(t, "item.go") {
		if strings.Contains(stmt, "count(*)") { // looks into every item: thousands, not millions
			continue
		}
		n++
		if plan := explain(t, db, stmt); scan.MatchString(plan) {
			t.Errorf("%s\nis run as\n%s", stmt, plan)
		}
	}
	if n < 10 {
		t.Fatalf("only %d statements", n)
	}
	cond, _ := ItemQuery{Within: "x"}.where(pano.Reach{All: true})
	plan := explain(t, db, `SELECT 1 FROM item i WHERE `+cond)
	if !strings.Contains(plan, "movement_target") || strings.Contains(plan, "SCAN w") || strings.Contains(plan, "SCAN i") {
		t.Errorf("what is in a place is found so:\n%s", plan)
	}
}
