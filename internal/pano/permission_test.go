package pano

import (
	"slices"
	"strings"
	"testing"
)

// matrix is the permission table as it was agreed with the department, one line
// an action, one column a role in the order of Roles.
//
//   - nothing     draft     own, until submitted    agency   of the agency of the role
//     own  own       assigned  own orders    crew    what the agency hangs    others   all but own    all
const matrix = `
	                staff   curator  approver  printer   installer  admin  auditor
	asset.see       agency  agency   all       assigned  assigned   all    all
	asset.add       agency  agency   -         -         -          -      -
	asset.edit      draft   agency   -         -         -          -      -
	asset.archive   draft   agency   all       -         -          -      -
	asset.submit    own     agency   -         -         -          -      -
	asset.approve   -       -        others    -         -          -      -
	original.get    own     agency   all       -         -          -      all
	print.get       -       agency   all       assigned  -          -      -
	location.see    all     all      all       -         assigned   all    all
	location.edit   -       agency   -         -         -          all    -
	placement.see   all     all      all       -         crew       all    all
	placement.plan  -       agency   all       -         -          -      -
	placement.mark  -       agency   -         -         crew       -      -
	proof.decide    -       agency   all       -         -          -      -
	item.see        agency  agency   all       -         agency     all    all
	exhibition.see  all     all      all       -         agency     all    all
	exhibition.edit -       agency   all       -         -          -      -
	item.edit       -       agency   -         -         -          all    -
	item.move       agency  agency   -         -         agency     all    -
	work.see        agency  agency   all       -         crew       all    all
	work.plan       -       agency   all       -         -          -      -
	work.mark       -       agency   -         -         crew       -      -
	order.edit      -       agency   all       -         -          -      -
	order.mark      -       agency   -         assigned  -          -      -
	link.edit       -       agency   all       -         -          all    -
	cost.see        -       agency   all       -         -          -      all
	cost.edit       -       -        all       -         -          -      -
	report.see      agency  agency   all       assigned  assigned   -      all
	audit.see       -       -        -         -         -          all    all
	user.edit       -       -        -         -         -          all    -
`

var scopeNames = map[string]Scope{"-": None, "draft": OwnDraft, "own": Own, "assigned": Assigned, "crew": OfCrew,
	"agency": OfAgency, "others": AllOthers, "all": All}

// agreed reads matrix.
func agreed(t *testing.T) map[Action]map[Role]Scope {
	lines := strings.Split(strings.TrimSpace(matrix), "\n")
	head := strings.Fields(lines[0])
	all := map[Action]map[Role]Scope{}
	for _, line := range lines[1:] {
		cells := strings.Fields(line)
		row := map[Role]Scope{}
		for i, cell := range cells[1:] {
			scope, ok := scopeNames[cell]
			if !ok {
				t.Fatalf("matrix says %q", cell)
			}
			row[Role(head[i])] = scope
		}
		all[Action(cells[0])] = row
	}
	return all
}

func TestPermissionsAreAsAgreed(t *testing.T) {
	want := agreed(t)
	for _, act := range Actions() {
		if want[act] == nil {
			t.Errorf("%s is not in the agreed table", act)
		}
	}
	for act, row := range want {
		for _, role := range Roles() {
			if got := ScopeOf(act, role); got != row[role] {
				t.Errorf("%s reaches scope %d with %s, want %d", role, got, act, row[role])
			}
		}
		for role := range table[act] {
			if !slices.Contains(Roles(), role) {
				t.Errorf("%s is given to %s, who is not a role", act, role)
			}
		}
	}
}

// TestMayAnswersAsTheTableSays asks May for every role and action about things
// near and far, and works out from the table alone what it must say.
func TestMayAnswersAsTheTableSays(t *testing.T) {
	things := map[string]Resource{
		"own draft":           {Agency: "a", Owner: "me", Draft: true},
		"own, submitted":      {Agency: "a", Owner: "me"},
		"a colleague's draft": {Agency: "a", Owner: "other", Draft: true},
		"foreign":             {Agency: "b", Owner: "other"},
		"foreign draft":       {Agency: "b", Owner: "other", Draft: true},
		"own, left behind":    {Agency: "b", Owner: "me", Draft: true}, // moved to an agency since left
		"prefix of an agency": {Agency: "", Owner: "other"},
	}
	has := func(s Scope, x Resource) bool {
		own, near := x.Owner == "me", x.Agency == "a"
		return map[Scope]bool{OwnDraft: own && near && x.Draft, Own: own && near, OfAgency: near, OfCrew: near, AllOthers: !own, All: true}[s]
	}
	for act, row := range agreed(t) {
		for _, role := range Roles() {
			who := Actor{ID: "me", Memberships: []Membership{{"a", role}}}
			for name, x := range things {
				see, asked := seeing[act]
				want := KindForbidden
				switch {
				case has(row[role], x):
					want = 99
				case asked && !has(ScopeOf(see, role), x):
					want = KindNotFound
				}
				err := who.May(act, x)
				if got := KindOf(err); err == nil && want != 99 || err != nil && got != want {
					t.Errorf("May a %s %s %s? %v, want kind %d", role, act, name, err, want)
				}
			}
		}
	}
}

func TestWhatIsOutOfSightIsNotThere(t *testing.T) {
	lan := Actor{ID: "lan", Memberships: []Membership{{"a", Curator}}}
	foreign := Resource{Agency: "b", Owner: "minh"}
	for _, act := range []Action{AssetSee, AssetEdit, AssetArchive, AssetSubmit, AssetApprove, OriginalGet, PrintGet} {
		if err := lan.May(act, foreign); KindOf(err) != KindNotFound {
			t.Errorf("%s to a foreign asset: %v, want not found", act, err)
		}
	}
}

func TestSomeActorsHaveMoreOrLess(t *testing.T) {
	x := Resource{Agency: "a", Owner: "lan"}
	for _, c := range []struct {
		name string
		who  Actor
		act  Action
		x    Resource
		kind Kind // of the refusal; 99 for none
	}{
		{"nobody", Actor{}, AssetSee, x, KindAnonymous},
		{"nobody, in public", Actor{}, Public, x, 99},
		{"nobody, about themselves", Actor{}, Self, x, KindAnonymous},
		{"somebody without a role, about themselves", Actor{ID: "lan"}, Self, x, 99},
		{"somebody without a role", Actor{ID: "lan"}, AssetSee, x, KindNotFound},
		{"the server", Server("job"), UserEdit, x, 99},
		{"a token for less", Actor{ID: "lan", Memberships: []Membership{{"a", Curator}}, Only: []Action{AssetSee}}, AssetEdit, x, KindForbidden},
		{"a token for that", Actor{ID: "lan", Memberships: []Membership{{"a", Curator}}, Only: []Action{AssetSee}}, AssetSee, x, 99},
		{"a token for nothing", Actor{ID: "lan", Memberships: []Membership{{"a", Curator}}, Only: []Action{}}, AssetSee, x, KindNotFound},
		{"approver and curator, own work", Actor{ID: "lan", Memberships: []Membership{{"a", Curator}, {"a", Approver}}}, AssetApprove, x, KindForbidden},
		{"approver and curator, other's work", Actor{ID: "minh", Memberships: []Membership{{"a", Curator}, {"b", Approver}}}, AssetApprove, x, 99},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.who.May(c.act, c.x)
			if err == nil && c.kind != 99 || err != nil && KindOf(err) != c.kind {
				t.Errorf("May = %v, want kind %d", err, c.kind)
			}
		})
	}
}
