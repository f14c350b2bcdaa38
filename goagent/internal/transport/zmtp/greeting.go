package zmtp

import "bytes"

// The layout of a greeting (RFC 37, "Greeting"):
//
//	signature 10 | version 2 | mechanism 20 | as-server 1 | filler 31
const (
	greetingSize      = 64
	mechanismAt       = 12
	mechanismSize     = 20
	asServerAt        = 32
	signatureFirst    = 0xff
	signatureLast     = 0x7f
	signatureLastAt   = 9
	greetingMajorAt   = 10
	greetingMinorAt   = 11
	leastMajorVersion = 3
)

// version is a version of ZMTP.
type version struct{ major, minor byte }

// ours is the version that this package speaks.
var ours = version{3, 1}

// hasCommands reports whether a peer of this version understands PING, SUBSCRIBE and CANCEL, which
// came with ZMTP 3.1.
func (v version) hasCommands() bool {
	return v.major > ours.major || v.major == ours.major && v.minor >= ours.minor
}

// greeting is the first that a peer sends.
type greeting struct {
	version   version
	mechanism string
	asServer  bool
}

// bytes returns the greeting as it is on the wire.
func (g greeting) bytes() []byte {
	wire := make([]byte, greetingSize)
	wire[0], wire[signatureLastAt-1], wire[signatureLastAt] = signatureFirst, 1, signatureLast
	wire[greetingMajorAt], wire[greetingMinorAt] = g.version.major, g.version.minor
	copy(wire[mechanismAt:mechanismAt+mechanismSize], g.mechanism)
	if g.asServer {
		wire[asServerAt] = 1
	}
	return wire
}

// checkGreeting looks at the part of a greeting that has come, so that a peer of another protocol
// is told from one that is slow.
func checkGreeting(part []byte) error {
	switch {
	case len(part) > 0 && part[0] != signatureFirst:
		return violation(ErrGreeting, "it begins with %#02x: what listens there does not speak ZeroMQ", part[0])
	case len(part) > signatureLastAt && part[signatureLastAt]&1 == 0:
		return violation(ErrGreeting, "byte 10 is %#02x: the peer speaks ZMTP 1.0 or another protocol", part[signatureLastAt])
	case len(part) > greetingMajorAt && part[greetingMajorAt] < leastMajorVersion:
		return violation(ErrGreeting, "the peer speaks ZMTP %d, which is older than 3.0", part[greetingMajorAt])
	}
	return nil
}

// parseGreeting reads a whole greeting. Neither the padding of the signature nor the filler is
// looked at, nor as-server, which libzmq never sets.
func parseGreeting(wire []byte) (greeting, error) {
	if len(wire) != greetingSize {
		return greeting{}, violation(ErrGreeting, "%d bytes", len(wire))
	}
	if err := checkGreeting(wire); err != nil {
		return greeting{}, err
	}
	name, padding, _ := bytes.Cut(wire[mechanismAt:mechanismAt+mechanismSize], []byte{0})
	if len(bytes.Trim(padding, "\x00")) > 0 || !isMechanismName(name) {
		return greeting{}, violation(ErrGreeting, "mechanism %q", wire[mechanismAt:mechanismAt+mechanismSize])
	}
	return greeting{
		version:   version{wire[greetingMajorAt], wire[greetingMinorAt]},
		mechanism: string(name),
		asServer:  wire[asServerAt] == 1,
	}, nil
}

// isMechanismName reports whether it is a name of RFC 37's "mechanism" rule.
func isMechanismName(name []byte) bool {
	for _, c := range name {
		switch {
		case 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.', c == '+':
		default:
			return false
		}
	}
	return len(name) > 0
}
