package pyenv

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// BindingsVariable names the environment variable that lists the series of pyzmq to test against,
// such as "16,27".
const BindingsVariable = "PIZCO_PYZMQS"

// bindingsPrefix stands in front of a series in the name of its environment.
const bindingsPrefix = "zmq-"

// Bindings returns one interpreter for each series of pyzmq that PIZCO_PYZMQS lists, in its order,
// or for all that python_fixtures/requirements has when it is empty. Its Version is "zmq-27" and
// the like. It has pyzmq alone, without the original. The test fails at once when one of them has
// not been set up by `scripts/setup --zmq`.
func Bindings(tb testing.TB) []Interpreter {
	tb.Helper()
	root, err := repositoryRoot()
	if err != nil {
		tb.Fatal(err)
	}
	series := strings.FieldsFunc(os.Getenv(BindingsVariable), func(r rune) bool { return r == ',' || r == ' ' })
	if len(series) == 0 {
		series = pinnedBindings(tb, root)
	}
	found := make([]Interpreter, 0, len(series))
	for _, s := range series {
		interpreter, err := load(root, bindingsPrefix+s)
		if err != nil {
			tb.Fatalf("%v (`scripts/setup --zmq` makes the environments of pyzmq)", err)
		}
		found = append(found, interpreter)
	}
	return found
}

// pinnedBindings returns the series that there are requirements for.
func pinnedBindings(tb testing.TB, root string) []string {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join(root, "python_fixtures", "requirements", bindingsPrefix+"*.txt"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("pizco/pyenv: no requirements of pyzmq: %v", err)
	}
	var series []string
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		series = append(series, strings.TrimPrefix(name, bindingsPrefix))
	}
	slices.Sort(series)
	return series
}
