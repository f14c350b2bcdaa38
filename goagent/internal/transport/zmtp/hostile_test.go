package zmtp_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/zmtp"
)

// The tables of this file have a raw peer say each wrong thing that there is to each of the four
// sockets: greetings, handshakes, and frames and commands after the handshake.

// wrong is something that a peer may not say.
type wrong struct {
	name string
	wire string
	// want is what the socket makes of it; nil where the peer just stops in the middle.
	want error
}

const signature = "\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f"

// greetingWith returns a greeting of version 3.1 with any mechanism.
func greetingWith(mechanism string) string {
	return signature + "\x03\x01" + mechanism + strings.Repeat("\x00", 64-12-len(mechanism))
}

var wrongGreetings = []wrong{
	{"nothing", "", nil},
	{"half of a signature", signature[:5], nil},
	{"a signature alone", signature, nil},
	{"a greeting without its last byte", greetingWith("NULL")[:63], nil},
	{"HTTP", "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", zmtp.ErrGreeting},
	{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", zmtp.ErrGreeting},
	{"SSH", "SSH-2.0-OpenSSH_9.2\r\n", zmtp.ErrGreeting},
	{"zeros", strings.Repeat("\x00", 64), zmtp.ErrGreeting},
	{"ones", strings.Repeat("\xff", 9) + "\xfe", zmtp.ErrGreeting},
	{"ZMTP 1.0", "\x01\x00", zmtp.ErrGreeting},
	{"ZMTP 1.0 with a long length", signature[:9] + "\x00", zmtp.ErrGreeting},
	{"ZMTP 2.0", signature + "\x01\x05\x00\x00", zmtp.ErrGreeting},
	{"no mechanism", greetingWith(""), zmtp.ErrGreeting},
	{"a mechanism in lower case", greetingWith("null"), zmtp.ErrGreeting},
	{"a mechanism with a gap", greetingWith("NU\x00LL"), zmtp.ErrGreeting},
	{"a mechanism with a space", greetingWith("NULL "), zmtp.ErrGreeting},
	{"the mechanism PLAIN", greetingWith("PLAIN"), zmtp.ErrMechanism},
	{"the mechanism CURVE", greetingWith("CURVE"), zmtp.ErrMechanism},
	{"a mechanism of 20 characters", greetingWith(strings.Repeat("X", 20)), zmtp.ErrMechanism},
}

// property returns a property of READY.
func property(name, value string) string {
	return string(byte(len(name))) + name + "\x00\x00\x00" + string(byte(len(value))) + value
}

// command returns a command with its frame.
func command(body string) string { return "\x04" + string(byte(len(body))) + body }

// wrongFrames are no frames or no commands at any time.
var wrongFrames = []wrong{
	{"half of a header", "\x04", nil},
	{"half of a long header", "\x06\x00\x00\x00", nil},
	{"half of a command", "\x04\x20\x05READY", nil},
	{"reserved bit 3", "\x08\x00", zmtp.ErrFrame},
	{"reserved bit 4", "\x10\x00", zmtp.ErrFrame},
	{"reserved bit 5", "\x20\x00", zmtp.ErrFrame},
	{"reserved bit 6", "\x40\x00", zmtp.ErrFrame},
	{"reserved bit 7", "\x80\x00", zmtp.ErrFrame},
	{"all bits", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", zmtp.ErrFrame},
	{"a command with more", "\x05\x05\x04PING", zmtp.ErrFrame},
	{"a command of 2^63 bytes", "\x06\x80\x00\x00\x00\x00\x00\x00\x00", zmtp.ErrFrame},
	{"a command of 2^63-1 bytes", "\x06\x7f\xff\xff\xff\xff\xff\xff\xff", zmtp.ErrLimit},
	{"a command of a mebibyte", "\x06\x00\x00\x00\x00\x00\x10\x00\x00", zmtp.ErrLimit},
	{"a command of no bytes", command(""), zmtp.ErrCommand},
	{"a command without a name", command("\x00"), zmtp.ErrCommand},
	{"a name that is longer than its command", command("\x06READY"), zmtp.ErrCommand},
	{"an ERROR", command("\x05ERROR\x03no!"), zmtp.ErrRejected},
	{"an ERROR without a reason", command("\x05ERROR"), zmtp.ErrCommand},
	{"an ERROR whose reason is cut", command("\x05ERROR\x09no!"), zmtp.ErrCommand},
	{"an ERROR with more than a reason", command("\x05ERROR\x02no!"), zmtp.ErrCommand},
}

var wrongHandshakes = append([]wrong{
	{"nothing after the greeting", "", nil},
	{"a message", "\x00\x01x", zmtp.ErrHandshake},
	{"a message of several frames", "\x01\x00\x00\x01x", zmtp.ErrHandshake},
	{"READY as a message", "\x00\x06\x05READY", zmtp.ErrHandshake},
	{"READY in lower case", command("\x05ready" + property("Socket-Type", "REQ")), zmtp.ErrHandshake},
	{"PING", command(ping(0, "")), zmtp.ErrHandshake},
	{"PONG", command("\x04PONG"), zmtp.ErrHandshake},
	{"SUBSCRIBE", command("\x09SUBSCRIBEA"), zmtp.ErrHandshake},
	{"CURVE's HELLO", command("\x05HELLO" + strings.Repeat("h", 194)), zmtp.ErrHandshake},
	{"PLAIN's HELLO", command("\x05HELLO\x04user\x04word"), zmtp.ErrHandshake},
	{"a command of the future", command("\x06FUTURE of any kind"), zmtp.ErrHandshake},
	{"READY without properties", command("\x05READY"), zmtp.ErrSocketType},
	{"READY without a socket type", command("\x05READY" + property("Identity", "")), zmtp.ErrSocketType},
	{"READY of an unknown type", command("\x05READY" + property("Socket-Type", "FRIEND")), zmtp.ErrSocketType},
	{"READY of a type that fits none", command("\x05READY" + property("Socket-Type", "PAIR")), zmtp.ErrSocketType},
	{"READY of a type in lower case", command("\x05READY" + property("Socket-Type", "rep")), zmtp.ErrSocketType},
	{"a property without a name", command("\x05READY" + property("", "value")), zmtp.ErrHandshake},
	{"a property whose name is cut", command("\x05READY\x0bSocket"), zmtp.ErrHandshake},
	{"a property without a value", command("\x05READY\x0bSocket-Type"), zmtp.ErrHandshake},
	{"a property whose size is cut", command("\x05READY\x0bSocket-Type\x00\x00"), zmtp.ErrHandshake},
	{"a property whose value is cut", command("\x05READY\x0bSocket-Type\x00\x00\x00\x04RE"), zmtp.ErrHandshake},
	{"a property of 4 GiB", command("\x05READY\x0bSocket-Type\xff\xff\xff\xffREQ"), zmtp.ErrHandshake},
	{"a READY of more than 16 KiB", "\x06\x00\x00\x00\x00\x00\x00\x40\x01", zmtp.ErrLimit},
}, wrongFrames...)

var wrongTraffic = append([]wrong{
	{"half of a message", "\x01\x00\x00\x05ab", nil},
	{"a frame of 2^63 bytes", "\x02\x80\x00\x00\x00\x00\x00\x00\x00", zmtp.ErrFrame},
	{"a frame of 2^63-1 bytes", "\x02\x7f\xff\xff\xff\xff\xff\xff\xff", zmtp.ErrLimit},
	{"a frame that is too large", "\x02\x00\x00\x00\x00\x00\x01\x00\x00", zmtp.ErrLimit},
	{"a message that is too large", strings.Repeat("\x03\x00\x00\x00\x00\x00\x00\x10\x00"+strings.Repeat("m", 4096), 5), zmtp.ErrLimit},
	{"a message of too many frames", strings.Repeat("\x01\x00", 40), zmtp.ErrLimit},
	{"a PING without a time to live", command("\x04PING\x00"), zmtp.ErrCommand},
	{"a PING with too large a context", command(ping(0, strings.Repeat("c", 17))), zmtp.ErrCommand},
}, wrongFrames...)

// strict are settings of a socket that takes little.
func strict() transport.Settings {
	s := settings()
	s.MaxFrame = 1 << 13
	s.Limits = transport.Limits{MaxMessage: 1 << 14, MaxParts: 32}
	return s
}

// saying returns what a raw peer of a type does that says something wrong and no more.
func saying(t *testing.T, before func(*testing.T, *raw, string), kind string, w wrong) func(*raw) {
	return func(r *raw) {
		t.Helper()
		before(t, r, kind)
		_, _ = io.WriteString(r, w.wire) // the other side may be gone before it has it all
		if w.want == nil {
			tcp, ok := r.Conn.(*net.TCPConn)
			if !ok {
				t.Fatalf("a %T", r.Conn)
			}
			_ = tcp.CloseWrite() // fails where the other side is gone
		}
		r.expectEnd(t)
	}
}

// bound has a raw peer misbehave to a socket that is bound. The socket tells of the peer, unless it
// has just left.
func bound(t *testing.T, w wrong, bind func(transport.Settings) (endpoint string), play func(*raw), stillServes func()) {
	t.Helper()
	told := make(chan transport.CutOff, 10)
	s := strict()
	s.CutOff = func(c transport.CutOff) { told <- c }
	play(dialRaw(t, bind(s)))
	if w.want != nil {
		select {
		case c := <-told:
			if !errors.Is(c.Err, w.want) {
				t.Errorf("told %v, want %v", c.Err, w.want)
			}
		case <-limit(t).Done():
			t.Error("nothing is told")
		}
	}
	stillServes()
	if len(told) > 0 {
		t.Errorf("also told: %+v", <-told)
	}
}

// misbehave has a raw peer say something wrong to each of the four sockets, after what before does
// with the name of its own type. shaken is set where that is a whole handshake.
func misbehave(t *testing.T, table []wrong, shaken bool, before func(t *testing.T, r *raw, kind string)) {
	for _, w := range table {
		t.Run("to a Listener/"+w.name, func(t *testing.T) {
			var l *transport.Receiving
			bound(t, w, func(s transport.Settings) string { l = listen(t, s); return l.Endpoint() }, saying(t, before, "REQ", w), func() {
				good := dialRaw(t, l.Endpoint()).shake(t, recent("REQ"))
				good.send(t, "", "question")
				replyTo(t, l, received(t, l), "answer")
				good.expect(t, "", "answer")
			})
		})
		t.Run("to a Publisher/"+w.name, func(t *testing.T) {
			var p transport.Publisher
			bound(t, w, func(s transport.Settings) string { p = publish(t, s); return p.Endpoint() }, saying(t, before, "SUB", w), func() {
				good := dialRaw(t, p.Endpoint()).shake(t, recent("SUB"))
				good.command(t, "\x09SUBSCRIBEA")
				changed(t, p, "+A")
				notify(t, p, "A", "news")
				good.expect(t, "A", "news")
			})
		})
		t.Run("to a Conn/"+w.name, func(t *testing.T) { toConn(t, w, shaken, saying(t, before, "ROUTER", w)) })
		t.Run("to a Subscriber/"+w.name, func(t *testing.T) { toSubscriber(t, w, shaken, saying(t, before, "PUB", w)) })
	}
}

// toConn has a raw server misbehave to a Conn, while that dials or afterwards.
func toConn(t *testing.T, w wrong, shaken bool, play func(*raw)) {
	t.Helper()
	endpoint, accept := listenRaw(t)
	ctx, cancel := context.WithCancelCause(limit(t))
	s := strict()
	s.Trouble = func(err error) { cancel(err) } // another attempt would come to the same
	ended := make(chan error, 1)
	go func() {
		c, err := new(zmtp.Network).Dial(ctx, endpoint, s)
		if err == nil {
			_, _, err = c.Recv(limit(t))
			_ = c.Close()
		}
		ended <- err
	}()
	play(accept())
	err := <-ended
	if w.want != nil && !errors.Is(err, w.want) || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want %v", err, w.want)
	}
	if errors.Is(err, io.EOF) != shaken {
		t.Errorf("got %v after a handshake that is complete: %v", err, shaken)
	}
}

// toSubscriber has a raw publisher misbehave to a Subscriber, which comes again unless another
// attempt would come to the same.
func toSubscriber(t *testing.T, w wrong, shaken bool, play func(*raw)) {
	t.Helper()
	endpoint, accept := listenRaw(t)
	u := subscribe(t, endpoint, strict())
	if err := u.Subscribe("A"); err != nil {
		t.Fatal(err)
	}
	play(accept())
	if !shaken && w.want != nil && !errors.Is(w.want, zmtp.ErrLimit) {
		if err := u.Connected(limit(t)); !errors.Is(err, transport.ErrRefused) || !errors.Is(err, w.want) {
			t.Errorf("got %v, want %v", err, w.want)
		}
		return
	}
	good := accept().shake(t, recent("PUB"))
	good.expectCommand(t, "\x09SUBSCRIBEA")
	good.send(t, "A", "news")
	if frames, err := u.Recv(); err != nil || texts(frames) != `["A" "news"]` {
		t.Errorf("got %q, %v", frames, err)
	}
}

func TestWrongGreetings(t *testing.T) {
	misbehave(t, wrongGreetings, false, func(*testing.T, *raw, string) {})
}

func TestWrongHandshakes(t *testing.T) {
	misbehave(t, wrongHandshakes, false, func(t *testing.T, r *raw, kind string) { r.greet(t, recent(kind)) })
}

func TestWrongTraffic(t *testing.T) {
	misbehave(t, wrongTraffic, true, func(t *testing.T, r *raw, kind string) { r.shake(t, recent(kind)) })
}
