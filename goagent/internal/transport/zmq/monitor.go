//go:build libzmq

package zmq

import (
	"context"
	"fmt"

	zmq4 "github.com/pebbe/zmq4"
)

// connectEvents are the events of a socket that connects.
const connectEvents = zmq4.EVENT_HANDSHAKE_SUCCEEDED | zmq4.EVENT_DISCONNECTED |
	zmq4.EVENT_HANDSHAKE_FAILED_AUTH | zmq4.EVENT_HANDSHAKE_FAILED_PROTOCOL | zmq4.EVENT_HANDSHAKE_FAILED_NO_DETAIL

// releaseEvents are the events of a socket that is closed: the last one comes when nothing of it is
// left.
const releaseEvents = zmq4.EVENT_MONITOR_STOPPED

// event is something that happened to a connection, with what libzmq says about it.
type event struct {
	kind  zmq4.Event
	value int
}

// monitor follows the life of a socket's connections.
type monitor struct {
	of     *socket
	events *socket
	done   chan struct{}
}

// monitor calls onEvent, from a goroutine of its own, for each of those events of the socket.
func (n *Network) monitor(of *socket, which zmq4.Event, onEvent func(event)) (*monitor, error) {
	addr := fmt.Sprintf("inproc://monitor-%d", n.monitors.Add(1))
	err := of.do(func(z *zmq4.Socket) error { return z.Monitor(addr, which) })
	if err != nil {
		return nil, err
	}
	events, err := newSocket(of.ctx, zmq4.PAIR, func(z *zmq4.Socket) error { return z.Connect(addr) })
	if err != nil {
		return nil, err
	}
	m := &monitor{of: of, events: events, done: make(chan struct{})}
	go m.run(onEvent)
	return m, nil
}

func (m *monitor) run(onEvent func(event)) {
	defer close(m.done)
	for {
		var e event
		err := m.events.wait(context.Background(), func(z *zmq4.Socket) (err error) {
			e.kind, _, e.value, err = z.RecvEvent(zmq4.DONTWAIT)
			return err
		})
		if err != nil {
			return
		}
		onEvent(e)
		if e.kind == zmq4.EVENT_MONITOR_STOPPED {
			_ = m.events.close(0)
			return
		}
	}
}

// close ends the monitor of a socket that is still open. One that watches for EVENT_MONITOR_STOPPED
// ends by itself when the socket does.
func (m *monitor) close() {
	if m == nil {
		return
	}
	// First there must be no more events: see the work-arounds.
	_ = m.of.do(func(z *zmq4.Socket) error { return z.Monitor("", 0) })
	_ = m.events.close(0)
	<-m.done
}
