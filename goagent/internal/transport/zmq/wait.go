//go:build libzmq

package zmq

import (
	"context"
	"net"
	"syscall"
	"time"

	zmq4 "github.com/pebbe/zmq4"
)

// A goroutine waits for its socket in one of two ways. One that has waited for long, and may for
// ever, is parked by Go, and the socket's descriptor is in Go's poller. That is cheap to have and
// dear to leave: when Go makes a goroutine ready while a processor is idle, it wakes another thread
// to look for more work, and that takes time from those threads of libzmq's that carry the next
// message. So where messages follow each other quickly, the goroutine keeps its thread and waits in
// the kernel, as long as the next one comes soon.
const (
	// brisk is the time within which a message comes that counts as quick.
	brisk = 500 * time.Microsecond
	// briskEnough is how many such messages there must have been, one after the other.
	briskEnough = 8
)

// wait calls try, and again whenever there may be something new, for as long as it returns EAGAIN,
// which it does with the receiver marked as parked.
func (s *socket) wait(ctx context.Context, try func() error) error {
	if ctx.Done() != nil {
		stop := context.AfterFunc(ctx, s.interrupt)
		defer stop()
	}
	for {
		var err error
		if s.quick == briskEnough {
			err = s.waitKeeping(try)
		} else {
			err = s.waitParked(try)
		}
		if !again(err) {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
}

// waitKeeping calls try and sleeps with the thread when it has returned EAGAIN.
func (s *socket) waitKeeping(try func() error) error {
	err := try()
	if !again(err) {
		s.alone = false
		return err
	}
	s.alone = true
	if sleeper := takeSleeper(); sleeper == nil || !s.sleep(sleeper) {
		s.quick = 0
	}
	return err
}

// waitParked calls try, and has Go park the goroutine while it returns EAGAIN.
func (s *socket) waitParked(try func() error) error {
	w, err := s.watch()
	if err != nil { // there is no file left
		if err := try(); !again(err) {
			return err
		}
		napWith(s.fd)
		return zmq4.Errno(syscall.EAGAIN)
	}
	err = zmq4.Errno(syscall.EAGAIN)
	var began time.Time
	w.wait(func() bool {
		err = try()
		if again(err) {
			began = time.Now()
		}
		return !again(err)
	})
	switch {
	case again(err) || began.IsZero():
	case time.Since(began) > brisk:
		s.quick = 0
	default:
		s.quick++
	}
	return err
}

// sleep sleeps with the thread, by a sleeper, which it gives back. It returns false when nothing
// has happened.
func (s *socket) sleep(by *sleeper) bool {
	defer by.giveBack()
	s.mu.Lock()
	if s.interrupted || !s.parked || s.closed.Load() { // woken already
		s.interrupted = false
		s.mu.Unlock()
		return true
	}
	s.watched.close() // else Go's poller is woken as well each time
	s.watched = nil
	s.asleep = by
	s.mu.Unlock()
	soon := s.sleepBy(by)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asleep = nil
	s.interrupted = false
	if s.left != nil {
		close(s.left)
		s.left = nil
	}
	return soon
}

// restraint is for how many messages a receiver sleeps at once after one for which it was not worth
// to look.
const restraint = 64

// sleepBy sleeps by a sleeper, and looks before if that was worth it the last time. It returns
// false when nothing has happened.
func (s *socket) sleepBy(by *sleeper) bool {
	if s.unwatched > 0 {
		s.unwatched--
		return by.sleep(s.fd)
	}
	seen, looked := by.look(s.fd)
	if looked && !seen {
		s.unwatched = restraint
	}
	return seen || by.sleep(s.fd)
}

// watch returns the descriptor in Go's poller.
func (s *socket) watch() (*watched, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed.Load():
		return nil, net.ErrClosed
	case s.watched != nil:
		return s.watched, nil
	}
	var err error
	s.watched, err = watch(s.fd)
	return s.watched, err
}

// wake makes a parked receiver look again. The lock is held.
func (s *socket) wake() {
	s.parked = false
	switch {
	case s.asleep != nil:
		s.asleep.wake()
	case s.watched != nil:
		s.watched.wake()
	}
}

// interrupt makes the receiver look again whether there is a message and whether its context allows
// it to go on.
func (s *socket) interrupt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.interrupted = true
	s.wake()
}

// leave makes a receiver that sleeps with its thread stop to use the descriptor. The lock is held,
// but not meanwhile.
func (s *socket) leave() {
	if s.asleep == nil {
		return
	}
	s.left = make(chan struct{})
	left := s.left
	s.asleep.wake()
	s.mu.Unlock()
	<-left
	s.mu.Lock()
}
