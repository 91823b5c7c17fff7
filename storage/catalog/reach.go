package catalog

import (
	"strings"

	"pano/internal/pano"
)

// within compiles r into a condition on the columns agency, owner and draft (an
// expression) of a query, with its arguments. It is true for the same rows for
// which r.Has is; a test compares the two. The condition is always in brackets.
func within(r pano.Reach, agency, owner, draft string) (cond string, args []any) {
	return withinHands(r, agency, owner, draft, "''")
}

// placed is within for placements p.
func placed(r pano.Reach) (cond string, args []any) {
	return withinHands(r, "p.agency", "p.by", "(p.state = 'planned')", "p.hands")
}

// withinHands is within for what is somebody's work: hands is the column that
// says whose.
func withinHands(r pano.Reach, agency, owner, draft, hands string) (cond string, args []any) {
	list := func(col string, ids []pano.AgencyID) string {
		for _, id := range ids {
			args = append(args, string(id))
		}
		return col + ` IN (?` + strings.Repeat(`, ?`, len(ids)-1) + `)`
	}
	var any []string
	if r.All {
		any = append(any, `1`)
	}
	if len(r.Agencies) > 0 {
		any = append(any, list(agency, r.Agencies))
	}
	if r.Self != "" && len(r.OwnIn) > 0 {
		c := list(agency, r.OwnIn)
		args = append(args, string(r.Self))
		any = append(any, `(`+c+` AND `+owner+` = ?)`)
	}
	if r.Self != "" && len(r.DraftsIn) > 0 {
		c := list(agency, r.DraftsIn)
		args = append(args, string(r.Self))
		any = append(any, `(`+c+` AND `+owner+` = ? AND `+draft+`)`)
	}
	if len(r.CrewIn) > 0 {
		c := list(agency, r.CrewIn)
		any = append(any, `(`+c+` AND instr(`+hands+`, '+') = 0)`)
	}
	if r.Self != "" && len(r.CrewIn) > 0 {
		args = append(args, string(r.Self), string(r.Self))
		any = append(any, `instr(`+hands+`, '+' || ?) > 0`, `instr(`+hands+`, '-' || ?) > 0`)
	}
	if len(any) == 0 {
		return `(0)`, nil
	}
	cond = `(` + strings.Join(any, ` OR `) + `)`
	if r.NotOwn && r.Self != "" {
		args = append(args, string(r.Self))
		cond = `(` + cond + ` AND ` + owner + ` <> ?)`
	}
	return cond, args
}
