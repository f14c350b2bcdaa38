package goagent_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
)

func newDoubler(factor int) (*object.Object, error) {
	if factor < 0 {
		return nil, pyerr.ValueError.New("factor is negative")
	}
	return object.New("Doubler").Method("times", func(x int) int { return x * factor }, "x"), nil
}

func TestInstantiateRegisteredClass(t *testing.T) {
	server, err := goagent.Serve(nil, goagent.WithClass("example.Doubler", newDoubler, "factor"))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	proxy, err := goagent.Dial(t.Context(), server.Endpoint())
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	if err := proxy.Instantiate(t.Context(), "example.Doubler", -1); !errors.Is(err, pyerr.ValueError) {
		t.Errorf("a negative factor: %v", err)
	}
	for want, call := range map[string]struct {
		class string
		args  []any
	}{
		"TypeError: Doubler.__init__() missing 1 required positional argument: 'factor'": {"example.Doubler", nil},
		"TypeError: Doubler.__init__() takes 2 positional arguments but 3 were given":    {"example.Doubler", []any{1, 2}},
		"AttributeError: module 'example' has no attribute 'Tripler'":                    {"example.Tripler", nil},
		"ModuleNotFoundError: No module named 'nowhere'":                                 {"nowhere.Doubler", nil},
		"ValueError: not enough values to unpack (expected 2, got 1)":                    {"Doubler", nil},
	} {
		if err := proxy.Instantiate(t.Context(), call.class, call.args...); err == nil || err.Error() != want {
			t.Errorf("%s%v: %v, want %s", call.class, call.args, err, want)
		}
	}
	if err := proxy.Instantiate(t.Context(), "example.Doubler", object.Kwargs{"factor": 2}); err != nil {
		t.Fatal(err)
	}
	var got int
	if err := proxy.Call(t.Context(), &got, "times", 21); err != nil || got != 42 {
		t.Errorf("times(21) = %d, %v", got, err)
	}
}

func TestWithClassWantsOneResult(t *testing.T) {
	for _, constructor := range []any{func() {}, func() error { return nil }, func() (int, int) { return 1, 2 }, "no function"} {
		server, err := goagent.Serve(nil, goagent.WithClass("example.Broken", constructor))
		if err == nil {
			_ = server.Close()
			t.Errorf("%T was taken for a constructor", constructor)
		} else if !strings.HasPrefix(err.Error(), "pizco/goagent: class example.Broken: ") {
			t.Error(err)
		}
	}
}

func TestPublishAndTopicHandlersOfAServer(t *testing.T) {
	published, topics := make(chan string, 10), make(chan int, 10)
	var changed object.Signal
	server, err := goagent.Serve(object.New("Source").Signal("changed", &changed),
		goagent.WithPublishHandler(func(topic string) { published <- topic }),
		goagent.WithTopicHandler(func(topic string, subscribers int) {
			if topic == "changed" {
				topics <- subscribers
			}
		}))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	proxy, err := goagent.Dial(t.Context(), server.Endpoint())
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	connection, err := proxy.Connect(t.Context(), "changed", func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	changed.Emit(1)
	if err := connection.Disconnect(); err != nil {
		t.Fatal(err)
	}
	if topic := <-published; topic != "changed" {
		t.Errorf("published %q", topic)
	}
	if first, second := <-topics, <-topics; first != 1 || second != 0 {
		t.Errorf("subscribers %d, then %d", first, second)
	}
}
