package goagent_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
)

// TestSlotsThatUseTheirProxy has clients of the original, unchanged, read from their own proxy in
// five slots, while the main thread waits between its calls as the manual's does: a hundred times,
// and no request finds the socket taken.
func TestSlotsThatUseTheirProxy(t *testing.T) {
	s := serve(t, newInstrument())
	out := pyenv.Newest(t).Run(limit(t), t, "slots_client.py",
		pyenv.WithArgs(s.Endpoint(), "--runs", "2", "--slots", "5", "--changes", "10", "--pause", "0.5"))
	runs := 0
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); runs++ {
		var run struct {
			Outcome string
			Calls   int
		}
		if err := json.Unmarshal(lines.Bytes(), &run); err != nil || run.Outcome != "whole" || run.Calls != 50 {
			t.Errorf("a client ends with %s, %v", lines.Text(), err)
		}
	}
	if runs != 2 {
		t.Errorf("%d runs", runs)
	}
}
