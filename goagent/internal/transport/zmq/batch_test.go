//go:build libzmq

package zmq

import (
	"bytes"
	"reflect"
	"testing"

	zmq4 "github.com/pebbe/zmq4"
)

// TestRawSocket checks that zmq4.Socket begins with libzmq's socket, as newFrames takes for
// granted.
func TestRawSocket(t *testing.T) {
	first := reflect.TypeFor[zmq4.Socket]().Field(0)
	if first.Name != "soc" || first.Type.Kind() != reflect.UnsafePointer || first.Offset != 0 {
		t.Fatalf("zmq4.Socket begins with %s %s at %d", first.Name, first.Type, first.Offset)
	}
}

// pair returns two sockets that are connected.
func pair(t *testing.T) (from, to *socket) {
	t.Helper()
	const name = "inproc://pair"
	ctx := &sharedContext{}
	made := func(configure func(*zmq4.Socket) error) *socket {
		s, err := newSocket(ctx, zmq4.PAIR, configure)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.close(0) })
		return s
	}
	from = made(func(z *zmq4.Socket) error { return z.Bind(name) })
	return from, made(func(z *zmq4.Socket) error { return z.Connect(name) })
}

// TestFrames sends messages of few and many frames, small and large, through a pair of sockets.
func TestFrames(t *testing.T) {
	from, to := pair(t)
	for _, tt := range []struct{ count, size int }{
		{1, 0}, {1, 1}, {5, 30}, {batchFrames, 10}, {batchFrames, batchRoom / batchFrames}, {batchFrames + 1, 10}, {5 * batchFrames, 1},
		{2, sharedMemory}, {1, batchRoom}, {1, batchRoom + 1}, {3, 1 << 20}, {100, sharedMemory},
	} {
		var message [][]byte
		for i := range tt.count {
			message = append(message, bytes.Repeat([]byte{byte(i)}, tt.size))
		}
		// In two parts, as a route and what follows it.
		if err := from.trySend(message[:tt.count/2], message[tt.count/2:]); err != nil {
			t.Fatalf("%d frames of %d bytes: %v", tt.count, tt.size, err)
		}
		got, err := to.receive(t.Context())
		if err != nil {
			t.Fatalf("%d frames of %d bytes: %v", tt.count, tt.size, err)
		}
		if !reflect.DeepEqual(got, message) {
			t.Errorf("%d frames of %d bytes came as %d frames", tt.count, tt.size, len(got))
		}
	}
	if _, err := to.poll(); !again(err) {
		t.Errorf("there is another message, or %v", err)
	}
}

// TestShelf takes messages that come together, and leaves nothing of them where the next ones are
// put.
func TestShelf(t *testing.T) {
	from, to := pair(t)
	small, large := []byte("small"), make([]byte, batchRoom+1)
	messages := [][][]byte{{small}, {small, large, small}, {small, large}, {large}, {small, small}}
	for _, message := range messages {
		if err := from.trySend(nil, message); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range messages {
		got, err := to.receive(t.Context())
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("message %d: %d frames, %v", i, len(got), err)
		}
	}
	for i, left := range to.shelf[:cap(to.shelf)] {
		if left != nil {
			t.Errorf("%d frames are left at %d", len(left), i)
		}
	}
}
