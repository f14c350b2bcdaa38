package zmtp

import (
	"context"
	"errors"
	"maps"
	"net"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// subscriber is a SUB socket (RFC 29, "The SUB Socket Type"). It counts how often each topic is
// subscribed to, tells the publisher of the first and of the last, and of all of them when it
// connects.
type subscriber struct {
	dialer   *dialer
	bundles  *inbox[*bundle]
	bundle   *bundle // of the reading that is under way, or nil; it is the reading goroutine's
	received *bundle // or nil; it is the receiver's
	presence transport.Presence
	cancel   context.CancelCauseFunc
	loop     sync.WaitGroup

	mu     sync.Mutex
	counts tree[int]
	topics map[string]*branch[int]
	live   *session
	closed bool

	last atomic.Pointer[string] // the topic of the last message, while it is subscribed to
}

// bundle is messages of one reading that wait to be received.
type bundle struct {
	messages [][][]byte
	next     int // the first one that has not been received
	from     *session
	cost     int64
	weight   int64
}

var bundles = sync.Pool{New: func() any { return new(bundle) }}

// Subscribe starts connecting a SUB socket to a PUB or XPUB socket (RFC 29, "The SUB Socket Type").
func (n *Network) Subscribe(endpoint string, s transport.Settings) (transport.Subscriber, error) {
	d, err := newDialer(typeSub, endpoint, s)
	if err != nil {
		return nil, &transport.Error{Op: "subscribe", Endpoint: endpoint, Err: err}
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	u := &subscriber{dialer: d, bundles: newInbox((*bundle).done), cancel: cancel, topics: make(map[string]*branch[int])}
	u.loop.Go(func() { u.follow(ctx) })
	return u, nil
}

// done counts the messages of a bundle no more, and gives back its memory.
func (b *bundle) done() {
	b.from.taken(b.cost, b.weight)
	if cap(b.messages) > spareMost {
		b.messages = nil
	}
	clear(b.messages)
	*b = bundle{messages: b.messages[:0]}
	bundles.Put(b)
}

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
			u.bundles.finish(err)
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
	if u.bundle == nil {
		u.bundle, _ = bundles.Get().(*bundle)
		u.bundle.from = s
		s.brought = true
	}
	b, cost := u.bundle, cost(frames)
	b.messages = append(b.messages, frames)
	b.cost += cost
	b.weight += s.weight(cost)
	if s.waiting.Load()+b.weight < s.core.limits.window {
		return nil
	}
	u.hand(s)
	return s.hold()
}

// hand has the messages of a reading received. It is called by the goroutine that reads.
func (u *subscriber) hand(s *session) (goesOn bool) {
	if b := u.bundle; b != nil {
		u.bundle = nil
		s.received(b.cost, b.weight)
		if !u.bundles.put(b) {
			b.done()
		}
	}
	return true
}

func (u *subscriber) wants(topic []byte) (wanted bool) {
	if last := u.last.Load(); last != nil && *last == string(topic) {
		return true
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.counts.match(topic, func(*branch[int]) { wanted = true })
	if wanted {
		last := string(topic)
		u.last.Store(&last)
	}
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
	u.last.Store(nil)
	if u.live != nil {
		u.tell(u.live, prefix, false)
	}
	return nil
}

func (u *subscriber) Connected(ctx context.Context) error { return u.presence.Wait(ctx) }

func (u *subscriber) Recv() ([][]byte, error) {
	b := u.received
	if b == nil {
		var err error
		if b, err = u.bundles.take(context.Background()); err != nil {
			return nil, err
		}
		u.received = b
	}
	frames := b.messages[b.next]
	if b.next++; b.next == len(b.messages) {
		b.done()
		u.received = nil
	}
	return frames, nil
}

func (u *subscriber) Close() error {
	u.mu.Lock()
	u.closed = true
	live := u.live
	u.mu.Unlock()
	u.presence.Close()
	u.bundles.close()
	u.cancel(net.ErrClosed)
	if live != nil {
		live.stop(net.ErrClosed)
	}
	u.loop.Wait()
	return nil
}

// distinct returns topics in order.
func distinct(topics map[string]*branch[int]) []string { return slices.Sorted(maps.Keys(topics)) }
