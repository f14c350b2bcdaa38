package zmtp_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/transport"
	wire "github.com/pizco-go/pizco/interop/zmtp"
)

// The tables of this file follow libzmq's test_heartbeats: raw peers that ping, that answer, and
// that do neither, with and without CURVE (RFC 37, "Connection Heartbeating").

// beat is the interval of heartbeats here.
const beat = 300 * time.Millisecond

// securities are both ways in which a raw peer connects to a bound socket.
var securities = []struct {
	name  string
	shake func(t *testing.T, s *transport.Settings) func(endpoint string, as speaks) *raw
}{
	{"NULL", func(t *testing.T, _ *transport.Settings) func(string, speaks) *raw {
		return func(endpoint string, as speaks) *raw { return dialRaw(t, endpoint).shake(t, as) }
	}},
	{"CURVE", func(t *testing.T, s *transport.Settings) func(string, speaks) *raw {
		server := pair(t)
		s.Curve = &transport.Curve{Pair: server}
		return func(endpoint string, as speaks) *raw {
			r := dialRaw(t, endpoint)
			if !r.shakeCurve(t, as, pair(t), server.Public(), nil) {
				t.Fatal("refused")
			}
			return r
		}
	}},
}

// TestPingIsAnswered sends PINGs with contexts of all sizes, from peers of either version.
func TestPingIsAnswered(t *testing.T) {
	for _, security := range securities {
		for _, as := range []speaks{recent("DEALER"), old("DEALER")} {
			t.Run(fmt.Sprint(security.name, " 3.", as.minor), func(t *testing.T) {
				s := settings()
				connect := security.shake(t, &s)
				l := listen(t, s)
				r := connect(l.Endpoint(), as)
				for _, context := range []string{"", "x", strings.Repeat("c", 16)} {
					r.command(t, ping(0, context))
					r.expectCommand(t, "\x04PONG"+context)
				}
				r.send(t, "", "question")
				replyTo(t, l, received(t, l), "answer")
				r.expect(t, "", "answer")
			})
		}
	}
}

// TestPingBetweenFrames sends commands in the middle of a message.
func TestPingBetweenFrames(t *testing.T) {
	for _, security := range securities {
		t.Run(security.name, func(t *testing.T) {
			s := settings()
			connect := security.shake(t, &s)
			l := listen(t, s)
			r := connect(l.Endpoint(), recent("REQ"))
			r.put(t, wire.Frame{More: true})
			r.command(t, ping(0, "one"))
			r.put(t, wire.Frame{Body: []byte("a"), More: true})
			r.command(t, "\x06FUTURE of any kind")
			r.command(t, ping(0, "two"))
			r.put(t, wire.Frame{Body: []byte("b")})
			r.expectCommand(t, "\x04PONGone")
			r.expectCommand(t, "\x04PONGtwo")
			if got := received(t, l); texts(got.Frames) != `["a" "b"]` {
				t.Errorf("got %q", got.Frames)
			}
		})
	}
}

// TestTimeToLive has peers announce in a PING how long they are to be waited for, and then say
// nothing more. A peer that announces nothing is kept.
func TestTimeToLive(t *testing.T) {
	for _, security := range securities {
		t.Run(security.name, func(t *testing.T) {
			s := settings()
			connect := security.shake(t, &s)
			l := listen(t, s)
			patient, hasty := connect(l.Endpoint(), recent("DEALER")), connect(l.Endpoint(), recent("DEALER"))
			patient.command(t, ping(0, ""))
			patient.expectCommand(t, "\x04PONG")
			hasty.command(t, ping(2, ""))
			hasty.expectCommand(t, "\x04PONG")
			begun := time.Now()
			if rest := hasty.expectEnd(t); len(rest) != 0 {
				t.Errorf("before the end came %q", rest)
			}
			if waited := time.Since(begun); waited < 190*time.Millisecond {
				t.Errorf("given up after %v", waited)
			}
			patient.send(t, "", "still here")
			received(t, l)
		})
	}
}

// TestConnPings has connections to peers that answer, that send anything else, and that say
// nothing.
func TestConnPings(t *testing.T) {
	s := settings()
	s.Heartbeat = beat
	for _, tt := range []struct {
		name string
		live func(t *testing.T, r *raw) // sends a sign of life after each PING
		lost bool
	}{
		{"answers", func(t *testing.T, r *raw) { r.command(t, "\x04PONG") }, false},
		{"sends messages", func(t *testing.T, r *raw) { r.send(t, tag(1), "", "x") }, false},
		{"pings itself", func(t *testing.T, r *raw) { r.command(t, ping(0, "")) }, false},
		{"is silent", func(*testing.T, *raw) {}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, r := dialled(t, s, recent("ROUTER"))
			pings := 0
			for pings < 5 {
				f, err := r.next()
				if tt.lost && err != nil {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				if !f.Command || !strings.HasPrefix(string(f.Body), "\x04PING") && !strings.HasPrefix(string(f.Body), "\x04PONG") {
					t.Fatalf("got %q", f.Body)
				}
				if string(f.Body) == ping(9, "") { // three intervals, in tenths of a second
					pings++
					tt.live(t, r)
				}
			}
			if tt.lost {
				c.Lost()
				if _, _, err := c.Recv(limit(t)); !errors.Is(err, io.EOF) {
					t.Errorf("got %v", err)
				}
				return
			}
			ask(t, c, 9, "still connected")
		})
	}
}

// TestOldPeersAreNotPinged has connections to peers of ZMTP 3.0, which would hand a PING to their
// program.
func TestOldPeersAreNotPinged(t *testing.T) {
	s := settings()
	s.Heartbeat = beat / 10
	c, r := dialled(t, s, old("ROUTER"))
	r.expectNothing(t, 3*beat)
	ask(t, c, 1, "x")
	r.expect(t, tag(1), "", "x")
	endpoint, accept := listenRaw(t)
	u := subscribe(t, endpoint, s)
	if err := u.Subscribe("A"); err != nil {
		t.Fatal(err)
	}
	r = accept().shake(t, old("PUB"))
	r.expect(t, "\x01A")
	r.expectNothing(t, 3*beat)
}

// TestMalformedPings ends the connections of peers that send what is no PING.
func TestMalformedPings(t *testing.T) {
	for name, body := range map[string]string{
		"no time to live":   "\x04PING",
		"half of one":       "\x04PING\x00",
		"too large context": ping(0, strings.Repeat("c", 17)),
	} {
		t.Run(name, func(t *testing.T) {
			l := listen(t, settings())
			r := dialRaw(t, l.Endpoint()).shake(t, recent("DEALER"))
			r.command(t, body)
			if rest := r.expectEnd(t); len(rest) != 0 {
				t.Errorf("got %q", rest)
			}
		})
	}
}
