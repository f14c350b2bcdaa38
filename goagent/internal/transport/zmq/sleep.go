package zmq

/*
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

static int64_t pizco_now(void) {
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

// How pizco_sleep ended.
enum { PIZCO_NOTHING, PIZCO_SEEN, PIZCO_WOKEN };

// Waits until one of two descriptors can be read, or for so many milliseconds. For the first nanoseconds of that it does not sleep but
// looks again and again, and lets other threads run in between. An interruption counts as being woken, and has the caller look.
static int pizco_sleep(int socket, int waker, int64_t nanoseconds, int milliseconds) {
	struct pollfd fds[2] = {{.fd = socket, .events = POLLIN}, {.fd = waker, .events = POLLIN}};
	int rc = 0, how = PIZCO_SEEN;
	if (nanoseconds > 0) {
		int64_t end = pizco_now() + nanoseconds;
		while ((rc = poll(fds, 2, 0)) == 0 && pizco_now() < end)
			sched_yield();
	}
	if (rc == 0) {
		how = PIZCO_WOKEN;
		rc = poll(fds, 2, milliseconds);
	}
	if (rc > 0 && fds[1].revents) {
		char sink[16];
		while (read(waker, sink, sizeof sink) > 0)
			;
	}
	return rc == 0 ? PIZCO_NOTHING : how;
}

static int pizco_pipe(int fds[2]) {
	if (pipe(fds) < 0)
		return errno;
	for (int i = 0; i < 2; i++) {
		fcntl(fds[i], F_SETFD, FD_CLOEXEC);
		fcntl(fds[i], F_SETFL, O_NONBLOCK);
	}
	return 0;
}

static void pizco_wake(int waker) {
	if (write(waker, "", 1) < 0) {
		// It is full: whoever sleeps wakes up all the same.
	}
}
*/
import "C"

import (
	"context"
	"net"
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"

	zmq4 "github.com/pebbe/zmq4"
)

// A goroutine waits for its socket in one of two ways. One that has waited for long, and may for ever, is parked by Go, and the socket's
// descriptor is in Go's poller. That is cheap to have and dear to leave: when Go makes a goroutine ready while a processor is idle, it
// wakes another thread to look for more work, and that takes time from those threads of libzmq's that carry the next message. So where messages
// follow each other quickly, the goroutine keeps its thread and waits in the kernel, as long as the next one comes soon.
const (
	// brisk is the time within which a message comes that counts as quick.
	brisk = 500 * time.Microsecond
	// briskEnough is how many such messages there must have been, one after the other.
	briskEnough = 8
	// nap is for how long a goroutine keeps its thread, in milliseconds.
	nap = 2
)

// A thread that sleeps lets its processor halt, and to wake processors is most of the time of a round trip. So a goroutine that keeps its
// thread looks for the next message for a while before it sleeps, as long as that is worth it.
const (
	// watchful is for how long it looks.
	watchful = 200 * time.Microsecond
	// restraint is for how many messages it does not when one has not come within that time.
	restraint = 64
)

// lookouts is how many goroutines may look at the same time: not all processors are there to wait.
var lookouts = make(chan struct{}, max(runtime.NumCPU()/2, 1))

// sleeper is what one goroutine at a time sleeps by that keeps its thread.
type sleeper struct{ awake, waker C.int }

// sleepers are those that nobody uses at the moment, and how many there are in all. Who finds none is parked by Go.
var sleepers struct {
	mu    sync.Mutex
	spare []*sleeper
	made  int
}

// takeSleeper returns nil when there is none, and where a thread that waits would keep the only processor of Go for some time.
func takeSleeper() *sleeper {
	if runtime.GOMAXPROCS(0) == 1 {
		return nil
	}
	sleepers.mu.Lock()
	defer sleepers.mu.Unlock()
	if last := len(sleepers.spare) - 1; last >= 0 {
		s := sleepers.spare[last]
		sleepers.spare = sleepers.spare[:last]
		return s
	}
	var fds [2]C.int
	if sleepers.made == 2*runtime.NumCPU() || C.pizco_pipe(&fds[0]) != 0 {
		return nil
	}
	sleepers.made++
	return &sleeper{fds[0], fds[1]}
}

func (s *sleeper) giveBack() {
	sleepers.mu.Lock()
	defer sleepers.mu.Unlock()
	sleepers.spare = append(sleepers.spare, s)
}

// sleep waits for a descriptor, and reports false when the time is over.
func (s *sleeper) sleep(fd int) bool {
	return C.pizco_sleep(C.int(fd), s.awake, 0, nap) != C.PIZCO_NOTHING
}

// look is sleep that looks again and again at first. It reports also whether that was worth it.
func (s *sleeper) look(fd int) (soon, seen bool) {
	select {
	case lookouts <- struct{}{}:
		defer func() { <-lookouts }()
	default:
		return s.sleep(fd), true
	}
	how := C.pizco_sleep(C.int(fd), s.awake, C.int64_t(watchful), nap)
	return how != C.PIZCO_NOTHING, how == C.PIZCO_SEEN
}

// napWith waits for a descriptor for a moment.
func napWith(fd int) { C.pizco_sleep(C.int(fd), -1, 0, nap) }

// announced reports whether a descriptor can be read.
func announced(fd int) bool { return C.pizco_sleep(C.int(fd), -1, 0, 0) != C.PIZCO_NOTHING }

func (s *sleeper) wake() { C.pizco_wake(s.waker) }

// watched is a socket's descriptor in Go's poller.
type watched struct {
	file *os.File
	raw  syscall.RawConn
}

// watch puts a descriptor in Go's poller. It stays libzmq's own; the poller gets another one of the same event counter.
func watch(fd int) (*watched, error) {
	dup, err := syscall.Dup(fd)
	if err != nil {
		return nil, os.NewSyscallError("dup", err)
	}
	syscall.CloseOnExec(dup)
	w := &watched{file: os.NewFile(uintptr(dup), "zmq")}
	if w.raw, err = w.file.SyscallConn(); err != nil {
		_ = w.file.Close()
		return nil, err
	}
	return w, nil
}

// wake has the goroutine that waits look again.
func (w *watched) wake() {
	_ = w.file.SetReadDeadline(time.Unix(1, 0)) // fails only when the file is closed, and then nobody waits
}

// wait calls look, and again after each edge of the descriptor, until it returns true or wake is called.
func (w *watched) wait(look func() bool) {
	if err := w.raw.Read(func(uintptr) bool { return look() }); err != nil {
		_ = w.file.SetReadDeadline(time.Time{})
	}
}

func (w *watched) close() {
	if w != nil {
		_ = w.file.Close()
	}
}

// wait calls try, and again whenever there may be something new, for as long as it returns EAGAIN, which it does with the receiver marked as
// parked.
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

// sleep sleeps with the thread, by a sleeper, which it gives back. It returns false when nothing has happened.
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
	}
	return soon
}

// sleepBy sleeps by a sleeper, and looks before if that was worth it the last time. It returns false when nothing has happened.
func (s *socket) sleepBy(by *sleeper) bool {
	if s.restraint > 0 {
		s.restraint--
		return by.sleep(s.fd)
	}
	soon, seen := by.look(s.fd)
	if !seen {
		s.restraint = restraint
	}
	return soon
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

// interrupt makes the receiver look again whether there is a message and whether its context allows it to go on.
func (s *socket) interrupt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.interrupted = true
	s.wake()
}

// leave makes a receiver that sleeps with its thread stop to use the descriptor. The lock is held, but not meanwhile.
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
