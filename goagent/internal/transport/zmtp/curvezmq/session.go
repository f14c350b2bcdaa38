package curvezmq

import (
	"bytes"
	"encoding/binary"
	"sync"

	"golang.org/x/crypto/nacl/box"
)

// The flags inside of a MESSAGE's box (RFC 26, "The MESSAGE Command"). All other bits are 0.
const (
	// FlagMore is set when the ZeroMQ message goes on in the next MESSAGE.
	FlagMore byte = 1
	// FlagCommand is set when the box holds a command of ZMTP, such as SUBSCRIBE or PING, and no
	// part of a message.
	FlagCommand byte = 2
)

// Overhead is by how many bytes the body of a MESSAGE is longer than what it carries (RFC 26, "The
// MESSAGE Command"). They are its name, the short nonce, what a box adds, and the flags.
const Overhead = len(message) + shortNonce + box.Overhead + 1

// messageHead is the size of what stands in front of the box.
const messageHead = len(message) + shortNonce

// Session seals and opens what a connection carries after its handshake (RFC 26, "The MESSAGE
// Command"). One goroutine may call Seal while another calls Open.
type Session struct {
	shared   *key // the same in both directions: the nonces differ
	sealing  nonce24
	opening  nonce24
	sent     counter
	received counter
}

func newSession(shared *key, sealing, opening string, sent, received counter) *Session {
	return &Session{
		shared:   shared,
		sealing:  *counted(sealing, 0),
		opening:  *counted(opening, 0),
		sent:     sent,
		received: received,
	}
}

// Seal appends the body of the MESSAGE (RFC 26, "The MESSAGE Command") that carries a payload,
// which is a frame of a message or a command. It keeps neither slice; they must not overlap. Nonces
// last for 2^64 messages.
func (s *Session) Seal(to []byte, flags byte, payload []byte) []byte {
	s.sent++
	binary.BigEndian.PutUint64(s.sealing[len(s.sealing)-shortNonce:], uint64(s.sent))
	scratch := takeScratch(1 + len(payload))
	plain := append(append((*scratch)[:0], flags), payload...)
	to = append(to, message...)
	to = append(to, s.sealing[len(s.sealing)-shortNonce:]...)
	to = box.SealAfterPrecomputation(to, plain, &s.sealing, s.shared)
	scratches.Put(scratch)
	return to
}

// Open appends what the body of a MESSAGE (RFC 26, "The MESSAGE Command") carries to a slice, which
// must not overlap it, and returns its flags and the payload alone. The connection is to be closed
// when it fails, also because of a nonce that is no greater than the last (RFC 26, "Nonces").
func (s *Session) Open(to, body []byte) (flags byte, payload []byte, err error) {
	if len(body) < Overhead || !bytes.HasPrefix(body, []byte(message)) {
		return 0, nil, &StepError{"MESSAGE", ErrMalformed}
	}
	nonce := body[len(message):messageHead]
	if err := s.received.advance(binary.BigEndian.Uint64(nonce)); err != nil {
		return 0, nil, &StepError{"MESSAGE", err}
	}
	copy(s.opening[len(s.opening)-shortNonce:], nonce)
	plain, ok := box.OpenAfterPrecomputation(to, body[messageHead:], &s.opening, s.shared)
	if !ok {
		return 0, nil, &StepError{"MESSAGE", ErrBox}
	}
	plain = plain[len(to):]
	if flags = plain[0]; flags&^(FlagMore|FlagCommand) != 0 {
		return 0, nil, &StepError{"MESSAGE", ErrMalformed}
	}
	return flags, plain[1:], nil
}

// Close forgets the session's key. Neither Seal nor Open may be called after it.
func (s *Session) Close() { wipe(s.shared) }

// leastScratch is the smallest piece of memory that is worth keeping, in bytes.
const leastScratch = 4096

// scratches holds memory for what is about to be sealed. A connection keeps none of its own.
var scratches sync.Pool

// takeScratch returns memory for so many bytes.
func takeScratch(size int) *[]byte {
	if scratch, ok := scratches.Get().(*[]byte); ok && cap(*scratch) >= size {
		return scratch
	}
	scratch := make([]byte, 0, max(size, leastScratch))
	return &scratch
}
