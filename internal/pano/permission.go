package pano

import "slices"

// An Action is something a route lets an actor do. Every route names one.
type Action string

// The actions of the permission table. Public needs no account; Self needs
// one and concerns only its owner.
const (
	Public         Action = "public"
	Self           Action = "self"
	AssetSee       Action = "asset.see"
	AssetAdd       Action = "asset.add"
	AssetEdit      Action = "asset.edit"
	AssetArchive   Action = "asset.archive"
	AssetSubmit    Action = "asset.submit"
	AssetApprove   Action = "asset.approve"
	OriginalGet    Action = "original.get"
	PrintGet       Action = "print.get"
	LocationSee    Action = "location.see"
	LocationEdit   Action = "location.edit"
	PlacementSee   Action = "placement.see"
	PlacementPlan  Action = "placement.plan"
	PlacementMark  Action = "placement.mark"
	ProofDecide    Action = "proof.decide"
	ItemSee        Action = "item.see"
	ItemEdit       Action = "item.edit"
	ItemMove       Action = "item.move"
	ExhibitionSee  Action = "exhibition.see"
	ExhibitionEdit Action = "exhibition.edit"
	WorkSee        Action = "work.see"
	WorkPlan       Action = "work.plan"
	WorkMark       Action = "work.mark"
	OrderEdit      Action = "order.edit"
	OrderMark      Action = "order.mark"
	LinkEdit       Action = "link.edit"
	CostSee        Action = "cost.see"
	CostEdit       Action = "cost.edit"
	ReportSee      Action = "report.see"
	AuditSee       Action = "audit.see"
	UserEdit       Action = "user.edit"
)

// A Scope is how far an action reaches.
type Scope uint8

// The scopes, from nothing to everything.
const (
	None      Scope = iota
	OwnDraft        // what the actor brought in, until it is submitted
	Own             // what the actor brought in
	Assigned        // the orders of the actor's shop; nothing yet
	OfCrew          // what the actor's crew was given to do, and what nobody was given of the agency in which the actor is an installer
	OfAgency        // what belongs to the agency in which the actor holds the role
	AllOthers       // everything but what the actor brought in: four eyes
	All
)

// table is the permission matrix. What is not in it is None.
var table = map[Action]map[Role]Scope{
	AssetSee: {Staff: OfAgency, Curator: OfAgency, Approver: All, Printer: Assigned,
		Installer: Assigned, Admin: All, Auditor: All},
	AssetAdd:     {Staff: OfAgency, Curator: OfAgency},
	AssetEdit:    {Staff: OwnDraft, Curator: OfAgency},
	AssetArchive: {Staff: OwnDraft, Curator: OfAgency, Approver: All},
	AssetSubmit:  {Staff: Own, Curator: OfAgency},
	AssetApprove: {Approver: AllOthers},
	OriginalGet:  {Staff: Own, Curator: OfAgency, Approver: All, Auditor: All},
	PrintGet:     {Curator: OfAgency, Approver: All, Printer: Assigned},
	LocationSee: {Staff: All, Curator: All, Approver: All, Installer: Assigned,
		Admin: All, Auditor: All},
	LocationEdit: {Curator: OfAgency, Admin: All},
	PlacementSee: {Staff: All, Curator: All, Approver: All, Installer: OfCrew,
		Admin: All, Auditor: All},
	PlacementPlan: {Curator: OfAgency, Approver: All},
	PlacementMark: {Curator: OfAgency, Installer: OfCrew},
	ProofDecide:   {Curator: OfAgency, Approver: All},
	ItemSee: {Staff: OfAgency, Curator: OfAgency, Approver: All, Installer: OfAgency,
		Admin: All, Auditor: All},
	ItemEdit: {Curator: OfAgency, Admin: All},
	ExhibitionSee: {Staff: All, Curator: All, Approver: All, Installer: OfAgency,
		Admin: All, Auditor: All},
	ExhibitionEdit: {Curator: OfAgency, Approver: All},
	ItemMove:       {Staff: OfAgency, Curator: OfAgency, Installer: OfAgency, Admin: All},
	OrderEdit:      {Curator: OfAgency, Approver: All},
	OrderMark:      {Curator: OfAgency, Printer: Assigned},
	LinkEdit:       {Curator: OfAgency, Approver: All, Admin: All},
	CostSee:        {Curator: OfAgency, Approver: All, Auditor: All},
	CostEdit:       {Approver: All},
	WorkSee: {Staff: OfAgency, Curator: OfAgency, Approver: All, Installer: OfCrew,
		Admin: All, Auditor: All},
	WorkPlan: {Curator: OfAgency, Approver: All},
	WorkMark: {Curator: OfAgency, Installer: OfCrew},
	ReportSee: {Staff: OfAgency, Curator: OfAgency, Approver: All, Printer: Assigned,
		Installer: Assigned, Auditor: All},
	AuditSee: {Admin: All, Auditor: All},
	UserEdit: {Admin: All},
}

// Actions lists every action of the table.
func Actions() (all []Action) {
	for a := range table {
		all = append(all, a)
	}
	slices.Sort(all)
	return all
}

// ScopeOf returns how far role reaches with act.
func ScopeOf(act Action, role Role) Scope {
	if act == Public || act == Self {
		return All
	}
	return table[act][role]
}

// A Resource is what the table needs to know of a thing. A zero Resource stands
// for "any": only an actor who reaches everything reaches it.
type Resource struct {
	Agency AgencyID
	Owner  UserID
	Draft  bool
	Hands  Hands // whose work it is
}

// A Reach is every resource an actor may do something to. Package catalog
// compiles it to SQL, so lists and single things have the same lock.
type Reach struct {
	All      bool
	Agencies []AgencyID // everything of these
	Self     UserID     // whose own things OwnIn, DraftsIn and NotOwn speak of
	OwnIn    []AgencyID // what Self brought in for these
	DraftsIn []AgencyID // what Self brought in for these, until it is submitted
	NotOwn   bool       // nothing that Self brought in
	CrewIn   []AgencyID // what Self was given to do, and of these what nobody was
}

// Empty reports whether r has nothing in it.
func (r Reach) Empty() bool {
	return !r.All && len(r.Agencies) == 0 && len(r.OwnIn) == 0 && len(r.DraftsIn) == 0 && len(r.CrewIn) == 0
}

// Has reports whether x is in r.
func (r Reach) Has(x Resource) bool {
	own := r.Self != "" && x.Owner == r.Self
	if r.NotOwn && own {
		return false
	}
	return r.All ||
		slices.Contains(r.Agencies, x.Agency) ||
		own && slices.Contains(r.OwnIn, x.Agency) ||
		own && x.Draft && slices.Contains(r.DraftsIn, x.Agency) ||
		len(r.CrewIn) > 0 && (x.Hands.Has(r.Self) || !x.Hands.Taken() && slices.Contains(r.CrewIn, x.Agency))
}

// Reach returns what a may do act to. Own things count only in an agency where
// the role that gives them is still held.
func (a Actor) Reach(act Action) Reach {
	if a.Server {
		return Reach{All: true}
	}
	if a.Anonymous() || a.Only != nil && !slices.Contains(a.Only, act) {
		return Reach{}
	}
	r := Reach{Self: a.ID}
	for _, m := range a.Memberships {
		switch ScopeOf(act, m.Role) {
		case All:
			r.All = true
		case AllOthers:
			r.All, r.NotOwn = true, true
		case OfAgency:
			r.Agencies = append(r.Agencies, m.Agency)
		case OfCrew:
			r.CrewIn = append(r.CrewIn, m.Agency)
		case Own:
			r.OwnIn = append(r.OwnIn, m.Agency)
		case OwnDraft:
			r.DraftsIn = append(r.DraftsIn, m.Agency)
		}
	}
	return r
}

// seeing says with which action a thing of that kind is seen at all. Who may
// not see it is told that it is not there.
var seeing = map[Action]Action{
	AssetSee: AssetSee, LocationSee: LocationSee, PlacementSee: PlacementSee,
	AssetEdit: AssetSee, AssetArchive: AssetSee, AssetSubmit: AssetSee, AssetApprove: AssetSee,
	OriginalGet: AssetSee, PrintGet: AssetSee,
	LocationEdit:  LocationSee,
	PlacementPlan: PlacementSee, PlacementMark: PlacementSee, ProofDecide: PlacementSee,
	WorkPlan: WorkSee, WorkMark: WorkSee,
	ItemSee: ItemSee, ItemEdit: ItemSee, ItemMove: ItemSee,
	ExhibitionEdit: ExhibitionSee,
}

// May returns nil if a may do act to x.
//
// Else it fails with KindAnonymous if nobody is signed in, with KindForbidden
// if a sees x but lacks the right, and with KindNotFound if x is outside what a
// may see, so that a refusal tells nothing about it.
func (a Actor) May(act Action, x Resource) error {
	switch {
	case act == Public || a.Reach(act).Has(x):
		return nil
	case a.Anonymous():
		return &Error{Kind: KindAnonymous, Key: "auth.sign_in"}
	case act == Self:
		return nil
	}
	if see, ok := seeing[act]; ok && !a.Reach(see).Has(x) {
		return NotFound("thing.none")
	}
	return Forbidden("auth.no_right")
}

// MayAny returns nil if there is anything at all that a may do act to: the
// question a menu or a list page asks before it looks at single things.
func (a Actor) MayAny(act Action) error {
	switch {
	case act == Public || !a.Reach(act).Empty():
		return nil
	case a.Anonymous():
		return &Error{Kind: KindAnonymous, Key: "auth.sign_in"}
	case act == Self:
		return nil
	}
	return Forbidden("auth.no_right")
}
