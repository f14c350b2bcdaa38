package zmtp_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent/curve"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/zmtp"
	"github.com/pizco-go/pizco/goagent/internal/transport/zmtp/curvezmq"
	wire "github.com/pizco-go/pizco/interop/zmtp"
)

const (
	anyPort = "tcp://127.0.0.1:*"
	// soon is how long something has to happen that must happen.
	soon = 20 * time.Second
	// silence is how long nothing may happen that must not.
	silence = 150 * time.Millisecond
)

// limit is a context that ends when what it is for has hung.
func limit(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	t.Cleanup(cancel)
	return ctx
}

// settings returns the settings of sockets that the raw peer talks to.
func settings() transport.Settings { return transport.Settings{Linger: time.Second, HighWater: 1000} }

func listen(t *testing.T, s transport.Settings) *transport.Receiving {
	t.Helper()
	l, err := new(zmtp.Network).Listen(anyPort, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	context.AfterFunc(limit(t), func() { _ = l.Close() })
	return transport.Receive(l)
}

func publish(t *testing.T, s transport.Settings) transport.Publisher {
	t.Helper()
	p, err := new(zmtp.Network).Publish(anyPort, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	context.AfterFunc(limit(t), func() { _ = p.Close() })
	return p
}

func subscribe(t *testing.T, endpoint string, s transport.Settings) transport.Subscriber {
	t.Helper()
	u, err := new(zmtp.Network).Subscribe(endpoint, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = u.Close() })
	context.AfterFunc(limit(t), func() { _ = u.Close() })
	return u
}

// raw is one end of a connection by which a test sends and reads frames as it likes.
type raw struct {
	net.Conn
	reader *bufio.Reader
	// session seals and opens frames where the peer speaks CURVE.
	session *curvezmq.Session
	// refused is the reason in the ERROR by which the peer has ended the handshake.
	refused string
}

// speaks is how a raw peer introduces itself.
type speaks struct {
	minor     byte // of its version 3
	kind      string
	mechanism string
}

// old and recent are peers of ZMTP 3.0 and 3.1 without security.
func old(kind string) speaks    { return speaks{0, kind, "NULL"} }
func recent(kind string) speaks { return speaks{1, kind, "NULL"} }

func rawOf(t *testing.T, conn net.Conn) *raw {
	t.Helper()
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(soon)); err != nil {
		t.Fatal(err)
	}
	return &raw{Conn: conn, reader: bufio.NewReader(conn)}
}

// dialRaw connects to a socket, without a handshake.
func dialRaw(t *testing.T, endpoint string) *raw {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(limit(t), "tcp", strings.TrimPrefix(endpoint, "tcp://"))
	if err != nil {
		t.Fatal(err)
	}
	return rawOf(t, conn)
}

// listenRaw waits for a connection of a socket to the endpoint.
func listenRaw(t *testing.T) (endpoint string, accept func() *raw) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return "tcp://" + l.Addr().String(), func() *raw {
		t.Helper()
		conn, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		return rawOf(t, conn)
	}
}

// greet exchanges greetings.
func (r *raw) greet(t *testing.T, s speaks) {
	t.Helper()
	own := wire.Greeting()
	own[11] = s.minor
	clear(own[12:32])
	copy(own[12:32], s.mechanism)
	r.write(t, own)
	if _, err := io.CopyN(io.Discard, r.reader, wire.GreetingSize); err != nil {
		t.Fatal(err)
	}
}

// shake makes the whole handshake without security.
func (r *raw) shake(t *testing.T, s speaks) *raw {
	t.Helper()
	r.greet(t, s)
	r.write(t, wire.Ready(s.kind).Append(nil))
	if f := r.frame(t); !f.Command || !bytes.HasPrefix(f.Body, []byte("\x05READY")) {
		t.Fatalf("got %q in place of READY", f.Body)
	}
	return r
}

func (r *raw) write(t *testing.T, bytes []byte) {
	t.Helper()
	if _, err := r.Write(bytes); err != nil {
		t.Fatal(err)
	}
}

// command sends a command, in a box where there is a session.
func (r *raw) command(t *testing.T, body string) {
	t.Helper()
	r.put(t, wire.Frame{Body: []byte(body), Command: true})
}

// send sends a message.
func (r *raw) send(t *testing.T, frames ...string) {
	t.Helper()
	for i, f := range frames {
		r.put(t, wire.Frame{Body: []byte(f), More: i < len(frames)-1})
	}
}

func (r *raw) put(t *testing.T, f wire.Frame) {
	t.Helper()
	if r.session != nil {
		var flags byte
		if f.More {
			flags |= curvezmq.FlagMore
		}
		if f.Command {
			flags |= curvezmq.FlagCommand
		}
		f = wire.Frame{Body: r.session.Seal(nil, flags, f.Body)}
	}
	r.write(t, f.Append(nil))
}

// next returns the next frame, out of its box where there is a session.
func (r *raw) next() (wire.Frame, error) {
	f, err := wire.ReadFrame(r.reader)
	if err != nil || r.session == nil {
		return f, err
	}
	if f.Command || f.More {
		return f, errors.New("a frame outside of the box")
	}
	flags, body, err := r.session.Open(nil, f.Body)
	return wire.Frame{Body: body, More: flags&curvezmq.FlagMore != 0, Command: flags&curvezmq.FlagCommand != 0}, err
}

func (r *raw) frame(t *testing.T) wire.Frame {
	t.Helper()
	f, err := r.next()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// expectCommand checks the next frame.
func (r *raw) expectCommand(t *testing.T, body string) {
	t.Helper()
	if f := r.frame(t); !f.Command || string(f.Body) != body {
		t.Fatalf("got %q, command %v, want command %q", f.Body, f.Command, body)
	}
}

// expect checks the frames of the next message.
func (r *raw) expect(t *testing.T, frames ...string) {
	t.Helper()
	for i, want := range frames {
		if f := r.frame(t); f.Command || string(f.Body) != want || f.More != (i < len(frames)-1) {
			t.Fatalf("frame %d is %.100q, more %v, command %v, want %.100q", i, f.Body, f.More, f.Command, want)
		}
	}
}

// expectNothing checks that nothing comes for a time.
func (r *raw) expectNothing(t *testing.T, time time.Duration) {
	t.Helper()
	if f, ok := r.within(t, time); ok {
		t.Fatalf("got %q", f.Body)
	}
}

// within returns the next frame if one begins to come within a time.
func (r *raw) within(t *testing.T, wait time.Duration) (wire.Frame, bool) {
	t.Helper()
	if err := r.SetReadDeadline(time.Now().Add(wait)); err != nil {
		t.Fatal(err)
	}
	_, err := r.reader.Peek(1)
	if err := r.SetReadDeadline(time.Now().Add(soon)); err != nil {
		t.Fatal(err)
	}
	var late net.Error
	if errors.As(err, &late) && late.Timeout() {
		return wire.Frame{}, false
	}
	return r.frame(t), true
}

// expectEnd checks that the other side closes the connection. It returns what came before, as it is
// on the wire.
func (r *raw) expectEnd(t *testing.T) []byte {
	t.Helper()
	before, err := io.ReadAll(r.reader)
	var late net.Error
	if errors.As(err, &late) && late.Timeout() {
		t.Fatalf("the connection stays open after %.100q", before)
	}
	return before
}

// metadata is what a socket of a type says of itself under CURVE.
func metadata(kind string) []byte {
	ready := wire.Ready(kind).Body
	return ready[len("\x05READY"):]
}

// shakeCurve makes the handshake of a client, each of whose commands may be changed on its way: the
// first is HELLO, the second INITIATE. It returns false when the other side ends it.
func (r *raw) shakeCurve(t *testing.T, s speaks, pair curve.KeyPair, server curve.PublicKey, change func(step int, f wire.Frame) []byte) bool {
	t.Helper()
	s.mechanism = "CURVE"
	r.greet(t, s)
	client := curvezmq.NewClient(pair, server)
	body, err := client.Hello()
	for step := 0; ; step++ {
		if err != nil {
			t.Fatal(err)
		}
		f := wire.Frame{Body: body, Command: true}
		if change == nil {
			r.write(t, f.Append(nil))
		} else if _, err := r.Write(change(step, f)); err != nil {
			return false
		}
		answer, failed := wire.ReadFrame(r.reader)
		if failed != nil || !answer.Command {
			return false
		}
		if step == 0 {
			body, err = client.Welcome(answer.Body, metadata(s.kind))
			continue
		}
		_, r.session, err = client.Ready(answer.Body)
		var refused *curvezmq.RefusedError
		if errors.As(err, &refused) {
			r.refused = refused.Reason
		} else if err != nil {
			t.Fatal(err)
		}
		return err == nil
	}
}

// acceptCurve makes the handshake of a server, each of whose commands may be changed: the first is
// WELCOME, the second READY. It returns false when the other side ends it.
func (r *raw) acceptCurve(t *testing.T, s speaks, pair curve.KeyPair, change func(step int, f wire.Frame) []byte) bool {
	t.Helper()
	s.mechanism = "CURVE"
	r.greet(t, s)
	server := curvezmq.NewServer(pair)
	for step := range 2 {
		f, err := wire.ReadFrame(r.reader)
		if err != nil {
			return false
		}
		var answer []byte
		if step == 0 {
			answer, err = server.Hello(f.Body)
		} else if _, _, err = server.Initiate(f.Body); err == nil {
			answer, r.session, err = server.Ready(metadata(s.kind))
		}
		if err != nil {
			t.Fatal(err)
		}
		out := wire.Frame{Body: answer, Command: true}
		if change == nil {
			r.write(t, out.Append(nil))
		} else if _, err := r.Write(change(step, out)); err != nil {
			return false
		}
	}
	return true
}

// ping returns the body of a PING.
func ping(ttl uint16, context string) string {
	return string(binary.BigEndian.AppendUint16([]byte("\x04PING"), ttl)) + context
}

// pair makes a key pair.
func pair(t *testing.T) curve.KeyPair {
	t.Helper()
	p, err := curve.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return p
}
