//go:build libzmq

package zmq

import (
	"context"
	"net"
	"sync"

	zmq4 "github.com/pebbe/zmq4"
)

// message is one to be sent: the frames of all parts, one behind the other.
type message struct {
	head, body [][]byte
	// err is why it has not been sent.
	err error
}

// parcel is memory for messages on their way out, and for the tags in front of those that have one.
type parcel struct {
	messages []message
	heads    [][2][]byte
	tags     [][4]byte
}

var spareParcels = sync.Pool{New: func() any { return &parcel{} }}

// takeParcel returns one for n messages.
func takeParcel(n int) *parcel {
	p, _ := spareParcels.Get().(*parcel)
	if cap(p.messages) < n {
		*p = parcel{make([]message, n), make([][2][]byte, n), make([][4]byte, n)}
	}
	p.messages, p.heads, p.tags = p.messages[:n], p.heads[:n], p.tags[:n]
	return p
}

func (p *parcel) giveBack() {
	clear(p.messages)
	spareParcels.Put(p)
}

// trySend sends a message if there is room for it.
func (s *socket) trySend(head, body [][]byte) error {
	one := [1]message{{head: head, body: body}}
	s.trySendAll(one[:])
	return one[0].err
}

// trySendAll sends the messages for which there is room, and notes what came of each.
func (s *socket) trySendAll(messages []message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed.Load() {
		for i := range messages {
			messages[i].err = net.ErrClosed
		}
		return
	}
	_, _ = s.sendMessages(messages, false) // which stops at none
	s.touched()
}

// send sends messages in their order, waiting for room as long as the context allows.
func (s *socket) send(ctx context.Context, messages []message) error {
	for {
		sent, room, err := s.sendOrQueue(messages)
		if room == nil {
			return err
		}
		messages = messages[sent:]
		select {
		case <-room:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// sendOrQueue sends messages until there is no room, and returns a channel then that is closed when
// the rest should be tried again.
func (s *socket) sendOrQueue(messages []message) (sent int, room <-chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if s.closed.Load() {
			return sent, nil, net.ErrClosed
		}
		if s.lost {
			return sent, nil, errLost
		}
		n, err := s.sendMessages(messages[sent:], true)
		sent += n
		if !again(err) {
			s.touched()
			return sent, nil, err
		}
		events, err := events(raw(s.z))
		if err != nil {
			return sent, nil, err
		}
		if events&zmq4.POLLOUT != 0 {
			continue
		}
		if s.room == nil {
			s.room = make(chan struct{})
		}
		s.touched()
		return sent, s.room, nil
	}
}

// sendMessages sends messages, up to the first that fails if stop is set. It returns how many came
// before that, and why that one has failed. The lock is held.
func (s *socket) sendMessages(messages []message, stop bool) (sent int, err error) {
	b := takeBatch()
	defer b.giveBack()
	for sent < len(messages) {
		b.clear()
		n := 0
		for n < len(messages)-sent && b.add(messages[sent+n].head, messages[sent+n].body) {
			n++
		}
		if n == 0 {
			m := &messages[sent]
			if m.err = s.sendLarge(m); m.err != nil && stop {
				return sent, m.err
			}
			sent++
			continue
		}
		tried := b.send(raw(s.z), stop)
		for i := range tried {
			m := &messages[sent+i]
			if m.err = b.failure(i); m.err != nil && stop {
				return sent + i, m.err
			}
		}
		sent += tried
	}
	return sent, nil
}

// sendLarge sends a message that does not fit into a batch. The lock is held.
func (s *socket) sendLarge(m *message) error {
	left := len(m.head) + len(m.body)
	for _, part := range [][][]byte{m.head, m.body} {
		for _, frame := range part {
			left--
			flags := zmq4.DONTWAIT
			if left > 0 {
				flags |= zmq4.SNDMORE
			}
			if _, err := s.z.SendBytes(frame, flags); err != nil {
				return err
			}
		}
	}
	return nil
}
