package goagent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/pizco-go/pizco/goagent/internal/dialects"
	"github.com/pizco-go/pizco/goagent/internal/peer"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/serving"
	"github.com/pizco-go/pizco/goagent/internal/topics"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/wire"
)

// Agent talks to other agents: it answers and makes requests, publishes notifications and
// subscribes to other agents' notifications. Each [Server] and [Proxy] has one. It mirrors
// pizco.Agent, and is safe for concurrent use.
//
// An agent is known by its sender string, the name of its first endpoint. Unlike the original's
// agent it does not bind the socket that receives notifications, because no peer ever connects to
// it.
type Agent struct {
	cfg       config
	log       *slog.Logger
	listeners []*serving.Endpoint
	host      *serving.Host // which receives requests
	keys      *serving.Keys
	pub       transport.Publisher
	pubName   string

	ctx    context.Context
	cancel context.CancelCauseFunc
	// released is closed when the sockets are closed, and done when Close is over.
	released, done chan struct{}

	published   atomic.Uint64
	plainPickle atomic.Int32 // the lowest protocol of a peer's plain pickles, 0 before there is one
	// clients, if not nil, finds out which dialect each client speaks.
	clients *dialects.Clients

	taking sync.Mutex // held while changes of the subscriptions are taken up

	mu     sync.Mutex
	closed bool
	err    error
	peers  map[string]*peer.Peer
	topics topics.Counts

	// onTopic, if not nil, is told of every change of a topic's number of subscribers, and
	// topicHandler, if not nil, tells the user.
	onTopic      func(topic string, subscribers int)
	topicHandler *topics.Handler
	// onConfirm, if not nil, confirms subscriptions in the agent's place.
	onConfirm func(sender, topic string)
	// onClosing, if not nil, is called before the sockets are closed.
	onClosing func()
	// onClose, if not nil, is called when no more requests and subscriptions come.
	onClose func()
}

// NewAgent opens the sockets of an agent and starts answering requests. Close releases them.
func NewAgent(opts ...AgentOption) (*Agent, error) {
	cfg := defaultConfig()
	for _, o := range opts {
		if err := o.applyToAgent(&cfg); err != nil {
			return nil, err
		}
	}
	a, err := openAgent(cfg)
	if err != nil {
		return nil, err
	}
	a.start()
	return a, nil
}

// openAgent opens the sockets; the caller calls start when it is ready for requests.
func openAgent(cfg config) (*Agent, error) {
	if err := cfg.finish(); err != nil {
		return nil, err
	}
	a := &Agent{
		cfg:      cfg,
		released: make(chan struct{}),
		done:     make(chan struct{}),
		peers:    make(map[string]*peer.Peer),
	}
	if cfg.servesAny() {
		a.clients = dialects.New()
	}
	a.ctx, a.cancel = context.WithCancelCause(context.Background())
	if err := a.listen(); err != nil {
		err = errors.Join(err, a.closeSockets())
		a.cancel(ErrClosed)
		return nil, err
	}
	a.log = cfg.logger.With("agent", a.Endpoint())
	if cfg.onTopic != nil {
		a.topicHandler = topics.NewHandler(a.ctx, a.log, cfg.onTopic)
	}
	a.keys = serving.NewKeys(cfg.protocol, cfg.keys)
	a.host = a.newHost()
	for _, warning := range cfg.warnings {
		a.log.Warn(warning)
	}
	return a, nil
}

func (a *Agent) listen() error {
	settings := a.cfg.listening()
	for _, b := range a.cfg.endpoints {
		endpoint, err := b.Bindable()
		if err != nil {
			return fmt.Errorf("pizco/goagent: %w", err)
		}
		at := &serving.Endpoint{Dialect: psmessage.Dialect(a.cfg.dialectOf(b.Bind))}
		if at.Listener, err = a.cfg.network.Listen(endpoint, a.watchListener(settings, at)); err != nil {
			return fmt.Errorf("pizco/goagent: %w", err)
		}
		at.Name = b.Name(at.Listener.Endpoint())
		a.listeners = append(a.listeners, at)
	}
	endpoint, err := a.cfg.pub.Bindable()
	if err != nil {
		return fmt.Errorf("pizco/goagent: %w", err)
	}
	pub, err := a.cfg.network.Publish(endpoint, a.watchPublisher(settings))
	if err != nil {
		return fmt.Errorf("pizco/goagent: %w", err)
	}
	a.pub, a.pubName = pub, a.cfg.pub.Name(pub.Endpoint())
	if _, hasForms := pub.(transport.FormPublisher); !hasForms && a.clients != nil {
		return errNoForms
	}
	return nil
}

func (a *Agent) start() {
	for _, l := range a.listeners {
		a.host.Listen(l)
	}
	go a.receiveSubscriptions()
	a.log.Info("agent started", "pub", a.pubName)
}

// Endpoint returns the agent's sender string: the name of its first endpoint.
func (a *Agent) Endpoint() string { return a.listeners[0].Name }

// Endpoints returns the names of all endpoints at which the agent answers requests. A program that
// has several needs them to say where it is reached.
func (a *Agent) Endpoints() []string {
	names := make([]string, len(a.listeners))
	for i, l := range a.listeners {
		names[i] = l.Name
	}
	return names
}

// BoundEndpoints returns the endpoints of [Agent.Endpoints] as the system has bound them, with
// addresses for hosts. A wildcard stands for every interface.
func (a *Agent) BoundEndpoints() []string {
	bound := make([]string, len(a.listeners))
	for i, l := range a.listeners {
		bound[i] = l.Listener.Endpoint()
	}
	return bound
}

// PubEndpoint returns the endpoint of the agent's notifications.
func (a *Agent) PubEndpoint() string { return a.pubName }

// Subscribers returns the number of subscriptions to a topic, as the original counts them: one for
// each sender name, however many connections ask for it.
func (a *Agent) Subscribers(topic string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.topics.Of(topic).Count
}

// subscribedSince returns a number that is another one after each time that a topic gets its first
// subscriber; it is zero while the topic has none.
func (a *Agent) subscribedSince(topic string) uint64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.topics.Of(topic).Since
}

// Stats counts what an agent has done since it was made, for metrics and health checks of the
// program's own.
type Stats struct {
	// Requests is the number of requests that came in, of which Rejected could not be parsed or
	// answered.
	Requests, Rejected uint64
	// Published is the number of notifications, counted once for each name that the agent has and
	// each key of [WithKeys].
	Published uint64
}

// Stats returns what the agent has done so far.
func (a *Agent) Stats() Stats {
	requests, rejected := a.host.Counts()
	return Stats{Requests: requests, Rejected: rejected, Published: a.published.Load()}
}

// Done is closed when the agent has been closed, by Close or by a peer's 'stop'.
func (a *Agent) Done() <-chan struct{} { return a.done }

// Wait returns when the agent has been closed, or with the context's error.
func (a *Agent) Wait(ctx context.Context) error {
	select {
	case <-a.done:
		return a.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Close ends all that the agent does. Its requests that wait for an answer fail with ErrClosed, and
// its sockets are released. What has been sent may take WithLinger's time to leave. Then it
// disconnects from the signals of a served object. Closing again waits until the sockets are
// released, and returns their error.
//
// Any code that the agent calls may call Close. It does not wait for running code of the user: a
// handler, a call, whose context ends, the Connect of an [object.SignalSource] or the handler of a
// logger. It logs nothing. The goroutines of such code end when the code returns.
func (a *Agent) Close() error {
	a.mu.Lock()
	if a.closed {
		a.mu.Unlock()
		<-a.released
		return a.err
	}
	a.closed = true
	peers := a.peers
	a.peers = nil
	a.mu.Unlock()

	a.cancel(ErrClosed)
	for _, p := range peers {
		p.Close()
	}
	if a.onClosing != nil {
		a.onClosing()
	}
	a.err = a.closeSockets()
	close(a.released)
	if a.onClose != nil {
		a.onClose()
	}
	close(a.done)
	return a.err
}

func (a *Agent) closeSockets() error {
	var errs []error
	for _, l := range a.listeners {
		errs = append(errs, l.Close())
	}
	if a.pub != nil {
		if a.host != nil { // else it has not been opened
			a.publishStop()
		}
		errs = append(errs, a.pub.Close())
	}
	return errors.Join(errs...)
}

// ended logs why a loop over a socket ends, unless that is because the agent is closed.
func (a *Agent) ended(what string, err error) { a.host.Ended(what, err) }

// protocol is how the agent writes messages and what it accepts.
func (a *Agent) protocol() wire.Protocol { return a.cfg.protocol }
