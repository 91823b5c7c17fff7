package auth_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pano/internal/pano"
)

// guess tries a wrong password and returns how long to wait before the next.
func (s *site) guess(t testing.TB, login, address string) time.Duration {
	t.Helper()
	_, _, err := s.SignIn(t.Context(), login, "không phải mật khẩu", address, "")
	e, ok := errors.AsType[*pano.Error](err)
	switch {
	case ok && e.Kind == pano.KindTooMany && e.Wait > 0:
		return e.Wait
	case ok && e.Key == "auth.wrong":
		return 0
	}
	t.Fatalf("%s from %s: %v", login, address, err)
	return 0
}

func TestWrongPasswordsWaitLongerAndLonger(t *testing.T) {
	for _, login := range []string{"hoa", "nobody"} { // whether there is such a user must not show
		s := open(t)
		s.add(t, "hoa")
		var waits []time.Duration
		for i := range 17 {
			if wait := s.guess(t, login, fmt.Sprint("198.51.100.", i)); wait > 0 {
				waits = append(waits, wait)
				s.clock.add(wait - time.Millisecond)
				if again := s.guess(t, login, "203.0.113.1"); again != time.Millisecond {
					t.Errorf("asking too early made the wait %v", again)
				}
				s.clock.add(time.Millisecond)
				s.guess(t, login, fmt.Sprint("198.51.100.", i))
			}
		}
		want := []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900}
		if len(waits) != len(want) {
			t.Fatalf("%s: waits %v", login, waits)
		}
		for i, w := range want {
			if waits[i] != w*time.Second {
				t.Errorf("%s: wait %d is %v, want %v", login, i, waits[i], w*time.Second)
			}
		}
	}
}

func TestOwnerGetsInWhileStrangersGuess(t *testing.T) {
	s := open(t)
	s.add(t, "hoa")
	s.signIn(t, "hoa") // makes the place known
	for i := range 500 {
		s.guess(t, "hoa", fmt.Sprint("198.51.100.", i%250))
	}
	if wait := s.guess(t, "hoa", "203.0.113.1"); wait == 0 {
		t.Error("500 guesses did not slow a stranger down")
	}
	s.reopen(t)
	if wait := s.guess(t, "hoa", "203.0.113.1"); wait == 0 {
		t.Error("a restart forgave the guesses")
	}
	s.signIn(t, "hoa")
}

func TestGuessesAtManyNamesFromOneAddressWait(t *testing.T) {
	s := open(t)
	s.add(t, "hoa")
	free := 0
	for i := range 60 {
		if s.guess(t, fmt.Sprint("user", i), fmt.Sprintf("2001:db8:1:2::%x", i)) == 0 { // one network
			free++
		}
	}
	if free != 30 {
		t.Errorf("%d guesses from one address without a wait, want 30", free)
	}
	if wait := s.guess(t, "hoa", "2001:db8:1:3::1"); wait != 0 {
		t.Errorf("the network beside it waits %v, too", wait)
	}
	if wait := s.guess(t, "hoa", "::ffff:192.0.2.7"); wait != 0 {
		t.Error("waits", wait)
	}
}

func TestAnAccountOfOnesOwnDoesNotWashGuessesAtOthers(t *testing.T) {
	s := open(t)
	s.add(t, "gian")
	var free int
	for i := range 40 {
		if s.guess(t, fmt.Sprint("user", i), "192.0.2.1") == 0 {
			free++
		}
		if _, _, err := s.SignIn(t.Context(), "gian", pass("gian"), "192.0.2.1", ""); err != nil {
			t.Fatal(err)
		}
	}
	if free > 30 {
		t.Errorf("%d free guesses, want 30", free)
	}
}

func TestSuccessStartsTheCountAgain(t *testing.T) {
	s := open(t)
	s.add(t, "hoa")
	for range 3 {
		for range 4 {
			if wait := s.guess(t, "hoa", "home of hoa"); wait != 0 {
				t.Fatalf("waits %v", wait)
			}
		}
		s.signIn(t, "hoa")
	}
}

func TestADayWithoutATryForgets(t *testing.T) {
	s := open(t)
	s.add(t, "hoa")
	for range 5 {
		s.guess(t, "hoa", "192.0.2.1")
	}
	s.clock.add(25 * time.Hour)
	for range 5 {
		if wait := s.guess(t, "hoa", "192.0.2.1"); wait != 0 {
			t.Fatalf("waits %v", wait)
		}
	}
}

func TestAClockSetBackHoldsNobodyUp(t *testing.T) {
	s := open(t)
	s.add(t, "hoa")
	for range 20 {
		s.guess(t, "hoa", "192.0.2.1")
	}
	s.clock.add(-365 * 24 * time.Hour)
	s.signIn(t, "hoa")
}

func TestGuessesSideBySideAreAllCounted(t *testing.T) {
	s := open(t)
	s.add(t, "hoa")
	var wrong atomic.Int64
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			_, _, err := s.SignIn(t.Context(), "hoa", "không phải mật khẩu", "192.0.2.1", "")
			if e, ok := err.(*pano.Error); ok && e.Key == "auth.wrong" {
				wrong.Add(1)
			}
		})
	}
	all.Wait()
	if n := wrong.Load(); n < 1 || n > 5 { // on a slow machine, some wait too long to be looked at
		t.Errorf("%d of 16 guesses at once were looked at, want 5", n)
	}
}

func TestResetLetsTheOwnerInAtOnce(t *testing.T) {
	s := open(t)
	u := s.add(t, "hoa")
	for range 10 {
		s.guess(t, "hoa", "192.0.2.1")
	}
	if err := s.ResetPassword(t.Context(), cli, u.ID, "mật khẩu hoàn toàn mới"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.SignIn(t.Context(), "hoa", "mật khẩu hoàn toàn mới", "192.0.2.1", ""); err != nil {
		t.Error(err)
	}
}
