package catalog

import (
	"crypto/rand"
	"sync"
	"time"
)

// ids makes ULIDs (github.com/ulid/spec): 48 bits of milliseconds, then 80
// random bits, in Crockford's base 32. Those of one millisecond count upwards,
// so a later id is always the greater one.
type ids struct {
	mu   sync.Mutex
	last [16]byte
}

func (g *ids) next(now time.Time) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	id := g.last
	t := uint64(now.UnixMilli())
	if t > lastTime(g.last) {
		for i := range 6 {
			id[i] = byte(t >> (40 - 8*i))
		}
		rand.Read(id[6:])
		id[6] &= 0x7f // room to count upwards
	} else {
		for i := 15; i >= 0; i-- {
			if id[i]++; id[i] != 0 {
				break
			}
		}
	}
	g.last = id
	return crockford(id)
}

func lastTime(id [16]byte) (t uint64) {
	for _, b := range id[:6] {
		t = t<<8 | uint64(b)
	}
	return t
}

func crockford(id [16]byte) string {
	const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	var out [26]byte
	bits, n := uint64(0), 2 // 130 bits: two zero bits lead
	i := 0
	for _, b := range id {
		bits, n = bits<<8|uint64(b), n+8
		for n >= 5 {
			n -= 5
			out[i] = digits[bits>>n&31]
			i++
		}
	}
	return string(out[:])
}
