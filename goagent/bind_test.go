package goagent_test

import (
	"context"
	"errors"
	"maps"
	"runtime"
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

// instrumentCalls are the methods of an instrument that a client uses.
type instrumentCalls struct {
	Scale     func(ctx context.Context, x float64, kwargs object.Kwargs) (float64, error)
	Twice     func(ctx context.Context, x int) (int, error) `pizco:"scale"`
	Echo      func(ctx context.Context, kwargs object.Kwargs, args ...any) (py.Tuple, map[string]int, error)
	Nothing   func(ctx context.Context) error
	Think     func(ctx context.Context, question string) (int, error)
	FailValue func(ctx context.Context) error
	Measure   func(ctx context.Context, values ...any) error
}

type instrumentClient struct {
	instrumentCalls
	Thinking    func(ctx context.Context, question string) (*object.Future, error) `pizco:"think"`
	Gain        goagent.Attr[float64]
	Temperature goagent.Attr[float64]
	Name        goagent.Attr[string]
	Channels    goagent.Map[any, any]
	Measured    goagent.RemoteSignal[int]
	Left        int `pizco:"-"`
	private     int
}

func TestBind(t *testing.T) {
	t.Run("Go", func(t *testing.T) {
		server, err := goagent.Serve(newInstrument())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = server.Close() })
		checkBound(t, dial(t, server.Endpoint()))
	})
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			server := python.Serve(t, pyenv.Instrument)
			checkBound(t, dial(t, server.RepEndpoint))
		})
	}
}

func checkBound(t *testing.T, p *goagent.Proxy) {
	t.Helper()
	ctx := limit(t)
	robot := instrumentClient{private: 1}
	if err := p.Bind(ctx, &robot); err != nil {
		t.Fatal(err)
	}
	if x, err := robot.Scale(ctx, 1.5, object.Kwargs{"factor": 4}); x != 6 || err != nil {
		t.Errorf("Scale(1.5, factor=4) = %v, %v", x, err)
	}
	if x, err := robot.Twice(ctx, 21); x != 42 || err != nil {
		t.Errorf("Twice(21) = %v, %v", x, err)
	}
	args, kwargs, err := robot.Echo(ctx, object.Kwargs{"k": 1}, "a", 2)
	if !slices.Equal(args, py.Tuple{"a", int64(2)}) || !maps.Equal(kwargs, map[string]int{"k": 1}) || err != nil {
		t.Errorf("Echo = %v, %v, %v", args, kwargs, err)
	}
	if err := robot.Nothing(ctx); err != nil {
		t.Error(err)
	}
	if x, err := robot.Think(ctx, "six by nine"); x != 42 || err != nil {
		t.Errorf("Think = %v, %v", x, err)
	}
	future, err := robot.Thinking(ctx, "six by nine")
	if err != nil {
		t.Fatal(err)
	}
	var answer int
	if err := future.Wait(ctx, &answer); answer != 42 || err != nil {
		t.Errorf("Thinking = %v, %v", answer, err)
	}
	if err := robot.FailValue(ctx); !errors.Is(err, pyerr.ValueError) {
		t.Errorf("FailValue: %v", err)
	}
	checkBoundAttributes(ctx, t, &robot)
	checkBoundSignal(ctx, t, &robot)
}

func checkBoundAttributes(ctx context.Context, t *testing.T, robot *instrumentClient) {
	t.Helper()
	if err := robot.Gain.Set(ctx, 2.25); err != nil {
		t.Error(err)
	}
	if x, err := robot.Gain.Get(ctx); x != 2.25 || err != nil {
		t.Errorf("Gain = %v, %v", x, err)
	}
	if x, err := robot.Name.Get(ctx); x != "thermometer" || err != nil {
		t.Errorf("Name = %v, %v", x, err)
	}
	if err := robot.Temperature.Set(ctx, -300); !errors.Is(err, pyerr.ValueError) {
		t.Errorf("Temperature = -300: %v", err)
	}
	if v, err := robot.Channels.Item(ctx, "two"); v != "outside" || err != nil {
		t.Errorf("Channels[two] = %v, %v", v, err)
	}
	if err := robot.Channels.SetItem(ctx, "three", 3); err != nil {
		t.Error(err)
	}
	if has, err := robot.Channels.Has(ctx, "three"); !has || err != nil {
		t.Errorf("three in Channels: %v, %v", has, err)
	}
	if n, err := robot.Channels.Len(ctx); n != 3 || err != nil {
		t.Errorf("len(Channels) = %v, %v", n, err)
	}
	if all, err := robot.Channels.All(ctx); all["three"] != int64(3) || err != nil {
		t.Errorf("Channels = %v, %v", all, err)
	}
	if err := robot.Channels.Delete(ctx, "three"); err != nil {
		t.Error(err)
	}
	if err := robot.Channels.Delete(ctx, "three"); !errors.Is(err, pyerr.KeyError) {
		t.Errorf("del Channels[three] again: %v", err)
	}
}

func checkBoundSignal(ctx context.Context, t *testing.T, robot *instrumentClient) {
	t.Helper()
	changes := make(chan goagent.Change[int], 10_000)
	connection, err := robot.Measured.Connect(ctx, func(c goagent.Change[int]) { changes <- c })
	if err != nil {
		t.Fatal(err)
	}
	const probe = -1 // the original does not tell when a subscription is in force
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for heard := false; !heard; {
		if err := robot.Measure(ctx, probe); err != nil {
			t.Fatal(err)
		}
		select {
		case <-changes:
			heard = true
		case <-again.C:
		}
	}
	for _, values := range [][]any{{1}, {"no int"}, {3, 2}, {5, 4, "other"}} {
		if err := robot.Measure(ctx, values...); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []goagent.Change[int]{{Value: 1}, {Value: 3, Old: 2}, {Value: 5, Old: 4, Other: "other"}} {
		got := goagent.Change[int]{Value: probe}
		for got.Value == probe {
			select {
			case got = <-changes:
			case <-ctx.Done():
				t.Fatal(ctx.Err())
			}
		}
		if got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	if err := connection.Disconnect(); err != nil {
		t.Error(err)
	}
}

func TestBindWatch(t *testing.T) {
	var changed object.Signal
	server, err := goagent.Serve(object.New("Source").Signal("changed", &changed))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	var source struct{ Changed goagent.RemoteSignal[int] }
	ctx := limit(t)
	if err := dial(t, server.Endpoint()).Bind(ctx, &source); err != nil {
		t.Fatal(err)
	}
	events := make(chan error)
	go func() {
		defer close(events)
		for change, err := range source.Changed.Watch(ctx) {
			if change.Value == 9 {
				return
			}
			events <- err
		}
	}()
	for changed.Connections() == 0 {
		if ctx.Err() != nil {
			t.Fatal(ctx.Err())
		}
		runtime.Gosched()
	}
	changed.Emit(1)
	if err := <-events; err != nil {
		t.Error(err)
	}
	changed.Emit("one")
	if err := <-events; err == nil {
		t.Error("a str came as an int")
	}
	changed.Emit(9)
	if err, more := <-events; more {
		t.Error(err)
	}
}

func TestBindErrors(t *testing.T) {
	server, err := goagent.Serve(newInstrument())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	p := dial(t, server.Endpoint())
	ctx := limit(t)
	for want, target := range map[string]any{
		"want a pointer":      instrumentClient{},
		"want a pointer to a": new(int),
		"context.Context":     &struct{ Scale func(x int) error }{},
		"no error last":       &struct{ Scale func(context.Context) int }{},
		"cannot be filled":    &struct{ Scale int }{},
		"more than once": &struct {
			Scale func(context.Context, ...object.Kwargs) error
		}{},
		"unknown option": &struct {
			Scale func(context.Context) error `pizco:",weird"`
		}{},
		"sing (field Sing)": &struct {
			Scale func(context.Context) error
			Sing  func(context.Context) error
		}{},
		"alarms (field Alarms)": &struct{ Alarms goagent.RemoteSignal[int] }{},
	} {
		if err := p.Bind(ctx, target); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Bind(%T): %v, want an error with %q", target, err, want)
		}
	}
	missing := struct{ Sing func(context.Context) error }{}
	if err := p.Bind(ctx, &missing); !errors.As(err, new(*goagent.MissingMembersError)) || missing.Sing != nil {
		t.Errorf("Bind = %v, and the struct has %v", err, missing)
	}
	if err := dial(t, p.Endpoint(), goagent.WithoutInspection()).Bind(ctx, &missing); err != nil {
		t.Fatal(err)
	}
	if err := missing.Sing(ctx); !errors.Is(err, pyerr.AttributeError) {
		t.Errorf("Sing: %v", err)
	}
	var unbound goagent.Attr[int]
	if _, err := unbound.Get(ctx); !errors.Is(err, goagent.ErrUnbound) {
		t.Errorf("an unbound Attr: %v", err)
	}
}
