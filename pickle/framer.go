package pickle

import (
	"bytes"
	"encoding/binary"
	"io"
	"slices"
)

const (
	// frameTarget is the size from which a frame is closed, and from which a payload stands outside
	// of frames.
	frameTarget = 64 << 10
	// frameMin is the least size of a frame that gets a header.
	frameMin = 4
	// frameHeader is the size of the FRAME opcode with its length.
	frameHeader = 9
	// byReference is the size from which a payload is not copied into the buffer but kept as it is.
	byReference = 8 << 10
	// room is what a buffer must have left when a value is begun: one payload that is copied, and
	// some opcodes.
	room = byReference + 512
	// firstChunk is the size of the first buffer of a pickle, largeChunk that of the others once
	// there are many.
	firstChunk = frameTarget + room
	largeChunk = 4 << 20
	// keptChunks is the number of chunks that are kept for the next pickle: some 600 kB.
	keptChunks = 8
)

// framer collects the bytes of a pickle and cuts them into frames, from protocol 4 on, where
// CPython's C pickler does. What is complete goes to w, or waits in parts when w is nil.
type framer struct {
	// buf is being filled; parts are complete. A part is the beginning of a chunk, what lies
	// between two others, or a payload of the caller's.
	buf    []byte
	parts  [][]byte
	chunks [][]byte
	// taken is the number of chunks in use; those behind wait for the next pickle.
	taken int
	w     io.Writer
	err   error

	// size is the number of bytes in parts and of those written to w.
	size int
	// flushAt is the length of buf from which boundary has something to do.
	flushAt int

	framing bool
	// everyFrame is set to write frames as CPython 3.6 did: frames below frameMin have a header too,
	// and large payloads stay inside of frames.
	everyFrame bool
	// inFrame, headerPart and headerAt tell where the header of the open frame is: the index in
	// parts (len(parts) for buf) and the position there. body is where the frame's content begins
	// in the whole.
	inFrame    bool
	headerPart int
	headerAt   int
	body       int
}

func (f *framer) total() int { return f.size + len(f.buf) }

// begin opens a frame at the current position.
func (f *framer) begin() {
	f.headerPart, f.headerAt = len(f.parts), len(f.buf)
	f.buf = append(f.buf, byte(opFrame), 0, 0, 0, 0, 0, 0, 0, 0)
	f.body = f.total()
	f.inFrame = true
	f.plan()
}

// plan sets where the next boundary is: where the frame is full, or the buffer.
func (f *framer) plan() {
	f.flushAt = max(cap(f.buf)-room, 0)
	if f.w != nil {
		f.flushAt = min(f.flushAt, frameTarget)
	}
	if f.inFrame {
		f.flushAt = min(f.flushAt, max(f.body+frameTarget-f.size, 0))
	}
}

// commit closes the open frame, if any: it gets its length, or loses its header when it is empty or
// too small.
func (f *framer) commit() {
	if !f.inFrame {
		return
	}
	f.inFrame = false
	part := &f.buf
	if f.headerPart < len(f.parts) {
		part = &f.parts[f.headerPart]
	}
	n := f.total() - f.body
	if n > 0 && (n >= frameMin || f.everyFrame) {
		binary.LittleEndian.PutUint64((*part)[f.headerAt+1:], uint64(n))
		return
	}
	*part = append((*part)[:f.headerAt], (*part)[f.headerAt+frameHeader:]...)
	if part != &f.buf {
		f.size -= frameHeader
	}
}

// boundary is called before an opcode once buf has reached flushAt. It closes the frame that is
// full, and hands on what is complete.
func (f *framer) boundary() {
	full := f.inFrame && f.total()-f.body >= frameTarget
	if full {
		f.commit()
	}
	if f.w != nil && !f.inFrame {
		f.drain()
	} else if cap(f.buf)-len(f.buf) < room {
		f.shift()
	}
	if full {
		f.begin()
	} else {
		f.plan()
	}
}

// shift moves what is in the buffer to the finished parts; the buffer goes on behind it, or in a
// new chunk.
func (f *framer) shift() {
	n := len(f.buf)
	if n > 0 {
		f.size += n
		f.parts = append(f.parts, f.buf[:n:n])
	}
	if cap(f.buf)-n >= room {
		f.buf = f.buf[n:n]
		return
	}
	size := firstChunk
	if f.taken > 4 {
		size = min(max(f.size/8, firstChunk), largeChunk)
	}
	f.newBuffer(size)
}

func (f *framer) newBuffer(size int) {
	if f.taken == len(f.chunks) {
		f.chunks = append(f.chunks, make([]byte, 0, size))
	}
	f.buf = f.chunks[f.taken]
	f.taken++
}

// payload appends the content of a large string or bytes after its header. It is not copied, so it
// must not change until the pickle is complete.
func (f *framer) payload(header, content []byte) {
	outside := len(content) >= frameTarget && f.framing && !f.everyFrame
	if outside {
		f.commit()
	}
	f.buf = append(f.buf, header...)
	if len(content) < byReference {
		f.buf = append(f.buf, content...)
		return
	}
	if f.w != nil && !f.inFrame {
		f.drain()
		f.write(content)
	} else {
		f.shift()
		f.size += len(content)
		f.parts = append(f.parts, content)
	}
	if outside {
		f.begin()
	} else {
		f.plan()
	}
}

func (f *framer) write(b []byte) {
	f.size += len(b)
	if f.err == nil && len(b) > 0 {
		_, f.err = f.w.Write(b)
	}
}

// drain writes out everything that is complete, and begins the first chunk again.
func (f *framer) drain() {
	for _, p := range f.parts {
		f.size -= len(p)
		f.write(p)
	}
	f.write(f.buf)
	f.clear()
}

// clear forgets the parts, and all chunks but some of the first.
func (f *framer) clear() {
	clear(f.parts)
	f.parts = f.parts[:0]
	if len(f.chunks) > keptChunks {
		clear(f.chunks[keptChunks:])
		f.chunks = f.chunks[:keptChunks]
	}
	f.taken = 0
	f.newBuffer(firstChunk)
}

// join appends everything to dst.
func (f *framer) join(dst []byte) []byte {
	if len(f.parts) == 0 {
		return append(dst, f.buf...)
	}
	f.parts = append(f.parts, f.buf)
	if cap(dst)-len(dst) < f.total() {
		if len(dst) > 0 {
			f.parts = slices.Insert(f.parts, 0, dst)
		}
		return bytes.Join(f.parts, nil) // into memory that is not cleared before
	}
	for _, p := range f.parts {
		dst = append(dst, p...)
	}
	return dst
}

// reset forgets the pickle.
func (f *framer) reset() {
	if cap(f.parts) > 1<<10 {
		f.parts = nil
	}
	if len(f.parts) == 0 && f.taken == 1 {
		f.buf = f.buf[:0]
	} else {
		f.clear()
	}
	if f.w != nil || f.err != nil {
		f.w, f.err = nil, nil
	}
	f.size, f.framing, f.inFrame = 0, false, false
	f.plan()
}
