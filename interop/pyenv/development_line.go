package pyenv

import (
	"os"
	"path/filepath"
	"testing"
)

// MasterVariable names the environment variable with a checkout of the original's development line,
// which no package registry has.
const MasterVariable = "PIZCO_MASTER"

// DevelopmentLine is a package pizco of the original's development line, or one that stands for it.
type DevelopmentLine struct {
	// Name is good as a subtest's name.
	Name string
	// Folder is what PYTHONPATH has to hold for it to be imported in place of release 0.1.
	Folder string
}

// DevelopmentLines returns what stands for the development line in python_fixtures and, where
// PIZCO_MASTER is set and the line runs on this Python, the checkout that it names. A PIZCO_MASTER
// without a package fails the test.
func (i Interpreter) DevelopmentLines(tb testing.TB) []DevelopmentLine {
	tb.Helper()
	lines := []DevelopmentLine{{"stand-in", i.Script("development_line")}}
	folder := os.Getenv(MasterVariable)
	if folder == "" || byVersion(i, Interpreter{Version: "3.11"}) > 0 {
		return lines // the line uses what Python 3.12 no longer has
	}
	if _, err := os.Stat(filepath.Join(folder, "pizco", "clientserver.py")); err != nil {
		tb.Fatalf("%s: %v", MasterVariable, err)
	}
	return append(lines, DevelopmentLine{"checkout", folder})
}
