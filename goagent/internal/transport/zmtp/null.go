package zmtp

// null is the mechanism without security: each side sends READY with its metadata (RFC 37, "The
// NULL Security Mechanism").
type null struct{ own socketType }

func (n null) name() string { return "NULL" }

func (n null) start() mechanism { return &nullHandshake{own: n.own} }

type nullHandshake struct {
	own   socketType
	other metadata
}

// begin sends READY without waiting for the peer's.
func (h *nullHandshake) begin() ([]byte, error) {
	return appendMetadata(appendCommand(nil, commandReady), h.own), nil
}

func (h *nullHandshake) next(command []byte) ([]byte, bool, error) {
	name, data, err := parseCommand(command)
	if err != nil {
		return nil, false, err
	}
	switch name {
	case commandReady:
	case commandError:
		return nil, false, parseError(data)
	default:
		return nil, false, violation(ErrHandshake, "command %.16q in place of READY", name)
	}
	if h.other, err = parseMetadata(data); err != nil {
		return nil, false, err
	}
	return nil, true, checkPeer(h.own, h.other)
}

func (h *nullHandshake) peer() peerInfo { return peerInfo{metadata: h.other} }

func (h *nullHandshake) box() box { return nil }
