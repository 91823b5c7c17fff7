package auth

import "context"

// Watch calls f before each hashing of a password, and what f returns after it.
func (d *Desk) Watch(f func() (done func())) { d.hashing = f }

// What tests wait for.
const (
	SessionIdle = sessionIdle
	SessionLife = sessionLife
	GateSeats   = gateSeats
	GateLine    = gateLine
)

// Gate is the gate in front of hashing.
type Gate = gate

// Enter waits for a seat.
func (g *gate) Enter(ctx context.Context) (leave func(), err error) { return g.enter(ctx) }
