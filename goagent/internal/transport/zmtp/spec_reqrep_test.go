package zmtp_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/zmtp"
)

// The tables of this file follow libzmq's test_spec_req, test_spec_rep, test_spec_dealer,
// test_spec_router and test_invalid_rep. A Listener is REP and ROUTER, a Conn is REQ and DEALER
// (RFC 28).

// received returns the next request.
func received(t *testing.T, l *transport.Receiving) transport.Request {
	t.Helper()
	r, err := l.Recv()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func texts(frames [][]byte) string { return fmt.Sprintf("%q", frames) }

func replyTo(t *testing.T, l *transport.Receiving, r transport.Request, frames ...string) {
	t.Helper()
	out := make([][]byte, len(frames))
	for i, f := range frames {
		out[i] = []byte(f)
	}
	if err := l.Reply(r, out); err != nil {
		t.Fatal(err)
	}
}

// TestListenerEnvelopes takes requests apart: the first empty frame is the delimiter, what stands
// before it goes back as it was. Messages that are no requests are dropped, and the connection goes
// on.
func TestListenerEnvelopes(t *testing.T) {
	for _, tt := range []struct {
		name    string
		request []string
		taken   string // empty where it is dropped
	}{
		{"of a REQ", []string{"", "question"}, `["question"]`},
		{"of a REQ, with more than one frame", []string{"", "a", "b"}, `["a" "b"]`},
		{"of a REQ that correlates", []string{"\x00\x00\x00\x01", "", "question"}, `["question"]`},
		{"by way of two proxies", []string{"hop 1", "hop 2", "id", "", "question"}, `["question"]`},
		{"with an empty frame at its end", []string{"", "topic", ""}, `["topic" ""]`},
		{"with empty frames only", []string{"", "", ""}, `["" ""]`},
		{"with an empty body", []string{"id", "", ""}, `[""]`},
		{"without a delimiter, one frame", []string{"question"}, ""},
		{"without a delimiter, more frames", []string{"a", "b", "c"}, ""},
		{"with nothing after the delimiter", []string{"id", ""}, ""},
		{"of one empty frame", []string{""}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := listen(t, settings())
			r := dialRaw(t, l.Endpoint()).shake(t, recent("DEALER"))
			r.send(t, tt.request...)
			r.send(t, "last", "", "last")
			got := received(t, l)
			if tt.taken != "" {
				if texts(got.Frames) != tt.taken {
					t.Fatalf("got %q, want %s", got.Frames, tt.taken)
				}
				replyTo(t, l, got, "answer", "")
				at := slices.Index(tt.request, "")
				r.expect(t, append(slices.Clone(tt.request[:at+1]), "answer", "")...)
				got = received(t, l)
			}
			if texts(got.Frames) != `["last"]` {
				t.Errorf("got %q", got.Frames)
			}
		})
	}
}

// TestListenerFairness has many peers ask at once: each is heard and gets its own answer, in
// whatever order they are given.
func TestListenerFairness(t *testing.T) {
	const peers, each = 5, 3
	l := listen(t, settings())
	var raws []*raw
	for range peers {
		raws = append(raws, dialRaw(t, l.Endpoint()).shake(t, recent("REQ")))
	}
	for round := range each {
		for n, r := range raws {
			r.send(t, "", fmt.Sprint(n, " ", round))
		}
		requests := map[string]transport.Request{}
		connections := map[string]bool{}
		for range peers {
			got := received(t, l)
			requests[string(got.Frames[0])] = got
			connections[got.Peer] = true
		}
		if len(connections) != peers {
			t.Fatalf("%d connections", len(connections))
		}
		for n := range raws {
			name := fmt.Sprint(n, " ", round)
			replyTo(t, l, requests[name], "for "+name)
		}
		for n, r := range raws {
			r.expect(t, "", fmt.Sprint("for ", n, " ", round))
		}
	}
}

// TestListenerForgets has peers go: their answers go nowhere, least of all to who comes with the
// same identity.
func TestListenerForgets(t *testing.T) {
	l := listen(t, settings())
	r := dialRaw(t, l.Endpoint()).shake(t, recent("DEALER"))
	r.send(t, "", "one")
	stale := received(t, l)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	var err error
	for ctx := limit(t); err == nil; err = l.Reply(stale, stale.Frames) {
		if ctx.Err() != nil {
			t.Fatal("it never notices")
		}
	}
	if !errors.Is(err, transport.ErrPeerGone) && !errors.Is(err, transport.ErrPeerBusy) {
		t.Errorf("got %v", err)
	}
	r = dialRaw(t, l.Endpoint()).shake(t, recent("DEALER"))
	r.send(t, "", "two")
	if got := received(t, l); got.Peer == stale.Peer {
		t.Error("two connections have one name")
	}
	_ = l.Reply(stale, stale.Frames) // fails in one way or another
	r.expectNothing(t, silence)
}

// TestListenerMeets connects peers of all types. Types that do not fit get an ERROR and are
// disconnected.
func TestListenerMeets(t *testing.T) {
	for kind, fits := range map[string]bool{
		"REQ": true, "DEALER": true, "ROUTER": true, "REP": false, "PUB": false, "SUB": false, "XSUB": false, "XPUB": false,
		"PUSH": false, "PULL": false, "PAIR": false, "": false, "req": false, "CLIENT": false,
	} {
		t.Run(kind, func(t *testing.T) {
			l := listen(t, settings())
			r := dialRaw(t, l.Endpoint())
			if fits {
				r.shake(t, recent(kind))
				r.send(t, "", "x")
				received(t, l)
				return
			}
			r.greet(t, recent(kind))
			r.write(t, append([]byte{4, byte(len("\x05READY") + len(metadata(kind)))}, append([]byte("\x05READY"), metadata(kind)...)...))
			// READY of this side may come first, or not at all.
			rest := string(r.expectEnd(t))
			if want := "\x05ERROR\x13Invalid socket type"; len(rest) < len(want) || rest[len(rest)-len(want):] != want {
				t.Errorf("got %q", rest)
			}
		})
	}
}

// dialled returns a connection to a raw ROUTER or REP, and that.
func dialled(t *testing.T, s transport.Settings, as speaks) (transport.Conn, *raw) {
	t.Helper()
	endpoint, accept := listenRaw(t)
	result := make(chan transport.Conn, 1)
	go func() {
		c, err := new(zmtp.Network).Dial(limit(t), endpoint, s)
		if err != nil {
			t.Error(err)
		}
		result <- c
	}()
	r := accept().shake(t, as)
	c := <-result
	if c == nil {
		t.FailNow()
	}
	t.Cleanup(func() { _ = c.Close() })
	return c, r
}

func tag(n uint32) string { return string(binary.BigEndian.AppendUint32(nil, n)) }

func ask(t *testing.T, c transport.Conn, n uint32, frames ...string) {
	t.Helper()
	out := make([][]byte, len(frames))
	for i, f := range frames {
		out[i] = []byte(f)
	}
	if err := c.Send(limit(t), n, out); err != nil {
		t.Fatal(err)
	}
}

// TestConnFrames checks what a request is on the wire: what a REQ that correlates sends.
func TestConnFrames(t *testing.T) {
	for _, as := range []speaks{recent("REP"), old("REP"), recent("ROUTER"), recent("DEALER")} {
		c, r := dialled(t, settings(), as)
		ask(t, c, 0x01020304, "a", "")
		r.expect(t, "\x01\x02\x03\x04", "", "a", "")
		ask(t, c, 0)
		r.expect(t, "\x00\x00\x00\x00", "")
	}
}

// TestConnDropsMalformedReplies has a peer send malformed replies, and then a good one.
func TestConnDropsMalformedReplies(t *testing.T) {
	c, r := dialled(t, settings(), recent("ROUTER"))
	ask(t, c, 7, "question")
	r.expect(t, tag(7), "", "question")
	for _, frames := range [][]string{
		{"no tag"}, {""}, {"", "no tag"}, {tag(7)}, {tag(7), "no delimiter"}, {tag(7), "x", "", "late delimiter"}, {"\x07", "", "short tag"},
		{tag(7) + "x", "", "long tag"},
	} {
		r.send(t, frames...)
	}
	r.send(t, tag(7), "", "answer", "")
	n, frames, err := c.Recv(limit(t))
	if err != nil || n != 7 || texts(frames) != `["answer" ""]` {
		t.Errorf("got %d, %q, %v", n, frames, err)
	}
	if n, frames, ok, err := c.Poll(); ok || err != nil {
		t.Errorf("there is %d with %q, %v", n, frames, err)
	}
}

// TestConnDestroysItsQueue has a peer go with requests that it has not read. None is sent to the
// next one that comes.
func TestConnDestroysItsQueue(t *testing.T) {
	c, r := dialled(t, settings(), recent("ROUTER"))
	ask(t, c, 1, "answered")
	r.expect(t, tag(1), "", "answered")
	r.send(t, tag(1), "", "answer")
	ask(t, c, 2, "never read")
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	c.Lost()
	if err := c.Send(limit(t), 3, nil); !errors.Is(err, io.EOF) {
		t.Errorf("sending: %v", err)
	}
	// What came before the end can be had, if the system has kept it: the raw peer left something
	// unread.
	if n, frames, err := c.Recv(limit(t)); err == nil && (n != 1 || texts(frames) != `["answer"]`) || err != nil && !errors.Is(err, io.EOF) {
		t.Errorf("got %d, %q, %v", n, frames, err)
	}
}
