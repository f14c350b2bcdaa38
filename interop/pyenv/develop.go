package pyenv

import (
	"os"
	"path/filepath"
	"testing"
)

// DevelopVariable names the environment variable with a checkout of the original's branch develop,
// which no package registry has.
const DevelopVariable = "PIZCO_DEVELOP"

// DevelopVersions are the Pythons that the branch is tested on.
var DevelopVersions = []string{"2.7", "3.6"}

// Develop is one Python to test the branch develop on.
type Develop struct {
	Interpreter
	folder, packages string
}

// Develops returns the Pythons on which the branch is tested, as scripts/interop-develop has set
// them up. The test fails when it has not, or when PIZCO_DEVELOP names no checkout.
func Develops(tb testing.TB) []Develop {
	tb.Helper()
	folder := os.Getenv(DevelopVariable)
	if _, err := os.Stat(filepath.Join(folder, "pizco", "naming.py")); err != nil {
		tb.Fatalf("%s names no checkout of the branch develop: %v", DevelopVariable, err)
	}
	root, err := repositoryRoot()
	if err != nil {
		tb.Fatal(err)
	}
	var found []Develop
	for _, version := range DevelopVersions {
		packages := filepath.Join(root, ".build", "develop-"+version)
		python, err := os.ReadFile(filepath.Join(packages, "interpreter"))
		if err != nil {
			tb.Fatalf("run `make interop-develop` instead of this: %v", err)
		}
		found = append(found, Develop{Interpreter{version, string(python), string(python), root}, folder, packages})
	}
	return found
}

// StartDevelop starts a program of python_fixtures with the branch in place of release 0.1. It
// writes pickles of protocol 2, which all Pythons read.
func (d Develop) StartDevelop(tb testing.TB, script string, options ...Option) *Process {
	tb.Helper()
	path := d.packages + string(os.PathListSeparator) + d.folder
	options = append([]Option{WithEnv("PYTHONPATH", path), WithEnv("PZC_SER", "pickle2"), WithEnv("PYTHONWARNINGS", "ignore")}, options...)
	return d.Start(tb, script, options...)
}

// ServeDevelop starts the laboratory of python_fixtures and returns its endpoint.
func (d Develop) ServeDevelop(tb testing.TB, options ...Option) (*Process, string) {
	tb.Helper()
	p := d.StartDevelop(tb, "develop_lab.py", options...)
	var at struct {
		RepEndpoint string `json:"rep_endpoint"`
	}
	p.Ready(&at)
	return p, at.RepEndpoint
}
