package auth_test

import (
	"context"
	"errors"
	"testing"

	"pano/internal/auth"
	"pano/internal/pano"
)

func TestGateGivesSeatsBack(t *testing.T) {
	var g auth.Gate
	for range auth.GateLine {
		var leave []func()
		for range auth.GateSeats {
			f, err := g.Enter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			leave = append(leave, f)
		}
		// Who waits and gives up leaves the line.
		given, giveUp := context.WithCancel(t.Context())
		giveUp()
		for range 2 * auth.GateLine {
			if _, err := g.Enter(given); !errors.Is(err, context.Canceled) {
				t.Fatalf("full, and given up: %v", err)
			}
		}
		for _, f := range leave {
			f()
		}
	}
}

func TestGateRefusesAtOnceWhenTheLineIsFull(t *testing.T) {
	var g auth.Gate
	ctx, giveUp := context.WithCancel(t.Context())
	left := make(chan error)
	for range auth.GateSeats + auth.GateLine + 1 {
		go func() {
			_, err := g.Enter(ctx)
			if err != nil {
				left <- err
			}
		}()
	}
	err := <-left // one too many; the others sit or wait
	if e, ok := err.(*pano.Error); !ok || e.Kind != pano.KindUnavailable || e.Wait <= 0 {
		t.Errorf("the line is full: %v", err)
	}
	giveUp()
	for range auth.GateLine {
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("who waited: %v", err)
		}
	}
}
