package goagent

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pizco-go/pizco/goagent/curve"
	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// curveSettings are the keys of an agent that speaks CURVE.
type curveSettings struct {
	pair    curve.KeyPair
	allowed func(curve.PublicKey) bool
	// servers has the keys of the servers by endpoint; that of "" is for all others.
	servers map[string]curve.PublicKey
}

// WithCurve has all that the agent, server or proxy sends and receives encrypted with CURVE,
// ZeroMQ's encryption, under its key pair. Clients must know the public key of the server that they
// dial ([WithCurvePeer]); a server lets in every client that knows its own unless
// [WithCurveClients] names them. Peers that do not speak CURVE cannot connect, which includes peers
// of the original. Endpoints of the inproc kind cannot be used. Default: nothing is encrypted.
func WithCurve(pair curve.KeyPair) Option {
	return commonOption{func(c *config) error {
		if pair.IsZero() {
			return errors.New("pizco/goagent: WithCurve has no key pair: make one with curve.Generate or read one with curve.ReadSecret")
		}
		c.curve.pair = pair
		return nil
	}}
}

// WithCurvePeer sets the public key of the server that a proxy dials, or of all servers that an
// agent makes requests to. When endpoints follow, it is only for the servers at these. Without
// [WithCurve] a key pair is made for the purpose, which is enough for servers that let in every
// client.
func WithCurvePeer(server curve.PublicKey, endpoints ...string) Option {
	return commonOption{func(c *config) error {
		if server.IsZero() {
			return errors.New("pizco/goagent: WithCurvePeer has no key: it is the public key of the server's pair")
		}
		if c.curve.servers == nil {
			c.curve.servers = make(map[string]curve.PublicKey)
		}
		if len(endpoints) == 0 {
			endpoints = []string{""}
		}
		for _, endpoint := range endpoints {
			c.curve.servers[endpoint] = server
		}
		return nil
	}}
}

// WithCurveClients lets in the clients with these public keys only, as curve.ReadPublic reads them
// from a file or a folder; it needs [WithCurve]. The keys of several calls add up. Default: every
// client that knows the server's public key.
func WithCurveClients(clients ...curve.PublicKey) Option {
	keys := slices.Clone(clients)
	return WithCurveClientsFunc(func(client curve.PublicKey) bool { return slices.Contains(keys, client) })
}

// WithCurveClientsFunc lets in the clients for which allowed returns true, besides the clients of
// [WithCurveClients]. It is called for each connection, so its answer may change; existing
// connections stay. A client that is not let in gets [ErrRefused]. It must be quick and safe for
// concurrent use.
func WithCurveClientsFunc(allowed func(client curve.PublicKey) bool) Option {
	return commonOption{func(c *config) error {
		if allowed == nil {
			return errors.New("pizco/goagent: WithCurveClientsFunc has no function")
		}
		before := c.curve.allowed
		c.curve.allowed = func(client curve.PublicKey) bool {
			return before != nil && before(client) || allowed(client)
		}
		return nil
	}}
}

// finish makes the key pair of one who has none of its own.
func (s *curveSettings) finish() (err error) {
	switch {
	case !s.pair.IsZero():
	case s.allowed != nil:
		return errors.New("pizco/goagent: WithCurveClients needs the server's own key pair: add WithCurve")
	case s.servers != nil:
		s.pair, err = curve.Generate()
	}
	return err
}

// listening returns the settings of the agent's own sockets.
func (c *config) listening() transport.Settings {
	settings := c.sockets
	settings.CutOff = c.logCutOff
	if !c.curve.pair.IsZero() {
		settings.Curve = &transport.Curve{Pair: c.curve.pair, Allowed: c.curve.allowed}
	}
	return settings
}

// dialling returns the settings of sockets that connect to a peer.
func (c *config) dialling(endpoint string) (transport.Settings, error) {
	settings := c.sockets
	if c.curve.pair.IsZero() {
		return settings, nil
	}
	key, ok := c.curve.servers[endpoint]
	if !ok {
		key, ok = c.curve.servers[""]
	}
	if !ok {
		return settings, fmt.Errorf("pizco/goagent: no CURVE key of the server at %s: set its public key with WithCurvePeer", endpoint)
	}
	settings.Curve = &transport.Curve{Pair: c.curve.pair, Server: key}
	return settings, nil
}
