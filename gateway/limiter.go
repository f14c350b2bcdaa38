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
	most  int

	mu      sync.Mutex
	clients map[string]*rate.Limiter
	swept   time.Time
	others  *rate.Limiter // of clients that come when there are too many
}

const (
	// mostClients is the number of clients that are told apart. Of more, the new ones share what is
	// one client's.
	mostClients = 10_000
	// sweepEvery is the time between two looks for clients that can be forgotten.
	sweepEvery = time.Second
)

func newLimiter(perSecond float64, burst int) *limiter {
	l := &limiter{rate: rate.Limit(perSecond), burst: burst, most: mostClients, clients: map[string]*rate.Limiter{}}
	l.others = rate.NewLimiter(l.rate, burst)
	return l
}

// allow reports whether a client may make a request now.
func (l *limiter) allow(client string) bool {
	return l.rate == 0 || l.of(client, time.Now()).Allow()
}

// of returns what is left to a client.
func (l *limiter) of(client string, now time.Time) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c := l.clients[client]; c != nil {
		return c
	}
	if len(l.clients) >= l.most && now.Sub(l.swept) >= sweepEvery {
		l.swept = now
		l.forget(now)
	}
	if len(l.clients) >= l.most {
		return l.others
	}
	c := rate.NewLimiter(l.rate, l.burst)
	l.clients[client] = c
	return c
}

// forget drops the clients that may make as many requests as new ones: nothing is known of them.
// The lock is held.
func (l *limiter) forget(now time.Time) {
	for name, c := range l.clients {
		if c.TokensAt(now) >= float64(l.burst) {
			delete(l.clients, name)
		}
	}
}

// limitRate refuses requests of clients that make too many.
func (g *Gateway) limitRate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/healthz" && !g.limiter.allow(infoOf(r).key) {
			tooMany(w)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func tooMany(w http.ResponseWriter) {
	(&problem{Type: problemRate, Status: http.StatusTooManyRequests, RetryAfter: time.Second}).write(w)
}
