package pyenv_test

import (
	"bytes"
	"os"
	"os/exec"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
)

// The original must pass the checks that other servers are tested with.
func TestOriginalPassesTheChecks(t *testing.T) {
	rows := map[string][]pyenv.Option{
		"pickle":         nil,
		"signed pickle2": {pyenv.WithEnv("PZC_KEY", "schl\u00fcssel"), pyenv.WithArgs("--serializer", "pickle2")},
	}
	for _, python := range pyenv.Interpreters(t) {
		for name, options := range rows {
			t.Run(python.Version+" "+name, func(t *testing.T) {
				server := python.Serve(t, pyenv.Instrument, options...)
				python.CheckInstrument(t, server.RepEndpoint, options...)
			})
		}
		// A server that writes json cannot even answer a Proxy's first question; a client that does
		// can be answered.
		t.Run(python.Version+" json client", func(t *testing.T) {
			server := python.Serve(t, pyenv.Instrument)
			python.CheckInstrument(t, server.RepEndpoint, pyenv.WithArgs("--serializer", "json"))
		})
	}
}

// checkedEndpoint hands an endpoint to TestCheckTheEndpoint, which
// TestChecksFailWhenTheServerIsAnother runs.
const checkedEndpoint = "PYENV_TEST_ENDPOINT"

func TestCheckTheEndpoint(t *testing.T) {
	endpoint := os.Getenv(checkedEndpoint)
	if endpoint == "" {
		return
	}
	pyenv.Newest(t).CheckInstrument(t, endpoint, pyenv.WithArgs("--only", "calls,keyword_arguments"))
}

func TestChecksFailWhenTheServerIsAnother(t *testing.T) {
	server := pyenv.Newest(t).Serve(t, pyenv.MultiplyBy)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCheckTheEndpoint$")
	cmd.Env = append(os.Environ(), checkedEndpoint+"="+server.RepEndpoint)
	out, err := cmd.CombinedOutput()
	if err == nil || !bytes.Contains(out, []byte("--- FAIL: TestCheckTheEndpoint/keyword_arguments")) {
		t.Errorf("error %v, output:\n%s", err, out)
	}
}
