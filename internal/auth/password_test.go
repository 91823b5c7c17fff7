package auth_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"pano/internal/auth"
	"pano/internal/pano"
)

func TestPasswordsNobodyShouldHaveAreRefused(t *testing.T) {
	s := open(t)
	for _, c := range []struct{ login, password, key string }{
		{"a1", "mười-một-kt", "password.too_short"},
		{"a2", strings.Repeat("ộ", 11), "password.too_short"}, // 33 bytes are not 33 runes
		{"a3", norm.NFD.String(strings.Repeat("ộ", 11)), "password.too_short"},
		{"a4", strings.Repeat("ộ", 12), ""},
		{"a5", strings.Repeat("x", 1000), ""},
		{"a6", strings.Repeat("x", 1001), "password.too_long"},
		{"tran.thi.hoa.2026", "tran.thi.hoa.2026", "password.is_login"},
		{"tran.thi.hoa.2027", "Tran.Thi.Hoa.2027 ", "password.is_login"},
		{"a7", "chữ hỏng \xff\xfe\xfd", "password.unreadable"},
		{"a8", "", "password.too_short"},
	} {
		_, err := s.AddUser(t.Context(), cli, auth.Account{Login: c.login, Name: "x", Password: c.password})
		if c.key == "" {
			if err != nil {
				t.Errorf("%q: %v", c.password, err)
			}
			continue
		}
		want(t, fmt.Sprintf("%.20q", c.password), err, pano.KindInvalid, c.key)
		if e, ok := err.(*pano.Error); ok && e.Field != "password" {
			t.Errorf("%q blames %q", c.password, e.Field)
		}
	}
}

func TestPasswordIsTheSameInEveryNormalForm(t *testing.T) {
	s := open(t)
	long := strings.Repeat("ợ", 1000)
	for login, password := range map[string]string{"hoa": "Hoà bình ở Mỹ Tho", "dai": long} {
		if _, err := s.AddUser(t.Context(), cli, auth.Account{Login: login, Name: "x", Password: password}); err != nil {
			t.Fatal(err)
		}
		for _, typed := range []string{norm.NFC.String(password), norm.NFD.String(password)} {
			if _, _, err := s.SignIn(t.Context(), login, typed, "192.0.2.1", ""); err != nil {
				t.Errorf("%s with %d bytes: %v", login, len(typed), err)
			}
		}
		_, _, err := s.SignIn(t.Context(), login, password+"x", "192.0.2.1", "")
		want(t, "one letter more", err, pano.KindInvalid, "auth.wrong")
	}
}

func TestKeptPasswordsAreArgon2idOfTheAgreedCostAndSalted(t *testing.T) {
	s := open(t)
	for _, login := range []string{"an", "binh"} {
		if _, err := s.AddUser(t.Context(), cli, auth.Account{Login: login, Name: "x", Password: "cùng một mật khẩu"}); err != nil {
			t.Fatal(err)
		}
	}
	rows := strings.Split(strings.TrimSpace(s.everything(t, "user")), "\n")
	var kept []string
	for _, row := range rows {
		_, after, ok := strings.Cut(row, "$argon2id$v=19$m=19456,t=2,p=1$")
		if !ok {
			t.Fatalf("not of the agreed form: %s", row)
		}
		kept = append(kept, after)
	}
	if kept[0][:40] == kept[1][:40] {
		t.Error("two users of one password have one hash")
	}
}

func TestUnknownNamesCostTheSameWork(t *testing.T) {
	s := open(t)
	s.add(t, "hoa")
	closed := s.add(t, "dong")
	if err := s.Disable(t.Context(), cli, closed.ID); err != nil {
		t.Fatal(err)
	}
	var calls atomic.Int64
	s.Watch(func() func() { calls.Add(1); return func() {} })
	for _, c := range []struct{ what, login, password string }{
		{"wrong password", "hoa", "không phải mật khẩu"},
		{"empty password", "hoa", ""},
		{"endless password", "hoa", strings.Repeat("x", 1_000_000)},
		{"unknown name", "nobody", "không phải mật khẩu"},
		{"impossible name", "Nguyễn Văn A'; --", "không phải mật khẩu"},
		{"no name", "", "không phải mật khẩu"},
		{"closed account, right password", "dong", pass("dong")},
	} {
		calls.Store(0)
		noted := strings.Count(s.everything(t, "event"), "session.refuse")
		_, _, err := s.SignIn(t.Context(), c.login, c.password, c.what, "")
		want(t, c.what, err, pano.KindInvalid, "auth.wrong")
		if e, ok := err.(*pano.Error); ok && (e.Field != "password" || e.Err != nil || e.Args != nil) {
			t.Errorf("%s: the answer tells more: %#v", c.what, e)
		}
		if calls.Load() != 1 {
			t.Errorf("%s: %d passwords hashed, want 1", c.what, calls.Load())
		}
		if now := strings.Count(s.everything(t, "event"), "session.refuse"); now != noted+1 {
			t.Errorf("%s: noted %d times in the history, want once", c.what, now-noted)
		}
	}
}

func TestTwoAreHashedAtOnceAndTheRestWaitOrComeBack(t *testing.T) {
	s := open(t)
	s.add(t, "hoa")
	var inside, most atomic.Int64
	s.Watch(func() func() {
		n := inside.Add(1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		return func() { inside.Add(-1) }
	})
	var in, later atomic.Int64
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			login, password := "hoa", pass("hoa")
			if i%2 == 1 {
				login = fmt.Sprint("unknown", i)
			}
			_, _, err := s.SignIn(t.Context(), login, password, fmt.Sprint("198.51.100.", i), "")
			switch e, _ := err.(*pano.Error); {
			case err == nil, e != nil && e.Key == "auth.wrong":
				in.Add(1)
			case e != nil && (e.Kind == pano.KindUnavailable || e.Kind == pano.KindTooMany) && e.Wait > 0:
				later.Add(1)
			default:
				t.Errorf("sign-in %d: %v", i, err)
			}
		})
	}
	all.Wait()
	if most.Load() > auth.GateSeats || most.Load() < 1 {
		t.Errorf("%d passwords hashed at once, want at most %d", most.Load(), auth.GateSeats)
	}
	if in.Load() < auth.GateLine/2 || later.Load() == 0 {
		t.Errorf("%d answered, %d told to come back", in.Load(), later.Load())
	}
	if _, _, err := s.SignIn(t.Context(), "hoa", pass("hoa"), "203.0.113.9", ""); err != nil {
		t.Errorf("after the rush: %v", err)
	}
	t.Logf("%d answered, %d told to come back, %d at once", in.Load(), later.Load(), most.Load())
}

func BenchmarkSignIn(b *testing.B) {
	s := open(b)
	s.add(b, "hoa")
	for b.Loop() {
		if _, _, err := s.SignIn(b.Context(), "hoa", pass("hoa"), "192.0.2.1", "x"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSession(b *testing.B) {
	s := open(b)
	s.add(b, "hoa", pano.Staff, pano.Curator)
	secret, _ := s.signIn(b, "hoa")
	s.clock.add(time.Second)
	for b.Loop() {
		if _, err := s.Session(b.Context(), secret); err != nil {
			b.Fatal(err)
		}
	}
}
