package addressing

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"
)

// lookupTimeout bounds how long the name of a host is looked up.
const lookupTimeout = 5 * time.Second

// Dialable returns the endpoint for the transport to dial: a wildcard host is this host, and the
// name of a network interface is its address. A name that has no IPv4 address is its IPv6 address.
func Dialable(ctx context.Context, endpoint string) (string, error) {
	address, ok := strings.CutPrefix(endpoint, "tcp://")
	if !ok {
		return endpoint, nil
	}
	host, port := Split(address)
	if port == "" || port == "0" || port == "*" {
		return "", fmt.Errorf("pizco/goagent: %s names no port to connect to, as tcp://127.0.0.1:8000 does", endpoint)
	}
	switch {
	case host == "*":
		return "tcp://" + joinAddress("127.0.0.1", port), nil
	case isWildcard(host) && strings.Contains(host, ":"):
		return "tcp://" + joinAddress("[::1]", port), nil
	case isWildcard(host):
		return "tcp://" + joinAddress("127.0.0.1", port), nil
	case ParseIP(host) != nil:
		return endpoint, nil
	}
	if ip := interfaceIP(host); ip != nil {
		return "tcp://" + joinAddress(ipHost(ip), port), nil
	}
	if ip := preferIPv4(lookup(ctx, host)); ip != nil && ip.To4() == nil {
		return "tcp://" + joinAddress(ipHost(ip), port), nil
	}
	return endpoint, nil // the transport looks up the name, and says why it cannot
}

// bindHost returns the host to bind in place of the name of a host or of a network interface.
func bindHost(host string) (string, error) {
	if host == "*" || ParseIP(host) != nil {
		return host, nil
	}
	if ip := interfaceIP(host); ip != nil {
		return ipHost(ip), nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), lookupTimeout)
	defer cancel()
	ips, err := net.DefaultResolver.LookupIP(ctx, "ip", host)
	if err != nil {
		return "", fmt.Errorf("%q is neither a network interface of this host nor the name of one: %w", host, err)
	}
	return ipHost(preferIPv4(ips)), nil
}

// ParseIP returns the address that a host is, or nil for a name. IPv6 addresses may be in brackets
// and have a zone.
func ParseIP(host string) net.IP {
	host = strings.Trim(host, "[]")
	host, _, _ = strings.Cut(host, "%")
	return net.ParseIP(host)
}

// interfaceIP returns the address of a network interface of this host, or nil if there is no
// interface of that name.
func interfaceIP(name string) net.IP {
	i, err := net.InterfaceByName(name)
	if err != nil {
		return nil
	}
	addresses, err := i.Addrs()
	if err != nil {
		return nil
	}
	return preferIPv4(addressIPs(addresses))
}

func addressIPs(addresses []net.Addr) []net.IP {
	var ips []net.IP
	for _, a := range addresses {
		if n, ok := a.(*net.IPNet); ok {
			ips = append(ips, n.IP)
		}
	}
	return ips
}

// preferIPv4 returns the first IPv4 address, else the first address, else nil.
func preferIPv4(ips []net.IP) net.IP {
	for _, ip := range ips {
		if ip.To4() != nil {
			return ip
		}
	}
	if len(ips) == 0 {
		return nil
	}
	return ips[0]
}

// ipHost returns an address as it stands in an endpoint.
func ipHost(ip net.IP) string {
	if ip.To4() == nil {
		return "[" + ip.String() + "]"
	}
	return ip.String()
}

// lookup returns the addresses of a host, or nil when they are not known.
func lookup(ctx context.Context, host string) []net.IP {
	limited, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	ips, err := net.DefaultResolver.LookupIP(limited, "ip", host)
	if err != nil {
		return nil
	}
	return ips
}

// ownHostOnly reports whether an endpoint can be reached from its own host alone, and the host of
// another endpoint is not this one.
func ownHostOnly(ctx context.Context, endpoint, dialled string) bool {
	address, ok := strings.CutPrefix(endpoint, "tcp://")
	if ok {
		host, _ := Split(address)
		ip := ParseIP(host)
		ok = host != "localhost" && (ip == nil || !ip.IsLoopback())
	}
	if ok {
		return false
	}
	other, isTCP := strings.CutPrefix(dialled, "tcp://")
	if !isTCP {
		return false
	}
	host, _ := Split(other)
	return !isThisHost(ctx, host)
}

// isThisHost reports whether a host is this one, or whether that is not known.
func isThisHost(ctx context.Context, host string) bool {
	if isWildcard(host) || host == "localhost" || interfaceIP(host) != nil {
		return true
	}
	ips := []net.IP{ParseIP(host)}
	if ips[0] == nil {
		if ips = lookup(ctx, host); len(ips) == 0 {
			return true
		}
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return true
	}
	own := addressIPs(addresses)
	for _, ip := range ips {
		if ip.IsLoopback() {
			return true
		}
		for _, o := range own {
			if o.Equal(ip) {
				return true
			}
		}
	}
	return false
}
