package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/interop/zmtp"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

const (
	// mostCallTime is what a call may take of the processor, and so of time on a machine that has
	// nothing else to do.
	mostCallTime = 5 * time.Second
	// mostCallMemory is what a call may take of memory beyond its own size and that of its answer.
	mostCallMemory = 256 << 20
)

// heavyCall is a small call that would take for ever without a bound.
type heavyCall struct {
	what, name, method string
	args               []any
}

// heavyCalls returns calls of containers that were seen to take 31 s, 21 s and 2.5 s.
func heavyCalls(quick bool) ([]heavyCall, error) {
	keys := 20_000
	if quick {
		keys = 5_000
	}
	numbers := &py.Dict{}
	for n := range int64(keys) {
		if err := numbers.Set(n, n); err != nil {
			return nil, err
		}
	}
	colliding := py.NewList()
	for n := range int64(4_000) {
		key := any(n)
		for range 14 { // deeper than a hash looks
			key = py.Tuple{int64(0), key}
		}
		colliding.Append(py.Tuple{key, n})
	}
	return []heavyCall{
		{"list.count of shared nesting", "list", "count", []any{sharedNesting()}},
		{fmt.Sprintf("update of a map with %d ints", keys), "map", "update", []any{numbers}},
		{"update of a dict with 4,000 tuples that hash alike", "dict", "update", []any{colliding}},
	}, nil
}

// sharedNesting returns nested lists. Each list holds the next one twice.
func sharedNesting() *py.List {
	l := py.NewList(int64(1))
	for range 60 {
		l = py.NewList(l, l)
	}
	return l
}

// heavyWork makes calls of containers that are small and heavy.
func heavyWork(s settings, t *tally) (err error) {
	v, err := newVictim(nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.close()) }()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	many := make([]any, 500)
	for i, nested := 0, sharedNesting(); i < len(many); i++ {
		many[i] = nested
	}
	if err := v.proxy.Set(ctx, "list", py.NewList(many...)); err != nil {
		return err
	}
	calls, err := heavyCalls(s.quick)
	if err != nil {
		return err
	}
	for _, c := range calls {
		began := time.Now()
		err := v.proxy.Exec(ctx, nil, c.name, c.method, c.args...)
		took := time.Since(began)
		t.check(took <= mostCallTime && (err == nil || errors.Is(err, pyerr.RuntimeError)),
			fmt.Sprintf("a small call that is heavy, %s, ends within %v", c.what, mostCallTime), "%.0f ms, error %v", float64(took)/float64(time.Millisecond), err)
	}
	return v.check(t, "small calls that are heavy", mostCallMemory)
}

// codeForOthers leaves with a server what would run where it is read, and has it emitted.
func codeForOthers(_ settings, t *tally) (err error) {
	v, err := newVictim(nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.close()) }()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	program := py.NewObject(py.Class{Module: "os", Name: "system"}, "true")
	for what, err := range map[string]error{
		"an emission by a peer":    v.proxy.Exec(ctx, nil, "tick", "emit", 1),
		"a program as an argument": v.proxy.Call(ctx, nil, "same", program),
		"a program as an item":     v.proxy.SetItem(ctx, "map", "x", program),
		"a program in a dict":      v.proxy.SetItem(ctx, "dict", "x", program),
		"a program in a list":      v.proxy.Set(ctx, "list", py.NewList(program)),
	} {
		t.check(errors.Is(err, pyerr.TypeError) || errors.Is(err, pyerr.PermissionError), what+" is refused", "error %v", err)
	}
	return nil
}

// forwarded subscribes to many topics at a forwarder, and asks it to stop the server behind it.
func forwarded(s settings, t *tally) (err error) {
	topics := 20_000
	if s.quick {
		topics = 5_000
	}
	v, err := newVictim(nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.close()) }()
	f, err := goagent.Forward(v.at.Rep)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	through, err := goagent.Dial(ctx, f.Endpoint())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, through.Close()) }()
	c, err := zmtp.Dial(ctx, f.PubEndpoint(), "SUB")
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	for n := range topics {
		header, err := wire.Header(f.Endpoint(), fmt.Sprintf("nonsense-%d", n))
		if err != nil {
			return err
		}
		if err := c.Send(append([]byte{1}, header...)); err != nil {
			break // it has been cut off
		}
	}
	var slowest time.Duration
	for n := range 50 {
		began := time.Now()
		var got int
		if err := through.Call(ctx, &got, "same", n); err != nil || got != n {
			return fmt.Errorf("same(%d) through the forwarder is %d: %w", n, got, err)
		}
		slowest = max(slowest, time.Since(began))
	}
	t.check(slowest < mostCallTime, fmt.Sprintf("%d subscriptions of a stranger at a forwarder hold up no call", topics),
		"the slowest of 50 calls took %.0f ms", float64(slowest)/float64(time.Millisecond))
	stop := py.NewObject(py.Class{Module: "builtins", Name: "str"}, "stop")
	var answer any
	err = through.Echo(ctx, &answer, stop)
	t.check(err == nil && answer != any("stopping"), "a text 'stop' that is made by a call is not forwarded", "the answer is %s, error %v",
		py.Repr(answer, py.WithReprLength(200)), err)
	return v.check(t, "a forwarder", bound)
}
