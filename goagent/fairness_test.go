package goagent_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
)

// TestFloodStarvesNobody has one client always have hundreds of calls waiting, and counts how many
// of them are carried out while a call of another one waits.
func TestFloodStarvesNobody(t *testing.T) {
	const flooders, calls = 400, 30
	var flooded, waitedSince atomic.Int64
	least := int64(flooders)
	s := serve(t, object.New("Shared").
		Method("flood", func() {
			<-time.After(time.Millisecond) // its work, so that the object and not the connection is what calls wait for
			flooded.Add(1)
		}).
		Method("call", func() { least = min(least, flooded.Load()-waitedSince.Load()) }),
		goagent.WithInterceptor(func(ctx context.Context, call *goagent.Call, next goagent.Handler) (any, error) {
			if call.Name == "call" {
				waitedSince.Store(flooded.Load())
			}
			return next(ctx, call)
		}))
	loud, quiet := dial(t, s.Endpoint()), dial(t, s.Endpoint())
	ctx, cancel := context.WithCancel(limit(t))
	defer cancel()
	var wg sync.WaitGroup
	for range flooders {
		wg.Go(func() {
			for ctx.Err() == nil {
				if err := loud.Call(ctx, nil, "flood"); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			}
		})
	}
	for flooded.Load() < flooders { // by then all of them wait again and again
		runtime.Gosched()
	}
	for range calls {
		if err := quiet.Call(ctx, nil, "call"); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	wg.Wait()
	// Served in the order in which they come, hundreds would be carried out before each.
	if least > flooders/4 {
		t.Errorf("%d calls of another client are carried out at least while one waits", least)
	}
	t.Logf("%d calls between arrival and start at least", least)
}

// TestOverload has a client make more calls than the server takes: it is told so, while others are
// served and the server can be asked for its endpoints. What it gets in the meantime does not
// depend on the size of its arguments.
func TestOverload(t *testing.T) {
	for name, size := range map[string]int{"small": 10, "large": 100_000} {
		t.Run(name, func(t *testing.T) {
			const room, calls = 10, 30
			release := make(chan struct{})
			s := serve(t, object.New("Busy").
				Method("wait", func([]byte) { <-release }).
				Method("quick", func() {}),
				goagent.WithConcurrency(0), goagent.WithMaxRequests(room))
			loud, quiet := dial(t, s.Endpoint()), dial(t, s.Endpoint())
			ctx := limit(t)
			refused, served := make(chan struct{}, calls), make(chan error, calls)
			var wg sync.WaitGroup
			for range calls {
				wg.Go(func() {
					err := loud.Call(ctx, nil, "wait", make([]byte, size))
					if errors.Is(err, pyerr.RuntimeError) && strings.Contains(err.Error(), "overloaded") {
						refused <- struct{}{}
					} else {
						served <- err
					}
				})
			}
			for range calls - room {
				select {
				case <-refused:
				case err := <-served:
					t.Errorf("a call that should wait: %v", err)
				case <-ctx.Done():
					t.Fatal("the server does not refuse what is too much")
				}
			}
			if err := loud.Call(ctx, nil, "quick"); !errors.Is(err, pyerr.RuntimeError) {
				t.Errorf("a call more: %v", err)
			}
			if err := quiet.Call(ctx, nil, "quick"); err != nil {
				t.Error(err)
			}
			if _, err := loud.Info(ctx); err != nil {
				t.Error(err)
			}
			close(release)
			wg.Wait()
			for range room {
				if err := <-served; err != nil {
					t.Error(err)
				}
			}
			// The place of a call is free a moment after its answer.
			for {
				err := loud.Call(ctx, nil, "quick")
				if err == nil {
					break
				}
				if !errors.Is(err, pyerr.RuntimeError) {
					t.Fatal(err)
				}
			}
		})
	}
}

// TestOverloadedAgent rejects what an agent's handler has no room for.
func TestOverloadedAgent(t *testing.T) {
	entered, release := make(chan struct{}, 10), make(chan struct{})
	a, err := goagent.NewAgent(goagent.WithMaxRequests(1), goagent.WithRequestHandler(func(context.Context, *goagent.Request) (any, error) {
		entered <- struct{}{}
		<-release
		return "done", nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	client, err := goagent.NewAgent()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }()
	done := make(chan error, 1)
	go func() { done <- client.Request(limit(t), a.Endpoint(), "first", nil) }()
	<-entered
	var rejected *goagent.RejectedError
	for _, content := range []string{"second", strings.Repeat("large", 100_000)} {
		if err := client.Request(limit(t), a.Endpoint(), content, nil); !errors.As(err, &rejected) {
			t.Errorf("got %v", err)
		}
	}
	close(release)
	if err := <-done; err != nil {
		t.Error(err)
	}
}
