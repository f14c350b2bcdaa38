package zmtp

// readMost is the size of the memory that a connection reads into while it reads, and of the
// largest frame that is copied out of that.
const readMost = 32 << 10

// part is a frame of a message that is not complete.
type part struct {
	body []byte
	// owned is set when nothing else uses the body's memory.
	owned bool
}

// reader makes messages and commands of the bytes of a connection (RFC 37, "Framing"), within
// limits. It takes memory for a frame as the frame's bytes arrive. One goroutine uses it.
type reader struct {
	limits  *limits
	account *account
	box     box
	// message gets each message, whose memory it may keep. command gets the flags and the body of
	// each command, whose memory it may not keep.
	message func(frames [][]byte) error
	command func(body []byte) error

	header [longest]byte // of which have bytes have come
	have   int
	flags  byte
	inBody bool // the header is complete, and the body is not
	body   growing
	opened *[readMost]byte // where the bodies of small boxes are, while the reader is fed
	plain  int             // how much of it is used
	parts  []part
	lists  [][]byte // memory for the lists of frames of the next messages, while the reader is fed
	listed int      // for how many frames that was
	total  int64    // bytes of the parts
	held   int64    // what the account has been told
	came   int64    // all bytes of the connection
	// place, if not nil, returns where in a frame of a size something begins that is worth to be
	// aligned, by the first bytes of the frame.
	place func(head []byte, size int) int
}

// room returns memory that the next bytes may be read into, which filled is told of then, or nil
// when they have to be fed.
func (r *reader) room() []byte {
	if !r.inBody || r.body.size-r.body.got < readMost || r.body.got == 0 {
		return nil
	}
	return r.body.room()
}

// filled says that n bytes have been read into the room.
func (r *reader) filled(n int) error {
	r.came += int64(n)
	r.body.filled(n)
	if r.body.complete() {
		if err := r.bodyComplete(); err != nil {
			return err
		}
	}
	r.count()
	return nil
}

// feed takes the next bytes of the connection. It does not keep their memory.
func (r *reader) feed(p []byte) error {
	r.came += int64(len(p))
	err := r.take(p)
	r.lists, r.listed = nil, 0
	if r.opened != nil {
		readBuffers.Put(r.opened)
		r.opened, r.plain = nil, 0
	}
	return err
}

// take takes bytes, and leaves no frame in memory that is not the reader's own.
func (r *reader) take(p []byte) error {
	for len(p) > 0 {
		if !r.inBody {
			size, rest, complete, err := r.takeHeader(p)
			if err != nil || !complete {
				return err
			}
			if p = rest; size <= len(p) {
				if err := r.frame(r.flags, p[:size:size], false); err != nil {
					return err
				}
				p = p[size:]
				continue
			}
			r.inBody, r.body = true, growing{size: size}
		}
		if r.body.got == 0 && len(p) > 0 {
			r.begin(p)
		}
		if p = r.body.fill(p); r.body.complete() {
			if err := r.bodyComplete(); err != nil {
				return err
			}
		}
	}
	r.keep()
	r.count()
	return nil
}

// takeHeader takes the header of a frame, or as much of it as there is.
func (r *reader) takeHeader(p []byte) (size int, rest []byte, complete bool, err error) {
	for r.have == 0 || r.have < headerSize(r.header[0]) {
		wanted := shortest
		if r.have > 0 {
			wanted = headerSize(r.header[0])
		}
		n := copy(r.header[r.have:wanted], p)
		r.have += n
		p = p[n:]
		if r.have < wanted {
			r.keep()
			return 0, nil, false, nil
		}
	}
	flags, announced, err := parseHeader(r.header[:r.have])
	r.have = 0
	if err == nil {
		err = r.admit(flags, announced)
	}
	r.flags = flags
	return int(announced), p, true, err
}

// admit checks what a header announces against the limits.
func (r *reader) admit(flags byte, size uint64) error {
	overhead := uint64(0)
	if r.box != nil {
		overhead = uint64(r.box.overhead())
	}
	switch {
	case flags&flagCommand != 0 && size > uint64(max(commandMost, r.limits.MaxTopic))+overhead:
		return excess("MaxTopic", "a command of %d bytes", size)
	case size > uint64(r.limits.maxFrame)+overhead:
		return excess(r.limits.frameLimit, "a frame of %d bytes, at most %d are taken", size, r.limits.maxFrame)
	case flags&flagCommand == 0 && size > uint64(r.limits.MaxMessage-r.total)+overhead:
		return excess(r.limits.messageLimit, "a message of more than %d bytes over all its frames", r.limits.MaxMessage)
	case flags&flagCommand == 0 && len(r.parts) >= r.limits.MaxParts:
		return excess("MaxParts", "a message of more than %d frames", r.limits.MaxParts)
	}
	return nil
}

// begin takes memory for the whole body, of which the first bytes are given, where the peer has
// sent so much by this connection that it makes this side hold no more than a quarter beyond that.
func (r *reader) begin(head []byte) {
	size := r.body.size
	switch {
	case size <= chunkLeast || r.account.used.Load()+int64(size) > r.came+r.came/chunkShare:
	case r.box != nil:
		r.body.takeWhole(takeSealed(size))
	default:
		r.body.takeWhole(alignedMemory(size, r.placeIn(head)))
	}
}

// placeIn returns what is to be aligned in the body that begins with some bytes.
func (r *reader) placeIn(head []byte) int {
	if r.place == nil {
		return 0
	}
	return max(0, r.place(head, r.body.size))
}

func (r *reader) bodyComplete() error {
	r.inBody = false
	if r.box != nil {
		sealed := r.body.joinSealed()
		defer giveSealed(sealed)
		return r.frame(r.flags, sealed, true)
	}
	place := 0
	if len(r.body.chunks) > 1 {
		place = r.placeIn(r.body.chunks[0])
	}
	return r.frame(r.flags, r.body.join(place), true)
}

// frame takes a whole frame. Unless it is owned, its memory is kept only until the end of feed.
func (r *reader) frame(flags byte, body []byte, owned bool) error {
	if r.box != nil {
		var err error
		if flags, body, err = r.open(body, owned); err != nil {
			return err
		}
	}
	if flags&flagCommand != 0 {
		return r.command(body)
	}
	r.parts = append(r.parts, part{body, owned})
	r.total += int64(len(body))
	if flags&flagMore != 0 {
		return nil
	}
	frames := r.complete()
	return r.message(frames)
}

// open opens a box. What is in one that came in pieces gets memory of its own; the others share
// what is kept until the end of feed, in which there is room for them: they were in as much memory
// with what sealing adds.
func (r *reader) open(sealed []byte, owned bool) (flags byte, body []byte, err error) {
	var memory []byte
	if owned {
		memory = make([]byte, 0, len(sealed))
	} else {
		if r.opened == nil {
			r.opened, _ = readBuffers.Get().(*[readMost]byte)
		}
		memory = r.opened[r.plain:r.plain]
	}
	if flags, body, err = r.box.open(memory, sealed); err != nil {
		return 0, nil, err
	}
	if !owned {
		r.plain += len(sealed)
	}
	switch {
	case flags&flagCommand != 0 && len(body) > max(commandMost, r.limits.MaxTopic):
		return 0, nil, excess("MaxTopic", "a command of %d bytes", len(body))
	case flags&flagCommand == 0 && r.total+int64(len(body)) > r.limits.MaxMessage:
		return 0, nil, excess(r.limits.messageLimit, "a message of more than %d bytes over all its frames", r.limits.MaxMessage)
	}
	return flags, body, nil
}

// complete returns the message that is complete, in memory of its own.
func (r *reader) complete() [][]byte {
	frames := r.list(len(r.parts))
	r.own()
	for i, p := range r.parts {
		frames[i] = p.body
	}
	r.forget()
	return frames
}

// listMost is the number of frames that the lists of messages that have come together share memory
// for.
const listMost = 64

// list returns memory for the frames of a message. Messages of few small frames that have come
// together share it, so that one that is kept keeps little more than itself.
func (r *reader) list(n int) [][]byte {
	small := n <= listMost/4 && r.total <= copyMost
	if !small {
		return make([][]byte, n)
	}
	if len(r.lists) < n {
		r.lists = make([][]byte, max(n, min(2*r.listed, listMost)))
		r.listed = len(r.lists)
	}
	frames := r.lists[:n:n]
	r.lists = r.lists[n:]
	return frames
}

// keep makes the frames of a message that is not complete the reader's own.
func (r *reader) keep() {
	if len(r.parts) > 0 {
		r.own()
	}
}

// own copies the bodies that are not owned, into one piece of memory.
func (r *reader) own() {
	size := 0
	for _, p := range r.parts {
		if !p.owned {
			size += len(p.body)
		}
	}
	memory := make([]byte, 0, size)
	for i := range r.parts {
		p := &r.parts[i]
		if p.owned {
			continue
		}
		start := len(memory)
		memory = append(memory, p.body...)
		p.body, p.owned = memory[start:len(memory):len(memory)], true
	}
}

// forget leaves nothing of the message so far.
func (r *reader) forget() {
	clear(r.parts)
	r.parts, r.total = r.parts[:0], 0
	r.count()
}

// count tells the account what the message that is not complete holds.
func (r *reader) count() {
	held := int64(0)
	if r.inBody || len(r.parts) > 0 {
		held = r.total + int64(r.body.held) + perPart*int64(len(r.parts))
	}
	if held != r.held {
		r.account.add(held - r.held)
		r.held = held
	}
}

// drop gives back what an incomplete message holds, at the end of the connection.
func (r *reader) drop() {
	r.body.drop()
	r.inBody = false
	r.parts, r.total = nil, 0
	r.count()
}
