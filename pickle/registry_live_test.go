package pickle_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/corpus"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/pickle"
)

type (
	pyPoint struct {
		X    int
		Name string `pickle:"label"`
		Note string `pickle:",omitempty"`
	}
	pySlots struct{ A, B int }
	pyPair  struct {
		First  int
		Second string
	}
	pyTuple struct{ X, Y int }
	pyEmpty struct {
		Only int `pickle:",omitempty"`
	}
)

func liveRegistry(t *testing.T) *pickle.Registry {
	t.Helper()
	r := pickle.NewRegistry()
	for _, c := range []struct {
		name   string
		v      any
		layout pickle.Layout
	}{
		{"Point", pyPoint{}, pickle.StateDict}, {"Slots", &pySlots{}, pickle.Slots}, {"Pair", pyPair{}, pickle.Args}, {"Tuple", pyTuple{}, pickle.NewArgs},
		{"Outer.Empty", pyEmpty{}, pickle.StateDict},
	} {
		if err := r.Register("__main__", c.name, c.v, c.layout); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

const registryProgram = `
import collections, pickle, sys

class Point(object):
    def __init__(self, **kw):
        self.__dict__.update(kw)

class Slots(object):
    __slots__ = ('a', 'b')
    def __init__(self, a, b):
        self.a, self.b = a, b

class Pair(object):
    def __init__(self, first, second):
        self.args = first, second
    def __reduce__(self):
        return Pair, (self.args[0], self.args[1])

class Outer(object):
    class Empty(object):
        pass

Tuple = collections.namedtuple('Tuple', 'x y')

for line in sys.stdin:
    p = Point(x=1, label='p1')
    value = eval(line)
    out = []
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        try:
            out.append(pickle.dumps(value, protocol).hex())
        except Exception as e:
            out.append('-')
    print(' '.join(out))
`

func TestRegistryLive(t *testing.T) {
	p := &pyPoint{X: 1, Name: "p1"}
	rows := []struct {
		expr string
		v    any
	}{
		{"Point(x=1, label='p1')", pyPoint{X: 1, Name: "p1"}},
		{"[p, p, Point(x=2, label='p2', note='nn')]", []*pyPoint{p, p, {X: 2, Name: "p2", Note: "nn"}}},
		{"Slots(1, 2)", pySlots{1, 2}},
		{"[Slots(1, 2), Slots(3, 4)]", []pySlots{{1, 2}, {3, 4}}},
		{"Pair(1, 'two')", pyPair{1, "two"}},
		{"[Tuple(1, 2), Tuple(3, 4)]", []pyTuple{{1, 2}, {3, 4}}},
		{"{'key': Outer.Empty()}", map[string]any{"key": &pyEmpty{}}},
	}
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			source, err := corpus.ParseSource(python.Version)
			if err != nil {
				t.Fatal(err)
			}
			var input strings.Builder
			for _, row := range rows {
				input.WriteString(row.expr + "\n")
			}
			out := bufio.NewScanner(bytes.NewReader(python.Eval(t.Context(), t, registryProgram, strings.NewReader(input.String()))))
			for _, row := range rows {
				if !out.Scan() {
					t.Fatal("Python printed fewer lines than it was asked for")
				}
				for proto, text := range strings.Fields(out.Text()) {
					got, err := pickle.Marshal(row.v, pickle.Protocol(proto), pickle.WriteAs(3, source.Minor), pickle.WithRegistry(liveRegistry(t)))
					if text == "-" {
						var refused *pickle.MarshalError
						if !errors.As(err, &refused) {
							t.Errorf("%s at protocol %d: %v; Python refuses it", row.expr, proto, err)
						}
						continue
					}
					want, _ := hex.DecodeString(text)
					if err != nil || !bytes.Equal(got, want) {
						t.Errorf("%s at protocol %d: %v\n got %q\nwant %q", row.expr, proto, err, got, want)
					}
				}
			}
		})
	}
}

func TestRegisterRefuses(t *testing.T) {
	r := liveRegistry(t)
	for _, err := range []error{
		r.Register("m", "C", 5, pickle.StateDict), r.Register("m", "C", nil, pickle.StateDict), r.Register("m", "C", pyPoint{}, pickle.StateDict),
		r.Register("__main__", "Point", struct{}{}, pickle.StateDict), r.Register("m", "C", struct{}{}, pickle.Layout(9)),
	} {
		var option *pickle.OptionError
		if !errors.As(err, &option) {
			t.Errorf("got %v", err)
		}
	}
}
