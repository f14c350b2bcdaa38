package zmq

import (
	"bytes"
	"reflect"
	"testing"

	zmq4 "github.com/pebbe/zmq4"
)

// TestRawSocket checks that zmq4.Socket begins with libzmq's socket, as newFrames takes for granted.
func TestRawSocket(t *testing.T) {
	first := reflect.TypeFor[zmq4.Socket]().Field(0)
	if first.Name != "soc" || first.Type.Kind() != reflect.UnsafePointer || first.Offset != 0 {
		t.Fatalf("zmq4.Socket begins with %s %s at %d", first.Name, first.Type, first.Offset)
	}
}

// TestFrames sends messages of few and many frames, small and large, through a pair of sockets.
func TestFrames(t *testing.T) {
	ctx := &sharedContext{}
	made := func(bind string) *socket {
		s, err := newSocket(ctx, zmq4.PAIR, func(z *zmq4.Socket) error { return z.Bind(bind) })
		if err != nil {
			s, err = newSocket(ctx, zmq4.PAIR, func(z *zmq4.Socket) error { return z.Connect(bind) })
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.close(0) })
		return s
	}
	from, to := made("inproc://frames"), made("inproc://frames")
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
