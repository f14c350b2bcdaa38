package peer

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
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

// Notifications are the subscriptions to what one peer publishes.
type Notifications struct {
	peer *Peer

	mu     sync.Mutex
	at     psmessage.Endpoints // zero until the peer has been asked
	stale  bool                // the peer was lost since: it may have another name and publish elsewhere
	source transport.Subscriber
	// failure is why there is no source, once the peer has been asked.
	failure error
	// settled is set when the subscriptions that were there when the source was opened are in
	// force.
	settled bool
	// answersIn is how long the peer took to answer where it publishes.
	answersIn time.Duration
	topics    map[string][]*Subscription
	closed    bool
	// queues are the queues that notifications are put into. They are lifted for a notification that
	// must not wait behind others.
	queues []Queue
	// backlog are the notifications that wait for the handlers of users; it is nil until there is
	// one.
	backlog *queue.Queue[delivery]
}

// Queue is a queue of any type that notifications are put into.
type Queue interface{ Lift() (lower func()) }

// delivery is a notification on its way to a handler.
type delivery struct {
	to      *Subscription
	handler func(Notification)
	event   Notification
}

// Subscription is a subscription to a topic of a peer; Cancel ends it.
type Subscription struct {
	owner *Notifications
	topic string
	// take gets each notification, and must not wait.
	take     func(Notification)
	raw      func(*wire.Message) // in place of take: gets notifications with their contents undecoded
	canceled atomic.Bool
	lasting  bool
}

// Topic returns the topic.
func (s *Subscription) Topic() string { return s.topic }

// Cancel ends the subscription: nothing is called for it any more, but its handler may be running.
// Cancelling again does nothing.
func (s *Subscription) Cancel() error { return s.owner.remove(s) }

// Handle subscribes for a handler of a user, which may take its time: the handlers of all topics
// are called one at a time, from a goroutine of their own. It does not wait until the subscription
// is in force.
func (n *Notifications) Handle(ctx context.Context, topic string, handler func(Notification)) (*Subscription, error) {
	n.mu.Lock()
	if n.closed {
		n.mu.Unlock()
		return nil, ErrClosed
	}
	if n.backlog == nil {
		n.backlog = queue.New[delivery](n.peer.env.Backlog, queue.Block)
		n.queues = append(n.queues, n.backlog)
		go n.callHandlers(n.backlog) // not waited for, since a handler may close the agent
	}
	backlog := n.backlog
	n.mu.Unlock()
	s := &Subscription{owner: n, topic: topic}
	s.take = func(event Notification) { backlog.Push(n.peer.ctx, delivery{s, handler, event}) }
	return n.enter(ctx, s)
}

// callHandlers ends when the queue is closed.
func (n *Notifications) callHandlers(waiting *queue.Queue[delivery]) {
	for {
		d, ok := waiting.Pop(n.peer.ctx)
		if !ok {
			return
		}
		if !d.to.canceled.Load() {
			n.callHandler(d)
		}
	}
}

func (n *Notifications) callHandler(d delivery) {
	defer func() {
		if p := recover(); p != nil {
			n.peer.env.Log.Error("notification handler panicked", "topic", d.to.topic, "panic", p)
		}
	}()
	d.handler(d.event)
}

// Subscribe has take called with each notification on a topic. It must not wait, since it is called
// by the goroutine that receives. Subscribe does not wait until the subscription is in force.
func (n *Notifications) Subscribe(ctx context.Context, topic string, take func(Notification)) (*Subscription, error) {
	return n.enter(ctx, &Subscription{owner: n, topic: topic, take: take})
}

// SubscribeRaw is Subscribe for notifications whose contents are not decoded.
func (n *Notifications) SubscribeRaw(ctx context.Context, topic string, take func(*wire.Message)) (*Subscription, error) {
	return n.enter(ctx, &Subscription{owner: n, topic: topic, raw: take})
}

// SubscribeLasting is Subscribe for a subscription that is entered even while the peer's
// notifications cannot be received: it comes into force when they can be.
func (n *Notifications) SubscribeLasting(ctx context.Context, topic string, take func(Notification)) error {
	_, err := n.enter(ctx, &Subscription{owner: n, topic: topic, take: take, lasting: true})
	return err
}

// enter adds a subscription.
func (n *Notifications) enter(ctx context.Context, s *Subscription) (*Subscription, error) {
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
		prefix, err := wire.Header(n.at.Rep, s.topic)
		if err != nil {
			return nil, err
		}
		if err := n.source.Subscribe(string(prefix)); err != nil {
			return nil, n.peer.env.Errors.Unconnected(n.peer.endpoint, err)
		}
	}
	// The receiving goroutine walks the old slice without the lock.
	n.topics[s.topic] = append(slices.Clip(n.topics[s.topic]), s)
	return s, nil
}

func (n *Notifications) remove(s *Subscription) error {
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
	prefix, err := wire.Header(n.at.Rep, s.topic)
	if err != nil || n.closed || n.source == nil {
		return err
	}
	return n.source.Unsubscribe(string(prefix))
}

// senderName returns the name that the peer gives itself, or "" when it is to be asked.
func (n *Notifications) senderName() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.stale {
		return ""
	}
	return n.at.Rep
}

// lift has all queues take more than their length, until the function that it returns is called.
func (n *Notifications) lift() (lower func()) {
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

// AddQueue makes a queue known that notifications are put into, until remove is called: it takes
// more than its length for a notification that must not wait.
func (n *Notifications) AddQueue(q Queue) (remove func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.queues = append(n.queues, q)
	return func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.queues = slices.DeleteFunc(n.queues, func(other Queue) bool { return other == q })
	}
}

func (n *Notifications) receive(source transport.Subscriber) {
	from := receiving{Notifications: n}
	for {
		frames, err := source.Recv()
		switch {
		case err == nil:
			from.deliver(frames)
		case errors.Is(err, transport.ErrRefused):
			n.peer.env.Log.Warn("notifications refused, and tries again", "error", err)
			go n.reopen(source)
			return
		default:
			if !errors.Is(err, net.ErrClosed) {
				n.peer.env.Log.Error("socket failed", "socket", "notifications", "error", err)
			}
			return
		}
	}
}

// receiving is what the goroutine that receives keeps from one notification to the next, which is
// likely to be of the same sender and topic.
type receiving struct {
	*Notifications
	msg     wire.Message
	content any
	sender  string
	check   [1]wire.Check // that it is from the sender
}

// deliver calls the handlers of a notification, in the order in which they subscribed.
func (n *receiving) deliver(frames [][]byte) {
	protocol := &n.peer.env.Protocol
	if sender := n.senderName(); n.check[0] == nil || sender != n.sender {
		n.sender, n.check[0] = sender, wire.FromSender(sender)
	}
	msg, err := protocol.ParseLike(frames, wire.Message{Sender: n.msg.Sender, Topic: n.msg.Topic}, n.check[:]...)
	if err != nil {
		level := slog.LevelWarn
		if errors.Is(err, wire.ErrSignature) {
			level = slog.LevelDebug // it may be for subscribers with another key
		}
		n.peer.env.Log.Log(n.peer.ctx, level, "notification ignored", "error", err)
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
		n.peer.env.Log.Warn("notification ignored", "topic", msg.Topic, "error", err)
		return
	}
	for _, s := range subscriptions {
		if s.take != nil {
			s.take(event)
		}
	}
}

func (n *Notifications) close() {
	n.mu.Lock()
	n.closed = true
	source, backlog := n.source, n.backlog
	n.mu.Unlock()
	if source != nil {
		_ = source.Close()
	}
	if backlog != nil {
		backlog.Close()
	}
}
