package curvezmq

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"

	"golang.org/x/crypto/nacl/box"
	"golang.org/x/crypto/nacl/secretbox"

	"github.com/pizco-go/pizco/goagent/curve"
)

// Server is the server's side of one handshake (RFC 26, "CurveZMQ Commands"). Its methods are
// called once each, in the order Hello, Initiate, Ready.
//
// Between HELLO and INITIATE it remembers nothing of the client: C' and s' travel in the cookie
// (RFC 26, "The WELCOME Command"). The cookie's key is made for one connection, so that an INITIATE
// that was recorded is of no use on another.
type Server struct {
	pair      curve.KeyPair
	cookieKey *key

	shared         *key // of s' and C', from INITIATE on
	sent, received counter
	due            string // the step that is waited for
}

// NewServer begins a handshake of the owner of a key pair, S, with a client that is not yet known
// (RFC 26, "The WELCOME Command").
func NewServer(pair curve.KeyPair) *Server { return &Server{pair: pair, due: hello} }

// fail ends the handshake.
func (s *Server) fail(step string, err error) error {
	s.Close()
	return &StepError{Step: step, Err: err}
}

// Close forgets the handshake's keys. A handshake that has failed or ended needs no Close.
func (s *Server) Close() {
	wipe(s.cookieKey, s.shared)
	s.cookieKey, s.shared, s.due = nil, nil, ""
}

// Hello takes the HELLO command and returns WELCOME (RFC 26, "The HELLO Command" and "The WELCOME
// Command"): Box[S' + cookie](S->C').
func (s *Server) Hello(body []byte) ([]byte, error) {
	if s.due != hello {
		return nil, s.fail("HELLO", ErrOrder)
	}
	rest, err := begin(body, hello, helloSize, helloSize)
	if err != nil || [versionSize]byte(rest.next(versionSize)) != version {
		return nil, s.fail("HELLO", ErrMalformed)
	}
	rest.next(helloPadding)
	theirs := key(rest.next(keySize))
	nonce := rest.counter()
	s.received = counter(nonce)
	secret := secretOf(s.pair)
	shared, strong := share(&theirs, secret)
	defer wipe(secret, shared)
	plain, ok := box.OpenAfterPrecomputation(nil, rest, counted(nonceHello, nonce), shared)
	if !ok || !strong || subtle.ConstantTimeCompare(plain, make([]byte, len(plain))) == 0 {
		return nil, s.fail("HELLO", ErrBox)
	}
	reply, err := s.welcome(&theirs, shared)
	if err != nil {
		return nil, s.fail("WELCOME", err)
	}
	s.due = initiate
	return reply, nil
}

// welcome returns the WELCOME command for the owner of C'.
func (s *Server) welcome(theirs, shared *key) ([]byte, error) {
	public, secret, err := transient()
	if err != nil {
		return nil, err
	}
	defer wipe(secret)
	nonce, err := random(nonceWelcome)
	if err != nil {
		return nil, err
	}
	plain, err := s.cookie(append(make([]byte, 0, keySize+cookieSize), public[:]...), theirs, secret)
	if err != nil {
		return nil, err
	}
	body := make([]byte, 0, welcomeSize)
	body = append(body, welcome...)
	body = append(body, nonce[len(nonceWelcome):]...)
	return box.SealAfterPrecomputation(body, plain, nonce, shared), nil
}

// cookie appends Box[C' + s'](K).
func (s *Server) cookie(to []byte, theirs, secret *key) ([]byte, error) {
	s.cookieKey = new(key)
	if _, err := rand.Read(s.cookieKey[:]); err != nil {
		return nil, err
	}
	nonce, err := random(nonceCookie)
	if err != nil {
		return nil, err
	}
	plain := append(append(make([]byte, 0, 2*keySize), theirs[:]...), secret[:]...)
	defer clear(plain)
	to = append(to, nonce[len(nonceCookie):]...)
	return secretbox.Seal(to, plain, nonce, s.cookieKey), nil
}

// openCookie returns what cookie has sealed.
func (s *Server) openCookie(cookie parts) (theirs, secret *key, err error) {
	nonce := long(nonceCookie, cookie.next(longNonce))
	plain, ok := secretbox.Open(nil, cookie, nonce, s.cookieKey)
	if !ok {
		return nil, nil, ErrBox
	}
	defer clear(plain)
	wipe(s.cookieKey)
	s.cookieKey = nil
	rest := parts(plain)
	public, private := key(rest.next(keySize)), key(rest.next(keySize))
	return &public, &private, nil
}

// Initiate takes the INITIATE command (RFC 26, "The INITIATE Command"). It returns the public key
// that the client has proved to be its own, and its metadata. Whether it is let in is the caller's
// to decide: it answers with Ready or [Refusal].
func (s *Server) Initiate(body []byte) (client curve.PublicKey, metadata []byte, err error) {
	if s.due != initiate {
		return client, nil, s.fail("INITIATE", ErrOrder)
	}
	rest, err := begin(body, initiate, leastInitial, leastInitial+MaxMetadata)
	if err != nil {
		return client, nil, s.fail("INITIATE", err)
	}
	theirs, secret, err := s.openCookie(rest.next(cookieSize))
	if err != nil {
		return client, nil, s.fail("INITIATE", err)
	}
	defer wipe(secret)
	nonce := rest.counter()
	if err := s.received.advance(nonce); err != nil {
		return client, nil, s.fail("INITIATE", err)
	}
	s.shared, _ = share(theirs, secret) // Hello has refused a C' of low order
	plain, ok := box.OpenAfterPrecomputation(nil, rest, counted(nonceInitiate, nonce), s.shared)
	if !ok {
		return client, nil, s.fail("INITIATE", ErrBox)
	}
	rest = plain
	permanent := key(rest.next(keySize))
	if err := s.checkVouch(rest.next(vouchSize), &permanent, theirs, secret); err != nil {
		return client, nil, s.fail("INITIATE", err)
	}
	s.due = ready
	return curve.PublicKey(permanent), rest, nil
}

// checkVouch opens Box[C' + S](C->S') and compares both keys.
func (s *Server) checkVouch(vouch parts, permanent, theirs, secret *key) error {
	shared, strong := share(permanent, secret)
	defer wipe(shared)
	if !strong {
		return ErrVouch
	}
	nonce := long(nonceVouch, vouch.next(longNonce))
	plain, ok := box.OpenAfterPrecomputation(nil, vouch, nonce, shared)
	if !ok {
		return ErrVouch
	}
	want := append(append(make([]byte, 0, 2*keySize), theirs[:]...), publicOf(s.pair)[:]...)
	if subtle.ConstantTimeCompare(plain, want) == 0 {
		return ErrVouch
	}
	return nil
}

// Ready returns the READY command (RFC 26, "The READY Command"), which lets the client in, and the
// session.
func (s *Server) Ready(metadata []byte) ([]byte, *Session, error) {
	if s.due != ready {
		return nil, nil, s.fail("READY", ErrOrder)
	}
	if len(metadata) > MaxMetadata {
		return nil, nil, s.fail("READY", ErrMalformed)
	}
	s.sent++
	body := make([]byte, 0, leastReady+len(metadata))
	body = append(body, ready...)
	body = binary.BigEndian.AppendUint64(body, uint64(s.sent))
	body = box.SealAfterPrecomputation(body, metadata, counted(nonceReady, uint64(s.sent)), s.shared)
	session := newSession(s.shared, nonceServer, nonceClient, s.sent, s.received)
	s.shared = nil // the session's now
	s.Close()
	return body, session, nil
}
