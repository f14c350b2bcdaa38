package goagent

import (
	"errors"
	"slices"

	"github.com/pizco-go/pizco/wire"
)

// WithKey sets the key that signs messages, such as one of [wire.KeyFromFile] or [wire.KeyFromEnv].
// The log warns of a key whose file others may read. Default: that of PZC_KEY, or none.
func WithKey(key wire.Key) Option {
	return commonOption{func(c *config) error {
		c.protocol.Key = key
		if warning := key.Warning(); warning != "" {
			c.warnings = append(c.warnings, warning)
		}
		return nil
	}}
}

// WithKeys lets peers sign their requests with any of these keys, or with the key of [WithKey], so
// that each client can have its own. An answer is signed with the key of its request, or with the
// first key if the request has no valid signature. A notification is published once for each key
// that a request has been signed with so far; peers ignore notifications signed with other keys.
// [Call.Key] returns the key that a call is signed with. Default: no keys.
func WithKeys(keys ...wire.Key) Option {
	return commonOption{func(c *config) error {
		if slices.ContainsFunc(keys, wire.Key.IsZero) {
			return errors.New("pizco/goagent: WithKeys has an empty key, which would let in everybody")
		}
		c.keys = append(c.keys, keys...)
		return nil
	}}
}

// WithPeerKey sets the key that signs the messages of an agent to the server at an endpoint, and
// that server's. An agent that talks to servers with different keys needs it. Default: the key of
// all others.
func WithPeerKey(endpoint string, key wire.Key) AgentOption {
	return agentOption{func(c *config) error {
		if c.peerKeys == nil {
			c.peerKeys = make(map[string]wire.Key)
		}
		c.peerKeys[endpoint] = key
		return nil
	}}
}

// protocolFor is how the agent talks to the peer at an endpoint that it makes requests to.
func (a *Agent) protocolFor(endpoint string) wire.Protocol {
	protocol := a.protocol()
	if key, ok := a.cfg.peerKeys[endpoint]; ok {
		protocol.Key = key
	}
	return protocol
}
