package auth_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pano/internal/auth"
	"pano/internal/pano"
)

func TestTokenActsForItsUserWithinItsScope(t *testing.T) {
	s := open(t)
	_, who := s.enter(t, "hoa", pano.Staff)
	secret, tok, err := s.AddToken(t.Context(), who, who.ID, "máy quét", time.Time{}, []pano.Action{pano.AssetSee})
	if err != nil || !strings.HasPrefix(secret, "pano_") || len(secret) != len("pano_")+43 || tok.User != who.ID || tok.ID == "" {
		t.Fatal(tok, err)
	}
	got, err := s.Token(t.Context(), secret)
	if err != nil || got.ID != who.ID || !slices.Equal(got.Only, []pano.Action{pano.AssetSee}) {
		t.Fatalf("Token = %+v, %v", got, err)
	}
	if err := got.MayAny(pano.AssetSee); err != nil {
		t.Error(err)
	}
	want(t, "outside the scope", got.MayAny(pano.AssetAdd), pano.KindForbidden, "auth.no_right")

	all, _, err := s.AddToken(t.Context(), who, who.ID, "tất cả", time.Time{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := s.Token(t.Context(), all)
	if err != nil || wide.MayAny(pano.AssetSee) != nil || wide.MayAny(pano.AssetAdd) != nil || wide.MayAny(pano.UserEdit) == nil {
		t.Errorf("without a scope: %+v, %v", wide, err)
	}
	s.clock.add(time.Hour)
	if _, err := s.Token(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	if list, err := s.Tokens(t.Context(), who, who.ID); err != nil || len(list) != 2 || list[0].Name != "tất cả" || !list[0].Seen.Equal(s.clock.now()) {
		t.Errorf("Tokens = %+v, %v", list, err)
	}
}

func TestATokenMakesNoTokenAndChangesNoPassword(t *testing.T) {
	s := open(t)
	session, who := s.enter(t, "quan-tri", pano.Admin)
	for _, scope := range [][]pano.Action{nil, {pano.UserEdit}, {pano.AssetSee}} {
		secret, _, err := s.AddToken(t.Context(), who, who.ID, "x", s.clock.now().Add(time.Hour), scope)
		if err != nil {
			t.Fatal(err)
		}
		program, err := s.Token(t.Context(), secret)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = s.AddToken(t.Context(), program, who.ID, "longer", time.Time{}, nil)
		want(t, "a token by a token", err, pano.KindForbidden, "auth.no_right")
		err = s.ChangePassword(t.Context(), program, "", pass("quan-tri"), "mật khẩu hoàn toàn mới")
		want(t, "a password by a token", err, pano.KindForbidden, "auth.no_right")
		_, _, err = s.Sessions(t.Context(), program, "")
		want(t, "sessions by a token", err, pano.KindForbidden, "auth.no_right")
	}
	if _, err := s.Session(t.Context(), session); err != nil {
		t.Error(err)
	}
}

func TestNobodyMakesATokenOfAnother(t *testing.T) {
	s := open(t)
	_, u := s.enter(t, "duyet", pano.Approver)
	_, admin := s.enter(t, "quan-tri", pano.Admin)
	_, _, err := s.AddToken(t.Context(), admin, u.ID, "x", time.Time{}, nil)
	want(t, "an administrator", err, pano.KindForbidden, "auth.no_right")
	_, _, err = s.AddToken(t.Context(), pano.Actor{}, u.ID, "x", time.Time{}, nil)
	want(t, "nobody", err, pano.KindAnonymous, "auth.sign_in")
	if _, _, err := s.AddToken(t.Context(), cli, u.ID, "x", time.Time{}, nil); err != nil {
		t.Errorf("the machine itself: %v", err)
	}
	_, _, err = s.AddToken(t.Context(), cli, "x", "x", time.Time{}, nil)
	want(t, "a token of none", err, pano.KindNotFound, "user.none")
}

func TestTokensThatCannotBeAreRefused(t *testing.T) {
	s := open(t)
	_, who := s.enter(t, "hoa")
	for _, c := range []struct {
		key     string
		name    string
		expires time.Time
		scope   []pano.Action
	}{
		{"name.missing", " ", time.Time{}, nil},
		{"token.expires_past", "x", s.clock.now(), nil},
		{"token.scope_empty", "x", time.Time{}, []pano.Action{}},
		{"token.scope_unknown", "x", time.Time{}, []pano.Action{pano.AssetSee, "asset.see asset.add"}},
		{"token.scope_unknown", "x", time.Time{}, []pano.Action{""}},
	} {
		_, _, err := s.AddToken(t.Context(), who, who.ID, c.name, c.expires, c.scope)
		want(t, c.key, err, pano.KindInvalid, c.key)
	}
}

func TestTokenIsOverAfter(t *testing.T) {
	for what, f := range map[string]func(s *site, who pano.Actor, id pano.TokenID) error{
		"its expiry": func(s *site, _ pano.Actor, _ pano.TokenID) error { s.clock.add(time.Hour); return nil },
		"being revoked": func(s *site, who pano.Actor, id pano.TokenID) error {
			return s.RevokeToken(t.Context(), who, id)
		},
		"being revoked by an administrator": func(s *site, _ pano.Actor, id pano.TokenID) error {
			return s.RevokeToken(t.Context(), cli, id)
		},
		"closing the account": func(s *site, who pano.Actor, _ pano.TokenID) error {
			return s.Disable(t.Context(), cli, who.ID)
		},
		"closing and opening the account": func(s *site, who pano.Actor, _ pano.TokenID) error {
			if err := s.Disable(t.Context(), cli, who.ID); err != nil {
				return err
			}
			return s.Enable(t.Context(), cli, who.ID)
		},
	} {
		s := open(t)
		_, who := s.enter(t, "hoa", pano.Staff)
		secret, tok, err := s.AddToken(t.Context(), who, who.ID, "x", s.clock.now().Add(time.Hour), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Token(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
		if err := f(s, who, tok.ID); err != nil {
			t.Fatal(err)
		}
		got, err := s.Token(t.Context(), secret)
		want(t, what, err, pano.KindAnonymous, "auth.sign_in")
		if !got.Anonymous() || got.Memberships != nil {
			t.Errorf("%s: %+v", what, got)
		}
	}
}

func TestTokensAndSessionsAreNotEachOther(t *testing.T) {
	s := open(t)
	session, who := s.enter(t, "hoa")
	token, _, err := s.AddToken(t.Context(), who, who.ID, "x", time.Time{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.anonymous(t, "a token as a session", token)
	for _, bad := range []string{session, "pano_" + session, token[5:], "", "pano_", "PANO_" + token[5:], token + " "} {
		_, err := s.Token(t.Context(), bad)
		want(t, "bearer "+bad, err, pano.KindAnonymous, "auth.sign_in")
	}
}

func TestAnothersTokenIsNotThere(t *testing.T) {
	s := open(t)
	_, who := s.enter(t, "hoa")
	_, other := s.enter(t, "an", pano.Approver)
	secret, tok, err := s.AddToken(t.Context(), who, who.ID, "x", time.Time{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want(t, "revoking it", s.RevokeToken(t.Context(), other, tok.ID), pano.KindNotFound, "token.none")
	want(t, "revoking none", s.RevokeToken(t.Context(), other, "x"), pano.KindNotFound, "token.none")
	want(t, "nobody revoking it", s.RevokeToken(t.Context(), pano.Actor{}, tok.ID), pano.KindAnonymous, "auth.sign_in")
	if _, err := s.Token(t.Context(), secret); err != nil {
		t.Error(err)
	}
}

func TestNoSecretIsKeptOrNoted(t *testing.T) {
	s := fresh(t)
	ctx := t.Context()
	canaries := []string{pass("hoa"), pass("an"), "mật khẩu gõ sai chỗ", "mật khẩu hoàn toàn mới", "mật khẩu đặt lại cho An"}
	first := s.offer(t)
	u, err := s.Claim(ctx, first, signUp())
	if err != nil {
		t.Fatal(err)
	}
	s.svh = u.Memberships[0].Agency
	session, who := s.signIn(t, "hoa")
	token, tok, err := s.AddToken(ctx, who, u.ID, "x", time.Time{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	canaries = append(canaries, first, session, token, token[5:])
	an, err := s.AddUser(ctx, who, auth.Account{Login: "an", Name: "An", Password: pass("an"), Memberships: s.in(pano.Staff)})
	if err != nil {
		t.Fatal(err)
	}
	var said []string // what the errors say
	note := func(err error) {
		if err != nil {
			said = append(said, err.Error())
		}
	}
	_, err = s.AddUser(ctx, who, auth.Account{Login: "an", Name: "An", Password: pass("an")})
	note(err)
	for _, login := range []string{"hoa", "mật khẩu gõ sai chỗ", "khong-co"} {
		_, _, err = s.SignIn(ctx, login, "mật khẩu gõ sai chỗ", "192.0.2.1", "")
		note(err)
	}
	note(s.ChangePassword(ctx, who, session, "mật khẩu gõ sai chỗ", "mật khẩu hoàn toàn mới"))
	_, err = s.Token(ctx, token+"x")
	note(err)
	_, err = s.Claim(ctx, first, signUp())
	note(err)
	if len(said) != 7 {
		t.Errorf("%d refusals, want 7: %q", len(said), said)
	}
	for _, err := range []error{
		s.ChangePassword(ctx, who, session, pass("hoa"), "mật khẩu hoàn toàn mới"),
		s.ResetPassword(ctx, who, an.ID, "mật khẩu đặt lại cho An"),
		s.RevokeToken(ctx, who, tok.ID),
		s.Disable(ctx, who, an.ID),
		s.SignOut(ctx, session),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	kept := s.everything(t, "user", "session", "token", "login_failure", "meta", "event") + strings.Join(said, "\n")
	for _, c := range canaries {
		if strings.Contains(kept, c) {
			t.Errorf("kept in clear: %q", c)
		}
	}
	history := s.everything(t, "event") + strings.Join(said, "\n")
	for _, part := range []string{"argon2", "$m="} {
		if strings.Contains(history, part) {
			t.Errorf("the history or an error has a hash in it: %s", part)
		}
	}
	for _, verb := range []string{"first_run.claim", "user.add", "session.start", "session.refuse", "session.end", "token.add", "token.revoke", "user.change_password", "user.reset_password", "user.disable"} {
		if !strings.Contains(history, verb) {
			t.Errorf("%s is not in the history", verb)
		}
	}
	if _, _, err := s.DB.VerifyEvents(ctx); err != nil {
		t.Error(err)
	}
}
