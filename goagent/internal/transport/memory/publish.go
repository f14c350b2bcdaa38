package memory

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

type publisher struct {
	network  *Network
	endpoint string
	settings transport.Settings
	ready    chan struct{} // has a token when there may be changes
	done     chan struct{}
	once     sync.Once

	mu          sync.Mutex
	subscribers []*subscriber
	counts      map[string]int // subscribers of each prefix
	changes     []transport.Subscription
}

func (p *publisher) Endpoint() string { return p.endpoint }

// Send drops the notification for those subscribers whose queue is full.
func (p *publisher) Send(frames [][]byte) error {
	select {
	case <-p.done:
		return net.ErrClosed
	default:
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.subscribers {
		if s.wants(frames) {
			select {
			case s.messages <- cloned(frames):
			default:
			}
		}
	}
	return nil
}

func (p *publisher) Poll() (transport.Subscription, bool, error) {
	select {
	case <-p.done:
		return transport.Subscription{}, false, net.ErrClosed
	default:
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.changes) == 0 {
		return transport.Subscription{}, false, nil
	}
	first := p.changes[0]
	p.changes = p.changes[1:]
	return first, true, nil
}

func (p *publisher) Wait() error {
	for {
		p.mu.Lock()
		waiting := len(p.changes) > 0
		p.mu.Unlock()
		if waiting {
			return nil
		}
		select {
		case <-p.ready:
		case <-p.done:
			return net.ErrClosed
		}
	}
}

func (p *publisher) Close() error {
	p.once.Do(func() {
		p.network.mu.Lock()
		delete(p.network.publishers, p.endpoint)
		p.network.mu.Unlock()
		close(p.done)
	})
	return nil
}

// count notes that a prefix has one subscriber more or less. The publisher's lock is held.
func (p *publisher) count(prefix string, by int) {
	before := p.counts[prefix]
	after := before + by
	p.counts[prefix] = after
	if after == 0 {
		delete(p.counts, prefix)
	}
	if before == 0 || after == 0 {
		p.changes = append(p.changes, transport.Subscription{Topic: prefix, On: after > 0})
		select {
		case p.ready <- struct{}{}:
		default:
		}
	}
}

type subscriber struct {
	network  *Network
	endpoint string
	messages chan [][]byte
	done     chan struct{}
	once     sync.Once
	loop     sync.WaitGroup

	mu       sync.Mutex
	prefixes []string // with repetitions; changed under the lock of the publisher, if there is one, as well
	at       *publisher
	presence transport.Presence
}

// Subscribe connects to the publisher of that name whenever there is one.
func (n *Network) Subscribe(endpoint string, s transport.Settings) (transport.Subscriber, error) {
	if err := inTheClear("subscribe", endpoint, s); err != nil {
		return nil, err
	}
	u := &subscriber{
		network:  n,
		endpoint: endpoint,
		messages: make(chan [][]byte, depth(s)),
		done:     make(chan struct{}),
	}
	u.loop.Go(u.follow)
	return u, nil
}

// follow connects to one publisher after the other.
func (u *subscriber) follow() {
	for {
		var p *publisher
		err := u.network.await(context.Background(), u.done, func() bool {
			p = u.network.publishers[u.endpoint]
			return p != nil
		})
		if err != nil {
			return
		}
		u.join(p)
		select {
		case <-p.done:
			u.leave()
		case <-u.done:
			u.leave()
			return
		}
	}
}

func (u *subscriber) join(p *publisher) {
	u.mu.Lock()
	defer u.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.subscribers = append(p.subscribers, u)
	for _, prefix := range u.distinct() {
		p.count(prefix, 1)
	}
	u.at = p
	u.presence.Set(true)
}

func (u *subscriber) leave() {
	u.mu.Lock()
	defer u.mu.Unlock()
	p := u.at
	p.mu.Lock()
	defer p.mu.Unlock()
	p.subscribers = slices.DeleteFunc(p.subscribers, func(s *subscriber) bool { return s == u })
	for _, prefix := range u.distinct() {
		p.count(prefix, -1)
	}
	u.at = nil
	u.presence.Set(false)
}

// distinct returns the prefixes without repetitions.
func (u *subscriber) distinct() []string {
	return slices.Compact(slices.Sorted(slices.Values(u.prefixes)))
}

// wants reports whether a message is subscribed to. The publisher's lock is held.
func (u *subscriber) wants(frames [][]byte) bool {
	if len(frames) == 0 {
		return false
	}
	return slices.ContainsFunc(u.prefixes, func(prefix string) bool { return strings.HasPrefix(string(frames[0]), prefix) })
}

func (u *subscriber) Subscribe(prefix string) error { return u.change(prefix, true) }

func (u *subscriber) Unsubscribe(prefix string) error { return u.change(prefix, false) }

func (u *subscriber) change(prefix string, on bool) error {
	select {
	case <-u.done:
		return net.ErrClosed
	default:
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if p := u.at; p != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
	}
	i := slices.Index(u.prefixes, prefix)
	switch {
	case on:
		u.prefixes = append(u.prefixes, prefix)
	case i < 0:
		return nil
	default:
		u.prefixes = slices.Delete(u.prefixes, i, i+1)
	}
	first := on && i < 0
	last := !on && !slices.Contains(u.prefixes, prefix)
	switch {
	case u.at == nil:
	case first:
		u.at.count(prefix, 1)
	case last:
		u.at.count(prefix, -1)
	}
	return nil
}

func (u *subscriber) Connected(ctx context.Context) error { return u.presence.Wait(ctx) }

func (u *subscriber) Recv() ([][]byte, error) {
	select {
	case <-u.done:
		return nil, net.ErrClosed
	case frames := <-u.messages:
		return frames, nil
	}
}

func (u *subscriber) Close() error {
	u.once.Do(func() {
		close(u.done)
		u.presence.Close()
	})
	u.loop.Wait()
	return nil
}
