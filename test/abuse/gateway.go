package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/pizco-go/pizco/gateway"
	"github.com/pizco-go/pizco/interop/child"
)

// The tokens of the two clients. One of them attacks.
const (
	attackerToken  = "attacker-0123456789"
	bystanderToken = "bystander-0123456789"
)

const largestBody = 16 << 20

// serveGateway is the process with the gateway, in front of the targets at two endpoints.
func serveGateway(endpoints string) error {
	config := gateway.DefaultConfig()
	config.Listen = "127.0.0.1:0"
	config.Limits.Rate, config.Limits.Body = 0, largestBody
	for i, endpoint := range strings.Split(endpoints, ",") {
		config.Targets = append(config.Targets, gateway.Target{Name: fmt.Sprintf("target%d", i), Endpoint: endpoint})
	}
	config.Tokens = []gateway.Token{
		{Name: "attacker", Value: attackerToken, Targets: []string{"target0"}}, {Name: "bystander", Value: bystanderToken, Targets: []string{"target1"}},
	}
	var logged counter
	g, err := gateway.New(config, gateway.WithLogger(slog.New(slog.NewTextHandler(&logged, nil))))
	if err != nil {
		return err
	}
	l, err := g.Listen()
	if err != nil {
		return errors.Join(err, g.Close())
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- g.Run(ctx, l) }()
	orders := child.Orders{
		"usage":  func(json.RawMessage) (any, error) { return usageOf(&logged) },
		"settle": func(json.RawMessage) (any, error) { return settle(&logged) },
	}
	err = orders.Obey(map[string]string{"url": "http://" + l.Addr().String()})
	cancel()
	return errors.Join(err, <-ended)
}

// counter counts what is logged.
type counter struct{ bytes atomic.Int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.bytes.Add(int64(len(p)))
	return len(p), nil
}

// usage is what the gateway's process has taken.
type usage struct {
	CPU    float64 `json:"cpu"`    // seconds
	RSS    int64   `json:"rss"`    // bytes of memory
	Peak   int64   `json:"peak"`   // the most since it settled
	Logged int64   `json:"logged"` // bytes
	Files  int     `json:"files"`
}

func usageOf(logged *counter) (usage, error) {
	var times syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &times); err != nil {
		return usage{}, err
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return usage{}, err
	}
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return usage{}, err
	}
	u := usage{CPU: seconds(times.Utime) + seconds(times.Stime), Logged: logged.bytes.Load(), Files: len(files)}
	for name, into := range map[string]*int64{"VmRSS:": &u.RSS, "VmHWM:": &u.Peak} {
		_, after, _ := strings.Cut(string(status), name)
		if _, err := fmt.Sscan(after, into); err != nil {
			return u, fmt.Errorf("no %s: %w", name, err)
		}
		*into <<= 10
	}
	return u, nil
}

func seconds(t syscall.Timeval) float64 { return time.Duration(t.Nano()).Seconds() }

// settle gives back the memory that is free, and begins to look for the peak anew.
func settle(logged *counter) (usage, error) {
	debug.FreeOSMemory()
	const resetPeak = "5"
	if err := os.WriteFile("/proc/self/clear_refs", []byte(resetPeak), 0); err != nil {
		return usage{}, err
	}
	return usageOf(logged)
}
