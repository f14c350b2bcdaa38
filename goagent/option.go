package goagent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/addressing"
	"github.com/pizco-go/pizco/goagent/internal/queue"
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

// WithMaxMessage bounds the size in bytes of one frame of a message from a peer. All frames of a
// message together may have a mebibyte more. A peer that sends a larger one is disconnected. 0
// means no bound. Default: 1 GiB.
func WithMaxMessage(bytes int64) Option {
	return commonOption{func(c *config) error {
		c.sockets.MaxFrame = max(bytes, 0)
		c.protocol.Limits.Content = int(max(bytes, 0))
		return nil
	}}
}

// WithHighWater sets how many messages wait in a socket for one peer, or from it, before it is held
// back or, when it is a subscriber, loses some. 0 means any number. Default: 100,000.
func WithHighWater(messages int) Option {
	return commonOption{func(c *config) error {
		c.sockets.HighWater = max(messages, 0)
		return nil
	}}
}

// WithLinger bounds how long Close may take to send what is on its way out. Default:
// 1 s.
func WithLinger(d time.Duration) Option {
	return commonOption{func(c *config) error {
		c.sockets.Linger = max(d, 0)
		return nil
	}}
}

// WithHeartbeat asks the dialled peers for a sign of life at that interval, and gives up the
// connection after three are missing. So a peer that has vanished without closing its connections
// is noticed. Peers give up this side likewise, so that a server notices a client that has this
// option.
//
// Peers that cannot answer are not asked (libzmq before 4.3.3, which pyzmq 19 and older bring). For
// them the system's own keepalive takes as long, in whole seconds. That notices a host that has
// vanished, but not a program that has been stopped: its system answers for it. Default: no
// heartbeat; the keepalive of tcp alone, which takes about a minute.
func WithHeartbeat(interval time.Duration) Option {
	return commonOption{func(c *config) error {
		c.sockets.Heartbeat = max(interval, 0)
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

// WithRequestHandler sets what answers requests other than 'info' and 'stop'. A handler that fails
// has the peer told no more than that its request was not understood. It runs in a goroutine of its
// own for each request. Default: they are echoed.
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

// WithStopRefused has requests to stop from peers echoed instead of obeyed. Default: they are
// obeyed.
func WithStopRefused() Option {
	return commonOption{func(c *config) error {
		c.refuseStop = true
		return nil
	}}
}

// WithDialect sets in which form exceptions are sent. Default: [Release01].
func WithDialect(d Dialect) ServeOption {
	return serveOption{func(c *config) error {
		if d != Release01 && d != Master {
			return fmt.Errorf("pizco/goagent: %d is no dialect", d)
		}
		c.dialect = d
		return nil
	}}
}

// WithConcurrency sets how many calls of the served object run at a time; 0 means any number, for
// an object that is safe for concurrent use. Calls that wait are run one client after the other.
// Default: 1, as in the original.
func WithConcurrency(calls int) ServeOption {
	return serveOption{func(c *config) error {
		c.concurrency = max(calls, 0)
		return nil
	}}
}

// WithMaxRequests bounds how many requests an agent or a server holds, waiting or running. At that
// number, requests of clients that have their share or more are refused, which a proxy sees as a
// RuntimeError. Clients with less are served, up to twice the number. Requests for information and
// to stop are always answered. Default: 10,000.
func WithMaxRequests(requests int) Option {
	return commonOption{func(c *config) error {
		c.maxRequests = max(requests, 1)
		return nil
	}}
}

// The least and the greatest value of WithMaxRequestMemory.
const (
	leastRequestMemory = 1 << 20
	mostRequestMemory  = 1 << 40
)

// WithMaxRequestMemory bounds about how many bytes of memory the values of one request may take
// while it is read, beyond the size of the request. It is from 1 MiB to 1 TiB. Small requests are
// bounded further, by 64 MiB and 24 bytes for each of their bytes. A request that would take more
// is rejected before its values are made, and logged. Default: 256 MiB.
func WithMaxRequestMemory(bytes int64) Option {
	return commonOption{func(c *config) error {
		if bytes < leastRequestMemory || bytes > mostRequestMemory {
			return fmt.Errorf("pizco/goagent: WithMaxRequestMemory: %d is not within %d and %d", bytes, int64(leastRequestMemory), int64(mostRequestMemory))
		}
		c.maxMemory = bytes
		return nil
	}}
}

// WithFutureGrace sets how long after the reply that announces a future its outcome is published at
// the soonest. Proxies of the original wait for ever for an outcome that overtakes the reply;
// proxies of this library need no grace. So 0 is for a server without clients of the original, and
// more than the default is for clients of the original on a slow network. Default: 20 ms.
func WithFutureGrace(d time.Duration) ServeOption {
	return serveOption{func(c *config) error {
		c.futureGrace = max(d, 0)
		return nil
	}}
}

// WithSignalHold bounds how long a notification that is published inside a call waits for the
// call's reply. The original publishes after the reply, and its clients rely on it: their slots
// cannot use a proxy that waits for a reply. Notifications of a call that takes longer leave before
// its reply, after this time; so the progress of a long call arrives that late.
//
// What other goroutines publish during a call waits for 20 ms at most. When more than 1000
// notifications or 16 MiB wait, the first leave. The order of notifications is kept.
//
// Where the caller is an agent of this library, a notification leaves right after the reply. Where
// it is a client of the original, it leaves 20 ms later, when the client's main thread has taken
// the reply from its request socket. If the same client calls again in this time, it waits for that
// reply too, at most 50 ms in all. A subscriber that subscribes while it waits, after the last
// other subscriber has gone, does not get it. 0 publishes at once. Default: 1 s.
func WithSignalHold(d time.Duration) ServeOption {
	return serveOption{func(c *config) error {
		c.signalHold = max(d, 0)
		return nil
	}}
}

// WithSlotQueue sets how many notifications wait for the slots of a proxy, at least 1, and what
// happens to notifications without room. [Proxy.Dropped] counts what is lost. Default:
// 10,000, DropOldest.
func WithSlotQueue(length int, overflow Overflow) DialOption {
	return dialOption{func(c *config) error {
		if overflow < DropOldest || overflow > Block {
			return fmt.Errorf("pizco/goagent: %d is no policy of a queue", overflow)
		}
		c.slotQueue, c.overflow = max(length, 1), queue.Overflow(overflow)
		return nil
	}}
}

// WithStatusHandler sets a function that is told of each change of a proxy's connection, from its
// first [Connected] on, with the reason if there is one. It is called from a goroutine of the
// proxy, one change after the other. Default: none.
func WithStatusHandler(h func(Status, error)) DialOption {
	return dialOption{func(c *config) error {
		c.onStatus = h
		return nil
	}}
}

// WithDialTimeout bounds how long [Dial] waits for a server that is not there yet, where its
// context has no deadline. It also bounds how long a call that needs notifications waits for a
// server that cannot be reached. 0 waits forever. Default: 10 s.
func WithDialTimeout(d time.Duration) DialOption {
	return dialOption{func(c *config) error {
		c.dialTimeout = max(d, 0)
		return nil
	}}
}
