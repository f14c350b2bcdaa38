package goagent

import (
	"fmt"
	"strings"
)

// defaultEndpoint is where an agent listens unless told otherwise: a port of the loopback interface
// that the system chooses.
const defaultEndpoint = "tcp://127.0.0.1:0"

// bindPoint is an endpoint to bind and the name by which peers know it.
type bindPoint struct {
	// bind is the endpoint as the user gave it.
	bind string
	// advertise, if not empty, is the name to give to peers; a missing port or port 0 means the one
	// that was bound.
	advertise string
}

// bindable returns the endpoint for the transport: a missing endpoint becomes the default, a
// missing port or port 0 one that the system chooses, and the name of a host or of a network
// interface its address. It mirrors pizco.bind.
func (b bindPoint) bindable() (string, error) {
	endpoint := b.bind
	if endpoint == "" {
		endpoint = defaultEndpoint
	}
	address, ok := strings.CutPrefix(endpoint, "tcp://")
	if !ok {
		return endpoint, nil
	}
	host, port := splitAddress(address)
	if port == "" || port == "0" {
		port = "*"
	}
	host, err := bindHost(host)
	if err != nil {
		return "", fmt.Errorf("cannot bind %s: %w", endpoint, err)
	}
	return "tcp://" + joinAddress(host, port), nil
}

// name returns the string by which the bound endpoint is known to peers. Like the original it keeps
// the host that was asked for, be it "*", but for the name of a network interface: peers dial its
// address.
func (b bindPoint) name(bound string) string {
	wanted := b.advertise
	if wanted == "" {
		wanted = b.bind
	}
	if wanted == "" {
		wanted = defaultEndpoint
	}
	address, ok := strings.CutPrefix(wanted, "tcp://")
	if !ok {
		if strings.HasSuffix(wanted, "*") { // ipc://* is a name that the system chooses
			return bound
		}
		return wanted
	}
	host, port := splitAddress(address)
	if port == "" || port == "0" || port == "*" {
		_, port = splitAddress(strings.TrimPrefix(bound, "tcp://"))
	}
	if b.advertise == "" && host != "*" && parseIP(host) == nil && interfaceIP(host) != nil {
		host, _ = splitAddress(strings.TrimPrefix(bound, "tcp://"))
	}
	return "tcp://" + joinAddress(host, port)
}

// reachable returns the endpoint with the host of another one in place of a host that only makes
// sense to bind.
func reachable(endpoint, hostOf string) string {
	address, ok := strings.CutPrefix(endpoint, "tcp://")
	if !ok {
		return endpoint
	}
	host, port := splitAddress(address)
	if !isWildcard(host) {
		return endpoint
	}
	other, ok := strings.CutPrefix(hostOf, "tcp://")
	if !ok {
		return endpoint
	}
	otherHost, _ := splitAddress(other)
	if isWildcard(otherHost) {
		return endpoint
	}
	return "tcp://" + joinAddress(otherHost, port)
}

// isWildcard reports whether the host stands for every interface.
func isWildcard(host string) bool {
	if host == "*" {
		return true
	}
	ip := parseIP(host)
	return ip != nil && ip.IsUnspecified()
}

// splitAddress splits "host:port"; an IPv6 host keeps its brackets. The port is empty when there is
// none.
func splitAddress(address string) (host, port string) {
	i := strings.LastIndexByte(address, ':')
	if i < 0 || strings.HasSuffix(address, "]") {
		return address, ""
	}
	return address[:i], address[i+1:]
}

func joinAddress(host, port string) string { return host + ":" + port }

// pubPointFor returns where to publish when nothing was said about that: at a port that the system
// chooses, on the host of the endpoint that most peers reach, so that whoever reaches the requests
// reaches the notifications as well.
func pubPointFor(endpoints []bindPoint) bindPoint {
	best, reach := bindPoint{}, 0
	for _, b := range endpoints {
		address, ok := strings.CutPrefix(b.bind, "tcp://")
		if !ok {
			continue
		}
		host, _ := splitAddress(address)
		r := 2
		switch ip := parseIP(host); {
		case isWildcard(host):
			r = 3
		case host == "localhost" || ip != nil && ip.IsLoopback():
			r = 1
		}
		if r > reach {
			best, reach = bindPoint{bind: "tcp://" + joinAddress(host, "0")}, r
		}
	}
	return best
}
