package curvezmq_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent/curve"
	"github.com/pizco-go/pizco/goagent/internal/transport/zmtp/curvezmq"
)

func pair(t testing.TB) curve.KeyPair {
	t.Helper()
	p, err := curve.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The commands on their way, in their order.
const (
	hello = iota
	welcome
	initiate
	ready
)

// handshake is one between a client and a server. On its way each command passes through change,
// unless that is nil.
type handshake struct {
	client, server       curve.KeyPair
	named                curve.PublicKey // whom the client takes for the server
	change               func(step int, body []byte) []byte
	metadata             [2][]byte // what client and server say
	seen                 [2][]byte // what server and client have read of it
	showed               curve.PublicKey
	commands             [4][]byte
	clientSide, servSide *curvezmq.Session
}

func newHandshake(t testing.TB) *handshake {
	h := &handshake{client: pair(t), server: pair(t), metadata: [2][]byte{[]byte("of the client"), []byte("of the server")}}
	h.named = h.server.Public()
	return h
}

func (h *handshake) pass(step int, body []byte) []byte {
	h.commands[step] = bytes.Clone(body)
	if h.change != nil {
		return h.change(step, body)
	}
	return body
}

func (h *handshake) run() error {
	client, server := curvezmq.NewClient(h.client, h.named), curvezmq.NewServer(h.server)
	defer client.Close()
	defer server.Close()
	body, err := client.Hello()
	if err != nil {
		return err
	}
	if body, err = server.Hello(h.pass(hello, body)); err != nil {
		return err
	}
	if body, err = client.Welcome(h.pass(welcome, body), h.metadata[0]); err != nil {
		return err
	}
	if h.showed, h.seen[0], err = server.Initiate(h.pass(initiate, body)); err != nil {
		return err
	}
	if body, h.servSide, err = server.Ready(h.metadata[1]); err != nil {
		return err
	}
	h.seen[1], h.clientSide, err = client.Ready(h.pass(ready, body))
	return err
}

// sessions returns both sides of a connection after its handshake.
func sessions(t testing.TB) (client, server *curvezmq.Session) {
	t.Helper()
	h := newHandshake(t)
	if err := h.run(); err != nil {
		t.Fatal(err)
	}
	return h.clientSide, h.servSide
}

// TestHandshake checks what each side has learnt, and the sizes that RFC 26 gives.
func TestHandshake(t *testing.T) {
	for _, metadata := range []string{"", "m", strings.Repeat("m", curvezmq.MaxMetadata)} {
		h := newHandshake(t)
		h.metadata = [2][]byte{[]byte(metadata), []byte(metadata)}
		if err := h.run(); err != nil {
			t.Fatal(err)
		}
		if h.showed != h.client.Public() || string(h.seen[0]) != metadata || string(h.seen[1]) != metadata {
			t.Errorf("the server has seen %v, %q, the client %q", h.showed, h.seen[0], h.seen[1])
		}
		for step, size := range []int{200, 168, 257 + len(metadata), 30 + len(metadata)} {
			if len(h.commands[step]) != size {
				t.Errorf("command %d has %d bytes, want %d", step, len(h.commands[step]), size)
			}
		}
	}
}

// alter returns the change of one step.
func alter(step int, change func([]byte) []byte) func(int, []byte) []byte {
	return func(s int, body []byte) []byte {
		if s == step {
			return change(body)
		}
		return body
	}
}

func cut(body []byte) []byte      { return body[:len(body)-1] }
func longer(body []byte) []byte   { return append(body, 0) }
func misnamed(body []byte) []byte { return append([]byte{body[0], 'X'}, body[2:]...) }
func nothing([]byte) []byte       { return nil }
func flipped(body []byte) []byte  { body[len(body)-1] ^= 1; return body }
func oversize(body []byte) []byte { return append(body, make([]byte, curvezmq.MaxMetadata)...) }

// TestMalformedCommands has each command arrive in another form than it was sent.
func TestMalformedCommands(t *testing.T) {
	for _, tt := range []struct {
		name   string
		step   int
		change func([]byte) []byte
		want   error
	}{
		{"HELLO of no bytes", hello, nothing, curvezmq.ErrMalformed},
		{"HELLO too short", hello, cut, curvezmq.ErrMalformed},
		{"HELLO too long", hello, longer, curvezmq.ErrMalformed},
		{"HELLO by another name", hello, misnamed, curvezmq.ErrMalformed},
		{"HELLO of CurveZMQ 2.0", hello, func(b []byte) []byte { b[6] = 2; return b }, curvezmq.ErrMalformed},
		{"HELLO of CurveZMQ 1.1", hello, func(b []byte) []byte { b[7] = 1; return b }, curvezmq.ErrMalformed},
		{"HELLO with a nonce of another box", hello, func(b []byte) []byte { b[119]++; return b }, curvezmq.ErrBox},
		{"HELLO with a broken box", hello, flipped, curvezmq.ErrBox},
		{"HELLO with a key of low order", hello, func(b []byte) []byte { clear(b[80:112]); return b }, curvezmq.ErrBox},
		{"WELCOME too short", welcome, cut, curvezmq.ErrMalformed},
		{"WELCOME too long", welcome, longer, curvezmq.ErrMalformed},
		{"WELCOME by another name", welcome, misnamed, curvezmq.ErrMalformed},
		{"WELCOME with another nonce", welcome, func(b []byte) []byte { b[8]++; return b }, curvezmq.ErrBox},
		{"WELCOME with a broken box", welcome, flipped, curvezmq.ErrBox},
		{"INITIATE too short", initiate, func(b []byte) []byte { return b[:256] }, curvezmq.ErrMalformed},
		{"INITIATE too long", initiate, oversize, curvezmq.ErrMalformed},
		{"INITIATE by another name", initiate, misnamed, curvezmq.ErrMalformed},
		{"INITIATE with another cookie", initiate, func(b []byte) []byte { b[50]++; return b }, curvezmq.ErrBox},
		{"INITIATE with a broken box", initiate, flipped, curvezmq.ErrBox},
		{"INITIATE truncated in its metadata", initiate, cut, curvezmq.ErrBox},
		{"INITIATE with the nonce of HELLO", initiate, func(b []byte) []byte { b[112] = 1; return b }, curvezmq.ErrNonce},
		{"INITIATE with a later nonce", initiate, func(b []byte) []byte { b[112] = 9; return b }, curvezmq.ErrBox},
		{"READY too short", ready, func(b []byte) []byte { return b[:29] }, curvezmq.ErrMalformed},
		{"READY too long", ready, oversize, curvezmq.ErrMalformed},
		{"READY by another name", ready, misnamed, curvezmq.ErrMalformed},
		{"READY with another nonce", ready, func(b []byte) []byte { b[13]++; return b }, curvezmq.ErrBox},
		{"READY with a broken box", ready, flipped, curvezmq.ErrBox},
		{"READY in the place of WELCOME", welcome, func([]byte) []byte { return append([]byte("\x05READY"), make([]byte, 24)...) }, curvezmq.ErrMalformed},
		{"ERROR without a reason", welcome, func([]byte) []byte { return []byte("\x05ERROR") }, curvezmq.ErrMalformed},
		{"ERROR with more than a reason", ready, func([]byte) []byte { return []byte("\x05ERROR\x03400!") }, curvezmq.ErrMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHandshake(t)
			h.change = alter(tt.step, tt.change)
			err := h.run()
			var failed *curvezmq.StepError
			if !errors.Is(err, tt.want) || !errors.As(err, &failed) || failed.Step != []string{"HELLO", "WELCOME", "INITIATE", "READY"}[tt.step] {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

// TestEveryByteCounts changes each byte of each command in turn. The padding of HELLO alone is not
// protected.
func TestEveryByteCounts(t *testing.T) {
	whole := newHandshake(t)
	if err := whole.run(); err != nil {
		t.Fatal(err)
	}
	for step, command := range whole.commands {
		for at := range command {
			if step == hello && at >= 8 && at < 80 {
				continue
			}
			h := newHandshake(t)
			h.change = alter(step, func(b []byte) []byte { b[at] ^= 0x80; return b })
			var failed *curvezmq.StepError
			if err := h.run(); !errors.As(err, &failed) {
				t.Errorf("byte %d of command %d: %v", at, step, err)
			}
		}
	}
}

// TestWrongKeys has peers meet others than they mean.
func TestWrongKeys(t *testing.T) {
	h := newHandshake(t)
	h.named = pair(t).Public()
	if err := h.run(); !errors.Is(err, curvezmq.ErrBox) {
		t.Errorf("a client that means another server: %v", err)
	}
	h = newHandshake(t)
	h.named = curve.PublicKey{}
	if err := h.run(); !errors.Is(err, curve.ErrKey) {
		t.Errorf("a client that means nobody: %v", err)
	}
	one, two := newHandshake(t), newHandshake(t)
	two.client, two.server, two.named = one.client, one.server, one.named
	if err := one.run(); err != nil {
		t.Fatal(err)
	}
	two.change = func(step int, body []byte) []byte {
		if step == initiate {
			return one.commands[initiate]
		}
		return body
	}
	if err := two.run(); !errors.Is(err, curvezmq.ErrBox) {
		t.Errorf("an INITIATE of another connection: %v", err)
	}
}

// TestRefused has a server send ERROR in either place, also as libzmq 4.1 does, with the size of an
// object for a length.
func TestRefused(t *testing.T) {
	for _, step := range []int{welcome, ready} {
		for _, command := range []string{string(curvezmq.Refusal("400")), "\x05ERROR\x03400", "\x05ERROR\x20400"} {
			h := newHandshake(t)
			h.change = alter(step, func([]byte) []byte { return []byte(command) })
			var failed *curvezmq.RefusedError
			if err := h.run(); !errors.As(err, &failed) || failed.Reason != "400" {
				t.Errorf("after command %d: %v", step, err)
			}
		}
	}
	if got := curvezmq.Refusal(strings.Repeat("x", 300)); len(got) != 6+1+255 {
		t.Errorf("a long reason makes %d bytes", len(got))
	}
}

// TestOrder calls the steps when they are not due.
func TestOrder(t *testing.T) {
	for name, step := range map[string]func(*curvezmq.Client, *curvezmq.Server) error{
		"HELLO twice":      func(c *curvezmq.Client, _ *curvezmq.Server) error { _, _ = c.Hello(); _, err := c.Hello(); return err },
		"WELCOME first":    func(c *curvezmq.Client, _ *curvezmq.Server) error { _, err := c.Welcome(nil, nil); return err },
		"READY first":      func(c *curvezmq.Client, _ *curvezmq.Server) error { _, _, err := c.Ready(nil); return err },
		"INITIATE first":   func(_ *curvezmq.Client, s *curvezmq.Server) error { _, _, err := s.Initiate(nil); return err },
		"READY sent first": func(_ *curvezmq.Client, s *curvezmq.Server) error { _, _, err := s.Ready(nil); return err },
		"HELLO after failure": func(_ *curvezmq.Client, s *curvezmq.Server) error {
			_, _ = s.Hello(nil)
			_, err := s.Hello(nil)
			return err
		},
	} {
		if err := step(curvezmq.NewClient(pair(t), pair(t).Public()), curvezmq.NewServer(pair(t))); !errors.Is(err, curvezmq.ErrOrder) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestMessages carries payloads of all sizes both ways.
func TestMessages(t *testing.T) {
	client, server := sessions(t)
	for i, size := range []int{0, 1, 31, 32, 33, 255, 256, 4096, 1 << 20, 5} {
		payload := bytes.Repeat([]byte{byte(i)}, size)
		flags := []byte{0, curvezmq.FlagMore, curvezmq.FlagCommand}[i%3]
		for _, way := range []struct{ from, to *curvezmq.Session }{{client, server}, {server, client}} {
			body := way.from.Seal([]byte("before"), flags, payload)
			if len(body) != len("before")+curvezmq.Overhead+size {
				t.Errorf("%d bytes are sealed to %d", size, len(body))
			}
			gotFlags, got, err := way.to.Open([]byte("in front"), body[len("before"):])
			if err != nil || gotFlags != flags || !bytes.Equal(got, payload) {
				t.Errorf("got %d bytes with %x, %v; want %d with %x", len(got), gotFlags, err, size, flags)
			}
		}
	}
}

// TestMalformedMessages has a MESSAGE arrive in another form than it was sent.
func TestMalformedMessages(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(client, server *curvezmq.Session) []byte
		want   error
	}{
		{"nothing", func(_, _ *curvezmq.Session) []byte { return nil }, curvezmq.ErrMalformed},
		{"shorter than any", func(c, _ *curvezmq.Session) []byte { return cut(c.Seal(nil, 0, nil)) }, curvezmq.ErrMalformed},
		{"by another name", func(c, _ *curvezmq.Session) []byte { return misnamed(c.Seal(nil, 0, []byte("x"))) }, curvezmq.ErrMalformed},
		{"unencrypted", func(_, _ *curvezmq.Session) []byte { return bytes.Repeat([]byte("plain text"), 10) }, curvezmq.ErrMalformed},
		{"flags that nobody knows", func(c, _ *curvezmq.Session) []byte { return c.Seal(nil, 4, []byte("x")) }, curvezmq.ErrMalformed},
		{"truncated box", func(c, _ *curvezmq.Session) []byte { return cut(c.Seal(nil, 0, []byte("text"))) }, curvezmq.ErrBox},
		{"changed box", func(c, _ *curvezmq.Session) []byte { return flipped(c.Seal(nil, 0, []byte("text"))) }, curvezmq.ErrBox},
		{"nonce of another", func(c, _ *curvezmq.Session) []byte { b := c.Seal(nil, 0, []byte("x")); b[15]++; return b }, curvezmq.ErrBox},
		{"nonce of 0", func(c, _ *curvezmq.Session) []byte { b := c.Seal(nil, 0, []byte("x")); clear(b[8:16]); return b }, curvezmq.ErrNonce},
		{"sent back to its sender", func(_, s *curvezmq.Session) []byte { _ = s.Seal(nil, 0, nil); return s.Seal(nil, 0, []byte("x")) }, curvezmq.ErrBox},
	} {
		t.Run(tt.name, func(t *testing.T) {
			client, server := sessions(t)
			if flags, payload, err := server.Open(nil, tt.change(client, server)); !errors.Is(err, tt.want) {
				t.Errorf("got %x, %q, %v, want %v", flags, payload, err, tt.want)
			}
		})
	}
}

// TestNonces leaves out messages, replays one and has one overtake another.
func TestNonces(t *testing.T) {
	client, server := sessions(t)
	var sent [][]byte
	for i := range byte(5) {
		sent = append(sent, client.Seal(nil, 0, []byte{i}))
	}
	for _, tt := range []struct {
		index int
		want  error
	}{{1, nil}, {1, curvezmq.ErrNonce}, {3, nil}, {2, curvezmq.ErrNonce}, {0, curvezmq.ErrNonce}, {4, nil}} {
		_, payload, err := server.Open(nil, sent[tt.index])
		if !errors.Is(err, tt.want) || err == nil && payload[0] != byte(tt.index) {
			t.Errorf("message %d: %v, %v, want %v", tt.index, payload, err, tt.want)
		}
	}
}

// TestSecretsAreNotPrinted prints what holds keys, as a field of another struct too.
func TestSecretsAreNotPrinted(t *testing.T) {
	h := newHandshake(t)
	client, server := curvezmq.NewClient(h.client, h.named), curvezmq.NewServer(h.server)
	if _, err := client.Hello(); err != nil {
		t.Fatal(err)
	}
	if err := h.run(); err != nil {
		t.Fatal(err)
	}
	printed := fmt.Sprintf("%v %+v %#v", client, struct{ inner any }{server}, h)
	secret := h.client.SecretBytes()
	for _, form := range []string{"%v", "%x", "%#v", "%s"} {
		if text := fmt.Sprintf(form, secret); strings.Contains(printed, strings.Trim(text, "[]")) {
			t.Errorf("a secret key is printed with %s", form)
		}
	}
}

// FuzzCommands hands arbitrary bodies to every step. None may panic, and none may be taken.
func FuzzCommands(f *testing.F) {
	h := newHandshake(f)
	if err := h.run(); err != nil {
		f.Fatal(err)
	}
	for step, body := range h.commands {
		f.Add(step, body)
	}
	f.Add(welcome, curvezmq.Refusal("400"))
	f.Fuzz(func(t *testing.T, step int, body []byte) {
		if step < hello || step > ready {
			return
		}
		h := newHandshake(t)
		h.change = alter(step, func(own []byte) []byte {
			if bytes.Equal(own, body) {
				return nil
			}
			return body
		})
		var failed *curvezmq.StepError
		if err := h.run(); !errors.As(err, &failed) {
			t.Errorf("command %d was taken: %q, %v", step, body, err)
		}
	})
}

// FuzzMessage hands arbitrary bodies to a session. It takes none.
func FuzzMessage(f *testing.F) {
	stranger, _ := sessions(f)
	f.Add(stranger.Seal(nil, 0, []byte("text")))
	f.Add([]byte("\x07MESSAGE"))
	_, server := sessions(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		var failed *curvezmq.StepError
		if flags, payload, err := server.Open(nil, body); !errors.As(err, &failed) || payload != nil || flags != 0 {
			t.Errorf("%q is taken: %x, %q, %v", body, flags, payload, err)
		}
	})
}

func BenchmarkSession(b *testing.B) {
	for _, size := range []int{100, 64 << 10, 100 << 20} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			client, server := sessions(b)
			payload := make([]byte, size)
			body, opened := make([]byte, 0, size+curvezmq.Overhead), make([]byte, 0, size+1)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				body = client.Seal(body[:0], 0, payload)
				if _, _, err := server.Open(opened, body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
