package zmtp

import (
	"io"
	"net"
	"sync"
	"syscall"
)

// readBuffers are for connections that read at the moment: one that waits for its peer has none.
var readBuffers = sync.Pool{New: func() any { return new([readMost]byte) }}

// stream is the connection that the frames of one peer travel on. One goroutine receives; one at a
// time sends.
type stream struct {
	net.Conn
	raw syscall.RawConn // nil where the system has no way to try without waiting

	// What follows is for the call that is under way, so that it takes no memory.
	onReadable func(fd uintptr) bool
	onWritable func(fd uintptr) bool
	target     *reader
	buffer     *[readMost]byte
	received   int
	receiveErr error
	outgoing   []byte
	sent       int
	sendErr    error
}

func newStream(conn net.Conn) *stream {
	s := &stream{Conn: conn}
	if c, ok := conn.(syscall.Conn); ok && canTry {
		if raw, err := c.SyscallConn(); err == nil {
			s.raw = raw
			s.onReadable, s.onWritable = s.tryRead, s.tryWrite
		}
	}
	return s
}

// receive waits for bytes of the peer and has the reader take them.
func (s *stream) receive(r *reader) error {
	if s.raw == nil {
		return s.receiveWaiting(r)
	}
	s.target = r
	err := s.raw.Read(s.onReadable)
	if err == nil {
		err = s.receiveErr
	}
	buffer := s.buffer
	s.buffer, s.receiveErr = nil, nil
	switch {
	case err != nil:
	case buffer != nil:
		err = r.feed(buffer[:s.received])
	default:
		err = r.filled(s.received)
	}
	if buffer != nil {
		readBuffers.Put(buffer)
	}
	return err
}

// tryRead reads what has come, into the reader's own memory or else into a buffer that it takes
// for that. It returns false when nothing has come.
func (s *stream) tryRead(fd uintptr) bool {
	p := s.target.room()
	if p == nil {
		s.buffer, _ = readBuffers.Get().(*[readMost]byte)
		p = s.buffer[:]
	}
	n, again, err := readNow(fd, p)
	if again {
		if s.buffer != nil {
			readBuffers.Put(s.buffer)
			s.buffer = nil
		}
		return false
	}
	if n == 0 && err == nil {
		err = io.EOF
	}
	s.received, s.receiveErr = max(n, 0), err
	return true
}

// receiveWaiting is receive with memory that is held while nothing comes.
func (s *stream) receiveWaiting(r *reader) error {
	if p := r.room(); p != nil {
		n, err := s.Conn.Read(p)
		if n > 0 {
			return r.filled(n)
		}
		return err
	}
	if s.buffer == nil {
		s.buffer = new([readMost]byte)
	}
	n, err := s.Conn.Read(s.buffer[:])
	if n > 0 {
		return r.feed(s.buffer[:n])
	}
	return err
}

// trySend sends as much of p as the system takes without waiting.
func (s *stream) trySend(p []byte) (sent int, err error) {
	s.outgoing, s.sent, s.sendErr = p, 0, nil
	err = s.raw.Write(s.onWritable)
	if err == nil {
		err = s.sendErr
	}
	s.outgoing = nil
	return s.sent, err
}

func (s *stream) tryWrite(fd uintptr) bool {
	for s.sent < len(s.outgoing) {
		n, again, err := writeNow(fd, s.outgoing[s.sent:])
		if again {
			return true
		}
		if err != nil {
			s.sendErr = err
			return true
		}
		s.sent += n
	}
	return true
}
