package pyenv

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Variable names the environment variable that lists the Pythons to test against.
const Variable = "PIZCO_PYTHONS"

// Interpreter is one Python to test against.
type Interpreter struct {
	// Version is what PIZCO_PYTHONS calls it, such as "3.6"; good as a subtest's name.
	Version string

	// Python is the path of the interpreter itself, with its standard library and nothing else that
	// a test may rely on. Codec tests run this one.
	Python string

	// PizcoPython is the path of the same interpreter in its virtual environment with the original
	// pizco.
	PizcoPython string

	root string
}

// String returns the version.
func (i Interpreter) String() string { return i.Version }

// Interpreters returns the Pythons that PIZCO_PYTHONS lists, in its order, or the machine's python3
// alone when it is empty. The test fails at once when one of them has not been set up.
func Interpreters(tb testing.TB) []Interpreter {
	tb.Helper()
	found, err := Discover()
	if err != nil {
		tb.Fatal(err)
	}
	return found
}

// DiscoverNewest returns the interpreter with the highest version that Discover finds.
func DiscoverNewest() (Interpreter, error) {
	found, err := Discover()
	if err != nil {
		return Interpreter{}, err
	}
	return slices.MaxFunc(found, byVersion), nil
}

// Discover returns the Pythons that PIZCO_PYTHONS lists, as Interpreters does, for a program that
// is no test. Its error says what to run when one has not been set up. They are looked up once:
// PIZCO_PYTHONS is read when Discover is first called.
func Discover() ([]Interpreter, error) { return discover() }

// Oldest returns the interpreter with the lowest version among Interpreters.
func Oldest(tb testing.TB) Interpreter {
	tb.Helper()
	return slices.MinFunc(Interpreters(tb), byVersion)
}

// Newest returns the interpreter with the highest version among Interpreters.
func Newest(tb testing.TB) Interpreter {
	tb.Helper()
	return slices.MaxFunc(Interpreters(tb), byVersion)
}

// byVersion puts 3.6 before 3.13: of two versions of Python 3, the longer text is the later one.
func byVersion(a, b Interpreter) int {
	return cmp.Or(cmp.Compare(len(a.Version), len(b.Version)), cmp.Compare(a.Version, b.Version))
}

// Script returns the path of a program in python_fixtures.
func (i Interpreter) Script(name string) string {
	return filepath.Join(i.root, "python_fixtures", name)
}

var discover = sync.OnceValues(func() ([]Interpreter, error) {
	root, err := repositoryRoot()
	if err != nil {
		return nil, err
	}
	versions, err := wanted(os.Getenv(Variable))
	if err != nil {
		return nil, err
	}
	found := make([]Interpreter, 0, len(versions))
	for _, version := range versions {
		interpreter, err := load(root, version)
		if err != nil {
			return nil, err
		}
		found = append(found, interpreter)
	}
	return found, nil
})

var versionPattern = regexp.MustCompile(`^[0-9]\.[0-9]{1,2}$`)

// wanted returns the versions that a value of PIZCO_PYTHONS lists.
func wanted(list string) ([]string, error) {
	versions := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
	if len(versions) == 0 {
		version, err := machineVersion()
		return []string{version}, err
	}
	for _, version := range versions {
		if !versionPattern.MatchString(version) {
			return nil, fmt.Errorf("pizco/pyenv: %s=%s: %q is no version like 3.13", Variable, list, version)
		}
	}
	return versions, nil
}

func machineVersion() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	const program = `import sys; print("%d.%d" % sys.version_info[:2])`
	out, err := exec.CommandContext(ctx, "python3", "-c", program).Output()
	if err != nil {
		return "", fmt.Errorf("pizco/pyenv: the machine's python3 does not run: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// load reads what scripts/setup has written about a version.
func load(root, version string) (Interpreter, error) {
	venv := filepath.Join(root, ".venvs", version)
	missing := func(err error) (Interpreter, error) {
		return Interpreter{}, fmt.Errorf("pizco/pyenv: Python %s is not set up: run `make test`, or `%s=%s scripts/setup` before `go test`: %w",
			version, Variable, version, err)
	}
	// setup writes this file last: an environment that was left half made has none.
	if _, err := os.Stat(filepath.Join(venv, "stamp")); err != nil {
		return missing(err)
	}
	python, err := os.ReadFile(filepath.Join(venv, "interpreter"))
	if err != nil {
		return missing(err)
	}
	interpreter := Interpreter{
		Version:     version,
		Python:      strings.TrimSpace(string(python)),
		PizcoPython: filepath.Join(venv, "bin", "python"),
		root:        root,
	}
	for _, path := range []string{interpreter.Python, interpreter.PizcoPython} {
		if _, err := os.Stat(path); err != nil {
			return missing(err)
		}
	}
	return interpreter, nil
}

// repositoryRoot returns the folder above the working folder that has python_fixtures. It looks for
// no go.mod: the repository has several.
func repositoryRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("pizco/pyenv: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "python_fixtures")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("pizco/pyenv: no folder python_fixtures above the working folder: run it in the repository")
		}
		dir = parent
	}
}
