package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"

	"github.com/pizco-go/pizco/gateway/page"
	"github.com/pizco-go/pizco/internal/loglimit"
	"github.com/pizco-go/pizco/wire"
)

// Gateway exposes pizco servers over HTTP. It is an http.Handler that is safe for concurrent use.
// Close releases what it holds.
type Gateway struct {
	config   Config
	log      *slog.Logger // of troubles; lines of one kind are limited
	access   *slog.Logger // of requests that were let in
	page     http.Handler
	protocol *wire.Protocol

	targets map[string]*target
	tokens  []token
	futures *futureTable
	limiter *limiter
	metrics *metrics
	streams *shares
	answers *answers
	bodies  *bodies
	mux     *http.ServeMux
	handler http.Handler

	ctx      context.Context
	cancel   context.CancelFunc
	draining chan struct{} // closed when streams and waits are to end
	drain    sync.Once
}

// New returns a gateway for the settings, which it checks, and reads the files that they name. It
// dials no target yet.
func New(config Config, opts ...Option) (*Gateway, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	g := &Gateway{config: config, draining: make(chan struct{}), targets: map[string]*target{}}
	for _, o := range opts {
		o.apply(g)
	}
	if g.log == nil {
		g.log = slog.New(slog.DiscardHandler)
	}
	g.access, g.log = g.log, loglimit.New(g.log)
	if g.page == nil {
		g.page = page.Handler()
	}
	var err error
	if g.tokens, err = readTokens(config.Tokens); err != nil {
		return nil, fmt.Errorf("pizco/gateway: %w", err)
	}
	g.ctx, g.cancel = context.WithCancel(context.Background())
	g.metrics = newMetrics()
	g.futures = newFutureTable(g.ctx, config.Limits, config.Timeouts)
	g.bodies = newBodies(config.Limits)
	g.answers = newAnswers(config.Limits, config.Timeouts.Connect)
	g.limiter = newLimiter(config.Limits.Rate, config.Limits.Burst)
	g.streams = newShares(config.Limits.Streams, config.Limits.ClientStreams)
	for _, t := range config.Targets {
		made, err := g.newTarget(t)
		if err != nil {
			g.cancel()
			return nil, fmt.Errorf("pizco/gateway: target %s: %w", t.Name, err)
		}
		g.targets[t.Name] = made
	}
	g.warnOfSecrets()
	g.mux = g.routes()
	g.handler = g.guarded()
	return g, nil
}

// ServeHTTP answers a request.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) { g.handler.ServeHTTP(w, r) }

// Drain ends streams and the waiting for futures, so that an http.Server can be shut down
// gracefully. Other requests are still answered.
func (g *Gateway) Drain() { g.drain.Do(func() { close(g.draining) }) }

// Close ends everything and releases the connections to the targets. Requests that wait for one
// fail.
func (g *Gateway) Close() error {
	g.Drain()
	g.cancel()
	g.futures.close()
	for _, t := range g.targets {
		t.ended.Wait()
	}
	return nil
}
