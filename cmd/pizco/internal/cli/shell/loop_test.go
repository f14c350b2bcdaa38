package shell

import (
	"context"
	"errors"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// TestPromptInterrupts has interrupts come during the wait for a line: an interrupt that is older
// than the line must not end its call.
func TestPromptInterrupts(t *testing.T) {
	const entered = time.Minute
	for _, c := range []struct {
		name string
		at   []time.Duration // when interrupts come
		kept bool
	}{
		{"none", nil, false},
		{"before the prompt", []time.Duration{0}, false},
		{"while the line is typed", []time.Duration{10 * time.Second, 40 * time.Second}, false},
		{"with the line", []time.Duration{entered - time.Millisecond}, true},
		{"one of each", []time.Duration{0, entered - time.Millisecond}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				interrupts := make(chan os.Signal, 1)
				for _, at := range c.at {
					time.AfterFunc(at, func() { interrupts <- os.Interrupt })
				}
				line, err := prompt(t.Context(), func() (string, error) {
					<-time.After(entered)
					return "line", nil
				}, interrupts)
				if line != "line" || err != nil || len(interrupts) > 0 != c.kept {
					t.Errorf("%q, %v, %d interrupts are left", line, err, len(interrupts))
				}
			})
		})
	}
}

// TestPromptEnds ends the waiting for a line with the context.
func TestPromptEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		done := make(chan struct{})
		_, err := prompt(ctx, func() (string, error) { <-done; return "", nil }, make(chan os.Signal, 1))
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		close(done)
	})
}
