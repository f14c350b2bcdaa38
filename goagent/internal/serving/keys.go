package serving

import (
	"errors"
	"slices"
	"sync"

	"github.com/pizco-go/pizco/wire"
)

// Keys are what requests may be signed with.
type Keys struct {
	protocol wire.Protocol
	further  []wire.Key

	mu sync.Mutex
	// used are the keys that requests have been signed with, where there are several.
	used []wire.Key
}

// NewKeys returns the protocol's key and further ones.
func NewKeys(protocol wire.Protocol, further []wire.Key) *Keys {
	return &Keys{protocol: protocol, further: further}
}

// Parse parses a request, which is likely to come from the same peer as another. It returns the key
// that the request is signed with, which its answer is to be signed with as well.
func (k *Keys) Parse(frames [][]byte, like wire.Message) (msg wire.Message, key wire.Key, err error) {
	protocol := k.protocol
	msg, err = protocol.ParseLike(frames, like)
	if len(k.further) == 0 {
		return msg, protocol.Key, err
	}
	for i := 0; i < len(k.further) && errors.Is(err, wire.ErrSignature); i++ {
		protocol.Key = k.further[i]
		msg, err = protocol.ParseLike(frames, like)
	}
	if err != nil {
		return msg, k.protocol.Key, err
	}
	k.use(protocol.Key)
	return msg, protocol.Key, nil
}

// use notes that a peer knows a key.
func (k *Keys) use(key wire.Key) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !slices.ContainsFunc(k.used, key.Equal) {
		k.used = append(slices.Clip(k.used), key)
	}
}

// Publishing returns the keys that notifications are signed with. Each peer knows one of them.
func (k *Keys) Publishing() []wire.Key {
	if len(k.further) == 0 {
		return []wire.Key{k.protocol.Key}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.used
}
