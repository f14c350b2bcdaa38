package zmtp

import (
	"bytes"
	"math/bits"
	"slices"
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
// arrive, or at once where the peer has sent so much before.
type growing struct {
	size   int
	got    int
	held   int
	whole  []byte   // what has come, in memory for all of it; nil while it is in chunks
	chunks [][]byte // all full but the last
}

// alignment is what the address of a place in a frame is made a multiple of.
const alignment = 16

// takeWhole takes memory for the whole body.
func (g *growing) takeWhole(memory []byte) { g.whole, g.held = memory[:0], g.size }

// sealedMemory has spare memory for large boxes, until they are opened or have been sent.
var sealedMemory sync.Pool

// sealedWaste bounds how many times as much memory as it needs a box gets.
const sealedWaste = 4

// takeSealed returns memory for a box of a size.
func takeSealed(size int) []byte {
	if spare, ok := sealedMemory.Get().(*[]byte); ok && cap(*spare) >= size {
		if cap(*spare)/sealedWaste <= size {
			return (*spare)[:0]
		}
		sealedMemory.Put(spare)
	}
	return make([]byte, 0, size)
}

// giveSealed gives back the memory of a box.
func giveSealed(memory []byte) { sealedMemory.Put(&memory) }

// alignedMemory returns memory for a large body in which a place is aligned, as large memory of the
// heap is itself.
func alignedMemory(size, place int) []byte {
	skip := padding(place)
	return make([]byte, 0, size+skip)[skip:skip]
}

// padding returns how many bytes come in front of memory of which a place is to be aligned.
func padding(place int) int { return (alignment - place%alignment) % alignment }

// room returns memory for the next bytes, which filled has to be told of.
func (g *growing) room() []byte {
	if g.whole != nil {
		return g.whole[g.got:g.size]
	}
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
	g.got += n
	if g.whole != nil {
		g.whole = g.whole[:g.got]
		return
	}
	last := len(g.chunks) - 1
	g.chunks[last] = g.chunks[last][:len(g.chunks[last])+n]
}

// fill copies bytes into the frame and returns the rest, which follow the frame.
func (g *growing) fill(p []byte) (rest []byte) {
	for len(p) > 0 && g.got < g.size {
		n := copy(g.room(), p)
		g.filled(n)
		p = p[n:]
	}
	return p
}

func (g *growing) complete() bool { return g.got == g.size }

// join returns the body in one piece, in which a place is aligned if it was in chunks, and leaves
// nothing.
func (g *growing) join(place int) []byte {
	if body := g.whole; body != nil {
		*g = growing{}
		return body[:len(body):len(body)]
	}
	if len(g.chunks) == 1 && g.size <= chunkLeast {
		body := g.chunks[0]
		*g = growing{}
		return body
	}
	defer g.drop()
	skip := padding(place)
	var pad [alignment]byte
	body := bytes.Join(slices.Insert(slices.Clone(g.chunks), 0, pad[:skip]), nil) // which does not clear the memory before
	return body[skip:len(body):len(body)]
}

// joinSealed is join for a box, whose memory is given back.
func (g *growing) joinSealed() []byte {
	if g.whole != nil {
		return g.join(0)
	}
	defer g.drop()
	memory := takeSealed(g.size)
	for _, chunk := range g.chunks {
		memory = append(memory, chunk...)
	}
	return memory
}

// drop gives the memory back.
func (g *growing) drop() {
	for _, chunk := range g.chunks {
		giveChunk(chunk)
	}
	*g = growing{}
}
