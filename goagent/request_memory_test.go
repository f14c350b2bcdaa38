package goagent_test

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/wire"
)

// syncBuffer is a bytes.Buffer for a logger.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// TestMaxRequestMemory holds that a large request takes no more memory than its size and what the
// option says, and that one whose values take little more than its size is served.
func TestMaxRequestMemory(t *testing.T) {
	var log syncBuffer
	s := serve(t, object.New("Echo").Method("size", func(any) int { return 1 }),
		goagent.WithMaxRequestMemory(1<<20), goagent.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	p := dial(t, s.Endpoint())
	large := make([]byte, 8<<20)
	var got int
	if err := p.Call(limit(t), &got, "size", large); err != nil || got != 1 {
		t.Errorf("8 MB of bytes: %d, %v", got, err)
	}
	empty := make([]any, 4<<20)
	for i := range empty {
		empty[i] = []any{}
	}
	if err := p.Call(limit(t), &got, "size", empty); err == nil {
		t.Error("4 million lists are taken")
	}
	if text := log.String(); !strings.Contains(text, "WithMaxRequestMemory") {
		t.Errorf("the log does not name the option: %s", text)
	}
	if err := p.Call(limit(t), &got, "size", 1); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	for _, bytes := range []int64{0, 1<<20 - 1, 1<<40 + 1} {
		if _, err := goagent.Serve(object.New("Echo"), goagent.WithMaxRequestMemory(bytes)); err == nil {
			t.Errorf("%d is accepted", bytes)
		}
	}
}

// TestMemoryOfRequests compares what a content may take with the codecs' own limits, which are
// lower for small ones.
func TestMemoryOfRequests(t *testing.T) {
	lists := wire.Message{Serializer: "pickle", Body: []byte("\x80\x04](" + strings.Repeat("K\x01", 1<<20) + "e.")}
	documents := wire.Message{Serializer: "json", Body: []byte("[" + strings.Repeat("[],", 1<<20) + "0]")}
	for _, row := range []struct {
		memory int64
		fits   bool
	}{{1 << 20, false}, {512 << 20, true}} {
		for _, m := range []*wire.Message{&lists, &documents} {
			var v any
			p := wire.Protocol{Limits: wire.Limits{Memory: row.memory}}
			if err := p.Decode(m, &v); (err == nil) != row.fits {
				t.Errorf("%s with %d: %v", m.Serializer, row.memory, err)
			}
		}
	}
}
