package s3

import (
	"testing"
	"time"
)

func TestBreakerLetsOneTryASecond(t *testing.T) {
	now := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	b := &breaker{now: func() time.Time { return now }}
	for range tolerated {
		if !b.allow() {
			t.Fatal("closed too early")
		}
		b.note(false)
	}
	if b.allow() {
		t.Error("a call right after was let through")
	}
	now = now.Add(pause)
	if !b.allow() {
		t.Error("nobody may try after the pause")
	}
	if b.allow() {
		t.Error("two may try after the pause")
	}
	b.note(false)
	if b.allow() {
		t.Error("a call right after the failed try was let through")
	}
	now = now.Add(pause)
	if !b.allow() {
		t.Error("nobody may try after the second pause")
	}
	b.note(true)
	for range 10 {
		if !b.allow() {
			t.Error("stopped although the server answered")
		}
	}
}

func TestBreakerForgivesFailuresBetweenAnswers(t *testing.T) {
	b := &breaker{now: time.Now}
	for range 10 {
		for range tolerated - 1 {
			b.note(false)
		}
		b.note(true)
		if !b.allow() {
			t.Fatal("stopped a server that answers now and then")
		}
	}
}
