//go:build libzmq

package zmq

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	zmq4 "github.com/pebbe/zmq4"
)

// socket makes a libzmq socket, which only one thread may touch at a time, usable from goroutines:
// a lock around every touch, and one goroutine that waits for the socket's event descriptor
// (wait.go).
//
// The descriptor is edge-triggered, and any call into the socket can use up the edge that announces
// a message. So whoever has touched the socket looks, before giving up the lock, whether there is
// something to receive while the receiver is parked, and wakes it.
type socket struct {
	ctx  *sharedContext
	fd   int // libzmq's own
	most int // how many messages are received at once

	// inbox are messages that have been received and not been asked for, quick how many in a row
	// came quickly, and alone is set while each has to be waited for: then they are received one by
	// one, since to find that there is no second one costs as much as to receive it. They are the
	// receiver's.
	inbox [][][]byte
	shelf [][][]byte // the memory of the inbox, from its beginning on
	quick int
	alone bool
	// unwatched is how many messages the receiver sleeps for without looking for them before.
	unwatched int

	closed atomic.Bool // changed under the lock

	mu sync.Mutex
	z  *zmq4.Socket
	// single, if not nil, receives one message in place of a batch.
	single func() ([][]byte, error)
	// refillParking is refill(true), kept since it takes memory to make it.
	refillParking func() error
	// lost is set when no more messages can come once those that are there have been received.
	lost bool
	// parked is set from when the receiver has found nothing until it is woken or finds something.
	parked bool
	// interrupted is set when the receiver has to look whether its context allows it to go on.
	interrupted bool
	// asleep is what the receiver sleeps by with its thread, and watched what it does by without;
	// asleep is nil while it does not.
	asleep  *sleeper
	watched *watched
	// left, if not nil, is closed when the receiver does not sleep with its thread any more.
	left chan struct{}
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
	s := &socket{ctx: ctx, z: z, most: batchMessages}
	s.refillParking = func() error { return s.refill(true) }
	if kind == zmq4.REP { // which has to answer one before it receives the next
		s.most = 1
	}
	if err = configure(z); err == nil {
		s.fd, err = z.GetFd()
	}
	if err == nil {
		s.watched, err = watch(s.fd) // which is how it waits at first, and fails when there is no file left
	}
	if err != nil {
		_ = z.Close()
		ctx.release()
		return nil, err
	}
	return s, nil
}

// receive waits for the next message as long as the context allows. Only one goroutine at a time
// may call it, poll or await.
func (s *socket) receive(ctx context.Context) (frames [][]byte, err error) {
	if frames, ok, err := s.buffered(); ok {
		return frames, err
	}
	if err := s.wait(ctx, s.refillParking); err != nil {
		return nil, err
	}
	return s.unpack(), nil
}

// poll receives a message, or returns EAGAIN when there is none. It uses up the descriptor's edge:
// who waits next looks first.
func (s *socket) poll() ([][]byte, error) {
	if frames, ok, err := s.buffered(); ok {
		return frames, err
	}
	if err := s.refill(false); err != nil {
		return nil, err
	}
	return s.unpack(), nil
}

// buffered returns the first message of the inbox; ok is false when that is empty.
func (s *socket) buffered() (frames [][]byte, ok bool, err error) {
	switch {
	case len(s.inbox) == 0:
		return nil, false, nil
	case s.closed.Load():
		return nil, true, net.ErrClosed
	}
	return s.unpack(), true, nil
}

// unpack takes the first message out of the inbox, which has one.
func (s *socket) unpack() [][]byte {
	frames := s.inbox[0]
	s.inbox[0] = nil
	s.inbox = s.inbox[1:]
	return frames
}

// await waits until there is a message, which it leaves where it is.
func (s *socket) await() error { return s.wait(context.Background(), s.readable) }

// readable returns EAGAIN and marks the receiver as parked when there is no message.
func (s *socket) readable() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed.Load() {
		return net.ErrClosed
	}
	events, err := events(raw(s.z))
	if err == nil && events&zmq4.POLLIN == 0 {
		err = zmq4.Errno(syscall.EAGAIN)
	}
	s.parked = again(err)
	return err
}

// refill receives the messages that there are into the inbox, which is empty; when there are none,
// it marks the receiver as parked, if it is to be.
func (s *socket) refill(park bool) error {
	b := takeBatch()
	defer b.giveBack()
	s.mu.Lock()
	s.inbox = s.shelf[:0]
	err := s.fill(b)
	s.parked = park && again(err)
	s.mu.Unlock()
	if err == nil && s.single == nil {
		s.inbox = b.appendTo(s.inbox, len(s.inbox) > 0)
	}
	s.shelf = s.inbox
	if len(s.inbox) > 1 {
		s.quick, s.alone = 0, false // they come faster than one by one: there is other work meanwhile
	}
	return err
}

// fill receives messages into a batch, of which the first goes on with the last of the inbox, if
// there is one. The lock is held.
func (s *socket) fill(b *batch) error {
	if s.closed.Load() {
		return net.ErrClosed
	}
	if s.room != nil {
		s.offerRoom()
	}
	// When there is nothing, libzmq has worked through all that the descriptor announced: the next
	// message makes another edge. Nothing may touch the socket between this and parking.
	err := s.fillAll(b)
	if again(err) && s.lost {
		return errLost
	}
	return err
}

func (s *socket) fillAll(b *batch) error {
	if s.single != nil {
		frames, err := s.single()
		if err == nil {
			s.inbox = append(s.inbox, frames)
		}
		return err
	}
	most := s.most
	if s.alone && s.quick == briskEnough {
		most = 1
	}
	for more := false; ; more = true {
		err := b.receive(raw(s.z), most, more)
		if err != nil || !b.more() {
			return err
		}
		s.inbox = b.appendTo(s.inbox, more)
	}
}

// offerRoom lets the senders that wait for room try again. The lock is held.
func (s *socket) offerRoom() {
	if events, err := events(raw(s.z)); err != nil || events&zmq4.POLLOUT != 0 {
		s.endRoom()
	}
}

// endRoom has the senders that wait for room try again. The lock is held.
func (s *socket) endRoom() {
	if s.room != nil {
		close(s.room)
		s.room = nil
	}
}

// do touches the socket under its lock, and wakes the receiver if that used up its edge.
func (s *socket) do(touch func(*zmq4.Socket) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed.Load() {
		return net.ErrClosed
	}
	err := touch(s.z)
	s.touched()
	return err
}

// touched wakes the receiver when it is parked although there is something for it. The lock is
// held.
func (s *socket) touched() {
	if !s.parked {
		return
	}
	if events, err := events(raw(s.z)); err != nil || events&zmq4.POLLIN != 0 {
		s.wake()
	}
}

// markLost ends the receiver once it has received what is there.
func (s *socket) markLost() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed.Load() || s.lost {
		return
	}
	s.lost = true
	s.endRoom()
	if s.parked {
		s.wake()
	}
}

// close closes the socket; what was sent may take linger to leave.
func (s *socket) close(linger time.Duration) error {
	s.mu.Lock()
	if s.closed.Load() {
		s.mu.Unlock()
		return nil
	}
	s.closed.Store(true)
	s.endRoom()
	s.leave()
	err := s.z.SetLinger(linger)
	if closeErr := s.z.Close(); err == nil {
		err = closeErr
	}
	watched := s.watched
	s.mu.Unlock()
	watched.close() // ends the receiver, whose look needs the lock
	s.ctx.release()
	return err
}

// again reports whether a call that must not wait would have had to.
func again(err error) bool {
	return err != nil && zmq4.AsErrno(err) == zmq4.Errno(syscall.EAGAIN)
}

// recvWithUser receives a message of a ROUTER socket with the user, which the handler of handshakes
// names, as a frame in front of it.
func (s *socket) recvWithUser() ([][]byte, error) {
	z := s.z
	peer, err := z.RecvBytes(zmq4.DONTWAIT)
	if err != nil {
		return nil, err
	}
	// The frame with the name of the peer is libzmq's own, and does not always have what comes with
	// the peer's.
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

// pollOne receives a message past the inbox, or returns nil when there is none. Any goroutine may
// call it, also while another one waits in await.
func (s *socket) pollOne() (frames [][]byte, err error) {
	if s.still() {
		return nil, nil
	}
	b := takeBatch()
	defer b.giveBack()
	err = s.do(func(z *zmq4.Socket) error {
		var one [][][]byte
		for more := false; ; more = true {
			if err := b.receive(raw(z), 1, more); err != nil {
				return err
			}
			one = b.appendTo(one, more)
			if !b.more() {
				frames = one[0]
				return nil
			}
		}
	})
	if again(err) {
		err = nil
	}
	return frames, err
}

// still reports that there is no message, as far as that can be known without a call into libzmq:
// whoever uses up the edge of one wakes the receiver.
func (s *socket) still() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.parked && !s.closed.Load() && !announced(s.fd)
}
