package peer_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/peer"
)

// serve gives each connection to a port to a function, and returns how to start such a peer.
func serve(t *testing.T, work func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go work(conn)
		}
	}()
	return "tcp://" + listener.Addr().String()
}

// polite answers hello and what else it is asked for, in reverse order for pairs of "wait" and
// "go".
func polite(conn net.Conn) {
	defer conn.Close()
	var waiting any
	for {
		var r map[string]any
		if peer.ReadMessage(conn, &r) != nil {
			return
		}
		var err error
		switch r["op"] {
		case "hello":
			err = peer.WriteMessage(conn, map[string]any{"id": r["id"], "result": peer.Hello{Name: "fake", Ops: []string{"call"}}})
		case "wait":
			waiting = r["id"]
		case "go":
			err = errors.Join(
				peer.WriteMessage(conn, map[string]any{"id": r["id"], "result": "second"}),
				peer.WriteMessage(conn, map[string]any{"id": waiting, "result": "first"}))
		case "fail":
			err = peer.WriteMessage(conn, map[string]any{"id": r["id"], "error": "no such thing"})
		case "die", "quit":
			return
		}
		if err != nil {
			return
		}
	}
}

func TestProcess(t *testing.T) {
	p, err := peer.Start(t.Context(), serve(t, polite))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if p.Hello.Name != "fake" || !p.Offers("call") || p.Offers("serve") || !p.Alive() {
		t.Errorf("hello is %+v", p.Hello)
	}
	first := make(chan error, 1)
	var late string
	go func() { first <- p.Do(t.Context(), "wait", nil, &late) }()
	var early string
	// "wait" may be written after "go". Then there is nothing to answer yet, and "go" is sent again.
	for answered := false; !answered; {
		if err := p.Do(t.Context(), "go", peer.Params{"x": 1}, &early); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-first:
			answered = true
			if err != nil || late != "first" || early != "second" {
				t.Fatalf("%q, %q, %v", late, early, err)
			}
		default:
		}
	}
	if err := p.Do(t.Context(), "fail", nil, nil); err == nil || !strings.Contains(err.Error(), "no such thing") {
		t.Errorf("a failure is %v", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Do(cancelled, "wait", nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("without an answer: %v", err)
	}
	if err := p.Do(t.Context(), "die", nil, nil); !errors.Is(err, peer.ErrGone) {
		t.Errorf("a peer that has ended: %v", err)
	}
	if p.Alive() {
		t.Error("it is alive")
	}
}

func TestStartFails(t *testing.T) {
	for name, command := range map[string]string{
		"nothing": "", "no such program": "/nonexistent/peer --listen", "one that says nothing": "true",
		"one that hangs up": serve(t, func(c net.Conn) { c.Close() }),
		"one that prints":   serve(t, func(c net.Conn) { _, _ = c.Write([]byte("hello, world")); c.Close() }),
	} {
		if p, err := peer.Start(t.Context(), command); err == nil {
			p.Close()
			t.Errorf("%s starts", name)
		}
	}
}

func TestMessages(t *testing.T) {
	var b bytes.Buffer
	if err := peer.WriteMessage(&b, map[string]any{"op": "hello"}); err != nil {
		t.Fatal(err)
	}
	if want := "\x00\x00\x00\x0e{\"op\":\"hello\"}"; b.String() != want {
		t.Errorf("wrote %q, want %q", b.String(), want)
	}
	var read map[string]any
	if err := peer.ReadMessage(&b, &read); err != nil || read["op"] != "hello" {
		t.Errorf("read %v, %v", read, err)
	}
	for _, wire := range []string{"", "\x00\x00", "\x00\x00\x00\x05{}", "\x00\x00\x00\x02{]", "\xff\xff\xff\xff"} {
		if err := peer.ReadMessage(strings.NewReader(wire), &read); err == nil {
			t.Errorf("%q is read", wire)
		}
	}
}
