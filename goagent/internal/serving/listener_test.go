package serving

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"

	"github.com/pizco-go/pizco/goagent/internal/dispatch"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// at is the name of the endpoint of the tests, and asker that of their client.
const (
	at    = "tcp://127.0.0.1:1"
	asker = "tcp://127.0.0.1:2"
)

// listener is a socket that requests are put into.
type listener struct {
	transport.Listener
	come func(*transport.Reading)

	mu       sync.Mutex
	requests []transport.Request
	batches  [][]transport.Reply
	replied  chan struct{} // has a token for each batch
}

func (l *listener) Serve(come func(*transport.Reading)) { l.come = come }

func (l *listener) Buffered() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.requests)
}

func (l *listener) Poll() (r transport.Request, ok bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.requests) == 0 {
		return r, false, nil
	}
	r, l.requests = l.requests[0], l.requests[1:]
	return r, true, nil
}

func (l *listener) ReplyAll(replies []transport.Reply) {
	l.mu.Lock()
	var batch []transport.Reply
	for _, r := range replies {
		frames := make([][]byte, len(r.Frames)) // whose memory the receiver uses again
		for i, f := range r.Frames {
			frames[i] = bytes.Clone(f)
		}
		batch = append(batch, transport.Reply{To: r.To, Frames: frames})
	}
	l.batches = append(l.batches, batch)
	l.mu.Unlock()
	l.replied <- struct{}{}
}

// scene is a host that receives from a listener.
type scene struct {
	*testing.T
	host *Host
	from *listener
	log  lockedBuffer
}

// lockedBuffer is written to by many goroutines.
type lockedBuffer struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.out.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.out.String()
}

func newScene(t *testing.T, change func(*Host)) *scene {
	t.Helper()
	s := &scene{T: t, from: &listener{replied: make(chan struct{}, 1000)}}
	s.host = &Host{
		Context: t.Context(), Log: slog.New(slog.NewTextHandler(&s.log, nil)), Keys: NewKeys(wire.Protocol{}, nil),
		Load: dispatch.NewLoad(1), Decoding: dispatch.NewTurns(1),
		Info:  func(at string) any { return at },
		Learn: func(*wire.Message) {},
	}
	if change != nil {
		change(s.host)
	}
	s.host.Listen(&Endpoint{Listener: s.from, Name: at})
	return s
}

// request returns a request of the client "a".
func (s *scene) request(id string, content any) transport.Request {
	s.Helper()
	frames, err := s.host.Protocol.Format(asker, "", content, id)
	if err != nil {
		s.Fatal(err)
	}
	return transport.Request{Peer: "a", Frames: frames}
}

// ask has requests come together.
func (s *scene) ask(requests ...transport.Request) {
	s.from.mu.Lock()
	s.from.requests = append(s.from.requests, requests...)
	s.from.mu.Unlock()
	s.from.come(nil)
}

// next waits for the next batch of answers and returns their contents, with their message ids.
func (s *scene) next() (contents []any, ids []string) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), limit)
	defer cancel()
	select {
	case <-s.from.replied:
	case <-ctx.Done():
		s.Fatal("no answer")
	}
	s.from.mu.Lock()
	batch := s.from.batches[0]
	s.from.batches = s.from.batches[1:]
	s.from.mu.Unlock()
	for _, r := range batch {
		msg, err := s.host.Protocol.Parse(r.Frames)
		if err != nil {
			s.Fatal(err)
		}
		var content any
		if err := s.host.Protocol.Decode(&msg, &content); err != nil {
			s.Fatal(err)
		}
		contents, ids = append(contents, content), append(ids, msg.ID)
	}
	return contents, ids
}

// answered demands the next answers, in one batch or in several.
func (s *scene) answered(want ...any) {
	s.Helper()
	var got []any
	for len(got) < len(want) {
		contents, _ := s.next()
		got = append(got, contents...)
	}
	if g, w := py.Repr(py.Tuple(got)), py.Repr(py.Tuple(want)); g != w {
		s.Errorf("answered %s, want %s", g, w)
	}
}

// silent demands that nothing has been answered.
func (s *scene) silent() {
	s.Helper()
	select {
	case <-s.from.replied:
		s.Error("an answer that was not to be")
	default:
	}
}
