package zmtp

import (
	"sync"
	"sync/atomic"
)

// budget bounds what all connections of a socket hold together. When it is used up, the connection
// that holds most is cut off.
type budget struct {
	limit int64
	used  atomic.Int64

	mu       sync.Mutex
	accounts map[*account]struct{}
}

// account is what one connection holds.
type account struct {
	of   *budget
	used atomic.Int64
	// cutOff ends the connection, which gives back all that it holds. It must not wait.
	cutOff func(error)
	cut    bool // under the budget's lock
}

func newBudget(limit int64) *budget {
	return &budget{limit: limit, accounts: make(map[*account]struct{})}
}

// open enters a connection.
func (b *budget) open(cutOff func(error)) *account {
	a := &account{of: b, cutOff: cutOff}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.accounts[a] = struct{}{}
	return a
}

// close takes a connection out. What it still holds goes on counting until it is given back.
func (a *account) close() {
	a.of.mu.Lock()
	defer a.of.mu.Unlock()
	delete(a.of.accounts, a)
}

// add counts bytes that the connection holds from now on, or no more where n is negative.
func (a *account) add(n int64) {
	a.used.Add(n)
	if a.of.used.Add(n) > a.of.limit && n > 0 {
		a.of.relieve()
	}
}

// relieve cuts off connections, the largest first, until what the others hold is within the limit.
func (b *budget) relieve() {
	for {
		largest := b.largest()
		if largest == nil {
			return
		}
		largest.cutOff(excess("MaxBuffered", "it holds %d bytes, more than every other connection, of the %d that all of the socket "+
			"may hold together", largest.used.Load(), b.limit))
	}
}

// largest returns the connection to cut off next, or nil when no more has to be.
func (b *budget) largest() (largest *account) {
	b.mu.Lock()
	defer b.mu.Unlock()
	remaining := b.used.Load()
	for a := range b.accounts {
		switch used := a.used.Load(); {
		case a.cut:
			remaining -= used
		case largest == nil || used > largest.used.Load():
			largest = a
		}
	}
	if remaining <= b.limit || largest == nil {
		return nil
	}
	largest.cut = true
	return largest
}
