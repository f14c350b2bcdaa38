package gateway

import (
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limiter bounds the requests of each client.
type limiter struct {
	rate  rate.Limit
	burst int

	mu      sync.Mutex
	clients map[string]*clientRate
}

type clientRate struct {
	limit *rate.Limiter
	seen  time.Time
}

const (
	// manyClients is the number of clients from which those are forgotten that have not been seen for a while.
	manyClients = 10_000
	clientAge   = 10 * time.Minute
)

func newLimiter(perSecond float64, burst int) *limiter {
	return &limiter{rate: rate.Limit(perSecond), burst: burst, clients: map[string]*clientRate{}}
}

// allow reports whether a client may make a request now.
func (l *limiter) allow(client string) bool {
	if l.rate == 0 {
		return true
	}
	now := time.Now()
	l.mu.Lock()
	c := l.clients[client]
	if c == nil {
		if len(l.clients) >= manyClients {
			l.forget(now)
		}
		c = &clientRate{limit: rate.NewLimiter(l.rate, l.burst)}
		l.clients[client] = c
	}
	c.seen = now
	l.mu.Unlock()
	return c.limit.AllowN(now, 1)
}

// forget drops the clients that have not been seen for a while, or all of them when there are still too many. The lock is held.
func (l *limiter) forget(now time.Time) {
	for name, c := range l.clients {
		if now.Sub(c.seen) > clientAge {
			delete(l.clients, name)
		}
	}
	if len(l.clients) >= manyClients {
		clear(l.clients)
	}
}

// limitRate refuses requests of clients that make too many.
func (g *Gateway) limitRate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/healthz" && !g.limiter.allow(infoOf(r).client) {
			tooMany(w)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func tooMany(w http.ResponseWriter) {
	(&problem{Type: problemRate, Status: http.StatusTooManyRequests, RetryAfter: time.Second}).write(w)
}
