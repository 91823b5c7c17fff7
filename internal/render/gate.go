package render

import (
	"bufio"
	"context"
	"os"
	"strconv"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/semaphore"

	"pano/internal/pano"
)

// A Gate lets in as many jobs as there is memory for, first come, first served.
// A job larger than the whole gate runs alone.
type Gate struct {
	capacity, limit int64
	room            *semaphore.Weighted
	taken           atomic.Int64 // bytes
	waiting         atomic.Int64 // jobs
}

// NewGate returns a gate of capacity bytes that lets no job of more than limit
// bytes in at all.
func NewGate(capacity, limit int64) *Gate {
	capacity = max(capacity, 1)
	return &Gate{capacity: capacity, limit: max(limit, capacity), room: semaphore.NewWeighted(capacity)}
}

// Enter waits until there is room for a job of weight bytes. The caller calls
// leave once when the job is over.
//
// It fails with picture.original_only, KindInvalid, for a job beyond the limit,
// and as ctx does when that ends first.
func (g *Gate) Enter(ctx context.Context, weight int64) (leave func(), err error) {
	if weight > g.limit {
		return nil, pano.Invalid("picture.original_only", weight>>20, g.limit>>20)
	}
	weight = min(max(weight, 0), g.capacity)
	g.waiting.Add(1)
	err = g.room.Acquire(ctx, weight)
	g.waiting.Add(-1)
	if err != nil {
		return nil, err
	}
	g.taken.Add(weight)
	return func() {
		g.taken.Add(-weight)
		g.room.Release(weight)
	}, nil
}

// State returns the bytes that the jobs inside may take, of how many, and how
// many jobs wait.
func (g *Gate) State() (taken, capacity int64, waiting int) {
	return g.taken.Load(), g.capacity, int(g.waiting.Load())
}

// DefaultGate returns a gate of 15 % of the machine's memory, at least 128 MB,
// that lets single jobs of up to half of it in, at least 1 GB.
func DefaultGate() *Gate {
	ram := machineMemory()
	return NewGate(max(128<<20, ram*15/100), max(1<<30, ram/2))
}

// machineMemory returns the bytes of memory of this machine, 0 if it does not say.
func machineMemory() int64 { return procValue("/proc/meminfo", "MemTotal:") }

// peakMemory returns the most bytes of memory this process has held, 0 if the system does not say.
func peakMemory() int64 { return procValue("/proc/self/status", "VmHWM:") }

// procValue finds a line "name 123 kB" and returns its value in bytes, 0 without one.
func procValue(path, name string) int64 {
	f, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if v, ok := strings.CutPrefix(lines.Text(), name); ok {
			kb, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(v, "kB")), 10, 64)
			return kb << 10
		}
	}
	return 0
}
