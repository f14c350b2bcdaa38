package gateway

import (
	"bufio"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// observed logs and counts requests, and answers those whose handler panics.
func (g *Gateway) observed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		response := &watchedResponse{ResponseWriter: w, stalled: g.config.Timeouts.Stalled}
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

// observe logs a request, without its query, its headers and its body: keys, tokens and values are
// never logged.
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
	log, message := g.access, "request"
	if refused(status) {
		log, message = g.log, "request refused" // anybody can have as many refused as they like
	}
	log.Log(r.Context(), level, message,
		"method", clipped(r.Method), "path", clipped(r.URL.Path), "status", status, "bytes", response.bytes,
		"seconds", took.Seconds(), "client", info.client, "address", addressOf(r))
}

// refused reports whether a request was not let in.
func refused(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusTooManyRequests
}

// longestLogged bounds what a client can have logged of a request, in bytes.
const longestLogged = 200

func clipped(text string) string {
	if len(text) > longestLogged {
		return strings.ToValidUTF8(text[:longestLogged], "") + "..."
	}
	return text
}

// methodLabel names a request's method in the metrics. Clients can make up methods, and each label
// is kept for ever.
func methodLabel(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// watchedResponse keeps what was answered, and gives up on a client that reads nothing.
type watchedResponse struct {
	http.ResponseWriter
	stalled time.Duration
	status  int
	bytes   int64
}

// writePiece is how much of an answer a client must read in the time that it has before it is given
// up.
const writePiece = 64 << 10

// bound gives the client time to read what is written next.
func (w *watchedResponse) bound() {
	// A response that is not served by net/http may have no deadline.
	_ = http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Now().Add(w.stalled))
}

// WriteHeader keeps the status.
func (w *watchedResponse) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
		w.bound()
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes.
func (w *watchedResponse) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	written := 0
	for {
		w.bound()
		n, err := w.ResponseWriter.Write(b[written:min(len(b), written+writePiece)])
		written += n
		w.bytes += int64(n)
		if err != nil || written == len(b) {
			return written, err
		}
	}
}

// Unwrap lets http.ResponseController find what is below.
func (w *watchedResponse) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Hijack hands the connection to a WebSocket.
func (w *watchedResponse) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.status = http.StatusSwitchingProtocols
	return http.NewResponseController(w.ResponseWriter).Hijack()
}
