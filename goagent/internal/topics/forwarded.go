package topics

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/dispatch"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
)

const (
	// topicBatch is how many topics are subscribed to at a time before that is confirmed, and how
	// many a call waits for at most.
	topicBatch = 256
	// topicWait is how long a call waits for them at most.
	topicWait = 200 * time.Millisecond
	// mostConfirmations is how many confirmations wait at most.
	mostConfirmations = 10_000
)

// Target is the server that a forwarder subscribes at.
type Target interface {
	// MaySubscribe reports whether a topic is a signal, and can be subscribed to without harm.
	MaySubscribe(ctx context.Context, topic string) (bool, error)
	// Subscribe subscribes to a topic until cancel is called.
	Subscribe(ctx context.Context, topic string) (cancel func() error, err error)
	// Confirm returns when what has been subscribed to is in force.
	Confirm(ctx context.Context) error
	// Names returns the names of the object's members; ok is false when they cannot be known now.
	Names(ctx context.Context) (names map[string]bool, ok bool)
	// TryAgain returns in how long it is worth trying again what has failed; ok is false when Again
	// will be called anyway.
	TryAgain() (after time.Duration, ok bool)
}

// Settings are what Forwarded needs.
type Settings struct {
	// Context ends with the forwarder.
	Context context.Context
	Log     *slog.Logger
	Target  Target
	// Confirm tells a subscriber that what it has subscribed to is in force.
	Confirm func(sender, topic string)
	// Limit bounds the topics that are no members of the server's object.
	Limit int
	// Wait is how long the server is waited for at a time.
	Wait time.Duration
}

// Forwarded are the topics that clients of a forwarder subscribe to. One goroutine subscribes to
// them at the server, so that no other goroutine waits for it.
type Forwarded struct {
	Settings
	wake chan struct{}

	mu     sync.Mutex
	wanted map[string]bool // topics that clients subscribe to
	// waiting are topics that may have to be subscribed to or unsubscribed from, oldest first. queued
	// is the set of them.
	waiting       []string
	queued        map[string]bool
	confirmations []confirmation
	settled       chan struct{} // closed when nothing waits

	// What follows belongs to the goroutine.
	active map[string]func() error // what cancels each subscription
	// idle are topics that are wanted but are not signals of the server's object.
	idle   map[string]bool
	extra  int                 // how many active topics are not members of the server's object
	names  map[string]bool     // of the server's object; nil until it has been asked
	refuse dispatch.Rejections // topics beyond the limit
}

// confirmation is what a subscriber waits for.
type confirmation struct{ sender, topic string }

// NewForwarded returns topics that Run follows.
func NewForwarded(s Settings) *Forwarded {
	settled := make(chan struct{})
	close(settled)
	return &Forwarded{
		Settings: s, wake: make(chan struct{}, 1), settled: settled,
		wanted: map[string]bool{}, queued: map[string]bool{}, active: map[string]func() error{}, idle: map[string]bool{},
	}
}

// Changed notes that a topic has so many subscribers now.
func (t *Forwarded) Changed(topic string, subscribers int) {
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

// ConfirmLater has a subscriber told that what has been subscribed to so far is in force, when it
// is.
func (t *Forwarded) ConfirmLater(sender, topic string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	select {
	case <-t.settled:
		t.Confirm(sender, topic)
		return
	default:
	}
	if len(t.confirmations) < mostConfirmations {
		t.confirmations = append(t.confirmations, confirmation{sender, topic})
		t.stir()
	}
}

// Again has everything that is wanted looked at once more: the server is there.
func (t *Forwarded) Again() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for topic := range t.wanted {
		t.enqueue(topic)
	}
}

// enqueue has a topic looked at. The lock is held.
func (t *Forwarded) enqueue(topic string) {
	if !t.queued[topic] {
		t.queued[topic] = true
		t.waiting = append(t.waiting, topic)
	}
	t.stir()
}

// stir wakes the goroutine. The lock is held.
func (t *Forwarded) stir() {
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

// Settle waits until the topics that wait are subscribed to, for a moment, and not at all when they
// are many.
func (t *Forwarded) Settle(ctx context.Context) {
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

// Run looks at topics until the forwarder is closed.
func (t *Forwarded) Run() {
	for {
		select {
		case <-t.wake:
		case <-t.Context.Done():
			return
		}
		for t.Context.Err() == nil && t.step() {
		}
	}
}

// step takes up some topics, and reports whether there are more.
func (t *Forwarded) step() (more bool) {
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
		t.Confirm(c.sender, c.topic)
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
func (t *Forwarded) takeUp(batch []string, wanted []bool) {
	limited, cancel := context.WithTimeout(t.Context, t.Wait)
	defer cancel()
	var err error
	added := false
	for i, topic := range batch {
		unsubscribe := t.active[topic]
		switch {
		case !wanted[i] && unsubscribe != nil:
			t.giveUp(topic, unsubscribe)
		case !wanted[i]:
			t.setIdle(topic, false)
		case unsubscribe == nil && err == nil && (t.idle[topic] || t.admit(limited, topic)):
			var subscribed bool
			subscribed, err = t.subscribe(limited, topic)
			added = added || subscribed
		}
	}
	if added && err == nil {
		err = t.Target.Confirm(limited)
	}
	if err != nil && t.Context.Err() == nil {
		t.Log.Warn("not subscribed", "topics", len(batch), "error", err)
		if after, ok := t.Target.TryAgain(); ok {
			time.AfterFunc(after, t.Again)
		}
	}
}

// subscribe subscribes to a topic at the server, unless that would do harm there.
func (t *Forwarded) subscribe(ctx context.Context, topic string) (bool, error) {
	may, err := t.Target.MaySubscribe(ctx, topic)
	if err != nil {
		return false, err
	}
	t.setIdle(topic, !may)
	if !may {
		t.Log.Debug("not subscribed: the server has no such signal", "topic", topic)
		return false, nil
	}
	unsubscribe, err := t.Target.Subscribe(ctx, topic)
	if err != nil {
		return false, err
	}
	t.active[topic] = unsubscribe
	if !t.isMember(topic) {
		t.extra++
	}
	return true, nil
}

// setIdle notes whether a topic is wanted in vain. It has a place among the others all the same,
// since each costs the server a question.
func (t *Forwarded) setIdle(topic string, idle bool) {
	switch {
	case idle && !t.idle[topic]:
		t.idle[topic] = true
		t.extra++
	case !idle && t.idle[topic]:
		delete(t.idle, topic)
		t.extra--
	}
}

func (t *Forwarded) giveUp(topic string, unsubscribe func() error) {
	delete(t.active, topic)
	if !t.isMember(topic) {
		t.extra--
	}
	if err := unsubscribe(); err != nil {
		t.Log.Debug("not unsubscribed", "topic", topic, "error", err)
	}
}

// admit reports whether a topic is subscribed to. Topics of futures and of members of the server's
// object are, and others up to the limit.
func (t *Forwarded) admit(ctx context.Context, topic string) bool {
	if t.extra < t.Limit || t.isMember(topic) {
		return true
	}
	if t.names == nil {
		t.learnNames(ctx)
	}
	if t.isMember(topic) {
		return true
	}
	if due := t.refuse.Add(time.Now()); due > 0 {
		t.Log.Warn("topics not subscribed to: there are too many; WithMaxForwardedTopics bounds them", "topics", due, "limit", t.Limit)
	}
	return false
}

func (t *Forwarded) isMember(topic string) bool {
	return topic == psmessage.TopicFuture || t.names[topic]
}

// learnNames asks the server for the members of its object, for the next topic once more if they
// cannot be known.
func (t *Forwarded) learnNames(ctx context.Context) {
	names, ok := t.Target.Names(ctx)
	if !ok {
		return
	}
	t.names = names
	for topic := range t.active { // topics that were counted before the names were known
		if t.names[topic] {
			t.extra--
		}
	}
}
