package dispatch

import "sync"

// Load counts the requests that an agent holds, for each client and in all. When there are as many
// as it may hold, a client that has its share of them is refused. A client that has less is refused
// when there are twice as many.
type Load struct {
	limit int

	mu      sync.Mutex
	total   int
	clients map[string]int // the number of requests of each client that has any
}

// NewLoad returns a count with that limit.
func NewLoad(limit int) *Load { return &Load{limit: limit, clients: make(map[string]int)} }

// Admit counts a request, or refuses it.
func (l *Load) Admit(client string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.total >= l.limit {
		own, all := l.clients[client], len(l.clients)
		if own == 0 {
			all++
		}
		if own >= max(l.limit/all, 1) || l.total >= 2*l.limit {
			return false
		}
	}
	l.total++
	l.clients[client]++
	return true
}

// Release ends what Admit began.
func (l *Load) Release(client string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total--
	if l.clients[client]--; l.clients[client] == 0 {
		delete(l.clients, client)
	}
}
