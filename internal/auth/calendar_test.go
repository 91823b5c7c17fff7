package auth_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pano/internal/auth"
	"pano/internal/pano"
)

func TestCalendarOnlyLooks(t *testing.T) {
	s := open(t)
	_, who := s.enter(t, "hoa", pano.Staff, pano.Curator, pano.Admin)
	if _, ok, err := s.MyCalendar(t.Context(), who); ok || err != nil {
		t.Fatal("there is one already", err)
	}
	secret, err := s.NewCalendar(t.Context(), who)
	if err != nil || len(secret) != 43 {
		t.Fatal(secret, err)
	}
	s.clock.add(time.Hour)
	got, err := s.Calendar(t.Context(), secret)
	if err != nil || got.ID != who.ID || !slices.Equal(got.Only, auth.CalendarActions()) {
		t.Fatalf("Calendar = %+v, %v", got, err)
	}
	for _, act := range pano.Actions() {
		if may, want := got.MayAny(act) == nil, slices.Contains(auth.CalendarActions(), act); may != want {
			t.Errorf("a calendar may %s: %t", act, may)
		}
	}
	if c, ok, err := s.MyCalendar(t.Context(), who); !ok || err != nil || !c.Seen.Equal(s.clock.now()) {
		t.Errorf("MyCalendar = %+v, %t, %v", c, ok, err)
	}
	if _, err := s.Token(t.Context(), secret); pano.KindOf(err) != pano.KindAnonymous {
		t.Errorf("it is a token, too: %v", err)
	}
	if _, err := s.Session(t.Context(), secret); pano.KindOf(err) != pano.KindAnonymous {
		t.Errorf("it is a session, too: %v", err)
	}
	_, err = s.NewCalendar(t.Context(), got)
	want(t, "a calendar by a calendar", err, pano.KindForbidden, "auth.no_right")
	want(t, "an end by a calendar", s.EndCalendar(t.Context(), got), pano.KindForbidden, "auth.no_right")
	_, err = s.NewCalendar(t.Context(), pano.Actor{})
	want(t, "nobody's calendar", err, pano.KindAnonymous, "auth.sign_in")
}

func TestCalendarEnds(t *testing.T) {
	s := open(t)
	_, who := s.enter(t, "hoa", pano.Staff)
	_, admin := s.enter(t, "quan-tri", pano.Admin)
	gone := func(what, secret string) {
		t.Helper()
		_, err := s.Calendar(t.Context(), secret)
		want(t, what, err, pano.KindNotFound, "calendar.none")
	}
	fresh := func() string {
		t.Helper()
		secret, err := s.NewCalendar(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Calendar(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
		return secret
	}
	gone("never was", strings.Repeat("A", 43))
	gone("no secret", "")
	first := fresh()
	second := fresh()
	gone("replaced", first)
	for range 2 {
		if err := s.EndCalendar(t.Context(), who); err != nil {
			t.Fatal(err)
		}
		gone("ended", second)
	}
	third := fresh()
	if err := s.Disable(t.Context(), admin, who.ID); err != nil {
		t.Fatal(err)
	}
	gone("account closed", third)
	if err := s.Enable(t.Context(), admin, who.ID); err != nil {
		t.Fatal(err)
	}
	gone("account opened again", third)
}
