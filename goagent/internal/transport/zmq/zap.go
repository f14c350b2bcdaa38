//go:build libzmq

package zmq

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	zmq4 "github.com/pebbe/zmq4"

	"github.com/pizco-go/pizco/goagent/curve"
	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// zapEndpoint is where libzmq asks whether a client is let in (RFC 27/ZAP).
const zapEndpoint = "inproc://zeromq.zap.01"

// The positions of the frames of such a question.
const (
	zapVersion = iota
	zapRequest
	zapDomain
	zapAddress
	zapIdentity
	zapMechanism
	zapKey
	zapFrames
)

// doorkeeper tells libzmq which clients the CURVE sockets of a context let in. (The one of
// github.com/pebbe/zmq4 is a global of the default context, which this package does not use.) It is
// there before the first such socket is bound and until the last is gone: see the work-arounds.
type doorkeeper struct {
	mu      sync.Mutex
	socket  *socket
	last    int
	allowed map[string]func(curve.PublicKey) bool // by domain; a nil function allows all
}

// register returns the domain of a new CURVE socket.
func (d *doorkeeper) register(ctx *sharedContext, c *transport.Curve) (domain string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.socket == nil {
		s, err := newSocket(ctx, zmq4.REP, func(z *zmq4.Socket) error { return z.Bind(zapEndpoint) })
		if err != nil {
			return "", fmt.Errorf("handler of handshakes: %w", err)
		}
		d.socket = s
		d.allowed = make(map[string]func(curve.PublicKey) bool)
		go d.run(s)
	}
	d.last++
	domain = "pizco-" + strconv.Itoa(d.last)
	d.allowed[domain] = c.Allowed
	return domain, nil
}

// forget ends what register began, once the socket is gone. It does not wait for a function that
// tells who is let in: that may be what has closed the socket.
func (d *doorkeeper) forget(domain string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.allowed, domain)
	if len(d.allowed) == 0 && d.socket != nil {
		// Closing alone frees the endpoint a little later.
		_ = d.socket.do(func(z *zmq4.Socket) error { return z.Unbind(zapEndpoint) })
		_ = d.socket.close(0)
		d.socket = nil
	}
}

func (d *doorkeeper) run(s *socket) {
	for {
		question, err := s.receive(context.Background())
		if err != nil {
			return
		}
		if err := s.trySend(d.answer(question)); err != nil {
			return
		}
	}
}

// answer admits or refuses a client. Messages of an admitted client carry its key as their user.
func (d *doorkeeper) answer(question [][]byte) [][]byte {
	reply := func(status, text, user string, id []byte) [][]byte {
		return [][]byte{[]byte("1.0"), id, []byte(status), []byte(text), []byte(user), nil}
	}
	if len(question) != zapFrames || string(question[zapVersion]) != "1.0" ||
		string(question[zapMechanism]) != "CURVE" || len(question[zapKey]) != len(curve.PublicKey{}) {
		var id []byte
		if len(question) > zapRequest {
			id = question[zapRequest]
		}
		return reply("500", "not a CURVE client", "", id)
	}
	key := curve.PublicKey(question[zapKey])
	d.mu.Lock()
	allowed, known := d.allowed[string(question[zapDomain])]
	d.mu.Unlock()
	if !known || allowed != nil && !allowed(key) {
		return reply("400", "not allowed", "", question[zapRequest])
	}
	return reply("200", "OK", key.String(), question[zapRequest])
}
