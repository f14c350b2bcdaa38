package goagent

import (
	"testing"
	"time"
)

// TestEmissionsFollow has calls begin while a notification waits behind the reply of an earlier
// one: it waits for more calls of the same client, for a limited time, and for no calls of others.
func TestEmissionsFollow(t *testing.T) {
	sent := 0
	e := &emissions{hold: time.Hour, send: func(string, []byte) error { sent++; return nil }, since: func(string) uint64 { return 1 }}
	defer e.close()
	first, again, other := &turn{client: "a", lead: replyLead}, &turn{client: "a", lead: replyLead}, &turn{client: "b", lead: replyLead}
	leave := e.enter(first)
	if err := e.publish("changed", nil); err != nil {
		t.Fatal(err)
	}
	leave()
	e.follow(again) // before the reply: a client that does not wait for its replies has no slots to be spared
	if again.emitted.Load() {
		t.Error("it waits for a call that began before the reply")
	}
	leaves := time.Now().Add(time.Hour)
	first.replied = leaves
	e.follow(other)
	if other.emitted.Load() {
		t.Error("it waits for another client's call")
	}
	e.follow(again)
	m := &e.waiting[0]
	until := m.until
	if m.behind != again || !again.emitted.Load() {
		t.Error("it does not wait for the next call")
	}
	again.replied = leaves.Add(time.Hour)
	e.follow(&turn{client: "a", lead: replyLead})
	if want := leaves.Add(mostFollowed - replyLead); m.until.After(want) || m.until != until {
		t.Errorf("it waits until %v, then %v, want at most %v", until, m.until, want)
	}
	if e.close(); sent != 1 {
		t.Errorf("%d sent", sent)
	}
	if sent = 0; e.held.Load() != 0 {
		t.Errorf("%d held", e.held.Load())
	}
	e.follow(again) // with nothing that waits
}

// TestEmissionsToAgents has the notifications of a call by an agent of this library leave at once
// behind its reply: only clients of the original need a lead.
func TestEmissionsToAgents(t *testing.T) {
	sent := 0
	e := &emissions{hold: time.Hour, send: func(string, []byte) error { sent++; return nil }, since: func(string) uint64 { return 1 }}
	defer e.close()
	for _, row := range []struct {
		lead time.Duration
		want int
	}{{0, 1}, {time.Hour, 0}} {
		sent = 0
		call := &turn{client: "a", lead: row.lead}
		leave := e.enter(call)
		if err := e.publish("changed", nil); err != nil || sent != 0 {
			t.Errorf("%d sent before the reply, %v", sent, err)
		}
		leave()
		if e.replied(call); sent != row.want {
			t.Errorf("a lead of %v: %d sent, want %d", row.lead, sent, row.want)
		}
	}
}

// TestEmissionsBeforeSubscription has a topic lose its last subscriber and get another one while a
// notification waits. The new one is not told of what was before.
func TestEmissionsBeforeSubscription(t *testing.T) {
	for _, row := range []struct {
		before, after uint64
		want          int
	}{{1, 1, 1}, {1, 2, 0}, {0, 1, 0}, {1, 0, 1}} {
		sent, now := 0, row.before
		e := &emissions{hold: time.Hour, send: func(string, []byte) error { sent++; return nil }, since: func(string) uint64 { return now }}
		call := &turn{client: "a"}
		leave := e.enter(call)
		if err := e.publish("changed", nil); err != nil {
			t.Fatal(err)
		}
		leave()
		now = row.after
		if e.replied(call); sent != row.want {
			t.Errorf("from %d to %d: %d sent, want %d", row.before, row.after, sent, row.want)
		}
		e.close()
	}
}
