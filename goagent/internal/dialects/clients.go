// Package dialects finds out which of a server's clients speak the dialect develop.
package dialects

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/serving"
)

const (
	// statusGrace is how long after its subscription to futures a client of develop may take to
	// subscribe to the stop. Of 157 recorded ones the slowest took 32 ms.
	statusGrace = 60 * time.Millisecond
	// inspectHold bounds how long the first 'inspect' of a client waits for its subscriptions. Of 169
	// recorded ones the slowest took 54 ms.
	inspectHold = 200 * time.Millisecond
	// earlySubscription is how much sooner than its first request a client's subscriptions may be
	// noticed.
	earlySubscription = 50 * time.Millisecond
)

// Clients finds out which of the clients of a server speak the dialect develop. They subscribe
// to what no other client does, but by another connection than that of their requests.
type Clients struct {
	mu          sync.Mutex
	changed     chan struct{} // closed when a subscriber shows something new
	clients     map[Client]seenClient
	subscribers map[string]*seenSubscriber // by connection
}

// waitingClient is one whose 'inspect' waits.
type waitingClient struct {
	host       string
	since, end time.Time
}

// Client is a connection of requests.
type Client struct {
	At   *serving.Endpoint
	Peer string
}

// Of returns the client that has made a request.
func Of(r *serving.Request) Client { return Client{r.Endpoint, r.From.Peer} }

// seenClient is what is known of a connection of requests.
type seenClient struct {
	host    string
	since   time.Time // when it made its first request
	known   bool
	dialect psmessage.Dialect // which it speaks, if that is known
	found   bool              // its connection of subscriptions is known as well
}

// seenSubscriber is what is known of a connection of subscriptions.
type seenSubscriber struct {
	host    string
	since   time.Time // when it subscribed to futures
	develop bool
	claimed bool // it is known whose it is
}

// New returns what knows no clients yet.
func New() *Clients {
	return &Clients{
		changed: make(chan struct{}), clients: make(map[Client]seenClient), subscribers: make(map[string]*seenSubscriber),
	}
}

// IsStatusTopic reports whether a subscription is one that only clients of develop make.
func IsStatusTopic(topic string) bool { return strings.HasSuffix(topic, "+"+psmessage.TopicStatus) }

// hostOf returns the address of a connection without its port. A connection that is not of tcp has
// none, and is of this host.
func hostOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return ""
	}
	return host
}

// Subscribed takes note of a subscription.
func (c *Clients) Subscribed(connection, address, topic string) {
	isStatus := IsStatusTopic(topic)
	if !isStatus && !strings.HasSuffix(topic, "+"+psmessage.TopicFuture) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.subscribers[connection]
	if s == nil {
		s = &seenSubscriber{host: hostOf(address), since: time.Now()}
		c.subscribers[connection] = s
	}
	s.develop = s.develop || isStatus
	close(c.changed)
	c.changed = make(chan struct{})
}

// SubscriberLeft forgets a connection of subscriptions.
func (c *Clients) SubscriberLeft(connection string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.subscribers, connection)
}

// Left forgets a client.
func (c *Clients) Left(client Client) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.clients, client)
}

// learn notes the dialect of a client.
func (c *Clients) learn(client Client, d psmessage.Dialect) {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := c.clients[client]
	seen.known, seen.dialect = true, d
	c.clients[client] = seen
}

// Notice takes from a request what it says of its client. Of those with a REQ socket, only clients
// of develop send a bare 'ping'. An agent of this library reads all forms. It may forward the
// requests of others, so that it gets the form of the release.
func (c *Clients) Notice(r *serving.Request, content any) {
	if r.Endpoint.Dialect != psmessage.Any {
		return
	}
	client := Of(r)
	c.mu.Lock()
	seen, old := c.clients[client]
	if !old {
		seen.host, seen.since = hostOf(r.From.Address), time.Now()
		c.clients[client] = seen
	}
	c.mu.Unlock()
	switch {
	case seen.known:
	case r.From.Tagged:
		c.learn(client, psmessage.Release01)
	case content == psmessage.ActionPing:
		c.learn(client, psmessage.Develop)
	}
}

// Dialect returns the dialect of a client as far as it is known.
func (c *Clients) Dialect(client Client) (d psmessage.Dialect, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := c.clients[client]
	return seen.dialect, seen.known
}

// Settled reports whether there is nothing to wait for before a client's first 'inspect' is
// answered: its dialect is known, and if that is develop, its subscriptions are in force.
func (c *Clients) Settled(client Client) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.clients[client].settled()
}

func (s seenClient) settled() bool {
	return s.known && (s.found || s.dialect != psmessage.Develop)
}

// Await waits until the dialect of a client is known, or for as long as that is worth it. Then it
// is taken for one of the release.
func (c *Clients) Await(ctx context.Context, client Client) {
	end := time.Now().Add(inspectHold)
	for {
		c.mu.Lock()
		again := c.look(client, end)
		changed := c.changed
		c.mu.Unlock()
		if again <= 0 {
			return
		}
		timer := time.NewTimer(again)
		select {
		case <-changed:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
		if ctx.Err() != nil {
			return
		}
	}
}

// look takes note of the subscriptions of a client, and returns how long to wait before it is to
// look again. The lock is held.
func (c *Clients) look(client Client, end time.Time) (again time.Duration) {
	now := time.Now()
	c.assign(c.clients[client].host)
	seen := c.clients[client]
	switch {
	case seen.settled():
		return 0
	case seen.known:
		return end.Sub(now)
	}
	d, again := c.judge(&waitingClient{host: seen.host, since: seen.since, end: end}, now)
	if again <= 0 {
		seen.known, seen.found, seen.dialect = true, true, d
		c.clients[client] = seen
	}
	return again
}

// judge returns the dialect of a client by the subscriptions from its host, or how long to wait
// before they are looked at again. Clients of one host that wait are in the order of their
// subscriptions. The lock is held.
func (c *Clients) judge(w *waitingClient, now time.Time) (d psmessage.Dialect, again time.Duration) {
	again = w.end.Sub(now)
	found, place := c.candidates(w), c.placeOf(w)
	switch {
	case place < len(found):
	case again > 0:
		return psmessage.Release01, again
	case len(found) == 0:
		return psmessage.Release01, 0
	default: // another one before it has not subscribed to anything
		place = len(found) - 1
	}
	of := found[place]
	if wait := of.since.Add(statusGrace).Sub(now); wait > 0 && again > 0 && !of.develop {
		return psmessage.Release01, min(again, wait)
	}
	of.claimed = true
	if of.develop {
		return psmessage.Develop, 0
	}
	return psmessage.Release01, 0
}

// assign takes away the subscribers of clients that have been known to speak develop before they
// subscribed. The lock is held.
func (c *Clients) assign(host string) {
	for key, client := range c.clients {
		if client.found || !client.known || client.dialect != psmessage.Develop || client.host != host {
			continue
		}
		for _, s := range c.candidates(&waitingClient{host: host, since: client.since}) {
			if s.develop {
				s.claimed, client.found = true, true
				c.clients[key] = client
				break
			}
		}
	}
}

// candidates returns the subscribers that may be a client's, in the order in which they came.
func (c *Clients) candidates(w *waitingClient) []*seenSubscriber {
	var found []*seenSubscriber
	for _, s := range c.subscribers {
		if !s.claimed && s.host == w.host && s.since.After(w.since.Add(-earlySubscription)) {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b *seenSubscriber) int { return a.since.Compare(b.since) })
	return found
}

// placeOf returns how many clients of the same host came a moment before and are not known yet.
func (c *Clients) placeOf(w *waitingClient) int {
	place := 0
	for _, other := range c.clients {
		if !other.known && other.host == w.host && other.since.Before(w.since) && w.since.Sub(other.since) < inspectHold {
			place++
		}
	}
	return place
}
