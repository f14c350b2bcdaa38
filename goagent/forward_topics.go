package goagent

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/dispatch"
	"github.com/pizco-go/pizco/goagent/internal/original"
	"github.com/pizco-go/pizco/goagent/internal/peer"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

const (
	// defaultMaxForwardedTopics is the default of WithMaxForwardedTopics.
	defaultMaxForwardedTopics = 1000
	// mostForwardedTopics is the most that WithMaxForwardedTopics takes.
	mostForwardedTopics = 1_000_000

	// topicBatch is how many topics are subscribed to at a time before that is confirmed, and how
	// many a call waits for at most.
	topicBatch = 256
	// topicWait is how long a call waits for them at most.
	topicWait = 200 * time.Millisecond
	// mostConfirmations is how many confirmations wait at most.
	mostConfirmations = 10_000
)

// forwardedTopics are the topics that clients of a forwarder subscribe to. One goroutine subscribes
// to them at the server, so that no other goroutine waits for it.
type forwardedTopics struct {
	forwarder *Forwarder
	limit     int
	wake      chan struct{}

	mu     sync.Mutex
	wanted map[string]bool // topics that clients subscribe to
	// waiting are topics that may have to be subscribed to or unsubscribed from, oldest first. queued
	// is the set of them.
	waiting       []string
	queued        map[string]bool
	confirmations []confirmation
	settled       chan struct{} // closed when nothing waits

	// What follows belongs to the goroutine.
	active map[string]*peer.Subscription
	// idle are topics that are wanted but are not signals of the server's object.
	idle   map[string]bool
	extra  int                 // how many active topics are not members of the server's object
	names  map[string]bool     // of the server's object; nil until it has been asked
	refuse dispatch.Rejections // topics beyond the limit
}

// confirmation is what a subscriber waits for.
type confirmation struct{ sender, topic string }

func newForwardedTopics(f *Forwarder, limit int) *forwardedTopics {
	settled := make(chan struct{})
	close(settled)
	return &forwardedTopics{
		forwarder: f, limit: limit, wake: make(chan struct{}, 1), settled: settled,
		wanted: map[string]bool{}, queued: map[string]bool{}, active: map[string]*peer.Subscription{}, idle: map[string]bool{},
	}
}

// changed notes that a topic has so many subscribers now.
func (t *forwardedTopics) changed(topic string, subscribers int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if subscribers > 0 {
		if t.wanted[topic] {
			return
		}
		t.wanted[topic] = true
	} else {
		delete(t.wanted, topic)
	}
	t.enqueue(topic)
}

// confirm has a subscriber told that what has been subscribed to so far is in force, when it is.
func (t *forwardedTopics) confirm(sender, topic string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	select {
	case <-t.settled:
		t.forwarder.outer.confirmSubscriptions(sender, topic)
		return
	default:
	}
	if len(t.confirmations) < mostConfirmations {
		t.confirmations = append(t.confirmations, confirmation{sender, topic})
		t.stir()
	}
}

// again has everything that is wanted looked at once more: the server is there.
func (t *forwardedTopics) again() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for topic := range t.wanted {
		t.enqueue(topic)
	}
}

// enqueue has a topic looked at. The lock is held.
func (t *forwardedTopics) enqueue(topic string) {
	if !t.queued[topic] {
		t.queued[topic] = true
		t.waiting = append(t.waiting, topic)
	}
	t.stir()
}

// stir wakes the goroutine. The lock is held.
func (t *forwardedTopics) stir() {
	select {
	case <-t.settled:
		t.settled = make(chan struct{})
	default:
	}
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// settle waits until the topics that wait are subscribed to, for a moment, and not at all when they
// are many.
func (t *forwardedTopics) settle(ctx context.Context) {
	t.mu.Lock()
	settled, many := t.settled, len(t.waiting) > topicBatch
	t.mu.Unlock()
	if many {
		return
	}
	select {
	case <-settled:
		return
	default:
	}
	timer := time.NewTimer(topicWait)
	defer timer.Stop()
	select {
	case <-settled:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// run looks at topics until the forwarder is closed.
func (t *forwardedTopics) run() {
	for {
		select {
		case <-t.wake:
		case <-t.forwarder.outer.ctx.Done():
			return
		}
		for t.forwarder.outer.ctx.Err() == nil && t.step() {
		}
	}
}

// step takes up some topics, and reports whether there are more.
func (t *forwardedTopics) step() (more bool) {
	t.mu.Lock()
	n := min(len(t.waiting), topicBatch)
	batch := t.waiting[:n:n]
	t.waiting = t.waiting[n:]
	if len(t.waiting) == 0 {
		t.waiting = nil // and the memory of many is given back
	}
	wanted := make([]bool, n)
	for i, topic := range batch {
		delete(t.queued, topic)
		wanted[i] = t.wanted[topic]
	}
	t.mu.Unlock()

	t.takeUp(batch, wanted)

	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) > 0 {
		return true
	}
	for _, c := range t.confirmations {
		t.forwarder.outer.confirmSubscriptions(c.sender, c.topic)
	}
	t.confirmations = nil
	select {
	case <-t.settled:
	default:
		close(t.settled)
	}
	return false
}

// takeUp subscribes to topics that are wanted and gives up others, and returns when that is in
// force, or cannot be now: then it is done when the server is back.
func (t *forwardedTopics) takeUp(batch []string, wanted []bool) {
	f := t.forwarder
	limited, cancel := context.WithTimeout(f.outer.ctx, forwardWait)
	defer cancel()
	var err error
	added := false
	for i, topic := range batch {
		subscription := t.active[topic]
		switch {
		case !wanted[i] && subscription != nil:
			t.giveUp(topic, subscription)
		case !wanted[i]:
			t.setIdle(topic, false)
		case subscription == nil && err == nil && (t.idle[topic] || t.admit(limited, topic)):
			var subscribed bool
			subscribed, err = t.subscribe(limited, topic)
			added = added || subscribed
		}
	}
	if added && err == nil {
		err = f.server.Notifications().Confirm(limited)
	}
	if err != nil && f.outer.ctx.Err() == nil {
		f.outer.log.Warn("not subscribed", "topics", len(batch), "error", err)
		if f.server.Status() == peer.Connected {
			time.AfterFunc(peer.RedialPause, t.again)
		}
	}
}

// subscribe subscribes to a topic at the server, unless that would do harm there.
func (t *forwardedTopics) subscribe(ctx context.Context, topic string) (bool, error) {
	f := t.forwarder
	may, err := f.mayForward(ctx, topic)
	if err != nil {
		return false, err
	}
	t.setIdle(topic, !may)
	if !may {
		f.outer.log.Debug("not subscribed: the server has no such signal", "topic", topic)
		return false, nil
	}
	subscription, err := f.server.Notifications().SubscribeRaw(ctx, topic, f.order.Publish)
	if err != nil {
		return false, err
	}
	t.active[topic] = subscription
	if !t.isMember(topic) {
		t.extra++
	}
	return true, nil
}

// setIdle notes whether a topic is wanted in vain. It has a place among the others all the same,
// since each costs the server a question.
func (t *forwardedTopics) setIdle(topic string, idle bool) {
	switch {
	case idle && !t.idle[topic]:
		t.idle[topic] = true
		t.extra++
	case !idle && t.idle[topic]:
		delete(t.idle, topic)
		t.extra--
	}
}

func (t *forwardedTopics) giveUp(topic string, subscription *peer.Subscription) {
	delete(t.active, topic)
	if !t.isMember(topic) {
		t.extra--
	}
	if err := subscription.Cancel(); err != nil {
		t.forwarder.outer.log.Debug("not unsubscribed", "topic", topic, "error", err)
	}
}

// admit reports whether a topic is subscribed to. Topics of futures and of members of the server's
// object are, and others up to the limit.
func (t *forwardedTopics) admit(ctx context.Context, topic string) bool {
	if t.extra < t.limit || t.isMember(topic) {
		return true
	}
	if t.names == nil {
		t.learnNames(ctx)
	}
	if t.isMember(topic) {
		return true
	}
	if due := t.refuse.Add(time.Now()); due > 0 {
		t.forwarder.outer.log.Warn("topics not subscribed to: there are too many; WithMaxForwardedTopics bounds them", "topics", due, "limit", t.limit)
	}
	return false
}

func (t *forwardedTopics) isMember(topic string) bool {
	return topic == psmessage.TopicFuture || t.names[topic]
}

// learnNames asks the server for the members of its object. The original can be asked that unless
// it writes json.
func (t *forwardedTopics) learnNames(ctx context.Context) {
	if harmless, err := t.forwarder.server.Has(ctx, psmessage.FeatureGetattr); err != nil || !harmless && t.forwarder.server.WritesJSON() {
		return
	}
	answer, err := t.forwarder.server.Request(ctx, py.Tuple{psmessage.Tag, psmessage.ActionInspect, &py.Dict{}}, wire.NewID())
	if err != nil {
		return // it is asked again for the next topic
	}
	_, options, _ := psmessage.Parse(answer)
	sets, ok := psmessage.Items(options)
	if !ok {
		return
	}
	t.names = map[string]bool{}
	for _, set := range sets {
		for _, name := range psmessage.Iterated(set) {
			if name, ok := name.(string); ok {
				t.names[name] = true
			}
		}
	}
	for topic := range t.active { // topics that were counted before the names were known
		if t.names[topic] {
			t.extra--
		}
	}
}

// mayForward reports whether the server behind a forwarder may be subscribed to a topic, as
// checkSignal does. What no attribute has for its name is harmless.
func (f *Forwarder) mayForward(ctx context.Context, topic string) (bool, error) {
	switch {
	case topic == psmessage.TopicFuture || psmessage.IsConfirmation(topic):
		return true, nil
	case topic == psmessage.TopicStatus: // which only clients of develop subscribe to
		d, err := f.server.Dialect(ctx)
		if errors.Is(err, ErrDialectUnknown) {
			err = nil
		}
		return d == peer.Develop, err
	}
	harmless, err := f.server.Has(ctx, psmessage.FeatureGetattr)
	if err != nil || harmless || f.server.WritesJSON() {
		return err == nil, err
	}
	is, err := f.askServer().IsSignal(ctx, topic)
	if _, raised := errors.AsType[*pyerr.RemoteError](err); raised {
		return false, nil
	}
	return is, err
}

// askServer returns the server as one of the original, which is asked calls of the forwarder's own.
func (f *Forwarder) askServer() *original.Server {
	s := askOriginal(f.server.Endpoint(), f.question)
	s.WritesJSON = f.server.WritesJSON
	return s
}

// question sends a call of the forwarder's own to the server.
func (f *Forwarder) question(ctx context.Context, call *Call) (any, error) {
	answer, err := f.server.Request(ctx, call.message().Content, wire.NewID())
	if err != nil {
		return nil, err
	}
	items, ok := psmessage.Items(answer)
	if !ok || len(items) != 3 || items[0] != psmessage.Tag {
		return nil, &ResponseError{f.server.Endpoint(), "no PSMessage"}
	}
	switch items[1] {
	case psmessage.AnswerReturn:
		return items[2], nil
	case psmessage.AnswerRaise:
		if remote, ok := pyerr.Parse(items[2]); ok {
			return nil, remote
		}
	}
	return nil, &ResponseError{f.server.Endpoint(), "unknown answer " + py.Repr(items[1])}
}
