package cli_test

import (
	"context"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/py"
)

// serveGoInstrument starts a Go server with those members of python_fixtures/instrument.py that no
// class of pizco serve has: calls that take long, several signals, and any keyword arguments. It
// returns its endpoint.
func serveGoInstrument(t *testing.T) string {
	t.Helper()
	var temperatureChanged, measured, alarm object.Signal
	temperature := 20.0
	setTemperature := func(value float64) {
		old := temperature
		temperature = value
		temperatureChanged.Emit(value, old)
	}
	instrument := object.New("Instrument").
		Property("temperature", func() float64 { return temperature }, setTemperature).
		Signal("temperature_changed", &temperatureChanged).
		Signal("measured", &measured).
		Signal("alarm", &alarm).
		Method("measure", func(values ...any) { measured.Emit(values...) }).
		Method("sound_alarm", func(times int) {
			for n := range times {
				alarm.Emit(n)
			}
		}, "times").
		Method("scale", func(x int) int { return 2 * x }, "x").
		Method("echo", func(object.Kwargs, ...any) {}).
		Method("think", think, "question", object.Default("seconds", 0.05))
	server, err := goagent.Serve(instrument, goagent.WithInterceptor(echoInOrder))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server.Endpoint()
}

// think returns a future that takes as long as it is told to.
func think(question string, seconds float64) *object.Future {
	future := object.NewFuture()
	time.AfterFunc(time.Duration(seconds*float64(time.Second)), func() { future.Resolve(question) })
	return future
}

// echoInOrder answers echo with its arguments as they came: the map that a method gets would have
// lost the order of the keywords.
func echoInOrder(ctx context.Context, call *goagent.Call, next goagent.Handler) (any, error) {
	if call.Name == "echo" && call.Action == "exec" {
		return py.Tuple{call.Args, call.Kwargs}, nil
	}
	return next(ctx, call)
}
