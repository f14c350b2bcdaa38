//go:build libzmq

package zmq

/*
#cgo pkg-config: libzmq
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

// How many messages and frames a batch has room for, and how many bytes of them.
#define PIZCO_MESSAGES 64
#define PIZCO_FRAMES 1024
#define PIZCO_ROOM (64 << 10)
// A message is received into a batch only if there is room for an ordinary one.
#define PIZCO_LEAST_FRAMES 16
#define PIZCO_LEAST_ROOM (4 << 10)

typedef struct {
	int messages; // how many there are; when receiving, the last one may have further frames
	int frames;   // how many frames they have
	int more;     // whether the last message received has further frames
	int large;    // whether the last frame received is the one in message instead of in room
	int32_t count[PIZCO_MESSAGES];  // the number of frames of each message
	int32_t failed[PIZCO_MESSAGES]; // when sending, the errno of each message
	uint32_t size[PIZCO_FRAMES];
	zmq_msg_t message;
	char room[PIZCO_ROOM]; // the frames one behind the other
} pizco_batch;

// Receives messages until there are none, the batch is full or a frame has come that does not fit.
// Returns an errno, EAGAIN when there was no message at all. With more set it goes on with the
// frames of a message.
static int pizco_receive(void *socket, pizco_batch *b, int most) {
	size_t used = 0;
	int within = b->more;
	b->messages = b->frames = b->large = 0;
	while (within || (b->messages < most && b->frames <= PIZCO_FRAMES - PIZCO_LEAST_FRAMES && used <= PIZCO_ROOM - PIZCO_LEAST_ROOM)) {
		if (b->frames == PIZCO_FRAMES)
			break;
		zmq_msg_t *m = &b->message;
		int rc;
		zmq_msg_init(m);
		do
			rc = zmq_msg_recv(m, socket, ZMQ_DONTWAIT);
		while (rc < 0 && zmq_errno() == EINTR);
		if (rc < 0) {
			int failed = zmq_errno();
			zmq_msg_close(m);
			return failed == EAGAIN && b->messages > 0 ? 0 : failed;
		}
		size_t size = zmq_msg_size(m);
		if (b->messages == 0 || !within)
			b->count[b->messages++] = 0;
		b->count[b->messages - 1]++;
		b->more = within = zmq_msg_more(m);
		if (size > PIZCO_ROOM - used) {
			b->size[b->frames++] = 0;
			b->large = 1;
			return 0;
		}
		memcpy(b->room + used, zmq_msg_data(m), size);
		used += size;
		b->size[b->frames++] = size;
		zmq_msg_close(m);
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

// Sends the messages of a batch, and notes for each the errno with which it has failed, or 0. With
// stop set it gives up at the first that fails. Returns how many it has tried.
static int pizco_send(void *socket, pizco_batch *b, int stop) {
	const char *at = b->room;
	const uint32_t *size = b->size;
	for (int m = 0; m < b->messages; m++) {
		b->failed[m] = 0;
		for (int left = b->count[m]; left > 0; left--, at += *size++) {
			int rc;
			if (b->failed[m])
				continue;
			do
				rc = zmq_send(socket, at, *size, ZMQ_DONTWAIT | (left > 1 ? ZMQ_SNDMORE : 0));
			while (rc < 0 && zmq_errno() == EINTR);
			if (rc < 0)
				b->failed[m] = zmq_errno();
		}
		if (stop && b->failed[m])
			return m + 1;
	}
	return b->messages;
}
*/
import "C"

import (
	"bytes"
	"runtime"
	"slices"
	"unsafe"

	zmq4 "github.com/pebbe/zmq4"
)

const (
	// batchMessages and batchFrames are how many messages and frames go in and out with one call
	// into libzmq.
	batchMessages = C.PIZCO_MESSAGES
	batchFrames   = C.PIZCO_FRAMES
	batchRoom     = C.PIZCO_ROOM
	// sharedMemory is the size in bytes up to which messages that have come together share memory:
	// one that is kept keeps so much.
	sharedMemory = 4 << 10
)

// rawSocket is what zmq4.Socket begins with. TestRawSocket sees to it that this is so.
type rawSocket struct{ socket unsafe.Pointer }

func raw(z *zmq4.Socket) unsafe.Pointer { return (*rawSocket)(unsafe.Pointer(z)).socket }

// batch is memory of C for messages on their way in or out, with one call into libzmq for as many
// as there are; zmq4 makes some for each frame, of which each costs as much as the work that it is
// for.
type batch struct {
	c *C.pizco_batch
	// used and frames are how much of it is taken by messages to be sent.
	used, frames int
}

// spareBatches are those that nobody uses at the moment. A batch is used while a goroutine is
// inside of a call into libzmq or copies.
var spareBatches = make(chan *batch, runtime.NumCPU())

func takeBatch() *batch {
	select {
	case b := <-spareBatches:
		return b
	default:
		return &batch{c: (*C.pizco_batch)(C.calloc(1, C.sizeof_pizco_batch))} // which ends the program where there is no memory
	}
}

func (b *batch) giveBack() {
	select {
	case spareBatches <- b:
	default:
		C.free(unsafe.Pointer(b.c))
	}
}

// receive receives up to most messages, or returns EAGAIN. more tells that it has to be called
// again for the rest of the last one.
func (b *batch) receive(socket unsafe.Pointer, most int, more bool) error {
	b.c.more = 0
	if more {
		b.c.more = 1
	}
	if errno := C.pizco_receive(socket, b.c, C.int(most)); errno != 0 {
		return zmq4.Errno(errno)
	}
	return nil
}

// more tells that the last message has further frames.
func (b *batch) more() bool { return b.c.more != 0 }

// appendTo appends copies of the messages that have been received; the first continues the last one
// of those where that is not complete.
func (b *batch) appendTo(messages [][][]byte, continued bool) [][][]byte {
	counts, sizes := b.c.count[:b.c.messages], b.c.size[:b.c.frames]
	room := unsafe.Slice((*byte)(unsafe.Pointer(&b.c.room)), batchRoom)
	for len(counts) > 0 {
		// As many as share memory.
		together, frames, total := 0, 0, 0
		for _, count := range counts {
			size := 0
			for _, s := range sizes[frames : frames+int(count)] {
				size += int(s)
			}
			if together > 0 && total+size > sharedMemory {
				break
			}
			together, frames, total = together+1, frames+int(count), total+size
		}
		memory := bytes.Clone(room[:total])
		parts := make([][]byte, frames)
		for i, s := range sizes[:frames] {
			parts[i], memory = memory[:s:s], memory[s:]
		}
		for _, count := range counts[:together] {
			messages = append(messages, parts[:count:count])
			parts = parts[count:]
		}
		counts, sizes, room = counts[together:], sizes[frames:], room[total:]
	}
	if b.c.large != 0 {
		last := messages[len(messages)-1]
		last[len(last)-1] = b.takeLarge()
	}
	if continued {
		i := len(messages) - int(b.c.messages)
		messages[i-1] = append(messages[i-1], messages[i]...)
		messages = slices.Delete(messages, i, i+1) // which leaves nothing behind the end
	}
	return messages
}

// takeLarge returns a copy of the frame that did not fit and releases it.
func (b *batch) takeLarge() []byte {
	frame := bytes.Clone(unsafe.Slice((*byte)(C.zmq_msg_data(&b.c.message)), int(C.zmq_msg_size(&b.c.message))))
	C.zmq_msg_close(&b.c.message)
	return frame
}

// add adds a message to those to be sent, and reports false when there is no room for it.
func (b *batch) add(parts ...[][]byte) bool {
	count, total := 0, 0
	for _, part := range parts {
		count += len(part)
		for _, frame := range part {
			total += len(frame)
		}
	}
	if b.c.messages == batchMessages || count > batchFrames-b.frames || total > batchRoom-b.used {
		return false
	}
	b.c.count[b.c.messages] = C.int32_t(count)
	b.c.messages++
	room := unsafe.Slice((*byte)(unsafe.Pointer(&b.c.room)), batchRoom)
	for _, part := range parts {
		for _, frame := range part {
			b.c.size[b.frames] = C.uint32_t(len(frame))
			b.frames++
			b.used += copy(room[b.used:], frame)
		}
	}
	return true
}

// clear forgets the messages.
func (b *batch) clear() { b.c.messages, b.used, b.frames = 0, 0, 0 }

// send sends the messages that have been added, up to the first that fails if stop is set, and
// returns how many it has tried. What came of them is in failure.
func (b *batch) send(socket unsafe.Pointer, stop bool) int {
	stops := C.int(0)
	if stop {
		stops = 1
	}
	return int(C.pizco_send(socket, b.c, stops))
}

// failure returns why a message was not sent, or nil.
func (b *batch) failure(message int) error {
	if errno := b.c.failed[message]; errno != 0 {
		return zmq4.Errno(errno)
	}
	return nil
}

// events returns what a socket can do at the moment.
func events(socket unsafe.Pointer) (zmq4.State, error) {
	events := C.pizco_events(socket)
	if events < 0 {
		return 0, zmq4.Errno(-events)
	}
	return zmq4.State(events), nil
}
