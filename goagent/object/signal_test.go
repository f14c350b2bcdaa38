package object

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/pizco-go/pizco/goagent/pyerr"
)

func TestSignalCallsSlotsInOrder(t *testing.T) {
	var s Signal
	var got []string
	disconnect := s.Connect(func(v ...any) { got = append(got, fmt.Sprint("a", v)) })
	s.Connect(func(v ...any) { got = append(got, fmt.Sprint("b", v)) })
	s.Emit(1)
	disconnect()
	disconnect()
	s.Emit(2, 3)
	if want := []string{"a[1]", "b[1]", "b[2 3]"}; !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	if n := s.Connections(); n != 1 {
		t.Fatalf("%d connections, want 1", n)
	}
}

func TestSignalSlotMayDisconnectItself(t *testing.T) {
	var s Signal
	calls := 0
	var disconnect func()
	disconnect = s.Connect(func(...any) { calls++; disconnect() })
	s.Connect(func(...any) { calls++ })
	s.Emit()
	s.Emit()
	if calls != 3 {
		t.Fatalf("%d calls, want 3", calls)
	}
}

func TestFuture(t *testing.T) {
	f := NewFuture()
	if _, err := f.Result(); !errors.Is(err, ErrPending) {
		t.Fatalf("got %v, want ErrPending", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.Wait(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want the context's error", err)
	}
	if !f.Resolve(int64(42)) || f.Resolve(int64(43)) || f.Fail(errors.New("late")) {
		t.Fatal("a future must end exactly once")
	}
	var answer int
	if err := f.Wait(ctx, &answer); err != nil || answer != 42 {
		t.Fatalf("got %d, %v", answer, err)
	}
	if err := NewFuture().Cancel(t.Context()); !errors.Is(err, ErrNotCancelable) {
		t.Fatalf("got %v, want ErrNotCancelable", err)
	}
}

func TestGoIsCanceledAndSurvivesPanics(t *testing.T) {
	f := Go(t.Context(), func(ctx context.Context) (any, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	if err := f.Cancel(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := f.Wait(t.Context(), nil); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	f = Go(t.Context(), func(context.Context) (any, error) { panic("boom") })
	if err := f.Wait(t.Context(), nil); !errors.Is(err, pyerr.RuntimeError) {
		t.Fatalf("got %v, want a RuntimeError", err)
	}
}
