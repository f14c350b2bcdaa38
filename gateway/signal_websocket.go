package gateway

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"
)

// serveWebSocket streams emissions as text messages until the client leaves or the gateway is
// stopped.
func (g *Gateway) serveWebSocket(w http.ResponseWriter, r *http.Request, l *listener, m mode) error {
	answer := &handshake{ResponseWriter: w}
	conn, err := websocket.Accept(answer, r, &websocket.AcceptOptions{
		Subprotocols:   []string{subprotocol},
		OriginPatterns: g.originHosts(),
	})
	if err != nil {
		return answer.refusal()
	}
	defer func() { _ = conn.CloseNow() }() // fails when it is closed already
	conn.SetReadLimit(g.config.Limits.Body)
	g.metrics.streams.WithLabelValues("websocket").Inc()
	defer g.metrics.streams.WithLabelValues("websocket").Dec()
	ctx := conn.CloseRead(context.WithoutCancel(r.Context()))
	heartbeat := time.NewTicker(g.config.Timeouts.Heartbeat)
	defer heartbeat.Stop()
	within := func(do func(ctx context.Context) error) bool {
		limited, cancel := context.WithTimeout(ctx, g.config.Timeouts.Stalled)
		defer cancel()
		return do(limited) == nil
	}
	var batch []*emission
	for {
		select {
		case <-l.more:
			batch = l.take(batch)
			for _, e := range batch {
				if !within(func(ctx context.Context) error { return conn.Write(ctx, websocket.MessageText, e.written(m).json) }) {
					return nil
				}
			}
		case <-heartbeat.C:
			if !within(conn.Ping) {
				return nil
			}
		case <-ctx.Done():
			return nil
		case <-g.draining:
			_ = conn.Close(websocket.StatusGoingAway, "the gateway is being stopped") // the client may have left
			return nil
		}
	}
}

// handshake keeps what is said to a client whose handshake is refused, which is answered as a
// problem like everything else.
type handshake struct {
	http.ResponseWriter

	status int
	reason []byte
}

// WriteHeader keeps the status of a refusal.
func (h *handshake) WriteHeader(status int) {
	if status == http.StatusSwitchingProtocols {
		h.ResponseWriter.WriteHeader(status)
		return
	}
	h.status = status
}

// Write keeps the words of a refusal.
func (h *handshake) Write(b []byte) (int, error) {
	h.reason = append(h.reason, b...)
	return len(b), nil
}

// Unwrap lets the connection be taken over.
func (h *handshake) Unwrap() http.ResponseWriter { return h.ResponseWriter }

func (h *handshake) refusal() error {
	switch {
	case h.status == http.StatusForbidden:
		return &problem{Type: problemOrigin, Status: h.status}
	case h.status >= http.StatusInternalServerError:
		return &problem{Type: problemInternal, Status: h.status, Origin: originGateway}
	}
	return &problem{Type: problemRequest, Status: h.status, Detail: strings.TrimSpace(string(h.reason))}
}
