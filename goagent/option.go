package goagent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/pizco-go/pizco/goagent/internal/addressing"
	"github.com/pizco-go/pizco/internal/loglimit"
	"github.com/pizco-go/pizco/wire"
)

// AgentOption changes a setting of an [Agent].
type AgentOption interface{ applyToAgent(*config) error }

// ServeOption changes a setting of a [Server].
type ServeOption interface{ applyToServer(*config) error }

// DialOption changes a setting of a [Proxy].
type DialOption interface{ applyToProxy(*config) error }

// ForwardOption changes a setting of a [Forwarder].
type ForwardOption interface{ applyToForwarder(*forwardConfig) error }

// Option changes a setting that agents, servers and proxies have. As an option of [Forward] it is
// for the side of the clients.
type Option interface {
	AgentOption
	ServeOption
	DialOption
	ForwardOption
}

// setting is what options are made of.
type setting func(*config) error

type commonOption struct{ set setting }

func (o commonOption) applyToAgent(c *config) error  { return o.set(c) }
func (o commonOption) applyToServer(c *config) error { return o.set(c) }
func (o commonOption) applyToProxy(c *config) error  { return o.set(c) }

func (o commonOption) applyToForwarder(c *forwardConfig) error { return o.set(&c.clients) }

type agentOption struct{ set setting }

func (o agentOption) applyToAgent(c *config) error { return o.set(c) }

type serveOption struct{ set setting }

func (o serveOption) applyToServer(c *config) error { return o.set(c) }

type dialOption struct{ set setting }

func (o dialOption) applyToProxy(c *config) error { return o.set(c) }

// WithEndpoint adds an endpoint to listen at: "tcp://host:port", "ipc://path" or "inproc://name".
// tcp without a port, or with port 0, means a port that the system chooses. "*" as the host means
// every interface. The host may be an address, the name of a network interface, such as "eth0", or
// a name of this host's. The name of the first endpoint is the agent's name, its sender string.
// Default: tcp://127.0.0.1:0.
//
// Peers may know the endpoint by another name: WithEndpoint("tcp://*:8000",
// As("tcp://lab.example:8000")). The original's proxies reject answers unless this name is the very
// string that they dialled.
func WithEndpoint(endpoint string, as ...As) Option {
	return commonOption{func(c *config) error {
		name, err := onlyName(endpoint, as)
		if err != nil {
			return err
		}
		if strings.Contains(endpoint, "+") || strings.Contains(name, "+") {
			return fmt.Errorf("pizco/goagent: endpoint %q: a sender cannot hold a plus sign: %w", endpoint, wire.ErrUnsendable)
		}
		c.endpoints = append(c.endpoints, addressing.Point{Bind: endpoint, Advertise: name})
		return nil
	}}
}

// As is the name that peers know an endpoint by, an endpoint itself. With it a server behind a
// forwarded port, or one that listens at every interface, tells peers where they reach it. An empty
// name is the endpoint itself. One without a port, or with port 0, gets the port that was bound.
type As string

// onlyName returns the name of an endpoint, which has one at most.
func onlyName(endpoint string, as []As) (string, error) {
	switch len(as) {
	case 0:
		return "", nil
	case 1:
		return string(as[0]), nil
	}
	return "", fmt.Errorf("pizco/goagent: endpoint %q has %d names: want one", endpoint, len(as))
}

// WithPubEndpoint sets the endpoint of notifications. Default: a port that the system chooses, on
// the host of WithEndpoint; of several hosts, on the one that most peers reach. (The original
// publishes on 127.0.0.1 whatever the endpoint of its requests is.) Peers may reach it by another
// name. Without one, an endpoint that is bound to every interface is advertised with the host of
// the endpoint that a peer asks at.
func WithPubEndpoint(endpoint string, as ...As) Option {
	return commonOption{func(c *config) error {
		name, err := onlyName(endpoint, as)
		if err != nil {
			return err
		}
		c.pub = addressing.Point{Bind: endpoint, Advertise: name}
		return nil
	}}
}

// WithProtocol sets the key, the serializer and the limits of messages. Default: what the
// environment variables PZC_KEY and PZC_SER say ([wire.FromEnv]).
func WithProtocol(p wire.Protocol) Option {
	return commonOption{func(c *config) error {
		c.protocol, c.protocolSet = p, true
		c.encodeHooks, c.decodeHooks = p.PickleEncode != nil, p.PickleDecode != nil
		return nil
	}}
}

// WithSerializer sets the serializer that messages are written with: "pickle", "pickle0" to
// "pickle5" or "json". A server answers in the serializer of the request; this one is for
// notifications.
//
// A notification goes to all subscribers at once. Plain "pickle" is for them no higher than the
// lowest pickle protocol in which a peer has sent a request in plain "pickle". That is the highest
// protocol that its Python knows: 2 for Python 2.7. Default: the serializer of PZC_SER, or
// "pickle".
func WithSerializer(name string) Option {
	return commonOption{func(c *config) error {
		if _, err := wire.Lookup(name); err != nil {
			return err
		}
		c.protocol.Serializer = name
		return nil
	}}
}

// WithLogger sets where to log; nil logs nothing. Default: errors alone, such as a slot's, to
// slog.Default(). Contents of messages are not logged, nor is the key. Of each kind of line 20 are
// written at once, and then one a second with the number of lines that were left out. Peers can
// cause any number of them.
func WithLogger(l *slog.Logger) Option {
	return commonOption{func(c *config) error {
		if l == nil {
			l = slog.New(slog.DiscardHandler)
		}
		c.logger = loglimit.New(l)
		return nil
	}}
}

// WithInterceptor adds a function around every call that a proxy makes or a server gets. The first
// one added is the outermost. Default: no interceptor.
func WithInterceptor(i Interceptor) Option {
	return commonOption{func(c *config) error {
		if i == nil {
			return errors.New("pizco/goagent: WithInterceptor has no function")
		}
		c.interceptors = append(c.interceptors, i)
		return nil
	}}
}

// WithRequestHandler sets what answers requests other than 'info' and 'stop', for an agent that
// serves no object but contents of its own. It mirrors Agent.on_request. A handler that fails has
// the peer told no more than that its request was not understood. It runs in a goroutine of its own
// for each request. Default: they are echoed.
func WithRequestHandler(h func(ctx context.Context, r *Request) (any, error)) AgentOption {
	return agentOption{func(c *config) error {
		c.onRequest = h
		return nil
	}}
}

// WithTopicHandler sets a function that is called for each subscription to a topic, and for its
// end, with the number of subscribers after it. So are on_subscribe and on_unsubscribe of the
// original. All connections that subscribe to one sender's topic count as one.
//
// It is called from a goroutine of its own, one change after the other, and may use and close the
// agent. When changes come faster than it takes them, 10,000 of them wait; of further
// ones it gets each topic's last number. Default: no function.
func WithTopicHandler(h func(topic string, subscribers int)) Option {
	return commonOption{func(c *config) error {
		c.onTopic = h
		return nil
	}}
}

// WithPublishHandler sets a function that is told the topic of each notification that is published,
// before it is sent. It must be quick and safe for concurrent use. Default: none.
func WithPublishHandler(h func(topic string)) Option {
	return commonOption{func(c *config) error {
		c.onPublish = h
		return nil
	}}
}

// WithStopRefused has requests to stop from peers echoed instead of obeyed, for a server that no
// client may end. Default: they are obeyed.
func WithStopRefused() Option {
	return commonOption{func(c *config) error {
		c.refuseStop = true
		return nil
	}}
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
