package goagent

import (
	"context"
	"log/slog"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// faults is the default log handler of an agent. It passes errors, which are reported nowhere else,
// to slog.Default(), as net/http does with the standard logger. It drops everything else.
type faults struct {
	with func(slog.Handler) slog.Handler
}

func (f faults) handler() slog.Handler {
	if f.with == nil {
		return slog.Default().Handler()
	}
	return f.with(slog.Default().Handler())
}

// Enabled reports whether a level is that of an error.
func (f faults) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelError && slog.Default().Enabled(ctx, level)
}

// Handle logs a record.
func (f faults) Handle(ctx context.Context, r slog.Record) error { return f.handler().Handle(ctx, r) }

// WithAttrs returns a handler with attributes.
func (f faults) WithAttrs(attrs []slog.Attr) slog.Handler {
	return f.then(func(h slog.Handler) slog.Handler { return h.WithAttrs(attrs) })
}

// WithGroup returns a handler with a group.
func (f faults) WithGroup(name string) slog.Handler {
	return f.then(func(h slog.Handler) slog.Handler { return h.WithGroup(name) })
}

func (f faults) then(with func(slog.Handler) slog.Handler) slog.Handler {
	before := f.with
	if before == nil {
		return faults{with}
	}
	return faults{func(h slog.Handler) slog.Handler { return with(before(h)) }}
}

// limitOptions are the options that set the limits of the transport.
var limitOptions = map[string]string{
	"MaxFrame":         "WithMaxMessage",
	"MaxMessage":       "WithMaxMessage",
	"MaxParts":         "WithMaxParts",
	"MaxBuffered":      "WithMaxBuffered",
	"MaxConnections":   "WithMaxConnections",
	"MaxHandshakes":    "WithMaxConnections",
	"HandshakeTimeout": "WithHandshakeTimeout",
	"MaxTopics":        "WithMaxTopics",
	"MaxTopicBytes":    "WithMaxTopics",
}

// logCutOff logs why a peer was disconnected. Peers can cause as many lines as they like: the
// logger limits them.
func (c *config) logCutOff(cut transport.CutOff) {
	log := c.logger.With("endpoint", cut.Endpoint)
	option, settable := limitOptions[cut.Limit]
	switch {
	case settable:
		log.Warn("peer disconnected: it is over a limit", "peer", cut.Peer, "error", cut.Err, "raised_by", option)
	case cut.Limit != "":
		log.Warn("peer disconnected: it is over a limit that is fixed", "peer", cut.Peer, "error", cut.Err)
	default:
		log.Warn("peer disconnected: it broke the protocol", "peer", cut.Peer, "error", cut.Err)
	}
}
