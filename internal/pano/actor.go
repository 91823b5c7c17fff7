package pano

import "slices"

// A Role is what a member of an agency does there. A person may hold several.
type Role string

// The roles, as in the permission table.
const (
	Staff     Role = "staff"     // cán bộ: brings artwork in
	Curator   Role = "curator"   // bố trí: decides what hangs where
	Approver  Role = "approver"  // duyệt: signs artwork, in every agency
	Printer   Role = "printer"   // nhà in: sees its own orders
	Installer Role = "installer" // thi công: hangs and proves at the places given to it
	Admin     Role = "admin"     // quản trị: accounts, places, settings
	Auditor   Role = "auditor"   // thanh tra, tài chính: reads everything, writes nothing
)

// Roles lists every role in the order people are offered them.
func Roles() []Role {
	return []Role{Staff, Curator, Approver, Printer, Installer, Admin, Auditor}
}

// A Membership is one role in one agency.
type Membership struct {
	Agency AgencyID `json:"agency"`
	Role   Role     `json:"role"`
}

// An Agency is an office that owns artwork and places. Agencies come and go, so
// they have dates and are never constants.
type Agency struct {
	ID     AgencyID `json:"id"`
	Code   string   `json:"code"`
	Name   string   `json:"name"`
	Kind   string   `json:"kind,omitempty"`
	Parent AgencyID `json:"parent,omitempty"`
}

// A User is a person with an account. A disabled one keeps their history.
type User struct {
	ID          UserID       `json:"id"`
	Login       string       `json:"login"`
	Name        string       `json:"name"`
	Disabled    bool         `json:"disabled"`
	Memberships []Membership `json:"memberships"`
}

// An Actor is whoever asks: a person's session or token, or the server itself.
type Actor struct {
	ID          UserID // "" for nobody and for the server
	Name        string
	Memberships []Membership
	Only        []Action // what a token may be used for; nil is everything its owner may
	Server      bool     // a job or a command on the machine itself: may do everything
}

// Server is the actor of jobs and of commands run on the machine itself.
func Server(name string) Actor { return Actor{Name: name, Server: true} }

// Anonymous reports whether nobody is signed in.
func (a Actor) Anonymous() bool { return a.ID == "" && !a.Server }

// Is reports whether a holds role in any agency.
func (a Actor) Is(role Role) bool {
	return slices.ContainsFunc(a.Memberships, func(m Membership) bool { return m.Role == role })
}

// Agencies returns the agencies a belongs to, without repetition.
func (a Actor) Agencies() (all []AgencyID) {
	for _, m := range a.Memberships {
		if !slices.Contains(all, m.Agency) {
			all = append(all, m.Agency)
		}
	}
	return all
}
