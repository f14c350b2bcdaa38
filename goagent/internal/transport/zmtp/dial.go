package zmtp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

const (
	// pauseFirst and pauseMost bound the pause between two attempts to connect, which doubles;
	// chance adds up to pauseFirst, so that the clients of a server that comes back do not all come
	// at once.
	pauseFirst = 100 * time.Millisecond
	pauseMost  = 500 * time.Millisecond
	// attemptMost bounds how long one attempt waits for the network.
	attemptMost = 10 * time.Second
)

// dialer connects to one endpoint.
type dialer struct {
	*core
	endpoint string
	address  address
	curve    *transport.Curve
	pause    time.Duration
}

func newDialer(own socketType, endpoint string, s transport.Settings) (*dialer, error) {
	a, err := parseEndpoint(endpoint)
	if err == nil {
		err = a.dialable()
	}
	if err != nil {
		return nil, err
	}
	c, err := newCore(own, roleClient, s)
	if err != nil {
		return nil, err
	}
	return &dialer{core: c, endpoint: endpoint, address: a, curve: s.Curve}, nil
}

// attempt connects once. The name of the host is resolved anew.
func (d *dialer) attempt(ctx context.Context, h handler) (*session, error) {
	dialing := net.Dialer{Timeout: attemptMost}
	conn, err := dialing.DialContext(ctx, d.address.network, d.address.String())
	if err != nil {
		return nil, unreachable(err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	s, err := d.connect(conn, h)
	if !stop() && ctx.Err() != nil {
		if err == nil {
			s.stop(context.Cause(ctx))
			s.account.close()
		}
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, d.explain(err)
	}
	return s, nil
}

// wait waits before the next attempt. It returns false when the context has ended.
func (d *dialer) wait(ctx context.Context) bool {
	d.pause = min(max(2*d.pause, pauseFirst), pauseMost)
	timer := time.NewTimer(d.pause + rand.N(pauseFirst)) //nolint:gosec // It spreads load, and is no secret.
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// unreachable wraps a system error that means that no process listens, to say so.
func unreachable(err error) error {
	if isRefused(err) || errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("connection refused: nothing listens there (%w)", err)
	}
	return err
}

// explain adds to why a handshake has failed what to look at. An error that another attempt would
// not mend is an ErrRefused.
func (d *dialer) explain(err error) error {
	refused := func(hint string) error { return fmt.Errorf("%w: %s (%w)", transport.ErrRefused, hint, err) }
	var other *mechanismError
	switch {
	case errors.Is(err, transport.ErrRefused): // the mechanism has said what to look at
		return err
	case errors.As(err, &other) && d.curve != nil:
		return refused("it does not speak CURVE; the server must, or this side leave it out")
	case errors.As(err, &other) && other.theirs == "CURVE":
		return refused("it speaks CURVE, for which this side needs the public key of the server")
	case errors.As(err, &other):
		return refused("it asks for a mechanism that this side does not have")
	case errors.Is(err, ErrRejected) && d.curve != nil:
		return refused(fmt.Sprintf("is this side's public key %s among those that the server allows?", d.curve.Pair.Public()))
	case errors.Is(err, ErrSocketType):
		return refused("is the endpoint another one of the same server?")
	case errors.Is(err, ErrGreeting), errors.Is(err, ErrHandshake), errors.Is(err, ErrFrame), errors.Is(err, ErrCommand),
		errors.Is(err, ErrRejected):
		return refused("is it a ZeroMQ server?")
	case errors.Is(err, io.ErrUnexpectedEOF) && d.curve != nil:
		return fmt.Errorf("%w: is %s the public key of the server, and does it let in %s?", err, d.curve.Server, d.curve.Pair.Public())
	}
	return err
}
