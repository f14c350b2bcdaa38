package goagent

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pizco-go/pizco/goagent/internal/addressing"
)

// ErrInsecure is what [Forward] fails with when anybody who reaches its endpoints could use the
// server behind it.
var ErrInsecure = errors.New("pizco/goagent: everybody who reaches the endpoint could use the server: set a key (WithKey), CURVE with a list of clients (WithCurve, WithCurveClients), or WithInsecure")

// forwardConfig holds the settings of the two sides of a [Forwarder], and its own.
type forwardConfig struct {
	clients, server config
	insecure        bool // answers everybody
	maxTopics       int  // that it subscribes to
}

type forwardOption func(*forwardConfig) error

func (o forwardOption) applyToForwarder(c *forwardConfig) error { return o(c) }

// WithServerSide sets options of the side of a [Forwarder] that connects to the server, such as
// [WithKey] and [WithCurvePeer]. Default: none, which is the key of PZC_KEY.
func WithServerSide(options ...Option) ForwardOption {
	return forwardOption(func(c *forwardConfig) error {
		var errs []error
		for _, o := range options {
			errs = append(errs, o.applyToAgent(&c.server))
		}
		return errors.Join(errs...)
	})
}

// WithInsecure lets [Forward] answer on more than the loopback interface without a key and without
// a list of clients. Default: that is refused.
func WithInsecure() ForwardOption {
	return forwardOption(func(c *forwardConfig) error {
		c.insecure = true
		return nil
	})
}

// WithMaxForwardedTopics bounds how many topics [Forward] subscribes to at the server that are no
// members of its object, 0 to 1,000,000. Topics beyond are logged and not passed on; members and
// the outcomes of futures always are. Default: 1,000.
func WithMaxForwardedTopics(topics int) ForwardOption {
	return forwardOption(func(c *forwardConfig) error {
		if topics < 0 || topics > mostForwardedTopics {
			return fmt.Errorf("pizco/goagent: WithMaxForwardedTopics: %d is not within 0 and %d", topics, mostForwardedTopics)
		}
		c.maxTopics = topics
		return nil
	})
}

// secure returns ErrInsecure when peers on other machines could use the agent without a key of
// their own.
func (c *config) secure() error {
	if err := c.readEnv(); err != nil {
		return err
	}
	named := !c.curve.pair.IsZero() && c.curve.allowed != nil
	if named || !c.protocol.Key.IsZero() || len(c.keys) > 0 {
		return nil
	}
	for _, b := range append([]addressing.Point{c.pub}, c.endpoints...) {
		endpoint, err := b.Bindable()
		if err != nil {
			return fmt.Errorf("pizco/goagent: %w", err)
		}
		if !isLocal(endpoint) {
			return fmt.Errorf("%w: %s", ErrInsecure, endpoint)
		}
	}
	return nil
}

// isLocal reports whether only this machine can reach an endpoint.
func isLocal(endpoint string) bool {
	address, ok := strings.CutPrefix(endpoint, "tcp://")
	if !ok {
		return strings.HasPrefix(endpoint, "ipc://") || strings.HasPrefix(endpoint, "inproc://")
	}
	host, _ := addressing.Split(address)
	ip := addressing.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// WithPubHosts lets servers name these hosts in their pub_endpoint besides the host at which they
// are dialled: names or addresses as they stand there, or "*" for any. What a server says of itself
// is connected to, so that one could have its clients connect to whatever it likes. Default: the
// server's own host only.
func WithPubHosts(hosts ...string) Option {
	return commonOption{func(c *config) error {
		if slices.Contains(hosts, "") {
			return errors.New("pizco/goagent: WithPubHosts: a host is empty: want a name, an address, or \"*\" for any host")
		}
		c.pubHosts = append(c.pubHosts, hosts...)
		return nil
	}}
}
