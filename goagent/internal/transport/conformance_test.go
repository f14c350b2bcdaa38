package transport_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent/curve"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/memory"
	"github.com/pizco-go/pizco/goagent/internal/transport/zmtp"
)

// kind is a transport with a kind of endpoint. Each Network has its own endpoints.
type kind struct {
	name     string
	network  func() transport.Network
	endpoint func(t *testing.T) string
	encrypts bool
	// takesOver is set where a second socket takes the endpoint from the one that is bound.
	takesOver bool
}

// own are this library's transports; what the program was built with beside them is in reference.
var own = []kind{
	{"memory", func() transport.Network { return &memory.Network{} }, func(*testing.T) string { return "inproc://a" }, false, false},
	{"zmtp tcp", func() transport.Network { return &zmtp.Network{} }, func(*testing.T) string { return "tcp://127.0.0.1:*" }, true, false},
	{"zmtp ipc", func() transport.Network { return &zmtp.Network{} }, func(t *testing.T) string { return "ipc://" + t.TempDir() + "/a" }, true, false},
}

// cases are what holds of every transport.
var cases = []struct {
	name string
	run  func(*testing.T, *bench)
}{
	{"many in flight", manyInFlight},
	{"replies in any order", repliesInAnyOrder},
	{"many at once", manyAtOnce},
	{"no room for more", noRoom},
	{"the peer of a connection goes", peerGoes},
	{"the peer of a listener goes", clientGoes},
	{"dialling ends with the context", dialEnds},
	{"dialling waits for the listener", dialWaits},
	{"an endpoint is bound once", boundOnce},
	{"closing ends receiving", closeEnds},
	{"reading goes on during a call", readingGoesOn},
	{"closed while it serves", closedWhileServed},
	{"receiving ends with the context", receivingEnds},
	{"subscriptions are prefixes", prefixes},
	{"subscriptions are counted", counted},
	{"a subscriber finds its publisher again", reconnects},
	{"what is sent is a copy", copies},
}

func TestConformance(t *testing.T) {
	for _, tr := range append(own, reference...) {
		for _, c := range cases {
			t.Run(tr.name+"/"+c.name, func(t *testing.T) {
				c.run(t, &bench{kind: tr, Network: tr.network(), endpoint: tr.endpoint(t), settings: transport.Settings{Linger: time.Second, HighWater: 1000}})
			})
		}
	}
}

// TestCurve encrypts where that can be done, and fails where it cannot.
func TestCurve(t *testing.T) {
	for _, tr := range append(own, reference...) {
		t.Run(tr.name, func(t *testing.T) {
			server, client := pair(t), pair(t)
			b := &bench{kind: tr, Network: tr.network(), endpoint: tr.endpoint(t), settings: transport.Settings{Linger: time.Second, HighWater: 1000}}
			theirs, ours := b.settings, b.settings
			theirs.Curve = &transport.Curve{Pair: server}
			ours.Curve = &transport.Curve{Pair: client, Server: server.Public()}
			if !tr.encrypts {
				_, listenErr := b.Listen(b.endpoint, theirs)
				_, publishErr := b.Publish(b.endpoint, theirs)
				_, dialErr := b.Dial(b.limit(t), b.endpoint, ours)
				_, subscribeErr := b.Subscribe(b.endpoint, ours)
				for _, err := range []error{listenErr, publishErr, dialErr, subscribeErr} {
					var failed *transport.Error
					if !errors.Is(err, transport.ErrNoCurve) || !errors.As(err, &failed) {
						t.Errorf("got %v", err)
					}
				}
				return
			}
			b.settings = theirs
			l := b.listen(t)
			b.settings = ours
			c := b.dial(t, l.Endpoint())
			send(t, c, 1, "x")
			if r, err := l.Recv(); err != nil || r.Client != client.Public() || string(r.Frames[0]) != "x" {
				t.Errorf("got %+v, %v", r, err)
			}
		})
	}
}

func pair(t *testing.T) curve.KeyPair {
	t.Helper()
	p, err := curve.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// bench is a network with one endpoint, whose sockets are closed when the test ends.
type bench struct {
	kind
	transport.Network
	endpoint string // where it is
	settings transport.Settings
}

func (b *bench) limit(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func (b *bench) listen(t *testing.T) *transport.Receiving {
	t.Helper()
	l, err := b.Listen(b.endpoint, b.settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return transport.Receive(l)
}

func (b *bench) dial(t *testing.T, endpoint string) transport.Conn {
	t.Helper()
	c, err := b.Dial(b.limit(t), endpoint, b.settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func (b *bench) publish(t *testing.T) transport.Publisher {
	t.Helper()
	p, err := b.Publish(b.endpoint, b.settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func (b *bench) subscribe(t *testing.T, endpoint string) transport.Subscriber {
	t.Helper()
	u, err := b.Subscribe(endpoint, b.settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = u.Close() })
	return u
}

func send(t *testing.T, c transport.Conn, tag uint32, frames ...string) {
	t.Helper()
	if err := c.Send(t.Context(), tag, bytesOf(frames)); err != nil {
		t.Fatal(err)
	}
}

func bytesOf(frames []string) [][]byte {
	out := make([][]byte, len(frames))
	for i, f := range frames {
		out[i] = []byte(f)
	}
	return out
}

// answer sends the frames of a request back.
func answer(t *testing.T, l *transport.Receiving, r transport.Request) {
	t.Helper()
	if err := l.Reply(r, r.Frames); err != nil {
		t.Errorf("reply: %v", err)
	}
}

func manyInFlight(t *testing.T, b *bench) {
	l := b.listen(t)
	go func() {
		for {
			r, err := l.Recv()
			if err != nil {
				return
			}
			answer(t, l, r)
		}
	}()
	c := b.dial(t, l.Endpoint())
	const senders, each = 8, 50
	var wg sync.WaitGroup
	for s := range uint32(senders) {
		wg.Go(func() {
			for i := range uint32(each) {
				tag := s*each + i
				if err := c.Send(t.Context(), tag, [][]byte{fmt.Append(nil, tag), nil, {}, []byte("end")}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	seen := map[uint32]bool{}
	for range senders * each {
		tag, frames, err := c.Recv(b.limit(t))
		if err != nil {
			t.Fatal(err)
		}
		if len(frames) != 4 || string(frames[0]) != fmt.Sprint(tag) || len(frames[1])+len(frames[2]) != 0 || seen[tag] {
			t.Fatalf("tag %d came with %q", tag, frames)
		}
		seen[tag] = true
	}
	wg.Wait()
	if tag, frames, ok, err := c.Poll(); ok || err != nil {
		t.Errorf("there is tag %d with %q, %v", tag, frames, err)
	}
}

// manyAtOnce sends requests of all sizes together, and their replies too, one of them to a peer
// that is gone.
func manyAtOnce(t *testing.T, b *bench) {
	const requests = 200
	l := b.listen(t)
	gone := b.dial(t, l.Endpoint())
	send(t, gone, 1, "gone")
	stale, err := l.Recv()
	if err != nil {
		t.Fatal(err)
	}
	c := b.dial(t, l.Endpoint())
	var outgoing []transport.Outgoing
	for i := range uint32(requests) {
		large := strings.Repeat("x", int(i%7)*int(i%7)*3000)
		outgoing = append(outgoing, transport.Outgoing{Tag: i, Frames: bytesOf([]string{fmt.Sprint(i), "", large})})
	}
	if sent, err := c.TrySend(outgoing); sent != requests || err != nil {
		t.Fatalf("sent %d, %v", sent, err)
	}
	if err := gone.Close(); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < requests; {
		replies := []transport.Reply{{To: stale, Frames: stale.Frames}}
		for {
			r, err := l.Recv()
			if err != nil {
				t.Fatal(err)
			}
			if string(r.Frames[0]) != fmt.Sprint(i) {
				t.Fatalf("request %d is %q", i, r.Frames[0])
			}
			i++
			replies = append(replies, transport.Reply{To: r, Frames: r.Frames})
			if l.Buffered() == 0 {
				break
			}
		}
		l.ReplyAll(replies)
		for _, r := range replies[1:] {
			if r.Err != nil {
				t.Errorf("reply: %v", r.Err)
			}
		}
	}
	for i := range uint32(requests) {
		tag, frames, err := c.Recv(b.limit(t))
		if err != nil {
			t.Fatal(err)
		}
		if tag != i || len(frames) != 3 || string(frames[2]) != string(outgoing[i].Frames[2]) {
			t.Fatalf("reply %d has tag %d and %d frames", i, tag, len(frames))
		}
	}
}

// noRoom sends more than a listener takes that does not receive.
func noRoom(t *testing.T, b *bench) {
	b.settings.HighWater = 10
	l := b.listen(t)
	c := b.dial(t, l.Endpoint())
	sent := 0
	var err error
	for ctx := b.limit(t); err == nil; { // what the system holds on the way is not bounded by the settings
		if ctx.Err() != nil {
			t.Fatal("there is always room")
		}
		var n int
		n, err = c.TrySend([]transport.Outgoing{
			{Tag: 1, Frames: [][]byte{make([]byte, 1<<20)}},
			{Tag: 2, Frames: [][]byte{make([]byte, 1<<20)}},
		})
		sent += n
	}
	if !errors.Is(err, transport.ErrPeerBusy) {
		t.Fatalf("got %v", err)
	}
	done := make(chan error, 1)
	ctx := b.limit(t)
	go func() { done <- c.Send(ctx, 3, bytesOf([]string{"last"})) }()
	go func() { _, _, _ = c.Recv(ctx) }()
	for range sent {
		if _, err := l.Recv(); err != nil {
			t.Fatal(err)
		}
	}
	if r, err := l.Recv(); err != nil || string(r.Frames[0]) != "last" {
		t.Errorf("got %d frames, %v", len(r.Frames), err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func repliesInAnyOrder(t *testing.T, b *bench) {
	l := b.listen(t)
	first, second := b.dial(t, l.Endpoint()), b.dial(t, l.Endpoint())
	send(t, first, 1, "a")
	send(t, first, 2, "b")
	send(t, second, 1, "c")
	requests := map[string]transport.Request{}
	for range 3 {
		r, err := l.Recv()
		if err != nil {
			t.Fatal(err)
		}
		requests[string(r.Frames[0])] = r
	}
	if requests["a"].Peer != requests["b"].Peer || requests["a"].Peer == requests["c"].Peer {
		t.Errorf("peers %q, %q and %q", requests["a"].Peer, requests["b"].Peer, requests["c"].Peer)
	}
	for _, name := range []string{"c", "b", "a"} {
		answer(t, l, requests[name])
	}
	for _, want := range []struct {
		c    transport.Conn
		tag  uint32
		text string
	}{{first, 2, "b"}, {first, 1, "a"}, {second, 1, "c"}} {
		if tag, frames, err := want.c.Recv(b.limit(t)); err != nil || tag != want.tag || string(frames[0]) != want.text {
			t.Errorf("got tag %d with %q, %v, want %d with %s", tag, frames, err, want.tag, want.text)
		}
	}
}

func peerGoes(t *testing.T, b *bench) {
	l := b.listen(t)
	c := b.dial(t, l.Endpoint())
	send(t, c, 1, "answered")
	send(t, c, 2, "not answered")
	r, err := l.Recv()
	if err != nil {
		t.Fatal(err)
	}
	answer(t, l, r)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	c.Lost()
	if tag, _, err := c.Recv(b.limit(t)); err != nil || tag != 1 {
		t.Errorf("the last reply: tag %d, %v", tag, err)
	}
	if _, _, err := c.Recv(b.limit(t)); !errors.Is(err, io.EOF) {
		t.Errorf("got %v, want io.EOF", err)
	}
	if err := c.Send(b.limit(t), 3, bytesOf([]string{"late"})); !errors.Is(err, io.EOF) {
		t.Errorf("sending got %v, want io.EOF", err)
	}
}

func clientGoes(t *testing.T, b *bench) {
	l := b.listen(t)
	c := b.dial(t, l.Endpoint())
	send(t, c, 1, "x")
	r, err := l.Recv()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c.Lost()
	// The transport decides when the listener notices. Until then replies are queued in vain.
	for ctx := b.limit(t); err == nil; err = l.Reply(r, r.Frames) {
		if ctx.Err() != nil {
			t.Fatal("it never notices")
		}
		runtime.Gosched()
	}
	if !errors.Is(err, transport.ErrPeerGone) && !errors.Is(err, transport.ErrPeerBusy) {
		t.Errorf("got %v", err)
	}
}

// free returns an endpoint that no socket is bound to.
func free(t *testing.T, b *bench) string {
	t.Helper()
	l := b.listen(t)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return l.Endpoint()
}

func dialEnds(t *testing.T, b *bench) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	var failed *transport.Error
	if _, err := b.Dial(ctx, free(t, b), b.settings); !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &failed) || failed.Op != "dial" {
		t.Errorf("got %v", err)
	}
}

func dialWaits(t *testing.T, b *bench) {
	b.endpoint = free(t, b)
	dialled := make(chan error, 1)
	go func() {
		c, err := b.Dial(b.limit(t), b.endpoint, b.settings)
		if err == nil {
			err = c.Close()
		}
		dialled <- err
	}()
	b.listen(t)
	if err := <-dialled; err != nil {
		t.Error(err)
	}
}

func boundOnce(t *testing.T, b *bench) {
	l := b.listen(t)
	b.endpoint = l.Endpoint()
	if !b.takesOver {
		var failed *transport.Error
		if _, err := b.Listen(b.endpoint, b.settings); !errors.As(err, &failed) || failed.Op != "listen" || failed.Endpoint != b.endpoint {
			t.Errorf("got %v", err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	closedForGood(t, l)
	b.listen(t)
}

// closedForGood closes once more what has been closed, and once more again: nothing is held on to
// that the next one needs.
func closedForGood(t *testing.T, c io.Closer) {
	t.Helper()
	for range 3 {
		if err := c.Close(); err != nil {
			t.Errorf("closing again: %v", err)
		}
	}
}

func closeEnds(t *testing.T, b *bench) {
	ends := func(c io.Closer, receives ...func() error) {
		t.Helper()
		ended := make(chan error, len(receives))
		for _, receive := range receives {
			go func() { ended <- receive() }()
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		for range receives {
			if err := <-ended; !errors.Is(err, net.ErrClosed) {
				t.Errorf("got %v, want net.ErrClosed", err)
			}
		}
		closedForGood(t, c)
		for _, receive := range receives {
			if err := receive(); !errors.Is(err, net.ErrClosed) {
				t.Errorf("closed several times: got %v, want net.ErrClosed", err)
			}
		}
	}
	l := b.listen(t)
	if strings.HasPrefix(b.endpoint, "ipc:") {
		b.endpoint += "-pub"
	}
	p := b.publish(t)
	c, u := b.dial(t, l.Endpoint()), b.subscribe(t, p.Endpoint())
	ends(c, func() error { _, _, err := c.Recv(context.Background()); return err }, func() error { c.Lost(); return net.ErrClosed })
	ends(l, func() error { _, err := l.Recv(); return err })
	ends(u, func() error { _, err := u.Recv(); return err }, func() error { err := u.Connected(b.limit(t)); return orClosed(err) })
	ends(p, p.Wait)
	if err := p.Send(bytesOf([]string{"a"})); !errors.Is(err, net.ErrClosed) {
		t.Errorf("sending after the end: %v", err)
	}
}

// orClosed returns net.ErrClosed for what succeeded before the end.
func orClosed(err error) error {
	if err == nil {
		return net.ErrClosed
	}
	return err
}

func receivingEnds(t *testing.T, b *bench) {
	l := b.listen(t)
	c := b.dial(t, l.Endpoint())
	for range 3 {
		ctx, cancel := context.WithCancelCause(t.Context())
		reason := errors.New("enough")
		go cancel(reason)
		if _, _, err := c.Recv(ctx); !errors.Is(err, reason) {
			t.Errorf("got %v", err)
		}
	}
	send(t, c, 1, "x")
	r, err := l.Recv()
	if err != nil {
		t.Fatal(err)
	}
	answer(t, l, r)
	if tag, _, err := c.Recv(b.limit(t)); err != nil || tag != 1 {
		t.Errorf("got tag %d, %v", tag, err)
	}
}

// changed returns the next change of the subscriptions.
func changed(t *testing.T, p transport.Publisher) transport.Subscription {
	t.Helper()
	for {
		s, ok, err := p.Poll()
		if err == nil && !ok {
			err = p.Wait()
		}
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			return s
		}
	}
}

func expectChange(t *testing.T, p transport.Publisher, topic string, on bool) {
	t.Helper()
	if s := changed(t, p); s.Topic != topic || s.On != on {
		t.Errorf("got %+v, want %q %v", s, topic, on)
	}
}

func expect(t *testing.T, u transport.Subscriber, want string) {
	t.Helper()
	if frames, err := u.Recv(); err != nil || string(frames[0]) != want {
		t.Errorf("got %q, %v, want %s", frames, err, want)
	}
}

func prefixes(t *testing.T, b *bench) {
	p := b.publish(t)
	u := b.subscribe(t, p.Endpoint())
	if err := errors.Join(u.Connected(b.limit(t)), u.Subscribe("topic")); err != nil {
		t.Fatal(err)
	}
	expectChange(t, p, "topic", true)
	for _, topic := range []string{"other", "topic1", "top", "topic"} {
		if err := p.Send(bytesOf([]string{topic, "x"})); err != nil {
			t.Fatal(err)
		}
	}
	expect(t, u, "topic1")
	expect(t, u, "topic")
}

func counted(t *testing.T, b *bench) {
	p := b.publish(t)
	first, second := b.subscribe(t, p.Endpoint()), b.subscribe(t, p.Endpoint())
	for _, u := range []transport.Subscriber{first, second} {
		if err := errors.Join(u.Connected(b.limit(t)), u.Subscribe("a"), u.Subscribe("a")); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(first.Subscribe("first"), second.Subscribe("second")); err != nil {
		t.Fatal(err)
	}
	// The two come in any order between each other; with their last ones, those before are in
	// force.
	begun := map[string]int{}
	for range 3 {
		if s := changed(t, p); s.On {
			begun[s.Topic]++
		}
	}
	if begun["a"] != 1 || begun["first"] != 1 || begun["second"] != 1 {
		t.Errorf("begun: %v", begun)
	}
	// Only the first subscription is reported, and the end of the last. The report of a later one
	// shows that the earlier ones have been handled.
	if err := errors.Join(first.Unsubscribe("a"), first.Unsubscribe("a"), first.Subscribe("b")); err != nil {
		t.Fatal(err)
	}
	expectChange(t, p, "b", true)
	if err := errors.Join(second.Unsubscribe("a"), second.Subscribe("c")); err != nil {
		t.Fatal(err)
	}
	expectChange(t, p, "c", true)
	if err := second.Unsubscribe("a"); err != nil {
		t.Fatal(err)
	}
	expectChange(t, p, "a", false)
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	ended := map[string]int{}
	for range 2 {
		if s := changed(t, p); !s.On {
			ended[s.Topic]++
		}
	}
	if ended["c"] != 1 || ended["second"] != 1 {
		t.Errorf("ended: %v", ended)
	}
}

func reconnects(t *testing.T, b *bench) {
	p := b.publish(t)
	b.endpoint = p.Endpoint()
	u := b.subscribe(t, b.endpoint)
	if err := errors.Join(u.Connected(b.limit(t)), u.Subscribe("a")); err != nil {
		t.Fatal(err)
	}
	// A subscriber does what it has to do about its connection while somebody receives.
	got := make(chan string, 1)
	go func() {
		frames, err := u.Recv()
		if err != nil {
			t.Errorf("receive: %v", err)
			frames = [][]byte{nil}
		}
		got <- string(frames[0])
	}()
	expectChange(t, p, "a", true)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	p = b.publish(t)
	expectChange(t, p, "a", true)
	if err := u.Connected(b.limit(t)); err != nil {
		t.Fatal(err)
	}
	if err := p.Send(bytesOf([]string{"a", "again"})); err != nil {
		t.Fatal(err)
	}
	if topic := <-got; topic != "a" {
		t.Errorf("got %q", topic)
	}
}

func copies(t *testing.T, b *bench) {
	l := b.listen(t)
	c := b.dial(t, l.Endpoint())
	frames := bytesOf([]string{"before"})
	if err := c.Send(b.limit(t), 1, frames); err != nil {
		t.Fatal(err)
	}
	copy(frames[0], "after!")
	r, err := l.Recv()
	if err != nil {
		t.Fatal(err)
	}
	answer(t, l, r)
	copy(r.Frames[0], "later!")
	if _, got, err := c.Recv(b.limit(t)); err != nil || string(got[0]) != "before" {
		t.Errorf("got %q, %v", got, err)
	}
}
