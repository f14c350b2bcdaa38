package goagent_test

import (
	"fmt"
	"testing"

	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/interop/instrument"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/py"
)

// Instrument is python_fixtures/instrument.py's Instrument as a type of Go that is served by
// reflection.
type Instrument struct {
	Name     string
	Gain     float64
	Payload  any
	Notes    []string
	Settings map[string]any
	Channels map[any]any

	TemperatureChanged, Measured, Alarm object.Signal

	temperature any
}

func newReflectedInstrument() *Instrument {
	return &Instrument{
		Name: "thermometer", Gain: 1.5, Notes: []string{"calibrated"}, Settings: map[string]any{},
		Channels: map[any]any{1: "inside", "two": "outside"}, temperature: 20.0,
	}
}

// DescribePizco names the parameters, which reflection does not see.
func (*Instrument) DescribePizco(d *object.Description) {
	d.Property("SerialNumber")
	d.Params("Scale", "x", object.Default("factor", int64(2)))
	d.Params("Same", "value")
	d.Params("Describe", "value")
	d.Params("Zeros", "size")
	d.Params("CountUpTo", "n")
	d.Params("SoundAlarm", "times")
	d.Params("Think", "question", object.Default("seconds", 0.05))
	d.Params("ThinkInVain", object.Default("seconds", 0.05))
	d.Params("Know", "answer")
}

func (i *Instrument) Temperature() any { return i.temperature }

func (i *Instrument) SetTemperature(value any) error {
	if err := instrument.CheckTemperature(value); err != nil {
		return err
	}
	old := i.temperature
	i.temperature = value
	if same, err := py.Equal(old, value); err != nil || !same {
		i.TemperatureChanged.Emit(value, old)
	}
	return nil
}

func (*Instrument) SerialNumber() string             { return "PZC-0001" }
func (*Instrument) Nothing()                         {}
func (*Instrument) Scale(x, factor any) (any, error) { return instrument.Scale(x, factor) }
func (*Instrument) Same(value any) any               { return value }
func (*Instrument) Describe(value any) string {
	return py.TypeName(value) + ": " + py.Repr(value)
}
func (*Instrument) Zeros(size int) []byte   { return make([]byte, size) }
func (*Instrument) CountUpTo(n int) []int   { return instrument.CountUpTo(n) }
func (i *Instrument) Measure(values ...any) { i.Measured.Emit(values...) }
func (*Instrument) Unpicklable() any        { return func() {} }
func (*Instrument) Think(question any, s float64) *object.Future {
	return instrument.Think(question, s)
}
func (*Instrument) ThinkInVain(s float64) *object.Future { return instrument.ThinkInVain(s) }
func (*Instrument) Know(answer any) *object.Future       { return instrument.Know(answer) }
func (*Instrument) FailValue() error                     { return pyerr.ValueError.New("not a valid age", 42) }
func (*Instrument) FailKey() error                       { return pyerr.KeyError.New("missing") }
func (*Instrument) FailWithoutArgs() error               { return pyerr.RuntimeError }
func (*Instrument) FailUnicode() error                   { return pyerr.OSError.New(2, "no such file: 温度") }

func (*Instrument) Echo(kwargs object.Kwargs, args ...any) (py.Tuple, map[string]any) {
	return args, kwargs
}

func (i *Instrument) SoundAlarm(times int) {
	for n := range times {
		i.Alarm.Emit(n)
	}
}

func (*Instrument) FailCalibration() error {
	return fmt.Errorf("%w", pyerr.Class("instrument.CalibrationError").New("drift", 0.5))
}

func (*Instrument) FailOutOfRange() error {
	return pyerr.Class("instrument.OutOfRange").New("9 is over 5").With("value", 9).With("limit", 5)
}

// TestReflectedInstrument has the original's Proxy use a type of Go that is served by reflection.
func TestReflectedInstrument(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			s := serve(t, newReflectedInstrument(), asOriginal()...)
			python.CheckInstrument(t, s.Endpoint())
		})
	}
	t.Run("Go", func(t *testing.T) {
		s := serve(t, newReflectedInstrument(), asOriginal()...)
		checkInstrument(t, dial(t, s.Endpoint()), true)
	})
}
