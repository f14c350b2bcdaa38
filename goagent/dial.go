package goagent

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/peer"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/queue"
)

type statusChange struct {
	status Status
	reason error
}

// statusQueue is the number of changes of status that wait for a slow handler.
const statusQueue = 64

// Dial connects to the server at an endpoint and returns when it has answered, or with the
// context's error. The endpoint may be another name of the server's than the one that it gives
// itself. Close releases the proxy.
//
// A server that is not there yet is waited for: as long as the context allows, or, when that has no
// deadline, as [WithDialTimeout] says, 10 seconds by default. The error is a *[TransportError] with
// the reason, such as a refused connection.
//
// A server whose notifications cannot be reached can be used all the same: only what needs them
// fails, with a *[NotificationsError].
func Dial(ctx context.Context, endpoint string, opts ...DialOption) (*Proxy, error) {
	cfg := defaultConfig()
	for _, o := range opts {
		if err := o.applyToProxy(&cfg); err != nil {
			return nil, err
		}
	}
	a, err := openAgent(cfg)
	if err != nil {
		return nil, err
	}
	a.start()
	p := &Proxy{agent: a, endpoint: endpoint, status: queue.New[statusChange](statusQueue, queue.DropOldest)}
	if len(cfg.interceptors) == 0 { // which see values of package py
		p.writesGo, p.readsGo = a.cfg.writesGo(), !a.cfg.decodeHooks
	}
	handle := intercepted(p.send, cfg.interceptors)
	p.handle = func(ctx context.Context, call *Call) (any, error) {
		call.Peer = endpoint
		return handle(ctx, call)
	}
	if err := p.connect(ctx); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func (p *Proxy) connect(ctx context.Context) (err error) {
	if p.peer, err = p.agent.peerAt(p.endpoint); err != nil {
		return err
	}
	p.signals.init(p)
	go p.reportStatus()
	go p.signals.run()
	p.peer.OnStatus(func(s peer.Status, reason error) {
		switch s {
		case peer.Reconnecting:
			p.futures.failSoon(reason)
			p.signals.lost(reason)
		case peer.Closed:
			p.futures.fail(reason)
		}
		p.status.Push(p.agent.ctx, statusChange{Status(s), reason})
	})
	ctx, cancel := p.agent.cfg.inDialTime(ctx)
	defer cancel()
	if err := p.peer.Notifications().SubscribeLasting(ctx, psmessage.TopicFuture, p.futures.notified); err != nil {
		return err
	}
	return p.peer.Notifications().ConfirmSoon(ctx)
}

// dialTimeoutError is why a context ends that had no deadline of its own.
type dialTimeoutError struct{ limit time.Duration }

// Error says which limit it was.
func (e *dialTimeoutError) Error() string { return fmt.Sprintf("no connection within %v", e.limit) }

// Is reports that it is a context.DeadlineExceeded.
func (e *dialTimeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// inDialTime gives a context the limit of WithDialTimeout if it has none.
func (c *config) inDialTime(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, limited := ctx.Deadline(); limited || c.dialTimeout == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, c.dialTimeout, &dialTimeoutError{c.dialTimeout})
}

func (p *Proxy) reportStatus() {
	for {
		change, ok := p.status.Pop(p.agent.ctx)
		if !ok {
			return
		}
		if tell := p.agent.cfg.onStatus; tell != nil {
			p.guard("status handler", func() { tell(change.status, change.reason) })
		}
	}
}

// guard calls code of the user, whose panics must not end the program.
func (p *Proxy) guard(what string, call func()) {
	defer func() {
		if v := recover(); v != nil {
			p.agent.log.Error(what+" panicked", "panic", v)
		}
	}()
	call()
}

// Close releases the proxy's sockets and ends its goroutines, except for slots that are running,
// whose context ends. Calls that wait for an answer fail with ErrClosed. Closing again does
// nothing.
func (p *Proxy) Close() error {
	err := p.agent.Close()
	p.futures.fail(ErrClosed)
	return err
}
