package topics

import (
	"context"
	"log/slog"
	"slices"
	"testing"
)

// TestHandlerThatIsStuck tells a handler of more changes than may wait: of those it is told in
// order, of further ones each topic's last.
func TestHandlerThatIsStuck(t *testing.T) {
	var got []change
	entered, release, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	h := NewHandler(t.Context(), slog.New(slog.DiscardHandler), func(topic string, subscribers int) {
		got = append(got, change{topic, subscribers})
		switch topic {
		case "first":
			close(entered)
			<-release
			panic("which is logged")
		case "last":
			close(done)
		}
	})
	h.Changed("first", 1)
	<-entered
	want := []change{{"first", 1}}
	for n := range MostChanges {
		h.Changed("many", n)
		want = append(want, change{"many", n})
	}
	for n := range 5 {
		h.Changed("late", n)
		h.Changed("later", 10+n)
	}
	h.Changed("last", 1)
	close(release)
	<-done
	want = append(want, change{"late", 4}, change{"later", 14}, change{"last", 1})
	if !slices.Equal(got, want) {
		t.Errorf("told of %d changes, the last of them %v; want %d, %v", len(got), got[max(0, len(got)-4):], len(want), want[len(want)-4:])
	}
}

// TestHandlerEndsWithContext tells nothing more once the context has ended.
func TestHandlerEndsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	told := make(chan struct{}, 2)
	h := NewHandler(ctx, slog.New(slog.DiscardHandler), func(string, int) {
		cancel()
		told <- struct{}{}
	})
	h.mu.Lock()
	h.waiting, h.running = []change{{"a", 1}, {"b", 1}}, true
	h.mu.Unlock()
	h.run()
	if len(told) != 1 {
		t.Errorf("told %d times", len(told))
	}
}
