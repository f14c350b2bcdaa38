//go:build zmtpmatrix

package matrix_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

var requests = []row{
	{name: "a REQ asks a Listener", run: reqAsks},
	{name: "a DEALER asks a Listener many things at once", run: dealerAsks},
	{name: "frames of all sizes", run: sizes},
	{name: "a REQ asks over ipc", run: reqAsksOverIPC},
	{name: "envelopes of any depth come back", run: envelopes},
	{name: "a request without a delimiter is dropped", run: noDelimiter},
	{name: "two peers with the same identity", run: sameIdentity},
	{name: "a Conn asks a REP", run: asksRep},
	{name: "a Conn asks a ROUTER, which answers in another order", run: asksRouter},
	{name: "a Conn is lost with its peer", run: peerCloses},
}

// unsigned is a message as pizco's peers send it without a key: its last frame is empty.
var unsigned = []string{"topic", "", "pickle", "content", ""}

// request returns the next request of a Listener.
func request(t *testing.T, l *transport.Receiving) transport.Request {
	t.Helper()
	r, err := l.Recv()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func reply(t *testing.T, l *transport.Receiving, r transport.Request, frames ...string) {
	t.Helper()
	if err := l.Reply(r, bytesOf(frames...)); err != nil {
		t.Fatal(err)
	}
}

// echo sends requests back until the Listener is closed.
func echo(l *transport.Receiving) {
	for {
		r, err := l.Recv()
		if err != nil {
			return
		}
		if err := l.Reply(r, r.Frames); err != nil && !errors.Is(err, transport.ErrPeerGone) {
			return
		}
	}
}

func reqAsks(t *testing.T, s *scene) { ask(t, s, s.listen(t, anyPort)) }

func reqAsksOverIPC(t *testing.T, s *scene) { ask(t, s, s.listen(t, "ipc://"+t.TempDir()+"/a")) }

// ask has a REQ ask one question after the other.
func ask(t *testing.T, s *scene, l *transport.Receiving) {
	t.Helper()
	s.connects(t, "req", "REQ", l.Endpoint(), nil)
	for n := range 5 {
		question := append([]string{fmt.Sprint(n)}, unsigned...)
		s.peer.send(t, "req", question...)
		r := request(t, l)
		if got := stringsOf(r.Frames); !slices.Equal(got, question) {
			t.Fatalf("got %q, want %q", got, question)
		}
		if s.encrypted != (r.Client == s.theirs.Public()) {
			t.Errorf("the request is from %v", r.Client)
		}
		reply(t, l, r, "answer", fmt.Sprint(n), "")
		s.peer.expect(t, "req", "answer", fmt.Sprint(n), "")
	}
}

func dealerAsks(t *testing.T, s *scene) {
	const many = 300
	l := s.listen(t, anyPort)
	s.connects(t, "dealer", "DEALER", l.Endpoint(), nil)
	go echo(l)
	for n := range many {
		s.peer.send(t, "dealer", "", fmt.Sprint(n), "x", "")
	}
	for n := range many {
		s.peer.expect(t, "dealer", "", fmt.Sprint(n), "x", "")
	}
}

// sizes sends frames around those at which their form changes, and large ones.
func sizes(t *testing.T, s *scene) {
	l := s.listen(t, anyPort)
	s.connects(t, "req", "REQ", l.Endpoint(), nil)
	go echo(l)
	for _, sizes := range [][]int{{0}, {0, 0}, {1, 254, 255, 256, 257}, {222, 223, 224}, {8191, 8192, 8193, 65535, 65536}, {10 << 20, 3, 1 << 20}} {
		var frames []string
		for i, size := range sizes {
			frames = append(frames, strings.Repeat(string(rune('a'+i)), size))
		}
		s.peer.send(t, "req", frames...)
		s.peer.expect(t, "req", frames...)
	}
}

func envelopes(t *testing.T, s *scene) {
	l := s.listen(t, anyPort)
	s.connects(t, "dealer", "DEALER", l.Endpoint(), nil)
	for depth := range 4 {
		route := slices.Repeat([]string{"hop"}, depth)
		s.peer.send(t, "dealer", append(append(route, ""), unsigned...)...)
		r := request(t, l)
		if got := stringsOf(r.Frames); !slices.Equal(got, unsigned) {
			t.Fatalf("at depth %d got %q", depth, got)
		}
		reply(t, l, r, "answer")
		s.peer.expect(t, "dealer", append(route, "", "answer")...)
	}
}

func noDelimiter(t *testing.T, s *scene) {
	l := s.listen(t, anyPort)
	s.connects(t, "dealer", "DEALER", l.Endpoint(), nil)
	s.peer.send(t, "dealer", "one frame")
	s.peer.send(t, "dealer", "two", "frames")
	s.peer.send(t, "dealer", "", "good")
	if r := request(t, l); string(r.Frames[0]) != "good" {
		t.Fatalf("got %q", r.Frames)
	}
}

func sameIdentity(t *testing.T, s *scene) {
	l := s.listen(t, anyPort)
	id := options{"IDENTITY": "twin"}
	s.connects(t, "one", "DEALER", l.Endpoint(), id)
	s.peer.send(t, "one", "", "of one")
	first := request(t, l)
	s.connects(t, "two", "DEALER", l.Endpoint(), id)
	s.peer.send(t, "two", "", "of two")
	second := request(t, l)
	reply(t, l, second, "for two")
	s.peer.expect(t, "two", "", "for two")
	if s.reference {
		// A ROUTER of libzmq has one peer for each identity: with ZMQ_ROUTER_HANDOVER the one that
		// came last.
		return
	}
	reply(t, l, first, "for one")
	s.peer.expect(t, "one", "", "for one")
}

// answered returns the next reply of a Conn.
func answered(t *testing.T, c transport.Conn) (tag uint32, frames []string) {
	t.Helper()
	tag, got, err := c.Recv(limit(t))
	if err != nil {
		t.Fatal(err)
	}
	return tag, stringsOf(got)
}

func asksRep(t *testing.T, s *scene) {
	c := s.dial(t, s.binds(t, "rep", "REP", nil))
	large := strings.Repeat("l", 5<<20)
	for n := range uint32(5) {
		if err := c.Send(limit(t), n, bytesOf("question", large, "")); err != nil {
			t.Fatal(err)
		}
		s.peer.expect(t, "rep", "question", large, "")
		s.peer.send(t, "rep", "answer", large, "")
		if tag, frames := answered(t, c); tag != n || !slices.Equal(frames, []string{"answer", large, ""}) {
			t.Fatalf("got tag %d with %d frames", tag, len(frames))
		}
	}
}

func asksRouter(t *testing.T, s *scene) {
	c := s.dial(t, s.binds(t, "router", "ROUTER", nil))
	for tag := range uint32(3) {
		if err := c.Send(limit(t), tag, bytesOf(fmt.Sprint(tag), "")); err != nil {
			t.Fatal(err)
		}
	}
	var routes [][]string
	for tag := range 3 {
		routes = append(routes, s.routeOf(t, "router", fmt.Sprint(tag), ""))
	}
	for _, n := range []int{2, 0, 1} {
		s.peer.send(t, "router", append(routes[n], "", fmt.Sprint("answer ", n))...)
	}
	for _, n := range []uint32{2, 0, 1} {
		if tag, frames := answered(t, c); tag != n || !slices.Equal(frames, []string{fmt.Sprint("answer ", n)}) {
			t.Errorf("got %d, %q, want %d", tag, frames, n)
		}
	}
}

func peerCloses(t *testing.T, s *scene) {
	c := s.dial(t, s.binds(t, "rep", "REP", nil))
	s.peer.tell(t, nil, "close", "rep")
	c.Lost()
	if _, _, err := c.Recv(limit(t)); !errors.Is(err, io.EOF) {
		t.Errorf("got %v", err)
	}
}
