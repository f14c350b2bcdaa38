package zmtp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// The tests of this file are about what strangers can take of a socket.

// patience is how long a test waits for what has to happen.
const patience = 30 * time.Second

// stranger is a bare connection to a socket, after its handshake unless a test says otherwise.
type stranger struct {
	net.Conn
	t *testing.T
}

// strangerTo connects to a socket without a handshake.
func strangerTo(t *testing.T, endpoint string) *stranger {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(endpoint, "tcp://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return &stranger{conn, t}
}

// shaken makes the handshake.
func (s *stranger) shaken(kind socketType) *stranger {
	s.t.Helper()
	s.say(string(greeting{version: ours, mechanism: "NULL"}.bytes()))
	s.say(string(appendCommandFrame(nil, commandReady, appendMetadata(nil, kind))))
	if _, err := io.ReadFull(s, make([]byte, greetingSize)); err != nil {
		s.t.Fatal(err)
	}
	if _, err := readCommand(s); err != nil {
		s.t.Fatal(err)
	}
	return s
}

func (s *stranger) say(wire string) {
	s.t.Helper()
	if _, err := io.WriteString(s, wire); err != nil {
		s.t.Fatal(err)
	}
}

// ended checks that the other side closes the connection.
func (s *stranger) ended() {
	s.t.Helper()
	_, err := io.Copy(io.Discard, s)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		s.t.Error("the connection stays open")
	}
}

// receivedListener is a listener that the test receives from.
type receivedListener struct {
	*listener
	received *transport.Receiving
}

func (l receivedListener) Recv() (transport.Request, error) { return l.received.Recv() }

func listenerOf(t *testing.T, s transport.Settings) receivedListener {
	t.Helper()
	l, err := new(Network).Listen("tcp://127.0.0.1:*", s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	own, ok := l.(*listener)
	if !ok {
		t.Fatalf("it is a %T", l)
	}
	return receivedListener{own, transport.Receive(own)}
}

func publisherOf(t *testing.T, s transport.Settings) *publisher {
	t.Helper()
	p, err := new(Network).Publish("tcp://127.0.0.1:*", s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	own, ok := p.(*publisher)
	if !ok {
		t.Fatalf("it is a %T", p)
	}
	return own
}

// until waits for a condition.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %v", what, patience)
		}
		runtime.Gosched()
	}
}

// served makes a request and answers it, beside whatever strangers do.
func served(t *testing.T, l receivedListener) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c, err := new(Network).Dial(ctx, l.Endpoint(), transport.Settings{HighWater: 10})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Send(ctx, 1, [][]byte{[]byte("well-behaved")}); err != nil {
		t.Fatal(err)
	}
	for {
		r, err := l.Recv()
		if err != nil {
			t.Fatal(err)
		}
		if string(r.Frames[0]) != "well-behaved" {
			continue
		}
		if err := l.Reply(r, r.Frames); err != nil {
			t.Fatal(err)
		}
		break
	}
	if _, _, err := c.Recv(ctx); err != nil {
		t.Fatal(err)
	}
}

// TestSilentStrangers holds that connections without a word are ended, and do not hold up other
// peers.
func TestSilentStrangers(t *testing.T) {
	const most = 8
	l := listenerOf(t, transport.Settings{Limits: transport.Limits{MaxHandshakes: most, HandshakeTimeout: 500 * time.Millisecond}})
	var silent []*stranger
	for range 3 * most {
		silent = append(silent, strangerTo(t, l.Endpoint()))
	}
	served(t, l)
	for _, s := range silent {
		s.ended()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := l.handshakes.Len(); n > most {
		t.Errorf("%d handshakes are under way", n)
	}
}

// TestTooManyConnections closes further connections and takes them again when others have gone.
func TestTooManyConnections(t *testing.T) {
	const most = 3
	l := listenerOf(t, transport.Settings{Limits: transport.Limits{MaxConnections: most}})
	var there []*stranger
	for range most {
		there = append(there, strangerTo(t, l.Endpoint()).shaken(typeReq))
	}
	until(t, "connections", func() bool { l.mu.Lock(); defer l.mu.Unlock(); return len(l.sessions) == most })
	strangerTo(t, l.Endpoint()).ended()
	_ = there[0].Close()
	served(t, l)
}

// TestLimitsOfMessages cuts off who sends more than is taken, and only him.
func TestLimitsOfMessages(t *testing.T) {
	l := listenerOf(t, transport.Settings{MaxFrame: 1000, Limits: transport.Limits{MaxMessage: 3000, MaxParts: 20}})
	part := string(appendFrame(nil, flagMore, make([]byte, 500)))
	for name, wire := range map[string]string{
		"a large frame":                string(appendHeader(nil, 0, 1001)),
		"a message that never ends":    strings.Repeat(part, 7),
		"a message of too many frames": strings.Repeat("\x01\x00", 21) + "\x00\x00",
		"impossible flags":             "\x40\x00",
		"a command without a name":     "\x04\x00",
		"a command that is too large":  string(appendHeader(nil, flagCommand, 1<<20)),
		"an ERROR":                     "\x04\x07\x05ERROR\x00",
	} {
		t.Run(name, func(t *testing.T) {
			s := strangerTo(t, l.Endpoint()).shaken(typeReq)
			s.say(wire)
			s.ended()
			served(t, l)
		})
	}
	until(t, "nothing is held", func() bool { return l.budget.used.Load() == 0 })
}

// TestBudget has strangers hold incomplete messages up to the budget of the socket: the one that
// holds most is cut off, the others go on, and all is given back when they leave.
func TestBudget(t *testing.T) {
	const limit = 4 << 20
	l := listenerOf(t, transport.Settings{Limits: transport.Limits{MaxBuffered: limit}})
	begin := func(size int) *stranger {
		s := strangerTo(t, l.Endpoint()).shaken(typeReq)
		s.say("\x01\x00" + string(appendHeader(nil, 0, 1<<29)) + strings.Repeat("x", size))
		return s
	}
	small := begin(300_000)
	until(t, "the first is held", func() bool { return l.budget.used.Load() >= 300_000 })
	large := begin(2_500_000)
	until(t, "the second is held", func() bool { return l.budget.used.Load() >= 2_800_000 })
	_ = begin(1_500_000)
	large.ended()
	served(t, l)
	until(t, "the budget holds", func() bool { return l.budget.used.Load() <= limit })
	l.budget.mu.Lock()
	n := len(l.budget.accounts)
	l.budget.mu.Unlock()
	if n < 2 {
		t.Errorf("%d connections are left", n)
	}
	small.say("more")
	for _, s := range l.all() {
		s.stop(net.ErrClosed)
	}
	until(t, "all is given back", func() bool { return l.budget.used.Load() == 0 })
}

// all returns the connections.
func (a *acceptor) all() []*session {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []*session
	for _, s := range a.sessions {
		all = append(all, s)
	}
	return all
}

// TestUnreadReplies queues replies for a client that reads none, up to the mark in bytes.
func TestUnreadReplies(t *testing.T) {
	const mark, size = 1 << 20, 100_000
	l := listenerOf(t, transport.Settings{HighWater: 1_000_000, Limits: transport.Limits{HighWaterBytes: mark}})
	s := strangerTo(t, l.Endpoint()).shaken(typeReq)
	s.say("\x01\x00\x00\x01x")
	r, err := l.Recv()
	if err != nil {
		t.Fatal(err)
	}
	answer := [][]byte{make([]byte, size)}
	for err == nil {
		err = l.Reply(r, answer)
	}
	if used := l.budget.used.Load(); !errors.Is(err, transport.ErrPeerBusy) || used < mark || used > mark+2*size {
		t.Errorf("%d bytes are queued, %v", used, err)
	}
	served(t, l)
	_ = s.Close()
	until(t, "all is given back", func() bool { return l.budget.used.Load() == 0 })
	if err := l.Reply(r, answer); !errors.Is(err, transport.ErrPeerGone) {
		t.Errorf("a reply to who has left: %v", err)
	}
}

// TestUnreadRequests leaves requests unread: what is taken of one client is bounded, and its
// connection is read again when they are received.
func TestUnreadRequests(t *testing.T) {
	const requests = 200_000
	l := listenerOf(t, transport.Settings{HighWater: 1_000_000})
	s := strangerTo(t, l.Endpoint()).shaken(typeReq)
	said := make(chan error, 1)
	go func() {
		_, err := io.WriteString(s, strings.Repeat("\x01\x00\x00\x01x", requests))
		said <- err
	}()
	until(t, "the window is full", func() bool { return l.budget.used.Load() >= windowBound })
	if used := l.budget.used.Load(); used > windowBound+readMost {
		t.Errorf("%d bytes are held", used)
	}
	for range requests {
		if _, err := l.Recv(); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-said; err != nil {
		t.Error(err)
	}
}

// TestManyTopics subscribes to more topics than one peer may, and to large ones.
func TestManyTopics(t *testing.T) {
	p := publisherOf(t, transport.Settings{HighWater: 10, Limits: transport.Limits{MaxTopics: 1000, MaxTopic: 100, MaxTopicBytes: 50_000}})
	go func() {
		for p.Wait() == nil {
			_, _, _ = p.Poll()
		}
	}()
	subscribe := func(topic string) string {
		flags, body := appendSubscription(nil, ours, topic, true)
		return string(appendFrame(nil, flags, body))
	}
	good := strangerTo(t, p.Endpoint()).shaken(typeSub)
	good.say(subscribe("good"))
	for name, wire := range map[string]func() string{
		"too many": func() string {
			var all strings.Builder
			for i := range 1001 {
				all.WriteString(subscribe(fmt.Sprint("topic-", i)))
			}
			return all.String()
		},
		"too large": func() string { return subscribe(strings.Repeat("x", 101)) },
		"too large together": func() string {
			var all strings.Builder
			for i := range 600 {
				all.WriteString(subscribe(fmt.Sprintf("%090d", i)))
			}
			return all.String()
		},
		"too large as a message": func() string { return string(appendHeader(nil, 0, 102)) },
	} {
		s := strangerTo(t, p.Endpoint()).shaken(typeSub)
		_, _ = io.WriteString(s, wire()) // it is cut off while it talks
		s.ended()
		t.Log(name)
	}
	until(t, "only the good topic is left", func() bool {
		p.subs.Lock()
		defer p.subs.Unlock()
		return len(p.topics.root.children) == 1 && p.topics.root.children[0].label == "good"
	})
	if err := p.Send([][]byte{[]byte("good morning")}); err != nil {
		t.Fatal(err)
	}
	if got := make([]byte, 14); true {
		if _, err := io.ReadFull(good, got); err != nil || string(got) != "\x00\x0cgood morning" {
			t.Errorf("got %q, %v", got, err)
		}
	}
}

// TestMemoryOfStrangers compares the heap before and after many connections have announced much and
// sent less: at most a quarter more than they have sent, and 64 kB each, all of which comes back.
func TestMemoryOfStrangers(t *testing.T) {
	const strangers, sent = 100, 200_000
	l := listenerOf(t, transport.Settings{MaxFrame: 1 << 30})
	served(t, l)
	before := heap()
	var all []*stranger
	for range strangers {
		s := strangerTo(t, l.Endpoint()).shaken(typeReq)
		s.say(string(appendHeader(nil, 0, 1<<30)) + strings.Repeat("x", sent))
		all = append(all, s)
	}
	until(t, "what they sent has come", func() bool { return l.budget.used.Load() >= strangers*sent })
	if each := (heap() - before) / strangers; each > sent*5/4+64<<10 {
		t.Errorf("%d bytes are taken for %d", each, sent)
	}
	for _, s := range all {
		_ = s.Close()
	}
	until(t, "all is given back", func() bool { return l.budget.used.Load() == 0 && len(l.all()) == 0 })
	served(t, l)
	if kept := heap() - before; kept > 2<<20 {
		t.Errorf("%d bytes are kept", kept)
	}
}

// heap returns the bytes of Go's heap that are in use.
func heap() int64 {
	runtime.GC()
	runtime.GC() // what pools keep goes with the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
