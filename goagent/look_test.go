package goagent_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// hazards are the members of python_fixtures/hazards.py that the original cannot send, or might not
// be able to.
var hazards = []string{"pool", "lock", "file", "generator", "event", "volt", "channel", "outcome", "mute", "bunch"}

// nestings are the endings of the names under which containers hold the hazards.
var nestings = []string{"", "_in_list", "_in_tuple", "_in_dict", "_deep"}

// eachPython runs a test against the original with the hazards on every interpreter.
func eachPython(t *testing.T, test func(t *testing.T, server *pyenv.Server)) {
	t.Helper()
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) { test(t, python.Serve(t, pyenv.Hazards)) })
	}
}

// answers fails the test unless the server answers another client.
func answers(t *testing.T, server *pyenv.Server, after string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	p, err := goagent.Dial(ctx, server.RepEndpoint)
	if err != nil {
		t.Fatalf("after %s: %v", after, err)
	}
	defer p.Close()
	var text string
	if err := p.Call(ctx, &text, "greet"); err != nil || text != "Hello" {
		t.Fatalf("after %s: greet() = %q, %v", after, text, err)
	}
}

// TestGetHarmsNothing asks the original for everything that it cannot send. It never answered
// anybody again.
func TestGetHarmsNothing(t *testing.T) {
	eachPython(t, func(t *testing.T, server *pyenv.Server) {
		p := dial(t, server.RepEndpoint)
		for _, nesting := range nestings {
			for _, hazard := range append(hazards, "function", "factory") {
				checkRefused(t, p, hazard+nesting)
			}
		}
		for _, name := range []string{"busy", "ring"} {
			checkRefused(t, p, name)
		}
		answers(t, server, "all reads")
		for range 6 {
			var value any
			if err := p.Get(limit(t), &value, "changing"); err == nil && value != int64(5) {
				t.Errorf("changing = %v", value)
			}
			answers(t, server, "reading changing")
		}
	})
}

// checkRefused fails the test unless reads of an attribute are refused, or say no more than its
// repr.
func checkRefused(t *testing.T, p *goagent.Proxy, name string) {
	t.Helper()
	reads := map[string]func(ctx context.Context, target any) error{
		"Get":       func(ctx context.Context, target any) error { return p.Get(ctx, target, name) },
		"GetObject": func(ctx context.Context, target any) error { return p.GetObject(ctx, target, name) },
		"Item 0":    func(ctx context.Context, target any) error { return p.Item(ctx, target, name, 0) },
		"Item 'a'":  func(ctx context.Context, target any) error { return p.Item(ctx, target, name, "a") },
	}
	for how, read := range reads {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		var value any
		err := read(ctx, &value)
		cancel()
		var unsafe *goagent.UnsafeReadError
		var remote *goagent.RemoteAttributeError
		var raised *pyerr.RemoteError
		switch {
		case errors.As(err, &unsafe):
			if unsafe.Name != name || unsafe.Repr == "" && !strings.HasPrefix(name, "mute") {
				t.Errorf("%s of %s: %+v", how, name, unsafe)
			}
		case errors.As(err, &remote), errors.As(err, &raised):
		case err == nil && isPlain(value) && strings.ContainsAny(name, "_"):
			// Inside a container the repr is all there is.
		default:
			t.Errorf("%s of %s = %v, %v", how, name, value, err)
		}
		if t.Failed() {
			t.FailNow()
		}
	}
}

func isPlain(value any) bool {
	_, err := py.ParseRepr(py.Repr(value))
	return err == nil
}

// TestGetPlain reads from the original what is plain all the way down, and only its own class will
// do.
func TestGetPlain(t *testing.T) {
	eachPython(t, func(t *testing.T, server *pyenv.Server) {
		checked, insisting := dial(t, server.RepEndpoint), dial(t, server.RepEndpoint, goagent.WithInsist())
		for _, name := range []string{"count", "ratio", "name", "tools", "since", "price"} {
			var got, want any
			if err := errors.Join(checked.Get(limit(t), &got, name), insisting.Get(limit(t), &want, name)); err != nil {
				t.Error(err)
				continue
			}
			if same, err := py.Equal(got, want); err != nil || !same {
				t.Errorf("%s = %s, want %s", name, py.Repr(got), py.Repr(want))
			}
			var object any
			if err := checked.GetObject(limit(t), &object, name, goagent.WithInsist()); err != nil || py.Repr(object) != py.Repr(want) {
				t.Errorf("insisting on %s = %s, %v", name, py.Repr(object), err)
			}
		}
		var item []any
		if err := checked.Item(limit(t), &item, "tools", 1); err != nil || len(item) != 2 || item[0] != 2.5 {
			t.Errorf("tools[1] = %v, %v", item, err)
		}
		var left string
		if err := checked.Item(limit(t), &left, "tools", "left"); err != nil || left != "gripper" {
			t.Errorf("tools['left'] = %q, %v", left, err)
		}
		if err := checked.Item(limit(t), &left, "tools", "middle"); !errors.Is(err, pyerr.KeyError) {
			t.Errorf("tools['middle'] = %v", err)
		}
		var bound struct {
			Count goagent.Attr[int]
			Tools goagent.Map[any, any]
			Pool  goagent.Attr[any]
			Greet func(context.Context) (string, error)
		}
		if err := checked.Bind(limit(t), &bound); err != nil {
			t.Fatal(err)
		}
		if n, err := bound.Count.Get(limit(t)); err != nil || n != 3 {
			t.Errorf("count = %d, %v", n, err)
		}
		if all, err := bound.Tools.All(limit(t)); err != nil || all["left"] != "gripper" {
			t.Errorf("tools = %v, %v", all, err)
		}
		var unsafe *goagent.UnsafeReadError
		if _, err := bound.Pool.Get(limit(t)); !errors.As(err, &unsafe) {
			t.Errorf("pool = %v", err)
		}
		answers(t, server, "reading what is plain")
	})
}

// TestDescribeHarmsNothing describes an object with everything that the original cannot send.
func TestDescribeHarmsNothing(t *testing.T) {
	eachPython(t, func(t *testing.T, server *pyenv.Server) {
		p := dial(t, server.RepEndpoint)
		members, err := p.Describe(limit(t))
		if err != nil {
			t.Fatal(err)
		}
		if i := slices.IndexFunc(members, func(m object.MemberInfo) bool { return m.Name == "greet" }); i < 0 || members[i].Doc != "Greets." {
			t.Errorf("greet is described as %+v", members)
		}
		answers(t, server, "Describe")
		if remotes, _, err := p.Inspect(limit(t)); err != nil || !slices.Contains(remotes, "greet") {
			t.Errorf("Inspect = %v, %v", remotes, err)
		}
		answers(t, server, "Inspect")
	})
}

// TestOwnDirHarmsNothing describes and connects to objects whose __dir__ returns what the original
// cannot send.
func TestOwnDirHarmsNothing(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			server := python.Serve(t, pyenv.Secretive)
			p := dial(t, server.RepEndpoint)
			kinds := map[string]object.MemberKind{}
			members, err := p.Describe(limit(t))
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range members {
				kinds[m.Name] = m.Kind
			}
			for name, want := range map[string]object.MemberKind{
				"bunch": object.KindAttribute, "count": object.KindAttribute, "moved": object.KindSignal, "station": object.KindSignal, "factory": object.KindMethod,
			} {
				if kinds[name] != want {
					t.Errorf("%s is of kind %q, want %q", name, kinds[name], want)
				}
			}
			answers(t, server, "Describe")
			var none *goagent.NoSignalError
			if _, err := p.Connect(limit(t), "bunch", func(any) {}); !errors.As(err, &none) {
				t.Errorf("Connect to bunch = %v", err)
			}
			var unsafe *goagent.UnsafeReadError
			if err := p.Get(limit(t), nil, "bunch"); !errors.As(err, &unsafe) {
				t.Errorf("bunch: %v", err)
			}
			f, err := goagent.Forward(server.RepEndpoint)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = f.Close() })
			forwarded := dial(t, f.Endpoint())
			for _, name := range []string{"bunch", "station"} {
				if err := goagent.SubscribeRaw(limit(t), forwarded, name, func(*wire.Message) {}); err != nil {
					t.Error(err)
				}
			}
			through, err := forwarded.Describe(limit(t)) // which passes on what inspect tells, and no iterators
			if err != nil || !slices.ContainsFunc(through, func(m object.MemberInfo) bool { return m.Name == "station" }) {
				t.Errorf("through a forwarder the members are %v, %v", through, err)
			}
			for _, m := range through {
				if m.Kind != kinds[m.Name] {
					t.Errorf("through a forwarder %s is of kind %q", m.Name, m.Kind)
				}
			}
			answers(t, server, "a forwarder's subscriptions")
			json := python.Serve(t, pyenv.Secretive, pyenv.WithArgs("--serializer", "json"))
			if _, err := dial(t, json.RepEndpoint).Describe(limit(t)); !errors.As(err, &unsafe) {
				t.Errorf("an original that writes json: %v", err)
			}
			answers(t, json, "Describe of an original that writes json")
		})
	}
}

// TestItemHarmsNothing asks for items of which the repr of their container does not say all, and
// that are there the next time only.
func TestItemHarmsNothing(t *testing.T) {
	eachPython(t, func(t *testing.T, server *pyenv.Server) {
		p := dial(t, server.RepEndpoint)
		for name, c := range map[string]struct {
			key  any
			want string
			fail error
		}{
			"hidden": {py.NewSlice(int64(0), nil, nil), "[7, 2]", nil},
			"line":   {0, "7", nil},
			"order":  {"a", "7", nil},
			"votes":  {"c", "0", nil},
			"name":   {-1, "'e'", nil},
			"count":  {0, "", pyerr.AttributeError},
			"tools":  {[]any{}, "", pyerr.TypeError},
			"ring":   {5, "", nil},
		} {
			var item any
			err := p.Item(limit(t), &item, name, c.key)
			if c.want != "" && (err != nil || py.Repr(item) != c.want) || c.fail != nil && !errors.Is(err, c.fail) {
				t.Errorf("item %v of %s = %s, %v", c.key, name, py.Repr(item), err)
			}
			answers(t, server, "reading an item of "+name)
		}
		for name, want := range map[string]error{"line": pyerr.IndexError, "order": pyerr.KeyError, "tools": pyerr.KeyError} {
			var remote *pyerr.RemoteError
			if err := p.Item(limit(t), nil, name, 99); !errors.Is(err, want) || !errors.As(err, &remote) {
				t.Errorf("item 99 of %s: %v", name, err)
			}
		}
		for range 3 {
			_ = p.Item(limit(t), nil, "filling", "a")
			answers(t, server, "reading an item of a dict that is being filled")
		}
	})
}

// TestConnectHarmsNothing connects to what is no signal. With pyzmq 16 the original's server
// published nothing any more.
func TestConnectHarmsNothing(t *testing.T) {
	eachPython(t, func(t *testing.T, server *pyenv.Server) {
		f, err := goagent.Forward(server.RepEndpoint)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		forwarded := dial(t, f.Endpoint())
		p := dial(t, server.RepEndpoint)
		var none *goagent.NoSignalError
		for _, name := range []string{"name", "lock", "greet", "tools", "busy", "factory", "driver", "count"} {
			if _, err := p.Connect(limit(t), name, func(any) {}); !errors.As(err, &none) {
				t.Errorf("Connect to %s = %v", name, err)
			}
			for _, err := range p.Watch(limit(t), name) {
				if !errors.As(err, &none) {
					t.Errorf("Watch of %s = %v", name, err)
				}
			}
			// A client that does not ask, as none of the original's does.
			if err := goagent.SubscribeRaw(limit(t), forwarded, name, func(*wire.Message) {}); err != nil {
				t.Error(err)
			}
		}
		if _, err := p.Connect(limit(t), "missing", func(any) {}); !errors.Is(err, pyerr.AttributeError) {
			t.Errorf("Connect to what is missing = %v", err)
		}
		for _, through := range []*goagent.Proxy{p, forwarded} {
			arrived := make(chan any, 10)
			if _, err := through.Connect(limit(t), "moved", func(value any) { arrived <- value }); err != nil {
				t.Fatal(err)
			}
			emitUntil(t, p, arrived)
		}
		var connected bool
		if err := p.Get(limit(t), &connected, "connected"); err != nil || connected {
			t.Errorf("the driver is connected: %t, %v", connected, err)
		}
	})
}

// TestEmissionHarmsNothing watches a signal whose values the original cannot send: they are lost.
func TestEmissionHarmsNothing(t *testing.T) {
	eachPython(t, func(t *testing.T, server *pyenv.Server) {
		p := dial(t, server.RepEndpoint)
		arrived := make(chan any, 10)
		if _, err := p.Connect(limit(t), "moved", func(value any) { arrived <- value }); err != nil {
			t.Fatal(err)
		}
		for _, what := range []string{"lock", "pool_deep"} {
			if err := p.Call(limit(t), nil, "emit", what); err != nil {
				t.Error(err)
			}
			answers(t, server, "the emission of "+what)
		}
		if value := emitUntil(t, p, arrived); value != int64(3) {
			t.Errorf("%v arrived", value)
		}
	})
}

// emitUntil has the server emit until a value arrives: a subscription to the original's may be in
// force a little later.
func emitUntil(t *testing.T, p *goagent.Proxy, arrived <-chan any) any {
	t.Helper()
	ctx := limit(t)
	for {
		if err := p.Call(ctx, nil, "emit", "count"); err != nil {
			t.Fatal(err)
		}
		select {
		case value := <-arrived:
			return value
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			t.Fatal("no emission arrives")
		}
	}
}

// TestForwarderHarmsNothing reads through a forwarder.
func TestForwarderHarmsNothing(t *testing.T) {
	eachPython(t, func(t *testing.T, server *pyenv.Server) {
		f, err := goagent.Forward(server.RepEndpoint)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		p := dial(t, f.Endpoint())
		for _, name := range []string{"pool", "lock_in_list", "busy", "changing", "count"} {
			var value any
			_ = p.Get(limit(t), &value, name)
			answers(t, server, "reading "+name+" through a forwarder")
		}
		if _, err := p.Describe(limit(t)); err != nil {
			t.Error(err)
		}
		answers(t, server, "Describe through a forwarder")
	})
}

// TestGetJSONHarmsNothing reads from an original that writes json, which has no way back from an
// exception either.
func TestGetJSONHarmsNothing(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			server := python.Serve(t, pyenv.Hazards, pyenv.WithArgs("--serializer", "json"))
			p := dial(t, server.RepEndpoint)
			var unsafe *goagent.UnsafeReadError
			for _, name := range []string{"pool", "lock", "lock_in_list", "busy", "changing", "volt", "missing"} {
				if err := p.Get(limit(t), nil, name); !errors.As(err, &unsafe) || unsafe.Name != name {
					t.Errorf("%s: %v", name, err)
				}
				answers(t, server, "reading "+name)
			}
			var n int
			if err := p.Get(limit(t), &n, "count"); err != nil || n != 3 {
				t.Errorf("count = %d, %v", n, err)
			}
			answers(t, server, "reading")
		})
	}
}
