package gateway

import (
	"io"
	"net/http"
	"time"
)

// eventRetry tells an EventSource when to come back after the stream has ended, in milliseconds.
const eventRetry = "retry: 2000\n\n"

// serveEvents streams emissions as server-sent events until the client leaves or the gateway is
// stopped.
func (g *Gateway) serveEvents(w http.ResponseWriter, r *http.Request, l *listener, m mode) error {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	g.metrics.streams.WithLabelValues("events").Inc()
	defer g.metrics.streams.WithLabelValues("events").Dec()
	stream := http.NewResponseController(w)
	write := func(pieces ...[]byte) bool {
		// A handler that is not served by net/http may have no deadline, nor a buffer.
		_ = stream.SetWriteDeadline(time.Now().Add(g.config.Timeouts.Stalled))
		for _, piece := range pieces {
			if _, err := w.Write(piece); err != nil {
				return false
			}
		}
		return stream.Flush() == nil
	}
	if !write([]byte(eventRetry)) {
		return nil
	}
	heartbeat := time.NewTicker(g.config.Timeouts.Heartbeat)
	defer heartbeat.Stop()
	var batch []*emission
	var pieces [][]byte
	for {
		select {
		case <-l.more:
			batch = l.take(batch)
			pieces = pieces[:0]
			for _, e := range batch {
				pieces = append(pieces, e.written(m).event)
			}
			if !write(pieces...) {
				return nil
			}
		case <-heartbeat.C:
			if !write([]byte(": alive\n\n")) {
				return nil
			}
		case <-r.Context().Done():
			return nil
		case <-g.draining:
			_, _ = io.WriteString(w, ": the gateway is being stopped\n\n") // the client may have left
			return nil
		}
	}
}
