package auth

// Watch calls f before each hashing of a password, and what f returns after it.
func (d *Desk) Watch(f func() (done func())) { d.hashing = f }

// What tests wait for.
const (
	SessionIdle = sessionIdle
	SessionLife = sessionLife
	GateSeats   = gateSeats
	GateLine    = gateLine
)
