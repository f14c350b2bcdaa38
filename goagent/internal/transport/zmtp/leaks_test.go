package zmtp

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// TestNothingLeaks opens, uses and closes every kind of socket, some with strangers at them, and
// compares the process before and after.
func TestNothingLeaks(t *testing.T) {
	round := func() {
		l, p := listenerOf(t, transport.Settings{HighWater: 10}), publisherOf(t, transport.Settings{HighWater: 10})
		served(t, l)
		u, err := new(Network).Subscribe(p.Endpoint(), transport.Settings{HighWater: 10, Heartbeat: time.Second})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		if err := errors.Join(u.Connected(ctx), u.Subscribe("a"), p.Wait(), p.Send([][]byte{[]byte("a")})); err != nil {
			t.Fatal(err)
		}
		if _, err := u.Recv(); err != nil {
			t.Fatal(err)
		}
		strangers := []*stranger{strangerTo(t, l.Endpoint()), strangerTo(t, l.Endpoint()).shaken(typeReq), strangerTo(t, p.Endpoint())}
		strangers[1].say("\x01\x05abc")
		for _, c := range []io.Closer{u, p, l} {
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
		}
		for _, s := range strangers {
			s.ended()
			_ = s.Close()
		}
	}
	round()
	files, goroutines := openFiles(t), runtime.NumGoroutine()
	for range 10 {
		round()
	}
	until(t, "files are closed", func() bool { return openFiles(t) <= files })
	until(t, "goroutines end", func() bool { return runtime.NumGoroutine() <= goroutines })
}

func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0 // there is no such folder on other systems
	}
	return len(entries)
}

// TestClosingWhileDialled closes sockets while others connect to them and send.
func TestClosingWhileDialled(t *testing.T) {
	for range 20 {
		l := listenerOf(t, transport.Settings{HighWater: 10, Linger: time.Second})
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				c, err := new(Network).Dial(ctx, l.Endpoint(), transport.Settings{HighWater: 10})
				if err != nil {
					return
				}
				for err == nil {
					err = c.Send(ctx, 1, [][]byte{make([]byte, 1000)})
				}
				_ = c.Close()
			})
		}
		for range 3 {
			if r, err := l.Recv(); err != nil || l.Reply(r, r.Frames) != nil {
				break
			}
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		cancel()
		wg.Wait()
	}
}
