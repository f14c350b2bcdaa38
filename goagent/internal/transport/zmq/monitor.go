package zmq

import (
	"encoding/binary"

	zmq4 "github.com/pebbe/zmq4"
)

// watched are the events that a monitor passes on.
const watched = zmq4.EVENT_HANDSHAKE_SUCCEEDED | zmq4.EVENT_DISCONNECTED |
	zmq4.EVENT_HANDSHAKE_FAILED_AUTH | zmq4.EVENT_HANDSHAKE_FAILED_PROTOCOL | zmq4.EVENT_HANDSHAKE_FAILED_NO_DETAIL

// monitor follows the life of a socket's connections.
type monitor struct {
	events *socket
	done   chan struct{}
}

// newMonitor calls onEvent, from a goroutine of its own, for each watched event of the socket.
func newMonitor(of *socket, addr string, onEvent func(zmq4.Event)) (*monitor, error) {
	err := of.do(func(z *zmq4.Socket) error { return z.Monitor(addr, watched) })
	if err != nil {
		return nil, err
	}
	events, err := newSocket(of.ctx, zmq4.PAIR, func(z *zmq4.Socket) error { return z.Connect(addr) })
	if err != nil {
		return nil, err
	}
	m := &monitor{events: events, done: make(chan struct{})}
	go m.run(onEvent)
	return m, nil
}

func (m *monitor) run(onEvent func(zmq4.Event)) {
	defer close(m.done)
	for {
		frames, err := m.events.receive()
		if err != nil {
			return
		}
		// Frame 0 is the event (uint16) and its value (uint32) in the machine's order.
		if len(frames[0]) >= 2 {
			onEvent(zmq4.Event(binary.NativeEndian.Uint16(frames[0])))
		}
	}
}

func (m *monitor) close() {
	if m == nil {
		return
	}
	_ = m.events.close(0)
	<-m.done
}
