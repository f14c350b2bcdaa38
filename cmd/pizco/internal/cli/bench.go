package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/spf13/cobra"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/py"
)

// benchSettings say how much is measured.
type benchSettings struct {
	calls    int
	duration time.Duration
	clients  int
	warmup   int
}

func (t *tool) benchCommand() *cobra.Command {
	var s benchSettings
	command := t.remoteCommand(&cobra.Command{
		Use:   "bench ENDPOINT [METHOD [ARG...] [NAME=ARG...]]",
		Short: "Measure calls per second and their latency",
		Long: `Calls a method as often as it can. It prints the calls per second, and how long they took.
Without a method it sends a short text that every agent sends back. It ends after --duration, or after --calls
if that is given. --clients call side by side, each with a connection of its own.`,
		Example: `$ pizco bench --calls 200 tcp://127.0.0.1:8000 greet "'World'"
200 calls in ... by 1 client: ... calls/s
latency  min ...  p50 ...  p90 ...  p99 ...  p99.9 ...  max ...`,
		Args: cobra.MinimumNArgs(1),
	}, func(cmd *cobra.Command, args []string) error {
		if s.clients < 1 || s.calls < 0 || s.duration <= 0 || s.warmup < 0 {
			return usagef("--clients and --duration must be above 0, --calls and --warmup 0 or above")
		}
		do, err := benchedCall(args[1:])
		if err != nil {
			return err
		}
		return t.bench(cmd, args[0], s, do)
	})
	flags := command.Flags()
	flags.IntVarP(&s.calls, "calls", "n", 0, "make `N` calls; with 0, --duration decides")
	flags.DurationVarP(&s.duration, "duration", "d", 5*time.Second, "call for `DURATION`")
	flags.IntVarP(&s.clients, "clients", "c", 1, "call from `N` clients side by side")
	flags.IntVar(&s.warmup, "warmup", 20, "make `N` calls by each client first, without counting them")
	return command
}

// benchedCall returns what is measured.
func benchedCall(args []string) (func(context.Context, *goagent.Proxy) error, error) {
	if len(args) == 0 {
		return func(ctx context.Context, proxy *goagent.Proxy) error {
			var answer any
			return proxy.Echo(ctx, &answer, "ping")
		}, nil
	}
	arguments, err := parseArguments(args[1:])
	return func(ctx context.Context, proxy *goagent.Proxy) error {
		var result any
		return proxy.Call(ctx, &result, args[0], arguments.all()...)
	}, err
}

// The histogram holds latencies from 1 microsecond to 10 minutes with three digits.
const (
	latencyLowest  = int64(time.Microsecond)
	latencyHighest = int64(10 * time.Minute)
	latencyDigits  = 3
)

// bencher measures.
type bencher struct {
	tool     *tool
	settings benchSettings
	do       func(context.Context, *goagent.Proxy) error

	done atomic.Int64 // the calls that were started, then the calls that are left
	mu   sync.Mutex
	all  *hdrhistogram.Histogram
	err  error
}

func (t *tool) bench(cmd *cobra.Command, endpoint string, s benchSettings, do func(context.Context, *goagent.Proxy) error) error {
	ctx, stop := interruptible(cmd.Context())
	defer stop()
	b := &bencher{tool: t, settings: s, do: do, all: newHistogram()}
	var proxies []*goagent.Proxy
	defer func() {
		for _, proxy := range proxies {
			_ = proxy.Close()
		}
	}()
	for range s.clients {
		proxy, err := t.dial(ctx, endpoint)
		if err != nil {
			return err
		}
		proxies = append(proxies, proxy)
		for range s.warmup {
			if err := b.one(ctx, proxy); err != nil {
				return err
			}
		}
	}
	took := b.run(ctx, proxies)
	if b.err != nil && !errors.Is(b.err, context.Canceled) {
		return b.err
	}
	return b.report(took)
}

func newHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(latencyLowest, latencyHighest, latencyDigits)
}

func (b *bencher) one(ctx context.Context, proxy *goagent.Proxy) error {
	ctx, cancel := b.tool.withTimeout(ctx)
	defer cancel()
	return b.do(ctx, proxy)
}

// run has all clients call until it is time to end, and returns how long that took.
func (b *bencher) run(ctx context.Context, proxies []*goagent.Proxy) time.Duration {
	limited, cancel := context.WithCancel(ctx)
	defer cancel()
	enough := make(chan struct{})
	if b.settings.calls == 0 {
		timer := time.AfterFunc(b.settings.duration, func() { close(enough) })
		defer timer.Stop()
	}
	began := time.Now()
	stopProgress := b.showProgress(began)
	var clients sync.WaitGroup
	for _, proxy := range proxies {
		clients.Go(func() {
			if err := b.client(limited, proxy, enough); err != nil {
				b.fail(err)
				cancel()
			}
		})
	}
	clients.Wait()
	took := time.Since(began)
	stopProgress()
	return took
}

func (b *bencher) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err == nil {
		b.err = err
	}
}

// client calls until there is enough, and adds its latencies to the others'.
func (b *bencher) client(ctx context.Context, proxy *goagent.Proxy, enough <-chan struct{}) error {
	latencies := newHistogram()
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.all.Merge(latencies)
	}()
	for {
		select {
		case <-enough:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		default:
		}
		if started := b.done.Add(1); b.settings.calls > 0 && started > int64(b.settings.calls) {
			return nil
		}
		began := time.Now()
		if err := b.one(ctx, proxy); err != nil {
			return err
		}
		if err := latencies.RecordValue(max(int64(time.Since(began)), latencyLowest)); err != nil {
			return err
		}
	}
}

const progressInterval = 200 * time.Millisecond

// showProgress shows on a terminal how far it is, until the function that it returns is called.
func (b *bencher) showProgress(began time.Time) (stop func()) {
	out := b.tool.stderr
	if !isTerminal(out) {
		return func() {}
	}
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(progressInterval)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				b.printProgress(out.stream, time.Since(began))
			case <-quit:
				_, _ = io.WriteString(out.stream, "\r\x1b[K")
				return
			}
		}
	}()
	return func() {
		close(quit)
		<-ended
	}
}

func (b *bencher) printProgress(out io.Writer, elapsed time.Duration) {
	done := b.done.Load()
	part := float64(elapsed) / float64(b.settings.duration)
	if b.settings.calls > 0 {
		done = min(done, int64(b.settings.calls))
		part = float64(done) / float64(b.settings.calls)
	}
	_, _ = fmt.Fprintf(out, "\r\x1b[K%3.0f%%  %d calls  %.0f calls/s", 100*min(part, 1), done, float64(done)/elapsed.Seconds())
}

var benchPercentiles = []struct {
	name    string
	percent float64
}{{"p50", 50}, {"p90", 90}, {"p99", 99}, {"p99.9", 99.9}}

func (b *bencher) report(took time.Duration) error {
	t, calls := b.tool, b.all.TotalCount()
	rate := float64(calls) / took.Seconds()
	if t.settings.output != outputText {
		items := []py.Item{
			{Key: "calls", Value: calls}, {Key: "clients", Value: int64(b.settings.clients)},
			{Key: "seconds", Value: took.Seconds()}, {Key: "calls_per_second", Value: rate},
			{Key: "min", Value: seconds(b.all.Min())},
		}
		for _, p := range benchPercentiles {
			items = append(items, py.Item{Key: p.name, Value: seconds(b.all.ValueAtPercentile(p.percent))})
		}
		return t.print(py.StrDict(append(items, py.Item{Key: "max", Value: seconds(b.all.Max())})...))
	}
	clients := "1 client"
	if b.settings.clients > 1 {
		clients = fmt.Sprintf("%d clients", b.settings.clients)
	}
	style := t.style(t.stdout)
	if err := t.printf("%d calls in %s by %s: %s\n", calls, rounded(took), clients, style.strong(fmt.Sprintf("%.0f calls/s", rate))); err != nil {
		return err
	}
	line := "latency  min " + rounded(time.Duration(b.all.Min()))
	for _, p := range benchPercentiles {
		line += fmt.Sprintf("  %s %s", p.name, rounded(time.Duration(b.all.ValueAtPercentile(p.percent))))
	}
	return t.printf("%s  max %s\n", line, rounded(time.Duration(b.all.Max())))
}

func seconds(nanoseconds int64) float64 { return time.Duration(nanoseconds).Seconds() }

// rounded shows a duration with three digits.
func rounded(d time.Duration) string {
	unit := time.Nanosecond
	for d/unit >= 1000 {
		unit *= 10
	}
	return d.Round(unit).String()
}
