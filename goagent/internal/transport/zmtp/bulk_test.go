package zmtp

import (
	"bytes"
	"context"
	"io"
	"net"
	"runtime"
	"testing"

	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/internal/raw"
)

// TestReaderTrust sends a large message and then announces others: memory for one is taken at once
// only where the peer has sent as much before.
func TestReaderTrust(t *testing.T) {
	r := newTaken(t, transport.Settings{})
	const size = 1 << 20
	if err := r.take(appendFrame(nil, 0, make([]byte, size)), func() int { return readMost }); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		announced int
		least     int64
		most      int64
	}{
		{size, size, size},
		{64 * size, 1, chunkLeast},
	} {
		if err := r.take(append(appendHeader(nil, 0, tt.announced), "begins"...), func() int { return readMost }); err != nil {
			t.Fatal(err)
		}
		if held := r.account.used.Load(); held < tt.least || held > tt.most {
			t.Errorf("%d bytes are held for a frame of %d after one of %d", held, tt.announced, size)
		}
		if r.drop(); r.account.used.Load() != 0 {
			t.Errorf("%d bytes are held afterwards", r.account.used.Load())
		}
	}
}

// TestReaderPlace looks at the address of what is to be aligned, for a frame that is taken in
// chunks and for one that is taken as a whole.
func TestReaderPlace(t *testing.T) {
	r := newTaken(t, transport.Settings{})
	mark := []byte("here")
	r.place = func(head []byte, _ int) int { return bytes.Index(head, mark) }
	for at := 100; at < 100+2*alignment; at++ {
		body := bytes.Repeat([]byte{'x'}, 300_000)
		copy(body[at:], mark)
		size := 0
		if err := r.take(appendFrame(nil, 0, body), func() int { // the header alone at first, as it is often written
			defer func() { size = readMost }()
			return max(size, longest)
		}); err != nil {
			t.Fatal(err)
		}
		got := r.messages[len(r.messages)-1][0]
		if !bytes.Equal(got, body) {
			t.Fatalf("another body came with the mark at %d", at)
		}
		if address := raw.Address(&got[at]); address%alignment != 0 {
			t.Errorf("message %d: the mark at %d is at address %#x", len(r.messages), at, address)
		}
	}
}

// deaf returns an outbox whose peer takes nothing until it is read from.
func deaf(t *testing.T) (*outbox, net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ours, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ours.Close() })
	theirs, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = theirs.Close() })
	limits, err := limitsOf(transport.Settings{}, roleClient)
	if err != nil {
		t.Fatal(err)
	}
	return &outbox{
		stream: newStream(ours), limits: &limits, account: newBudget(1 << 40).open(nil), fail: func(error) {},
	}, theirs
}

// TestGiven sends large frames to a peer that does not read: what is given is not copied, and what
// is not can be changed afterwards.
func TestGiven(t *testing.T) {
	const size = 32 << 20
	for _, given := range []bool{true, false} {
		o, peer := deaf(t)
		var wire []byte
		var before runtime.MemStats
		for i := range 3 { // the first by whoever sends, the others into the queue
			frame := bytes.Repeat([]byte{byte('a' + i)}, size)
			m := message{head: [][]byte{[]byte("head")}, body: [][]byte{frame, []byte("end")}, given: given}
			wire = m.append(wire, nil)
			runtime.ReadMemStats(&before)
			if _, err := o.send([]message{m}); err != nil {
				t.Fatal(err)
			}
			taken := allocatedSince(&before)
			if given && taken > size/4 {
				t.Errorf("message %d, given: %d bytes were taken to send %d", i, taken, size)
			}
			if !given {
				clear(frame)
			}
		}
		got := make([]byte, len(wire))
		if _, err := io.ReadFull(peer, got); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, wire) {
			t.Errorf("given %v: other bytes have come", given)
		}
		o.drain(context.Background())
		if used := o.account.used.Load(); used != 0 || o.messages != 0 {
			t.Errorf("given %v: %d bytes and %d messages are held afterwards", given, used, o.messages)
		}
	}
}

// allocatedSince returns how many bytes have been taken from the heap since a measurement.
func allocatedSince(before *runtime.MemStats) int64 {
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	return int64(now.TotalAlloc - before.TotalAlloc)
}
