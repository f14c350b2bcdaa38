package goagent_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// newSource returns an object with a signal that is declared and one that is not.
func newSource(declared, free *object.Signal) *object.Object {
	declared.Declare(object.Declaration{Values: 1, Keywords: []string{"unit"}})
	return object.New("Source").Signal("declared", declared).Signal("free", free).
		Method("plain", func() int { return 46 }).
		Method("fail", func() error { return pyerr.ValueError.New("no") }).
		Attribute("number", 12)
}

// developAnswers are what a server of develop answers. Of a raised exception, its first line is
// left out of what is compared.
var developAnswers = []struct{ request, answer string }{
	{`('PSMessage', 'ping', {})`, `('PSMessage', 'ping', None)`},
	{`('PSMessage', 'ping', None)`, `('PSMessage', 'ping', None)`},
	{`('PSMessage', 'inspect', {})`, `('PSMessage', 'return', ({'declared', 'fail', 'free', 'plain'}, set(), {'declared', 'free'}))`},
	{`('PSMessage', 'exec', {'name': 'declared', 'method': '__getattribute__', 'args': ('_nargs',)})`, `('PSMessage', 'return', 1)`},
	{`('PSMessage', 'exec', {'name': 'declared', 'method': '__getattribute__', 'args': ('_kwargs',)})`, `('PSMessage', 'return', ['unit'])`},
	{`('PSMessage', 'exec', {'name': 'declared', 'method': '__getattribute__', 'args': ('_varargs',)})`, `('PSMessage', 'return', False)`},
	{`('PSMessage', 'exec', {'name': 'declared', 'method': '__getattribute__', 'args': ('_varkwargs',)})`, `('PSMessage', 'return', False)`},
	{`('PSMessage', 'exec', {'name': 'free', 'method': '__getattribute__', 'args': ('_nargs',)})`, `('PSMessage', 'return', -1)`},
	{`('PSMessage', 'exec', {'name': 'free', 'method': '__getattribute__', 'args': ('_kwargs',)})`, `('PSMessage', 'return', [])`},
	{`('PSMessage', 'get', {'name': 'declared'})`, `('PSMessage', 'remote', None)`},
	{`('PSMessage', 'nonsense', {})`, `('PSMessage', 'raise', (Exception('invalid message action %s', 'nonsense'), ''))`},
	{`('PSMessage', 'instantiate', {'class': 'lab.Lab', 'args': (), 'kwargs': {}})`, `('PSMessage', 'raise', (Exception('Cannot instantiate another object.'), ''))`},
	{`'ping'`, `'ping'`},
}

// TestAnswersOfDevelop asks a server of develop for what only that dialect has.
func TestAnswersOfDevelop(t *testing.T) {
	var declared, free object.Signal
	s := serve(t, newSource(&declared, &free), goagent.WithDialect(goagent.Develop))
	p := dial(t, s.Endpoint())
	for _, tt := range developAnswers {
		m, err := goagent.Exchange(limit(t), p, literal(t, tt.request), wire.NewID())
		if err != nil {
			t.Fatal(err)
		}
		var answer any
		if err := (wire.Protocol{}).Decode(m, &answer); err != nil {
			t.Fatal(err)
		}
		if got := py.Repr(answer); got != tt.answer {
			t.Errorf("%s: %s, want %s", tt.request, got, tt.answer)
		}
	}
	var raised *pyerr.RemoteError
	if err := p.Call(limit(t), nil, "fail"); !errors.As(err, &raised) || len(raised.Traceback) == 0 {
		t.Errorf("fail: %v, without a traceback", err)
	}
}

// TestOtherDialectsAnswerAsBefore asks servers of the other dialects for what develop has.
func TestOtherDialectsAnswerAsBefore(t *testing.T) {
	for _, d := range []goagent.Dialect{goagent.Release01, goagent.Master} {
		var declared, free object.Signal
		p := dial(t, serve(t, newSource(&declared, &free), goagent.WithDialect(d)).Endpoint())
		if got, err := p.Dialect(limit(t)); got != d || err != nil {
			t.Errorf("%v: %v, %v", d, got, err)
		}
		if err := p.Exec(limit(t), nil, "declared", "__getattribute__", "_nargs"); !errors.Is(err, pyerr.AttributeError) {
			t.Errorf("%v: %v", d, err)
		}
	}
}

// TestAnyServesEachForm emits signals to a subscriber of develop and to one of the release, which
// are connected to one server. Over libzmq that cannot be.
func TestAnyServesEachForm(t *testing.T) {
	var declared, free object.Signal
	if goagent.Transport == "libzmq" {
		_, err := goagent.Serve(newSource(&declared, &free), goagent.WithDialect(goagent.Any))
		if err == nil || !strings.Contains(err.Error(), "needs the transport in Go") {
			t.Errorf("over libzmq: %v", err)
		}
		return
	}
	s := serve(t, newSource(&declared, &free), goagent.WithDialect(goagent.Any))
	ctx := limit(t)
	old, develop := dial(t, s.Endpoint()), dial(t, s.Endpoint())
	if d, err := develop.Dialect(ctx); d != goagent.Develop || err != nil {
		t.Fatal(d, err)
	}
	events := make(chan string, 10)
	for name, p := range map[string]*goagent.Proxy{"old": old, "develop": develop} {
		_, err := p.Connect(ctx, "free", func(e goagent.Event) { events <- name + py.Repr(e.Values) + py.Repr(e.Kwargs["unit"]) })
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		values       []any
		old, develop string
	}{
		{nil, "old(None, None, None)None", "develop()None"},
		{[]any{1, 2, 3, 4, 5}, "old(1, 2, 3)None", "develop(1, 2, 3, 4, 5)None"},
		{[]any{1, object.Kwargs{"unit": "mm"}}, "old(1, {'unit': 'mm'}, None)None", "develop(1,)'mm'"},
	} {
		free.Emit(tt.values...)
		got := []string{receiveText(ctx, t, events), receiveText(ctx, t, events)}
		slices.Sort(got)
		if want := []string{tt.develop, tt.old}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if remotes, _, err := old.Inspect(ctx); len(remotes) != 4 || err != nil {
		t.Errorf("%q, %v", remotes, err)
	}
	signals, err := develop.Signals(ctx)
	if slices.Sort(signals); !slices.Equal(signals, []string{"declared", "free"}) || err != nil {
		t.Errorf("%q, %v", signals, err)
	}
}

func receiveText(ctx context.Context, t *testing.T, from <-chan string) string {
	t.Helper()
	select {
	case text := <-from:
		return text
	case <-ctx.Done():
		t.Fatal("a slot is not called")
		return ""
	}
}

// TestStopIsAnnounced stops servers in each way that there is.
func TestStopIsAnnounced(t *testing.T) {
	served := []goagent.Dialect{goagent.Develop}
	if goagent.Transport != "libzmq" {
		served = append(served, goagent.Any)
	}
	for _, d := range served {
		for how, stop := range map[string]func(*goagent.Server, *goagent.Proxy) error{
			"close":    func(s *goagent.Server, _ *goagent.Proxy) error { return s.Close() },
			"shutdown": func(s *goagent.Server, _ *goagent.Proxy) error { return s.Shutdown(limit(t)) },
			"request":  func(_ *goagent.Server, p *goagent.Proxy) error { return p.StopServer(limit(t)) },
		} {
			var declared, free object.Signal
			s := serve(t, newSource(&declared, &free), goagent.WithDialect(d))
			reasons := make(chan error, 10)
			p := dial(t, s.Endpoint(), goagent.WithStatusHandler(func(_ goagent.Status, reason error) { reasons <- reason }))
			if _, err := p.Dialect(limit(t)); err != nil {
				t.Fatal(err)
			}
			if _, err := p.Connect(limit(t), "free", func() {}); err != nil { // which confirms the subscription before it
				t.Fatal(err)
			}
			if err := stop(s, p); err != nil {
				t.Fatal(err)
			}
			for announced := false; !announced; {
				select {
				case reason := <-reasons:
					announced = errors.Is(reason, goagent.ErrServerStopped)
				case <-limit(t).Done():
					t.Fatalf("%v, %s: not announced", d, how)
				}
			}
		}
	}
}

// TestDialectAt serves clients of two dialects at an endpoint each.
func TestDialectAt(t *testing.T) {
	const first, second = "inproc://dialect-at-first", "inproc://dialect-at-second"
	var declared, free object.Signal
	s := serve(t, newSource(&declared, &free), goagent.WithEndpoint(first), goagent.WithEndpoint(second), goagent.WithPubEndpoint("inproc://dialect-at-pub"),
		goagent.WithDialect(goagent.Master), goagent.WithDialectAt(second, goagent.Develop))
	for i, want := range []goagent.Dialect{goagent.Master, goagent.Develop} {
		p := dial(t, s.Endpoints()[i])
		if d, err := p.Dialect(limit(t)); d != want || err != nil {
			t.Errorf("endpoint %d: %v, %v", i, d, err)
		}
		got := make(chan string, 1)
		if _, err := p.Connect(limit(t), "free", func(e goagent.Event) { got <- py.Repr(e.Values) }); err != nil {
			t.Fatal(err)
		}
		free.Emit(1)
		if text, want := receiveText(limit(t), t, got), []string{"(1, None, None)", "(1,)"}[i]; text != want {
			t.Errorf("endpoint %d: %s, want %s", i, text, want)
		}
	}
	if _, err := goagent.Serve(nil, goagent.WithDialectAt("tcp://127.0.0.1:1", goagent.Any)); err == nil {
		t.Error("there is no such endpoint")
	}
	for _, d := range []goagent.Dialect{-1, goagent.Any + 1} {
		if _, err := goagent.Serve(nil, goagent.WithDialect(d)); err == nil {
			t.Errorf("%d is a dialect", d)
		}
	}
}
