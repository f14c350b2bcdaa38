package gateway

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pizco-go/pizco/goagent"
)

// routeHandler answers a request, or fails with an error that is answered as a problem.
type routeHandler func(w http.ResponseWriter, r *http.Request) error

// routes returns the router.
func (g *Gateway) routes() *http.ServeMux {
	mux := http.NewServeMux()
	handle := func(pattern string, h routeHandler) { mux.HandleFunc(pattern, g.answering(h)) }
	handle("GET /healthz", g.health)
	mux.HandleFunc("GET /metrics", g.serveMetrics)
	handle("GET /openapi.json", g.openAPI)
	handle("GET /v1", g.listTargets)
	handle("GET /v1/{target}", g.inspect)
	handle("GET /v1/{target}/openapi.json", g.targetOpenAPI)
	handle("GET /v1/{target}/attributes/{attribute}", g.getAttribute)
	handle("PUT /v1/{target}/attributes/{attribute}", g.putAttribute)
	handle("GET /v1/{target}/attributes/{attribute}/items/{key}", g.getItem)
	handle("PUT /v1/{target}/attributes/{attribute}/items/{key}", g.putItem)
	handle("DELETE /v1/{target}/attributes/{attribute}/items/{key}", g.deleteItem)
	handle("POST /v1/{target}/methods/{method}", g.callMethod)
	handle("GET /v1/{target}/futures/{future}", g.getFuture)
	handle("DELETE /v1/{target}/futures/{future}", g.deleteFuture)
	handle("GET /v1/{target}/signals/{signal}", g.streamSignal)
	if g.config.Page {
		mux.Handle("GET /{$}", pageHeaders(g.page))
		mux.Handle("GET /page/", pageHeaders(g.page))
	}
	return mux
}

// answering turns the error of a handler into a problem.
func (g *Gateway) answering(h routeHandler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := h(w, r)
		if err == nil {
			return
		}
		var slow *problem // net/http takes a client for gone whose body does not come in time
		if errors.Is(context.Cause(r.Context()), context.Canceled) && !(errors.As(err, &slow) && slow.Type == problemSlow) {
			infoOf(r).gone = true
			return
		}
		p := problemOf(err)
		if p.Status >= http.StatusInternalServerError {
			g.log.Warn("request failed", "target", r.PathValue("target"), "problem", p.Type, "error", err)
		}
		p.write(w)
	}
}

// dispatch takes a request to its route. What has none is told so by a problem, and paths are not
// cleaned by redirection, which would lose the body of a request.
func (g *Gateway) dispatch(w http.ResponseWriter, r *http.Request) {
	if query, err := url.QueryUnescape(r.URL.RawQuery); !utf8.ValidString(r.URL.Path) || err != nil || !utf8.ValidString(query) {
		badRequest("the URL is not percent-encoded UTF-8").write(w)
		return
	}
	if clean := path.Clean(r.URL.Path); clean != r.URL.Path && clean+"/" != r.URL.Path || strings.HasPrefix(r.URL.Path, "//") {
		(&problem{Type: problemNotFound, Status: http.StatusNotFound}).write(w)
		return
	}
	handler, pattern := g.mux.Handler(r)
	if pattern == "" {
		noRoute(w, r, handler)
		return
	}
	infoOf(r).route = pattern
	g.mux.ServeHTTP(w, r)
}

// noRoute asks the router's own answer what is wrong, and says it as a problem.
func noRoute(w http.ResponseWriter, r *http.Request, handler http.Handler) {
	verdict := &discard{header: http.Header{}}
	handler.ServeHTTP(verdict, r)
	p := &problem{Type: problemNotFound, Status: http.StatusNotFound}
	if verdict.status == http.StatusMethodNotAllowed {
		p = &problem{Type: problemMethod, Status: verdict.status, Allow: verdict.header.Get("Allow")}
	}
	p.write(w)
}

// discard is a response that is not sent.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(status int)      { d.status = status }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }

// targetOf returns the target of a request, which its token must open.
func (g *Gateway) targetOf(r *http.Request) (*target, error) {
	name := r.PathValue("target")
	info := infoOf(r)
	if info.token != nil && !info.token.opens(name) {
		return nil, &problem{Type: problemForbidden, Status: http.StatusForbidden}
	}
	t := g.targets[name]
	if t == nil {
		return nil, &problem{Type: problemTarget, Status: http.StatusNotFound}
	}
	info.target = name
	return t, nil
}

// memberOf returns the target of a request and the name in its path, which must be exposed.
func (g *Gateway) memberOf(r *http.Request, wildcard string) (*target, string, error) {
	t, err := g.targetOf(r)
	if err != nil {
		return nil, "", err
	}
	name := r.PathValue(wildcard)
	if !t.exposes(name) {
		return nil, "", &problem{Type: problemName, Status: http.StatusForbidden}
	}
	return t, name, nil
}

// changing is memberOf for a request that could change the object.
func (g *Gateway) changing(r *http.Request, wildcard string) (*target, string, error) {
	t, name, err := g.memberOf(r, wildcard)
	if err == nil && t.config.ReadOnly {
		err = &problem{Type: problemReadOnly, Status: http.StatusForbidden}
	}
	return t, name, err
}

// within returns a context that ends when the target has had its time.
func (t *target) within(r *http.Request) (context.Context, context.CancelFunc) {
	return context.WithTimeout(r.Context(), t.timeout)
}

// ask calls a function with the proxy, which it waits for, and with a context that bounds both.
func (t *target) ask(r *http.Request, f func(ctx context.Context, proxy *goagent.Proxy) error) error {
	ctx, cancel := t.within(r)
	defer cancel()
	proxy, err := t.connected(ctx)
	if err != nil {
		return err
	}
	return f(ctx, proxy)
}

// urlPath returns a path whose segments are escaped.
func urlPath(segments ...string) string {
	var b strings.Builder
	for _, s := range segments {
		b.WriteByte('/')
		b.WriteString(url.PathEscape(s))
	}
	return b.String()
}

func sizeText(bytes int64) string { return strconv.FormatInt(bytes, 10) + " bytes" }
