package zmtp_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent/curve"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/zmtp"
	"github.com/pizco-go/pizco/goagent/internal/transport/zmtp/curvezmq"
	wire "github.com/pizco-go/pizco/interop/zmtp"
)

// sealed returns a message in a box, which has not been sent.
func sealed(r *raw, body string) wire.Frame {
	return wire.Frame{Body: r.session.Seal(nil, 0, []byte(body))}
}

// wrongSealed are what a peer may not send after a handshake of CURVE.
var wrongSealed = []struct {
	name string
	send func(t *testing.T, r *raw)
}{
	{"a message without a box", func(t *testing.T, r *raw) { r.write(t, wire.AppendMessage(nil, [][]byte{nil, []byte("plain")})) }},
	{"a long message without a box", func(t *testing.T, r *raw) {
		r.write(t, wire.AppendMessage(nil, [][]byte{nil, bytes.Repeat([]byte("p"), 1000)}))
	}},
	{"a PING without a box", func(t *testing.T, r *raw) {
		r.write(t, wire.Frame{Body: []byte(ping(0, "x")), Command: true}.Append(nil))
	}},
	{"a second HELLO", func(t *testing.T, r *raw) {
		r.write(t, wire.Frame{Body: append([]byte("\x05HELLO"), make([]byte, 194)...), Command: true}.Append(nil))
	}},
	{"a MESSAGE that is too short", func(t *testing.T, r *raw) { r.write(t, wire.Frame{Body: []byte("\x07MESSAGE12345678")}.Append(nil)) }},
	{"a MESSAGE by another name", func(t *testing.T, r *raw) { f := sealed(r, ""); misnamed(&f); r.write(t, f.Append(nil)) }},
	{"a truncated box", func(t *testing.T, r *raw) { f := sealed(r, "text"); shorter(&f); r.write(t, f.Append(nil)) }},
	{"a longer box", func(t *testing.T, r *raw) { f := sealed(r, "text"); longer(&f); r.write(t, f.Append(nil)) }},
	{"a changed box", func(t *testing.T, r *raw) { f := sealed(r, "text"); broken(&f); r.write(t, f.Append(nil)) }},
	{"a nonce that is not the box's", func(t *testing.T, r *raw) { f := sealed(r, "text"); put(8, 1)(&f); r.write(t, f.Append(nil)) }},
	{"a message again", func(t *testing.T, r *raw) {
		again := wire.Frame{Body: r.session.Seal(nil, curvezmq.FlagMore, nil)}.Append(nil)
		r.write(t, again)
		r.write(t, again)
	}},
	{"a message that another has overtaken", func(t *testing.T, r *raw) {
		late, early := sealed(r, "late"), wire.Frame{Body: r.session.Seal(nil, curvezmq.FlagMore, nil)}
		r.write(t, early.Append(nil))
		r.write(t, late.Append(nil))
	}},
	{"a command that is too large", func(t *testing.T, r *raw) { r.command(t, "\x06FUTURE"+strings.Repeat("f", 20_000)) }},
	{"flags that nobody knows", func(t *testing.T, r *raw) { r.write(t, wire.Frame{Body: r.session.Seal(nil, 8, nil)}.Append(nil)) }},
	{"a command that has more", func(t *testing.T, r *raw) {
		r.write(t, wire.Frame{Body: r.session.Seal(nil, curvezmq.FlagMore|curvezmq.FlagCommand, []byte(ping(0, "")))}.Append(nil))
	}},
}

// TestListenerMessages has a client that has been let in send what it must not. Its connection
// ends, and nothing of it is received.
func TestListenerMessages(t *testing.T) {
	for _, tt := range wrongSealed {
		t.Run(tt.name, func(t *testing.T) {
			l, server, client := guarded(t)
			r := dialRaw(t, l.Endpoint())
			if !r.shakeCurve(t, recent("REQ"), client, server.Public(), nil) {
				t.Fatal("refused")
			}
			tt.send(t, r)
			if rest := r.expectEnd(t); len(rest) != 0 {
				t.Errorf("got %q", rest)
			}
			served(t, l, server, client)
		})
	}
}

// TestConnMessages has a server do the same. The connection is lost, and nothing of it is received.
func TestConnMessages(t *testing.T) {
	for _, tt := range wrongSealed {
		t.Run(tt.name, func(t *testing.T) {
			server := pair(t)
			s := settings()
			s.Curve = &transport.Curve{Pair: pair(t), Server: server.Public()}
			endpoint, accept := listenRaw(t)
			ended := make(chan error, 1)
			go func() {
				c, err := new(zmtp.Network).Dial(limit(t), endpoint, s)
				if err == nil {
					_, _, err = c.Recv(limit(t))
					_ = c.Close()
				}
				ended <- err
			}()
			r := accept()
			if !r.acceptCurve(t, recent("ROUTER"), server, nil) {
				t.Fatal("refused")
			}
			tt.send(t, r)
			r.expectEnd(t)
			if err := <-ended; !errors.Is(err, io.EOF) || !isWrong(err) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestSubscriberMessages has a publisher do the same. The subscriber receives nothing of it, and
// comes again.
func TestSubscriberMessages(t *testing.T) {
	for _, tt := range wrongSealed {
		t.Run(tt.name, func(t *testing.T) {
			server := pair(t)
			s := settings()
			s.Curve = &transport.Curve{Pair: pair(t), Server: server.Public()}
			endpoint, accept := listenRaw(t)
			u := subscribe(t, endpoint, s)
			if err := u.Subscribe(""); err != nil {
				t.Fatal(err)
			}
			r := accept()
			if !r.acceptCurve(t, recent("PUB"), server, nil) {
				t.Fatal("refused")
			}
			tt.send(t, r)
			r.expectEnd(t)
			if r = accept(); !r.acceptCurve(t, recent("PUB"), server, nil) {
				t.Fatal("refused")
			}
			r.send(t, "good", "news")
			if frames, err := u.Recv(); err != nil || texts(frames) != `["good" "news"]` {
				t.Errorf("got %q, %v", frames, err)
			}
		})
	}
}

// isWrong reports whether an error says what the peer did wrong.
func isWrong(err error) bool {
	for _, kind := range []error{zmtp.ErrFrame, zmtp.ErrCommand, zmtp.ErrLimit} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// wrongMetadata are what a peer may not say of itself, in READY or in the box of INITIATE.
var wrongMetadata = []wrong{
	{"nothing", "", zmtp.ErrSocketType},
	{"a type that fits none", property("Socket-Type", "PAIR"), zmtp.ErrSocketType},
	{"a property without a name", property("", "value"), zmtp.ErrHandshake},
	{"a property whose name is cut", "\x0bSocket", zmtp.ErrHandshake},
	{"a property whose value is cut", "\x0bSocket-Type\x00\x00\x00\x04RE", zmtp.ErrHandshake},
	{"a property of 4 GiB", "\x0bSocket-Type\xff\xff\xff\xffREQ", zmtp.ErrHandshake},
}

// TestWrongMetadataUnderCurve has peers with the right keys say it.
func TestWrongMetadataUnderCurve(t *testing.T) {
	for _, w := range wrongMetadata {
		t.Run("to a Listener/"+w.name, func(t *testing.T) {
			server, client := pair(t), pair(t)
			var l *transport.Receiving
			bound(t, w, func(s transport.Settings) string {
				s.Curve = &transport.Curve{Pair: server}
				l = listen(t, s)
				return l.Endpoint()
			}, func(r *raw) { r.initiate(t, client, server.Public(), w.wire) }, func() { served(t, l, server, client) })
		})
		t.Run("to a Conn/"+w.name, func(t *testing.T) {
			server := pair(t)
			_, err := dialInVain(t, pair(t), server.Public(), soon, func(r *raw) {
				r.greet(t, speaks{1, "ROUTER", "CURVE"})
				r.acceptAs(t, server, w.wire)
			})
			if !errors.Is(err, transport.ErrRefused) || !errors.Is(err, w.want) {
				t.Errorf("got %v, want %v", err, w.want)
			}
		})
	}
}

// initiate makes the handshake of a client as far as INITIATE, with any metadata.
func (r *raw) initiate(t *testing.T, own curve.KeyPair, server curve.PublicKey, metadata string) {
	t.Helper()
	r.greet(t, speaks{1, "REQ", "CURVE"})
	client := curvezmq.NewClient(own, server)
	hello, err := client.Hello()
	if err != nil {
		t.Fatal(err)
	}
	r.write(t, wire.Frame{Body: hello, Command: true}.Append(nil))
	initiate, err := client.Welcome(r.frame(t).Body, []byte(metadata))
	if err != nil {
		t.Fatal(err)
	}
	r.write(t, wire.Frame{Body: initiate, Command: true}.Append(nil))
	r.expectEnd(t)
}

// acceptAs makes the handshake of a server after the greetings, with any metadata.
func (r *raw) acceptAs(t *testing.T, own curve.KeyPair, metadata string) {
	t.Helper()
	server := curvezmq.NewServer(own)
	welcome, err := server.Hello(r.frame(t).Body)
	if err != nil {
		t.Fatal(err)
	}
	r.write(t, wire.Frame{Body: welcome, Command: true}.Append(nil))
	if _, _, err := server.Initiate(r.frame(t).Body); err != nil {
		t.Fatal(err)
	}
	ready, _, err := server.Ready([]byte(metadata))
	if err != nil {
		t.Fatal(err)
	}
	r.write(t, wire.Frame{Body: ready, Command: true}.Append(nil))
	r.expectEnd(t)
}
