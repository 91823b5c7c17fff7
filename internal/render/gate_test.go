package render

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pano/internal/pano"
)

func TestGateLetsInWhatThereIsRoomFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(100, 1000)
		var mu sync.Mutex
		var inside, most int64
		for range 50 {
			go func() {
				leave, err := g.Enter(t.Context(), 30)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				inside += 30
				most = max(most, inside)
				mu.Unlock()
				time.Sleep(time.Second)
				mu.Lock()
				inside -= 30
				mu.Unlock()
				leave()
			}()
		}
		time.Sleep(time.Hour)
		mu.Lock()
		defer mu.Unlock()
		if most != 90 || inside != 0 {
			t.Errorf("at most %d of 100 inside, %d at the end; want 90 and 0", most, inside)
		}
	})
}

func TestFirstComeFirstServedEvenForTheLargest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(100, 1000)
		var mu sync.Mutex
		var order []int64
		for _, weight := range []int64{60, 500, 10} {
			go func() {
				leave, err := g.Enter(t.Context(), weight)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				order = append(order, weight)
				mu.Unlock()
				time.Sleep(time.Minute)
				leave()
			}()
			time.Sleep(time.Second)
		}
		time.Sleep(time.Hour)
		mu.Lock()
		defer mu.Unlock()
		if want := []int64{60, 500, 10}; !slices.Equal(order, want) {
			t.Errorf("went in as %v, want %v", order, want)
		}
	})
}

func TestTheGateSaysHowFullItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(100, 1000)
		leave, err := g.Enter(t.Context(), 70)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			leave, err := g.Enter(t.Context(), 500)
			if err != nil {
				t.Error(err)
				return
			}
			leave()
		}()
		synctest.Wait()
		if taken, capacity, waiting := g.State(); taken != 70 || capacity != 100 || waiting != 1 {
			t.Errorf("%d of %d, %d wait; want 70, 100 and 1", taken, capacity, waiting)
		}
		leave()
		synctest.Wait()
		if taken, _, waiting := g.State(); taken != 0 || waiting != 0 {
			t.Errorf("%d, %d wait; want nothing", taken, waiting)
		}
	})
}

func TestOverTheLimitIsOriginalOnly(t *testing.T) {
	g := NewGate(100<<20, 1<<30)
	_, err := g.Enter(t.Context(), 1<<30+1)
	if key(err) != "picture.original_only" || pano.KindOf(err) != pano.KindInvalid {
		t.Error(err)
	}
}

func TestAWaiterWhoLeavesMakesRoom(t *testing.T) {
	g := NewGate(100, 1000)
	leave, err := g.Enter(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.Enter(ctx, 1); err != context.Canceled {
		t.Error(err)
	}
	leave()
	if _, err := g.Enter(t.Context(), 100); err != nil {
		t.Error(err)
	}
}
