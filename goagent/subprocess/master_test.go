package subprocess_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/goagent/subprocess"
	"github.com/pizco-go/pizco/interop/pyenv"
)

// TestServeDevelopmentLine has the original's development line serve in the process, signed, and
// sees by an exception that it is that line.
func TestServeDevelopmentLine(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		for _, line := range python.DevelopmentLines(t) {
			t.Run(python.Version+" "+line.Name, func(t *testing.T) {
				t.Setenv("PYTHONPATH", line.Folder)
				ctx := limit(t)
				cfg := subprocess.Config{Python: python.PizcoPython, Path: []string{filepath.Dir(python.Script("multiply_by.py"))}, Key: "secret"}
				p, err := subprocess.Serve(ctx, "multiply_by.MultiplyBy", []any{2}, nil, cfg)
				if err != nil {
					t.Fatal(err)
				}
				var product int
				if err := p.Call(ctx, &product, "calculate", 8); err != nil || product != 16 {
					t.Errorf("calculate(8) = %d, %v", product, err)
				}
				changeUntilHeard(ctx, t, p)
				var raised *pyerr.RemoteError
				if err := p.Call(ctx, nil, "calculate"); !errors.As(err, &raised) || !strings.Contains(strings.Join(raised.Traceback, ""), "on_request") {
					t.Errorf("calculate(): %v, want a TypeError with a traceback", err)
				}
				if err := p.Close(); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// changeUntilHeard changes the factor until a notification comes: nothing tells when a subscription
// has reached a server of the original.
func changeUntilHeard(ctx context.Context, t *testing.T, p *subprocess.Process) {
	t.Helper()
	changed := make(chan int, 100)
	if _, err := p.Connect(ctx, "factor_changed", func(value int) { changed <- value }); err != nil {
		t.Fatal(err)
	}
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for factor := 3; ; factor++ {
		if err := p.Set(ctx, "factor", factor); err != nil {
			t.Fatal(err)
		}
		select {
		case value := <-changed:
			if value < 3 || value > factor {
				t.Errorf("the factor is now %d, and was set to up to %d", value, factor)
			}
			return
		case <-again.C:
		case <-ctx.Done():
			t.Fatal("no notification")
		}
	}
}
