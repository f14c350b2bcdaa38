package goagent

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/addressing"
	"github.com/pizco-go/pizco/goagent/internal/dispatch"
	"github.com/pizco-go/pizco/goagent/internal/emission"
	"github.com/pizco-go/pizco/goagent/internal/peer"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/serving"
	"github.com/pizco-go/pizco/goagent/internal/topics"
	"github.com/pizco-go/pizco/goagent/object"
)

// forwardWait is how long a forwarded request waits for the server to be connected.
const forwardWait = 2 * time.Second

// Forwarder answers at endpoints of its own for a server somewhere else, such as one in a lab's
// inner network, for clients outside. The clients need no change. Each side has its own key and
// encryption.
//
// It decodes and checks what it passes on, and writes it anew. Requests, answers and notifications
// hold plain values ([py.CheckPlain]), and objects of the classes of [WithClasses] that are among
// the options of the clients' side. Only objects of these classes can a client have the server make
// ([Proxy.Instantiate]). A request with anything else is answered with a TypeError, as is an
// answer. A notification with anything else is left out, and the log counts them.
type Forwarder struct {
	outer, inner *Agent
	server       *peer.Peer
	values       object.Policy
	topics       *topics.Forwarded
	order        *emission.Relay
	refused      dispatch.Rejections // notifications that were left out
}

// Forward opens the endpoints of a Forwarder for the server at the endpoint target. It starts
// connecting to the server, and does not wait for that. Options such as [WithEndpoint] and
// [WithKey] are for the side of the clients; [WithServerSide] has those for the side of the server.
//
// It fails with [ErrInsecure] when everybody could use it on more than the loopback interface. That
// takes a key, CURVE with a list of clients, or [WithInsecure].
//
// Requests that come while the server is not connected fail with a ConnectionError after two
// seconds. Requests on their way when the connection is lost fail at once. Both errors are in the
// dialect of pizco 0.1. Requests to stop are not passed on.
//
// A notification that comes from the server while requests are on their way leaves after their
// replies, but waits for 40 ms at most. The forwarder subscribes to a signal at the server for as
// long as a client subscribes to it here, up to [WithMaxForwardedTopics].
func Forward(target string, options ...ForwardOption) (*Forwarder, error) {
	cfg := forwardConfig{clients: defaultConfig(), server: defaultConfig(), maxTopics: defaultMaxForwardedTopics}
	var errs []error
	for _, o := range options {
		errs = append(errs, o.applyToForwarder(&cfg))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	cfg.clients.refuseStop = true
	if !cfg.insecure {
		if err := cfg.clients.secure(); err != nil {
			return nil, err
		}
	}
	inner, err := openAgent(cfg.server)
	if err != nil {
		return nil, err
	}
	inner.start()
	f := &Forwarder{inner: inner, values: cfg.clients.object.Values}
	f.order = emission.NewRelay(f.publish)
	if f.server, err = inner.peerAt(target); err != nil {
		return nil, errors.Join(err, inner.Close())
	}
	if f.outer, err = openAgent(cfg.clients); err != nil {
		return nil, errors.Join(err, inner.Close())
	}
	f.topics = topics.NewForwarded(topics.Settings{
		Context: f.outer.ctx, Log: f.outer.log, Target: forwardTarget{f}, Confirm: f.outer.confirmSubscriptions,
		Limit: cfg.maxTopics, Wait: forwardWait,
	})
	f.outer.host.Serve = f.serve
	f.outer.onTopic = f.topics.Changed
	f.outer.onConfirm = f.topics.ConfirmLater
	go f.topics.Run()
	f.server.OnStatus(func(s peer.Status, _ error) {
		if s == peer.Connected {
			f.topics.Again()
		}
	})
	f.outer.start()
	return f, nil
}

// Endpoint returns the name of the first endpoint, which is what clients dial.
func (f *Forwarder) Endpoint() string { return f.outer.Endpoint() }

// PubEndpoint returns the endpoint of the notifications.
func (f *Forwarder) PubEndpoint() string { return f.outer.PubEndpoint() }

// Status returns the state of the connection to the server.
func (f *Forwarder) Status() Status { return Status(f.server.Status()) }

// Close ends the forwarding. Requests that are on their way are not answered.
func (f *Forwarder) Close() error {
	f.order.Close()
	return errors.Join(f.outer.Close(), f.inner.Close())
}

// answerFeatures tells what both this side and the server can do. Subscriptions are confirmed here.
func (f *Forwarder) answerFeatures(to *serving.Responder) {
	limited, cancel := context.WithTimeout(f.outer.ctx, forwardWait)
	defer cancel()
	names := []any{psmessage.FeatureConfirm}
	for _, feature := range []string{psmessage.FeatureCancel, psmessage.FeatureGetattr, psmessage.FeatureDescribe} {
		has, err := f.server.Has(limited, feature)
		if err != nil {
			to.Reject(err)
			return
		}
		if has {
			names = append(names, feature)
		}
	}
	to.Answer(psmessage.Features(names...))
}

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
func WithMaxForwardedTopics(most int) ForwardOption {
	return forwardOption(func(c *forwardConfig) error {
		if most < 0 || most > mostForwardedTopics {
			return fmt.Errorf("pizco/goagent: WithMaxForwardedTopics: %d is not within 0 and %d", most, mostForwardedTopics)
		}
		c.maxTopics = most
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
