//go:build libzmq

package zmq

import (
	"context"
	"errors"
	"net"
	"sync"
	"syscall"
	"time"

	zmq4 "github.com/pebbe/zmq4"
)

// socket makes a libzmq socket, which only one thread may touch at a time, usable from goroutines:
// a lock around every touch, and one goroutine that waits for the socket's event descriptor.
//
// The descriptor is edge-triggered, and any call into the socket can use up the edge that announces
// a message or room for one. So whoever has touched the socket looks before giving up the lock what
// it can do now (see settle).
type socket struct {
	ctx  *sharedContext
	edge *edge

	mu     sync.Mutex
	z      *zmq4.Socket
	closed bool
	// lost is set when no more messages will arrive; the ones that are queued can still be received.
	lost bool
	// parked is set while the receiver waits for the edge and need not look before it comes.
	parked bool
	// room, if not nil, is closed when a sender that found no room should try again.
	room chan struct{}
}

// errLost is what receive and send end with when the socket is marked lost.
var errLost = errors.New("pizco/transport: connection lost")

func newSocket(ctx *sharedContext, kind zmq4.Type, configure func(*zmq4.Socket) error) (*socket, error) {
	z, err := ctx.open(kind)
	if err != nil {
		return nil, err
	}
	s := &socket{ctx: ctx, z: z}
	var fd int
	if err = configure(z); err == nil {
		fd, err = z.GetFd()
	}
	if err == nil {
		s.edge, err = watch(fd)
	}
	if err != nil {
		_ = z.Close()
		ctx.release()
		return nil, err
	}
	return s, nil
}

// receive waits for the next message as long as the context allows. Only one goroutine at a time
// may call it, wait or await.
func (s *socket) receive(ctx context.Context) (frames [][]byte, err error) {
	err = s.wait(ctx, func(z *zmq4.Socket) (err error) {
		frames, err = z.RecvMessageBytes(zmq4.DONTWAIT)
		return err
	})
	return frames, err
}

// poll receives a message, or returns EAGAIN if no message is waiting. Any goroutine may call it.
func (s *socket) poll() (frames [][]byte, err error) {
	err = s.do(func(z *zmq4.Socket) (err error) {
		frames, err = z.RecvMessageBytes(zmq4.DONTWAIT)
		if again(err) && s.lost {
			err = errLost
		}
		return err
	})
	return frames, err
}

// await waits until there is a message, which it leaves where it is.
func (s *socket) await() error {
	return s.wait(context.Background(), func(z *zmq4.Socket) error {
		state, err := z.GetEvents()
		if err == nil && state&zmq4.POLLIN == 0 {
			err = zmq4.Errno(syscall.EAGAIN)
		}
		return err
	})
}

// wait calls try, and again whenever there may be a message, for as long as it returns EAGAIN and
// the context allows.
func (s *socket) wait(ctx context.Context, try func(*zmq4.Socket) error) error {
	stop := context.AfterFunc(ctx, s.edge.wake)
	defer stop()
	for {
		err := error(zmq4.Errno(syscall.EAGAIN)) // also where the edge is woken before the first try
		if closed := s.edge.wait(func() bool {
			err = s.attempt(try)
			return !again(err)
		}); closed != nil {
			return closed
		}
		if !again(err) {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
}

// attempt calls try. It returns EAGAIN only once libzmq has worked through all that the descriptor
// announced, with the receiver marked as parked: the next message makes another edge.
func (s *socket) attempt(try func(*zmq4.Socket) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if s.closed {
			return net.ErrClosed
		}
		s.parked = false
		err := try(s.z)
		readable, stateErr := s.settle()
		switch {
		case !again(err):
			return err
		case stateErr != nil:
			return stateErr
		case readable: // it came after the try
		case s.lost:
			return errLost
		default:
			s.parked = true
			return err
		}
	}
}

// settle passes on what the socket can do now: senders that wait for room try again, and a parked
// receiver looks when there is a message. The lock is held.
func (s *socket) settle() (readable bool, err error) {
	state, err := s.z.GetEvents()
	if err != nil || state&zmq4.POLLOUT != 0 {
		s.endRoom()
	}
	readable = err != nil || state&zmq4.POLLIN != 0
	if readable && s.parked {
		s.parked = false
		s.edge.wake()
	}
	return readable, err
}

// endRoom makes the senders that wait for room try again. The lock is held.
func (s *socket) endRoom() {
	if s.room != nil {
		close(s.room)
		s.room = nil
	}
}

// do touches the socket under its lock.
func (s *socket) do(touch func(*zmq4.Socket) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return net.ErrClosed
	}
	err := touch(s.z)
	_, _ = s.settle() // which tells the receiver of an error
	return err
}

// trySend sends a message, whose frames are in parts, if there is room for it.
func (s *socket) trySend(parts ...[][]byte) error {
	return s.do(func(z *zmq4.Socket) error { return sendOnce(z, parts) })
}

// sendOnce sends a message, or returns EAGAIN when there is no room for it.
func sendOnce(z *zmq4.Socket, parts [][][]byte) error {
	send := func() error {
		message := make([]any, len(parts))
		for i, frames := range parts {
			message[i] = frames
		}
		_, err := z.SendMessageDontwait(message...)
		return err
	}
	err := send()
	if again(err) { // as of when libzmq last looked, which it does not do when it sends
		if _, err := z.GetEvents(); err != nil {
			return err
		}
		err = send()
	}
	return err
}

// send sends a message, waiting for room as long as the context allows. Room is noticed while
// somebody receives.
func (s *socket) send(ctx context.Context, parts ...[][]byte) error {
	for {
		var room chan struct{}
		err := s.do(func(z *zmq4.Socket) error {
			if s.lost {
				return errLost
			}
			err := sendOnce(z, parts)
			if again(err) {
				if s.room == nil {
					s.room = make(chan struct{})
				}
				room = s.room
			}
			return err
		})
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

// markLost ends the receiver once it has received what is there, and the senders.
func (s *socket) markLost() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.lost {
		return
	}
	s.lost = true
	s.endRoom()
	s.edge.wake()
}

// close closes the socket; what was sent may take linger to leave, which the last one of the
// context waits for.
func (s *socket) close(linger time.Duration) error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.endRoom()
	err := errors.Join(s.z.SetLinger(linger), s.z.Close())
	s.mu.Unlock()
	s.edge.close() // waits for the receiver, which may be about to take the lock
	s.ctx.release()
	return err
}

// again reports whether a call that must not wait would have had to.
func again(err error) bool {
	return err != nil && zmq4.AsErrno(err) == zmq4.Errno(syscall.EAGAIN)
}
