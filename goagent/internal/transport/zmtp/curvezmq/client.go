package curvezmq

import (
	"encoding/binary"

	"golang.org/x/crypto/nacl/box"

	"github.com/pizco-go/pizco/goagent/curve"
)

// Client is the client's side of one handshake (RFC 26, "CurveZMQ Commands"). Its methods are
// called once each, in the order Hello, Welcome, Ready.
type Client struct {
	pair   curve.KeyPair
	server *key // S

	public, secret *key // C' and c'
	shared         *key // of c' and S, then of c' and S'
	sent, received counter
	due            string // the command that is waited for
}

// NewClient begins a handshake of the owner of a key pair, C, with the owner of the public key
// server, S (RFC 26, "The HELLO Command").
func NewClient(pair curve.KeyPair, server curve.PublicKey) *Client {
	s := key(server)
	return &Client{pair: pair, server: &s, due: hello}
}

// fail ends the handshake.
func (c *Client) fail(step string, err error) error {
	c.Close()
	return &StepError{Step: step, Err: err}
}

// Close forgets the handshake's keys. A handshake that has failed or ended needs no Close.
func (c *Client) Close() {
	wipe(c.secret, c.shared)
	c.secret, c.shared, c.due = nil, nil, ""
}

// Hello returns the HELLO command (RFC 26, "The HELLO Command"): C' and Box[64 * %x0](C'->S), which
// proves that the client knows the server.
func (c *Client) Hello() ([]byte, error) {
	if c.due != hello {
		return nil, c.fail("HELLO", ErrOrder)
	}
	var err error
	if c.public, c.secret, err = transient(); err != nil {
		return nil, c.fail("HELLO", err)
	}
	var strong bool
	if c.shared, strong = share(c.server, c.secret); !strong {
		return nil, c.fail("HELLO", curve.ErrKey)
	}
	c.sent++
	body := make([]byte, 0, helloSize)
	body = append(body, hello...)
	body = append(body, version[:]...)
	body = append(body, make([]byte, helloPadding)...)
	body = append(body, c.public[:]...)
	body = binary.BigEndian.AppendUint64(body, uint64(c.sent))
	body = box.SealAfterPrecomputation(body, make([]byte, signature-box.Overhead), counted(nonceHello, uint64(c.sent)), c.shared)
	c.due = welcome
	return body, nil
}

// Welcome takes the WELCOME command and returns INITIATE (RFC 26, "The WELCOME Command" and "The
// INITIATE Command"): the server's cookie and Box[C + vouch + metadata](C'->S'). It fails with a
// [RefusedError] when the server sends ERROR.
func (c *Client) Welcome(body, metadata []byte) ([]byte, error) {
	if c.due != welcome {
		return nil, c.fail("WELCOME", ErrOrder)
	}
	if err := checkRefusal(body); err != nil {
		return nil, c.fail("WELCOME", err)
	}
	rest, err := begin(body, welcome, welcomeSize, welcomeSize)
	if err != nil {
		return nil, c.fail("WELCOME", err)
	}
	nonce := long(nonceWelcome, rest.next(longNonce))
	plain, ok := box.OpenAfterPrecomputation(nil, rest, nonce, c.shared)
	if !ok {
		return nil, c.fail("WELCOME", ErrBox)
	}
	rest = plain
	theirs, cookie := key(rest.next(keySize)), rest
	wipe(c.shared)
	if c.shared, ok = share(&theirs, c.secret); !ok {
		return nil, c.fail("WELCOME", curve.ErrKey)
	}
	return c.initiate(&theirs, cookie, metadata)
}

// initiate returns the INITIATE command for the owner of S'.
func (c *Client) initiate(theirs *key, cookie, metadata []byte) ([]byte, error) {
	if len(metadata) > MaxMetadata {
		return nil, c.fail("INITIATE", ErrMalformed)
	}
	plain := make([]byte, 0, keySize+vouchSize+len(metadata))
	plain = append(plain, publicOf(c.pair)[:]...)
	plain, err := c.vouch(plain, theirs)
	if err != nil {
		return nil, c.fail("INITIATE", err)
	}
	plain = append(plain, metadata...)
	c.sent++
	body := make([]byte, 0, leastInitial+len(metadata))
	body = append(body, initiate...)
	body = append(body, cookie...)
	body = binary.BigEndian.AppendUint64(body, uint64(c.sent))
	body = box.SealAfterPrecomputation(body, plain, counted(nonceInitiate, uint64(c.sent)), c.shared)
	c.due = ready
	return body, nil
}

// vouch appends Box[C' + S](C->S'), by which the owner of C says that C' is its own and S is whom
// it means.
func (c *Client) vouch(to []byte, theirs *key) ([]byte, error) {
	nonce, err := random(nonceVouch)
	if err != nil {
		return nil, err
	}
	secret := secretOf(c.pair)
	shared, _ := share(theirs, secret)
	defer wipe(secret, shared)
	plain := append(append(make([]byte, 0, 2*keySize), c.public[:]...), c.server[:]...)
	to = append(to, nonce[len(nonceVouch):]...)
	return box.SealAfterPrecomputation(to, plain, nonce, shared), nil
}

// Ready takes the READY command (RFC 26, "The READY Command"), and returns the server's metadata
// and the session. It fails with a [RefusedError] when the server sends ERROR.
func (c *Client) Ready(body []byte) (metadata []byte, session *Session, err error) {
	if c.due != ready {
		return nil, nil, c.fail("READY", ErrOrder)
	}
	if err := checkRefusal(body); err != nil {
		return nil, nil, c.fail("READY", err)
	}
	rest, err := begin(body, ready, leastReady, leastReady+MaxMetadata)
	if err != nil {
		return nil, nil, c.fail("READY", err)
	}
	nonce := rest.counter()
	c.received = counter(nonce)
	metadata, ok := box.OpenAfterPrecomputation(nil, rest, counted(nonceReady, nonce), c.shared)
	if !ok {
		return nil, nil, c.fail("READY", ErrBox)
	}
	session = newSession(c.shared, nonceClient, nonceServer, c.sent, c.received)
	c.shared = nil // the session's now
	c.Close()
	return metadata, session, nil
}
