package goagent_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/interop/instrument"
	"github.com/pizco-go/pizco/py"
)

// builtInstrument is python_fixtures/instrument.py's Instrument in Go: python_fixtures/README.md
// lists its members.
type builtInstrument struct {
	temperatureChanged, measured, alarm object.Signal

	mu          sync.Mutex
	temperature any
}

// newInstrument returns an instrument put together by hand.
func newInstrument() *object.Object {
	i := &builtInstrument{temperature: 20.0}
	name, gain := "thermometer", 1.5
	var payload any
	notes := []string{"calibrated"}
	channels := map[any]any{int64(1): "inside", "two": "outside"}
	return object.New("Instrument").
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
		Method("scale", instrument.Scale, "x", object.Default("factor", int64(2))).
		Method("echo", func(kwargs object.Kwargs, args ...any) (any, any) { return py.Tuple(args), map[string]any(kwargs) }).
		Method("same", func(v any) any { return v }, "value").
		Method("describe", func(v any) string { return py.TypeName(v) + ": " + py.Repr(v) }, "value").
		Method("zeros", func(size int) []byte { return make([]byte, size) }, "size").
		Method("count_up_to", instrument.CountUpTo, "n").
		Method("measure", func(values ...any) { i.measured.Emit(values...) }).
		Method("sound_alarm", i.soundAlarm, "times").
		Method("fail_value", func() error { return pyerr.ValueError.New("not a valid age", 42) }).
		Method("fail_key", func() error { return pyerr.KeyError.New("missing") }).
		Method("fail_without_args", func() error { return pyerr.RuntimeError.New() }).
		Method("fail_unicode", func() error { return pyerr.OSError.New(2, "no such file: 温度") }).
		Method("fail_calibration", func() error {
			return pyerr.Class("instrument.CalibrationError").New("drift", 0.5)
		}).
		Method("fail_out_of_range", func() error {
			return pyerr.Class("instrument.OutOfRange").New("9 is over 5").With("value", 9).With("limit", 5)
		}).
		Method("unpicklable", func() any { return map[string]any{"lock": func() {}} }).
		Method("think", instrument.Think, "question", object.Default("seconds", 0.05)).
		Method("think_in_vain", instrument.ThinkInVain, object.Default("seconds", 0.05)).
		Method("know", instrument.Know, "answer")
}

func (i *builtInstrument) getTemperature() any {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.temperature
}

func (i *builtInstrument) setTemperature(value any) error {
	if err := instrument.CheckTemperature(value); err != nil {
		return err
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

func (i *builtInstrument) soundAlarm(times int) {
	for n := range times {
		i.alarm.Emit(n)
	}
}

// serve starts a server that is closed when the test ends.
// asOriginal lets in what the original lets in, and peers emit signals.
func asOriginal(opts ...goagent.ServeOption) []goagent.ServeOption {
	return append([]goagent.ServeOption{goagent.WithUncheckedValues(), goagent.WithEmission()}, opts...)
}

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
