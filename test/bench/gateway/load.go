package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// request is a call that clients make, and its answer.
type request struct {
	method, url, body, answer string
}

// load is what came of some clients' calls.
type load struct {
	took      time.Duration
	latencies []time.Duration // of the answers, sorted
	errors    int
	problem   error // one of them
}

func (l load) rate() float64 { return float64(len(l.latencies)) / l.took.Seconds() }

// at returns the latency that a share of the answers kept.
func (l load) at(share float64) time.Duration {
	if len(l.latencies) == 0 {
		return 0
	}
	return l.latencies[int(share*float64(len(l.latencies)-1))]
}

// load has a number of clients call for some time, each with a connection of its own and one call
// at a time.
func (q request) load(clients int, d time.Duration) load {
	transport := &http.Transport{MaxIdleConns: clients, MaxIdleConnsPerHost: clients}
	defer transport.CloseIdleConnections()
	c := &http.Client{Transport: transport}
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	var (
		all  load
		mu   sync.Mutex
		wait sync.WaitGroup
	)
	began := time.Now()
	for range clients {
		wait.Go(func() {
			var own load
			for ctx.Err() == nil {
				sent := time.Now()
				err := q.once(ctx, c)
				switch {
				case ctx.Err() != nil: // what is on its way at the end is not counted
				case err != nil:
					own.errors, own.problem = own.errors+1, err
				default:
					own.latencies = append(own.latencies, time.Since(sent))
				}
			}
			mu.Lock()
			defer mu.Unlock()
			all.latencies = append(all.latencies, own.latencies...)
			all.errors += own.errors
			all.problem = cmp.Or(all.problem, own.problem)
		})
	}
	wait.Wait()
	all.took = time.Since(began)
	slices.Sort(all.latencies)
	return all
}

// once makes the call and looks at the answer.
func (q request) once(ctx context.Context, c *http.Client) error {
	r, err := http.NewRequestWithContext(ctx, q.method, q.url, bytes.NewReader([]byte(q.body)))
	if err != nil {
		return err
	}
	if q.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := c.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }() // it was read to its end
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if got := string(bytes.TrimSpace(body)); answer.StatusCode != http.StatusOK || got != q.answer {
		return fmt.Errorf("answered with %d %s", answer.StatusCode, got)
	}
	return nil
}
