package tap

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/sockets"
	"github.com/pizco-go/pizco/wire"
)

// Options change how a Tap works; the zero Options are the defaults.
type Options struct {
	// Protocol holds the key with which changed messages are signed again; its serializer is not
	// used. The default is no key.
	Protocol wire.Protocol
	// PubEndpoint is where the tap publishes the server's notifications. The default is a port of
	// 127.0.0.1 that the system chooses.
	PubEndpoint string
	// Observe is called with every message, one at a time. The default is not to observe.
	Observe func(Message)
}

const defaultPubEndpoint = "tcp://127.0.0.1:0"

// linger bounds how long messages that were passed on may take to leave after Close.
const linger = time.Second

// Tap is a running proxy. Its methods are safe for concurrent use.
type Tap struct {
	options  Options
	target   string
	network  transport.Network
	settings transport.Settings
	listener *transport.Receiving
	pub      transport.Publisher

	ctx    context.Context
	cancel context.CancelFunc
	loops  sync.WaitGroup
	done   chan struct{}
	once   sync.Once
	err    error

	mu       sync.Mutex
	names    names
	conn     *upstream
	nextTag  uint32
	sub      transport.Subscriber
	subTo    string
	prefixes map[string]int

	observe sync.Mutex
	number  uint64
}

// upstream is a connection to the server and the requests that wait for its replies.
type upstream struct {
	transport.Conn
	pending map[uint32]pending
}

type pending struct {
	request transport.Request
	number  uint64
	isInfo  bool
}

// Start opens the tap at the endpoint listen, in front of the server at the endpoint target, to
// which it connects when the first request comes. Close ends it.
func Start(listen, target string, options Options) (*Tap, error) {
	t := &Tap{
		options:  options,
		target:   target,
		network:  &sockets.Network{},
		settings: transport.Settings{Linger: linger, HighWater: 1000},
		done:     make(chan struct{}),
		prefixes: map[string]int{},
	}
	if t.options.PubEndpoint == "" {
		t.options.PubEndpoint = defaultPubEndpoint
	}
	listener, err := t.network.Listen(listen, t.settings)
	if err != nil {
		return nil, fmt.Errorf("pizco/tap: %w", err)
	}
	t.listener = transport.Receive(listener)
	if t.pub, err = t.network.Publish(t.options.PubEndpoint, t.settings); err != nil {
		_ = t.listener.Close()
		return nil, fmt.Errorf("pizco/tap: %w", err)
	}
	t.names = names{rep: t.listener.Endpoint(), pub: t.pub.Endpoint(), serverRep: target}
	t.ctx, t.cancel = context.WithCancel(context.Background())
	t.loops.Go(t.passRequests)
	t.loops.Go(t.passSubscriptions)
	return t, nil
}

// Endpoint returns the endpoint that clients connect to in place of the server's.
func (t *Tap) Endpoint() string { return t.listener.Endpoint() }

// PubEndpoint returns the endpoint at which the tap publishes the server's notifications.
func (t *Tap) PubEndpoint() string { return t.pub.Endpoint() }

// Close ends the tap. The observer is not called any more when it returns.
func (t *Tap) Close() error {
	t.once.Do(func() {
		t.cancel()
		t.err = t.listener.Close()
		if err := t.pub.Close(); t.err == nil {
			t.err = err
		}
		t.mu.Lock()
		if t.conn != nil {
			_ = t.conn.Close()
		}
		if t.sub != nil {
			_ = t.sub.Close()
		}
		t.mu.Unlock()
		t.loops.Wait()
		close(t.done)
	})
	<-t.done
	return t.err
}

// show numbers a message and shows it to the observer.
func (t *Tap) show(kind Kind, answers uint64, frames [][]byte) uint64 {
	t.observe.Lock()
	defer t.observe.Unlock()
	t.number++
	if t.options.Observe != nil {
		t.options.Observe(Message{Number: t.number, Answers: answers, Time: time.Now(), Kind: kind, Frames: frames})
	}
	return t.number
}

// passRequests takes requests of clients to the server until the tap is closed.
func (t *Tap) passRequests() {
	for {
		request, err := t.listener.Recv()
		if err != nil {
			return
		}
		p := pending{request: request, isInfo: asksForInfo(t.options.Protocol, request.Frames)}
		p.number = t.show(Request, 0, request.Frames)
		if err := t.send(p); err != nil {
			t.show(Lost, p.number, nil)
		}
	}
}

func (t *Tap) send(p pending) error {
	conn, err := t.connected()
	if err != nil {
		return err
	}
	t.mu.Lock()
	t.nextTag++
	tag := t.nextTag
	conn.pending[tag] = p
	t.mu.Unlock()
	if err := conn.Send(t.ctx, tag, p.request.Frames); err != nil {
		t.mu.Lock()
		_, waits := conn.pending[tag]
		delete(conn.pending, tag)
		t.mu.Unlock()
		if waits {
			return err
		}
	}
	return nil
}

// connected returns the connection to the server, a new one when the last was lost.
func (t *Tap) connected() (*upstream, error) {
	t.mu.Lock()
	conn := t.conn
	t.mu.Unlock()
	if conn != nil {
		return conn, nil
	}
	dialled, err := t.network.Dial(t.ctx, t.target, t.settings)
	if err != nil {
		return nil, err
	}
	conn = &upstream{Conn: dialled, pending: map[uint32]pending{}}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ctx.Err() != nil {
		_ = dialled.Close()
		return nil, t.ctx.Err()
	}
	t.conn = conn
	t.loops.Go(func() { t.passReplies(conn) })
	return conn, nil
}

// passReplies takes the server's replies to the clients until the connection ends.
func (t *Tap) passReplies(conn *upstream) {
	for {
		tag, frames, err := conn.Recv(t.ctx)
		if err != nil {
			t.lost(conn)
			return
		}
		t.mu.Lock()
		p, ok := conn.pending[tag]
		delete(conn.pending, tag)
		t.mu.Unlock()
		if ok {
			t.passReply(p, frames)
		}
	}
}

func (t *Tap) passReply(p pending, frames [][]byte) {
	t.show(Reply, p.number, frames)
	t.mu.Lock()
	if len(frames) > 0 {
		if sender, _, ok := senderOf(frames[frameHeader]); ok {
			t.names.serverRep = sender
		}
	}
	n := t.names
	t.mu.Unlock()
	frames = rewriteSender(t.options.Protocol, frames, n.rep)
	if p.isInfo {
		var serverPub string
		if frames, serverPub = rewriteInfo(t.options.Protocol, frames, n); serverPub != "" {
			t.follow(serverPub)
		}
	}
	// A client that has left has no use for its reply.
	_ = t.listener.Reply(p.request, frames)
}

// lost gives up a connection and the requests that wait on it.
func (t *Tap) lost(conn *upstream) {
	t.mu.Lock()
	if t.conn == conn {
		t.conn = nil
	}
	waiting := conn.pending
	conn.pending = map[uint32]pending{}
	closed := t.ctx.Err() != nil
	t.mu.Unlock()
	_ = conn.Close()
	if closed {
		return
	}
	for _, p := range waiting {
		t.show(Lost, p.number, nil)
	}
}
