package zmtp

import (
	"container/list"
	"context"
	"errors"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// acceptor is a bound socket with its connections. Each makes its handshake in a goroutine of its
// own.
type acceptor struct {
	*core
	at      *bound
	linger  time.Duration
	handler handler
	loops   sync.WaitGroup
	cutOff  func(transport.CutOff)  // or nil
	gone    func(connection string) // or nil

	mu         sync.Mutex
	closed     bool
	last       uint64
	handshakes list.List // of net.Conn, the oldest first
	sessions   map[string]*session
	left       chan struct{} // has a token when a connection has ended
}

// listen binds a socket. The handler is set before start.
func listen(op string, own socketType, endpoint string, s transport.Settings) (*acceptor, error) {
	fail := func(err error) (*acceptor, error) {
		return nil, &transport.Error{Op: op, Endpoint: endpoint, Err: err}
	}
	c, err := newCore(own, roleServer, s)
	if err != nil {
		return fail(err)
	}
	at, err := bind(endpoint)
	if err != nil {
		return fail(err)
	}
	return &acceptor{core: c, at: at, linger: s.Linger, cutOff: s.CutOff, gone: s.Left, sessions: make(map[string]*session),
		left: make(chan struct{}, 1)}, nil
}

func (a *acceptor) start(h handler) {
	a.handler = h
	a.loops.Go(a.accept)
}

// Endpoint returns the endpoint with the port or the path that was chosen.
func (a *acceptor) Endpoint() string { return a.at.endpoint }

// acceptPause is the time between two attempts to accept a connection when there are no files left.
const acceptPause = 100 * time.Millisecond

func (a *acceptor) accept() {
	for {
		conn, err := a.at.Accept()
		switch {
		case err == nil:
			a.admit(conn)
		case errors.Is(err, net.ErrClosed):
			return
		case !a.pause():
			return
		}
	}
}

// pause waits until a connection has ended, or a moment. It returns false when the socket is
// closed.
func (a *acceptor) pause() bool {
	timer := time.NewTimer(acceptPause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-a.left:
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.closed
}

// admit starts the handshake of a new connection, if there may be another one. When too many are
// under way, the one that has had most time makes room.
func (a *acceptor) admit(conn net.Conn) {
	closed, reason := a.makeRoom(conn)
	if closed == nil {
		return
	}
	peer := addressOf(closed)
	_ = closed.Close()
	if reason != nil {
		a.tell(&PeerError{Peer: peer, Err: reason})
	}
}

// makeRoom starts the handshake of a new connection if there may be another one. It returns the
// connection that is to be closed, if any, and why, unless that is because the socket is closed.
func (a *acceptor) makeRoom(conn net.Conn) (closed net.Conn, reason error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return conn, nil
	}
	if len(a.sessions)+a.handshakes.Len() >= a.limits.MaxConnections {
		return conn, excess("MaxConnections", "a connection more than the %d of the socket", a.limits.MaxConnections)
	}
	if a.handshakes.Len() >= a.limits.MaxHandshakes {
		closed, _ = a.handshakes.Remove(a.handshakes.Front()).(net.Conn)
		reason = excess("MaxHandshakes", "its handshake is the oldest of the %d that may be under way", a.limits.MaxHandshakes)
	}
	place := a.handshakes.PushBack(conn)
	go a.serve(conn, place) // Close does not wait for a handshake: whoever is asked about the client may be what closes the socket
	return closed, reason
}

// tell says why a connection has ended, if that is because of what the peer did.
func (a *acceptor) tell(reason error) {
	if a.cutOff == nil || !isViolation(reason) {
		return
	}
	c := transport.CutOff{Endpoint: a.at.endpoint, Err: reason}
	var by *PeerError
	if errors.As(reason, &by) {
		c.Peer, c.Err = by.Peer, by.Err
	}
	var over *limitError
	if errors.As(reason, &over) {
		c.Limit = over.limit
	}
	a.cutOff(c)
}

// serve makes the handshake and reads the connection.
func (a *acceptor) serve(conn net.Conn, place *list.Element) {
	s, err := a.connect(conn, a.handler)
	if !a.enter(s, place) {
		if err == nil {
			s.stop(net.ErrClosed)
			s.account.close()
		}
		a.tell(err)
		return
	}
	s.reading.Loop = func() { a.read(s) }
	a.read(s)
}

// read reads a connection of the socket until it ends, or another goroutine reads on.
func (a *acceptor) read(s *session) {
	if s.run() {
		a.loops.Done() // whoever is told may be what closes the socket
		a.tell(s.reason)
	}
}

// enter makes a connection whose handshake is over one of the socket's, which Close waits for. The
// session is nil when the handshake failed.
func (a *acceptor) enter(s *session, place *list.Element) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.handshakes.Remove(place) // which does nothing when it has been removed
	if s == nil || a.closed {
		a.signalLeft()
		return false
	}
	a.loops.Add(1)
	a.last++
	s.name = strconv.FormatUint(a.last, 36)
	a.sessions[s.name] = s
	return true
}

// leave takes out a connection that has ended.
func (a *acceptor) leave(s *session) {
	a.mu.Lock()
	delete(a.sessions, s.name)
	a.signalLeft()
	a.mu.Unlock()
	if a.gone != nil {
		a.gone(s.name)
	}
}

func (a *acceptor) signalLeft() {
	select {
	case a.left <- struct{}{}:
	default:
	}
}

// session returns the connection of that name, or nil.
func (a *acceptor) session(name string) *session {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.sessions[name]
}

// close frees the endpoint and ends the connections, after what waits for them has left or the time
// for that is over. It returns when nothing of the socket is left.
func (a *acceptor) close() error {
	err := a.at.Close()
	a.mu.Lock()
	if a.closed {
		a.mu.Unlock()
		a.loops.Wait()
		return nil
	}
	a.closed = true
	for e := a.handshakes.Front(); e != nil; e = e.Next() {
		if conn, ok := e.Value.(net.Conn); ok {
			_ = conn.Close()
		}
	}
	sessions := make([]*session, 0, len(a.sessions))
	for _, s := range a.sessions {
		sessions = append(sessions, s)
	}
	a.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), a.linger)
	defer cancel()
	for _, s := range sessions {
		s.out.drain(ctx)
		s.stop(net.ErrClosed)
		s.reading.GoOn() // to its end, also when the call of whoever serves does not return
	}
	a.loops.Wait()
	if err != nil {
		return &transport.Error{Op: "close", Endpoint: a.at.endpoint, Err: err}
	}
	return nil
}
