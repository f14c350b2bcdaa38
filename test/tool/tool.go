// Package tool builds the command-line tool for tests and runs it.
package tool

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/pizco-go/pizco/interop/program"
)

// Main builds the tool, hands its path to use, runs the tests, and returns their exit code.
func Main(m *testing.M, use func(path string)) int {
	folder, err := os.MkdirTemp("", "pizco-tool")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(folder) }()
	path := filepath.Join(folder, "pizco")
	if err := Build(path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	use(path)
	return m.Run()
}

// Build builds the tool at a path. It is called by tests of a package two folders below the
// repository's root.
func Build(path string) error {
	build := exec.Command("go", "build", "-o", path, "./cmd/pizco")
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build ./cmd/pizco: %w\n%s", err, out)
	}
	return nil
}

// Start starts the tool at a path with the settings that it has by default.
func Start(t *testing.T, path string, args ...string) *program.Process {
	t.Helper()
	cmd := exec.Command(path, args...)
	cmd.Env = program.Environment(t)
	return program.Start(t, cmd)
}
