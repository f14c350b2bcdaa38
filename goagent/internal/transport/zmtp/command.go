package zmtp

import (
	"encoding/binary"
	"time"
)

// The commands of ZMTP 3.1 and NULL (RFC 37, "Framing" and "Commands").
const (
	commandReady     = "READY"
	commandError     = "ERROR"
	commandPing      = "PING"
	commandPong      = "PONG"
	commandSubscribe = "SUBSCRIBE"
	commandCancel    = "CANCEL"
)

const (
	// contextMost is the size of the largest context of a PING that has to be echoed.
	contextMost = 16
	// ttlUnit is what the TTL of a PING counts.
	ttlUnit = 100 * time.Millisecond
)

// appendCommand appends the body of a command's frame.
func appendCommand(to []byte, name string, data ...byte) []byte {
	return append(append(append(to, byte(len(name))), name...), data...)
}

// appendCommandFrame appends a command with its frame.
func appendCommandFrame(to []byte, name string, data []byte) []byte {
	to = appendHeader(to, flagCommand, 1+len(name)+len(data))
	return appendCommand(to, name, data...)
}

// parseCommand takes the body of a command's frame apart. The data shares the body's memory.
func parseCommand(body []byte) (name string, data []byte, err error) {
	if len(body) == 0 {
		return "", nil, violation(ErrCommand, "no name")
	}
	size := int(body[0])
	if size == 0 || size > len(body)-1 {
		return "", nil, violation(ErrCommand, "a name of %d bytes in a command of %d", size, len(body))
	}
	return string(body[1 : 1+size]), body[1+size:], nil
}

// appendPing appends the data of a PING: how long the sender may be silent before it is given up.
func appendPing(to []byte, ttl time.Duration) []byte {
	return binary.BigEndian.AppendUint16(to, uint16(min(ttl/ttlUnit, 1<<16-1)))
}

// parsePing returns the time to live of a PING, 0 for ever, and the context that a PONG carries
// back.
func parsePing(data []byte) (ttl time.Duration, context []byte, err error) {
	if len(data) < 2 {
		return 0, nil, violation(ErrCommand, "a PING without a time to live")
	}
	context = data[2:]
	if len(context) > contextMost {
		return 0, nil, violation(ErrCommand, "a PING with a context of %d bytes", len(context))
	}
	return time.Duration(binary.BigEndian.Uint16(data)) * ttlUnit, context, nil
}

// appendError appends the data of an ERROR: why a connection is refused.
func appendError(to []byte, reason string) []byte {
	reason = reason[:min(len(reason), shortMost)]
	return append(append(to, byte(len(reason))), reason...)
}

// parseError returns the reason in an ERROR of the peer as an error.
func parseError(data []byte) error {
	if len(data) == 0 || int(data[0]) != len(data)-1 {
		return violation(ErrCommand, "an ERROR of %d bytes", len(data))
	}
	return violation(ErrRejected, "%q", data[1:])
}

// parseSubscription returns the topic of what a SUB socket sends: a SUBSCRIBE or CANCEL command of
// ZMTP 3.1, or a message of 1 or 0 and the topic, as in ZMTP 3.0 (RFC 29, "The SUB Socket Type").
// It is not ok when the frame is neither.
func parseSubscription(flags byte, body []byte) (topic []byte, on, ok bool) {
	if flags&flagCommand != 0 {
		name, data, err := parseCommand(body)
		return data, name == commandSubscribe, err == nil && (name == commandSubscribe || name == commandCancel)
	}
	if flags&flagMore != 0 || len(body) == 0 || body[0] > 1 {
		return nil, false, false
	}
	return body[1:], body[0] == 1, true
}

// appendSubscription appends a subscription, or its end, as a frame that a peer of that version
// takes.
func appendSubscription(to []byte, v version, topic string, on bool) (flags byte, body []byte) {
	if v.hasCommands() {
		name := commandCancel
		if on {
			name = commandSubscribe
		}
		return flagCommand, append(appendCommand(to, name), topic...)
	}
	first := byte(0)
	if on {
		first = 1
	}
	return 0, append(append(to, first), topic...)
}
