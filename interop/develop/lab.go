package develop

import (
	"context"
	"fmt"
	"time"

	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// Lab is the laboratory of python_fixtures/develop_lab.py and of the recordings, in Go. Its
// attributes can be set.
type Lab struct {
	number   any
	signals  map[string]*object.Signal
	property int
}

// NewLab returns a laboratory.
func NewLab() *Lab {
	l := &Lab{number: int64(12), property: 42, signals: map[string]*object.Signal{}}
	for name, d := range map[string]object.Declaration{
		"sig0": {}, "sig1": {Values: 1}, "sig2": {Values: 2}, "sig3": {Values: 3}, "sig_kw": {Values: 1, Keywords: []string{"unit"}},
		"sig_var": {MoreValues: true}, "sig_any": {MoreValues: true, MoreKeywords: true},
	} {
		l.signals[name] = new(object.Signal).Declare(d)
	}
	l.signals["sig_auto"] = new(object.Signal)
	return l
}

// Object returns what is served.
func (l *Lab) Object() *object.Object {
	table := &py.Dict{}
	_ = table.Set(int64(1), int64(2)) // both have a hash
	_ = table.Set("k", py.NewList(int64(1), int64(2)))
	o := object.New("Lab").
		Attribute("number", &l.number).
		Attribute("ratio", 0.5).
		Attribute("nothing", nil).
		Attribute("flag", true).
		Attribute("text", "hello").
		Attribute("table", table).
		Attribute("items", py.NewList(int64(1), int64(2), int64(3))).
		Attribute("pair", py.Tuple{int64(1), "a"}).
		Attribute("label", nil).
		Property("rw_prop", func() int { return l.property }, l.setProperty).
		Property("ro_prop", func() int { return 5 }, nil).
		Method("plain", func() int { return 46 }).
		Method("add", func(x, y int) int { return x + y }, "x", object.Default("y", 3)).
		Method("echo", func(kwargs object.Kwargs, args ...any) (any, any) { return py.Tuple(args), map[string]any(kwargs) }).
		Method("fail", func(text string) error { return pyerr.ValueError.New(text) }, "text").
		Method("fail_bare", func() error { return pyerr.KeyError.New() }).
		Method("fut_slow", l.slow, "t").
		Method("fut_fail", l.slowFailure, "t").
		Method("fut_done", func() *object.Future { f := object.NewFuture(); f.Resolve("at once"); return f }).
		Method("do_emit", l.emit).
		Method("slots", func(name string) int { return l.signals[name].Connections() }, "name").
		Method("emit_from_thread", l.emitFromThread, "n")
	for _, name := range []string{"sig0", "sig1", "sig2", "sig3", "sig_kw", "sig_var", "sig_any", "sig_auto"} {
		o.Signal(name, l.signals[name])
	}
	return o
}

func (l *Lab) setProperty(value any) error {
	n, ok := value.(int64)
	if !ok {
		return pyerr.ValueError.New("no value")
	}
	old := l.property
	l.property = int(n)
	l.signals["sig2"].Emit(l.property, old)
	return nil
}

func (l *Lab) slow(seconds float64) *object.Future {
	return later(seconds, func() (any, error) { return map[string]int{"answer": 42}, nil })
}

func (l *Lab) slowFailure(seconds float64) *object.Future {
	return later(seconds, func() (any, error) { return nil, pyerr.ValueError.New("late") })
}

func later(seconds float64, work func() (any, error)) *object.Future {
	return object.Go(context.Background(), func(ctx context.Context) (any, error) {
		timer := time.NewTimer(time.Duration(seconds * float64(time.Second)))
		defer timer.Stop()
		select {
		case <-timer.C:
			return work()
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	})
}

// emit emits a signal with the arguments, as do_emit(name, *args, **kwargs) does.
func (l *Lab) emit(name string, kwargs object.Kwargs, args ...any) error {
	signal, ok := l.signals[name]
	if !ok {
		return pyerr.AttributeError.New(fmt.Sprintf("'Lab' object has no attribute '%s'", name))
	}
	if len(kwargs) > 0 {
		args = append(args, kwargs)
	}
	signal.Emit(args...)
	return nil
}

func (l *Lab) emitFromThread(n int) {
	go func() { // which ends by itself
		for i := range n {
			l.signals["sig1"].Emit(i)
		}
	}()
}
