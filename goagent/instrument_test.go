package goagent_test

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/py"
)

// instrument is python_fixtures/instrument.py's Instrument in Go: python_fixtures/README.md lists its members.
type instrument struct {
	temperatureChanged, measured, alarm goagent.Signal

	mu          sync.Mutex
	temperature any
}

// newInstrument returns an instrument put together by hand.
func newInstrument() *goagent.Object {
	i := &instrument{temperature: 20.0}
	name, gain := "thermometer", 1.5
	var payload any
	notes := []string{"calibrated"}
	channels := map[any]any{int64(1): "inside", "two": "outside"}
	return goagent.NewObject("Instrument").
		Attribute("name", &name).
		Attribute("gain", &gain).
		Attribute("payload", &payload).
		Attribute("notes", &notes).
		Dict("settings", map[string]any{}).
		Dict("channels", channels).
		Property("temperature", i.getTemperature, i.setTemperature).
		Property("serial_number", func() string { return "PZC-0001" }, nil).
		Signal("temperature_changed", &i.temperatureChanged).
		Signal("measured", &i.measured).
		Signal("alarm", &i.alarm).
		Method("nothing", func() {}).
		Method("scale", scale, goagent.Params("x", goagent.Default("factor", int64(2)))).
		Method("echo", func(kwargs goagent.Kwargs, args ...any) (any, any) { return py.Tuple(args), map[string]any(kwargs) }).
		Method("same", func(v any) any { return v }, goagent.Params("value")).
		Method("describe", func(v any) string { return py.TypeName(v) + ": " + py.Repr(v) }, goagent.Params("value")).
		Method("zeros", func(size int) []byte { return make([]byte, size) }, goagent.Params("size")).
		Method("count_up_to", countUpTo, goagent.Params("n")).
		Method("measure", func(values ...any) { i.measured.Emit(values...) }).
		Method("sound_alarm", i.soundAlarm, goagent.Params("times")).
		Method("fail_value", func() error { return goagent.ValueError.New("not a valid age", 42) }).
		Method("fail_key", func() error { return goagent.KeyError.New("missing") }).
		Method("fail_without_args", func() error { return goagent.RuntimeError.New() }).
		Method("fail_unicode", func() error { return goagent.OSError.New(2, "no such file: 温度") }).
		Method("fail_calibration", func() error {
			return goagent.ExceptionClass("instrument.CalibrationError").New("drift", 0.5)
		}).
		Method("fail_out_of_range", func() error { return goagent.ExceptionClass("instrument.OutOfRange").New("9 is over 5") }).
		Method("unpicklable", func() any { return map[string]any{"lock": func() {}} }).
		Method("think", think, goagent.Params("question", goagent.Default("seconds", 0.05))).
		Method("think_in_vain", thinkInVain, goagent.Params(goagent.Default("seconds", 0.05))).
		Method("know", know, goagent.Params("answer"))
}

func (i *instrument) getTemperature() any {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.temperature
}

func (i *instrument) setTemperature(value any) error {
	var number float64
	switch v := value.(type) {
	case int64:
		number = float64(v)
	case float64:
		number = v
	default:
		return goagent.TypeError.New("a temperature is a number", value)
	}
	if number < -273.15 {
		return goagent.ValueError.New("no temperature is below absolute zero", value)
	}
	i.mu.Lock()
	old := i.temperature
	i.temperature = value
	i.mu.Unlock()
	if same, err := py.Equal(old, value); err != nil || !same {
		i.temperatureChanged.Emit(value, old)
	}
	return nil
}

func (i *instrument) soundAlarm(times int) {
	for n := range times {
		i.alarm.Emit(n)
	}
}

func scale(x, factor any) (any, error) {
	switch x := x.(type) {
	case string:
		if n, ok := factor.(int64); ok {
			return strings.Repeat(x, int(n)), nil
		}
	case float64:
		switch f := factor.(type) {
		case int64:
			return x * float64(f), nil
		case float64:
			return x * f, nil
		}
	case int64:
		switch f := factor.(type) {
		case int64:
			return new(big.Int).Mul(big.NewInt(x), big.NewInt(f)), nil
		case float64:
			return float64(x) * f, nil
		}
	}
	return nil, goagent.TypeError.New(fmt.Sprintf("unsupported operand type(s) for *: '%s' and '%s'", py.TypeName(x), py.TypeName(factor)))
}

func countUpTo(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

func think(question any, seconds float64) *goagent.Future {
	answer := question
	if question == "six by nine" {
		answer = 42
	}
	f := goagent.NewFuture()
	time.AfterFunc(time.Duration(seconds*float64(time.Second)), func() { f.Resolve(answer) })
	return f
}

func thinkInVain(seconds float64) *goagent.Future {
	f := goagent.NewFuture()
	time.AfterFunc(time.Duration(seconds*float64(time.Second)), func() { f.Fail(goagent.ValueError.New("no idea")) })
	return f
}

func know(answer any) *goagent.Future {
	f := goagent.NewFuture()
	f.Resolve(answer)
	return f
}

// serve starts a server that is closed when the test ends.
func serve(t *testing.T, value any, opts ...goagent.ServeOption) *goagent.Server {
	t.Helper()
	s, err := goagent.Serve(value, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil && !errors.Is(err, goagent.ErrClosed) {
			t.Error(err)
		}
	})
	return s
}
