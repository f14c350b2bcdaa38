package curvezmq

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"

	"golang.org/x/crypto/nacl/box"
)

// The commands as they begin: the length of the name and the name (RFC 26, "CurveZMQ Commands").
const (
	hello    = "\x05HELLO"
	welcome  = "\x07WELCOME"
	initiate = "\x08INITIATE"
	ready    = "\x05READY"
	message  = "\x07MESSAGE"
	refusal  = "\x05ERROR"
)

// The prefixes of nonces: of 16 bytes before a counter, of 8 before a long nonce of random bytes.
const (
	nonceHello    = "CurveZMQHELLO---"
	nonceWelcome  = "WELCOME-"
	nonceCookie   = "COOKIE--"
	nonceInitiate = "CurveZMQINITIATE"
	nonceVouch    = "VOUCH---"
	nonceReady    = "CurveZMQREADY---"
	nonceClient   = "CurveZMQMESSAGEC"
	nonceServer   = "CurveZMQMESSAGES"
)

// Sizes of the parts and of the commands, in bytes.
const (
	shortNonce = 8  // a counter, big-endian
	longNonce  = 16 // random

	versionSize  = 2
	helloPadding = 72
	signature    = box.Overhead + 64
	cookieSize   = longNonce + box.Overhead + 2*keySize
	vouchSize    = longNonce + box.Overhead + 2*keySize

	helloSize    = len(hello) + versionSize + helloPadding + keySize + shortNonce + signature
	welcomeSize  = len(welcome) + longNonce + box.Overhead + keySize + cookieSize
	leastInitial = len(initiate) + cookieSize + shortNonce + box.Overhead + keySize + vouchSize
	leastReady   = len(ready) + shortNonce + box.Overhead
)

// MaxMetadata is the most metadata, in bytes, that either side takes in INITIATE and READY (RFC 26,
// "The INITIATE Command" and "The READY Command"), which set no limit. libzmq sends less than 256.
const MaxMetadata = 4096

// MaxHandshake is the size in bytes of the largest command that a handshake may have: an INITIATE
// (RFC 26, "The INITIATE Command") with MaxMetadata.
const MaxHandshake = leastInitial + MaxMetadata

// version is that of CurveZMQ in HELLO: 1.0.
var version = [versionSize]byte{1, 0}

// nonce24 is a whole nonce: prefix and counter, or prefix and random bytes.
type nonce24 = [24]byte

// counted returns the nonce of a counter.
func counted(prefix string, counter uint64) *nonce24 {
	var n nonce24
	copy(n[:], prefix)
	binary.BigEndian.PutUint64(n[len(n)-shortNonce:], counter)
	return &n
}

// long returns the nonce of random bytes that came with a box.
func long(prefix string, random []byte) *nonce24 {
	var n nonce24
	copy(n[:], prefix)
	copy(n[len(n)-longNonce:], random)
	return &n
}

// random returns a nonce of new random bytes.
func random(prefix string) (*nonce24, error) {
	var bytes [longNonce]byte
	if _, err := rand.Read(bytes[:]); err != nil {
		return nil, err
	}
	return long(prefix, bytes[:]), nil
}

// parts takes a command apart from its front.
type parts []byte

// next returns the next bytes of the command, which must be long enough.
func (p *parts) next(size int) []byte {
	part := (*p)[:size:size]
	*p = (*p)[size:]
	return part
}

// counter returns the short nonce that comes next.
func (p *parts) counter() uint64 { return binary.BigEndian.Uint64(p.next(shortNonce)) }

// begin checks name and size of a command and returns what follows the name.
func begin(body []byte, name string, least, most int) (parts, error) {
	if len(body) < least || len(body) > most || !bytes.HasPrefix(body, []byte(name)) {
		return nil, ErrMalformed
	}
	return body[len(name):], nil
}

// counter is the highest nonce of one direction. The handshake's nonces count too (RFC 26,
// "Nonces").
type counter uint64

// advance takes the nonce of what has come. It may leave some out but not go back.
func (c *counter) advance(to uint64) error {
	if to <= uint64(*c) {
		return ErrNonce
	}
	*c = counter(to)
	return nil
}

// Refusal returns the ERROR command by which a server refuses a client (RFC 26, "The ERROR
// Command"). The reason, of at most 255 bytes, is a status of ZAP such as "400".
func Refusal(reason string) []byte {
	reason = reason[:min(len(reason), 255)]
	return append(append([]byte(refusal), byte(len(reason))), reason...)
}

// checkRefusal returns the error that an ERROR command stands for, and nil for every other command.
// libzmq 4.1 writes a length that is longer than the reason.
func checkRefusal(body []byte) error {
	if !bytes.HasPrefix(body, []byte(refusal)) {
		return nil
	}
	reason := body[len(refusal):]
	if len(reason) == 0 || len(reason) > 1+int(reason[0]) {
		return ErrMalformed
	}
	return &RefusedError{Reason: string(reason[1:])}
}
