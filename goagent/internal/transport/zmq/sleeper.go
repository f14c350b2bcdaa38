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
	"runtime"
	"sync"
	"time"
)

// nap is for how long a goroutine sleeps that keeps its thread, in milliseconds.
const nap = 2

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
