package emission

import (
	"testing"
	"time"
)

// TestQueueFollows has calls begin while a notification waits behind the reply of an earlier
// one: it waits for more calls of the same client, for a limited time, and for no calls of others.
func TestQueueFollows(t *testing.T) {
	sent := 0
	q := &Queue{Hold: time.Hour, Send: func(string, Body) error { sent++; return nil }, Since: func(string) uint64 { return 1 }}
	defer q.Close()
	first, again, other := &Call{Client: "a", Lead: ReplyLead}, &Call{Client: "a", Lead: ReplyLead}, &Call{Client: "b", Lead: ReplyLead}
	leave := q.Enter(first)
	if err := q.Publish("changed", Body{}); err != nil {
		t.Fatal(err)
	}
	leave()
	q.Follow(again) // before the reply: a client that does not wait for its replies has no slots to be spared
	if again.emitted.Load() {
		t.Error("it waits for a call that began before the reply")
	}
	leaves := time.Now().Add(time.Hour)
	first.replied = leaves
	q.Follow(other)
	if other.emitted.Load() {
		t.Error("it waits for another client's call")
	}
	q.Follow(again)
	m := &q.waiting[0]
	until := m.until
	if m.behind != again || !again.emitted.Load() {
		t.Error("it does not wait for the next call")
	}
	again.replied = leaves.Add(time.Hour)
	q.Follow(&Call{Client: "a", Lead: ReplyLead})
	if want := leaves.Add(mostFollowed - ReplyLead); m.until.After(want) || m.until != until {
		t.Errorf("it waits until %v, then %v, want at most %v", until, m.until, want)
	}
	if q.Close(); sent != 1 {
		t.Errorf("%d sent", sent)
	}
	if sent = 0; q.held.Load() != 0 {
		t.Errorf("%d held", q.held.Load())
	}
	q.Follow(again) // with nothing that waits
}

// TestQueueToAgents has the notifications of a call by an agent of this library leave at once
// behind its reply: only clients of the original need a lead.
func TestQueueToAgents(t *testing.T) {
	sent := 0
	q := &Queue{Hold: time.Hour, Send: func(string, Body) error { sent++; return nil }, Since: func(string) uint64 { return 1 }}
	defer q.Close()
	for _, row := range []struct {
		lead time.Duration
		want int
	}{{0, 1}, {time.Hour, 0}} {
		sent = 0
		call := &Call{Client: "a", Lead: row.lead}
		leave := q.Enter(call)
		if err := q.Publish("changed", Body{}); err != nil || sent != 0 {
			t.Errorf("%d sent before the reply, %v", sent, err)
		}
		leave()
		if q.Replied(call); sent != row.want {
			t.Errorf("a lead of %v: %d sent, want %d", row.lead, sent, row.want)
		}
	}
}

// TestQueueBeforeSubscription has a topic lose its last subscriber and get another one while a
// notification waits. The new one is not told of what was before.
func TestQueueBeforeSubscription(t *testing.T) {
	for _, row := range []struct {
		before, after uint64
		want          int
	}{{1, 1, 1}, {1, 2, 0}, {0, 1, 0}, {1, 0, 1}} {
		sent, now := 0, row.before
		q := &Queue{Hold: time.Hour, Send: func(string, Body) error { sent++; return nil }, Since: func(string) uint64 { return now }}
		call := &Call{Client: "a"}
		leave := q.Enter(call)
		if err := q.Publish("changed", Body{}); err != nil {
			t.Fatal(err)
		}
		leave()
		now = row.after
		if q.Replied(call); sent != row.want {
			t.Errorf("from %d to %d: %d sent, want %d", row.before, row.after, sent, row.want)
		}
		q.Close()
	}
}
