package gateway

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// requestInfo is what is known about a request, for its handler and for the log.
type requestInfo struct {
	client string // a token's name, else an address
	key    string // what tells clients apart, for their shares
	token  *token // nil when the gateway has none
	route  string // the pattern of the route
	target string
	gone   bool // the client has left before the answer
}

type infoKey struct{}

// infoOf returns what is known about a request.
func infoOf(r *http.Request) *requestInfo {
	info, ok := r.Context().Value(infoKey{}).(*requestInfo)
	if !ok {
		return &requestInfo{}
	}
	return info
}

// guarded returns the handler with everything that stands before the routes.
func (g *Gateway) guarded() http.Handler {
	h := http.Handler(http.HandlerFunc(g.dispatch))
	h = g.limitBody(h)
	h = g.limitRate(h)
	h = g.authenticated(h)
	h = g.crossOrigin(h)
	h = g.checkHost(h)
	h = g.observed(h)
	h = boundBody(h)
	return withInfo(h)
}

func withInfo(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		info := &requestInfo{client: addressOf(r), key: "address " + networkOf(r.RemoteAddr)}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), infoKey{}, info)))
	})
}

// addressOf returns the address of a client without its port.
func addressOf(r *http.Request) string { return withoutPort(r.RemoteAddr) }

func withoutPort(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return host
}

// sharedBits are the leading bits of an IPv6 address that the addresses of one client have in
// common.
const sharedBits = 64

// networkOf returns the address of a client, or its network where a client has as many addresses as
// it likes.
func networkOf(remote string) string {
	host := withoutPort(remote)
	address, err := netip.ParseAddr(host)
	if err != nil || address.Unmap().Is4() {
		return host
	}
	network, err := address.WithZone("").Prefix(sharedBits)
	if err != nil {
		return host
	}
	return network.String()
}

// public reports whether a request needs no token: the health and the page, which hold nothing of
// the targets.
func public(r *http.Request) bool {
	return r.URL.Path != "/metrics" && r.URL.Path != "/openapi.json" && r.URL.Path != "/v1" && !strings.HasPrefix(r.URL.Path, "/v1/")
}

// authenticated lets through clients with a token. Where the gateway has no tokens, it lets through
// clients on this machine.
func (g *Gateway) authenticated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(g.tokens) == 0 {
			if !isLocal(r) {
				(&problem{Type: problemToken, Status: http.StatusUnauthorized, Detail: "the gateway has no tokens, and serves this machine only"}).write(w)
				return
			}
			next.ServeHTTP(w, r)
			return
		}
		if public(r) {
			next.ServeHTTP(w, r)
			return
		}
		token := g.authorize(r)
		if token == nil {
			if !g.limiter.allow("failed " + networkOf(r.RemoteAddr)) {
				tooMany(w)
				return
			}
			(&problem{Type: problemToken, Status: http.StatusUnauthorized}).write(w)
			return
		}
		info := infoOf(r)
		info.token, info.client, info.key = token, token.name, token.key
		next.ServeHTTP(w, r)
	})
}

// isLocal reports whether both ends of a connection are on the loopback interface. What is known of
// a connection without addresses, as one over a unix socket, is that it is local.
func isLocal(r *http.Request) bool {
	if local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok && !local.IP.IsLoopback() {
		return false
	}
	ip := net.ParseIP(addressOf(r))
	return ip == nil || ip.IsLoopback()
}

// checkHost refuses names that the gateway is not to be known by. A web page can have a name of its
// own point to this machine, and is the same origin then.
func (g *Gateway) checkHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !g.allowsHost(r.Host) {
			(&problem{Type: problemHost, Status: http.StatusForbidden}).write(w)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (g *Gateway) allowsHost(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	for _, allowed := range g.config.Hosts {
		if strings.EqualFold(allowed, host) {
			return true
		}
	}
	if len(g.tokens) == 0 {
		return isLoopbackHost(host) || len(g.config.Hosts) == 0 && strings.HasSuffix(host, ".localhost")
	}
	return len(g.config.Hosts) == 0
}
