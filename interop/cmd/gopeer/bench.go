package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/interop/instrument"
	"github.com/pizco-go/pizco/interop/value"
	"github.com/pizco-go/pizco/py"
)

// bench is python_fixtures/bench.py's Bench. mu guards everything but the signals and pending.
type bench struct {
	temperatureChanged, measured, alarm object.Signal
	// probes are the signals probe_a to probe_h, with which the suite finds out whether a
	// subscription is in force.
	probes [8]object.Signal

	mu          sync.Mutex
	name        string
	settings    *py.Dict
	channels    *py.Dict
	notes       *py.List
	payload     any
	age         any
	ratio       any
	ready       any
	temperature any
	seen        []value.Value

	pendingMu sync.Mutex
	pending   []*object.Future
}

func newBench(name string, settings object.Kwargs) *bench {
	b := &bench{settings: &py.Dict{}, channels: &py.Dict{}, notes: py.NewList()}
	if err := b.reset(name, settings); err != nil {
		panic(err) // the keys are str
	}
	return b
}

func (b *bench) reset(name string, settings object.Kwargs) error {
	b.name, b.payload, b.temperature, b.age, b.ratio, b.ready, b.seen = name, nil, 20.0, int64(27), 0.5, true, nil
	b.notes.Items = []any{"calibrated"}
	*b.settings, *b.channels = py.Dict{}, py.Dict{}
	for key, v := range settings {
		if err := b.settings.Set(key, v); err != nil {
			return err
		}
	}
	if err := b.channels.Set(int64(1), "inside"); err != nil {
		return err
	}
	b.pendingMu.Lock()
	b.pending = nil
	b.pendingMu.Unlock()
	return b.channels.Set("two", "outside")
}

// object puts the served object together.
func (b *bench) object() *object.Object {
	made := object.New("Bench")
	for i := range b.probes {
		made.Signal(probeName(i), &b.probes[i])
	}
	return made.
		Attribute("name", &b.name).
		Attribute("payload", &b.payload).
		Attribute("age", &b.age).
		Attribute("ratio", &b.ratio).
		Attribute("ready", &b.ready).
		Attribute("notes", b.notes).
		Dict("settings", b.settings).
		Dict("channels", b.channels).
		Property("temperature", func() any { return b.temperature }, b.setTemperature).
		Property("serial_number", func() string { return "PZC-0001" }, nil).
		Signal("temperature_changed", &b.temperatureChanged).
		Signal("measured", &b.measured).
		Signal("alarm", &b.alarm).
		Method("nothing", func() {}).
		Method("scale", instrument.Scale, "x", object.Default("factor", int64(2))).
		Method("echo", echo).
		Method("options", options, object.KeywordOnly("first"), object.KeywordOnly(object.Default("second", int64(2)))).
		Method("same", func(v any) any { return v }, "value").
		Method("describe", py.TypeName, "value").
		Method("zeros", func(size int) []byte { return make([]byte, size) }, "size").
		Method("count_up_to", instrument.CountUpTo, "n").
		Method("sleep", sleep, "milliseconds").
		Method("measure", func(values ...any) { b.measured.Emit(values...) }).
		Method("sound_alarm", b.soundAlarm, "times").
		Method("send_probe", b.sendProbe, "n", "name").
		Method("fail", fail).
		Method("fail_value", func() error { return pyerr.ValueError.New("not a valid age", 42) }).
		Method("fail_key", func() error { return pyerr.KeyError.New("missing") }).
		Method("fail_without_args", func() error { return pyerr.RuntimeError.New() }).
		Method("fail_unicode", func() error { return pyerr.FileNotFoundError.New(2, "no such file: 温度") }).
		Method("fail_calibration", func() error {
			return pyerr.Class("instrument.CalibrationError").New("drift", 0.5)
		}).
		Method("unpicklable", func() any { return make(chan int) }).
		Method("think", instrument.Think, "question", object.Default("seconds", 0.05)).
		Method("think_in_vain", instrument.ThinkInVain, object.Default("seconds", 0.05)).
		Method("know", instrument.Know, "answer").
		Method("ponder", b.ponder).
		Method("finish", b.finish, "result").
		Method("finish_in_vain", b.finishInVain)
}

// recorded are the methods whose calls are kept.
var recorded = []string{"nothing", "scale", "echo", "same", "options"}

func (b *bench) see(call *goagent.Call) {
	if call.Action == "exec" && call.Method == "__call__" && slices.Contains(recorded, call.Name) {
		b.seen = append(b.seen, callValue(call))
	}
}

func (b *bench) setTemperature(v any) error {
	if err := instrument.CheckTemperature(v); err != nil {
		return err
	}
	old := b.temperature
	b.temperature = v
	if same, err := py.Equal(old, v); err != nil || !same {
		b.temperatureChanged.Emit(v, old)
	}
	return nil
}

func (b *bench) soundAlarm(times int) {
	for n := range times {
		b.alarm.Emit(n)
	}
}

func probeName(i int) string { return "probe_" + string(rune('a'+i)) }

func (b *bench) sendProbe(n any, name string) error {
	for i := range b.probes {
		if probeName(i) == name {
			b.probes[i].Emit(n)
			return nil
		}
	}
	return pyerr.AttributeError.New("no probe is called " + name)
}

func (b *bench) ponder() *object.Future {
	f := object.NewFuture()
	b.pendingMu.Lock()
	defer b.pendingMu.Unlock()
	b.pending = append(b.pending, f)
	return f
}

func (b *bench) take() (*object.Future, error) {
	b.pendingMu.Lock()
	defer b.pendingMu.Unlock()
	if len(b.pending) == 0 {
		return nil, pyerr.IndexError.New("pop from empty list")
	}
	f := b.pending[0]
	b.pending = b.pending[1:]
	return f, nil
}

func (b *bench) finish(result any) error {
	f, err := b.take()
	if err == nil {
		f.Resolve(result)
	}
	return err
}

func (b *bench) finishInVain(kind string, args ...any) error {
	f, err := b.take()
	if err == nil {
		f.Fail(pyerr.Class(kind).New(args...))
	}
	return err
}

// attribute returns where an attribute is kept.
func (b *bench) attribute(name string) *any {
	return map[string]*any{
		"payload": &b.payload, "age": &b.age, "ratio": &b.ratio, "ready": &b.ready, "temperature": &b.temperature,
	}[name]
}

func (b *bench) read(name string) (any, error) {
	switch name {
	case "name":
		return b.name, nil
	case "settings":
		return b.settings, nil
	case "channels":
		return b.channels, nil
	case "notes":
		return b.notes, nil
	}
	if p := b.attribute(name); p != nil {
		return *p, nil
	}
	return nil, fmt.Errorf("no attribute %q", name)
}

func (b *bench) write(name string, v any) error {
	p := b.attribute(name)
	if p == nil {
		return fmt.Errorf("no attribute %q", name)
	}
	*p = v
	return nil
}

// act does what the server's own program does.
func (b *bench) act(name string, args py.Tuple) error {
	switch {
	case name == "send_probe" && len(args) == 2:
		return b.sendProbe(args[0], fmt.Sprint(args[1]))
	case name == "finish" && len(args) == 1:
		return b.finish(args[0])
	case name == "finish_in_vain" && len(args) > 0:
		return b.finishInVain(fmt.Sprint(args[0]), args[1:]...)
	case name == "measure":
		b.measured.Emit(args...)
		return nil
	case name == "sound_alarm" && len(args) == 1:
		n, _ := args[0].(int64)
		b.soundAlarm(int(n))
		return nil
	}
	return fmt.Errorf("the server's side does no %q", name)
}

func echo(ctx context.Context, _ object.Kwargs, args ...any) (any, any) {
	kwargs, _ := ctx.Value(kwargsKey{}).(*py.Dict)
	if kwargs == nil {
		kwargs = &py.Dict{}
	}
	return py.Tuple(args), kwargs
}

func options(first, second any) (any, any) { return first, second }

func sleep(ctx context.Context, milliseconds int) (int, error) {
	select {
	case <-time.After(time.Duration(milliseconds) * time.Millisecond):
		return milliseconds, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func fail(kind string, args ...any) error {
	if strings.HasPrefix(kind, "Bench") {
		kind = "bench." + kind
	}
	return pyerr.Class(kind).New(args...)
}
