//go:build libzmq

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

// Takes what has been written to wake a sleeper.
static void pizco_drain(const struct pollfd *waker) {
	char sink[16];
	while (waker->revents && read(waker->fd, sink, sizeof sink) > 0)
		;
}

// Waits until one of two descriptors can be read, or for so many milliseconds. Returns whether one
// can.
static int pizco_sleep(int socket, int waker, int milliseconds) {
	struct pollfd fds[2] = {{.fd = socket, .events = POLLIN}, {.fd = waker, .events = POLLIN}};
	int rc = poll(fds, 2, milliseconds);
	if (rc > 0)
		pizco_drain(&fds[1]);
	return rc != 0; // an interruption has the caller look again
}

// Waits for as many nanoseconds as pizco_sleep does, but without sleeping: it looks again and
// again, and lets other threads run in between.
static int pizco_look(int socket, int waker, int64_t nanoseconds) {
	struct pollfd fds[2] = {{.fd = socket, .events = POLLIN}, {.fd = waker, .events = POLLIN}};
	int64_t end = pizco_now() + nanoseconds;
	int rc;
	while ((rc = poll(fds, 2, 0)) == 0 && pizco_now() < end)
		sched_yield();
	if (rc > 0)
		pizco_drain(&fds[1]);
	return rc > 0;
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
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// nap is for how long a goroutine sleeps that keeps its thread, in milliseconds.
const nap = 2

// watchful is for how long a goroutine looks for a message before it sleeps. A thread that sleeps
// lets its processor halt, and to wake processors is most of the time of a round trip.
const watchful = 200 * time.Microsecond

// looking is how many goroutines look at the moment.
var looking atomic.Int64

// mostLooking is how many may: half of the processors, and none where a quota leaves the program
// few of those of the machine, since looking would use that up.
func mostLooking() int64 {
	all, own := runtime.NumCPU(), runtime.GOMAXPROCS(0)
	if own < all && own <= 2 {
		return 0
	}
	return int64(min(all, own) / 2)
}

// sleeper is what one goroutine at a time sleeps by that keeps its thread.
type sleeper struct{ awake, waker C.int }

// sleepers are those that nobody uses at the moment, and how many there are in all. Who finds none
// is parked by Go.
var sleepers struct {
	mu    sync.Mutex
	spare []*sleeper
	made  int
}

// takeSleeper returns nil when there is none, and where a thread that waits would keep the only
// processor of Go for some time.
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
	if sleepers.made >= 2*min(runtime.NumCPU(), runtime.GOMAXPROCS(0)) || C.pizco_pipe(&fds[0]) != 0 {
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
func (s *sleeper) sleep(fd int) bool { return C.pizco_sleep(C.int(fd), s.awake, nap) != 0 }

// look waits for a descriptor without sleeping, and reports whether that was worth it; looked is
// false when too many look already.
func (s *sleeper) look(fd int) (seen, looked bool) {
	defer looking.Add(-1)
	if looking.Add(1) > mostLooking() {
		return false, false
	}
	return C.pizco_look(C.int(fd), s.awake, C.int64_t(watchful)) != 0, true
}

// napWith waits for a descriptor for a moment.
func napWith(fd int) { C.pizco_sleep(C.int(fd), -1, nap) }

// announced reports whether a descriptor can be read.
func announced(fd int) bool { return C.pizco_sleep(C.int(fd), -1, 0) != 0 }

func (s *sleeper) wake() { C.pizco_wake(s.waker) }
