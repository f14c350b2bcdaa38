package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
)

// example is the object that the tests serve, in Go.
type example struct {
	SimpleAttribute int
	DictAttribute   map[int]int
	RwPropChanged   object.Signal
	WoPropChanged   object.Signal
	rwProp, woProp  int
}

func newExample() *example {
	return &example{SimpleAttribute: 12, DictAttribute: map[int]int{1: 2}, rwProp: 42, woProp: 42}
}

// DescribePizco tells what Go's types cannot.
func (e *example) DescribePizco(d *object.Description) {
	d.Class("Example")
	d.Property("RoProp")
	d.Params("FunArg1", "x")
	d.Params("FunArg2", object.Default("x", 2), object.Default("y", 3))
}

func (e *example) RwProp() int { return e.rwProp }

func (e *example) SetRwProp(value int) {
	if value != e.rwProp {
		e.RwPropChanged.Emit(value)
		e.rwProp = value
	}
}

func (e *example) RoProp() int { return 42 }

func (e *example) FunSimple() int { return 46 }

func (e *example) FunArg1(x int) int { return x + 2 }

func (e *example) FunArg2(x, y int) int { return int(math.Pow(float64(x), float64(y))) }

func (e *example) FunRaise() error { return pyerr.ValueError.New("Bla") }

// futureTime is how long the tests' futures take.
const futureTime = time.Second

func (e *example) Fut(ctx context.Context) *object.Future {
	return object.Go(ctx, func(ctx context.Context) (any, error) { return 10, pass(ctx, futureTime) })
}

func (e *example) FutRaise(ctx context.Context) *object.Future {
	return object.Go(ctx, func(ctx context.Context) (any, error) {
		if err := pass(ctx, futureTime); err != nil {
			return nil, err
		}
		return nil, pyerr.ValueError.New()
	})
}

func pass(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (e *example) peek(name string) (any, error) {
	switch name {
	case "simple_attribute":
		return e.SimpleAttribute, nil
	case "dict_attribute":
		return e.DictAttribute, nil
	case "rw_prop":
		return e.rwProp, nil
	case "rw_prop_changed":
		return e.RwPropChanged.Connections(), nil
	}
	return nil, fmt.Errorf("the example has no %s to look at", name)
}
