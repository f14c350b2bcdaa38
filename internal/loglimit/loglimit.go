// Package loglimit keeps a log from being filled by lines of one kind: peers and clients can cause
// as many as they like.
package loglimit

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// Burst lines of each kind are written at once, and one more in each time of Every. The kind of a
// line is its level, its message and the attributes of its logger. A line after others that were
// left out has their number as the attribute "left_out".
const (
	Burst = 20
	Every = time.Second
)

// mostKinds bounds the kinds that are told apart. Those beyond are one.
const mostKinds = 1000

// New returns a logger that limits what it hands on to another one. Lines below slog.LevelInfo,
// which somebody has asked for, are not limited.
func New(l *slog.Logger) *slog.Logger {
	if h, ok := l.Handler().(*handler); ok {
		return slog.New(h)
	}
	return slog.New(&handler{next: l.Handler(), kinds: &kinds{known: map[kind]*allowance{}, now: time.Now}})
}

// handler limits the records that it hands on.
type handler struct {
	next   slog.Handler
	kinds  *kinds
	prefix string // the attributes of the logger
}

// Enabled asks the handler below.
func (h *handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

// Handle hands on a record unless there were too many of its kind.
func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	if r.Level < slog.LevelInfo {
		return h.next.Handle(ctx, r)
	}
	leftOut, ok := h.kinds.take(kind{r.Level, r.Message, h.prefix})
	if !ok {
		return nil
	}
	return h.next.Handle(ctx, clipped(r, leftOut))
}

// longest is how long a text in a line may be, in bytes: peers choose some of them. A stack is the
// program's own.
const (
	longest  = 2000
	stackKey = "stack"
)

// clipped returns a record whose texts are cut off where they are too long, with the number of
// lines that were left out before it.
func clipped(r slog.Record, leftOut int) slog.Record {
	out := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		if a.Key != stackKey {
			a.Value = clip(a.Value)
		}
		out.AddAttrs(a)
		return true
	})
	if leftOut > 0 {
		out.AddAttrs(slog.Int("left_out", leftOut))
	}
	return out
}

func clip(v slog.Value) slog.Value {
	v = v.Resolve()
	if v.Kind() != slog.KindString && v.Kind() != slog.KindAny {
		return v
	}
	text := v.String()
	if len(text) <= longest {
		return v
	}
	return slog.StringValue(strings.ToValidUTF8(text[:longest], "") + "...")
}

// WithAttrs returns a handler whose lines are kinds of their own.
func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	prefix := h.prefix
	for _, a := range attrs {
		prefix += " " + a.String()
	}
	return &handler{h.next.WithAttrs(attrs), h.kinds, prefix}
}

// WithGroup returns a handler whose lines are kinds of their own.
func (h *handler) WithGroup(name string) slog.Handler {
	return &handler{h.next.WithGroup(name), h.kinds, h.prefix + " " + name + "."}
}

type kind struct {
	level           slog.Level
	message, prefix string
}

// kinds are what is known of each kind of line, shared by all loggers that are made of one.
type kinds struct {
	now func() time.Time

	mu    sync.Mutex
	known map[kind]*allowance
}

// allowance is how many lines of a kind may be written.
type allowance struct {
	left    int
	since   time.Time // when left was counted
	leftOut int
}

// take reports whether a line may be written, and how many of its kind were left out before it.
func (k *kinds) take(of kind) (leftOut int, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	a := k.known[of]
	if a == nil {
		if len(k.known) >= mostKinds {
			of = kind{level: of.level}
			a = k.known[of]
		}
		if a == nil {
			a = &allowance{left: Burst, since: now}
			k.known[of] = a
		}
	}
	if gained := int(now.Sub(a.since) / Every); gained > 0 {
		a.left = min(Burst, a.left+gained)
		a.since = a.since.Add(time.Duration(gained) * Every)
	}
	if a.left == 0 {
		a.leftOut++
		return 0, false
	}
	a.left--
	leftOut, a.leftOut = a.leftOut, 0
	return leftOut, true
}
