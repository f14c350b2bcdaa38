package goagent

import (
	"context"
	"errors"
	"sync"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// link is one live connection to a peer with the requests that wait for their answers on it.
//
// The goroutine of a request receives its answer itself, and hands out those of others that come meanwhile, since to wake a goroutine
// costs more than all else that is done for an answer. At most one of them receives at a time; the others wait for theirs, or for
// their turn to receive.
type link struct {
	conn transport.Conn
	lost chan struct{} // closed when no more answers come
	// reading has a place for the one that receives.
	reading chan struct{}

	mu    sync.Mutex
	calls map[uint32]chan<- reply
	last  uint32
	err   error
}

type reply struct {
	frames [][]byte
	err    error
}

func newLink(conn transport.Conn) *link {
	return &link{conn: conn, lost: make(chan struct{}), reading: make(chan struct{}, 1), calls: make(map[uint32]chan<- reply)}
}

// add registers a request and returns its tag and where its answer will come.
func (l *link) add() (uint32, <-chan reply, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return 0, nil, l.err
	}
	for {
		l.last++
		if _, taken := l.calls[l.last]; !taken {
			break
		}
	}
	answer := make(chan reply, 1)
	l.calls[l.last] = answer
	return l.last, answer, nil
}

// failure returns why no more answers come, or nil while they do.
func (l *link) failure() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// remove gives up a request: an answer that still comes is dropped.
func (l *link) remove(tag uint32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.calls, tag)
}

// await waits for the answer to a request, or returns the context's error.
func (l *link) await(ctx context.Context, answer <-chan reply) (reply, error) {
	select {
	case got := <-answer:
		return got, nil
	case <-ctx.Done():
		return reply{}, context.Cause(ctx)
	case l.reading <- struct{}{}:
	}
	defer func() { <-l.reading }()
	for {
		select {
		case got := <-answer:
			l.drain()
			return got, nil
		default:
		}
		if err := l.receive(ctx); err != nil {
			return reply{}, err
		}
	}
}

// receive takes the next answer to whom it is for. It returns the context's error when that ends first; when the connection does,
// all that wait are told.
func (l *link) receive(ctx context.Context) error {
	tag, frames, err := l.conn.Recv(ctx)
	switch {
	case err == nil:
		l.hand(tag, frames)
	case ctx.Err() != nil && errors.Is(err, context.Cause(ctx)):
		return err
	default:
		l.fail(err)
	}
	return nil
}

// drainMost is how many answers of others one that has its own hands out before it leaves.
const drainMost = 100

// drain hands out the answers that are there already, so that those who wait for them need not be woken to receive them.
func (l *link) drain() {
	for n := 0; n < drainMost && l.waiting(); n++ {
		tag, frames, ok, err := l.conn.Poll()
		if !ok || err != nil {
			return // whoever receives next gets the error as well
		}
		l.hand(tag, frames)
	}
}

func (l *link) waiting() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.calls) > 0
}

func (l *link) hand(tag uint32, frames [][]byte) {
	l.mu.Lock()
	call, ok := l.calls[tag]
	delete(l.calls, tag)
	l.mu.Unlock()
	if ok {
		call <- reply{frames: frames}
	}
}

// watch tells the requests that wait when the connection ends, after the last answer.
func (l *link) watch() {
	l.conn.Lost()
	l.reading <- struct{}{}
	defer func() { <-l.reading }()
	for {
		select {
		case <-l.lost:
			return
		default:
		}
		_ = l.receive(context.Background()) // which never ends
	}
}

// fail ends all requests that wait.
func (l *link) fail(err error) {
	l.mu.Lock()
	if l.err != nil {
		l.mu.Unlock()
		return
	}
	calls := l.calls
	l.calls, l.err = nil, err
	l.mu.Unlock()
	for _, call := range calls {
		call <- reply{err: err}
	}
	close(l.lost)
}
