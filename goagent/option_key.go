package goagent

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/pizco-go/pizco/internal/secretfile"
	"github.com/pizco-go/pizco/wire"
)

// WithKey sets the key that signs messages. Default: that of PZC_KEY, or none.
func WithKey(key []byte) Option {
	return commonOption{func(c *config) error {
		c.protocol.Key = wire.NewKey(key)
		return nil
	}}
}

// WithKeyFile sets the key that signs messages to the content of a file, without a line feed at its
// end. The log warns of a file that others may read. Default: as for WithKey.
func WithKeyFile(path string) Option {
	return commonOption{func(c *config) (err error) {
		c.protocol.Key, err = KeyFromFile(path)
		if warning := secretfile.Exposed(path); warning != "" && err == nil {
			c.warnings = append(c.warnings, warning)
		}
		return err
	}}
}

// WithKeyEnv sets the key that signs messages to the value of an environment variable, which must
// be set. Default: as for WithKey.
func WithKeyEnv(variable string) Option {
	return commonOption{func(c *config) (err error) {
		c.protocol.Key, err = KeyFromEnv(variable)
		return err
	}}
}

// WithKeys lets peers sign their requests with any of these keys, besides that of [WithKey] if
// there is one, so that each client can have its own. An answer is signed with the key of its
// request, and the one to a request that is signed with none of them with the first. A notification
// is published once for each key that a request has been signed with so far; peers ignore those
// that are signed with the keys of others. [Call.Key] tells which key a call is signed with.
// Default: none.
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
// that server's. Default: the key of all others.
func WithPeerKey(endpoint string, key wire.Key) AgentOption {
	return agentOption{func(c *config) error {
		if c.peerKeys == nil {
			c.peerKeys = make(map[string]wire.Key)
		}
		c.peerKeys[endpoint] = key
		return nil
	}}
}

// KeyFromFile returns the key that is the content of a file, without a line feed at its end.
func KeyFromFile(path string) (wire.Key, error) {
	key, err := secretfile.Read(path)
	if errors.Is(err, secretfile.ErrEmpty) {
		return wire.Key{}, fmt.Errorf("pizco/goagent: key file %s is empty", path)
	}
	if err != nil {
		return wire.Key{}, fmt.Errorf("pizco/goagent: key file: %w", err)
	}
	return wire.NewKey(key), nil
}

// KeyFromEnv returns the key that is the value of an environment variable.
func KeyFromEnv(variable string) (wire.Key, error) {
	key := os.Getenv(variable)
	if key == "" {
		return wire.Key{}, fmt.Errorf("pizco/goagent: the environment variable %s has no key", variable)
	}
	return wire.NewKey([]byte(key)), nil
}
