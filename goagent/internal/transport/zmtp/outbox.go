package zmtp

import (
	"context"
	"io"
	"net"
	"slices"
	"sync"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

const (
	// gatherMost is the number of bytes that are gathered for one call into the system.
	gatherMost = 128 << 10
	// copyMost is the size of the largest message that is copied beside others for that.
	copyMost = 4 << 10
	// controlsMost is the number of answers to PING that wait to be sent; further ones are left
	// out.
	controlsMost = 16
)

// outbox queues the messages to one peer. The sending goroutine writes to the connection itself if
// the queue is empty and no other goroutine writes. A goroutine, started only then, writes what the
// system does not accept at once.
type outbox struct {
	stream  *stream
	limits  *limits
	account *account
	box     box // used under the lock
	fail    func(error)
	flusher sync.WaitGroup

	mu       sync.Mutex
	queue    []entry
	first    int      // the first entry of the queue that is left
	spare    *[]entry // keeps the queue's memory when the queue is empty
	messages int      // waiting or being written
	bytes    int64
	controls int
	writing  bool // a goroutine is writing, and will write the queue afterwards
	err      error
	changed  chan struct{} // closed when one of the above changes; nil while no goroutine waits
}

// entry is a piece of the wire that waits to be sent.
type entry struct {
	wire     []byte
	messages int // that are complete with it
	control  bool
	sealed   []byte // the memory of a box, which is given back when it has been sent
}

func (e *entry) cost() int64 { return int64(len(e.wire)) + perEntry }

// full reports whether the peer is to be sent no more for now. The lock is held.
func (o *outbox) full() bool {
	return o.messages >= o.limits.highWater || o.bytes >= o.limits.HighWaterBytes
}

// send sends messages in their order for as long as there is room, and returns how many it has
// sent. It does not keep them.
func (o *outbox) send(messages []message) (sent int, err error) {
	o.mu.Lock()
	if o.err != nil || o.writing || o.stream.raw == nil {
		defer o.mu.Unlock()
		return o.enqueueAll(messages)
	}
	p := takePacket()
	defer p.giveBack()
	for sent < len(messages) && !o.full() && int64(p.size) <= o.limits.HighWaterBytes {
		p.add(messages[sent], o.box)
		o.messages++
		sent++
	}
	if sent < len(messages) {
		err = transport.ErrPeerBusy
	}
	if sent == 0 {
		o.mu.Unlock()
		return 0, err
	}
	o.writing = true
	o.mu.Unlock()
	n, failed := p.trySend(o.stream)
	o.written(p, sent, n, failed)
	return sent, err
}

// written takes what is left of a packet of so many messages into the queue, and lets others write.
func (o *outbox) written(p *packet, messages, sent int, failed error) {
	o.mu.Lock()
	o.messages -= messages
	if failed == nil && sent < p.size && o.err == nil {
		for _, e := range slices.Backward(p.rest(sent)) {
			o.pushFirst(e)
		}
	}
	if len(o.queue) > o.first && failed == nil {
		o.startFlush()
	} else {
		o.writing = false
		o.signal()
	}
	o.mu.Unlock()
	if failed != nil {
		o.fail(failed)
	}
}

// enqueueAll puts messages into the queue. The lock is held.
func (o *outbox) enqueueAll(messages []message) (sent int, err error) {
	for _, m := range messages {
		if o.err != nil {
			return sent, o.err
		}
		if o.full() {
			return sent, transport.ErrPeerBusy
		}
		o.enqueue(m)
		sent++
	}
	return sent, nil
}

// enqueue puts a message into the queue, with no copy of what is given or has been sealed. The lock
// is held.
func (o *outbox) enqueue(m message) {
	if !m.given && o.box == nil || m.size(o.box) < directLeast {
		o.push(entry{wire: m.append(make([]byte, 0, m.size(o.box)), o.box), messages: 1})
		return
	}
	p := takePacket()
	p.add(m, o.box)
	p.cut()
	for _, e := range p.rest(0) {
		o.push(e)
	}
	p.giveBack()
}

// publish queues a message unless there is no room for it, or the connection is over. The wire is
// the message's for all peers, or nil when it has to be made for this one.
func (o *outbox) publish(m message, wire []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil || o.full() {
		return
	}
	if o.box != nil {
		wire = m.append(make([]byte, 0, m.size(o.box)), o.box)
	}
	o.push(entry{wire: wire, messages: 1})
}

// control queues a frame of the protocol itself, for which there is always room. A reply that is
// left out when many wait is not worth more.
func (o *outbox) control(flags byte, body []byte, reply bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil || reply && o.controls >= controlsMost {
		return
	}
	if reply {
		o.controls++
	}
	o.push(entry{wire: appendSealed(nil, o.box, flags, body), control: reply})
}

// push puts an entry at the end of the queue and sees to it that somebody writes. The lock is held.
func (o *outbox) push(e entry) {
	o.takeQueue()
	if o.first > len(o.queue)/2 && len(o.queue) == cap(o.queue) {
		n := copy(o.queue, o.queue[o.first:])
		clear(o.queue[n:])
		o.queue, o.first = o.queue[:n], 0
	}
	o.queue = append(o.queue, e)
	o.count(1, e)
	if !o.writing {
		o.writing = true
		o.startFlush()
	}
}

// pushFirst puts an entry in front of the queue. The lock is held.
func (o *outbox) pushFirst(e entry) {
	if o.first > 0 {
		o.first--
		o.queue[o.first] = e
	} else {
		o.takeQueue()
		o.queue = append(o.queue, entry{})
		copy(o.queue[1:], o.queue)
		o.queue[0] = e
	}
	o.count(1, e)
}

// count notes that entries wait, or no more where sign is -1. The lock is held.
func (o *outbox) count(sign int, entries ...entry) {
	var cost int64
	for i := range entries {
		e := &entries[i]
		o.messages += sign * e.messages
		cost += e.cost()
		if e.control && sign < 0 {
			o.controls--
		}
	}
	o.bytes += int64(sign) * cost
	o.account.add(int64(sign) * cost)
}

// startFlush has a goroutine of its own write the queue. The lock is held, and writing is set.
func (o *outbox) startFlush() { o.flusher.Go(o.flush) }

// flush writes until the queue is empty, many messages at a time.
func (o *outbox) flush() {
	g, _ := gathereds.Get().(*gathered)
	defer gathereds.Put(g)
	for {
		o.mu.Lock()
		if o.err == nil {
			o.gather(g)
		}
		if len(g.entries) == 0 {
			o.writing = false
			o.signal()
			o.mu.Unlock()
			return
		}
		o.mu.Unlock()
		err := g.writeTo(o.stream.Conn)
		o.mu.Lock()
		o.count(-1, g.entries...)
		o.signal()
		o.mu.Unlock()
		g.clear()
		if err != nil {
			o.fail(err)
		}
	}
}

// gathered is what is written with one call.
type gathered struct {
	entries []entry
	buffers net.Buffers
	memory  []byte // has room for what is copied for one call
}

// gathereds are for connections that are written to at the moment.
var gathereds = sync.Pool{New: func() any { return &gathered{memory: make([]byte, 0, gatherMost+copyMost)} }}

// writeTo writes all of it, with one call into the system if that takes so much. A single piece
// goes by Write: unlike writev, that is known to the race detector.
func (g *gathered) writeTo(w io.Writer) error {
	if len(g.buffers) == 1 {
		_, err := w.Write(g.buffers[0])
		return err
	}
	_, err := g.buffers.WriteTo(w)
	return err
}

func (g *gathered) clear() {
	for _, e := range g.entries {
		if e.sealed != nil {
			giveSealed(e.sealed)
		}
	}
	clear(g.entries)
	g.entries = g.entries[:0]
	g.buffers = nil
}

// gather takes entries from the queue; they go on counting until they have been written. The lock
// is held.
func (o *outbox) gather(g *gathered) {
	size, from := 0, 0
	memory := g.memory[:0]
	for o.first < len(o.queue) && size < gatherMost {
		e := o.queue[o.first]
		o.queue[o.first] = entry{}
		o.first++
		g.entries = append(g.entries, e)
		size += len(e.wire)
		if len(e.wire) <= copyMost {
			memory = append(memory, e.wire...)
			continue
		}
		if len(memory) > from {
			g.buffers = append(g.buffers, memory[from:])
			from = len(memory)
		}
		g.buffers = append(g.buffers, e.wire)
	}
	if len(memory) > from {
		g.buffers = append(g.buffers, memory[from:])
	}
	if o.first == len(o.queue) {
		o.giveQueue()
	}
}

// queueKeep is the length of the longest queue whose memory is kept for another connection.
const queueKeep = 4096

// queues are spare queues: a connection for which nothing waits has none.
var queues = sync.Pool{New: func() any { return new([]entry) }}

// takeQueue sees to it that there is a queue. The lock is held.
func (o *outbox) takeQueue() {
	if o.queue == nil {
		o.spare, _ = queues.Get().(*[]entry)
		o.queue = (*o.spare)[:0]
	}
}

// giveQueue gives back a queue of which nothing is left. The lock is held.
func (o *outbox) giveQueue() {
	if spare := o.spare; spare != nil && cap(o.queue) <= queueKeep {
		*spare = o.queue[:0]
		queues.Put(spare)
	}
	o.queue, o.first, o.spare = nil, 0, nil
}

// signal wakes all that wait for a change. The lock is held.
func (o *outbox) signal() {
	if o.changed != nil {
		close(o.changed)
		o.changed = nil
	}
}

// await waits until a condition holds, which is asked under the lock.
func (o *outbox) await(ctx context.Context, holds func() bool) error {
	for {
		o.mu.Lock()
		if holds() {
			o.mu.Unlock()
			return nil
		}
		if o.changed == nil {
			o.changed = make(chan struct{})
		}
		changed := o.changed
		o.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// awaitRoom waits until something can be sent, or never again.
func (o *outbox) awaitRoom(ctx context.Context) error {
	return o.await(ctx, func() bool { return o.err != nil || !o.full() })
}

// drain waits until everything has left, or never will.
func (o *outbox) drain(ctx context.Context) {
	_ = o.await(ctx, func() bool { return o.err != nil || !o.writing }) // the end of the context is one, too
}

// close drops what waits. What is being written ends with the connection.
func (o *outbox) close(reason error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return
	}
	o.err = reason
	o.count(-1, o.queue[o.first:]...)
	clear(o.queue)
	o.giveQueue()
	o.signal()
}
