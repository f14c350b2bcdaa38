//go:build libzmq

package zmq

import (
	"context"
	"encoding/binary"
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
	value uint32
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
		frames, err := m.events.receive(context.Background())
		if err != nil {
			return
		}
		// Frame 0 is the event (uint16) and its value (uint32) in the machine's order.
		if len(frames[0]) >= 6 {
			e := event{zmq4.Event(binary.NativeEndian.Uint16(frames[0])), binary.NativeEndian.Uint32(frames[0][2:])}
			onEvent(e)
			if e.kind == zmq4.EVENT_MONITOR_STOPPED {
				_ = m.events.close(0)
				return
			}
		}
	}
}

// close ends the monitor of a socket that is still open. One that watches for EVENT_MONITOR_STOPPED
// ends by itself when the socket does.
func (m *monitor) close() {
	if m == nil {
		return
	}
	// An event that nobody can receive any more would block the thread that does the input and
	// output of all sockets: first there must be no more events.
	_ = m.of.do(func(z *zmq4.Socket) error { return z.Monitor("", 0) })
	_ = m.events.close(0)
	<-m.done
}
