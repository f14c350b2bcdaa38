package zmtp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent/curve"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/zmtp"
	wire "github.com/pizco-go/pizco/interop/zmtp"
)

// The tables of this file follow libzmq's test_security_curve and unittest_curve_encoding, with
// more cases. A raw peer takes each wrong step of a handshake, and afterwards sends each wrong
// message.

// guarded is a Listener that lets in one client.
func guarded(t *testing.T) (l *transport.Receiving, server, client curve.KeyPair) {
	t.Helper()
	server, client = pair(t), pair(t)
	s := settings()
	s.Curve = &transport.Curve{Pair: server, Allowed: func(k curve.PublicKey) bool { return k == client.Public() }}
	return listen(t, s), server, client
}

// served checks that a good client is still served, and that nothing came before its request.
func served(t *testing.T, l *transport.Receiving, server, client curve.KeyPair) {
	t.Helper()
	r := dialRaw(t, l.Endpoint())
	if !r.shakeCurve(t, recent("REQ"), client, server.Public(), nil) {
		t.Fatal("the good client is refused")
	}
	r.send(t, "", "good")
	got := received(t, l)
	if texts(got.Frames) != `["good"]` || got.Client != client.Public() {
		t.Fatalf("got %q of %v", got.Frames, got.Client)
	}
	replyTo(t, l, got, "answer")
	r.expect(t, "", "answer")
}

// at changes the frame of one step.
func at(step int, change func(f *wire.Frame)) func(int, wire.Frame) []byte {
	return func(n int, f wire.Frame) []byte {
		if n == step {
			change(&f)
		}
		return f.Append(nil)
	}
}

func shorter(f *wire.Frame)  { f.Body = f.Body[:len(f.Body)-1] }
func longer(f *wire.Frame)   { f.Body = append(f.Body, 0) }
func misnamed(f *wire.Frame) { f.Body[1] = 'X' }
func broken(f *wire.Frame)   { f.Body[len(f.Body)-1] ^= 1 }
func empty(f *wire.Frame)    { f.Body = nil }
func message(f *wire.Frame)  { f.Command = false }

// put returns a change that sets bytes.
func put(at int, bytes ...byte) func(*wire.Frame) {
	return func(f *wire.Frame) { copy(f.Body[at:], bytes) }
}

// becomes returns a change that puts something else in the place.
func becomes(body string) func(*wire.Frame) { return func(f *wire.Frame) { f.Body = []byte(body) } }

// TestListenerHandshakes has clients take wrong steps.
func TestListenerHandshakes(t *testing.T) {
	const hello, initiate = 0, 1
	for _, tt := range []struct {
		name   string
		step   int
		change func(*wire.Frame)
	}{
		{"HELLO of no bytes", hello, empty},
		{"HELLO one byte short", hello, shorter},
		{"HELLO one byte long", hello, longer},
		{"HELLO by another name", hello, misnamed},
		{"HELLO of another version", hello, put(6, 2)},
		{"HELLO with a broken signature", hello, broken},
		{"HELLO with another nonce", hello, put(119, 99)},
		{"HELLO with a key of low order", hello, put(80, make([]byte, 32)...)},
		{"HELLO as a message", hello, message},
		{"NULL's READY in place of HELLO", hello, becomes(string(wire.Ready("REQ").Body))},
		{"PING in place of HELLO", hello, becomes(ping(0, ""))},
		{"INITIATE in place of HELLO", hello, becomes("\x08INITIATE" + strings.Repeat("i", 300))},
		{"MESSAGE in place of HELLO", hello, becomes("\x07MESSAGE" + strings.Repeat("m", 100))},
		{"a very large HELLO", hello, func(f *wire.Frame) { f.Body = append(f.Body, make([]byte, 1<<20)...) }},
		{"INITIATE of no bytes", initiate, empty},
		{"INITIATE that is too short for any", initiate, func(f *wire.Frame) { f.Body = f.Body[:256] }},
		{"INITIATE one byte short", initiate, shorter},
		{"INITIATE one byte long", initiate, longer},
		{"INITIATE by another name", initiate, misnamed},
		{"INITIATE with another cookie", initiate, put(40, 1, 2, 3)},
		{"INITIATE with the nonce of HELLO", initiate, put(105, 0, 0, 0, 0, 0, 0, 0, 1)},
		{"INITIATE with another nonce", initiate, put(105, 9)},
		{"INITIATE with a broken box", initiate, broken},
		{"INITIATE as a message", initiate, message},
		{"MESSAGE in place of INITIATE", initiate, becomes("\x07MESSAGE" + strings.Repeat("m", 100))},
		{"NULL's READY in place of INITIATE", initiate, becomes(string(wire.Ready("REQ").Body))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, server, client := guarded(t)
			r := dialRaw(t, l.Endpoint())
			if r.shakeCurve(t, recent("REQ"), client, server.Public(), at(tt.step, tt.change)) {
				t.Error("the handshake succeeds")
			}
			r.expectEnd(t)
			served(t, l, server, client)
		})
	}
}

// TestListenerHandshakeReplayed records a handshake and says the same on another connection.
func TestListenerHandshakeReplayed(t *testing.T) {
	l, server, client := guarded(t)
	var said [][]byte
	r := dialRaw(t, l.Endpoint())
	if !r.shakeCurve(t, recent("REQ"), client, server.Public(), func(_ int, f wire.Frame) []byte {
		said = append(said, f.Append(nil))
		return said[len(said)-1]
	}) {
		t.Fatal("refused")
	}
	again := dialRaw(t, l.Endpoint())
	again.greet(t, speaks{1, "REQ", "CURVE"})
	again.write(t, said[0])
	if f := again.frame(t); !bytes.HasPrefix(f.Body, []byte("\x07WELCOME")) {
		t.Fatalf("got %q", f.Body)
	}
	again.write(t, said[1])
	if rest := again.expectEnd(t); len(rest) != 0 {
		t.Errorf("got %q", rest)
	}
	served(t, l, server, client)
}

// TestListenerRefuses has clients come that do it all right and are not the one. Each gets what
// libzmq's ZAP would say.
func TestListenerRefuses(t *testing.T) {
	l, server, client := guarded(t)
	for _, name := range []string{"a stranger", "another stranger"} {
		r := dialRaw(t, l.Endpoint())
		if r.shakeCurve(t, recent("REQ"), pair(t), server.Public(), nil) || r.refused != "400" {
			t.Errorf("%s is told %q", name, r.refused)
		}
		r.expectEnd(t)
	}
	for name, mechanism := range map[string]string{"downgrade": "NULL", "PLAIN": "PLAIN", "unknown": "GSSAPI", "lower case": "curve"} {
		r := dialRaw(t, l.Endpoint())
		r.greet(t, speaks{1, "REQ", mechanism})
		_, _ = r.Write(wire.Ready("REQ").Append(nil)) // the other side may be gone
		_, _ = r.Write(wire.AppendMessage(nil, [][]byte{nil, []byte(name)}))
		if rest := r.expectEnd(t); len(rest) != 0 {
			t.Errorf("%s: got %q", name, rest)
		}
	}
	served(t, l, server, client)
}

// TestListenerNonces leaves nonces out, which is allowed.
func TestListenerNonces(t *testing.T) {
	l, server, client := guarded(t)
	r := dialRaw(t, l.Endpoint())
	if !r.shakeCurve(t, recent("REQ"), client, server.Public(), nil) {
		t.Fatal("refused")
	}
	for range 5 {
		_ = r.session.Seal(nil, 0, []byte("never sent"))
		r.send(t, "", "sent")
		if got := received(t, l); texts(got.Frames) != `["sent"]` {
			t.Fatalf("got %q", got.Frames)
		}
	}
}

// dialInVain returns the error of a Dial to a raw server, which does what play says with each
// connection, and what the transport says meanwhile.
func dialInVain(t *testing.T, own curve.KeyPair, server curve.PublicKey, timeout time.Duration, play func(*raw)) (trouble string, err error) {
	t.Helper()
	endpoint, accept := listenRaw(t)
	var mu sync.Mutex
	s := settings()
	s.Curve = &transport.Curve{Pair: own, Server: server}
	s.Trouble = func(err error) {
		mu.Lock()
		defer mu.Unlock()
		trouble = err.Error()
	}
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		c, dialErr := new(zmtp.Network).Dial(ctx, endpoint, s)
		if err = dialErr; err == nil {
			_ = c.Close()
		}
	}()
	play(accept())
	<-done
	mu.Lock()
	defer mu.Unlock()
	return trouble, err
}

// TestConnHandshakes has servers take wrong steps. The connection is not tried again.
func TestConnHandshakes(t *testing.T) {
	const welcome, ready = 0, 1
	for _, tt := range []struct {
		name   string
		step   int
		change func(*wire.Frame)
		says   string
	}{
		{"WELCOME one byte short", welcome, shorter, "it does not keep to CURVE"},
		{"WELCOME one byte long", welcome, longer, "it does not keep to CURVE"},
		{"WELCOME by another name", welcome, misnamed, "it does not keep to CURVE"},
		{"WELCOME of another server", welcome, broken, "is KEY the public key of the server?"},
		{"WELCOME with another nonce", welcome, put(8, 1, 2, 3), "is KEY the public key of the server?"},
		{"READY in place of WELCOME", welcome, becomes("\x05READY" + strings.Repeat("r", 24)), "it does not keep to CURVE"},
		{"ERROR in place of WELCOME", welcome, becomes("\x05ERROR\x03400"), "(status 400)"},
		{"READY too short", ready, func(f *wire.Frame) { f.Body = f.Body[:29] }, "it does not keep to CURVE"},
		{"READY by another name", ready, misnamed, "it does not keep to CURVE"},
		{"READY with a broken box", ready, broken, "is KEY the public key of the server?"},
		{"READY truncated", ready, shorter, "is KEY the public key of the server?"},
		{"ERROR in place of READY", ready, becomes("\x05ERROR\x03400"), "(status 400)"},
		{"ERROR as libzmq 4.1 writes it", ready, becomes("\x05ERROR\x20400"), "(status 400)"},
		{"ERROR without a reason", ready, becomes("\x05ERROR"), "it does not keep to CURVE"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := pair(t)
			_, err := dialInVain(t, pair(t), server.Public(), soon, func(r *raw) {
				r.acceptCurve(t, recent("ROUTER"), server, at(tt.step, tt.change))
			})
			says := strings.ReplaceAll(tt.says, "KEY", server.Public().String())
			if !errors.Is(err, transport.ErrRefused) || !strings.Contains(err.Error(), says) {
				t.Errorf("got %v, want %v with %q", err, transport.ErrRefused, says)
			}
		})
	}
}

// TestConnBrokenOff has a server end the handshake without a word, as one does that cannot open
// HELLO. That is tried again, and said.
func TestConnBrokenOff(t *testing.T) {
	own, server := pair(t), pair(t).Public()
	trouble, err := dialInVain(t, own, server, time.Second, func(r *raw) {
		r.greet(t, speaks{1, "ROUTER", "CURVE"})
		if f := r.frame(t); !bytes.HasPrefix(f.Body, []byte("\x05HELLO")) {
			t.Errorf("got %q", f.Body)
		}
		_ = r.Close()
	})
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(trouble, "is "+server.String()+" the public key of the server") {
		t.Errorf("got %v, and meanwhile %q", err, trouble)
	}
}

// TestConnDowngrade has servers offer less than CURVE. The client sends them nothing.
func TestConnDowngrade(t *testing.T) {
	for _, mechanism := range []string{"NULL", "PLAIN"} {
		_, err := dialInVain(t, pair(t), pair(t).Public(), soon, func(r *raw) {
			r.greet(t, speaks{1, "ROUTER", mechanism})
			_, _ = r.Write(wire.Ready("ROUTER").Append(nil)) // the client may be gone
			if rest := r.expectEnd(t); len(rest) != 0 {
				t.Errorf("%s: the client sends %q", mechanism, rest)
			}
		})
		if !errors.Is(err, transport.ErrRefused) || !strings.Contains(err.Error(), "it does not speak CURVE") {
			t.Errorf("%s: %v", mechanism, err)
		}
	}
}

// TestSubscriberRefused has a publisher refuse a subscriber, which does not come again.
func TestSubscriberRefused(t *testing.T) {
	server := pair(t)
	endpoint, accept := listenRaw(t)
	s := settings()
	s.Curve = &transport.Curve{Pair: pair(t), Server: server.Public()}
	u := subscribe(t, endpoint, s)
	accept().acceptCurve(t, recent("XPUB"), server, at(1, becomes("\x05ERROR\x03400")))
	if err := u.Connected(limit(t)); !errors.Is(err, transport.ErrRefused) {
		t.Errorf("Connected: %v", err)
	}
	if _, err := u.Recv(); !errors.Is(err, transport.ErrRefused) {
		t.Errorf("Recv: %v", err)
	}
}

// TestSubscriptionsUnderCurve has subscriptions and their ends come and go inside of boxes, in both
// forms.
func TestSubscriptionsUnderCurve(t *testing.T) {
	for _, form := range forms {
		t.Run(form.name, func(t *testing.T) {
			server := pair(t)
			s := settings()
			s.Curve = &transport.Curve{Pair: server}
			p := publish(t, s)
			r := dialRaw(t, p.Endpoint())
			if !r.shakeCurve(t, form.speaks, pair(t), server.Public(), nil) {
				t.Fatal("refused")
			}
			form.say(t, r, "A", true)
			changed(t, p, "+A")
			notify(t, p, "A", "", "secret")
			r.expect(t, "A", "", "secret")
			form.say(t, r, "A", false)
			changed(t, p, "-A")
		})
	}
	for _, as := range []speaks{old("XPUB"), recent("XPUB")} {
		t.Run(fmt.Sprint("a publisher of 3.", as.minor), func(t *testing.T) {
			server := pair(t)
			endpoint, accept := listenRaw(t)
			s := settings()
			s.Curve = &transport.Curve{Pair: pair(t), Server: server.Public()}
			u := subscribe(t, endpoint, s)
			if err := u.Subscribe("A"); err != nil {
				t.Fatal(err)
			}
			r := accept()
			if !r.acceptCurve(t, as, server, nil) {
				t.Fatal("refused")
			}
			if as.minor == 0 {
				r.expect(t, "\x01A")
			} else {
				r.expectCommand(t, "\x09SUBSCRIBEA")
			}
			r.send(t, "A", "secret")
			if frames, err := u.Recv(); err != nil || texts(frames) != `["A" "secret"]` {
				t.Errorf("got %q, %v", frames, err)
			}
		})
	}
}
