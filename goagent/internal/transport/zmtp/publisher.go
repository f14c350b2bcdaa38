package zmtp

import (
	"net"
	"sync"
	"sync/atomic"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

const (
	// perTopic is what it costs in bytes to keep a topic of a subscriber, beyond its text.
	perTopic = 256
	// changesMost is the number of changes that wait to be polled before no more are taken from
	// subscribers.
	changesMost = 1024
)

// publisher is an XPUB socket (RFC 29, "The XPUB Socket Type"). As in libzmq, and unlike the
// specification has it, the topics of a connection are a set: a second subscription to one changes
// nothing.
type publisher struct {
	*acceptor

	tell  func(connection, address, topic string) // of each subscription, or nil
	marks func(topic string) bool                 // or nil

	subs    sync.Mutex
	topics  tree[[]*session] // the subscribers of each topic, in any order
	sends   uint64
	changes []transport.Subscription
	pending atomic.Int64  // the number of changes
	done    atomic.Bool   // set under the lock
	changed chan struct{} // closed when the number of changes grows or shrinks; nil while no goroutine waits
	targets []*session
}

// subscribed is what a publisher keeps of a subscriber. It is under the publisher's lock.
type subscribed struct {
	// places has the subscriber's place in the list of each of its topics.
	places map[*branch[[]*session]]int
	bytes  int64
	marked bool // one of its topics has marked it
	// sent is the number of the last message that was queued for it.
	sent uint64
}

// Publish binds an XPUB socket for notifications (RFC 29, "The XPUB Socket Type").
func (n *Network) Publish(endpoint string, s transport.Settings) (transport.Publisher, error) {
	a, err := listen("publish", typeXPub, endpoint, s)
	if err != nil {
		return nil, err
	}
	p := &publisher{acceptor: a, tell: s.Subscribed, marks: s.Marks}
	a.start(p)
	return p, nil
}

// message takes a subscription as ZMTP 3.0 has it. Others are ignored: an XSUB socket can send
// anything.
func (p *publisher) message(s *session, frames [][]byte) error {
	if len(frames) != 1 {
		return nil
	}
	topic, on, ok := parseSubscription(0, frames[0])
	if !ok {
		return nil
	}
	return p.subscription(s, topic, on)
}

// subscription starts or ends a subscription of a peer.
func (p *publisher) subscription(s *session, topic []byte, on bool) error {
	p.subs.Lock()
	var err error
	if on {
		err = p.subscribe(s, string(topic))
	} else if at := p.topics.find(string(topic)); at != nil {
		p.unsubscribe(s, at)
	}
	p.subs.Unlock()
	if err != nil {
		return err
	}
	return p.awaitPolled(s)
}

// subscribe enters a topic of a subscriber, within the limits. The lock is held.
func (p *publisher) subscribe(s *session, topic string) error {
	l, own := &p.limits, &s.topics
	if len(topic) > l.MaxTopic {
		return excess("MaxTopic", "a topic of %d bytes, at most %d are taken", len(topic), l.MaxTopic)
	}
	if at := p.topics.find(topic); at != nil {
		if _, known := own.places[at]; known {
			return nil
		}
	}
	if len(own.places) >= l.MaxTopics {
		return excess("MaxTopics", "more than %d topics", l.MaxTopics)
	}
	if own.bytes+int64(len(topic)) > l.MaxTopicBytes {
		return excess("MaxTopicBytes", "more than %d bytes of topics", l.MaxTopicBytes)
	}
	if own.places == nil {
		own.places = make(map[*branch[[]*session]]int)
	}
	at := p.topics.insert(topic)
	own.places[at] = len(at.value)
	own.bytes += int64(len(topic))
	s.account.add(int64(len(topic)) + perTopic)
	at.value = append(at.value, s)
	if p.marks != nil && !own.marked {
		own.marked = p.marks(topic)
	}
	if p.tell != nil {
		p.tell(s.name, s.address, topic)
	}
	if len(at.value) == 1 {
		p.change(transport.Subscription{Topic: topic, On: true})
	}
	return nil
}

// unsubscribe takes out a topic of a subscriber, if it has it. The lock is held.
func (p *publisher) unsubscribe(s *session, at *branch[[]*session]) {
	place, known := s.topics.places[at]
	if !known {
		return
	}
	delete(s.topics.places, at)
	topic := at.topic()
	s.topics.bytes -= int64(len(topic))
	s.account.add(-int64(len(topic)) - perTopic)
	last := len(at.value) - 1
	moved := at.value[last]
	at.value[place], at.value[last] = moved, nil
	at.value = at.value[:last]
	if moved != s {
		moved.topics.places[at] = place
	}
	if last == 0 {
		p.topics.remove(at)
		p.change(transport.Subscription{Topic: topic})
	}
}

// change enters a change that Poll returns. The lock is held.
func (p *publisher) change(c transport.Subscription) {
	if p.done.Load() {
		return
	}
	p.changes = append(p.changes, c)
	p.pending.Add(1)
	p.signal()
}

// signal wakes the goroutines that wait for changes, or for room for them. The caller holds the
// lock.
func (p *publisher) signal() {
	if p.changed != nil {
		close(p.changed)
		p.changed = nil
	}
}

// awaitPolled holds a subscriber back while too many changes wait to be polled.
func (p *publisher) awaitPolled(s *session) error {
	if p.pending.Load() < changesMost {
		return nil
	}
	s.held.Store(true)
	defer s.held.Store(false)
	for {
		p.subs.Lock()
		if len(p.changes) < changesMost || p.done.Load() {
			p.subs.Unlock()
			return nil
		}
		changed := p.awaitChange()
		p.subs.Unlock()
		select {
		case <-changed:
		case <-s.stopped:
			return s.reason
		}
	}
}

// awaitChange returns a channel that is closed at the next signal. The lock is held.
func (p *publisher) awaitChange() <-chan struct{} {
	if p.changed == nil {
		p.changed = make(chan struct{})
	}
	return p.changed
}

// over takes out the topics of a subscriber that has left.
func (p *publisher) over(s *session, _ error) {
	p.subs.Lock()
	for at := range s.topics.places {
		p.unsubscribe(s, at)
	}
	p.subs.Unlock()
	p.leave(s)
}

// Send queues the notification for the subscribers of the topics that its first frame begins with,
// as a whole or not at all. It is written once for all of them, except under CURVE.
func (p *publisher) Send(frames [][]byte) error { return p.SendForms(frames, frames) }

// SendForms is Send with a form for the subscribers that are marked, and one for all others.
func (p *publisher) SendForms(marked, others [][]byte) error {
	p.subs.Lock()
	defer p.subs.Unlock()
	if p.done.Load() {
		return net.ErrClosed
	}
	header := others
	if header == nil {
		header = marked
	}
	if len(header) == 0 {
		return nil
	}
	p.sends++
	p.topics.match(header[0], p.aim)
	defer func() {
		clear(p.targets)
		p.targets = p.targets[:0]
	}()
	plain, form := published{message: message{body: others}}, published{message: message{body: marked}}
	for _, s := range p.targets {
		if s.topics.marked {
			form.sendTo(s)
		} else {
			plain.sendTo(s)
		}
	}
	return nil
}

// published is a notification that is written once for all that get it.
type published struct {
	message
	wire []byte // nil until it has been written
}

func (n *published) sendTo(s *session) {
	if n.body == nil {
		return
	}
	if n.wire == nil && s.out.box == nil {
		n.wire = n.append(make([]byte, 0, n.size(nil)), nil)
	}
	s.out.publish(n.message, n.wire)
}

// aim adds the subscribers of a topic to targets, each once. The caller holds the lock.
func (p *publisher) aim(at *branch[[]*session]) {
	for _, s := range at.value {
		if s.topics.sent != p.sends {
			s.topics.sent = p.sends
			p.targets = append(p.targets, s)
		}
	}
}

func (p *publisher) Poll() (transport.Subscription, bool, error) {
	if p.done.Load() {
		return transport.Subscription{}, false, net.ErrClosed
	}
	if p.pending.Load() == 0 { // which is cheaper to ask than the lock
		return transport.Subscription{}, false, nil
	}
	p.subs.Lock()
	defer p.subs.Unlock()
	if len(p.changes) == 0 {
		return transport.Subscription{}, false, nil
	}
	first := p.changes[0]
	p.changes[0] = transport.Subscription{}
	if p.changes = p.changes[1:]; len(p.changes) == 0 {
		p.changes = nil
	}
	p.pending.Add(-1)
	if len(p.changes) == changesMost/2 {
		p.signal()
	}
	return first, true, nil
}

func (p *publisher) Wait() error {
	for {
		p.subs.Lock()
		switch {
		case p.done.Load():
			p.subs.Unlock()
			return net.ErrClosed
		case len(p.changes) > 0:
			p.subs.Unlock()
			return nil
		}
		changed := p.awaitChange()
		p.subs.Unlock()
		<-changed
	}
}

func (p *publisher) Close() error {
	p.subs.Lock()
	p.done.Store(true)
	p.changes = nil
	p.pending.Store(0)
	p.signal()
	p.subs.Unlock()
	return p.close()
}
