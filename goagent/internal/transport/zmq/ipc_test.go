//go:build libzmq

package zmq_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/pizco-go/pizco/goagent/internal/transport/zmq"
)

// TestIPCPathIsTaken binds no path at which somebody answers, or where anything but a socket is;
// that is left as it was.
func TestIPCPathIsTaken(t *testing.T) {
	var n zmq.Network
	folder := t.TempDir()
	answering := filepath.Join(folder, "answering")
	l := listen(t, &n, "ipc://"+answering)
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(folder, "link")
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	var other zmq.Network // as another program has
	for _, path := range []string{answering, file, link, folder} {
		_, err := other.Listen("ipc://"+path, settings)
		if !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), path) {
			t.Errorf("listen at %s: %v", path, err)
		}
		if _, err := other.Publish("ipc://"+path, settings); !errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("publish at %s: %v", path, err)
		}
	}
	if content, err := os.ReadFile(file); err != nil || string(content) != "precious" {
		t.Errorf("the file holds %q, %v", content, err)
	}
	echo(t, l)
	c := dial(t, &n, "ipc://"+answering)
	if err := c.Send(t.Context(), 1, [][]byte{[]byte("x")}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Recv(t.Context()); err != nil {
		t.Errorf("the first server: %v", err)
	}
}

// TestIPCPathIsFree binds a path that a program which has ended has left, one that is free, and one
// of libzmq's choice.
func TestIPCPathIsFree(t *testing.T) {
	folder := t.TempDir()
	stale := filepath.Join(folder, "stale")
	left, err := net.Listen("unix", stale)
	if err != nil {
		t.Fatal(err)
	}
	left.(*net.UnixListener).SetUnlinkOnClose(false) //nolint:forcetypeassert // A panic fails the test.
	if err := left.Close(); err != nil {
		t.Fatal(err)
	}
	var n zmq.Network
	for _, endpoint := range []string{"ipc://" + stale, "ipc://" + filepath.Join(folder, "free"), "ipc://*"} {
		listen(t, &n, endpoint)
	}
}
