package suite_test

import (
	"io/fs"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/pizco-go/pizco/interop/cases"
	"github.com/pizco-go/pizco/interop/suite"
)

func builtIn(t *testing.T) *suite.Suite {
	t.Helper()
	s, err := suite.Load(cases.Files)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestProduct counts the whole product and knows why the rest of it cannot be.
func TestProduct(t *testing.T) {
	axes := builtIn(t).Axes
	all := 1
	for _, values := range axes.Axes {
		all *= len(values)
	}
	cells, excluded := axes.Product()
	if len(cells)+len(excluded) != all || len(cells) == 0 {
		t.Errorf("%d cells and %d excluded ones of %d", len(cells), len(excluded), all)
	}
	quick := 0
	for _, c := range cells {
		if axes.IsQuick(c) {
			quick++
		}
		if c.IsOracle() && c.Client != c.Server {
			t.Errorf("%s has nobody under test", c)
		}
	}
	if quick == 0 || quick == len(cells) {
		t.Errorf("%d quick cells of %d", quick, len(cells))
	}
	if axes.Newest != "py3.13" || axes.NewestOriginal() != axes.Newest {
		t.Errorf("the newest is %s", axes.Newest)
	}
}

// TestExcludedCells is the list of cells that cannot be, each with its reason.
func TestExcludedCells(t *testing.T) {
	reasons := map[suite.Cell]string{}
	_, excluded := builtIn(t).Axes.Product()
	for _, e := range excluded {
		reasons[e.Cell] = e.Reason
	}
	for _, tt := range []struct{ client, server, serializer, transport, dialect, reason string }{
		{"go", "go", "pickle5", "inproc", "master", ""},
		{"go", "py3.6", "pickle4", "ipc", "master", ""},
		{"py3.8", "go", "pickle5", "tcp", "0.1", ""},
		{"py3.6", "py3.6", "json", "inproc", "0.1", ""},
		{"py3.6", "py3.13", "pickle", "tcp", "0.1", "neither side is under test"},
		{"go", "py3.7", "pickle5", "tcp", "0.1", "know no pickle5"},
		{"py3.6", "go", "pickle5", "tcp", "0.1", "know no pickle5"},
		{"go", "py3.13", "pickle", "inproc", "0.1", "one process"},
		{"py3.13", "go", "pickle", "tcp", "master", "cannot read what the development line raises"},
		{"go", "go-libzmq", "pickle", "tcp", "0.1", ""},
		{"go-libzmq", "go", "pickle4", "ipc", "0.1", ""},
		{"go-libzmq", "py3.6", "pickle", "tcp", "0.1", ""},
		{"go-libzmq", "py3.6", "pickle4", "ipc", "0.1", "reference transport is tested in the main cells"},
		{"go-libzmq", "go-libzmq", "pickle4", "inproc", "0.1", "reference transport is tested in the main cells"},
	} {
		cell := suite.Cell{Client: tt.client, Server: tt.server, Serializer: tt.serializer, Signed: "no", Transport: tt.transport, Dialect: tt.dialect}
		if reason := reasons[cell]; !strings.Contains(reason, tt.reason) || (reason == "") != (tt.reason == "") {
			t.Errorf("%s: %q, want %q", cell, reason, tt.reason)
		}
	}
}

// TestExcludedCases is why cases do not run in cells.
func TestExcludedCases(t *testing.T) {
	byName := map[string]*suite.Case{}
	s := builtIn(t)
	for i := range s.Cases {
		byName[s.Cases[i].ID()] = &s.Cases[i]
	}
	for _, tt := range []struct{ name, client, server, serializer, transport, reason string }{
		{"values/set", "go", "py3.13", "pickle4", "tcp", ""},
		{"values/set", "go", "py3.13", "json", "tcp", "json cannot carry a set"},
		{"values/dict-of-tuple-keys", "go", "go", "json", "tcp", "json cannot carry a tuple as a key"},
		{"values/datetime-fold", "go", "go", "pickle3", "tcp", "fold"},
		{"exceptions/value-error", "go", "py3.6", "json", "tcp", "cannot write exceptions"},
		{"inspect/remote-names", "go", "py3.6", "json", "tcp", "cannot write exceptions and sets"},
		{"signals/three-values", "py3.13", "py3.13", "pickle", "inproc", "no notifications over inproc"},
		{"signals/three-values", "py3.6", "py3.6", "pickle", "inproc", ""},
		{"serializers/calls-pickle0-to-json", "go", "py3.6", "pickle4", "tcp", "names its own serializers"},
		{"serializers/calls-pickle5-to-pickle2", "go", "py3.6", "pickle", "tcp", "know no pickle5"},
		{"adversary/never", "go", "py3.6", "pickle", "tcp", "stands in for the server"},
		{"adversary/never", "go", "go", "pickle", "tcp", ""},
		{"malformed/one-frame", "go", "go", "pickle", "ipc", "stands in for the client"},
		{"futures/done-already", "go-libzmq", "py3.6", "pickle", "tcp", ""},
		{"endpoints/by-alias", "py3.6", "py3.6", "pickle", "tcp", "refuses a sender"},
	} {
		c := byName[tt.name]
		if c == nil {
			t.Errorf("there is no case %s", tt.name)
			continue
		}
		cell := suite.Cell{Client: tt.client, Server: tt.server, Serializer: tt.serializer, Signed: "no", Transport: tt.transport, Dialect: "0.1"}
		if reason := c.Excluded(cell); !strings.Contains(reason, tt.reason) || (reason == "") != (tt.reason == "") {
			t.Errorf("%s in %s: %q, want %q", tt.name, cell, reason, tt.reason)
		}
	}
}

// TestEveryCaseRuns sees to it that no case is excluded everywhere.
func TestEveryCaseRuns(t *testing.T) {
	s := builtIn(t)
	cells, _ := s.Axes.Product()
	for i := range s.Cases {
		runs := 0
		for _, cell := range cells {
			if s.Axes.IsQuick(cell) && s.Cases[i].Excluded(cell) == "" {
				runs++
			}
		}
		if runs == 0 {
			t.Errorf("%s runs in no quick cell", s.Cases[i].ID())
		}
	}
}

func TestSettings(t *testing.T) {
	cell := suite.Cell{Client: "go", Server: "py3.6", Serializer: "json", Signed: "yes"}
	if s := (&suite.Case{}).Settings(cell); s.Inspect || s.Key == "" || s.Key != s.ClientKey || s.Reply != "json" {
		t.Errorf("%+v", s)
	}
	mixed := &suite.Case{Mix: [2]string{"pickle2", "json"}}
	if s := mixed.Settings(cell); s.Request != "pickle2" || s.Server != "json" || s.Reply != "json" {
		t.Errorf("the original answers in its own serializer: %+v", s)
	}
	cell.Server = "go"
	if s := mixed.Settings(cell); s.Reply != "pickle2" || !s.Inspect {
		t.Errorf("a Go server answers in the request's: %+v", s)
	}
}

func TestOracles(t *testing.T) {
	axes := builtIn(t).Axes
	names := map[string]bool{}
	for _, o := range axes.Oracles(suite.Cell{Client: "go", Server: "py3.6", Serializer: "pickle", Signed: "no", Transport: "tcp", Dialect: "master"}) {
		names[o.String()] = true
	}
	for _, want := range []string{"py3.6>py3.6,pickle,unsigned,tcp,0.1", "py3.13>py3.13,pickle,unsigned,tcp,0.1", "py3.13>py3.13,pickle4,unsigned,tcp,0.1"} {
		if !names[want] {
			t.Errorf("%s is not among %v", want, names)
		}
	}
}

func TestFilter(t *testing.T) {
	for _, tt := range []struct {
		patterns, name string
		want           bool
	}{
		{"", "anything", true}, {"calls/*", "calls/one", true}, {"calls/*", "values/one", false}, {"a b*", "bc", true}, {"go>py3.6,*", "go>py3x6,pickle", false},
	} {
		if got := suite.Filter(tt.patterns)(tt.name); got != tt.want {
			t.Errorf("%q fits %q: %v", tt.name, tt.patterns, got)
		}
	}
}

// TestLoadRefuses breaks files of cases in many ways.
func TestLoadRefuses(t *testing.T) {
	const good = "area: calls\nabout: x\ncases:\n- name: a\n  about: x\n  steps:\n  - call: same\n    args: [1]\n    returns: 1\n"
	axes, err := fs.ReadFile(cases.Files, "axes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	base := fstest.MapFS{"axes.yaml": &fstest.MapFile{Data: axes}}
	load := func(name, text string) error {
		folder := maps.Clone(base)
		folder[name] = &fstest.MapFile{Data: []byte(text)}
		_, err := suite.Load(folder)
		return err
	}
	if err := load("calls.yaml", good); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"no verb":          strings.Replace(good, "call: same", "conn: main", 1),
		"two verbs":        strings.Replace(good, "call: same", "call: same\n    get: age", 1),
		"only without why": strings.Replace(good, "  steps:", "  only: {client: go}\n  steps:", 1),
		"no steps":         "area: calls\nabout: x\ncases:\n- name: a\n  about: x\n  steps: []\n",
		"another area":     strings.Replace(good, "area: calls", "area: values", 1),
		"unknown member":   strings.Replace(good, "returns: 1", "returned: 1", 1),
		"unknown verb":     strings.Replace(good, "call: same", "calls: same", 1),
		"the same twice":   good + strings.SplitAfter(good, "cases:\n")[1],
		"key twice":        strings.Replace(good, "about: x\n", "about: x\nabout: y\n", 1),
		"no YAML":          "area: [",
	} {
		if err := load("calls.yaml", text); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	for name, text := range map[string]string{
		"no reason": "- pattern: x", "no pattern": "- reason: x", "unknown member": "- {pattern: x, reason: y, since: z}",
	} {
		if err := load("known-failures.yaml", text); err == nil {
			t.Errorf("a known failure with %s is accepted", name)
		}
	}
}
