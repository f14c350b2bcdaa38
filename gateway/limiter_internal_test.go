package gateway

import (
	"fmt"
	"testing"
	"time"

	"github.com/pizco-go/pizco/py"
)

// TestLimiterRemembers keeps who has used up its requests, however many other clients come.
func TestLimiterRemembers(t *testing.T) {
	l := newLimiter(0.001, 2)
	for range 3 {
		l.allow("greedy")
	}
	allowed := 0
	for i := range 5 * mostClients {
		if l.allow(fmt.Sprint("client ", i)) {
			allowed++
		}
	}
	if l.allow("greedy") {
		t.Error("the client is forgotten that has used up its requests")
	}
	if len(l.clients) > mostClients || allowed > mostClients+2 {
		t.Errorf("%d clients are known, %d requests were allowed", len(l.clients), allowed)
	}
	// Clients that could make as many requests as new ones are forgotten for others.
	now := time.Now().Add(24 * 365 * time.Hour)
	if l.of("new", now) == l.others || len(l.clients) != 1 {
		t.Errorf("%d clients are known a year later", len(l.clients))
	}
}

// TestNetworks takes the addresses of a network for one client that has as many as it likes.
func TestNetworks(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.7:80": "192.0.2.7", "[2001:db8:1:2:3::4]:80": "2001:db8:1:2::/64", "[2001:db8:1:2:ffff::1%eth0]:1": "2001:db8:1:2::/64",
		"[::ffff:192.0.2.7]:80": "::ffff:192.0.2.7", "@": "@",
	} {
		if got := networkOf(remote); got != want {
			t.Errorf("%s: %s, want %s", remote, got, want)
		}
	}
}

// TestBacklog bounds emissions in number and in bytes, and keeps the latest.
func TestBacklog(t *testing.T) {
	large := func(bytes int) *emission {
		e := &emission{values: py.Tuple{make([]byte, bytes)}, most: 64 << 20}
		e.size = sizeOf(e)
		return e
	}
	b := backlog{most: 10, mostBytes: 1 << 20}
	dropped := 0
	for range 100 {
		dropped += b.add(large(10))
	}
	if len(b.list) != 10 || dropped != 90 {
		t.Errorf("%d kept, %d dropped", len(b.list), dropped)
	}
	for range 100 {
		b.add(large(100_000))
	}
	if b.bytes > 1<<20 || len(b.list) != 2 {
		t.Errorf("%d kept of %d bytes", len(b.list), b.bytes)
	}
	b.add(large(10 << 20))
	if len(b.list) != 1 {
		t.Errorf("%d kept beside a large one", len(b.list))
	}
	b.clear()
	if b.add(large(1)); len(b.list) != 1 || b.bytes > 10_000 {
		t.Errorf("%d kept of %d bytes", len(b.list), b.bytes)
	}
}
