package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/interop/child"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// servePeer is the program of a child.
func servePeer(kind string, args []string) error {
	switch kind {
	case "server":
		return serve(args)
	case "client":
		return work(args)
	}
	return fmt.Errorf("no peer %q", kind)
}

// heartbeat is how often peers are asked for a sign of life, so that a connection that swallows
// everything is noticed.
const heartbeat = 500 * time.Millisecond

// tickInterval is the time between two emissions of the server's signal.
const tickInterval = 10 * time.Millisecond

// endpoints are what a server's first line tells.
type endpoints struct {
	Rep string `json:"rep_endpoint"`
	Pub string `json:"pub_endpoint"`
}

// served is the torture's server as its flags have it.
type served struct {
	rep, pub, asRep, asPub string
	key                    string
	maxMessage             int64
	highWater, files       int
	concurrency            int
	log                    string
}

func serve(args []string) error {
	var o served
	flags := flag.NewFlagSet("server", flag.ContinueOnError)
	flags.StringVar(&o.rep, "rep", "tcp://127.0.0.1:0", "")
	flags.StringVar(&o.pub, "pub", "tcp://127.0.0.1:0", "")
	flags.StringVar(&o.asRep, "as-rep", "", "")
	flags.StringVar(&o.asPub, "as-pub", "", "")
	flags.StringVar(&o.key, "key", "", "")
	flags.Int64Var(&o.maxMessage, "max-message", 1<<30, "")
	flags.IntVar(&o.highWater, "high-water", 100_000, "")
	flags.IntVar(&o.files, "files", 0, "")
	flags.IntVar(&o.concurrency, "concurrency", 1, "")
	flags.StringVar(&o.log, "log", "", "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if o.files > 0 {
		limit := syscall.Rlimit{Cur: uint64(o.files), Max: uint64(o.files)}
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
			return err
		}
	}
	return o.serve()
}

func (o *served) options() ([]goagent.ServeOption, error) {
	options := []goagent.ServeOption{
		goagent.WithEndpoint(o.rep, goagent.As(o.asRep)), goagent.WithPubEndpoint(o.pub, goagent.As(o.asPub)),
		goagent.WithMaxMessage(o.maxMessage), goagent.WithHighWater(o.highWater), goagent.WithHeartbeat(heartbeat),
		goagent.WithConcurrency(o.concurrency),
	}
	if o.key != "" {
		options = append(options, goagent.WithKey(wire.NewKey([]byte(o.key))))
	}
	if o.log != "" {
		f, err := os.OpenFile(o.log, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
		if err != nil {
			return nil, err
		}
		options = append(options, goagent.WithLogger(slog.New(slog.NewTextHandler(f, nil))))
	}
	return options, nil
}

func (o *served) serve() error {
	options, err := o.options()
	if err != nil {
		return err
	}
	var tick, bulk object.Signal
	var large atomic.Int64
	s, err := goagent.Serve(object.New("Tortured").
		Method("same", func(v any) any { return v }).
		Method("wait", pause).
		Method("large", func() []byte {
			large.Add(1)
			return make([]byte, largeAnswer)
		}).
		Attribute("list", []any{}).
		Attribute("map", map[any]any{}).
		Dict("dict", &py.Dict{}).
		Method("fail", func(v any) error { return pyerr.ValueError.New(v) }).
		Signal("tick", &tick).Signal("bulk", &bulk), options...)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go emitTicks(ctx, &tick)
	return child.Orders{
		"usage": child.To(func(struct{}) (any, error) { return child.Own() }),
		"large": child.To(func(struct{}) (any, error) { return map[string]int64{"n": large.Load()}, nil }),
		"held": child.To(func(struct{}) (any, error) {
			runtime.GC()         // what pools keep goes with the second collection,
			debug.FreeOSMemory() // which this one is
			return child.Own()
		}),
		"clock": clockOrder,
		"stats": child.To(func(struct{}) (any, error) { return s.Agent().Stats(), nil }),
		"subscribers": child.To(func(o struct {
			Topic string `json:"topic"`
		}) (any, error) {
			return map[string]int{"n": s.Agent().Subscribers(o.Topic)}, nil
		}),
		"bulk": child.To(func(o struct{ N, Size int }) (any, error) {
			value := make([]byte, o.Size)
			for range o.N {
				bulk.Emit(value)
			}
			return nil, nil
		}),
	}.Obey(endpoints{s.Endpoint(), s.PubEndpoint()})
}

func pause(ctx context.Context, milliseconds int) error {
	select {
	case <-time.After(time.Duration(milliseconds) * time.Millisecond):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func emitTicks(ctx context.Context, tick *object.Signal) {
	ticker := time.NewTicker(tickInterval)
	defer ticker.Stop()
	for n := 0; ; n++ {
		select {
		case <-ticker.C:
			tick.Emit(n)
		case <-ctx.Done():
			return
		}
	}
}

// worker is the client: it makes calls from several goroutines all the time, and looks at every
// answer.
type worker struct {
	proxy *goagent.Proxy
	id    int64

	begun, right, failed, wrong, late atomic.Int64
	worst, ticks                      atomic.Int64
	sample                            atomic.Pointer[string]
	clock                             scheduling
}

// report is what a worker has seen since it began.
type report struct {
	Begun, Right, Failed, Wrong, Late int64
	// Worst is the longest time in milliseconds that a call took beyond its deadline.
	Worst int64
	// Ticks is the number of notifications that came.
	Ticks int64
	// Sample is what was wrong.
	Sample string
}

func work(args []string) error {
	if len(args) != 2 {
		return errors.New("want an endpoint and a number of goroutines")
	}
	var goroutines int
	if _, err := fmt.Sscan(args[1], &goroutines); err != nil {
		return err
	}
	w := &worker{id: int64(os.Getpid())}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go w.clock.run(ctx)
	dialling, done := context.WithTimeout(ctx, 30*time.Second)
	defer done()
	var err error
	if w.proxy, err = goagent.Dial(dialling, args[0], goagent.WithHeartbeat(heartbeat)); err != nil {
		return err
	}
	defer func() { _ = w.proxy.Close() }()
	if _, err := w.proxy.Connect(dialling, "tick", func() { w.ticks.Add(1) }); err != nil {
		return err
	}
	running := atomic.Bool{}
	running.Store(true)
	for g := range goroutines {
		go w.call(ctx, int64(g), &running)
	}
	return child.Orders{
		"report": child.To(func(struct{}) (any, error) { return w.report(), nil }),
		"usage":  child.To(func(struct{}) (any, error) { return child.Own() }),
		"clock":  clockOrder,
		"run": child.To(func(o struct{ On bool }) (any, error) {
			running.Store(o.On)
			return nil, nil
		}),
	}.Obey(nil)
}

func (w *worker) report() report {
	r := report{
		Begun: w.begun.Load(), Right: w.right.Load(), Failed: w.failed.Load(), Wrong: w.wrong.Load(), Late: w.late.Load(),
		Worst: w.worst.Load(), Ticks: w.ticks.Load(),
	}
	if s := w.sample.Load(); s != nil {
		r.Sample = *s
	}
	return r
}

func (w *worker) wrongly(format string, args ...any) {
	w.wrong.Add(1)
	text := fmt.Sprintf(format, args...)
	w.sample.Store(&text)
}

// call makes one call after the other, each with a number of its own that has to come back.
func (w *worker) call(ctx context.Context, goroutine int64, running *atomic.Bool) {
	const deadline = 400 * time.Millisecond
	for n := int64(0); ctx.Err() == nil; n++ {
		if !running.Load() {
			_ = pause(ctx, 10)
			continue
		}
		number := w.id<<40 | goroutine<<32 | n
		limited, cancel := context.WithTimeout(ctx, deadline)
		began := time.Now()
		err := w.one(limited, n, number)
		took := time.Since(began)
		cancel()
		w.begun.Add(1)
		if over := took - deadline - w.clock.gap(began); over > 100*time.Millisecond {
			w.late.Add(1)
			w.worst.Store(max(w.worst.Load(), over.Milliseconds()))
		}
		if err != nil {
			w.failed.Add(1)
			_ = pause(ctx, 5) // an error comes at once where there is no connection
		} else {
			w.right.Add(1)
			_ = pause(ctx, 2)
		}
	}
}

// one makes a call of one of several kinds. An error is fine, since there are faults; another's
// answer is not.
func (w *worker) one(ctx context.Context, n, number int64) error {
	switch n % 8 {
	case 0: // an exception
		err := w.proxy.Call(ctx, nil, "fail", number)
		var raised *pyerr.RemoteError
		switch {
		case !errors.As(err, &raised):
			if err == nil {
				w.wrongly("fail(%d) returned", number)
			}
			return err
		case raised.Message != fmt.Sprint(number):
			w.wrongly("fail(%d) raised %q", number, raised.Message)
		}
		return nil
	case 1: // a larger one
		want := make([]byte, 20_000+number%50_000)
		want[len(want)-1] = byte(number)
		var got []byte
		if err := w.proxy.Call(ctx, &got, "same", want); err != nil {
			return err
		}
		if string(got) != string(want) {
			w.wrongly("%d bytes came back as %d", len(want), len(got))
		}
		return nil
	}
	var got int64
	if err := w.proxy.Call(ctx, &got, "same", number); err != nil {
		return err
	}
	if got != number {
		w.wrongly("same(%d) is %d", number, got)
	}
	return nil
}
