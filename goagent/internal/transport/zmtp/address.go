package zmtp

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// ErrEndpoint is an endpoint that is malformed, or of a kind that this transport does not have. No
// RFC speaks of endpoints: it is EINVAL and EPROTONOSUPPORT of libzmq's zmq_bind and zmq_connect.
var ErrEndpoint = errors.New("malformed endpoint")

// address is an endpoint taken apart.
type address struct {
	network string // "tcp", "tcp4" or "unix"
	host    string // of tcp
	port    string // of tcp, "0" for one that the system chooses
	path    string // of ipc; it begins with "@" in Linux's abstract namespace
}

// anyPath is the path of an ipc endpoint whose name is chosen for it.
const anyPath = "*"

func (a address) String() string {
	if a.network == "unix" {
		return a.path
	}
	return net.JoinHostPort(a.host, a.port)
}

// parseEndpoint reads an endpoint that is dialled.
func parseEndpoint(endpoint string) (address, error) {
	scheme, rest, ok := strings.Cut(endpoint, "://")
	switch {
	case !ok:
		return address{}, fmt.Errorf("%w: it has to begin with tcp:// or ipc://", ErrEndpoint)
	case scheme == "tcp":
		return parseTCP(rest)
	case scheme != "ipc":
		return address{}, fmt.Errorf("%w: %s endpoints are not supported, those of tcp and ipc are", ErrEndpoint, scheme)
	case rest == "":
		return address{}, fmt.Errorf("%w: no path", ErrEndpoint)
	}
	return address{network: "unix", path: rest}, nil
}

// parseTCP reads HOST:PORT, with an address of IPv6 in brackets.
func parseTCP(text string) (address, error) {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return address{}, fmt.Errorf("%w: %w", ErrEndpoint, err)
	}
	if port == "*" {
		port = "0"
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return address{}, fmt.Errorf("%w: port %q is not a number up to 65535", ErrEndpoint, port)
	}
	return address{network: "tcp", host: host, port: port}, nil
}

// dialable refuses what can only be bound.
func (a address) dialable() error {
	if a.host == "*" || a.port == "0" || a.path == anyPath {
		return fmt.Errorf("%w: it names no single peer to connect to", ErrEndpoint)
	}
	return nil
}

// bindable replaces the host by what the system can bind: "*" is every interface of IPv4, as in
// libzmq, and the name of an interface is the first address that it has, of IPv4 where there is
// one.
func (a address) bindable() (address, error) {
	if a.network != "tcp" {
		return a, nil
	}
	if a.host == "*" {
		a.network, a.host = "tcp4", "0.0.0.0"
		return a, nil
	}
	device, notDevice := net.InterfaceByName(a.host)
	if notDevice != nil {
		return a, nil //nolint:nilerr // It is a host's name or address.
	}
	addresses, err := device.Addrs()
	if err != nil {
		return a, fmt.Errorf("interface %s: %w", a.host, err)
	}
	best := ""
	for _, one := range addresses {
		ip, ok := one.(*net.IPNet)
		switch {
		case !ok:
		case ip.IP.To4() != nil:
			a.host = ip.IP.String()
			return a, nil
		case best == "" && ip.IP.IsLinkLocalUnicast():
			best = ip.IP.String() + "%" + device.Name
		case best == "":
			best = ip.IP.String()
		}
	}
	if best == "" {
		return a, fmt.Errorf("interface %s has no address", a.host)
	}
	a.host = best
	return a, nil
}
