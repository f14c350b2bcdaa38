package zmtp_test

import (
	"bytes"
	"net"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/zmtp"
)

// TestFrames writes frames and reads them back.
func TestFrames(t *testing.T) {
	for _, tt := range []struct {
		name  string
		frame zmtp.Frame
		wire  string
	}{
		{"empty", zmtp.Frame{}, "\x00\x00"},
		{"short", zmtp.Frame{Body: []byte("ab")}, "\x00\x02ab"},
		{"more", zmtp.Frame{Body: []byte("ab"), More: true}, "\x01\x02ab"},
		{"command", zmtp.Frame{Body: []byte("\x04PING"), Command: true}, "\x04\x05\x04PING"},
		{"longest short", zmtp.Frame{Body: bytes.Repeat([]byte("x"), 255)}, "\x00\xff" + strings.Repeat("x", 255)},
		{"shortest long", zmtp.Frame{Body: bytes.Repeat([]byte("x"), 256), More: true}, "\x03\x00\x00\x00\x00\x00\x00\x01\x00" + strings.Repeat("x", 256)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if wire := string(tt.frame.Append(nil)); wire != tt.wire {
				t.Fatalf("wrote %q, want %q", wire, tt.wire)
			}
			read, err := zmtp.ReadFrame(strings.NewReader(tt.wire))
			if err != nil || !bytes.Equal(read.Body, tt.frame.Body) || read.More != tt.frame.More || read.Command != tt.frame.Command {
				t.Fatalf("read %+v, %v, want %+v", read, err, tt.frame)
			}
		})
	}
}

func TestReadFrameRefuses(t *testing.T) {
	for name, wire := range map[string]string{
		"nothing": "", "no size": "\x00", "cut": "\x00\x03ab", "long size cut": "\x02\x00\x00\x01",
		"too large": "\x02\x7f\xff\xff\xff\xff\xff\xff\xff",
	} {
		if f, err := zmtp.ReadFrame(strings.NewReader(wire)); err == nil {
			t.Errorf("%s: read %+v", name, f)
		}
	}
}

func TestSubscription(t *testing.T) {
	for _, tt := range []struct {
		frame         zmtp.Frame
		prefix        string
		subscribe, ok bool
	}{
		{zmtp.Frame{Body: []byte("\x01topic")}, "topic", true, true},
		{zmtp.Frame{Body: []byte("\x00topic")}, "topic", false, true},
		{zmtp.Frame{Body: []byte("\x01")}, "", true, true},
		{zmtp.Frame{Body: []byte("\x09SUBSCRIBEtopic"), Command: true}, "topic", true, true},
		{zmtp.Frame{Body: []byte("\x06CANCELtopic"), Command: true}, "topic", false, true},
		{zmtp.Frame{Body: []byte("\x04PING"), Command: true}, "", false, false},
		{zmtp.Frame{Body: []byte("\x02topic")}, "", false, false},
		{zmtp.Frame{}, "", false, false},
	} {
		prefix, subscribe, ok := zmtp.Subscription(tt.frame)
		if string(prefix) != tt.prefix || subscribe != tt.subscribe || ok != tt.ok {
			t.Errorf("%q: %q, %v, %v", tt.frame.Body, prefix, subscribe, ok)
		}
	}
}

// TestConn has two sockets greet each other and exchange messages, passing commands over.
func TestConn(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	served := make(chan error, 1)
	go func() {
		raw, err := listener.Accept()
		if err != nil {
			served <- err
			return
		}
		defer raw.Close()
		served <- echo(raw)
	}()
	conn, err := zmtp.Dial(t.Context(), "tcp://"+listener.Addr().String(), "REQ")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write(zmtp.Frame{Body: []byte("\x04PING"), Command: true}.Append(nil)); err != nil {
		t.Fatal(err)
	}
	if err := conn.Send(nil, []byte("one"), bytes.Repeat([]byte("2"), 300)); err != nil {
		t.Fatal(err)
	}
	frames, err := conn.Receive()
	if err != nil || len(frames) != 3 || len(frames[0]) != 0 || string(frames[1]) != "one" || len(frames[2]) != 300 {
		t.Fatalf("received %q, %v", frames, err)
	}
	if err := <-served; err != nil {
		t.Fatal(err)
	}
}

func echo(raw net.Conn) error {
	conn, err := zmtp.Handshake(raw, "REP")
	if err != nil {
		return err
	}
	frames, err := conn.Receive()
	if err != nil {
		return err
	}
	return conn.Send(frames...)
}

func TestSplitEndpoint(t *testing.T) {
	for _, tt := range []struct{ endpoint, network, address string }{
		{"tcp://127.0.0.1:80", "tcp", "127.0.0.1:80"}, {"ipc:///tmp/x", "unix", "/tmp/x"}, {"inproc://x", "", ""}, {"tcp", "", ""},
	} {
		network, address, err := zmtp.SplitEndpoint(tt.endpoint)
		if network != tt.network || address != tt.address || (err == nil) != (tt.network != "") {
			t.Errorf("%s: %q, %q, %v", tt.endpoint, network, address, err)
		}
	}
}

func FuzzReadFrame(f *testing.F) {
	for _, seed := range []string{"", "\x00\x00", "\x01\x02ab", "\x02\x00\x00\x00\x00\x00\x00\x00\x01x", "\x04\x05\x04PING"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		frame, err := zmtp.ReadFrame(bytes.NewReader(wire))
		if err != nil {
			return
		}
		again, err := zmtp.ReadFrame(bytes.NewReader(frame.Append(nil)))
		if err != nil || !bytes.Equal(again.Body, frame.Body) || again.More != frame.More || again.Command != frame.Command {
			t.Fatalf("%+v became %+v, %v", frame, again, err)
		}
	})
}
