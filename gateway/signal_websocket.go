package gateway

import (
	"context"
	"net/http"
	"time"

	"github.com/coder/websocket"
)

// serveWebSocket streams emissions as text messages until the client leaves or the gateway is stopped.
func (g *Gateway) serveWebSocket(w http.ResponseWriter, r *http.Request, l *listener, m mode) error {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols:   []string{subprotocol},
		OriginPatterns: g.originHosts(),
	})
	if err != nil {
		return nil // Accept has answered
	}
	defer func() { _ = conn.CloseNow() }() // fails when it is closed already
	conn.SetReadLimit(g.config.Limits.Body)
	g.metrics.streams.WithLabelValues("websocket").Inc()
	defer g.metrics.streams.WithLabelValues("websocket").Dec()
	ctx := conn.CloseRead(context.WithoutCancel(r.Context()))
	heartbeat := time.NewTicker(g.config.Timeouts.Heartbeat)
	defer heartbeat.Stop()
	within := func(do func(ctx context.Context) error) bool {
		limited, cancel := context.WithTimeout(ctx, streamWriteTimeout)
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
