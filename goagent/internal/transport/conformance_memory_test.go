package transport_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// keptSizes are the sizes of frames on both sides of where a transport takes other memory for them.
var keptSizes = []int{1, 200, 255, 256, 4 << 10, 8 << 10, 32<<10 - 1, 32 << 10, 32<<10 + 1, 64 << 10, 64<<10 + 1, 256 << 10, 256<<10 + 1, 1 << 20, 1<<20 + 1, 2 << 20, 5}

// keptMessage returns a message whose bytes all follow from its number.
func keptMessage(n, size int) [][]byte {
	return [][]byte{fmt.Appendf(nil, "topic %d", n), bytes.Repeat([]byte{byte(n)}, size), {}, bytes.Repeat([]byte{^byte(n)}, min(size, 300))}
}

func isKept(t *testing.T, what string, n, size int, frames [][]byte) {
	t.Helper()
	want := keptMessage(n, size)
	if len(frames) != len(want) {
		t.Errorf("%s %d has %d frames", what, n, len(frames))
		return
	}
	for i := range want {
		if !bytes.Equal(frames[i], want[i]) {
			t.Errorf("frame %d of %s %d, of %d bytes, has become another", i, what, n, size)
		}
	}
}

// TestWhatArrivedIsKept holds that later messages do not overwrite those received before, and that
// the sender may reuse its memory. It sends requests, replies and notifications of all sizes, in
// the clear and encrypted.
func TestWhatArrivedIsKept(t *testing.T) {
	for _, tr := range append(own, reference...) {
		for _, encrypted := range []bool{false, true} {
			if encrypted && !tr.encrypts {
				continue
			}
			t.Run(fmt.Sprintf("%s/encrypted %v", tr.name, encrypted), func(t *testing.T) {
				theirs := transport.Settings{Linger: time.Second, HighWater: 1000}
				ours := theirs
				if encrypted {
					server, client := pair(t), pair(t)
					theirs.Curve = &transport.Curve{Pair: server}
					ours.Curve = &transport.Curve{Pair: client, Server: server.Public()}
				}
				network := tr.network()
				server := &bench{kind: tr, Network: network, endpoint: tr.endpoint(t), settings: theirs}
				client := &bench{kind: tr, Network: network, settings: ours}
				requestsAreKept(t, server, client)
				server.endpoint = tr.endpoint(t)
				notificationsAreKept(t, server, client)
			})
		}
	}
}

// rounds is how often all sizes are sent, so that memory which was given back is taken again.
const rounds = 3

func requestsAreKept(t *testing.T, server, client *bench) {
	t.Helper()
	l := server.listen(t)
	c := client.dial(t, l.Endpoint())
	var requests []transport.Request
	var replies [][][]byte
	for n := range rounds * len(keptSizes) {
		sent := keptMessage(n, keptSizes[n%len(keptSizes)])
		if err := c.Send(client.limit(t), uint32(n), sent); err != nil {
			t.Fatal(err)
		}
		for _, frame := range sent {
			clear(frame)
		}
		r, err := l.Recv()
		if err != nil {
			t.Fatal(err)
		}
		requests = append(requests, r)
		reply := keptMessage(n, len(r.Frames[1]))
		if err := l.Reply(r, reply); err != nil {
			t.Fatal(err)
		}
		for _, frame := range reply {
			clear(frame)
		}
		tag, frames, err := c.Recv(client.limit(t))
		if err != nil || tag != uint32(n) {
			t.Fatalf("reply %d has tag %d, %v", n, tag, err)
		}
		replies = append(replies, frames)
	}
	for n := range requests {
		isKept(t, "request", n, keptSizes[n%len(keptSizes)], requests[n].Frames)
		isKept(t, "reply", n, keptSizes[n%len(keptSizes)], replies[n])
	}
}

func notificationsAreKept(t *testing.T, server, client *bench) {
	t.Helper()
	p := server.publish(t)
	u := client.subscribe(t, p.Endpoint())
	if err := errors.Join(u.Connected(client.limit(t)), u.Subscribe("topic")); err != nil {
		t.Fatal(err)
	}
	expectChange(t, p, "topic", true)
	var notifications [][][]byte
	for n := range rounds * len(keptSizes) {
		sent := keptMessage(n, keptSizes[n%len(keptSizes)])
		if err := p.Send(sent); err != nil {
			t.Fatal(err)
		}
		for _, frame := range sent {
			clear(frame)
		}
		frames, err := u.Recv()
		if err != nil {
			t.Fatal(err)
		}
		notifications = append(notifications, frames)
	}
	for n, frames := range notifications {
		isKept(t, "notification", n, keptSizes[n%len(keptSizes)], frames)
	}
}
