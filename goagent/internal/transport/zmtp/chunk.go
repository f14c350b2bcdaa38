package zmtp

import (
	"math/bits"
	"sync"
)

const (
	// chunkLeast and chunkMost are the sizes of the smallest and the largest piece of memory that a
	// frame is taken in; they are powers of two.
	chunkLeast = 1 << chunkLeastLog
	chunkMost  = 1 << 20

	chunkLeastLog = 15
	// chunkShare is what part of a frame that has come the next piece may be, so that a peer makes
	// this side take at most a quarter more than it has sent.
	chunkShare = 4
)

// chunkPools have spare pieces, one pool for each power of two.
var chunkPools [6]sync.Pool

// takeChunk returns a piece for a frame of which so many bytes have come.
func takeChunk(got int) []byte {
	size := max(chunkLeast, min(got/chunkShare, chunkMost))
	log := bits.Len(uint(size)) - 1
	if spare, ok := chunkPools[log-chunkLeastLog].Get().(*[]byte); ok {
		return (*spare)[:0]
	}
	return make([]byte, 0, 1<<log)
}

func giveChunk(chunk []byte) {
	log := bits.Len(uint(cap(chunk))) - 1
	if log >= chunkLeastLog && log-chunkLeastLog < len(chunkPools) {
		chunkPools[log-chunkLeastLog].Put(&chunk)
	}
}

// growing is the body of a frame that has not come as a whole. Its memory is taken as its bytes
// arrive.
type growing struct {
	size   int
	got    int
	held   int
	chunks [][]byte // all full but the last
}

// room returns memory for the next bytes, which filled has to be told of.
func (g *growing) room() []byte {
	last := len(g.chunks) - 1
	if last < 0 || len(g.chunks[last]) == cap(g.chunks[last]) {
		next := make([]byte, 0, min(g.size, chunkLeast))
		if g.size > chunkLeast {
			next = takeChunk(g.got)
		}
		g.chunks = append(g.chunks, next)
		g.held += cap(next)
		last++
	}
	chunk := g.chunks[last]
	return chunk[len(chunk):min(cap(chunk), len(chunk)+g.size-g.got)]
}

// filled says that n bytes of the room have come.
func (g *growing) filled(n int) {
	last := len(g.chunks) - 1
	g.chunks[last] = g.chunks[last][:len(g.chunks[last])+n]
	g.got += n
}

// fill takes bytes and returns those that are not the frame's.
func (g *growing) fill(p []byte) (rest []byte) {
	for len(p) > 0 && g.got < g.size {
		n := copy(g.room(), p)
		g.filled(n)
		p = p[n:]
	}
	return p
}

func (g *growing) complete() bool { return g.got == g.size }

// join returns the body in one piece and leaves nothing.
func (g *growing) join() []byte {
	if len(g.chunks) == 1 && g.size <= chunkLeast {
		body := g.chunks[0]
		*g = growing{}
		return body
	}
	return g.joinIn(make([]byte, 0, g.size))
}

// joinIn appends the body to memory and leaves nothing.
func (g *growing) joinIn(memory []byte) []byte {
	defer g.drop()
	for _, chunk := range g.chunks {
		memory = append(memory, chunk...)
	}
	return memory
}

// sealedMemory has spare memory for boxes that came in pieces, until they are opened.
var sealedMemory sync.Pool

// takeSealed returns memory for a box of a size.
func takeSealed(size int) *[]byte {
	if spare, ok := sealedMemory.Get().(*[]byte); ok && cap(*spare) >= size {
		return spare
	}
	memory := make([]byte, 0, size)
	return &memory
}

// drop gives the memory back.
func (g *growing) drop() {
	for _, chunk := range g.chunks {
		giveChunk(chunk)
	}
	*g = growing{}
}
