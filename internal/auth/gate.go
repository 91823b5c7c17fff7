package auth

import (
	"context"
	"sync"
	"time"

	"pano/internal/pano"
)

// Hashing a password takes 19 MiB, so few are hashed at once, a few more wait,
// and the rest are told to come back.
const (
	gateSeats = 2
	gateLine  = 16 // waiting
	gateWait  = 5 * time.Second
)

// A gate lets gateSeats through at once. The zero gate is ready.
type gate struct {
	once  sync.Once
	seats chan struct{} // full while gateSeats are inside
	all   chan struct{} // full while as many wait, too
}

// enter waits for a seat; the caller calls leave. It fails with
// KindUnavailable, at once if too many wait already.
func (g *gate) enter(ctx context.Context) (leave func(), err error) {
	g.once.Do(func() {
		g.seats = make(chan struct{}, gateSeats)
		g.all = make(chan struct{}, gateSeats+gateLine)
	})
	busy := &pano.Error{Kind: pano.KindUnavailable, Key: "auth.busy", Wait: gateWait}
	select {
	case g.all <- struct{}{}:
	default:
		return nil, busy
	}
	wait := time.NewTimer(gateWait)
	defer wait.Stop()
	select {
	case g.seats <- struct{}{}:
		return func() { <-g.seats; <-g.all }, nil
	case <-wait.C:
		err = busy
	case <-ctx.Done():
		err = ctx.Err()
	}
	<-g.all
	return nil, err
}
