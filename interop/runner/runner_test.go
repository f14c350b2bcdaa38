package runner_test

import (
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/pizco-go/pizco/interop/peer"
	"github.com/pizco-go/pizco/interop/runner"
	"github.com/pizco-go/pizco/interop/suite"
)

// axes are two Go peers, an original and nothing else.
const axes = `
axes: {client: [go, py3.13], server: [go, py3.13], serializer: [pickle4], signed: ["no"], transport: [tcp], dialect: ["0.1"]}
quick: []
`

const calls = `
area: calls
about: What the fake peer answers.
cases:
- {name: right, about: x, steps: [{call: same, args: [5], returns: 5}]}
- {name: wrong, about: x, steps: [{call: wrong, args: [5], returns: 5}]}
- {name: flaky, about: x, steps: [{call: flaky, args: [5], returns: 5}]}
- {name: refused, about: x, steps: [{call: refuse, args: [5], returns: 5}]}
- {name: deadly, about: x, steps: [{call: die, args: [5], returns: 5}]}
- {name: odd, about: x, steps: [{inspect: , shows: {has: [a]}}]}
- {name: nowhere, about: x, only: {transport: ipc}, why: there is none here, steps: [{call: same, args: [5], returns: 5}]}
`

// fake is a peer, client and server, that makes no calls: it knows the answers.
type fake struct {
	listener net.Listener
	started  atomic.Int32
	flaky    atomic.Int32
}

func newFake(t *testing.T) *fake {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	f := &fake{listener: listener}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			f.started.Add(1)
			go f.work(conn)
		}
	}()
	return f
}

func (f *fake) command() string { return "tcp://" + f.listener.Addr().String() }

func (f *fake) work(conn net.Conn) {
	defer conn.Close()
	for {
		var r map[string]any
		if peer.ReadMessage(conn, &r) != nil || r["op"] == "quit" || r["name"] == "die" {
			return
		}
		answer := map[string]any{"id": r["id"]}
		if result, err := f.answer(r); err != nil {
			answer["error"] = err.Error()
		} else {
			answer["result"] = result
		}
		if peer.WriteMessage(conn, answer) != nil {
			return
		}
	}
}

func (f *fake) answer(r map[string]any) (any, error) {
	switch r["op"] {
	case "hello":
		return peer.Hello{
			Name: "fake", Host: "127.0.0.1", Ops: []string{"connect", "disconnect", "call", "serve", "release", "reset", "seen"}, Serializers: []string{"pickle4"},
		}, nil
	case "serve":
		return map[string]any{"rep_endpoint": "tcp://127.0.0.1:40000", "pub_endpoint": "tcp://127.0.0.1:40001"}, nil
	case "call":
		return f.call(fmt.Sprint(r["name"]), r["args"].([]any)[0])
	}
	return map[string]any{}, nil
}

func (f *fake) call(name string, arg any) (any, error) {
	switch name {
	case "wrong":
		return map[string]any{"returned": "wrong"}, nil
	case "flaky":
		if f.flaky.Add(1) == 1 {
			return map[string]any{"failed": "timeout", "message": "nothing came"}, nil
		}
	case "refuse":
		return nil, fmt.Errorf("the peer cannot do that")
	}
	return map[string]any{"returned": arg}, nil
}

// run runs cases whose names fit the pattern, with a list of known failures.
func run(t *testing.T, f *fake, pattern, known, cells string) *runner.Results {
	t.Helper()
	s, err := suite.Load(fstest.MapFS{
		"axes.yaml": {Data: []byte(axes)}, "calls.yaml": {Data: []byte(calls)}, "known-failures.yaml": {Data: []byte(known)},
	})
	if err != nil {
		t.Fatal(err)
	}
	chosen := suite.Filter(cells)
	results, err := runner.Run(t.Context(), runner.Config{
		Suite: s, Commands: map[string]string{"go": f.command(), "py3.13": f.command()}, NoTap: true,
		Cells: func(c suite.Cell) bool { return chosen(c.String()) }, Cases: suite.Filter(pattern),
	})
	if err != nil {
		t.Fatal(err)
	}
	return results
}

const goCell = "go>go,pickle4,unsigned,tcp,0.1"

func TestStatuses(t *testing.T) {
	r := run(t, newFake(t), "calls/*", "", goCell)
	problems := map[string]string{}
	for i := range r.Tests {
		problems[r.Tests[i].Case] = string(r.Tests[i].Status) + ": " + r.Tests[i].Problem
	}
	for name, want := range map[string]string{
		"right": "passed: ", "wrong": `failed: step 1: call wrong {"$tuple":[5]}: expected returned 5, but returned "wrong"`,
		"flaky": "failed: step 1: call flaky", "refused": "failed: step 1: call refuse {\"$tuple\":[5]}: could not be done", "deadly": "failed: step 1: call die",
	} {
		if !strings.HasPrefix(problems[name], want) {
			t.Errorf("%s is %q, want %q", name, problems[name], want)
		}
	}
	reasons := map[string]string{}
	for _, s := range r.Skipped {
		reasons[s.Case] = s.Reason
	}
	if len(r.Tests) != 5 || !strings.Contains(reasons["calls/odd"], `does not offer "inspect"`) || reasons["calls/nowhere"] != "there is none here" {
		t.Errorf("%d tests, skipped %v", len(r.Tests), reasons)
	}
	if r.OK() {
		t.Error("the run is good")
	}
}

// TestKnownFailures is what the list of known failures does to a run.
func TestKnownFailures(t *testing.T) {
	for _, tt := range []struct {
		name, cases, known, cells string
		ok                        bool
		knownFailures             int
		problem                   string
	}{
		{"nothing fails", "calls/right", "", goCell, true, 0, ""},
		{"an unlisted failure", "calls/wrong", "", goCell, false, 0, ""},
		{"a listed failure", "calls/right calls/wrong", "- {pattern: 'calls/wrong[go>go,*', reason: y}", goCell, true, 1, ""},
		{"a listed case that passes", "calls/right", "- {pattern: 'calls/right[*', reason: y}", goCell, false, 0, "passes, but is listed"},
		{"a pattern that fits nothing", "calls/right", "- {pattern: 'calls/gone[*', reason: y}", goCell, false, 0, "no test matches"},
		{"a pattern that fits what was not chosen", "calls/right", "- {pattern: 'calls/wrong[*', reason: y}", goCell, true, 0, ""},
		{"a pattern that fits cells that were not chosen", "calls/right", "- {pattern: 'calls/right[py3.13>go,*', reason: y}", goCell, true, 0, ""},
		{"a pattern of a case that is excluded everywhere", "calls/right", "- {pattern: 'calls/nowhere[*', reason: y}", goCell, false, 0, "no test matches"},
		{"nothing at all runs", "calls/gone", "", goCell, false, 0, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := run(t, newFake(t), tt.cases, tt.known, tt.cells)
			if r.OK() != tt.ok || r.Count(runner.Known) != tt.knownFailures {
				t.Errorf("ok %v, %d known, %q", r.OK(), r.Count(runner.Known), r.Problems)
			}
			if (len(r.Problems) > 0) != (tt.problem != "") || tt.problem != "" && !strings.Contains(r.Problems[0], tt.problem) {
				t.Errorf("problems %q", r.Problems)
			}
		})
	}
}

// TestCannotRun counts cases that could not be run as failed.
func TestCannotRun(t *testing.T) {
	f := newFake(t)
	r := run(t, f, "calls/right calls/wrong", "", goCell)
	if len(r.Tests) != 2 {
		t.Fatalf("%d tests", len(r.Tests))
	}
	gone := newFake(t)
	gone.listener.Close()
	s, err := suite.Load(fstest.MapFS{"axes.yaml": {Data: []byte(axes)}, "calls.yaml": {Data: []byte(calls)}})
	if err != nil {
		t.Fatal(err)
	}
	chosen := suite.Filter(goCell)
	r, err = runner.Run(t.Context(), runner.Config{
		Suite: s, Commands: map[string]string{"go": "/nonexistent/peer"}, NoTap: true, Cells: func(c suite.Cell) bool { return chosen(c.String()) },
	})
	if err != nil || len(r.Tests) != 6 || r.Count(runner.Failed) != 6 || !strings.HasPrefix(r.Tests[0].Problem, "could not run: ") {
		t.Errorf("%v, %d tests, %d failed", err, len(r.Tests), r.Count(runner.Failed))
	}
}

// TestUnsteady runs a case of the original against itself again when it fails, with new processes,
// and no other.
func TestUnsteady(t *testing.T) {
	f := newFake(t)
	r := run(t, f, "calls/flaky", "", "py3.13>py3.13,*")
	if !r.OK() || len(r.Unsteady()) != 1 || !strings.Contains(r.Unsteady()[0].Before[0], "nothing came") {
		t.Errorf("ok %v, unsteady %+v", r.OK(), r.Unsteady())
	}
	if n := f.started.Load(); n != 4 {
		t.Errorf("%d processes were started, want 4", n)
	}
	if r := run(t, newFake(t), "calls/flaky", "", goCell); r.OK() || len(r.Unsteady()) != 0 {
		t.Error("a case of Go's was run again")
	}
	if r := run(t, newFake(t), "calls/wrong", "", "py3.13>py3.13,*"); r.OK() || len(r.Tests) != 1 || len(r.Tests[0].Before) != 2 {
		t.Errorf("what always fails: %+v", r.Tests)
	}
}

// TestOracle holds others to what the original has come to.
func TestOracle(t *testing.T) {
	r := run(t, newFake(t), "calls/wrong", "- {pattern: 'calls/wrong[py*', reason: the fake original is at fault}", "")
	if r.Count(runner.Known) != 2 || r.Count(runner.Failed) != 2 {
		t.Errorf("%d known, %d failed", r.Count(runner.Known), r.Count(runner.Failed))
	}
	first := r.Tests[0]
	if !first.Cell.IsOracle() {
		t.Errorf("%s runs before the original's own", first.Name)
	}
	for i := range r.Tests {
		if test := &r.Tests[i]; !test.Cell.IsOracle() && test.Steps[0].Original != `returned "wrong"` {
			t.Errorf("%s knows of the original %q", test.Name, test.Steps[0].Original)
		}
	}
}
