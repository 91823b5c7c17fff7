package httpd

import (
	"net/http"
	"slices"
	"strings"
	"syscall"
	"time"

	"pano/internal/auth"
	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// adminRoutes are accounts, agencies and the state of the machine.
func (s *Server) adminRoutes() []route {
	return []route{
		{"GET", "/admin", pano.UserEdit, s.showState},
		{"GET", "/admin/users", pano.UserEdit, s.showUsers},
		{"POST", "/admin/users", pano.UserEdit, s.addUser},
		{"GET", "/admin/users/{id}", pano.UserEdit, s.showUser},
		{"POST", "/admin/users/{id}", pano.UserEdit, s.editUser},
		{"POST", "/admin/users/{id}/password", pano.UserEdit, s.resetPassword},
		{"POST", "/admin/users/{id}/disable", pano.UserEdit, s.disableUser},
		{"POST", "/admin/users/{id}/enable", pano.UserEdit, s.enableUser},
		{"GET", "/admin/agencies", pano.UserEdit, s.showAgencies},
		{"POST", "/admin/agencies", pano.UserEdit, s.addAgency},
		{"GET", "/admin/agencies/{id}", pano.UserEdit, s.showAgency},
		{"POST", "/admin/agencies/{id}", pano.UserEdit, s.editAgency},
	}
}

// An adminPage is one of the pages of the administrator; Tab says which.
type adminPage struct {
	web.Frame
	mend
	Reset mend // of the form that sets a password
	Tab   string

	State systemState

	Users    []userLine
	Person   pano.User // with Tab user; as typed
	Agencies []pano.Agency
	Names    map[pano.AgencyID]string
	Roles    []roleTicks
	Columns  []pano.Role
	Self     bool // the user is the reader

	Agency  pano.Agency // as typed
	Parents []web.Choice
}

type userLine struct {
	pano.User
	Roles []string // in words
}

// roleTicks are the roles of a user in one agency.
type roleTicks struct {
	Agency pano.Agency
	Ticks  []tick
}

type tick struct {
	Role pano.Role
	On   bool
}

// A systemState is how the machine is.
type systemState struct {
	Store, Catalogue     partState
	Owed                 int
	Resting              []catalog.Job
	Free, Whole, MaxFile int64 // bytes of the disk that holds the spool; of the largest file
}

type partState struct {
	OK   bool
	Took int // milliseconds
}

func (s *Server) writeAdmin(w http.ResponseWriter, r *http.Request, code int, title string, p adminPage) error {
	p.Frame = s.frame(r, title, "admin")
	p.Fault = p.Problem + p.Reset.Problem
	if p.Tab == "user" || p.Tab == "agency" {
		up := map[string]web.Crumb{"user": {Text: s.words(r).Say("admin.users"), Href: "/admin/users"}, "agency": {Text: s.words(r).Say("admin.agencies"), Href: "/admin/agencies"}}
		p.Crumbs = []web.Crumb{{Text: s.words(r).Say("nav.admin"), Href: "/admin"}, up[p.Tab]}
	}
	return s.write(w, r, code, "admin", p)
}

// showState answers GET /admin.
func (s *Server) showState(w http.ResponseWriter, r *http.Request) error {
	p := adminPage{Tab: "state"}
	p.State.MaxFile = s.Intake.MaxFile
	p.State.Store = s.ping("store", func() error { return s.Blobs.Ping(r.Context()) })
	p.State.Catalogue = s.ping("catalogue", func() error { return s.DB.Ping(r.Context()) })
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) (err error) {
		p.State.Owed, p.State.Resting, err = tx.Jobs(r.Context())
		return err
	})
	if err != nil {
		return err
	}
	var disk syscall.Statfs_t
	if err := syscall.Statfs(s.Intake.Spool, &disk); err != nil {
		return err
	}
	p.State.Free, p.State.Whole = int64(disk.Bavail)*disk.Bsize, int64(disk.Blocks)*disk.Bsize
	return s.writeAdmin(w, r, http.StatusOK, s.words(r).Say("nav.admin"), p)
}

func (s *Server) ping(part string, f func() error) partState {
	start := time.Now()
	err := f()
	if err != nil {
		s.Log.Warn("part does not answer", "part", part, "err", err)
	}
	return partState{err == nil, int(time.Since(start).Milliseconds())}
}

// readAgencies fills in the agencies and their names.
func (s *Server) readAgencies(r *http.Request, p *adminPage) (err error) {
	p.Agencies, err = s.Auth.Agencies(r.Context(), actor(r))
	p.Names = map[pano.AgencyID]string{}
	for _, a := range p.Agencies {
		p.Names[a.ID] = a.Name
	}
	return err
}

// showUsers answers GET /admin/users.
func (s *Server) showUsers(w http.ResponseWriter, r *http.Request) error {
	return s.writeUsers(w, r, http.StatusOK, adminPage{})
}

func (s *Server) writeUsers(w http.ResponseWriter, r *http.Request, code int, p adminPage) error {
	p.Tab = "users"
	if err := s.readAgencies(r, &p); err != nil {
		return err
	}
	all, err := s.Auth.Users(r.Context(), actor(r))
	if err != nil {
		return err
	}
	words := s.words(r)
	for _, u := range all {
		line := userLine{User: u}
		for _, a := range p.Agencies {
			var roles []string
			for _, m := range u.Memberships {
				if m.Agency == a.ID {
					roles = append(roles, words.Say("role."+string(m.Role)))
				}
			}
			if len(roles) > 0 {
				line.Roles = append(line.Roles, a.Name+": "+strings.Join(roles, ", "))
			}
		}
		p.Users = append(p.Users, line)
	}
	p.tickRoles()
	return s.writeAdmin(w, r, code, words.Say("admin.users"), p)
}

// tickRoles lays the memberships of p.User out as a table of agencies and roles.
func (p *adminPage) tickRoles() {
	p.Columns = pano.Roles()
	for _, a := range p.Agencies {
		row := roleTicks{Agency: a}
		for _, role := range p.Columns {
			row.Ticks = append(row.Ticks, tick{role, slices.Contains(p.Person.Memberships, pano.Membership{Agency: a.ID, Role: role})})
		}
		p.Roles = append(p.Roles, row)
	}
}

// memberships reads ticks of the form "agency:role".
func memberships(ticks []string) (all []pano.Membership) {
	for _, t := range ticks {
		agency, role, _ := strings.Cut(t, ":")
		all = append(all, pano.Membership{Agency: pano.AgencyID(agency), Role: pano.Role(role)})
	}
	return all
}

// addUser answers POST /admin/users.
func (s *Server) addUser(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	a := auth.Account{Login: f.Get("login"), Name: f.Get("name"), Password: f.Get("password"), Memberships: memberships(f["member"])}
	u, err := s.Auth.AddUser(r.Context(), actor(r), a)
	if m, code, ok := s.mend(w, r, err, "login", "name", "password"); ok {
		return s.writeUsers(w, r, code, adminPage{mend: m, Person: pano.User{Login: a.Login, Name: a.Name, Memberships: a.Memberships}})
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("admin.user_added", u.Name), "")
	return back(w, r, "/admin/users")
}

// showUser answers GET /admin/users/{id}.
func (s *Server) showUser(w http.ResponseWriter, r *http.Request) error {
	u, err := s.Auth.User(r.Context(), actor(r), pano.UserID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return s.writeUser(w, r, http.StatusOK, adminPage{Person: u})
}

func (s *Server) writeUser(w http.ResponseWriter, r *http.Request, code int, p adminPage) error {
	p.Tab, p.Self = "user", p.Person.ID == actor(r).ID
	if err := s.readAgencies(r, &p); err != nil {
		return err
	}
	p.tickRoles()
	return s.writeAdmin(w, r, code, p.Person.Name, p)
}

// editUser answers POST /admin/users/{id}.
func (s *Server) editUser(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	u, err := s.Auth.User(r.Context(), actor(r), pano.UserID(r.PathValue("id")))
	if err != nil {
		return err
	}
	u.Name, u.Memberships = f.Get("name"), memberships(f["member"])
	_, err = s.Auth.EditUser(r.Context(), actor(r), u.ID, u.Name, u.Memberships)
	if m, code, ok := s.mend(w, r, err, "name"); ok {
		return s.writeUser(w, r, code, adminPage{mend: m, Person: u})
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("admin.user_saved", u.Name), "")
	return back(w, r, "/admin/users")
}

// resetPassword answers POST /admin/users/{id}/password; the user's sessions end.
func (s *Server) resetPassword(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	u, err := s.Auth.User(r.Context(), actor(r), pano.UserID(r.PathValue("id")))
	if err != nil {
		return err
	}
	err = s.Auth.ResetPassword(r.Context(), actor(r), u.ID, f.Get("password"))
	if m, code, ok := s.mend(w, r, err, "password"); ok {
		return s.writeUser(w, r, code, adminPage{Reset: m, Person: u})
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("admin.password_reset", u.Name), "")
	return back(w, r, "/admin/users/"+string(u.ID))
}

// disableUser answers POST /admin/users/{id}/disable, which the toast takes back
// but for sessions and tokens.
func (s *Server) disableUser(w http.ResponseWriter, r *http.Request) error {
	id := pano.UserID(r.PathValue("id"))
	if err := s.Auth.Disable(r.Context(), actor(r), id); err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("admin.user_disabled"), "/admin/users/"+string(id)+"/enable")
	return back(w, r, "/admin/users/"+string(id))
}

// enableUser answers POST /admin/users/{id}/enable.
func (s *Server) enableUser(w http.ResponseWriter, r *http.Request) error {
	id := pano.UserID(r.PathValue("id"))
	if err := s.Auth.Enable(r.Context(), actor(r), id); err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("admin.user_enabled"), "")
	return back(w, r, "/admin/users/"+string(id))
}

// showAgencies answers GET /admin/agencies.
func (s *Server) showAgencies(w http.ResponseWriter, r *http.Request) error {
	return s.writeAgencies(w, r, http.StatusOK, adminPage{Tab: "agencies"})
}

// showAgency answers GET /admin/agencies/{id}.
func (s *Server) showAgency(w http.ResponseWriter, r *http.Request) error {
	a, err := s.agency(r)
	if err != nil {
		return err
	}
	return s.writeAgencies(w, r, http.StatusOK, adminPage{Tab: "agency", Agency: a})
}

func (s *Server) agency(r *http.Request) (a pano.Agency, err error) {
	err = s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		a, err = tx.Agency(r.Context(), pano.AgencyID(r.PathValue("id")))
		return err
	})
	return a, err
}

func (s *Server) writeAgencies(w http.ResponseWriter, r *http.Request, code int, p adminPage) error {
	if err := s.readAgencies(r, &p); err != nil {
		return err
	}
	words := s.words(r)
	p.Parents = []web.Choice{{Text: words.Say("agency.no_parent")}}
	for _, a := range p.Agencies {
		if a.ID != p.Agency.ID {
			p.Parents = append(p.Parents, web.Choice{Value: string(a.ID), Text: a.Name, Selected: a.ID == p.Agency.Parent})
		}
	}
	title := words.Say("admin.agencies")
	if p.Tab == "agency" {
		title = p.Names[p.Agency.ID]
	}
	return s.writeAdmin(w, r, code, title, p)
}

// addAgency answers POST /admin/agencies.
func (s *Server) addAgency(w http.ResponseWriter, r *http.Request) error {
	return s.saveAgency(w, r, adminPage{Tab: "agencies"}, func(a pano.Agency) error {
		_, err := s.Auth.AddAgency(r.Context(), actor(r), a)
		return err
	})
}

// editAgency answers POST /admin/agencies/{id}.
func (s *Server) editAgency(w http.ResponseWriter, r *http.Request) error {
	was, err := s.agency(r)
	if err != nil {
		return err
	}
	return s.saveAgency(w, r, adminPage{Tab: "agency", Agency: was}, func(a pano.Agency) error {
		return s.Auth.EditAgency(r.Context(), actor(r), a)
	})
}

func (s *Server) saveAgency(w http.ResponseWriter, r *http.Request, p adminPage, save func(pano.Agency) error) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	p.Agency.Code, p.Agency.Name, p.Agency.Kind, p.Agency.Parent = f.Get("code"), f.Get("name"), f.Get("kind"), pano.AgencyID(f.Get("parent"))
	err = save(p.Agency)
	if m, code, ok := s.mend(w, r, err, "code", "name", "kind", "parent"); ok {
		p.mend = m
		return s.writeAgencies(w, r, code, p)
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("admin.agency_saved", p.Agency.Name), "")
	return back(w, r, "/admin/agencies")
}
