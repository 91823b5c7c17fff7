package auth_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pano/internal/auth"
	"pano/internal/pano"
	"pano/storage/catalog"
)

// fresh is a desk on a catalogue with nobody in it.
func fresh(t testing.TB) *site {
	t.Helper()
	s := &site{clock: &clock{t: time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)}, path: filepath.Join(t.TempDir(), "pano.db")}
	s.reopen(t)
	return s
}

func signUp() auth.SignUp {
	return auth.SignUp{Department: "Sở Văn hóa, Thể thao và Du lịch", Code: "svhttdl", Name: "Trần Thị Hoa", Login: "Hoa", Password: pass("hoa")}
}

func (s *site) offer(t testing.TB) string {
	t.Helper()
	token, err := s.OfferFirstRun(t.Context())
	if err != nil || token == "" {
		t.Fatalf("OfferFirstRun = %q, %v", token, err)
	}
	return token
}

func TestFirstUserSignsUpWithTheTokenFromTheFile(t *testing.T) {
	for _, works := range []bool{false, true} {
		s := fresh(t)
		if needed, err := s.FirstRun(t.Context()); !needed || err != nil {
			t.Fatal(needed, err)
		}
		token := s.offer(t)
		file := filepath.Join(s.Data, auth.TokenFile)
		text, err := os.ReadFile(file)
		if err != nil || strings.TrimSpace(string(text)) != token {
			t.Fatalf("the file says %q, %v", text, err)
		}
		if info, _ := os.Stat(file); info.Mode() != 0o600 {
			t.Errorf("the file has mode %v", info.Mode())
		}
		form := signUp()
		form.AlsoWorks = works
		u, err := s.Claim(t.Context(), token, form)
		if err != nil {
			t.Fatal(err)
		}
		_, who := s.signIn(t, "hoa")
		if who.ID != u.ID || !who.Is(pano.Admin) || who.Is(pano.Staff) != works || who.Is(pano.Curator) != works || who.Is(pano.Approver) {
			t.Errorf("also works %v: %+v", works, who)
		}
		if all, err := s.Agencies(t.Context(), who); err != nil || len(all) != 1 || all[0].Code != "SVHTTDL" || all[0].Name != form.Department {
			t.Errorf("agencies %+v, %v", all, err)
		}
		if _, err := os.Stat(file); !os.IsNotExist(err) {
			t.Errorf("the file is still there: %v", err)
		}
		if strings.Contains(s.everything(t, "meta"), "first_run") {
			t.Error("the hash of the token is still kept")
		}
		form.Login = "ke-den-sau"
		_, err = s.Claim(t.Context(), token, form)
		want(t, "the token again", err, pano.KindNotFound, "first_run.over")
		_, err = s.Claim(t.Context(), "", form)
		want(t, "no token", err, pano.KindNotFound, "first_run.over")
		if again, err := s.OfferFirstRun(t.Context()); again != "" || err != nil {
			t.Errorf("offered again: %q, %v", again, err)
		}
		if needed, _ := s.FirstRun(t.Context()); needed {
			t.Error("a first run is still needed")
		}
	}
}

func TestOnlyTheNewestTokenSignsUpAndOnlyForADay(t *testing.T) {
	s := fresh(t)
	_, err := s.Claim(t.Context(), "", signUp())
	want(t, "before any was offered", err, pano.KindNotFound, "first_run.over")
	old := s.offer(t)
	s.reopen(t)
	token := s.offer(t)
	for _, bad := range []string{"", "x", old, token + "x", token[1:]} {
		_, err := s.Claim(t.Context(), bad, signUp())
		want(t, "token "+bad, err, pano.KindInvalid, "first_run.wrong")
	}
	s.clock.add(24 * time.Hour)
	_, err = s.Claim(t.Context(), token, signUp())
	want(t, "a day later", err, pano.KindGone, "first_run.expired")
	if _, err := s.Claim(t.Context(), s.offer(t), signUp()); err != nil {
		t.Error(err)
	}
}

func TestAFormThatIsRefusedDoesNotUseTheTokenUp(t *testing.T) {
	s := fresh(t)
	token := s.offer(t)
	for field, spoil := range map[string]func(*auth.SignUp){
		"department": func(f *auth.SignUp) { f.Department = " " },
		"code":       func(f *auth.SignUp) { f.Code = "Sở" },
		"name":       func(f *auth.SignUp) { f.Name = "" },
		"login":      func(f *auth.SignUp) { f.Login = "Trần Hoa" },
		"password":   func(f *auth.SignUp) { f.Password = "123456" },
	} {
		form := signUp()
		spoil(&form)
		_, err := s.Claim(t.Context(), token, form)
		if e, ok := err.(*pano.Error); !ok || e.Kind != pano.KindInvalid || e.Field != field {
			t.Errorf("bad %s: %#v", field, err)
		}
	}
	if _, err := s.Claim(t.Context(), token, signUp()); err != nil {
		t.Error(err)
	}
}

func TestTokenFileIsMadeAnew(t *testing.T) {
	s := fresh(t)
	elsewhere := filepath.Join(t.TempDir(), "victim")
	if err := os.WriteFile(elsewhere, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, filepath.Join(s.Data, auth.TokenFile)); err != nil {
		t.Fatal(err)
	}
	s.offer(t)
	if text, _ := os.ReadFile(elsewhere); string(text) != "mine" {
		t.Error("the token was written through a link")
	}
	if info, err := os.Lstat(filepath.Join(s.Data, auth.TokenFile)); err != nil || info.Mode() != 0o600 {
		t.Error(info, err)
	}
}

func TestOnlyOneOfManyClaims(t *testing.T) {
	s := fresh(t)
	token := s.offer(t)
	var won atomic.Int64
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			form := signUp()
			form.Login, form.Code = form.Login+string(rune('a'+i)), form.Code+string(rune('a'+i))
			_, err := s.Claim(t.Context(), token, form)
			switch kind := pano.KindOf(err); {
			case err == nil:
				won.Add(1)
			case kind != pano.KindNotFound && kind != pano.KindUnavailable: // on a slow machine, some wait too long
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 {
		t.Errorf("%d of 16 claimed", won.Load())
	}
	s.read(t, func(ctx context.Context, tx *catalog.Tx) error {
		users, err := tx.Users(ctx)
		if err != nil {
			return err
		}
		agencies, err := tx.Agencies(ctx)
		if len(users) != 1 || len(agencies) != 1 {
			t.Errorf("%d users and %d agencies, want one of each", len(users), len(agencies))
		}
		return err
	})
}
