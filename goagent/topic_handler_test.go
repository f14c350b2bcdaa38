package goagent

import (
	"context"
	"log/slog"
	"slices"
	"testing"
)

// TestTopicHandlerThatIsStuck tells a handler of more changes than may wait: of those it is told in
// order, of further ones each topic's last.
func TestTopicHandlerThatIsStuck(t *testing.T) {
	a := &Agent{ctx: t.Context(), log: slog.New(slog.DiscardHandler)}
	var got []topicChange
	entered, release, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	h := &topicHandler{agent: a, tell: func(topic string, subscribers int) {
		got = append(got, topicChange{topic, subscribers})
		switch topic {
		case "first":
			close(entered)
			<-release
			panic("which is logged")
		case "last":
			close(done)
		}
	}}
	h.changed("first", 1)
	<-entered
	want := []topicChange{{"first", 1}}
	for n := range defaultSlotQueue {
		h.changed("many", n)
		want = append(want, topicChange{"many", n})
	}
	for n := range 5 {
		h.changed("late", n)
		h.changed("later", 10+n)
	}
	h.changed("last", 1)
	close(release)
	<-done
	want = append(want, topicChange{"late", 4}, topicChange{"later", 14}, topicChange{"last", 1})
	if !slices.Equal(got, want) {
		t.Errorf("told of %d changes, the last of them %v; want %d, %v", len(got), got[max(0, len(got)-4):], len(want), want[len(want)-4:])
	}
}

// TestTopicHandlerEndsWithAgent tells nothing more once the agent is being closed.
func TestTopicHandlerEndsWithAgent(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	told := make(chan struct{}, 2)
	h := &topicHandler{agent: &Agent{ctx: ctx, log: slog.New(slog.DiscardHandler)}, tell: func(string, int) {
		cancel()
		told <- struct{}{}
	}}
	h.mu.Lock()
	h.waiting, h.running = []topicChange{{"a", 1}, {"b", 1}}, true
	h.mu.Unlock()
	h.run()
	if len(told) != 1 {
		t.Errorf("told %d times", len(told))
	}
}
