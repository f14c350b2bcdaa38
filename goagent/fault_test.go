package goagent_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/wire"
)

// TestFaultOf asks about the errors of real requests: who said it, may the call have run, is it
// worth trying again.
func TestFaultOf(t *testing.T) {
	ctx := limit(t)
	entered, leave := make(chan struct{}, 1), make(chan struct{})
	s := serve(t, object.New("Slow").
		Method("fail", func() error { return pyerr.ValueError.New("bad") }).
		Method("wait", func(ctx context.Context) {
			entered <- struct{}{}
			select {
			case <-leave:
			case <-ctx.Done():
			}
		}), goagent.WithKey(wire.NewKey([]byte("geheim"))))
	p := dial(t, s.Endpoint(), goagent.WithKey(wire.NewKey([]byte("geheim"))))

	abandoned, cancel := context.WithCancel(ctx)
	go func() {
		<-entered
		cancel()
	}()
	unanswered := p.Call(abandoned, nil, "wait")
	close(leave) // the server does not know that the client has stopped waiting
	var typed *goagent.UnansweredError
	if !errors.As(unanswered, &typed) || typed.Endpoint != s.Endpoint() || !errors.Is(unanswered, context.Canceled) {
		t.Errorf("a call that is given up fails with %v", unanswered)
	}
	_, rejected := goagent.Dial(ctx, s.Endpoint(), goagent.WithKey(wire.NewKey([]byte("another"))))
	brief, stop := context.WithTimeout(ctx, 50*time.Millisecond)
	defer stop()
	_, absent := goagent.Dial(brief, freeEndpoint(t))
	closed, err := goagent.Dial(ctx, s.Endpoint(), goagent.WithKey(wire.NewKey([]byte("geheim"))))
	if err != nil {
		t.Fatal(err)
	}
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		err  error
		want goagent.Fault
	}{
		"none":           {nil, goagent.Fault{}},
		"an exception":   {p.Call(ctx, nil, "fail"), goagent.Fault{Origin: goagent.OriginPeer, MayHaveRun: true}},
		"an unsendable":  {p.Call(ctx, nil, "fail", make(chan int)), goagent.Fault{}},
		"given up":       {unanswered, goagent.Fault{Origin: goagent.OriginNetwork, MayHaveRun: true, Temporary: true}},
		"another key":    {rejected, goagent.Fault{Origin: goagent.OriginPeer, MayHaveRun: true}},
		"no server":      {absent, goagent.Fault{Origin: goagent.OriginNetwork, Temporary: true}},
		"a closed proxy": {closed.Call(ctx, nil, "fail"), goagent.Fault{MayHaveRun: true}},
	} {
		if got := goagent.FaultOf(row.err); got != row.want || name != "none" && row.err == nil {
			t.Errorf("%s: %v is %+v, want %+v", name, row.err, got, row.want)
		}
	}
}
