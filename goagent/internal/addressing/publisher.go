package addressing

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
)

// Why a server's pub_endpoint is not connected to.
var (
	ErrScheme  = errors.New("only tcp:// and ipc:// endpoints are connected to")
	ErrIPC     = errors.New("an ipc:// endpoint is only connected to when the server was dialled by ipc://")
	ErrForeign = errors.New("that is another host than the server's own")
	// ErrOwnHostOnly is the reason for an address that means another host to each of its peers.
	ErrOwnHostOnly = errors.New("only its own host reaches that")
)

// PublisherAt returns the endpoint to connect to for the notifications of a server, or an error if
// the client must not connect. The server was dialled at one endpoint and says that it publishes at
// another. It may name its own host or one of hosts, where "*" allows any.
func PublisherAt(ctx context.Context, pub, dialled string, hosts []string) (string, error) {
	address, isTCP := strings.CutPrefix(pub, "tcp://")
	if !isTCP {
		return pub, checkLocalPublisher(pub, dialled)
	}
	if ownHostOnly(ctx, pub, dialled) {
		return pub, ErrOwnHostOnly
	}
	host, port := Split(address)
	if slices.Contains(hosts, host) || slices.Contains(hosts, "*") {
		return pub, nil
	}
	dialledHost := "127.0.0.1" // of ipc and inproc
	if at, ok := strings.CutPrefix(dialled, "tcp://"); ok {
		dialledHost, _ = Split(at)
	}
	if host == dialledHost {
		return pub, nil
	}
	ip := commonIP(hostIPs(ctx, host), hostIPs(ctx, dialledHost))
	switch {
	case ip == nil:
		return pub, ErrForeign
	case ParseIP(host) != nil || host == "localhost":
		return pub, nil
	}
	return "tcp://" + joinAddress(ipHost(ip), port), nil // a name could be another host's by the time that it is looked up again
}

// checkLocalPublisher returns why an endpoint that is not tcp is not connected to, or nil.
func checkLocalPublisher(pub, dialled string) error {
	inside := strings.HasPrefix(dialled, "inproc://")
	switch {
	case strings.HasPrefix(pub, "inproc://") && inside:
		return nil
	case !strings.HasPrefix(pub, "ipc://"):
		return ErrScheme
	case !inside && !strings.HasPrefix(dialled, "ipc://"):
		return ErrIPC
	}
	return nil
}

// hostIPs returns the addresses of a host.
func hostIPs(ctx context.Context, host string) []net.IP {
	switch ip := ParseIP(host); {
	case host == "*" || host == "localhost" || ip != nil && ip.IsUnspecified():
		return []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	case ip != nil:
		return []net.IP{ip}
	}
	if ip := interfaceIP(host); ip != nil {
		return []net.IP{ip}
	}
	return lookup(ctx, host)
}

// commonIP returns an address among a that is among b as well, or that is this host's when one of b
// is; else nil.
func commonIP(a, b []net.IP) net.IP {
	for _, ip := range a {
		if slices.ContainsFunc(b, ip.Equal) {
			return ip
		}
	}
	own, err := net.InterfaceAddrs()
	if err != nil || !slices.ContainsFunc(b, func(ip net.IP) bool { return isOwnIP(ip, own) }) {
		return nil
	}
	for _, ip := range a {
		if isOwnIP(ip, own) {
			return ip
		}
	}
	return nil
}

func isOwnIP(ip net.IP, own []net.Addr) bool {
	return ip.IsLoopback() || slices.ContainsFunc(addressIPs(own), ip.Equal)
}

// IsRefused reports whether an error says that an endpoint is not connected to since the
// server must not name it.
func IsRefused(err error) bool {
	return errors.Is(err, ErrForeign) || errors.Is(err, ErrScheme) || errors.Is(err, ErrIPC)
}
