package catalog

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pano/internal/pano"
)

// TestFreeFacesProbeThePlacementsOfEachFace: it goes along the faces in the order
// of their codes, sorts nothing, and reads of the placements only those of one face.
func TestFreeFacesProbeThePlacementsOfEachFace(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "pano.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, q := range []FaceQuery{{}, {Days: pano.Period{From: 1, Until: 2}}, {Days: pano.Period{From: 1, Until: 2}, Within: "x"}} {
		for _, reach := range []pano.Reach{{All: true}, {Agencies: []pano.AgencyID{"a", "b"}}} {
			stmt, _ := q.statement(reach)
			plan := explain(t, db, stmt)
			if !strings.Contains(plan, "SEARCH l USING INDEX location_by_kind (kind=?)") || strings.Contains(plan, "USE TEMP B-TREE FOR ORDER BY") || strings.Contains(plan, "SCAN p") {
				t.Errorf("%+v is run as\n%s", q, plan)
			}
			if free := q.Days != (pano.Period{}); free != strings.Contains(plan, "SEARCH p USING INDEX placement_live (location=? AND starts<?)") {
				t.Errorf("%+v reads placements so:\n%s", q, plan)
			}
		}
	}
	for _, stmt := range statements(t, "fit.go") {
		if plan := explain(t, db, stmt); wholeTable.MatchString(plan) {
			t.Errorf("%s\nis run as\n%s", stmt, plan)
		}
	}
	if plan := explain(t, db, stmtArtSizes); !strings.Contains(plan, "SEARCH a USING INTEGER PRIMARY KEY") || strings.Contains(plan, "SCAN v") {
		t.Errorf("sizes of artwork are read as\n%s", plan)
	}
}
