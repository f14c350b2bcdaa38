package loglimit

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// limited returns a logger whose clock the test sets, and what it has written.
func limited(level slog.Level) (*slog.Logger, *time.Time, *bytes.Buffer) {
	out, now := &bytes.Buffer{}, time.Unix(0, 0)
	log := New(slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: level})))
	if h, ok := log.Handler().(*handler); ok {
		h.kinds.now = func() time.Time { return now }
	}
	return log, &now, out
}

func lines(out *bytes.Buffer) int { return strings.Count(out.String(), "\n") }

func TestLimit(t *testing.T) {
	log, now, out := limited(slog.LevelInfo)
	for i := range 100_000 {
		log.Warn("answer not sent", "id", i)
	}
	if n := lines(out); n != Burst {
		t.Errorf("%d lines at once", n)
	}
	log.Warn("another kind")
	log.Error("answer not sent")
	log.With("target", "robot").Warn("answer not sent")
	if n := lines(out); n != Burst+3 {
		t.Errorf("%d lines with other kinds", n)
	}
	*now = now.Add(Every)
	out.Reset()
	log.Warn("answer not sent", "id", 7)
	log.Warn("answer not sent", "id", 8)
	if n := lines(out); n != 1 || !strings.Contains(out.String(), fmt.Sprintf("left_out=%d", 100_000-Burst)) {
		t.Errorf("a second later: %s", out)
	}
	*now = now.Add(1000 * Every)
	out.Reset()
	for range 100 {
		log.Warn("answer not sent")
	}
	if n := lines(out); n != Burst {
		t.Errorf("%d lines after a pause", n)
	}
}

// TestManyKinds holds that the number of kinds is bounded, and the lines of made-up kinds with it.
func TestManyKinds(t *testing.T) {
	log, _, out := limited(slog.LevelInfo)
	for i := range 100_000 {
		log.With("peer", i).Warn("lost")
	}
	if n := lines(out); n > mostKinds+Burst {
		t.Errorf("%d lines", n)
	}
}

// TestLongTexts cuts off what a peer has chosen.
func TestLongTexts(t *testing.T) {
	log, _, out := limited(slog.LevelInfo)
	log.Warn("lost", "peer", strings.Repeat("x", 1<<20), "error", fmt.Errorf("%s", strings.Repeat("y", 1<<20)), "stack", strings.Repeat("z", 10_000))
	if out.Len() > 20_000 || !strings.Contains(out.String(), strings.Repeat("z", 10_000)) {
		t.Errorf("%d bytes", out.Len())
	}
}

// TestDebug leaves lines alone that are asked for, and limits only once.
func TestDebug(t *testing.T) {
	log, _, out := limited(slog.LevelDebug)
	log = New(log)
	for range 1000 {
		log.Debug("detail")
	}
	if n := lines(out); n != 1000 {
		t.Errorf("%d lines", n)
	}
	log.WithGroup("g").Info("line", "a", 1)
	if !strings.Contains(out.String(), "g.a=1") {
		t.Errorf("%s", out)
	}
}
