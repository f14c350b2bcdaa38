package goagent_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// developServer answers as a server of the dialect develop does whose object has the signal
// changed.
type developServer struct {
	*goagent.Agent
	mu    sync.Mutex
	asked []string // the actions that it was asked for
	ping  any      // what 'ping' is answered with
}

func newDevelopServer(t *testing.T) *developServer {
	t.Helper()
	s := &developServer{ping: py.Tuple{"PSMessage", "ping", nil}}
	a, err := goagent.NewAgent(goagent.WithRequestHandler(func(_ context.Context, r *goagent.Request) (any, error) {
		return s.answer(r.Content), nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	s.Agent = a
	return s
}

func (s *developServer) answer(content any) any {
	message, ok := content.(py.Tuple)
	if !ok || len(message) != 3 {
		return content
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	action, _ := message[1].(string)
	s.asked = append(s.asked, action)
	switch action {
	case "ping":
		return s.ping
	case "inspect":
		set := &py.Set{}
		_ = set.Add("changed")
		return py.Tuple{"PSMessage", "return", py.Tuple{set, &py.Set{}, set}}
	}
	return py.Tuple{"PSMessage", "raise", py.Tuple{py.NewObject(pyerr.AttributeError.Class(), action), py.NewList("AttributeError\n")}}
}

func (s *developServer) count(action string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(slices.DeleteFunc(slices.Clone(s.asked), func(a string) bool { return a != action }))
}

// TestDialectIsAskedOnce asks for the dialect of servers of each, which are asked once.
func TestDialectIsAskedOnce(t *testing.T) {
	exception := py.NewObject(pyerr.Exception.Class(), "invalid message action ping")
	for want, answer := range map[goagent.Dialect]any{
		goagent.Release01: py.Tuple{"PSMessage", "raise", exception},
		goagent.Master:    py.Tuple{"PSMessage", "raise", py.Tuple{exception, ""}},
		goagent.Develop:   py.Tuple{"PSMessage", "ping", nil},
	} {
		s := newDevelopServer(t)
		s.ping = answer
		p := dial(t, s.Endpoint())
		if n := s.count("ping"); n != 0 {
			t.Errorf("%v: Dial asks for the dialect %d times", want, n)
		}
		for range 2 {
			if d, err := p.Dialect(limit(t)); d != want || err != nil {
				t.Errorf("%v: %v, %v", want, d, err)
			}
		}
		if n := s.count("ping"); n != 1 {
			t.Errorf("%v: asked %d times", want, n)
		}
		for want == goagent.Develop && s.Subscribers("__status__") == 0 {
			if err := p.Echo(limit(t), nil, "wait"); err != nil {
				t.Fatalf("not subscribed to the stop: %v", err)
			}
		}
		if n := s.Subscribers("__status__"); n > 0 && want != goagent.Develop {
			t.Errorf("%v: subscribed to the stop", want)
		}
	}
}

// TestInspectTellsDevelop inspects a server of develop, which need not be asked for its dialect
// then.
func TestInspectTellsDevelop(t *testing.T) {
	s := newDevelopServer(t)
	p := dial(t, s.Endpoint())
	remotes, objects, err := p.Inspect(limit(t))
	if !slices.Equal(remotes, []string{"changed"}) || len(objects) != 0 || err != nil {
		t.Errorf("%q, %q, %v", remotes, objects, err)
	}
	if signals, err := p.Signals(limit(t)); !slices.Equal(signals, []string{"changed"}) || err != nil {
		t.Errorf("%q, %v", signals, err)
	}
	if d, err := p.Dialect(limit(t)); d != goagent.Develop || err != nil || s.count("ping") != 0 {
		t.Errorf("%v, %v", d, err)
	}
}

// TestOtherDialectsKeepTheirSlots connects slots that only a signal of develop can fill.
func TestOtherDialectsKeepTheirSlots(t *testing.T) {
	var changed object.Signal
	s := serve(t, object.New("Source").Signal("changed", &changed))
	p := dial(t, s.Endpoint())
	for _, slot := range []any{func(_, _, _, _ any) {}, func(...int) {}, func(int, object.Kwargs) {}} {
		_, err := p.Connect(limit(t), "changed", slot)
		if err == nil || !strings.Contains(err.Error(), "dialect is 0.1") {
			t.Errorf("%T: %v", slot, err)
		}
	}
}

// TestSlotsOfDevelop has signals of develop emitted with any number of values and with names.
func TestSlotsOfDevelop(t *testing.T) {
	s := newDevelopServer(t)
	p := dial(t, s.Endpoint(), goagent.WithInsist()) // which looks for no signal
	got := make(chan string, 10)
	for _, slot := range []any{
		func(n int) { got <- py.Repr(int64(n)) },
		func(_ context.Context, n int, text string, kwargs object.Kwargs) {
			got <- py.Repr(py.Tuple{int64(n), text, kwargs["unit"]})
		},
		func(n int, more ...any) { got <- py.Repr(py.Tuple{int64(n), py.NewList(more...)}) },
		func(a, b, c, d, _ any) { got <- py.Repr(py.Tuple{a, b, c, d}) },
		func(e goagent.Event) { got <- py.Repr(py.Tuple{e.Values, e.Kwargs["unit"]}) },
	} {
		if _, err := p.Connect(limit(t), "changed", slot); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		args   py.Tuple
		kwargs *py.Dict
		want   []string
	}{
		{py.Tuple{}, &py.Dict{}, []string{"0", "(0, '', None)", "(0, [])", "(None, None, None, None)", "((), None)"}},
		{
			py.Tuple{int64(1), "x", int64(3), int64(4), int64(5)}, py.StrDict(py.Item{Key: "unit", Value: "mm"}),
			[]string{"1", "(1, 'x', 'mm')", "(1, ['x', 3, 4, 5])", "(1, 'x', 3, 4)", "((1, 'x', 3, 4, 5), 'mm')"},
		},
	} {
		if err := s.Publish("changed", py.Tuple{tt.args, tt.kwargs}); err != nil {
			t.Fatal(err)
		}
		for _, want := range tt.want {
			select {
			case text := <-got:
				if text != want {
					t.Errorf("got %s, want %s", text, want)
				}
			case <-limit(t).Done():
				t.Fatal("a slot is not called")
			}
		}
	}
}

// TestServerAnnouncesItsStop closes a server of develop that has said so before, and one that has
// not.
func TestServerAnnouncesItsStop(t *testing.T) {
	for _, announced := range []bool{true, false} {
		s := newDevelopServer(t)
		p := dial(t, s.Endpoint(), goagent.WithInsist())
		if _, err := p.Dialect(limit(t)); err != nil {
			t.Fatal(err)
		}
		watched := make(chan error, 1)
		begun := make(chan struct{}, 1)
		go func() {
			for _, err := range p.Watch(limit(t), "changed") {
				if err != nil {
					watched <- err
					continue
				}
				select {
				case begun <- struct{}{}:
				default:
				}
			}
		}()
		for heard := false; !heard; {
			if err := s.Publish("changed", py.Tuple{py.Tuple{}, &py.Dict{}}); err != nil {
				t.Fatal(err)
			}
			if err := p.Echo(limit(t), nil, "wait"); err != nil {
				t.Fatal(err)
			}
			select {
			case <-begun:
				heard = s.Subscribers("__status__") > 0
			default:
			}
		}
		if announced {
			if err := s.Publish("__status__", "stop"); err != nil {
				t.Fatal(err)
			}
		}
		_ = s.Close()
		select {
		case err := <-watched:
			if got := errors.Is(err, goagent.ErrServerStopped); got != announced {
				t.Errorf("announced: %v; the loop ends with %v", announced, err)
			}
		case <-limit(t).Done():
			t.Fatal("the loop does not end")
		}
	}
}

// TestRemoteValues writes and reads references in all protocols of pickle.
func TestRemoteValues(t *testing.T) {
	remote := goagent.Remote{Endpoint: "tcp://127.0.0.1:8000"}
	for protocol := range 6 {
		body, err := pickle.Marshal(remote, pickle.Protocol(protocol))
		if err != nil {
			t.Fatal(err)
		}
		var value any
		if err := pickle.Unmarshal(body, &value); err != nil {
			t.Fatal(err)
		}
		if got, ok := goagent.RemoteOf(value); !ok || got != remote {
			t.Errorf("protocol %d: %v, %v from %q", protocol, got, ok, body)
		}
		again, err := pickle.Marshal(value, pickle.Protocol(protocol))
		if err != nil || string(again) != string(body) {
			t.Errorf("protocol %d: %q is written again as %q, %v", protocol, body, again, err)
		}
		var typed goagent.Remote
		if err := pickle.Unmarshal(body, &typed); err != nil || typed != remote {
			t.Errorf("protocol %d: %v, %v", protocol, typed, err)
		}
	}
	// As Python 3.6 wrote it.
	const written = "\x80\x02cpizco.clientserver\nProxy\nq\x00)\x81q\x01}q\x02X\x13\x00\x00\x00remote_rep_endpointq\x03X\x14\x00\x00\x00tcp://127.0.0.1:8000q\x04sb."
	if body, err := pickle.Marshal(remote, pickle.Protocol(2)); string(body) != written || err != nil {
		t.Errorf("got %q, want %q, %v", body, written, err)
	}
	if err := new(goagent.Remote).UnmarshalPython(int64(5)); err == nil {
		t.Error("5 is a reference")
	}
}
