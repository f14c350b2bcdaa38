package gateway

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// corsMaxAge is how long a browser may remember its permissions, in seconds.
const corsMaxAge = "600"

// crossOrigin names the other pages that may use the gateway to browsers. It refuses requests of
// all other pages that would change something, since a browser sends a request that looks like a
// form's without asking first. Where no token is needed, it also refuses their requests to read.
func (g *Gateway) crossOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	for _, origin := range g.config.Origins {
		if origin != "*" {
			_ = protection.AddTrustedOrigin(strings.ToLower(strings.TrimSuffix(origin, "/"))) // checked by Validate
		}
	}
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		(&problem{Type: problemOrigin, Status: http.StatusForbidden}).write(w)
	}))
	protected := protection.Handler(next)
	if g.allowsOrigin("*") && len(g.tokens) > 0 { // a page of anywhere needs a token, which no browser adds by itself
		protected = next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := r.Header.Get("Origin")
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if len(g.config.Origins) > 0 {
			h.Add("Vary", "Origin")
		}
		if origin != "" && (g.allowsOrigin(origin) || g.allowsOrigin("*")) {
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Expose-Headers", "Location, Retry-After")
			h.Set("Cross-Origin-Resource-Policy", "cross-origin")
			if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
				preflight(w)
				return
			}
		}
		if len(g.tokens) == 0 && !public(r) {
			if reason := g.foreign(r); reason != "" {
				(&problem{Type: problemOrigin, Status: http.StatusForbidden, Detail: reason}).write(w)
				return
			}
		}
		protected.ServeHTTP(w, r)
	})
}

// foreign returns why a request may come from a page of another site, or "" if it does not. What a
// page makes a browser ask for, be it by an <img>, has marks that the page cannot take away: the
// site that it comes from, an origin, or the browser's name.
func (g *Gateway) foreign(r *http.Request) string {
	origin, site := r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Site")
	switch {
	case origin != "":
		if !g.allowsOrigin(origin) && !isOwnOrigin(origin, r.Host) {
			return "the request comes from a page of another origin; the settings do not list it under origins"
		}
		return ""
	case site == "same-origin", site == "none":
		return ""
	case site != "":
		return "the request was caused by a page of another site"
	case strings.Contains(r.UserAgent(), "Mozilla/"):
		return "the browser does not report the site of the request: without tokens, use https or an address such as localhost"
	}
	return ""
}

// isOwnOrigin reports whether an origin is the origin of the host that a request names.
func isOwnOrigin(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && strings.EqualFold(u.Host, host)
}

// preflight answers a browser that asks before it sends a request.
func preflight(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Access-Control-Allow-Methods", "GET, PUT, POST, DELETE")
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Last-Event-ID")
	h.Set("Access-Control-Max-Age", corsMaxAge)
	w.WriteHeader(http.StatusNoContent)
}

func (g *Gateway) allowsOrigin(origin string) bool {
	return slices.ContainsFunc(g.config.Origins, func(o string) bool {
		return strings.EqualFold(strings.TrimSuffix(o, "/"), origin)
	})
}

// originHosts returns the hosts of the origins whose pages may open WebSockets, beside the
// gateway's own.
func (g *Gateway) originHosts() []string {
	var hosts []string
	for _, origin := range g.config.Origins {
		if origin == "*" {
			hosts = append(hosts, "*")
		} else if u, err := url.Parse(origin); err == nil {
			hosts = append(hosts, u.Host)
		}
	}
	return hosts
}
