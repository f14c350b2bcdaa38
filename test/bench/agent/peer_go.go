package main

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/interop/child"
	"github.com/pizco-go/pizco/py"
)

// goServer serves the twin of python_fixtures/speed_server.py's object.
func goServer() error {
	var tick object.Signal
	arrays := make(map[int]*py.Array[float64])
	object := object.New("Speed").
		Method("same", func(v any) any { return v }).
		Method("take", func(a *py.Array[float64]) int { return len(a.Data) }).
		Method("give", func(n int) (*py.Array[float64], error) {
			a, ok := arrays[n]
			if !ok {
				var err error
				if a, err = py.NewArray(make([]float64, n)); err != nil {
					return nil, err
				}
				arrays[n] = a
			}
			return a, nil
		}).
		Signal("tick", &tick)
	s, err := goagent.Serve(object)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	return child.Orders{
		"emit":      child.To(func(o emission) (any, error) { return o.emit(func(n int) { tick.Emit(n) }), nil }),
		"usage":     child.To(func(struct{}) (any, error) { return child.Own() }),
		"allocated": child.To(func(struct{}) (any, error) { return timed{Allocated: allocated()}, nil }),
	}.Obey(endpoints{s.Endpoint(), s.PubEndpoint()})
}

// emission is the order to emit a signal N times, PerSecond of them in a second, or as fast as can
// be when that is 0.
type emission struct {
	N         int `json:"n"`
	PerSecond int `json:"per_second"`
}

// emitted tells when the first was emitted and when the last had been, in nanoseconds since 1970.
type emitted struct {
	Began int64 `json:"began"`
	Ended int64 `json:"ended"`
}

func (o emission) emit(tick func(n int)) emitted {
	began := time.Now()
	for n := range o.N {
		if o.PerSecond > 0 {
			due := began.Add(time.Duration(n) * time.Second / time.Duration(o.PerSecond))
			<-time.After(time.Until(due))
		}
		tick(n)
	}
	return emitted{began.UnixNano(), time.Now().UnixNano()}
}

// goClient is a client with as many proxies of one server as it is asked for.
func goClient(endpoint string) error {
	c := &client{endpoint: endpoint}
	if err := c.dial(1); err != nil {
		return err
	}
	defer c.close()
	n := 0
	orders := repeat(func() error {
		n++
		return c.same(context.Background(), c.proxies[0], n)
	})
	orders["flood"] = child.To(c.flood)
	orders["payload"] = child.To(c.payload)
	orders["take"] = child.To(c.take)
	orders["give"] = child.To(c.give)
	orders["subscribe"] = child.To(c.subscribe)
	orders["collect"] = child.To(c.collect)
	orders["usage"] = child.To(func(struct{}) (any, error) { return child.Own() })
	return orders.Obey(nil)
}

type client struct {
	endpoint    string
	proxies     []*goagent.Proxy
	subscribers []*subscriber
	array       *py.Array[float64]
}

func (c *client) close() {
	for _, p := range c.proxies {
		_ = p.Close()
	}
}

// dial sees to it that there are n proxies, and drops those beyond.
func (c *client) dial(n int) error {
	for len(c.proxies) < n {
		p, err := goagent.Dial(context.Background(), c.endpoint, goagent.WithSlotQueue(1_000_000, goagent.DropOldest))
		if err != nil {
			return err
		}
		c.proxies = append(c.proxies, p)
	}
	for _, p := range c.proxies[n:] {
		if err := p.Close(); err != nil {
			return err
		}
	}
	c.proxies = c.proxies[:n]
	return nil
}

func (c *client) same(ctx context.Context, p *goagent.Proxy, n int) error {
	var got int
	if err := p.Call(ctx, &got, "same", n); err != nil {
		return err
	}
	if got != n {
		return fmt.Errorf("same(%d) is %d", n, got)
	}
	return nil
}

// flooding is the order to call from Goroutines at once, spread over Proxies, N times in all.
type flooding struct {
	Goroutines int `json:"goroutines"`
	Proxies    int `json:"proxies"`
	N          int `json:"n"`
}

func (c *client) flood(o flooding) (any, error) {
	if err := c.dial(max(o.Proxies, 1)); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	var started atomic.Int64
	var wg sync.WaitGroup
	began := time.Now()
	for g := range o.Goroutines {
		p := c.proxies[g%len(c.proxies)]
		wg.Go(func() {
			for n := started.Add(1); n <= int64(o.N) && ctx.Err() == nil; n = started.Add(1) {
				if err := c.same(ctx, p, int(n)); err != nil {
					cancel(err)
				}
			}
		})
	}
	wg.Wait()
	return timed{Seconds: time.Since(began).Seconds()}, context.Cause(ctx)
}

// sized is the order to do something N times with values of Size: bytes, or elements of an array.
type sized struct {
	N    int `json:"n"`
	Size int `json:"size"`
}

func (c *client) payload(o sized) (any, error) {
	value := make([]byte, o.Size)
	return c.timedCalls(o.N, func(ctx context.Context) error {
		var got []byte
		if err := c.proxies[0].Call(ctx, &got, "same", value); err != nil {
			return err
		}
		if len(got) != o.Size {
			return fmt.Errorf("%d bytes came back as %d", o.Size, len(got))
		}
		return nil
	})
}

// take sends an array.
func (c *client) take(o sized) (any, error) {
	if c.array == nil || len(c.array.Data) != o.Size {
		var err error
		if c.array, err = py.NewArray(make([]float64, o.Size)); err != nil {
			return nil, err
		}
	}
	return c.timedCalls(o.N, func(ctx context.Context) error {
		var n int
		if err := c.proxies[0].Call(ctx, &n, "take", c.array); err != nil {
			return err
		}
		if n != o.Size {
			return fmt.Errorf("%d elements arrived as %d", o.Size, n)
		}
		return nil
	})
}

// give receives an array.
func (c *client) give(o sized) (any, error) {
	return c.timedCalls(o.N, func(ctx context.Context) error {
		var a py.Array[float64]
		if err := c.proxies[0].Call(ctx, &a, "give", o.Size); err != nil {
			return err
		}
		if len(a.Data) != o.Size {
			return fmt.Errorf("%d elements arrived as %d", o.Size, len(a.Data))
		}
		return nil
	})
}

// timedCalls makes n calls and returns the time of the fastest, and the memory that one took on the
// average.
func (c *client) timedCalls(n int, call func(context.Context) error) (timed, error) {
	var best timed
	before := allocated()
	for range n {
		began := time.Now()
		if err := call(context.Background()); err != nil {
			return best, err
		}
		if took := time.Since(began).Seconds(); best.Seconds == 0 || took < best.Seconds {
			best.Seconds = took
		}
	}
	best.Allocated = (allocated() - before) / int64(n)
	return best, nil
}

// allocated returns the memory that the process has ever taken from Go's heap.
func allocated() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.TotalAlloc)
}
