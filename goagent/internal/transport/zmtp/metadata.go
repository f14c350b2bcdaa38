package zmtp

import (
	"encoding/binary"
	"strings"
)

// The properties of a socket that peers tell each other (RFC 37, "Connection Metadata").
const (
	propertySocketType = "Socket-Type"
	propertyIdentity   = "Identity"
)

// socketType is the type of a socket, as the property Socket-Type has it.
type socketType string

const (
	typeReq    socketType = "REQ"
	typeRep    socketType = "REP"
	typeDealer socketType = "DEALER"
	typeRouter socketType = "ROUTER"
	typePub    socketType = "PUB"
	typeXPub   socketType = "XPUB"
	typeSub    socketType = "SUB"
	typeXSub   socketType = "XSUB"
)

// peers has the types that this package's sockets talk to (RFC 37, "The Socket-Type Property").
var peers = map[socketType][]socketType{
	typeRouter: {typeReq, typeDealer, typeRouter},
	typeDealer: {typeRep, typeDealer, typeRouter},
	typeXPub:   {typeSub, typeXSub},
	typeSub:    {typePub, typeXPub},
}

// fits reports whether a socket of this type may talk to one of the other.
func (t socketType) fits(other socketType) bool {
	for _, allowed := range peers[t] {
		if allowed == other {
			return true
		}
	}
	return false
}

// metadata is what is known of a peer from its handshake.
type metadata struct {
	socketType socketType
	identity   []byte
}

// appendMetadata appends what a socket of a type says of itself. As libzmq does it, only sockets of
// requests have an identity, which is empty.
func appendMetadata(to []byte, t socketType) []byte {
	to = appendProperty(to, propertySocketType, []byte(t))
	if t == typeDealer || t == typeRouter {
		to = appendProperty(to, propertyIdentity, nil)
	}
	return to
}

func appendProperty(to []byte, name string, value []byte) []byte {
	to = append(append(to, byte(len(name))), name...)
	to = binary.BigEndian.AppendUint32(to, uint32(len(value)))
	return append(to, value...)
}

// parseMetadata reads the properties of a peer, whose names are the same in any case (RFC 37,
// "Connection Metadata"). Unknown properties are skipped.
func parseMetadata(data []byte) (m metadata, err error) {
	for len(data) > 0 {
		var name string
		var value []byte
		if name, value, data, err = parseProperty(data); err != nil {
			return metadata{}, err
		}
		switch {
		case strings.EqualFold(name, propertySocketType):
			m.socketType = socketType(value)
		case strings.EqualFold(name, propertyIdentity):
			m.identity = value
		}
	}
	return m, nil
}

func parseProperty(data []byte) (name string, value, rest []byte, err error) {
	const sizeOfSize = 4
	size := int(data[0])
	if size == 0 || len(data) < 1+size+sizeOfSize {
		return "", nil, nil, violation(ErrHandshake, "a property's name of %d bytes in %d", size, len(data))
	}
	name, data = string(data[1:1+size]), data[1+size:]
	length := uint64(binary.BigEndian.Uint32(data))
	data = data[sizeOfSize:]
	if length > uint64(len(data)) {
		return "", nil, nil, violation(ErrHandshake, "property %q of %d bytes in %d", name, length, len(data))
	}
	return name, data[:length], data[length:], nil
}
