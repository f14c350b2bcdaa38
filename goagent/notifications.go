package goagent

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/queue"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/wire"
)

// Notification is what a peer has published.
type Notification struct {
	// Sender is the endpoint of the agent that published it, Topic its topic and ID its message id.
	Sender, Topic, ID string
	// Content is the content, a value of package py.
	Content any
}

// notifications are the subscriptions to what one peer publishes.
type notifications struct {
	remote *remote

	mu     sync.Mutex
	info   Info // the zero Info until the peer has been asked
	stale  bool // the peer was lost since: it may have another name and publish elsewhere
	source transport.Subscriber
	// failure is why there is no source, once the peer has been asked.
	failure *NotificationsError
	// settled is set when the subscriptions that were there when the source was opened are in
	// force.
	settled bool
	// answersIn is how long the peer took to answer where it publishes.
	answersIn time.Duration
	topics    map[string][]*Subscription
	closed    bool
	// queues are the queues that notifications are put into. They are lifted for a notification that
	// must not wait behind others.
	queues []liftable
	// handled are the notifications that wait for the handlers of users; it is nil until there is
	// one.
	handled *queue.Queue[delivery]
}

// liftable is a queue of any type.
type liftable interface{ Lift() (lower func()) }

// delivery is a notification on its way to a handler.
type delivery struct {
	to    *Subscription
	event Notification
}

// Subscription is a subscription to a topic of a peer; Cancel ends it.
type Subscription struct {
	owner    *notifications
	topic    string
	call     func(Notification)  // must not wait
	raw      func(*wire.Message) // in place of call: takes notifications with their contents undecoded
	handler  func(Notification)  // the user's, if there is one
	canceled atomic.Bool
	lasting  bool
}

// Topic returns the topic.
func (s *Subscription) Topic() string { return s.topic }

// Cancel ends the subscription: its handler is not called any more, but may be running. Cancelling
// again does nothing.
func (s *Subscription) Cancel() error { return s.owner.remove(s) }

// Subscribe calls handler with each notification that the agent at an endpoint publishes on a
// topic. It returns when the subscription is in force; for a peer of the original that is as
// certain as [Proxy.Connect] says.
//
// The handlers of all topics of a peer are called one at a time, in the order in which
// notifications come, from a goroutine of their own. They may use and close the agent. When
// notifications come faster than the handlers take them, 10,000 of them wait, then the
// peer is held up. It mirrors Agent.subscribe.
func (a *Agent) Subscribe(ctx context.Context, endpoint, topic string, handler func(Notification)) (*Subscription, error) {
	r, err := a.remote(endpoint)
	if err != nil {
		return nil, err
	}
	s, err := r.notifications.handle(ctx, topic, handler)
	if err != nil {
		return nil, err
	}
	if err := r.notifications.confirmInTime(ctx); err != nil {
		return nil, errors.Join(err, s.Cancel())
	}
	return s, nil
}

// SubscribeAt is Subscribe for what is published at an endpoint that is known: nothing is asked at
// the sender's own endpoint, which need not be there. So it serves a bare PUB socket, too. The
// sender is the name that notifications come under; for an agent, its first endpoint. SubscribeAt
// returns when the publisher is connected to; a publisher that is no agent of this library may take
// the subscription up a moment later. It mirrors Agent.subscribe with a pub_endpoint.
func (a *Agent) SubscribeAt(ctx context.Context, sender, pubEndpoint, topic string, handler func(Notification)) (*Subscription, error) {
	if sender == "" || pubEndpoint == "" {
		return nil, errors.New("pizco/goagent: SubscribeAt needs the sender's name and the endpoint that it publishes at")
	}
	r, err := a.peer(sender, pubEndpoint)
	if err != nil {
		return nil, err
	}
	s, err := r.notifications.handle(ctx, topic, handler)
	if err != nil {
		return nil, err
	}
	ctx, cancel := a.cfg.inDialTime(ctx)
	defer cancel()
	if err := r.notifications.awaitPublisher(ctx); err != nil {
		return nil, errors.Join(err, s.Cancel())
	}
	return s, nil
}

// handle subscribes for a handler of a user, which may take its time.
func (n *notifications) handle(ctx context.Context, topic string, handler func(Notification)) (*Subscription, error) {
	n.mu.Lock()
	if n.closed {
		n.mu.Unlock()
		return nil, ErrClosed
	}
	if n.handled == nil {
		n.handled = queue.New[delivery](defaultSlotQueue, queue.Block)
		n.queues = append(n.queues, n.handled)
		go n.callHandlers(n.handled) // not waited for, since a handler may close the agent
	}
	handled := n.handled
	n.mu.Unlock()
	s := &Subscription{owner: n, topic: topic, handler: handler}
	s.call = func(event Notification) { handled.Push(n.remote.ctx, delivery{s, event}) }
	return n.enter(ctx, s)
}

// callHandlers ends when the queue is closed.
func (n *notifications) callHandlers(waiting *queue.Queue[delivery]) {
	for {
		d, ok := waiting.Pop(n.remote.ctx)
		if !ok {
			return
		}
		if !d.to.canceled.Load() {
			n.callHandler(d)
		}
	}
}

func (n *notifications) callHandler(d delivery) {
	defer func() {
		if p := recover(); p != nil {
			n.remote.log.Error("notification handler panicked", "topic", d.to.topic, "panic", p)
		}
	}()
	d.to.handler(d.event)
}

// add subscribes, without waiting until that is in force.
func (n *notifications) add(ctx context.Context, topic string, call func(Notification)) (*Subscription, error) {
	return n.enter(ctx, &Subscription{owner: n, topic: topic, call: call})
}

// addRaw is add for notifications whose contents are not decoded.
func (n *notifications) addRaw(ctx context.Context, topic string, take func(*wire.Message)) (*Subscription, error) {
	return n.enter(ctx, &Subscription{owner: n, topic: topic, raw: take})
}

// addLasting is add for a subscription that is entered even while the peer's notifications cannot
// be received: it comes into force when they can be.
func (n *notifications) addLasting(ctx context.Context, topic string, call func(Notification)) error {
	_, err := n.enter(ctx, &Subscription{owner: n, topic: topic, call: call, lasting: true})
	return err
}

// enter has a subscription called for what comes.
func (n *notifications) enter(ctx context.Context, s *Subscription) (*Subscription, error) {
	if err := n.open(ctx); err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case n.closed:
		return nil, ErrClosed
	case n.failure != nil && !s.lasting:
		return nil, n.failure
	}
	if len(n.topics[s.topic]) == 0 && n.source != nil {
		prefix, err := wire.Header(n.info.RepEndpoint, s.topic)
		if err != nil {
			return nil, err
		}
		if err := n.source.Subscribe(string(prefix)); err != nil {
			return nil, &TransportError{Endpoint: n.remote.endpoint, Err: err}
		}
	}
	// The receiving goroutine walks the old slice without the lock.
	n.topics[s.topic] = append(slices.Clip(n.topics[s.topic]), s)
	return s, nil
}

func (n *notifications) remove(s *Subscription) error {
	s.canceled.Store(true)
	n.mu.Lock()
	defer n.mu.Unlock()
	old := n.topics[s.topic]
	i := slices.Index(old, s)
	if i < 0 {
		return nil
	}
	rest := slices.Concat(old[:i], old[i+1:])
	if len(rest) > 0 {
		n.topics[s.topic] = rest
		return nil
	}
	delete(n.topics, s.topic)
	prefix, err := wire.Header(n.info.RepEndpoint, s.topic)
	if err != nil || n.closed || n.source == nil {
		return err
	}
	return n.source.Unsubscribe(string(prefix))
}

// senderName returns the name that the peer gives itself, or "" when it is to be asked.
func (n *notifications) senderName() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.stale {
		return ""
	}
	return n.info.RepEndpoint
}

// lift has all queues take more than their length, until the function that it returns is called.
func (n *notifications) lift() (lower func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	lowers := make([]func(), len(n.queues))
	for i, q := range n.queues {
		lowers[i] = q.Lift()
	}
	return func() {
		for _, lower := range lowers {
			lower()
		}
	}
}

// addQueue tells of a queue that notifications are put into, until remove is called.
func (n *notifications) addQueue(q liftable) (remove func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.queues = append(n.queues, q)
	return func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.queues = slices.DeleteFunc(n.queues, func(other liftable) bool { return other == q })
	}
}

func (n *notifications) receive(source transport.Subscriber) {
	from := receiving{notifications: n}
	for {
		frames, err := source.Recv()
		switch {
		case err == nil:
			from.deliver(frames)
		case errors.Is(err, transport.ErrRefused):
			n.remote.log.Warn("notifications refused, and tries again", "error", err)
			go n.reopen(source)
			return
		default:
			n.remote.agent.ended("notifications", err)
			return
		}
	}
}

// receiving is what the goroutine that receives keeps from one notification to the next, which is
// likely to be of the same sender and topic.
type receiving struct {
	*notifications
	msg     wire.Message
	content any
	sender  string
	check   [1]wire.Check // that it is from the sender
}

// deliver calls the handlers of a notification, in the order in which they subscribed.
func (n *receiving) deliver(frames [][]byte) {
	protocol := n.remote.protocol()
	if sender := n.senderName(); n.check[0] == nil || sender != n.sender {
		n.sender, n.check[0] = sender, wire.FromSender(sender)
	}
	msg, err := protocol.ParseLike(frames, wire.Message{Sender: n.msg.Sender, Topic: n.msg.Topic}, n.check[:]...)
	if err != nil {
		level := slog.LevelWarn
		if errors.Is(err, wire.ErrSignature) {
			level = slog.LevelDebug // it may be for subscribers with another key
		}
		n.remote.log.Log(n.remote.ctx, level, "notification ignored", "error", err)
		return
	}
	n.msg = msg
	n.mu.Lock()
	subscriptions := n.topics[msg.Topic]
	n.mu.Unlock()
	if len(subscriptions) == 0 {
		return // the topic begins with one that is subscribed to, or no longer is
	}
	decode := false
	for _, s := range subscriptions {
		if s.raw != nil {
			kept := msg
			s.raw(&kept)
		} else {
			decode = true
		}
	}
	if !decode {
		return
	}
	err = protocol.Decode(&n.msg, &n.content)
	event := Notification{Sender: msg.Sender, Topic: msg.Topic, ID: msg.ID, Content: n.content}
	n.msg.Body, n.content = nil, nil
	if err != nil {
		n.remote.log.Warn("notification ignored", "topic", msg.Topic, "error", err)
		return
	}
	for _, s := range subscriptions {
		if s.call != nil {
			s.call(event)
		}
	}
}

func (n *notifications) close() {
	n.mu.Lock()
	n.closed = true
	source, handled := n.source, n.handled
	n.mu.Unlock()
	if source != nil {
		_ = source.Close()
	}
	if handled != nil {
		handled.Close()
	}
}
