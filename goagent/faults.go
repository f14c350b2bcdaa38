package goagent

import (
	"context"
	"fmt"
	"log/slog"
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

// SlotError reports that a slot failed, or was not called because the values that were emitted do
// not fit its parameters.
type SlotError struct {
	// Signal is the name of the signal.
	Signal string
	// Err is the slot's error, or says which value does not fit.
	Err error
}

// Error names the signal.
func (e *SlotError) Error() string {
	return fmt.Sprintf("pizco/goagent: slot of signal %q failed: %v", e.Signal, e.Err)
}

// Unwrap returns the reason.
func (e *SlotError) Unwrap() error { return e.Err }

// WithSlotErrorHandler sets a function that is told of each slot that fails. It is called from the
// goroutine that calls the slots. Default: such errors are logged ([WithLogger]); [Connection.Err]
// returns a connection's last one.
func WithSlotErrorHandler(h func(*SlotError)) DialOption {
	return dialOption{func(c *config) error {
		c.onSlotError = h
		return nil
	}}
}

// slotFailed keeps and tells the error of a slot.
func (c *Connection) slotFailed(err error) {
	p := c.owner.proxy
	failed := &SlotError{c.signal, err}
	c.failure.Store(failed)
	if tell := p.agent.cfg.onSlotError; tell != nil {
		tell(failed)
		return
	}
	p.agent.log.Error("slot failed", "signal", c.signal, "error", err)
}

// Err returns the last error of the connection's slot, a *[SlotError], or nil when it has not
// failed.
func (c *Connection) Err() error {
	if failed := c.failure.Load(); failed != nil {
		return failed
	}
	return nil
}
