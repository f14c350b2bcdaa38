package zmq

/*
#cgo pkg-config: libzmq
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

// Frames are received so many at a time.
#define PIZCO_FRAMES 16

typedef struct {
	zmq_msg_t message[PIZCO_FRAMES];
	void *data[PIZCO_FRAMES];
	size_t size[PIZCO_FRAMES];
	int count; // how many messages are held
	int more;  // whether the last of them is followed by another
	char *out; // room for frames to send
	size_t outsize[PIZCO_FRAMES];
} pizco_frames;

static void pizco_release(pizco_frames *f) {
	for (int i = 0; i < f->count; i++)
		zmq_msg_close(&f->message[i]);
	f->count = 0;
}

// Receives the frames of a message, or the next ones of it. Returns an errno, EAGAIN when there is no message.
static int pizco_receive(void *socket, pizco_frames *f) {
	pizco_release(f);
	f->more = 1;
	while (f->more && f->count < PIZCO_FRAMES) {
		zmq_msg_t *m = &f->message[f->count];
		zmq_msg_init(m);
		int rc;
		do
			rc = zmq_msg_recv(m, socket, ZMQ_DONTWAIT);
		while (rc < 0 && zmq_errno() == EINTR);
		if (rc < 0) {
			int failed = zmq_errno();
			zmq_msg_close(m);
			return failed;
		}
		f->data[f->count] = zmq_msg_data(m);
		f->size[f->count] = zmq_msg_size(m);
		f->more = zmq_msg_more(m);
		f->count++;
	}
	return 0;
}

// Sends the first n frames that lie one behind the other in out. Returns an errno, EAGAIN when there is no room.
static int pizco_send(void *socket, pizco_frames *f, int n) {
	const char *at = f->out;
	for (int i = 0; i < n; i++) {
		int flags = ZMQ_DONTWAIT | (i + 1 < n ? ZMQ_SNDMORE : 0), rc;
		do
			rc = zmq_send(socket, at, f->outsize[i], flags);
		while (rc < 0 && zmq_errno() == EINTR);
		if (rc < 0)
			return zmq_errno();
		at += f->outsize[i];
	}
	return 0;
}

// Returns the events of a socket, or minus an errno.
static int pizco_events(void *socket) {
	int events = 0, rc;
	size_t size = sizeof events;
	do
		rc = zmq_getsockopt(socket, ZMQ_EVENTS, &events, &size);
	while (rc < 0 && zmq_errno() == EINTR);
	return rc < 0 ? -zmq_errno() : events;
}
*/
import "C"

import (
	"bytes"
	"unsafe"

	zmq4 "github.com/pebbe/zmq4"
)

const (
	maxFrames = C.PIZCO_FRAMES
	// smallMessage is the size in bytes up to which the frames of a message share memory when they have been received, and go to libzmq
	// together.
	smallMessage = 4 << 10
)

// frames receives and sends whole messages with one call into libzmq each; zmq4 makes some for each frame, of which each costs as
// much as the work that it is for.
type frames struct {
	socket unsafe.Pointer
	c      *C.pizco_frames
}

// rawSocket is what zmq4.Socket begins with. TestRawSocket sees to it that this is so.
type rawSocket struct{ socket unsafe.Pointer }

func newFrames(z *zmq4.Socket) frames {
	return frames{
		socket: (*rawSocket)(unsafe.Pointer(z)).socket,
		c:      (*C.pizco_frames)(C.calloc(1, C.sizeof_pizco_frames)), // which ends the program where there is no memory
	}
}

// free releases what the frames hold of C's memory. It is called once, when nothing else will be.
func (f *frames) free() {
	C.pizco_release(f.c)
	C.free(unsafe.Pointer(f.c.out))
	C.free(unsafe.Pointer(f.c))
}

// receive returns the frames of the next message, or EAGAIN.
func (f *frames) receive() ([][]byte, error) {
	var message [][]byte
	for {
		if errno := C.pizco_receive(f.socket, f.c); errno != 0 {
			return nil, zmq4.Errno(errno)
		}
		message = f.appendTo(message)
		if f.c.more == 0 {
			return message, nil
		}
	}
}

// appendTo appends copies of the frames that are held.
func (f *frames) appendTo(message [][]byte) [][]byte {
	count := int(f.c.count)
	if message == nil {
		message = make([][]byte, 0, count)
	}
	total := 0
	for _, size := range f.c.size[:count] {
		total += int(size)
	}
	if total > smallMessage {
		for i := range count {
			message = append(message, bytes.Clone(unsafe.Slice((*byte)(f.c.data[i]), int(f.c.size[i]))))
		}
		C.pizco_release(f.c) // rather than hold that much until the next message
		return message
	}
	memory := make([]byte, 0, total)
	for i := range count {
		begin := len(memory)
		if size := int(f.c.size[i]); size > 0 {
			memory = append(memory, unsafe.Slice((*byte)(f.c.data[i]), size)...)
		}
		message = append(message, memory[begin:len(memory):len(memory)])
	}
	return message
}

// send sends the frames of all parts as one message, or returns EAGAIN. It reports false when they are too many or too
// large for it.
func (f *frames) send(parts [][][]byte) (sent bool, err error) {
	count, total := 0, 0
	for _, part := range parts {
		for _, frame := range part {
			count++
			total += len(frame)
		}
	}
	if count > maxFrames || total > smallMessage {
		return false, nil
	}
	if f.c.out == nil {
		f.c.out = (*C.char)(C.malloc(smallMessage))
	}
	out := unsafe.Slice((*byte)(unsafe.Pointer(f.c.out)), smallMessage)
	count, total = 0, 0
	for _, part := range parts {
		for _, frame := range part {
			total += copy(out[total:], frame)
			f.c.outsize[count] = C.size_t(len(frame))
			count++
		}
	}
	if errno := C.pizco_send(f.socket, f.c, C.int(count)); errno != 0 {
		return true, zmq4.Errno(errno)
	}
	return true, nil
}

// events returns what the socket can do at the moment.
func (f *frames) events() (zmq4.State, error) {
	events := C.pizco_events(f.socket)
	if events < 0 {
		return 0, zmq4.Errno(-events)
	}
	return zmq4.State(events), nil
}
