package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/wire"
)

// target is a pizco server and the one Proxy to it that all requests share.
type target struct {
	config  Target
	options []goagent.DialOption
	log     *slog.Logger
	wait    time.Duration // how long requests wait for the connection
	timeout time.Duration
	limits  Limits
	linger  time.Duration

	ctx   context.Context
	ended sync.WaitGroup

	mu      sync.Mutex
	started bool
	proxy   *goagent.Proxy
	down    time.Time     // since when there is no connection
	reason  error         // why
	changed chan struct{} // closed when one of the above changes
	hubs    map[string]*hub
	counts  targetCounts

	members memberCache
}

// Times between attempts to reach a server that refuses to talk, as one with another key does. One
// that is not there at all is waited for instead.
const (
	firstRetry = 250 * time.Millisecond
	lastRetry  = 10 * time.Second
	// dialTimeout bounds one attempt: a server that never answers may be replaced by one that does.
	dialTimeout = 15 * time.Second
)

func (g *Gateway) newTarget(config Target) (*target, error) {
	t := &target{
		config: config, log: g.log.With("target", config.Name), ctx: g.ctx,
		wait: g.config.Timeouts.Connect, timeout: config.Timeout, linger: g.config.Timeouts.Linger, limits: g.config.Limits,
		changed: make(chan struct{}), hubs: map[string]*hub{},
	}
	if t.timeout == 0 {
		t.timeout = g.config.Timeouts.Request
	}
	protocol, err := g.protocolOf(config)
	if err != nil {
		return nil, err
	}
	// The agent's own log would repeat each request with its endpoint. The gateway logs itself what
	// is worth knowing about a target.
	t.options = []goagent.DialOption{goagent.WithProtocol(protocol), goagent.WithStatusHandler(t.statusChanged)}
	return t, nil
}

// protocolOf returns how messages to the target are written and signed.
func (g *Gateway) protocolOf(config Target) (wire.Protocol, error) {
	var protocol wire.Protocol
	if g.protocol != nil {
		protocol = *g.protocol
	} else {
		var err error
		if protocol, err = wire.FromEnv(); err != nil {
			return protocol, err
		}
	}
	if config.Serializer != "" {
		protocol.Serializer = config.Serializer
	}
	switch {
	case config.KeyFile != "":
		key, err := ReadSecret(config.KeyFile)
		if err != nil {
			return protocol, fmt.Errorf("key_file: %w", err)
		}
		protocol.Key = wire.NewKey(key)
	case config.KeyEnv != "":
		key := os.Getenv(config.KeyEnv)
		if key == "" {
			return protocol, fmt.Errorf("key_env: the variable %s is empty", config.KeyEnv)
		}
		protocol.Key = wire.NewKey([]byte(key))
	}
	return protocol, nil
}

// exposes reports whether a name may be used.
func (t *target) exposes(name string) bool {
	if name == "" || strings.HasPrefix(name, "_") {
		return false
	}
	return len(t.config.Allow) == 0 || matchesAny(t.config.Allow, name)
}

func matchesAny(patterns []string, name string) bool {
	for _, pattern := range patterns {
		if ok, _ := path.Match(pattern, name); ok { // checked by Validate
			return true
		}
	}
	return false
}

// connected returns the proxy. It waits for the connection for a while after it was lost or first
// asked for; after that it fails at once with a *downError.
func (t *target) connected(ctx context.Context) (*goagent.Proxy, error) {
	for {
		t.mu.Lock()
		t.start()
		proxy, down, reason, changed := t.proxy, t.down, t.reason, t.changed
		t.mu.Unlock()
		if proxy != nil && proxy.Status() == goagent.Connected {
			return proxy, nil
		}
		left := time.Until(down.Add(t.wait))
		if t.ctx.Err() != nil {
			return nil, errClosing
		}
		if left <= 0 {
			return nil, &downError{t.config.Name, reason}
		}
		timer := time.NewTimer(left)
		select {
		case <-changed:
		case <-timer.C:
		case <-ctx.Done():
		case <-t.ctx.Done():
		}
		timer.Stop()
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return nil, &downError{t.config.Name, reason} // nothing has been sent, whatever the time
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
	}
}

// start begins to connect. The lock is held.
func (t *target) start() {
	if t.started || t.ctx.Err() != nil {
		return
	}
	t.started, t.down = true, time.Now()
	t.ended.Go(t.run)
}

// run keeps a proxy at hand until the gateway is closed.
func (t *target) run() {
	retry := firstRetry
	for t.ctx.Err() == nil {
		proxy, err := t.dial()
		if err == nil {
			t.log.Info("target connected")
			retry = firstRetry
			t.use(proxy)
			select {
			case <-proxy.Agent().Done():
			case <-t.ctx.Done():
			}
			t.use(nil)
			if err := proxy.Close(); err != nil {
				t.log.Warn("target not closed", "error", err)
			}
			continue
		}
		t.failed(err)
		timer := time.NewTimer(retry)
		select {
		case <-timer.C:
		case <-t.ctx.Done():
		}
		timer.Stop()
		retry = min(2*retry, lastRetry)
	}
}

func (t *target) dial() (*goagent.Proxy, error) {
	ctx, cancel := context.WithTimeout(t.ctx, dialTimeout)
	defer cancel()
	return goagent.Dial(ctx, t.config.Endpoint, t.options...)
}

// use sets the proxy that requests get.
func (t *target) use(proxy *goagent.Proxy) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if proxy == nil {
		t.down = time.Now()
	} else {
		t.reason = nil
	}
	t.proxy = proxy
	t.signalChange()
}

func (t *target) failed(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ctx.Err() == nil {
		t.log.Warn("target not connected", "error", err)
	}
	t.reason = err
	t.signalChange()
}

// statusChanged is told of each loss of the connection and of each new one.
func (t *target) statusChanged(status goagent.Status, reason error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch status {
	case goagent.Connected:
		t.reason = nil
	case goagent.Reconnecting:
		if t.proxy != nil && t.ctx.Err() == nil {
			t.log.Warn("target lost", "error", reason)
			t.down, t.reason = time.Now(), reason
			for _, h := range t.hubs {
				h.skip()
			}
		}
	}
	t.members.forget()
	t.signalChange()
}

// signalChange wakes the goroutines that wait for a change. Called with the lock held.
func (t *target) signalChange() {
	close(t.changed)
	t.changed = make(chan struct{})
}

// State is the state of the connection to a target.
type State string

const (
	// Idle is the state before the first request for the target.
	Idle State = "idle"
	// Connecting is when the target is being dialled, and requests wait for it.
	Connecting State = "connecting"
	// Connected is when requests are sent at once.
	Connected State = "connected"
	// Down is when requests are answered with 503.
	Down State = "down"
)

// state returns the state, and why it is so where there is a reason.
func (t *target) state() (State, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case !t.started:
		return Idle, nil
	case t.proxy != nil && t.proxy.Status() == goagent.Connected:
		return Connected, nil
	case time.Since(t.down) < t.wait:
		return Connecting, t.reason
	}
	return Down, t.reason
}

// errClosing ends requests when the gateway is being closed.
var errClosing = errors.New("pizco/gateway: the gateway is being closed")

// downError reports a target without a connection.
type downError struct {
	target string
	reason error
}

// Error names the target.
func (e *downError) Error() string {
	return fmt.Sprintf("pizco/gateway: target %s is down", e.target)
}

// Unwrap returns why.
func (e *downError) Unwrap() error { return e.reason }
