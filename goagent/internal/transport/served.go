package transport

import (
	"net"
	"sync/atomic"
)

// mostServed is the number of requests that have been received and wait to be polled.
const mostServed = 64

// Served is the receiving half of a Listener whose socket is received from by one goroutine.
type Served struct {
	reading  Reading
	requests chan Request
	stopped  chan struct{}
	ended    atomic.Pointer[error] // why nothing more comes
}

// NewServed returns one that nothing has come to.
func NewServed() *Served {
	return &Served{requests: make(chan Request, mostServed), stopped: make(chan struct{})}
}

// Start has requests received by a function until that fails, and come called for each, as
// Listener.Serve says.
func (s *Served) Start(receive func() (Request, error), come func(*Reading)) {
	s.reading.Loop = func() {
		for {
			r, err := receive()
			if err != nil {
				s.ended.CompareAndSwap(nil, &err)
				come(nil)
				return
			}
			select {
			case s.requests <- r:
			case <-s.stopped: // the requests before it may never be taken
			}
			if !s.reading.Hand(come) {
				return
			}
		}
	}
	go s.reading.Loop()
}

// Poll returns the next request, or why there will be none.
func (s *Served) Poll() (r Request, ok bool, err error) {
	ended := s.ended.Load()
	select {
	case r = <-s.requests:
		return r, true, nil
	default:
	}
	if ended != nil {
		err = *ended
	}
	return r, false, err
}

// Buffered returns how many requests wait.
func (s *Served) Buffered() int { return len(s.requests) }

// Stop has Poll fail with net.ErrClosed, and no request wait for room any more. It is called once,
// before receiving is made to fail.
func (s *Served) Stop() {
	err := net.ErrClosed
	s.ended.Store(&err)
	close(s.stopped)
}
