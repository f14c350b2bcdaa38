package goagent

import (
	"errors"
	"slices"

	"github.com/pizco-go/pizco/wire"
)

// parse parses a request, which is likely to come from the same peer as another, and returns the
// key that it is signed with, and that its answer is to be signed with.
func (a *Agent) parse(frames [][]byte, like wire.Message) (msg wire.Message, key wire.Key, err error) {
	protocol := a.protocol()
	msg, err = protocol.ParseLike(frames, like)
	if len(a.cfg.keys) == 0 {
		return msg, protocol.Key, err
	}
	for i := 0; i < len(a.cfg.keys) && errors.Is(err, wire.ErrSignature); i++ {
		protocol.Key = a.cfg.keys[i]
		msg, err = protocol.ParseLike(frames, like)
	}
	if err != nil {
		return msg, a.cfg.protocol.Key, err
	}
	a.use(protocol.Key)
	return msg, protocol.Key, nil
}

// use notes that a peer knows a key.
func (a *Agent) use(key wire.Key) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !slices.ContainsFunc(a.usedKeys, key.Equal) {
		a.usedKeys = append(slices.Clip(a.usedKeys), key)
	}
}

// publishingKeys returns the keys that notifications are signed with. Each peer knows one of them.
func (a *Agent) publishingKeys() []wire.Key {
	if len(a.cfg.keys) == 0 {
		return []wire.Key{a.cfg.protocol.Key}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.usedKeys
}

// protocolFor is how the agent talks to the peer at an endpoint that it makes requests to.
func (a *Agent) protocolFor(endpoint string) wire.Protocol {
	protocol := a.protocol()
	if key, ok := a.cfg.peerKeys[endpoint]; ok {
		protocol.Key = key
	}
	return protocol
}
