package zmtp_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/zmtp"
)

// reach sends a request to a listener and the answer back.
func reach(t *testing.T, l transport.Listener, endpoint string) {
	t.Helper()
	c, err := new(zmtp.Network).Dial(limit(t), endpoint, settings())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Send(limit(t), 7, [][]byte{[]byte("x")}); err != nil {
		t.Fatal(err)
	}
	in := transport.Receive(l)
	r := received(t, in)
	replyTo(t, in, r, "y")
	if tag, frames, err := c.Recv(limit(t)); err != nil || tag != 7 || string(frames[0]) != "y" {
		t.Fatalf("got tag %d with %q, %v", tag, frames, err)
	}
}

// TestBindTCP binds every form of a host.
func TestBindTCP(t *testing.T) {
	name, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	loopback := "lo"
	if runtime.GOOS != "linux" {
		loopback = "lo0"
	}
	for _, tt := range []struct{ bind, host string }{
		{"127.0.0.1:*", "127.0.0.1"}, {"127.0.0.1:0", "127.0.0.1"}, {"*:*", "127.0.0.1"}, {"0.0.0.0:*", "127.0.0.1"},
		{"localhost:*", "localhost"}, {name + ":*", name}, {loopback + ":*", "127.0.0.1"}, {"[::1]:*", "[::1]"}, {"[::]:*", "[::1]"},
	} {
		t.Run(tt.bind, func(t *testing.T) {
			l, err := new(zmtp.Network).Listen("tcp://"+tt.bind, settings())
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			_, port, err := net.SplitHostPort(strings.TrimPrefix(l.Endpoint(), "tcp://"))
			if err != nil || port == "0" {
				t.Fatalf("endpoint %s: %v", l.Endpoint(), err)
			}
			reach(t, l, "tcp://"+tt.host+":"+port)
		})
	}
}

// TestEndpointsRefused names what no socket can be made of, with an error at once.
func TestEndpointsRefused(t *testing.T) {
	var n zmtp.Network
	for endpoint, dial := range map[string]bool{
		"nowhere": false, "udp://127.0.0.1:1": false, "tcp://127.0.0.1": false, "tcp://127.0.0.1:x": false, "tcp://127.0.0.1:65536": false,
		"ipc://": false, "tcp://*:8000": true, "tcp://127.0.0.1:*": true, "tcp://127.0.0.1:0": true, "ipc://*": true,
	} {
		var failed *transport.Error
		if _, err := n.Dial(limit(t), endpoint, settings()); !errors.Is(err, zmtp.ErrEndpoint) || !errors.As(err, &failed) || failed.Op != "dial" {
			t.Errorf("dial %s: %v", endpoint, err)
		}
		if _, err := n.Subscribe(endpoint, settings()); !errors.Is(err, zmtp.ErrEndpoint) || !errors.As(err, &failed) || failed.Op != "subscribe" {
			t.Errorf("subscribe %s: %v", endpoint, err)
		}
		if dial {
			continue
		}
		if _, err := n.Listen(endpoint, settings()); !errors.Is(err, zmtp.ErrEndpoint) || !errors.As(err, &failed) || failed.Op != "listen" {
			t.Errorf("listen %s: %v", endpoint, err)
		}
		if _, err := n.Publish(endpoint, settings()); !errors.Is(err, zmtp.ErrEndpoint) || !errors.As(err, &failed) || failed.Op != "publish" {
			t.Errorf("publish %s: %v", endpoint, err)
		}
	}
}

// TestBindPath binds ipc endpoints over what may be there already.
func TestBindPath(t *testing.T) {
	var n zmtp.Network
	path := filepath.Join(t.TempDir(), "socket")
	endpoint := "ipc://" + path
	exists := func(path string) bool { _, err := os.Lstat(path); return err == nil }

	// A socket that somebody answers at stays his.
	l, err := n.Listen(endpoint, settings())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Listen(endpoint, settings()); !errors.Is(err, zmtp.ErrInUse) {
		t.Errorf("binding it again: %v", err)
	}
	reach(t, l, endpoint)
	if err := l.Close(); err != nil || exists(path) {
		t.Errorf("closing it leaves the path, %v", err)
	}

	// One that a program has left behind is replaced.
	stale, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	stale.SetUnlinkOnClose(false)
	if err := stale.Close(); err != nil || !exists(path) {
		t.Fatalf("there is no stale socket, %v", err)
	}
	if l, err = n.Listen(endpoint, settings()); err != nil {
		t.Fatal(err)
	}
	reach(t, l, endpoint)

	// A socket that takes the path is not removed by the one that had it.
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	next, err := n.Listen(endpoint, settings())
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil || !exists(path) {
		t.Errorf("the path of another one is removed, %v", err)
	}
	reach(t, next, endpoint)
	if err := next.Close(); err != nil {
		t.Fatal(err)
	}

	// Anything else stays as it is.
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := n.Listen(endpoint, settings()); !errors.Is(err, zmtp.ErrInUse) {
		t.Errorf("binding a file: %v", err)
	}
	if content, err := os.ReadFile(path); err != nil || string(content) != "precious" {
		t.Errorf("the file is %q, %v", content, err)
	}
}

// TestBindChosenPath binds a path that is chosen, which is gone afterwards.
func TestBindChosenPath(t *testing.T) {
	l, err := new(zmtp.Network).Listen("ipc://*", settings())
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Dir(strings.TrimPrefix(l.Endpoint(), "ipc://"))
	reach(t, l, l.Endpoint())
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left: %v", folder, err)
	}
}
