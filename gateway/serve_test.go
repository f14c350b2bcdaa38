package gateway_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/gateway"
	"github.com/pizco-go/pizco/goagent/object"
)

// running is a gateway that is run until its context ends, in front of an object whose method lets
// itself be held.
type running struct {
	*client
	cancel           context.CancelFunc
	ended            chan error
	entered, release chan struct{}
	answer           chan string // status and body of the call that is held
}

// hold runs a gateway and has a client call the method.
func hold(t *testing.T, drain time.Duration) *running {
	t.Helper()
	r := &running{ended: make(chan error, 1), entered: make(chan struct{}), release: make(chan struct{}), answer: make(chan string, 1)}
	var ticked object.Signal
	object := object.New("Slow").Signal("ticked", &ticked).Method("work", func() string {
		close(r.entered)
		<-r.release
		return "done"
	})
	settings := config(serveGo(t, object))
	settings.Listen = "127.0.0.1:0"
	settings.Timeouts.Drain, settings.Timeouts.Request = drain, limit
	g, err := gateway.New(settings)
	if err != nil {
		t.Fatal(err)
	}
	l, err := g.Listen()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	r.cancel = cancel
	go func() { r.ended <- g.Run(ctx, l) }()
	r.client = &client{t: t, url: "http://" + l.Addr().String()}
	go func() {
		answer, err := http.Post(r.url+"/v1/robot/methods/work", "application/json", nil)
		if err != nil {
			r.answer <- err.Error()
			return
		}
		defer func() { _ = answer.Body.Close() }()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			r.answer <- err.Error()
			return
		}
		r.answer <- answer.Status + " " + strings.TrimSpace(string(body))
	}()
	<-r.entered
	return r
}

// TestRunDrains ends streams when the gateway is stopped, takes no new requests, and answers the
// requests that it has.
func TestRunDrains(t *testing.T) {
	r := hold(t, limit)
	stream := r.events("/v1/robot/signals/ticked")
	r.cancel()
	var last string
	for line := range stream.lines {
		if line != "" {
			last = line
		}
	}
	if last != ": the gateway is being stopped" {
		t.Errorf("the stream's last line is %q", last)
	}
	for deadline := time.Now().Add(limit); ; {
		// One that comes before the listener is closed is still answered.
		if answer, err := http.Get(r.url + "/healthz"); err != nil {
			break
		} else if answer.Body.Close(); time.Now().After(deadline) {
			t.Fatal("requests are still taken")
		}
	}
	select {
	case err := <-r.ended:
		t.Errorf("the gateway has not waited for the request: %v", err)
	default:
	}
	close(r.release)
	if answer := <-r.answer; answer != `200 OK {"result": "done"}` {
		t.Error(answer)
	}
	if err := <-r.ended; err != nil {
		t.Error(err)
	}
}

// TestRunCutsOff ends what takes longer than a drain may, and says so.
func TestRunCutsOff(t *testing.T) {
	r := hold(t, 50*time.Millisecond)
	defer close(r.release)
	r.cancel()
	if err := <-r.ended; err == nil || !strings.Contains(err.Error(), "requests were cut off") {
		t.Errorf("%v", err)
	}
	if answer := <-r.answer; strings.HasPrefix(answer, "200") {
		t.Error(answer)
	}
}
