package goagent

import (
	"sync"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// link is one live connection to a peer with the requests that wait for their answers on it.
type link struct {
	conn transport.Conn
	lost chan struct{} // closed when no more answers come

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
	return &link{conn: conn, lost: make(chan struct{}), calls: make(map[uint32]chan<- reply)}
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

// remove gives up a request: an answer that still comes is dropped.
func (l *link) remove(tag uint32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.calls, tag)
}

// receive hands out the answers until the connection ends.
func (l *link) receive() {
	defer close(l.lost)
	for {
		tag, frames, err := l.conn.Recv()
		if err != nil {
			l.fail(err)
			return
		}
		l.mu.Lock()
		call, ok := l.calls[tag]
		delete(l.calls, tag)
		l.mu.Unlock()
		if ok {
			call <- reply{frames: frames}
		}
	}
}

// fail ends all requests that wait.
func (l *link) fail(err error) {
	l.mu.Lock()
	calls := l.calls
	l.calls, l.err = nil, err
	l.mu.Unlock()
	for _, call := range calls {
		call <- reply{err: err}
	}
}
