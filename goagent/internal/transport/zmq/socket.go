package zmq

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	zmq4 "github.com/pebbe/zmq4"
)

// socket makes a libzmq socket, which only one thread may touch at a time, usable from goroutines: a
// lock around every touch, and the socket's event descriptor in Go's poller so that waiting holds
// no thread.
//
// The descriptor is edge-triggered, and any call into the socket can use up the edge that announces a
// message. So whoever has touched the socket looks, before giving up the lock, whether there is something to
// receive while the receiver is parked, and wakes it.
type socket struct {
	ctx  *sharedContext
	file *os.File
	raw  syscall.RawConn

	// recv receives a message without waiting for one.
	recv func() ([][]byte, error)

	mu     sync.Mutex
	z      *zmq4.Socket
	frames frames
	closed bool
	// lost is set when no more messages can come once those that are there have been received.
	lost bool
	// parked is set while the receiver waits for an edge.
	parked bool
	// room, if not nil, is closed when a sender that found no room should try again.
	room chan struct{}
}

// errLost is what receive ends with when the socket is marked lost and empty.
var errLost = errors.New("pizco/transport: connection lost")

func newSocket(ctx *sharedContext, kind zmq4.Type, configure func(*zmq4.Socket) error) (*socket, error) {
	z, err := ctx.open(kind)
	if err != nil {
		return nil, err
	}
	s := &socket{ctx: ctx, z: z, frames: newFrames(z)}
	s.recv = s.frames.receive
	if err := s.prepare(configure); err != nil {
		_ = z.Close()
		s.frames.free()
		ctx.release()
		return nil, err
	}
	return s, nil
}

func (s *socket) prepare(configure func(*zmq4.Socket) error) error {
	if err := configure(s.z); err != nil {
		return err
	}
	fd, err := s.z.GetFd()
	if err != nil {
		return err
	}
	// The descriptor stays libzmq's own; the poller gets another one of the same event counter.
	dup, err := syscall.Dup(fd)
	if err != nil {
		return os.NewSyscallError("dup", err)
	}
	syscall.CloseOnExec(dup)
	s.file = os.NewFile(uintptr(dup), "zmq")
	s.raw, err = s.file.SyscallConn()
	if err != nil {
		_ = s.file.Close()
	}
	return err
}

// receive waits for the next message as long as the context allows. Only one goroutine at a time may call it, poll or await.
func (s *socket) receive(ctx context.Context) (frames [][]byte, err error) {
	err = s.wait(ctx, func() error {
		var tryErr error
		frames, tryErr = s.tryReceive()
		return tryErr
	})
	return frames, err
}

// await waits until there is a message, which it leaves where it is.
func (s *socket) await() error { return s.wait(context.Background(), s.readable) }

// wait calls try, and again after each edge of the descriptor for as long as it returns EAGAIN.
func (s *socket) wait(ctx context.Context, try func() error) (err error) {
	if ctx.Done() != nil {
		stop := context.AfterFunc(ctx, s.interrupt)
		defer stop()
	}
	for {
		waitErr := s.raw.Read(func(uintptr) bool {
			err = try()
			return !again(err)
		})
		switch {
		case waitErr == nil:
			return err
		case errors.Is(waitErr, os.ErrDeadlineExceeded):
			// Woken by wake: look again.
			if err := s.file.SetReadDeadline(time.Time{}); err != nil {
				return net.ErrClosed
			}
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
		default:
			return net.ErrClosed
		}
	}
}

// readable returns EAGAIN and marks the receiver as parked when there is no message.
func (s *socket) readable() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return net.ErrClosed
	}
	events, err := s.frames.events()
	if err == nil && events&zmq4.POLLIN == 0 {
		err = zmq4.Errno(syscall.EAGAIN)
	}
	s.parked = again(err)
	return err
}

// tryReceive receives a message if there is one; otherwise it marks the receiver as parked.
func (s *socket) tryReceive() ([][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	frames, err := s.take()
	s.parked = again(err)
	return frames, err
}

// poll receives a message, or returns EAGAIN when there is none. It uses up the descriptor's edge: who waits next looks first.
func (s *socket) poll() ([][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.take()
}

// take receives a message if there is one. The lock is held.
func (s *socket) take() ([][]byte, error) {
	if s.closed {
		return nil, net.ErrClosed
	}
	if s.room != nil {
		s.offerRoom()
	}
	// When there is nothing, libzmq has worked through all that the descriptor announced: the next message
	// makes another edge. Nothing may touch the socket between this and parking.
	frames, err := s.recv()
	if again(err) && s.lost {
		return nil, errLost
	}
	return frames, err
}

// offerRoom lets the senders that wait for room try again. The lock is held.
func (s *socket) offerRoom() {
	if events, err := s.frames.events(); err != nil || events&zmq4.POLLOUT != 0 {
		close(s.room)
		s.room = nil
	}
}

// do touches the socket under its lock, and wakes the receiver if that used up its edge.
func (s *socket) do(touch func(*zmq4.Socket) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return net.ErrClosed
	}
	err := touch(s.z)
	s.touched()
	return err
}

// touched wakes the receiver when it is parked although there is something for it. The lock is held.
func (s *socket) touched() {
	if !s.parked {
		return
	}
	if events, err := s.frames.events(); err != nil || events&zmq4.POLLIN != 0 {
		s.wake()
	}
}

// wake makes a parked receiver look again. The lock is held.
func (s *socket) wake() {
	s.parked = false
	s.interrupt()
}

// interrupt makes the receiver look again whether there is a message and whether its context allows it to go on.
func (s *socket) interrupt() {
	_ = s.file.SetReadDeadline(time.Unix(1, 0)) // fails only when the file is closed, and then nobody waits
}

// markLost ends the receiver once it has received what is there.
func (s *socket) markLost() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.lost {
		return
	}
	s.lost = true
	if s.room != nil {
		close(s.room)
		s.room = nil
	}
	if s.parked {
		s.wake()
	}
}

// trySend sends a message if there is room for it.
func (s *socket) trySend(parts ...[][]byte) error {
	return s.do(func(*zmq4.Socket) error { return s.sendMessage(parts) })
}

// send sends a message, waiting for room as long as the context allows.
func (s *socket) send(ctx context.Context, parts ...[][]byte) error {
	for {
		room, err := s.sendOrQueue(parts)
		if room == nil {
			return err
		}
		select {
		case <-room:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// sendOrQueue sends a message, or returns a channel that is closed when it should be tried again.
func (s *socket) sendOrQueue(parts [][][]byte) (<-chan struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if s.closed {
			return nil, net.ErrClosed
		}
		if s.lost {
			return nil, errLost
		}
		err := s.sendMessage(parts)
		if !again(err) {
			s.touched()
			return nil, err
		}
		events, eventsErr := s.frames.events()
		if eventsErr != nil {
			return nil, eventsErr
		}
		if events&zmq4.POLLOUT != 0 {
			continue
		}
		if s.room == nil {
			s.room = make(chan struct{})
		}
		s.touched()
		return s.room, nil
	}
}

// close closes the socket; what was sent may take linger to leave.
func (s *socket) close(linger time.Duration) error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	if s.room != nil {
		close(s.room)
		s.room = nil
	}
	err := s.z.SetLinger(linger)
	if closeErr := s.z.Close(); err == nil {
		err = closeErr
	}
	s.frames.free()
	s.mu.Unlock()
	_ = s.file.Close() // ends the receiver
	s.ctx.release()
	return err
}

// again reports whether a call that must not wait would have had to.
func again(err error) bool {
	return err != nil && zmq4.AsErrno(err) == zmq4.Errno(syscall.EAGAIN)
}

// recvWithUser receives a message of a ROUTER socket with the user, which the handler of handshakes names, as a frame in front of it.
func (s *socket) recvWithUser() ([][]byte, error) {
	z := s.z
	peer, err := z.RecvBytes(zmq4.DONTWAIT)
	if err != nil {
		return nil, err
	}
	// The frame with the name of the peer is libzmq's own, and does not always have what comes with the peer's.
	first, about, err := z.RecvBytesWithMetadata(0, "User-Id")
	if err != nil {
		return nil, err
	}
	return recvRest(z, append(make([][]byte, 0, 9), []byte(about["User-Id"]), peer, first))
}

// recvRest receives the further frames of a message.
func recvRest(z *zmq4.Socket, frames [][]byte) ([][]byte, error) {
	for {
		more, err := z.GetRcvmore()
		if err != nil {
			return nil, err
		}
		if !more {
			return frames, nil
		}
		// The parts of a message come together, so this does not wait.
		frame, err := z.RecvBytes(0)
		if err != nil {
			return nil, err
		}
		frames = append(frames, frame)
	}
}

// sendMessage sends the frames of all parts as one message. The lock is held.
func (s *socket) sendMessage(parts [][][]byte) error {
	if sent, err := s.frames.send(parts); sent {
		return err
	}
	left := 0
	for _, p := range parts {
		left += len(p)
	}
	for _, p := range parts {
		for _, frame := range p {
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
