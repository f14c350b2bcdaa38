package gateway

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"time"
)

// unknownBody is how long a body may take before the request has been let in. A client that is
// refused does not get longer to send a body that is not read.
const unknownBody = time.Second

// boundBody gives a body a deadline, so that a client cannot hold a connection with a body that
// never comes.
func boundBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hasBody(r) {
			setReadDeadline(w, unknownBody)
		}
		next.ServeHTTP(w, r)
	})
}

func hasBody(r *http.Request) bool { return r.ContentLength != 0 && r.Body != nil }

// setReadDeadline bounds what is read of a connection; 0 takes the bound away. A handler that is
// not served by net/http may have none.
func setReadDeadline(w http.ResponseWriter, d time.Duration) {
	at := time.Time{}
	if d > 0 {
		at = time.Now().Add(d)
	}
	_ = http.NewResponseController(w).SetReadDeadline(at)
}

// limitBody bounds the bodies of requests that are let in, in size and in time.
func (g *Gateway) limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > g.config.Limits.Body {
			problemOf(&http.MaxBytesError{Limit: g.config.Limits.Body}).write(w)
			return
		}
		if hasBody(r) {
			setReadDeadline(w, g.config.Timeouts.Body)
			body := &timedBody{
				ReadCloser: http.MaxBytesReader(w, r.Body, g.config.Limits.Body), response: w,
				room: g.bodies, client: infoOf(r).key, free: smallBody,
			}
			r.Body = body
			defer body.giveRoom()
		}
		next.ServeHTTP(w, r)
	})
}

// smallBody is how much of a body, in bytes, needs no room of its own: the number of connections
// bounds what such bodies take.
const smallBody = 1 << 20

// timedBody is a body with a deadline, which it takes back at its end: what follows waits for the
// target, not for the client. What it has beyond a small one needs room among all bodies.
type timedBody struct {
	io.ReadCloser

	response http.ResponseWriter
	room     *bodies
	client   string
	free     int64 // that may still be read without more room
	taken    int64
}

// Read takes the deadline back at the end. It fails with a problem when there is no room for more.
func (b *timedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.free -= int64(n); b.free < 0 {
		if !b.room.take(b.client, bodyPiece) {
			return 0, &problem{Type: problemBodies, Status: http.StatusServiceUnavailable, Origin: originGateway, RetryAfter: retryAfter}
		}
		b.taken += bodyPiece
		b.free += bodyPiece
	}
	if errors.Is(err, io.EOF) {
		setReadDeadline(b.response, 0)
	}
	return n, err
}

// giveRoom gives the room back when the request is done.
func (b *timedBody) giveRoom() { b.room.give(b.client, b.taken) }

// bodyPiece is how much room is taken at a time: more than is read at once.
const bodyPiece = 1 << 20

// bodies bounds what the bodies that are being read and worked on take together, and what each
// client has of it.
type bodies struct {
	most, each int64

	mu      sync.Mutex
	all     int64
	clients map[string]int64
}

func newBodies(limits Limits) *bodies {
	return &bodies{most: limits.Bodies, each: max(limits.Body, limits.Bodies/2), clients: map[string]int64{}}
}

// take reports whether a client may have so many bytes more, and counts them.
func (b *bodies) take(client string, bytes int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.all+bytes > b.most || b.clients[client]+bytes > b.each {
		return false
	}
	b.all += bytes
	b.clients[client] += bytes
	return true
}

func (b *bodies) give(client string, bytes int64) {
	if bytes == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all -= bytes
	if b.clients[client] -= bytes; b.clients[client] <= 0 {
		delete(b.clients, client)
	}
}
