package auth_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"pano/internal/auth"
	"pano/internal/pano"
	"pano/storage/catalog"
)

func TestSessionSaysWhoIsAsking(t *testing.T) {
	s := open(t)
	u := s.add(t, "hoa", pano.Staff)
	secret, got, err := s.SignIn(t.Context(), " HOA ", pass("hoa"), "192.0.2.1", "Firefox")
	if err != nil || got.ID != u.ID {
		t.Fatal(got, err)
	}
	who, err := s.Session(t.Context(), secret)
	if err != nil || who.ID != u.ID || who.Name != u.Name || !who.Is(pano.Staff) || who.Only != nil || who.Server {
		t.Errorf("Session = %+v, %v", who, err)
	}
	for _, bad := range []string{"", "x", secret[1:], secret + "x", "pano_" + secret} {
		s.anonymous(t, fmt.Sprintf("secret %q", bad), bad)
	}
	again, _ := s.signIn(t, "hoa")
	if again == secret || len(secret) != 43 {
		t.Errorf("secrets %s and %s", secret, again)
	}
}

func TestSessionIsOverAfter(t *testing.T) {
	type step func(t *testing.T, s *site, secret string, u pano.User, who pano.Actor) error
	for what, f := range map[string]step{
		"sign-out": func(t *testing.T, s *site, secret string, _ pano.User, _ pano.Actor) error {
			return s.SignOut(t.Context(), secret)
		},
		"sign-out everywhere": func(t *testing.T, s *site, _ string, u pano.User, who pano.Actor) error {
			return s.SignOutAll(t.Context(), who, u.ID)
		},
		"sign-out by an administrator": func(t *testing.T, s *site, _ string, u pano.User, _ pano.Actor) error {
			return s.SignOutAll(t.Context(), cli, u.ID)
		},
		"its end by ID": func(t *testing.T, s *site, secret string, _ pano.User, who pano.Actor) error {
			_, id, err := s.Sessions(t.Context(), who, secret)
			if err != nil {
				return err
			}
			return s.EndSession(t.Context(), who, id)
		},
		"a password change elsewhere": func(t *testing.T, s *site, _ string, u pano.User, who pano.Actor) error {
			return s.ChangePassword(t.Context(), who, "", pass(u.Login), "mật khẩu hoàn toàn mới")
		},
		"a password reset": func(t *testing.T, s *site, _ string, u pano.User, _ pano.Actor) error {
			return s.ResetPassword(t.Context(), cli, u.ID, "mật khẩu hoàn toàn mới")
		},
		"closing the account": func(t *testing.T, s *site, _ string, u pano.User, _ pano.Actor) error {
			return s.Disable(t.Context(), cli, u.ID)
		},
		"closing and opening the account": func(t *testing.T, s *site, _ string, u pano.User, _ pano.Actor) error {
			if err := s.Disable(t.Context(), cli, u.ID); err != nil {
				return err
			}
			return s.Enable(t.Context(), cli, u.ID)
		},
		"closing the account in the catalogue alone": func(t *testing.T, s *site, _ string, u pano.User, _ pano.Actor) error {
			return s.DB.Tend(t.Context(), func(tx *catalog.Tx) error { return tx.SetDisabled(t.Context(), u.ID, true) })
		},
		"idle hours": func(_ *testing.T, s *site, _ string, _ pano.User, _ pano.Actor) error {
			s.clock.add(auth.SessionIdle)
			return nil
		},
		"a clock set back by a day": func(_ *testing.T, s *site, _ string, _ pano.User, _ pano.Actor) error {
			s.clock.add(-24 * time.Hour)
			return nil
		},
	} {
		t.Run(what, func(t *testing.T) {
			s := open(t)
			u := s.add(t, "hoa", pano.Staff)
			secret, who := s.signIn(t, "hoa")
			other, _ := s.enter(t, "an", pano.Staff)
			if err := f(t, s, secret, u, who); err != nil {
				t.Fatal(err)
			}
			s.anonymous(t, what, secret)
			s.reopen(t)
			s.anonymous(t, what+" and a restart", secret)
			if _, err := s.Session(t.Context(), other); err != nil && what != "idle hours" && what != "a clock set back by a day" {
				t.Errorf("%s of another ended this one, too: %v", what, err)
			}
		})
	}
}

func TestSessionInUseLastsAWeekAndNoLonger(t *testing.T) {
	s := open(t)
	secret, _ := s.enter(t, "hoa")
	const step = auth.SessionIdle - time.Minute
	var used time.Duration
	for ; used+step < auth.SessionLife; used += step {
		s.clock.add(step)
		if _, err := s.Session(t.Context(), secret); err != nil {
			t.Fatalf("after %v in use: %v", used+step, err)
		}
	}
	s.clock.add(auth.SessionLife - used - time.Second)
	if _, err := s.Session(t.Context(), secret); err != nil {
		t.Errorf("a second before the week is over: %v", err)
	}
	s.clock.add(time.Second)
	s.anonymous(t, "a week in use", secret)
}

func TestSeenIsWrittenOnceAMinute(t *testing.T) {
	s := open(t)
	secret, who := s.enter(t, "hoa")
	seen := func() time.Time {
		all, _, err := s.Sessions(t.Context(), who, secret)
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		return all[0].Seen
	}
	first := seen()
	for _, c := range []struct {
		after time.Duration
		want  time.Duration
	}{{59 * time.Second, 0}, {time.Second, time.Minute}, {30 * time.Second, time.Minute}, {time.Hour, time.Hour + 90*time.Second}} {
		s.clock.add(c.after)
		if _, err := s.Session(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
		if got := seen().Sub(first); got != c.want {
			t.Errorf("%v later: seen %v after the beginning, want %v", c.after, got, c.want)
		}
	}
}

func TestSessionAnswersWhileAnotherWrites(t *testing.T) {
	s := open(t)
	secret, _ := s.enter(t, "hoa")
	s.clock.add(time.Hour)
	err := s.DB.Tend(t.Context(), func(*catalog.Tx) error { // holds the turn to write
		start := time.Now()
		_, err := s.Session(t.Context(), secret)
		if took := time.Since(start); took > 8*time.Second { // the wait for a turn is 10
			t.Errorf("an answer took %v while the catalogue was being written", took)
		}
		return err
	})
	if err != nil {
		t.Errorf("no answer while the catalogue is being written: %v", err)
	}
}

func TestDemotionCountsFromTheNextRequest(t *testing.T) {
	s := open(t)
	secret, who := s.enter(t, "hoa", pano.Curator, pano.Approver)
	bearer, _, err := s.AddToken(t.Context(), who, who.ID, "script", time.Time{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.EditUser(t.Context(), cli, who.ID, who.Name, s.in(pano.Staff)); err != nil {
		t.Fatal(err)
	}
	for what, ask := range map[string]func() (pano.Actor, error){
		"session": func() (pano.Actor, error) { return s.Session(t.Context(), secret) },
		"token":   func() (pano.Actor, error) { return s.Token(t.Context(), bearer) },
	} {
		who, err := ask()
		if err != nil || who.Is(pano.Approver) || who.Is(pano.Curator) || !who.Is(pano.Staff) {
			t.Errorf("%s after the demotion: %+v, %v", what, who, err)
		}
		if err := who.MayAny(pano.AssetApprove); pano.KindOf(err) != pano.KindForbidden {
			t.Errorf("%s after the demotion may still approve: %v", what, err)
		}
	}
}

func TestPasswordChangeSparesOnlyTheSessionThatMadeIt(t *testing.T) {
	s := open(t)
	s.add(t, "hoa")
	here, who := s.signIn(t, "hoa")
	there, _ := s.signIn(t, "hoa")
	const next = "mật khẩu hoàn toàn mới"
	want(t, "wrong current password", s.ChangePassword(t.Context(), who, here, "không phải mật khẩu", next), pano.KindInvalid, "password.not_current")
	want(t, "weak new password", s.ChangePassword(t.Context(), who, here, pass("hoa"), "ngắn"), pano.KindInvalid, "password.too_short")
	want(t, "the same password", s.ChangePassword(t.Context(), who, here, pass("hoa"), pass("hoa")), pano.KindInvalid, "password.same")
	if err := s.ChangePassword(t.Context(), who, here, pass("hoa"), next); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Session(t.Context(), here); err != nil {
		t.Errorf("the session that changed the password: %v", err)
	}
	s.anonymous(t, "the other session", there)
	_, _, err := s.SignIn(t.Context(), "hoa", pass("hoa"), "home of hoa", "")
	want(t, "the old password", err, pano.KindInvalid, "auth.wrong")
	if _, _, err := s.SignIn(t.Context(), "hoa", next, "home of hoa", ""); err != nil {
		t.Errorf("the new password: %v", err)
	}
}

func TestAnOpenSessionIsNoPlaceToGuessThePassword(t *testing.T) {
	s := open(t)
	s.add(t, "hoa")
	secret, who := s.signIn(t, "hoa")
	guess := func() error {
		return s.ChangePassword(t.Context(), who, secret, "không phải mật khẩu", "mật khẩu hoàn toàn mới")
	}
	for range 5 {
		want(t, "a free guess", guess(), pano.KindInvalid, "password.not_current")
	}
	want(t, "one guess too many", guess(), pano.KindTooMany, "auth.too_many")
	s.signIn(t, "hoa") // which the guesses did not slow down
}

// A sign-in that has looked at the old password must not start a session after
// the password was changed.
func TestNoSessionOutlivesAChangeThatOvertookIt(t *testing.T) {
	for what, overtake := range map[string]func(ctx context.Context, s *site, u pano.User) error{
		"another password": func(ctx context.Context, s *site, u pano.User) error {
			return s.DB.Tend(ctx, func(tx *catalog.Tx) error { return tx.SetPassword(ctx, u.ID, "other") })
		},
		"a closed account": func(ctx context.Context, s *site, u pano.User) error { return s.Disable(ctx, cli, u.ID) },
	} {
		s := open(t)
		u := s.add(t, "hoa")
		var once sync.Once
		s.Watch(func() func() {
			once.Do(func() {
				if err := overtake(t.Context(), s, u); err != nil {
					t.Error(err)
				}
			})
			return func() {}
		})
		secret, _, err := s.SignIn(t.Context(), "hoa", pass("hoa"), "192.0.2.1", "")
		want(t, what, err, pano.KindInvalid, "auth.wrong")
		if secret != "" {
			t.Errorf("%s: a secret came along", what)
		}
	}
}

func TestSessionsAreListedAndEndedByTheirOwnerOnly(t *testing.T) {
	s := open(t)
	s.add(t, "hoa")
	_, other := s.enter(t, "an", pano.Staff)
	first, who := s.signIn(t, "hoa")
	s.clock.add(time.Hour)
	second, _ := s.signIn(t, "hoa")
	all, current, err := s.Sessions(t.Context(), who, second)
	if err != nil || len(all) != 2 || all[0].ID != current || all[1].ID == current || all[0].Address != "home of hoa" || all[0].Agent != "Firefox" {
		t.Fatalf("Sessions = %+v, current %s, %v", all, current, err)
	}
	want(t, "another's session", s.EndSession(t.Context(), other, all[1].ID), pano.KindNotFound, "session.none")
	want(t, "another's sessions", s.SignOutAll(t.Context(), other, who.ID), pano.KindForbidden, "auth.no_right")
	want(t, "nobody's", s.EndSession(t.Context(), pano.Actor{}, all[1].ID), pano.KindAnonymous, "auth.sign_in")
	if err := s.EndSession(t.Context(), who, all[1].ID); err != nil {
		t.Fatal(err)
	}
	s.anonymous(t, "ended from the list", first)
	if _, err := s.Session(t.Context(), second); err != nil {
		t.Error(err)
	}
	if err := s.SignOut(t.Context(), first); err != nil {
		t.Errorf("signing out of what is over: %v", err)
	}
}

func TestSweepForgetsOnlyWhatIsOver(t *testing.T) {
	s := open(t)
	s.add(t, "hoa")
	s.signIn(t, "hoa")
	s.clock.add(auth.SessionIdle / 2)
	live, _ := s.signIn(t, "hoa")
	s.clock.add(auth.SessionIdle/2 + time.Second)
	if err := s.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Session(t.Context(), live); err != nil {
		t.Error(err)
	}
	s.read(t, func(ctx context.Context, tx *catalog.Tx) error {
		var n int
		err := tx.QueryRowContext(ctx, `SELECT count(*) FROM session`).Scan(&n)
		if n != 1 {
			t.Errorf("%d sessions kept, want 1", n)
		}
		return err
	})
}
