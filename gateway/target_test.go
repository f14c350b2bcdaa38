package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/examples/demo"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
)

// TestTargetDown answers 503 at once while a target is down, and is back by itself when that is.
func TestTargetDown(t *testing.T) {
	robot, err := demo.NewRobot("Robbie", 3)
	if err != nil {
		t.Fatal(err)
	}
	first, err := goagent.Serve(robot)
	if err != nil {
		t.Fatal(err)
	}
	endpoint := first.Endpoint()
	settings := config(endpoint)
	settings.Timeouts.Connect = 100 * time.Millisecond
	c := start(t, settings)
	const age = "/v1/robot/attributes/age"
	c.do("GET", age, "").want(200, `{"value": 3}`)
	events := c.events(moved)
	before := c.arrive(events, "1")

	first.Close()
	c.until(age, 503)
	if r := c.do("GET", age, ""); r.problem(503, "target-down")["origin"] != "target" || r.header.Get("Retry-After") == "" {
		t.Errorf("%v %s", r.header, r.body)
	}
	c.until("/v1", 200)
	if body := c.do("GET", "/v1", "").body; !strings.Contains(body, `"state":"down"`) {
		t.Error(body)
	}
	second, err := goagent.Serve(robot, goagent.WithEndpoint(endpoint))
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	c.until(age, 200)
	// The stream has gone on, and its ids show that something may be missing.
	if after := c.arrive(events, "2"); after.ID < before.ID+2 || fmt.Sprint(after.Values[0]) != "2" {
		t.Errorf("%+v after %+v", after, before)
	}
}

// until asks until the answer has a status.
func (c *client) until(path string, status int) {
	c.t.Helper()
	for deadline := time.Now().Add(limit); ; {
		r := c.do("GET", path, "")
		if r.status == status {
			return
		}
		if time.Now().After(deadline) {
			c.t.Fatalf("%s: %d %s", path, r.status, r.body)
		}
	}
}

// TestNoAnswer answers 504 when a target takes too long.
func TestNoAnswer(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	object := object.New("Slow").Method("wait", func() { <-release })
	settings := config(serveGo(t, object))
	settings.Targets[0].Timeout = 50 * time.Millisecond
	c := start(t, settings)
	c.until("/v1/robot", 200)
	c.do("POST", "/v1/robot/methods/wait", "").problem(504, "target-timeout")
}

// TestClientLeaves ends the wait for an answer when the client that waits for it is gone, long
// before the target's time is over.
func TestClientLeaves(t *testing.T) {
	began, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	object := object.New("Slow").Method("wait", func() {
		close(began)
		<-release
	})
	settings := config(serveGo(t, object))
	settings.Targets[0].Timeout = time.Hour
	c := start(t, settings)
	ctx, leave := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/v1/robot/methods/wait", nil)
	if err != nil {
		t.Fatal(err)
	}
	left := make(chan error, 1)
	go func() {
		answer, err := http.DefaultClient.Do(r)
		if err == nil {
			err = answer.Body.Close()
		}
		left <- err
	}()
	<-began
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	const gone = `pizco_gateway_requests_total{method="POST",route="POST /v1/{target}/methods/{method}",status="499"} 1`
	for deadline := time.Now().Add(limit); !strings.Contains(c.do("GET", "/metrics", "").body, gone); {
		if time.Now().After(deadline) {
			t.Fatalf("the gateway waits on:\n%s", c.log)
		}
	}
}

// TestCancelFuture has a Go server end the work when its future is deleted.
func TestCancelFuture(t *testing.T) {
	canceled := make(chan struct{})
	object := object.New("Slow").Method("work", func() *object.Future {
		return object.Go(t.Context(), func(ctx context.Context) (any, error) {
			<-ctx.Done()
			close(canceled)
			return nil, ctx.Err()
		})
	})
	settings := config(serveGo(t, object))
	settings.Limits.Futures = 1
	c := start(t, settings)
	location := c.do("POST", "/v1/robot/methods/work", "").header.Get("Location")
	c.do("POST", "/v1/robot/methods/work", "").problem(429, "too-many-futures")
	if pending := c.do("GET", location+"?wait=10ms", "").object(); pending["state"] != "pending" {
		t.Errorf("%v", pending)
	}
	c.do("DELETE", location, "").want(204, "")
	select {
	case <-canceled:
	case <-time.After(limit):
		t.Error("the work goes on")
	}
}

// TestFutureExpires forgets a future some time after its end.
func TestFutureExpires(t *testing.T) {
	settings := config(serveGoRobot(t))
	settings.Timeouts.Future = time.Millisecond
	c := start(t, settings)
	location := c.think(`{"args": ["six by nine"]}`, 200)
	c.until(location, 404)
}
