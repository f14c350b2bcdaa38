package goagent

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/pizco-go/pizco/goagent/internal/peer"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/queue"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// Event is one emission of a signal.
type Event struct {
	// Signal is the name of the signal.
	Signal string
	// Values are the values that came with it, values of package py. There are three as a rule, by
	// custom the new value, the old one and any other. A server of the dialect develop sends any
	// number: its notification is a pair of a tuple and a dict, and each such pair is read as that.
	Values py.Tuple
	// Kwargs are the values that a server of the dialect develop has sent by name, values of package
	// py; nil when it has sent none.
	Kwargs object.Kwargs
}

// Scan stores the values in what the targets point to, the first in the first and so on. There may
// be fewer targets than values, and nil ones; a target for which there is no value is left alone.
func (e Event) Scan(targets ...any) error {
	for i, target := range targets {
		if i == len(e.Values) {
			break
		}
		if err := assign(target, e.Values[i]); err != nil {
			return err
		}
	}
	return nil
}

// proxySignals are the slots of a proxy. Notifications wait in a queue for one
// goroutine that calls the slots, so that slow ones hold up nothing else.
type proxySignals struct {
	proxy  *Proxy
	events *queue.Queue[emittedEvent]

	mu     sync.Mutex
	byName map[string]*connectedSignal
}

// connectedSignal is a signal that slots are connected to.
type connectedSignal struct {
	subscription *peer.Subscription
	// slots are replaced under the lock, and read without it.
	slots atomic.Pointer[[]*Slot]
}

// all returns the slots, which may be none.
func (c *connectedSignal) all() []*Slot {
	if all := c.slots.Load(); all != nil {
		return *all
	}
	return nil
}

// emittedEvent is an event on its way to the slots of its signal.
type emittedEvent struct {
	Event
	of *connectedSignal
}

// Slot is a slot that is connected to a signal, as [Proxy.Connect] returns it; Disconnect ends
// that.
type Slot struct {
	owner   *proxySignals
	signal  string
	deliver func(context.Context, Event)
	direct  bool // takes events at once, from the goroutine that receives them
	// lost, if not nil, is told why the connection to the server is lost.
	lost func(error)
	// failure is the last error of the slot.
	failure atomic.Pointer[SlotError]
}

func (s *proxySignals) init(p *Proxy) {
	s.proxy = p
	s.events = queue.New[emittedEvent](p.agent.cfg.slotQueue, p.agent.cfg.overflow)
	p.peer.Notifications().AddQueue(s.events)
	s.byName = make(map[string]*connectedSignal)
}

// Connect calls slot with the values of each emission of a signal. A slot is a function with up to
// three parameters of types that the values can be converted to. It may have a context before them,
// and may return an error. Or it is a *[RemoteMethod], which is called with all values. Slots of a
// proxy are called one at a time, the slots of one signal in the order in which they were
// connected. The context that they get ends with the proxy.
//
// A server of the dialect develop sends any number of values, and values by name. For it a slot may
// have more parameters and variadic ones, and one of type [object.Kwargs] behind all others. Such a
// slot has Connect ask for the dialect, as [Proxy.Dialect] does, and fail when it is another one.
//
// A slot that returns an error, or whose parameters do not fit what is emitted, is reported as
// [WithSlotErrorHandler] says: by default its error is logged.
//
// Connect returns when the subscription is in force, so that no later emission is missed. That is
// certain for servers of this library, which confirm it. The original's servers do not. Their
// subscriptions usually are in force, but under load an emission that follows at once can still be
// missed. It mirrors RemoteAttribute.connect.
//
// A server of the original calls connect on whatever has the name, and may stop publishing for good
// if that has no connect. So Connect first asks what the attribute can do, and fails with a
// *[NoSignalError] unless it has connect, disconnect and emit. A server of this library says which
// members are signals. With [WithInsist] Connect does not ask.
func (p *Proxy) Connect(ctx context.Context, signal string, slot any) (*Slot, error) {
	call, wide, err := newSlot(slot)
	if err != nil {
		return nil, err
	}
	if err := p.checkSignal(ctx, signal); err != nil {
		return nil, err
	}
	if wide {
		if err := p.checkWide(ctx, slot); err != nil {
			return nil, err
		}
	}
	c := &Slot{signal: signal}
	c.deliver = func(ctx context.Context, e Event) {
		if err := call(ctx, e); err != nil {
			c.slotFailed(err)
		}
	}
	return p.signals.connect(ctx, c)
}

// Watch yields the emissions of a signal from when it is in force, in the sense of [Proxy.Connect].
// It ends when the loop is left, the context ends, the proxy is closed or the connection is lost.
// Emissions are missed until the connection is there again, so a lost connection ends it with a
// *[TransportError]. Its last pair has the error that ended it. Emissions that come faster than the
// loop takes them wait in a queue of its own, of the length and with the policy of [WithSlotQueue].
func (p *Proxy) Watch(ctx context.Context, signal string) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		if err := p.checkSignal(ctx, signal); err != nil {
			yield(Event{}, err)
			return
		}
		events := queue.New[Event](p.agent.cfg.slotQueue, p.agent.cfg.overflow)
		defer p.peer.Notifications().AddQueue(events)()
		var lost atomic.Pointer[error]
		c, err := p.signals.connect(ctx, &Slot{
			signal: signal, direct: true,
			deliver: func(_ context.Context, e Event) { events.Push(ctx, e) },
			lost: func(reason error) {
				lost.CompareAndSwap(nil, &reason)
				events.Close()
			},
		})
		if err != nil {
			yield(Event{}, err)
			return
		}
		defer events.Close()                  // lets go a notification that waits for room
		defer func() { _ = c.Disconnect() }() // fails only when the proxy is closed
		stop := context.AfterFunc(p.agent.ctx, events.Close)
		defer stop()
		for {
			e, ok := events.Pop(ctx)
			switch {
			case ok:
			case ctx.Err() != nil:
				err = context.Cause(ctx)
			case lost.Load() != nil:
				err = *lost.Load()
			default:
				err = ErrClosed
			}
			if !yield(e, err) || !ok {
				return
			}
		}
	}
}

// Dropped returns how many notifications the slots of the proxy have missed because they were too
// slow ([WithSlotQueue]). A program that must not miss a change looks at it, and reads the
// attribute again when the number has grown.
func (p *Proxy) Dropped() uint64 { return p.signals.events.Dropped() }

// DisconnectAll ends all connections to a signal, as disconnect without a slot does in the
// original.
func (p *Proxy) DisconnectAll(signal string) error {
	p.signals.mu.Lock()
	var all []*Slot
	if s := p.signals.byName[signal]; s != nil {
		all = s.all()
	}
	p.signals.mu.Unlock()
	var errs []error
	for _, c := range all {
		errs = append(errs, c.Disconnect())
	}
	return errors.Join(errs...)
}

func (s *proxySignals) connect(ctx context.Context, c *Slot) (*Slot, error) {
	c.owner = s
	if err := s.add(ctx, c); err != nil {
		return nil, err
	}
	if err := s.proxy.peer.Notifications().ConfirmInTime(ctx); err != nil {
		return nil, errors.Join(err, c.Disconnect())
	}
	return c, nil
}

func (s *proxySignals) add(ctx context.Context, c *Slot) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	signal := s.byName[c.signal]
	if signal == nil {
		signal = &connectedSignal{}
		var err error
		signal.subscription, err = s.proxy.peer.Notifications().Subscribe(ctx, c.signal, func(n peer.Notification) { s.notified(signal, n) })
		if err != nil {
			return err
		}
		s.byName[c.signal] = signal
	}
	all := append(slices.Clip(signal.all()), c)
	signal.slots.Store(&all)
	return nil
}

// Signal returns the name of the signal.
func (c *Slot) Signal() string { return c.signal }

// Disconnect ends the connection to the signal. The slot is not called any more for events that are
// still to be delivered; one that is running goes on. Disconnecting again does nothing.
func (c *Slot) Disconnect() error {
	s := c.owner
	s.mu.Lock()
	defer s.mu.Unlock()
	signal := s.byName[c.signal]
	if signal == nil {
		return nil
	}
	all := signal.all()
	i := slices.Index(all, c)
	if i < 0 {
		return nil
	}
	rest := slices.Concat(all[:i], all[i+1:])
	signal.slots.Store(&rest)
	if len(rest) > 0 {
		return nil
	}
	delete(s.byName, c.signal)
	return signal.subscription.Cancel()
}

// lost tells the watchers that the connection to the server is lost.
func (s *proxySignals) lost(reason error) {
	s.mu.Lock()
	var watchers []*Slot
	for _, signal := range s.byName {
		for _, c := range signal.all() {
			if c.lost != nil {
				watchers = append(watchers, c)
			}
		}
	}
	s.mu.Unlock()
	for _, c := range watchers {
		c.lost(reason)
	}
}

// notified passes an emission to its watchers, and queues it for its slots.
func (s *proxySignals) notified(signal *connectedSignal, n peer.Notification) {
	e, form := eventOf(n)
	switch form {
	case notAnEvent:
		s.proxy.agent.log.Warn("notification ignored", "topic", n.Topic, "type", py.TypeName(n.Content))
		return
	case eventOfDevelop:
		s.proxy.peer.ShowsDevelop()
	}
	queued := false
	for _, c := range signal.all() {
		if c.direct {
			c.deliver(s.proxy.agent.ctx, e)
		} else {
			queued = true
		}
	}
	if queued {
		s.events.Push(s.proxy.agent.ctx, emittedEvent{e, signal})
	}
}

// run calls the slots.
func (s *proxySignals) run() {
	ctx := s.proxy.agent.ctx
	for {
		e, ok := s.events.Pop(ctx)
		if !ok || ctx.Err() != nil {
			return
		}
		for _, c := range e.of.all() {
			if !c.direct && slices.Contains(e.of.all(), c) { // a slot before it may have ended it
				s.proxy.guard("slot", func() { c.deliver(ctx, e.Event) })
			}
		}
	}
}

// NoSignalError says that an attribute of a served object is no signal.
type NoSignalError struct {
	// Name is the name of the attribute.
	Name string
}

// Error names the attribute.
func (e *NoSignalError) Error() string {
	return fmt.Sprintf("pizco/goagent: attribute %q is no signal", e.Name)
}

// checkSignal fails unless an attribute of a server of the original is a signal. To subscribe to
// anything else calls its connect, be that one of an instrument or of a database, or raises in the
// loop of the server: with pyzmq 16 that is the end of all signals.
func (p *Proxy) checkSignal(ctx context.Context, name string) error {
	harmless, err := p.mayAsk(ctx, nil)
	switch {
	case err != nil:
		return err
	case harmless && !p.agent.cfg.insist:
		return p.checkDescribed(ctx, name)
	case harmless:
		return nil
	}
	is, err := p.original().IsSignal(ctx, name)
	if err == nil && !is {
		err = &NoSignalError{name}
	}
	return err
}

// checkDescribed fails when a server of this library says that an attribute is missing or no
// signal. One that has no object yet, or does not say, is believed.
func (p *Proxy) checkDescribed(ctx context.Context, name string) error {
	describes, err := p.peer.Has(ctx, psmessage.FeatureDescribe)
	if err != nil || !describes {
		return err
	}
	var members []object.MemberInfo
	value, err := p.send(ctx, &Call{Action: psmessage.ActionDescribe}) // no call of the user's, which interceptors are for
	if err == nil {
		err = assign(&members, value)
	}
	if _, refused := errors.AsType[*pyerr.RemoteError](err); refused || err == nil && len(members) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.Name == name && m.Kind == object.KindSignal {
			return nil
		}
	}
	return &NoSignalError{name}
}
