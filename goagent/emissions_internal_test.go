package goagent

import (
	"testing"
	"time"
)

// TestEmissionsFollow has calls begin while a notification waits behind the reply of an earlier one: it waits for more
// calls of the same client, for a limited time, and for no calls of others.
func TestEmissionsFollow(t *testing.T) {
	sent := 0
	e := &emissions{hold: time.Hour, send: func(string, []byte) error { sent++; return nil }}
	defer e.close()
	first, again, other := &turn{client: "a"}, &turn{client: "a"}, &turn{client: "b"}
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
	e.follow(&turn{client: "a"})
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
