package zmtp

import (
	"errors"
	"net"
	"sync/atomic"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// listener is a ROUTER socket that has REQ and DEALER sockets as peers, and understands their
// messages as a REP socket does (RFC 28, "The ROUTER Socket Type" and "The REP Socket Type"). It
// tells connections apart by what they are and not by the identity that a peer claims.
type listener struct {
	*acceptor
	requests *inbox[request]
	come     atomic.Pointer[func(*transport.Reading)] // nil until somebody serves
}

// request is one that waits to be received.
type request struct {
	transport.Request
	from *session
	cost int64
}

// Listen binds a ROUTER socket for requests (RFC 28, "The ROUTER Socket Type").
func (n *Network) Listen(endpoint string, s transport.Settings) (transport.Listener, error) {
	a, err := listen("listen", typeRouter, endpoint, s)
	if err != nil {
		return nil, err
	}
	l := &listener{acceptor: a, requests: newInbox(request.done)}
	a.start(l)
	return l, nil
}

// done counts a request that does not wait any more.
func (r request) done() { r.from.taken(r.cost, r.from.weight(r.cost)) }

// message takes a request apart: the envelope up to the first empty frame, which goes back as it
// is, and what follows. A message without an empty frame is dropped.
func (l *listener) message(s *session, frames [][]byte) error {
	for i, frame := range frames {
		if len(frame) > 0 {
			continue
		}
		if i == len(frames)-1 {
			return nil // an answer of no frame would end a libzmq REQ socket
		}
		r := request{
			Request: transport.Request{Peer: s.name, Address: s.address, Client: s.peer.key, Route: frames[: i+1 : i+1], Tagged: i > 0, Frames: frames[i+1:]},
			from:    s,
			cost:    cost(frames),
		}
		s.received(r.cost, s.weight(r.cost))
		if !l.requests.put(r) {
			r.done()
		}
		s.brought = true
		if s.isFull() {
			go l.announce() // what is held back cannot be handed over by the one that reads it
			return s.hold()
		}
		return nil
	}
	return nil
}

// hand tells whoever serves of the requests that a connection has brought, in the goroutine that
// reads it. It returns false when another one reads on.
func (l *listener) hand(s *session) (goesOn bool) {
	come := l.come.Load()
	return come == nil || s.reading.Hand(*come)
}

// announce tells whoever serves that something has come.
func (l *listener) announce() {
	if come := l.come.Load(); come != nil {
		(*come)(nil)
	}
}

func (l *listener) Serve(come func(*transport.Reading)) {
	l.come.Store(&come)
	go l.announce() // what came before
}

// subscription ignores what only a publisher understands.
func (l *listener) subscription(*session, []byte, bool) error { return nil }

func (l *listener) over(s *session, _ error) {
	l.leave(s)
	if s.cut.Load() {
		l.requests.remove(func(r request) bool { return r.from == s })
	}
}

func (l *listener) Poll() (transport.Request, bool, error) {
	r, ok, err := l.requests.poll(false)
	if ok {
		r.done()
	}
	return r.Request, ok, err
}

func (l *listener) Buffered() int { return l.requests.buffered() }

func (l *listener) Reply(to transport.Request, frames [][]byte) error {
	one := [1]message{{head: to.Route, body: frames}}
	_, err := l.send(to.Peer, one[:])
	return err
}

func (l *listener) ReplyAll(replies []transport.Reply) {
	p, _ := parcels.Get().(*parcel)
	defer parcels.Put(p)
	for len(replies) > 0 {
		peer := replies[0].To.Peer
		messages := p.messages[:0]
		for _, r := range replies {
			if r.To.Peer != peer {
				break
			}
			messages = append(messages, message{r.To.Route, r.Frames, r.Given})
		}
		sent, err := l.send(peer, messages)
		for i := range messages {
			replies[i].Err = nil
			if i >= sent {
				replies[i].Err = err
			}
		}
		replies = replies[len(messages):]
		clear(messages)
		p.messages = messages
	}
}

// send sends replies to one peer, and returns how many it has sent and why not all.
func (l *listener) send(peer string, messages []message) (int, error) {
	s := l.session(peer)
	if s == nil {
		return 0, l.goneError()
	}
	sent, err := s.out.send(messages)
	if err != nil && !errors.Is(err, transport.ErrPeerBusy) {
		err = l.goneError()
	}
	return sent, err
}

// goneError is why a reply cannot be sent to a connection that is over.
func (l *listener) goneError() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return net.ErrClosed
	}
	return transport.ErrPeerGone
}

func (l *listener) Close() error {
	l.requests.close()
	l.announce()
	return l.close()
}
