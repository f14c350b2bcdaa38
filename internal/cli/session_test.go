package cli_test

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
)

// TestSessionIsCurrent plays README's terminal session again: it must look as the picture in the
// repository does.
func TestSessionIsCurrent(t *testing.T) {
	want, err := os.ReadFile("../../docs/session.svg")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "run", "../../scripts/session", binary)
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0")
	cmd.Stderr = os.Stderr
	got, err := cmd.Output()
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("the session prints something else now (%v): run `make session`\n%s", err, got)
	}
}
