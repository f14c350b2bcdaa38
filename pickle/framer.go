package pickle

import (
	"encoding/binary"
	"io"
	"slices"
)

const (
	// frameTarget is the size from which a frame is closed, and from which a payload stands outside of frames.
	frameTarget = 64 << 10
	// frameMin is the least size of a frame that gets a header.
	frameMin = 4
	// frameHeader is the size of the FRAME opcode with its length.
	frameHeader = 9
	// byReference is the size from which a payload is not copied into the buffer but kept as it is.
	byReference = 8 << 10
	// chunkSize is what a buffer holds: a frame's target, one payload that is copied, and some opcodes.
	chunkSize = frameTarget + byReference + 512
	// keptChunks is the number of buffers that a framer keeps for its next pickle.
	keptChunks = 4
)

// framer collects the bytes of a pickle and cuts them into frames, from protocol 4 on, where CPython's C pickler does. What is
// complete goes to w, or waits in parts when w is nil.
type framer struct {
	buf   []byte
	parts [][]byte
	own   []bool
	free  [][]byte
	w     io.Writer
	err   error

	// size is the number of bytes in parts and of those written to w.
	size int
	// flushAt is the length of buf from which boundary has something to do.
	flushAt int

	framing bool
	// everyFrame tells that frames below frameMin get a header as well, and that large payloads stay inside of frames:
	// what CPython 3.6 did.
	everyFrame bool
	// inFrame, headerPart and headerAt tell where the header of the open frame is: the index in parts
	// (len(parts) for buf) and the position there. body is where the frame's content begins in the whole.
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

// plan sets where the next boundary is.
func (f *framer) plan() {
	f.flushAt = frameTarget
	if f.inFrame {
		f.flushAt = max(f.body+frameTarget-f.size, 0)
	}
}

// commit closes the open frame, if any: it gets its length, or loses its header when it is empty or too small.
func (f *framer) commit() {
	if !f.inFrame {
		return
	}
	f.inFrame = false
	n := f.total() - f.body
	if n == 0 || n < frameMin && !f.everyFrame {
		f.buf = append(f.buf[:f.headerAt], f.buf[f.headerAt+frameHeader:]...)
		return
	}
	part := f.buf
	if f.headerPart < len(f.parts) {
		part = f.parts[f.headerPart]
	}
	binary.LittleEndian.PutUint64(part[f.headerAt+1:], uint64(n))
}

// boundary is called before an opcode once buf has reached flushAt. It closes the frame that is full and hands on what is complete.
func (f *framer) boundary() {
	open := f.inFrame
	if open {
		f.commit()
	}
	f.shift()
	if open {
		f.begin()
	} else {
		f.plan()
	}
}

// shift moves the buffer to the finished parts and takes a new one.
func (f *framer) shift() {
	if len(f.buf) == 0 {
		return
	}
	if f.w != nil && !f.inFrame {
		f.drain()
		return
	}
	f.size += len(f.buf)
	f.parts = append(f.parts, f.buf)
	f.own = append(f.own, true)
	f.buf = f.chunk()
}

func (f *framer) chunk() []byte {
	if n := len(f.free); n > 0 {
		c := f.free[n-1]
		f.free = f.free[:n-1]
		return c
	}
	return make([]byte, 0, chunkSize)
}

// payload appends the content of a large string or bytes after its header. It is not copied, so it must not
// change until the pickle is complete.
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
	f.shift()
	if f.w != nil && !f.inFrame {
		f.write(content)
	} else {
		f.size += len(content)
		f.parts = append(f.parts, content)
		f.own = append(f.own, false)
	}
	if outside {
		f.begin()
	} else {
		f.plan()
	}
}

func (f *framer) write(b []byte) {
	f.size += len(b)
	if f.err == nil {
		_, f.err = f.w.Write(b)
	}
}

// drain writes out everything that is complete.
func (f *framer) drain() {
	for i, p := range f.parts {
		f.size -= len(p)
		f.write(p)
		f.recycle(i)
	}
	f.parts, f.own = f.parts[:0], f.own[:0]
	f.write(f.buf)
	f.buf = f.buf[:0]
}

func (f *framer) recycle(part int) {
	if f.own[part] && len(f.free) < keptChunks && cap(f.parts[part]) <= 2*chunkSize {
		f.free = append(f.free, f.parts[part][:0])
	}
	f.parts[part] = nil
}

// join returns everything in one slice.
func (f *framer) join(dst []byte) []byte {
	dst = slices.Grow(dst, f.total())
	for _, p := range f.parts {
		dst = append(dst, p...)
	}
	return append(dst, f.buf...)
}

// reset forgets the pickle and keeps some of the memory.
func (f *framer) reset() {
	for i := range f.parts {
		f.recycle(i)
	}
	f.parts, f.own = f.parts[:0], f.own[:0]
	if cap(f.parts) > 1<<10 {
		f.parts, f.own = nil, nil
	}
	if cap(f.buf) > 2*chunkSize {
		f.buf = nil
	}
	f.buf = f.buf[:0]
	f.size, f.err = 0, nil
	f.framing, f.inFrame = false, false
	f.plan()
}
