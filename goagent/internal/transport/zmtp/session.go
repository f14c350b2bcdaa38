package zmtp

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// handler is the socket that a connection belongs to. Its methods are called by the goroutine that
// reads the connection.
type handler interface {
	// message takes a message. It may wait, which holds the peer back.
	message(s *session, frames [][]byte) error
	// subscription takes a command that starts or ends a subscription.
	subscription(s *session, topic []byte, on bool) error
	// over is called when nothing more comes by the connection.
	over(s *session, reason error)
}

// hander is a handler that is called as well when messages have come.
type hander interface {
	// hand is called after the messages of one reading, by the goroutine that reads. It returns
	// false when another one reads on.
	hand(s *session) (goesOn bool)
}

// session is a connection after its handshake. One goroutine at a time reads it.
type session struct {
	core    *core
	handler handler
	stream  *stream
	address string
	name    string // of a connection of a bound socket, which no other of that socket has
	version version
	peer    peerInfo
	account *account
	in      reader
	out     outbox

	stopped chan struct{} // closed when the connection is being closed
	once    sync.Once
	reason  error // set before stopped is closed
	cut     atomic.Bool
	// silenced is set when nothing can be sent any more.
	silenced atomic.Bool

	reading transport.Reading
	brought bool // messages have come that the handler is to hand over

	reads  atomic.Uint64 // how often something came
	pulses pulses

	// waiting counts what has been received and not taken, in bytes.
	waiting atomic.Int64
	held    atomic.Bool   // the goroutine that reads waits
	resume  chan struct{} // has a token when it may go on

	topics subscribed // of a peer of a publisher
}

// weight returns what a message of that cost counts: at least so much that not more than a
// high-water mark of them wait.
func (s *session) weight(n int64) int64 {
	return max(n, s.core.limits.window/int64(s.core.limits.highWater))
}

func newSession(c *core, conn net.Conn, result shaken, h handler) *session {
	s := &session{
		core: c, handler: h, stream: newStream(conn), address: addressOf(conn),
		version: result.version, peer: result.peer,
		stopped: make(chan struct{}), resume: make(chan struct{}, 1),
	}
	s.account = c.budget.open(func(reason error) {
		s.cut.Store(true)
		go s.stop(reason) // whoever has used up the budget may hold locks
	})
	s.in = reader{
		limits: &c.limits, account: s.account, box: result.box, command: s.command,
		message: func(frames [][]byte) error { return h.message(s, frames) }, place: c.place,
	}
	s.out = outbox{stream: s.stream, limits: &c.limits, account: s.account, box: result.box, fail: s.unsendable}
	return s
}

// run reads the connection until it ends. It returns false when another goroutine reads on.
func (s *session) run() (ended bool) {
	var err error
	for err == nil || errors.Is(err, errInterrupted) {
		err = s.step()
		if s.brought {
			s.brought = false
			if h, ok := s.handler.(hander); ok && !h.hand(s) {
				return false
			}
		}
	}
	s.finish(err)
	return true
}

// errInterrupted ends a step by which nothing has come, since the one that reads has been
// interrupted.
var errInterrupted = errors.New("interrupted")

// step waits for bytes of the peer and takes them.
func (s *session) step() error {
	err := s.stream.receive(&s.in)
	s.reads.Add(1)
	if !errors.Is(err, os.ErrDeadlineExceeded) || s.silenced.Load() {
		return err
	}
	_ = s.stream.SetReadDeadline(time.Time{}) // fails only when the connection is closed
	if s.silenced.Load() {                    // since then: it had a deadline of its own
		return err
	}
	return errInterrupted
}

// interrupt has step return.
func (s *session) interrupt() { _ = s.stream.SetReadDeadline(time.Unix(1, 0)) }

// finish takes the connection down. It is called once, by the one that reads.
func (s *session) finish(reason error) {
	s.stop(reason)
	s.in.drop()
	s.out.flusher.Wait()
	s.account.close()
	s.handler.over(s, s.reason)
}

// stop closes the connection. It does not wait for the goroutines that use it.
func (s *session) stop(reason error) {
	s.once.Do(func() {
		s.reason = &PeerError{Peer: s.address, Err: reason}
		s.out.close(s.reason)
		close(s.stopped) // after which nothing is sent
		s.pulses.stop()
		_ = s.stream.Close() // nothing that was to be sent is lost by it that was not before
	})
}

// lastWords bounds how long the peer's last bytes are read after nothing can be sent to it any
// more.
const lastWords = time.Second

// unsendable ends the connection when nothing can be sent by it any more. What the peer has sent
// before can still be read.
func (s *session) unsendable(reason error) {
	s.out.close(&PeerError{Peer: s.address, Err: reason})
	s.silenced.Store(true)
	_ = s.stream.SetReadDeadline(time.Now().Add(lastWords)) // fails only when the connection is closed
}

// isOrdinary reports whether a connection has ended as connections do: by the end of a program or
// of the network.
func isOrdinary(reason error) bool {
	return errors.Is(reason, io.EOF) || errors.Is(reason, net.ErrClosed) || errors.Is(reason, syscall.ECONNRESET) ||
		errors.Is(reason, syscall.EPIPE)
}

// command handles a command after the handshake. Unknown commands are ignored, as RFC 37 says.
func (s *session) command(body []byte) error {
	name, data, err := parseCommand(body)
	if err != nil {
		return err
	}
	switch name {
	case commandSubscribe, commandCancel:
		return s.handler.subscription(s, data, name == commandSubscribe)
	case commandPing:
		return s.ponged(data)
	case commandError:
		return parseError(data)
	}
	return nil
}

// isFull reports whether too many messages wait to be taken.
func (s *session) isFull() bool { return s.waiting.Load() >= s.core.limits.window }

// hold waits while too many messages wait to be taken.
func (s *session) hold() error {
	if !s.isFull() {
		return nil
	}
	for {
		s.held.Store(true)
		if !s.isFull() {
			s.held.Store(false)
			return nil
		}
		select {
		case <-s.resume:
		case <-s.stopped:
			return s.reason
		}
	}
}

// received counts messages that wait to be taken, of a cost and a weight together.
func (s *session) received(cost, weight int64) {
	s.waiting.Add(weight)
	s.account.add(cost)
}

// taken counts messages that do not wait any more, and has the connection read again.
func (s *session) taken(cost, weight int64) {
	s.account.add(-cost)
	if s.waiting.Add(-weight) <= s.core.limits.window/2 && s.held.CompareAndSwap(true, false) {
		select {
		case s.resume <- struct{}{}:
		default:
		}
	}
}
