package addressing

import (
	"fmt"
	"strings"
)

// Default is where an agent listens unless told otherwise: a port of the loopback interface
// that the system chooses.
const Default = "tcp://127.0.0.1:0"

// Point is an endpoint to bind and the name by which peers know it.
type Point struct {
	// Bind is the endpoint as the user gave it.
	Bind string
	// Advertise, if not empty, is the name to give to peers; a missing port or port 0 means the one
	// that was bound.
	Advertise string
}

// Bindable returns the endpoint for the transport. A missing endpoint becomes the default, and a
// missing port or port 0 one that the system chooses. The name of a host or of a network interface
// becomes its address. It mirrors pizco.bind.
func (b Point) Bindable() (string, error) {
	endpoint := b.Bind
	if endpoint == "" {
		endpoint = Default
	}
	address, ok := strings.CutPrefix(endpoint, "tcp://")
	if !ok {
		return endpoint, nil
	}
	host, port := Split(address)
	if port == "" || port == "0" {
		port = "*"
	}
	host, err := bindHost(host)
	if err != nil {
		return "", fmt.Errorf("cannot bind %s: %w", endpoint, err)
	}
	return "tcp://" + joinAddress(host, port), nil
}

// Name returns the string by which the bound endpoint is known to peers. Like the original it keeps
// the host that was asked for, be it "*", but for the name of a network interface: peers dial its
// address.
func (b Point) Name(bound string) string {
	wanted := b.Advertise
	if wanted == "" {
		wanted = b.Bind
	}
	if wanted == "" {
		wanted = Default
	}
	address, ok := strings.CutPrefix(wanted, "tcp://")
	if !ok {
		if strings.HasSuffix(wanted, "*") { // ipc://* is a name that the system chooses
			return bound
		}
		return wanted
	}
	host, port := Split(address)
	if port == "" || port == "0" || port == "*" {
		_, port = Split(strings.TrimPrefix(bound, "tcp://"))
	}
	if b.Advertise == "" && host != "*" && ParseIP(host) == nil && interfaceIP(host) != nil {
		host, _ = Split(strings.TrimPrefix(bound, "tcp://"))
	}
	return "tcp://" + joinAddress(host, port)
}

// Reachable returns the endpoint with the host of another one in place of a host that only makes
// sense to bind.
func Reachable(endpoint, hostOf string) string {
	address, ok := strings.CutPrefix(endpoint, "tcp://")
	if !ok {
		return endpoint
	}
	host, port := Split(address)
	if !isWildcard(host) {
		return endpoint
	}
	other, ok := strings.CutPrefix(hostOf, "tcp://")
	if !ok {
		return endpoint
	}
	otherHost, _ := Split(other)
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
	ip := ParseIP(host)
	return ip != nil && ip.IsUnspecified()
}

// Split splits "host:port"; an IPv6 host keeps its brackets. The port is empty if the address has
// no port.
func Split(address string) (host, port string) {
	i := strings.LastIndexByte(address, ':')
	if i < 0 || strings.HasSuffix(address, "]") {
		return address, ""
	}
	return address[:i], address[i+1:]
}

func joinAddress(host, port string) string { return host + ":" + port }

// PubPointFor returns where to publish when nothing was said about that. It is a port that the
// system chooses, on the host of the endpoint that most peers reach. So a peer that reaches the
// requests reaches the notifications as well.
func PubPointFor(endpoints []Point) Point {
	best, reach := Point{}, 0
	for _, b := range endpoints {
		address, ok := strings.CutPrefix(b.Bind, "tcp://")
		if !ok {
			continue
		}
		host, _ := Split(address)
		r := 2
		switch ip := ParseIP(host); {
		case isWildcard(host):
			r = 3
		case host == "localhost" || ip != nil && ip.IsLoopback():
			r = 1
		}
		if r > reach {
			best, reach = Point{Bind: "tcp://" + joinAddress(host, "0")}, r
		}
	}
	return best
}
