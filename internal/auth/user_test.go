package auth_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"pano/internal/auth"
	"pano/internal/pano"
)

func TestLoginsAreLowerCaseASCII(t *testing.T) {
	for in, want := range map[string]string{
		"hoa": "hoa", " Tran.Hoa_2 ": "tran.hoa_2", "9-a": "9-a", strings.Repeat("a", 40): strings.Repeat("a", 40),
		"a": "", "": "", ".hoa": "", "-hoa": "", "hoa tran": "", "hoa\n": "hoa", "ho\na": "", "hòa": "", "ｈｏａ": "",
		"\u212aim": "", // the Kelvin sign, which Unicode's lower case makes k
		"hoa\x00":  "", "hoa@example.org": "", strings.Repeat("a", 41): "",
	} {
		got, err := auth.ParseLogin(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("ParseLogin(%q) = %q, %v; want %q", in, got, err, want)
		}
		if e, ok := err.(*pano.Error); err != nil && (!ok || e.Field != "login") {
			t.Errorf("ParseLogin(%q) blames %v", in, err)
		}
	}
}

func TestAccountsAreRefusedWithTheFieldToMend(t *testing.T) {
	s := open(t)
	s.add(t, "hoa")
	good := auth.Account{Login: "an", Name: "An", Password: pass("an")}
	for _, c := range []struct {
		key, field string
		kind       pano.Kind
		spoil      func(*auth.Account)
	}{
		{"user.login_shape", "login", pano.KindInvalid, func(a *auth.Account) { a.Login = "Nguyễn An" }},
		{"user.login_taken", "login", pano.KindConflict, func(a *auth.Account) { a.Login = "HOA" }},
		{"name.missing", "name", pano.KindInvalid, func(a *auth.Account) { a.Name = "\t" }},
		{"name.too_long", "name", pano.KindInvalid, func(a *auth.Account) { a.Name = strings.Repeat("ộ", 201) }},
		{"name.unseen", "name", pano.KindInvalid, func(a *auth.Account) { a.Name = "An\u202enimda" }},
		{"name.unseen", "name", pano.KindInvalid, func(a *auth.Account) { a.Name = "An\x00" }},
		{"user.role_unknown", "role", pano.KindInvalid, func(a *auth.Account) { a.Memberships = s.in("root") }},
		{"user.agency_unknown", "agency", pano.KindInvalid, func(a *auth.Account) {
			a.Memberships = []pano.Membership{{Agency: "x", Role: pano.Staff}}
		}},
	} {
		a := good
		c.spoil(&a)
		_, err := s.AddUser(t.Context(), cli, a)
		want(t, c.key, err, c.kind, c.key)
		if e, ok := err.(*pano.Error); ok && e.Field != c.field {
			t.Errorf("%s blames %q, want %q", c.key, e.Field, c.field)
		}
	}
	if _, err := s.AddUser(t.Context(), cli, good); err != nil {
		t.Error("a refused account left something behind:", err)
	}
}

func TestOnlyWhoKeepsAccountsKeepsAccounts(t *testing.T) {
	s := open(t)
	_, u := s.enter(t, "nan-nhan", pano.Staff)
	_, admin := s.enter(t, "quan-tri", pano.Admin)
	ctx := t.Context()
	for what, f := range map[string]func(who pano.Actor) error{
		"Users":         func(who pano.Actor) error { _, err := s.Users(ctx, who); return err },
		"User":          func(who pano.Actor) error { _, err := s.User(ctx, who, u.ID); return err },
		"AddUser":       func(who pano.Actor) error { _, err := s.AddUser(ctx, who, auth.Account{}); return err },
		"EditUser":      func(who pano.Actor) error { _, err := s.EditUser(ctx, who, u.ID, "", nil); return err },
		"ResetPassword": func(who pano.Actor) error { return s.ResetPassword(ctx, who, u.ID, "") },
		"Disable":       func(who pano.Actor) error { return s.Disable(ctx, who, admin.ID) },
		"Enable":        func(who pano.Actor) error { return s.Enable(ctx, who, u.ID) },
		"AddAgency":     func(who pano.Actor) error { _, err := s.AddAgency(ctx, who, pano.Agency{}); return err },
		"EditAgency":    func(who pano.Actor) error { return s.EditAgency(ctx, who, pano.Agency{ID: s.svh}) },
		"SignOutAll":    func(who pano.Actor) error { return s.SignOutAll(ctx, who, u.ID) },
		"Tokens":        func(who pano.Actor) error { _, err := s.Tokens(ctx, who, u.ID); return err },
	} {
		for _, role := range pano.Roles() {
			if role != pano.Admin {
				want(t, what+" by "+string(role), f(pano.Actor{ID: "someone", Memberships: s.in(role)}), pano.KindForbidden, "auth.no_right")
			}
		}
		want(t, what+" by nobody", f(pano.Actor{}), pano.KindAnonymous, "auth.sign_in")
		narrow := pano.Actor{ID: admin.ID, Memberships: s.in(pano.Admin), Only: []pano.Action{pano.AssetSee}}
		want(t, what+" by an administrator's narrow token", f(narrow), pano.KindForbidden, "auth.no_right")
	}
}

func TestSomebodyIsAlwaysLeftToAdminister(t *testing.T) {
	s := open(t)
	_, one := s.enter(t, "mot", pano.Admin, pano.Staff)
	_, two := s.enter(t, "hai", pano.Admin)
	if err := s.Disable(t.Context(), cli, two.ID); err != nil {
		t.Fatal(err)
	}
	want(t, "closing the last", s.Disable(t.Context(), cli, one.ID), pano.KindConflict, "user.last_admin")
	_, err := s.EditUser(t.Context(), cli, one.ID, one.Name, s.in(pano.Staff))
	want(t, "demoting the last", err, pano.KindConflict, "user.last_admin")
	if u, err := s.User(t.Context(), cli, one.ID); err != nil || u.Disabled || len(u.Memberships) != 2 {
		t.Errorf("after the refusals: %+v, %v", u, err)
	}
	if err := s.Enable(t.Context(), cli, two.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.EditUser(t.Context(), cli, one.ID, one.Name, s.in(pano.Staff)); err != nil {
		t.Errorf("demoting one of two: %v", err)
	}
}

func TestTwoAdministratorsCannotCloseEachOther(t *testing.T) {
	s := open(t)
	_, one := s.enter(t, "mot", pano.Admin)
	_, two := s.enter(t, "hai", pano.Admin)
	users := []pano.Actor{one, two}
	var closed atomic.Int64
	var all sync.WaitGroup
	for i := range users {
		all.Go(func() {
			if err := s.Disable(t.Context(), users[1-i], users[i].ID); err == nil {
				closed.Add(1)
			} else {
				want(t, "the second", err, pano.KindConflict, "user.last_admin")
			}
		})
	}
	all.Wait()
	if closed.Load() != 1 {
		t.Errorf("%d closed, want 1", closed.Load())
	}
}

func TestAgencyIsAddedAndEdited(t *testing.T) {
	s := open(t)
	b, err := s.AddAgency(t.Context(), cli, pano.Agency{Code: " tp-da-lat ", Name: " Phòng  Văn hóa ", Kind: "phòng", Parent: s.svh})
	if err != nil || b.Code != "TP-DA-LAT" || b.Name != "Phòng Văn hóa" {
		t.Fatal(b, err)
	}
	_, err = s.AddAgency(t.Context(), cli, pano.Agency{Code: "SVH", Name: "x"})
	want(t, "code twice", err, pano.KindConflict, "agency.code_taken")
	_, err = s.AddAgency(t.Context(), cli, pano.Agency{Code: "ĐÀ LẠT", Name: "x"})
	want(t, "code of other letters", err, pano.KindInvalid, "agency.code_shape")
	b.Name = "Phòng Văn hóa và Thông tin"
	if err := s.EditAgency(t.Context(), cli, b); err != nil {
		t.Fatal(err)
	}
	want(t, "a loop", s.EditAgency(t.Context(), cli, pano.Agency{ID: s.svh, Code: "SVH", Name: "x", Parent: b.ID}), pano.KindInvalid, "agency.below_itself")
	want(t, "an edit of nothing", s.EditAgency(t.Context(), cli, pano.Agency{ID: "x", Code: "XX", Name: "x"}), pano.KindNotFound, "agency.none")
	all, err := s.Agencies(t.Context(), cli)
	if err != nil || len(all) != 2 || all[1] != b {
		t.Errorf("Agencies = %+v, %v", all, err)
	}
}
