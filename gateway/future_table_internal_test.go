package gateway

import (
	"context"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent/object"
)

// TestFutureTableRoom holds the bounds of the table and of each client: the futures that ended
// longest ago make room, pending ones do not.
func TestFutureTableRoom(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	table := newFutureTable(ctx, Limits{Futures: 4, ClientFutures: 3}, Timeouts{Future: time.Hour, Pending: time.Hour, Request: time.Second})
	defer table.close()
	defer cancel()
	add := func(client string) *keptFuture {
		t.Helper()
		if !table.hasRoom(client) {
			t.Fatalf("no room for %s", client)
		}
		return table.add("robot", client, object.NewFuture())
	}
	end := func(kept *keptFuture) {
		t.Helper()
		kept.future.Resolve(nil)
		for deadline := time.Now().Add(time.Minute); !table.hasEnded(kept); {
			if time.Now().After(deadline) {
				t.Fatal("the end of a future is not noticed")
			}
		}
	}
	kept := func(k *keptFuture) bool { return table.get("robot", k.id) == k }

	first, second, third := add("a"), add("a"), add("a")
	if table.hasRoom("a") {
		t.Error("a client has more than its share")
	}
	other := add("b")
	if table.hasRoom("b") || table.hasRoom("c") {
		t.Error("the table holds more than it may")
	}
	if !kept(first) || !kept(other) || table.get("another", first.id) != nil {
		t.Error("a future is lost, or of another target")
	}
	end(second)
	end(first)
	if !table.hasRoom("a") || kept(second) || !kept(first) {
		t.Error("it is not the future that ended first that makes room")
	}
	fourth := add("a") // in its place: the table is full again
	if !table.hasRoom("c") || kept(first) || !kept(third) || !kept(fourth) || !kept(other) {
		t.Error("it is not the ended future that makes room")
	}
	table.remove(third.id)
	table.remove(third.id)
	if kept(third) || table.len() != 2 {
		t.Errorf("%d futures are left", table.len())
	}
	for _, k := range []*keptFuture{fourth, other} {
		table.remove(k.id)
	}
	if table.len() != 0 || len(table.clients) != 0 || len(table.ended) != 0 {
		t.Errorf("%d futures, %d clients and %d ended ones are left", table.len(), len(table.clients), len(table.ended))
	}
}

func (t *futureTable) hasEnded(kept *keptFuture) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, k := range t.ended {
		if k == kept {
			return true
		}
	}
	return false
}

// TestFutureTableGivesUp forgets what does not end, and what has ended, each after its time.
func TestFutureTableGivesUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	table := newFutureTable(ctx, Limits{Futures: 4, ClientFutures: 3}, Timeouts{Future: time.Millisecond, Pending: time.Millisecond, Request: time.Second})
	defer table.close()
	defer cancel()
	pending := object.NewFuture()
	canceled := make(chan struct{}, 1)
	pending.Attach(func(context.Context) error { canceled <- struct{}{}; return nil }, nil)
	<-table.add("robot", "a", pending).removed
	select {
	case <-canceled:
	default:
		t.Error("the target is not asked to stop")
	}
	done := object.NewFuture()
	done.Resolve(nil)
	<-table.add("robot", "a", done).removed
	if table.len() != 0 || !table.hasRoom("a") {
		t.Errorf("%d futures are left", table.len())
	}
}
