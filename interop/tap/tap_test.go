package tap_test

import (
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/tap"
	"github.com/pizco-go/pizco/interop/zmtp"
)

const key = "key"

// server answers each request with its own endpoints in the content, signed.
type server struct{ rep, pub net.Listener }

func newServer(t *testing.T, network string, address func(name string) string) *server {
	t.Helper()
	s := &server{}
	for name, listener := range map[string]*net.Listener{"rep": &s.rep, "pub": &s.pub} {
		var err error
		if *listener, err = net.Listen(network, address(name)); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { (*listener).Close() })
	}
	go s.serve(s.rep, "REP", func(c *zmtp.Conn) {
		for {
			request, err := c.Receive()
			if err != nil || c.Send(s.answer(request)...) != nil {
				return
			}
		}
	})
	go s.serve(s.pub, "XPUB", func(c *zmtp.Conn) {
		for {
			prefix, err := c.Receive()
			if err != nil || c.Send(s.notification(prefix[0][1:])...) != nil {
				return
			}
		}
	})
	return s
}

func (s *server) serve(l net.Listener, socketType string, work func(*zmtp.Conn)) {
	for {
		raw, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer raw.Close()
			if c, err := zmtp.Handshake(raw, socketType); err == nil {
				work(c)
			}
		}()
	}
}

func endpoint(l net.Listener) string {
	if l.Addr().Network() == "unix" {
		return "ipc://" + l.Addr().String()
	}
	return "tcp://" + l.Addr().String()
}

func signed(frames ...[]byte) [][]byte { return append(frames, tap.Signature([]byte(key), frames)) }

func (s *server) answer(request [][]byte) [][]byte {
	return append([][]byte{nil}, signed([]byte("PZC00+"+endpoint(s.rep)+"+"), []byte("json"), []byte(endpoint(s.pub)), request[4])...)
}

func (s *server) notification(topic []byte) [][]byte {
	return signed(topic, []byte("json"), []byte("1"), []byte("id"))
}

// TestTap has a client ask and subscribe through a tap.
func TestTap(t *testing.T) {
	folder := t.TempDir()
	for network, address := range map[string]func(string) string{
		"tcp":  func(string) string { return "127.0.0.1:0" },
		"unix": func(name string) string { return filepath.Join(folder, name) },
	} {
		t.Run(network, func(t *testing.T) {
			s := newServer(t, network, address)
			record := &tap.Record{}
			record.Label("1")
			front, err := tap.New(tap.Server{RepEndpoint: endpoint(s.rep), PubEndpoint: endpoint(s.pub), Key: key, Host: "127.0.0.1"}, record)
			if err != nil {
				t.Fatal(err)
			}
			defer front.Close()
			if len(front.RepEndpoint) != len(endpoint(s.rep)) || (front.RepEndpoint == endpoint(s.rep)) != (network == "unix") {
				t.Errorf("%s stands for %s", front.RepEndpoint, endpoint(s.rep))
			}
			ask(t, front)
			subscribe(t, front)
			check(t, s, record.Take())
		})
	}
}

func ask(t *testing.T, front *tap.Tap) {
	t.Helper()
	c, err := zmtp.Dial(t.Context(), front.RepEndpoint, "REQ")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	request := signed([]byte("PZC00+tcp://127.0.0.1:1+"), []byte("json"), []byte(`"info"`), []byte("id"))
	if err := c.Send(append([][]byte{nil}, request...)...); err != nil {
		t.Fatal(err)
	}
	reply, err := c.Receive()
	if err != nil || len(reply) != 6 {
		t.Fatalf("%q, %v", reply, err)
	}
	if string(reply[1]) != "PZC00+"+front.RepEndpoint+"+" || string(reply[3]) != front.PubEndpoint {
		t.Errorf("the client gets %q", reply)
	}
	if string(reply[5]) != string(tap.Signature([]byte(key), reply[1:5])) {
		t.Error("what the client gets is not signed rightly")
	}
}

func subscribe(t *testing.T, front *tap.Tap) {
	t.Helper()
	c, err := zmtp.Dial(t.Context(), front.PubEndpoint, "SUB")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	topic := "PZC00+" + front.RepEndpoint + "+measured"
	if err := c.Send([]byte("\x01" + topic)); err != nil {
		t.Fatal(err)
	}
	notification, err := c.Receive()
	if err != nil || len(notification) != 5 || string(notification[0]) != topic {
		t.Errorf("the client gets %q, %v", notification, err)
	}
}

// check sees to it that what was recorded is what the sender sent, and what the server gets is
// meant for it.
func check(t *testing.T, s *server, messages []tap.Message) {
	t.Helper()
	want := []struct {
		kind  tap.Kind
		first string
	}{
		{tap.Request, "PZC00+tcp://127.0.0.1:1+"}, {tap.Reply, "PZC00+" + endpoint(s.rep) + "+"},
		{tap.Subscribe, "PZC00+" + endpoint(s.rep) + "+measured"}, {tap.Notification, "PZC00+" + endpoint(s.rep) + "+measured"},
	}
	if len(messages) != len(want) {
		t.Fatalf("recorded %q", messages)
	}
	for i, w := range want {
		if m := messages[i]; m.Kind != w.kind || m.Label != "1" || string(m.Frames[0]) != w.first {
			t.Errorf("recorded %+q, want %+v", m, w)
		}
	}
}

func TestTapRefuses(t *testing.T) {
	for _, server := range []tap.Server{
		{RepEndpoint: "inproc://x", PubEndpoint: "inproc://y"},
		{RepEndpoint: "ipc://" + t.TempDir() + "/nobody", PubEndpoint: "tcp://127.0.0.1:40000", Host: "127.0.0.1"},
		{RepEndpoint: "tcp://" + strings.Repeat("long", 8) + ":40000", PubEndpoint: "tcp://127.0.0.1:40000", Host: "127.0.0.1"},
	} {
		if front, err := tap.New(server, &tap.Record{}); err == nil {
			front.Close()
			t.Errorf("%+v is tapped", server)
		}
	}
}
