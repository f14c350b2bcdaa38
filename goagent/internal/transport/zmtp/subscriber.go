package zmtp

import (
	"context"
	"errors"
	"maps"
	"net"
	"slices"
	"sync"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// subscriber is a SUB socket (RFC 29, "The SUB Socket Type"). It counts how often each topic is
// subscribed to, tells the publisher of the first and of the last, and of all of them when it
// connects.
type subscriber struct {
	dialer   *dialer
	messages *inbox[notification]
	presence transport.Presence
	cancel   context.CancelCauseFunc
	loop     sync.WaitGroup

	mu     sync.Mutex
	counts tree[int]
	topics map[string]*branch[int]
	live   *session
	closed bool
}

// notification is a message that waits to be received.
type notification struct {
	frames [][]byte
	from   *session
	cost   int64
}

// Subscribe starts connecting to a PUB or XPUB socket.
func (n *Network) Subscribe(endpoint string, s transport.Settings) (transport.Subscriber, error) {
	d, err := newDialer(typeSub, endpoint, s)
	if err != nil {
		return nil, &transport.Error{Op: "subscribe", Endpoint: endpoint, Err: err}
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	u := &subscriber{dialer: d, messages: newInbox(notification.done), cancel: cancel, topics: make(map[string]*branch[int])}
	u.loop.Go(func() { u.follow(ctx) })
	return u, nil
}

func (m notification) done() { m.from.taken(m.cost) }

// follow keeps the publisher connected until the socket is closed or the publisher refuses.
func (u *subscriber) follow(ctx context.Context) {
	for {
		s, err := u.dialer.attempt(ctx, u)
		switch {
		case err == nil && u.connected(s):
			u.dialer.pause = 0
			s.startPulses()
			s.run()
		case errors.Is(err, transport.ErrRefused):
			err = &transport.Error{Op: "subscribe", Endpoint: u.dialer.endpoint, Err: err}
			u.presence.Refuse(err)
			u.messages.finish(err)
			return
		}
		if !u.dialer.wait(ctx) {
			return
		}
	}
}

// connected tells the publisher of all topics, before anything else.
func (u *subscriber) connected(s *session) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed {
		s.stop(net.ErrClosed)
		s.account.close()
		return false
	}
	for _, topic := range distinct(u.topics) {
		u.tell(s, topic, true)
	}
	u.live = s
	u.presence.Set(true)
	return true
}

// tell sends a subscription, or its end.
func (u *subscriber) tell(s *session, topic string, on bool) {
	flags, body := appendSubscription(nil, s.version, topic, on)
	s.out.control(flags, body, false)
}

func (u *subscriber) over(*session, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.live = nil
	u.presence.Set(false)
}

// message takes a notification, unless its topic is not subscribed to any more.
func (u *subscriber) message(s *session, frames [][]byte) error {
	if !u.wants(frames[0]) {
		return nil
	}
	m := notification{frames: frames, from: s, cost: cost(frames)}
	s.received(m.cost)
	if !u.messages.put(m) {
		m.done()
	}
	return s.hold()
}

func (u *subscriber) wants(topic []byte) (wanted bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.counts.match(topic, func(*branch[int]) { wanted = true })
	return wanted
}

// subscription ignores what only a publisher understands.
func (u *subscriber) subscription(*session, []byte, bool) error { return nil }

func (u *subscriber) Subscribe(prefix string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed {
		return net.ErrClosed
	}
	at := u.topics[prefix]
	if at == nil {
		at = u.counts.insert(prefix)
		u.topics[prefix] = at
		if u.live != nil {
			u.tell(u.live, prefix, true)
		}
	}
	at.value++
	return nil
}

func (u *subscriber) Unsubscribe(prefix string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed {
		return net.ErrClosed
	}
	at := u.topics[prefix]
	if at == nil {
		return nil
	}
	if at.value--; at.value > 0 {
		return nil
	}
	delete(u.topics, prefix)
	u.counts.remove(at)
	if u.live != nil {
		u.tell(u.live, prefix, false)
	}
	return nil
}

func (u *subscriber) Connected(ctx context.Context) error { return u.presence.Wait(ctx) }

func (u *subscriber) Recv() ([][]byte, error) {
	m, err := u.messages.take(context.Background())
	if err != nil {
		return nil, err
	}
	m.done()
	return m.frames, nil
}

func (u *subscriber) Close() error {
	u.mu.Lock()
	u.closed = true
	live := u.live
	u.mu.Unlock()
	u.presence.Close()
	u.messages.close()
	u.cancel(net.ErrClosed)
	if live != nil {
		live.stop(net.ErrClosed)
	}
	u.loop.Wait()
	return nil
}

// distinct returns topics in order.
func distinct(topics map[string]*branch[int]) []string { return slices.Sorted(maps.Keys(topics)) }
