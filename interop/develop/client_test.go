//go:build develop

package develop_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/py"
)

// limit is the context of a test that must not hang.
func limit(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func dial(t *testing.T, endpoint string, opts ...goagent.DialOption) *goagent.Proxy {
	t.Helper()
	p, err := goagent.Dial(limit(t), endpoint, append([]goagent.DialOption{goagent.WithSerializer("pickle2")}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

// onEach runs a test with a laboratory on each Python.
func onEach(t *testing.T, test func(t *testing.T, python pyenv.Develop, server *pyenv.Process, endpoint string), options ...pyenv.Option) {
	for _, python := range pyenv.Develops(t) {
		t.Run(python.Version, func(t *testing.T) {
			server, endpoint := python.ServeDevelop(t, options...)
			test(t, python, server, endpoint)
		})
	}
}

// TestMembers asks a server of develop what it has.
func TestMembers(t *testing.T) {
	onEach(t, func(t *testing.T, _ pyenv.Develop, _ *pyenv.Process, endpoint string) {
		p := dial(t, endpoint)
		ctx := limit(t)
		if d, err := p.Dialect(ctx); d != goagent.Develop || err != nil {
			t.Fatalf("dialect %v, %v", d, err)
		}
		signals, err := p.Signals(ctx)
		slices.Sort(signals)
		if want := []string{"sig0", "sig1", "sig2", "sig3", "sig_any", "sig_auto", "sig_kw", "sig_var"}; !slices.Equal(signals, want) || err != nil {
			t.Errorf("signals %q, %v", signals, err)
		}
		members, err := p.Describe(ctx)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]object.MemberInfo{}
		for _, m := range members {
			found[m.Name] = m
		}
		if m := found["add"]; m.Kind != object.KindMethod {
			t.Errorf("add: %+v", m)
		}
		if m := found["number"]; m.Kind != object.KindAttribute {
			t.Errorf("number: %+v", m)
		}
		if m := found["sig_kw"]; m.Kind != object.KindSignal || len(m.Params) != 2 || m.Params[1].Name != "unit" {
			t.Errorf("sig_kw: %+v", m)
		}
		if m := found["sig_auto"]; m.Kind != object.KindSignal || m.HasParams {
			t.Errorf("sig_auto: %+v", m)
		}
		var bound struct {
			Add  func(ctx context.Context, x, y int) (int, error)
			Sig1 goagent.RemoteSignal[int]
		}
		if err := p.Bind(ctx, &bound); err != nil {
			t.Fatal(err)
		}
		if sum, err := bound.Add(ctx, 4, 5); sum != 9 || err != nil {
			t.Errorf("add: %d, %v", sum, err)
		}
	})
}

// TestValues reads attributes of a server of develop, and has it raise.
func TestValues(t *testing.T) {
	onEach(t, func(t *testing.T, _ pyenv.Develop, _ *pyenv.Process, endpoint string) {
		p := dial(t, endpoint)
		ctx := limit(t)
		for name, want := range map[string]string{
			"number": "12", "ratio": "0.5", "nothing": "None", "flag": "True", "text": "'hello'", "table": "{1: 2, 'k': [1, 2]}",
			"items": "[1, 2, 3]", "pair": "(1, 'a')", "rw_prop": "42",
		} {
			var value any
			if err := p.Get(ctx, &value, name); err != nil || py.Repr(value) != want {
				t.Errorf("%s: %s, %v; want %s", name, py.Repr(value), err, want)
			}
		}
		var remote *pyerr.RemoteError
		if err := p.Set(ctx, "rw_prop", nil); !errors.As(err, &remote) || remote.Message != "no value" || len(remote.Traceback) == 0 {
			t.Errorf("rw_prop: %v", err)
		}
		if err := p.Instantiate(ctx, "lab.Lab"); !errors.Is(err, pyerr.Exception) {
			t.Errorf("instantiate: %v", err)
		}
		var answer map[string]int
		if err := p.Call(ctx, &answer, "fut_slow", 0.05); err != nil || answer["answer"] != 42 {
			t.Errorf("fut_slow: %v, %v", answer, err)
		}
		for range 40 { // done before they are announced
			var text string
			if err := p.Call(ctx, &text, "fut_done"); err != nil || text != "at once" {
				t.Fatalf("fut_done: %q, %v", text, err)
			}
		}
	})
}

// TestSignals connects slots of all shapes, which each get what the signal is emitted with.
func TestSignals(t *testing.T) {
	onEach(t, func(t *testing.T, _ pyenv.Develop, _ *pyenv.Process, endpoint string) {
		p := dial(t, endpoint)
		ctx := limit(t)
		got := make(chan string, 10)
		for signal, slot := range map[string]any{
			"sig0":    func() { got <- "none" },
			"sig1":    func(n int) { got <- py.Repr(int64(n)) },
			"sig2":    func(n, old int) { got <- py.Repr(py.Tuple{int64(n), int64(old)}) },
			"sig_kw":  func(x float64, named object.Kwargs) { got <- py.Repr(x) + named["unit"].(string) },
			"sig_var": func(all ...int) { got <- py.Repr(int64(len(all))) },
			"sig_any": func(e goagent.Event) {
				got <- py.Repr(e.Values) + " " + py.Repr(int64(len(slices.Collect(maps.Keys(e.Kwargs)))))
			},
		} {
			if _, err := p.Connect(ctx, signal, slot); err != nil {
				t.Fatalf("%s: %v", signal, err)
			}
		}
		for _, tt := range []struct {
			signal string
			args   []any
			want   string
		}{
			{"sig0", nil, "none"},
			{"sig1", []any{8}, "8"},
			{"sig2", []any{8, 9}, "(8, 9)"},
			{"sig_kw", []any{1.5, object.Kwargs{"unit": "mm"}}, "1.5mm"},
			{"sig_var", []any{1, 2, 3, 4, 5}, "5"},
			{"sig_any", []any{1, "x", object.Kwargs{"a": 1, "b": 2}}, "(1, 'x') 2"},
		} {
			if err := p.Call(ctx, nil, "do_emit", append([]any{tt.signal}, tt.args...)...); err != nil {
				t.Fatal(err)
			}
			select {
			case text := <-got:
				if text != tt.want {
					t.Errorf("%s: got %s, want %s", tt.signal, text, tt.want)
				}
			case <-ctx.Done():
				t.Fatalf("%s: no slot is called", tt.signal)
			}
		}
		if err := p.Call(ctx, nil, "do_emit", "sig1"); err == nil {
			t.Error("sig1 is emitted without a value")
		}
	})
}

// TestStop stops a server of develop, whose announcement is heard.
func TestStop(t *testing.T) {
	onEach(t, func(t *testing.T, _ pyenv.Develop, _ *pyenv.Process, endpoint string) {
		reasons := make(chan error, 10)
		p := dial(t, endpoint, goagent.WithStatusHandler(func(_ goagent.Status, reason error) { reasons <- reason }))
		ctx := limit(t)
		if _, err := p.Dialect(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Connect(ctx, "sig0", func() {}); err != nil { // the subscriptions are in force
			t.Fatal(err)
		}
		if err := p.StopServer(ctx); err != nil {
			t.Fatal(err)
		}
		for {
			select {
			case reason := <-reasons:
				if errors.Is(reason, goagent.ErrServerStopped) {
					return
				}
			case <-ctx.Done():
				t.Fatalf("the stop is not heard")
			}
		}
	})
}

// TestReferences gets a server as a value and dials it, and gives one to another server.
func TestReferences(t *testing.T) {
	onEach(t, func(t *testing.T, python pyenv.Develop, _ *pyenv.Process, endpoint string) {
		p := dial(t, endpoint)
		ctx := limit(t)
		var other goagent.Remote
		if err := p.Call(ctx, &other, "give_server"); err != nil {
			t.Fatal(err)
		}
		q, err := other.Dial(ctx, goagent.WithSerializer("pickle2"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = q.Close() })
		var product int
		if err := q.Call(ctx, &product, "times", 4); err != nil || product != 12 {
			t.Errorf("times: %d, %v", product, err)
		}
		_, second := python.ServeDevelop(t)
		if err := dial(t, second).Call(ctx, &product, "call_times", q.Remote(), 5); err != nil || product != 15 {
			t.Errorf("call_times: %d, %v", product, err)
		}
	})
}

// TestWildcard dials a server that listens at every interface, under two of its names.
func TestWildcard(t *testing.T) {
	onEach(t, func(t *testing.T, _ pyenv.Develop, _ *pyenv.Process, endpoint string) {
		port := endpoint[strings.LastIndexByte(endpoint, ':')+1:]
		for _, host := range []string{"127.0.0.1", "127.0.0.2"} {
			p := dial(t, "tcp://"+host+":"+port)
			ctx := limit(t)
			got := make(chan int, 1)
			if _, err := p.Connect(ctx, "sig1", func(n int) { got <- n }); err != nil {
				t.Fatal(err)
			}
			if err := p.Call(ctx, nil, "do_emit", "sig1", 8); err != nil {
				t.Fatal(err)
			}
			select {
			case <-got:
			case <-ctx.Done():
				t.Fatal("no slot is called")
			}
		}
	}, pyenv.WithArgs("tcp://*:0"))
}
