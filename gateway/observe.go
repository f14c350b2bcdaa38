package gateway

import (
	"bufio"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"
)

// observed logs and counts requests, and answers those whose handler panics.
func (g *Gateway) observed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		response := &watchedResponse{ResponseWriter: w}
		defer func() {
			if v := recover(); v != nil {
				g.log.Error("handler panicked", "panic", v, "stack", string(debug.Stack()))
				if response.status == 0 {
					(&problem{Type: problemInternal, Status: http.StatusInternalServerError, Origin: originGateway}).write(response)
				}
			}
			g.observe(r, response, time.Since(began))
		}()
		next.ServeHTTP(response, r)
	})
}

// statusGone is what the log says of a request whose client has left before the answer.
const statusGone = 499

// observe logs a request. Neither its query, its headers nor its body is logged: keys, tokens and values are none of the log's business.
func (g *Gateway) observe(r *http.Request, response *watchedResponse, took time.Duration) {
	info := infoOf(r)
	status := response.status
	if status == 0 {
		status = http.StatusOK
		if info.gone {
			status = statusGone
		}
	}
	route := info.route
	if route == "" {
		route = "none"
	}
	g.metrics.requests.WithLabelValues(route, methodLabel(r.Method), strconv.Itoa(status)).Inc()
	g.metrics.duration.WithLabelValues(route).Observe(took.Seconds())
	level := slog.LevelInfo
	if info.route == "GET /healthz" || info.route == "GET /metrics" {
		level = slog.LevelDebug
	}
	g.log.Log(r.Context(), level, "request",
		"method", r.Method, "path", r.URL.Path, "status", status, "bytes", response.bytes,
		"seconds", took.Seconds(), "client", info.client, "address", addressOf(r))
}

// methodLabel names a request's method in the metrics. Clients can make up methods, and each label is kept for ever.
func methodLabel(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// watchedResponse keeps what was answered.
type watchedResponse struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader keeps the status.
func (w *watchedResponse) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes.
func (w *watchedResponse) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController find what is below.
func (w *watchedResponse) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Hijack hands the connection to a WebSocket.
func (w *watchedResponse) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.status = http.StatusSwitchingProtocols
	return http.NewResponseController(w.ResponseWriter).Hijack()
}
