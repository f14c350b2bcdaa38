package cli_test

import (
	"encoding/json"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pizco-go/pizco/cmd/pizco/internal/cli"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
)

// TestBenchCounts makes as many calls as it says, and the ones that it does not count before them.
func TestBenchCounts(t *testing.T) {
	var count atomic.Int64
	server, err := goagent.Serve(object.New("Counter").Method("count", func() int64 { return count.Add(1) }))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	for _, row := range []struct{ calls, clients, warmup int }{{1, 1, 0}, {25, 1, 3}, {25, 3, 4}, {2, 3, 1}, {1, 1, 20}} {
		count.Store(0)
		r := run(t, "-o", "json", "bench", "-n", fmt.Sprint(row.calls), "-c", fmt.Sprint(row.clients), "--warmup", fmt.Sprint(row.warmup), server.Endpoint(), "count")
		var report struct {
			Calls, Clients     int
			Seconds            float64
			Rate               float64 `json:"calls_per_second"`
			Min, P50, P90, P99 float64
			P999               float64 `json:"p99.9"`
			Max                float64
		}
		if err := json.Unmarshal([]byte(r.stdout), &report); err != nil || r.code != 0 {
			t.Fatalf("%v: %+v", err, r)
		}
		if report.Calls != row.calls || report.Clients != row.clients || count.Load() != int64(row.calls+row.clients*row.warmup) {
			t.Errorf("%+v: %d calls of %d clients are reported, the server counts %d", row, report.Calls, report.Clients, count.Load())
		}
		// The times are rounded to three digits each.
		ascending := []float64{0, report.Min, report.P50, report.P90, report.P99, report.P999, report.Max, report.Seconds * 1.01}
		for i := range len(ascending) - 1 {
			if ascending[i] > ascending[i+1] {
				t.Errorf("%+v: the times do not ascend: %v", row, ascending)
			}
		}
		if rate := float64(report.Calls) / report.Seconds; rate < report.Rate*0.99 || rate > report.Rate*1.01 {
			t.Errorf("%+v: %f calls per second are %f", row, report.Rate, rate)
		}
	}
}

// TestBenchTime ends by the time when no number of calls is given.
func TestBenchTime(t *testing.T) {
	server, err := goagent.Serve(object.New("Nothing"))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	r := run(t, "-o", "json", "bench", "-d", "50ms", server.Endpoint())
	var report struct {
		Calls   int
		Seconds float64
	}
	if err := json.Unmarshal([]byte(r.stdout), &report); err != nil || report.Calls < 1 || report.Seconds < 0.05 {
		t.Errorf("%v: %+v", err, r)
	}
}

// TestRounded shows a time with three digits, whatever its unit.
func TestRounded(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 1: "1ns", 999: "999ns", 1000: "1µs", 1004: "1µs", 1005: "1.01µs", 9994: "9.99µs", 9996: "10µs", 99_940: "99.9µs", 999_400: "999µs", 999_600: "1ms",
		1_234_567: "1.23ms", 12_345_678: "12.3ms", 123_456_789: "123ms", 1_234_567_890: "1.23s", 12_345_678_901: "12.3s", 123_456_789_012: "2m3s",
	} {
		if got := cli.Rounded(d); got != want {
			t.Errorf("%d: %s, want %s", d, got, want)
		}
	}
}

// TestBenchProgress shows how much is done, by the calls or by the time.
func TestBenchProgress(t *testing.T) {
	for _, row := range []struct {
		calls    int
		duration time.Duration
		done     int64
		elapsed  time.Duration
		want     string
	}{
		{200, time.Hour, 50, 2 * time.Second, " 25%  50 calls  25 calls/s"},
		{200, time.Hour, 203, 2 * time.Second, "100%  200 calls  100 calls/s"},
		{1, time.Hour, 0, time.Second, "  0%  0 calls  0 calls/s"},
		{0, 10 * time.Second, 50, 5 * time.Second, " 50%  50 calls  10 calls/s"},
		{0, 10 * time.Second, 50, 11 * time.Second, "100%  50 calls  5 calls/s"},
	} {
		if got := cli.BenchProgress(row.calls, row.duration, row.done, row.elapsed); got != "\r\x1b[K"+row.want {
			t.Errorf("%+v: %q", row, got)
		}
	}
}
