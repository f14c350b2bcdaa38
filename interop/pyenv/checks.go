package pyenv

import (
	"bytes"
	"context"
	"encoding/json"
	"os/exec"
	"testing"
	"time"
)

// checksTimeout is longer than instrument_client.py gives a check that hangs.
const checksTimeout = 3 * time.Minute

// CheckInstrument tests the server at an endpoint, which must serve an Instrument
// (python_fixtures/README.md lists its members), by the original's Proxy on this interpreter. Each
// check of python_fixtures/checks.py is a subtest. Options choose among them and say how the client
// writes: WithArgs("--beyond"), WithArgs("--except", "futures"), WithArgs("--serializer", "json"),
// WithEnv("PZC_KEY", "secret").
func (i Interpreter) CheckInstrument(t *testing.T, endpoint string, options ...Option) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), checksTimeout)
	defer cancel()
	cmd := newCommand(ctx, i.PizcoPython, []string{i.Script("instrument_client.py"), endpoint}, options)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, runErr := cmd.Output()
	results, err := parseChecks(out)
	if err != nil {
		t.Fatalf("pizco/pyenv: %s: %v, %v\nstderr:\n%s", cmd, runErr, err, &stderr)
	}
	ran := 0
	for _, result := range results {
		if result.Outcome == "excluded" {
			continue
		}
		ran++
		t.Run(result.Name, func(t *testing.T) {
			if result.Outcome != "passed" {
				t.Errorf("%s: %s\n%s", cmd, result.Outcome, result.Detail)
			}
		})
	}
	if ran == 0 {
		t.Errorf("pizco/pyenv: %s ran no check", cmd)
	}
	if runErr != nil {
		reportExit(t, cmd, runErr, stderr.String())
	}
}

func reportExit(t *testing.T, cmd *exec.Cmd, err error, stderr string) {
	t.Helper()
	t.Errorf("pizco/pyenv: %s: %v", cmd, err)
	if stderr != "" {
		t.Logf("stderr:\n%s", stderr)
	}
}

// check is the result of one check, as instrument_client.py reports it.
type check struct {
	Name    string `json:"name"`
	Outcome string `json:"outcome"` // passed, failed, not run, excluded
	Detail  string `json:"detail"`
}

func parseChecks(out []byte) ([]check, error) {
	var document struct {
		Checks []check `json:"checks"`
	}
	if err := json.Unmarshal(out, &document); err != nil {
		return nil, err
	}
	return document.Checks, nil
}
