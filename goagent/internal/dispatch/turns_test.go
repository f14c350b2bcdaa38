package dispatch

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"
)

// queued waits until so many wait for a turn.
func queued(t *testing.T, turns *Turns, n int) {
	t.Helper()
	for turns.waiting() != n {
		if t.Context().Err() != nil {
			t.Fatal("it never waits")
		}
		runtime.Gosched()
	}
}

// TestTurnsGoRound has one client ask for many turns before others ask for some.
func TestTurnsGoRound(t *testing.T) {
	turns := NewTurns(1)
	if err := turns.Take(t.Context(), "flood"); err != nil {
		t.Fatal(err)
	}
	var order []string // whose turn it is guards it
	var wg sync.WaitGroup
	for i, client := range []string{"flood", "flood", "flood", "flood", "flood", "a", "b", "a"} {
		wg.Go(func() {
			if err := turns.Take(t.Context(), client); err != nil {
				t.Error(err)
				return
			}
			order = append(order, client)
			turns.Give()
		})
		queued(t, turns, i+1)
	}
	turns.Give()
	wg.Wait()
	if want := []string{"flood", "a", "b", "flood", "a", "flood", "flood", "flood"}; !slices.Equal(order, want) {
		t.Errorf("turns went to %v, want %v", order, want)
	}
	if turns.free != 1 || turns.clients.Len() != 0 || len(turns.byName) != 0 {
		t.Errorf("%d turns are free, %d clients known", turns.free, len(turns.byName))
	}
}

// TestTurnsGivenUp has waiting requests give up: their turns go to the others.
func TestTurnsGivenUp(t *testing.T) {
	turns := NewTurns(1)
	if err := turns.Take(t.Context(), "first"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if err := turns.Take(ctx, "impatient"); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		})
	}
	queued(t, turns, 3)
	got := make(chan error, 1)
	go func() { got <- turns.Take(t.Context(), "patient") }()
	queued(t, turns, 4)
	cancel()
	wg.Wait()
	turns.Give()
	if err := <-got; err != nil {
		t.Error(err)
	}
	turns.Give()
	if turns.free != 1 || turns.clients.Len() != 0 || len(turns.byName) != 0 {
		t.Errorf("%d turns are free, %d clients known", turns.free, len(turns.byName))
	}
}

// TestTurnGrantedTooLate grants a turn to a taker whose context has ended: the turn goes to the
// next one that waits, or is free again. The lock is held from the end of the context to the grant,
// so that the taker may see both. Which one it sees first is up to chance: there are many rounds.
func TestTurnGrantedTooLate(t *testing.T) {
	for round := range 100 {
		others := round % 2
		turns := NewTurns(1)
		if err := turns.Take(t.Context(), "first"); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		late, next := make(chan error, 1), make(chan error, 1)
		go func() { late <- turns.Take(ctx, "late") }()
		queued(t, turns, 1)
		if others > 0 {
			go func() { next <- turns.Take(t.Context(), "next") }()
			queued(t, turns, 2)
		}
		grantTooLate(turns, cancel)
		// Where the taker saw the grant first, it has the turn and gives it back.
		if err := <-late; err == nil {
			turns.Give()
		} else if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if others > 0 {
			if err := <-next; err != nil {
				t.Error(err)
			}
			turns.Give()
		}
		if turns.free != 1 || turns.clients.Len() != 0 {
			t.Fatalf("%d turns are free, %d clients known", turns.free, turns.clients.Len())
		}
	}
}

// grantTooLate ends the context of the first taker in the queue and gives the turn to it.
func grantTooLate(t *Turns, end context.CancelFunc) {
	t.mu.Lock()
	defer t.mu.Unlock()
	end()
	t.next()
}

// TestTurnsUnderLoad takes and gives up turns from many goroutines: none is lost and none is there
// twice.
func TestTurnsUnderLoad(t *testing.T) {
	const places = 3
	turns := NewTurns(places)
	busy := make(chan struct{}, places)
	var wg sync.WaitGroup
	for g := range 16 {
		wg.Go(func() {
			for i := range 500 {
				ctx, cancel := context.WithCancel(t.Context())
				if i%3 == 0 {
					go cancel()
				}
				if turns.Take(ctx, string(rune('a'+g%4))) == nil {
					select {
					case busy <- struct{}{}:
					default:
						t.Error("too many turns")
					}
					<-busy
					turns.Give()
				}
				cancel()
			}
		})
	}
	wg.Wait()
	if turns.free != places || len(turns.byName) != 0 {
		t.Errorf("%d turns are free, %d clients known", turns.free, len(turns.byName))
	}
}

func TestLoadIsShared(t *testing.T) {
	l := NewLoad(10)
	admitted := func(client string, n int) (yes int) {
		for range n {
			if l.Admit(client) {
				yes++
			}
		}
		return yes
	}
	for _, tt := range []struct {
		client string
		want   int
	}{
		{"flood", 10}, // all that there is
		{"flood", 0},
		{"second", 5}, // its share of two
		{"third", 3},  // of three
		{"fourth", 2}, // of four, which makes twice as many as there may be
		{"fifth", 0},
		{"flood", 0},
		{"second", 0},
	} {
		if got := admitted(tt.client, 20); got != tt.want {
			t.Errorf("%s: %d admitted, want %d", tt.client, got, tt.want)
		}
	}
	for client, n := range map[string]int{"flood": 10, "second": 5, "third": 3, "fourth": 2} {
		for range n {
			l.Release(client)
		}
	}
	if l.total != 0 || len(l.clients) != 0 {
		t.Errorf("%d requests are left of %d clients", l.total, len(l.clients))
	}
}

// TestTurnsEntered has some wait without a goroutine: they get their turns as the others do, or the
// error of close.
func TestTurnsEntered(t *testing.T) {
	turns := NewTurns(1)
	entered := make(chan error)
	then := func(err error) { entered <- err }
	turns.Enter("a", then)
	if err := <-entered; err != nil {
		t.Fatal(err)
	}
	turns.Enter("a", then)
	turns.Enter("a", then)
	taken := make(chan error, 1)
	go func() { taken <- turns.Take(t.Context(), "b") }()
	queued(t, turns, 3)
	turns.Give()
	if err := <-entered; err != nil {
		t.Fatal(err)
	}
	turns.Give()
	if err := <-taken; err != nil {
		t.Fatal(err)
	}
	go func() { taken <- turns.Take(t.Context(), "b") }()
	queued(t, turns, 2)
	closed := errors.New("closed")
	turns.Close(closed)
	turns.Enter("a", then)
	for range 2 {
		if err := <-entered; !errors.Is(err, closed) {
			t.Errorf("one that entered got %v", err)
		}
	}
	if err := <-taken; !errors.Is(err, closed) {
		t.Errorf("one that took got %v", err)
	}
	turns.Give()
	if turns.free != 1 || turns.clients.Len() != 0 || len(turns.byName) != 0 {
		t.Errorf("%d turns are free, %d clients known", turns.free, len(turns.byName))
	}
}
